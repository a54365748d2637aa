//! Tasks as a daemon keeps them.

use crate::record::Key;
use assay_primitives::{
	BlockNumber, Hash,
	api::{DealTasks, TaskOfDeal},
	deal::{Deal, FIRST_TASK, NextStep, TaskStatus, TaskView},
	task::{DealId, TaskId},
};
use std::{collections::BTreeMap, sync::Arc};

/// A task as the chain shows it. A deal may take 20 KiB and have a thousand tasks, and each of them
/// is held for several blocks at a time, so they share it.
#[derive(Clone, Debug)]
pub struct SharedView {
	/// Which.
	pub id: TaskId,
	/// Hash of the task, which digests are bound to.
	pub task_hash: Hash,
	/// Its deal, with the hash of its first task.
	pub deal: Arc<Deal>,
	/// Where it stands.
	pub status: TaskStatus,
	/// Why it waits, or what happens next.
	pub next: NextStep,
	/// Block that this was read at.
	pub at: BlockNumber,
}

impl SharedView {
	/// By which it is known.
	pub fn key(&self) -> Key {
		Key { task: self.id, task_hash: self.task_hash }
	}

	/// The tasks of a page, with one deal for all.
	pub fn all(page: DealTasks) -> impl Iterator<Item = Self> {
		let DealTasks { id, deal, tasks, at } = page;
		let deal = Arc::new(deal);
		tasks.items.into_iter().map(move |TaskOfDeal { index, status, next }| {
			let id = TaskId { deal: id, index };
			let task_hash = deal.request.task.hash_of(index);
			Self { id, task_hash, deal: deal.clone(), status, next, at }
		})
	}
}

impl From<TaskView> for SharedView {
	fn from(view: TaskView) -> Self {
		let TaskView { id, mut deal, status, next, at } = view;
		let task_hash = deal.task_hash;
		if deal.is_bag() {
			deal.task_hash = deal.request.task.hash_of(FIRST_TASK);
		}
		Self { id, task_hash, deal: Arc::new(deal), status, next, at }
	}
}

/// Deals that some view has, each once.
#[derive(Debug, Default)]
pub struct Deals(BTreeMap<DealId, Arc<Deal>>);

impl Deals {
	/// Has views that were just read share the deals of those that were read before.
	pub fn share<'a>(&mut self, views: impl IntoIterator<Item = &'a mut SharedView>) {
		for view in views {
			let known = self.0.entry(view.id.deal).or_insert_with(|| view.deal.clone());
			if *known != view.deal {
				*known = view.deal.clone();
			}
			view.deal = known.clone();
		}
	}

	/// Forgets deals that no view has any more.
	pub fn sweep(&mut self) {
		self.0.retain(|_, deal| Arc::strong_count(deal) > 1);
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::scenes::{TASK, bag, deal, view, waiting};
	use assay_primitives::{api::Page, deal::Task};

	fn page(mut deal: Deal) -> DealTasks {
		deal.task_hash = deal.request.task.hash_of(FIRST_TASK);
		let task = |index| TaskOfDeal {
			index,
			status: TaskStatus::Open(Task { state: waiting(), replicas: Default::default() }),
			next: NextStep::Randomness,
		};
		let tasks = Page { items: (0..3).map(task).collect(), next: None };
		DealTasks { id: TASK.deal, deal, tasks, at: 1 }
	}

	#[test]
	fn tasks_should_share_one_deal_in_all_blocks_when_it_stays_the_same() {
		let mut deals = Deals::default();
		let read = || SharedView::all(page(deal(bag(3)))).collect::<Vec<_>>();
		let (mut first, mut second) = (read(), read());
		deals.share(&mut first);
		deals.share(&mut second);
		// What is looked up alone has the hash of its own task in its deal.
		let alone = page(deal(bag(3))).into_views().last().expect("three");
		let mut alone = [SharedView::from(alone)];
		deals.share(&mut alone);
		assert_eq!(alone[0].task_hash, first[2].task_hash);
		let held: Vec<_> = first.iter().chain(&second).chain(&alone).collect();
		assert!(held.iter().all(|view| Arc::ptr_eq(&view.deal, &held[0].deal)));
	}

	#[test]
	fn deal_should_be_the_one_that_was_read_when_it_has_changed() {
		let mut deals = Deals::default();
		let mut before = SharedView::all(page(deal(bag(3)))).collect::<Vec<_>>();
		deals.share(&mut before);
		let changed = Deal { open_tasks: 2, ..deal(bag(3)) };
		let mut after = SharedView::all(page(changed)).collect::<Vec<_>>();
		deals.share(&mut after);
		assert_eq!(before[0].deal.open_tasks, 1);
		assert!(after.iter().all(|view| view.deal.open_tasks == 2));
	}

	#[test]
	fn deals_should_be_forgotten_when_no_view_has_them() {
		let mut deals = Deals::default();
		let mut views = vec![view(1, waiting(), &[], NextStep::Randomness)];
		deals.share(&mut views);
		deals.sweep();
		assert_eq!(deals.0.len(), 1);
		drop(views);
		deals.sweep();
		assert!(deals.0.is_empty());
	}
}
