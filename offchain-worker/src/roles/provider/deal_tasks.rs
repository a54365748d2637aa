//! The tasks of deals that concern a provider, as many as are taken into view.

use super::state::State;
use assay_client::Error;
use assay_decisions::{provider as plan, view::SharedView};
use assay_primitives::{
	api::DealTasks,
	deal::{Deal, TaskStatus},
	task::DealId,
};

/// Tasks of one bag that nobody has opened and that are taken into view. More than are ever prepared: no
/// money is in them yet.
pub const MOST_OF_BAG: usize = 320;
/// The same of all bags together. Whoever names a provider in bags pays for them, and not for its
/// memory.
pub const MOST_UNOPENED: usize = 1_024;

/// How far the tasks of a deal are read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Depth {
	/// All of them: the provider has slots for some.
	Whole,
	/// Until there are as many as are taken into view that nobody has opened.
	Unopened,
}

/// What a deal is to the provider that has looked at its tasks.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Kind {
	/// Nothing of it is open.
	#[default]
	Over,
	Single,
	Bag,
}

/// Open tasks of a deal that concern a provider.
#[derive(Debug, Default)]
pub struct Concerning {
	pub kind: Kind,
	pub opened: Vec<SharedView>,
	/// Tasks of a bag that nobody has opened, as many as are taken into view.
	pub unopened: Vec<SharedView>,
	/// Pages that were read.
	pub pages: usize,
}

impl Concerning {
	/// Reads them.
	pub async fn read<S: State>(state: &S, deal: DealId, depth: Depth) -> Result<Self, Error> {
		let mut found = Self::default();
		let mut from = Some(0);
		while let Some(at) = from.filter(|_| depth == Depth::Whole || !found.is_full()) {
			found.pages += 1;
			let page = state.tasks(deal, at).await?.filter(|page| !is_over(Some(page)));
			let Some(page) = page else {
				return Ok(Self { pages: found.pages, ..Self::default() });
			};
			from = page.tasks.next;
			found.add(page);
		}
		Ok(found)
	}

	fn is_full(&self) -> bool {
		self.unopened.len() >= MOST_OF_BAG
	}

	fn add(&mut self, mut page: DealTasks) {
		let waits = |deal: &Deal, status: &TaskStatus| match status {
			TaskStatus::Open(task) => plan::is_unopened(deal, task),
			TaskStatus::Ended(_) => false,
		};
		let mut room = MOST_OF_BAG.saturating_sub(self.unopened.len());
		let DealTasks { deal, tasks, .. } = &mut page;
		self.kind = if deal.is_bag() { Kind::Bag } else { Kind::Single };
		// Before any hash is computed.
		tasks.items.retain(|task| {
			let waits = waits(deal, &task.status);
			let fits = !waits || room > 0;
			room = room.saturating_sub(waits.into());
			fits
		});
		let (unopened, opened): (Vec<_>, Vec<_>) =
			SharedView::all(page).partition(|view| waits(&view.deal, &view.status));
		self.unopened.extend(unopened);
		self.opened.extend(opened);
	}
}

/// Whether nothing of a deal is open.
pub fn is_over(tasks: Option<&DealTasks>) -> bool {
	tasks.is_none_or(|tasks| tasks.deal.open_tasks == 0)
}

/// Tasks that nobody has opened, by their bags. Where there are too many, as many of each bag as of any
/// other, so that none keeps out another one's.
#[derive(Debug, Default)]
pub struct Unopened {
	bags: Vec<Vec<SharedView>>,
	count: usize,
}

impl Unopened {
	/// Takes in those of a bag.
	pub fn add(&mut self, bag: Vec<SharedView>) {
		if bag.is_empty() || self.bags.len() >= MOST_UNOPENED {
			return;
		}
		self.count += bag.len();
		self.bags.push(bag);
		if self.count > MOST_UNOPENED {
			self.level();
		}
	}

	/// Takes in those of other bags.
	pub fn extend(&mut self, more: Self) {
		more.bags.into_iter().for_each(|bag| self.add(bag));
	}

	/// All of them.
	pub fn into_views(self) -> impl Iterator<Item = SharedView> {
		self.bags.into_iter().flatten()
	}

	/// Cuts the longest ones to one length. At least one of each is left, since there are no more bags.
	fn level(&mut self) {
		let mut lengths: Vec<usize> = self.bags.iter().map(Vec::len).collect();
		lengths.sort_unstable();
		let (mut left, mut each) = (MOST_UNOPENED, MOST_OF_BAG);
		for (at, length) in lengths.iter().enumerate() {
			each = left / (lengths.len() - at);
			if each < *length {
				break;
			}
			left -= length;
		}
		self.bags.iter_mut().for_each(|bag| bag.truncate(each));
		self.count = self.bags.iter().map(Vec::len).sum();
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{bag, deal, waiting};
	use assay_primitives::{
		api::{Page, TaskOfDeal},
		deal::{NextStep, Task},
	};

	#[test]
	fn bags_should_be_cut_to_one_length_when_there_are_too_many_tasks() {
		let views = |id, count| {
			let task = |index| {
				let task = Task { state: waiting(), replicas: Default::default() };
				let next = NextStep::Randomness;
				TaskOfDeal { index, status: TaskStatus::Open(task), next }
			};
			let tasks = Page { items: (0..count).map(task).collect(), next: None };
			let mut found = Concerning::default();
			found.add(DealTasks { id, deal: deal(bag(400)), tasks, at: 1 });
			found.unopened
		};
		let lengths = |counts: &[u32]| {
			let mut unopened = Unopened::default();
			(0..).zip(counts).for_each(|(deal, count)| unopened.add(views(deal, *count)));
			unopened.bags.iter().map(Vec::len).collect::<Vec<_>>()
		};
		assert_eq!(lengths(&[400]), [320], "of one bag");
		assert_eq!(lengths(&[320, 320, 320]), [320, 320, 320], "they fit");
		assert_eq!(lengths(&[320, 320, 320, 100]), [308, 308, 308, 100]);
		assert_eq!(lengths(&[320, 10, 320, 320, 320, 10]), [251, 10, 251, 251, 251, 10]);
	}
}
