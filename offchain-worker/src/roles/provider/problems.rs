//! What is wrong at the moment. Each kind is told once when it appears and once when it is over.

use std::collections::BTreeMap;

/// Kinds of problems.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Kind {
	/// No node can be reached, or it is behind.
	Chain,
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
#[derive(Debug, Default)]
pub struct Problems(BTreeMap<Kind, String>);

impl Problems {
	/// Something is wrong.
	pub fn raise(&mut self, kind: Kind, what: impl Into<String>) {
		let what = what.into();
		if self.0.get(&kind) != Some(&what) {
			if !self.0.contains_key(&kind) {
				tracing::warn!(problem = ?kind, "{what}");
			}
			self.0.insert(kind, what);
		}
	}

	/// It is over.
	pub fn clear(&mut self, kind: Kind) {
		if self.0.remove(&kind).is_some() {
			tracing::info!(problem = ?kind, "solved");
		}
	}

	/// Raises or clears.
	pub fn set(&mut self, kind: Kind, what: Option<String>) {
		match what {
			Some(what) => self.raise(kind, what),
			None => self.clear(kind),
		}
	}

	pub fn has(&self, kind: Kind) -> bool {
		self.0.contains_key(&kind)
	}

	/// Whether new tasks are refused.
	pub fn stop_work(&self) -> bool {
		self.0.keys().any(|kind| kind.stops_work())
	}

	pub fn is_empty(&self) -> bool {
		self.0.is_empty()
	}

	/// In words.
	pub fn list(&self) -> Vec<String> {
		self.0.values().cloned().collect()
	}
}
