//! A world: the chain, honest accounts, a coalition, and who holds which bytes.

mod beginning;
mod bills;
mod calls;
mod end;
mod notes;

pub use beginning::Cast;
pub use bills::Bills;
pub use notes::{Luck, Noted, REASONS};

use crate::{
	blobs::Blobs,
	client,
	honest::{Agreement, Lie, MediatorHost, ProviderHost},
	live::Live,
	log::{Block, Sent},
	lookers::WatcherHost,
	memory::Memory,
	moves::Move,
	programs::named,
	scene::Scene,
	snapshot::{Due, Snapshot},
};
use assay_primitives::{AccountId, Balance, BlockNumber, Hash};
use assay_runtime::{Balances, RuntimeCall};
use assay_simulation::{Chain, Fidelity, Flat, Pair, account, apply};
use polkadot_sdk::{frame_support::traits::fungible::Inspect, sp_runtime::ApplyExtrinsicResult};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

/// Most blocks that are not final.
const LONGEST_STALL: BlockNumber = 8;

/// Where finality stands still, and what was signed since.
#[derive(Clone)]
struct Stall {
	chain: Chain<Flat>,
	live: Arc<Live>,
	blobs: Blobs,
	sent: BTreeMap<AccountId, u32>,
	paid: i128,
	fees: BTreeMap<AccountId, i128>,
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

/// As what an account seals that a coalition has the key of.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Sealing {
	Provider,
	/// An honest provider whose operator's key was stolen.
	Victim,
	Mediator,
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
	/// What everybody has paid for transactions.
	fees: BTreeMap<AccountId, i128>,
}

impl World {
	/// The same world, which goes its own way, and in which nothing was noted yet.
	pub fn fork(&self) -> Self {
		Self { noted: Noted::default(), ..self.clone() }
	}

	/// What every account owns, held or not.
	pub fn worths(&mut self) -> BTreeMap<AccountId, Balance> {
		worths(&mut self.chain, &self.cast.accounts)
	}

	/// Orders that somebody has signed.
	#[cfg(test)]
	pub fn orders(&self) -> &[crate::memory::SignedOrder] {
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

	/// One of those who seal, all who seal as the same, or everybody says this from now on; or only where all who are drawn
	/// are members.
	fn agree(&mut self, who: u8, lie: Lie, sure: bool) {
		const LIKE: u8 = 64;
		const ALL: u8 = 128;
		let ours = self.sealing();
		let Some((one, role)) = ours.get(usize::from(who) % ours.len().max(1)) else { return };
		let told = |(id, as_what): &&(AccountId, Sealing)| match who {
			0..LIKE => id == one,
			LIKE..ALL => as_what == role,
			_ => true,
		};
		let told: BTreeSet<&AccountId> = ours.iter().filter(told).map(|(id, _)| id).collect();
		let all: Arc<BTreeSet<AccountId>> = Arc::new(ours.iter().map(|it| it.0.clone()).collect());
		let agreed = Agreement { lie, among: sure.then_some(all) };
		for provider in self.providers.iter_mut().filter(|host| told.contains(&host.keys.id())) {
			provider.agreed = Some(agreed.clone());
		}
		for mediator in self.mediators.iter_mut().filter(|host| told.contains(&host.id())) {
			mediator.agreed = Some(agreed.clone());
		}
	}

	/// In whose names the coalition can seal, and as what. Whoever has the operator's key says what is sealed.
	fn sealing(&self) -> Vec<(AccountId, Sealing)> {
		let of_provider = |host: &ProviderHost| {
			let id = host.keys.id();
			let as_what =
				if self.memory.is_ours(&id) { Sealing::Provider } else { Sealing::Victim };
			self.memory.is_ours(&account(&host.keys.operator)).then_some((id, as_what))
		};
		let of_mediator = |host: &MediatorHost| {
			let id = host.id();
			self.memory.is_ours(&id).then_some((id, Sealing::Mediator))
		};
		let providers = self.providers.iter().filter_map(of_provider);
		providers.chain(self.mediators.iter().filter_map(of_mediator)).collect()
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
		let (paid, fees) = (self.paid, self.fees.clone());
		self.stall = Some(Arc::new(Stall { chain, live, blobs, sent, paid, fees, log }));
	}

	/// Another fork wins, which has none of the blocks that are not final.
	fn undo(&mut self) {
		let Some(stall) = self.stall.take() else { return };
		let slot = self.chain.slot();
		self.chain = stall.chain.clone();
		self.chain.idle_until(slot);
		(self.blobs, self.sent) = (stall.blobs.clone(), stall.sent.clone());
		(self.paid, self.fees) = (stall.paid, stall.fees.clone());
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
		let snapshot = Snapshot { best: &live, last: &last, blobs: &self.blobs };
		let mut due = Due::new();
		for provider in &mut self.providers {
			if !self.silent.contains(&provider.keys.id()) {
				due.extend(provider.due(snapshot));
			}
		}
		for mediator in &mut self.mediators {
			if !self.silent.contains(&mediator.id()) {
				due.extend(mediator.due(snapshot));
			}
		}
		due.extend(self.watcher.iter().flat_map(|watcher| watcher.due(snapshot)));
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
		self.live = None;
		let results = self.build(all.iter().map(|it| (&it.who, &it.call)));
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
		self.build(calls.iter().map(|(who, call)| (who, call)));
		self.note_block();
	}

	fn build<'a>(
		&mut self,
		calls: impl Iterator<Item = (&'a Pair, &'a RuntimeCall)>,
	) -> Vec<ApplyExtrinsicResult> {
		let fidelity = self.chain.fidelity;
		self.chain
			.build(|| calls.map(|(who, call)| apply(paid(fidelity, call), who, call)).collect())
	}
}

/// How a call gets into a block. What calls of the court have cost comes back by the rules, so that they are paid for
/// first, and whatever they may be hidden in.
fn paid(fidelity: Fidelity, call: &RuntimeCall) -> Fidelity {
	use RuntimeCall::{Court, Multisig, Proxy, Sudo, Utility};
	match call {
		Court(_) | Multisig(_) | Proxy(_) | Sudo(_) | Utility(_)
			if fidelity == Fidelity::Dispatched =>
		{
			Fidelity::Applied
		},
		_ => fidelity,
	}
}

fn worths(chain: &mut Chain<Flat>, accounts: &[AccountId]) -> BTreeMap<AccountId, Balance> {
	chain.read(|| accounts.iter().map(|who| (who.clone(), Balances::total_balance(who))).collect())
}

fn blob_hash(blob: u8) -> Hash {
	let all: Vec<_> = named().collect();
	all[usize::from(blob) % all.len()].hash
}
