use super::*;
use polkadot_sdk::{pallet_balances, sp_runtime::TryRuntimeError};

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
fn try_state_should_find_wrong_counts() {
	let message = "2: counts differ from the offers there are";
	let put = |count| OfferCount::<Test>::insert(account(STASH), count);
	finds(|| put(2), message);
	finds(|| put(0), message);
	finds(|| OfferCount::<Test>::insert(account(STRANGER), 0), message);
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
		OfferCount::<Test>::insert(account(STASH), MAX_OFFERS + 1);
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
