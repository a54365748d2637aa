mod accept_operator;
mod bond_more;
mod capacity;
mod exposures;
mod holds;
mod invariants;
mod leave;
mod register;
mod reputation;
mod resign_operator;
mod stakes;
mod try_state;
mod unbond;
mod update;
mod withdraw;

use crate::{Error, Event, MAX_WORK, Operators, Pallet, Provider, Status, Work, mock::*};
use assay_primitives::{
	AccountId, Balance, BlockNumber, UNIT,
	bond::{Bond, BondFault, Chunk, MAX_UNBONDINGS},
	request::Ineligible,
	task::DealId,
};
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

fn refused(fault: BondFault) -> Error<Test> {
	fault.into()
}

fn provider(stash: u8) -> Provider {
	crate::Providers::<Test>::get(account(stash)).expect("the provider is registered")
}

fn status(stash: u8) -> Status {
	provider(stash).status
}

fn chunks(stash: u8) -> Vec<(Balance, BlockNumber)> {
	provider(stash).bond.unbonding.into_iter().map(|Chunk { amount, at }| (amount, at)).collect()
}
