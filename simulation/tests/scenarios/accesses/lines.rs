//! Cases that wait, and how they are let in: by blocks and by pokes, from all lines.

use super::*;
use assay_primitives::case::CaseStep;
use pallet_mediation::{Counts, Free, Links, WaitingDirected};

/// Levels by which free mediators are counted.
const LEVELS: u8 = 4;
/// Tasks of which each has a case.
const CASES: u32 = 8;

/// Who is free, as it is counted.
fn free() -> Vec<Counts> {
	(0..LEVELS).map(Free::<Runtime>::get).collect()
}

/// Has so many levels be counted as they were, and nobody be free by all others.
fn set_free(counts: &[Counts], levels: usize) {
	for (level, counts) in (0u8..).zip(counts) {
		let counts = if usize::from(level) < levels { counts.clone() } else { Counts::default() };
		Free::<Runtime>::insert(level, counts);
	}
}

/// Has somebody dissent from each of some tasks while nobody is free, so that all cases wait. Who was free before.
fn crowd(stage: &mut Stage, what: &str, judges: Judges) -> (Vec<CaseId>, Vec<Counts>) {
	let free = stage.chain.read(free);
	let all = stage.open_of(stage.request(quorum(3, 2), CASES), CASES, judges);
	stage.chain.read(|| set_free(&free, 0));
	stage.run(what, &all, |at| if at % 2 == 0 { truth() } else { lie() });
	let mut cases: Vec<CaseId> = stage.chain.read(|| {
		all.iter().filter_map(|task| Mediation::case_over(Subject::Task(*task))).collect()
	});
	// In the order of coming.
	cases.sort_unstable();
	assert!(cases.len() > 3, "{} of {CASES} have a case", cases.len());
	(cases, free)
}

/// The case whose turn it is.
fn first(stage: &mut Stage, cases: &[CaseId]) -> CaseId {
	let queued = |case: &&CaseId| matches!(stage.case(**case).case.phase, CasePhase::Queued { .. });
	*cases.iter().find(queued).expect("one waits")
}

/// Blocks let all in, and draw their committees.
fn let_in(stage: &mut Stage, what: &str, cases: &[CaseId]) {
	for _ in 0..100 {
		stage.block(what);
		let drawn =
			|case: &CaseId| matches!(stage.case(*case).case.phase, CasePhase::Sealing { .. });
		if cases.iter().all(drawn) {
			return;
		}
	}
	let steps: Vec<CaseStep> = cases.iter().map(|case| stage.case(*case).next).collect();
	panic!("{what}: {steps:?}");
}

#[test]
fn cases_of_the_pool_should_pay_for_being_let_in() {
	let mut stage = Stage::new(ALL);
	let (cases, free) = crowd(&mut stage, "cases that wait", Judges::Public);
	let (stranger, head) = (stage.stranger.clone(), first(&mut stage, &cases));
	let change = || set_free(&free, free.len());
	stage.trial_after("let in by a poke", change, &stranger, cases::poke(head));
	stage.chain.read(change);
	let_in(&mut stage, "let in by a block", &cases);
	stage.close();
}

/// Those that wait for stakes alone stand aside.
#[test]
fn cases_that_wait_for_stakes_should_pay_for_being_let_in() {
	let mut stage = Stage::new(ALL);
	let (cases, free) = crowd(&mut stage, "cases that wait for stakes", Judges::Public);
	stage.chain.read(|| set_free(&free, 1));
	for _ in 0..4 {
		stage.block("aside");
	}
	assert_eq!(stage.chain.read(|| Links::<Runtime>::iter().count()), cases.len());
	let (stranger, head) = (stage.stranger.clone(), first(&mut stage, &cases));
	let change = || set_free(&free, free.len());
	stage.trial_after("let in from aside by a poke", change, &stranger, cases::poke(head));
	stage.chain.read(change);
	let_in(&mut stage, "let in from aside", &cases);
	stage.close();
}

/// A draw for which nobody is free is put off, and comes first.
#[test]
fn draws_should_pay_for_being_put_off() {
	let mut stage = Stage::new(ALL);
	let (cases, free) = crowd(&mut stage, "draws that are put off", Judges::Public);
	let change = || set_free(&free, free.len());
	stage.chain.read(change);
	stage.block("tickets");
	stage.chain.read(|| set_free(&free, 0));
	for _ in 0..12 {
		stage.block("put off");
	}
	let (stranger, head) = (stage.stranger.clone(), first(&mut stage, &cases));
	stage.trial_after("let in again by a poke", change, &stranger, cases::poke(head));
	stage.chain.read(change);
	let_in(&mut stage, "let in again", &cases);
	stage.close();
}

/// Two named sets have turns, beside cases of the public pool.
#[test]
fn cases_of_named_sets_should_pay_for_being_let_in() {
	let mut stage = Stage::among(ALL, CROWD);
	let set = |from: u32| {
		let named = (from..from + MAX_MEDIATORS).map(|at| account(&mediator(at)));
		Judges::Named(Named::truncate_from(named.collect()))
	};
	let none = || WaitingDirected::<Runtime>::put(u32::MAX);
	stage.chain.read(none);
	let (mut cases, free) = crowd(&mut stage, "a named set", set(0));
	let (others, _) = crowd(&mut stage, "another named set", set(MAX_MEDIATORS));
	let (public, _) = crowd(&mut stage, "the pool beside", Judges::Public);
	let (stranger, head) = (stage.stranger.clone(), first(&mut stage, &cases));
	let change = || WaitingDirected::<Runtime>::put(0);
	stage.trial_after("let in from a named set by a poke", change, &stranger, cases::poke(head));
	stage.chain.read(|| {
		change();
		set_free(&free, free.len());
	});
	cases.extend(others);
	cases.extend(public);
	let_in(&mut stage, "let in set by set", &cases);
	for _ in 0..3 {
		stage.block("empty lines");
	}
	stage.close();
}

/// The court rules on one that stands between others in a line.
#[test]
fn court_should_pay_for_taking_a_case_out_of_its_line() {
	let mut stage = Stage::new(ALL);
	stage.chain.read(|| set_free(&free(), 1));
	let cases: Vec<_> =
		(0..3).map(|_| stage.court_case("a case for the court that waits")).collect();
	for _ in 0..4 {
		stage.block("aside");
	}
	assert_eq!(stage.chain.read(|| Links::<Runtime>::iter().count()), cases.len());
	let (case, spec, _) = &cases[1];
	let stranger = stage.stranger.clone();
	stage.send("the court takes one out of a line", &stranger, adjudicate(*case, spec));
	stage.close();
}
