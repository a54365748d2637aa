//! Runs that were written down, beside what the table has of open tasks.

use super::reports::Reports;
use crate::host::{executor::Ran, store::TaskStore};
use assay_decisions::record::{EndedNote, Key, Sealed};
use std::{collections::BTreeMap, path::Path};

/// Runs that were written down.
pub struct Runs {
	/// Those whose tasks have ended, and when: all that is needed to tell which may go.
	pub ended: BTreeMap<Key, EndedNote>,
	/// What those took whose outcome is not public. Told when it is, and not before.
	unpublished: BTreeMap<Key, Ran>,
	reports: Reports,
	/// How many the store has.
	pub count: u64,
}

impl Runs {
	/// Those of a store: `all` that it has.
	pub fn new(base_path: &Path, all: &[(Key, Sealed)]) -> Self {
		Self {
			ended: all.iter().filter_map(|(key, run)| Some((*key, run.ended?))).collect(),
			unpublished: BTreeMap::new(),
			reports: Reports::new(base_path, all),
			count: all.len() as u64,
		}
	}

	/// A run was written down. Of a task that is gone nothing is told.
	pub fn note(&mut self, key: Key, ran: Ran, known: bool) {
		self.reports.note(key, &ran.sealed);
		if known {
			self.unpublished.insert(key, ran);
		}
	}

	/// What a run took whose outcome is public now, or is not to be told; once.
	pub fn take(&mut self, key: &Key) -> Option<Ran> {
		self.unpublished.remove(key)
	}

	/// Tasks have ended. One that was never run here has no outputs to remove.
	pub fn note_ended(&mut self, notes: Vec<(Key, EndedNote)>, store: &TaskStore) {
		self.reports.note_ended(&notes);
		let ran = |key: &Key| store.sealed(key).is_ok_and(|run| run.is_some());
		self.ended.extend(notes.into_iter().filter(|(key, _)| ran(key)));
	}

	/// The store has forgotten some.
	pub fn forget(&mut self, keys: &[Key]) {
		self.reports.forget(keys);
		for key in keys {
			self.ended.remove(key);
		}
	}

	/// Counts again what the store has.
	pub fn recount(&mut self, store: &TaskStore) {
		self.count = store.len().unwrap_or(self.count);
	}
}
