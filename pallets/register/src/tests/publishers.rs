//! Bonds of publishers.

use super::*;
use assay_primitives::traits::{AssetSale, Publishers as _};

fn publisher() -> Option<Publisher> {
	Publishers::<Test>::get(account(PUBLISHER))
}

fn slash(amount: Balance, shares: &[(u8, Balance)]) -> Balance {
	let sale = AssetSale { asset: module().hash, owner: account(PUBLISHER), price: 0 };
	let shares: Vec<_> = shares.iter().map(|(who, share)| (account(*who), *share)).collect();
	Pallet::<Test>::slash_bond(&sale, amount, &shares)
}

#[test]
fn bond_should_leave_after_its_time_and_answer_until_then() {
	build_and_execute(|| {
		let signer = || signed(PUBLISHER);
		assert_noop!(Pallet::<Test>::bond_publisher(signer(), 0), Error::<Test>::ZeroAmount);
		assert_noop!(
			Pallet::<Test>::unbond_publisher(signer(), 1),
			Error::<Test>::PublisherNotFound
		);
		bond(PUBLISHER);
		assert_noop!(Pallet::<Test>::unbond_publisher(signer(), 0), Error::<Test>::ZeroAmount);
		let error = Error::<Test>::PublisherBondTooSmall;
		assert_noop!(Pallet::<Test>::unbond_publisher(signer(), MIN_BOND + 1), error);
		assert_ok!(Pallet::<Test>::unbond_publisher(signer(), MIN_BOND));
		let at = 1 + UNBONDING;
		let event =
			Event::PublisherUnbonded { publisher: account(PUBLISHER), amount: MIN_BOND, at };
		assert_eq!(last_event(), event);
		let error = Error::<Test>::BondLeavingAlready;
		assert_noop!(Pallet::<Test>::unbond_publisher(signer(), 1), error);
		System::set_block_number(at - 1);
		let withdraw = || Pallet::<Test>::withdraw_publisher_bond(signer());
		assert_noop!(withdraw(), Error::<Test>::NothingToWithdraw);
		assert_eq!(slash(UNIT, &[]), UNIT);
		System::set_block_number(at);
		assert_ok!(withdraw());
		assert_eq!((publisher(), held(PUBLISHER)), (None, 0));
		assert_eq!(usable(PUBLISHER), ENDOWMENT - UNIT);
		assert_noop!(withdraw(), Error::<Test>::PublisherNotFound);
	});
}

#[test]
fn publisher_of_assets_should_keep_the_least_bond() {
	build_and_execute(|| {
		bond(PUBLISHER);
		register_app(0, None);
		let unbond = |amount| Pallet::<Test>::unbond_publisher(signed(PUBLISHER), amount);
		assert_noop!(unbond(1), Error::<Test>::PublisherBondTooSmall);
		assert_ok!(Pallet::<Test>::bond_publisher(signed(PUBLISHER), UNIT));
		assert_ok!(unbond(UNIT));
	});
}

#[test]
fn slash_should_take_what_is_leaving_first_pay_shares_and_burn_the_rest() {
	build_and_execute(|| {
		bond(PUBLISHER);
		assert_ok!(Pallet::<Test>::bond_publisher(signed(PUBLISHER), 5 * UNIT));
		assert_ok!(Pallet::<Test>::unbond_publisher(signed(PUBLISHER), 4 * UNIT));
		let issued = Balances::total_issuance();
		let shares = [(CLIENT, UNIT), (PUBLISHER, UNIT), (STRANGER, 2 * UNIT)];
		assert_eq!(slash(6 * UNIT, &shares), 6 * UNIT);
		assert_eq!((usable(CLIENT), usable(STRANGER)), (ENDOWMENT + UNIT, ENDOWMENT + 2 * UNIT));
		assert_eq!(Balances::total_issuance(), issued - 3 * UNIT);
		let left = Publisher { bond: 9 * UNIT, leaving: None, assets: 0 };
		assert_eq!(publisher(), Some(left));
		let event = Event::PublisherSlashed {
			publisher: account(PUBLISHER),
			amount: 6 * UNIT,
			burnt: 3 * UNIT,
		};
		assert_eq!(last_event(), event);
	});
}

#[test]
fn slash_should_take_no_more_than_there_is() {
	build_and_execute(|| {
		assert_eq!(slash(UNIT, &[(CLIENT, UNIT)]), 0);
		bond(PUBLISHER);
		let id = register_app(0, None);
		assert_eq!(slash(Balance::MAX, &[(CLIENT, Balance::MAX)]), MIN_BOND);
		assert_eq!(usable(CLIENT), ENDOWMENT + MIN_BOND);
		assert_eq!(slash(1, &[]), 0);
		// Its assets are still there, and of no use.
		assert_eq!(publisher().map(|it| it.assets), Some(1));
		assert_ok!(Pallet::<Test>::deregister_asset(signed(PUBLISHER), id, asset_hash(id)));
		assert_eq!((publisher(), held(PUBLISHER)), (None, 0));
	});
}
