use super::*;
use assay_primitives::traits::Stakes;

#[test]
fn unbond_should_keep_the_hold_and_take_the_amount_out_of_the_free_bond() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::unbond(signed(STASH), 20 * UNIT));
		assert_eq!(provider(STASH).free(), 10 * UNIT);
		assert_eq!(provider(STASH).unbonding, 20 * UNIT);
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
		assert_noop!(unbond(10 * UNIT + 1), Error::<Test>::BondTooSmall);
		assert_ok!(unbond(10 * UNIT));
	});
}

#[test]
fn unbond_should_be_refused_when_less_than_the_minimum_would_stay() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		let unbond = |amount| Providers::unbond(signed(STASH), amount);
		assert_noop!(unbond(20 * UNIT + 1), Error::<Test>::BondBelowMinimum);
		assert_ok!(unbond(20 * UNIT));
		assert_noop!(unbond(1), Error::<Test>::BondBelowMinimum);
	});
}

#[test]
fn unbond_should_be_refused_when_too_many_amounts_are_on_their_way() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		for _ in 0..MAX_UNBONDINGS {
			assert_ok!(Providers::unbond(signed(STASH), UNIT));
			pass_blocks(1);
		}
		assert_noop!(Providers::unbond(signed(STASH), UNIT), Error::<Test>::TooManyUnbondings);
	});
}

#[test]
fn unbond_should_be_refused_when_the_amount_is_zero() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_noop!(Providers::unbond(signed(STASH), 0), Error::<Test>::AmountIsZero);
	});
}

#[test]
fn unbond_should_be_refused_when_signed_by_anyone_but_the_stash_or_leaving() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		for id in [OPERATOR, STRANGER] {
			assert_noop!(Providers::unbond(signed(id), 1), Error::<Test>::ProviderNotFound);
		}
		assert_ok!(Providers::deregister(signed(STASH)));
		assert_noop!(Providers::unbond(signed(STASH), 1), Error::<Test>::ProviderLeaving);
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
			Error::<Test>::BondTooSmall
		);
	});
}
