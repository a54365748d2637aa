//! Whole lives of tasks.

use super::attacks::judge;
use assay_primitives::{
	deal::{Ending, FailCause, ReplicaResult, TaskState},
	money::Economics,
	provider::Reputation,
};
use assay_runtime::{
	RuntimeEvent,
	configs::{AuditFund, EXISTENTIAL_DEPOSIT, Treasury},
};
use assay_simulation::{
	Chain, account, key,
	market::{BOND, Market, PRICE, RUN_BLOCKS, lie, truth},
};
use polkadot_sdk::{frame_support::assert_ok, sp_core::Get, sp_runtime::DispatchError};

/// Whether a call was refused with this error of a pallet.
pub fn refused<E: Into<DispatchError>>(result: Result<(), DispatchError>, error: E) -> bool {
	result == Err(error.into())
}

/// Fees and taxes may be less than an account must have.
#[test]
fn accounts_of_the_chain_should_take_the_smallest_amounts_from_the_first_block() {
	let mut chain = Chain::start("development");
	for account in [Treasury::get(), AuditFund::get()] {
		assert!(chain.free(&account) >= EXISTENTIAL_DEPOSIT, "{account}");
	}
}

#[test]
fn task_should_pay_all_three_when_all_are_honest() {
	let mut market = Market::open(3, 3, 3);
	let drawn = market.drawn();
	assert_eq!(drawn.len(), 3);
	for provider in &drawn {
		assert_ok!(market.commit(*provider, truth()));
	}
	assert!(matches!(market.state(), TaskState::Revealing { wave: 0, .. }));
	let Market { chain, providers, .. } = &mut market;
	let before: Vec<_> = providers.iter().map(|provider| chain.free(&provider.id())).collect();
	for provider in &drawn {
		assert_ok!(market.reveal(*provider, truth()));
	}

	assert!(matches!(market.state(), TaskState::Agreed { .. }), "anyone may object");
	market.conclude();
	let ended = market.ended_task();
	assert_eq!(ended.ending, Ending::Settled(truth()));
	let price = PRICE.of(truth().gas_used);
	let fee = 3 * price / 100;
	let due = 3 * price + fee + market.audit_tax(price);
	assert_eq!(ended.paid, due, "the client pays three prices, one per cent and the audits");
	for (provider, before) in before.into_iter().enumerate() {
		let replica = market.ended_replica(provider);
		assert_eq!((replica.result, replica.paid), (ReplicaResult::Agreed, price));
		let id = market.providers[provider].id();
		assert_eq!(market.chain.free(&id), before + price, "paid to the stash");
		assert_eq!(market.bond(provider), BOND);
		let view =
			market.chain.read(|| assay_runtime::Providers::provider_view(&id)).expect("registered");
		assert_eq!(view.reputation, Reputation { score: 1, paid: 1, ..Default::default() });
	}
	market.assert_nothing_locked();
	let paid = market.chain.events.iter().any(|event| {
		matches!(event, RuntimeEvent::Deals(pallet_deals::Event::FeePaid { amount, .. }) if *amount == fee)
	});
	assert!(paid, "the treasury got the protocol fee");
	assert!(market.chain.free(&Treasury::get()) > fee);
}

#[test]
fn task_should_slash_the_liar_when_one_of_three_lies() {
	let mut market = Market::open(3, 3, 2);
	let stake = market.stake();
	let drawn = market.drawn();
	let (liar, honest) = (drawn[1], [drawn[0], drawn[2]]);
	for provider in &drawn {
		let outcome = if *provider == liar { lie() } else { truth() };
		assert_ok!(market.commit(*provider, outcome));
	}
	for provider in &drawn {
		let outcome = if *provider == liar { lie() } else { truth() };
		assert_ok!(market.reveal(*provider, outcome));
	}

	assert!(matches!(market.state(), TaskState::Disputed { agreed: Some(_), .. }));
	judge(&mut market, |_| truth());
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	let replica = market.ended_replica(liar);
	assert!(matches!(replica.result, ReplicaResult::Wrong(_)));
	assert_eq!((replica.paid, replica.slashed), (0, stake));
	assert_eq!(market.bond(liar), BOND - stake);
	let price = PRICE.of(truth().gas_used);
	// A part is burnt, and the committee paid; of the rest each of the two gets no more than it earned, or lies
	// would pay.
	let case = 3 * market.terms().wage;
	let share = ((stake - Economics::DEFAULT.slashes.burn.mul_ceil(stake) - case) / 2).min(price);
	for provider in honest {
		assert_eq!(market.ended_replica(provider).paid, price + share);
		assert_eq!(market.bond(provider), BOND);
	}
	let id = market.providers[liar].id();
	let view =
		market.chain.read(|| assay_runtime::Providers::provider_view(&id)).expect("registered");
	assert_eq!(view.reputation.wrong, 1);
	market.assert_nothing_locked();
}

#[test]
fn task_should_settle_by_poke_when_one_of_three_is_silent() {
	let mut market = Market::open(3, 3, 2);
	let stake = market.stake();
	let drawn = market.drawn();
	let silent = drawn[2];
	for provider in &drawn[..2] {
		assert_ok!(market.commit(*provider, truth()));
	}
	let stranger = key("Dave");
	assert!(refused(
		market.poke(&stranger),
		pallet_deals::Error::<assay_runtime::Runtime>::NothingToDo
	));
	market.chain.pass(RUN_BLOCKS);
	assert_ok!(market.poke(&stranger));
	assert!(matches!(market.state(), TaskState::Revealing { wave: 0, .. }));
	for provider in &drawn[..2] {
		assert_ok!(market.reveal(*provider, truth()));
	}

	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	let replica = market.ended_replica(silent);
	assert_eq!((replica.result, replica.slashed), (ReplicaResult::Silent, stake / 4));
	assert_eq!(market.bond(silent), BOND - stake / 4);
	market.assert_nothing_locked();
}

#[test]
fn task_should_fail_and_cost_the_client_nothing_when_nobody_delivers() {
	let mut market = Market::open(3, 3, 2);
	let stake = market.stake();
	let drawn = market.drawn();
	let poker = key("Dave");
	assert_ok!(market.poke(&poker));
	assert!(
		matches!(market.state(), TaskState::Running { wave: 0, .. }),
		"the poke wrote the draw"
	);
	market.chain.pass(RUN_BLOCKS);
	let client = account(&market.client);
	let terms = market.terms();
	let escrow = terms.escrow + terms.reserve;
	let (client_before, poker_before) =
		(market.chain.free(&client), market.chain.free(&account(&poker)));
	assert_ok!(market.poke(&poker));

	let ended = market.ended_task();
	assert_eq!(ended.ending, Ending::Failed(FailCause::NoDelivery));
	assert_eq!(ended.paid, 0);
	let lost = stake / 4;
	for provider in drawn {
		assert_eq!(market.ended_replica(provider).slashed, lost);
		assert_eq!(market.bond(provider), BOND - lost);
	}
	let consolation = 3 * Economics::DEFAULT.slashes.harm.mul_floor(lost);
	assert_eq!(market.chain.free(&client), client_before + escrow + consolation);
	let reward = 3 * Economics::DEFAULT.slashes.poke.mul_floor(lost);
	let poker_after = market.chain.free(&account(&poker));
	assert_eq!(poker_after, poker_before + reward, "ending it costs no fee");
	market.assert_nothing_locked();
}

#[test]
fn task_should_draw_another_when_the_first_is_silent() {
	let mut market = Market::open(3, 1, 1);
	let first = market.drawn()[0];
	market.chain.pass(1);
	assert_ok!(market.poke(&key("Dave")));
	market.chain.pass(RUN_BLOCKS);
	assert_ok!(market.poke(&key("Dave")));
	let task = market.open_task();
	assert!(matches!(task.state, TaskState::Running { wave: 1, .. }));
	assert_eq!(task.replicas.len(), 2, "one more is drawn for the silent one");
	let second = task.replicas[1].candidate as usize;
	assert_ne!(first, second);
	assert_ok!(market.commit(second, truth()));
	assert_ok!(market.reveal(second, truth()));
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	market.assert_nothing_locked();
}

#[test]
fn task_should_slash_nobody_when_nothing_can_be_decided() {
	let mut market = Market::open(3, 3, 3);
	let drawn = market.drawn();
	let outcome = |provider: usize| if provider == drawn[0] { lie() } else { truth() };
	for provider in &drawn {
		assert_ok!(market.commit(*provider, outcome(*provider)));
	}
	for provider in &drawn {
		assert_ok!(market.reveal(*provider, outcome(*provider)));
	}

	assert!(matches!(market.state(), TaskState::Disputed { .. }), "a committee is drawn");
	// No mediator is there, in any round.
	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Failed(FailCause::Unjudged));
	let half = PRICE.of(lie().gas_used) / 2;
	for provider in drawn {
		let replica = market.ended_replica(provider);
		assert!(matches!(replica.result, ReplicaResult::Undecided(_)));
		assert_eq!((replica.paid, replica.slashed), (half, 0), "half of the smallest claim");
		assert_eq!(market.bond(provider), BOND);
	}
	market.assert_nothing_locked();
}

#[test]
fn task_should_take_the_whole_stake_when_a_seal_is_never_opened() {
	let mut market = Market::open(3, 3, 2);
	let stake = market.stake();
	let drawn = market.drawn();
	for provider in &drawn {
		assert_ok!(market.commit(*provider, truth()));
	}
	for provider in &drawn[..2] {
		assert_ok!(market.reveal(*provider, truth()));
	}
	let TaskState::Revealing { until, .. } = market.state() else {
		panic!("the last one may still come");
	};
	let left = until - market.chain.now();
	market.chain.pass(left);
	let late = market.reveal(drawn[2], truth());
	assert!(refused(late, pallet_deals::Error::<assay_runtime::Runtime>::DeadlinePassed));
	assert_ok!(market.poke(&key("Dave")));

	market.conclude();
	assert_eq!(market.ended_task().ending, Ending::Settled(truth()));
	let replica = market.ended_replica(drawn[2]);
	assert_eq!((replica.result, replica.slashed), (ReplicaResult::Withheld, stake));
	assert_eq!(market.bond(drawn[2]), BOND - stake);
	market.assert_nothing_locked();
}

#[test]
fn task_should_fail_without_any_slash_when_nobody_touches_it_until_the_hard_end() {
	let mut market = Market::open(3, 3, 2);
	const HARD_END: u32 = 10 * RUN_BLOCKS + 100;
	market.chain.pass(HARD_END);
	assert_ok!(market.poke(&key("Dave")));
	assert_eq!(market.ended_task().ending, Ending::Failed(FailCause::HardEnd));
	for provider in 0..3 {
		assert_eq!(market.bond(provider), BOND, "nobody was drawn, so nobody failed");
	}
	market.assert_nothing_locked();
}

#[test]
fn task_should_be_removed_and_its_deposit_returned_when_its_retention_is_over() {
	let mut market = Market::open(1, 1, 1);
	let only = market.drawn()[0];
	assert_ok!(market.commit(only, truth()));
	assert_ok!(market.reveal(only, truth()));
	market.conclude();
	let task = market.task;
	let wait = market.ended_task().prune_at - market.chain.now();
	market.chain.pass(wait - 2);
	let early = market.chain.send(&key("Dave"), pallet_deals::Call::prune { task });
	assert!(refused(early, pallet_deals::Error::<assay_runtime::Runtime>::RetentionNotElapsed));
	// A block has time left, so nobody has to call anything.
	market.chain.pass(2);
	assert!(market.chain.read(|| assay_runtime::Deals::task_view(task)).is_none());
	let returned = market.chain.events.iter().any(|event| {
		matches!(event, RuntimeEvent::Deals(pallet_deals::Event::DepositReturned { .. }))
	});
	assert!(returned);
}

#[test]
fn views_should_agree_with_what_the_chain_draws() {
	let mut market = Market::open(3, 1, 1);
	let expected = market.drawn();
	let task = market.task;
	let view =
		market.chain.read(|| assay_runtime::Deals::draw_view(task)).expect("the seed is known");
	assert_eq!(view.drawn.iter().map(|one| *one as usize).collect::<Vec<_>>(), expected);
	let again =
		assay_primitives::beacon::Fold::compute(view.fold.ticket, view.fold.entries.clone())
			.expect("the entries suffice");
	assert_eq!(again.randomness, view.fold.randomness, "anyone can compute it again");
	market.chain.pass(1);
	assert_ok!(market.poke(&key("Dave")));
	let written: Vec<_> =
		market.open_task().replicas.iter().map(|one| one.candidate as usize).collect();
	assert_eq!(written, expected);
}
