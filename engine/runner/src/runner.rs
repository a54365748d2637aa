//! The parent's side.

use crate::{Cancel, Finished, Job, ModuleSource, Prepared, RunError, RunnerConfig, SandboxError};
use assay_primitives::profile::ProfileId;
use codec::{Decode, Encode};
use std::path::Path;

/// What the sandbox of this machine consists of.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
pub struct SandboxReport {
	/// User, mount, network, IPC, host name and cgroup namespaces of its own.
	pub namespaces: bool,
	/// An empty read-only root directory.
	pub empty_root: bool,
	/// A list of the only system calls that are allowed.
	pub seccomp: bool,
	/// Landlock on top of the empty root.
	pub landlock: bool,
	/// What could not be set up, in words; empty where all of it could.
	pub missing: Vec<String>,
}

/// Prepares and runs jobs. Can be shared between threads; every call blocks its own.
#[derive(Debug)]
pub struct Runner {
	config: RunnerConfig,
	sandbox: SandboxReport,
}

impl Runner {
	/// Sets up the cache directory and tries the sandbox in a worker process.
	///
	/// Refuses where it lacks namespaces, the empty root or seccomp, unless `config.insecure`.
	pub fn new(config: RunnerConfig) -> Result<Self, SandboxError> {
		Err(SandboxError::Incomplete(format!("{:?}", config.worker.program)))
	}

	/// The settings.
	pub fn config(&self) -> &RunnerConfig {
		&self.config
	}

	/// What the sandbox consists of here.
	pub fn sandbox(&self) -> &SandboxReport {
		&self.sandbox
	}

	/// Checks and compiles a module ahead of its first run, for tasks with this bound on memory.
	pub fn prepare(
		&self,
		_module: &ModuleSource,
		_profile: &ProfileId,
		_memory_pages: u32,
		_cancel: &Cancel,
	) -> Result<Prepared, RunError> {
		Err(RunError::Cancelled)
	}

	/// Runs a job and stores its outputs under `out_dir`, which is created where it is missing.
	///
	/// Blocks until it has ended, `cancel` is used or a limit is reached. Every error is one of
	/// this machine or of the caller: the same job may well succeed elsewhere.
	pub fn run(&self, _job: &Job, _out_dir: &Path, _cancel: &Cancel) -> Result<Finished, RunError> {
		Err(RunError::Cancelled)
	}
}

/// Checks a module against profile 1, in this process: for modules that one trusts to be parsed.
pub fn check(_module: &[u8]) -> Result<assay_metering::ModuleInfo, assay_metering::Refusal> {
	unreachable!()
}
/// Entry of the hidden sub-command that a worker process is started with. Never returns.
///
/// Must be called before any thread is started and before arguments are parsed.
pub fn worker_main() -> ! {
	std::process::exit(2)
}
