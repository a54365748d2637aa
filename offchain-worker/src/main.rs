//! The daemon of assay: provider, mediator, watcher and solver.

// Has the list of roles, of which others make something.
#[macro_use]
mod roles;
mod cli;
mod commands;
mod config;
mod host;
#[cfg(test)]
mod testing;

use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
	// A job's process must not parse arguments or start threads: it is about to lock itself in.
	if std::env::args_os().nth(1).is_some_and(|first| first == assay_runner::WORKER_ARG) {
		assay_runner::worker_main();
	}
	commands::dispatch(cli::Cli::parse())
}
