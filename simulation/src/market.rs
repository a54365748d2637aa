//! A market in miniature: providers, a client, and a task between them.

use crate::{Chain, State, account, deals, key};
use assay_primitives::{
	MILLI, UNIT,
	content::ContentRef,
	deal::{DealTerms, EndedReplica, EndedTask, Opening, Task, TaskState, TaskStatus, single},
	judges::Mediators,
	money::Economics,
	outcome::{Class, Manifest, Outcome},
	policy::Policy,
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration, Endpoint},
	request::{Hints, OfferId, Request, Terms},
	seal::{Report, Salt},
	task::{Args, Input, Limits, TaskId, TaskSpec},
};
use assay_runtime::{AccountId, Balance, Balances, Deals, Providers, Runtime, RuntimeCall};
use polkadot_sdk::{
	frame_support::traits::fungible::InspectHold,
	pallet_balances,
	sp_core::{Hasher, bounded::BoundedVec, sr25519::Pair},
	sp_io::TestExternalities,
	sp_runtime::{DispatchResult, MultiAddress, traits::BlakeTwo256},
};

/// Bytes that pass for a module: the chain never looks into one.
pub const MODULE: &[u8] = b"\0asm\x01\0\0\0 a module";
/// Run time of every request.
pub const RUN_BLOCKS: u32 = 20;
/// Price of every offer: a token, and a thousandth of one for a million units of gas.
pub const PRICE: Price = Price { base: UNIT, per_mgas: MILLI };
/// Gas limit of every request.
pub const GAS: u64 = 1_000_000_000;
/// Bond of every provider.
pub const BOND: Balance = 1_000 * UNIT;

/// A provider with its two keys.
#[derive(Clone)]
pub struct Provider {
	/// Owns the bond.
	pub stash: Pair,
	/// Signs what the daemon sends.
	pub operator: Pair,
}

impl Provider {
	/// Account of the stash.
	pub fn id(&self) -> AccountId {
		account(&self.stash)
	}
}

/// Providers with offers, a client, and the task that it ordered.
pub struct Market<S = TestExternalities> {
	/// The chain.
	pub chain: Chain<S>,
	/// Who ordered the task.
	pub client: Pair,
	/// All of them, by the number of their offer.
	pub providers: Vec<Provider>,
	/// The task.
	pub task: TaskId,
	spec: TaskSpec,
}

impl Market {
	/// A task for `Quorum { replicas, required }`, offered to `providers` providers.
	pub fn open(providers: u32, replicas: u8, required: u8) -> Self {
		Self::open_on(Chain::start("development"), providers, replicas, required)
	}
}

impl<S: State> Market<S> {
	/// The same on a development chain of the caller's.
	pub fn open_on(mut chain: Chain<S>, providers: u32, replicas: u8, required: u8) -> Self {
		let providers: Vec<_> = (0..providers).map(|index| register(&mut chain, index)).collect();
		let client = key("Charlie");
		publish(&mut chain, &client, MODULE).expect("the module is published");
		let spec = spec();
		let offers: Vec<u64> = (0..providers.len() as u64).collect();
		let submit = submit(spec.clone(), replicas, required, offers);
		chain.send(&client, submit).expect("the request is matched");
		Self { chain, client, providers, task: single(0), spec }
	}

	/// The first task of a chain on which the deal was opened already.
	pub fn around(chain: Chain<S>, client: Pair, providers: Vec<Provider>) -> Self {
		Self { chain, client, providers, task: single(0), spec: spec() }
	}

	/// Waits for the draw to be known. Returns the drawn providers, in order.
	pub fn drawn(&mut self) -> Vec<usize> {
		for _ in 0..10 {
			let replicas = self.open_task().replicas;
			if !replicas.is_empty() {
				return replicas.iter().map(|replica| replica.candidate as usize).collect();
			}
			self.chain.pass(1);
		}
		panic!("no draw within ten blocks");
	}

	/// Gives the seal of an outcome.
	pub fn commit(&mut self, provider: usize, outcome: Outcome) -> DispatchResult {
		let call = self.commit_call(provider, outcome);
		self.chain.send(&self.providers[provider].operator, call)
	}

	/// The call for it.
	pub fn commit_call(&mut self, provider: usize, outcome: Outcome) -> RuntimeCall {
		let genesis = self.chain.genesis_hash();
		let id = self.providers[provider].id();
		let (task, salt) = ((self.task, self.spec.hash()), salt(provider));
		deals::commit(&[deals::sealed(&genesis, task, &id, outcome, Report::Nothing, &salt)])
	}

	/// Opens it.
	pub fn reveal(&mut self, provider: usize, outcome: Outcome) -> DispatchResult {
		let call = self.reveal_call(provider, outcome);
		self.chain.send(&self.providers[provider].operator, call)
	}

	/// The call for it.
	pub fn reveal_call(&self, provider: usize, outcome: Outcome) -> RuntimeCall {
		deals::reveal(&[(self.task, Opening { outcome, salt: salt(provider) })])
	}

	/// Applies a deadline.
	pub fn poke(&mut self, who: &Pair) -> DispatchResult {
		self.chain.send(who, pallet_deals::Call::poke { task: self.task })
	}

	/// Waits until the task has ended, however long anyone may object to its result. A stranger pokes.
	pub fn conclude(&mut self) {
		const LONGEST: u32 = 500;
		let stranger = key("Ferdie");
		for _ in 0..LONGEST {
			if matches!(self.status(), TaskStatus::Ended(_)) {
				return;
			}
			self.chain.pass(1);
			// Refused as long as nothing is due, and invalid in a block that begins a session.
			let call = pallet_deals::Call::poke { task: self.task };
			self.chain.block(&[(Some(&stranger), call.into())]);
		}
		panic!("not ended after {LONGEST} blocks: {:?}", self.open_task());
	}

	/// The task, which has not ended.
	pub fn open_task(&mut self) -> Task {
		match self.status() {
			TaskStatus::Open(task) => task,
			TaskStatus::Ended(ended) => panic!("ended: {ended:?}"),
		}
	}

	/// The task, which has ended.
	pub fn ended_task(&mut self) -> EndedTask {
		match self.status() {
			TaskStatus::Ended(ended) => ended,
			TaskStatus::Open(task) => panic!("still open: {task:?}"),
		}
	}

	/// How a provider's replica ended.
	pub fn ended_replica(&mut self, provider: usize) -> EndedReplica {
		let ended = self.ended_task();
		let replica = ended.replicas.iter().find(|one| one.candidate as usize == provider);
		*replica.expect("the provider was drawn")
	}

	/// State of the task, which has not ended.
	pub fn state(&mut self) -> TaskState {
		self.open_task().state
	}

	fn status(&mut self) -> TaskStatus {
		let task = self.task;
		self.chain.read(|| Deals::task_view(task)).expect("the task is known").status
	}

	/// Parameters that the deal was opened with.
	pub fn terms(&mut self) -> DealTerms {
		let deal = self.task.deal;
		let deal = self.chain.read(|| pallet_deals::Deals::<Runtime>::get(deal));
		deal.expect("the deal is known").terms
	}

	/// Stake of each replica.
	pub fn stake(&mut self) -> Balance {
		self.terms().stake
	}

	/// What the task pays for audits where its dearest replica is paid this.
	pub fn audit_tax(&mut self, pay: Balance) -> Balance {
		Economics::DEFAULT.audit_tax(&self.terms(), pay)
	}

	/// Has what the task has agreed on not be audited, whatever the draw. It pays for audits all the same.
	pub fn spare_audit(&mut self) {
		let deal = self.task.deal;
		self.chain.read(|| {
			pallet_deals::Deals::<Runtime>::mutate(deal, |deal| {
				deal.as_mut().expect("the deal is known").terms.audit_ppm = 0;
			})
		});
	}

	/// Bond of a provider.
	pub fn bond(&mut self, provider: usize) -> Balance {
		let id = self.providers[provider].id();
		let view = self.chain.read(|| Providers::provider_view(&id));
		view.expect("the provider is registered").bond()
	}

	/// Nothing of any bond or of the client's money is locked any more, but the state's deposit.
	pub fn assert_nothing_locked(&mut self) {
		for provider in &self.providers {
			let id = provider.id();
			let view = self.chain.read(|| Providers::provider_view(&id));
			let view = view.expect("the provider is registered");
			assert_eq!((view.locked, view.slots_used), (0, 0), "nothing is at risk after the end");
		}
		let escrow = pallet_deals::HoldReason::Escrow.into();
		let client = account(&self.client);
		let held = self.chain.read(|| Balances::balance_on_hold(&escrow, &client));
		assert_eq!(held, 0, "the rest of the escrow went back");
	}
}

/// Registers a provider with an offer of the same number.
pub fn register<S: State>(chain: &mut Chain<S>, index: u32) -> Provider {
	register_with(chain, index, |_, _| ())
}

/// The same with another capacity, or other terms of the offer.
pub fn register_with<S: State>(
	chain: &mut Chain<S>,
	index: u32,
	change: impl FnOnce(&mut Capacity, &mut Terms),
) -> Provider {
	register_bonded(chain, index, BOND, change)
}

/// The same with another bond.
pub fn register_bonded<S: State>(
	chain: &mut Chain<S>,
	index: u32,
	bond: Balance,
	change: impl FnOnce(&mut Capacity, &mut Terms),
) -> Provider {
	let provider = Provider {
		stash: key(&format!("Provider{index}")),
		operator: key(&format!("Operator{index}")),
	};
	let alice = key("Alice");
	let mut declaration = Declaration {
		operator: account(&provider.operator),
		encryption_key: [index as u8; 32],
		capacity: Capacity {
			slots: 64,
			max_gas: GAS,
			max_memory_pages: 1_024,
			gas_per_second: 1_000_000_000,
			tags: 0,
		},
		profiles: BoundedVec::truncate_from(vec![Profile::BASE.id()]),
		endpoint: Endpoint::default(),
	};
	let mut terms = terms(PRICE);
	change(&mut declaration.capacity, &mut terms);
	let register = pallet_providers::Call::register { declaration, bond };
	let accept = pallet_providers::Call::accept_operator { stash: provider.id() };
	let offer = pallet_market::Call::place_offer { terms, mediators: Mediators::default() };
	let results = chain.block(&[
		(Some(&alice), transfer(&provider.id(), 2 * bond)),
		(Some(&alice), transfer(&account(&provider.operator), 10 * UNIT)),
		(Some(&provider.stash), register.into()),
		(Some(&provider.operator), accept.into()),
		(Some(&provider.operator), offer.into()),
	]);
	assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
	provider
}

/// Sends money.
pub fn transfer(to: &AccountId, value: Balance) -> RuntimeCall {
	let dest = MultiAddress::Id(to.clone());
	pallet_balances::Call::transfer_keep_alive { dest, value }.into()
}

/// What every provider offers, at a price.
pub fn terms(price: Price) -> Terms {
	Terms {
		profile: Profile::BASE.id(),
		price,
		max_gas: GAS,
		max_memory_pages: 1_024,
		min_run_blocks: 1,
		valid_until: 10_000,
	}
}

/// Places one more offer of a provider that was [registered](register), and returns its number.
pub fn offer<S: State>(chain: &mut Chain<S>, provider: &Provider, price: Price) -> OfferId {
	let id = chain.read(pallet_market::NextOfferId::<Runtime>::get);
	let (terms, mediators) = (terms(price), Mediators::default());
	let place = pallet_market::Call::place_offer { terms, mediators };
	chain.send(&provider.operator, place).expect("the offer is placed");
	id
}

/// Publishes a blob.
pub fn publish<S: State>(chain: &mut Chain<S>, signer: &Pair, data: &[u8]) -> DispatchResult {
	chain.send(signer, pallet_content::Call::publish { data: data.to_vec() })
}

/// The task that everybody runs.
pub fn spec() -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(MODULE),
		profile: Profile::BASE.id(),
		args: Args::default(),
		env: Args::default(),
		input: Input::None,
		seed: Default::default(),
		limits: Limits { gas: GAS, memory_pages: 16, output_bytes: 1_000 },
	}
}

/// The offers of providers that were [registered](register), as a request names them.
pub fn named(offers: impl IntoIterator<Item = u64>) -> pallet_market::Chosen {
	let stash = |offer: &u64| account(&key(&format!("Provider{offer}")));
	let named = offers.into_iter().map(|offer| (offer, stash(&offer)));
	BoundedVec::truncate_from(named.collect())
}

/// A request for the task.
pub fn submit(spec: TaskSpec, replicas: u8, required: u8, offers: Vec<u64>) -> RuntimeCall {
	order(request(spec, replicas, required), named(offers))
}

/// Submits a request against named offers.
pub fn order(request: Request, offers: pallet_market::Chosen) -> RuntimeCall {
	pallet_market::Call::submit { request: Box::new(request), offers }.into()
}

/// What is asked for.
pub fn request(spec: TaskSpec, replicas: u8, required: u8) -> Request {
	Request {
		task: spec,
		policy: Policy::Quorum { replicas, required },
		canary: false,
		max_price: PRICE,
		run_blocks: RUN_BLOCKS,
		tags: 0,
		valid_until: 10_000,
		hints: Hints::default(),
	}
}

/// What an honest run gives.
pub fn truth() -> Outcome {
	let output = Manifest::default().root();
	Outcome { class: Class::Exited(0), gas_used: 500_000_000, output, output_bytes: 0 }
}

/// What a liar claims.
pub fn lie() -> Outcome {
	Outcome { gas_used: 1, ..truth() }
}

/// The salt of a provider, which nobody here guesses.
pub fn salt(provider: usize) -> Salt {
	BlakeTwo256::hash(&[provider as u8]).0
}
