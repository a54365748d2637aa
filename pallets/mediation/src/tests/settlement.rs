//! Tables of who gets what. A wage is 10,000, a stake 1,000,000, a fifth of it 200,000, of which a
//! tenth is burnt.

use super::*;

/// What an account won or lost since the beginning.
fn gain(who: &AccountId) -> i128 {
	wealth(who) as i128 - RICH as i128
}

fn burnt(before: Balance) -> Balance {
	before - issuance()
}

fn held_rounds(case: CaseId) -> Vec<Round> {
	(0..4).filter_map(|round| Rounds::<Test>::get(case, round)).collect()
}

fn gains(round: &Round) -> Vec<i128> {
	round.members.iter().map(|member| gain(&member.mediator)).collect()
}

#[test]
fn unanimous_committee_should_cost_three_wages() {
	build_and_execute(9, || {
		let before = issuance();
		let case = open(1);
		vote(case, 0);
		expire(case);
		assert_eq!(gains(&held_rounds(case)[0]), [10_000; 3]);
		assert_eq!(gain(&CLIENT), -30_000);
		assert_eq!(ruling(case).spent, 30_000);
		assert_eq!((burnt(before), Escrowed::<Test>::get()), (0, 0));
		assert_eq!(Rulings::get(), [(task(1), case, ruling(case))]);
	});
}

#[test]
fn one_liar_should_pay_for_the_round_that_he_caused() {
	build_and_execute(12, || {
		let before = issuance();
		let case = open(1);
		vote(case, 1);
		vote(case, 0);
		expire(case);
		let rounds = held_rounds(case);
		// 180,000 arrive; 70,000 are wages of the second round; nine share 110,000.
		assert_eq!(gains(&rounds[0]), [-200_000, 22_222, 22_222]);
		assert_eq!(gains(&rounds[1]), [22_222; 7]);
		assert_eq!(gain(&CLIENT), -20_000);
		assert_eq!(ruling(case).spent, 20_000);
		assert_eq!(burnt(before), 20_000 + 2);
	});
}

#[test]
fn appeal_that_is_right_should_be_rewarded_by_those_who_were_wrong() {
	build_and_execute(12, || {
		let before = issuance();
		let case = open(1);
		vote(case, 3);
		assert_ok!(appeal(case));
		vote(case, 0);
		expire(case);
		let rounds = held_rounds(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!(gains(&rounds[0]), [-200_000; 3]);
		// 540,000 arrive; 70,000 wages, 70,000 reward, seven share 400,000.
		assert_eq!(gain(&APPELLANT), 70_000);
		assert_eq!(gains(&rounds[1]), [10_000 + 57_142; 7]);
		assert_eq!(gain(&CLIENT), 0);
		assert_eq!(ruling(case).spent, 0);
		assert_eq!(burnt(before), 60_000 + 6);
	});
}

#[test]
fn appeal_that_is_wrong_should_pay_for_its_committee() {
	build_and_execute(12, || {
		let before = issuance();
		let case = open(1);
		vote(case, 0);
		assert_ok!(appeal(case));
		vote(case, 0);
		expire(case);
		let rounds = held_rounds(case);
		assert_eq!(gain(&APPELLANT), -140_000);
		assert_eq!(held(&APPELLANT), 0);
		// 126,000 arrive; 70,000 are wages, ten share the rest.
		assert_eq!(gains(&rounds[0]), [15_600; 3]);
		assert_eq!(gains(&rounds[1]), [15_600; 7]);
		assert_eq!(gain(&CLIENT), -30_000);
		assert_eq!(burnt(before), 14_000);
	});
}

#[test]
fn silence_should_cost_a_tenth_and_withholding_a_fifth() {
	build_and_execute(12, || {
		let case = open_and_draw(1);
		let first = members(case);
		assert_ok!(seal_as(case, &first[0], &truth()));
		assert_ok!(seal_as(case, &first[1], &truth()));
		expire(case);
		let third = drawn(case)[0].clone();
		assert_ok!(seal_as(case, &third, &truth()));
		assert_ok!(reveal_as(case, &first[0], &truth()));
		assert_ok!(reveal_as(case, &third, &truth()));
		expire(case);
		vote(case, 0);
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!(gain(&first[2]), -100_000);
		assert_eq!(gain(&first[1]), -200_000);
		assert_eq!(mediator(&first[2]).record.failed, 1);
		assert!(gain(&first[0]) > 10_000 && gain(&third) == gain(&first[0]));
		assert_eq!(gain(&CLIENT), -20_000);
	});
}

#[test]
fn undecided_case_should_share_what_there_is_and_punish_nobody() {
	build_and_execute(70, || {
		let before = issuance();
		let case = open(1);
		for _ in ROUNDS {
			split(case);
		}
		expire(case);
		assert_eq!(ruling(case).truth, None);
		let all: Vec<i128> = held_rounds(case).iter().flat_map(gains).collect();
		assert_eq!(all.len(), 56);
		// 30,000 for 56 seats.
		assert!(all.iter().all(|gain| *gain == 535));
		assert_eq!(ruling(case).spent, 56 * 535);
		assert_eq!(burnt(before), 0);
	});
}

#[test]
fn cheapest_account_should_not_stop_the_others_from_being_paid() {
	build_and_execute(9, || {
		// Nobody can be paid less than the existential deposit.
		let case = open_with(CaseRequest { refund: NOBODY, wage: 3, funds: 14, ..request(1) });
		vote(case, 0);
		expire(case);
		assert_eq!(gains(&held_rounds(case)[0]), [3; 3]);
		assert_eq!(free(&NOBODY), 0);
		assert_eq!(ruling(case).spent, 14);
		assert_eq!(Escrowed::<Test>::get(), 0);
		assert_eq!(free(&Mediation::pot()), ED);
	});
}

#[test]
fn refused_ruling_should_not_keep_the_case_open() {
	build_and_execute(3, || {
		let case = open(1);
		vote(case, 0);
		RulingsAreRefused::set(true);
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		let told = |event: &Event<Test>| matches!(event, Event::RulingNotTaken { .. });
		assert!(events().iter().any(told));
		assert!((0..3).all(|at| mediator(&stash(at)).bond.locked == 0));
	});
}

/// Else a task whose ruling was refused once would be in dispute for ever.
#[test]
fn refused_ruling_should_be_told_again_when_somebody_asks() {
	build_and_execute(3, || {
		let case = open(1);
		vote(case, 0);
		RulingsAreRefused::set(true);
		expire(case);
		let again = || Mediation::hand_over(signed(STRANGER), case);
		assert_noop!(again(), sp_runtime::DispatchError::Other("refused"));
		pass(RETAIN);
		let prune = Mediation::prune(signed(STRANGER), case);
		assert_noop!(prune, Error::<Test>::RulingUntaken);
		RulingsAreRefused::set(false);
		assert_ok!(again());
		assert!(emitted(Event::RulingTaken { case }));
		assert_eq!(Rulings::get().last().map(|told| told.2), Some(ruling(case)));
		assert_noop!(again(), Error::<Test>::NothingToDo);
		assert_noop!(Mediation::hand_over(signed(STRANGER), 77), Error::<Test>::CaseNotFound);
		assert_ok!(Mediation::prune(signed(STRANGER), case));
	});
}

#[test]
fn slashed_mediator_below_the_minimum_should_not_be_drawn_any_more() {
	ext_with(&[MIN_BOND, BOND, BOND]).execute_with(|| {
		let case = open(1);
		vote(case, 3);
		assert_ok!(court_rules(case, &STRANGER, truth()));
		assert_eq!(mediator(&stash(0)).bond.held, MIN_BOND - STAKE / 5);
		assert_eq!(next_weight(&stash(0)), 0);
		assert!(next_weight(&stash(1)) > 0);
		assert_ok!(Mediation::bond_more(signed(stash(0)), STAKE));
		assert!(next_weight(&stash(0)) > 0);
		assert_ok!(Mediation::do_try_state());
	});
}

#[test]
fn stake_should_follow_the_wage_between_its_bounds() {
	assert_eq!(Mediation::stake(0), 1_000);
	assert_eq!(Mediation::stake(WAGE), STAKE);
	assert_eq!(Mediation::stake(Balance::MAX), MIN_BOND);
}
