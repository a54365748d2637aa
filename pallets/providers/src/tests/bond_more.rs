use super::*;

#[test]
fn bond_more_should_raise_hold_and_bond_when_there_is_money() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::bond_more(signed(STASH), 5 * UNIT));
		assert_eq!(provider(STASH).bond, MIN_BOND + 5 * UNIT);
		assert_eq!(held(STASH), MIN_BOND + 5 * UNIT);
		let provider = account(STASH);
		let bond = MIN_BOND + 5 * UNIT;
		assert_eq!(last_event(), Event::BondIncreased { provider, amount: 5 * UNIT, bond });
	});
}

#[test]
fn bond_more_should_be_refused_when_the_amount_is_zero() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_noop!(Providers::bond_more(signed(STASH), 0), Error::<Test>::AmountIsZero);
	});
}

#[test]
fn bond_more_should_be_refused_when_it_exceeds_the_money_or_the_type() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		for amount in [ENDOWMENT, Balance::MAX] {
			let call = Providers::bond_more(signed(STASH), amount);
			assert_noop!(call, TokenError::FundsUnavailable);
		}
	});
}

#[test]
fn bond_more_should_be_refused_when_not_registered_or_leaving() {
	build_and_execute(|| {
		assert_noop!(Providers::bond_more(signed(STASH), 1), Error::<Test>::ProviderNotFound);
		serve(STASH, OPERATOR, MIN_BOND);
		assert_noop!(Providers::bond_more(signed(OPERATOR), 1), Error::<Test>::ProviderNotFound);
		assert_ok!(Providers::deregister(signed(STASH)));
		assert_noop!(Providers::bond_more(signed(STASH), 1), Error::<Test>::ProviderLeaving);
	});
}
