//! Cases before mediators: committees, votes, appeals, and what anyone needs to check them.

pub use crate::judges::ROUNDS;

use crate::{
	AccountId, Balance, BlockNumber, Hash, apply,
	beacon::{Fold, Ticket},
	bond::Chunks,
	content::MAX_CONTENT_SIZE,
	judges::Judges,
	money::EconomicsVersion,
	outcome::Digest,
	policy::MAX_REPLICAS,
	pool::LeafId,
	profile::ProfileId,
	provider::{KeyInbox, MAX_PROFILES},
	task::{Demand, TaskId, TaskSpec},
	time::{blocks_for, gas_in},
};
use alloc::vec::Vec;
use codec::Encode;
use core::fmt;
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// Number of a case.
pub type CaseId = u64;

/// Number of [`ROUNDS`].
pub const MAX_ROUNDS: u32 = ROUNDS.len() as u32;
/// Most members drawn beside the seats of a round, to take the place of silent ones.
pub const MAX_RESERVES: u32 = 8;
/// Most members of a round, replaced ones included.
pub const MAX_MEMBERS: u32 = ROUNDS[3] + MAX_RESERVES;
/// Most steps of one draw: members, reserves, and mediators that were drawn without a free place.
pub const MAX_STEPS: u32 = 128;
/// Most accounts that a case may keep from judging.
pub const MAX_EXCLUDED: u32 = 256;
/// Most positions of the pool that a round may be barred to: two for each excluded account and each
/// appellant, and the members of earlier rounds.
pub const MAX_BARRED: u32 = 2 * (MAX_EXCLUDED + MAX_ROUNDS) + 3 * MAX_MEMBERS;
/// Gas a second that sealing time is made for. A slower mediator gets no seat in cases that need more.
pub const JUDGED_GAS_PER_SECOND: u64 = 500_000_000;
/// Bytes of content a second that sealing time is made for.
pub const JUDGED_BYTES_PER_SECOND: u64 = 1 << 20;
/// How many times as long a module takes as other content of its length: it is compiled.
pub const COMPILED: u64 = 4;
/// Most cases that a mediator may sit in at a time.
pub const MAX_CAPACITY: u32 = 64;
/// Times that the silent members of a round are replaced.
pub const MAX_REPLACEMENTS: u8 = 2;

/// Subject under which the committee of a round is drawn. Rounds count from 0.
pub fn committee_subject(case: CaseId, round: u8) -> Vec<u8> {
	(b"mediation/committee", case, round).encode()
}

/// What a case is over. It decides who is told the ruling.
#[apply(stored)]
#[derive(Copy, Hash, Ord, PartialOrd)]
pub enum Subject {
	/// What the replicas of a task have found. The ledger's.
	#[codec(index = 0)]
	Task(TaskId),
	/// What a member of a pool has published of a subtask. The pools'.
	#[codec(index = 1)]
	Leaf(LeafId),
}

impl Subject {
	/// The task of a deal that it is over; `None` where it is over something else.
	pub fn task(&self) -> Option<TaskId> {
		match self {
			Self::Task(task) => Some(*task),
			Self::Leaf(_) => None,
		}
	}

	/// Which input of the spec is run: see [`TaskSpec::hash_of`].
	pub fn index(&self) -> u32 {
		match self {
			Self::Task(task) => task.index,
			// Its spec names the one input.
			Self::Leaf(_) => 0,
		}
	}
}

/// Why a case was opened.
#[apply(stored)]
#[derive(Copy)]
pub enum CaseReason {
	/// Too few equal digests.
	#[codec(index = 0)]
	NoConsensus,
	/// The client asks whether the agreed digest is true.
	#[codec(index = 1)]
	Check,
	/// Somebody says, with a bond, that it is false.
	#[codec(index = 2)]
	Challenge,
	/// The chain drew the task for an audit.
	#[codec(index = 3)]
	Audit,
	/// A replica opened a sealed report against the digest that it revealed.
	#[codec(index = 4)]
	Report,
	/// Enough replicas agree, and another one revealed something else.
	#[codec(index = 5)]
	Dissent,
}

/// How a case ended.
#[apply(stored)]
#[derive(Copy)]
pub struct Ruling {
	/// The true digest; `None` where none could be established.
	pub truth: Option<Digest>,
	/// Whether the runtime computed it itself.
	pub by_court: bool,
	/// What the case cost of its funds.
	pub spent: Balance,
}

/// What having the court rule has cost, as far as nobody has given it back.
#[apply(stored)]
pub struct CourtBill {
	/// Who had it rule.
	pub to: AccountId,
	/// How much.
	pub amount: Balance,
}

/// What a case is about. Never changes.
#[apply(stored)]
pub struct CaseTerms {
	/// What it is over.
	pub subject: Subject,
	/// What is to be run.
	pub spec: TaskSpec,
	/// Hash that digests are bound to.
	pub task_hash: Hash,
	/// Whether only those can read the task's input whom the client gives its key.
	pub sealed: bool,
	/// Why it was opened.
	pub reason: CaseReason,
	/// Digests that were revealed for the task, the most frequent first.
	pub digests: BoundedVec<Digest, ConstU32<MAX_REPLICAS>>,
	/// Accounts that may not judge, neither as stash nor as operator.
	pub excluded: BoundedVec<AccountId, ConstU32<MAX_EXCLUDED>>,
	/// Who judges.
	pub judges: Judges,
	/// Blocks that a run of a mediator is granted: what the task was, or more where its gas limit takes
	/// longer.
	pub run_blocks: BlockNumber,
	/// What each seat earns.
	pub wage: Balance,
	/// What each member has at risk.
	pub stake: Balance,
	/// Money that came with the case.
	pub funds: Balance,
	/// Who gets what is not needed of it.
	pub refund: AccountId,
	/// Block of opening.
	pub opened_at: BlockNumber,
	/// Block by which it has ended if every deadline is applied when it is due. Where it had to wait for places, from
	/// then on.
	pub last_block: BlockNumber,
	/// Economic constants that held at the opening, by which its members are judged to the end.
	pub economics: EconomicsVersion,
}

/// The moving part of a case.
#[apply(stored)]
pub struct Case {
	/// Where it stands.
	pub phase: CasePhase,
	/// Latest round that was opened, from 0.
	pub round: u8,
	/// Money of the case beside its funds: penalties that were taken so far, less what was burnt.
	pub penalties: Balance,
	/// Appeals, oldest first.
	pub appeals: BoundedVec<Appeal, ConstU32<MAX_ROUNDS>>,
	/// Seats that were held by members who could not act, because the chain did not promise all content or the input
	/// is private. Each costs the funds its wage, as far as they go.
	pub idle: u32,
}

/// Where a case stands. Every deadline `until` is the first block of the time after.
#[apply(stored)]
pub enum CasePhase {
	/// The committee of the round is drawn when the seed is known: at the start of the block, or by
	/// `poke`. From `until` on the round is not held.
	#[codec(index = 0)]
	AwaitingSeed {
		/// Claim on the seed.
		ticket: Ticket,
		/// Deadline.
		until: BlockNumber,
	},
	/// Members run the task and seal. Left when all seats have sealed, or by `poke` from `until` on.
	#[codec(index = 1)]
	Sealing {
		/// How often silent members have been replaced.
		wave: u8,
		/// Deadline.
		until: BlockNumber,
		/// Whether silence costs a part of the stake: the chain promises all content of the task until the
		/// deadline, and everybody can read it.
		answers: bool,
	},
	/// Members reveal. Left when all that sealed have revealed, or by `poke` from `until` on.
	#[codec(index = 2)]
	Revealing {
		/// Deadline.
		until: BlockNumber,
	},
	/// The round has a verdict. Left by `appeal`, or closed by `poke` from `until` on.
	#[codec(index = 3)]
	AppealWindow {
		/// What the round found.
		verdict: Digest,
		/// Deadline.
		until: BlockNumber,
	},
	/// No further round can be held; only the court can still decide otherwise. Closed by `poke` from
	/// `until` on.
	#[codec(index = 4)]
	Court {
		/// What stands where the court stays silent.
		standing: Option<Digest>,
		/// Deadline.
		until: BlockNumber,
	},
	/// Decided for good. Removed by `prune` from `prune_at` on.
	#[codec(index = 5)]
	Closed {
		/// How.
		ruling: Ruling,
		/// When.
		at: BlockNumber,
		/// Block from which it may be removed.
		prune_at: BlockNumber,
	},
	/// The court has ruled while members had seals to open. They may still do it, to be paid; closed by
	/// `poke` from `until` on, or when all have.
	#[codec(index = 6)]
	Ruled {
		/// What the court found.
		truth: Digest,
		/// Who had it say so, and what that has cost.
		bill: CourtBill,
		/// Deadline.
		until: BlockNumber,
		/// Whether members had to open their seals before the court spoke, so that not to do it costs what
		/// it always does.
		due: bool,
	},
	/// The round waits: less than two thirds of those who could judge can sit now, or others come first. It is opened at
	/// the start of a block, or by `poke`, in the order of coming.
	#[codec(index = 7)]
	Queued {
		/// Which, from 0.
		round: u8,
	},
}

impl CasePhase {
	/// One word, stable for programs.
	pub fn name(&self) -> &'static str {
		match self {
			Self::AwaitingSeed { .. } => "drawing",
			Self::Sealing { .. } => "sealing",
			Self::Revealing { .. } => "revealing",
			Self::AppealWindow { .. } => "verdict",
			Self::Court { .. } => "court",
			Self::Closed { .. } => "closed",
			Self::Ruled { .. } => "ruled",
			Self::Queued { .. } => "queued",
		}
	}
}

/// An appeal against the verdict of a round.
#[apply(stored)]
pub struct Appeal {
	/// Who appealed.
	pub by: AccountId,
	/// On hold until the end of the case.
	pub bond: Balance,
	/// The round appealed against, from 0.
	pub round: u8,
	/// The verdict appealed against.
	pub against: Digest,
	/// Whether a round was held over it.
	pub heard: bool,
}

/// One round of a case.
#[apply(stored)]
pub struct Round {
	/// Seats: those of the protocol while the draw is open, then those that could be filled.
	pub seats: u32,
	/// Era of the pool that the draw is over: that of the block in which the ticket was taken.
	pub era: u32,
	/// Positions of the pool that can't be drawn, ascending.
	pub barred: BoundedVec<u32, ConstU32<MAX_BARRED>>,
	/// The draw, once it has been made.
	pub draw: Option<RoundDraw>,
	/// Members, in the order of their drawing; at the end those that replaced silent ones.
	pub members: BoundedVec<Member, ConstU32<MAX_MEMBERS>>,
	/// What it found.
	pub verdict: Option<Digest>,
}

/// How a committee was drawn.
#[apply(stored)]
pub struct RoundDraw {
	/// The ticket of the seed.
	pub ticket: Ticket,
	/// The fold's result.
	pub randomness: Hash,
	/// Who was drawn, in order.
	pub order: BoundedVec<Step, ConstU32<MAX_STEPS>>,
	/// Steps whose mediators have had their turn; the others are reserves.
	pub used: u32,
	/// Block of the draw.
	pub at: BlockNumber,
}

/// One step of a draw.
#[apply(stored)]
pub struct Step {
	/// Position in the pool.
	pub position: u32,
	/// Stash of the mediator that had it in the era of the draw.
	pub mediator: AccountId,
}

/// A member of a committee.
#[apply(stored)]
pub struct Member {
	/// Stash of the mediator.
	pub mediator: AccountId,
	/// 0 for those drawn first, then one more for each replacement of silent members.
	pub wave: u8,
	/// What it did.
	pub vote: Vote,
}

/// What a member did.
#[apply(stored)]
#[derive(Copy)]
pub enum Vote {
	/// Has to seal.
	#[codec(index = 0)]
	Drawn,
	/// Sealed; has to reveal.
	#[codec(index = 1)]
	Sealed(Hash),
	/// Found this digest.
	#[codec(index = 2)]
	Revealed(Digest),
	/// Missed the deadline for sealing.
	#[codec(index = 3)]
	Silent,
	/// Missed the deadline for revealing.
	#[codec(index = 4)]
	Withheld,
	/// Its seal was opened by somebody else before it was time. Punished at once.
	#[codec(index = 5)]
	Denounced,
	/// Did not seal, or not open its seal, where that costs nothing: it could not have had the content, or
	/// the court was first.
	#[codec(index = 6)]
	Excused,
}

impl Vote {
	/// Whether anybody can know what its member found: who is denounced has shown that too.
	pub fn is_known(&self) -> bool {
		matches!(self, Self::Revealed(_) | Self::Denounced)
	}

	/// One word, stable for programs.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Drawn => "drawn",
			Self::Sealed(_) => "sealed",
			Self::Revealed(_) => "revealed",
			Self::Silent => "silent",
			Self::Withheld => "withheld",
			Self::Denounced => "denounced",
			Self::Excused => "excused",
		}
	}
}

/// What a mediator takes on. A change takes effect together with changes of weight.
#[apply(stored)]
pub struct MediatorTerms {
	/// Cases at a time, from 1 to [`MAX_CAPACITY`].
	pub capacity: u16,
	/// Largest tasks that it judges.
	pub limits: CaseLimits,
	/// Profiles that it executes.
	pub profiles: BoundedVec<ProfileId, ConstU32<MAX_PROFILES>>,
	/// Where it is handed keys of private inputs; `None` if it judges no tasks with such.
	pub inbox: Option<KeyInbox>,
}

impl MediatorTerms {
	/// Whether a task may be put before it; `sealed` says whether its input is private.
	pub fn cover(&self, spec: &TaskSpec, sealed: bool) -> bool {
		let readable = !sealed || self.inbox.is_some();
		readable && self.profiles.contains(&spec.profile) && self.limits.cover(spec)
	}
}

/// The cases that a mediator judges. What a task names is compared, not what it uses.
#[apply(stored)]
#[derive(Copy)]
pub struct CaseLimits {
	/// Largest gas limit.
	pub max_gas: u64,
	/// Largest memory, in pages of 64 KiB.
	pub max_memory_pages: u32,
	/// Largest module, in bytes.
	pub max_module_bytes: u64,
	/// Largest input, in bytes. What the items of a list measure no task says.
	pub max_input_bytes: u64,
	/// Largest limit of outputs, in bytes.
	pub max_output_bytes: u64,
	/// Gas that it runs in a second. Half of the time for sealing has to be enough for the task's limit.
	pub gas_per_second: u64,
	/// Least wage for which it takes a seat.
	pub min_wage: Balance,
}

impl Default for CaseLimits {
	/// What an ordinary machine can do.
	fn default() -> Self {
		Self::ORDINARY
	}
}

/// Blocks that mediators need for a task: twice what its gas limit takes at [`JUDGED_GAS_PER_SECOND`], and its
/// content at [`JUDGED_BYTES_PER_SECOND`], of which the module counts for [`COMPILED`] times its bytes. What the items of
/// a list measure no task says.
pub fn judging_blocks(spec: &TaskSpec, block_millis: u64) -> BlockNumber {
	let Demand { module_bytes, input_bytes, .. } = spec.demand();
	let bytes = module_bytes.saturating_mul(COMPILED).saturating_add(input_bytes);
	let fetched = u128::from(bytes / JUDGED_BYTES_PER_SECOND);
	// Neither factor exceeds 2^64.
	let fetching = fetched.saturating_mul(JUDGED_GAS_PER_SECOND.into());
	let needed = u128::from(spec.limits.gas).saturating_add(fetching);
	blocks_for(needed.saturating_mul(2), JUDGED_GAS_PER_SECOND, block_millis)
}

/// How much time those who judge are given.
#[apply(shown)]
#[derive(Copy)]
pub struct Pace {
	/// Time between blocks, in milliseconds.
	pub block_millis: u64,
	/// Most blocks that gas and content can prolong a run to.
	pub most: BlockNumber,
}

impl Pace {
	/// No more than the task was granted.
	pub const GRANTED: Self = Self { block_millis: 1, most: 0 };

	/// Blocks that a run of a mediator is granted: those of the task, or what its gas limit and its content take.
	pub fn run_blocks(&self, granted: BlockNumber, spec: &TaskSpec) -> BlockNumber {
		granted.max(judging_blocks(spec, self.block_millis).min(self.most))
	}
}

impl CaseLimits {
	/// What every machine can do: 10^10 gas, 256 MiB of memory, a module of 4 MiB, inputs and outputs of 64 MiB.
	pub const SMALL: Self = Self {
		max_gas: 10_000_000_000,
		max_memory_pages: 4_096,
		max_module_bytes: 4 << 20,
		max_input_bytes: 64 << 20,
		max_output_bytes: 64 << 20,
		..Self::ORDINARY
	};
	/// What an ordinary machine can do: 10^11 gas, 1 GiB of memory, a module of 16 MiB, inputs and outputs of
	/// 256 MiB, [`JUDGED_GAS_PER_SECOND`]; for any wage.
	pub const ORDINARY: Self = Self {
		max_gas: 100_000_000_000,
		max_memory_pages: 16_384,
		max_module_bytes: 16 << 20,
		max_input_bytes: 256 << 20,
		max_output_bytes: 256 << 20,
		gas_per_second: JUDGED_GAS_PER_SECOND,
		min_wage: 0,
	};
	/// All that a task may name, but gas that no time for sealing would be enough for: 2 · 10^12.
	pub const LARGE: Self = Self {
		max_gas: 2_000_000_000_000,
		max_memory_pages: 1 << 16,
		max_module_bytes: MAX_CONTENT_SIZE,
		max_input_bytes: MAX_CONTENT_SIZE,
		max_output_bytes: MAX_CONTENT_SIZE,
		..Self::ORDINARY
	};

	/// Whether everything that others cover is within them, time and wage aside.
	pub fn reach(&self, other: &Self) -> bool {
		other.most().beyond(&self.most()).is_none()
	}

	/// Whether a task is within them.
	pub fn cover(&self, spec: &TaskSpec) -> bool {
		spec.demand().beyond(&self.most()).is_none()
	}

	/// What a task may need at most.
	pub fn most(&self) -> Demand {
		Demand {
			gas: self.max_gas,
			memory_pages: self.max_memory_pages,
			module_bytes: self.max_module_bytes,
			input_bytes: self.max_input_bytes,
			output_bytes: self.max_output_bytes,
		}
	}

	/// Whether half of `blocks` is enough to use up `gas`.
	pub fn run_in(&self, gas: u64, blocks: BlockNumber, block_millis: u64) -> bool {
		u128::from(gas) <= gas_in(self.gas_per_second, blocks, block_millis) / 2
	}
}

/// Whether a mediator can be drawn.
#[apply(stored)]
#[derive(Copy)]
pub enum MediatorStatus {
	/// The named operator has not accepted; left by `accept_operator` or `leave`.
	#[codec(index = 0)]
	Nominating,
	/// An operator signs; left by `resign_operator`, `set_operator` or `leave`.
	#[codec(index = 1)]
	Serving,
	/// Goes; removed by `withdraw` from the block on, when no case holds it any more.
	#[codec(index = 2)]
	Leaving {
		/// Whether its operator still signs, for the cases that it sits in.
		signed: bool,
		/// First block in which it may be gone.
		at: BlockNumber,
	},
}

impl fmt::Display for MediatorStatus {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Nominating => f.write_str("waits for its operator to accept"),
			Self::Serving => f.write_str("serving"),
			Self::Leaving { at, .. } => write!(f, "leaving, gone from block {at} on"),
		}
	}
}

/// Conduct of a mediator.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct MediatorRecord {
	/// Votes that agreed with the final ruling.
	pub coherent: u32,
	/// Votes against it.
	pub against: u32,
	/// Seats on which it stayed silent, before or after sealing, or was denounced.
	pub failed: u32,
}

/// A case as clients and daemons see it.
#[apply(shown)]
pub struct CaseView {
	/// Which.
	pub id: CaseId,
	/// What it is about.
	pub terms: CaseTerms,
	/// Where it stands.
	pub case: Case,
	/// Its rounds, oldest first.
	pub rounds: Vec<Round>,
	/// What happens next.
	pub next: CaseStep,
	/// What an appeal has to put up, while there is a window for one.
	pub appeal_bond: Option<Balance>,
	/// Block that this was read at.
	pub at: BlockNumber,
}

/// What a case waits for.
#[apply(stored)]
#[derive(Copy)]
pub enum CaseStep {
	/// The beacon has to fold more blocks.
	#[codec(index = 0)]
	Randomness,
	/// This many members have to seal until the block.
	#[codec(index = 1)]
	Seals(u32, BlockNumber),
	/// This many have to reveal until the block.
	#[codec(index = 2)]
	Reveals(u32, BlockNumber),
	/// The window for appeals closes at the block.
	#[codec(index = 3)]
	Appeals(BlockNumber),
	/// The court may still rule until the block.
	#[codec(index = 4)]
	Court(BlockNumber),
	/// Anyone may call `poke` now.
	#[codec(index = 5)]
	Poke,
	/// Nothing; it may be removed from the block on.
	#[codec(index = 6)]
	Nothing(BlockNumber),
	/// Other cases have to free places.
	#[codec(index = 7)]
	Places,
}

/// A mediator as others see it.
#[apply(shown)]
pub struct MediatorView {
	/// Account that owns the bond.
	pub stash: AccountId,
	/// Key that signs for it, or is asked to.
	pub operator: AccountId,
	/// Whether it can be drawn.
	pub status: MediatorStatus,
	/// Amount on hold.
	pub bond: Balance,
	/// Part of it that is at risk in cases.
	pub locked: Balance,
	/// Parts of it that are on their way out.
	pub unbonding: Chunks,
	/// What it takes on.
	pub terms: MediatorTerms,
	/// What it will take on, and from which era.
	pub next_terms: Option<(u32, MediatorTerms)>,
	/// Position in the pool.
	pub position: u32,
	/// Weight in draws of rounds opened now.
	pub weight: u64,
	/// Weight after all changes have taken effect.
	pub next_weight: u64,
	/// Open cases that it sits in.
	pub cases: Vec<CaseId>,
	/// Conduct.
	pub record: MediatorRecord,
	/// Since when.
	pub registered_at: BlockNumber,
}

/// Everything needed to repeat the draw of a committee with [`Self::repeat`].
#[apply(shown)]
pub struct CommitteeDraw {
	/// The fold; without its entries where the beacon no longer keeps them. Views of the state at
	/// [`Self::drawn_at`] have all.
	pub fold: Fold,
	/// Subject of the seed.
	pub subject: Vec<u8>,
	/// Era of the pool.
	pub era: u32,
	/// Who could be drawn: position, stash and weight, in the order of positions. Empty where the
	/// chain no longer keeps the pool of that era.
	pub pool: Vec<PoolEntry>,
	/// Positions that were barred.
	pub barred: Vec<u32>,
	/// Who was drawn, in order.
	pub order: Vec<Step>,
	/// Steps whose mediators have had their turn.
	pub used: u32,
	/// Members, those of later waves included.
	pub members: Vec<Member>,
	/// Block of the draw; `None` where it is the one that the next block will make.
	pub drawn_at: Option<BlockNumber>,
}

/// A mediator in the pool of an era.
#[apply(shown)]
pub struct PoolEntry {
	/// Position.
	pub position: u32,
	/// Who.
	pub stash: AccountId,
	/// Weight.
	pub weight: u64,
}

impl CommitteeDraw {
	/// The first `steps` positions that the fold draws out of the pool, computed from nothing else.
	/// They must be those of [`Self::order`].
	pub fn repeat(&self, steps: u32) -> Vec<u32> {
		let weights: Vec<u64> = self.pool.iter().map(|entry| entry.weight).collect();
		let barred: Vec<u32> = self
			.pool
			.iter()
			.enumerate()
			.filter(|(_, entry)| self.barred.contains(&entry.position))
			.map(|(at, _)| at as u32)
			.collect();
		let seed = self.fold.seed(&self.subject);
		crate::draw::weighted(&seed, &weights, &barred, 0, steps)
			.into_iter()
			.filter_map(|at| self.pool.get(at as usize).map(|entry| entry.position))
			.collect()
	}
}

#[cfg(test)]
mod tests;
