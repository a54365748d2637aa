//! What mediators do, and all rounds of cases.

use super::*;
use assay_primitives::{
	case::{CaseLimits, MediatorStatus, MediatorTerms},
	profile::Profile,
};
use assay_simulation::salt_of;
use pallet_mediation::{Call, Cases, Mediators};

/// All terms that a mediator may declare.
fn terms() -> MediatorTerms {
	let profiles = BoundedVec::truncate_from(vec![Profile::BASE.id(), Profile::SIMD.id()]);
	MediatorTerms { capacity: 8, limits: CaseLimits::LARGE, profiles, inbox: None }
}

/// A mediator from its registration to its removal.
#[test]
fn mediators_should_pay_for_what_they_access() {
	let mut stage = Stage::new(3);
	let [stash, operator, other] = ["Newcomer", "NewcomersKey", "NewcomersOther"].map(key);
	for who in [&stash, &operator, &other] {
		let gift = assay_simulation::market::transfer(&account(who), 4 * BOND);
		assert_ok!(stage.chain.send(&key("Alice"), gift));
	}
	let register = |operator: &Pair| {
		let operator = account(operator);
		Call::<Runtime>::register { operator, terms: terms(), bond: BOND }
	};
	let accept = || Call::<Runtime>::accept_operator { stash: account(&stash) };
	let name = |operator: &Pair| Call::<Runtime>::set_operator { operator: account(operator) };
	stage.trial("register with the own key", &stash, register(&stash));
	stage.send("register", &stash, register(&operator));
	stage.send("accept_operator", &operator, accept());
	stage.trial("resign_operator", &operator, Call::<Runtime>::resign_operator {});
	stage.trial("set_operator to the own key", &stash, name(&stash));
	stage.send("set_operator", &stash, name(&other));
	stage.send("accept_operator again", &other, accept());
	stage.send("update", &stash, Call::<Runtime>::update { terms: terms() });
	stage.send("bond_more", &stash, Call::<Runtime>::bond_more { amount: BOND });
	stage.send("unbond", &stash, Call::<Runtime>::unbond { amount: BOND / 4 });
	let elapse = |stage: &mut Stage| {
		stage.chain.read(|| {
			Mediators::<Runtime>::mutate(account(&stash), |entry| {
				let mediator = entry.as_mut().expect("it is registered");
				mediator.bond.unbonding.iter_mut().for_each(|chunk| chunk.at = 0);
				if let MediatorStatus::Leaving { at, .. } = &mut mediator.status {
					*at = 0;
				}
			});
		});
	};
	elapse(&mut stage);
	stage.send("withdraw a part", &stash, Call::<Runtime>::withdraw {});
	stage.send("leave", &stash, Call::<Runtime>::leave {});
	elapse(&mut stage);
	stage.send("withdraw all", &stash, Call::<Runtime>::withdraw {});
	// Its position is free, and is taken again.
	stage.send("register at a free position", &stash, register(&operator));
	stage.close();
}

/// Four rounds that agree on nothing, and the court after them.
#[test]
fn committees_that_split_should_pay_for_what_they_access() {
	let mut stage = Stage::among(ALL, CROWD);
	let (case, spec, truth) = stage.court_case("a split");
	let says = |at: u32| Some(Outcome { gas_used: u64::from(at) + 1, ..truth });
	stage.judge_by("a split", case, says, |phase| matches!(phase, CasePhase::Court { .. }));
	let rounds = stage.case(case).rounds;
	let seats: Vec<_> = rounds.iter().map(|round| round.seats).collect();
	assert_eq!(seats, ROUNDS, "all rounds were held");
	let stranger = stage.stranger.clone();
	stage.trial("the court after four rounds", &stranger, adjudicate(case, &spec));
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	stage.judge_by("no court after four rounds", case, says, closed);
	stage.close();
}

/// A lie that all committees confirm, each of them upon an appeal, until the court finds otherwise.
#[test]
fn appeals_should_pay_for_what_they_access_up_to_the_last_round() {
	let mut stage = Stage::among(ALL, CROWD);
	let (case, spec, truth) = stage.court_case("appeals");
	let false_one = Outcome { gas_used: truth.gas_used + 1, ..truth };
	let stranger = stage.stranger.clone();
	for round in 0..ROUNDS.len() as u8 {
		let heard = |phase: &CasePhase| {
			matches!(phase, CasePhase::AppealWindow { .. } | CasePhase::Court { .. })
		};
		stage.judge(&format!("appeals, round {round}"), case, false_one, heard);
		if let CasePhase::AppealWindow { verdict: digest, .. } = stage.case(case).case.phase {
			let appeal = Call::<Runtime>::appeal { case, digest, round };
			stage.send(&format!("appeal against round {round}"), &stranger, appeal);
		}
	}
	stage.trial("the court after appeals", &stranger, adjudicate(case, &spec));
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	stage.judge("no court after appeals", case, false_one, closed);
	stage.close();
}

/// Nobody says anything, though the chain keeps all content.
#[test]
fn silent_committees_should_pay_for_what_they_access() {
	for only in [0, 2] {
		let mut stage = Stage::among(ALL, CROWD);
		let task = stage.open(quorum(3, 2), 0)[0];
		stage.dissent("silence", task, truth());
		let case = stage.case_over(task);
		let says = |at: u32| (at % 4 < only).then(truth);
		let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
		stage.judge_by(&format!("silence of all but {only} in four"), case, says, closed);
		stage.close();
	}
}

#[test]
fn denouncing_a_mediator_should_pay_for_what_it_accesses() {
	let mut stage = Stage::new(ALL);
	let task = stage.open(quorum(3, 2), 0)[0];
	stage.dissent("a case", task, truth());
	let case = stage.case_over(task);
	let sealing = |phase: &CasePhase| matches!(phase, CasePhase::Sealing { .. });
	stage.judge("a case", case, truth(), sealing);
	stage.change_rules();
	let (view, genesis) = (stage.case(case), stage.chain.genesis_hash());
	let (call, judge) = (0..MEDIATORS)
		.find_map(|at| {
			let pair = mediator(at);
			Some((next_of_mediator(&pair, &genesis, &view, truth())?, pair))
		})
		.expect("somebody has to seal");
	stage.send("a verdict that is given away", &judge, call);
	let (stranger, task_hash) = (stage.stranger.clone(), view.terms.task_hash);
	let (id, digest) = (account(&judge), truth().digest(&task_hash));
	let salt = salt_of(&id, &task_hash);
	let denounce = Call::<Runtime>::denounce { case, mediator: id, digest, salt };
	stage.send("denouncing a mediator", &stranger, denounce);
	stage.close();
}

/// The ledger takes a ruling only when it is handed over once more.
#[test]
fn rulings_should_pay_for_being_handed_over_and_removed() {
	let mut stage = Stage::new(ALL);
	let task = stage.open(quorum(3, 2), 0)[0];
	stage.dissent("a case", task, truth());
	let case = stage.case_over(task);
	let verdict = |phase: &CasePhase| matches!(phase, CasePhase::AppealWindow { .. });
	let closed = |phase: &CasePhase| matches!(phase, CasePhase::Closed { .. });
	stage.judge("a case", case, truth(), verdict);
	let dispute = stage.chain.read(|| pallet_deals::Disputes::<Runtime>::take(task));
	stage.judge("a ruling that is not taken", case, truth(), closed);
	stage.chain.read(|| pallet_deals::Disputes::<Runtime>::set(task, dispute));
	let stranger = stage.stranger.clone();
	stage.send("hand_over", &stranger, Call::<Runtime>::hand_over { case });
	stage.chain.read(|| {
		Cases::<Runtime>::mutate(case, |entry| {
			if let CasePhase::Closed { prune_at, .. } = &mut entry.as_mut().expect("kept").phase {
				*prune_at = 1;
			}
		});
	});
	stage.trial("prune a case", &stranger, Call::<Runtime>::prune { case });
	stage.block("a case, removed by a block");
	assert!(stage.chain.read(|| !Cases::<Runtime>::contains_key(case)));
	stage.close();
}
