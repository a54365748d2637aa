//! Policies other than a quorum, and canaries.

use super::*;
use assay_primitives::policy::PPM;

fn with(policy: Policy) -> Request {
	Request { policy, ..request(1, 1) }
}

fn open_with(request: Request, count: u8) -> (TaskId, Vec<AccountId>) {
	let deal = open_deal(&CLIENT, request, candidates(count)).expect("in order");
	let task = TaskId { deal, index: 0 };
	pass(4);
	poke(task);
	(task, drawn(task, 0))
}

fn wave(task: TaskId) -> Vec<AccountId> {
	let live = live(task).expect("it is live");
	drawn(task, live.replicas.last().expect("drawn").wave)
}

/// DEAL-05: trust 1 would mean one replica, whose word nobody could doubt.
#[test]
fn deal_05_trust_of_1_should_settle_with_two_replicas() {
	build_and_execute(|| {
		let (task, replicas) = open_with(with(Policy::Trust { trust: 1 }), 5);
		assert_eq!(replicas.len(), 2);
		run_wave(task, &replicas, &[good(); 2]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// DEAL-06 on the chain: waves are hidden, so the dissenter's wave is the first.
#[test]
fn deal_06_trust_of_4_should_draw_two_and_two_more_per_dissenter() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let (task, replicas) = open_with(with(Policy::Trust { trust: 4 }), 12);
		assert_eq!(replicas.len(), 2);
		run_wave(task, &replicas, &[good(), bad(2)]);
		// Group 2 of total 5; with three more 16 of 19, and 64 > 57.
		let second = wave(task);
		assert_eq!(second.len(), 3);
		run_wave(task, &second, &[good(); 3]);
		confirm(task);
		let ended = ended(task);
		assert_eq!(ended.ending, Ending::Settled(good()));
		assert_eq!(ended.replicas[1].result, ReplicaResult::Wrong(digest_of(task, bad(2))));
		assert_eq!(ended.replicas[1].slashed, stake(task));
	});
}

/// DEAL-07 with its scores: good and bad, then two that are good.
#[test]
fn deal_07_trust_of_3_should_settle_at_the_fourth_with_one_dissenter() {
	build_and_execute(|| {
		Scores::set((0..12).map(|at| (stash(at), 1)).collect());
		let (task, replicas) = open_with(with(Policy::Trust { trust: 3 }), 12);
		run_wave(task, &replicas, &[good(), bad(2)]);
		let second = wave(task);
		assert_eq!(second.len(), 2);
		run_wave(task, &second, &[good(); 2]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert_eq!(ended(task).replicas.len(), 4);
	});
}

/// DEAL-08 on the chain.
#[test]
fn deal_08_trust_of_a_square_less_one_should_draw_its_root() {
	for n in 2..=5u8 {
		build_and_execute(|| {
			let trust = u32::from(n) * u32::from(n) - 1;
			let (task, replicas) = open_with(with(Policy::Trust { trust }), 8);
			assert_eq!(replicas.len(), usize::from(n));
			run_wave(task, &replicas, &vec![good(); n.into()]);
			assert_eq!(ended(task).ending, Ending::Settled(good()));
		});
	}
}

/// A provider of score 300 weighs 99.
#[test]
fn trust_should_draw_fewer_when_the_drawn_have_scores() {
	build_and_execute(|| {
		Scores::set((0..12).map(|at| (stash(at), 300)).collect());
		let (task, replicas) = open_with(with(Policy::Trust { trust: 99 }), 12);
		assert_eq!(replicas.len(), 2);
		run_wave(task, &replicas, &[good(); 2]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
	});
}

/// Whoever has a high score, for whatever reason, decides nothing alone where others stay silent.
#[test]
fn attack_13_trust_should_never_settle_by_one_vote_whatever_its_weight() {
	build_and_execute(|| {
		Scores::set((0..12).map(|at| (stash(at), 1_000_000)).collect());
		let (task, replicas) = open_with(with(Policy::Trust { trust: 1_000 }), 12);
		assert_eq!(replicas.len(), 2);
		commit(task, &replicas[0], bad(2));
		pass(T);
		poke(task);
		reveal(task, &replicas[0], bad(2));
		assert!(kept(task).is_none(), "it had nobody beside it");
		assert_eq!(wave(task).len(), 1);
	});
}

/// Whoever buys from himself at no price, or runs what owes no fee, pays nothing for a score.
#[test]
fn attack_13_score_should_not_grow_by_work_that_nobody_paid() {
	use assay_primitives::provider::Conduct;
	let conduct = |change: fn(&mut NewDeal)| {
		let mut deal = plain(request(3, 2), candidates(3));
		change(&mut deal);
		let task = TaskId { deal: Deals::open(deal).expect("in order"), index: 0 };
		pass(4);
		poke(task);
		run_wave(task, &drawn(task, 0), &[good(); 3]);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		providers::Notes::<Test>::get()[0].1
	};
	let at = |deal: &mut NewDeal, base| {
		deal.candidates.iter_mut().for_each(|it| it.price = Price { base, per_mgas: 0 });
		deal.request.max_price = Price { base, per_mgas: 0 };
	};
	build_and_execute(|| assert_eq!(conduct(|_| ()), Conduct::Agreed));
	build_and_execute(|| assert_eq!(conduct(|it| it.public_good = true), Conduct::Alone));
	let cases: [(Balance, Conduct); 3] =
		[(0, Conduct::Alone), (LEAST_SCORED - 1, Conduct::Alone), (LEAST_SCORED, Conduct::Agreed)];
	for (base, expected) in cases {
		build_and_execute(|| {
			let mut deal = plain(request(3, 2), candidates(3));
			at(&mut deal, base);
			let task = TaskId { deal: Deals::open(deal).expect("in order"), index: 0 };
			pass(4);
			poke(task);
			run_wave(task, &drawn(task, 0), &[good(); 3]);
			assert_eq!(providers::Notes::<Test>::get()[0].1, expected, "at {base}");
		});
	}
}

/// No wave is drawn that could not settle the task.
#[test]
fn trust_should_give_up_when_nobody_left_could_settle_it() {
	build_and_execute(|| {
		let (task, replicas) = open_with(with(Policy::Trust { trust: 4 }), 3);
		run_wave(task, &replicas, &[good(), bad(2)]);
		// One more candidate: group 4 of total 7, and 16 > 21 is false.
		assert_eq!(ended(task).ending, Ending::Failed(FailCause::Undecided));
		assert!(ended(task).replicas.iter().all(|one| one.slashed == 0));
	});
}

#[test]
fn policies_should_be_refused_when_they_can_not_be_met() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let refused = |policy, count, error: Error<Test>| {
			assert_noop!(open_deal(&CLIENT, with(policy), candidates(count)), error);
		};
		refused(Policy::Trust { trust: 0 }, 5, impossible(PolicyFault::TrustOutOfRange));
		refused(Policy::Trust { trust: 1_000_001 }, 20, impossible(PolicyFault::TrustOutOfRange));
		refused(Policy::Trust { trust: 16 }, 3, Error::<Test>::from(Refusal::NotEnoughCandidates));
		let single = |check_ppm, stake_factor| Policy::Single { check_ppm, stake_factor };
		refused(single(49_999, 50), 1, impossible(PolicyFault::CheckOutOfRange));
		refused(single(200_000, 4), 1, impossible(PolicyFault::StakeFactorTooLow));
		ArbiterIsOpen::set(false);
		refused(single(200_000, 5), 1, Error::<Test>::NoArbiter);
	});
}

const SINGLE: Policy = Policy::Single { check_ppm: 200_000, stake_factor: 6 };

fn single() -> (TaskId, AccountId) {
	ArbiterIsOpen::set(true);
	ChallengeWindow::set(20);
	let (task, replicas) = open_with(with(SINGLE), 3);
	(task, replicas[0].clone())
}

#[test]
fn single_should_settle_when_the_client_is_silent_and_no_audit_is_drawn() {
	build_and_execute(|| {
		let (task, replica) = single();
		assert_eq!(stake(task), 6 * P);
		run_wave(task, core::slice::from_ref(&replica), &[good()]);
		let until = System::block_number() + 20;
		// An entropy with which the draw misses.
		let live = |task| Deals::load(task).expect("live");
		run_to(until + 3);
		Entropy::set(
			(0..)
				.find(|entropy| {
					Entropy::set(*entropy);
					let drawn = Deals::audit_drawn(&live(task), digest_of(task, good()), until);
					drawn.map(|drawn| drawn.0) == Ok(false)
				})
				.expect("four of five miss"),
		);
		poke(task);
		assert_eq!(ended(task).ending, Ending::Settled(good()));
		assert_eq!(worth(&replica), RICH + P);
	});
}

#[test]
fn single_should_be_audited_when_the_draw_hits_and_its_lie_cost_the_stake() {
	build_and_execute(|| {
		let before = worth(&CLIENT);
		let (task, replica) = single();
		run_wave(task, core::slice::from_ref(&replica), &[bad(2)]);
		let until = System::block_number() + 20;
		run_to(until + 3);
		let live = |task| Deals::load(task).expect("live");
		Entropy::set(
			(0..)
				.find(|entropy| {
					Entropy::set(*entropy);
					let drawn = Deals::audit_drawn(&live(task), digest_of(task, bad(2)), until);
					drawn.map(|drawn| drawn.0) == Ok(true)
				})
				.expect("one of five hits"),
		);
		poke(task);
		assert_eq!(Cases::get()[0].reason, CaseReason::Audit);
		assert_ok!(rule(0, Some(digest_of(task, good())), SEATS * P));
		assert_eq!(worth(&replica), RICH - 6 * P);
		assert!(worth(&CLIENT) >= before);
	});
}

#[test]
fn single_should_be_judged_when_the_client_checks() {
	build_and_execute(|| {
		let (task, replica) = single();
		run_wave(task, core::slice::from_ref(&replica), &[bad(2)]);
		assert_ok!(try_check(&CLIENT, task));
		assert!(matches!(state(task), TaskState::Disputed { .. }));
		assert_ok!(rule(0, Some(digest_of(task, good())), SEATS * P));
		assert_eq!(worth(&replica), RICH - 6 * P);
	});
}

/// The dearest candidate must be deterred by a stake that follows from the cheapest.
#[test]
fn single_should_be_refused_when_a_candidate_is_too_dear_for_the_stake() {
	build_and_execute(|| {
		ArbiterIsOpen::set(true);
		let mut two = candidates(2);
		two[0].price.per_mgas = P / 2;
		let refused = open_deal(&CLIENT, with(SINGLE), two);
		assert_eq!(refused, Err(because(1, Ineligible::PriceTooFarFromCheapest).into()));
		assert_ok!(open_deal(
			&CLIENT,
			with(Policy::Single { check_ppm: PPM, stake_factor: 1 }),
			candidates(2)
		));
	});
}

fn canary(replicas: u8, required: u8) -> Request {
	Request { canary: true, ..request(replicas, required) }
}

#[test]
fn canary_should_run_alone_and_be_followed_by_all_others_when_it_succeeds() {
	build_and_execute(|| {
		let (task, first) = open_with(canary(3, 2), 7);
		assert_eq!(first.len(), 1);
		run_wave(task, &first, &[good()]);
		let second = wave(task);
		assert_eq!(second.len(), 2);
		run_wave(task, &second, &[good(); 2]);
		assert!(ended(task).replicas.iter().all(|one| one.paid == P));
	});
}

/// A program that fails costs two runs, not three.
#[test]
fn canary_should_be_followed_by_one_confirmer_when_it_fails() {
	build_and_execute(|| {
		let trapped = Outcome { class: Class::Trapped, ..good() };
		let (task, first) = open_with(canary(5, 3), 7);
		run_wave(task, &first, &[trapped]);
		let second = wave(task);
		assert_eq!(second.len(), 1);
		run_wave(task, &second, &[trapped]);
		let third = wave(task);
		assert_eq!(third.len(), 1);
		run_wave(task, &third, &[trapped]);
		assert_eq!(ended(task).ending, Ending::Settled(trapped));
		assert_eq!(ended(task).replicas.len(), 3);
	});
}

#[test]
fn canary_should_be_followed_by_another_when_it_is_silent() {
	build_and_execute(|| {
		let (task, _) = open_with(canary(3, 2), 7);
		pass(T);
		poke(task);
		assert_eq!(wave(task).len(), 1);
	});
}

/// A canary that the clients asks for costs no more candidates than the policy does.
#[test]
fn canary_should_need_the_candidates_of_a_whole_wave() {
	build_and_execute(|| {
		assert_noop!(
			open_deal(&CLIENT, canary(3, 2), candidates(2)),
			Error::<Test>::from(Refusal::NotEnoughCandidates)
		);
	});
}
