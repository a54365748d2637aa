//! Random sequences of everything that clients, solvers, providers, publishers, mediators and bystanders
//! can do, over the real runtime, block by block.
//!
//! After every block:
//!
//! - INV1: all money is somebody's, and only what is meant to burns (the driver checks it).
//! - INV2: no task is open after its hard end and the time for revealing, objecting and showing content,
//!   unless a case about it is; and no case after its last block.
//!
//! At the end, when only deadlines are applied and nobody does anything else any more:
//!
//! - INV3: every task has ended and every case is closed.
//! - INV4: nothing is held for a deal, a callback, a challenge or an appeal; nothing is locked of any bond;
//!   the account of cases owns nothing but what keeps it alive.
//! - INV5: everybody can leave with what is left of its bond.

use assay_primitives::{
	Hash, MILLI, UNIT,
	case::{CasePhase, CaseView, Vote},
	content::{ContentRef, Exhibit},
	deal::{
		CallbackResult, Exhibits, Opening, ReplicaState, Task, TaskState, TaskStatus, TaskView,
	},
	excuse::Excuse,
	judges::Mediators,
	order::{Accounts, AssetTerms, Match, Order, RequestOrder, Resource, Signed, wrapped},
	outcome::Outcome,
	policy::Policy,
	profile::Profile,
	request::{Hints, Request},
	seal::{Report, Salt, Seal, seal_verdict},
	task::{Input, InputList, TaskId},
	traits::CaseId,
};
use assay_runtime::{
	AccountId, Balances, BlockNumber, Deals, Mediation, Runtime, RuntimeCall, RuntimeEvent,
	RuntimeHoldReason,
};
use assay_simulation::{
	Chain, account,
	deals::{commit, decline, sealed},
	key,
	market::{MODULE, PRICE, Provider, RUN_BLOCKS, lie, named, publish, register, spec, truth},
};
use codec::Encode;
use polkadot_sdk::{
	frame_support::traits::fungible::{Inspect, InspectHold},
	frame_system, pallet_balances,
	sp_core::{Pair as _, bounded::BoundedVec, sr25519::Pair},
	sp_runtime::MultiSignature,
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const PROVIDERS: u32 = 6;
const MEDIATORS: u32 = 12;
/// Blocks that an objection, an audit's seed and a poke that was not paid for may take beside the clocks.
const SLACK: BlockNumber = 90;
/// Blocks after which nothing may be open any more.
const LONGEST: BlockNumber = 3_000;

#[derive(Clone, Debug)]
enum Op {
	Submit {
		client: bool,
		replicas: u8,
		extra: u8,
		policy: u8,
	},
	Match {
		tasks: u8,
		replicas: u8,
	},
	/// Everybody who has to seal does so or not, by two bits each; the same for revealing.
	Seal(u64),
	Reveal(u64),
	/// The same for members of committees.
	Vote(u64),
	Show(u64),
	Question {
		task: u8,
		how: u8,
		by: u8,
	},
	Appeal(u8),
	Exhibit(u8),
	SetCallback(u8),
	CallBack(u8),
	LimitExposure(u8, u8),
	UnbondProvider(u8),
	UnbondMediator(u8),
	LeaveMediator(u8),
	Poke,
	Pass(u8),
}

fn op() -> impl Strategy<Value = Op> {
	let bits = || any::<u64>();
	prop_oneof![
		6 => (any::<bool>(), 1..5u8, 0..3u8, 0..8u8).prop_map(|(client, replicas, extra, policy)| {
			Op::Submit { client, replicas, extra, policy }
		}),
		3 => (1..4u8, 1..4u8).prop_map(|(tasks, replicas)| Op::Match { tasks, replicas }),
		12 => bits().prop_map(Op::Seal),
		12 => bits().prop_map(Op::Reveal),
		8 => bits().prop_map(Op::Vote),
		8 => bits().prop_map(Op::Show),
		5 => (any::<u8>(), 0..4u8, any::<u8>())
			.prop_map(|(task, how, by)| Op::Question { task, how, by }),
		2 => any::<u8>().prop_map(Op::Appeal),
		4 => any::<u8>().prop_map(Op::Exhibit),
		3 => any::<u8>().prop_map(Op::SetCallback),
		3 => any::<u8>().prop_map(Op::CallBack),
		1 => (any::<u8>(), 0..60u8).prop_map(|(who, limit)| Op::LimitExposure(who, limit)),
		1 => any::<u8>().prop_map(Op::UnbondProvider),
		1 => any::<u8>().prop_map(Op::UnbondMediator),
		1 => any::<u8>().prop_map(Op::LeaveMediator),
		6 => Just(Op::Poke),
		8 => (1..12u8).prop_map(Op::Pass),
	]
}

struct World {
	chain: Chain,
	genesis: Hash,
	clients: [Pair; 2],
	bystander: Pair,
	providers: Vec<Provider>,
	mediators: Vec<Pair>,
	/// What each replica has sealed.
	sealed: BTreeMap<(TaskId, AccountId), Outcome>,
	salt: u64,
	/// How often each kind of thing has happened.
	seen: BTreeMap<&'static str, u32>,
}

/// The salt that everybody uses; nobody here guesses.
const SALT: Salt = [7; 32];

/// One of a few outcomes: silence, the lie, another lie, mostly the truth.
fn choice(bits: u64, at: usize) -> Option<Outcome> {
	match bits >> (3 * (at % 20)) & 7 {
		0 => None,
		1 => Some(lie()),
		2 => Some(Outcome { gas_used: 2, ..truth() }),
		_ => Some(truth()),
	}
}

impl World {
	fn start() -> Self {
		let mut chain = Chain::start_with("development", |genesis| {
			let timing = &mut genesis["network"]["timing"];
			timing["retainBlocks"] = 20.into();
			timing["unbondingBlocks"] = 20.into();
		});
		let providers = (0..PROVIDERS).map(|index| register(&mut chain, index)).collect();
		let publisher = key("Bob");
		publish(&mut chain, &publisher, MODULE).expect("the module is published");
		let terms = AssetTerms {
			price: UNIT,
			liability: UNIT,
			clients: Accounts::Any,
			providers: Accounts::Any,
			mediators: Mediators::default(),
		};
		let app = pallet_register::Call::register_app {
			content: ContentRef::of(MODULE),
			profile: Profile::BASE.id(),
			tags: 0,
			needs: Default::default(),
			terms: Some(terms),
		};
		chain
			.send(&publisher, pallet_register::Call::bond_more { amount: 10 * UNIT })
			.expect("the publisher is rich");
		chain.send(&publisher, app).expect("the app is registered");
		let genesis = chain.genesis_hash();
		Self {
			chain,
			genesis,
			clients: [key("Charlie"), key("Dave")],
			bystander: key("Eve"),
			providers,
			mediators: (0..MEDIATORS).map(|at| key(&format!("Mediator//{at}"))).collect(),
			sealed: BTreeMap::new(),
			salt: 0,
			seen: BTreeMap::new(),
		}
	}

	/// A block with these calls, each of which may fail.
	fn block(&mut self, calls: Vec<(Pair, RuntimeCall)>) {
		let calls: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		let before = self.chain.events.len();
		self.chain.block(&calls);
		for event in &self.chain.events[before..] {
			if let Some(name) = name_of(event) {
				*self.seen.entry(name).or_default() += 1;
			}
		}
		self.check_clocks();
	}

	fn open_tasks(&mut self) -> Vec<(TaskView, Task)> {
		self.chain.read(|| {
			let deals = pallet_deals::Deals::<Runtime>::iter();
			let ids =
				deals.flat_map(|(deal, it)| (0..it.tasks).map(move |index| TaskId { deal, index }));
			let views = ids.filter_map(Deals::task_view);
			let open = views.filter_map(|view| match &view.status {
				TaskStatus::Open(task) => Some((view.clone(), task.clone())),
				TaskStatus::Ended(_) => None,
			});
			let mut open: Vec<_> = open.collect();
			open.sort_by_key(|(view, _)| view.id);
			open
		})
	}

	fn open_cases(&mut self) -> Vec<CaseView> {
		let open = |view: &CaseView| !matches!(view.case.phase, CasePhase::Closed { .. });
		self.chain.read(|| {
			let (mut found, mut before) = (Vec::new(), None);
			loop {
				let page = Mediation::cases(before, u32::MAX);
				found.extend(page.items.into_iter().filter(open));
				before = page.next;
				if before.is_none() {
					return found;
				}
			}
		})
	}

	/// INV2.
	fn check_clocks(&mut self) {
		let now = self.chain.now();
		let cases: BTreeMap<CaseId, BlockNumber> =
			self.open_cases().into_iter().map(|view| (view.id, view.terms.last_block)).collect();
		for (view, task) in self.open_tasks() {
			let terms = view.deal.terms;
			if let TaskState::Disputed { case, .. } = task.state {
				assert!(cases.contains_key(&case), "{:?} waits for a case that is over", view.id);
				continue;
			}
			let clocks = terms.reveal_blocks + terms.challenge_blocks + SLACK;
			assert!(now <= terms.hard_end + clocks, "{:?} is stuck: {:?}", view.id, task.state);
		}
		assert!(cases.values().all(|last| now <= *last + SLACK), "a case is stuck at {now}");
	}

	fn provider(&self, view: &TaskView, candidate: u32) -> Option<&Provider> {
		let stash = &view.deal.candidates.get(candidate as usize)?.provider;
		self.providers.iter().find(|provider| provider.id() == *stash)
	}

	fn request(&self, replicas: u8, policy: u8) -> Request {
		let policy = match policy {
			6 => Policy::Trust { trust: replicas.into() },
			7 => Policy::Single { check_ppm: 500_000, stake_factor: 3 },
			_ => Policy::Quorum { replicas, required: replicas / 2 + 1 },
		};
		Request {
			task: spec(),
			policy,
			canary: self.salt.is_multiple_of(3),
			max_price: PRICE,
			run_blocks: RUN_BLOCKS / 2,
			tags: 0,
			valid_until: 100_000,
			hints: Hints::default(),
		}
	}

	fn apply(&mut self, op: Op) {
		self.salt += 1;
		let calls = match op {
			Op::Submit { client, replicas, extra, policy } => {
				// Fewer than three can't say that anything is missing.
				let replicas = if policy == 5 { 3 } else { replicas };
				let mut request = self.request(replicas, policy);
				if policy == 5 {
					// Nobody keeps it, so that it may be missing.
					request.task.module = ContentRef::of(&[MODULE, b" elsewhere"].concat());
				}
				let offers = (0..u64::from(PROVIDERS)).cycle().skip(self.salt as usize);
				let offers = offers.take((replicas + extra).min(PROVIDERS as u8).into());
				let offers = named(offers);
				let call = pallet_market::Call::submit { request: Box::new(request), offers };
				vec![(self.clients[usize::from(client)].clone(), call.into())]
			},
			Op::Match { tasks, replicas } => vec![self.matched(tasks, replicas)],
			Op::Seal(bits) => self.seals(bits),
			Op::Reveal(bits) => self.reveals(bits),
			Op::Vote(bits) => self.votes(bits),
			Op::Show(bits) => self.openings(bits),
			Op::Question { task, how, by } => self.question(task, how, by),
			Op::Appeal(which) => self.appeal(which),
			Op::Exhibit(which) => self.exhibit(which),
			Op::SetCallback(which) => self.set_callback(which),
			Op::CallBack(which) => self.call_back(which),
			Op::LimitExposure(who, limit) => {
				let limit = (limit > 20).then_some(u32::from(limit));
				self.by_stash(who, pallet_providers::Call::limit_exposure { limit }.into())
			},
			Op::UnbondProvider(who) => {
				self.by_stash(who, pallet_providers::Call::unbond { amount: 50 * UNIT }.into())
			},
			Op::UnbondMediator(who) => {
				self.by_mediator(who, pallet_mediation::Call::unbond { amount: 100 * UNIT }.into())
			},
			// A few stay.
			Op::LeaveMediator(who) if who % 8 == 0 => {
				self.by_mediator(who, pallet_mediation::Call::leave {}.into())
			},
			Op::LeaveMediator(_) => Vec::new(),
			Op::Poke => self.pokes(),
			Op::Pass(blocks) => {
				for _ in 1..blocks {
					self.block(Vec::new());
				}
				Vec::new()
			},
		};
		self.block(calls);
	}

	fn by_stash(&self, who: u8, call: RuntimeCall) -> Vec<(Pair, RuntimeCall)> {
		vec![(self.providers[usize::from(who) % self.providers.len()].stash.clone(), call)]
	}

	fn by_mediator(&self, who: u8, call: RuntimeCall) -> Vec<(Pair, RuntimeCall)> {
		vec![(self.mediators[usize::from(who) % self.mediators.len()].clone(), call)]
	}

	/// A request for a list of tasks that a solver matches for a tip, with an app.
	fn matched(&mut self, tasks: u8, replicas: u8) -> (Pair, RuntimeCall) {
		let mut request = self.request(replicas, 0);
		let inputs: Vec<_> = (0..tasks).map(|at| ContentRef::of(&[at])).collect();
		request.task.input = Input::List(InputList::of(&inputs).0);
		let client = &self.clients[0];
		let order = RequestOrder {
			app: Some(0),
			max_app_price: UNIT,
			min_candidates: 1,
			beneficiary: Some(account(&self.clients[1])),
			tip: MILLI,
			salt: self.salt,
			..RequestOrder::plain(account(client), request)
		};
		let text = order.text(&self.genesis);
		let authorization = MultiSignature::from(client.sign(wrapped(&text).as_bytes())).into();
		let resources = (0..u64::from(PROVIDERS)).map(Resource::Offer).collect();
		let orders = Match {
			request: Signed { order, authorization },
			sponsor: None,
			resources: BoundedVec::truncate_from(resources),
			app: None,
			dataset: None,
		};
		let call = pallet_market::Call::match_orders { orders: Box::new(orders) };
		(self.bystander.clone(), call.into())
	}

	fn seals(&mut self, bits: u64) -> Vec<(Pair, RuntimeCall)> {
		let mut calls = Vec::new();
		for (view, task) in self.open_tasks() {
			for (at, replica) in task.replicas.iter().enumerate() {
				let Some(provider) = self.provider(&view, replica.candidate) else { continue };
				let (id, operator) = (provider.id(), provider.operator.clone());
				if replica.state != ReplicaState::Drawn {
					continue;
				}
				// A module that nobody has may be asked for in vain.
				let elsewhere = view.deal.request.task.module != ContentRef::of(MODULE);
				let call = match choice(bits, at + view.id.deal as usize) {
					None => continue,
					Some(_) if elsewhere && !bits.is_multiple_of(3) => {
						decline(view.id, view.deal.task_hash, Excuse::Content)
					},
					Some(outcome) => {
						self.sealed.insert((view.id, id.clone()), outcome);
						commit(&[self.sealed(&view, &id, outcome)])
					},
				};
				calls.push((operator, call));
			}
		}
		calls
	}

	/// Whoever lies reports it beside.
	fn sealed(&self, view: &TaskView, who: &AccountId, outcome: Outcome) -> (TaskId, Hash, Seal) {
		let task_hash = view.deal.task_hash;
		let report = match outcome == truth() {
			true => Report::Nothing,
			false => Report::Collusion(truth().digest(&task_hash)),
		};
		sealed(&self.genesis, (view.id, task_hash), who, outcome, report, &SALT)
	}

	fn reveals(&mut self, bits: u64) -> Vec<(Pair, RuntimeCall)> {
		let mut calls = Vec::new();
		for (view, task) in self.open_tasks() {
			for (at, replica) in task.replicas.iter().enumerate() {
				let Some(provider) = self.provider(&view, replica.candidate) else { continue };
				let sealed = self.sealed.get(&(view.id, provider.id()));
				let open = matches!(replica.state, ReplicaState::Sealed(_));
				let shows = bits >> (at % 60) & 15 != 0;
				if let Some(outcome) = sealed.filter(|_| open && shows) {
					let opening = Opening { outcome: *outcome, salt: SALT };
					let call = pallet_deals::Call::reveal { task: view.id, opening };
					calls.push((provider.operator.clone(), call.into()));
				}
			}
		}
		calls
	}

	fn digest_for(view: &CaseView, bits: u64, at: usize) -> Option<Hash> {
		choice(bits, at + view.id as usize).map(|outcome| outcome.digest(&view.terms.task_hash))
	}

	fn votes(&mut self, bits: u64) -> Vec<(Pair, RuntimeCall)> {
		let genesis = self.genesis;
		let mut calls = Vec::new();
		for view in self.open_cases() {
			let Some(round) = view.rounds.last() else { continue };
			for (at, member) in round.members.iter().enumerate() {
				let Some(pair) = self.mediators.iter().find(|it| account(it) == member.mediator)
				else {
					continue;
				};
				let Some(digest) = Self::digest_for(&view, bits, at) else { continue };
				let id = account(pair);
				let seal = seal_verdict(&genesis, view.id, view.case.round, &id, &digest, &SALT);
				let (task_hash, round) = (view.terms.task_hash, view.case.round);
				let call = pallet_mediation::Call::seal { case: view.id, task_hash, round, seal };
				calls.push((pair.clone(), call.into()));
			}
		}
		calls
	}

	/// Members try every answer; only the one that they sealed opens.
	fn openings(&mut self, bits: u64) -> Vec<(Pair, RuntimeCall)> {
		let mut calls = Vec::new();
		for view in self.open_cases() {
			let Some(round) = view.rounds.last() else { continue };
			for (at, member) in round.members.iter().enumerate() {
				let pair = self.mediators.iter().find(|it| account(it) == member.mediator);
				let sealed = matches!(member.vote, Vote::Sealed(_));
				let Some(pair) = pair.filter(|_| sealed && bits >> (at % 60) & 15 != 0) else {
					continue;
				};
				for outcome in [truth(), lie(), Outcome { gas_used: 2, ..truth() }] {
					let digest = outcome.digest(&view.terms.task_hash);
					let call = pallet_mediation::Call::reveal { case: view.id, digest, salt: SALT };
					calls.push((pair.clone(), call.into()));
				}
			}
		}
		calls
	}

	fn question(&mut self, which: u8, how: u8, by: u8) -> Vec<(Pair, RuntimeCall)> {
		let agreed: Vec<_> = self
			.open_tasks()
			.into_iter()
			.filter_map(|(view, task)| {
				let digest = task.state.agreed()?;
				Some((view, task, digest))
			})
			.collect();
		let Some((view, task, digest)) = agreed.get(usize::from(which) % agreed.len().max(1))
		else {
			return Vec::new();
		};
		let (id, digest) = (view.id, *digest);
		let client = self.clients.iter().find(|it| account(it) == view.deal.client);
		let client = client.unwrap_or(&self.bystander).clone();
		match how {
			0 => vec![(client, pallet_deals::Call::accept { task: id, digest }.into())],
			1 => vec![(client, pallet_deals::Call::check { task: id, digest }.into())],
			2 => {
				let call = pallet_deals::Call::challenge { task: id, digest };
				vec![(self.bystander.clone(), call.into())]
			},
			_ => {
				let replica = &task.replicas[usize::from(by) % task.replicas.len()];
				let Some(provider) = self.provider(view, replica.candidate) else {
					return Vec::new();
				};
				let (outcome, salt) = (truth(), SALT);
				let call = pallet_deals::Call::open_report { task: id, digest, outcome, salt };
				vec![(provider.operator.clone(), call.into())]
			},
		}
	}

	fn appeal(&mut self, which: u8) -> Vec<(Pair, RuntimeCall)> {
		let open = self.open_cases();
		let Some(view) = open.get(usize::from(which) % open.len().max(1)) else {
			return Vec::new();
		};
		// Where there is no verdict the chain refuses it for that first.
		let digest = match view.case.phase {
			CasePhase::AppealWindow { verdict, .. } => verdict,
			_ => Hash::zero(),
		};
		let call = pallet_mediation::Call::appeal { case: view.id, digest, round: view.case.round };
		vec![(self.bystander.clone(), call.into())]
	}

	fn exhibit(&mut self, which: u8) -> Vec<(Pair, RuntimeCall)> {
		let leaf = [MODULE, b" elsewhere"].concat();
		let missing: Vec<TaskId> = self
			.open_tasks()
			.into_iter()
			.filter(|(_, task)| matches!(task.state, TaskState::Missing { .. }))
			.map(|(view, _)| view.id)
			.collect();
		let Some(task) = missing.get(usize::from(which) % missing.len().max(1)) else {
			return Vec::new();
		};
		let module = Some(Exhibit { node: None, leaf });
		let exhibits = Exhibits { module, ..Default::default() };
		vec![(self.bystander.clone(), pallet_deals::Call::refute { task: *task, exhibits }.into())]
	}

	fn set_callback(&mut self, which: u8) -> Vec<(Pair, RuntimeCall)> {
		let open = self.open_tasks();
		let Some((view, _)) = open.get(usize::from(which) % open.len().max(1)) else {
			return Vec::new();
		};
		let remark = vec![0; CallbackResult::BYTES];
		let whole = RuntimeCall::System(frame_system::Call::remark_with_event { remark }).encode();
		let kept = whole.len() - CallbackResult::BYTES;
		let call = BoundedVec::truncate_from(whole[..kept].to_vec());
		let client = self.clients.iter().find(|it| account(it) == view.deal.client);
		let (deal, task_hash) = (view.id.deal, view.deal.request.task.hash_of(0));
		let call = pallet_deals::Call::set_callback { deal, task_hash, call, reward: MILLI * 20 };
		vec![(client.unwrap_or(&self.bystander).clone(), call.into())]
	}

	fn call_back(&mut self, which: u8) -> Vec<(Pair, RuntimeCall)> {
		let ended = || pallet_deals::Ended::<Runtime>::iter_keys().map(|(_, id)| id);
		let ended: Vec<_> = self.chain.read(|| ended().collect());
		let task = ended.get(usize::from(which) % ended.len().max(1)).copied();
		let call = |task| pallet_deals::Call::call_back { task }.into();
		task.map(|task| (self.bystander.clone(), call(task))).into_iter().collect()
	}

	/// Applies whatever is due.
	fn pokes(&mut self) -> Vec<(Pair, RuntimeCall)> {
		let who = key("Ferdie");
		let tasks = self.open_tasks().into_iter().map(|(view, _)| view.id);
		let tasks = tasks.map(|task| RuntimeCall::from(pallet_deals::Call::poke { task }));
		let mut calls: Vec<RuntimeCall> = tasks.collect();
		let cases = self.open_cases().into_iter().map(|view| view.id);
		calls.extend(cases.map(|case| RuntimeCall::from(pallet_mediation::Call::poke { case })));
		calls.into_iter().map(|call| (who.clone(), call)).collect()
	}

	/// INV3.
	fn finish(&mut self) {
		for _ in 0..LONGEST {
			if self.open_tasks().is_empty() && self.open_cases().is_empty() {
				return;
			}
			let calls = self.pokes();
			self.block(calls);
		}
		panic!("something is open for ever: {:?}", self.open_tasks());
	}

	/// INV4.
	fn nothing_is_left(&mut self) {
		// Idle blocks prune what has ended.
		for _ in 0..40 {
			self.block(Vec::new());
		}
		let holds = self.holds();
		let of_tasks = holds.iter().find(|(_, reason, _)| match reason {
			RuntimeHoldReason::Deals(_) => true,
			RuntimeHoldReason::Mediation(reason) => {
				matches!(reason, pallet_mediation::HoldReason::AppealBond)
			},
			_ => false,
		});
		assert_eq!(of_tasks, None, "everything has ended");
		self.chain.read(|| {
			assert_eq!(pallet_deals::Deals::<Runtime>::iter().count(), 0, "all is pruned");
			assert_eq!(pallet_deals::CalledBack::<Runtime>::iter().count(), 0);
			assert_eq!(pallet_providers::Exposed::<Runtime>::iter().count(), 0);
			assert!(
				assay_runtime::Providers::providers(None, 100)
					.items
					.iter()
					.all(|it| it.locked == 0)
			);
			let locked = |(_, it): (AccountId, pallet_mediation::Mediator)| it.bond.locked;
			let locked: u128 = pallet_mediation::Mediators::<Runtime>::iter().map(locked).sum();
			assert_eq!(locked, 0, "no mediator sits anywhere");
			let pot = Balances::balance(&Mediation::pot());
			assert_eq!(pot, Balances::minimum_balance(), "no case owns anything");
		});
	}

	/// INV5.
	fn everybody_leaves(&mut self) {
		let mut calls: Vec<(Pair, RuntimeCall)> = Vec::new();
		for provider in &self.providers {
			calls.push((provider.stash.clone(), pallet_providers::Call::leave {}.into()));
		}
		for mediator in &self.mediators {
			calls.push((mediator.clone(), pallet_mediation::Call::leave {}.into()));
		}
		// The first block of an epoch has no room for transactions.
		self.block(calls.clone());
		self.block(calls);
		// Two eras for the pool, then the time of unbonding.
		for _ in 0..8 {
			for _ in 0..40 {
				self.block(Vec::new());
			}
			let mut calls: Vec<(Pair, RuntimeCall)> = Vec::new();
			for provider in &self.providers {
				calls.push((provider.stash.clone(), pallet_providers::Call::withdraw {}.into()));
			}
			for mediator in &self.mediators {
				calls.push((mediator.clone(), pallet_mediation::Call::withdraw {}.into()));
			}
			self.block(calls);
		}
		let bonds = self.holds().into_iter().find(|(_, reason, _)| {
			matches!(reason, RuntimeHoldReason::Providers(_) | RuntimeHoldReason::Mediation(_))
		});
		assert_eq!(bonds, None, "everybody has left");
	}

	fn holds(&mut self) -> Vec<(AccountId, RuntimeHoldReason, u128)> {
		self.chain.read(|| {
			let holds = pallet_balances::Holds::<Runtime>::iter();
			let mut all = Vec::new();
			for (who, of_account) in holds {
				for hold in of_account {
					assert_eq!(Balances::balance_on_hold(&hold.id, &who), hold.amount);
					all.push((who.clone(), hold.id, hold.amount));
				}
			}
			all
		})
	}
}

/// What is counted, to see that random sequences reach it.
fn name_of(event: &RuntimeEvent) -> Option<&'static str> {
	use pallet_deals::Event as Deal;
	use pallet_mediation::Event as Case;
	Some(match event {
		RuntimeEvent::Deals(event) => match event {
			Deal::DealOpened { .. } => "deals",
			Deal::TaskSettled { .. } => "settled",
			Deal::TaskFailed { .. } => "failed",
			Deal::TaskDisputed { .. } => "disputed",
			Deal::ReplicaSlashed { .. } => "slashed",
			Deal::ReportOpened { .. } => "reports",
			Deal::ContentMissing { .. } => "missing",
			Deal::ContentShown { .. } => "shown",
			Deal::CalledBack { .. } => "called back",
			Deal::TipPaid { .. } => "tips",
			_ => return None,
		},
		RuntimeEvent::Mediation(event) => match event {
			Case::VerdictReached { .. } => "verdicts",
			Case::CaseClosed { .. } => "closed",
			Case::Slashed { .. } => "mediators slashed",
			Case::AppealBondLost { .. } | Case::AppealBondReturned { .. } => "appeals",
			_ => return None,
		},
		_ => return None,
	})
}

fn run(ops: Vec<Op>) -> BTreeMap<&'static str, u32> {
	let mut world = World::start();
	// The genesis committee is in the pool from the first era on.
	for op in ops {
		world.apply(op);
	}
	world.finish();
	world.nothing_is_left();
	world.everybody_leaves();
	world.seen
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 6, max_shrink_iters: 40, ..Default::default() })]

	#[test]
	fn money_should_be_conserved_and_nothing_stuck_whatever_anybody_does(
		ops in prop::collection::vec(op(), 30..110),
	) {
		run(ops);
	}
}

/// The sequences of the test above reach what they are to test.
#[test]
fn random_sequences_should_reach_every_kind_of_end() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	const MUST: [&str; 11] = [
		"deals",
		"settled",
		"failed",
		"disputed",
		"slashed",
		"closed",
		"tips",
		"verdicts",
		"mediators slashed",
		"missing",
		"called back",
	];
	const MOST: usize = 20;
	let mut runner = TestRunner::deterministic();
	let mut seen: BTreeMap<&'static str, u32> = BTreeMap::new();
	// Which sequence reaches what changes with every hash of the chain.
	for _ in 0..MOST {
		let ops = prop::collection::vec(op(), 140..180);
		let ops = ops.new_tree(&mut runner).expect("the strategy rejects nothing").current();
		for (name, count) in run(ops) {
			*seen.entry(name).or_default() += count;
		}
		if MUST.iter().all(|name| seen.contains_key(name)) {
			return;
		}
	}
	panic!("not all of {MUST:?} in {seen:?}");
}
