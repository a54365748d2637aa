//! The book of a solver: signed orders that wait for each other, and which of them make a deal.
//!
//! It is pure: it never asks the chain. What it has to know of it (providers, assets, resting
//! offers, what was used of an order) it is told. It leaves to the chain what only the chain can
//! tell, above all who is a member of a group, and takes the chain's refusals into account.
//!
//! Every order in it was signed by somebody who can be held to account: a registered provider, a
//! registered publisher, a client. None of them has more than a bounded number of places, and
//! whatever ends is removed.

mod admit;
mod arrival;
mod entry;
mod explain;
mod export;
mod fit;
mod index;
mod plan;
#[cfg(test)]
mod tests;

pub use arrival::{Arrival, Known, NotKept};
pub use entry::{Counts, ResourceKey};
pub use explain::{Explanation, IneligibleCandidate};
pub use plan::{Plan, Shortage};

use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, Permill,
	money::Tariff,
	order::{Asset, AssetId, Kind, OrderId, Part},
	provider::ProviderView,
	request::RequestBounds,
};
use entry::{RequestEntry, ResourceEntry, SaleEntry};
use index::Index;
use std::collections::{BTreeSet, HashMap};

/// How much a book takes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Limits {
	/// Requests.
	pub requests: usize,
	/// Resource orders.
	pub resources: usize,
	/// App and dataset orders together.
	pub sales: usize,
	/// Orders of one kind that one account has signed.
	pub per_account: usize,
}

impl Default for Limits {
	fn default() -> Self {
		Self { requests: 16_384, resources: 65_536, sales: 16_384, per_account: 64 }
	}
}

/// What a runtime has decided for good, as far as matches depend on it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Constants {
	/// Time between two blocks, in milliseconds.
	pub block_millis: u64,
	/// Tariff of the ledger.
	pub tariff: Tariff,
	/// Longest time that an order may still be valid, in blocks.
	pub life: BlockNumber,
	/// Least bond of a publisher, whatever a request wants.
	pub min_publisher_bond: Balance,
	/// Largest tip, as a share of the highest wage that a request allows for the first wave.
	pub tip: Permill,
	/// What requests may ask for.
	pub bounds: RequestBounds,
}

/// Orders that wait for each other.
pub struct Book {
	genesis: Hash,
	limits: Limits,
	constants: Constants,
	now: BlockNumber,
	requests: HashMap<OrderId, RequestEntry>,
	resources: HashMap<ResourceKey, ResourceEntry>,
	sales: HashMap<OrderId, SaleEntry>,
	/// Number of signed resource orders among the resources.
	resource_orders: usize,
	index: Index,
	/// App and dataset orders by asset, cheapest first.
	by_asset: HashMap<AssetId, BTreeSet<(Balance, OrderId)>>,
	/// What an account has signed of a kind, by its end.
	by_owner: HashMap<(KindKey, AccountId), BTreeSet<(BlockNumber, OrderId)>>,
	/// Who has signed an order.
	owners: HashMap<OrderId, AccountId>,
	/// Everything by its end.
	by_end: BTreeSet<(BlockNumber, OrderId)>,
	/// Requests that wait, by the block from which on they are tried again.
	queue: BTreeSet<(BlockNumber, OrderId)>,
	providers: HashMap<AccountId, ProviderView>,
	assets: HashMap<AssetId, Asset>,
	/// Bonds of publishers, without what is leaving.
	publishers: HashMap<AccountId, Balance>,
	/// Who signs for a mediator; `None` where it does not serve.
	mediators: HashMap<AccountId, Option<AccountId>>,
	/// Slots of providers that matches under way will take.
	taken: HashMap<AccountId, u16>,
}

/// A kind of order as a key.
type KindKey = u8;

fn kind_key(kind: Kind) -> KindKey {
	match kind {
		Kind::Request => 0,
		Kind::Resource => 1,
		Kind::App => 2,
		Kind::Dataset => 3,
	}
}

impl Book {
	/// An empty book for the network with this genesis hash.
	pub fn new(genesis: Hash, constants: Constants, limits: Limits) -> Self {
		Self {
			genesis,
			limits,
			constants,
			now: 0,
			requests: HashMap::new(),
			resources: HashMap::new(),
			sales: HashMap::new(),
			resource_orders: 0,
			index: Index::default(),
			by_asset: HashMap::new(),
			by_owner: HashMap::new(),
			owners: HashMap::new(),
			by_end: BTreeSet::new(),
			queue: BTreeSet::new(),
			providers: HashMap::new(),
			assets: HashMap::new(),
			publishers: HashMap::new(),
			mediators: HashMap::new(),
			taken: HashMap::new(),
		}
	}

	/// Goes on by what an upgrade of the runtime has changed. Orders that are in the book stay.
	pub fn adopt(&mut self, constants: Constants) {
		self.constants = constants;
	}

	/// What it goes by.
	pub fn constants(&self) -> Constants {
		self.constants
	}

	/// Height that the book is at.
	pub fn now(&self) -> BlockNumber {
		self.now
	}

	/// How much is in it.
	pub fn counts(&self) -> Counts {
		let sales = |part: Part| self.sales.values().filter(|it| it.part() == part).count();
		Counts {
			requests: self.requests.len(),
			resources: self.resource_orders,
			offers: self.resources.len().saturating_sub(self.resource_orders),
			apps: sales(Part::App),
			datasets: sales(Part::Dataset),
		}
	}

	/// Whether an order is in it.
	pub fn contains(&self, id: &OrderId) -> bool {
		self.requests.contains_key(id)
			|| self.resources.contains_key(&ResourceKey::Order(*id))
			|| self.sales.contains_key(id)
	}

	/// Whether requests leave so little room that those which nobody can pay have to go.
	pub fn is_crowded(&self) -> bool {
		self.requests.len() >= self.limits.requests.div_ceil(2)
	}

	/// Accounts that pay for requests, by their order: `most` of those that come after `last`, then the first ones.
	pub fn payers(&self, last: Option<&AccountId>, most: usize) -> Vec<AccountId> {
		let all: BTreeSet<_> = self.requests.values().map(RequestEntry::payer).collect();
		let after = all.iter().filter(|payer| last.is_none_or(|last| **payer > last));
		let first = all.iter().filter(|payer| last.is_some_and(|last| **payer <= last));
		after.chain(first).take(most).map(|payer| (*payer).clone()).collect()
	}

	/// A provider as it was last seen.
	pub fn provider(&self, stash: &AccountId) -> Option<&ProviderView> {
		self.providers.get(stash)
	}
}
