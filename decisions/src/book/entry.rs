//! What the book holds.

use assay_primitives::{
	AccountId, Balance, BlockNumber,
	judges::Mediators,
	matching::Offered,
	order::{
		self, AnyOrder, AppOrder, AssetId, AssetOrder, Authorization, DatasetOrder, OrderId, Part,
		RequestOrder, ResourceOrder, Signed,
	},
	request::{Ineligible, OfferId, Terms},
};
use std::collections::BTreeMap;

/// Names a candidate.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum ResourceKey {
	/// A signed order.
	Order(OrderId),
	/// An offer that rests on chain.
	Offer(OfferId),
}

impl ResourceKey {
	/// Comes after every other.
	pub(super) const LAST: Self = Self::Offer(OfferId::MAX);
}

/// How many of what there are.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Counts {
	/// Requests.
	pub requests: usize,
	/// Signed resource orders.
	pub resources: usize,
	/// Offers that rest on chain.
	pub offers: usize,
	/// App orders.
	pub apps: usize,
	/// Dataset orders.
	pub datasets: usize,
}

/// A request that waits.
pub(super) struct RequestEntry {
	pub signed: Signed<RequestOrder>,
	pub sponsor: Option<Authorization>,
	/// Tasks that are left of it.
	pub left: u32,
	/// Whether a match of it is under way.
	pub in_flight: bool,
	/// Block from which on it is tried again.
	pub try_at: BlockNumber,
	/// Attempts that came to nothing.
	pub tries: u32,
	/// Why the last attempt came to nothing.
	pub last: Option<String>,
	/// Candidates that the chain has refused for it, why, and until which block that is believed.
	pub refused: BTreeMap<ResourceKey, (Ineligible, BlockNumber)>,
	/// Free bond that the chain has found too small for it.
	pub too_small: Option<(Balance, BlockNumber)>,
}

impl RequestEntry {
	/// Who pays for it.
	pub fn payer(&self) -> &AccountId {
		self.signed.order.sponsor.as_ref().unwrap_or(&self.signed.order.client)
	}
}

/// A candidate that waits.
pub(super) struct ResourceEntry {
	pub provider: AccountId,
	pub terms: Terms,
	/// Whom its provider lets judge.
	pub mediators: Mediators,
	/// Tasks that are left of it; offers have no end of them.
	pub left: u32,
	/// Tasks of matches under way.
	pub taken: u32,
	/// The order; `None` for an offer.
	pub signed: Option<Box<Signed<ResourceOrder>>>,
}

impl ResourceEntry {
	pub fn of_order(signed: Signed<ResourceOrder>, left: u32) -> Self {
		let order = &signed.order;
		Self {
			provider: order.provider.clone(),
			terms: order.terms,
			mediators: order.mediators.clone(),
			left,
			taken: 0,
			signed: Some(Box::new(signed)),
		}
	}

	pub fn of_offer(provider: AccountId, terms: Terms, mediators: Mediators) -> Self {
		Self { provider, terms, mediators, left: u32::MAX, taken: 0, signed: None }
	}

	/// Tasks that are left of it beside matches under way.
	pub fn free(&self) -> u32 {
		self.left.saturating_sub(self.taken)
	}

	pub fn offered(&self) -> Offered<'_> {
		let order = self.signed.as_ref().map(|signed| &signed.order);
		let Self { provider, terms, mediators, .. } = self;
		Offered { provider, terms, mediators, order }
	}
}

/// An order of a publisher that waits.
pub(super) struct SaleEntry {
	pub sale: Sale,
	pub left: u32,
}

/// Of one kind or the other.
pub(super) enum Sale {
	App(Signed<AppOrder>),
	Dataset(Signed<DatasetOrder>),
}

impl SaleEntry {
	pub fn part(&self) -> Part {
		match self.sale {
			Sale::App(_) => Part::App,
			Sale::Dataset(_) => Part::Dataset,
		}
	}

	/// At which terms.
	pub fn sale(&self) -> order::Sale {
		match &self.sale {
			Sale::App(signed) => signed.order.sale(),
			Sale::Dataset(signed) => signed.order.sale(),
		}
	}

	pub fn asset(&self) -> AssetId {
		match &self.sale {
			Sale::App(signed) => signed.order.app,
			Sale::Dataset(signed) => signed.order.dataset,
		}
	}

	pub fn price(&self) -> Balance {
		match &self.sale {
			Sale::App(signed) => signed.order.price,
			Sale::Dataset(signed) => signed.order.price,
		}
	}

	pub fn valid_until(&self) -> BlockNumber {
		match &self.sale {
			Sale::App(signed) => signed.order.valid_until,
			Sale::Dataset(signed) => signed.order.valid_until,
		}
	}

	pub fn any(&self) -> AnyOrder {
		match &self.sale {
			Sale::App(signed) => AnyOrder::App(Box::new(signed.order.clone())),
			Sale::Dataset(signed) => AnyOrder::Dataset(Box::new(signed.order.clone())),
		}
	}

	pub fn authorization(&self) -> &Authorization {
		match &self.sale {
			Sale::App(signed) => &signed.authorization,
			Sale::Dataset(signed) => &signed.authorization,
		}
	}
}
