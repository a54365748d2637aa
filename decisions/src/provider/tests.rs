use super::*;
use crate::{
	eligible::{refusal, refused_input},
	limits::{Clients, WorkLimits},
	scenes::*,
	view::SharedView,
};
use assay_primitives::{
	Hash,
	content::ContentRef,
	excuse::Excuse,
	task::{Input, InputList},
};
use std::{sync::Arc, time::Duration};

const SETTINGS: PlanSettings = PlanSettings {
	decline_margin: 3,
	reveal_without_finality: false,
	misbehave: None,
	stopping: false,
};

/// A situation, with everything in order until told otherwise.
struct Case {
	best: SharedView,
	finalized: Option<SharedView>,
	record: Option<Sealed>,
	local: Local,
	refusal: Option<Refusal>,
	settings: PlanSettings,
	room: Room,
}

/// Nothing holds tasks of bags up.
const ROOM: Room = Room { scout: true, prepare: true, open: true };

impl Case {
	fn new(best: SharedView) -> Self {
		let local = Local { content: Content::Ready, ..Default::default() };
		Self {
			best,
			finalized: None,
			record: None,
			local,
			refusal: None,
			settings: SETTINGS,
			room: ROOM,
		}
	}

	fn local(mut self, change: impl FnOnce(&mut Local)) -> Self {
		change(&mut self.local);
		self
	}

	fn sealed(mut self, record: &Sealed) -> Self {
		self.record = Some(record.clone());
		self
	}

	fn finalized(mut self, view: SharedView) -> Self {
		self.finalized = Some(view);
		self
	}

	fn misbehaving(mut self, how: Misbehave) -> Self {
		self.settings.misbehave = Some(how);
		self
	}

	fn decide(&self) -> Step {
		decide(&PlanContext {
			me: &account(1),
			best: &self.best,
			finalized: self.finalized.as_ref(),
			record: self.record.as_ref(),
			own_seal: self.record.as_ref().map(|record| record.seal(&identity(), &key())),
			local: &self.local,
			refusal: self.refusal.as_ref(),
			settings: &self.settings,
			room: self.room,
		})
	}
}

fn seal_of(record: &Sealed) -> Seal {
	record.seal(&identity(), &key())
}

fn drawn(at: BlockNumber) -> SharedView {
	let state = TaskState::Running { wave: 0, until: 50 };
	view(at, state, &[(0, ReplicaState::Drawn), (1, ReplicaState::Drawn)], NextStep::Seals(2, 50))
}

fn sealed_at(at: BlockNumber, seal: Seal) -> SharedView {
	let state = TaskState::Running { wave: 0, until: 50 };
	let replicas = [(0, ReplicaState::Sealed(seal)), (1, ReplicaState::Drawn)];
	view(at, state, &replicas, NextStep::Seals(1, 50))
}

fn revealing(at: BlockNumber, seal: Seal) -> SharedView {
	let state = TaskState::Revealing { wave: 0, until: 60 };
	view(at, state, &[(0, ReplicaState::Sealed(seal))], NextStep::Reveals(1, 60))
}

#[test]
fn candidate_should_prefetch_and_then_wait_for_the_draw() {
	let open = || Case::new(view(5, waiting(), &[], NextStep::Randomness));
	assert_eq!(open().local(|local| local.content = Content::Unknown).decide(), Step::Fetch);
	let fetching = open().local(|local| local.content = Content::Fetching { attempts: 1 });
	assert_eq!(fetching.decide(), Step::Wait(Wait::Fetching));
	assert_eq!(open().decide(), Step::Wait(Wait::Randomness));
	let missing = |retry_at| {
		open().local(|local| local.content = Content::Missing { attempts: 9, retry_at }).decide()
	};
	assert_eq!(missing(6), Step::Wait(Wait::ContentMissing));
	assert_eq!(missing(5), Step::Fetch, "a candidate never declines");
	let mut refused = open();
	refused.refusal = Some(Refusal::Profile);
	assert_eq!(refused.decide(), Step::Skip(Refusal::Profile));
}

#[test]
fn nothing_should_be_done_when_others_were_drawn() {
	let others = [(1, ReplicaState::Drawn), (2, ReplicaState::Drawn)];
	let state = TaskState::Running { wave: 0, until: 50 };
	let case = Case::new(view(5, state, &others, NextStep::Seals(2, 50)));
	assert_eq!(
		case.local(|local| local.content = Content::Unknown).decide(),
		Step::Wait(Wait::NotDrawn)
	);
	let case = Case::new(view(5, waiting(), &others, NextStep::Poke));
	assert_eq!(case.decide(), Step::Wait(Wait::NotDrawn));
}

#[test]
fn drawn_should_run_before_the_draw_is_written() {
	let case = Case::new(view(5, waiting(), &[(0, ReplicaState::Drawn)], NextStep::Poke));
	assert_eq!(case.decide(), Step::Run { until: 5 + COMMIT_BLOCKS });
	let seen = case.local(|local| local.drawn_seen = Some(4));
	assert_eq!(seen.decide(), Step::Run { until: 4 + COMMIT_BLOCKS });
	let done = seen.sealed(&record());
	assert_eq!(done.decide(), Step::Send(TaskCall::Commit), "the commit writes the draw");
}

#[test]
fn drawn_should_fetch_run_and_commit() {
	let case = || Case::new(drawn(30));
	assert_eq!(case().local(|local| local.content = Content::Unknown).decide(), Step::Fetch);
	assert_eq!(case().decide(), Step::Run { until: 50 });
	for job in [Job::Queued, Job::Running] {
		assert_eq!(case().local(|local| local.job = job.clone()).decide(), Step::Wait(Wait::Job));
	}
	let failed = |failures, retry_at| {
		let job = Job::Failed { retry_at };
		case().local(|local| (local.failures, local.job) = (failures, job.clone())).decide()
	};
	assert_eq!(failed(1, 31), Step::Wait(Wait::RetryJob));
	assert_eq!(failed(1, 30), Step::Run { until: 50 });
	assert_eq!(failed(MAX_RUN_FAILURES, 99), Step::Decline(DeclineReason::Failures));
	assert_eq!(case().sealed(&record()).decide(), Step::Send(TaskCall::Commit));
}

#[test]
fn commit_should_not_be_sent_when_it_can_not_land_any_more() {
	for (at, expected) in [
		(48, Step::Send(TaskCall::Commit)),
		(49, Step::Wait(Wait::DeadlinePassed)),
		(50, Step::Wait(Wait::DeadlinePassed)),
		(51, Step::Wait(Wait::DeadlinePassed)),
	] {
		assert_eq!(Case::new(drawn(at)).sealed(&record()).decide(), expected, "block {at}");
	}
	assert_eq!(Case::new(drawn(49)).decide(), Step::Wait(Wait::DeadlinePassed), "nor run");
	assert!(can_land(u32::MAX - 2, u32::MAX) && !can_land(u32::MAX, u32::MAX));
}

#[test]
fn commit_should_be_sent_again_only_when_its_effect_had_time_to_show() {
	let sent = |at, tries| {
		Case::new(drawn(at))
			.sealed(&record())
			.local(|local| local.sent = Some(Sent { call: TaskCall::Commit, at: 30, tries }))
			.decide()
	};
	assert_eq!(sent(31, 1), Step::Wait(Wait::Transaction));
	assert_eq!(sent(32, 1), Step::Send(TaskCall::Commit));
	assert_eq!(sent(33, 2), Step::Wait(Wait::Transaction));
	assert_eq!(sent(34, 2), Step::Send(TaskCall::Commit));
	assert_eq!(sent(46, 99), Step::Send(TaskCall::Commit), "the pause is bounded");
	let sending = Case::new(drawn(30)).sealed(&record());
	let sending = sending.local(|local| local.sending = vec![TaskCall::Commit]);
	assert_eq!(sending.decide(), Step::Wait(Wait::Transaction));
}

#[test]
fn missing_content_should_be_declined_shortly_before_the_deadline() {
	let with = |at, content: Content| {
		Case::new(drawn(at)).local(|local| local.content = content.clone()).decide()
	};
	let missing = |at, attempts, retry_at| with(at, Content::Missing { attempts, retry_at });
	assert_eq!(missing(30, 9, 31), Step::Wait(Wait::ContentMissing));
	assert_eq!(missing(30, 9, 30), Step::Fetch);
	assert_eq!(missing(45, 9, 60), Step::Wait(Wait::ContentMissing));
	let declined = Step::Decline(DeclineReason::Content);
	for at in 46..=48 {
		assert_eq!(missing(at, 9, 60), declined, "block {at}");
		assert_eq!(missing(at, 0, 0), declined, "however rarely it was tried");
		assert_eq!(with(at, Content::Fetching { attempts: 1 }), declined, "block {at}");
		assert_eq!(with(at, Content::Unknown), declined, "block {at}");
	}
	assert_eq!(with(45, Content::Fetching { attempts: 1 }), Step::Wait(Wait::Fetching));
	assert_eq!(missing(49, 2, 60), Step::Wait(Wait::DeadlinePassed));
	let sealed = Case::new(drawn(46))
		.sealed(&record())
		.local(|local| local.content = Content::Missing { attempts: 9, retry_at: 60 });
	assert_eq!(sealed.decide(), Step::Send(TaskCall::Commit), "what is sealed is never declined");
	let waiting = |at| {
		Case::new(view(at, waiting(), &[(0, ReplicaState::Drawn)], NextStep::Poke))
			.local(|local| {
				local.content = Content::Missing { attempts: 9, retry_at: 99 };
				local.drawn_seen = Some(10);
			})
			.decide()
	};
	assert_eq!(waiting(25), Step::Wait(Wait::ContentMissing));
	assert_eq!(waiting(26), declined, "nobody may ever write the draw");
}

#[test]
fn private_job_should_wait_for_its_key_and_be_declined_shortly_before_the_deadline() {
	let with = |at, locked| Case::new(drawn(at)).local(|local| local.locked = locked).decide();
	assert_eq!(with(30, true), Step::Wait(Wait::InputKey));
	assert_eq!(with(30, false), Step::Run { until: 50 });
	assert_eq!(with(45, true), Step::Wait(Wait::InputKey));
	for at in 46..=48 {
		assert_eq!(with(at, true), Step::Decline(DeclineReason::InputKey), "block {at}");
	}
	assert_eq!(with(49, true), Step::Wait(Wait::DeadlinePassed));
	let sealed = Case::new(drawn(46)).sealed(&record()).local(|local| local.locked = true);
	assert_eq!(sealed.decide(), Step::Send(TaskCall::Commit), "what is sealed is never declined");
	let candidate = Case::new(view(5, waiting(), &[], NextStep::Randomness));
	let candidate = candidate.local(|local| local.locked = true);
	assert_eq!(
		candidate.decide(),
		Step::Wait(Wait::Randomness),
		"nobody has a key before the draw"
	);
}

#[test]
fn unreadable_hint_at_a_sealed_input_should_be_refused_and_never_taken_for_public() {
	let limits = WorkLimits {
		max_module_bytes: 1 << 20,
		max_input_bytes: 1 << 20,
		max_output_bytes: 1 << 20,
		max_gas: u64::MAX,
		max_memory_pages: u32::MAX,
		wall: Duration::from_secs(1),
	};
	let mut view = drawn(5);
	assert_eq!(refusal(&view, &limits, &Clients::default()), None);
	Arc::make_mut(&mut view.deal).request.hints =
		vec![b"assay-sealed:9:x".to_vec().try_into().expect("short")].try_into().expect("one");
	let found = refusal(&view, &limits, &Clients::default());
	assert!(matches!(found, Some(Refusal::SealedInput(_))), "{found:?}");
}

#[test]
fn job_should_be_declined_when_it_can_not_be_sealed_in_time() {
	let with = |at, job: Job| Case::new(drawn(at)).local(|local| local.job = job.clone()).decide();
	let late = Job::Failed { retry_at: 99 };
	for (job, reason) in [
		(Job::Idle, DeclineReason::Time),
		(Job::Queued, DeclineReason::Busy),
		(Job::Running, DeclineReason::Time),
		(late.clone(), DeclineReason::Time),
	] {
		for at in [47, 48] {
			let declines = Step::Decline(reason.clone());
			assert_eq!(with(at, job.clone()), declines, "{job:?} at {at}");
		}
		assert_eq!(with(49, job.clone()), Step::Wait(Wait::DeadlinePassed), "{job:?}");
	}
	assert_eq!(with(46, Job::Running), Step::Wait(Wait::Job));
	assert_eq!(with(46, late), Step::Wait(Wait::RetryJob));
	let done = Case::new(drawn(48)).sealed(&record());
	assert_eq!(done.local(|local| local.job = Job::Running).decide(), Step::Send(TaskCall::Commit));
	// Before the draw is written the clock stands, however long ago the draw was seen.
	let unwritten = Case::new(view(90, waiting(), &[(0, ReplicaState::Drawn)], NextStep::Poke));
	let unwritten = unwritten.local(|local| {
		local.job = Job::Running;
		local.drawn_seen = Some(10);
	});
	assert_eq!(unwritten.decide(), Step::Wait(Wait::Job));
}

/// Whoever waits for the job learns what would help: a daemon that stops has not looked for the content.
#[test]
fn excuse_should_be_the_true_one_when_the_daemon_is_stopping() {
	let with = |content, job: Job| {
		let mut case = Case::new(drawn(47)).local(|local| {
			local.content = content;
			local.job = job;
		});
		case.settings.stopping = true;
		case.decide()
	};
	let stopping = Step::Decline(DeclineReason::Stopping);
	assert_eq!(with(Content::Unknown, Job::Idle), stopping);
	assert_eq!(with(Content::Ready, Job::Idle), stopping);
	assert_eq!(with(Content::Ready, Job::Running), Step::Decline(DeclineReason::Time));
}

#[test]
fn excuse_should_tell_the_client_what_the_operator_reads() {
	let refused = |refusal| DeclineReason::Refused(refusal).excuse();
	assert_eq!(refused(Refusal::Client(account(7))), Excuse::NotAdmitted);
	assert_eq!(refused(Refusal::Gas { asked: 2, limit: 1 }), Excuse::Limits);
	assert_eq!(refused(Refusal::Profile), Excuse::Unsupported);
	for reason in [DeclineReason::Content, DeclineReason::InputKey] {
		assert!(reason.excuse().lacks_content(), "{reason}");
	}
	for reason in [
		DeclineReason::Refused(Refusal::TaskHash),
		DeclineReason::Failures,
		DeclineReason::Time,
		DeclineReason::Busy,
		DeclineReason::Stopping,
	] {
		assert!(!reason.excuse().lacks_content(), "{reason}: it says nothing about the content");
	}
}

#[test]
fn job_should_get_a_chance_when_the_deadline_is_short() {
	let short = |at, content| {
		let mut best = drawn(at);
		Arc::make_mut(&mut best.deal).terms.commit_blocks = 5;
		Case::new(best).local(|local| local.content = content)
	};
	// The draw was written in block 45.
	assert_eq!(short(46, Content::Ready).decide(), Step::Run { until: 50 });
	assert_eq!(short(47, Content::Ready).decide(), Step::Run { until: 50 });
	assert_eq!(short(48, Content::Ready).decide(), Step::Decline(DeclineReason::Time));
	assert_eq!(short(46, Content::Unknown).decide(), Step::Fetch);
	assert_eq!(short(47, Content::Unknown).decide(), Step::Decline(DeclineReason::Content));
}

#[test]
fn lost_transaction_should_be_sent_again_at_once_when_the_deadline_is_near() {
	let sent = |call, at| Some(Sent { call, at, tries: 9 });
	let commit = |sent_at, at| {
		let case = Case::new(drawn(at)).sealed(&record());
		case.local(|local| local.sent = sent(TaskCall::Commit, sent_at)).decide()
	};
	assert_eq!(commit(46, 46), Step::Wait(Wait::Transaction));
	assert_eq!(commit(46, 47), Step::Send(TaskCall::Commit));
	assert_eq!(commit(40, 44), Step::Wait(Wait::Transaction));
	assert_eq!(commit(40, 45), Step::Send(TaskCall::Commit), "no pause lasts into the last blocks");
	let decline = |sent_at, at| {
		let mut case =
			Case::new(drawn(at)).local(|local| local.sent = sent(TaskCall::Decline, sent_at));
		case.refusal = Some(Refusal::Profile);
		case.decide()
	};
	assert_eq!(decline(46, 46), Step::Wait(Wait::Transaction));
	assert_eq!(decline(46, 47), Step::Decline(DeclineReason::Refused(Refusal::Profile)));
}

#[test]
fn reveal_should_wait_until_the_phase_is_final() {
	let record = record();
	let seal = seal_of(&record);
	let case = |at| Case::new(revealing(at, seal)).sealed(&record);
	assert_eq!(case(51).decide(), Step::Wait(Wait::Finality));
	let behind = case(52).finalized(sealed_at(49, seal));
	assert_eq!(behind.decide(), Step::Wait(Wait::Finality));
	let ready = case(52).finalized(revealing(50, seal));
	assert_eq!(ready.decide(), Step::Send(TaskCall::Reveal));
	let mut other = revealing(50, seal);
	other.task_hash = Hash::zero();
	assert_eq!(case(52).finalized(other).decide(), Step::Wait(Wait::Finality), "another deal");
	let foreign = Seal { digest: Hash::zero(), ..seal };
	let other = case(52).finalized(revealing(50, foreign));
	assert_eq!(other.decide(), Step::Wait(Wait::Finality), "another seal");
	let late = case(59).finalized(revealing(50, seal));
	assert_eq!(late.decide(), Step::Wait(Wait::DeadlinePassed));
}

#[test]
fn reveal_should_not_wait_for_finality_in_the_last_blocks_when_so_configured() {
	let record = record();
	let mut case = Case::new(revealing(52, seal_of(&record))).sealed(&record);
	assert_eq!(case.decide(), Step::Wait(Wait::Finality));
	case.settings.reveal_without_finality = true;
	assert_eq!(case.decide(), Step::Send(TaskCall::Reveal));
	case.best = revealing(51, seal_of(&record));
	assert_eq!(case.decide(), Step::Wait(Wait::Finality));
}

#[test]
fn reveal_should_follow_the_best_chain_when_it_went_back_to_sealing() {
	let record = record();
	let seal = seal_of(&record);
	let case = Case::new(sealed_at(52, seal)).sealed(&record).finalized(revealing(50, seal));
	assert_eq!(case.decide(), Step::Wait(Wait::OthersSeal));
}

#[test]
fn foreign_seal_should_never_be_revealed() {
	let own = record();
	let salts = [[3; 32], [4; 32]];
	let other = seal_of(&Sealed::new(own.outcome, own.manifest.clone(), salts, 1));
	for view in [revealing(52, other), sealed_at(40, other)] {
		let expected = Step::ForeignSeal { on_chain: other };
		let finalized = revealing(50, other);
		let without = Case::new(view.clone()).finalized(finalized.clone());
		assert_eq!(without.decide(), expected);
		let with = Case::new(view).sealed(&own).finalized(finalized);
		assert_eq!(with.decide(), expected);
	}
}

#[test]
fn settled_states_should_be_waited_through() {
	let record = record();
	let seal = seal_of(&record);
	let revealed = ReplicaState::Revealed { outcome: record.outcome, report: seal.report };
	let running = TaskState::Running { wave: 1, until: 50 };
	let agreed = TaskState::Agreed { digest: Hash::zero(), until: 80 };
	for (state, replica, expected) in [
		(running.clone(), revealed, Wait::OthersSeal),
		(TaskState::Revealing { wave: 0, until: 60 }, revealed, Wait::OthersReveal),
		(agreed.clone(), revealed, Wait::ChallengeWindow),
		(TaskState::Disputed { case: 1, agreed: None }, revealed, Wait::Verdict),
		(agreed, ReplicaState::Drawn, Wait::DeadlinePassed),
		(running.clone(), ReplicaState::Declined(Excuse::Time), Wait::Out),
		(running.clone(), ReplicaState::Silent, Wait::Out),
		(running.clone(), ReplicaState::Withheld, Wait::Out),
		(running, ReplicaState::Denounced, Wait::Out),
	] {
		let case = Case::new(view(40, state, &[(0, replica)], NextStep::Seals(1, 50)));
		assert_eq!(case.sealed(&record).decide(), Step::Wait(expected));
	}
}

#[test]
fn outcome_should_be_public_only_when_it_was_revealed_or_the_wave_is_over() {
	let record = record();
	let seal = seal_of(&record);
	let revealed = ReplicaState::Revealed { outcome: record.outcome, report: seal.report };
	let public =
		|state, mine| is_public(&view(40, state, &[(0, mine)], NextStep::Poke), &account(1));
	let running = TaskState::Running { wave: 1, until: 50 };
	let revealing = TaskState::Revealing { wave: 0, until: 60 };
	for state in [waiting(), running, revealing] {
		assert!(!public(state.clone(), ReplicaState::Sealed(seal)), "{state:?}");
		assert!(!public(state.clone(), ReplicaState::Drawn), "{state:?}");
		assert!(public(state, revealed));
	}
	let others = [(1, revealed)];
	let state = TaskState::Revealing { wave: 0, until: 60 };
	assert!(!is_public(&view(40, state, &others, NextStep::Poke), &account(1)), "of another");
	let agreed = TaskState::Agreed { digest: Hash::zero(), until: 80 };
	for state in [agreed, TaskState::Disputed { case: 1, agreed: None }] {
		assert!(public(state, ReplicaState::Sealed(seal)), "no seal is admitted any more");
	}
}

#[test]
fn poke_should_be_taken_in_turns_by_those_with_money_in_the_task() {
	let silent = [(1, ReplicaState::Drawn), (0, ReplicaState::Silent)];
	let poke = |at, seen, state: TaskState, replicas: &[(u32, ReplicaState)]| {
		Case::new(view(at, state, replicas, NextStep::Poke))
			.local(|local| local.poke_seen = Some(seen))
			.decide()
	};
	let running = TaskState::Running { wave: 0, until: 50 };
	assert_eq!(poke(50, 50, running.clone(), &silent), Step::Wait(Wait::Out), "second in turn");
	assert_eq!(poke(51, 50, running.clone(), &silent), Step::Send(TaskCall::Poke));
	let first = [(0, ReplicaState::Drawn), (1, ReplicaState::Drawn)];
	assert_eq!(poke(50, 50, running.clone(), &first), Step::Send(TaskCall::Poke));
	let others = [(1, ReplicaState::Drawn)];
	assert_eq!(poke(99, 50, running, &others), Step::Wait(Wait::NotDrawn), "no money in it");
	// An expired ticket concerns all candidates; this one is the first of them.
	assert_eq!(poke(50, 50, waiting(), &[]), Step::Send(TaskCall::Poke));
	// Not drawn: the stake is locked until somebody writes the draw.
	assert_eq!(poke(69, 50, waiting(), &others), Step::Wait(Wait::NotDrawn));
	assert_eq!(poke(70, 50, waiting(), &others), Step::Send(TaskCall::Poke));
	// Drawn: the commit writes the draw, and not before it has to.
	assert_eq!(poke(60, 50, waiting(), &first), Step::Run { until: 80 });
}

/// Agreed on what uses `agreed` gas, where this replica revealed what uses `own`.
fn agreed_at(at: BlockNumber, agreed: u64, own: u64) -> SharedView {
	let digest = outcome(agreed).digest(&spec().hash());
	let mine = ReplicaState::Revealed { outcome: outcome(own), report: Hash::zero() };
	let state = TaskState::Agreed { digest, until: 60 };
	view(at, state, &[(0, mine)], NextStep::ChallengeWindow(60))
}

#[test]
fn report_should_be_opened_only_when_the_lie_it_was_sealed_with_is_agreed_on() {
	let waits = Step::Wait(Wait::ChallengeWindow);
	// The record's own outcome uses 7 gas, and what it reports 8.
	let betrayal = record().reporting(outcome(8));
	let case = |view| Case::new(view).sealed(&betrayal);
	let opens = Step::Report(Wait::ChallengeWindow);
	assert_eq!(case(agreed_at(50, 7, 7)).decide(), opens, "before it is final");
	assert_eq!(case(agreed_at(58, 7, 7)).decide(), opens, "as long as it can be in time");
	assert_eq!(case(agreed_at(59, 7, 7)).decide(), waits);
	assert_eq!(case(agreed_at(50, 8, 7)).decide(), waits, "the truth has won");
	assert_eq!(case(agreed_at(50, 8, 8)).decide(), waits);
	assert_eq!(Case::new(agreed_at(50, 7, 7)).sealed(&record()).decide(), waits, "no report");
	assert_eq!(Case::new(agreed_at(50, 7, 7)).decide(), waits, "no record");
	let refused = case(agreed_at(50, 7, 7)).local(|local| local.report_refused = true);
	assert_eq!(refused.decide(), waits);
	let on_its_way =
		case(agreed_at(50, 7, 7)).local(|local| local.sending.push(TaskCall::OpenReport));
	assert_eq!(on_its_way.decide(), waits, "and nobody can tell by its state");
	let disputed = |agreed: u64, others: &[u64]| {
		let agreed = Some(outcome(agreed).digest(&spec().hash()));
		let said = |gas| ReplicaState::Revealed { outcome: outcome(gas), report: Hash::zero() };
		let others = others.iter().zip(1..).map(|(gas, at)| (at, said(*gas)));
		let replicas: Vec<_> = [(0, said(7))].into_iter().chain(others).collect();
		view(50, TaskState::Disputed { case: 1, agreed }, &replicas, NextStep::Verdict(1))
	};
	let verdict = Step::Wait(Wait::Verdict);
	assert_eq!(case(disputed(7, &[7])).decide(), verdict, "somebody has questioned it");
	assert_eq!(case(disputed(8, &[8, 8])).decide(), verdict, "the truth has won");
	let in_time = case(disputed(7, &[7, 8])).decide();
	assert_eq!(in_time, Step::Report(Wait::Verdict), "a dissent is judged");
	assert_eq!(in_time.name(), verdict.name());
	assert_eq!(opens.name(), waits.name(), "health is public");
}

#[test]
fn report_should_be_sent_again_later_and_near_the_end_of_the_window_at_once() {
	let betrayal = record().reporting(outcome(8));
	let sent = |at, tries| Sent { call: TaskCall::OpenReport, at, tries };
	let decide = |now, sent| {
		let case = Case::new(agreed_at(now, 7, 7)).sealed(&betrayal);
		case.local(|local| local.sent = Some(sent)).decide()
	};
	assert_eq!(decide(41, sent(40, 1)), Step::Wait(Wait::ChallengeWindow));
	assert_eq!(decide(42, sent(40, 1)), Step::Report(Wait::ChallengeWindow));
	assert_eq!(decide(47, sent(40, 3)), Step::Wait(Wait::ChallengeWindow));
	assert_eq!(decide(48, sent(40, 3)), Step::Report(Wait::ChallengeWindow));
	assert_eq!(decide(57, sent(56, 9)), Step::Report(Wait::ChallengeWindow));
}

#[test]
fn misbehaviour_should_be_as_told_and_no_more() {
	let record = record();
	let seal = seal_of(&record);
	let misbehaving = Step::Wait(Wait::Misbehaving);
	assert_eq!(Case::new(drawn(30)).misbehaving(Misbehave::Silent).decide(), misbehaving);
	let reveal = || Case::new(revealing(52, seal)).sealed(&record).finalized(revealing(50, seal));
	assert_eq!(reveal().misbehaving(Misbehave::Withhold).decide(), misbehaving);
	assert_eq!(reveal().misbehaving(Misbehave::Lie).decide(), Step::Send(TaskCall::Reveal));
	let commit = Case::new(drawn(30)).sealed(&record).misbehaving(Misbehave::Withhold);
	assert_eq!(commit.decide(), Step::Send(TaskCall::Commit));
	let crash = Case::new(drawn(30)).sealed(&record).misbehaving(Misbehave::CrashAfterCommit);
	assert_eq!(crash.decide(), Step::Send(TaskCall::Commit));
}

#[test]
fn refused_task_should_be_declined_at_once_unless_it_is_sealed() {
	let declined = Step::Decline(DeclineReason::Refused(Refusal::Profile));
	let mut case = Case::new(drawn(30));
	case.refusal = Some(Refusal::Profile);
	assert_eq!(case.decide(), declined);
	case.best = drawn(49);
	assert_eq!(case.decide(), Step::Wait(Wait::DeadlinePassed), "a fee for nothing");
	case.best = view(30, waiting(), &[(0, ReplicaState::Drawn)], NextStep::Poke);
	assert_eq!(case.decide(), declined, "the decline writes the draw");
	case.best = drawn(30);
	assert_eq!(case.sealed(&record()).decide(), Step::Send(TaskCall::Commit));
	let mut silent = Case::new(drawn(30)).misbehaving(Misbehave::Silent);
	silent.refusal = Some(Refusal::Profile);
	assert_eq!(silent.decide(), Step::Wait(Wait::Misbehaving), "and nothing else is silent");
}

#[test]
fn refusal_should_name_the_first_reason() {
	let limits = WorkLimits {
		max_module_bytes: 100,
		max_input_bytes: 200,
		max_output_bytes: 1_000,
		max_gas: 1_000_000,
		max_memory_pages: 16,
		wall: Duration::from_secs(1),
	};
	let clients = Clients::default();
	let with = |change: &dyn Fn(&mut SharedView)| {
		let mut view = view(1, waiting(), &[], NextStep::Randomness);
		change(&mut view);
		view.task_hash = view.deal.request.task.hash_of(view.id.index);
		refusal(&view, &limits, &clients)
	};
	assert_eq!(with(&|_| {}), None);
	let large = |size| ContentRef { hash: Hash::zero(), size };
	let spec = |change: &dyn Fn(&mut assay_primitives::task::TaskSpec)| {
		with(&|view| change(&mut Arc::make_mut(&mut view.deal).request.task))
	};
	assert_eq!(
		spec(&|spec| spec.module = large(101)),
		Some(Refusal::ModuleSize { size: 101, limit: 100 })
	);
	assert_eq!(
		spec(&|spec| spec.input = Input::Blob(large(201))),
		Some(Refusal::InputSize { size: 201, limit: 200 })
	);
	assert_eq!(spec(&|spec| spec.input = Input::List(InputList::of(&[]).0)), None);
	assert_eq!(refused_input(&large(200), 200), None);
	assert_eq!(refused_input(&large(201), 200), Some(Refusal::InputSize { size: 201, limit: 200 }));
	assert_eq!(spec(&|spec| spec.input = Input::None), None);
	assert_eq!(spec(&|spec| spec.profile = Hash::zero()), Some(Refusal::Profile));
	assert_eq!(
		spec(&|spec| spec.limits.gas += 1),
		Some(Refusal::Gas { asked: 1_000_001, limit: 1_000_000 })
	);
	assert_eq!(
		spec(&|spec| spec.limits.memory_pages += 1),
		Some(Refusal::Memory { asked: 17, limit: 16 })
	);
	assert_eq!(
		spec(&|spec| spec.limits.output_bytes += 1),
		Some(Refusal::OutputSize { asked: 1_001, limit: 1_000 })
	);
	let mut lying = view(1, waiting(), &[], NextStep::Randomness);
	lying.task_hash = Hash::zero();
	assert_eq!(refusal(&lying, &limits, &clients), Some(Refusal::TaskHash));
	let denied = Clients { deny: vec![account(9)], ..Default::default() };
	let open = view(1, waiting(), &[], NextStep::Randomness);
	assert_eq!(refusal(&open, &limits, &denied), Some(Refusal::Client(account(9))));
	let shown = Refusal::ModuleSize { size: 2, limit: 1 }.to_string();
	assert!(shown.starts_with("module over max size"));
}

/// A task of a bag.
fn in_bag(mut view: SharedView) -> SharedView {
	let (list, _) = InputList::of(&[ContentRef::of(b"one"), ContentRef::of(b"two")]);
	let deal = Arc::make_mut(&mut view.deal);
	deal.request.task.input = Input::List(list);
	deal.tasks = 2;
	view.task_hash = deal.request.task.hash_of(view.id.index);
	view
}

/// Of a bag, drawn and not opened.
fn unopened(at: BlockNumber) -> SharedView {
	in_bag(view(at, waiting(), &[(0, ReplicaState::Drawn)], NextStep::Poke))
}

/// Last block in which a wave of the tests' deal can begin, and the one after.
const LAST_OPENING: BlockNumber = 300 - COMMIT_BLOCKS - 10;

#[test]
fn only_one_task_of_a_bag_should_have_the_program_fetched_before_the_draw() {
	let open = |scout| {
		let mut case = Case::new(in_bag(view(5, waiting(), &[], NextStep::Randomness)));
		case.local.content = Content::Unknown;
		case.room.scout = scout;
		case.decide()
	};
	assert_eq!(open(true), Step::Fetch);
	assert_eq!(open(false), Step::Wait(Wait::Randomness));
}

#[test]
fn unopened_task_should_wait_for_its_turn_and_for_slots() {
	let mut case = Case::new(unopened(30)).local(|local| local.content = Content::Unknown);
	assert_eq!(case.decide(), Step::Fetch);
	case.room.prepare = false;
	assert_eq!(case.decide(), Step::Wait(Wait::Turn));
	let mut case = Case::new(unopened(30));
	assert_eq!(case.decide(), Step::Run { until: LAST_OPENING + 1 }, "after what is opened");
	case.room.prepare = false;
	assert_eq!(case.decide(), Step::Run { until: LAST_OPENING + 1 }, "it has begun");
	let mut case = case.sealed(&record());
	assert_eq!(case.decide(), Step::Send(TaskCall::Commit));
	case.room.open = false;
	assert_eq!(case.decide(), Step::Wait(Wait::Slots));
	case.room.open = true;
	case.local.busy_until = 31;
	assert_eq!(case.decide(), Step::Wait(Wait::Slots));
	case.best = unopened(31);
	assert_eq!(case.decide(), Step::Send(TaskCall::Commit));
}

#[test]
fn opened_task_of_a_bag_should_wait_for_nothing() {
	let none = Room { scout: false, prepare: false, open: false };
	let mut case = Case::new(in_bag(drawn(30))).local(|local| local.content = Content::Unknown);
	case.room = none;
	assert_eq!(case.decide(), Step::Fetch);
	case.local.content = Content::Ready;
	assert_eq!(case.decide(), Step::Run { until: 50 });
	case.local.busy_until = 99;
	assert_eq!(case.sealed(&record()).decide(), Step::Send(TaskCall::Commit));
}

#[test]
fn unopened_task_should_not_be_declined_for_time_but_for_missing_content() {
	let late = Case::new(unopened(LAST_OPENING)).local(|local| local.job = Job::Running);
	assert_eq!(late.decide(), Step::Wait(Wait::Job));
	let missing = |at, asked_at| {
		let content = Content::Missing { attempts: 3, retry_at: 999 };
		let case = Case::new(unopened(at));
		case.local(|local| (local.content, local.asked_at) = (content, asked_at)).decide()
	};
	let until = 10 + COMMIT_BLOCKS;
	assert_eq!(missing(until - 5, Some(10)), Step::Wait(Wait::ContentMissing));
	assert_eq!(missing(until - 4, Some(10)), Step::Decline(DeclineReason::Content));
	assert_eq!(missing(until, None), Step::Wait(Wait::ContentMissing), "never asked for");
}

#[test]
fn refused_task_of_a_bag_should_be_declined_only_once_it_is_opened() {
	let refusal = Refusal::InputSize { size: 2, limit: 1 };
	let mut case = Case::new(unopened(30)).local(|local| local.refused = Some(refusal.clone()));
	assert_eq!(case.decide(), Step::Wait(Wait::Unwanted), "declining would open it");
	case.best = in_bag(drawn(30));
	case.room.open = false;
	assert_eq!(case.decide(), Step::Decline(DeclineReason::Refused(refusal)));
	let mut bag = Case::new(unopened(30));
	bag.refusal = Some(Refusal::Profile);
	assert_eq!(bag.decide(), Step::Wait(Wait::Unwanted), "all of its tasks");
}

#[test]
fn nobody_should_open_a_task_of_a_bag_without_a_seal() {
	let others = [(1, ReplicaState::Drawn), (2, ReplicaState::Drawn)];
	let mut view = in_bag(view(30, waiting(), &others, NextStep::Poke));
	for at in [30, 100, 250] {
		view.at = at;
		let case = Case::new(view.clone()).local(|local| local.poke_seen = Some(5));
		assert_eq!(case.decide(), Step::Wait(Wait::NotDrawn), "at {at}");
	}
	// No wave fits any more: its money goes back, for free.
	let over = in_bag(crate::scenes::view(280, waiting(), &[], NextStep::Poke));
	let case = Case::new(over).local(|local| local.poke_seen = Some(280));
	assert_eq!(case.decide(), Step::Send(TaskCall::Poke));
}
