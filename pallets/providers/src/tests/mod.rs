mod accept_operator;
mod bond_more;
mod capacity;
mod deregister;
mod exposures;
mod invariants;
mod register;
mod reputation;
mod resign_operator;
mod stakes;
mod try_state;
mod unbond;
mod update;
mod withdraw;

use crate::{
	Chunk, Error, Event, MAX_UNBONDINGS, MAX_WORK, Operators, Pallet, Provider, Status, Unbonding,
	Work, mock::*,
};
use assay_primitives::{AccountId, Balance, BlockNumber, MILLI, UNIT, task::DealId};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	sp_runtime::TokenError,
};

/// The deal that slots are taken for.
const DEAL: DealId = 7;

/// Work for it.
fn one_slot() -> Work {
	Work::truncate_from(vec![(DEAL, 1)])
}

fn provider(stash: u8) -> Provider {
	crate::Providers::<Test>::get(account(stash)).expect("the provider is registered")
}

fn status(stash: u8) -> Status {
	provider(stash).status
}

fn chunks(stash: u8) -> Vec<(Balance, BlockNumber)> {
	Unbonding::<Test>::get(account(stash))
		.into_iter()
		.map(|Chunk { amount, at }| (amount, at))
		.collect()
}
