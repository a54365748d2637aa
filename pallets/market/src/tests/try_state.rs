use super::*;
use polkadot_sdk::{frame_support::BoundedVec, pallet_balances, sp_runtime::TryRuntimeError};

fn finds(breakage: impl FnOnce(), message: &'static str) {
	new_test_ext().execute_with(|| {
		offer(0, terms());
		offer(1, terms());
		assert_ok!(Pallet::<Test>::do_try_state());
		breakage();
		let expected: TryRuntimeError = DispatchError::Other(message);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}

#[test]
fn try_state_should_find_a_number_that_is_to_come() {
	finds(|| NextOfferId::<Test>::put(1), "1: an offer has a number to come");
}

#[test]
fn try_state_should_find_wrong_lists() {
	let message = "2: lists differ from the offers there are";
	let put = |id, own| OffersOf::<Test>::insert(account(id), BoundedVec::truncate_from(own));
	finds(|| put(STASH, vec![0, 1]), message);
	finds(|| put(STASH, vec![]), message);
	finds(|| put(STRANGER, vec![]), message);
	finds(|| Offers::<Test>::remove(0), message);
}

#[test]
fn try_state_should_find_too_many_offers() {
	let breakage = || {
		let offer = Offers::<Test>::get(0).expect("just placed");
		for id in 2..2 + OfferId::from(MAX_OFFERS) {
			Offers::<Test>::insert(id, &offer);
		}
		NextOfferId::<Test>::put(9);
	};
	finds(breakage, "2: a provider has too many offers");
}

#[test]
fn try_state_should_find_deposits_that_are_not_held() {
	let message = "holds differ from what entries say";
	finds(|| pallet_balances::Holds::<Test>::remove(account(STASH)), message);
	let raise = || {
		Offers::<Test>::mutate(1, |offer| offer.as_mut().expect("just placed").deposit += 1);
	};
	finds(raise, message);
}

#[test]
fn try_state_should_find_deposits_for_orders_that_are_not_held() {
	use super::sets::*;
	new_test_ext().execute_with(|| {
		assert_ok!(full().submit());
		assert_ok!(Pallet::<Test>::do_try_state());
		pallet_balances::Holds::<Test>::remove(account(SOLVER));
		let expected: TryRuntimeError = DispatchError::Other("holds differ from what entries say");
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}
