mod invariants;
mod match_faults;
mod match_money;
mod match_orders;
mod order_invariants;
mod orders;
mod place_offer;
mod prune_offer;
mod quote;
mod refusals;
mod sets;
mod submit;
mod try_state;
mod update_offer;
mod views;
mod why_not;
mod withdraw_offer;

use crate::{Error, Event, NextOfferId, Offer, Offers, OffersOf, Pallet, mock::*};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, MILLI, UNIT,
	order::{AssetFault, Kind, OrderFault, Part, Refusal},
	policy::{Policy, PolicyFault},
	price::Price,
	request::{Candidate, Ineligible, OfferId, Request, RequestFault, Terms},
};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok, traits::fungible::Inspect},
	sp_runtime::{DispatchError, DispatchResult, TokenError},
};

/// Why one of the resources of a match, or of the offers of a request, is refused.
fn because(at: u8, why: Ineligible) -> Refusal {
	Refusal::Resource { at, why }
}

fn count(stash: u8) -> u32 {
	OffersOf::<Test>::get(account(stash)).len() as u32
}

fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}

/// Calls as a transaction does; a call that fails must change nothing.
fn call(id: u8, call: impl Into<RuntimeCall>) -> DispatchResult {
	assay_mocks::dispatch_or_noop::<RuntimeCall>(call, signed(id))
}

/// That the invariants hold, and money is conserved.
fn check(initial: Balance) {
	assert_sound();
	assert_eq!(issuance(), initial, "INV2");
	let owned: Balance =
		(0..=POT).map(|id| <Balances as Inspect<AccountId>>::total_balance(&account(id))).sum();
	assert_eq!(owned, initial, "INV2");
}
