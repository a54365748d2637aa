use super::*;
use polkadot_sdk::{
	frame_support::BoundedVec,
	pallet_balances,
	sp_runtime::{DispatchError, TryRuntimeError},
};

/// Breaks the state of a provider that serves and has one amount unbonding.
fn finds(breakage: impl FnOnce(), message: &'static str) {
	new_test_ext().execute_with(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::unbond(signed(STASH), 10 * UNIT));
		assert_ok!(Pallet::<Test>::do_try_state());
		breakage();
		let expected: TryRuntimeError = DispatchError::Other(message);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}

fn change(stash: u8, change: impl FnOnce(&mut Provider)) {
	crate::Providers::<Test>::mutate(account(stash), |entry| {
		change(entry.as_mut().expect("registered"));
	});
}

#[test]
fn try_state_should_find_a_bond_that_is_not_held() {
	let message = "the hold differs from the bond";
	finds(|| change(STASH, |provider| provider.bond.held += 1), message);
	finds(|| pallet_balances::Holds::<Test>::remove(account(STASH)), message);
}

#[test]
fn try_state_should_find_more_at_risk_than_there_is() {
	let message = "locked and unbonding exceed the bond together";
	finds(|| change(STASH, |provider| provider.bond.locked = 20 * UNIT + 1), message);
	let message = "locked or unbonding exceed the bond";
	finds(|| change(STASH, |provider| provider.bond.locked = Balance::MAX), message);
}

#[test]
fn try_state_should_find_a_lock_without_a_slot() {
	let message = "3: something is locked for no slot";
	finds(|| change(STASH, |provider| provider.bond.locked = 1), message);
	let hold = |id, amount| {
		let pool = assay_primitives::deal::Instance {
			front_end: assay_primitives::deal::FrontEnd::Pool,
			number: 3,
		};
		crate::Held::<Test>::insert(account(id), pool, amount);
	};
	finds(|| hold(STASH, 1), "3: what is at risk is not locked");
	finds(|| hold(NOBODY, 1), "3: something is at risk of nobody");
}

#[test]
fn try_state_should_find_chunks_that_are_empty_or_out_of_order() {
	let put = |list: &[(Balance, BlockNumber)]| {
		let list = list.iter().map(|(amount, at)| Chunk { amount: *amount, at: *at }).collect();
		change(STASH, |provider| provider.bond.unbonding = BoundedVec::truncate_from(list));
	};
	finds(|| put(&[(10 * UNIT, 9), (0, 9)]), "a chunk is empty");
	finds(|| put(&[(5 * UNIT, 9), (5 * UNIT, 8)]), "chunks are out of order");
}

#[test]
fn try_state_should_find_operators_that_do_not_match() {
	let point = |operator, stash| Operators::<Test>::insert(account(operator), account(stash));
	finds(|| point(STRANGER, NOBODY), "an operator of nobody");
	finds(|| point(STRANGER, STASH), "an operator that its party does not know");
	let message = "a party serves without an operator";
	finds(|| Operators::<Test>::remove(account(OPERATOR)), message);
	finds(|| point(OPERATOR, OTHER_STASH), message);
}

#[test]
fn try_state_should_find_an_operator_that_is_anothers_stash() {
	let breakage = || {
		serve(OTHER_STASH, OTHER_OPERATOR, MIN_BOND);
		let mut moved = provider(OTHER_STASH);
		(moved.bond, moved.status) = (Bond::default(), Status::Nominating);
		crate::Providers::<Test>::insert(account(OPERATOR), moved);
	};
	finds(breakage, "an operator is another's stash");
}

#[test]
fn try_state_should_find_a_leaving_provider_that_is_still_engaged() {
	let message = "5: a provider that is leaving is still engaged";
	let leave = |provider: &mut Provider| provider.status = Status::Leaving;
	finds(|| change(STASH, leave), message);
}

#[test]
fn try_state_should_find_unpaid_work_that_is_not_under_way() {
	let count = |id, open| crate::Exposed::<Test>::insert(account(id), account(STRANGER), open);
	finds(|| count(NOBODY, 1), "6: unpaid work of nobody");
	let message = "6: unpaid work that is not under way";
	finds(|| count(STASH, 1), message);
	let idle = || {
		assert_ok!(Providers::limit_exposure(signed(STASH), Some(9)));
		count(STASH, 1);
	};
	finds(idle, message);
}

#[test]
fn try_state_should_find_work_that_is_out_of_order() {
	let message = "7: deals that are worked for are out of order";
	let work = |work: &[(DealId, u16)]| {
		let work = Work::truncate_from(work.to_vec());
		change(STASH, |provider| provider.work = work);
	};
	finds(|| work(&[(2, 1), (1, 1)]), message);
	finds(|| work(&[(1, 1), (1, 1)]), message);
	finds(|| work(&[(1, 0)]), message);
}
