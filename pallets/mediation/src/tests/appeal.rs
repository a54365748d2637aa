use super::*;
use frame_support::traits::fungible::Mutate;

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

/// Who has a round held for his money would judge what he has staked on.
#[test]
fn attack_18_appellant_should_not_sit_in_the_round_that_it_caused() {
	build_and_execute(11, || {
		for (at, by) in [stash(0), operator(0)].into_iter().enumerate() {
			Entropy::set(at as u64);
			let mut case = open(at as u64);
			// Until somebody else than the appellant sits in the first round.
			vote(case, 0);
			while members(case).contains(&stash(0)) {
				expire(case);
				case = open(100 + case);
				vote(case, 0);
			}
			assert_ok!(<Balances as Mutate<_>>::mint_into(&by, RICH));
			assert_ok!(appeal_as(by, case));
			await_draw(case);
			assert_eq!(members(case).len(), 7, "all others of eleven");
			assert!(!members(case).contains(&stash(0)));
			expire(case);
		}
	});
}

/// Of ten that all have named three sit in the first round, and seven in the second.
#[test]
fn appeal_should_be_refused_when_too_few_are_named_for_another_committee() {
	build_and_execute(12, || {
		let judged_by = |count| {
			let named = (0..count).map(stash).collect::<Vec<_>>();
			Judges::Named(named.try_into().expect("few"))
		};
		let case = open_with(CaseRequest { judges: judged_by(9), ..request(1) });
		vote(case, 0);
		assert_eq!(Mediation::case_view(case).and_then(|view| view.appeal_bond), None);
		assert_noop!(appeal(case), Error::<Test>::NotAppealable);
		let case = open_with(CaseRequest { judges: judged_by(10), ..request(2) });
		vote(case, 0);
		assert_ok!(appeal(case));
		await_draw(case);
		assert_eq!(members(case).len(), 7);
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
