//! Bonds of publishers.

use super::*;
use assay_primitives::traits::{AssetSale, Publishers as _};

fn publisher() -> Option<Publisher> {
	Publishers::<Test>::get(account(PUBLISHER))
}

fn slash(amount: Balance, shares: &[(u8, Balance)]) -> Balance {
	let sale =
		AssetSale { asset: module().hash, owner: account(PUBLISHER), price: 0, liability: 0 };
	let shares: Vec<_> = shares.iter().map(|(who, share)| (account(*who), *share)).collect();
	Pallet::<Test>::slash_bond(&sale, amount, &shares).amount
}

#[test]
fn bond_should_leave_after_its_time_and_answer_until_then() {
	build_and_execute(|| {
		let signer = || signed(PUBLISHER);
		assert_noop!(Pallet::<Test>::bond_more(signer(), 0), refused(BondFault::ZeroAmount));
		assert_noop!(Pallet::<Test>::unbond(signer(), 1), refused(BondFault::NotRegistered));
		bond(PUBLISHER);
		assert_noop!(Pallet::<Test>::unbond(signer(), 0), refused(BondFault::ZeroAmount));
		let error = refused(BondFault::BelowMinimum);
		assert_noop!(Pallet::<Test>::unbond(signer(), MIN_BOND + 1), error);
		assert_ok!(Pallet::<Test>::unbond(signer(), MIN_BOND));
		let at = 1 + UNBONDING;
		let event = Event::Unbonded { publisher: account(PUBLISHER), amount: MIN_BOND, at };
		assert_eq!(last_event(), event);
		System::set_block_number(at - 1);
		let withdraw = || Pallet::<Test>::withdraw(signer());
		assert_noop!(withdraw(), refused(BondFault::NothingToWithdraw));
		assert_eq!(slash(UNIT, &[]), UNIT);
		System::set_block_number(at);
		assert_ok!(withdraw());
		assert_eq!((publisher(), held(PUBLISHER)), (None, 0));
		assert_eq!(usable(PUBLISHER), ENDOWMENT - UNIT);
		assert_noop!(withdraw(), refused(BondFault::NotRegistered));
	});
}

#[test]
fn bond_should_leave_in_parts_each_in_its_time() {
	build_and_execute(|| {
		let signer = || signed(PUBLISHER);
		bond(PUBLISHER);
		assert_ok!(Pallet::<Test>::unbond(signer(), UNIT));
		System::set_block_number(11);
		assert_ok!(Pallet::<Test>::unbond(signer(), 2 * UNIT));
		let parts = publisher().expect("bonded").bond.unbonding.into_inner();
		let part = |amount, at| Chunk { amount, at };
		assert_eq!(parts, [part(UNIT, 1 + UNBONDING), part(2 * UNIT, 11 + UNBONDING)]);
		System::set_block_number(1 + UNBONDING);
		assert_ok!(Pallet::<Test>::withdraw(signer()));
		let left =
			Event::Withdrawn { publisher: account(PUBLISHER), amount: UNIT, bond: MIN_BOND - UNIT };
		assert_eq!(last_event(), left);
	});
}

#[test]
fn publisher_of_assets_should_keep_the_least_bond() {
	build_and_execute(|| {
		bond(PUBLISHER);
		register_app(0, None);
		let unbond = |amount| Pallet::<Test>::unbond(signed(PUBLISHER), amount);
		assert_noop!(unbond(1), refused(BondFault::BelowMinimum));
		assert_ok!(Pallet::<Test>::bond_more(signed(PUBLISHER), UNIT));
		assert_ok!(unbond(UNIT));
	});
}

#[test]
fn slash_should_take_what_is_leaving_first_pay_shares_and_burn_the_rest() {
	build_and_execute(|| {
		bond(PUBLISHER);
		assert_ok!(Pallet::<Test>::bond_more(signed(PUBLISHER), 5 * UNIT));
		assert_ok!(Pallet::<Test>::unbond(signed(PUBLISHER), 4 * UNIT));
		let issued = Balances::total_issuance();
		let shares = [(CLIENT, UNIT), (PUBLISHER, UNIT), (STRANGER, 2 * UNIT)];
		assert_eq!(slash(6 * UNIT, &shares), 6 * UNIT);
		assert_eq!((usable(CLIENT), usable(STRANGER)), (ENDOWMENT + UNIT, ENDOWMENT + 2 * UNIT));
		assert_eq!(Balances::total_issuance(), issued - 3 * UNIT);
		let left = Publisher { bond: Bond::of(9 * UNIT), assets: 0 };
		assert_eq!(publisher(), Some(left));
		let event =
			Event::Slashed { publisher: account(PUBLISHER), amount: 6 * UNIT, burnt: 3 * UNIT };
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
