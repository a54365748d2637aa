//! The assay node: BABE authors blocks, GRANDPA finalizes them, the assay runtime executes them.

mod cache;
mod chain_spec;
mod cli;
mod command;
mod rpc;
mod service;
mod types;

use std::process::ExitCode;

fn main() -> ExitCode {
	match command::run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("Error: {error}");
			ExitCode::FAILURE
		},
	}
}
