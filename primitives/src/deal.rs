//! Deals and the life of their tasks.

use crate::{
	AccountId, Balance, BlockNumber, Hash, apply,
	beacon::{Seed, Ticket},
	case::CaseId,
	content::{ContentRef, Exhibit},
	excuse::Excuse,
	hashing::tagged_hash,
	judges::Judges,
	money::EconomicsVersion,
	outcome::{Class, Digest, Outcome},
	policy::{MAX_CANDIDATES, MAX_REPLICAS, PPM},
	price::Price,
	request::{Candidate, Request},
	seal::{Salt, Seal},
	task::{DealId, Input, TaskId},
};
use alloc::vec::Vec;
use codec::Encode;
use core::fmt;
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};

/// A way on which deals are made. Each has an account of its own of what it promises those who take
/// part, so a deal says on which it came.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub enum FrontEnd {
	/// Offers and signed orders, in `pallet-market`.
	#[codec(index = 0)]
	Market,
	/// Subtasks that providers race for, in `pallet-pool`.
	#[codec(index = 1)]
	Pool,
	/// Doubts about leaves of pools: what those have put up who ask for a case.
	#[codec(index = 2)]
	Doubt,
}

/// One of what a front end has several of, as of task pools. Under it money and bonds are put aside that no deal has.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub struct Instance {
	/// Of which front end.
	pub front_end: FrontEnd,
	/// Its number there, as in [`Via::instance`].
	#[codec(compact)]
	pub number: u32,
}

/// What opened a deal.
#[apply(stored)]
#[derive(Copy)]
pub struct Via {
	/// By which way.
	pub front_end: FrontEnd,
	/// Which one of it, where there are several, as of auctions.
	#[codec(compact)]
	pub instance: u32,
	/// Version of the rules by which it chose the candidates.
	#[codec(compact)]
	pub version: u16,
}

impl FrontEnd {
	/// One word for people and programs.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Market => "market",
			Self::Pool => "pool",
			Self::Doubt => "doubt",
		}
	}
}

impl Via {
	/// The market, of which there is one.
	pub const MARKET: Self = Self { front_end: FrontEnd::Market, instance: 0, version: 1 };
}

impl core::fmt::Display for Via {
	fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
		write!(f, "{} {}, version {}", self.front_end.name(), self.instance, self.version)
	}
}

/// Part of a deal's price that goes to the owner of an app or a dataset, for each task.
#[apply(stored)]
pub struct AssetSale {
	/// Hash of its content, under which the publisher's bond stands.
	pub asset: Hash,
	/// Who is paid, and whose bond answers for content that can't be run.
	pub owner: AccountId,
	/// For each task.
	pub price: Balance,
	/// Most that the bond answers with for each task.
	pub liability: Balance,
}

/// Matched orders with the money locked. Its terms never change once it is open.
#[apply(stored)]
pub struct Deal {
	/// What opened it.
	pub via: Via,
	/// Who buys.
	pub client: AccountId,
	/// Who pays, and gets what is left over.
	pub payer: AccountId,
	/// Who else has a part in it.
	pub others: Others,
	/// What was asked for.
	pub request: Request,
	/// Hash that digests are bound to. In a view it is that of the task in view; see
	/// [`TaskSpec::hash_of`](crate::task::TaskSpec::hash_of).
	pub task_hash: Hash,
	/// Who may be drawn.
	pub candidates: BoundedVec<Candidate, ConstU32<MAX_CANDIDATES>>,
	/// Parameters at the time of opening.
	pub terms: DealTerms,
	/// Tasks in all.
	pub tasks: u32,
	/// Tasks that have not ended.
	pub open_tasks: u32,
	/// Block of opening.
	pub opened_at: BlockNumber,
}

/// Most items of a call that commits, reveals or applies deadlines for several tasks.
pub const MAX_BATCH: u32 = 64;

/// Who has a part in a deal beside client, payer and candidates.
#[apply(stored)]
#[derive(Default)]
pub struct Others {
	/// For whom the result is, where it is not the client.
	pub beneficiary: Option<AccountId>,
	/// Whose app is run.
	pub app: Option<AssetSale>,
	/// Whose dataset is read.
	pub dataset: Option<AssetSale>,
	/// Tags that every candidate had: those of request, app and dataset together.
	pub tags: u32,
	/// Who judges.
	pub judges: Judges,
	/// Whether the app is a public good, for which no protocol fee is due.
	pub public_good: bool,
}

/// Parameters that a deal keeps for life, whatever happens to the chain's own.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct DealTerms {
	/// Stake of each replica, S.
	pub stake: Balance,
	/// Money locked for each task, from which replicas, owners and fees are paid.
	pub escrow: Balance,
	/// Money locked for each task beside that, for a case where replicas disagree for good. Nothing
	/// where nobody could decide one.
	pub reserve: Balance,
	/// What each seat of a committee earns.
	pub wage: Balance,
	/// Least probability with which an agreed result is audited, in millionths; nothing where none is. The
	/// more a result pays beside the stake, the more often it is.
	pub audit_ppm: u32,
	/// The most that a settled task is taxed, of which audits are paid: as much as its own probability takes of
	/// the reserve.
	pub audit_tax: Balance,
	/// Deposit of the payer for the state that the deal occupies.
	pub deposit: Balance,
	/// Blocks for sealing, per wave.
	pub commit_blocks: BlockNumber,
	/// Blocks for revealing, per wave.
	pub reveal_blocks: BlockNumber,
	/// Blocks in which an agreed result may be challenged.
	pub challenge_blocks: BlockNumber,
	/// Block at which a task that is neither agreed nor disputed fails.
	pub hard_end: BlockNumber,
	/// Economic constants that held at the opening, by which the deal is paid and slashed to its end.
	pub economics: EconomicsVersion,
}

/// A task that has not ended.
#[apply(stored)]
pub struct Task {
	/// Phase.
	pub state: TaskState,
	/// Replicas in the order of their drawing, over all waves.
	pub replicas: BoundedVec<Replica, ConstU32<MAX_REPLICAS>>,
}

/// Phase of a task. Every deadline `until` is the first block of the time after.
#[apply(stored)]
pub enum TaskState {
	/// Waits for the beacon. The first `commit`, or `poke`, of a block in which the seed is known
	/// draws the replicas.
	#[codec(index = 0)]
	Waiting {
		/// Claim on the seed.
		ticket: Ticket,
	},
	/// A wave runs and seals. Left when all of it have sealed or declined, or by `poke` from
	/// `until` on.
	#[codec(index = 1)]
	Running {
		/// From 0.
		wave: u8,
		/// Deadline.
		until: BlockNumber,
	},
	/// A wave reveals. Left when all that sealed have revealed, or by `poke` from `until` on.
	#[codec(index = 2)]
	Revealing {
		/// From 0.
		wave: u8,
		/// Deadline.
		until: BlockNumber,
	},
	/// The policy is met. Settled by `poke` from `until` on.
	#[codec(index = 3)]
	Agreed {
		/// What was agreed on.
		digest: Digest,
		/// End of the challenge window.
		until: BlockNumber,
	},
	/// An arbiter decides. What was agreed on is the result meanwhile, and in doubt.
	#[codec(index = 4)]
	Disputed {
		/// The case.
		case: CaseId,
		/// What was agreed on, where replicas did agree.
		agreed: Option<Digest>,
	},
	/// Two thirds of the drawn, three at least, said that content can't be had. Left by `refute`, by a
	/// `commit` of somebody who has got it, or by `poke` from `until` on, which ends the task.
	#[codec(index = 5)]
	Missing {
		/// Claim on the seed that says which blocks are to be shown.
		ticket: Ticket,
		/// End of the time for showing them.
		until: BlockNumber,
	},
}

impl TaskState {
	/// What replicas have agreed on, though somebody may be judging it.
	pub fn agreed(&self) -> Option<Digest> {
		match self {
			Self::Agreed { digest, .. } => Some(*digest),
			Self::Disputed { agreed, .. } => *agreed,
			_ => None,
		}
	}
}

impl Task {
	/// Whether somebody revealed something else than what was agreed on. `task_hash` is what digests of the
	/// task are bound to.
	pub fn has_dissent(&self, task_hash: &Hash, agreed: &Digest) -> bool {
		let mut revealed = self.replicas.iter().filter_map(|replica| replica.digest(task_hash));
		revealed.any(|digest| digest != *agreed)
	}
}

/// One provider's run of a task.
#[apply(stored)]
pub struct Replica {
	/// Position among the deal's candidates.
	pub candidate: u32,
	/// Wave that it was drawn for.
	pub wave: u8,
	/// What it has done so far.
	pub state: ReplicaState,
}

impl Replica {
	/// What it revealed.
	pub fn outcome(&self) -> Option<&Outcome> {
		match &self.state {
			ReplicaState::Revealed { outcome, .. } => Some(outcome),
			_ => None,
		}
	}

	/// Digest of what it revealed.
	pub fn digest(&self, task_hash: &Hash) -> Option<Digest> {
		Some(self.outcome()?.digest(task_hash))
	}
}

/// What a replica has done so far.
#[apply(stored)]
#[derive(Copy)]
pub enum ReplicaState {
	/// Drawn; has to seal.
	#[codec(index = 0)]
	Drawn,
	/// Sealed; has to reveal.
	#[codec(index = 1)]
	Sealed(Seal),
	/// Revealed. The sealed report stays, for whoever opens it later.
	#[codec(index = 2)]
	Revealed {
		/// What it says the outcome is.
		outcome: Outcome,
		/// The report's seal.
		report: Hash,
	},
	/// Said that it will not deliver, and why.
	#[codec(index = 3)]
	Declined(Excuse),
	/// Missed the deadline for sealing.
	#[codec(index = 4)]
	Silent,
	/// Missed the deadline for revealing.
	#[codec(index = 5)]
	Withheld,
	/// Its seal was opened by somebody else before it was time.
	#[codec(index = 6)]
	Denounced,
}

/// Why a task ended without a paid result.
#[apply(stored)]
#[derive(Copy)]
pub enum FailCause {
	/// Nobody delivered.
	#[codec(index = 0)]
	NoDelivery,
	/// Too few equal digests, and nobody left to draw or to decide.
	#[codec(index = 1)]
	Undecided,
	/// Two thirds of the drawn could not get the content.
	#[codec(index = 2)]
	ContentUnavailable,
	/// The hard end came first.
	#[codec(index = 3)]
	HardEnd,
	/// Too few equal digests, and nobody could judge who is right.
	#[codec(index = 4)]
	Unjudged,
}

/// How a task ended.
#[apply(stored)]
#[derive(Copy)]
pub enum Ending {
	/// With an outcome that the policy accepts. It may be a failure of the program.
	#[codec(index = 0)]
	Settled(Outcome),
	/// Without one.
	#[codec(index = 1)]
	Failed(FailCause),
}

/// What is kept of an ended task until it is pruned.
#[apply(stored)]
pub struct EndedTask {
	/// How it ended.
	pub ending: Ending,
	/// Replicas as they ended.
	pub replicas: BoundedVec<EndedReplica, ConstU32<MAX_REPLICAS>>,
	/// What the payer paid for it, fees included.
	pub paid: Balance,
	/// Block of its end.
	pub ended_at: BlockNumber,
	/// Block from which `prune` removes it.
	pub prune_at: BlockNumber,
}

/// How a replica ended.
#[apply(stored)]
#[derive(Copy)]
pub struct EndedReplica {
	/// Position among the deal's candidates.
	pub candidate: u32,
	/// What it did.
	pub result: ReplicaResult,
	/// What it was paid, slashes of others included.
	pub paid: Balance,
	/// What it lost of its stake.
	pub slashed: Balance,
}

/// What became of a replica.
#[apply(stored)]
#[derive(Copy)]
pub enum ReplicaResult {
	/// Revealed the outcome that won.
	#[codec(index = 0)]
	Agreed,
	/// Revealed another outcome.
	#[codec(index = 1)]
	Wrong(Digest),
	/// Revealed, and nothing was decided.
	#[codec(index = 2)]
	Undecided(Digest),
	/// Said that it will not deliver, and why.
	#[codec(index = 3)]
	Declined(Excuse),
	/// Never sealed.
	#[codec(index = 4)]
	Silent,
	/// Sealed and never revealed.
	#[codec(index = 5)]
	Withheld,
	/// Opened too early.
	#[codec(index = 6)]
	Denounced,
	/// The task ended before its turn.
	#[codec(index = 7)]
	Released,
}

impl ReplicaResult {
	/// One word for programs and labels.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Agreed => "agreed",
			Self::Wrong(_) => "wrong",
			Self::Undecided(_) => "undecided",
			Self::Declined(_) => "declined",
			Self::Silent => "silent",
			Self::Withheld => "withheld",
			Self::Denounced => "denounced",
			Self::Released => "released",
		}
	}
}

/// One item of a batch of reveals.
#[apply(stored)]
#[derive(Copy)]
pub struct Opening {
	/// The outcome whose digest was sealed.
	pub outcome: Outcome,
	/// The digest's salt.
	pub salt: Salt,
}

/// A task as clients and daemons see it.
#[apply(shown)]
pub struct TaskView {
	/// Which.
	pub id: TaskId,
	/// Its deal.
	pub deal: Deal,
	/// Where it stands.
	pub status: TaskStatus,
	/// Why it waits, or what happens next.
	pub next: NextStep,
	/// Block that this was read at.
	pub at: BlockNumber,
}

/// Where a task stands.
#[apply(stored)]
pub enum TaskStatus {
	/// Not ended. Where the seed is known and nobody has written the draw, `replicas` hold the draw
	/// already and the state is still `Waiting`.
	#[codec(index = 0)]
	Open(Task),
	/// Ended.
	#[codec(index = 1)]
	Ended(EndedTask),
}

/// What a task waits for.
#[apply(stored)]
#[derive(Copy)]
pub enum NextStep {
	/// The beacon has to fold more blocks.
	#[codec(index = 0)]
	Randomness,
	/// This many drawn providers have to seal until the block.
	#[codec(index = 1)]
	Seals(u32, BlockNumber),
	/// This many have to reveal until the block.
	#[codec(index = 2)]
	Reveals(u32, BlockNumber),
	/// The challenge window closes at the block.
	#[codec(index = 3)]
	ChallengeWindow(BlockNumber),
	/// A case has to be decided.
	#[codec(index = 4)]
	Verdict(CaseId),
	/// Anyone may call `poke` now.
	#[codec(index = 5)]
	Poke,
	/// Nothing; it is removed at the block.
	#[codec(index = 6)]
	Nothing(BlockNumber),
	/// Somebody has to show the blocks of content that follow from the seed (see [`shown_leaf`]), once
	/// it is known, before the block; otherwise the task ends for missing content.
	#[codec(index = 7)]
	Exhibits(BlockNumber, Option<Seed>),
}

impl fmt::Display for NextStep {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Randomness => write!(f, "the chain's randomness has to be fixed"),
			Self::Seals(count, until) => write!(f, "{count} more to seal before block {until}"),
			Self::Reveals(count, until) => write!(f, "{count} more to reveal before block {until}"),
			Self::ChallengeWindow(until) => write!(f, "may be challenged before block {until}"),
			Self::Verdict(case) => write!(f, "case {case} has to be decided"),
			Self::Poke => write!(f, "a deadline is due"),
			Self::Nothing(until) => write!(f, "kept until block {until}"),
			Self::Exhibits(until, _) => {
				write!(f, "the content has to be shown before block {until}")
			},
		}
	}
}

/// Everything needed to repeat a draw.
#[apply(shown)]
pub struct DrawView {
	/// The fold.
	pub fold: crate::beacon::Fold,
	/// Subject of the seed.
	pub subject: Vec<u8>,
	/// Weights of the candidates.
	pub weights: Vec<u64>,
	/// Positions drawn, in order.
	pub drawn: Vec<u32>,
}

/// Subject under which the replicas of a task are drawn.
pub fn draw_subject(task: &TaskId) -> Vec<u8> {
	(b"deals/replicas", task).encode()
}

/// Subject under which it is drawn whether a task is audited.
pub fn audit_subject(task: &TaskId) -> Vec<u8> {
	(b"deals/audit", task).encode()
}

/// Subject under which it is drawn which blocks of content have to be shown where replicas said that it
/// can't be had.
pub fn missing_subject(task: &TaskId) -> Vec<u8> {
	(b"deals/missing", task).encode()
}

/// Position of the block of `content` that has to be shown under a seed.
pub fn shown_leaf(seed: &Seed, content: &ContentRef) -> u32 {
	let mut bytes = [0u8; 8];
	let drawn = tagged_hash(b"assay/shown/1", &(seed, content));
	bytes.copy_from_slice(&drawn.as_bytes()[..8]);
	// Less than the number of blocks, which fits: content is bounded to 1 GiB.
	(u64::from_le_bytes(bytes) % u64::from(content.leaves())) as u32
}

/// Blocks of the content that a task names, one of each that the chain does not keep itself.
#[apply(shown)]
#[derive(Default)]
pub struct Exhibits {
	/// Of the module.
	pub module: Option<Exhibit>,
	/// Where the input is named as an item of a list: all of the list.
	pub list: Option<Vec<u8>>,
	/// Of the input.
	pub input: Option<Exhibit>,
}

impl Exhibits {
	/// Bytes of all blocks.
	pub fn len(&self) -> usize {
		let of = |exhibit: &Option<Exhibit>| exhibit.as_ref().map_or(0, Exhibit::len);
		let list = self.list.as_ref().map_or(0, Vec::len);
		of(&self.module).saturating_add(of(&self.input)).saturating_add(list)
	}

	/// Whether there is nothing.
	pub fn is_empty(&self) -> bool {
		self.len() == 0
	}
}

/// Longest beginning of a callback, in bytes.
pub const MAX_CALLBACK_BYTES: u32 = 1_024;

/// Beginning of a call to which the end of a task is appended.
pub type CallbackBytes = BoundedVec<u8, ConstU32<MAX_CALLBACK_BYTES>>;

/// What a client has called when a task of its deal has ended.
#[apply(stored)]
pub struct Callback {
	/// Beginning of the call.
	pub call: CallbackBytes,
	/// For whoever sends it, for each task.
	pub reward: Balance,
	/// For the state that it occupies.
	pub deposit: Balance,
	/// Tasks for which it has not been sent.
	pub left: u32,
}

impl Callback {
	/// What is held of the client for it; `None` where that leaves the type.
	pub fn held(&self) -> Option<Balance> {
		self.reward.checked_mul(self.left.into())?.checked_add(self.deposit)
	}
}

/// What a callback is told about the end of a task: appended to the call that its client prepared.
/// Always as long as [`CallbackResult::BYTES`], so that it can be the contents of a last argument that
/// is a vector.
#[apply(stored)]
#[derive(Copy)]
pub struct CallbackResult {
	/// Which task.
	pub task: TaskId,
	/// Digest of the outcome that won; zero where the task failed.
	pub digest: Digest,
	/// Whether it ended with an outcome.
	pub settled: bool,
	/// Index of the outcome's class, or of the cause why it failed.
	pub class: u8,
	/// Exit code, where the program exited by itself.
	pub code: u32,
}

impl CallbackResult {
	/// Bytes of its encoding.
	pub const BYTES: usize = 12 + 32 + 1 + 1 + 4;

	/// Of a task that ended in this way.
	pub fn of(task: TaskId, task_hash: &Hash, ending: &Ending) -> Self {
		let index = |encoded: Vec<u8>| encoded.first().copied().unwrap_or_default();
		match ending {
			Ending::Settled(outcome) => Self {
				task,
				digest: outcome.digest(task_hash),
				settled: true,
				class: index(outcome.class.encode()),
				code: match outcome.class {
					Class::Exited(code) => code,
					_ => 0,
				},
			},
			Ending::Failed(cause) => Self {
				task,
				digest: Digest::zero(),
				settled: false,
				class: index(cause.encode()),
				code: 0,
			},
		}
	}
}

/// Whether a draw with this seed hits, where it does so with a probability of `ppm` millionths.
pub fn hits(seed: &Seed, ppm: u32) -> bool {
	let mut bytes = [0u8; 8];
	bytes.copy_from_slice(&seed.as_bytes()[..8]);
	// The bias of the remainder is below 2^-44.
	u64::from_le_bytes(bytes) % u64::from(PPM) < u64::from(ppm)
}

impl Deal {
	/// Whether it is a bag of tasks over a list of inputs, which are drawn one by one.
	pub fn is_bag(&self) -> bool {
		matches!(self.request.task.input, Input::List(_))
	}

	/// Position of `who` among the candidates.
	pub fn position(&self, who: &AccountId) -> Option<u32> {
		let at = self.candidates.iter().position(|candidate| candidate.provider == *who)?;
		u32::try_from(at).ok()
	}

	/// Weights of the candidates.
	pub fn weights(&self) -> Vec<u64> {
		self.candidates.iter().map(|candidate| candidate.weight).collect()
	}

	/// Price of a candidate.
	pub fn price(&self, candidate: u32) -> Option<Price> {
		self.candidates.get(candidate as usize).map(|candidate| candidate.price)
	}
}

/// Number of the first task of a deal.
pub const FIRST_TASK: u32 = 0;

/// The only task of a deal over a single input.
pub fn single(deal: DealId) -> TaskId {
	TaskId { deal, index: FIRST_TASK }
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hashing::blake2;

	/// Five standard deviations around 10 % of 10 000; the seeds are fixed.
	#[test]
	fn med_04_audits_should_be_as_frequent_as_they_should_be() {
		let drawn =
			(0..10_000u32).filter(|task| hits(&blake2(&task.to_le_bytes()), 100_000)).count();
		assert!((880..=1_120).contains(&drawn), "{drawn} of 10 000 were audited");
	}

	#[test]
	fn callback_result_should_have_one_length_however_a_task_ended() {
		let outcome = |class| Outcome::of_no_run(class);
		let endings = [
			Ending::Settled(outcome(Class::Exited(u32::MAX))),
			Ending::Settled(outcome(Class::Trapped)),
			Ending::Settled(outcome(Class::InputMismatch)),
			Ending::Failed(FailCause::NoDelivery),
			Ending::Failed(FailCause::HardEnd),
		];
		for ending in endings {
			let task = TaskId { deal: u64::MAX, index: 7 };
			let result = CallbackResult::of(task, &Hash::zero(), &ending);
			assert_eq!(result.encode().len(), CallbackResult::BYTES, "{ending:?}");
			assert_eq!(result.settled, matches!(ending, Ending::Settled(_)));
		}
	}

	#[test]
	fn shown_leaf_should_be_any_block_and_never_one_beyond() {
		let content = ContentRef { hash: Hash::repeat_byte(1), size: (5 << 20) + 1 };
		let drawn: alloc::collections::BTreeSet<u32> =
			(0..200u32).map(|at| shown_leaf(&blake2(&at.to_le_bytes()), &content)).collect();
		assert_eq!(drawn.into_iter().collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
		let small = ContentRef { hash: Hash::zero(), size: 0 };
		assert_eq!(shown_leaf(&Hash::repeat_byte(9), &small), 0);
	}

	#[test]
	fn draw_should_always_hit_when_it_is_certain_and_never_when_it_is_not() {
		for task in 0..1_000u32 {
			let seed = blake2(&task.to_le_bytes());
			assert!(hits(&seed, PPM));
			assert!(!hits(&seed, 0));
		}
	}
}
