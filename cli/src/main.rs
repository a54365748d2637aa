//! The command line of assay. `main` only dispatches; each group of commands has its own module.

mod account;
mod app;
mod args;
mod asset;
mod case;
mod confirm;
mod content;
mod context;
mod deal;
mod failure;
mod group;
mod inputs;
mod job;
mod key;
mod lookup;
mod mediator;
mod net;
mod order;
mod output;
mod pool;
mod program;
mod progress;
mod provider;
mod publisher;
mod refusals;
mod render;
mod request;
mod secret;
mod timeline;
mod trace;

use args::{Cli, Command};
use clap::{CommandFactory, Parser};
use context::Context;
use failure::Failure;
use std::process::ExitCode;

fn main() -> ExitCode {
	// The job process is this same program, so that nothing else has to be installed.
	if std::env::args_os().nth(1).is_some_and(|arg| arg == assay_runner::WORKER_ARG) {
		assay_runner::worker_main();
	}
	let cli = Cli::parse();
	let cli = Cli { global: cli.global.resolved(), ..cli };
	args::init_logging(&cli.global);
	let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
		Ok(runtime) => runtime,
		Err(error) => {
			eprintln!("error: can't start: {error}");
			return ExitCode::FAILURE;
		},
	};
	let json = cli.global.output.is_json();
	let result = runtime.block_on(run(cli)).and_then(|()| output::check());
	runtime.shutdown_background();
	match result {
		Ok(()) => ExitCode::SUCCESS,
		Err(failure) => {
			failure.print(json);
			ExitCode::from(failure.exit_code())
		},
	}
}

async fn run(cli: Cli) -> Result<(), Failure> {
	// `net up` has its own handling: it has to stop the processes that it started.
	if let Command::Net(command) = cli.command {
		return net::run(command, &cli.global).await;
	}
	let context = Context::new(cli.global);
	let work = dispatch(cli.command, &context);
	tokio::select! {
		result = work => result,
		_ = tokio::signal::ctrl_c() => Err(Failure::Interrupted),
	}
}

async fn dispatch(command: Command, context: &Context) -> Result<(), Failure> {
	match command {
		Command::Job(command) => job::run(command, context).await,
		Command::Case(command) => case::run(command, context).await,
		Command::Mediator(command) => mediator::run(command, context).await,
		Command::App(command) => app::run(command, context).await,
		Command::Pool(command) => pool::run(command, context).await,
		Command::Provider(command) => provider::run(command, context).await,
		Command::Content(command) => content::run(command, context).await,
		Command::Order(command) => order::run(command, context).await,
		Command::Request(command) => request::run(command, context).await,
		Command::Group(command) => group::run(command, context).await,
		Command::Publisher(command) => publisher::run(command, context).await,
		Command::Match(args) => order::match_orders(*args, context).await,
		Command::Dataset(command) => asset::run(asset::Group::Dataset, command, context).await,
		Command::Deal(command) => deal::run(command, context).await,
		Command::Account(command) => account::run(command, context).await,
		Command::Key(command) => key::run(command, context),
		Command::Completions { shell } => {
			clap_complete::generate(shell, &mut Cli::command(), "assay", &mut std::io::stdout());
			Ok(())
		},
		Command::Net(_) => unreachable!("handled by run"),
	}
}
