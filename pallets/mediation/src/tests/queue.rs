//! Cases that wait until they can be drawn.

use super::*;
use assay_primitives::BlockNumber;
use frame_support::{traits::Hooks, weights::Weight};

/// Fills the places of three mediators: eight each.
fn crowd() -> Vec<CaseId> {
	DrawsPerBlock::set(100);
	let cases: Vec<CaseId> = (0..8).map(open).collect();
	pass(DRAW_AFTER);
	assert!(cases.iter().all(|case| drawn(*case).len() == 3));
	MaxQueued::set(4);
	cases
}

fn queued(case: CaseId) -> bool {
	matches!(phase(case), CasePhase::Queued { round: 0 })
}

#[test]
fn case_should_wait_in_the_order_of_coming_until_enough_of_the_pool_have_places() {
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
		await_draw_of(&waiting[1..2]);
		assert!(queued(waiting[2]), "in the order in which they were put off");
		vote(cases[2], 0);
		await_draw_of(&waiting[2..]);
	});
}

/// Places are left, and the stakes are not.
#[test]
fn case_should_wait_when_bonds_are_locked() {
	build_and_execute(3, || {
		let dear = |deal| {
			let (wage, funds) = (STAKE, Mediation::cost(STAKE));
			open_with(CaseRequest { wage, funds, ..request(deal) })
		};
		let first = dear(1);
		let second = dear(2);
		pass(DRAW_AFTER);
		assert_eq!(mediator(&stash(0)).bond.unlocked(), 0);
		assert_eq!(mediator(&stash(0)).places, 2);
		let waiting = open(3);
		assert!(queued(waiting));
		vote(first, 0);
		pass(1);
		assert!(queued(waiting), "a place is not a stake");
		assert_ok!(court_rules(second, &STRANGER, truth()));
		next_block();
		await_draw(waiting);
		assert_eq!(members(waiting).len(), 3);
	});
}

fn trio() -> Judges {
	Judges::Named(Named::truncate_from((0..3).map(stash).collect()))
}

fn directed(deal: u64) -> CaseId {
	open_with(CaseRequest { judges: trio(), ..request(deal) })
}

/// Half of everything is for cases of the public pool.
#[test]
fn case_of_a_named_set_should_wait_for_the_set_and_stand_in_nobodys_way() {
	build_and_execute(3, || {
		let cases: Vec<CaseId> = (0..5).map(directed).collect();
		pass(2 * DRAW_AFTER);
		assert!(cases[..4].iter().all(|case| members(*case).len() == 3));
		assert!(queued(cases[4]), "four of eight places");
		assert_noop!(poke(cases[4]), Error::<Test>::NothingToDo);
		let public: Vec<CaseId> = (10..14).map(open).collect();
		pass(2 * DRAW_AFTER);
		assert!(public.iter().all(|case| members(*case).len() == 3));
		vote(cases[0], 0);
		assert_ok!(poke(cases[4]));
		await_draw(cases[4]);
		assert_eq!(members(cases[4]).len(), 3);
	});
}

#[test]
fn directed_cases_should_lock_no_more_than_half_of_a_bond() {
	build_and_execute(3, || {
		let dear = |deal| {
			let (wage, funds) = (STAKE, Mediation::cost(STAKE));
			open_with(CaseRequest { wage, funds, judges: trio(), ..request(deal) })
		};
		let (first, second) = (dear(1), dear(2));
		pass(2 * DRAW_AFTER);
		assert_eq!(members(first).len(), 3);
		assert!(queued(second));
		assert_eq!(mediator(&stash(0)).bond.unlocked(), MIN_BOND);
	});
}

/// Locks all of the bonds of mediators without a seat, or none.
fn lock(all: bool) {
	for stash in Mediators::<Test>::iter_keys().collect::<Vec<_>>() {
		Mediation::reseat(&stash, |entry| {
			let one = entry.as_mut().expect("registered");
			if one.seats.is_empty() {
				one.bond.locked = if all { one.bond.held } else { 0 };
			}
		});
	}
}

/// Cases that wait for each other's stakes would wait for ever.
#[test]
fn later_round_should_be_given_up_when_stakes_are_locked_beyond_its_time() {
	build_and_execute(9, || {
		let case = open(1);
		vote(case, 0);
		lock(true);
		assert_ok!(appeal(case));
		assert!(matches!(phase(case), CasePhase::Queued { round: 1 }));
		let last = CaseTermsOf::<Test>::get(case).expect("open").last_block;
		run_to(last - 1);
		assert!(matches!(phase(case), CasePhase::Queued { round: 1 }));
		next_block();
		assert!(
			matches!(phase(case), CasePhase::Court { standing: Some(it), .. } if it == truth())
		);
		lock(false);
	});
}

/// It would hold the stakes of its case's members for as long as somebody has each of its draws put off.
#[test]
fn later_round_should_be_granted_no_more_time_when_its_draw_is_put_off() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		let last = || CaseTermsOf::<Test>::get(case).expect("open").last_block;
		let before = last();
		assert_ok!(appeal(case));
		for _ in 0..3 {
			assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }), "{:?}", phase(case));
			lock(true);
			pass(DRAW_AFTER);
			assert!(matches!(phase(case), CasePhase::Queued { round: 1 }));
			lock(false);
			next_block();
			assert_eq!(last(), before);
		}
		lock(true);
		run_to(before);
		next_block();
		assert!(matches!(phase(case), CasePhase::Court { standing: Some(_), .. }));
		lock(false);
	});
}

/// The one before it in the line may wait for the stakes that it holds.
#[test]
fn later_round_should_be_given_up_wherever_it_stands_in_the_line() {
	build_and_execute(9, || {
		let case = open(1);
		vote(case, 0);
		let first = open(2);
		lock(true);
		pass(DRAW_AFTER);
		assert!(queued(first));
		assert_ok!(appeal(case));
		let last = CaseTermsOf::<Test>::get(case).expect("open").last_block;
		run_to(last);
		assert!(matches!(phase(case), CasePhase::Queued { round: 1 }));
		Mediation::on_idle(System::block_number(), Weight::MAX);
		assert!(matches!(phase(case), CasePhase::Court { standing: Some(_), .. }));
		lock(false);
		await_draw_of(&[first]);
	});
}

#[test]
fn later_round_should_not_wait_for_the_end_of_its_own_case() {
	build_and_execute(12, || {
		for at in 0..12 {
			assert_ok!(Mediation::unbond(signed(stash(at)), MIN_BOND));
		}
		pass(UNBONDING + ERA);
		for at in 0..12 {
			assert_ok!(Mediation::withdraw(signed(stash(at))));
		}
		// Each seat takes all of a bond now.
		let (wage, funds) = (STAKE, Mediation::cost(STAKE));
		let case = open_with(CaseRequest { wage, funds, ..request(1) });
		for seats in [3, 7] {
			vote(case, 0);
			assert_eq!(members(case).len(), seats);
			assert_ok!(appeal(case));
		}
		assert!(matches!(phase(case), CasePhase::AwaitingSeed { .. }), "{:?}", phase(case));
		await_draw(case);
		assert!(matches!(phase(case), CasePhase::Court { standing: Some(_), .. }));
	});
}

/// Who knows a seed before its draw may see to it that those whom he does not like have no place left: he has cases of
/// theirs drawn before, or lets his own mediators open their seals.
#[test]
fn committee_should_be_drawn_in_the_block_in_which_its_seed_is_known() {
	build_and_execute(30, || {
		let public: Vec<CaseId> = (0..40).map(open).collect();
		let named: Vec<CaseId> = (40..44).map(directed).collect();
		pass(60);
		for case in public.into_iter().chain(named) {
			let draw = round(case).draw.expect("it is drawn");
			assert_eq!(draw.at, draw.ticket.taken_at + DRAW_AFTER, "case {case}");
		}
	});
}

/// More tickets than committees can be drawn would outlive their seeds.
#[test]
fn tickets_should_be_taken_for_so_many_draws_at_a_time() {
	build_and_execute(3, || {
		DrawsPerBlock::set(1);
		let cases: Vec<CaseId> = (0..3).map(directed).collect();
		assert!(!queued(cases[0]) && queued(cases[1]) && queued(cases[2]));
		assert_noop!(poke(cases[1]), Error::<Test>::NothingToDo);
		next_block();
		assert!(!queued(cases[1]) && queued(cases[2]));
		BeaconIsDry::set(true);
		let late: Vec<CaseId> = (3..60).map(directed).collect();
		pass(50);
		assert!(queued(late[40]), "seeds are late, and would be forgotten");
		assert_eq!(WaitingDirected::<Test>::get(), 32);
	});
}

/// Whoever names three mediators in six orders had six turns.
#[test]
fn set_should_have_one_line_in_whatever_order_it_is_named() {
	build_and_execute(9, || {
		DrawsPerBlock::set(1);
		let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
		for (deal, order) in orders.into_iter().enumerate() {
			let judges = Judges::Named(Named::truncate_from(order.map(stash).to_vec()));
			for at in 0..2 {
				let deal = 10 * deal as u64 + at;
				open_with(CaseRequest { judges: judges.clone(), ..request(deal) });
			}
		}
		assert_eq!(Lines::<Test>::iter().count(), 1);
		assert_eq!(Mediation::waiting_for(&trio()), 11);
	});
}

/// Whoever brings many cases about for a set of his own had all tickets of named sets, as long as he was the quickest to
/// ask for those that came back.
#[test]
fn tickets_should_be_handed_out_set_by_set_whoever_asks_first() {
	build_and_execute(9, || {
		DrawsPerBlock::set(1);
		let many: Vec<CaseId> = (0..30).map(directed).collect();
		let other = Judges::Named(Named::truncate_from((3..6).map(stash).collect()));
		let one = open_with(CaseRequest { judges: other, ..request(40) });
		assert!(queued(one));
		for _ in 0..DRAW_AFTER + 2 {
			next_block();
			for case in &many {
				let _ = poke(*case);
			}
			let _ = poke(one);
		}
		assert!(!queued(one), "its set has had its turn");
		assert!(many.iter().filter(|case| queued(**case)).count() > 15, "others wait still");
	});
}

#[test]
fn cases_of_a_named_set_should_be_let_in_in_the_order_of_coming() {
	build_and_execute(3, || {
		DrawsPerBlock::set(1);
		let cases: Vec<CaseId> = (0..7).map(directed).collect();
		assert!(cases[1..].iter().all(|case| queued(*case)));
		assert_ok!(court_rules(cases[4], &STRANGER, truth()));
		pass(2);
		assert!(!queued(cases[2]) && queued(cases[3]));
		assert_noop!(poke(cases[5]), Error::<Test>::NothingToDo);
		pass(1);
		assert!(!queued(cases[3]) && queued(cases[5]) && queued(cases[6]));
		pass(1);
		assert!(!queued(cases[5]) && queued(cases[6]), "nobody waits for a case that is over");
	});
}

/// They have no deadline, and one can have as many as one likes.
#[test]
fn waiting_cases_should_not_keep_idle_blocks_from_those_with_deadlines() {
	build_and_execute(3, || {
		let cases: Vec<CaseId> = (0..44).map(directed).collect();
		pass(2 * DRAW_AFTER);
		assert!(cases.iter().filter(|case| queued(**case)).count() > 30);
		let CasePhase::Sealing { until, .. } = phase(cases[0]) else { panic!("it was drawn") };
		run_to(until);
		let idle = || Mediation::on_idle(System::block_number(), Weight::MAX);
		idle();
		assert!(!matches!(phase(cases[0]), CasePhase::Sealing { wave: 0, .. }));
	});
}

/// Three mediators that have the least bond.
fn with_least_bonds(test: impl FnOnce()) {
	assay_mocks::execute_and_check(ext_with(&[MIN_BOND; 3]), test, Mediation::do_try_state);
}

/// A case whose seats put all of the least bond at risk.
fn dear(deal: u64) -> CaseId {
	let (wage, funds) = (STAKE, Mediation::cost(STAKE));
	open_with(CaseRequest { wage, funds, ..request(deal) })
}

/// A dear case that nobody had a stake left for had all others wait.
#[test]
fn cases_should_pass_one_that_waits_for_stakes() {
	with_least_bonds(|| {
		let first = open_and_draw(1);
		let dear = dear(2);
		let cheap = open(3);
		pass(1 + DRAW_AFTER);
		assert!(queued(dear));
		assert_eq!(members(cheap).len(), 3);
		for case in [first, cheap] {
			assert_ok!(court_rules(case, &STRANGER, truth()));
		}
		assert_ok!(poke(dear));
		await_draw(dear);
		assert_eq!(members(dear).len(), 3);
	});
}

/// Whoever had a dear case wait had all wait behind it that had ever found too little for themselves.
#[test]
fn case_should_pass_a_dearer_one_as_soon_as_it_has_the_stakes_that_it_needs() {
	with_least_bonds(|| {
		let of = |deal, wage| {
			open_with(CaseRequest { wage, funds: Mediation::cost(wage), ..request(deal) })
		};
		let large = of(1, 8 * WAGE);
		await_draw(large);
		let small = of(2, WAGE / 10);
		pass(1 + DRAW_AFTER);
		assert_eq!(members(small).len(), 3);
		let (dear, middle, last) = (dear(3), open(4), open(5));
		next_block();
		assert!(queued(dear) && queued(middle) && queued(last), "a fifth of each bond is left");
		assert_ok!(court_rules(large, &STRANGER, truth()));
		assert_noop!(poke(dear), Error::<Test>::NothingToDo);
		pass(3);
		assert!(!queued(middle) && !queued(last) && queued(dear));
		assert_ok!(court_rules(small, &STRANGER, truth()));
		for case in [middle, last] {
			await_draw(case);
			assert_ok!(court_rules(case, &STRANGER, truth()));
		}
		pass(2);
		await_draw(dear);
		assert_eq!(members(dear).len(), 3);
	});
}

#[test]
fn dear_case_should_leave_its_line_when_the_court_rules() {
	with_least_bonds(|| {
		let first = open_and_draw(1);
		let cases = [dear(2), dear(3), dear(4)];
		pass(2);
		assert_ok!(court_rules(cases[1], &STRANGER, truth()));
		assert_ok!(court_rules(cases[0], &STRANGER, truth()));
		assert_eq!(Mediation::waiting_for(&Judges::Public), 1);
		assert_ok!(court_rules(first, &STRANGER, truth()));
		assert_ok!(poke(cases[2]));
		assert!(!Lines::<Test>::contains_key(Hash::zero()));
	});
}

#[test]
fn dear_case_should_have_its_turn_however_many_others_come() {
	with_least_bonds(|| {
		const ENDS_AFTER: BlockNumber = 40;
		let mut others = vec![open_and_draw(1)];
		let dear = dear(2);
		let mut drawn = 0;
		while queued(dear) {
			let now = System::block_number();
			assert!(now < 1_000, "it has waited in vain");
			if now.is_multiple_of(10) {
				others.push(open(u64::from(now) + 10));
			}
			let ends = |case: &CaseId| {
				let at = Rounds::<Test>::get(case, 0).and_then(|round| round.draw);
				at.is_some_and(|draw| draw.at + ENDS_AFTER <= now)
			};
			let (over, left): (Vec<_>, Vec<_>) = others.into_iter().partition(ends);
			for case in &over {
				assert_ok!(court_rules(*case, &STRANGER, truth()));
			}
			drawn += over.len();
			others = left;
			next_block();
		}
		await_draw(dear);
		assert_eq!(members(dear).len(), 3, "{:?}", phase(dear));
		assert!(drawn > 10, "{drawn} have passed it");
	});
}

#[test]
fn case_that_waits_for_stakes_should_hold_others_up_for_a_quarter_of_the_time() {
	for waited in [128, 1_000, 10_000, 1_000_000] {
		let held = (0..waited).filter(|waited| crate::queue::holds_up(*waited)).count();
		assert!(4 * held <= waited as usize, "{held} of {waited}");
	}
	assert!(!crate::queue::holds_up(95) && crate::queue::holds_up(96));
	assert!(!crate::queue::holds_up(128) && crate::queue::holds_up(128 + 192));
	let _ = crate::queue::holds_up(BlockNumber::MAX);
}

/// The chain was late, and not the seed.
#[test]
fn round_should_not_be_given_up_when_nobody_has_looked_for_its_seed() {
	build_and_execute(3, || {
		let case = open(1);
		System::set_block_number(2 * SEED_BLOCKS);
		assert_ok!(poke(case));
		assert!(
			matches!(phase(case), CasePhase::AwaitingSeed { until, .. } if until == 3 * SEED_BLOCKS)
		);
		await_draw(case);
		assert_eq!(members(case).len(), 3);
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
		assert_ok!(court_rules(first, &STRANGER, truth()));
		assert!(ruling(first).by_court);
		vote(cases[0], 0);
		next_block();
		assert!(!queued(second), "nobody waits for a case that is over");
	});
}

#[test]
fn questions_should_be_put_off_and_other_cases_be_opened_when_the_queue_is_full() {
	build_and_execute(3, || {
		crowd();
		let room = || <Mediation as Arbiter>::has_room(&Judges::Public);
		for deal in 10..18 {
			assert_eq!(room(), deal < 14, "what opens by itself does all the same");
			open(deal);
		}
		assert!(!room());
		assert!(<Mediation as Arbiter>::has_room(&trio()));
		directed(19);
	});
}
