use super::*;

#[test]
fn leave_should_end_the_weight_two_eras_on() {
	build_and_execute(4, || {
		assert_ok!(Mediation::leave(signed(stash(0))));
		assert!(emitted(Event::Left { mediator: stash(0), at: 1 + UNBONDING }));
		assert!(weight(&stash(0)) > 0);
		run_to_era(2);
		assert_eq!(weight(&stash(0)), 0);
		assert_noop!(Mediation::leave(signed(stash(0))), refused(BondFault::Leaving));
	});
}

#[test]
fn leave_should_not_free_from_a_case_when_it_comes_between_ticket_and_draw() {
	build_and_execute(3, || {
		let case = open(1);
		assert_ok!(Mediation::leave(signed(stash(0))));
		await_draw(case);
		assert!(members(case).contains(&stash(0)));
		assert_ok!(seal_as(case, &stash(0), &truth()));
	});
}

#[test]
fn leave_should_keep_the_bond_until_the_last_case_is_closed() {
	build_and_execute(3, || {
		let case = open_and_draw(1);
		assert_ok!(Mediation::leave(signed(stash(0))));
		run_to(1 + UNBONDING + DRAW_AFTER);
		assert_noop!(Mediation::withdraw(signed(stash(0))), refused(BondFault::StakeLocked));
		// Nobody seals: the round fails, no other can be held, the court is silent.
		expire(case);
		expire(case);
		assert_eq!(ruling(case).truth, None);
		assert_ok!(Mediation::withdraw(signed(stash(0))));
		assert_eq!(held(&stash(0)), 0);
		assert!(!Mediators::<Test>::contains_key(stash(0)));
	});
}

#[test]
fn leave_should_leave_the_clock_of_earlier_amounts_alone() {
	build_and_execute(1, || {
		let who = || signed(stash(0));
		assert_ok!(Mediation::unbond(who(), 5));
		pass(10);
		assert_ok!(Mediation::leave(who()));
		run_to(1 + UNBONDING);
		assert_ok!(Mediation::withdraw(who()));
		assert_eq!(held(&stash(0)), BOND - 5);
		assert!(mediator(&stash(0)).is_leaving());
		run_to(11 + UNBONDING);
		assert_ok!(Mediation::withdraw(who()));
		assert!(!Mediators::<Test>::contains_key(stash(0)));
	});
}

#[test]
fn leave_should_refuse_strangers() {
	build_and_execute(1, || {
		assert_noop!(Mediation::leave(signed(STRANGER)), refused(BondFault::NotRegistered));
	});
}
