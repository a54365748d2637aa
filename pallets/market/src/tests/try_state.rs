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
	let message = "3: holds differ from what entries say";
	finds(|| pallet_balances::Holds::<Test>::remove(account(STASH)), message);
	let raise = || {
		Offers::<Test>::mutate(1, |offer| offer.as_mut().expect("just placed").deposit += 1);
	};
	finds(raise, message);
}

fn finds_in_full(breakage: impl FnOnce(), message: &'static str) {
	use super::sets::*;
	new_test_ext().execute_with(|| {
		assert_ok!(full().submit());
		assert_ok!(Market::create_group(signed(STRANGER)));
		let members = vec![account(CLIENT)].try_into().expect("one");
		assert_ok!(Market::add_members(signed(STRANGER), 0, members));
		assert_ok!(Pallet::<Test>::do_try_state());
		breakage();
		let expected: TryRuntimeError = DispatchError::Other(message);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}

#[test]
fn try_state_should_find_assets_and_groups_with_numbers_to_come() {
	finds_in_full(|| crate::NextAssetId::<Test>::put(1), "1: an asset has a number to come");
	finds_in_full(|| crate::NextGroupId::<Test>::put(0), "1: a group has a number to come");
}

#[test]
fn try_state_should_find_holds_that_differ() {
	let message = "3: holds differ from what entries say";
	for id in [SOLVER, PUBLISHER, STRANGER] {
		finds_in_full(|| pallet_balances::Holds::<Test>::remove(account(id)), message);
	}
}

#[test]
fn try_state_should_find_publishers_that_count_wrongly() {
	let owner = || account(PUBLISHER);
	let miscount = || {
		crate::Publishers::<Test>::mutate(owner(), |it| it.as_mut().expect("bonded").assets = 2);
	};
	finds_in_full(miscount, "4: a publisher counts other assets");
	let lose = || crate::Publishers::<Test>::remove(owner());
	finds_in_full(lose, "4: an owner of assets is no publisher");
	let empty =
		|| crate::Publishers::<Test>::insert(account(CLIENT), super::sets::Publisher::default());
	finds_in_full(empty, "4: nothing is stored");
}

#[test]
fn try_state_should_find_groups_that_count_wrongly() {
	let message = "5: a group counts other members";
	finds_in_full(|| crate::Members::<Test>::remove(0, account(CLIENT)), message);
	let lost = || crate::Members::<Test>::insert(7, account(CLIENT), 0);
	finds_in_full(lost, "5: somebody is a member of no group");
}

#[test]
fn try_state_should_find_an_asset_that_is_offered_to_its_owner() {
	let offer = || {
		crate::Assets::<Test>::mutate(0, |it| {
			let it = it.as_mut().expect("registered");
			it.heir = Some(it.owner.clone());
		});
	};
	finds_in_full(offer, "6: an asset is its owner's already");
}
