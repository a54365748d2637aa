//! What work leaves behind in the state.

use assay_primitives::{
	content::ContentRef,
	deal::{Opening, Via, single},
	request::{Candidate, Request},
	seal::Report,
	task::{Input, InputList, TaskId, TaskSpec},
	traits::{DealBook, NewDeal},
};
use assay_runtime::{Deals, Runtime, RuntimeEvent};
use assay_simulation::{
	account,
	deals::{commit, reveal, sealed},
	key,
	market::{Market, PRICE, request, salt, spec, submit, truth},
};
use polkadot_sdk::{
	frame_support::BoundedVec,
	sp_io::{hashing::twox_128, storage},
};
use std::collections::BTreeMap;

/// Pallets whose state is about accounts and their work, and not about blocks.
const PALLETS: [&str; 13] = [
	"Balances",
	"Board",
	"Content",
	"Court",
	"Deals",
	"Groups",
	"Market",
	"Mediation",
	"Multisig",
	"Pools",
	"Providers",
	"Proxy",
	"Register",
];
/// Tasks of a bag.
const TASKS: u32 = 8;

/// Keys of those pallets with the length of their values.
fn state(market: &mut Market) -> BTreeMap<Vec<u8>, usize> {
	market.chain.read(|| {
		let mut all = BTreeMap::new();
		for pallet in PALLETS {
			let prefix = twox_128(pallet.as_bytes()).to_vec();
			let mut key = prefix.clone();
			while let Some(next) = storage::next_key(&key).filter(|key| key.starts_with(&prefix)) {
				all.insert(next.clone(), storage::get(&next).map_or(0, |value| value.len()));
				key = next;
			}
		}
		all
	})
}

/// Runs the market's task to its settlement.
fn settle(market: &mut Market) {
	let drawn = market.drawn();
	for provider in &drawn {
		market.commit(*provider, truth()).expect("drawn");
	}
	for provider in &drawn {
		market.reveal(*provider, truth()).expect("sealed");
	}
	market.conclude();
}

/// Passes blocks until nothing waits for pruning.
fn prune(market: &mut Market) {
	for _ in 0..3_000 {
		let (first, next) = market.chain.read(pallet_deals::PruneRange::<Runtime>::get);
		if first == next {
			return;
		}
		market.chain.pass(1);
	}
	panic!("tasks are never pruned");
}

#[test]
fn settled_task_should_leave_nothing_when_it_is_pruned() {
	let mut market = Market::open(3, 3, 3);
	// The first one leaves the counters.
	settle(&mut market);
	prune(&mut market);
	let before = state(&mut market);

	let client = key("Charlie");
	market.chain.send(&client, submit(spec(), 3, 3, vec![0, 1, 2])).expect("matched");
	market.task = single(1);
	let open = state(&mut market);
	assert!(open.len() > before.len(), "an open task takes state");
	settle(&mut market);
	prune(&mut market);
	let after = state(&mut market);
	println!(
		"{} keys before, {} while a task is open, {} after it is pruned",
		before.len(),
		open.len(),
		after.len(),
	);
	assert_eq!(after, before, "neither a key nor a byte");
}

#[test]
fn bag_should_leave_nothing_when_it_is_pruned() {
	let mut market = Market::open(3, 3, 3);
	settle(&mut market);
	prune(&mut market);
	let before = state(&mut market);
	let deal = open_bag(&mut market);
	run_bag(&mut market, deal);
	let open = state(&mut market);
	conclude_bag(&mut market, deal);
	prune(&mut market);
	let after = state(&mut market);
	println!(
		"{} keys before, {} while {TASKS} tasks of a bag are open, {} after they are pruned",
		before.len(),
		open.len(),
		after.len(),
	);
	assert!(open.len() > before.len() + TASKS as usize);
	assert_eq!(after, before, "neither a key nor a byte");
}

fn bag_spec() -> TaskSpec {
	let inputs: Vec<_> = (0..TASKS).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	TaskSpec { input: Input::List(InputList::of(&inputs).0), ..spec() }
}

fn open_bag(market: &mut Market) -> u64 {
	let request = Request { valid_until: 100_000, ..request(bag_spec(), 3, 3) };
	let candidate = |one: &assay_simulation::market::Provider| Candidate {
		provider: one.id(),
		price: PRICE,
		weight: 1,
	};
	let candidates = market.providers.iter().map(candidate).collect();
	let client = account(&key("Charlie"));
	let bag = NewDeal { tasks: TASKS, ..NewDeal::plain(Via::MARKET, client, request, candidates) };
	let deal = market.chain.read(|| Deals::open(bag)).expect("the client is rich");
	market.chain.pass(6);
	deal
}

/// Seals and reveals all tasks, a batch for each provider.
fn run_bag(market: &mut Market, deal: u64) {
	let genesis = market.chain.genesis_hash();
	let spec = bag_spec();
	for at in 0..market.providers.len() {
		let provider = market.providers[at].id();
		let items = (0..TASKS).map(|index| {
			let task = (TaskId { deal, index }, spec.hash_of(index));
			sealed(&genesis, task, &provider, truth(), Report::Nothing, &salt(at))
		});
		let call = commit(&items.collect::<Vec<_>>());
		market.chain.send(&market.providers[at].operator, call).expect("admitted");
	}
	for at in 0..market.providers.len() {
		let opening = Opening { outcome: truth(), salt: salt(at) };
		let items = (0..TASKS).map(|index| (TaskId { deal, index }, opening));
		let call = reveal(&items.collect::<Vec<_>>());
		market.chain.send(&market.providers[at].operator, call).expect("admitted");
	}
	let failed =
		market.chain.events.iter().any(|event| {
			matches!(event, RuntimeEvent::Deals(pallet_deals::Event::ItemFailed { .. }))
		});
	assert!(!failed, "every item of every batch counts");
}

/// Waits until all tasks have ended, those in audit included.
fn conclude_bag(market: &mut Market, deal: u64) {
	let stranger = key("Ferdie");
	for _ in 0..600 {
		let open = market.chain.read(|| pallet_deals::Deals::<Runtime>::get(deal));
		if open.is_none_or(|deal| deal.open_tasks == 0) {
			return;
		}
		market.chain.pass(1);
		let tasks = (0..TASKS).map(|index| TaskId { deal, index }).collect();
		let tasks = BoundedVec::truncate_from(tasks);
		market.chain.send(&stranger, pallet_deals::Call::poke_many { tasks }).expect("admitted");
	}
	panic!("not all tasks have ended");
}
