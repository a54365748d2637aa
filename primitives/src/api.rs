//! Runtime APIs: what clients and daemons read, typed in the metadata. Programs find what they know by its
//! name and go on over an upgrade, so a view changes by addition alone, and raises the version of its API: see
//! `docs/adr/0028-views.md`.

use crate::{
	AccountId, Balance, BlockNumber, apply,
	case::{CaseView, CommitteeDraw, MediatorView},
	content::ContentRef,
	deal::{Callback, Deal, DrawView, NextStep, TaskStatus, TaskView},
	judges::Mediators,
	money::{Economics, Tariff},
	order::{
		Asset, AssetId, GroupId, Match, OrderId, OrderRecord, Publisher, Refusal, RequestOrder,
	},
	pool::{LeafId, ListedPool, PoolId, PoolView},
	profile::{Profile, ProfileId},
	provider::ProviderView,
	request::{OfferId, Quote, Request, RequestBounds, Terms},
	task::{DealId, Demand, TaskId},
	traits::CaseId,
};
use alloc::vec::Vec;
use codec::Encode;
use polkadot_sdk::sp_api;

/// Constants of the protocol that clients need.
#[apply(shown)]
pub struct Parameters {
	/// Milliseconds between blocks.
	pub block_millis: u64,
	/// Profiles that new deals may name.
	pub profiles: Vec<ProfileId>,
	/// Longest run time, in blocks.
	pub max_run_blocks: BlockNumber,
	/// Largest gas limit.
	pub max_gas: u64,
	/// Largest memory, in pages.
	pub max_memory_pages: u32,
	/// Largest output, in bytes.
	pub max_output_bytes: u64,
	/// Largest blob that a transaction may publish.
	pub max_blob_bytes: u32,
	/// Least bond of a provider.
	pub min_provider_bond: Balance,
	/// Least bond with which a publisher's apps and datasets are used.
	pub min_publisher_bond: Balance,
	/// Most blocks that an order which is matched now may still be valid for.
	pub max_order_life: BlockNumber,
	/// What a task may need at most that the court takes.
	pub court: Demand,
	/// What the money of a deal follows from.
	pub tariff: Tariff,
	/// All amounts and shares that hold for what is opened now.
	pub economics: Economics,
}

impl Parameters {
	/// What requests may ask for.
	pub fn bounds(&self) -> RequestBounds {
		RequestBounds {
			run_blocks: self.max_run_blocks,
			gas: self.max_gas,
			memory_pages: self.max_memory_pages,
			output_bytes: self.max_output_bytes,
		}
	}
}

/// Most bytes of any view's answer. In hexadecimal it is twice as long, and clients take no message
/// above 10 MiB, nodes by default send none above 15 MiB.
pub const MAX_VIEW_BYTES: usize = 4 << 20;
/// Bytes at which a page ends.
pub const PAGE_BYTES: usize = 1 << 20;
/// Most entries that are looked at for one page, whatever is asked for.
pub const MAX_PAGE: u32 = 1_000;
/// The same where each entry may be large: deals, and tasks.
pub const MAX_TASK_PAGE: u32 = 256;

/// A part of a list.
#[apply(shown)]
pub struct Page<I, C> {
	/// What was found. It may be nothing although there is more.
	pub items: Vec<I>,
	/// Where the list goes on; `None` at its end.
	pub next: Option<C>,
}

impl<I: Encode, C> Page<I, C> {
	/// What `entries` show, each with the cursor after it, until `most` were looked at or the page is
	/// full. One item is never too large for a page.
	pub fn of(entries: impl Iterator<Item = (C, Option<I>)>, most: u32) -> Self {
		let (mut page, mut bytes) = (Self { items: Vec::new(), next: None }, 0usize);
		// With nothing looked at there would be no way to go on.
		let mut left = most.max(1);
		for (cursor, item) in entries.take(left as usize) {
			let size = item.as_ref().map_or(0, Encode::encoded_size);
			if !page.items.is_empty() && bytes.saturating_add(size) > PAGE_BYTES {
				return page;
			}
			bytes = bytes.saturating_add(size);
			page.items.extend(item);
			page.next = Some(cursor);
			left = left.saturating_sub(1);
		}
		// Whether there is more is not looked at: the next page may be empty.
		if left > 0 { Self { next: None, ..page } } else { page }
	}
}

/// A task in a list of those of its deal.
#[apply(shown)]
pub struct TaskOfDeal {
	/// Its number in the deal.
	pub index: u32,
	/// Where it stands.
	pub status: TaskStatus,
	/// Why it waits, or what happens next.
	pub next: NextStep,
}

/// A deal, once, and some of its tasks.
#[apply(shown)]
pub struct DealTasks {
	/// Number of the deal.
	pub id: DealId,
	/// The deal, with the hash of its first task.
	pub deal: Deal,
	/// Tasks in the order of their numbers; the cursor is the next number.
	pub tasks: Page<TaskOfDeal, u32>,
	/// Block that this was read at.
	pub at: BlockNumber,
}

impl DealTasks {
	/// The tasks, each with a copy of the deal.
	pub fn into_views(self) -> impl Iterator<Item = TaskView> {
		let Self { id: deal_id, deal, tasks, at } = self;
		tasks.items.into_iter().map(move |TaskOfDeal { index, status, next }| {
			let id = TaskId { deal: deal_id, index };
			let mut deal = deal.clone();
			deal.task_hash = deal.request.task.hash_of(index);
			TaskView { id, deal, status, next, at }
		})
	}
}

/// A resting offer with its number.
#[apply(shown)]
pub struct OfferView {
	/// Number.
	pub id: OfferId,
	/// Whose.
	pub provider: AccountId,
	/// What.
	pub terms: Terms,
	/// Whom it lets judge.
	pub mediators: Mediators,
}

sp_api::decl_runtime_apis! {
	/// Tasks, offers and providers.
	#[api_version(2)]
	pub trait AssayApi {
		/// Constants.
		fn parameters() -> Parameters;
		/// A profile by its id.
		fn profile(id: ProfileId) -> Option<Profile>;
		/// A task, open or ended and not pruned yet.
		fn task(id: TaskId) -> Option<TaskView>;
		/// Numbers of a client's deals that are not pruned, in no particular order, from after a number
		/// on, at most `limit`. Reads nothing of the deals of others.
		fn deals_of_client(
			client: AccountId,
			after: Option<DealId>,
			limit: u32,
		) -> Page<DealId, DealId>;
		/// Numbers of the deals that a provider has slots in use for, in their order: because it was drawn, or
		/// may still be in the first draw. Reads its record alone.
		fn deals_of_provider(provider: AccountId) -> Vec<DealId>;
		/// The same, and the deals over a list of inputs with open tasks that a provider is a candidate of,
		/// in no particular order, from after a number on. Looks at no more than `limit`, and at none of
		/// others.
		fn deals_of_candidate(
			provider: AccountId,
			after: Option<DealId>,
			limit: u32,
		) -> Page<DealId, DealId>;
		/// Numbers of all deals with open tasks that a provider is a candidate of, in the order of opening,
		/// from the number `from` on, at which the page's `next` goes on. Looks at no more than `limit` numbers, whose deals may be anybody's.
		fn new_deals_of_candidate(
			provider: AccountId,
			from: DealId,
			limit: u32,
		) -> Page<DealId, DealId>;
		/// A deal with its tasks, open or ended and not pruned yet, from a number on. Looks at no more than
		/// `limit` tasks.
		fn tasks_of_deal(deal: DealId, from: u32, limit: u32) -> Option<DealTasks>;
		/// The same with the open tasks only for which a provider is drawn, or may still be: nothing but
		/// the deal where it is no candidate.
		fn tasks_of_candidate(
			provider: AccountId,
			deal: DealId,
			from: u32,
			limit: u32,
		) -> Option<DealTasks>;
		/// How the replicas of a task were drawn.
		fn draw(id: TaskId) -> Option<DrawView>;
		/// What a client has called at the end of each task of a deal.
		fn callback(deal: DealId) -> Option<Callback>;
		/// Whether the callback of a task was sent.
		fn called_back(task: TaskId) -> bool;
		/// Output of the VRF with which this block was authored, of which the beacon makes seeds; `None`
		/// where its author gave none.
		fn block_vrf() -> Option<[u8; 32]>;
		/// Which offers serve a request, and why the others don't.
		fn quote(client: AccountId, request: Request) -> Quote;
		/// The same for a request order, which may say who serves it, and how many at least, and use apps and
		/// datasets at their posted terms; of the offers `among`, where any are named.
		fn quote_order(order: RequestOrder, among: Vec<OfferId>) -> Quote;
		/// Resting offers in no particular order, from after a number on, at most `limit`.
		fn offers(after: Option<OfferId>, limit: u32) -> Page<OfferView, OfferId>;
		/// Offers of a provider, in the order of their numbers.
		fn offers_of_provider(provider: AccountId) -> Vec<OfferView>;
		/// Every reason why orders would not make a deal if `solver` submitted them now, in the order
		/// of checking. What the payer has free, and what the ledger checks of content, is not part of
		/// it.
		fn why_not(solver: AccountId, orders: Match) -> Vec<Refusal>;
		/// What the chain remembers of an order.
		fn order(id: OrderId) -> Option<OrderRecord>;
		/// A registered app or dataset.
		fn asset(id: AssetId) -> Option<Asset>;
		/// Apps and datasets in no particular order, from after a number on, at most `limit`.
		fn assets(after: Option<AssetId>, limit: u32) -> Page<(AssetId, Asset), AssetId>;
		/// A publisher's bond.
		fn publisher(owner: AccountId) -> Option<Publisher>;
		/// Whether an account is a member of a group.
		fn is_member(group: GroupId, account: AccountId) -> bool;
		/// How many orders an account may have on the nodes' board.
		fn board_places(account: AccountId) -> u32;
		/// A provider.
		fn provider(stash: AccountId) -> Option<ProviderView>;
		/// Providers in no particular order, from after one on, at most `limit`.
		fn providers(after: Option<AccountId>, limit: u32) -> Page<ProviderView, AccountId>;
		/// The provider that an operator key signs for.
		fn provider_of(operator: AccountId) -> Option<AccountId>;
		/// Blocks of unpaid run time that a provider has taken on for a client; counted only where it has
		/// a limit.
		fn exposure(provider: AccountId, client: AccountId) -> BlockNumber;
		/// Number of the next deal.
		fn next_deal() -> DealId;
		/// Size of a published blob, and the block until which it is kept.
		fn content(hash: crate::Hash) -> Option<(u32, BlockNumber)>;
		/// Last block through which all of some content is kept, leaves included; `None` where the chain
		/// does not promise all of it.
		fn promised_until(content: ContentRef) -> Option<BlockNumber>;
	}

	/// Task pools.
	pub trait PoolApi {
		/// A pool, until it is settled.
		fn pool(id: PoolId) -> Option<PoolView>;
		/// Pools that are not settled, newest first, from before a number on. Looks at no more than `limit` numbers.
		fn pools(before: Option<PoolId>, limit: u32) -> Page<ListedPool, PoolId>;
		/// The open case over a leaf of a pool.
		fn case_of_leaf(leaf: LeafId) -> Option<CaseId>;
	}

	/// Disputes.
	#[api_version(2)]
	pub trait CaseApi {
		/// A case with its rounds, until it is removed.
		fn case(id: CaseId) -> Option<CaseView>;
		/// Cases that are kept, open or closed, newest first, from before a number on. Looks at no more
		/// than `limit` numbers.
		fn cases(before: Option<CaseId>, limit: u32) -> Page<CaseView, CaseId>;
		/// Open cases that a mediator sits in, in the order of their numbers, from after one on, at most
		/// `limit`.
		fn cases_of_mediator(
			stash: AccountId,
			after: Option<CaseId>,
			limit: u32,
		) -> Page<CaseView, CaseId>;
		/// Cases that are kept and hold no stake of a mediator any more, newest first, from before a number on, at
		/// most `limit`: of the last 64 in which it sat. Reads its record and these.
		fn past_cases_of_mediator(
			stash: AccountId,
			before: Option<CaseId>,
			limit: u32,
		) -> Page<CaseView, CaseId>;
		/// The open case over a task.
		fn case_of_task(task: TaskId) -> Option<CaseId>;
		/// A mediator.
		fn mediator(stash: AccountId) -> Option<MediatorView>;
		/// Mediators in no particular order, from after one on, at most `limit`.
		fn mediators(after: Option<AccountId>, limit: u32) -> Page<MediatorView, AccountId>;
		/// The mediator that an operator key signs for.
		fn mediator_of(operator: AccountId) -> Option<AccountId>;
		/// How the committee of a round was drawn, or will be in the next block.
		fn committee_draw(case: CaseId, round: u8) -> Option<CommitteeDraw>;
		/// Funds that a case needs where each seat earns `wage`.
		fn case_cost(wage: Balance) -> Balance;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	fn numbered(all: &[Option<usize>]) -> impl Iterator<Item = (u32, Option<Vec<u8>>)> + '_ {
		(0u32..).zip(all).map(|(at, bytes)| (at, bytes.map(|bytes| alloc::vec![0; bytes])))
	}

	fn page(all: &[Option<usize>], most: u32) -> (usize, Option<u32>) {
		let page = Page::of(numbered(all), most);
		(page.items.len(), page.next)
	}

	#[test]
	fn page_should_end_by_what_was_looked_at_and_not_by_what_was_found() {
		assert_eq!(page(&[Some(1), None, None, Some(1)], 3), (1, Some(2)));
		assert_eq!(page(&[Some(1), None, None, Some(1)], 4), (2, Some(3)), "there may be more");
		assert_eq!(page(&[Some(1), None, None, Some(1)], 5), (2, None));
		assert_eq!(page(&[], 4), (0, None));
		assert_eq!(page(&[Some(1), Some(1)], 0), (1, Some(0)), "one step always");
	}

	#[test]
	fn page_should_end_before_it_is_too_large_and_never_be_empty_for_that() {
		let half = PAGE_BYTES / 2;
		assert_eq!(page(&[Some(half - 4), Some(half - 4), Some(0)], 9), (2, Some(1)));
		assert_eq!(page(&[Some(half), Some(half), Some(0)], 9), (1, Some(0)));
		assert_eq!(page(&[None, Some(2 * PAGE_BYTES), Some(0)], 9), (1, Some(1)));
	}
}
