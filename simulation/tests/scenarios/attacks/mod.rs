//! Thefts that were carried out on this runtime, or shown to be possible, one file each: what the robber does,
//! as far as he is let, and whose money moves. None may end with an honest party poorer than it began, but for fees.

mod attack_01;
mod attack_02;
mod attack_03;
mod attack_04;
mod attack_05;
mod attack_06;
mod attack_08;
mod attack_09;
mod attack_10;
mod attack_11;
mod attack_12;
mod attack_14;
mod attack_15;
mod attack_16;
mod attack_18;
mod court_fees;
mod failing_calls;
mod full_queue;
mod idle_places;
mod named_judges;
mod seats;
mod two_contents;

use super::judgement::Trial;
use assay_primitives::{
	AccountId, Balance, Hash,
	case::{CasePhase, CaseView, Subject, Vote},
	deal::{Opening, Task, TaskState, TaskStatus, single},
	judges::Mediators,
	order::{Accounts, Authorization, Match, RequestOrder, Resource, Signed},
	outcome::Outcome,
	request::OfferId,
	seal::Report,
	task::{TaskId, TaskSpec},
	traits::CaseId,
};
use assay_runtime::{Balances, Deals, Mediation, Runtime, RuntimeCall};
use assay_simulation::{
	Chain, account,
	cases::{mediator, next_of_mediator},
	deals::{self, next_of_provider},
	key,
	market::{MODULE, Market, Provider, publish, register, request, salt, spec, truth},
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
pub fn worth(chain: &mut Chain, who: &[AccountId]) -> Balance {
	chain.read(|| who.iter().map(Balances::total_balance).sum())
}

/// Has every provider that is drawn seal and reveal what `says` gives for its number, until none has
/// anything to do.
pub fn run(market: &mut Market, says: impl Fn(usize) -> Outcome) {
	market.drawn();
	let genesis = market.chain.genesis_hash();
	loop {
		let task = market.task;
		let view = market.chain.read(|| Deals::task_view(task)).expect("the task is known");
		let next = market.providers.iter().enumerate().find_map(|(at, provider)| {
			let call = next_of_provider(&provider.id(), &genesis, &view, says(at))?;
			Some((provider.operator.clone(), call))
		});
		let Some((operator, call)) = next else { return };
		send(market, &operator, call);
	}
}

/// Sends a call, unless the block begins a session and has no room: the caller asks again what is to be done.
fn send(market: &mut Market, signer: &Pair, call: RuntimeCall) {
	if let Ok(done) = market.chain.block(&[(Some(signer), call)])[0] {
		assert_ok!(done);
	}
}

/// The open case over a market's task.
pub fn case_over(market: &mut Market) -> Option<CaseId> {
	let task = market.task;
	market.chain.read(|| Mediation::case_over(Subject::Task(task)))
}

/// Has whoever sits in the case over the task say what `says` gives, until it is closed.
pub fn judge(market: &mut Market, says: impl Fn(&AccountId) -> Outcome) {
	judge_until(market, says, |view| matches!(view.case.phase, CasePhase::Closed { .. }));
}

/// The same until something holds of the case.
fn judge_until(
	market: &mut Market,
	says: impl Fn(&AccountId) -> Outcome,
	holds: impl Fn(&CaseView) -> bool,
) {
	const LONGEST: u32 = 1_000;
	let genesis = market.chain.genesis_hash();
	for _ in 0..LONGEST {
		let Some(case) = case_over(market) else { return };
		let view = market.chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if holds(&view) {
			return;
		}
		let next = (0..MEDIATORS).map(mediator).find_map(|pair| {
			let call = next_of_mediator(&pair, &genesis, &view, says(&account(&pair)))?;
			Some((pair, call))
		});
		match next {
			Some((pair, call)) => send(market, &pair, call),
			None => market.chain.pass(1),
		}
	}
	panic!("the case has not ended");
}

/// Applies deadlines until a case is open over the task.
fn await_dispute(market: &mut Market) {
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
	RequestOrder::plain(account(client), request(spec(), replicas, required))
}

/// Matches an order of the client's own with the first resting offers.
fn match_offers(
	chain: &mut Chain,
	client: &Pair,
	order: RequestOrder,
	offers: u64,
) -> DispatchResult {
	match_named(chain, client, order, 0..offers)
}

/// The same with these.
fn match_named(
	chain: &mut Chain,
	client: &Pair,
	order: RequestOrder,
	offers: impl Iterator<Item = OfferId>,
) -> DispatchResult {
	let resources: Vec<_> = offers.map(Resource::Offer).collect();
	let orders = Match {
		request: Signed { order, authorization: Authorization::OnChain },
		sponsor: None,
		resources: BoundedVec::truncate_from(resources),
		app: None,
		dataset: None,
	};
	chain.send(client, pallet_market::Call::match_orders { orders: Box::new(orders) })
}

/// Accounts of all mediators, which sign for themselves.
fn mediators(chain: &mut Chain) -> Vec<AccountId> {
	chain.read(|| pallet_mediation::Mediators::<Runtime>::iter_keys().collect())
}

/// What each of some accounts owns, bonds included.
fn wealth(chain: &mut Chain, who: &[AccountId]) -> Vec<Balance> {
	chain.read(|| who.iter().map(Balances::total_balance).collect())
}

/// Everybody whom the owner of the client and of all replicas has.
fn owner(trial: &Trial) -> Vec<AccountId> {
	let keys = trial.providers.iter().flat_map(|it| [it.id(), account(&it.operator)]);
	keys.chain([account(&trial.client)]).collect()
}

/// A task that has not ended.
fn open_task(chain: &mut Chain, task: TaskId) -> Task {
	let view = chain.read(|| Deals::task_view(task)).expect("it is known");
	match view.status {
		TaskStatus::Open(task) => task,
		TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
	}
}

/// Has the only provider of the first deal answer, and the client have that judged.
fn checked(
	chain: &mut Chain,
	client: &Pair,
	provider: &Provider,
	spec: &TaskSpec,
	outcome: Outcome,
) -> CaseId {
	let task = single(0);
	chain.pass(8);
	let (genesis, id) = (chain.genesis_hash(), provider.id());
	let item = (task, spec.hash());
	let seal = deals::sealed(&genesis, item, &id, outcome, Report::Nothing, &salt(0));
	assert_ok!(chain.send(&provider.operator, deals::commit(&[seal])));
	let opening = Opening { outcome, salt: salt(0) };
	assert_ok!(chain.send(&provider.operator, deals::reveal(&[(task, opening)])));
	let TaskState::Agreed { digest, .. } = open_task(chain, task).state else { panic!("agreed") };
	assert_ok!(chain.send(client, pallet_deals::Call::check { task, digest }));
	chain.read(|| Mediation::case_over(Subject::Task(task))).expect("opened")
}

/// Builds blocks until a case stands where it should.
fn await_case(chain: &mut Chain, case: CaseId, holds: impl Fn(&CaseView) -> bool) -> CaseView {
	for _ in 0..1_000 {
		let view = chain.read(|| Mediation::case_view(case)).expect("it is kept");
		if holds(&view) {
			return view;
		}
		chain.pass(1);
	}
	panic!("waited in vain");
}
