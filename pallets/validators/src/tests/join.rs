use super::*;
use sp_runtime::TokenError;

#[test]
fn join_should_enter_the_set_two_sessions_later_when_the_bond_suffices() {
	MaximumValidators::set(5);
	build_and_execute(|| {
		set_keys(5, 5);
		wait(3);
		assert_ok!(join(5, 20_000));
		assert_eq!(held(5), 20_000);
		System::assert_last_event(Event::Joined { validator: account(5), bond: 20_000 }.into());
		let candidate = Candidate { bond: 20_000, since: 4 };
		assert_eq!(Candidates::<Test>::get(account(5)), Some(candidate));
		next_session();
		assert_eq!((active(), queued()), (vec![1, 2, 3, 4], vec![1, 2, 3, 4, 5]));
		next_session();
		assert_eq!(active(), vec![1, 2, 3, 4, 5]);
	});
}

#[test]
fn join_should_refuse_when_the_account_has_no_session_keys() {
	build_and_execute(|| {
		assert_noop!(join(5, 20_000), Error::<Test>::NoSessionKeys);
	});
}

#[test]
fn join_should_refuse_when_the_bond_is_below_the_minimum() {
	build_and_execute(|| {
		set_keys(5, 5);
		assert_noop!(join(5, MIN_BOND - 1), refused(BondFault::BelowMinimum));
		assert_ok!(join(5, MIN_BOND));
	});
}

#[test]
fn join_should_refuse_when_funds_do_not_cover_the_bond() {
	build_and_execute(|| {
		set_keys(5, 5);
		assert_noop!(join(5, FUNDS + 1), TokenError::FundsUnavailable);
	});
}

#[test]
fn join_should_refuse_when_the_account_is_a_candidate_or_leaving() {
	build_and_execute(|| {
		assert_noop!(join(1, MIN_BOND), refused(BondFault::AlreadyRegistered));
		assert_ok!(leave(1));
		assert_noop!(join(1, MIN_BOND), refused(BondFault::AlreadyRegistered));
	});
}

#[test]
fn join_should_outbid_the_lowest_when_the_list_is_full() {
	build_and_execute(|| {
		join_with_keys(5, 2_000);
		join_with_keys(6, 1_500);
		set_keys(7, 7);
		assert_noop!(join(7, 1_500), Error::<Test>::TooManyCandidates);
		assert_ok!(join(7, 1_501));
		assert_eq!(Candidates::<Test>::count(), MAX_CANDIDATES);
		assert!(!Candidates::<Test>::contains_key(account(6)));
		assert_eq!(departure(6).cause, Cause::Outbid);
		assert_eq!(held(6), 1_500);
		let withdrawable_at = 1 + UNBONDING;
		System::assert_has_event(
			Event::Left { validator: account(6), cause: Cause::Outbid, withdrawable_at }.into(),
		);
	});
}

#[test]
fn join_should_keep_the_lowest_when_the_newcomer_cannot_pay() {
	build_and_execute(|| {
		join_with_keys(5, 2_000);
		join_with_keys(6, 1_500);
		set_keys(7, 7);
		assert_noop!(join(7, FUNDS + 1), TokenError::FundsUnavailable);
		assert!(Candidates::<Test>::contains_key(account(6)));
	});
}

#[test]
fn join_should_refund_weight_when_the_list_is_not_full() {
	build_and_execute(|| {
		set_keys(5, 5);
		let info = Validators::join(RuntimeOrigin::signed(account(5)), 5_000).unwrap();
		assert_eq!(info.actual_weight, Some(<() as WeightInfo>::join()));
	});
}
