//! Results that are questioned: checks, challenges, dissent.

use super::*;
use frame_support::traits::fungible::InspectHold;

/// What a committee costs at the price of the mock.
pub(super) const CH: Balance = SEATS * P;

pub(super) fn with_arbiter() {
	ArbiterIsOpen::set(true);
	ChallengeWindow::set(20);
}

/// A task of three replicas that have all revealed the same.
pub(super) fn agreed(outcomes: [Outcome; 3]) -> (TaskId, Vec<AccountId>) {
	let (task, replicas) = revealed(outcomes);
	assert!(matches!(state(task), TaskState::Agreed { .. }));
	(task, replicas)
}

fn revealed(outcomes: [Outcome; 3]) -> (TaskId, Vec<AccountId>) {
	with_arbiter();
	let (task, replicas) = open_and_draw(3, 2, 3);
	run_wave(task, &replicas, &outcomes);
	(task, replicas)
}

/// A task of three replicas of which one has dissented, in its case.
fn doubted(outcomes: [Outcome; 3]) -> (TaskId, Vec<AccountId>) {
	let (task, replicas) = revealed(outcomes);
	let agreed = Some(agreed_digest(task));
	assert_eq!(state(task), TaskState::Disputed { case: 0, agreed });
	assert_eq!(Cases::get()[0].reason, CaseReason::Dissent);
	(task, replicas)
}

/// What is left of a stake after the share that is burnt.
pub(super) fn unburnt(stake: Balance) -> Balance {
	stake - burn_of(stake)
}

#[test]
fn agreed_task_should_settle_after_the_window_when_nobody_asks() {
	build_and_execute(|| {
		let (task, replicas) = agreed([good(); 3]);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
		pass(20);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert!(ended(task).replicas.iter().all(|one| one.paid == P));
		assert_eq!(held(&CLIENT).0, 0);
		assert_eq!(worth(&replicas[0]), RICH + P);
	});
}

/// MED-02: the cheaters pay for the check; a client that is right never ends worse off.
#[test]
fn med_02_client_should_end_no_worse_when_its_check_finds_a_lie() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let before = worth(&CLIENT);
		let (task, replicas) = agreed([bad(2); 3]);
		assert_ok!(try_check(&CLIENT, task));
		assert_eq!(Cases::get()[0].reason, CaseReason::Check);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::NoDelivery));
		assert!(worth(&CLIENT) >= before);
		let harm = 3 * (stake(task) / 10);
		assert_eq!(worth(&CLIENT), before + harm);
		for liar in &replicas {
			assert_eq!(worth(liar), RICH - stake(task));
		}
		assert_eq!(worth(&TREASURY), 0);
		ledger.check();
	});
}

/// MED-05: asking is no crime.
#[test]
fn med_05_check_should_cost_no_more_than_the_case_when_the_result_is_true() {
	build_and_execute(|| {
		let (task, replicas) = agreed([good(); 3]);
		let before = worth(&CLIENT);
		assert_ok!(try_check(&CLIENT, task));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH - 5));
		let price = 3 * P + 3 * P / 100;
		assert_eq!(worth(&CLIENT), before - price - (CH - 5));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

#[test]
fn check_should_fail_when_it_is_not_the_clients_or_too_late_or_unpaid() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		assert_noop!(try_check(&STRANGER, task), Error::<Test>::NotClient);
		ArbiterIsFull::set(true);
		assert_noop!(try_check(&CLIENT, task), Error::<Test>::NoArbiter);
		ArbiterIsFull::set(false);
		pass(20);
		assert_noop!(try_check(&CLIENT, task), Error::<Test>::DeadlinePassed);
		poke(task);
		assert_noop!(try_check(&CLIENT, task), Error::<Test>::TaskEnded);
		let (running, _) = open_and_draw(2, 2, 2);
		assert_noop!(try_check(&CLIENT, running), Error::<Test>::NotAgreed);
	});
}

/// On another fork other replicas were drawn, and the answer is another.
#[test]
fn result_should_be_accepted_or_questioned_only_when_it_is_the_one_that_is_named() {
	build_and_execute(|| {
		let (task, replicas) = agreed([good(); 3]);
		let digest = digest_of(task, bad(2));
		for (by, call) in [
			(&CLIENT, Call::accept { task, digest }),
			(&CLIENT, Call::check { task, digest }),
			(&STRANGER, Call::challenge { task, digest }),
		] {
			assert_noop!(dispatch(by, call), Error::<Test>::ResultMismatch);
		}
		let (outcome, salt) = (bad(3), REPORT_SALT);
		let report = Call::open_report { task, digest, outcome, salt };
		let operator = operator_of(&replicas[0]);
		assert_noop!(dispatch(&operator, report), Error::<Test>::ResultMismatch);
		assert_ok!(try_accept(&CLIENT, task));
	});
}

/// What is held of somebody for questions.
pub(super) fn put_up(who: &AccountId) -> Balance {
	Balances::balance_on_hold(&crate::HoldReason::ChallengeBond.into(), who)
}

/// Whoever fills the queue of cases would have his lies settled meanwhile, or keep others from being paid.
#[test]
fn question_should_keep_the_window_open_when_too_many_cases_wait() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		let TaskState::Agreed { digest, until } = state(task) else { panic!("agreed") };
		ManyWait::set(true);
		pass(15);
		let before = worth(&STRANGER);
		assert_ok!(try_challenge(&STRANGER, task));
		let later = System::block_number() + 20;
		assert!(later > until);
		assert_eq!(state(task), TaskState::Agreed { digest, until: later });
		System::assert_has_event(Event::QuestionPutOff { task, by: STRANGER, until: later }.into());
		assert_eq!((worth(&STRANGER), put_up(&STRANGER)), (before, CH + P), "all that it costs");
		assert_eq!(Cases::get().len(), 0);
		assert_noop!(try_poke(&CLIENT, task), Error::<Test>::NothingToDo);
		pass(20);
		poke(task);
		assert_eq!(state(task), TaskState::Agreed { digest, until: later + 20 }, "it waits on");
		ManyWait::set(false);
		assert_eq!(Deals::task_view(task).expect("live").next, NextStep::Poke);
		poke(task);
		assert!(matches!(state(task), TaskState::Disputed { .. }));
		assert_eq!((Cases::get()[0].reason, Cases::get()[0].funds), (CaseReason::Challenge, CH));
		assert_eq!((worth(&STRANGER), put_up(&STRANGER)), (before - CH, P));
	});
}

/// A fee would keep others from their pay for a window, again and again.
#[test]
fn question_that_was_put_off_should_cost_what_every_false_one_does() {
	build_and_execute(|| {
		let (task, replicas) = agreed([good(); 3]);
		ManyWait::set(true);
		assert_ok!(try_challenge(&STRANGER, task));
		ManyWait::set(false);
		poke(task);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&STRANGER), RICH - CH - P, "bond and funds");
		assert_eq!(put_up(&STRANGER), 0);
		assert!(replicas.iter().all(|one| worth(one) > RICH + P), "they were kept waiting");
	});
}

#[test]
fn question_should_be_the_only_one_when_it_waits() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		ManyWait::set(true);
		assert_ok!(try_check(&CLIENT, task));
		assert_eq!(put_up(&CLIENT), CH);
		for room in [false, true] {
			ManyWait::set(!room);
			assert_noop!(try_challenge(&STRANGER, task), Error::<Test>::QuestionWaits);
			assert_noop!(try_check(&CLIENT, task), Error::<Test>::QuestionWaits);
			assert_noop!(try_accept(&CLIENT, task), Error::<Test>::QuestionWaits);
		}
		poke(task);
		assert_eq!((Cases::get()[0].reason, put_up(&CLIENT)), (CaseReason::Check, 0));
	});
}

#[test]
fn question_should_be_given_back_when_nobody_can_judge_any_more() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		ManyWait::set(true);
		assert_ok!(try_challenge(&STRANGER, task));
		ManyWait::set(false);
		ArbiterIsFull::set(true);
		assert_noop!(try_poke(&CLIENT, task), Error::<Test>::NothingToDo);
		assert_eq!(put_up(&STRANGER), CH + P);
		pass(20);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert_eq!((worth(&STRANGER), put_up(&STRANGER)), (RICH, 0));
	});
}

#[test]
fn question_should_be_refused_in_the_last_block_of_a_window_when_too_many_cases_wait() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		ManyWait::set(true);
		pass(19);
		assert_noop!(try_challenge(&STRANGER, task), Error::<Test>::QueueFull);
	});
}

#[test]
fn question_should_need_the_money_for_the_case_when_it_is_put_off() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		ManyWait::set(true);
		let poor = account(77);
		let refused = try_challenge(&poor, task).expect_err("it has nothing");
		assert_ne!(refused, Error::<Test>::QueueFull.into());
		assert!(matches!(state(task), TaskState::Agreed { .. }));
	});
}

#[test]
fn window_should_end_when_too_many_cases_wait_and_nobody_asks() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		ManyWait::set(true);
		pass(20);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

#[test]
fn check_should_fail_when_the_client_has_spent_its_money() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		let free = Balances::free_balance(CLIENT);
		assert_ok!(Balances::transfer_allow_death(
			RuntimeOrigin::signed(CLIENT),
			STRANGER,
			free - CH,
		));
		assert_noop!(try_check(&CLIENT, task), Error::<Test>::CannotPayCase);
	});
}

/// DEAL-23: a vote for a lie is not the end of it, though who tells the truth has nothing to spend.
#[test]
fn deal_23_honest_minority_should_win_without_asking() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let client = worth(&CLIENT);
		let (task, replicas) = doubted([bad(2), good(), bad(2)]);
		assert_eq!(worth(&CLIENT), client - CH, "the reserve pays for the case");
		assert_eq!(agreed_digest(task), digest_of(task, bad(2)), "the result is there, in doubt");
		let honest = replicas[1].clone();
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[1].result, ReplicaResult::Agreed);
		// The liars pay the case; who told the truth gets its price, and as much again out of their stakes.
		assert_eq!(worth(&honest), RICH + P + P);
		assert_eq!(worth(&replicas[0]), RICH - stake(task));
		assert_eq!(worth(&CLIENT), client - P - P / 100);
		ledger.check();
	});
}

/// Whoever dissents on purpose pays the case and loses its stake, whoever sent it.
#[test]
fn dissenter_should_pay_the_case_when_it_was_wrong() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let client = worth(&CLIENT);
		let (task, replicas) = doubted([good(), good(), bad(2)]);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert_eq!(worth(&replicas[2]), RICH - stake(task));
		assert_eq!(worth(&CLIENT), client - 2 * P - 2 * P / 100);
		assert!(worth(&replicas[0]) > RICH + P);
		ledger.check();
	});
}

/// A vote alone takes nobody's stake. What most have said stands, and who has said something else is not paid.
#[test]
fn dissenter_should_lose_nothing_when_nobody_can_tell() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let client = worth(&CLIENT);
		let (task, replicas) = doubted([good(), bad(2), good()]);
		assert_ok!(rule(0, None, CH / 3));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		let dissent = ReplicaResult::Undecided(digest_of(task, bad(2)));
		assert_eq!(ended.replicas[1].result, dissent);
		assert_eq!((worth(&replicas[0]), worth(&replicas[1])), (RICH + P, RICH));
		// Who votes in vain is paid all the same, by who wanted the task.
		assert_eq!(worth(&CLIENT), client - 2 * P - 2 * P / 100 - CH / 3);
		ledger.check();
	});
}

/// There may be no room for the case, or it has become dearer than what was set aside. Then the window is open to all,
/// and at its end the case is tried again.
#[test]
fn dissent_should_be_judged_at_the_end_of_the_window_when_nobody_could_before() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		ArbiterIsFull::set(true);
		let (task, replicas) = revealed([bad(2), good(), bad(2)]);
		assert!(matches!(state(task), TaskState::Agreed { .. }));
		ArbiterIsFull::set(false);
		assert_noop!(try_accept(&CLIENT, task), Error::<Test>::ReplicasDisagree);
		pass(20);
		poke(task);
		assert_eq!(Cases::get()[0].reason, CaseReason::Dissent);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&replicas[1]), RICH + P + P);
		ledger.check();
	});
}

#[test]
fn dissenter_should_lose_nothing_when_no_case_can_be_opened() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		ArbiterIsFull::set(true);
		let (task, replicas) = revealed([bad(2), good(), bad(2)]);
		pass(20);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Settled(bad(2)));
		assert_eq!((worth(&replicas[0]), worth(&replicas[1])), (RICH + P, RICH));
		ledger.check();
	});
}

#[test]
fn challenger_should_get_bond_funds_and_half_of_the_rest_when_it_is_right() {
	build_and_execute(|| {
		let before = worth(&STRANGER);
		let (task, _) = agreed([bad(2); 3]);
		assert_ok!(try_challenge(&STRANGER, task));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		// Of the first stake the case is paid and the client's tenth; then half of what is left.
		let stake = stake(task);
		let first = (unburnt(stake) - CH - stake / 10) / 2;
		let others = (unburnt(stake) - stake / 10) / 2;
		assert_eq!(worth(&STRANGER), before + first + 2 * others);
	});
}

/// Who challenges the truth pays the committee, and those whom it has kept waiting.
#[test]
fn challenger_should_lose_bond_and_costs_when_it_is_wrong() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let before = worth(&STRANGER);
		let (task, replicas) = agreed([good(); 3]);
		assert_ok!(try_challenge(&STRANGER, task));
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&STRANGER), before - CH - P);
		let share = unburnt(P) / 3;
		assert!(replicas.iter().all(|one| worth(one) == RICH + P + share));
		assert_eq!(providers::Burnt::<Test>::get(), 0);
		assert_eq!(burnt(), P - 3 * share);
		ledger.check();
	});
}

/// MED-16: where nothing can be established nobody is slashed, and bonds go back. What was agreed on
/// stands: who can keep a committee from its verdict can't call off work that way.
#[test]
fn med_16_undecided_challenge_should_slash_nobody() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let before = worth(&STRANGER);
		let (task, replicas) = agreed([good(); 3]);
		assert_ok!(try_challenge(&STRANGER, task));
		assert_ok!(rule(0, None, CH));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert!(ended.replicas.iter().all(|one| one.slashed == 0));
		assert!(replicas.iter().all(|one| worth(one) == RICH + P));
		// The bond is back. What the committee got is spent.
		assert_eq!(worth(&STRANGER), before - CH);
		ledger.check();
	});
}

/// Whatever the question, and whoever paid for it: those who agreed get what they would have got.
#[test]
fn agreed_result_should_stand_when_a_question_stays_undecided() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let price = 3 * P + 3 * P / 100;
		for (reason, spent) in [
			(CaseReason::Check, CH),
			(CaseReason::Check, 0),
			(CaseReason::Challenge, CH / 3),
			(CaseReason::Challenge, 0),
		] {
			let (client, other) = (worth(&CLIENT), worth(&STRANGER));
			let (task, replicas) = agreed([good(); 3]);
			let paid: Vec<_> = replicas.iter().map(worth).collect();
			let cost = match reason {
				CaseReason::Check => {
					assert_ok!(try_check(&CLIENT, task));
					(price + spent, 0)
				},
				_ => {
					assert_ok!(try_challenge(&STRANGER, task));
					(price, spent)
				},
			};
			let TaskState::Disputed { case, .. } = state(task) else {
				panic!("{reason:?} is asked")
			};
			assert_ok!(rule(case, None, spent));
			assert_eq!(ended(task).ending, Ending::Settled(good()), "{reason:?}");
			assert_eq!((client - worth(&CLIENT), other - worth(&STRANGER)), cost, "{reason:?}");
			let gains = replicas.iter().zip(paid).map(|(one, before)| worth(one) - before);
			assert!(gains.into_iter().all(|gain| gain == P), "{reason:?}");
		}
		ledger.check();
	});
}

/// Doubt excuses what was said, not what was left undone.
#[test]
fn silent_replica_should_be_slashed_when_a_question_stays_undecided() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		with_arbiter();
		let (task, replicas) = open_and_draw(3, 2, 3);
		commit(task, &replicas[0], good());
		commit(task, &replicas[1], good());
		pass(T);
		poke(task);
		reveal(task, &replicas[0], good());
		reveal(task, &replicas[1], good());
		assert_ok!(try_challenge(&replicas[2], task));
		assert_ok!(rule(0, None, CH));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert_eq!(ended(task).replicas[2].result, ReplicaResult::Silent);
		assert_eq!(ended(task).replicas[2].slashed, stake(task) / 2);
		ledger.check();
	});
}

/// MED-08: the reserve pays the committee, and comes back out of the liar's stake.
#[test]
fn med_08_one_liar_should_pay_the_committee_when_two_disagree() {
	build_and_execute(|| {
		let ledger = Ledger::start();
		let before = worth(&CLIENT);
		with_arbiter();
		let (task, replicas) = open_and_draw(2, 2, 2);
		run_wave(task, &replicas, &[good(), bad(2)]);
		assert_eq!(Cases::get()[0].funds, CH);
		assert_ok!(rule(0, Some(digest_of(task, good())), CH));
		assert_eq!(worth(&CLIENT), before - P - P / 100);
		assert!(unburnt(stake(task)) - CH > P);
		assert_eq!(worth(&replicas[0]), RICH + P + P);
		assert_eq!(worth(&replicas[1]), RICH - stake(task));
		assert_eq!(worth(&ARBITER), RICH + CH);
		ledger.check();
	});
}

#[test]
fn accept_should_settle_at_once_when_nothing_is_audited() {
	build_and_execute(|| {
		let (task, _) = agreed([good(); 3]);
		assert_ok!(try_accept(&CLIENT, task));
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// A client must not cut short the defence of a replica that its accomplices outvoted.
#[test]
fn accept_should_fail_when_a_replica_disagrees() {
	build_and_execute(|| {
		let (task, _) = doubted([good(), bad(2), good()]);
		assert_noop!(try_accept(&CLIENT, task), Error::<Test>::NotAgreed);
		assert_noop!(try_challenge(&STRANGER, task), Error::<Test>::NotAgreed);
	});
}

/// The inequality of the prisoner's contract holds for the dearest candidate, or the deal is refused.
#[test]
fn stake_should_deter_the_dearest_candidate_or_the_deal_be_refused() {
	build_and_execute(|| {
		with_arbiter();
		let task = open(3, 2, 3);
		let committee = CH as f64;
		let deters = (P as f64 + 0.01 * P as f64 + 0.99 * committee) / 0.98;
		assert!(stake(task) as f64 > deters);
		let mut dear = candidates(3);
		for one in &mut dear[1..] {
			one.price.per_mgas = P / 4;
		}
		assert_noop!(
			open_deal(&CLIENT, request(3, 2), dear.clone()),
			because(0, Ineligible::PriceTooFarFromCheapest)
		);
		dear[0].price.per_mgas = P / 4 + P / 20;
		assert_ok!(open_deal(&CLIENT, request(3, 2), dear));
		// A committee that is a coin deters nobody at any stake.
		change(|it| it.stakes.committee_error = Permill::from_percent(50));
		assert!(open_deal(&CLIENT, request(3, 2), candidates(3)).is_err());
	});
}

#[test]
fn deal_should_lock_the_reserve_when_somebody_can_judge() {
	build_and_execute(|| {
		let (without, _) = Deals::cost(&plain(request(3, 2), candidates(3))).expect("it fits");
		with_arbiter();
		audit(Permill::from_percent(2));
		let (with, _) = Deals::cost(&plain(request(3, 2), candidates(3))).expect("it fits");
		let task = open(3, 2, 3);
		let audits = Constants::get().audited(Permill::from_percent(2), P, stake(task));
		assert_eq!(with, without + CH + audits.mul_ceil(CH));
		assert_eq!(held(&CLIENT).0, with);
	});
}
