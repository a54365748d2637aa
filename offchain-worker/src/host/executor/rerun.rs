//! Running somebody else's task once more, only to see what comes out; and why runs come to nothing.

use assay_decisions::{provider::JobFailure, record::Key};
use assay_primitives::{outcome::Outcome, request::Request};
use assay_runner::{Cancel, RunError};

/// Why content is not there.
#[derive(Clone, Debug)]
pub struct FetchFailure {
	pub reason: String,
	/// The local disk failed, not the sources: never a reason to decline.
	pub local: bool,
}

/// Why a job gave no outcome. Always the infrastructure's fault.
#[derive(Debug, thiserror::Error)]
pub enum RunFailure {
	#[error(transparent)]
	Runner(#[from] RunError),
	/// What was fetched is not in the store any more, or is not what it should be.
	#[error("content is missing: {0}")]
	Content(String),
	/// The disk failed.
	#[error("{0:#}")]
	Disk(anyhow::Error),
}

impl RunFailure {
	/// What it says about the job.
	pub fn kind(&self) -> JobFailure {
		match self {
			Self::Runner(RunError::Cancelled) => JobFailure::Cancelled,
			Self::Runner(_) => JobFailure::Other,
			Self::Content(_) => JobFailure::Content,
			Self::Disk(_) => JobFailure::Disk,
		}
	}

	/// Label of metrics.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Runner(RunError::Cancelled) => "cancelled",
			Self::Runner(RunError::TimedOut { .. }) => "timed_out",
			Self::Runner(RunError::WorkerDied(_)) => "worker_died",
			Self::Runner(RunError::Sandbox(_)) => "sandbox",
			Self::Runner(RunError::Engine(_)) => "engine",
			Self::Runner(RunError::Io { .. }) | Self::Disk(_) => "disk",
			Self::Runner(_) => "runner",
			Self::Content(_) => "content",
		}
	}
}

/// Gets content and runs tasks, as those need it who judge or watch.
pub trait Rerun: Clone + Send + Sync + 'static {
	/// Fetches module and input of task `index` of a deal into the local store. Gives the bytes that
	/// came over. A private input whose key was not handed over is looked for in the clear: its client may have published it.
	fn get(
		&self,
		request: Request,
		index: u32,
	) -> impl Future<Output = Result<u64, FetchFailure>> + Send;
	/// Takes the key of a task's private input from now on, where it has one and the client hands keys
	/// to judges too.
	fn expect_key(&self, _task: Key, _request: &Request) {}
	/// The task's key is not needed any more.
	fn forget_key(&self, _task: &Key) {}
	/// Runs a task whose content is here, and leaves nothing behind.
	fn rerun(
		&self,
		request: Request,
		index: u32,
		cancel: Cancel,
	) -> impl Future<Output = Result<Outcome, RunFailure>> + Send;
}
