use super::*;

#[test]
fn resign_operator_should_take_the_weight_away_two_eras_on() {
	build_and_execute(3, || {
		assert_ok!(Mediation::resign_operator(signed(operator(0))));
		assert_eq!(mediator(&stash(0)).status, MediatorStatus::Nominating);
		assert!(weight(&stash(0)) > 0);
		assert_eq!(next_weight(&stash(0)), 0);
		assert_noop!(
			Mediation::resign_operator(signed(operator(0))),
			refused(BondFault::NotOperator)
		);
	});
}

#[test]
fn resign_operator_should_not_free_from_a_seat_that_is_drawn_afterwards() {
	build_and_execute(3, || {
		let case = open(1);
		assert_ok!(Mediation::resign_operator(signed(operator(0))));
		await_draw(case);
		assert!(members(case).contains(&stash(0)));
		assert_eq!(mediator(&stash(0)).bond.locked, STAKE);
		// Another key may still do the work.
		let key = newcomer(7);
		assert_ok!(Mediation::set_operator(signed(stash(0)), key.clone()));
		assert_ok!(Mediation::accept_operator(signed(key), stash(0)));
		assert_ok!(seal_as(case, &stash(0), &truth()));
	});
}
