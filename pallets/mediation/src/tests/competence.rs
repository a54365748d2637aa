//! Whether mediators can judge what they are drawn for: the size of the task, and the key of its input.

use super::*;
use assay_primitives::{
	content::ContentRef,
	task::{Input, TaskSpec},
};
use frame_support::weights::{Weight, constants::RocksDbWeight};

/// A case about a task whose input is private.
fn sealed(deal: u64) -> CaseRequest {
	let input = Input::Blob(ContentRef { hash: Hash::repeat_byte(8), size: 100 });
	let spec = TaskSpec { input, ..spec() };
	CaseRequest { task_hash: spec.hash(), spec, sealed: true, ..request(deal) }
}

/// Gives these mediators a place for keys, and waits until that is in effect.
fn with_inboxes(mediators: impl IntoIterator<Item = u32>) {
	for index in mediators {
		let terms = MediatorTerms { inbox: Some(inbox(1, b"http://m")), ..terms(8) };
		assert_ok!(Mediation::update(signed(stash(index)), terms));
	}
	run_to_era(2);
}

#[test]
fn mediator_should_get_no_seat_when_the_task_is_beyond_its_limits() {
	let beyond: [fn(&mut CaseLimits); 4] = [
		|limits| limits.max_gas = spec().limits.gas - 1,
		|limits| limits.max_memory_pages = spec().limits.memory_pages - 1,
		|limits| limits.max_output_bytes = spec().limits.output_bytes - 1,
		|limits| limits.max_module_bytes = spec().module.size - 1,
	];
	build_and_execute(12, || {
		for (index, lower) in beyond.into_iter().enumerate() {
			let mut small = terms(8);
			lower(&mut small.limits);
			assert_ok!(Mediation::update(signed(stash(index as u32)), small));
		}
		run_to_era(2);
		for deal in 0..8 {
			Entropy::set(deal);
			let case = open_and_draw(deal);
			let able: Vec<_> = (4..12).map(stash).collect();
			assert!(members(case).iter().all(|one| able.contains(one)), "{:?}", members(case));
		}
	});
}

/// What is declared after the ticket neither takes a seat away nor gives one.
#[test]
fn limits_should_count_as_they_were_when_the_ticket_was_taken() {
	build_and_execute(3, || {
		let case = open(1);
		let none = CaseLimits { max_gas: 0, ..CaseLimits::default() };
		let terms = MediatorTerms { limits: none, ..terms(8) };
		assert_ok!(Mediation::update(signed(stash(0)), terms));
		await_draw(case);
		assert!(members(case).contains(&stash(0)));
	});
}

#[test]
fn mediator_should_get_no_seat_when_the_input_is_private_and_it_takes_no_keys() {
	build_and_execute(12, || {
		with_inboxes(0..8);
		for deal in 0..6 {
			Entropy::set(deal);
			let case = open_with(sealed(deal));
			await_draw(case);
			let able: Vec<_> = (0..8).map(stash).collect();
			assert_eq!(members(case).len(), 3);
			assert!(members(case).iter().all(|one| able.contains(one)), "{:?}", members(case));
		}
		// A public input is for everybody.
		let drawn: Vec<_> = (10..20)
			.flat_map(|deal| {
				Entropy::set(deal);
				let case = open_and_draw(deal);
				members(case)
			})
			.collect();
		assert!(drawn.iter().any(|one| !(0..8).map(stash).any(|able| able == *one)));
	});
}

/// On a network where nobody takes keys, only the court can rule; nobody loses anything.
#[test]
fn case_of_a_private_input_should_await_the_court_when_nobody_takes_keys() {
	build_and_execute(12, || {
		let case = open_with(sealed(1));
		await_draw(case);
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
		expire(case);
		assert_eq!(ruling(case).truth, None);
		assert!((0..12).all(|index| wealth(&stash(index)) == RICH));
		assert_eq!(wealth(&CLIENT), RICH, "nobody worked, so the funds are back");
	});
}

/// A client that picks who gets the key, or gives it to nobody, can't have members slashed.
#[test]
fn silent_member_should_lose_nothing_when_the_input_is_private() {
	build_and_execute(12, || {
		with_inboxes(0..12);
		let case = open_with(sealed(1));
		await_draw(case);
		let first = members(case);
		for member in &first[..2] {
			assert_ok!(seal_as(case, member, &truth()));
		}
		expire(case);
		let third = drawn(case)[0].clone();
		assert_ok!(seal_as(case, &third, &truth()));
		for member in first[..2].iter().chain([&third]) {
			assert_ok!(reveal_as(case, member, &truth()));
		}
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!(wealth(&first[2]), RICH);
		assert_eq!(mediator(&first[2]).record, MediatorRecord::default());
		assert_eq!((mediator(&first[2]).bond.locked, mediator(&first[2]).seats.len()), (0, 0));
		assert!(wealth(&first[0]) > RICH);
	});
}

/// Whoever has sealed was given the key: it answers for what comes after.
#[test]
fn member_should_be_slashed_for_withholding_and_for_lying_when_the_input_is_private() {
	build_and_execute(12, || {
		with_inboxes(0..12);
		let case = open_with(sealed(1));
		await_draw(case);
		let first = members(case);
		assert_ok!(seal_as(case, &first[0], &truth()));
		assert_ok!(seal_as(case, &first[1], &lie()));
		assert_ok!(seal_as(case, &first[2], &truth()));
		assert_ok!(reveal_as(case, &first[0], &truth()));
		assert_ok!(reveal_as(case, &first[1], &lie()));
		expire(case);
		vote(case, 0);
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		let fifth = Mediation::stake(WAGE) / 5;
		assert_eq!(wealth(&first[1]), RICH - fifth);
		assert_eq!(wealth(&first[2]), RICH - fifth);
	});
}

/// Whoever opens a deal chooses limits that hardly anybody can judge, and so how many are drawn in vain.
#[test]
fn draw_should_weigh_its_steps_when_hardly_anybody_can_take_the_case() {
	build_and_execute(150, || {
		DrawsPerBlock::set(0);
		let case = open(1);
		lock(0..150, true);
		pass(DRAW_AFTER);
		let weight = Mediation::do_poke(case).expect("the seed is known");
		let skipped = |event: &Event<Test>| matches!(event, Event::MediatorSkipped { .. });
		let steps = events().iter().filter(|event| skipped(event)).count() as u64;
		assert_eq!(steps, u64::from(MAX_STEPS));
		// A position and a mediator are read for each, and the mediator is written.
		let least = RocksDbWeight::get().reads_writes(2 * steps, steps);
		assert!(weight.all_gte(Weight::from_parts(least.ref_time(), 0)), "{weight:?}");
		let worst = Mediation::worst_poke();
		assert!(weight.all_lte(worst), "{weight:?} above {worst:?}");
		lock(0..150, false);
	});
}

/// Locks all of the bonds of mediators without a seat, or none.
fn lock(mediators: impl IntoIterator<Item = u32>, all: bool) {
	for index in mediators {
		Mediators::<Test>::mutate(stash(index), |one| {
			let one = one.as_mut().expect("registered");
			if one.seats.is_empty() {
				one.bond.locked = if all { one.bond.held } else { 0 };
			}
		});
	}
}

/// Whoever names gas or a wage that honest ones do not take would choose who judges.
#[test]
fn round_should_not_be_held_by_less_than_two_thirds_of_the_pool() {
	build_and_execute(12, || {
		let small = MediatorTerms { limits: CaseLimits::SMALL, ..terms(8) };
		for index in 0..5 {
			assert_ok!(Mediation::update(signed(stash(index)), small.clone()));
		}
		run_to_era(2);
		let mut spec = spec();
		spec.limits.gas = CaseLimits::SMALL.max_gas + 1;
		let task_hash = spec.hash();
		let case = open_with(CaseRequest { spec, task_hash, ..request(1) });
		assert!(emitted(Event::RoundNotHeld { case, round: 0 }));
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
		expire(case);
		assert_eq!((ruling(case).truth, ruling(case).spent), (None, 0));
		open_and_draw(2);
	});
}

/// An appeal that nobody can hear costs nothing.
#[test]
fn appeal_should_be_returned_when_too_few_of_the_pool_are_left_to_hear_it() {
	build_and_execute(24, || {
		let case = open_and_draw(1);
		vote(case, 3);
		let none = CaseLimits { max_gas: 0, ..CaseLimits::default() };
		for index in 0..13 {
			let terms = MediatorTerms { limits: none, ..terms(8) };
			assert_ok!(Mediation::update(signed(stash(index)), terms));
		}
		assert_ok!(appeal(case));
		assert!(matches!(phase(case), CasePhase::Court { standing: Some(_), .. }));
		expire(case);
		assert_eq!(wealth(&APPELLANT), RICH);
		assert_eq!(held(&APPELLANT), 0);
	});
}

/// As many reserves are tried where none can take a place as where all can.
#[test]
fn replacing_should_be_weighed_when_no_reserve_can_take_a_place() {
	build_and_execute(12, || {
		let case = open_and_draw(1);
		let drawn = members(case);
		assert_eq!(drawn.len(), 3);
		lock(0..12, true);
		let CasePhase::Sealing { until, .. } = phase(case) else { panic!("it was drawn") };
		System::set_block_number(until);
		let weight = Mediation::do_poke(case).expect("the deadline has passed");
		let open = <Test as Config>::WeightInfo::open_round(0);
		let tried = <Test as Config>::WeightInfo::replace();
		let looked = <Test as Config>::WeightInfo::poke();
		assert!(weight.all_gte(open.saturating_add(tried).saturating_add(looked)), "{weight:?}");
		lock(0..12, false);
	});
}
