use super::*;

#[test]
fn appeal_should_hold_twice_the_wages_of_the_next_round_and_open_it() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		assert_eq!(Mediation::case_view(case).and_then(|view| view.appeal_bond), Some(14 * WAGE));
		assert_ok!(appeal(case));
		assert_eq!(held(&APPELLANT), 14 * WAGE);
		assert!(emitted(Event::Appealed { case, by: APPELLANT, bond: 14 * WAGE }));
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }));
		await_draw(case);
		assert_eq!(members(case).len(), 7);
	});
}

#[test]
fn appeal_should_be_refused_outside_its_window() {
	build_and_execute(12, || {
		let case = open(1);
		assert_noop!(appeal(case), Error::<Test>::WrongPhase);
		vote(case, 0);
		pass(APPEAL);
		assert_noop!(appeal(case), Error::<Test>::DeadlinePassed);
		assert_ok!(poke(case));
		assert_noop!(appeal(case), Error::<Test>::WrongPhase);
		assert_noop!(appeal(77), Error::<Test>::CaseNotFound);
	});
}

/// On another fork another committee was drawn, and its verdict may be the true one; and each round
/// has a higher bond.
#[test]
fn appeal_should_be_refused_against_another_verdict_or_in_another_round() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		for (digest, round) in [(lie(), 0), (truth(), 1)] {
			let appeal = Mediation::appeal(signed(APPELLANT), case, digest, round);
			assert_noop!(appeal, Error::<Test>::VerdictMismatch);
		}
		assert_ok!(Mediation::appeal(signed(APPELLANT), case, truth(), 0));
	});
}

#[test]
fn appeal_should_be_refused_to_who_can_not_pay() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		assert!(appeal_as(NOBODY, case).is_err());
		assert!(matches!(phase(case), CasePhase::AppealWindow { .. }));
	});
}

#[test]
fn appeal_should_give_the_bond_back_when_nobody_can_hear_it() {
	build_and_execute(4, || {
		let case = open(1);
		vote(case, 0);
		assert_ok!(appeal(case));
		pass(DRAW_AFTER);
		// One mediator is left, and a committee has to be larger than the one before.
		assert!(matches!(phase(case), CasePhase::Court { standing: Some(_), .. }));
		assert!(emitted(Event::RoundNotHeld { case, round: 1 }));
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!(held(&APPELLANT), 0);
		assert_eq!(free(&APPELLANT), RICH);
	});
}
