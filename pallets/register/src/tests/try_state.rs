use super::*;
use polkadot_sdk::{pallet_balances, sp_runtime::TryRuntimeError};

fn finds(breakage: impl FnOnce(), message: &'static str) {
	new_test_ext().execute_with(|| {
		bond(PUBLISHER);
		bond(DATA_PUBLISHER);
		register_app(0, None);
		register_dataset(0, None);
		assert_ok!(Pallet::<Test>::do_try_state());
		breakage();
		let expected: TryRuntimeError = DispatchError::Other(message);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}

#[test]
fn try_state_should_find_assets_with_numbers_to_come() {
	finds(|| NextAssetId::<Test>::put(1), "1: an asset has a number to come");
}

#[test]
fn try_state_should_find_holds_that_differ() {
	let message = "holds differ from what entries say";
	finds(|| pallet_balances::Holds::<Test>::remove(account(PUBLISHER)), message);
	let short = || {
		Publishers::<Test>::mutate(account(PUBLISHER), |it| {
			it.as_mut().expect("bonded").bond.held -= 1;
		});
	};
	finds(short, "the hold differs from the bond");
}

#[test]
fn try_state_should_find_publishers_that_count_wrongly() {
	let owner = || account(PUBLISHER);
	let miscount = || {
		Publishers::<Test>::mutate(owner(), |it| it.as_mut().expect("bonded").assets = 2);
	};
	finds(miscount, "2: a publisher counts other assets");
	let lose = || Publishers::<Test>::remove(owner());
	finds(lose, "2: an owner of assets is no publisher");
	let empty = || Publishers::<Test>::insert(account(CLIENT), Publisher::default());
	finds(empty, "2: nothing is stored");
}

#[test]
fn try_state_should_find_an_asset_that_is_offered_to_its_owner() {
	let offer = || {
		Assets::<Test>::mutate(0, |it| {
			let it = it.as_mut().expect("registered");
			it.heir = Some(it.owner.clone());
		});
	};
	finds(offer, "3: an asset is its owner's already");
}
