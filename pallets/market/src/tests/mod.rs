mod board;
mod groups;
mod invariants;
mod match_faults;
mod match_money;
mod match_orders;
mod order_invariants;
mod orders;
mod place_offer;
mod prune_offer;
mod publishers;
mod quote;
mod refusals;
mod register;
mod sets;
mod submit;
mod try_state;
mod update_offer;
mod views;
mod why_not;
mod withdraw_offer;

use crate::{Error, Event, NextOfferId, Offer, Offers, OffersOf, Pallet, mock::*};
use assay_primitives::{
	Balance, Hash, MILLI, UNIT,
	order::Refusal,
	policy::{Policy, PolicyFault},
	price::Price,
	request::{Candidate, Ineligible, OfferId, Request, Terms},
};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::{DispatchError, TokenError, traits::Dispatchable},
};

/// Why one of the resources of a match, or of the offers of a request, is refused.
fn because(at: u8, why: Ineligible) -> Refusal {
	Refusal::Resource { at, why }
}

fn count(stash: u8) -> u32 {
	OffersOf::<Test>::get(account(stash)).len() as u32
}
