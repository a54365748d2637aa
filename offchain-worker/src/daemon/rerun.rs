//! Running somebody else's task once more, only to see what comes out.

use super::executor::{FetchFailure, RunFailure};
use assay_decisions::record::Key;
use assay_primitives::{outcome::Outcome, request::Request};
use assay_runner::Cancel;

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
