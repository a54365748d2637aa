use super::*;

#[test]
fn leave_should_take_effect_two_sessions_later_when_active() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		let withdrawable_at = 1 + UNBONDING;
		System::assert_last_event(
			Event::Left { validator: account(2), cause: Cause::Left, withdrawable_at }.into(),
		);
		assert_eq!(departure(2).bond, 9_000);
		next_session();
		assert_eq!((active(), queued()), (vec![1, 2, 3, 4], vec![1, 3, 4]));
		next_session();
		assert_eq!(active(), vec![1, 3, 4]);
	});
}

#[test]
fn leave_should_refuse_when_too_few_candidates_would_be_left() {
	build_and_execute(|| {
		assert_ok!(leave(1));
		assert_ok!(leave(2));
		assert_noop!(leave(3), Error::<Test>::TooFewCandidates);
	});
}

#[test]
fn leave_should_refuse_when_the_account_is_no_candidate() {
	build_and_execute(|| {
		assert_noop!(leave(5), refused(BondFault::NotRegistered));
		assert_ok!(leave(1));
		assert_noop!(leave(1), refused(BondFault::NotRegistered));
	});
}
