//! A world: the chain, honest accounts, a coalition, and who holds which bytes.

use crate::{
	blobs::Blobs,
	client,
	generate::{Generator, calls},
	honest::{Due, Lie, MediatorHost, ProviderHost, Sight, WatcherHost},
	live::Live,
	memory::{Memory, SignedOrder},
	moves::Move,
	orders::{consent, request_of, resource_of},
	programs::{list, programs},
	record::{Block, Sent},
	scene::{Scene, Setting},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, UNIT,
	content::ContentRef,
	deal::{Ending, TaskStatus},
	order::{Accounts, AnyOrder, AssetTerms, Needs},
	profile::Profile,
	task::TaskId,
};
use assay_runtime::{
	Balances, Deals, Mediation, Runtime, RuntimeCall, RuntimeEvent, RuntimeHoldReason, System,
	configs::AuditFund,
};
use assay_simulation::{
	Chain, Fidelity, Flat, Pair, account, cases,
	deals::poke,
	key,
	market::{PRICE, Provider, publish, register_bonded, terms, transfer},
};
use codec::Encode;
use polkadot_sdk::{
	frame_support::{
		dispatch::DispatchClass,
		traits::{
			GetCallMetadata,
			fungible::{Inspect, InspectHold},
		},
	},
	frame_system,
	sp_runtime::{ApplyExtrinsicResult, DispatchError},
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::{Arc, Mutex},
};

/// Shortest run time that a daemon offers unless it is told otherwise: with less there is no time to seal.
const LEAST_RUN: BlockNumber = 5;
/// Blocks after which everything has to have ended.
const LONGEST: BlockNumber = 1_500;
/// Most blocks that are not final.
const LONGEST_STALL: BlockNumber = 8;
/// What a run costs whoever is honest: a quarter of what all providers ask for one.
const RUN: i128 = PRICE.base as i128 / 4;
/// What the fund for audits has. Where it has nothing, audits are paid out of the client's reserve, by rule.
const AUDITS: Balance = 1_000 * UNIT;

/// Everybody, and what they had. Never changes.
pub struct Cast {
	/// Keys of the coalition.
	pub members: Vec<Pair>,
	/// Everybody, the coalition first.
	pub accounts: Vec<AccountId>,
	/// Accounts that are mediators from the beginning.
	judges: Vec<AccountId>,
	/// Keys of everybody else.
	pub others: Vec<Pair>,
	/// Worth of every account at the beginning.
	start: BTreeMap<AccountId, Balance>,
	/// What the accounts that are not the coalition's are.
	roles: BTreeMap<AccountId, &'static str>,
	client: Pair,
	stranger: Pair,
	genesis: Hash,
}

/// What happened, for coverage and statistics.
#[derive(Clone, Debug, Default)]
pub struct Noted {
	/// By name.
	pub seen: BTreeSet<String>,
	/// Calls that were applied.
	pub calls: u64,
	/// Of the coalition's, by kind: how often made, and how often carried out.
	pub kinds: BTreeMap<u16, (u32, u32)>,
	/// Most of a block that hooks have taken, in millionths.
	pub heaviest: u64,
}

/// What rare draws do.
#[derive(Clone, Copy, Debug, Default)]
pub struct Luck {
	/// Whether audits hit; by the chain's draw where it is not said.
	pub audits: Option<bool>,
	/// How often they do, in millionths: the highest rate of all deals.
	pub ppm: u32,
}

/// Where finality stands still, and what was signed since.
#[derive(Clone)]
struct Stall {
	chain: Chain<Flat>,
	live: Arc<Live>,
	blobs: Blobs,
	sent: BTreeMap<AccountId, u32>,
	log: usize,
}

/// A call of the coalition's that waits for the next block.
#[derive(Clone)]
struct Waiting {
	who: Pair,
	call: RuntimeCall,
	/// Which call, and where what it is about stands; nothing of a call that an honest account has made.
	made: Option<(u16, String)>,
}

/// The chain, and everybody on it.
#[derive(Clone)]
pub struct World {
	/// The chain.
	pub chain: Chain<Flat>,
	/// Everybody.
	pub cast: Arc<Cast>,
	/// What happened.
	pub noted: Noted,
	/// What rare draws do.
	pub luck: Luck,
	/// All blocks, where they are kept.
	pub log: Option<Vec<Block>>,
	scene: Scene,
	memory: Memory,
	blobs: Blobs,
	/// Those of the coalition come last, and are honest as long as it lets them.
	providers: Vec<ProviderHost>,
	mediators: Vec<MediatorHost>,
	watcher: Option<WatcherHost>,
	/// Members that do nothing by themselves.
	silent: BTreeSet<AccountId>,
	live: Option<Arc<Live>>,
	stall: Option<Arc<Stall>>,
	/// Signed by honest accounts for blocks that are not final, with the number of the signer's transaction.
	signed: Vec<(Pair, RuntimeCall, u32)>,
	/// The same for blocks that were undone.
	undone: Vec<(Pair, RuntimeCall, u32)>,
	/// How many transactions each account has on the chain.
	sent: BTreeMap<AccountId, u32>,
	waiting: Vec<Waiting>,
	/// What an honest client ordered.
	bought: BTreeSet<TaskId>,
}

impl World {
	/// A world with this coalition, at a fidelity.
	pub fn start(setting: &Setting, fidelity: Fidelity) -> Self {
		let Setting { scene, coalition } = *setting;
		let mut chain = Chain::<Flat>::of_preset("development", |genesis| scene.shape(genesis));
		let sellers: Vec<Provider> = (0..scene.providers + u32::from(coalition.providers))
			.map(|index| {
				register_bonded(&mut chain, index, scene.bond, |_, terms| {
					terms.min_run_blocks = LEAST_RUN;
				})
			})
			.collect();
		let publisher = key("Eve");
		let client = key("Charlie");
		found(&mut chain, &scene, &publisher, &client);
		let mediator = |at: u32| key(&format!("Mediator//{at}"));
		let theirs_from = scene.mediators - u32::from(coalition.mediators);
		let others = (0..coalition.others).map(|at| key(&format!("Robber{at}")));
		let mut memory = Memory::default();
		let mut members: Vec<Pair> = Vec::new();
		for provider in &sellers[scene.providers as usize..] {
			memory.signs_for(account(&provider.operator), provider.id());
			members.extend([provider.operator.clone(), provider.stash.clone()]);
		}
		members.extend((theirs_from..scene.mediators).map(mediator));
		for other in others {
			let send = transfer(&account(&other), scene.budget);
			chain.send(&key("Alice"), send).expect("Alice is rich");
			members.push(other);
		}
		for member in &members {
			memory.signs_for(account(member), memory.stash(&account(member)).clone());
		}
		let judges: Vec<Pair> = (0..scene.mediators).map(mediator).collect();
		let honest = honest_keys(&sellers, &judges, [&client, &publisher]);
		let cast = Cast::new(&mut chain, members, &judges, honest, [client, key("Ferdie")]);
		chain.read(|| {
			judges.iter().filter(|it| !memory.is_ours(&account(it))).for_each(ask_for_pay)
		});
		for known in signed_by_honest(&mut chain, &scene, &cast.client, &sellers) {
			memory.signed(known);
		}
		chain.fidelity = fidelity;
		let mut blobs = Blobs::default();
		// What the honest client has, it serves, on the chain or not.
		for hash in [ContentRef::of(&programs()[0]).hash, list().0.list.hash] {
			blobs.promise(hash, 0);
		}
		chain.events.clear();
		Self {
			chain,
			cast: Arc::new(cast),
			noted: Noted::default(),
			luck: Luck::default(),
			log: None,
			scene,
			memory,
			blobs,
			providers: sellers.into_iter().map(ProviderHost::new).collect(),
			mediators: judges.into_iter().map(MediatorHost::new).collect(),
			watcher: scene.watched.then(|| WatcherHost::new(key("Dave"), 1_000_000)),
			silent: BTreeSet::new(),
			live: None,
			stall: None,
			signed: Vec::new(),
			undone: Vec::new(),
			sent: BTreeMap::new(),
			waiting: Vec::new(),
			bought: BTreeSet::new(),
		}
	}

	/// The same world, which goes its own way, and in which nothing was noted yet.
	pub fn fork(&self) -> Self {
		Self { noted: Noted::default(), ..self.clone() }
	}

	/// What every account owns, held or not.
	pub fn worths(&mut self) -> BTreeMap<AccountId, Balance> {
		worths(&mut self.chain, &self.cast.accounts)
	}

	/// What the coalition has gained, in all, and what honest accounts have lost, by what they are.
	pub fn result(&mut self) -> (i128, BTreeMap<&'static str, i128>) {
		let now = self.worths();
		let paid = self.paid_for_truth();
		let client = account(&self.cast.client);
		let sold = self.providers.iter().map(|host| (host.keys.id(), host.runs));
		let judged = self.mediators.iter().map(|host| (host.id(), host.runs));
		let runs: BTreeMap<AccountId, u32> = sold.chain(judged).collect();
		let mut gain = 0;
		let mut lost: BTreeMap<&'static str, i128> = BTreeMap::new();
		for (who, worth) in now {
			let before = self.cast.start.get(&who).copied().unwrap_or_default();
			let change = worth as i128 - before as i128;
			if self.memory.is_ours(&who) {
				gain += change;
				continue;
			}
			// What was delivered is paid for, and what was run has cost something.
			let cost = runs.get(&who).map_or(0, |runs| RUN * i128::from(*runs));
			let fair = if who == client { paid } else { -cost };
			// Whose only business is to pay fees loses nothing else.
			if change + fair < 0 && self.role(&who) != "stranger" {
				*lost.entry(self.role(&who)).or_default() -= change + fair;
			}
		}
		(gain, lost)
	}

	/// Orders that somebody has signed.
	#[cfg(test)]
	pub fn orders(&self) -> &[SignedOrder] {
		self.memory.orders()
	}

	/// What an account is.
	pub fn role(&self, who: &AccountId) -> &'static str {
		self.cast.roles.get(who).copied().unwrap_or("coalition")
	}

	/// What the client has paid for results that are true.
	fn paid_for_truth(&mut self) -> i128 {
		let (bought, client) = (self.bought.clone(), account(&self.cast.client));
		self.chain.read(|| {
			let paid = |task: TaskId| {
				let view = Deals::task_view(task)?;
				let TaskStatus::Ended(ended) = &view.status else { return None };
				let truth = crate::programs::truth(&view.deal.request.task)?;
				let Ending::Settled(outcome) = &ended.ending else { return None };
				let fair = *outcome == truth && view.deal.client == client;
				fair.then_some(ended.paid as i128)
			};
			bought.into_iter().filter_map(paid).sum()
		})
	}

	/// What the state has now. It is read once after each block.
	pub fn live(&mut self) -> Arc<Live> {
		let (genesis, chain) = (self.cast.genesis, &mut self.chain);
		let read = || Arc::new(chain.read(|| Live::read(genesis)));
		self.live.get_or_insert_with(read).clone()
	}

	/// Does what a move says.
	pub fn apply(&mut self, one: &Move) {
		match one {
			Move::Call { who, kind, choices } => self.call(*who, *kind, choices),
			Move::Pass { blocks } => (0..*blocks).for_each(|_| self.block()),
			Move::Skip { slots } => {
				let slot = self.chain.slot() + u64::from(*slots);
				self.chain.idle_until(slot);
			},
			Move::Bring { blob } => {
				let (hash, now) = (blob_hash(*blob), self.chain.now());
				self.blobs.bring(hash, now);
			},
			Move::Withhold { blob } => self.blobs.withhold(&blob_hash(*blob)),
			Move::Order { kind } => {
				let live = self.live();
				let call = client::ordered(&self.scene, *kind, &live);
				let who = self.cast.client.clone();
				self.waiting.push(Waiting { who, call, made: None });
			},
			Move::Silence { who } => {
				if let Some(member) = self.member(*who) {
					self.silent.insert(self.memory.stash(&account(member)).clone());
				}
			},
			Move::Agree { who, answer, report } => {
				self.agree(*who, Lie { answer: *answer, report: *report });
			},
			Move::Audit => self.luck.audits = self.luck.audits.or(Some(true)),
			Move::Stall => self.stall(),
			Move::Undo => self.undo(),
			Move::Replay { which } => self.replay(*which),
		}
	}

	/// A member of the coalition, where there is one.
	fn member(&self, who: u8) -> Option<&Pair> {
		let members = &self.cast.members;
		members.get(usize::from(who) % members.len().max(1))
	}

	fn agree(&mut self, who: u8, lie: Lie) {
		const ALL: u8 = 128;
		let one = self.member(who).filter(|_| who < ALL).map(account);
		let told = one.map(|one| self.memory.stash(&one).clone());
		let obeys = |memory: &Memory, who: &AccountId| match &told {
			Some(one) => one == who,
			None => memory.is_ours(who),
		};
		for provider in &mut self.providers {
			if obeys(&self.memory, &provider.keys.id()) {
				provider.lie = Some(lie);
			}
		}
		for mediator in &mut self.mediators {
			if obeys(&self.memory, &mediator.id()) {
				mediator.lie = Some(lie);
			}
		}
	}

	/// A call of the coalition's, for the next block.
	fn call(&mut self, who: u8, kind: u16, choices: &[u8]) {
		let live = self.live();
		let cast = self.cast.clone();
		let Some(member) = self.member(who).cloned() else { return };
		let caller = account(&member);
		let everybody = [&cast.accounts[..], &cast.judges[..]];
		let mut generator =
			Generator::new(&live, &mut self.memory, &cast.members, everybody, &caller, choices);
		let at = usize::from(kind) % calls().len();
		if let Some(call) = generator.call(at) {
			let made = Some((at as u16, generator.about(at)));
			self.waiting.push(Waiting { who: member, call, made });
		}
	}

	/// The newest call that waits for the next block.
	pub fn last_call(&self) -> Option<(AccountId, RuntimeCall)> {
		self.waiting.last().map(|it| (account(&it.who), it.call.clone()))
	}

	fn stall(&mut self) {
		if self.stall.is_some() {
			return;
		}
		let live = self.live();
		let log = self.log.as_ref().map_or(0, Vec::len);
		let (chain, blobs, sent) = (self.chain.clone(), self.blobs.clone(), self.sent.clone());
		self.stall = Some(Arc::new(Stall { chain, live, blobs, sent, log }));
	}

	/// Another fork wins, which has none of the blocks that are not final.
	fn undo(&mut self) {
		let Some(stall) = self.stall.take() else { return };
		let slot = self.chain.slot();
		self.chain = stall.chain.clone();
		self.chain.idle_until(slot);
		(self.blobs, self.sent) = (stall.blobs.clone(), stall.sent.clone());
		if let Some(log) = &mut self.log {
			log.truncate(stall.log);
		}
		self.live = None;
		self.undone = std::mem::take(&mut self.signed);
	}

	/// What was signed is valid as long as its signer has sent nothing else instead.
	fn replay(&mut self, which: u8) {
		let sent = |who: &Pair| self.sent.get(&account(who)).copied().unwrap_or_default();
		let valid: Vec<_> = self.undone.iter().filter(|(who, _, at)| sent(who) == *at).collect();
		let Some((who, call, _)) = valid.get(usize::from(which) % valid.len().max(1)) else {
			return;
		};
		let (who, call) = (who.clone(), call.clone());
		self.waiting.push(Waiting { who, call, made: None });
	}

	/// A block with what the coalition has waiting, and what honest accounts do.
	pub fn block(&mut self) {
		let live = self.live();
		let last = self.stall.as_ref().map_or_else(|| live.clone(), |stall| stall.live.clone());
		let sight = Sight { best: &live, last: &last, blobs: &self.blobs };
		let mut due = Due::new();
		for provider in &mut self.providers {
			if !self.silent.contains(&provider.keys.id()) {
				due.extend(provider.due(sight));
			}
		}
		for mediator in &mut self.mediators {
			if !self.silent.contains(&mediator.id()) {
				due.extend(mediator.due(sight));
			}
		}
		due.extend(self.watcher.iter().flat_map(|watcher| watcher.due(sight)));
		self.apply_all(due);
		let too_long = |stall: &Arc<Stall>| live.now >= stall.live.now + LONGEST_STALL;
		if self.stall.as_ref().is_some_and(too_long) {
			self.stall = None;
			self.signed.clear();
		}
	}

	/// The coalition's calls come first: it sees what others send.
	fn apply_all(&mut self, due: Due) {
		let waiting = std::mem::take(&mut self.waiting);
		let due = due.into_iter().map(|(who, call)| Waiting { who, call, made: None });
		let all: Vec<Waiting> = waiting.into_iter().chain(due).collect();
		self.noted.calls += all.len() as u64;
		for Waiting { who, call, .. } in &all {
			if let RuntimeCall::Content(pallet_content::Call::publish { data }) = call {
				let (hash, now) = (ContentRef::of(data).hash, self.chain.now());
				self.blobs.promise(hash, now);
			}
			let sent = self.sent.entry(account(who)).or_default();
			if self.stall.is_some() && !self.memory.is_ours(&account(who)) {
				self.signed.push((who.clone(), call.clone(), *sent));
			}
			*sent += 1;
		}
		let borrowed: Vec<_> = all.iter().map(|it| (Some(&it.who), it.call.clone())).collect();
		self.live = None;
		let results = self.chain.block(&borrowed);
		let slot = self.chain.slot();
		if let Some(log) = &mut self.log {
			let sent = |it: &Waiting| Sent::new(&account(&it.who), &it.call);
			let calls = all.iter().map(sent).collect();
			log.push(Block { slot, audits: self.luck.audits, calls });
		}
		for (one, result) in all.iter().zip(results) {
			self.note_call(one, &result);
		}
		self.note_block();
	}

	/// Builds a block that was kept, with what is known of it and nothing else.
	pub fn repeat(&mut self, slot: u64, audits: Option<bool>, calls: &[(Pair, RuntimeCall)]) {
		self.chain.idle_until(slot - 1);
		self.luck.audits = audits;
		let calls: Vec<_> = calls.iter().map(|(who, call)| (Some(who), call.clone())).collect();
		self.chain.block(&calls);
		self.note_block();
	}

	fn note_call(&mut self, one: &Waiting, result: &ApplyExtrinsicResult) {
		let name = name_of(&one.call);
		let about = one.made.as_ref().map_or("", |(_, about)| about);
		let done = matches!(result, Ok(Ok(())));
		// Each reason for which a call is refused is one step nearer to its being carried out.
		let how = match result {
			Ok(Ok(())) => "done".into(),
			Ok(Err(DispatchError::Module(error))) => format!("{}.{}", error.index, error.error[0]),
			_ => "refused".into(),
		};
		self.noted.seen.insert(format!("{name} {about} {how}"));
		if let Some((kind, _)) = &one.made {
			let kinds = self.noted.kinds.entry(*kind).or_default();
			kinds.0 += 1;
			kinds.1 += u32::from(done);
		}
	}

	fn note_block(&mut self) {
		let client = account(&self.cast.client);
		let (mut agreed, mut rotates) = (Vec::new(), false);
		for event in std::mem::take(&mut self.chain.events) {
			match &event {
				RuntimeEvent::Deals(pallet_deals::Event::DealOpened {
					deal, client: of, ..
				}) if *of == client => {
					self.bought.extend((0..2).map(|index| TaskId { deal: *deal, index }));
				},
				RuntimeEvent::Deals(pallet_deals::Event::TaskAgreed { task, .. }) => {
					agreed.push(*task);
				},
				_ => (),
			}
			rotates |= matches!(event, RuntimeEvent::Session(_));
			self.noted.seen.insert(event_name(&event));
		}
		let luck = &mut self.luck;
		let heaviest = self.chain.read(|| {
			for task in agreed {
				settle_luck(luck, task);
			}
			let all = <Runtime as frame_system::Config>::BlockWeights::get().max_block.ref_time();
			let hooks = *System::block_weight().get(DispatchClass::Mandatory);
			hooks.ref_time().saturating_mul(1_000_000) / all.max(1)
		});
		// The SDK takes a whole block for whoever begins a session.
		if !rotates {
			self.noted.heaviest = self.noted.heaviest.max(heaviest);
		}
	}

	/// Nobody of the coalition does anything any more. Deadlines are applied until everything has ended;
	/// gives what never ends.
	pub fn finish(&mut self) -> Option<String> {
		for _ in 0..LONGEST {
			let live = self.live();
			if live.tasks.is_empty() && live.cases.is_empty() {
				return self.stuck();
			}
			self.block();
			if live.now.is_multiple_of(4) {
				let who = self.cast.stranger.clone();
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

	/// Money that is still bound where nothing is open any more.
	fn stuck(&mut self) -> Option<String> {
		let cast = self.cast.clone();
		self.chain.read(|| {
			use pallet_deals::HoldReason::{ChallengeBond, Escrow};
			let reasons: [RuntimeHoldReason; 3] = [
				Escrow.into(),
				ChallengeBond.into(),
				pallet_mediation::HoldReason::AppealBond.into(),
			];
			for who in &cast.accounts {
				let bound: Balance =
					reasons.iter().map(|reason| Balances::balance_on_hold(reason, who)).sum();
				if bound > 0 {
					return Some(format!("{bound} of {who} stay on hold"));
				}
				let view = assay_runtime::Providers::provider_view(who);
				if let Some(view) = view.filter(|view| view.locked > 0 || view.slots_used > 0) {
					let (locked, slots) = (view.locked, view.slots_used);
					return Some(format!("{locked} and {slots} slots of {who} stay locked"));
				}
			}
			let owed = pallet_mediation::Escrowed::<Runtime>::get();
			(owed > 0).then(|| format!("{owed} stay in the account {}", Mediation::pot()))
		})
	}
}

impl Cast {
	fn new(
		chain: &mut Chain<Flat>,
		members: Vec<Pair>,
		judges: &[Pair],
		honest: Vec<(Pair, &'static str)>,
		[client, stranger]: [Pair; 2],
	) -> Self {
		let ours: Vec<AccountId> = members.iter().map(account).collect();
		let honest: Vec<_> =
			honest.into_iter().filter(|(pair, _)| !ours.contains(&account(pair))).collect();
		let mut roles: BTreeMap<_, _> =
			honest.iter().map(|(pair, role)| (account(pair), *role)).collect();
		let others: Vec<Pair> = honest.into_iter().map(|(pair, _)| pair).collect();
		let mut accounts: Vec<_> = ours.into_iter().chain(others.iter().map(account)).collect();
		// What everybody has paid for audits can be stolen too.
		accounts.push(AuditFund::get());
		roles.insert(AuditFund::get(), "fund");
		let start = worths(chain, &accounts);
		let (judges, genesis) = (judges.iter().map(account).collect(), chain.genesis_hash());
		Self { members, accounts, judges, others, start, roles, client, stranger, genesis }
	}

	/// What an account had at the beginning.
	pub fn had(&self, who: &AccountId) -> Balance {
		self.start.get(who).copied().unwrap_or_default()
	}
}

/// Everybody of whom a coalition may be made up, or whom it may rob.
fn honest_keys(
	sellers: &[Provider],
	judges: &[Pair],
	[client, publisher]: [&Pair; 2],
) -> Vec<(Pair, &'static str)> {
	let mut all = vec![
		(client.clone(), "client"),
		(publisher.clone(), "publisher"),
		(key("Dave"), "watcher"),
		(key("Ferdie"), "stranger"),
	];
	for provider in sellers {
		all.extend([(provider.stash.clone(), "provider"), (provider.operator.clone(), "provider")]);
	}
	all.extend(judges.iter().map(|judge| (judge.clone(), "mediator")));
	all
}

/// Publishes what honest clients have run, registers it as an app, and endows the fund for audits.
fn found(chain: &mut Chain<Flat>, scene: &Scene, publisher: &Pair, client: &Pair) {
	const PUBLISHERS_BOND: Balance = 20 * UNIT;
	if scene.published {
		publish(chain, client, &programs()[0]).expect("the program is published");
	}
	publish(chain, client, &list().1).expect("the list is published");
	let app = pallet_register::Call::register_app {
		content: ContentRef::of(&programs()[0]),
		profile: Profile::BASE.id(),
		tags: 0,
		needs: Needs::default(),
		terms: Some(AssetTerms {
			price: UNIT / 100,
			liability: 5 * UNIT,
			clients: Accounts::Any,
			providers: Accounts::Any,
			mediators: Default::default(),
		}),
	};
	let bond = pallet_register::Call::bond_more { amount: PUBLISHERS_BOND };
	chain.send(publisher, bond).expect("the publisher has that");
	chain.send(publisher, app).expect("the app is registered");
	chain.send(&key("Alice"), transfer(&AuditFund::get(), AUDITS)).expect("Alice is rich");
}

/// Has a mediator judge for no less than a run costs it.
fn ask_for_pay(mediator: &Pair) {
	pallet_mediation::Mediators::<Runtime>::mutate(account(mediator), |mediator| {
		if let Some(mediator) = mediator {
			mediator.terms.limits.min_wage = RUN as Balance;
		}
	});
}

/// Orders that honest accounts have signed for whoever matches them.
fn signed_by_honest(
	chain: &mut Chain<Flat>,
	scene: &Scene,
	client: &Pair,
	sellers: &[Provider],
) -> Vec<SignedOrder> {
	let (genesis, now) = (chain.genesis_hash(), chain.now());
	let request = request_of(account(client), client::request(scene, 0, now));
	let request = AnyOrder::Request(Box::new(request));
	let resource = |provider: &Provider| {
		let old = terms(PRICE);
		let terms = assay_primitives::request::Terms {
			min_run_blocks: LEAST_RUN,
			valid_until: now + 1_000,
			..old
		};
		let order = resource_of(provider.id(), account(&provider.operator), terms);
		(AnyOrder::Resource(Box::new(order)), provider.operator.clone())
	};
	let honest = sellers.iter().take(scene.providers as usize).map(resource);
	let all = [(request, client.clone())].into_iter().chain(honest);
	let sign = |(order, pair): (AnyOrder, Pair)| {
		let consent = consent(&pair, &order.text(&genesis));
		SignedOrder { order, consent }
	};
	all.map(sign).collect()
}

fn worths(chain: &mut Chain<Flat>, accounts: &[AccountId]) -> BTreeMap<AccountId, Balance> {
	chain.read(|| accounts.iter().map(|who| (who.clone(), Balances::total_balance(who))).collect())
}

/// Notes how often a result that was agreed on is audited, and has it be audited always or never where that is forced.
fn settle_luck(luck: &mut Luck, task: TaskId) {
	let Some(rate) = Deals::audit_chance(task) else { return };
	pallet_deals::Deals::<Runtime>::mutate(task.deal, |deal| {
		let Some(deal) = deal else { return };
		let least = &mut deal.terms.audit_ppm;
		// Of a bag it may have been forced for another task.
		if *least > 0 {
			luck.ppm = luck.ppm.max(rate.deconstruct());
			if let Some(hit) = luck.audits {
				// It pays its tax all the same.
				*least = if hit { 1_000_000 } else { 0 };
			}
		}
	});
}

fn blob_hash(blob: u8) -> Hash {
	let blobs = programs();
	ContentRef::of(&blobs[usize::from(blob) % blobs.len()]).hash
}

fn name_of(call: &RuntimeCall) -> String {
	let of = call.get_call_metadata();
	format!("{}.{}", of.pallet_name, of.function_name)
}

/// Names of events that were seen. To print one takes as long as to apply a call.
static EVENTS: Mutex<BTreeMap<[u8; 2], String>> = Mutex::new(BTreeMap::new());

/// Pallet and variant of an event: what stands before its fields, which is its first two bytes.
fn event_name(event: &RuntimeEvent) -> String {
	let encoded = event.encode();
	let key = [encoded[0], encoded.get(1).copied().unwrap_or_default()];
	let mut known = EVENTS.lock().expect("nobody panics with it");
	let name = || {
		let text = format!("{event:?}");
		text.split_once([' ', '{']).map_or(text.clone(), |(name, _)| name.into())
	};
	known.entry(key).or_insert_with(name).clone()
}
