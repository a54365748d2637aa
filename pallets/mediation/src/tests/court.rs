use super::*;
use assay_primitives::traits::Cases as _;

fn rules(case: CaseId, digest: Hash) -> sp_runtime::DispatchResult {
	Mediation::court_ruled(case, &STRANGER, digest).map(|_| ())
}

#[test]
fn court_should_end_a_case_at_once_in_every_phase() {
	build_and_execute(70, || {
		let waiting = open(1);
		assert_ok!(rules(waiting, truth()));
		let sealing = open(2);
		await_draw(sealing);
		assert_ok!(seal_as(sealing, &members(sealing)[0], &lie()));
		assert_ok!(rules(sealing, truth()));
		let appealable = open(3);
		vote(appealable, 3);
		assert_ok!(rules(appealable, truth()));
		let last = open(4);
		for _ in ROUNDS {
			split(last);
		}
		assert!(matches!(phase(last), CasePhase::Court { standing: None, .. }));
		assert_ok!(rules(last, truth()));
		for case in [waiting, sealing, appealable, last] {
			assert_eq!(ruling(case).truth, Some(truth()));
			assert!(ruling(case).by_court);
			assert_noop!(rules(case, lie()), Error::<Test>::WrongPhase);
			assert_eq!(Mediation::open_task(case), None);
		}
		assert_eq!(Rulings::get().len(), 4);
		assert_noop!(rules(77, truth()), Error::<Test>::CaseNotFound);
	});
}

#[test]
fn court_should_overturn_a_whole_committee_and_reward_who_asked() {
	build_and_execute(9, || {
		let case = open(1);
		vote(case, 3);
		let members = members(case);
		let before = free(&STRANGER);
		assert_ok!(rules(case, truth()));
		for who in &members {
			assert_eq!(held(who), BOND - STAKE / 5);
			assert_eq!(wealth(who), RICH - STAKE / 5);
			assert_eq!(mediator(who).record.against, 1);
		}
		// Half of what was not burnt; nobody was right, so the rest is burnt as well.
		let penalties = 3 * STAKE / 5 * 9 / 10;
		assert_eq!(free(&STRANGER) - before, penalties / 2);
		assert_eq!(free(&CLIENT), RICH);
		assert_eq!(ruling(case).spent, 0);
	});
}

#[test]
fn court_should_punish_nobody_whose_turn_had_not_come() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let members = members(case);
		assert_ok!(seal_as(case, &members[0], &lie()));
		assert_ok!(rules(case, truth()));
		assert!(members.iter().all(|who| wealth(who) == RICH && mediator(who).bond.locked == 0));
		assert_eq!(free(&CLIENT), RICH);
	});
}

#[test]
fn court_should_see_what_is_to_be_run() {
	build_and_execute(3, || {
		let case = open(1);
		assert_eq!(Mediation::open_task(case), Some((spec(), spec().hash())));
		assert_eq!(Mediation::open_task(77), None);
	});
}

#[test]
fn court_should_take_the_bond_of_an_appeal_that_it_finds_wrong() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		assert_ok!(appeal(case));
		assert_ok!(rules(case, truth()));
		assert_eq!(held(&APPELLANT), 0);
		assert_eq!(wealth(&APPELLANT), RICH - 14 * WAGE);
		assert_eq!(Rounds::<Test>::iter_prefix(case).count(), 1);
	});
}
