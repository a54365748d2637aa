//! What a wait for a job is for.

use std::{path::Path, time::Duration};

/// What a wait is for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Goal {
	/// A result, though it may still be questioned.
	Result,
	/// The end, without doing anything for it.
	Settled,
	/// The end, as soon as the client can bring it about.
	Accepted,
}

impl Goal {
	/// What the options ask for.
	pub fn new(accept: bool, settled: bool) -> Self {
		match (accept, settled) {
			(true, _) => Self::Accepted,
			(false, true) => Self::Settled,
			(false, false) => Self::Result,
		}
	}
}

/// How a job is waited for.
pub struct Wait<'a> {
	/// What for.
	pub goal: Goal,
	/// For how long at most.
	pub timeout: Duration,
	/// Where its outputs are to be. Nothing is accepted before they are there.
	pub directory: Option<&'a Path>,
}
