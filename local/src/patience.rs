//! Waiting that does not depend on how fast the machine is: as long as the process moves.

use crate::{Process, Stuck, processor_time};
use std::{
	process::ExitStatus,
	time::{Duration, Instant},
};

/// Longest time without any sign of progress.
pub const STILL: Duration = Duration::from_secs(300);
/// Longest time in all, for what moves and gets nowhere.
pub const WHOLE: Duration = Duration::from_secs(1_800);
/// Pause between two looks.
pub const POLL: Duration = Duration::from_millis(100);
/// Processor time that is a sign of progress: of work that tells nothing.
const WORK: Duration = Duration::from_secs(1);

/// Waits until `look` gives something, as long as the process lives and its log grows or it works.
/// `what` says for what, as in "did not answer".
///
/// # Errors
///
/// [`Stuck`], with the end of the process' log.
pub async fn until<T>(
	process: &mut Process,
	what: &str,
	mut look: impl AsyncFnMut() -> Option<T>,
) -> Result<T, Stuck> {
	let mut progress = Progress::new(process);
	loop {
		if let Some(found) = look().await {
			return Ok(found);
		}
		match process.ended() {
			Ok(None) => {},
			Ok(Some(status)) => return Err(process.stuck(format!("ended ({status}), {what}"))),
			Err(error) => return Err(process.stuck(error.to_string())),
		}
		progress.check(process, what)?;
		tokio::time::sleep(POLL).await;
	}
}

impl Process {
	/// Asks it to stop, and waits until it has.
	pub async fn stop(&mut self) -> Result<ExitStatus, Stuck> {
		self.identity().signal(libc::SIGTERM);
		self.finish().await
	}

	/// Waits until it has ended by itself.
	pub async fn finish(&mut self) -> Result<ExitStatus, Stuck> {
		let mut progress = Progress::new(self);
		loop {
			match self.ended() {
				Ok(None) => progress.check(self, "did not end")?,
				Ok(Some(status)) => return Ok(status),
				Err(error) => return Err(self.stuck(error.to_string())),
			}
			tokio::time::sleep(POLL).await;
		}
	}

	/// Asks it to stop, and kills it when it takes longer than `grace`.
	pub async fn stop_within(mut self, grace: Duration) {
		self.identity().signal(libc::SIGTERM);
		let start = Instant::now();
		while matches!(self.ended(), Ok(None)) && start.elapsed() < grace {
			tokio::time::sleep(POLL).await;
		}
	}
}

/// What a process has done, and when that was last more than before.
struct Progress {
	start: Instant,
	moved: Instant,
	still: Duration,
	written: u64,
	worked: Duration,
}

impl Progress {
	fn new(process: &Process) -> Self {
		let now = Instant::now();
		let (written, worked) = done(process);
		Self { start: now, moved: now, still: STILL, written, worked }
	}

	fn check(&mut self, process: &Process, what: &str) -> Result<(), Stuck> {
		let (written, worked) = done(process);
		if written != self.written || worked >= self.worked + WORK {
			(self.moved, self.written, self.worked) = (Instant::now(), written, worked);
		}
		let seconds = |time: Duration| format!("{what} in {} s", time.as_secs());
		match () {
			() if self.moved.elapsed() > self.still => {
				Err(process.stuck(format!("{} of silence", seconds(self.still))))
			},
			() if self.start.elapsed() > WHOLE => Err(process.stuck(seconds(WHOLE))),
			() => Ok(()),
		}
	}
}

/// Bytes of the log, and processor time.
fn done(process: &Process) -> (u64, Duration) {
	let written = process.log.metadata().map_or(0, |log| log.len());
	(written, processor_time(process.identity().pid).unwrap_or_default())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::process::Command;

	fn shell(script: &str) -> (tempfile::TempDir, Process) {
		let dir = tempfile::tempdir().expect("a temporary folder");
		let mut command = Command::new("sh");
		command.args(["-c", script]);
		let process = Process::start("the shell", command, &dir.path().join("log"));
		(dir, process.expect("starts"))
	}

	#[tokio::test]
	async fn wait_should_end_with_the_end_of_the_log_when_the_process_does() {
		let (_dir, mut process) = shell("echo no room on the disk; exit 3");
		let stuck = until(&mut process, "and never answered", async || None::<()>).await;
		let told = stuck.expect_err("nothing answers").to_string();
		for words in ["the shell ended (exit status: 3), and never answered", "no room on the disk"]
		{
			assert!(told.contains(words), "{told}");
		}
	}

	#[tokio::test]
	async fn wait_should_give_what_is_found() {
		let (_dir, mut process) = shell("sleep 600");
		let mut looks = 0;
		let look = async || {
			looks += 1;
			(looks == 3).then_some(looks)
		};
		assert_eq!(until(&mut process, "did nothing", look).await.expect("it is found"), 3);
		let status = process.stop().await.expect("it stops");
		assert!(!status.success());
	}

	#[tokio::test]
	async fn work_should_be_progress_when_nothing_is_told() {
		let (_dir, process) = shell("while :; do :; done");
		let impatient = Progress { still: Duration::ZERO, ..Progress::new(&process) };
		let stuck = Progress { ..impatient }.check(&process, "and answered nothing");
		assert!(stuck.expect_err("it is still").to_string().contains("of silence"));
		let mut progress = Progress { worked: Duration::ZERO, ..Progress::new(&process) };
		let before = progress.moved;
		while processor_time(process.identity().pid).expect("it runs") < WORK {
			tokio::time::sleep(POLL).await;
		}
		progress.check(&process, "and answered nothing").expect("it works");
		assert!(progress.moved > before);
	}
}
