//! Subcommands.

mod check;
mod mediator;
mod offer;
mod register;
mod report;
mod run;
mod status;

use crate::{
	cli::{Cli, Command},
	host::logs,
	roles::solver,
};
use anyhow::Result;
use clap::CommandFactory;
use std::process::ExitCode;

/// Runs what the command line asks for.
pub fn dispatch(cli: Cli) -> ExitCode {
	let default = match cli.command {
		Command::Run(_) | Command::Solve(_) => {
			"warn,assay_worker=info,assay_client=info,assay_runner=info"
		},
		_ => "warn",
	};
	let done = logs::start(cli.global.log.as_deref(), default, cli.global.log_format)
		.and_then(|()| runtime(cli));
	match done {
		Ok(code) => code,
		Err(error) => fail(&error),
	}
}

fn runtime(cli: Cli) -> Result<ExitCode> {
	let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
	let done = runtime.block_on(execute(cli));
	// A blocked thread, say one that waits for a disk, must not keep the process.
	runtime.shutdown_timeout(std::time::Duration::from_secs(2));
	done
}

async fn execute(cli: Cli) -> Result<ExitCode> {
	let global = &cli.global;
	match &cli.command {
		Command::Run(args) => run::run(global, args).await?,
		Command::Register(args) => register::register(global, args).await?,
		Command::Offer(args) => offer::offer(global, args).await?,
		Command::Status(args) => status::status(global, args).await?,
		Command::Report(args) => report::report(global, args).await?,
		Command::Solve(args) => solver::solve(global, args).await?,
		Command::Check(args) => return check::check(global, args).await,
		Command::Completions { shell } => {
			let mut command = Cli::command();
			clap_complete::generate(*shell, &mut command, "assay-worker", &mut std::io::stdout());
		},
	}
	Ok(ExitCode::SUCCESS)
}

/// One sentence, its causes, and what to do.
fn fail(error: &anyhow::Error) -> ExitCode {
	eprintln!("error: {error}");
	for cause in error.chain().skip(1) {
		eprintln!("cause: {cause}");
	}
	let known = error.chain().find_map(|cause| cause.downcast_ref::<assay_client::Error>());
	let Some(known) = known else { return ExitCode::FAILURE };
	if let Some(hint) = known.hint() {
		eprintln!("hint: {hint}");
	}
	eprintln!("code: {}", known.code());
	ExitCode::from(known.exit_code())
}
