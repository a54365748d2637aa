//! The acceptance cases that concern mediation, by their numbers. Those about the division of a task's
//! money among client and providers (MED-04, MED-07 to MED-12) belong to the ledger.

use super::*;

/// MED-01 Mediation cannot be cut short.
#[test]
fn med_01_no_phase_should_end_before_its_deadline() {
	build_and_execute(9, || {
		pass(90);
		let case = open(1);
		let early = |blocks| {
			for _ in 0..blocks {
				assert_noop!(poke(case), Error::<Test>::NothingToDo);
				next_block();
			}
		};
		early(DRAW_AFTER);
		early(SEAL);
		// Nobody has sealed: the reserves are asked, again in vain.
		assert_ok!(poke(case));
		early(SEAL);
		assert_ok!(poke(case));
		assert_eq!(Cases::<Test>::get(case).map(|case| case.round), Some(1));
		assert_noop!(appeal(case), Error::<Test>::WrongPhase);
	});
}

/// MED-02 Cheater pays for the check. The committee earns its wages and nobody but members, appellants
/// and the client gets anything; what the client is out is told to the ledger, which takes it from the
/// cheater.
#[test]
fn med_02_cost_of_a_case_should_be_told_and_go_to_members_only() {
	build_and_execute(3, || {
		let all: Balance = issuance();
		let case = open(1);
		vote(case, 0);
		expire(case);
		let [(_, _, told)] = Rulings::get()[..] else { panic!("one ruling") };
		assert_eq!(told.spent, 3 * WAGE);
		let mediators: Balance = (0..3).map(|at| wealth(&stash(at)) - RICH).sum();
		assert_eq!(mediators, told.spent);
		assert_eq!(RICH - wealth(&CLIENT), told.spent);
		assert_eq!(issuance(), all);
		assert_eq!(wealth(&STRANGER), RICH);
	});
}

/// MED-03 Silent mediator.
#[test]
fn med_03_silent_mediator_should_pay_and_be_replaced_in_time() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let first = members(case);
		for who in &first[1..] {
			assert_ok!(seal_as(case, who, &truth()));
		}
		expire(case);
		let replacement = drawn(case)[0].clone();
		assert!(!first.contains(&replacement));
		assert_ok!(seal_as(case, &replacement, &truth()));
		for who in first[1..].iter().chain([&replacement]) {
			assert_ok!(reveal_as(case, who, &truth()));
		}
		expire(case);
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!(wealth(&first[0]), RICH - STAKE / 10);
		let last = CaseTermsOf::<Test>::get(case).expect("kept").last_block;
		assert!(System::block_number() < last);
	});
}

/// MED-05 Asking is not a crime.
#[test]
fn med_05_client_should_pay_the_fee_at_most_whatever_happens() {
	for (lies, appeals) in [(0, false), (0, true), (1, false), (3, true)] {
		build_and_execute(40, || {
			let case = open(1);
			vote(case, lies);
			if appeals {
				assert_ok!(appeal(case));
			}
			if matches!(phase(case), CasePhase::AwaitingSeed { .. }) {
				vote(case, 0);
			}
			expire(case);
			assert_eq!(ruling(case).truth, Some(truth()));
			assert!(RICH - wealth(&CLIENT) <= Mediation::cost(WAGE));
		});
	}
}

/// MED-06 Two runs differ. Here determinism is enforced by the profile, so different outcomes are
/// somebody's fault: the case escalates, the module is named in an event, and who was wrong is slashed
/// by the final ruling instead of nobody.
#[test]
fn med_06_split_committee_should_escalate_and_name_the_module() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 1);
		let module = spec().module.hash;
		assert!(emitted(Event::CommitteeSplit { case, round: 0, module }));
		assert!((0..12).all(|at| wealth(&stash(at)) == RICH));
		assert_eq!(Cases::<Test>::get(case).map(|case| case.round), Some(1));
	});
}

/// MED-13 Unanimity first.
#[test]
fn med_13_two_to_one_should_escalate_to_seven_and_three_to_nothing_stand() {
	build_and_execute(12, || {
		let split = open(1);
		vote(split, 1);
		await_draw(split);
		assert_eq!(members(split).len(), 7);
		let unanimous = open(2);
		vote(unanimous, 0);
		expire(unanimous);
		assert_eq!(ruling(unanimous).truth, Some(truth()));
	});
}

/// MED-14 Copied vote.
#[test]
fn med_14_copied_seal_should_not_open() {
	build_and_execute(3, || {
		let case = open_and_draw(1);
		let members = members(case);
		let (one, other) = (&members[0], &members[1]);
		let copied = seal_of(case, one, &truth());
		assert_ok!(seal_as(case, one, &truth()));
		assert_ok!(seal_with(operator_of(other), case, copied));
		assert_ok!(seal_as(case, &members[2], &truth()));
		assert_ok!(reveal_as(case, one, &truth()));
		let opened = Mediation::reveal(signed(operator_of(other)), case, truth(), salt_of(one));
		assert_noop!(opened, Error::<Test>::SealMismatch);
	});
}

/// MED-14: neither does the same seal open in another case or round.
#[test]
fn med_14_seal_of_another_case_or_round_should_not_open() {
	let genesis = Hash::zero();
	let seal = |case, round| {
		assay_primitives::seal::seal_verdict(&genesis, case, round, &stash(0), &truth(), &[1; 32])
	};
	assert_ne!(seal(1, 0), seal(2, 0));
	assert_ne!(seal(1, 0), seal(1, 1));
}

/// MED-15 Committee is drawn late: it depends on outputs of blocks after the case.
#[test]
fn med_15_committee_should_depend_on_blocks_after_the_ticket_only() {
	let drawn = |before: u64, after: u64| {
		let mut drawn = Vec::new();
		build_and_execute(100, || {
			Entropy::set(before);
			pass(20);
			let case = open(1);
			assert!(Mediation::committee_draw(case, 0).is_none());
			pass(1);
			Entropy::set(after);
			await_draw(case);
			drawn = members(case);
		});
		drawn
	};
	assert_eq!(drawn(1, 3), drawn(2, 3));
	assert_ne!(drawn(1, 3), drawn(1, 4));
}

/// MED-16 Undecided at the top.
#[test]
fn med_16_nobody_should_be_slashed_when_the_last_committee_is_divided() {
	build_and_execute(70, || {
		let case = open(1);
		for seats in ROUNDS {
			await_draw(case);
			assert_eq!(members(case).len() as u32, seats);
			split(case);
		}
		assert!(matches!(phase(case), CasePhase::Court { standing: None, .. }));
		expire(case);
		assert_eq!(ruling(case).truth, None);
		assert!(
			(0..70).all(|at| held(&stash(at)) == BOND && mediator(&stash(at)).bond.locked == 0)
		);
	});
}

/// MED-16: twenty of 31 are not enough, twenty-one are.
#[test]
fn med_16_last_committee_should_need_more_than_two_thirds() {
	for (lies, standing) in [(11, None), (10, Some(truth()))] {
		build_and_execute(70, || {
			let case = open(1);
			for _ in 0..3 {
				split(case);
			}
			vote(case, lies);
			assert!(
				matches!(phase(case), CasePhase::Court { standing: found, .. } if found == standing)
			);
		});
	}
}

/// MED-17 Anyone may appeal.
#[test]
fn med_17_unrelated_account_should_get_its_bond_back_and_a_part_of_what_the_wrong_lose() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 3);
		assert_ok!(appeal(case));
		vote(case, 0);
		expire(case);
		assert_eq!(held(&APPELLANT), 0);
		assert_eq!(wealth(&APPELLANT), RICH + 7 * WAGE);
	});
}

/// A lie of all members of a committee, with all of the pool's stake behind it, is overturned by one
/// honest account through the court.
#[test]
fn one_honest_account_should_overturn_everybody_through_the_court() {
	build_and_execute(70, || {
		let case = open(1);
		for seats in ROUNDS {
			vote(case, seats as usize);
			if seats < 31 {
				assert_ok!(appeal(case));
			}
		}
		assert!(
			matches!(phase(case), CasePhase::Court { standing: Some(found), .. } if found == lie())
		);
		let before = wealth(&STRANGER);
		assert_ok!(court_rules(case, &STRANGER, truth()));
		assert_eq!(ruling(case).truth, Some(truth()));
		assert_eq!((0..70).filter(|at| held(&stash(*at)) < BOND).count(), 56);
		assert!(wealth(&STRANGER) > before);
	});
}
