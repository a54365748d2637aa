//! What a worker gives up before it is shown anything that a stranger made.

mod attempt;
mod namespaces;
mod process;
mod seccomp;

pub use attempt::Attempt;
pub use process::{close_inherited, die_with_parent, one_heap};

use codec::{Decode, Encode};

/// What the sandbox of this machine consists of.
#[derive(Clone, Debug, Decode, Default, Encode, Eq, PartialEq)]
pub struct SandboxReport {
	/// User, mount, network, IPC and host name namespaces of its own.
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

impl SandboxReport {
	/// Whether the required parts are there. Landlock is not one of them: with an empty root and no
	/// system call that opens anything, it is a third lock on a closed door.
	pub fn is_sufficient(&self) -> bool {
		self.namespaces && self.empty_root && self.seccomp
	}

	fn note(&mut self, what: &str, result: std::io::Result<()>) -> bool {
		if let Err(error) = &result {
			self.missing.push(format!("{what}: {error}"));
		}
		result.is_ok()
	}
}

/// First half, while the process has a single thread: everything but system calls, which the engine
/// needs more of until it has loaded.
pub fn enter(data_bytes: u64, cpu_seconds: u64) -> SandboxReport {
	let mut report = SandboxReport::default();
	// While there still is a /proc.
	report.note("order of dying", process::die_first());
	report.namespaces = report.note("namespaces", namespaces::unshare());
	report.empty_root = report.note("empty root", namespaces::empty_root());
	report.note("resource limits", process::limit(data_bytes, cpu_seconds));
	report.note("capabilities", process::drop_capabilities());
	report.landlock = report.note("landlock", process::landlock());
	report
}

/// Second half, for all threads: only the system calls on the list from now on.
pub fn seal(report: &mut SandboxReport) {
	let sealed = seccomp::apply();
	report.seccomp = report.note("seccomp", sealed);
}
