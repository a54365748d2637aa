//! Places are bought, and given up after a while.

use crate::{BoardPlaces, Error, Event, Pallet, Places, mock::*};
use assay_primitives::order::PLACE_BYTES;
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok, storage::unhashed},
	sp_runtime::{DispatchError, DispatchResult, TokenError},
	sp_statement_store::{
		StatementAllowance, get_allowance, increase_allowance_by, statement_allowance_key,
	},
};
use proptest::prelude::*;

fn set(id: u8, places: u32) -> DispatchResult {
	Pallet::<Test>::set_board_places(signed(id), places)
}

fn later() {
	System::set_block_number(System::block_number() + MIN_BOARD_BLOCKS);
}

fn allowed(id: u8) -> (u32, u32) {
	let StatementAllowance { max_count, max_size } = get_allowance(account(id));
	(max_count, max_size)
}

#[test]
fn places_should_be_paid_for_and_grant_an_allowance() {
	build_and_execute(|| {
		assert_eq!(allowed(CLIENT), (0, 0));
		assert_ok!(set(CLIENT, 3));
		assert_eq!(allowed(CLIENT), (3, 3 * PLACE_BYTES));
		assert_eq!(held(CLIENT), 3 * PLACE_DEPOSIT);
		let deposit = 3 * PLACE_DEPOSIT;
		let event = Event::BoardPlacesSet { account: account(CLIENT), places: 3, deposit };
		assert_eq!(last_event(), event);
		// More at once; fewer after a while.
		assert_ok!(set(CLIENT, 5));
		assert_eq!((allowed(CLIENT).0, held(CLIENT)), (5, 5 * PLACE_DEPOSIT));
		later();
		assert_ok!(set(CLIENT, 2));
		assert_eq!((allowed(CLIENT).0, held(CLIENT)), (2, 2 * PLACE_DEPOSIT));
		assert_eq!(allowed(STRANGER), (0, 0), "others have none");
	});
}

#[test]
fn places_should_leave_nothing_when_all_are_given_up() {
	build_and_execute(|| {
		let before = usable(CLIENT);
		assert_ok!(set(CLIENT, MAX_PLACES));
		later();
		assert_ok!(set(CLIENT, 0));
		assert_eq!((usable(CLIENT), held(CLIENT)), (before, 0));
		assert!(!BoardPlaces::<Test>::contains_key(account(CLIENT)));
		assert!(!unhashed::exists(&statement_allowance_key(account(CLIENT))));
		// Nobody is bound by what was given up.
		assert_ok!(set(CLIENT, 1));
	});
}

/// Else the same money would fill the nodes' stores from one account after another.
#[test]
fn places_should_not_be_given_up_when_just_taken() {
	build_and_execute(|| {
		assert_ok!(set(CLIENT, 2));
		System::set_block_number(System::block_number() + MIN_BOARD_BLOCKS - 1);
		assert_noop!(set(CLIENT, 1), Error::<Test>::BoardPlacesTooFresh);
		assert_noop!(set(CLIENT, 0), Error::<Test>::BoardPlacesTooFresh);
		System::set_block_number(System::block_number() + 1);
		assert_ok!(set(CLIENT, 1));
		assert_noop!(set(CLIENT, 0), Error::<Test>::BoardPlacesTooFresh);
	});
}

#[test]
fn places_should_be_refused_when_too_many_unchanged_or_not_paid_for() {
	build_and_execute(|| {
		assert_noop!(set(CLIENT, MAX_PLACES + 1), Error::<Test>::TooManyBoardPlaces);
		assert_noop!(set(CLIENT, u32::MAX), Error::<Test>::TooManyBoardPlaces);
		assert_noop!(set(CLIENT, 0), Error::<Test>::BoardPlacesUnchanged);
		assert_ok!(set(CLIENT, 1));
		assert_noop!(set(CLIENT, 1), Error::<Test>::BoardPlacesUnchanged);
		assert_noop!(set(99, 1), TokenError::FundsUnavailable);
		let root = Pallet::<Test>::set_board_places(RuntimeOrigin::root(), 1);
		assert_eq!(root, Err(DispatchError::BadOrigin));
	});
}

#[test]
fn try_state_should_find_allowances_that_differ_from_places() {
	let finds = |breakage: fn(), message| {
		new_test_ext().execute_with(|| {
			assert_ok!(set(CLIENT, 2));
			assert_ok!(Pallet::<Test>::do_try_state());
			breakage();
			let expected = Err(DispatchError::Other(message));
			assert_eq!(Pallet::<Test>::do_try_state(), expected);
		});
	};
	finds(
		|| increase_allowance_by(account(CLIENT), StatementAllowance::new(1, 1)),
		"1: an allowance differs from the places",
	);
	finds(
		|| increase_allowance_by(account(STRANGER), StatementAllowance::new(1, 1)),
		"1: an allowance was not paid for",
	);
	finds(|| BoardPlaces::<Test>::remove(account(CLIENT)), "1: an allowance was not paid for");
	finds(
		|| {
			let none = Places { count: 0, deposit: 0, since: 0 };
			BoardPlaces::<Test>::insert(account(STRANGER), none);
		},
		"1: nobody can have so many places",
	);
	finds(
		|| {
			BoardPlaces::<Test>::mutate(account(CLIENT), |it| {
				it.as_mut().expect("set").deposit += 1
			})
		},
		"holds differ from what entries say",
	);
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(32))]

	/// Whatever the order of calls, money and allowances agree, and all comes back at the end.
	#[test]
	fn places_should_be_returned_in_the_end(
		steps in prop::collection::vec((0..3u8, 0..MAX_PLACES + 3, 0..8u32), 0..24),
	) {
		new_test_ext().execute_with(|| {
			let accounts = [CLIENT, SPONSOR, 99];
			let before = accounts.map(usable);
			for (who, places, blocks) in steps {
				let _ = set(accounts[usize::from(who)], places);
				System::set_block_number(System::block_number() + blocks);
				assert_ok!(Pallet::<Test>::do_try_state());
			}
			later();
			for id in accounts {
				let _ = set(id, 0);
			}
			assert_eq!(accounts.map(usable), before);
			assert_eq!(BoardPlaces::<Test>::iter().count(), 0);
			assert_ok!(Pallet::<Test>::do_try_state());
		});
	}
}
