//! Getting content and running jobs, as the daemon needs it.

pub mod inputs;
pub mod local;
pub mod rerun;
pub mod runner;

use crate::host::{
	clock::unix_now,
	executor::rerun::{FetchFailure, RunFailure},
	outputs::Outputs,
	store::{TaskStore, fresh_salts},
};
use anyhow::Context;
use assay_decisions::{
	eligible::Refusal,
	lies::{Misbehave, said},
	record::{Key, Sealed},
	view::SharedView,
};
use assay_primitives::content::ContentRef;
use assay_runner::{Cancel, Finished};
use std::time::Duration;

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
	let salts = fresh_salts().context("no random numbers").map_err(disk)?;
	let sealed = Sealed::new(outcome, finished.manifest, salts, unix_now());
	let sealed = match misbehave {
		Some(Misbehave::Betray) => sealed.reporting(truth),
		_ => sealed,
	};
	let sealed = store.seal(key, &sealed).context("the seal can't be kept").map_err(disk)?;
	let stats = finished.stats;
	Ok(Ran { sealed, execute: stats.execute, wall: stats.wall, peak_memory: stats.peak_memory })
}
