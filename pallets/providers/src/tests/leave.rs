use super::*;
use assay_primitives::traits::{Capacity, Stakes};

#[test]
fn leave_should_unbond_everything_and_free_the_operator() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::leave(signed(STASH)));
		assert_eq!(status(STASH), Status::Leaving);
		assert_eq!(
			(provider(STASH).bond.free(), provider(STASH).bond.on_its_way()),
			(0, 30 * UNIT)
		);
		assert_eq!(Operators::<Test>::get(account(OPERATOR)), None);
		assert_eq!(held(STASH), 30 * UNIT);
		let provider = account(STASH);
		assert!(events().contains(&Event::Left { provider: provider.clone() }));
		let at = 1 + UNBONDING_PERIOD;
		assert_eq!(last_event(), Event::Unbonded { provider, amount: 30 * UNIT, at });
		serve(OTHER_STASH, OPERATOR, MIN_BOND);
	});
}

#[test]
fn leave_should_be_refused_when_a_stake_is_locked() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, 1));
		assert_noop!(Providers::leave(signed(STASH)), refused(BondFault::StakeLocked));
		Pallet::<Test>::release(&account(STASH), DEAL, 1);
		assert_ok!(Providers::leave(signed(STASH)));
	});
}

#[test]
fn leave_should_be_refused_when_a_slot_is_in_use_without_a_stake() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, 0));
		assert_noop!(Providers::leave(signed(STASH)), refused(BondFault::StakeLocked));
	});
}

#[test]
fn leave_should_succeed_and_delay_nothing_when_the_list_is_full() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		for _ in 0..MAX_UNBONDINGS {
			assert_ok!(Providers::unbond(signed(STASH), UNIT));
			pass_blocks(1);
		}
		let before = chunks(STASH);
		assert_eq!(before.len(), MAX_UNBONDINGS as usize);
		assert_ok!(Providers::leave(signed(STASH)));
		let at = System::block_number() + UNBONDING_PERIOD;
		assert_eq!(chunks(STASH), [before, vec![(22 * UNIT, at)]].concat());
	});
}

#[test]
fn leave_should_stop_all_matching_when_done() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::leave(signed(STASH)));
		let stash = account(STASH);
		assert_eq!(Pallet::<Test>::declared(&stash), None);
		assert_eq!(Pallet::<Test>::operator_of(&stash), None);
		assert_eq!(Pallet::<Test>::free_slots(&stash), 0);
		let profile = declaration(OPERATOR).profiles[0];
		assert!(!Pallet::<Test>::serves(&stash, &profile));
		assert_noop!(Pallet::<Test>::lock(&stash, DEAL, 0), refused(BondFault::Leaving));
	});
}

#[test]
fn leave_should_be_refused_when_not_registered_or_leaving_already() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		for id in [OPERATOR, STRANGER] {
			assert_noop!(Providers::leave(signed(id)), refused(BondFault::NotRegistered));
		}
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(Providers::leave(signed(STASH)), refused(BondFault::Leaving));
	});
}

#[test]
fn leave_should_succeed_when_slashes_took_the_whole_bond() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, MIN_BOND));
		Pallet::<Test>::slash(&account(STASH), DEAL, MIN_BOND, 0, &[]);
		assert_ok!(Providers::leave(signed(STASH)));
		assert_eq!(last_event(), Event::Left { provider: account(STASH) });
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert!(!crate::Providers::<Test>::contains_key(account(STASH)));
	});
}
