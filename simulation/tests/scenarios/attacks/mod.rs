//! Thefts that were carried out on this runtime, or shown to be possible, one file each: what the robber does,
//! as far as he is let, and whose money moves. None may end with an honest party poorer than it began, but for fees.

mod attack_02;
mod attack_04;
mod attack_10;
mod attack_12;
mod attack_15;

use assay_primitives::{
	AccountId, Balance, Hash,
	case::{CasePhase, Subject},
	judges::Mediators,
	order::{Accounts, Authorization, Match, RequestOrder, Resource, Signed},
	outcome::Outcome,
	traits::CaseId,
};
use assay_runtime::{Balances, Deals, Mediation};
use assay_simulation::{
	Chain, account,
	cases::{mediator, next_of_mediator},
	deals::next_of_provider,
	key,
	market::{MODULE, Market, Provider, publish, register, request, spec, truth},
};
use polkadot_sdk::{
	frame_support::{assert_ok, traits::fungible::Inspect},
	sp_core::{bounded::BoundedVec, sr25519::Pair},
	sp_runtime::DispatchResult,
};

/// Mediators of the preset.
const MEDIATORS: u32 = 12;

/// A chain with registered providers, whose offers have their numbers, and the program.
fn stage(providers: u32) -> (Chain, Pair, Vec<Provider>) {
	stage_on(Chain::start("development"), providers)
}

fn stage_on(mut chain: Chain, providers: u32) -> (Chain, Pair, Vec<Provider>) {
	let providers = (0..providers).map(|index| register(&mut chain, index)).collect();
	let client = key("Charlie");
	publish(&mut chain, &client, MODULE).expect("the module is published");
	(chain, client, providers)
}

/// All money of some accounts, bonds included.
fn worth(chain: &mut Chain, who: &[AccountId]) -> Balance {
	chain.read(|| who.iter().map(Balances::total_balance).sum())
}

/// Has every provider that is drawn seal and reveal what `says` gives for its number, until none has
/// anything to do.
fn run(market: &mut Market, says: impl Fn(usize) -> Outcome) {
	market.drawn();
	let genesis = market.chain.genesis_hash();
	loop {
		let task = market.task;
		let view = market.chain.read(|| Deals::task_view(task)).expect("the task is known");
		let next = market.providers.iter().enumerate().find_map(|(at, provider)| {
			let call = next_of_provider(provider, &genesis, &view, says(at))?;
			Some((provider.operator.clone(), call))
		});
		let Some((operator, call)) = next else { return };
		assert_ok!(market.chain.send(&operator, call));
	}
}

/// The open case over a market's task.
fn case_over(market: &mut Market) -> Option<CaseId> {
	let task = market.task;
	market.chain.read(|| Mediation::case_over(Subject::Task(task)))
}

/// Has whoever sits in the case over the task say what `says` gives, until it is closed.
fn judge(market: &mut Market, says: impl Fn(&AccountId) -> Outcome) {
	const LONGEST: u32 = 1_000;
	let genesis = market.chain.genesis_hash();
	for _ in 0..LONGEST {
		let Some(case) = case_over(market) else { return };
		let view = market.chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if matches!(view.case.phase, CasePhase::Closed { .. }) {
			return;
		}
		let next = (0..MEDIATORS).map(mediator).find_map(|pair| {
			let call = next_of_mediator(&pair, &genesis, &view, says(&account(&pair)))?;
			Some((pair, call))
		});
		match next {
			Some((pair, call)) => assert_ok!(market.chain.send(&pair, call)),
			None => market.chain.pass(1),
		}
	}
	panic!("the case has not ended");
}

/// Applies deadlines until a case is open over the task.
fn await_case(market: &mut Market) {
	let stranger = key("Ferdie");
	for _ in 0..200 {
		if case_over(market).is_some() {
			return;
		}
		market.chain.pass(1);
		// Refused as long as nothing is due.
		let _ = market.poke(&stranger);
	}
	panic!("there is no case");
}

/// The digest of an outcome of the task that everybody runs.
fn digest(outcome: &Outcome) -> Hash {
	outcome.digest(&spec().hash())
}

/// An order for the task with `Quorum { replicas, required }`, with nothing else.
fn order(client: &Pair, replicas: u8, required: u8) -> RequestOrder {
	RequestOrder {
		client: account(client),
		request: request(spec(), replicas, required),
		app: None,
		dataset: None,
		max_app_price: 0,
		max_dataset_price: 0,
		min_publisher_bond: 0,
		volume: 1,
		min_volume: 1,
		min_candidates: replicas.into(),
		providers: Accounts::Any,
		mediators: Mediators::default(),
		sponsor: None,
		beneficiary: None,
		tip: 0,
		salt: 0,
	}
}

/// Matches an order of the client's own with the first resting offers.
fn match_offers(
	chain: &mut Chain,
	client: &Pair,
	order: RequestOrder,
	offers: u64,
) -> DispatchResult {
	let resources: Vec<_> = (0..offers).map(Resource::Offer).collect();
	let orders = Match {
		request: Signed { order, authorization: Authorization::OnChain },
		sponsor: None,
		resources: BoundedVec::truncate_from(resources),
		app: None,
		dataset: None,
	};
	chain.send(client, pallet_market::Call::match_orders { orders: Box::new(orders) })
}
