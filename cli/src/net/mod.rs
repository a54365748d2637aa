//! `assay net`: a node and providers on this machine.
//!
//! The processes are children of `net up` and end with it. The network's file in its folder tells the
//! other commands, and a second `net up`, what runs there.

mod funding;
mod launch;
mod paths;
mod ports;
mod process;
mod record;
mod up;

use crate::{
	args::{BasePathArgs, Global, NetCommand},
	failure::Failure,
	output,
};
use record::Record;
use std::time::{Duration, Instant};

/// Longest time that `net down` waits for the network to stop.
const STOP_TIMEOUT: Duration = Duration::from_secs(90);

/// Runs a command of this group.
pub async fn run(command: NetCommand, global: &Global) -> Result<(), Failure> {
	match command {
		NetCommand::Up(args) => up::run(args, global).await,
		NetCommand::Down(args) => down(args).await,
		NetCommand::Status(args) => status(args, global),
	}
}

fn running(args: &BasePathArgs) -> Result<Record, Failure> {
	let base = paths::base_path(args.base_path.as_deref())?;
	match Record::read(&base)? {
		Some(record) if paths::is_locked(&base) => Ok(record),
		_ => Err(Failure::new(format!("no network runs in {}", base.display()))
			.hint("start one with: assay net up")),
	}
}

async fn down(args: BasePathArgs) -> Result<(), Failure> {
	let record = running(&args)?;
	let base = paths::base_path(args.base_path.as_deref())?;
	process::terminate(record.pid);
	let start = Instant::now();
	while paths::is_locked(&base) {
		if start.elapsed() > STOP_TIMEOUT {
			return Err(Failure::new(format!("process {} does not stop", record.pid))
				.hint(format!("stop it with: kill -9 {}", record.pid)));
		}
		tokio::time::sleep(Duration::from_millis(200)).await;
	}
	output::line("stopped");
	Ok(())
}

fn status(args: BasePathArgs, global: &Global) -> Result<(), Failure> {
	let record = running(&args)?;
	if global.output.is_json() {
		output::json(global.output, &record);
	} else {
		record.print();
	}
	Ok(())
}
