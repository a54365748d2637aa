//! What a task costs the chain.

use assay_primitives::{
	UNIT,
	content::ContentRef,
	deal::{Opening, TaskState, Via},
	policy::Policy,
	request::{Candidate, Request},
	seal::Report,
	task::{Input, InputList, TaskId, TaskSpec},
	traits::{DealBook, NewDeal},
};
use assay_runtime::{Deals, Executive, Runtime, RuntimeCall, RuntimeEvent, System};
use assay_simulation::{
	Chain, account,
	deals::{commit, poke, reveal, sealed},
	key,
	market::{BOND, MODULE, Market, PRICE, register_bonded, salt, spec, truth},
};
use polkadot_sdk::{
	frame_support::dispatch::DispatchClass,
	frame_system, pallet_balances,
	sp_runtime::{MultiAddress, transaction_validity::InvalidTransaction},
};

/// Budget of a whole task with three replicas, from its submission to its settlement.
const TRANSFERS: u64 = 20;

/// Tasks of a batch.
const BATCH: u32 = 64;
/// Budget of each task of three replicas in a batch, from its draw to its settlement. Four are the aim,
/// see `docs/benchmarks/weights.md`.
const TRANSFERS_IN_BATCH: f64 = 4.30;

/// Blocks after which nobody can object any more.
const ACCEPTED_AFTER: u32 = 40;

/// A bag of tasks that each of three providers seals and reveals in one call.
#[test]
fn task_of_a_batch_should_weigh_no_more_than_its_budget() {
	let mut chain = Chain::start("development");
	let transfer = pallet_balances::Call::transfer_keep_alive {
		dest: MultiAddress::Id(account(&key("Bob"))),
		value: UNIT,
	};
	let transfer = chain.weigh(&key("Alice"), transfer).ref_time();
	// All tasks of the bag have a stake.
	let providers: Vec<_> =
		(0..3).map(|index| register_bonded(&mut chain, index, 2 * BOND, |_, _| ())).collect();
	let inputs: Vec<_> = (0..BATCH).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	let task = TaskSpec { input: Input::List(InputList::of(&inputs).0), ..spec() };
	let request = Request {
		task: task.clone(),
		policy: Policy::Quorum { replicas: 3, required: 3 },
		canary: false,
		max_price: PRICE,
		run_blocks: 20,
		tags: 0,
		valid_until: 10_000,
		hints: Default::default(),
	};
	let candidate = |one: &assay_simulation::market::Provider| Candidate {
		provider: one.id(),
		price: PRICE,
		weight: 1,
	};
	let candidates = providers.iter().map(candidate).collect();
	let client = account(&key("Charlie"));
	let bag = NewDeal { tasks: BATCH, ..NewDeal::plain(Via::MARKET, client, request, candidates) };
	let deal = chain.read(|| Deals::open(bag)).expect("the client is rich");
	chain.pass(6);

	let genesis = chain.genesis_hash();
	let [mut seals, mut reveals] = [0; 2];
	for (at, provider) in providers.iter().enumerate() {
		let items = (0..BATCH).map(|index| {
			let id = (TaskId { deal, index }, task.hash_of(index));
			sealed(&genesis, id, &provider.id(), truth(), Report::Nothing, &salt(at))
		});
		let call = commit(&items.collect::<Vec<_>>());
		let weight = chain.weigh(&provider.operator, call).ref_time();
		println!("{BATCH} seals: {:.1} transfers", weight as f64 / transfer as f64);
		seals += weight;
	}
	for (at, provider) in providers.iter().enumerate() {
		let opening = Opening { outcome: truth(), salt: salt(at) };
		let items = (0..BATCH).map(|index| (TaskId { deal, index }, opening));
		let call = reveal(&items.collect::<Vec<_>>());
		let weight = chain.weigh(&provider.operator, call).ref_time();
		println!("{BATCH} reveals: {:.1} transfers", weight as f64 / transfer as f64);
		reveals += weight;
	}
	chain.pass(ACCEPTED_AFTER);
	let tasks: Vec<_> = (0..BATCH).map(|index| TaskId { deal, index }).collect();
	let poke = poke(&tasks);
	let settlements = chain.weigh(&key("Ferdie"), poke).ref_time();
	println!("{BATCH} settlements: {:.1} transfers", settlements as f64 / transfer as f64);
	let open =
		chain.read(|| pallet_deals::Deals::<assay_runtime::Runtime>::get(deal)).expect("kept");
	let audited = chain.events.iter().filter(|event| {
		matches!(event, RuntimeEvent::Mediation(pallet_mediation::Event::CaseOpened { .. }))
	});
	assert_eq!(open.open_tasks as usize, audited.count(), "all are settled but those in audit");
	let each = |weight: u64| weight as f64 / f64::from(BATCH) / transfer as f64;
	let whole = each(seals + reveals + settlements);
	println!("each task of three replicas: {whole:.3} transfers");
	let [seals, reveals, settlements] = [seals, reveals, settlements].map(each);
	println!("seals {seals:.3}, reveals {reveals:.3}, settlements {settlements:.3}");
	assert!(whole <= TRANSFERS_IN_BATCH, "{whole:.3} transfers");
}

/// Prints the figures with `--nocapture`.
#[test]
fn task_of_three_replicas_should_weigh_no_more_than_its_budget() {
	let mut chain = Chain::start("development");
	let transfer = pallet_balances::Call::transfer_keep_alive {
		dest: MultiAddress::Id(account(&key("Bob"))),
		value: UNIT,
	};
	let transfer = chain.weigh(&key("Alice"), transfer).ref_time();

	let mut market = Market::open(3, 3, 3);
	let submit =
		assay_simulation::market::submit(assay_simulation::market::spec(), 3, 3, vec![0, 1, 2]);
	let client = key("Charlie");
	// A second deal, only to be weighed: the first one is already open.
	let submit = market.chain.weigh(&client, submit).ref_time();
	let publish = pallet_content::Call::publish { data: [MODULE, b" again"].concat() };
	let publish = market.chain.weigh(&client, publish).ref_time();
	let drawn = market.drawn();
	market.chain.pass(1);
	let mut commits = Vec::new();
	for provider in &drawn {
		let call = market.commit_call(*provider, truth());
		let operator = market.providers[*provider].operator.clone();
		commits.push(market.chain.weigh(&operator, call).ref_time());
	}
	let mut reveals = Vec::new();
	for provider in &drawn {
		let call = market.reveal_call(*provider, truth());
		let operator = market.providers[*provider].operator.clone();
		reveals.push(market.chain.weigh(&operator, call).ref_time());
	}
	market.chain.pass(ACCEPTED_AFTER);
	let poke = pallet_deals::Call::poke { task: market.task };
	let poke = market.chain.weigh(&key("Ferdie"), poke).ref_time();
	market.ended_task();

	let times = |weight: u64| weight as f64 / transfer as f64;
	let total = submit + commits.iter().sum::<u64>() + reveals.iter().sum::<u64>() + poke;
	println!("transfer_keep_alive: {transfer} ps");
	println!("publish of {} bytes: {:.1} transfers", MODULE.len() + 6, times(publish));
	println!("submit: {:.1} transfers", times(submit));
	println!("commits: {:?}", commits.iter().map(|one| times(*one)).collect::<Vec<_>>());
	println!("reveals: {:?}", reveals.iter().map(|one| times(*one)).collect::<Vec<_>>());
	println!("settlement: {:.1} transfers", times(poke));
	println!("task of three replicas, submit to settlement: {:.1} transfers", times(total));
	assert!(total <= TRANSFERS * transfer, "{:.1} transfers", times(total));
}

/// Whoever is late with them loses a stake, so whoever fills blocks would have the stakes of all who are due.
#[test]
fn seals_and_openings_should_get_in_when_ordinary_transactions_fill_the_block() {
	let mut market = Market::open(3, 3, 2);
	let drawn = market.drawn();
	let ordinary = RuntimeCall::from(frame_system::Call::remark { remark: vec![] });
	let stranger = key("Dave");
	let fill = |market: &mut Market, at: usize, call: RuntimeCall| {
		let operator = market.providers[at].operator.clone();
		let sent = [(&stranger, ordinary.clone()), (&operator, call)]
			.map(|(who, call)| market.chain.sign(who, call));
		let refused = InvalidTransaction::ExhaustsResources.into();
		let results = market.chain.build(|| {
			let weights = <Runtime as frame_system::Config>::BlockWeights::get();
			let most = weights.get(DispatchClass::Normal).max_total.expect("it is bounded");
			System::register_extra_weight_unchecked(most, DispatchClass::Normal);
			Executive::inherents_applied();
			sent.map(Executive::apply_extrinsic)
		});
		assert_eq!(results, [Err(refused), Ok(Ok(()))]);
	};
	for at in &drawn {
		let call = market.commit_call(*at, truth());
		fill(&mut market, *at, call);
	}
	for at in drawn {
		let call = market.reveal_call(at, truth());
		fill(&mut market, at, call);
	}
	assert!(matches!(market.state(), TaskState::Agreed { .. }));
}
