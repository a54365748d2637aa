//! What is wrong with a provider at the moment.

use crate::host::trouble::Troubles;

/// Kinds of problems.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
	/// No node can be reached, or it is behind.
	Chain,
	/// What nodes call final is not shown to be so.
	Finality,
	/// Not all bags that name this provider could be looked at.
	Bags,
	/// The stash is no provider, or another key is its operator.
	Registration,
	/// Too little space, or the store can't be written.
	Disk,
	/// The operator key can't pay fees.
	Fees,
	/// The free bond is too small for new work.
	Bond,
	/// The chain shows a seal that this daemon did not make.
	Fault,
	/// The chain names another address for outputs.
	Endpoint,
	/// Jobs can't be run on this machine.
	Sandbox,
}

impl Kind {
	/// Whether new tasks are refused while it lasts.
	pub fn stops_work(self) -> bool {
		matches!(self, Self::Disk | Self::Registration)
	}
}

/// What is wrong at the moment.
pub type Problems = Troubles<Kind>;

impl Problems {
	/// Whether new tasks are refused.
	pub fn stop_work(&self) -> bool {
		self.kinds().any(|kind| kind.stops_work())
	}
}
