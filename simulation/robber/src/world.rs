//! A world: the chain, honest accounts, a coalition, and who holds which bytes.

use crate::{
	blobs::Blobs,
	client,
	generate::{Generator, calls},
	honest::{Agreement, Due, Lie, MediatorHost, ProviderHost, Sight},
	live::Live,
	lookers::WatcherHost,
	memory::{Memory, SignedOrder},
	moves::Move,
	orders::{consent, request_of, resource_of},
	programs::{MEMORY, list, named, programs},
	record::{Block, Sent},
	scene::{Scene, Setting},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, UNIT,
	api::{DealTasks, MAX_TASK_PAGE},
	case::{CaseLimits, MediatorTerms},
	content::ContentRef,
	deal::{Ending, ReplicaResult, TaskStatus, TaskView},
	order::{Accounts, AnyOrder, AssetTerms, Needs},
	profile::Profile,
	request::Terms,
	task::{DealId, Input, TaskId},
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
pub const RUN: i128 = PRICE.base as i128 / 4;
/// What the fund for audits has. Where it has nothing, audits are paid out of the client's reserve, by rule.
const AUDITS: Balance = 1_000 * UNIT;

/// Everybody, and what they had. Never changes.
pub struct Cast {
	/// Keys of the coalition.
	pub members: Vec<Pair>,
	/// Everybody, the coalition first.
	pub accounts: Vec<AccountId>,
	/// Accounts that are mediators from the beginning.
	pub judges: Vec<AccountId>,
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
	/// Most keys beyond what concerns a daemon that the chain has looked up for it.
	pub reads: u64,
	/// Tasks that were settled on a lie though an honest replica had said what is true, and everybody could
	/// have run the program.
	pub overruled: BTreeSet<TaskId>,
	/// Votes that honest mediators have opened.
	pub votes: u32,
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
	paid: i128,
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
	/// What honest clients have paid for results that are true.
	paid: i128,
}

impl World {
	/// A world with this coalition, at a fidelity.
	pub fn start(setting: &Setting, fidelity: Fidelity) -> Self {
		let Setting { scene, coalition } = *setting;
		let mut chain = Chain::<Flat>::of_preset("development", |genesis| scene.shape(genesis));
		let sellers: Vec<Provider> = (0..scene.providers + u32::from(coalition.providers))
			.map(|index| {
				register_bonded(&mut chain, index, scene.bond, |capacity, terms| {
					*terms = offered(&scene, *terms);
					if scene.wide {
						(capacity.max_gas, capacity.gas_per_second) = (WIDE, u64::MAX);
					}
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
		let victims = &sellers[..usize::from(coalition.stolen)];
		for victim in victims {
			memory.signs_for_stranger(account(&victim.operator), victim.id());
			members.push(victim.operator.clone());
		}
		members.extend((theirs_from..scene.mediators).map(mediator));
		for other in others {
			let send = transfer(&account(&other), scene.budget);
			chain.send(&key("Alice"), send).expect("Alice is rich");
			members.push(other);
		}
		for member in members.iter().map(account) {
			if *memory.stash(&member) == member {
				memory.signs_for(member.clone(), member);
			}
		}
		let judges: Vec<Pair> = (0..scene.mediators).map(mediator).collect();
		let (theirs, others): (Vec<_>, Vec<_>) =
			judges.iter().partition(|judge| memory.is_ours(&account(judge)));
		let honest_limits = CaseLimits { min_wage: scene.wage, ..CaseLimits::ORDINARY };
		declare(&mut chain, &others, honest_limits);
		if scene.wide {
			declare(&mut chain, &theirs, CaseLimits::LARGE);
		}
		let mut honest = honest_keys(&sellers, &judges, [&client, &publisher]);
		for (key, role) in &mut honest {
			if victims.iter().any(|victim| account(&victim.stash) == account(key)) {
				*role = "victim";
			}
		}
		let cast = Cast::new(&mut chain, members, &judges, honest, [client, key("Ferdie")]);
		for known in signed_by_honest(&mut chain, &scene, &cast.client, &sellers) {
			memory.signed(known);
		}
		chain.fidelity = fidelity;
		let mut blobs = Blobs::default();
		// What the honest client has, it serves, on the chain or not.
		for hash in [ContentRef::of(&programs()[0]).hash, list().0.list.hash] {
			blobs.promise(hash, 0);
		}
		if scene.published {
			blobs.promise(ContentRef::of(&programs()[2]).hash, 0);
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
			paid: 0,
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

	/// What the coalition has gained, in all, and what honest accounts have lost, by what they are; runs have
	/// cost something.
	pub fn result(&mut self) -> (i128, BTreeMap<&'static str, i128>) {
		let now = self.worths();
		let change = |who: &AccountId| now[who] as i128 - self.cast.had(who) as i128;
		let ours = self.cast.accounts.iter().filter(|who| self.memory.is_ours(who));
		let gain = ours.map(change).sum();
		(gain, self.lost(RUN))
	}

	/// What honest accounts have lost, by what they are, where each run costs so much. What was delivered is paid
	/// for.
	pub fn lost(&mut self, run: i128) -> BTreeMap<&'static str, i128> {
		let now = self.worths();
		let client = account(&self.cast.client);
		let sold = self.providers.iter().map(|host| (host.keys.id(), host.runs));
		let judged = self.mediators.iter().map(|host| (host.id(), host.runs));
		let runs: BTreeMap<AccountId, u32> = sold.chain(judged).collect();
		let mut lost: BTreeMap<&'static str, i128> = BTreeMap::new();
		for (who, worth) in now.into_iter().filter(|(who, _)| !self.memory.is_ours(who)) {
			let change = worth as i128 - self.cast.had(&who) as i128;
			let cost = runs.get(&who).map_or(0, |runs| run * i128::from(*runs));
			let fair = if who == client { self.paid } else { -cost };
			// Whose only business is to pay fees loses nothing else.
			if change + fair < 0 && self.role(&who) != "stranger" {
				*lost.entry(self.role(&who)).or_default() -= change + fair;
			}
		}
		lost
	}

	/// What honest mediators have earned, in all.
	pub fn earned_by_judging(&mut self) -> i128 {
		let now = self.worths();
		let honest = self.cast.judges.iter().filter(|who| !self.memory.is_ours(who));
		honest.map(|who| now[who] as i128 - self.cast.had(who) as i128).sum()
	}

	/// Notes what the chain looks up to answer what the daemon of each honest provider asks at a block.
	pub fn note_reads(&mut self) {
		let honest = self.providers.iter().map(|host| host.keys.id());
		let honest: Vec<_> = honest.filter(|who| !self.memory.is_ours(who)).collect();
		for who in honest {
			let (granted, reads) = self.chain.count_reads(|| ask(&who));
			self.noted.reads = self.noted.reads.max(reads.saturating_sub(granted));
		}
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
			Move::Agree { who, answer, report, sure } => {
				self.agree(*who, Lie { answer: *answer, report: *report }, *sure);
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

	/// One member, or all, say this from now on; or only where all who are drawn are members.
	fn agree(&mut self, who: u8, lie: Lie, sure: bool) {
		const ALL: u8 = 128;
		let one = self.member(who).filter(|_| who < ALL).map(account);
		let told = one.map(|one| self.memory.stash(&one).clone());
		let obeys = |who: &AccountId| told.as_ref().is_none_or(|one| one == who);
		// Whoever has the operator's key says what is sealed.
		let of_provider = |host: &ProviderHost| {
			let is_ours = self.memory.is_ours(&account(&host.keys.operator));
			is_ours.then(|| host.keys.id())
		};
		let of_mediator =
			|host: &MediatorHost| Some(host.id()).filter(|who| self.memory.is_ours(who));
		let providers = self.providers.iter().filter_map(of_provider);
		let ours = providers.chain(self.mediators.iter().filter_map(of_mediator));
		let ours: Arc<BTreeSet<AccountId>> = Arc::new(ours.collect());
		let agreed = Agreement { lie, among: sure.then(|| ours.clone()) };
		let told = |who: AccountId| ours.contains(&who) && obeys(&who);
		for provider in self.providers.iter_mut().filter(|host| told(host.keys.id())) {
			provider.agreed = Some(agreed.clone());
		}
		for mediator in self.mediators.iter_mut().filter(|host| told(host.id())) {
			mediator.agreed = Some(agreed.clone());
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
		let paid = self.paid;
		self.stall = Some(Arc::new(Stall { chain, live, blobs, sent, paid, log }));
	}

	/// Another fork wins, which has none of the blocks that are not final.
	fn undo(&mut self) {
		let Some(stall) = self.stall.take() else { return };
		let slot = self.chain.slot();
		self.chain = stall.chain.clone();
		self.chain.idle_until(slot);
		(self.blobs, self.sent) = (stall.blobs.clone(), stall.sent.clone());
		self.paid = stall.paid;
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
				let now = self.chain.now();
				self.blobs.publish(data, now);
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
		let (mut agreed, mut rotates) = (Vec::new(), false);
		for event in std::mem::take(&mut self.chain.events) {
			match &event {
				RuntimeEvent::Deals(pallet_deals::Event::TaskAgreed { task, .. }) => {
					agreed.push(*task);
				},
				RuntimeEvent::Deals(pallet_deals::Event::TaskSettled { task, .. }) => {
					self.note_settled(*task);
				},
				RuntimeEvent::Mediation(pallet_mediation::Event::Revealed { mediator, .. })
					if !self.memory.is_ours(mediator) =>
				{
					self.noted.votes += 1;
				},
				_ => {},
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

	/// Notes what became of a task that was just settled.
	fn note_settled(&mut self, task: TaskId) {
		let view = self.chain.read(|| Deals::task_view(task));
		let Some(TaskView { deal, status: TaskStatus::Ended(ended), .. }) = view else { return };
		let spec = &deal.request.task;
		let (Ending::Settled(outcome), Some(truth)) = (ended.ending, crate::programs::truth(spec))
		else {
			return;
		};
		if outcome == truth && deal.client == account(&self.cast.client) {
			self.paid += ended.paid as i128;
		}
		let served = spec.module == ContentRef::of(&programs()[0]) && self.scene.published;
		let digest = truth.digest(&deal.task_hash);
		let overruled = ended.replicas.iter().any(|replica| {
			let of = deal.candidates.get(replica.candidate as usize);
			let honest = of.is_some_and(|it| !self.memory.is_ours(&it.provider));
			let told = match replica.result {
				ReplicaResult::Wrong(said) | ReplicaResult::Undecided(said) => said == digest,
				_ => false,
			};
			honest && told
		});
		if outcome != truth && overruled && served && spec.input == Input::None {
			self.noted.overruled.insert(task);
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

/// Asks what a provider's daemon asks at a block. Gives how many keys may be looked up for that.
fn ask(who: &AccountId) -> u64 {
	/// For each deal that it may be drawn for, its draw included.
	const DEAL: u64 = 40;
	/// For each task of it that a page shows.
	const TASK: u64 = 16;
	let page = Deals::deals_of_candidate(who, None, MAX_TASK_PAGE);
	let of = |id: &DealId| Deals::tasks_of_candidate(who, *id, 0, u32::MAX);
	let deals: Vec<_> = page.items.iter().filter_map(of).collect();
	let tasks = |deal: &DealTasks| u64::from(deal.deal.tasks.min(MAX_TASK_PAGE));
	DEAL * (1 + deals.len() as u64) + TASK * deals.iter().map(tasks).sum::<u64>()
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

/// Publishes what honest clients have run, registers apps, and endows the fund for audits.
fn found(chain: &mut Chain<Flat>, scene: &Scene, publisher: &Pair, client: &Pair) {
	const PUBLISHERS_BOND: Balance = 20 * UNIT;
	if scene.published {
		publish(chain, client, &programs()[0]).expect("the program is published");
		publish(chain, publisher, &programs()[2]).expect("the program is published");
	}
	publish(chain, client, &list().1).expect("the list is published");
	let bond = pallet_register::Call::bond_more { amount: PUBLISHERS_BOND };
	chain.send(publisher, bond).expect("the publisher has that");
	// The second one begins with more memory than some tasks grant.
	for (program, memory_pages) in [(0, 0), (2, MEMORY)] {
		let app = pallet_register::Call::register_app {
			content: ContentRef::of(&programs()[program]),
			profile: Profile::BASE.id(),
			tags: 0,
			needs: Needs { memory_pages, ..Needs::default() },
			terms: Some(AssetTerms {
				price: UNIT / 100,
				liability: 5 * UNIT,
				clients: Accounts::Any,
				providers: Accounts::Any,
				mediators: Default::default(),
			}),
		};
		chain.send(publisher, app).expect("the app is registered");
	}
	chain.send(&key("Alice"), transfer(&AuditFund::get(), AUDITS)).expect("Alice is rich");
}

/// Has mediators take cases within these limits, from now on.
fn declare(chain: &mut Chain<Flat>, mediators: &[&Pair], limits: CaseLimits) {
	let kept = |mediator: &&Pair| pallet_mediation::Mediators::<Runtime>::get(account(mediator));
	let known = chain.read(|| mediators.iter().filter_map(kept).collect::<Vec<_>>());
	let update = |old: &pallet_mediation::Mediator| {
		let terms = MediatorTerms { limits, ..old.terms.clone() };
		RuntimeCall::from(pallet_mediation::Call::update { terms })
	};
	let calls: Vec<_> =
		mediators.iter().zip(&known).map(|(who, old)| (Some(*who), update(old))).collect();
	let results = chain.block(&calls);
	assert!(results.iter().all(|result| *result == Ok(Ok(()))), "{results:?}");
	// It would take two eras.
	let at_once = |mediator: &mut Option<pallet_mediation::Mediator>| {
		let Some(mediator) = mediator else { return };
		if let Some((_, terms)) = mediator.next_terms.take() {
			mediator.terms = terms;
		}
	};
	chain.read(|| {
		for who in mediators {
			pallet_mediation::Mediators::<Runtime>::mutate(account(who), at_once);
		}
	});
}

/// Most gas of tasks that ordinary mediators don't judge.
const WIDE: u64 = 1_000_000_000_000;

/// What a provider offers in a world.
fn offered(scene: &Scene, terms: Terms) -> Terms {
	let max_gas = if scene.wide { WIDE } else { terms.max_gas };
	Terms { min_run_blocks: LEAST_RUN, max_gas, price: scene.price(), ..terms }
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
		let terms = offered(scene, Terms { valid_until: now + 1_000, ..terms(PRICE) });
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
	let all: Vec<_> = named().collect();
	all[usize::from(blob) % all.len()].hash
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
