//! Records of the pallet.

use assay_primitives::{
	AccountId, Balance, apply,
	judges::Mediators,
	matching::Offered,
	order::{MAX_PRUNED, OrderId},
	policy::MAX_CANDIDATES,
	request::{OfferId, Terms},
	stored,
};
use polkadot_sdk::{frame_support::BoundedVec, sp_core::ConstU32};

/// Most ineligible that a quote lists.
pub const MAX_INELIGIBLE: usize = 1_000;

/// Offers that a request was matched with.
pub type Named = BoundedVec<OfferId, ConstU32<MAX_CANDIDATES>>;

/// Offers that a client names for its request, each with the provider whose it is.
pub type Chosen = BoundedVec<(OfferId, AccountId), ConstU32<MAX_CANDIDATES>>;

/// Orders to be pruned.
pub type Prunable = BoundedVec<OrderId, ConstU32<MAX_PRUNED>>;

/// An offer as it is stored.
#[apply(stored)]
pub struct Offer {
	/// Stash of the provider that serves it.
	pub provider: AccountId,
	/// What is offered.
	pub terms: Terms,
	/// Whom its provider lets judge.
	pub mediators: Mediators,
	/// Amount on hold for the state that it occupies.
	pub deposit: Balance,
	/// On whose account: that of the stash, or of the operator key that placed it.
	pub depositor: AccountId,
}

impl Offer {
	/// As the rules take it. It restricts nothing but who judges.
	pub(crate) fn offered(&self) -> Offered<'_> {
		let Self { provider, terms, mediators, .. } = self;
		Offered { provider, terms, mediators, order: None }
	}
}
