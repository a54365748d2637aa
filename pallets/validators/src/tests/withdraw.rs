use super::*;

#[test]
fn withdraw_should_return_the_bond_when_late_reports_are_over() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		next_session();
		next_session();
		// Active until the end of session 1, in block 3.
		assert_eq!(departure(2).withdrawable_at, 3 + UNBONDING);
		wait(UNBONDING - 1);
		assert_noop!(withdraw(2), refused(BondFault::NothingToWithdraw));
		wait(1);
		assert_ok!(withdraw(2));
		System::assert_last_event(Event::Withdrawn { validator: account(2), amount: 9_000 }.into());
		assert_eq!(held(2), 0);
		assert_eq!(Balances::free_balance(account(2)), FUNDS);
		assert_noop!(withdraw(2), refused(BondFault::NothingToWithdraw));
	});
}

#[test]
fn withdraw_should_refuse_when_the_account_is_still_active_or_queued() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		wait(2 * UNBONDING);
		assert_noop!(withdraw(2), Error::<Test>::StillActive);
		next_session();
		assert_noop!(withdraw(2), Error::<Test>::StillActive);
		next_session();
		assert_noop!(withdraw(2), refused(BondFault::NothingToWithdraw));
	});
}

#[test]
fn withdraw_should_refuse_when_the_account_was_queued_and_left_before_it_became_active() {
	MaximumValidators::set(5);
	build_and_execute(|| {
		join_with_keys(5, 20_000);
		next_session();
		assert_ok!(leave(5));
		wait(2 * UNBONDING);
		assert_noop!(withdraw(5), Error::<Test>::StillActive);
		next_session();
		assert!(active().contains(&5));
		next_session();
		assert_noop!(withdraw(5), refused(BondFault::NothingToWithdraw));
	});
}

#[test]
fn withdraw_should_return_at_once_after_the_period_when_never_active() {
	build_and_execute(|| {
		join_with_keys(5, 2_000);
		assert_ok!(leave(5));
		wait(UNBONDING);
		assert_ok!(withdraw(5));
	});
}

#[test]
fn withdraw_should_refuse_when_the_account_never_left() {
	build_and_execute(|| {
		assert_noop!(withdraw(1), refused(BondFault::NothingToWithdraw));
	});
}

#[test]
fn join_should_work_again_when_the_bond_was_withdrawn() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		next_session();
		next_session();
		wait(UNBONDING);
		assert_ok!(withdraw(2));
		assert_ok!(join(2, 9_000));
	});
}
