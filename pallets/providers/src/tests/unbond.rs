use super::*;
use assay_primitives::traits::Stakes;

#[test]
fn unbond_should_keep_the_hold_and_take_the_amount_out_of_the_free_bond() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::unbond(signed(STASH), 20 * UNIT));
		assert_eq!(provider(STASH).bond.free(), 10 * UNIT);
		assert_eq!(provider(STASH).bond.on_its_way(), 20 * UNIT);
		assert_eq!(held(STASH), 30 * UNIT);
		let at = 1 + UNBONDING_PERIOD;
		assert_eq!(chunks(STASH), [(20 * UNIT, at)]);
		let provider = account(STASH);
		assert_eq!(last_event(), Event::Unbonded { provider, amount: 20 * UNIT, at });
	});
}

#[test]
fn unbond_should_join_amounts_when_they_start_in_the_same_block() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::unbond(signed(STASH), UNIT));
		assert_ok!(Providers::unbond(signed(STASH), UNIT));
		assert_eq!(chunks(STASH), [(2 * UNIT, 1 + UNBONDING_PERIOD)]);
	});
}

#[test]
fn unbond_should_be_refused_when_the_amount_is_at_risk() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, 20 * UNIT));
		let unbond = |amount| Providers::unbond(signed(STASH), amount);
		assert_noop!(unbond(10 * UNIT + 1), refused(BondFault::NotCovered));
		assert_ok!(unbond(10 * UNIT));
	});
}

#[test]
fn unbond_should_not_make_a_stake_lockable_when_the_bond_is_on_its_way_out() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::unbond(signed(STASH), 20 * UNIT));
		assert_eq!(Pallet::<Test>::free(&account(STASH)), 10 * UNIT);
		assert_noop!(
			Pallet::<Test>::lock(&account(STASH), DEAL, 10 * UNIT + 1),
			refused(BondFault::NotCovered)
		);
	});
}

#[test]
fn unbond_should_be_refused_when_too_little_would_stay_or_too_much_is_on_its_way() {
	build_and_execute(|| {
		let unbond = |id, amount| Providers::unbond(signed(id), amount);
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_noop!(unbond(STASH, 0), refused(BondFault::ZeroAmount));
		assert_noop!(unbond(STASH, 20 * UNIT + 1), refused(BondFault::BelowMinimum));
		for id in [OPERATOR, STRANGER] {
			assert_noop!(unbond(id, 1), refused(BondFault::NotRegistered));
		}
		for _ in 0..MAX_UNBONDINGS {
			assert_ok!(unbond(STASH, UNIT));
			pass_blocks(1);
		}
		assert_noop!(unbond(STASH, UNIT), refused(BondFault::TooManyUnbondings));
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(unbond(STASH, 1), refused(BondFault::Leaving));
	});
}
