use super::*;
use assay_primitives::traits::{Capacity, Stakes};
use polkadot_sdk::frame_support::traits::fungible::Inspect;

fn stash() -> AccountId {
	account(STASH)
}

fn set_slots(slots: u16) {
	let mut declaration = declaration(OPERATOR);
	declaration.capacity.slots = slots;
	assert_ok!(Providers::update(signed(STASH), declaration));
}

fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}

#[test]
fn lock_should_take_bond_and_slot_when_both_are_free() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 30 * UNIT));
		assert_eq!(Pallet::<Test>::free(&stash()), 0);
		assert_eq!((provider(STASH).bond.locked, provider(STASH).slots_used()), (30 * UNIT, 1));
		assert_eq!(held(STASH), 30 * UNIT);
	});
}

#[test]
fn lock_should_be_refused_when_the_free_bond_is_one_unit_short() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		let lock = |amount| Pallet::<Test>::lock(&stash(), DEAL, amount);
		assert_noop!(lock(30 * UNIT + 1), refused(BondFault::NotCovered));
		assert_noop!(lock(Balance::MAX), refused(BondFault::NotCovered));
		assert_ok!(lock(20 * UNIT));
		assert_noop!(lock(10 * UNIT + 1), refused(BondFault::NotCovered));
	});
}

#[test]
fn lock_should_be_refused_when_all_slots_are_in_use() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 1));
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 1));
		assert_noop!(
			Pallet::<Test>::lock(&stash(), DEAL, 1),
			Error::<Test>::from(Ineligible::NoFreeSlot)
		);
	});
}

#[test]
fn work_should_name_the_deals_in_order_when_slots_are_taken_and_given_back() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		set_slots(u16::MAX);
		let work = || Pallet::<Test>::work(&stash());
		assert_eq!(work(), []);
		for deal in [5, 3, 9, 3] {
			assert_ok!(Pallet::<Test>::lock(&stash(), deal, 1));
		}
		assert_eq!(work(), [(3, 2), (5, 1), (9, 1)]);
		Pallet::<Test>::release(&stash(), 3, 1);
		Pallet::<Test>::slash(&stash(), 5, 1, 0, &[]);
		assert_eq!(work(), [(3, 1), (9, 1)]);
		assert_eq!(provider(STASH).slots_used(), 2);
		assert_eq!(Pallet::<Test>::work(&account(NOBODY)), []);
	});
}

/// The list is read and written with every replica.
#[test]
fn lock_should_be_refused_when_the_record_has_no_room_for_another_deal() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		set_slots(u16::MAX);
		for deal in 0..MAX_WORK.into() {
			let left = Pallet::<Test>::free_slots(&stash());
			assert_eq!(u64::from(left), u64::from(MAX_WORK) - deal);
			assert_ok!(Pallet::<Test>::lock(&stash(), deal, 1));
		}
		assert_eq!(Pallet::<Test>::free_slots(&stash()), 0);
		assert_noop!(
			Pallet::<Test>::lock(&stash(), DEAL, 1),
			Error::<Test>::from(Ineligible::NoFreeSlot)
		);
		Pallet::<Test>::release(&stash(), 0, 1);
		assert_ok!(Pallet::<Test>::lock(&stash(), 1_000, 1));
	});
}

#[test]
fn lock_should_be_refused_when_there_is_no_such_provider() {
	build_and_execute(|| {
		assert_noop!(Pallet::<Test>::lock(&stash(), DEAL, 0), refused(BondFault::NotRegistered));
		assert_eq!(Pallet::<Test>::free(&stash()), 0);
	});
}

/// Otherwise a later wave could draw a provider that nobody can sign for, and slash its silence.
#[test]
fn lock_should_be_refused_when_no_operator_has_accepted() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), 30 * UNIT));
		assert_noop!(
			Pallet::<Test>::lock(&stash(), DEAL, 1),
			Error::<Test>::from(Ineligible::OperatorMissing)
		);
		assert_ok!(Providers::accept_operator(signed(OPERATOR), stash()));
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 1));
		assert_ok!(Providers::resign_operator(signed(OPERATOR)));
		assert_noop!(
			Pallet::<Test>::lock(&stash(), DEAL, 1),
			Error::<Test>::from(Ineligible::OperatorMissing)
		);
	});
}

#[test]
fn release_should_undo_one_lock_and_leave_others_alone() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 5 * UNIT));
		Pallet::<Test>::release(&stash(), DEAL, 10 * UNIT);
		assert_eq!((provider(STASH).bond.locked, provider(STASH).slots_used()), (5 * UNIT, 1));
		assert_eq!(Pallet::<Test>::free(&stash()), 25 * UNIT);
	});
}

#[test]
fn slash_should_pay_the_shares_in_order_and_burn_the_rest() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		let before = issuance();
		let shares = [(account(STRANGER), 3 * UNIT), (account(OTHER_STASH), 2 * UNIT)];
		assert_eq!(
			Pallet::<Test>::slash(&stash(), DEAL, 8 * UNIT, 2 * UNIT, &shares).amount,
			8 * UNIT
		);
		assert_eq!(usable(STRANGER), ENDOWMENT + 3 * UNIT);
		assert_eq!(usable(OTHER_STASH), ENDOWMENT + 2 * UNIT);
		assert_eq!(issuance(), before - 3 * UNIT);
		let after = provider(STASH);
		assert_eq!((after.bond.held, after.bond.locked, after.slots_used()), (22 * UNIT, 0, 0));
		assert_eq!(after.bond.free(), 22 * UNIT);
		let shared =
			|id, amount| Event::SlashShared { provider: stash(), beneficiary: account(id), amount };
		let slashed = Event::Slashed { provider: stash(), amount: 8 * UNIT, burnt: 3 * UNIT };
		let expected = [shared(STRANGER, 3 * UNIT), shared(OTHER_STASH, 2 * UNIT), slashed];
		assert_eq!(events()[2..], expected);
	});
}

#[test]
fn slash_should_take_only_this_lock_when_there_are_others() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 5 * UNIT));
		Pallet::<Test>::slash(&stash(), DEAL, 10 * UNIT, 0, &[]);
		let after = provider(STASH);
		assert_eq!(
			(after.bond.held, after.bond.locked, after.slots_used()),
			(20 * UNIT, 5 * UNIT, 1)
		);
	});
}

#[test]
fn slash_should_go_on_with_unbonding_and_free_bond_when_it_exceeds_the_lock() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		assert_ok!(Providers::unbond(signed(STASH), 5 * UNIT));
		assert_eq!(Pallet::<Test>::slash(&stash(), DEAL, 18 * UNIT, 0, &[]).amount, 18 * UNIT);
		let after = provider(STASH);
		assert_eq!(
			(after.bond.held, after.bond.locked, after.bond.on_its_way()),
			(12 * UNIT, 0, 0)
		);
		assert_eq!(chunks(STASH), []);
		assert_eq!(held(STASH), 12 * UNIT);
	});
}

#[test]
fn slash_should_saturate_when_it_exceeds_the_bond() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		let shares = [(account(STRANGER), Balance::MAX)];
		assert_eq!(
			Pallet::<Test>::slash(&stash(), DEAL, Balance::MAX, 0, &shares).amount,
			30 * UNIT
		);
		assert_eq!((provider(STASH).bond.held, held(STASH)), (0, 0));
		assert_eq!(usable(STRANGER), ENDOWMENT + 30 * UNIT);
	});
}

#[test]
fn slash_should_say_nothing_when_the_amount_is_zero() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&stash(), DEAL, 10 * UNIT));
		let before = events();
		assert_eq!(Pallet::<Test>::slash(&stash(), DEAL, 0, 10 * UNIT, &[]).amount, 0);
		assert_eq!(events(), before);
		assert_eq!((provider(STASH).bond.locked, provider(STASH).slots_used()), (0, 0));
	});
}

/// A stolen operator key can have as many tasks fail as the bond covers, all with accomplices beside it.
#[test]
fn falls_of_a_day_should_pay_others_half_of_the_dearest_stake_together() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 300 * UNIT);
		let allow = |stake: Balance, wanted| Pallet::<Test>::allow(&stash(), stake, wanted);
		assert_eq!(allow(10 * UNIT, 3 * UNIT), 3 * UNIT);
		System::set_block_number(FALL_PERIOD);
		assert_eq!(allow(10 * UNIT, 3 * UNIT), 2 * UNIT);
		assert_eq!(allow(10 * UNIT, 3 * UNIT), 0);
		assert_eq!(allow(12 * UNIT, 3 * UNIT), UNIT, "of the dearest");
		System::set_block_number(FALL_PERIOD + 1);
		assert_eq!(allow(10 * UNIT, 9 * UNIT), 5 * UNIT, "another day");
	});
}

/// The key names prices, and stakes follow from them.
#[test]
fn falls_should_pay_others_a_tenth_of_the_bond_at_most() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_eq!(Pallet::<Test>::allow(&stash(), 30 * UNIT, 30 * UNIT), 3 * UNIT);
		assert_eq!(Pallet::<Test>::allow(&account(NOBODY), UNIT, UNIT), 0);
	});
}

// These end in `defensive!`, which panics where debug assertions are on.
#[cfg(not(debug_assertions))]
mod defended {
	use super::*;

	#[test]
	fn slash_should_take_nothing_when_there_is_no_such_provider() {
		build_and_execute(|| {
			let shares = [(account(STRANGER), UNIT)];
			assert_eq!(Pallet::<Test>::slash(&stash(), DEAL, UNIT, 0, &shares).amount, 0);
			assert_eq!(usable(STRANGER), ENDOWMENT);
		});
	}

	#[test]
	fn release_should_saturate_when_called_once_too_often() {
		build_and_execute(|| {
			serve(STASH, OPERATOR, 30 * UNIT);
			Pallet::<Test>::release(&stash(), DEAL, UNIT);
			Pallet::<Test>::release(&account(NOBODY), DEAL, UNIT);
			assert_eq!((provider(STASH).bond.locked, provider(STASH).slots_used()), (0, 0));
			assert_eq!(Pallet::<Test>::free(&stash()), 30 * UNIT);
		});
	}
}
