//! Which deals a provider has to look at, without looking at those of strangers at every block.
//!
//! The chain keeps two lists of them: of the deals that have a slot of the provider, which is short and read
//! at every block, and of all bags that it is a candidate of, until they are pruned. The latter is looked
//! through once, page by page, and then only new deals by their numbers, which are given in order. What a fork takes back it may give to
//! other deals: a number is looked at again on the final chain, and until then whenever the best block
//! is not the child of the one before.

use assay_client::{At, BlockInfo, Error};
use assay_decisions::{provider as plan, view::SharedView};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	api::{DealTasks, Page},
	deal::{Deal, TaskStatus},
	task::DealId,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::{
	collections::{BTreeMap, BTreeSet},
	pin::pin,
};

/// Pages of the look through the list that are read at a block: what is known is not to wait for it.
const PAGES: usize = 16;
/// Deals whose tasks are asked for at a time.
const READS: usize = 16;
/// Tasks of one bag that nobody has opened and that are taken into view. More than are ever prepared: no
/// money is in them yet.
const MOST_OF_BAG: usize = 320;
/// The same of all bags together. Whoever names a provider in bags pays for them, and not for its
/// memory.
const MOST_UNOPENED: usize = 1_024;

/// The state after a block, as a provider asks it.
pub trait State: Sync {
	/// The block.
	fn block(&self) -> BlockInfo;
	/// Number of the next deal.
	fn next_deal(&self) -> impl Future<Output = Result<DealId, Error>> + Send;
	/// Deals that have a slot of the provider.
	fn work(&self) -> impl Future<Output = Result<Vec<DealId>, Error>> + Send;
	/// The same, and bags with open tasks that it is a candidate of, in no particular order.
	fn deals(
		&self,
		after: Option<DealId>,
	) -> impl Future<Output = Result<Page<DealId, DealId>, Error>> + Send;
	/// All deals with open tasks that it is a candidate of, by their numbers.
	fn new_deals(
		&self,
		from: DealId,
	) -> impl Future<Output = Result<Page<DealId, DealId>, Error>> + Send;
	/// Tasks of a deal that concern the provider.
	fn tasks(
		&self,
		deal: DealId,
		from: u32,
	) -> impl Future<Output = Result<Option<DealTasks>, Error>> + Send;
}

/// The state of the real chain.
pub struct Seen<'a> {
	pub at: At,
	pub provider: &'a AccountId,
}

impl State for Seen<'_> {
	fn block(&self) -> BlockInfo {
		self.at.block()
	}

	async fn next_deal(&self) -> Result<DealId, Error> {
		self.at.next_deal().await
	}

	async fn work(&self) -> Result<Vec<DealId>, Error> {
		self.at.deals_of_provider(self.provider).await
	}

	async fn deals(&self, after: Option<DealId>) -> Result<Page<DealId, DealId>, Error> {
		self.at.deals_of_candidate(self.provider, after).await
	}

	async fn new_deals(&self, from: DealId) -> Result<Page<DealId, DealId>, Error> {
		self.at.new_deals_of_candidate(self.provider, from).await
	}

	async fn tasks(&self, deal: DealId, from: u32) -> Result<Option<DealTasks>, Error> {
		self.at.tasks_of_candidate(self.provider, deal, from).await
	}
}

/// The deals that concern a provider.
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
	/// Open tasks that concern the provider in `state`, in the order of their deals. What was learnt stays
	/// where a later read fails.
	///
	/// Errors: those of reading.
	pub async fn tasks<S: State>(
		&mut self,
		state: &S,
		finalized: Option<&S>,
	) -> Result<Vec<SharedView>, Error> {
		if let Some(finalized) = finalized {
			self.settle(finalized).await?;
			self.scan(finalized).await?;
			self.strike(finalized).await?;
		}
		// A later wave may draw a candidate that had no slot any more when this process began.
		let mut deals: BTreeSet<DealId> = state.work().await?.into_iter().collect();
		deals.extend(self.deals(state, finalized).await?);
		let read = |deal| async move { Ok::<_, Error>((deal, tasks_of(state, deal).await?)) };
		let mut found = pin!(stream::iter(deals).map(read).buffered(READS));
		let number = state.block().number;
		let (mut views, mut unopened) = (Vec::new(), Unopened::default());
		while let Some((deal, tasks)) = found.try_next().await? {
			match tasks {
				Some(tasks) => {
					self.over.remove(&deal);
					views.extend(tasks.opened);
					unopened.add(tasks.unopened);
				},
				None => {
					self.over.entry(deal).or_insert(number);
				},
			}
		}
		views.extend(unopened.bags.into_iter().flatten());
		views.sort_unstable_by_key(|view| view.id);
		Ok(views)
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
		let due: Vec<DealId> =
			self.over.iter().filter(|(_, at)| **at <= number).map(|(deal, _)| *deal).collect();
		for deal in due {
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
		finalized: Option<&S>,
	) -> Result<Vec<DealId>, Error> {
		let block = state.block();
		let is_final = finalized.is_some_and(|finalized| finalized.block().hash == block.hash);
		let Some(base) = self.next.filter(|_| !is_final) else {
			return Ok(self.deals.iter().copied().collect());
		};
		let before = self.tip.take().filter(|tip| [block.parent, block.hash].contains(&tip.block));
		let mut tip =
			before.unwrap_or_else(|| Tip { block: block.hash, next: base, deals: BTreeSet::new() });
		// What has become final is known from the final chain.
		tip.deals = tip.deals.split_off(&base);
		tip.next = tip.next.max(base);
		let end = state.next_deal().await?;
		while tip.next < end {
			let page = state.new_deals(tip.next).await?;
			tip.deals.extend(page.items);
			tip.next = page.next.unwrap_or(end);
		}
		tip.block = block.hash;
		let deals = self.deals.union(&tip.deals).copied().collect();
		self.tip = Some(tip);
		Ok(deals)
	}
}

fn is_over(tasks: Option<&DealTasks>) -> bool {
	tasks.is_none_or(|tasks| tasks.deal.open_tasks == 0)
}

/// Open tasks of a deal that concern a provider.
#[derive(Default)]
struct Concerning {
	opened: Vec<SharedView>,
	/// Tasks of a bag that nobody has opened, as many as are taken into view.
	unopened: Vec<SharedView>,
}

impl Concerning {
	fn add(&mut self, mut page: DealTasks) {
		let waits = |deal: &Deal, status: &TaskStatus| match status {
			TaskStatus::Open(task) => plan::is_unopened(deal, task),
			TaskStatus::Ended(_) => false,
		};
		let mut room = MOST_OF_BAG.saturating_sub(self.unopened.len());
		let DealTasks { deal, tasks, .. } = &mut page;
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

/// Tasks that nobody has opened, by their bags. Where there are too many, as many of each bag as of any
/// other, so that none keeps out another one's.
#[derive(Default)]
struct Unopened {
	bags: Vec<Vec<SharedView>>,
	count: usize,
}

impl Unopened {
	fn add(&mut self, bag: Vec<SharedView>) {
		if bag.is_empty() || self.bags.len() >= MOST_UNOPENED {
			return;
		}
		self.count += bag.len();
		self.bags.push(bag);
		if self.count > MOST_UNOPENED {
			self.level();
		}
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

/// Open tasks of a deal that concern the provider; `None` where the deal has no open tasks.
async fn tasks_of<S: State>(state: &S, deal: DealId) -> Result<Option<Concerning>, Error> {
	let mut found = Concerning::default();
	let mut from = Some(0);
	while let Some(at) = from {
		let Some(page) = state.tasks(deal, at).await?.filter(|page| !is_over(Some(page))) else {
			return Ok(None);
		};
		from = page.tasks.next;
		found.add(page);
	}
	Ok(Some(found))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{bag, deal, spec, waiting};
	use assay_primitives::{
		api::TaskOfDeal,
		deal::{NextStep, Task},
	};
	use std::sync::Mutex;

	/// A block of a made-up chain: its deals, and whether they concern the provider.
	#[derive(Debug, Default)]
	struct Block {
		info: Option<BlockInfo>,
		next: DealId,
		open: BTreeMap<DealId, bool>,
		tasks: BTreeMap<DealId, u32>,
		work: Vec<DealId>,
		asked: Mutex<Vec<String>>,
		fails: bool,
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

	impl State for Block {
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
			Ok(Self::page(left.map(|(deal, mine)| (*deal, mine.then_some(*deal)))))
		}

		async fn new_deals(&self, from: DealId) -> Result<Page<DealId, DealId>, Error> {
			self.ask(format!("new from {from}"))?;
			let mine = |deal: DealId| self.open.get(&deal).is_some_and(|mine| *mine);
			Ok(Self::page((from..self.next).map(|deal| (deal + 1, mine(deal).then_some(deal)))))
		}

		async fn tasks(&self, id: DealId, from: u32) -> Result<Option<DealTasks>, Error> {
			self.ask(format!("{id} from {from}"))?;
			if !self.open.contains_key(&id) {
				return Ok(None);
			}
			let count = self.tasks.get(&id).copied().unwrap_or(1);
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

	async fn look(list: &mut Watchlist, best: &Block, finalized: &Block) -> Vec<DealId> {
		let views = list.tasks(best, Some(finalized)).await.expect("it can be read");
		views.iter().map(|view| view.id.deal).collect()
	}

	#[tokio::test]
	async fn open_deals_should_be_looked_through_once_and_then_only_new_ones() {
		let mut list = Watchlist::default();
		let open: Vec<_> = (0..10).map(|deal| (deal, deal % 5 == 0)).collect();
		let block = Block::new(1, 1, 0).with(10, &open);
		assert_eq!(look(&mut list, &block, &block).await, [0, 5]);
		let scan = ["next", "all after None", "all after Some(3)", "all after Some(7)"];
		assert_eq!(block.asked(), [&scan[..], &["work", "0 from 0", "5 from 0"]].concat());
		let mut open = open;
		open.extend([(10, true), (11, false)]);
		let child = Block::new(2, 2, 1).with(12, &open);
		assert_eq!(look(&mut list, &child, &block).await, [0, 5, 10]);
		let new = ["work", "next", "new from 10", "0 from 0", "5 from 0", "10 from 0"];
		assert_eq!(child.asked(), new);
		block.asked();
		let next = Block::new(3, 3, 2).with(12, &open);
		assert_eq!(look(&mut list, &next, &child).await, [0, 5, 10]);
		assert_eq!(child.asked(), ["next", "new from 10"], "it is final now");
		assert_eq!(next.asked(), ["work", "next", "0 from 0", "5 from 0", "10 from 0"]);
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
		let mut list = Watchlist::default();
		let root = Block::new(1, 1, 0).with(3, &[(0, false), (1, false), (2, false)]);
		assert!(look(&mut list, &root, &root).await.is_empty());
		let drawn = Block {
			work: vec![1],
			..Block::new(2, 2, 1).with(3, &[(0, false), (1, false), (2, false)])
		};
		assert_eq!(look(&mut list, &drawn, &root).await, [1]);
		let ended = Block::new(3, 3, 2).with(3, &[(0, false), (2, false)]);
		assert!(look(&mut list, &ended, &drawn).await.is_empty());
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
		assert_eq!(child.asked(), ["next", "work"], "nothing more is asked about it");
	}

	#[tokio::test]
	async fn what_was_learnt_should_stay_when_a_later_read_fails() {
		let mut list = Watchlist::default();
		let root = Block::new(1, 1, 0).with(9, &[(2, true), (7, true)]);
		let best = Block { fails: true, ..Block::new(2, 2, 1) };
		assert!(list.tasks(&best, Some(&root)).await.is_err());
		root.asked();
		let best = Block::new(3, 3, 2).with(9, &[(2, true), (7, true)]);
		assert_eq!(look(&mut list, &best, &root).await, [2, 7]);
		assert_eq!(root.asked(), ["next"], "the look through all deals is done");
	}

	#[tokio::test]
	async fn unopened_tasks_of_a_bag_should_be_taken_in_up_to_a_bound() {
		let mut list = Watchlist::default();
		let mut block = Block::new(1, 1, 0).with(2, &[(0, true), (1, true)]);
		block.tasks.insert(0, 1_000);
		let views = look(&mut list, &block, &block).await;
		assert_eq!(views.iter().filter(|deal| **deal == 0).count(), MOST_OF_BAG);
		assert_eq!(views.last(), Some(&1), "other deals are not held up");
	}

	/// A count of views; those of a deal share it.
	#[tokio::test]
	async fn memory_should_be_bounded_when_a_thousand_bags_name_the_provider() {
		let most = MOST_UNOPENED as DealId;
		for bags in [1_000, most + 500] {
			let mut list = Watchlist::default();
			let open: Vec<_> = (0..=bags).map(|deal| (deal, true)).collect();
			let mut block = Block::new(1, 1, 0).with(bags + 1, &open);
			// All but the last, which somebody waits for.
			block.tasks = (0..bags).map(|deal| (deal, 30)).collect();
			while list.scan != Scan::Done {
				list.tasks(&block, Some(&block)).await.expect("it can be read");
			}
			let views = list.tasks(&block, Some(&block)).await.expect("it can be read");
			assert!(views.len() <= MOST_UNOPENED + 1, "{} views", views.len());
			assert_eq!(views.last().map(|view| view.id.deal), Some(bags));
			let shown: BTreeSet<DealId> = views.iter().map(|view| view.id.deal).collect();
			assert_eq!(shown.len() as DealId, bags.min(most) + 1, "none keeps another one out");
		}
	}

	#[test]
	fn bags_should_be_cut_to_one_length_when_there_are_too_many_tasks() {
		let views = |deal, count| {
			let task = |index| {
				let task = Task { state: waiting(), replicas: Default::default() };
				let next = NextStep::Randomness;
				TaskOfDeal { index, status: TaskStatus::Open(task), next }
			};
			let tasks = Page { items: (0..count).map(task).collect(), next: None };
			let page =
				DealTasks { id: deal, deal: assay_decisions::scenes::deal(bag(400)), tasks, at: 1 };
			let mut found = Concerning::default();
			found.add(page);
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
