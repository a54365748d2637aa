use super::*;

#[test]
fn bond_more_should_raise_the_weight_two_eras_on() {
	build_and_execute(3, || {
		assert_ok!(Mediation::bond_more(signed(stash(0)), BOND));
		assert_eq!(held(&stash(0)), 2 * BOND);
		assert_eq!(weight(&stash(0)), (BOND / WEIGHT_UNIT) as u64);
		run_to_era(2);
		assert_eq!(weight(&stash(0)), (2 * BOND / WEIGHT_UNIT) as u64);
	});
}

#[test]
fn bond_more_should_raise_the_weight_up_to_the_cap_only() {
	build_and_execute(1, || {
		assert_ok!(Mediation::bond_more(signed(stash(0)), RICH / 2));
		assert_eq!(next_weight(&stash(0)), WEIGHT_CAP);
	});
}

#[test]
fn bond_more_should_refuse_nothing_and_nobody() {
	build_and_execute(1, || {
		let more = |who: AccountId, amount| Mediation::bond_more(signed(who), amount);
		assert_noop!(more(stash(0), 0), refused(BondFault::ZeroAmount));
		assert_noop!(more(STRANGER, 1), refused(BondFault::NotRegistered));
		assert!(more(stash(0), 2 * RICH).is_err());
		assert_ok!(Mediation::leave(signed(stash(0))));
		assert_noop!(more(stash(0), 1), refused(BondFault::Leaving));
	});
}
