//! The tasks that the daemon knows of, as the chain shows them at the best and at the final block.

use assay_client::BlockInfo;
use assay_decisions::{
	provider::{self as plan, Local, Place},
	record::Key,
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	deal::{NextStep, TaskStatus, TaskView},
	task::{DealId, TaskId},
};
use std::collections::{BTreeMap, HashSet};

/// Blocks for which a task that is on neither chain is remembered: a re-organisation may bring it
/// back, and its job runs on.
const GRACE: BlockNumber = 10;

/// One task.
#[derive(Debug, Default)]
pub struct Entry {
	pub best: Option<TaskView>,
	pub finalized: Option<TaskView>,
	pub local: Local,
	/// Best block since which it is on neither chain.
	pub gone_since: Option<BlockNumber>,
	/// Name of the step that was logged last.
	pub logged: &'static str,
	/// Whether it has a finished run, as far as this process has looked.
	pub ran: bool,
}

/// All tasks, by number and hash: forks may give one number to different tasks.
#[derive(Debug, Default)]
pub struct TaskTable {
	pub entries: BTreeMap<Key, Entry>,
}

/// Key of a task as the chain shows it.
pub fn key_of(view: &TaskView) -> Key {
	Key { task: view.id, task_hash: view.deal.task_hash }
}

/// Numbers of known tasks that are not among `open`. `known` is sorted.
pub fn missing(known: &[Key], open: &[TaskView]) -> Vec<TaskId> {
	let open: HashSet<Key> = open.iter().map(key_of).collect();
	let mut missing: Vec<TaskId> =
		known.iter().filter(|key| !open.contains(key)).map(|key| key.task).collect();
	missing.dedup();
	missing
}

impl TaskTable {
	/// Remembers a task that the store knows, until the chain says what became of it.
	pub fn expect(&mut self, key: Key) {
		self.entries.entry(key).or_default();
	}

	/// All known tasks.
	pub fn known(&self) -> Vec<Key> {
		self.entries.keys().copied().collect()
	}

	/// Whether any task of a deal is known.
	pub fn has_deal(&self, deal: DealId) -> bool {
		let key =
			|index, byte| Key { task: TaskId { deal, index }, task_hash: Hash::repeat_byte(byte) };
		self.entries.range(key(0, 0)..=key(u32::MAX, 0xff)).next().is_some()
	}

	/// Takes over what the best block shows.
	pub fn best(&mut self, block: BlockInfo, views: Vec<TaskView>) {
		for entry in self.entries.values_mut() {
			entry.best = None;
		}
		for view in views {
			let key = key_of(&view);
			let open = matches!(view.status, TaskStatus::Open(_));
			if !open && !self.entries.contains_key(&key) {
				continue;
			}
			self.entries.entry(key).or_default().best = Some(view);
		}
		for entry in self.entries.values_mut() {
			let seen = entry.best.is_some() || entry.finalized.is_some();
			entry.gone_since =
				if seen { None } else { Some(entry.gone_since.unwrap_or(block.number)) };
			let poke = entry.best.as_ref().is_some_and(|view| view.next == NextStep::Poke);
			entry.local.poke_seen = poke.then(|| entry.local.poke_seen.unwrap_or(block.number));
		}
	}

	/// Takes over what the final block shows.
	pub fn finalized(&mut self, views: Vec<TaskView>) {
		for entry in self.entries.values_mut() {
			entry.finalized = None;
		}
		for view in views {
			// A task that only the final chain has is one that the best block will show too.
			if let Some(entry) = self.entries.get_mut(&key_of(&view)) {
				entry.finalized = Some(view);
			}
		}
	}

	/// Drops tasks of bags that others were drawn for and that nothing was done about: there may be
	/// hundreds, and no money of `me` is in them. If it is drawn for one after all, the chain shows it
	/// again.
	pub fn drop_of_others(&mut self, me: &AccountId) {
		let of_others = |entry: &Entry| {
			let Some(view) = &entry.best else { return false };
			let TaskStatus::Open(task) = &view.status else { return false };
			view.deal.is_bag()
				&& !task.replicas.is_empty()
				&& plan::place(view, task, me) == Place::Candidate
				&& entry.local.sending.is_empty()
				&& entry.local.drawn_seen.is_none()
		};
		self.entries.retain(|_, entry| !of_others(entry));
	}

	/// Removes tasks that were on neither chain for long, and tells which.
	pub fn sweep(&mut self, now: BlockNumber) -> Vec<Key> {
		let gone = |entry: &Entry| {
			entry.gone_since.is_some_and(|since| now >= since.saturating_add(GRACE))
		};
		let keys: Vec<Key> =
			self.entries.iter().filter(|(_, entry)| gone(entry)).map(|(key, _)| *key).collect();
		for key in &keys {
			self.entries.remove(key);
		}
		keys
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{TASK, key, view, waiting};

	#[test]
	fn expected_task_should_be_closed_when_the_chain_forgot_it() {
		let mut table = TaskTable::default();
		table.expect(key());
		let block = |number| BlockInfo { number, hash: Hash::zero(), parent: Hash::zero() };
		table.best(block(5), vec![]);
		assert!(table.sweep(14).is_empty(), "a re-organisation may bring it back");
		table.best(block(14), vec![]);
		assert_eq!(table.sweep(15), vec![key()]);
		let open = view(20, waiting(), &[], NextStep::Randomness);
		table.best(block(20), vec![open.clone()]);
		assert!(missing(&table.known(), &[open]).is_empty());
		assert_eq!(missing(&table.known(), &[]), vec![TASK]);
		let shown = &table.entries[&key()].best.as_ref().expect("seen").status;
		assert!(matches!(shown, TaskStatus::Open(_)));
	}
}
