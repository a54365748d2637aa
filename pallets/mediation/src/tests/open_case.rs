use super::*;
use assay_primitives::traits::NoArbiter;

#[test]
fn open_case_should_take_a_ticket_and_book_the_funds() {
	build_and_execute(3, || {
		let case = open(1);
		assert_eq!(Escrowed::<Test>::get(), 3 * WAGE);
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { ticket, .. }
			if ticket.taken_at == 1 && ticket.window == WINDOW));
		assert_eq!(Mediation::case_over(task(1)), Some(case));
		assert_eq!(CaseTermsOf::<Test>::get(case).map(|terms| terms.stake), Some(STAKE));
	});
}

#[test]
fn open_case_should_draw_exactly_when_the_seed_is_known() {
	build_and_execute(3, || {
		let case = open(1);
		pass(DRAW_AFTER - 1);
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }));
		next_block();
		assert!(matches!(phase(case), CasePhase::Sealing { wave: 0, .. }));
	});
}

#[test]
fn open_case_should_refuse_funds_below_the_cost_or_that_never_came() {
	build_and_execute(3, || {
		let short = CaseRequest { funds: 3 * WAGE - 1, ..request(1) };
		assert_eq!(try_open(short), Err(NoArbiter));
		// The money of the refused case lies in the account, and does not pay for another twice.
		assert_eq!(Mediation::open_case(request(2)), Err(NoArbiter));
		open(3);
		assert_eq!(Mediation::open_case(request(4)), Err(NoArbiter));
		ReserveWages::set(2);
		assert_eq!(Mediation::cost(WAGE), 5 * WAGE);
		assert_eq!(Mediation::cost(Balance::MAX), Balance::MAX);
	});
}

#[test]
fn open_case_should_refuse_a_second_case_over_a_task() {
	build_and_execute(3, || {
		open(1);
		assert_eq!(try_open(request(1)), Err(NoArbiter));
	});
}

#[test]
fn open_case_should_refuse_lists_that_do_not_fit_rather_than_cut_them() {
	build_and_execute(3, || {
		let excluded = vec![CLIENT; MAX_EXCLUDED as usize + 1];
		assert_eq!(try_open(CaseRequest { excluded, ..request(1) }), Err(NoArbiter));
	});
}

#[test]
fn open_case_should_keep_parties_and_their_keys_from_judging() {
	build_and_execute(5, || {
		// One as stash, one as operator.
		let excluded = vec![stash(0), operator(1)];
		for deal in 0..8 {
			Entropy::set(deal);
			let case = open_with(CaseRequest { excluded: excluded.clone(), ..request(deal) });
			await_draw(case);
			let members = members(case);
			assert_eq!(members.len(), 3);
			assert!(!members.contains(&stash(0)) && !members.contains(&stash(1)));
		}
	});
}

#[test]
fn open_case_should_draw_from_the_agreed_set_only() {
	build_and_execute(20, || {
		let mediators: Vec<AccountId> = (5..9).map(stash).chain([STRANGER]).collect();
		let judges = Judges::Named(Named::truncate_from(mediators.clone()));
		for deal in 0..4 {
			Entropy::set(deal);
			let case = open_with(CaseRequest { judges: judges.clone(), ..request(deal) });
			await_draw(case);
			assert_eq!(members(case).len(), 3);
			assert!(members(case).iter().all(|who| mediators.contains(who)));
		}
	});
}

#[test]
fn open_case_should_go_to_the_court_when_nobody_can_judge() {
	build_and_execute(2, || {
		let case = open(1);
		pass(DRAW_AFTER);
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
		expire(case);
		assert_eq!(ruling(case).truth, None);
		assert_eq!(ruling(case).spent, 0);
		assert_eq!(free(&CLIENT), RICH);
	});
}

#[test]
fn open_case_should_let_a_lone_mediator_judge_only_where_that_is_configured() {
	build_and_execute(2, || {
		MinSeats::set(1);
		let case = open_and_draw(1);
		// Two are shrunk to one: an even committee can't decide.
		assert_eq!(members(case).len(), 1);
		vote(case, 0);
		assert!(matches!(phase(case), CasePhase::AppealWindow { .. }));
	});
}

#[test]
fn open_case_should_skip_mediators_that_are_full_and_note_it() {
	build_and_execute(9, || {
		assert_ok!(Mediation::update(signed(stash(0)), terms(1)));
		run_to_era(2);
		let mut deal = 0;
		while mediator(&stash(0)).places == 0 {
			Entropy::set(deal);
			open_and_draw(deal);
			deal += 1;
		}
		let skipped = |case| emitted(Event::MediatorSkipped { case, mediator: stash(0) });
		while !skipped(deal - 1) {
			Entropy::set(deal);
			assert!(!members(open_and_draw(deal)).contains(&stash(0)));
			deal += 1;
		}
	});
}

#[test]
fn open_case_should_draw_no_more_than_a_few_committees_in_a_block() {
	build_and_execute(9, || {
		let cases: Vec<CaseId> = (0..6).map(open).collect();
		let drawn = || {
			let waits = |case: &&CaseId| matches!(phase(**case), CasePhase::AwaitingSeed { .. });
			cases.len() - cases.iter().filter(waits).count()
		};
		pass(DRAW_AFTER);
		// One of four draws is for a case whose judges are named.
		assert_eq!(drawn(), 3);
		next_block();
		assert_eq!(drawn(), 6);
		assert_eq!(Waiting::<Test>::iter().count(), 0);
	});
}
