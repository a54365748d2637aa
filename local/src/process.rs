//! Processes that end with the one that started them, with their output in files.

use crate::Identity;
use std::{
	fs::{self, File},
	io,
	os::unix::process::CommandExt,
	path::{Path, PathBuf},
	process::{Child, Command, ExitStatus, Stdio},
	sync::{LazyLock, Mutex, mpsc},
};

/// Lines of a log that are shown when its process fails.
const TAIL_LINES: usize = 25;

/// A process that did not come to where it was waited for.
#[derive(Debug, thiserror::Error)]
#[error("{name} {why}\n{tail}\nthe whole log is in {}", log.display())]
pub struct Stuck {
	name: String,
	why: String,
	tail: String,
	log: PathBuf,
}

/// A running process. Dropping it kills it.
pub struct Process {
	/// What it is, for people.
	pub name: String,
	/// Its standard output and error.
	pub log: PathBuf,
	identity: Identity,
	child: Child,
}

impl Process {
	/// Starts `command` with its output at the end of `log`. It does not see this program's terminal
	/// signals, and is killed when this program ends, however that ends.
	pub fn start(name: impl Into<String>, mut command: Command, log: &Path) -> io::Result<Self> {
		let out = File::options().create(true).append(true).open(log)?;
		let err = out.try_clone()?;
		command.stdin(Stdio::null()).stdout(out).stderr(err).process_group(0);
		let child = spawn(command)?;
		let identity = Identity::of(child.id())?;
		Ok(Self { name: name.into(), log: log.into(), identity, child })
	}

	/// Which process it is.
	pub fn identity(&self) -> &Identity {
		&self.identity
	}

	/// How it ended, if it has.
	pub fn ended(&mut self) -> io::Result<Option<ExitStatus>> {
		self.child.try_wait()
	}

	/// Kills it, as a power cut would.
	pub fn kill(&mut self) {
		// It may have ended by itself.
		let _ = self.child.kill();
		let _ = self.child.wait();
	}

	/// A failure that shows the end of its log.
	pub fn stuck(&self, why: impl Into<String>) -> Stuck {
		Stuck { name: self.name.clone(), why: why.into(), tail: self.tail(), log: self.log.clone() }
	}

	/// The end of its log, for people.
	pub fn tail(&self) -> String {
		let text = fs::read(&self.log).unwrap_or_default();
		let text = String::from_utf8_lossy(&text);
		let lines: Vec<&str> = text.lines().collect();
		let start = lines.len().saturating_sub(TAIL_LINES);
		lines[start..].iter().map(|line| format!("  | {line}")).collect::<Vec<_>>().join("\n")
	}
}

impl Drop for Process {
	fn drop(&mut self) {
		self.kill();
	}
}

type Start = (Command, mpsc::Sender<io::Result<Child>>);

/// The thread that starts everything. The kernel kills a child when the *thread* that started it ends,
/// so it has to be one that lasts as long as the program.
static STARTER: LazyLock<Mutex<mpsc::Sender<Start>>> = LazyLock::new(|| {
	let (sender, receiver) = mpsc::channel::<Start>();
	std::thread::spawn(move || {
		for (mut command, answer) in receiver {
			// Nobody waits for the answer any more if the program is ending.
			let _ = answer.send(command.spawn());
		}
	});
	Mutex::new(sender)
});

/// Starts a command that is killed when this program ends, however that ends.
pub fn spawn(mut command: Command) -> io::Result<Child> {
	let parent = std::process::id();
	let tie = move || {
		// SAFETY: takes numbers only.
		if unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) } != 0 {
			return Err(io::Error::last_os_error());
		}
		// The parent may have ended before.
		match std::os::unix::process::parent_id() {
			now if now == parent => Ok(()),
			_ => Err(io::Error::from_raw_os_error(libc::ESRCH)),
		}
	};
	// SAFETY: between fork and exec two system calls are made, and nothing is allocated.
	unsafe { command.pre_exec(tie) };
	let (sender, answer) = mpsc::channel();
	let gone = |_| io::Error::other("the thread that starts processes is gone");
	let starter = STARTER.lock().unwrap_or_else(|poisoned| poisoned.into_inner());
	starter.send((command, sender)).map_err(|_| gone(mpsc::RecvError))?;
	drop(starter);
	answer.recv().map_err(gone)?
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::time::Duration;

	const PROBE: &str = "ASSAY_LOCAL_PROBE";

	/// Not a test by itself: the parent that is killed, a copy of this program.
	#[test]
	fn probe() {
		let Some(dir) = std::env::var_os(PROBE).map(PathBuf::from) else { return };
		let mut command = Command::new("sleep");
		command.arg("600");
		// From a thread that ends at once.
		let log = dir.join("log");
		let start = move || Process::start("the child", command, &log).expect("starts");
		let child = std::thread::spawn(start).join().expect("no panic");
		fs::write(dir.join("partial"), child.identity().pid.to_string()).expect("writes");
		fs::rename(dir.join("partial"), dir.join("pid")).expect("renames");
		std::thread::sleep(Duration::from_secs(600));
	}

	#[test]
	fn child_should_live_after_the_thread_that_asked_for_it_and_end_with_its_program() {
		let dir = tempfile::tempdir().expect("a temporary folder");
		let mut parent = Command::new(std::env::current_exe().expect("this program"))
			.args(["--exact", "process::tests::probe", "--nocapture"])
			.env(PROBE, dir.path())
			.stdout(Stdio::null())
			.spawn()
			.expect("starts");
		let pid = loop {
			match fs::read_to_string(dir.path().join("pid")) {
				Ok(pid) => break pid.parse().expect("a number"),
				Err(_) => std::thread::sleep(Duration::from_millis(5)),
			}
			assert_eq!(parent.try_wait().expect("it is ours"), None, "the parent ended");
		};
		let child = Identity::of(pid).expect("it lives");
		assert!(child.lives(), "although its thread has ended");
		parent.kill().expect("it runs");
		parent.wait().expect("it is ours");
		// The kernel kills it before it tells us of the parent's end, and it goes a moment later.
		while child.lives() {
			std::thread::sleep(Duration::from_millis(5));
		}
	}
}
