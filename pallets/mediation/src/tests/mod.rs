//! One file for each call, and for what concerns all of them.

use crate::{Error, Event, mock::*, *};
use assay_primitives::{
	bond::{BondFault, Chunk, MAX_UNBONDINGS},
	case::*,
	judges::{Judges, Named},
	outcome::Digest,
	traits::{Arbiter, CaseId, CaseRequest},
};
use frame_support::{assert_noop, assert_ok};
use pallet_bonds::Party;
use polkadot_sdk::*;

mod accept_operator;
mod acceptance;
mod appeal;
mod bond_more;
mod committees;
mod competence;
mod configuration;
mod court;
mod denounce;
mod draw;
mod genesis;
mod grinding;
mod invariants;
mod leave;
mod open_case;
mod poke;
mod pool;
mod prune;
mod queue;
mod register;
mod resign_operator;
mod reveal;
mod seal;
mod set_operator;
mod settlement;
mod silence;
mod takers;
mod try_state;
mod unbond;
mod update;
mod views;
mod withdraw;

fn refused(fault: BondFault) -> Error<Test> {
	fault.into()
}

/// A newcomer with money.
fn newcomer(index: u32) -> AccountId {
	for who in [stash(index), operator(index)] {
		use frame_support::traits::fungible::Mutate;
		Balances::set_balance(&who, RICH);
	}
	stash(index)
}

/// Registers a newcomer whose operator has accepted.
fn join(index: u32, bond: Balance) -> AccountId {
	let who = newcomer(index);
	assert_ok!(Mediation::register(signed(who.clone()), operator(index), terms(4), bond));
	assert_ok!(Mediation::accept_operator(signed(operator(index)), who.clone()));
	who
}

fn mediator(who: &AccountId) -> Mediator {
	Mediators::<Test>::get(who).expect("registered")
}

fn weight(who: &AccountId) -> u64 {
	Mediation::mediator_view(who).expect("registered").weight
}

fn next_weight(who: &AccountId) -> u64 {
	Mediation::mediator_view(who).expect("registered").next_weight
}
