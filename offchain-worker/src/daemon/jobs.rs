//! The queue of jobs: the earliest deadline first, a bounded number at a time.

use crate::store::Key;
use assay_primitives::BlockNumber;
use assay_runner::Cancel;
use std::collections::HashMap;

/// Jobs that wait and jobs that run.
#[derive(Debug)]
pub struct Jobs {
	limit: usize,
	queue: Vec<(BlockNumber, Key)>,
	running: HashMap<Key, Cancel>,
}

impl Jobs {
	pub fn new(limit: usize) -> Self {
		Self { limit, queue: Vec::new(), running: HashMap::new() }
	}

	/// Puts a job into the queue, unless it is there or runs.
	pub fn push(&mut self, key: Key, until: BlockNumber) {
		if !self.running.contains_key(&key) && !self.queue.iter().any(|(_, other)| *other == key) {
			self.queue.push((until, key));
		}
	}

	/// The next job to be started, with the handle that stops it.
	pub fn start(&mut self) -> Option<(Key, Cancel)> {
		if self.running.len() >= self.limit {
			return None;
		}
		let (first, _) = self.queue.iter().enumerate().min_by_key(|(_, job)| **job)?;
		let (_, key) = self.queue.swap_remove(first);
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
		self.queue.retain(|(_, other)| other != key);
		if let Some(cancel) = self.running.get(key) {
			cancel.cancel();
		}
	}

	/// Empties the queue, and tells what was in it.
	pub fn clear_queue(&mut self) -> Vec<Key> {
		std::mem::take(&mut self.queue).into_iter().map(|(_, key)| key).collect()
	}

	/// Stops everything.
	pub fn cancel_all(&mut self) {
		self.queue.clear();
		for cancel in self.running.values() {
			cancel.cancel();
		}
	}

	/// Whether it waits or runs.
	pub fn has(&self, key: &Key) -> bool {
		self.running.contains_key(key) || self.queue.iter().any(|(_, other)| other == key)
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
