use super::*;
use assay_primitives::traits::{CaseTask, Cases as _};

fn rules(case: CaseId, digest: Hash) -> sp_runtime::DispatchResult {
	court_rules(case, &STRANGER, digest).map(|_| ())
}

#[test]
fn court_should_end_a_case_at_once_in_every_phase() {
	build_and_execute(70, || {
		let waiting = open(1);
		assert_ok!(rules(waiting, truth()));
		let sealing = open(2);
		await_draw(sealing);
		assert_ok!(rules(sealing, truth()));
		let appealable = open(3);
		vote(appealable, 3);
		assert_ok!(rules(appealable, truth()));
		let last = open(4);
		for _ in ROUNDS {
			split(last);
		}
		assert!(matches!(phase(last), CasePhase::Court { standing: None, .. }));
		assert_ok!(rules(last, truth()));
		for case in [waiting, sealing, appealable, last] {
			assert_eq!(ruling(case).truth, Some(truth()));
			assert!(ruling(case).by_court);
			assert_noop!(rules(case, lie()), Error::<Test>::WrongPhase);
			assert_eq!(Mediation::open_task(case), None);
		}
		assert_eq!(Rulings::get().len(), 4);
		assert_noop!(rules(77, truth()), Error::<Test>::CaseNotFound);
	});
}

#[test]
fn court_should_overturn_a_whole_committee_and_reward_who_asked() {
	build_and_execute(9, || {
		let case = open(1);
		vote(case, 3);
		let members = members(case);
		let before = free(&STRANGER);
		assert_ok!(rules(case, truth()));
		for who in &members {
			assert_eq!(held(who), BOND - STAKE / 5);
			assert_eq!(wealth(who), RICH - STAKE / 5);
			assert_eq!(mediator(who).record.against, 1);
		}
		// Half of what was not burnt; nobody was right, so the rest is burnt as well.
		let penalties = 3 * STAKE / 5 * 9 / 10;
		assert_eq!(free(&STRANGER) - before, penalties / 2);
		assert_eq!(free(&CLIENT), RICH);
		assert_eq!(ruling(case).spent, 0);
	});
}

#[test]
fn court_should_punish_nobody_whose_turn_had_not_come() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let members = members(case);
		assert_ok!(seal_as(case, &members[0], &lie()));
		assert_ok!(rules(case, truth()));
		expire(case);
		assert!(members.iter().all(|who| wealth(who) == RICH && mediator(who).bond.locked == 0));
		assert_eq!(free(&CLIENT), RICH);
	});
}

#[test]
fn court_should_see_what_is_to_be_run() {
	build_and_execute(3, || {
		let case = open(1);
		let task = CaseTask { spec: spec(), index: 0, task_hash: spec().hash() };
		assert_eq!(Mediation::open_task(case), Some(task));
		assert_eq!(Mediation::open_task(77), None);
	});
}

#[test]
fn court_should_take_the_bond_of_an_appeal_that_it_finds_wrong() {
	build_and_execute(12, || {
		let case = open(1);
		vote(case, 0);
		assert_ok!(appeal(case));
		assert_ok!(rules(case, truth()));
		assert_eq!(held(&APPELLANT), 0);
		assert_eq!(wealth(&APPELLANT), RICH - 14 * WAGE);
		assert_eq!(Rounds::<Test>::iter_prefix(case).count(), 1);
	});
}

fn pay(case: CaseId, reason: PayReason) -> Vec<(AccountId, Balance)> {
	let paid = |event| match event {
		Event::Paid { case: of, to, amount, reason: why } if of == case && why == reason => {
			Some((to, amount))
		},
		_ => None,
	};
	events().into_iter().filter_map(paid).collect()
}

#[test]
fn court_should_let_members_open_what_they_had_sealed_and_pay_it() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let members = members(case);
		assert_ok!(seal_as(case, &members[0], &truth()));
		assert_ok!(seal_as(case, &members[1], &lie()));
		assert_ok!(rules(case, truth()));
		let until = System::block_number() + REVEAL;
		let (bill, due) = (CourtBill { to: STRANGER, amount: 0 }, false);
		assert_eq!(phase(case), CasePhase::Ruled { truth: truth(), bill, until, due });
		assert!(emitted(Event::OpeningsAwaited { case, truth: truth(), until }));
		assert_eq!(Mediation::open_task(case), None);
		assert_noop!(rules(case, lie()), Error::<Test>::WrongPhase);
		// It is too late to seal, and an opening gives nothing away.
		assert_noop!(seal_as(case, &members[2], &truth()), Error::<Test>::WrongPhase);
		assert_ok!(reveal_as(case, &members[0], &truth()));
		expire(case);
		assert_eq!(wealth(&members[0]), RICH + WAGE);
		assert_eq!(wealth(&members[1]), RICH, "its time to open had not come");
		assert_eq!(wealth(&members[2]), RICH);
		assert_eq!(ruling(case).spent, WAGE);
		assert!(ruling(case).by_court);
	});
}

#[test]
fn court_should_close_the_case_when_all_have_opened_their_seals() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let members = members(case);
		for who in &members {
			assert_ok!(seal_as(case, who, &truth()));
		}
		assert_ok!(rules(case, truth()));
		for who in &members {
			assert_noop!(poke(case), Error::<Test>::NothingToDo);
			assert_ok!(reveal_as(case, who, &truth()));
		}
		assert_ok!(poke(case));
		assert!(members.iter().all(|who| wealth(who) == RICH + WAGE));
		assert_eq!(ruling(case).truth, Some(truth()));
	});
}

#[test]
fn court_should_spare_nobody_who_had_to_open_its_seal_before() {
	build_and_execute(9, || {
		let case = open_and_draw(1);
		let members = members(case);
		for (who, digest) in members.iter().zip([truth(), lie(), lie()]) {
			assert_ok!(seal_as(case, who, &digest));
		}
		assert_ok!(reveal_as(case, &members[1], &lie()));
		assert_ok!(rules(case, truth()));
		assert_ok!(reveal_as(case, &members[0], &truth()));
		expire(case);
		assert_eq!(wealth(&members[1]), RICH - STAKE / 5);
		assert_eq!(wealth(&members[2]), RICH - STAKE / 5, "it has withheld its opening");
		assert!(wealth(&members[0]) > RICH);
		// Of what the vote has cost; nothing of what withholding has.
		let arrived = STAKE / 5 * 9 / 10;
		assert_eq!(pay(case, PayReason::CourtReward), [(STRANGER, arrived / 2)]);
	});
}

#[test]
fn court_should_reward_nobody_when_members_were_only_silent() {
	build_and_execute(12, || {
		let case = open_and_draw(1);
		for _ in 0..3 {
			expire(case);
		}
		let before = wealth(&STRANGER);
		assert_ok!(rules(case, truth()));
		assert_eq!(wealth(&STRANGER), before);
		let silent = events().into_iter().filter(|event| matches!(event, Event::Slashed { .. }));
		assert!(silent.count() > 0, "they were silent where the chain kept all content");
	});
}

#[test]
fn court_should_reward_no_party_of_the_case() {
	let party = |who: AccountId, request: CaseRequest| {
		build_and_execute(9, || {
			let case = open_with(request);
			vote(case, 3);
			assert_ok!(court_rules(case, &who, truth()));
			assert_eq!(pay(case, PayReason::CourtReward), []);
			assert!(ruling(case).by_court);
		});
	};
	party(CLIENT, request(1));
	party(STRANGER, CaseRequest { excluded: vec![STRANGER], ..request(1) });
	party(STRANGER, CaseRequest { refund: STRANGER, ..request(1) });
	// The key of a mediator that is a party.
	party(operator(8), CaseRequest { excluded: vec![stash(8)], ..request(1) });
}

/// It has told the truth where a whole committee did not. Who votes falsely pays for that, as far as its penalty goes.
#[test]
fn party_should_get_back_what_the_court_has_cost_and_no_more() {
	let arrived = 3 * (STAKE / 5 * 9 / 10);
	for (fee, lies, due) in
		[(0, 3, 0), (7, 3, 7), (arrived, 3, arrived), (RICH, 3, arrived), (7, 0, 0)]
	{
		build_and_execute(9, || {
			CourtFee::set(fee);
			let case = open_with(CaseRequest { excluded: vec![STRANGER], ..request(1) });
			vote(case, lies);
			assert_ok!(rules(case, truth()));
			assert_eq!(pay(case, PayReason::CourtReward), []);
			let paid: Balance = pay(case, PayReason::CourtCost).iter().map(|(_, it)| it).sum();
			assert_eq!(paid, due, "a fee of {fee}");
		});
	}
}

#[test]
fn stranger_should_get_what_the_court_has_cost_when_that_is_more_than_its_reward() {
	let arrived = 3 * (STAKE / 5 * 9 / 10);
	for (fee, due) in [(0, arrived / 2), (arrived / 2 + 9, arrived / 2 + 9), (RICH, arrived)] {
		build_and_execute(9, || {
			CourtFee::set(fee);
			let case = open(1);
			vote(case, 3);
			assert_ok!(rules(case, truth()));
			assert_eq!(pay(case, PayReason::CourtReward), [(STRANGER, due)]);
		});
	}
}

fn bill(to: AccountId, amount: Balance) -> CourtBill {
	CourtBill { to, amount }
}

/// What a stranger is owed is for whoever the case belongs to, whose liars' stakes are not here.
#[test]
fn stranger_should_be_owed_what_false_votes_have_not_paid_of_the_court() {
	let arrived = 3 * (STAKE / 5 * 9 / 10);
	for (fee, lies, owed) in [(arrived / 2, 3, 0), (arrived, 3, 0), (arrived + 7, 3, 7), (9, 0, 9)]
	{
		build_and_execute(9, || {
			CourtFee::set(fee);
			let case = open(1);
			vote(case, lies);
			assert_ok!(rules(case, truth()));
			let due = (owed > 0).then(|| bill(STRANGER, owed));
			assert_eq!(Bills::get(), Vec::from_iter(due), "a fee of {fee}");
		});
	}
}

/// Members are paid for judging, and parties have something to gain.
#[test]
fn nobody_of_the_case_should_be_owed_what_the_court_has_cost() {
	let arrived = 3 * (STAKE / 5 * 9 / 10);
	for lies in [0, 3] {
		let calls = |who: &dyn Fn(CaseId) -> AccountId| {
			build_and_execute(9, || {
				CourtFee::set(2 * arrived);
				let case = open_with(CaseRequest { excluded: vec![CLIENT], ..request(1) });
				vote(case, lies);
				let who = who(case);
				assert_ok!(court_rules(case, &who, truth()));
				assert_eq!(Bills::get(), [], "{who:?}");
				assert_eq!(pay(case, PayReason::CourtReward), []);
				let back = pay(case, PayReason::CourtCost);
				assert_eq!(back, Vec::from_iter((lies > 0).then_some((who, arrived))));
			});
		};
		calls(&|_| CLIENT);
		calls(&|case| members(case)[0].clone());
		calls(&|case| operator_of(&members(case)[2]));
	}
}

/// Whatever a call costs when the case is closed.
#[test]
fn stranger_should_be_owed_what_the_court_did_cost_when_seals_are_opened_first() {
	build_and_execute(9, || {
		CourtFee::set(7);
		let case = open_and_draw(1);
		assert_ok!(seal_as(case, &members(case)[0], &truth()));
		assert_ok!(rules(case, truth()));
		CourtFee::set(9_000);
		expire(case);
		assert_eq!(Bills::get(), [bill(STRANGER, 7)]);
	});
}

#[test]
fn stranger_should_be_owed_as_much_when_the_ruling_is_taken_later() {
	build_and_execute(9, || {
		CourtFee::set(7);
		let case = open(1);
		RulingsAreRefused::set(true);
		assert_ok!(rules(case, truth()));
		assert_eq!(Bills::get(), []);
		RulingsAreRefused::set(false);
		assert_ok!(Mediation::hand_over(signed(CLIENT), case));
		assert_eq!(Bills::get(), [bill(STRANGER, 7)]);
	});
}
