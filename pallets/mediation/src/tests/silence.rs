//! Silence costs only who could act.

use super::*;
use assay_primitives::traits::CaseReason;

/// Lets all members of the first round be silent, with everybody who takes their places, and has the
/// court end the case. Returns what they have lost.
fn silent(request: CaseRequest) -> Vec<Balance> {
	let case = open_with(request);
	await_draw(case);
	while matches!(phase(case), CasePhase::Sealing { .. }) {
		expire(case);
	}
	assert_ok!(court_rules(case, &STRANGER, truth()));
	let members = Rounds::<Test>::get(case, 0).expect("held").members;
	members.iter().map(|member| RICH - wealth(&member.mediator)).collect()
}

#[test]
fn silent_member_should_lose_a_tenth_when_the_chain_promised_all_content() {
	build_and_execute(12, || {
		let lost = silent(request(1));
		assert_eq!(lost, vec![STAKE / 10; lost.len()]);
	});
}

#[test]
fn silent_member_should_lose_nothing_when_content_was_not_promised() {
	build_and_execute(12, || {
		Promised::set(Vec::new());
		let lost = silent(request(1));
		assert_eq!(lost, vec![0; lost.len()]);
		assert_eq!(lost.len(), 3, "nobody takes the place of those who could not act either");
	});
}

#[test]
fn silent_member_should_lose_nothing_when_the_promise_ends_before_the_time_for_sealing() {
	for (spare, lost) in [(0, 0), (1, STAKE / 10)] {
		build_and_execute(3, || {
			let case = open_and_draw(1);
			assert!(matches!(phase(case), CasePhase::Sealing { answers: true, .. }));
			let last = System::block_number() + DRAW_AFTER + SEAL;
			PromisedUntil::set(last - 1 + spare);
			let second = open(2);
			run_to(last - SEAL);
			let CasePhase::Sealing { until, .. } = phase(second) else { panic!("it was drawn") };
			assert_eq!(until, last);
			run_to(until);
			assert_ok!(poke(second));
			assert_ok!(court_rules(second, &STRANGER, truth()));
			assert!((0..3).all(|at| RICH - wealth(&stash(at)) == lost), "{spare}");
		});
	}
}

#[test]
fn content_should_help_nobody_when_it_is_promised_after_the_draw() {
	build_and_execute(3, || {
		Promised::set(Vec::new());
		let case = open_and_draw(1);
		Promised::set(vec![spec().module.hash]);
		expire(case);
		assert_ok!(court_rules(case, &STRANGER, truth()));
		assert!((0..3).all(|at| wealth(&stash(at)) == RICH));
	});
}

#[test]
fn excused_member_should_be_late_and_keep_its_record() {
	build_and_execute(3, || {
		Promised::set(Vec::new());
		let case = open_and_draw(1);
		let first = members(case)[0].clone();
		assert_ok!(seal_as(case, &members(case)[1], &truth()));
		expire(case);
		assert_eq!(round(case).members[0].vote, Vote::Excused);
		assert_noop!(seal_as(case, &first, &truth()), Error::<Test>::WrongPhase);
		assert_ok!(court_rules(case, &STRANGER, truth()));
		expire(case);
		assert_eq!(mediator(&first).record, MediatorRecord::default());
		assert_eq!(mediator(&first).bond.locked, 0);
	});
}

fn declare(index: u32, change: impl FnOnce(&mut CaseLimits)) {
	let mut terms = terms(8);
	change(&mut terms.limits);
	assert_ok!(Mediation::update(signed(stash(index)), terms));
}

#[test]
fn mediator_should_get_no_seat_when_its_machine_is_too_slow_or_the_wage_too_low() {
	build_and_execute(12, || {
		// Half of 30 blocks of three seconds for a million units.
		declare(0, |limits| limits.gas_per_second = 22_222);
		declare(1, |limits| limits.gas_per_second = 22_223);
		declare(2, |limits| limits.min_wage = WAGE + 1);
		declare(3, |limits| limits.min_wage = WAGE);
		run_to_era(2);
		for deal in 0..8 {
			Entropy::set(deal);
			let case = open_and_draw(deal);
			let refuses = [stash(0), stash(2)];
			assert!(members(case).iter().all(|one| !refuses.contains(one)), "{:?}", members(case));
			assert!(members(case).len() == 3);
			assert_ok!(court_rules(case, &STRANGER, truth()));
		}
	});
}

#[test]
fn sealing_should_last_as_long_as_the_gas_limit_takes() {
	build_and_execute(3, || {
		let mut spec = spec();
		for (gas, run_blocks, blocks) in [
			(1_000_000, 1, 20),
			(1_000_000, 30, 30),
			(75_000_000_000, 1, 100),
			(75_000_000_000, 200, 200),
			(1 << 46, 1, 1_000),
		] {
			spec.limits.gas = gas;
			let task_hash = spec.hash();
			let request = CaseRequest {
				spec: spec.clone(),
				task_hash,
				run_blocks,
				..request(gas + u64::from(run_blocks))
			};
			let case = open_with(request);
			await_draw(case);
			let terms = CaseTermsOf::<Test>::get(case).expect("open");
			match phase(case) {
				CasePhase::Sealing { until, .. } => {
					assert_eq!(until, System::block_number() + blocks, "{gas} {run_blocks}");
				},
				// Nobody declares that much.
				phase => assert!(gas > 1 << 40 && matches!(phase, CasePhase::Court { .. })),
			}
			assert!(Mediation::seal_blocks(terms.run_blocks) == blocks);
			assert_ok!(court_rules(case, &STRANGER, truth()));
		}
	});
}

/// Whoever keeps the content to itself holds places in which nobody can work.
#[test]
fn case_should_cost_its_wages_when_nobody_could_act() {
	build_and_execute(30, || {
		Promised::set(Vec::new());
		let before = issuance();
		let case = open_and_draw(1);
		expire(case);
		assert!(emitted(Event::RoundNotHeld { case, round: 0 }));
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
		expire(case);
		assert_eq!((ruling(case).truth, ruling(case).spent), (None, 3 * WAGE));
		assert_eq!(wealth(&CLIENT), RICH - 3 * WAGE);
		assert_eq!(before - issuance(), 3 * WAGE, "nobody gains by it");
		assert!((0..30).all(|at| wealth(&stash(at)) == RICH));
	});
}

/// Nobody has asked for it, and so chosen what it is worth.
#[test]
fn idle_place_should_cost_what_it_binds_when_dissent_has_opened_the_case() {
	for (reason, asked) in [(CaseReason::Dissent, false), (CaseReason::NoConsensus, true)] {
		build_and_execute(30, || {
			Promised::set(Vec::new());
			let wage = WAGE * 1_000_000;
			let funds = Mediation::cost(wage);
			let case = open_with(CaseRequest { reason, wage, funds, ..request(1) });
			await_draw(case);
			expire(case);
			expire(case);
			let terms = CaseTermsOf::<Test>::get(case).expect("it is kept");
			let binds = Constants::get().seats.wage.of(terms.spec.limits.gas, terms.run_blocks);
			assert!(binds < wage);
			let each = if asked { wage } else { binds };
			assert_eq!((ruling(case).truth, ruling(case).spent), (None, 3 * each));
			assert_eq!(wealth(&CLIENT), RICH - 3 * each);
		});
	}
}

/// Those who have worked come first.
#[test]
fn idle_seat_should_cost_no_more_than_the_funds_leave() {
	build_and_execute(30, || {
		Promised::set(Vec::new());
		let case = open_and_draw(1);
		for at in 0..2 {
			assert_ok!(seal_as(case, &members(case)[at], &truth()));
		}
		expire(case);
		assert_eq!(drawn(case).len(), 1, "others have shown that it can be done");
		expire(case);
		assert!(matches!(phase(case), CasePhase::Revealing { .. }));
		for at in 0..2 {
			assert_ok!(reveal_as(case, &members(case)[at], &truth()));
		}
		assert_ok!(court_rules(case, &STRANGER, truth()));
		assert_eq!(ruling(case).spent, 3 * WAGE, "two wages, and of two places one");
		assert_eq!(wealth(&members(case)[0]), RICH + WAGE);
	});
}

#[test]
fn verdict_should_stand_and_the_appeal_cost_nothing_when_nobody_could_hear_it() {
	build_and_execute(30, || {
		let case = open_and_draw(1);
		vote(case, 0);
		assert_ok!(appeal(case));
		Promised::set(Vec::new());
		await_draw(case);
		expire(case);
		assert!(
			matches!(phase(case), CasePhase::Court { standing: Some(it), .. } if it == truth())
		);
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!((wealth(&APPELLANT), held(&APPELLANT)), (RICH, 0));
	});
}

/// Whether a lie becomes the verdict where those who tell it have the content for themselves.
fn captured(bad: &[AccountId]) -> bool {
	let case = open(1);
	loop {
		let ours: Vec<_> = match phase(case) {
			CasePhase::AppealWindow { verdict, .. } => return verdict == lie(),
			CasePhase::Court { .. } => return false,
			CasePhase::AwaitingSeed { .. } => {
				await_draw(case);
				continue;
			},
			_ => members(case).into_iter().filter(|one| bad.contains(one)).collect(),
		};
		for one in &ours {
			let _ = seal_as(case, one, &lie());
		}
		for one in &ours {
			let _ = reveal_as(case, one, &lie());
		}
		if matches!(phase(case), CasePhase::Sealing { .. } | CasePhase::Revealing { .. }) {
			expire(case);
		}
	}
}

/// Honest members can't act, and each of them would be replaced by a reserve: three of six were enough, and then four of
/// fourteen.
#[test]
fn owner_of_a_fifth_should_seldom_judge_alone_when_the_content_is_kept_back() {
	const TRIALS: u64 = 400;
	let bad: Vec<_> = (0..8).map(stash).collect();
	let won = (0..TRIALS).filter(|trial| {
		let mut won = false;
		build_and_execute(40, || {
			Promised::set(Vec::new());
			Entropy::set(*trial);
			won = captured(&bad);
		});
		won
	});
	let share = won.count() as f64 / TRIALS as f64;
	println!("{share} of the cases are captured");
	assert!(share < 0.07, "{share}");
}
