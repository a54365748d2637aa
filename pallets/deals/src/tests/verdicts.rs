use super::*;
use assay_primitives::{
	case::Subject,
	outcome::Digest,
	traits::{Ruling, Verdicts},
};

/// Three replicas, three opinions, nobody left, and somebody who decides.
fn disputed() -> (TaskId, Vec<assay_primitives::AccountId>) {
	ArbiterIsOpen::set(true);
	let (task, replicas) = open_and_draw(3, 2, 3);
	run_wave(task, &replicas, &[good(), bad(2), bad(3)]);
	(task, replicas)
}

fn ruling(truth: Option<Digest>) -> Ruling {
	Ruling { truth, by_court: false, spent: 0 }
}

/// DEAL-36: the vote alone slashes nobody; the case carries the competing digests.
#[test]
fn task_should_be_disputed_when_all_differ_and_an_arbiter_takes_cases() {
	build_and_execute(|| {
		let (task, _) = disputed();
		assert_eq!(state(task), TaskState::Disputed { case: 0, agreed: None });
		let (reason, funds) = (CaseReason::NoConsensus, SEATS * P);
		System::assert_last_event(Event::TaskDisputed { task, case: 0, reason, funds }.into());
		let digests = [good(), bad(2), bad(3)].map(|outcome| digest_of(task, outcome));
		let case = Cases::get().remove(0);
		assert_eq!((case.subject, case.digests), (Subject::Task(task), digests.to_vec()));
		assert_eq!((case.task_hash, case.reason), (spec_hash(task), CaseReason::NoConsensus));
		for party in [CLIENT, stash(0), operator(0), stash(2)] {
			assert!(case.excluded.contains(&party), "{party:?} must not judge");
		}
		pass(100_000);
		assert_noop!(try_poke(&STRANGER, task), Error::<Test>::NothingToDo);
	});
}

#[test]
fn verdict_should_settle_for_the_truth_when_somebody_revealed_it() {
	build_and_execute(|| {
		let (task, _) = disputed();
		assert_ok!(rule(0, Some(digest_of(task, bad(2))), 0));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(bad(2)));
		assert_eq!(ended.replicas[1].result, ReplicaResult::Agreed);
		// The case cost nothing, and the honest one gets no more of the stakes than it has earned.
		let stake = stake(task);
		assert_eq!(ended.replicas[1].paid, P + P);
		assert_eq!(ended.replicas[0].slashed, stake);
		// DEAL-34: a second verdict moves nothing.
		assert_noop!(
			Deals::decided(&task, 0, ruling(Some(digest_of(task, good()))), None),
			Error::<Test>::TaskEnded
		);
	});
}

#[test]
fn verdict_should_slash_everybody_when_nobody_revealed_the_truth() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (task, _) = disputed();
		assert_ok!(rule(0, Some(digest_of(task, bad(9))), 0));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
		assert!(ended.replicas.iter().all(|one| one.slashed == stake(task) && one.paid == 0));
		assert_eq!(worth(&CLIENT), before + 3 * (stake(task) / 10));
	});
}

#[test]
fn task_should_end_unjudged_and_slash_nobody_when_no_truth_was_found() {
	build_and_execute(|| {
		let (task, _) = disputed();
		assert_ok!(rule(0, None, 0));
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Failed(FailCause::Unjudged));
		assert!(ended.replicas.iter().all(|one| one.slashed == 0 && one.paid == P / 2));
	});
}

#[test]
fn verdict_should_fail_when_no_such_case_is_open() {
	build_and_execute(|| {
		let (task, _) = disputed();
		assert_noop!(Deals::decided(&task, 1, ruling(None), None), Error::<Test>::CaseNotFound);
		let (running, _) = open_and_draw(3, 2, 3);
		assert_noop!(Deals::decided(&running, 0, ruling(None), None), Error::<Test>::CaseNotFound);
		let unknown = TaskId { deal: 9, index: 0 };
		assert_noop!(Deals::decided(&unknown, 0, ruling(None), None), Error::<Test>::TaskNotFound);
	});
}
