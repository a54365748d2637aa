//! Records of this pallet that know nothing of its configuration.

use alloc::{collections::BTreeMap, rc::Rc, vec::Vec};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash, apply,
	beacon::{Fold, Seed, Ticket},
	deal::{
		Deal, DealTerms, EndedReplica, Replica, ReplicaResult, ReplicaState, Task, TaskState,
		draw_subject,
	},
	judges::Judges,
	money::Economics,
	outcome::{Digest, Outcome},
	policy::MAX_CANDIDATES,
	stored,
	task::{DealId, TaskId},
	traits::{CaseReason, CourtBill},
};
use core::cell::{OnceCell, RefCell};
use polkadot_sdk::{
	frame_support::{BoundedVec, dispatch::Pays},
	sp_core::ConstU32,
	sp_runtime::Permill,
};

pub use assay_primitives::deal::{Callback, CallbackBytes, MAX_BATCH, MAX_CALLBACK_BYTES};

/// Run times until the hard end of a deal.
pub const HARD_END_RUNS: BlockNumber = 10;
/// Declining replicas without which a task never fails for missing content while there are others.
pub const MIN_DECLINED: usize = 3;
/// Blocks for showing content that replicas said can't be had, the beacon's included.
pub const EXHIBIT_BLOCKS: BlockNumber = 40;
/// Bytes of state of a callback beside its call.
pub(crate) const CALLBACK_OVERHEAD: u32 = 128;
/// Bytes of the shortest module: magic number and version.
pub const MIN_MODULE_BYTES: u64 = 8;

/// Money that is locked for an instance of a front end.
#[apply(stored)]
pub struct Reservation {
	/// Whose it is, and who gets what is left of it.
	pub payer: AccountId,
	/// What is left.
	pub left: Balance,
}

/// Whether new deals may name a profile.
#[apply(stored)]
#[derive(Copy)]
pub enum ProfileStatus {
	/// They may.
	#[codec(index = 0)]
	Active,
	/// They may not; open deals go on.
	#[codec(index = 1)]
	Retired,
}

/// How the replicas of a task were drawn: enough to draw more, and to repeat it all.
#[apply(stored)]
pub struct DrawRecord {
	/// Claim on the randomness.
	pub ticket: Ticket,
	/// What the blocks of the ticket gave.
	pub randomness: Hash,
	/// Candidates that were drawn for a later wave and whose stake could not be locked.
	pub skipped: BoundedVec<u32, ConstU32<MAX_CANDIDATES>>,
	/// Whether somebody has shown the content after replicas had said that it can't be had.
	pub shown: bool,
}

impl DrawRecord {
	/// The seed of the task's draw.
	pub fn seed(&self, task: &TaskId) -> Seed {
		let fold = Fold { ticket: self.ticket, entries: Vec::new(), randomness: self.randomness };
		fold.seed(&draw_subject(task))
	}
}

/// What the tasks of a deal over a list of inputs have in common. A task comes into being with its
/// draw.
#[apply(stored)]
pub struct Bag {
	/// Claim on the randomness of all draws.
	pub ticket: Ticket,
	/// What the blocks of the ticket gave, once anybody has asked.
	pub randomness: Option<Hash>,
	/// Tasks that are not pruned.
	pub left: u32,
}

impl Bag {
	/// A task that nobody has opened.
	pub(crate) fn waiting(&self) -> Task {
		let state = TaskState::Waiting { ticket: self.ticket };
		Task { state, replicas: Default::default() }
	}
}

/// Under what a task stands in the state. Whoever looks for the deals of a client finds its single tasks
/// side by side, and need not step over those of bags.
#[apply(stored)]
pub enum TaskList {
	/// The single tasks of a client.
	#[codec(index = 0)]
	Client(AccountId),
	/// The tasks of a deal over a list of inputs.
	#[codec(index = 1)]
	Bag(DealId),
}

impl TaskList {
	/// That of a deal's tasks.
	pub fn of(id: DealId, deal: &Deal) -> Self {
		if deal.is_bag() { Self::Bag(id) } else { Self::Client(deal.client.clone()) }
	}
}

/// What a provider was paid for.
#[apply(stored)]
#[derive(Copy)]
pub enum PayReason {
	/// The price of a replica.
	#[codec(index = 0)]
	Work,
	/// An attempt that the client's content thwarted.
	#[codec(index = 1)]
	Attempt,
	/// A replica of a task that nothing was decided about.
	#[codec(index = 2)]
	Undecided,
}

/// What a provider was slashed for.
#[apply(stored)]
#[derive(Copy)]
pub enum SlashReason {
	/// Revealed another outcome than the one that won.
	#[codec(index = 0)]
	Wrong,
	/// Never sealed.
	#[codec(index = 1)]
	Silent,
	/// Sealed and never revealed.
	#[codec(index = 2)]
	Withheld,
	/// Let its result be known before it was time.
	#[codec(index = 3)]
	Denounced,
}

/// What a replica loses of its stake.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fall {
	/// All that it had at risk.
	pub stake: Balance,
	/// What it loses of that.
	pub amount: Balance,
	/// Why.
	pub reason: SlashReason,
}

/// Why somebody got a share of a slash.
#[apply(stored)]
#[derive(Copy)]
pub enum ShareReason {
	/// Revealed the outcome that won.
	#[codec(index = 0)]
	Winner,
	/// Opened the seal.
	#[codec(index = 1)]
	Denouncer,
	/// Ended the task by applying its deadline.
	#[codec(index = 2)]
	Poker,
	/// Paid for a task that nobody delivered.
	#[codec(index = 3)]
	Payer,
	/// Paid for the case beforehand.
	#[codec(index = 4)]
	Prepayer,
	/// Found the lie.
	#[codec(index = 5)]
	Finder,
	/// Had the court rule.
	#[codec(index = 6)]
	Court,
}

/// A case about a task, from its opening to the verdict.
#[apply(stored)]
pub struct Dispute {
	/// Why it was opened.
	pub reason: CaseReason,
	/// Who paid for it beforehand, and how much.
	pub prepaid: (Prepayer, Balance),
	/// Held of who challenged, or reported when the case was open, beside that; lost where it is wrong.
	pub bond: Option<(AccountId, Balance)>,
	/// The outcome that a replica reported to be the true one, and its position among the candidates.
	pub report: Option<(u32, Outcome)>,
}

impl Dispute {
	/// One that nobody asked for, and that the deal's reserve pays.
	pub(crate) fn of_reserve(reason: CaseReason) -> Self {
		Self { reason, prepaid: (Prepayer::Reserve, 0), bond: None, report: None }
	}
}

/// Who pays for a case beforehand.
#[apply(stored)]
pub enum Prepayer {
	/// The deal's payer, out of the reserve.
	#[codec(index = 0)]
	Reserve,
	/// The fund for audits.
	#[codec(index = 1)]
	Fund,
	/// Whoever asked for it.
	#[codec(index = 2)]
	Account(AccountId),
}

/// A case that was decided.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Decided {
	/// How it had begun.
	pub dispute: Dispute,
	/// What was agreed on, where replicas did agree.
	pub agreed: Option<Digest>,
	/// What it cost.
	pub spent: Balance,
	/// The true digest.
	pub truth: Option<Digest>,
	/// Whether the public pool or the court has found it.
	pub public: bool,
	/// What the court has cost, where that is owed to anybody.
	pub bill: Option<CourtBill>,
}

impl Decided {
	/// Whether replicas had agreed on what turned out to be false.
	pub fn refuted(&self) -> bool {
		matches!((self.truth, self.agreed), (Some(truth), Some(agreed)) if truth != agreed)
	}
}

/// What a call did beside its own work, for the refund of its weight.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Effort {
	/// Candidates of the deal.
	pub candidates: u32,
	/// Wrote the first draw among so many candidates, or released all of them without one.
	pub drew: Option<u32>,
	/// Blocks of the beacon that were read, for a draw or an audit.
	pub folded: u32,
	/// Tried to draw more out of so many candidates.
	pub tried: Option<u32>,
	/// Items that were read beside those that were measured: scores that votes are weighed by, for one.
	pub read: u32,
	/// Items that were written beside.
	pub written: u32,
	/// Ended the task, with so many replicas of which so many were slashed.
	pub ended: Option<(u32, u32)>,
	/// Payments at the end to owners of apps and datasets, or what costs as much as so many.
	pub owners: u32,
	/// Opened a case.
	pub disputed: bool,
	/// Had a look at a question that waits.
	pub asked: bool,
}

impl Effort {
	/// Whether whoever applied a deadline pays for it: where it only cleared away a task that nobody was drawn for,
	/// of which one transaction can leave a thousand behind.
	pub fn pays(&self) -> Pays {
		if self.ended == Some((0, 0)) { Pays::Yes } else { Pays::No }
	}
}

/// What the items of a batch have touched so far. A second access in the same call finds it in memory.
#[derive(Default)]
pub(crate) struct Touched {
	deals: BTreeMap<DealId, TouchedDeal>,
	/// Whether a task has ended.
	ended: bool,
}

/// What a batch has touched of one deal.
struct TouchedDeal {
	/// Candidates whose bonds no draw has touched yet, at least.
	undrawn: u32,
	/// Candidates whose bonds and accounts no settlement has touched yet, at least.
	unsettled: u32,
	/// Whether a task has ended.
	ended: bool,
}

impl Touched {
	/// Reads and writes of an item that are not its own; see the weights for what each part accesses.
	pub fn shared(&mut self, deal: DealId, effort: &Effort) -> (u64, u64) {
		let (mut reads, mut writes) = (0u64, 0u64);
		let known = self.deals.contains_key(&deal);
		let of_deal = self.deals.entry(deal).or_insert(TouchedDeal {
			undrawn: effort.candidates,
			unsettled: effort.candidates,
			ended: false,
		});
		// The deal itself, and its bag.
		reads += 2 * u64::from(known);
		if let Some(candidates) = effort.drew {
			// Provider and open work of each.
			let again = 2 * u64::from(candidates.saturating_sub(of_deal.undrawn));
			of_deal.undrawn = of_deal.undrawn.saturating_sub(candidates);
			reads += again;
			writes += again;
		}
		if let Some((replicas, _)) = effort.ended {
			// Provider, open work and account of each.
			let again = 3 * u64::from(replicas.saturating_sub(of_deal.unsettled));
			of_deal.unsettled = of_deal.unsettled.saturating_sub(replicas);
			reads += again;
			writes += again;
			// The queue's range, the accounts of fee and audits, how long ended tasks are kept and the rules that
			// hold now; of the same deal the payer's account and holds, the deal's own rules and the owners'
			// accounts too. The deal's record was read before, and is written.
			if of_deal.ended {
				reads += 8 + u64::from(effort.owners);
				writes += 6 + u64::from(effort.owners);
			} else if self.ended {
				reads += 5;
				writes += 3;
			}
			of_deal.ended = true;
			self.ended = true;
		}
		(reads, writes)
	}
}

/// Tickets that a call knows the randomness of: the tasks of a batch often have the same.
#[derive(Clone, Default)]
pub(crate) struct Folds(Rc<RefCell<Vec<(Ticket, Hash)>>>);

impl Folds {
	/// The fold of a ticket, without its entries where it was found before.
	pub fn find<E>(
		&self,
		ticket: &Ticket,
		fold: impl FnOnce(&Ticket) -> Result<Fold, E>,
	) -> Result<Fold, E> {
		let known = self.0.borrow().iter().find(|(known, _)| known == ticket).map(|it| it.1);
		if let Some(randomness) = known {
			return Ok(Fold { ticket: *ticket, entries: Vec::new(), randomness });
		}
		let found = fold(ticket)?;
		self.0.borrow_mut().push((*ticket, found.randomness));
		Ok(found)
	}
}

/// A task that has not ended, with all that its next step needs.
pub(crate) struct Live {
	/// Which.
	pub id: TaskId,
	/// Its deal.
	pub deal: Deal,
	/// State.
	pub task: Task,
	/// Now.
	pub now: BlockNumber,
	/// Who applies a deadline, where that is what happens.
	pub poker: Option<AccountId>,
	/// The case that was decided, where that is what happens.
	pub decided: Option<Decided>,
	/// The deal's common draw, where it has one.
	pub bag: Option<Bag>,
	/// What the call has found of the beacon.
	pub folds: Folds,
	/// What has been done.
	pub effort: Effort,
	/// What the deal pays and slashes by, once anybody has asked.
	pub economics: OnceCell<Economics>,
}

impl Live {
	/// Position of a provider's replica.
	pub fn position(&self, provider: &AccountId) -> Option<usize> {
		let is_his = |replica: &Replica| {
			self.deal
				.candidates
				.get(replica.candidate as usize)
				.is_some_and(|candidate| candidate.provider == *provider)
		};
		self.task.replicas.iter().position(is_his)
	}

	/// Providers of the replicas that `which` selects.
	pub fn providers(&self, which: impl Fn(&Replica) -> bool) -> Vec<AccountId> {
		let chosen = self.task.replicas.iter().filter(|replica| which(replica));
		chosen
			.filter_map(|replica| self.deal.candidates.get(replica.candidate as usize))
			.map(|candidate| candidate.provider.clone())
			.collect()
	}

	/// Whether the public pool judges the deal, and not mediators whom its parties have named.
	pub fn is_public(&self) -> bool {
		self.deal.others.judges == Judges::Public
	}

	/// Whether an audit has found a lie that nobody had asked about, out of the fund. Who plants a lie for judges of his
	/// own would have the fund pay him for finding it.
	pub fn found_by_audit(&self) -> bool {
		let found =
			|decided: &Decided| decided.dispute.reason == CaseReason::Audit && decided.refuted();
		self.is_public() && self.decided.as_ref().is_some_and(found)
	}

	/// Whether any replica has this state.
	pub fn any(&self, which: impl Fn(&ReplicaState) -> bool) -> bool {
		self.task.replicas.iter().any(|replica| which(&replica.state))
	}

	/// Number of replicas that have this state.
	pub fn count(&self, which: impl Fn(&ReplicaState) -> bool) -> usize {
		self.task.replicas.iter().filter(|replica| which(&replica.state)).count()
	}

	/// Whether a candidate that can't be locked is passed over in the first draw of a bag's task. Not
	/// before half of the deal's time is over: who opens a task chooses the block, and must not choose
	/// with it who is busy.
	pub fn passes_over(&self) -> bool {
		let time = self.deal.terms.hard_end.saturating_sub(self.deal.opened_at);
		self.now.saturating_sub(self.deal.opened_at) >= time / 2
	}

	/// Whether a wave that starts now ends before the hard end.
	pub fn wave_fits(&self) -> bool {
		wave_fits(&self.deal.terms, self.now)
	}

	/// The wave that is running or revealing, or was the last; the first where none was drawn.
	pub fn wave(&self) -> u8 {
		match self.task.state {
			TaskState::Running { wave, .. } | TaskState::Revealing { wave, .. } => wave,
			_ => self.task.replicas.last().map_or(0, |replica| replica.wave),
		}
	}
}

/// Whether a wave that starts at `now` ends before the hard end.
pub(crate) fn wave_fits(terms: &DealTerms, now: BlockNumber) -> bool {
	now.saturating_add(terms.commit_blocks).saturating_add(terms.reveal_blocks) <= terms.hard_end
}

/// Whether a replica has neither sealed nor given up.
pub(crate) fn is_drawn(state: &ReplicaState) -> bool {
	matches!(state, ReplicaState::Drawn)
}

/// Whether a replica has a seal to open.
pub(crate) fn is_sealed(state: &ReplicaState) -> bool {
	matches!(state, ReplicaState::Sealed(_))
}

/// Whether a replica said that content could not be had.
pub(crate) fn lacks_content(state: &ReplicaState) -> bool {
	matches!(state, ReplicaState::Declined(excuse) if excuse.lacks_content())
}

/// A replica at the end of its task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Judged {
	/// Whose.
	pub provider: AccountId,
	/// What it is owed out of the escrow, before anything is paid.
	pub due: Balance,
	/// What is kept of it.
	pub kept: EndedReplica,
}

impl Judged {
	/// Share of the stake that is lost at the task's end, where silence costs `silent`, and why. A denounced stake is
	/// gone already.
	pub fn penalty(&self, silent: Permill) -> Option<(Permill, SlashReason)> {
		match self.kept.result {
			ReplicaResult::Wrong(_) => Some((Permill::one(), SlashReason::Wrong)),
			ReplicaResult::Silent => Some((silent, SlashReason::Silent)),
			ReplicaResult::Withheld => Some((Permill::one(), SlashReason::Withheld)),
			ReplicaResult::Agreed
			| ReplicaResult::Undecided(_)
			| ReplicaResult::Declined(_)
			| ReplicaResult::Denounced
			| ReplicaResult::Released => None,
		}
	}

	/// Whether its outcome won.
	pub fn won(&self) -> bool {
		self.kept.result == ReplicaResult::Agreed
	}
}

/// Equal digests.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Group {
	/// The digest.
	pub digest: Digest,
	/// How many revealed it.
	pub size: u32,
}

/// What the revealed digests amount to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Standing {
	/// The policy is met.
	Agreed(Digest),
	/// So many more are to be drawn; none where nobody who could still be drawn would change it.
	Needs(u32),
}

/// What benchmarks need of the rest of the chain.
#[cfg(feature = "runtime-benchmarks")]
pub trait BenchmarkHelper {
	/// Registers provider number `index` with a bond that covers many stakes and a free slot for
	/// each, serving profile 1. Returns its stash and its operator key.
	fn provider(index: u32) -> (AccountId, AccountId);
	/// An account with money for many deals.
	fn client() -> AccountId;
	/// Makes the seed of `ticket` known, by a fold that reads `blocks` of the blocks after it, or as
	/// few more as it needs.
	fn reveal_seed(ticket: &Ticket, blocks: u32);
}
