//! Decisions about cases.

use super::*;
use crate::{
	eligible::case_refusal,
	limits::{Modules, WorkLimits},
	scenes::{account, case_view},
};
use std::time::Duration;

const SEALING: CasePhase = CasePhase::Sealing { wave: 0, until: 40, answers: true };
const REVEALING: CasePhase = CasePhase::Revealing { until: 40 };
const SEAL: Hash = Hash::repeat_byte(8);

/// The decision of mediator 1, which has sealed [`SEAL`] if `sealed`.
fn decision(best: &CaseView, finalized: Option<&CaseView>, sealed: bool, local: &Local) -> Step {
	decide(&PlanContext {
		me: &account(1),
		best,
		finalized,
		own_seal: sealed.then_some(SEAL),
		local,
		refusal: None,
		reveal_without_finality: true,
		misbehave: None,
	})
}

fn at(block: BlockNumber, phase: CasePhase, vote: Vote) -> CaseView {
	case_view(block, phase, &[(2, Vote::Drawn), (1, vote)])
}

#[test]
fn drawn_member_should_run_then_seal_and_stop_at_the_deadline() {
	let local = Local::default();
	let drawn = at(20, SEALING, Vote::Drawn);
	assert_eq!(decision(&drawn, None, false, &local), Step::Run { until: 40 });
	assert_eq!(decision(&drawn, None, true, &local), Step::Send(CaseCall::Seal));
	for (job, wait) in [
		(Job::Queued, Wait::Job),
		(Job::Running, Wait::Job),
		(Job::Failed { retry_at: 21 }, Wait::RetryJob),
	] {
		let local = Local { job, ..Default::default() };
		assert_eq!(decision(&drawn, None, false, &local), Step::Wait(wait));
	}
	let again = Local { job: Job::Failed { retry_at: 20 }, ..Default::default() };
	assert_eq!(decision(&drawn, None, false, &again), Step::Run { until: 40 });
	let often = Local { failures: MAX_RUN_FAILURES, ..again };
	assert_eq!(decision(&drawn, None, false, &often), Step::Wait(Wait::Failures));
	for sealed in [false, true] {
		let late = at(39, SEALING, Vote::Drawn);
		assert_eq!(decision(&late, None, sealed, &local), Step::Wait(Wait::DeadlinePassed));
	}
	let others = case_view(20, SEALING, &[(2, Vote::Drawn)]);
	assert_eq!(decision(&others, None, false, &local), Step::Wait(Wait::NotMember));
}

#[test]
fn seal_should_be_revealed_only_when_revealing_is_final_or_time_runs_out() {
	let local = Local::default();
	let best = at(30, REVEALING, Vote::Sealed(SEAL));
	let wait = Step::Wait(Wait::Finality);
	assert_eq!(decision(&best, None, true, &local), wait);
	let sealing = at(28, SEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&best, Some(&sealing), true, &local), wait);
	let mut earlier = at(28, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&best, Some(&earlier), true, &local), Step::Send(CaseCall::Reveal));
	earlier.case.round = 1;
	assert_eq!(decision(&best, Some(&earlier), true, &local), wait, "another round");
	let last = at(37, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&last, None, true, &local), Step::Send(CaseCall::Reveal));
	let late = at(39, REVEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&late, None, true, &local), Step::Wait(Wait::DeadlinePassed));
	let waiting = at(30, SEALING, Vote::Sealed(SEAL));
	assert_eq!(decision(&waiting, Some(&waiting), true, &local), Step::Wait(Wait::OthersSeal));
}

#[test]
fn seal_of_somebody_else_should_never_be_revealed() {
	let foreign = Hash::repeat_byte(9);
	for sealed in [false, true] {
		let best = at(37, REVEALING, Vote::Sealed(foreign));
		let step = decision(&best, Some(&best), sealed, &Local::default());
		assert_eq!(step, Step::ForeignSeal { on_chain: foreign });
	}
}

#[test]
fn transaction_should_be_sent_again_only_after_its_effect_had_time() {
	let drawn = |now| at(now, SEALING, Vote::Drawn);
	let sending = Local { sending: Some(CaseCall::Seal), ..Default::default() };
	let wait = Step::Wait(Wait::Transaction);
	assert_eq!(decision(&drawn(20), None, true, &sending), wait);
	let sent = |at| Local { sent: Some((CaseCall::Seal, at)), ..Default::default() };
	assert_eq!(decision(&drawn(21), None, true, &sent(20)), wait);
	assert_eq!(decision(&drawn(22), None, true, &sent(20)), Step::Send(CaseCall::Seal));
	assert_eq!(
		decision(&drawn(37), None, true, &sent(36)),
		Step::Send(CaseCall::Seal),
		"in a hurry"
	);
}

#[test]
fn deadlines_should_be_left_to_idle_blocks_for_a_while() {
	let best = |now| {
		let mut view = case_view(now, REVEALING, &[(2, Vote::Silent), (1, Vote::Revealed(SEAL))]);
		view.next = CaseStep::Poke;
		view
	};
	let local = Local { poke_seen: Some(40), ..Default::default() };
	for now in 40..44 {
		assert_eq!(decision(&best(now), None, true, &local), Step::Wait(Wait::OthersReveal));
	}
	assert_eq!(decision(&best(44), None, true, &local), Step::Send(CaseCall::Poke));
	let calm = case_view(44, REVEALING, &[(1, Vote::Revealed(SEAL))]);
	assert_eq!(decision(&calm, None, true, &local), Step::Wait(Wait::OthersReveal));
}

#[test]
fn case_should_be_refused_by_module_and_by_limits_and_never_after_it_was_run() {
	let limits = WorkLimits {
		max_module_bytes: 16 << 20,
		max_input_bytes: 1 << 30,
		max_output_bytes: 1 << 20,
		max_gas: 100_000_000_000,
		max_memory_pages: 16_384,
		wall: Duration::from_secs(60),
	};
	let view = at(20, SEALING, Vote::Drawn);
	let module = view.terms.spec.module.hash;
	let refused = |modules: &Modules, limits| case_refusal(&view.terms, limits, modules);
	assert_eq!(refused(&Modules::default(), &limits), None);
	let listed = Modules { allow: vec![module], deny: vec![] };
	assert_eq!(refused(&listed, &limits), None);
	let other = Modules { allow: vec![Hash::zero()], deny: vec![] };
	assert_eq!(refused(&other, &limits), Some(Refusal::Module(module)));
	let denied = Modules { allow: vec![module], deny: vec![module] };
	assert_eq!(refused(&denied, &limits), Some(Refusal::Module(module)));
	let mut small = limits;
	small.max_gas = 1;
	let refusal = refused(&Modules::default(), &small).expect("too much gas");
	assert_eq!(refusal.name(), "gas");
	let mut forged = view.terms.clone();
	forged.task_hash = Hash::zero();
	let refused = case_refusal(&forged, &limits, &Modules::default());
	assert_eq!(refused, Some(Refusal::TaskHash));
	for (sealed, step) in
		[(false, Step::Refuse(refusal.clone())), (true, Step::Send(CaseCall::Seal))]
	{
		let context = PlanContext {
			me: &account(1),
			best: &view,
			finalized: None,
			own_seal: sealed.then_some(SEAL),
			local: &Local::default(),
			refusal: Some(&refusal),
			reveal_without_finality: true,
			misbehave: None,
		};
		assert_eq!(decide(&context), step);
	}
}
