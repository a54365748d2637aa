//! How far the chain was followed, so that one who is far behind comes nearer however little there is time for.

use assay_primitives::{BlockNumber, Hash, task::TaskId};
use std::collections::VecDeque;

/// Most final blocks whose events are read to catch up.
const MAX_BEHIND: BlockNumber = 256;

/// What is to be looked at next. Each is a few answers of a node.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Step {
	/// This task, as it stands.
	Task(TaskId),
	/// What was agreed on in this block.
	Block(BlockNumber),
}

/// What was looked at, and what is to be. A step that is cut off is taken again.
#[derive(Debug, Default)]
pub struct Trail {
	/// Tasks that were told of, and not looked at yet. No more blocks are read before they were.
	tasks: VecDeque<TaskId>,
	/// The last block that was read; `None` before the start.
	read: Option<BlockNumber>,
	/// The best block up to which that is.
	best: Option<Hash>,
}

impl Trail {
	pub fn has_begun(&self) -> bool {
		self.read.is_some()
	}

	/// Begins after a block. What was before it is in these tasks.
	pub fn begin(&mut self, block: BlockNumber, tasks: impl IntoIterator<Item = TaskId>) {
		self.read = Some(block);
		self.add(tasks);
	}

	/// More tasks that are to be looked at.
	pub fn add(&mut self, tasks: impl IntoIterator<Item = TaskId>) {
		self.tasks.extend(tasks);
	}

	/// Goes on to a best block. One that was not the best before is read even where another one of its number was.
	pub fn turn_to(&mut self, best: BlockNumber, hash: Hash) {
		if self.best.replace(hash) != Some(hash) {
			self.read = self.read.map(|read| read.min(best.saturating_sub(1)));
		}
	}

	/// What comes next on the way up to and with block `best`.
	pub fn next(&self, best: BlockNumber) -> Option<Step> {
		if let Some(task) = self.tasks.front() {
			return Some(Step::Task(*task));
		}
		let from = self.read?.saturating_add(1).max(best.saturating_sub(MAX_BEHIND));
		(from <= best).then_some(Step::Block(from))
	}

	/// The task that was next was looked at.
	pub fn looked(&mut self) {
		self.tasks.pop_front();
	}

	/// The block that was next was read; it tells of these tasks.
	pub fn read(&mut self, block: BlockNumber, tasks: impl IntoIterator<Item = TaskId>) {
		self.read = Some(block);
		self.add(tasks);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::deal::single;

	/// A watcher whose node answers so slowly that there is time for so many steps between two blocks, and what it has
	/// seen. In each block this many tasks are agreed on.
	struct Slow {
		trail: Trail,
		steps: usize,
		of_block: u64,
		seen: Vec<u64>,
		blocks: Vec<BlockNumber>,
	}

	impl Slow {
		fn new(steps: usize, of_block: u64) -> Self {
			let (trail, seen, blocks) = (Trail::default(), Vec::new(), Vec::new());
			Self { trail, steps, of_block, seen, blocks }
		}

		fn tasks(&self, block: BlockNumber) -> impl Iterator<Item = TaskId> + use<> {
			let first = u64::from(block) * self.of_block;
			(first..first + self.of_block).map(single)
		}

		/// Looks while there is time, the last step being cut off; whether all is done.
		fn look(&mut self, best: BlockNumber) -> bool {
			self.look_at(best, Hash::from_low_u64_be(best.into()))
		}

		fn look_at(&mut self, best: BlockNumber, hash: Hash) -> bool {
			self.trail.turn_to(best, hash);
			for _ in 0..self.steps {
				match self.trail.next(best) {
					None => return true,
					Some(Step::Task(task)) => {
						self.seen.push(task.deal);
						self.trail.looked();
					},
					Some(Step::Block(block)) => {
						let tasks = self.tasks(block);
						self.blocks.push(block);
						self.trail.read(block, tasks);
					},
				}
			}
			self.trail.next(best).is_none()
		}
	}

	#[test]
	fn watcher_should_catch_up_when_every_look_is_cut_off() {
		// A hundred blocks behind, with time for five steps in each block, of which a block takes two.
		let mut slow = Slow::new(5, 1);
		slow.trail.begin(100, []);
		let reached = (200..400).find(|best| slow.look(*best)).expect("it catches up");
		assert_eq!(slow.blocks, (101..=reached).collect::<Vec<_>>(), "each once, in order");
		assert_eq!(slow.seen, (101..=u64::from(reached)).collect::<Vec<_>>());
		assert!(reached < 300, "{reached}");
	}

	#[test]
	fn watcher_should_get_through_a_block_when_it_tells_of_more_than_there_is_time_for() {
		let mut slow = Slow::new(10, 64);
		slow.trail.begin(6, []);
		let looks = (0..).find(|_| slow.look(7)).expect("it gets through");
		assert_eq!(looks, 6, "a block and 64 tasks, by tens");
		assert_eq!(slow.seen, (7 * 64..8 * 64).collect::<Vec<_>>());
	}

	#[test]
	fn watcher_should_begin_when_there_is_no_time_for_all_that_was_before() {
		let mut slow = Slow::new(10, 0);
		slow.trail.begin(50, (0..64).map(single));
		let reached = (50..).find(|best| slow.look(*best)).expect("it gets through");
		assert_eq!(slow.seen, (0..64).collect::<Vec<_>>());
		assert_eq!(slow.blocks, (50..=reached).collect::<Vec<_>>());
	}

	#[test]
	fn best_block_should_be_read_when_it_is_of_another_fork_and_old_ones_be_left_out() {
		let mut slow = Slow::new(1_000, 0);
		slow.trail.begin(10, []);
		assert!(slow.look(12) && slow.look(12));
		assert!(slow.look_at(12, Hash::repeat_byte(1)) && slow.look_at(11, Hash::repeat_byte(2)));
		assert_eq!(slow.blocks, [11, 12, 12, 11]);
		slow.blocks.clear();
		assert!(slow.look(1_000));
		assert_eq!(slow.blocks.first(), Some(&(1_000 - MAX_BEHIND)));
	}
}
