//! What the answers of views cost, with few deals and offers of others on the chain and with ten thousand.
//!
//! `docs/benchmarks/views.md` has the tables that this prints, and is held to their keys and nodes.

use super::{
	metadata::runtime_apis,
	orders::{Parties, parties},
	pools,
};
use assay_primitives::{
	UNIT,
	api::MAX_TASK_PAGE,
	case::{CasePhase, CaseView},
	content::ContentRef,
	deal::{CallbackResult, EndedTask, Ending, FailCause, TaskState, Via, single},
	hashing::tagged_hash,
	order::{AnyOrder, Authorization, Order},
	pool::{LeafId, PoolTerms, Spot},
	profile::Profile,
	request::Candidate,
	task::{DealId, Input, InputList, TaskSpec},
	traits::{DealBook, NewDeal},
};
use assay_runtime::{AccountId, Balance, Mediation, Runtime, RuntimeCall};
use assay_simulation::{
	Cost, account, key,
	market::{MODULE, Market, PRICE, request, spec, submit, truth},
};
use codec::Encode;
use pallet_deals::{Bags, BagsOf, Deals, Ended, NextDealId, TaskList, Tasks};
use pallet_market::{MAX_INELIGIBLE, Offers};
use pallet_providers::Providers;
use polkadot_sdk::{frame_support::BoundedVec, frame_system};
use std::collections::{BTreeMap, BTreeSet};

/// Deals of others.
const FEW: u64 = 20;
const MANY: u64 = 10_000;
/// Deals of others of which one is a bag.
const BAG_OF: u64 = 10;
/// Tasks of each bag.
const TASKS: u32 = 16;
/// Deals of the client's own, through which lists step.
const OWN: usize = 3;
/// The bag among them.
const BAG: DealId = 2;
/// Bytes that every client and node lets through.
const MAX_ANSWER: usize = 4 << 20;
/// The page with what is measured.
const PAGE: &str = include_str!("../../../docs/benchmarks/views.md");
/// As much as a view gives.
const MOST: u32 = u32::MAX;

/// Two single tasks of a client, one of them drawn, and a bag.
fn own() -> (Market, Parties) {
	let it = parties(5);
	let twin = parties(5);
	let Parties { chain, client, providers, .. } = it;
	let mut market = Market::around(chain, client, providers);
	for _ in 0..2 {
		let submit = submit(spec(), 3, 3, (0..5).collect());
		market.chain.send(&market.client, submit).expect("matched");
	}
	let inputs: Vec<_> = (0..TASKS).map(|at| ContentRef::of(&at.to_le_bytes())).collect();
	let list = TaskSpec { input: Input::List(InputList::of(&inputs).0), ..spec() };
	let candidate =
		|at: usize| Candidate { provider: market.providers[at].id(), price: PRICE, weight: 1 };
	let bag = NewDeal {
		tasks: TASKS,
		..NewDeal::plain(
			Via::MARKET,
			account(&market.client),
			request(list, 3, 3),
			(0..5).map(candidate).collect(),
		)
	};
	market.chain.read(|| assay_runtime::Deals::open(bag)).expect("it is in order");
	market.drawn();
	market.poke(&key("Ferdie")).expect("the seed is known");
	occupy(&mut market, &twin);
	doubt(&mut market);
	(market, twin)
}

/// Has the client keep something of each kind that there is a view of.
fn occupy(market: &mut Market, twin: &Parties) {
	let task_hash = market.chain.read(|| Deals::<Runtime>::get(BAG)).expect("it is open").task_hash;
	let remark = vec![0; CallbackResult::BYTES];
	let whole = RuntimeCall::System(frame_system::Call::remark_with_event { remark }).encode();
	let call = BoundedVec::truncate_from(whole[..whole.len() - CallbackResult::BYTES].to_vec());
	let client = account(&market.client);
	let list =
		TaskSpec { input: Input::List(InputList::of(&[ContentRef::of(MODULE)]).0), ..spec() };
	let terms = Box::new(PoolTerms { deposit: 1_000 * UNIT, ..pools::terms(list) });
	let start = market.chain.now() + 100;
	let calls: [RuntimeCall; 6] = [
		pallet_deals::Call::set_callback { deal: BAG, task_hash, call, reward: UNIT }.into(),
		pallet_market::Call::presign {
			order: AnyOrder::Request(Box::new(twin.request())),
			authorization: Authorization::OnChain,
		}
		.into(),
		pallet_groups::Call::create_group { number: 0 }.into(),
		pallet_groups::Call::add_members {
			number: 0,
			members: vec![client].try_into().expect("one"),
		}
		.into(),
		pallet_board::Call::set_board_places { places: 1 }.into(),
		pallet_pool::Call::create { terms, start, end: start + 1_000 }.into(),
	];
	for call in calls {
		let what = format!("{call:?}");
		market.chain.send(&market.client, call).expect(&what);
	}
}

/// Has the first task answered and called into question, and a committee drawn.
fn doubt(market: &mut Market) {
	let drawn = market.drawn();
	for at in &drawn {
		market.commit(*at, truth()).expect("it was drawn");
	}
	for at in &drawn {
		market.reveal(*at, truth()).expect("all have sealed");
	}
	let TaskState::Agreed { digest, .. } = market.state() else { panic!("they agree") };
	let challenge = pallet_deals::Call::challenge { task: market.task, digest };
	market.chain.send(&key("Dave"), challenge).expect("its window is open");
	for _ in 0..20 {
		if matches!(case(market).case.phase, CasePhase::Sealing { .. }) {
			return;
		}
		market.chain.pass(1);
	}
	panic!("no committee: {:?}", case(market).case.phase);
}

/// The case about the first task.
fn case(market: &mut Market) -> CaseView {
	market.chain.read(|| Mediation::case_view(0)).expect("it is open")
}

/// An account that has nothing to do with the market.
fn stranger(kind: &str, number: u64) -> AccountId {
	AccountId::new(tagged_hash(b"assay/scenario/reads/1", &(kind, number)).0)
}

/// Whom the bags of others name.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Named {
	Strangers,
	/// The same providers as the client's deals.
	Everybody,
}

/// Copies of the client's deals, as if others had opened as many with providers that nobody else names,
/// or only bags do: half of the tasks have ended, and some of the deals are bags.
fn add_deals_of_strangers(market: &mut Market, count: u64, named: Named) {
	market.chain.read(|| {
		let plain = Deals::<Runtime>::get(1).expect("it is open");
		let list = Deals::<Runtime>::get(2).expect("it is open");
		let client = plain.client.clone();
		let under = TaskList::Client(client.clone());
		let task = Tasks::<Runtime>::get(under, single(1)).expect("it is open");
		let bag = Bags::<Runtime>::get(client, 2).expect("it is a bag");
		let ended = EndedTask {
			ending: Ending::Failed(FailCause::HardEnd),
			replicas: Default::default(),
			paid: 0,
			ended_at: 1,
			prune_at: u32::MAX,
		};
		let next = NextDealId::<Runtime>::get();
		for id in next..next + count {
			let mut deal = if id % BAG_OF == 0 { list.clone() } else { plain.clone() };
			deal.client = stranger("client", id % 100);
			let keeps = named == Named::Everybody && deal.is_bag();
			for (at, candidate) in deal.candidates.iter_mut().enumerate().filter(|_| !keeps) {
				candidate.provider = stranger("provider", id % 50 + at as u64);
			}
			let under = TaskList::of(id, &deal);
			if deal.is_bag() {
				Bags::<Runtime>::insert(&deal.client, id, &bag);
				for candidate in &deal.candidates {
					BagsOf::<Runtime>::insert(&candidate.provider, id, ());
				}
			} else if id % 2 == 0 {
				Ended::<Runtime>::insert(under, single(id), &ended);
				deal.open_tasks = 0;
			} else {
				Tasks::<Runtime>::insert(under, single(id), &task);
			}
			Deals::<Runtime>::insert(id, deal);
		}
		NextDealId::<Runtime>::put(next + count);
	});
}

/// All views but [`GROWING`], each with arguments for which it has most to say.
fn views(market: &mut Market, twin: &Parties) -> Vec<(&'static str, Vec<u8>)> {
	let (client, solver) = (account(&market.client), account(&key("Eve")));
	let (stash, operator) = (market.providers[0].id(), account(&market.providers[0].operator));
	let mediator = case(market).rounds[0].members[0].mediator.clone();
	let order = twin.request().id(&twin.genesis);
	let (drawn, bag) = (single(0), BAG);
	vec![
		("AssayApi_parameters", vec![]),
		("AssayApi_profile", Profile::BASE.id().encode()),
		("AssayApi_task", drawn.encode()),
		("AssayApi_deals_of_client", (&client, None::<DealId>, MOST).encode()),
		("AssayApi_deals_of_provider", stash.encode()),
		("AssayApi_deals_of_candidate", (&stash, None::<DealId>, MOST).encode()),
		("AssayApi_tasks_of_deal", (bag, 0u32, MOST).encode()),
		("AssayApi_tasks_of_candidate", (&stash, bag, 0u32, MOST).encode()),
		("AssayApi_draw", drawn.encode()),
		("AssayApi_callback", bag.encode()),
		("AssayApi_called_back", drawn.encode()),
		("AssayApi_block_vrf", vec![]),
		("AssayApi_quote", (&client, request(spec(), 3, 3)).encode()),
		("AssayApi_quote_order", (twin.request(), Vec::<u64>::new()).encode()),
		("AssayApi_offers", (None::<u64>, MOST).encode()),
		("AssayApi_offers_of_provider", stash.encode()),
		("AssayApi_why_not", (&solver, twin.orders(twin.request())).encode()),
		("AssayApi_order", order.encode()),
		("AssayApi_asset", 0u32.encode()),
		("AssayApi_assets", (None::<u32>, MOST).encode()),
		("AssayApi_publisher", account(&key("Bob")).encode()),
		("AssayApi_is_member", (&client, 0u32, &client).encode()),
		("AssayApi_board_places", client.encode()),
		("AssayApi_provider", stash.encode()),
		("AssayApi_providers", (None::<AccountId>, MOST).encode()),
		("AssayApi_provider_of", operator.encode()),
		("AssayApi_exposure", (&stash, &client).encode()),
		("AssayApi_next_deal", vec![]),
		("AssayApi_content", ContentRef::of(MODULE).hash.encode()),
		("AssayApi_promised_until", ContentRef::of(MODULE).encode()),
		("CaseApi_case", 0u64.encode()),
		("CaseApi_cases", (None::<u64>, MOST).encode()),
		("CaseApi_cases_of_mediator", (&mediator, None::<u64>, MOST).encode()),
		("CaseApi_past_cases_of_mediator", (&mediator, None::<u64>, MOST).encode()),
		("CaseApi_case_of_task", drawn.encode()),
		("CaseApi_mediator", mediator.encode()),
		("CaseApi_mediators", (None::<AccountId>, MOST).encode()),
		("CaseApi_mediator_of", mediator.encode()),
		("CaseApi_committee_draw", (0u64, 0u8).encode()),
		("CaseApi_case_cost", 1u128.encode()),
		("PoolApi_pool", 0u32.encode()),
		("PoolApi_pools", (None::<u32>, MOST).encode()),
		(
			"PoolApi_case_of_leaf",
			LeafId { pool: 0, spot: Spot { round: 0, member: 0, row: 0 } }.encode(),
		),
	]
}

fn costs(strangers: u64) -> BTreeMap<&'static str, Cost> {
	let (mut market, twin) = own();
	add_deals_of_strangers(&mut market, strangers, Named::Strangers);
	let views = views(&mut market, &twin);
	views.into_iter().map(|(name, arguments)| (name, cost(&mut market, name, &arguments))).collect()
}

fn cost(market: &mut Market, name: &str, arguments: &[u8]) -> Cost {
	// The first answer of all brings constants and code into the caches.
	market.chain.cost_of_view(name, arguments);
	market.chain.cost_of_view(name, arguments)
}

/// Microseconds that an answer counts: its time, and 8 for each node as if the database were asked for
/// all of them.
fn weight(cost: &Cost) -> u128 {
	cost.time.as_micros() + 8 * cost.nodes as u128
}

/// Rows that the page lacks.
#[derive(Default)]
struct Stated(Vec<String>);

impl Stated {
	fn check(&mut self, row: String) {
		if !PAGE.contains(&row) {
			self.0.push(row);
		}
	}

	/// Once all of the table was printed.
	fn all(self) {
		assert!(self.0.is_empty(), "docs/benchmarks/views.md should say {:#?}", self.0);
	}
}

#[test]
fn views_should_read_no_more_keys_when_others_have_ten_thousand_deals() {
	let (few, many) = (costs(FEW), costs(MANY));
	let mut stated = Stated::default();
	println!("| view | keys | nodes | bytes read | answer, bytes | weight, µs |");
	println!("|---|--:|--:|--:|--:|--:|");
	for (name, cost) in &many {
		let (view, before) = (name.replacen('_', "::", 1), few[name]);
		let Cost { keys, nodes, bytes, answer, .. } = cost;
		println!(
			"| `{view}` | {keys} | {} → {nodes} | {bytes} | {answer} | {} |",
			before.nodes,
			weight(cost)
		);
		assert_eq!(*keys, before.keys, "keys of {name}");
		let row = format!("| `{view}` | {keys} | {} → {nodes} |", before.nodes);
		stated.check(row);
		// Paths are longer where there is more: by a node for sixteen times as much.
		let steps = before.keys + 3 * OWN;
		assert!(*nodes <= before.nodes + 4 * steps, "{name}: {} nodes, then {nodes}", before.nodes);
	}
	stated.all();
	let known = many.keys().copied().chain(GROWING.map(|(_, name)| name));
	let known: BTreeSet<String> = known.map(ToString::to_string).collect();
	let all = runtime_apis().into_iter().flat_map(|(api, methods)| {
		methods.into_iter().map(move |method| format!("{api}_{method}")).collect::<Vec<_>>()
	});
	assert_eq!(known, all.collect(), "every view is measured");
}

/// What a provider's daemon reads first at every block: what its stake is in.
#[test]
fn own_work_should_read_no_more_keys_when_a_thousand_bags_name_the_provider() {
	let keys = |strangers| {
		let (mut market, _) = own();
		add_deals_of_strangers(&mut market, strangers, Named::Everybody);
		let stash = market.providers[0].id();
		let mut keys = |name, arguments: Vec<u8>| {
			market.chain.cost_of_view(name, &arguments);
			market.chain.cost_of_view(name, &arguments).keys
		};
		let list = keys("AssayApi_deals_of_candidate", (&stash, None::<DealId>, MOST).encode());
		assert!(list <= 2 * MAX_TASK_PAGE as usize, "{list} keys of a page of the rest");
		let single = keys("AssayApi_tasks_of_candidate", (&stash, 0u64, 0u32, MOST).encode());
		(keys("AssayApi_deals_of_provider", stash.encode()), single)
	};
	assert_eq!(keys(MANY), keys(BAG_OF));
}

/// Offers at so many times the price of others, each of a provider of its own.
fn add_offers(market: &mut Market, count: u64, times: Balance) {
	market.chain.read(|| {
		let (first, offer) = Offers::<Runtime>::iter().next().expect("there are offers");
		let provider = Providers::<Runtime>::get(&offer.provider).expect("it is registered");
		for id in first + 1_000..first + 1_000 + count {
			let mut other = offer.clone();
			other.provider = stranger("provider", id);
			other.terms.price.base = times * PRICE.base;
			Providers::<Runtime>::insert(&other.provider, &provider);
			Offers::<Runtime>::insert(id, other);
		}
	});
}

/// What grows with what others have, and of what there is much then.
const GROWING: [(&str, &str); 5] = [
	("offers that serve", "AssayApi_quote"),
	("offers that are too dear", "AssayApi_quote"),
	("offers", "AssayApi_offers"),
	("providers", "AssayApi_providers"),
	("new deals", "AssayApi_new_deals_of_candidate"),
];

fn growing(count: u64) -> [Cost; 5] {
	let (mut market, _) = own();
	let next = market.chain.read(NextDealId::<Runtime>::get);
	add_deals_of_strangers(&mut market, count, Named::Strangers);
	let (mut dear, _) = own();
	add_offers(&mut market, count, 1);
	add_offers(&mut dear, count, 2);
	let quoted = (account(&market.client), request(spec(), 3, 3)).encode();
	let stash = market.providers[0].id();
	let all = [
		quoted.clone(),
		quoted,
		(None::<u64>, MOST).encode(),
		(None::<AccountId>, MOST).encode(),
		(&stash, next, MOST).encode(),
	];
	core::array::from_fn(|at| {
		let (what, name) = GROWING[at];
		let of = if what.contains("dear") { &mut dear } else { &mut market };
		cost(of, name, &all[at])
	})
}

#[test]
fn views_of_what_others_have_should_read_what_the_page_says_when_that_is_much() {
	let (few, many) = (growing(FEW), growing(MANY));
	let mut stated = Stated::default();
	println!("| view | with many | keys | nodes | bytes read | answer, bytes | weight, µs |");
	println!("|---|---|--:|--:|--:|--:|--:|");
	for ((before, cost), (what, name)) in few.iter().zip(&many).zip(GROWING) {
		let view = name.replacen('_', "::", 1);
		let Cost { keys, nodes, bytes, answer, .. } = cost;
		let row = format!(
			"| `{view}` | {what} | {} → {keys} | {} → {nodes} |",
			before.keys, before.nodes
		);
		println!("{row} {bytes} | {answer} | {} |", weight(cost));
		stated.check(row);
		assert!(*answer <= MAX_ANSWER, "{name}: {answer}");
	}
	stated.all();
}

#[test]
fn quote_should_read_nothing_of_a_provider_whose_terms_do_not_serve() {
	let keys = |count| {
		let (mut market, _) = own();
		add_offers(&mut market, count, 2);
		let arguments = (account(&market.client), request(spec(), 3, 3)).encode();
		market.chain.cost_of_view("AssayApi_quote", &arguments);
		market.chain.cost_of_view("AssayApi_quote", &arguments).keys
	};
	// Beyond those that are listed with every reason each costs the key of the offer itself.
	let (some, more) = (MAX_INELIGIBLE as u64, 4_000);
	assert_eq!(keys(some + more), keys(some) + more as usize);
}
