//! Cases that wait for places.

use super::*;
use assay_primitives::traits::Cases as _;

/// Fills the places of three mediators: eight each.
fn crowd() -> Vec<CaseId> {
	DrawsPerBlock::set(100);
	let cases: Vec<CaseId> = (0..8).map(open).collect();
	pass(DRAW_AFTER);
	assert!(cases.iter().all(|case| drawn(*case).len() == 3));
	cases
}

fn queued(case: CaseId) -> bool {
	matches!(phase(case), CasePhase::Queued { round: 0 })
}

#[test]
fn case_should_wait_in_the_order_of_coming_until_half_of_the_pool_has_places() {
	build_and_execute(3, || {
		let cases = crowd();
		let waiting: Vec<CaseId> = (10..13).map(open).collect();
		assert!(waiting.iter().all(|case| queued(*case)));
		assert_eq!(CaseStep::Places, Mediation::case_view(waiting[0]).expect("kept").next);
		pass(3);
		assert_noop!(poke(waiting[0]), Error::<Test>::NothingToDo);
		vote(cases[0], 0);
		assert_noop!(poke(waiting[1]), Error::<Test>::NothingToDo);
		next_block();
		// All three have a place now, and until the draws as many are let in as come.
		assert!(waiting.iter().all(|case| !queued(*case)));
		pass(DRAW_AFTER);
		assert_eq!(members(waiting[0]).len(), 3);
		assert!(queued(waiting[1]) && queued(waiting[2]), "they wait again, before all others");
		vote(cases[1], 0);
		vote(cases[2], 0);
		await_draw_of(&waiting[1..]);
	});
}

fn await_draw_of(cases: &[CaseId]) {
	for _ in 0..2 * DRAW_AFTER {
		next_block();
	}
	assert!(cases.iter().all(|case| members(*case).len() == 3), "{:?}", phase(cases[0]));
}

#[test]
fn case_should_not_be_let_in_before_others_that_wait() {
	build_and_execute(3, || {
		let cases = crowd();
		let first = open(10);
		DrawsPerBlock::set(0);
		vote(cases[0], 0);
		// There are places, and somebody waits.
		let second = open(11);
		assert!(queued(first) && queued(second));
		assert_noop!(poke(second), Error::<Test>::NothingToDo);
		assert_ok!(poke(first));
		assert_ok!(poke(second));
	});
}

#[test]
fn court_should_rule_while_a_case_waits() {
	build_and_execute(3, || {
		let cases = crowd();
		let (first, second) = (open(10), open(11));
		assert_ok!(Mediation::court_ruled(first, &STRANGER, truth()));
		assert!(ruling(first).by_court);
		vote(cases[0], 0);
		next_block();
		assert!(!queued(second), "nobody waits for a case that is over");
	});
}

#[test]
fn open_case_should_be_refused_when_the_queue_is_full() {
	build_and_execute(3, || {
		crowd();
		let room = || <Mediation as Arbiter>::has_room(&Judges::Public);
		for deal in 10..18 {
			assert_eq!(room(), deal < 14, "the second half is for cases that open by themselves");
			open(deal);
		}
		assert!(try_open(request(18)).is_err());
		let judges = Judges::Named(Named::truncate_from((0..3).map(stash).collect()));
		assert!(<Mediation as Arbiter>::has_room(&judges));
		assert!(try_open(CaseRequest { judges, ..request(19) }).is_ok());
	});
}

/// Whoever fills the queue would end the windows in which his lies can be questioned.
#[test]
fn refusals_should_be_remembered_for_windows_that_they_fell_into() {
	build_and_execute(3, || {
		let cases = crowd();
		let lacked = |since| <Mediation as Arbiter>::lacked_room_since(since, &Judges::Public);
		(10..13).for_each(|deal| {
			open(deal);
		});
		assert!(!lacked(0));
		open(13);
		let first = System::block_number();
		pass(2);
		assert!(lacked(System::block_number() + 9), "there is none now");
		DrawsPerBlock::set(1);
		vote(cases[0], 0);
		next_block();
		let last = System::block_number();
		assert!(last > first && lacked(last) && !lacked(last + 1));
		let judges = Judges::Named(Named::truncate_from((0..3).map(stash).collect()));
		assert!(!<Mediation as Arbiter>::lacked_room_since(0, &judges));
	});
}
