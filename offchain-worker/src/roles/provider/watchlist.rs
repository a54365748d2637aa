//! Which bags a provider may find new work in, without looking at the deals of strangers at every block.
//!
//! The chain keeps a list of all bags that it is a candidate of, until they are pruned. That is looked
//! through once, page by page, and then only new deals by their numbers, which are given in order. What a
//! fork takes back it may give to other deals: a number is looked at again on the final chain, and until
//! then whenever the best block is not the child of the one before.
//!
//! Anybody may name a provider in bags, so there may be any number of them. No money of its own is in a task
//! that nobody has opened, and the bags take turns: at each block as many as there is time for. What it has
//! slots for is [`Work`](super::work::Work), and never waits for them.

use super::{
	deal_tasks::{Concerning, Depth, Kind, Unopened, is_over},
	state::State,
};
use crate::host::clock::{BLOCK_TIME, Deadline};
use assay_client::Error;
use assay_primitives::{BlockNumber, Hash, task::DealId};
use futures::{StreamExt, stream};
use std::{
	collections::{BTreeMap, BTreeSet},
	pin::pin,
};

/// Pages of the look through the list that are read at a block.
const PAGES: usize = 16;
/// Deals whose tasks are asked for at a time.
pub const READS: usize = 16;
/// Pages of tasks that are read at a block, and then the bags that are being read to their end.
const TASK_PAGES: usize = 64;
/// Bags whose end is looked for on the final chain at a block.
const STRIKES: usize = 16;

/// Bags that were looked at.
#[derive(Debug, Default)]
pub struct Look {
	/// Their tasks that nobody has opened.
	pub unopened: Unopened,
	/// Why there may be more.
	pub missed: Option<Error>,
}

/// The bags that concern a provider.
#[derive(Debug, Default)]
pub struct Watchlist {
	/// Deals of the final chain.
	deals: BTreeSet<DealId>,
	/// First number that was not looked at on the final chain; `None` before the first look.
	next: Option<DealId>,
	/// The look through what was open before that.
	scan: Scan,
	/// What the best block has beside them.
	tip: Option<Tip>,
	/// Deals without open tasks, and the best block at which that was seen first.
	over: BTreeMap<DealId, BlockNumber>,
	/// Whose turn was last.
	last: Option<DealId>,
}

#[derive(Debug, Default, Eq, PartialEq)]
enum Scan {
	#[default]
	Begin,
	After(DealId),
	Done,
}

#[derive(Debug)]
struct Tip {
	block: Hash,
	/// First number that was not looked at.
	next: DealId,
	deals: BTreeSet<DealId>,
}

impl Watchlist {
	/// Looks at bags whose turn it is, in a block's time, but at none of `work`. `states` are those after
	/// the best and after the final block, the latter where it is another one. What was learnt stays
	/// where a later read fails.
	pub async fn look<S: State>(
		&mut self,
		states: impl Future<Output = Result<(S, Option<S>), Error>>,
		work: &BTreeSet<DealId>,
	) -> Look {
		let (mut look, within) = (Look::default(), Deadline::new("the list of bags", BLOCK_TIME));
		look.missed = match within.hold(states).await.flatten() {
			Ok((state, finalized)) => {
				let finalized = finalized.as_ref().unwrap_or(&state);
				self.fill(&mut look, &state, finalized, work, &within).await.err()
			},
			Err(error) => Some(error),
		};
		look
	}

	async fn fill<S: State>(
		&mut self,
		look: &mut Look,
		state: &S,
		finalized: &S,
		work: &BTreeSet<DealId>,
		within: &Deadline,
	) -> Result<(), Error> {
		let deals = within.hold(self.listed(state, finalized)).await.flatten()?;
		let first = self.last.map_or(0, |last| last.saturating_add(1));
		let turns = deals.range(first..).chain(deals.range(..first));
		let turns: Vec<DealId> = turns.filter(|deal| !work.contains(deal)).copied().collect();
		let read = |deal| Concerning::read(state, deal, Depth::Unopened);
		let mut found = pin!(stream::iter(turns.clone()).map(read).buffered(READS));
		let mut pages = 0;
		for deal in turns {
			if pages >= TASK_PAGES {
				break;
			}
			// A bag that can't be read does not keep out others the next time.
			self.last = Some(deal);
			let Some(tasks) = within.hold(found.next()).await? else { break };
			let tasks = tasks?;
			pages += tasks.pages;
			self.note(deal, tasks.kind, state.block().number);
			look.unopened.add(tasks.unopened);
		}
		Ok(())
	}

	/// Remembers which deals need no further look.
	fn note(&mut self, deal: DealId, kind: Kind, number: BlockNumber) {
		if kind == Kind::Over {
			self.over.entry(deal).or_insert(number);
			return;
		}
		self.over.remove(&deal);
		// As long as a single task concerns the provider it has a slot for it.
		if kind == Kind::Single && self.next.is_some_and(|next| deal < next) {
			self.deals.remove(&deal);
		}
	}

	/// Brings the list up to date, and gives what a state may have open.
	async fn listed<S: State>(
		&mut self,
		state: &S,
		finalized: &S,
	) -> Result<BTreeSet<DealId>, Error> {
		self.settle(finalized).await?;
		self.scan(finalized).await?;
		self.strike(finalized).await?;
		self.deals(state, finalized).await
	}

	/// Takes in what has become final.
	async fn settle<S: State>(&mut self, finalized: &S) -> Result<(), Error> {
		let end = finalized.next_deal().await?;
		let Some(mut from) = self.next else {
			self.next = Some(end);
			return Ok(());
		};
		while from < end {
			let page = finalized.new_deals(from).await?;
			self.deals.extend(page.items);
			from = page.next.unwrap_or(end);
			self.next = Some(from);
		}
		Ok(())
	}

	/// Goes on with the look through the list. Blocks that come meanwhile do no harm: what was
	/// there at the beginning keeps its place, and what is new is found by its number.
	async fn scan<S: State>(&mut self, finalized: &S) -> Result<(), Error> {
		for _ in 0..PAGES {
			let after = match self.scan {
				Scan::Begin => None,
				Scan::After(deal) => Some(deal),
				Scan::Done => return Ok(()),
			};
			let page = finalized.deals(after).await?;
			self.deals.extend(page.items);
			self.scan = page.next.map_or(Scan::Done, Scan::After);
		}
		Ok(())
	}

	/// Strikes out deals whose end is final.
	async fn strike<S: State>(&mut self, finalized: &S) -> Result<(), Error> {
		let number = finalized.block().number;
		let due = self.over.iter().filter(|(_, at)| **at <= number).map(|(deal, _)| *deal);
		for deal in due.take(STRIKES).collect::<Vec<_>>() {
			if is_over(finalized.tasks(deal, 0).await?.as_ref()) {
				self.deals.remove(&deal);
			}
			self.over.remove(&deal);
		}
		Ok(())
	}

	/// The deals that a state may have open.
	async fn deals<S: State>(
		&mut self,
		state: &S,
		finalized: &S,
	) -> Result<BTreeSet<DealId>, Error> {
		let block = state.block();
		let Some(base) = self.next.filter(|_| finalized.block().hash != block.hash) else {
			return Ok(self.deals.clone());
		};
		let before = self.tip.take().filter(|tip| [block.parent, block.hash].contains(&tip.block));
		let (next, deals) = before.map_or_else(Default::default, |tip| (tip.next, tip.deals));
		// What has become final is known from the final chain.
		let deals = deals.into_iter().filter(|deal| *deal >= base).collect();
		let tip = self.tip.insert(Tip { block: block.hash, next: next.max(base), deals });
		let end = state.next_deal().await?;
		while tip.next < end {
			let page = state.new_deals(tip.next).await?;
			tip.deals.extend(page.items);
			tip.next = page.next.unwrap_or(end);
		}
		Ok(self.deals.union(&tip.deals).copied().collect())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::roles::provider::{
		deal_tasks::{MOST_OF_BAG, MOST_UNOPENED},
		work::Work,
	};
	use assay_client::BlockInfo;
	use assay_decisions::scenes::{bag, deal, spec, waiting};
	use assay_primitives::{
		api::{DealTasks, Page, TaskOfDeal},
		deal::{NextStep, Task, TaskStatus},
	};
	use std::sync::Mutex;

	/// A block of a made-up chain: its deals, and whether they concern the provider.
	#[derive(Debug, Default)]
	struct Block {
		info: Option<BlockInfo>,
		next: DealId,
		open: BTreeMap<DealId, bool>,
		/// Of each deal; of bags that are not here there are two.
		tasks: BTreeMap<DealId, u32>,
		work: Vec<DealId>,
		asked: Mutex<Vec<String>>,
		fails: bool,
		/// Its tasks are asked for in vain.
		mute: Option<DealId>,
	}

	/// Deals that one page looks at.
	const PAGE: usize = 4;

	impl Block {
		fn new(number: BlockNumber, hash: u8, parent: u8) -> Self {
			let (hash, parent) = (Hash::repeat_byte(hash), Hash::repeat_byte(parent));
			Self { info: Some(BlockInfo { number, hash, parent }), ..Self::default() }
		}

		/// With these deals; those of `true` concern the provider.
		fn with(mut self, next: DealId, open: &[(DealId, bool)]) -> Self {
			(self.next, self.open) = (next, open.iter().copied().collect());
			self
		}

		/// With bags of `tasks` that name the provider.
		fn with_bags(self, bags: DealId, tasks: u32) -> Self {
			let open: Vec<_> = (0..bags).map(|deal| (deal, true)).collect();
			let tasks = (0..bags).map(|deal| (deal, tasks)).collect();
			Self { tasks, ..self.with(bags, &open) }
		}

		fn ask(&self, what: String) -> Result<(), Error> {
			self.asked.lock().expect("no panic").push(what);
			match self.fails {
				true => Err(Error::Unreachable { tried: vec![] }),
				false => Ok(()),
			}
		}

		fn asked(&self) -> Vec<String> {
			std::mem::take(&mut *self.asked.lock().expect("no panic"))
		}

		fn page(all: impl Iterator<Item = (DealId, Option<DealId>)>) -> Page<DealId, DealId> {
			Page::of(all, PAGE as u32)
		}
	}

	impl State for &Block {
		fn block(&self) -> BlockInfo {
			self.info.expect("it is set")
		}

		async fn next_deal(&self) -> Result<DealId, Error> {
			self.ask("next".into()).map(|()| self.next)
		}

		async fn work(&self) -> Result<Vec<DealId>, Error> {
			self.ask("work".into())?;
			Ok(self.work.clone())
		}

		async fn deals(&self, after: Option<DealId>) -> Result<Page<DealId, DealId>, Error> {
			self.ask(format!("all after {after:?}"))?;
			let left = self.open.iter().filter(|(deal, _)| after.is_none_or(|it| **deal > it));
			Ok(Block::page(left.map(|(deal, mine)| (*deal, mine.then_some(*deal)))))
		}

		async fn new_deals(&self, from: DealId) -> Result<Page<DealId, DealId>, Error> {
			self.ask(format!("new from {from}"))?;
			let mine = |deal: DealId| self.open.get(&deal).is_some_and(|mine| *mine);
			Ok(Block::page((from..self.next).map(|deal| (deal + 1, mine(deal).then_some(deal)))))
		}

		async fn tasks(&self, id: DealId, from: u32) -> Result<Option<DealTasks>, Error> {
			self.ask(format!("{id} from {from}"))?;
			if self.mute == Some(id) {
				std::future::pending::<()>().await;
			}
			if !self.open.contains_key(&id) {
				return Ok(None);
			}
			let count = self.tasks.get(&id).copied().unwrap_or(2);
			let spec = if count > 1 { bag(count) } else { spec() };
			let task = |index| {
				let task = Task { state: waiting(), replicas: Default::default() };
				let next = NextStep::Randomness;
				(index + 1, Some(TaskOfDeal { index, status: TaskStatus::Open(task), next }))
			};
			let tasks = Page::of((from..count).map(task), 256);
			Ok(Some(DealTasks { id, deal: deal(spec), tasks, at: self.block().number }))
		}
	}

	/// Looks, and gives the deals of what is seen, one for each task.
	async fn all(list: &mut Watchlist, best: &Block, finalized: &Block) -> Vec<DealId> {
		let look = list.look(async { Ok((best, Some(finalized))) }, &BTreeSet::new()).await;
		assert!(look.missed.is_none(), "{:?}", look.missed);
		look.unopened.into_views().map(|view| view.id.deal).collect()
	}

	/// The same, each deal once.
	async fn look(list: &mut Watchlist, best: &Block, finalized: &Block) -> Vec<DealId> {
		let deals: BTreeSet<DealId> = all(list, best, finalized).await.into_iter().collect();
		deals.into_iter().collect()
	}

	/// What a provider has slots for, and what was asked for it.
	async fn work(block: &Block) -> (Vec<DealId>, Vec<String>) {
		let work = Work::read(async { Ok(block) }).await;
		assert!(work.missed.is_none(), "{:?}", work.missed);
		let views = work.opened.into_iter().chain(work.unopened.into_views());
		let deals: BTreeSet<DealId> = views.map(|view| view.id.deal).collect();
		(deals.into_iter().collect(), block.asked())
	}

	#[tokio::test]
	async fn open_deals_should_be_looked_through_once_and_then_only_new_ones() {
		let mut list = Watchlist::default();
		let open: Vec<_> = (0..10).map(|deal| (deal, deal % 5 == 0)).collect();
		let block = Block::new(1, 1, 0).with(10, &open);
		assert_eq!(look(&mut list, &block, &block).await, [0, 5]);
		let scan = ["next", "all after None", "all after Some(3)", "all after Some(7)"];
		assert_eq!(block.asked(), [&scan[..], &["0 from 0", "5 from 0"]].concat());
		let mut open = open;
		open.extend([(10, true), (11, false)]);
		let child = Block::new(2, 2, 1).with(12, &open);
		assert_eq!(look(&mut list, &child, &block).await, [0, 5, 10]);
		let new = ["next", "new from 10", "10 from 0", "0 from 0", "5 from 0"];
		assert_eq!(child.asked(), new, "whose turn was last comes last");
		block.asked();
		let next = Block::new(3, 3, 2).with(12, &open);
		assert_eq!(look(&mut list, &next, &child).await, [0, 5, 10]);
		assert_eq!(child.asked(), ["next", "new from 10"], "it is final now");
		assert_eq!(next.asked(), ["next", "10 from 0", "0 from 0", "5 from 0"]);
	}

	/// A count of requests, each of which reads no more than a page.
	#[tokio::test]
	async fn block_should_ask_no_more_when_ten_thousand_deals_of_strangers_are_open() {
		let asked = async |strangers: DealId| {
			let mut list = Watchlist::default();
			let mut open: Vec<_> = (0..strangers).map(|deal| (deal, false)).collect();
			open.push((strangers, true));
			let first = Block::new(1, 1, 0).with(strangers + 1, &open);
			// All that was there before is looked through in some blocks.
			let mut blocks = 0;
			while list.scan != Scan::Done {
				look(&mut list, &first, &first).await;
				assert!(first.asked().len() <= PAGES + 4, "bounded also at the start");
				blocks += 1;
			}
			assert!(blocks <= 1 + strangers as usize / (PAGE * PAGES));
			let next = Block::new(2, 2, 1).with(strangers + 1, &open);
			assert_eq!(look(&mut list, &next, &first).await, [strangers]);
			first.asked().len() + next.asked().len()
		};
		assert_eq!(asked(10_000).await, asked(0).await);
	}

	/// Whoever names it, and in however many bags: what its stake is in is read as if there were none.
	#[tokio::test]
	async fn own_work_should_be_read_alone_when_ten_thousand_bags_name_the_provider() {
		let block = |bags| {
			let block = Block::new(1, 1, 0).with_bags(bags + 2, 1_024);
			// A single task and a bag.
			let tasks = [(bags, 1), (bags + 1, 600)].into();
			Block { work: vec![bags, bags + 1], tasks, ..block }
		};
		for bags in [0, 10_000] {
			let mut wanted = vec!["work".to_string()];
			wanted.extend([0, 256, 512].map(|from| format!("{} from {from}", bags + 1)));
			wanted.push(format!("{bags} from 0"));
			let (deals, asked) = work(&block(bags)).await;
			assert_eq!((deals, asked), (vec![bags, bags + 1], wanted));
		}
	}

	/// As many pages as are read at a block, and then those of the bags that are begun.
	const MOST: usize = TASK_PAGES + 4 * READS;

	#[tokio::test]
	async fn bags_should_take_turns_when_ten_thousand_name_the_provider() {
		for (bags, tasks, pages) in [(10_000, 2, 1), (200, 1_024, 2)] {
			let mut list = Watchlist::default();
			let block = Block::new(1, 1, 0).with_bags(bags, tasks);
			while list.scan != Scan::Done {
				look(&mut list, &block, &block).await;
				assert!(block.asked().len() <= 1 + PAGES + MOST, "bounded also at the start");
			}
			let (mut seen, mut blocks) = (BTreeSet::new(), 0);
			while seen.len() < bags as usize {
				seen.extend(look(&mut list, &block, &block).await);
				let asked = block.asked();
				assert!(asked.len() <= 1 + MOST, "{} requests", asked.len());
				assert!(!asked.iter().any(|it| it.ends_with("from 512")), "no more than is kept");
				blocks += 1;
			}
			assert!(blocks <= 1 + bags as usize * pages / TASK_PAGES, "{blocks} blocks");
		}
	}

	#[tokio::test]
	async fn bags_should_be_seen_at_every_block_when_there_is_time_for_all() {
		let mut list = Watchlist::default();
		let block = Block::new(1, 1, 0).with_bags(TASK_PAGES as DealId, 3);
		for _ in 0..3 {
			assert_eq!(look(&mut list, &block, &block).await.len(), TASK_PAGES);
		}
		let work = [7].into();
		let look = list.look(async { Ok((&block, None)) }, &work).await;
		assert!(
			look.unopened.into_views().all(|view| view.id.deal != 7),
			"it is read with the work"
		);
	}

	/// A single task that concerns the provider has a slot of it.
	#[tokio::test]
	async fn single_task_should_be_looked_at_no_more_when_its_number_is_final() {
		let mut list = Watchlist::default();
		let open = [(0, true), (1, true)];
		let block = |number: u8| {
			let block = Block::new(number.into(), number, number - 1).with(2, &open);
			Block { tasks: [(0, 1)].into(), ..block }
		};
		let (root, next) = (block(1), block(2));
		assert_eq!(look(&mut list, &root, &root).await, [1]);
		assert_eq!(look(&mut list, &next, &root).await, [1]);
		assert_eq!(next.asked(), ["next", "1 from 0"]);
	}

	#[tokio::test]
	async fn number_should_be_looked_at_again_when_a_fork_gave_it_to_another_deal() {
		let mut list = Watchlist::default();
		let root = Block::new(1, 1, 0).with(3, &[(2, true)]);
		assert_eq!(look(&mut list, &root, &root).await, [2]);
		let one = Block::new(2, 2, 1).with(5, &[(2, true), (3, false), (4, true)]);
		assert_eq!(look(&mut list, &one, &root).await, [2, 4]);
		let other = Block::new(2, 3, 1).with(5, &[(2, true), (3, true), (4, false)]);
		assert_eq!(look(&mut list, &other, &root).await, [2, 3]);
		let child = Block::new(3, 4, 3).with(6, &[(2, true), (3, true), (4, false), (5, true)]);
		assert_eq!(look(&mut list, &child, &root).await, [2, 3, 5]);
		// The fork that this process never saw as the best one becomes final.
		let third = Block::new(3, 5, 9).with(5, &[(2, true), (3, false), (4, true)]);
		assert_eq!(look(&mut list, &child, &third).await, [2, 4, 5]);
		assert_eq!(look(&mut list, &third, &third).await, [2, 4]);
	}

	/// It was a candidate, had no slot any more when its daemon began, and a later wave has drawn it.
	#[tokio::test]
	async fn deal_should_be_looked_at_when_the_provider_has_a_slot_for_it() {
		let open = [(0, false), (1, false), (2, false)];
		let drawn = Block { work: vec![1], ..Block::new(2, 2, 1).with(3, &open) };
		assert_eq!(work(&drawn).await.0, [1]);
	}

	#[tokio::test]
	async fn deal_should_be_struck_out_only_when_its_end_is_final() {
		let mut list = Watchlist::default();
		let root = Block::new(1, 1, 0).with(1, &[(0, true)]);
		assert_eq!(look(&mut list, &root, &root).await, [0]);
		let ended = Block::new(2, 2, 1).with(1, &[]);
		assert!(look(&mut list, &ended, &root).await.is_empty());
		let other = Block::new(2, 3, 1).with(1, &[(0, true)]);
		assert_eq!(look(&mut list, &other, &root).await, [0], "a fork took the end back");
		let child = Block::new(3, 4, 3).with(1, &[]);
		assert!(look(&mut list, &child, &other).await.is_empty());
		assert!(look(&mut list, &child, &child).await.is_empty());
		child.asked();
		assert!(look(&mut list, &child, &child).await.is_empty());
		assert_eq!(child.asked(), ["next"], "nothing more is asked about it");
	}

	#[tokio::test]
	async fn what_was_learnt_should_stay_when_a_later_read_fails() {
		let mut list = Watchlist::default();
		let root = Block::new(1, 1, 0).with(9, &[(2, true), (7, true)]);
		let best = Block { fails: true, ..Block::new(2, 2, 1) };
		let failed = list.look(async { Ok((&best, Some(&root))) }, &BTreeSet::new()).await;
		assert!(failed.missed.is_some());
		root.asked();
		let best = Block::new(3, 3, 2).with(9, &[(2, true), (7, true)]);
		assert_eq!(look(&mut list, &best, &root).await, [2, 7]);
		assert_eq!(root.asked(), ["next"], "the look through all deals is done");
	}

	/// One that no node answers for keeps out nobody else, and takes no more than a block's time.
	#[tokio::test]
	async fn other_bags_should_be_seen_when_one_is_never_answered() {
		let mut list = Watchlist::default();
		let mut seen = Vec::new();
		for mute in [Some(1), None] {
			let block = Block { mute, ..Block::new(1, 1, 0).with_bags(3, 2) };
			let look = list.look(async { Ok((&block, None)) }, &BTreeSet::new()).await;
			assert_eq!(look.missed.is_some(), mute.is_some());
			let mut deals: Vec<_> = look.unopened.into_views().map(|view| view.id.deal).collect();
			deals.dedup();
			seen.push(deals);
		}
		assert_eq!(seen, [vec![0], vec![2, 0, 1]]);
	}

	#[tokio::test]
	async fn rest_of_own_work_should_be_seen_when_a_deal_is_never_answered() {
		let block = Block { mute: Some(1), work: vec![0, 1, 2], ..Block::new(1, 1, 0) };
		let block = block.with_bags(3, 2);
		let work = Work::read(async { Ok(&block) }).await;
		assert!(work.missed.is_some(), "the operator is told");
		let seen: BTreeSet<DealId> = work.unopened.into_views().map(|view| view.id.deal).collect();
		assert_eq!(seen, [0, 2].into());
	}

	#[tokio::test]
	async fn unopened_tasks_of_a_bag_should_be_taken_in_up_to_a_bound() {
		let mut list = Watchlist::default();
		let mut block = Block::new(1, 1, 0).with(2, &[(0, true), (1, true)]);
		block.tasks.insert(0, 1_000);
		let views = all(&mut list, &block, &block).await;
		assert_eq!(views.iter().filter(|deal| **deal == 0).count(), MOST_OF_BAG);
		assert_eq!(views.last(), Some(&1), "other deals are not held up");
	}

	/// A count of views; those of a deal share it.
	#[tokio::test]
	async fn memory_should_be_bounded_when_a_thousand_bags_name_the_provider() {
		let mut list = Watchlist::default();
		let block = Block::new(1, 1, 0).with_bags(1_000, 30);
		let mut shown = BTreeSet::new();
		for _ in 0..2 * 1_000 / TASK_PAGES {
			let views = all(&mut list, &block, &block).await;
			assert!(views.len() <= MOST_UNOPENED, "{} views", views.len());
			shown.extend(views);
		}
		assert_eq!(shown.len(), 1_000, "none keeps another one out");
	}
}
