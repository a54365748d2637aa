//! Tasks that wait to be run again.

use assay_decisions::{record::Key, view::SharedView};
use assay_primitives::{Balance, BlockNumber, outcome::Digest, task::TaskId};
use std::collections::{BTreeMap, VecDeque};

/// Tasks that wait at most: more say nothing but that this machine is too small.
pub const MOST: usize = 256;
/// Blocks after which a task that could not be run is looked at again.
const PAUSE: BlockNumber = 32;

/// A task that waits to be run again.
#[derive(Clone, Debug)]
pub struct Wanted {
	pub view: SharedView,
	/// What was agreed on; zeros where nothing was.
	pub agreed: Digest,
	/// First block in which it is too late.
	pub until: BlockNumber,
}

/// In which order tasks are run.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Sorting {
	/// As they came.
	Coming,
	/// Those with most at stake first: whoever has many cheap results doubted must not keep a machine from a dear one.
	Stake,
}

/// Tasks that wait, and those that are to be looked at again.
#[derive(Debug)]
pub struct Waiting {
	order: Sorting,
	wanted: VecDeque<Wanted>,
	again: BTreeMap<TaskId, BlockNumber>,
}

impl Waiting {
	pub fn new(order: Sorting) -> Self {
		Self { order, wanted: VecDeque::new(), again: BTreeMap::new() }
	}

	pub fn contains(&self, key: &Key) -> bool {
		self.wanted.iter().any(|it| it.view.id == key.task && it.view.task_hash == key.task_hash)
	}

	/// Takes a task in; gives back what there is no room for: this one, or what has less at stake.
	pub fn push(&mut self, wanted: Wanted) -> Option<Wanted> {
		self.again.remove(&wanted.view.id);
		self.wanted.push_back(wanted);
		if self.wanted.len() <= MOST {
			return None;
		}
		match self.order {
			Sorting::Coming => self.wanted.pop_back(),
			Sorting::Stake => {
				// Of equal ones the last that came.
				let least = (0..self.wanted.len()).rev().min_by_key(|at| self.stake(*at));
				least.and_then(|at| self.wanted.remove(at))
			},
		}
	}

	/// What is to be run next.
	pub fn pop(&mut self) -> Option<Wanted> {
		match self.order {
			Sorting::Coming => self.wanted.pop_front(),
			Sorting::Stake => {
				// Of equal ones the first that came.
				let most = (0..self.wanted.len()).rev().max_by_key(|at| self.stake(*at));
				most.and_then(|at| self.wanted.remove(at))
			},
		}
	}

	fn stake(&self, at: usize) -> Balance {
		self.wanted[at].view.deal.terms.stake
	}

	/// Has a task looked at again in a while: what could not be run in time may be in doubt for longer.
	pub fn again(&mut self, task: TaskId, now: BlockNumber) {
		self.again.insert(task, now.saturating_add(PAUSE));
	}

	/// A task whose time to be looked at again has come, taken out.
	pub fn due(&mut self, now: BlockNumber) -> Option<TaskId> {
		let due = self.again.iter().find(|(_, from)| **from <= now).map(|(task, _)| *task)?;
		self.again.remove(&due);
		Some(due)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::view;
	use assay_primitives::deal::{Deal, NextStep, TaskState, single};
	use std::sync::Arc;

	/// Task number `deal`, with so much at stake.
	fn wanted(deal: u64, stake: Balance) -> Wanted {
		let state = TaskState::Disputed { case: 1, agreed: None };
		let view = view(20, state, &[], NextStep::Poke);
		let mut changed: Deal = (*view.deal).clone();
		changed.terms.stake = stake;
		let view = SharedView { id: single(deal), deal: Arc::new(changed), ..view };
		Wanted { view, agreed: Digest::zero(), until: 60 }
	}

	fn order_of(waiting: &mut Waiting) -> Vec<u64> {
		std::iter::from_fn(|| waiting.pop()).map(|it| it.view.id.deal).collect()
	}

	#[test]
	fn dearest_should_be_run_first_when_results_are_ones_own() {
		let stakes = [(1, 5), (2, 9), (3, 1), (4, 9)];
		for (order, expected) in [(Sorting::Coming, [1, 2, 3, 4]), (Sorting::Stake, [2, 4, 1, 3])] {
			let mut waiting = Waiting::new(order);
			assert!(
				stakes.iter().all(|(deal, stake)| waiting.push(wanted(*deal, *stake)).is_none())
			);
			assert_eq!(order_of(&mut waiting), expected);
		}
	}

	/// Cheap tasks that somebody has doubted by the hundred make room for a dear one.
	#[test]
	fn cheapest_should_make_room_when_too_many_of_ones_own_wait() {
		let full = |order| {
			let mut waiting = Waiting::new(order);
			(0..MOST as u64).for_each(|deal| assert!(waiting.push(wanted(deal, 2)).is_none()));
			waiting
		};
		let left = |mut waiting: Waiting, one| waiting.push(one).map(|it| it.view.id.deal);
		assert_eq!(left(full(Sorting::Coming), wanted(999, 50)), Some(999));
		assert_eq!(left(full(Sorting::Stake), wanted(999, 50)), Some(MOST as u64 - 1));
		assert_eq!(left(full(Sorting::Stake), wanted(999, 1)), Some(999));
	}

	#[test]
	fn task_should_be_looked_at_again_once_a_while_has_passed() {
		let mut waiting = Waiting::new(Sorting::Stake);
		waiting.again(single(7), 100);
		assert_eq!(waiting.due(99 + PAUSE), None);
		assert_eq!(waiting.due(100 + PAUSE), Some(single(7)));
		assert_eq!(waiting.due(100 + PAUSE), None);
		waiting.again(single(8), 100);
		assert!(waiting.push(wanted(8, 1)).is_none());
		assert_eq!(waiting.due(100 + PAUSE), None, "it waits already");
	}
}
