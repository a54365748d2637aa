//! What a runner needs to know.

use codec::{Decode, Encode};
use std::{ffi::OsString, io, path::PathBuf, time::Duration};

/// How a worker process is started: our own executable again, with hidden arguments that lead to
/// [`crate::worker_main`].
#[derive(Clone, Debug)]
pub struct WorkerCommand {
	/// The executable.
	pub program: PathBuf,
	/// Its arguments.
	pub args: Vec<OsString>,
}

/// The hidden sub-command that programs dispatch to [`crate::worker_main`] before anything else.
pub const WORKER_ARG: &str = "__job";

impl WorkerCommand {
	/// The running executable under [`WORKER_ARG`]: what runs, whatever its file holds by now.
	pub fn current_exe() -> io::Result<Self> {
		let image = PathBuf::from(IMAGE);
		let program = if image.exists() { image } else { std::env::current_exe()? };
		Ok(Self { program, args: vec![WORKER_ARG.into()] })
	}
}

/// The image of whoever opens it. A child that was forked opens that of its parent.
const IMAGE: &str = "/proc/self/exe";

/// Settings of a [`crate::Runner`].
#[derive(Clone, Debug)]
pub struct RunnerConfig {
	/// Directory of compiled modules. Nobody else may write to it: what it holds is executed.
	pub cache_dir: PathBuf,
	/// Bytes of compiled modules to keep.
	pub cache_bytes: u64,
	/// How worker processes are started.
	pub worker: WorkerCommand,
	/// Run jobs even where a sandbox can't be set up. For tests and for machines of one's own.
	pub insecure: bool,
	/// Longest time that a job may run.
	pub wall_limit: Duration,
	/// Longest time that checking and compiling a module may take.
	pub prepare_limit: Duration,
	/// Most memory of a process that compiles, in bytes.
	pub prepare_memory: u64,
	/// How machine code is made; changes speed and nothing else.
	pub codegen: Codegen,
	/// Tell why and where a run ended early, see [`crate::Trace`]. Compiled modules take more room, and
	/// are kept beside those without; outcomes are the same.
	pub traces: bool,
}

/// How machine code is made.
#[derive(Clone, Copy, Debug, Decode, Default, Encode, Eq, Hash, PartialEq)]
pub enum Codegen {
	/// Optimised.
	#[default]
	Speed,
	/// Not optimised.
	Plain,
	/// Not optimised, and registers allocated in a single pass: the quickest to compile.
	Quick,
}

impl RunnerConfig {
	/// Settings with the usual bounds: a minute and 2 GiB for a compilation, an hour for a job.
	pub fn new(cache_dir: impl Into<PathBuf>, worker: WorkerCommand) -> Self {
		Self {
			cache_dir: cache_dir.into(),
			cache_bytes: 4 << 30,
			worker,
			insecure: false,
			wall_limit: Duration::from_secs(3_600),
			prepare_limit: Duration::from_secs(60),
			prepare_memory: 2 << 30,
			codegen: Codegen::Speed,
			traces: false,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::{env, fs, process::Command};

	/// Set where this test runs as a program of its own.
	const INNER: &str = "ASSAY_TEST_REPLACED";

	#[test]
	fn worker_should_start_when_the_programs_file_was_replaced() {
		let this = env::current_exe().expect("this program");
		if env::var_os(INNER).is_some() {
			fs::remove_file(&this).expect("its own");
			fs::write(&this, "another version").expect("its own");
			let worker = WorkerCommand::current_exe().expect("it finds itself").program;
			let listed = Command::new(worker).env_clear().arg("--list").output();
			assert!(listed.expect("it starts").status.success());
			return;
		}
		let folder = tempfile::tempdir().expect("temporary directory");
		let copy = folder.path().join("program");
		fs::copy(&this, &copy).expect("readable");
		let name = "config::tests::worker_should_start_when_the_programs_file_was_replaced";
		let ran = Command::new(copy).args(["--exact", name]).env(INNER, "1").output();
		let ran = ran.expect("it starts");
		assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stdout));
	}
}
