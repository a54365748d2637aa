//! A world: the chain, honest accounts, a coalition, and who holds which bytes.

use crate::{
	generate::{Generator, calls},
	honest::{Due, MediatorHost, ProviderHost, WatcherHost},
	live::Live,
	memory::Memory,
	moves::Move,
	programs::programs,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, UNIT,
	content::ContentRef,
	deal::{Ending, TaskStatus},
	policy::Policy,
	profile::Profile,
	request::{Hints, Request, Terms},
	task::{Args, Input, Limits, TaskId, TaskSpec},
};
use assay_runtime::{Balances, Deals, RuntimeCall, RuntimeEvent};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, account, cases,
	deals::poke,
	key,
	market::{PRICE, Provider, order, publish, register, terms, transfer},
};
use polkadot_sdk::{
	frame_support::traits::{GetCallMetadata, fungible::Inspect},
	sp_core::bounded::BoundedVec,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

/// Honest providers. Those of the coalition have the numbers after theirs.
const PROVIDERS: u32 = 4;
/// Mediators of the preset, all honest but those that a coalition has.
const MEDIATORS: u32 = 12;
/// What each account of a coalition starts with.
pub const BUDGET: Balance = 3_000 * UNIT;
/// Shortest run time that a daemon offers unless it is told otherwise: with less there is no time to seal.
const LEAST_RUN: BlockNumber = 5;
/// Blocks after which everything has to have ended.
const LONGEST: BlockNumber = 1_500;

/// Who holds which bytes.
#[derive(Clone, Debug, Default)]
pub struct Blobs {
	/// From which block on everybody can fetch them.
	from: BTreeMap<Hash, BlockNumber>,
	/// Those that every node serves, since they are on the chain.
	promised: BTreeSet<Hash>,
}

impl Blobs {
	/// Whether an honest node can get what a task needs.
	pub fn has(&self, spec: &TaskSpec, now: BlockNumber) -> bool {
		let known =
			|content: &ContentRef| self.from.get(&content.hash).is_some_and(|at| *at <= now);
		let input = match spec.input {
			Input::None => true,
			Input::Blob(content) => known(&content),
			Input::List(_) => false,
		};
		input && known(&spec.module)
	}

	/// Everybody can have these bytes from now on.
	pub fn bring(&mut self, hash: Hash, now: BlockNumber) {
		self.from.entry(hash).or_insert(now);
	}

	/// Every node serves these bytes from now on.
	pub fn promise(&mut self, hash: Hash, now: BlockNumber) {
		self.bring(hash, now);
		self.promised.insert(hash);
	}

	/// Nobody can have them any more, but who has them already.
	pub fn withhold(&mut self, hash: &Hash) {
		if !self.promised.contains(hash) {
			self.from.remove(hash);
		}
	}
}

/// How a coalition is made up.
#[derive(Clone, Copy, Debug, Eq, PartialEq, serde::Deserialize, serde::Serialize)]
pub struct Coalition {
	/// Registered providers, each with an operator of its own.
	pub providers: u8,
	/// Mediators of the preset.
	pub mediators: u8,
	/// Accounts without a role.
	pub others: u8,
}

impl Coalition {
	/// Accounts in all.
	pub fn size(&self) -> usize {
		usize::from(self.providers + self.mediators + self.others)
	}
}

/// The chain, and everybody on it.
#[derive(Clone)]
pub struct World {
	/// The chain.
	pub chain: Chain<Flat>,
	/// Keys of the coalition.
	pub members: Vec<Pair>,
	/// What the coalition knows.
	pub memory: Memory,
	/// Who holds which bytes.
	pub blobs: Blobs,
	accounts: Vec<AccountId>,
	/// Those of the coalition come last, and are honest as long as it lets them.
	providers: Vec<ProviderHost>,
	mediators: Vec<MediatorHost>,
	/// Members that do nothing by themselves.
	silent: BTreeSet<AccountId>,
	watcher: WatcherHost,
	client: Pair,
	stranger: Pair,
	genesis: Hash,
	live: Option<Arc<Live>>,
	/// What the coalition sends in the next block.
	waiting: Due,
	/// What happened, by name, for coverage.
	pub seen: BTreeSet<String>,
	/// Calls that were applied.
	pub calls: u64,
	/// Worth of every account at the beginning.
	start: BTreeMap<AccountId, Balance>,
	/// What became of tasks that an honest client ordered.
	bought: Vec<TaskId>,
}

impl World {
	/// A world with this coalition, at a fidelity.
	pub fn start(coalition: Coalition, fidelity: Fidelity) -> Self {
		let mut chain = Chain::<Flat>::of_preset("development", shorten);
		let keys: Vec<Provider> = (0..PROVIDERS + u32::from(coalition.providers))
			.map(|index| register(&mut chain, index))
			.collect();
		for (offer, provider) in (0..).zip(&keys) {
			let old = terms(PRICE);
			let terms = Terms { min_run_blocks: LEAST_RUN, ..old };
			let (terms_hash, mediators) = (old.hash(), Default::default());
			let call = pallet_market::Call::update_offer { offer, terms_hash, terms, mediators };
			chain.send(&provider.operator, call).expect("the offer is there");
		}
		let client = key("Charlie");
		publish(&mut chain, &client, &programs()[0]).expect("the program is published");
		let theirs = &keys[PROVIDERS as usize..];
		let mediator = |at: u32| key(&format!("Mediator//{at}"));
		let theirs_from = MEDIATORS - u32::from(coalition.mediators);
		let mut memory = Memory::default();
		let mut members: Vec<Pair> = Vec::new();
		for provider in theirs {
			memory.signs_for(account(&provider.operator), provider.id());
			members.extend([provider.operator.clone(), provider.stash.clone()]);
		}
		members.extend((theirs_from..MEDIATORS).map(mediator));
		members.extend((0..coalition.others).map(|at| key(&format!("Robber{at}"))));
		for member in &members {
			memory.signs_for(account(member), memory.stash(&account(member)).clone());
		}
		for at in 0..coalition.others {
			let to = account(&key(&format!("Robber{at}")));
			chain.send(&key("Alice"), transfer(&to, BUDGET)).expect("Alice is rich");
		}
		chain.fidelity = fidelity;
		let mut world = Self {
			genesis: chain.genesis_hash(),
			providers: keys.iter().cloned().map(ProviderHost::new).collect(),
			mediators: (0..MEDIATORS).map(mediator).map(MediatorHost::new).collect(),
			silent: BTreeSet::new(),
			watcher: WatcherHost::new(key("Dave"), 1_000_000),
			stranger: key("Ferdie"),
			chain,
			members,
			memory,
			blobs: Blobs::default(),
			accounts: Vec::new(),
			client,
			live: None,
			waiting: Due::new(),
			seen: BTreeSet::new(),
			calls: 0,
			start: BTreeMap::new(),
			bought: Vec::new(),
		};
		// What is on the chain is there for everybody; the coalition has all programs.
		world.blobs.promise(ContentRef::of(&programs()[0]).hash, 0);
		world.accounts = world.everybody();
		world.start = world.worths();
		world.chain.events.clear();
		world
	}

	/// The same world, which goes its own way, and in which nothing was seen yet.
	pub fn fork(&self) -> Self {
		Self { seen: BTreeSet::new(), calls: 0, ..self.clone() }
	}

	fn everybody(&self) -> Vec<AccountId> {
		let sellers =
			self.providers.iter().flat_map(|it| [it.keys.id(), account(&it.keys.operator)]);
		let judges = self.mediators.iter().map(MediatorHost::id);
		let others = [&self.client, &self.stranger, &key("Dave")].map(account);
		let members = self.members.iter().map(account).collect::<Vec<_>>();
		let is_member = |who: &AccountId| members.contains(who);
		let rest = sellers.chain(judges).chain(others).filter(|who| !is_member(who));
		members.iter().cloned().chain(rest.collect::<Vec<_>>()).collect()
	}

	/// What every account owns, held or not.
	pub fn worths(&mut self) -> BTreeMap<AccountId, Balance> {
		let accounts = self.accounts.clone();
		self.chain.read(|| {
			accounts.into_iter().map(|who| (who.clone(), Balances::total_balance(&who))).collect()
		})
	}

	/// What the coalition has gained, in all, and what each honest account has lost.
	pub fn result(&mut self) -> (i128, BTreeMap<AccountId, i128>) {
		let now = self.worths();
		let paid = self.paid_for_truth();
		let client = account(&self.client);
		let mut gain = 0;
		let mut lost = BTreeMap::new();
		for (who, worth) in now {
			let before = self.start.get(&who).copied().unwrap_or_default();
			let change = worth as i128 - before as i128;
			if self.memory.is_ours(&who) {
				gain += change;
				continue;
			}
			// What was delivered is paid for.
			let fair = if who == client { paid } else { 0 };
			if change + fair < 0 {
				lost.insert(who, -(change + fair));
			}
		}
		(gain, lost)
	}

	/// What the client has paid for results that are true.
	fn paid_for_truth(&mut self) -> i128 {
		let bought = self.bought.clone();
		self.chain.read(|| {
			let paid = |task: TaskId| {
				let view = Deals::task_view(task)?;
				let TaskStatus::Ended(ended) = &view.status else { return None };
				let truth = crate::programs::truth(&view.deal.request.task)?;
				let Ending::Settled(outcome) = &ended.ending else { return None };
				(*outcome == truth).then_some(ended.paid as i128)
			};
			bought.into_iter().filter_map(paid).sum()
		})
	}

	/// What the state has now. It is read once after each block.
	pub fn live(&mut self) -> Arc<Live> {
		let (genesis, chain) = (self.genesis, &mut self.chain);
		let read = || Arc::new(chain.read(|| Live::read(genesis)));
		self.live.get_or_insert_with(read).clone()
	}

	/// Does what a move says.
	pub fn apply(&mut self, one: &Move) {
		match one {
			Move::Call { who, kind, choices } => self.call(*who, *kind, choices),
			Move::Pass { blocks } => {
				for _ in 0..*blocks {
					self.block();
				}
			},
			Move::Skip { slots } => {
				let slot = self.chain.slot() + u64::from(*slots);
				self.chain.idle_until(slot);
			},
			Move::Bring { blob } => {
				let (hash, now) = (blob_hash(*blob), self.chain.now());
				self.blobs.bring(hash, now);
			},
			Move::Withhold { blob } => self.blobs.withhold(&blob_hash(*blob)),
			Move::Order => self.order(),
			Move::Silence { who } => {
				if let Some(member) = self.member(*who) {
					self.silent.insert(self.memory.stash(&account(member)).clone());
				}
			},
		}
	}

	/// A member of the coalition, where there is one.
	fn member(&self, who: u8) -> Option<&Pair> {
		self.members.get(usize::from(who) % self.members.len().max(1))
	}

	/// A call of the coalition's, for the next block.
	fn call(&mut self, who: u8, kind: u16, choices: &[u8]) {
		let live = self.live();
		let Some(member) = self.member(who).cloned() else { return };
		let caller = account(&member);
		let mut generator =
			Generator::new(&live, &mut self.memory, &self.accounts, &caller, choices);
		if let Some(call) = generator.call(usize::from(kind) % calls().len()) {
			self.waiting.push((member, call));
		}
	}

	/// The newest call that waits for the next block.
	pub fn last_call(&self) -> Option<(AccountId, RuntimeCall)> {
		self.waiting.last().map(|(who, call)| (account(who), call.clone()))
	}

	/// An honest client orders a task from all who offer.
	fn order(&mut self) {
		let live = self.live();
		let offers = BoundedVec::truncate_from(live.offers.clone());
		let now = live.now;
		let request = Request {
			task: TaskSpec {
				module: ContentRef::of(&programs()[0]),
				profile: Profile::BASE.id(),
				args: Args::default(),
				env: Args::default(),
				input: Input::None,
				seed: Hash::zero(),
				limits: Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1_000 },
			},
			policy: Policy::Quorum { replicas: 3, required: 2 },
			canary: false,
			max_price: PRICE,
			run_blocks: 10,
			tags: 0,
			valid_until: now + 10_000,
			hints: Hints::default(),
		};
		self.waiting.push((self.client.clone(), order(request, offers)));
	}

	/// A block with what the coalition has waiting, and what honest accounts do.
	pub fn block(&mut self) {
		let live = self.live();
		let mut calls = std::mem::take(&mut self.waiting);
		for provider in &mut self.providers {
			if !self.silent.contains(&provider.keys.id()) {
				calls.extend(provider.due(&live, &self.blobs));
			}
		}
		for mediator in &mut self.mediators {
			if !self.silent.contains(&mediator.id()) {
				calls.extend(mediator.due(&live, &self.blobs));
			}
		}
		calls.extend(self.watcher.due(&live, &self.blobs));
		self.apply_all(calls);
	}

	fn apply_all(&mut self, calls: Due) {
		self.calls += calls.len() as u64;
		for (_, call) in &calls {
			if let RuntimeCall::Content(pallet_content::Call::publish { data }) = call {
				let (hash, now) = (ContentRef::of(data).hash, self.chain.now());
				self.blobs.promise(hash, now);
			}
		}
		let borrowed: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		self.live = None;
		let results = self.chain.block(&borrowed);
		for ((_, call), result) in calls.iter().zip(results) {
			let ended = matches!(result, Ok(Ok(())));
			self.seen.insert(format!("{} {ended}", name_of(call)));
		}
		let client = account(&self.client);
		for event in std::mem::take(&mut self.chain.events) {
			if let RuntimeEvent::Deals(pallet_deals::Event::DealOpened { deal, client: of, .. }) =
				&event && *of == client
			{
				self.bought.push(TaskId { deal: *deal, index: 0 });
			}
			self.seen.insert(event_name(&event));
		}
	}

	/// Nobody of the coalition does anything any more. Deadlines are applied until everything has ended;
	/// gives what never ends.
	pub fn finish(&mut self) -> Option<String> {
		for _ in 0..LONGEST {
			let live = self.live();
			if live.tasks.is_empty() && live.cases.is_empty() {
				return None;
			}
			self.block();
			if live.now.is_multiple_of(4) {
				let who = self.stranger.clone();
				let tasks = live.tasks.iter().map(|view| poke(&[view.id]));
				let open = live.cases.iter().map(|view| cases::poke(view.id));
				let pokes = tasks.chain(open).map(|call| (who.clone(), call)).collect();
				self.apply_all(pokes);
			}
		}
		let live = self.live();
		let tasks: Vec<_> = live.tasks.iter().map(|view| view.id).collect();
		let cases: Vec<_> = live.cases.iter().map(|view| view.id).collect();
		Some(format!("tasks {tasks:?} and cases {cases:?} have no end"))
	}
}

fn blob_hash(blob: u8) -> Hash {
	let blobs = programs();
	ContentRef::of(&blobs[usize::from(blob) % blobs.len()]).hash
}

/// Short waits: everything has to end in each of many worlds.
fn shorten(patch: &mut serde_json::Value) {
	let timing = &mut patch["network"]["timing"];
	timing["unbondingBlocks"] = 20.into();
	timing["appealBlocks"] = 3.into();
}

fn name_of(call: &RuntimeCall) -> String {
	let of = call.get_call_metadata();
	format!("{}.{}", of.pallet_name, of.function_name)
}

/// Pallet and variant of an event: what stands before its fields.
fn event_name(event: &RuntimeEvent) -> String {
	let text = format!("{event:?}");
	text.split_once([' ', '{']).map_or(text.clone(), |(name, _)| name.into())
}
