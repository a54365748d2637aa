use super::*;
use sp_runtime::TokenError;

fn bond_more(i: u8, amount: Balance) -> sp_runtime::DispatchResult {
	Validators::bond_more(RuntimeOrigin::signed(account(i)), amount)
}

#[test]
fn bond_more_should_raise_the_bond_when_funds_cover_it() {
	build_and_execute(|| {
		assert_ok!(bond_more(4, 500));
		assert_eq!(held(4), 7_500);
		let event = Event::BondIncreased { validator: account(4), amount: 500, bond: 7_500 };
		System::assert_last_event(event.into());
	});
}

#[test]
fn bond_more_should_refuse_when_nothing_is_added_or_funds_are_short() {
	build_and_execute(|| {
		assert_noop!(bond_more(4, 0), refused(BondFault::ZeroAmount));
		assert_noop!(bond_more(4, FUNDS), TokenError::FundsUnavailable);
		assert_noop!(bond_more(4, Balance::MAX), TokenError::FundsUnavailable);
	});
}

#[test]
fn bond_more_should_refuse_when_the_account_is_no_candidate() {
	build_and_execute(|| {
		assert_noop!(bond_more(5, 500), refused(BondFault::NotRegistered));
		assert_ok!(leave(4));
		assert_noop!(bond_more(4, 500), refused(BondFault::NotRegistered));
	});
}
