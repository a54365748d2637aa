//! The queue of jobs: the earliest deadline first, a bounded number at a time.

use assay_decisions::record::Key;
use assay_primitives::BlockNumber;
use assay_runner::Cancel;
use std::collections::{BTreeSet, HashMap};

/// Jobs that wait and jobs that run.
#[derive(Debug)]
pub struct Jobs {
	limit: usize,
	queue: BTreeSet<(BlockNumber, Key)>,
	/// Deadlines of what is in the queue.
	queued: HashMap<Key, BlockNumber>,
	running: HashMap<Key, Cancel>,
}

impl Jobs {
	pub fn new(limit: usize) -> Self {
		Self { limit, queue: BTreeSet::new(), queued: HashMap::new(), running: HashMap::new() }
	}

	/// Puts a job into the queue, unless it runs. What is there already gets the new deadline.
	pub fn push(&mut self, key: Key, until: BlockNumber) {
		if self.running.contains_key(&key) || self.queued.get(&key) == Some(&until) {
			return;
		}
		self.leave(&key);
		self.queued.insert(key, until);
		self.queue.insert((until, key));
	}

	/// The next job to be started, with the handle that stops it.
	pub fn start(&mut self) -> Option<(Key, Cancel)> {
		if self.running.len() >= self.limit {
			return None;
		}
		let (_, key) = self.queue.pop_first()?;
		self.queued.remove(&key);
		let cancel = Cancel::new();
		self.running.insert(key, cancel.clone());
		Some((key, cancel))
	}

	/// A job has ended.
	pub fn finish(&mut self, key: &Key) {
		self.running.remove(key);
	}

	/// Takes a job out of the queue, or stops it.
	pub fn cancel(&mut self, key: &Key) {
		self.leave(key);
		if let Some(cancel) = self.running.get(key) {
			cancel.cancel();
		}
	}

	fn leave(&mut self, key: &Key) {
		if let Some(until) = self.queued.remove(key) {
			self.queue.remove(&(until, *key));
		}
	}

	/// Empties the queue, and tells what was in it.
	pub fn clear_queue(&mut self) -> Vec<Key> {
		self.queued.clear();
		std::mem::take(&mut self.queue).into_iter().map(|(_, key)| key).collect()
	}

	/// Stops everything.
	pub fn cancel_all(&mut self) {
		self.clear_queue();
		for cancel in self.running.values() {
			cancel.cancel();
		}
	}

	/// Whether it waits or runs.
	pub fn has(&self, key: &Key) -> bool {
		self.running.contains_key(key) || self.queued.contains_key(key)
	}

	/// Whether it waits.
	pub fn waits(&self, key: &Key) -> bool {
		self.queued.contains_key(key)
	}

	pub fn queued(&self) -> usize {
		self.queue.len()
	}

	pub fn running(&self) -> usize {
		self.running.len()
	}

	pub fn limit(&self) -> usize {
		self.limit
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Hash, task::TaskId};

	fn key(deal: u64) -> Key {
		Key { task: TaskId { deal, index: 0 }, task_hash: Hash::zero() }
	}

	#[test]
	fn earliest_deadline_should_start_first_within_the_limit() {
		let mut jobs = Jobs::new(2);
		for (deal, until) in [(1, 30), (2, 10), (3, 20)] {
			jobs.push(key(deal), until);
			jobs.push(key(deal), until);
		}
		assert_eq!(jobs.queued(), 3);
		assert_eq!(jobs.start().map(|(key, _)| key), Some(key(2)));
		assert_eq!(jobs.start().map(|(key, _)| key), Some(key(3)));
		assert!(jobs.start().is_none(), "two run already");
		jobs.push(key(2), 10);
		assert_eq!(jobs.queued(), 1, "what runs is not queued again");
		jobs.finish(&key(3));
		assert_eq!(jobs.start().map(|(key, _)| key), Some(key(1)));
	}

	#[test]
	fn waiting_job_should_come_first_when_its_deadline_does() {
		let mut jobs = Jobs::new(1);
		jobs.push(key(1), 10);
		jobs.push(key(2), 20);
		jobs.push(key(2), 5);
		assert_eq!(jobs.queued(), 2);
		assert_eq!(jobs.start().map(|(key, _)| key), Some(key(2)));
		assert!(jobs.waits(&key(1)) && !jobs.waits(&key(2)) && jobs.has(&key(2)));
		jobs.push(key(2), 1);
		jobs.finish(&key(2));
		assert_eq!(jobs.start().map(|(key, _)| key), Some(key(1)), "what ran is not done again");
	}

	#[test]
	fn cancelled_job_should_be_stopped_or_leave_the_queue() {
		let mut jobs = Jobs::new(1);
		jobs.push(key(1), 1);
		jobs.push(key(2), 2);
		let (_, cancel) = jobs.start().expect("a slot is free");
		jobs.cancel(&key(2));
		assert_eq!((jobs.queued(), cancel.is_cancelled()), (0, false));
		jobs.cancel(&key(1));
		assert!(cancel.is_cancelled());
		assert_eq!(jobs.running(), 1, "it runs until it says that it ended");
	}
}
