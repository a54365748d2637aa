//! Reports: what a replica seals beside its answer, and opens once that is agreed on.

use super::{
	disputes::{CH, put_up, unburnt, with_arbiter},
	*,
};

/// A task of two replicas that have agreed on `said`, of which the first has sealed a report that another
/// outcome is true, and opens it.
fn reported(said: Outcome, truth: Outcome) -> (TaskId, Vec<AccountId>) {
	with_arbiter();
	let (task, replicas) = open_and_draw(2, 2, 2);
	commit_with_report(task, &replicas[0], said, truth);
	commit(task, &replicas[1], said);
	reveal(task, &replicas[0], said);
	reveal(task, &replicas[1], said);
	assert_ok!(try_open_report(task, &replicas[0], truth));
	(task, replicas)
}

/// What a report says is public from then on: a friend of whom it is about would question the result before it could be
/// opened again.
#[test]
fn report_should_open_its_case_however_many_wait() {
	build_and_execute(|| {
		ManyWait::set(true);
		let (task, replicas) = reported(bad(2), good());
		assert!(matches!(state(task), TaskState::Disputed { .. }));
		assert_eq!(Cases::get()[0].reason, CaseReason::Report);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert!(worth(&replicas[0]) > RICH, "it is paid for the truth");
	});
}

#[test]
fn report_should_come_before_a_question_that_waits() {
	build_and_execute(|| {
		with_arbiter();
		ManyWait::set(true);
		let (task, replicas) = open_and_draw(2, 2, 2);
		commit_with_report(task, &replicas[0], bad(2), good());
		commit(task, &replicas[1], bad(2));
		reveal(task, &replicas[0], bad(2));
		reveal(task, &replicas[1], bad(2));
		assert_ok!(try_challenge(&STRANGER, task));
		assert_ok!(try_open_report(task, &replicas[0], good()));
		assert_eq!(Cases::get()[0].reason, CaseReason::Report);
		assert_eq!((worth(&STRANGER), put_up(&STRANGER)), (RICH, 0));
	});
}

/// A case over three replicas, of which the first has sealed a report beside what the second said too, and the third
/// has told the truth.
fn doubted_and_reported(said: Outcome, truth: Outcome) -> (TaskId, Vec<AccountId>) {
	with_arbiter();
	let (task, replicas) = open_and_draw(3, 2, 3);
	commit_with_report(task, &replicas[0], said, truth);
	commit_with_report(task, &replicas[1], said, truth);
	commit(task, &replicas[2], good());
	for (one, outcome) in replicas.iter().zip([said, said, good()]) {
		reveal(task, one, outcome);
	}
	assert!(matches!(state(task), TaskState::Disputed { .. }));
	(task, replicas)
}

/// Who has sealed the truth may still say so, as long as no judge has.
#[test]
fn report_should_count_when_a_dissent_is_judged_already() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = doubted_and_reported(bad(2), good());
		assert_ok!(try_open_report(task, &replicas[0], good()));
		let again = try_open_report(task, &replicas[1], good());
		assert_eq!(again, Err(Error::<Test>::NotAgreed.into()), "the first one counts");
		check_everything();
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH, "the bond is back");
		assert!(worth(&replicas[0]) > RICH + P && worth(&replicas[2]) > RICH + P);
		assert!(worth(&replicas[0]) <= RICH + 2 * P);
		assert_eq!(worth(&replicas[1]), RICH - stake(task));
		ledger.check();
	});
}

/// The case is paid for by others; so that a report is no free second guess, it puts up what a challenge does.
#[test]
fn reporter_should_lose_its_bond_when_its_report_is_false_and_a_dissent_was_judged() {
	for truth in [bad(2), good()] {
		build_and_execute(|| {
			let ledger = Ledger::start();
			let (task, replicas) = doubted_and_reported(bad(2), bad(3));
			assert_ok!(try_open_report(task, &replicas[0], bad(3)));
			let TaskState::Disputed { case, .. } = state(task) else { panic!("a dissent") };
			assert_ok!(rule(case, Some(digest_of(task, truth)), CH));
			assert_eq!(worth(&operator_of(&replicas[0])), RICH - P);
			ledger.check();
		});
	}
}

#[test]
fn report_should_cost_nothing_when_a_dissent_stays_undecided() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = doubted_and_reported(bad(2), good());
		assert_ok!(try_open_report(task, &replicas[0], good()));
		assert_ok!(rule(0, None, 0));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH);
		assert_eq!(ended(task).ending, Ending::Settled(bad(2)));
		ledger.check();
	});
}

/// A report that nobody could judge makes nobody a liar, the reporter neither.
#[test]
fn agreed_result_should_stand_when_a_report_stays_undecided() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let (task, replicas) = reported(good(), bad(3));
		assert_ok!(rule(0, None, CH));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH - CH);
		ledger.check();
	});
}

/// MED-10: a true report under collusion.
#[test]
fn med_10_reporter_should_get_its_price_twice_when_it_told_the_truth() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let before = worth(&CLIENT);
		let (task, replicas) = reported(bad(2), good());
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[0].result, ReplicaResult::Agreed);
		// The operator paid for the case, and has that back; the stash gets as much again as it earned, and
		// the rest of the stake is burnt.
		assert_eq!(worth(&operator_of(&replicas[0])), RICH);
		assert!(unburnt(stake(task)) - CH > P);
		assert_eq!(worth(&replicas[0]), RICH + P + P);
		assert_eq!(worth(&replicas[1]), RICH - stake(task));
		// The client pays for one result, which it got.
		assert_eq!(worth(&CLIENT), before - P - P / 100);
		ledger.check();
	});
}

/// MED-11: it costs exactly the committee, and changes nothing else.
#[test]
fn med_11_reporter_should_lose_the_case_when_it_lied() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (task, replicas) = reported(good(), bad(3));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH - CH);
		assert_eq!(worth(&replicas[0]), RICH + P);
		assert_eq!(worth(&replicas[1]), RICH + P);
		assert_eq!(worth(&CLIENT), before - 2 * P - 2 * P / 100);
	});
}

/// MED-12: the second report opens nothing, and so costs nothing and earns nothing.
#[test]
fn med_12_only_the_first_report_should_count() {
	build_and_execute(|| {
		with_arbiter();
		let (task, replicas) = open_and_draw(2, 2, 2);
		for one in &replicas {
			commit_with_report(task, one, bad(2), good());
		}
		for one in &replicas {
			reveal(task, one, bad(2));
		}
		assert_ok!(try_open_report(task, &replicas[1], good()));
		let second = try_open_report(task, &replicas[0], good());
		assert_eq!(second, Err(Error::<Test>::NotAgreed.into()));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH);
		assert_eq!(worth(&replicas[0]), RICH - stake(task));
		assert_eq!(worth(&replicas[1]), RICH + P + P);
	});
}

/// A reporter that reports another lie is a liar like the rest.
#[test]
fn reporter_should_be_slashed_when_its_report_is_false_too() {
	build_and_execute(|| {
		let (task, replicas) = reported(bad(2), bad(3));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&replicas[0]), RICH - stake(task));
		assert_eq!(worth(&operator_of(&replicas[0])), RICH - CH);
	});
}

#[test]
fn report_should_fail_when_it_is_not_what_was_sealed_or_not_the_replicas_own() {
	build_and_execute(|| {
		with_arbiter();
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit_with_report(task, &replicas[0], bad(2), good());
		commit(task, &replicas[1], bad(2));
		commit_with_report(task, &replicas[2], good(), bad(2));
		for (one, outcome) in replicas.iter().zip([bad(2), bad(2), good()]) {
			reveal(task, one, outcome);
		}
		let refused = |who: &AccountId, outcome, error: Error<Test>| {
			assert_noop!(try_open_report(task, who, outcome), error);
		};
		refused(&replicas[0], bad(5), Error::<Test>::SealMismatch);
		refused(&replicas[0], bad(2), Error::<Test>::NothingReported);
		refused(&replicas[1], good(), Error::<Test>::SealMismatch);
		refused(&replicas[2], bad(2), Error::<Test>::ReportNotOwn);
		refused(&stash(9), good(), Error::<Test>::NotDrawn);
		let huge = Outcome { gas_used: GAS + 1, ..good() };
		refused(&replicas[0], huge, Error::<Test>::OutcomeOutOfBounds);
		ArbiterHasSpoken::set(true);
		refused(&replicas[0], good(), Error::<Test>::NotAgreed);
		let (task, replicas) = open_and_draw(2, 2, 2);
		for one in &replicas {
			commit_with_report(task, one, bad(2), good());
		}
		for one in &replicas {
			reveal(task, one, bad(2));
		}
		pass(20);
		let late = try_open_report(task, &replicas[0], good());
		assert_eq!(late, Err(Error::<Test>::DeadlinePassed.into()));
	});
}
