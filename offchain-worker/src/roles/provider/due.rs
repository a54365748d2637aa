//! What has to be done in time, or costs a stake.

use super::report;
use crate::host::store::Promise;
use assay_decisions::record::Key;
use assay_primitives::BlockNumber;
use std::collections::BTreeMap;

/// What has to be done, and until when.
#[derive(Debug, Default)]
pub struct Due {
	/// When seals have to be opened, as far as the store knows.
	pub promises: BTreeMap<Key, Promise>,
	/// Tasks whose seal is written down and not revealed yet, with their deadlines.
	unrevealed: BTreeMap<Key, BlockNumber>,
	/// Tasks whose report may have to be opened, with the ends of their windows.
	unreported: BTreeMap<Key, BlockNumber>,
}

impl Due {
	/// What was promised before, and nothing else so far.
	pub fn new(promises: BTreeMap<Key, Promise>) -> Self {
		Self { promises, ..Self::default() }
	}

	/// Before all tasks are looked at anew.
	pub fn clear(&mut self) {
		self.unrevealed.clear();
		self.unreported.clear();
	}

	/// A seal has to be opened before a block.
	pub fn reveal(&mut self, key: Key, until: BlockNumber) {
		self.unrevealed.insert(key, until);
	}

	/// A report may have to be opened before a block.
	pub fn report(&mut self, key: Key, until: BlockNumber) {
		self.unreported.insert(key, until);
	}

	/// First block in which it is too late to open a report.
	pub fn report_until(&self, key: &Key) -> Option<BlockNumber> {
		self.unreported.get(key).copied()
	}

	/// Whether nothing is left.
	pub fn is_empty(&self) -> bool {
		self.unrevealed.is_empty() && self.unreported.is_empty()
	}

	/// Seals to be opened.
	pub fn seals(&self) -> usize {
		self.unrevealed.len()
	}

	/// Tells what a restart has to come in time for.
	pub fn tell(&self) {
		for (key, until) in &self.unrevealed {
			let task = report::name(&key.task);
			tracing::error!(
				%task, until,
				"sealed and not revealed; start the daemon again before that block, or lose the stake"
			);
		}
		for (key, until) in &self.unreported {
			let task = report::name(&key.task);
			tracing::error!(
				%task, until,
				"its report is not opened; start the daemon again before that block, or the lie stands"
			);
		}
	}
}
