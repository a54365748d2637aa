//! Getting content and running jobs, as the daemon needs it.

use crate::{
	cli::Misbehave,
	outputs::Outputs,
	plan::Refusal,
	store::{Key, Sealed, TaskStore},
	view::SharedView,
};
use anyhow::Context;
use assay_primitives::{AccountId, content::ContentRef, hashing::tagged_hash, outcome::Outcome};
use assay_runner::{Cancel, Finished, RunError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A run that was written down.
#[derive(Clone, Debug)]
pub struct Ran {
	pub sealed: Sealed,
	/// Of the job alone.
	pub execute: Duration,
	/// From the call to its return.
	pub wall: Duration,
	pub peak_memory: u64,
}

/// Content that is here now.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Fetched {
	/// Bytes that came over.
	pub bytes: u64,
	/// Whether all is here that a run needs; before the draw the inputs of a bag are left where they are.
	pub complete: bool,
	/// The task's own input, where it is an item of a list.
	pub item: Option<ContentRef>,
	/// Why that was not fetched.
	pub refused: Option<Refusal>,
}

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

/// Getting content and running jobs.
pub trait Executor: Clone + Send + Sync + 'static {
	/// Fetches module and input of a task into the local store.
	fn fetch(&self, view: SharedView)
	-> impl Future<Output = Result<Fetched, FetchFailure>> + Send;
	/// Compiles the module of a task whose content is here, ahead of the run. Only to save time.
	fn prepare(&self, view: SharedView) -> impl Future<Output = ()> + Send;
	/// Runs a task, keeps its outputs, and writes the outcome down before it returns.
	fn run(
		&self,
		key: Key,
		view: SharedView,
		cancel: Cancel,
	) -> impl Future<Output = Result<Ran, RunFailure>> + Send;
}

/// Writes a finished run down: first the outputs, then the record with its salts.
pub fn seal(
	key: &Key,
	finished: Finished,
	outputs: &Outputs,
	store: &TaskStore,
	misbehave: Option<Misbehave>,
) -> Result<Ran, RunFailure> {
	let truth = finished.outcome;
	let outcome = said(truth, &store.identity().stash, misbehave);
	let disk = RunFailure::Disk;
	outputs.keep(key).context("outputs can't be kept").map_err(disk)?;
	let sealed = Sealed::new(outcome, finished.manifest, unix_now())
		.context("no random numbers")
		.map_err(disk)?;
	let sealed = match misbehave {
		Some(Misbehave::Betray) => sealed.reporting(truth),
		_ => sealed,
	};
	let sealed = store.seal(key, &sealed).context("the seal can't be kept").map_err(disk)?;
	let stats = finished.stats;
	Ok(Ran { sealed, execute: stats.execute, wall: stats.wall, peak_memory: stats.peak_memory })
}

/// What `who` says came out.
pub fn said(outcome: Outcome, who: &AccountId, misbehave: Option<Misbehave>) -> Outcome {
	match misbehave {
		Some(Misbehave::Lie) => forge(outcome, Some(who)),
		Some(Misbehave::Collude | Misbehave::Betray) => forge(outcome, None),
		_ => outcome,
	}
}

/// An outcome that could be one, and is not. Every liar that is named has its own, so that two don't
/// agree; all that are not have the same.
pub fn forge(outcome: Outcome, liar: Option<&AccountId>) -> Outcome {
	let mut forged = outcome;
	forged.output.root = match liar {
		Some(liar) => tagged_hash(b"assay/lie/1", &(liar, outcome.output.root)),
		None => tagged_hash(b"assay/collusion/1", &outcome.output.root),
	};
	forged.output.len = forged.output.len.max(1);
	forged
}

/// Seconds since 1970.
pub fn unix_now() -> u64 {
	SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |passed| passed.as_secs())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{account, outcome, spec};

	#[test]
	fn forged_outcome_should_differ_by_liar_and_still_fit() {
		let honest = outcome(7);
		let say = |who, how| said(honest, &account(who), how);
		let (one, two) = (say(1, Some(Misbehave::Lie)), say(2, Some(Misbehave::Lie)));
		assert!(one != honest && one != two);
		assert!(one.fits(&spec()) && two.fits(&spec()));
		assert_eq!(one, say(1, Some(Misbehave::Lie)), "a liar stands by its lie");
		let (one, two) = (say(1, Some(Misbehave::Collude)), say(2, Some(Misbehave::Collude)));
		assert!(one == two && one != honest && one.fits(&spec()), "who colludes says the same");
		assert_eq!(say(3, Some(Misbehave::Betray)), one, "also who betrays the others");
		assert_eq!(say(1, Some(Misbehave::Withhold)), honest);
		assert_eq!(say(1, None), honest);
	}
}
