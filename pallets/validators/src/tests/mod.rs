mod bond_more;
mod genesis;
mod invariants;
mod join;
mod key_owners;
mod leave;
mod offences;
mod sessions;
mod try_state;
mod withdraw;

use crate::{mock::*, *};
use assay_primitives::bond::BondFault;
use frame_support::{assert_noop, assert_ok};

fn refused(fault: BondFault) -> Error<Test> {
	fault.into()
}

/// Lets account `i` join with keys of its own.
fn join_with_keys(i: u8, bond: Balance) {
	set_keys(i, i.into());
	assert_ok!(join(i, bond));
}

fn departure(i: u8) -> Departure {
	Departures::<Test>::get(account(i)).expect("the account has left")
}
