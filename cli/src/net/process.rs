//! Child processes with their logs in files.

use crate::failure::Failure;
use std::{
	fs::{self, File},
	path::{Path, PathBuf},
	process::Stdio,
	time::Duration,
};
use tokio::process::{Child, Command};

/// Lines of a log that are shown when its process dies.
const TAIL_LINES: usize = 15;

/// A running child.
pub struct Process {
	/// What it is, for people.
	pub name: String,
	/// Its standard output and error.
	pub log: PathBuf,
	child: Child,
}

impl Process {
	/// Starts `command` with its output in `log`. It does not see this program's terminal signals:
	/// children are stopped in order, by [`Self::stop`].
	pub fn start(
		name: impl Into<String>,
		mut command: Command,
		log: PathBuf,
	) -> Result<Self, Failure> {
		let name = name.into();
		let failed = |error: std::io::Error| Failure::new(format!("can't start {name}: {error}"));
		let out = File::options().create(true).append(true).open(&log).map_err(failed)?;
		let err = out.try_clone().map_err(failed)?;
		let child = command
			.stdin(Stdio::null())
			.stdout(out)
			.stderr(err)
			.process_group(0)
			.kill_on_drop(true)
			.spawn()
			.map_err(failed)?;
		Ok(Self { name, log, child })
	}

	/// Why it ended, if it has.
	pub fn ended(&mut self) -> Option<String> {
		match self.child.try_wait() {
			Ok(None) => None,
			Ok(Some(status)) => Some(status.to_string()),
			Err(error) => Some(error.to_string()),
		}
	}

	/// Asks it to stop and kills it when it takes longer than `patience`.
	pub async fn stop(mut self, patience: Duration) {
		let Some(pid) = self.child.id() else { return };
		terminate(pid);
		if tokio::time::timeout(patience, self.child.wait()).await.is_err() {
			// It may just have ended; then there is nothing to kill.
			let _ = self.child.kill().await;
		}
	}

	/// A failure that shows the end of its log.
	pub fn failure(&self, what: &str) -> Failure {
		Failure::new(format!("{} {what}\n{}", self.name, tail(&self.log)))
			.hint(format!("the whole log is in {}", self.log.display()))
	}
}

/// Sends SIGTERM.
pub fn terminate(pid: u32) {
	let Ok(pid) = i32::try_from(pid) else { return };
	// SAFETY: kill has no preconditions on memory; a process that is gone gives an error.
	unsafe { libc::kill(pid, libc::SIGTERM) };
}

fn tail(log: &Path) -> String {
	let text = fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
	let text = text.unwrap_or_default();
	let lines: Vec<&str> = text.lines().collect();
	let start = lines.len().saturating_sub(TAIL_LINES);
	lines[start..].iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
}
