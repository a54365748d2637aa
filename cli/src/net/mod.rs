//! `assay net`: a node and providers on this machine.
//!
//! The processes are children of `net up` and end with it, however it ends. Two files in its folder
//! tell the other commands, and a second `net up`, what runs there.

mod funding;
mod launch;
mod paths;
mod ports;
mod processes;
mod record;
mod up;

use crate::{
	args::{BasePathArgs, Global, NetCommand},
	failure::Failure,
	output,
};
use assay_local::POLL;
use processes::{Known, Processes};
use record::Record;
use serde_json::json;
use std::{
	path::Path,
	time::{Duration, Instant},
};

/// Longest time that `net down` waits for a network to stop by itself.
const STOP_TIMEOUT: Duration = Duration::from_secs(90);
/// Longest time that processes without a network are given.
const GRACE: Duration = Duration::from_secs(20);

/// Runs a command of this group.
pub async fn run(command: NetCommand, global: &Global) -> Result<(), Failure> {
	match command {
		NetCommand::Up(args) => up::run(args, global).await,
		NetCommand::Down(args) => down(args).await,
		NetCommand::Status(args) => status(args, global),
	}
}

/// What is in a folder.
enum Found {
	/// No network.
	Nothing,
	/// No network, but processes of an earlier one.
	Left(Vec<Known>),
	/// A network on its way up.
	Starting(Processes),
	/// A network.
	Running(Processes, Record),
}

impl Found {
	fn at(base: &Path) -> Result<Self, Failure> {
		// Asked first: whatever it says of a moment ago, the files below are not older.
		let locked = paths::is_locked(base);
		let Some(processes) = Processes::read(base)? else { return Ok(Self::Nothing) };
		if !locked {
			let living = processes.living();
			return Ok(if living.is_empty() { Self::Nothing } else { Self::Left(living) });
		}
		Ok(match Record::read(base)? {
			Some(record) => Self::Running(processes, record),
			None => Self::Starting(processes),
		})
	}
}

fn nothing(base: &Path) -> Failure {
	Failure::new(format!("no network runs in {}", base.display()))
		.hint("start one with: assay net up")
}

async fn down(args: BasePathArgs) -> Result<(), Failure> {
	let base = paths::base_path(args.base_path.as_deref())?;
	let processes = match Found::at(&base)? {
		Found::Nothing => return Err(nothing(&base)),
		Found::Left(living) => {
			processes::end(&living, GRACE).await;
			output::line(&format!(
				"ended what an earlier network left: {}",
				processes::names(&living)
			));
			return Ok(());
		},
		Found::Starting(processes) | Found::Running(processes, _) => processes,
	};
	processes.up.identity.signal(libc::SIGTERM);
	// Its lock is gone with its folder, and it after both.
	let runs = || processes.up.identity.lives() || paths::is_locked(&base);
	let start = Instant::now();
	while runs() && start.elapsed() < STOP_TIMEOUT {
		tokio::time::sleep(POLL).await;
	}
	let stopped = !runs();
	if !stopped {
		// Its children end with it.
		processes.up.identity.signal(libc::SIGKILL);
		let start = Instant::now();
		while runs() && start.elapsed() < GRACE {
			tokio::time::sleep(POLL).await;
		}
		if runs() {
			let up = processes::names(std::slice::from_ref(&processes.up));
			return Err(Failure::new(format!("the network in {} goes on: {up}", base.display()))
				.hint("end it as the user, and on the machine, that started it"));
		}
	}
	// It wrote down what it started meanwhile, and removed that when it ended well.
	let living = Processes::read(&base)?.map(|all| all.living()).unwrap_or_default();
	processes::end(&living, GRACE).await;
	output::line(if stopped { "stopped" } else { "killed: it did not stop" });
	Ok(())
}

fn status(args: BasePathArgs, global: &Global) -> Result<(), Failure> {
	let base = paths::base_path(args.base_path.as_deref())?;
	let (processes, record) = match Found::at(&base)? {
		Found::Nothing => return Err(nothing(&base)),
		Found::Left(living) => return Err(processes::left(&base, &living)),
		Found::Starting(processes) => {
			let up = processes::names(std::slice::from_ref(&processes.up));
			return Err(Failure::new(format!("a network is starting in {}: {up}", base.display()))
				.hint("ask again in a moment"));
		},
		Found::Running(processes, record) => (processes, record),
	};
	if global.output.is_json() {
		let describe = |known: &Known| {
			let runs = known.identity.lives();
			json!({ "name": known.name, "pid": known.identity.pid, "runs": runs })
		};
		let mut described = json!(record);
		described["processes"] = processes.children.iter().map(describe).collect();
		output::json(global.output, &described);
		return Ok(());
	}
	record.print();
	for known in processes.children.iter().filter(|known| !known.identity.lives()) {
		output::line(&format!("ended     {}", known.name));
	}
	Ok(())
}
