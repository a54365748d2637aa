use super::*;

#[test]
fn bond_more_should_raise_hold_and_bond_when_there_is_money() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::bond_more(signed(STASH), 5 * UNIT));
		assert_eq!(provider(STASH).bond.held, MIN_BOND + 5 * UNIT);
		assert_eq!(held(STASH), MIN_BOND + 5 * UNIT);
		let provider = account(STASH);
		let bond = MIN_BOND + 5 * UNIT;
		assert_eq!(last_event(), Event::BondIncreased { provider, amount: 5 * UNIT, bond });
	});
}

#[test]
fn bond_more_should_be_refused_when_there_is_nothing_to_add_or_to_add_to() {
	build_and_execute(|| {
		let more = |id, amount| Providers::bond_more(signed(id), amount);
		assert_noop!(more(STASH, 1), refused(BondFault::NotRegistered));
		serve(STASH, OPERATOR, MIN_BOND);
		assert_noop!(more(STASH, 0), refused(BondFault::ZeroAmount));
		assert_noop!(more(STASH, ENDOWMENT), TokenError::FundsUnavailable);
		assert_noop!(more(OPERATOR, 1), refused(BondFault::NotRegistered));
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(more(STASH, 1), refused(BondFault::Leaving));
	});
}
