//! What to do about a task, as a function of what the chain and the store say and of nothing else.
//!
//! The daemon calls [`decide`] for every task at every block, and acts on the answer. There is no
//! memory of steps to come: after a crash, a re-organisation or a lost transaction the same question
//! gives the step that is due. What must never happen twice or too early is refused here.

mod eligible;
#[cfg(test)]
mod tests;

use crate::{cli::Misbehave, store::Sealed};
use assay_primitives::{
	AccountId, BlockNumber,
	deal::{
		EndedReplica, EndedTask, NextStep, Replica, ReplicaState, Task, TaskState, TaskStatus,
		TaskView,
	},
	seal::Seal,
};
pub use eligible::{Refusal, refusal};

/// Blocks that the effect of a transaction may take to show, before it is sent again.
const RESEND_AFTER: BlockNumber = 2;
/// Failed runs after which a job is given up.
pub const MAX_RUN_FAILURES: u32 = 5;
/// With [`Rules::reveal_without_finality`]: blocks left at which finality is no longer waited for.
const LAST_RESORT: BlockNumber = 3;

/// Settings that decisions depend on.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
	pub decline_margin: BlockNumber,
	pub fetch_attempts: u32,
	pub reveal_without_finality: bool,
	pub misbehave: Option<Misbehave>,
}

/// All that a decision depends on.
pub struct Sight<'a> {
	/// The provider's stash.
	pub me: &'a AccountId,
	/// The task at the best block.
	pub best: &'a TaskView,
	/// The task at the last finalized block, where it exists there.
	pub finalized: Option<&'a TaskView>,
	/// What the store holds under this task and its hash.
	pub record: Option<&'a Sealed>,
	/// Seal that the record gives.
	pub own_seal: Option<Seal>,
	/// What this process remembers.
	pub local: &'a Local,
	/// Why it is not worked on, if so.
	pub refusal: Option<&'a Refusal>,
	/// Settings.
	pub rules: &'a Rules,
}

/// What this process remembers of a task. All of it may be lost without harm.
#[derive(Clone, Debug, Default)]
pub struct Local {
	/// Module and input.
	pub content: Content,
	/// Where the job is.
	pub job: Job,
	/// Runs that the infrastructure failed.
	pub failures: u32,
	/// Transactions on their way.
	pub sending: Vec<Call>,
	/// Last transaction that was included or failed.
	pub sent: Option<Sent>,
	/// Block at which this process first saw itself drawn.
	pub drawn_seen: Option<BlockNumber>,
	/// Block at which this process first saw that `poke` is due.
	pub poke_seen: Option<BlockNumber>,
}

/// A transaction that was included or failed.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Sent {
	pub call: Call,
	/// Best block at that time.
	pub at: BlockNumber,
	/// How often it was sent in a row.
	pub tries: u32,
}

impl Sent {
	/// The next one of the kind, at `now`.
	pub fn next(last: Option<Self>, call: Call, now: BlockNumber) -> Self {
		let before = last.filter(|last| last.call == call).map_or(0, |last| last.tries);
		Self { call, at: now, tries: before.saturating_add(1) }
	}

	/// First block in which it may be sent again: later and later, since each costs a fee.
	fn again_at(&self) -> BlockNumber {
		let doublings = self.tries.saturating_sub(1).min(3);
		self.at.saturating_add(RESEND_AFTER << doublings)
	}
}

/// Where module and input are.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Content {
	/// Not asked for.
	#[default]
	Unknown,
	/// Being fetched.
	Fetching { attempts: u32 },
	/// In the store.
	Ready,
	/// No source had it; to be tried again at the block.
	Missing { attempts: u32, retry_at: BlockNumber },
}

/// Where a job is.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub enum Job {
	/// Not started by this process.
	#[default]
	Idle,
	/// In the queue.
	Queued,
	/// Running.
	Running,
	/// The infrastructure failed it; to be tried again at the block.
	Failed { failures: u32, retry_at: BlockNumber },
}

/// A transaction about a task.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Call {
	Commit,
	Decline,
	Reveal,
	Poke,
}

impl Call {
	/// For logs and labels.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Commit => "commit",
			Self::Decline => "decline",
			Self::Reveal => "reveal",
			Self::Poke => "poke",
		}
	}
}

/// What to do now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
	/// Fetch module and input.
	Fetch,
	/// Run the job; earlier deadlines first.
	Run { until: BlockNumber },
	/// Send a transaction.
	Send(Call),
	/// Nothing, because of this.
	Wait(Wait),
	/// This provider does not work on it.
	Skip(Refusal),
	/// The chain shows what this daemon never did. Never revealed, since the digest is not known.
	ForeignSeal { on_chain: Seal },
	/// The task has ended.
	Ended(EndedTask),
}

/// Why there is nothing to do.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Wait {
	/// The beacon has to fold more blocks.
	Randomness,
	/// Others were drawn.
	NotDrawn,
	/// Module and input are being fetched.
	Fetching,
	/// No source has module and input; tried again later.
	ContentMissing,
	/// The job is in the queue or running.
	Job,
	/// The infrastructure failed the job; tried again later.
	RetryJob,
	/// The infrastructure failed the job too often.
	JobGivenUp,
	/// A transaction is on its way, or its effect is.
	Transaction,
	/// Others have to seal.
	OthersSeal,
	/// The reveal phase is not finalized.
	Finality,
	/// Others have to reveal.
	OthersReveal,
	/// The challenge window is open.
	ChallengeWindow,
	/// A case is open.
	Verdict,
	/// Too late to seal or to reveal.
	DeadlinePassed,
	/// This replica is out of the task: declined, denounced, silent or withheld.
	Out,
	/// Told to misbehave.
	Misbehaving,
}

impl Wait {
	/// For logs, labels and `/health`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Randomness => "randomness",
			Self::NotDrawn => "not_drawn",
			Self::Fetching => "fetching",
			Self::ContentMissing => "content_missing",
			Self::Job => "job",
			Self::RetryJob => "retry_job",
			Self::JobGivenUp => "job_given_up",
			Self::Transaction => "transaction",
			Self::OthersSeal => "others_seal",
			Self::Finality => "finality",
			Self::OthersReveal => "others_reveal",
			Self::ChallengeWindow => "challenge_window",
			Self::Verdict => "verdict",
			Self::DeadlinePassed => "deadline_passed",
			Self::Out => "out",
			Self::Misbehaving => "misbehaving",
		}
	}
}

impl Step {
	/// For logs, labels and `/health`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Fetch => "fetch",
			Self::Run { .. } => "run",
			Self::Send(call) => call.name(),
			Self::Wait(wait) => wait.name(),
			Self::Skip(_) => "skipped",
			Self::ForeignSeal { .. } => "foreign_seal",
			Self::Ended(_) => "ended",
		}
	}
}

/// A provider's place in a task.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Place {
	/// Not among the candidates.
	Stranger,
	/// May be drawn, or was not.
	Candidate,
	/// Drawn.
	Drawn(ReplicaState),
}

/// Position of `who` among the deal's candidates.
pub fn position(view: &TaskView, who: &AccountId) -> Option<u32> {
	let found = view.deal.candidates.iter().position(|candidate| candidate.provider == *who)?;
	u32::try_from(found).ok()
}

/// Place of `who` in an open task.
pub fn place(view: &TaskView, task: &Task, who: &AccountId) -> Place {
	let Some(position) = position(view, who) else { return Place::Stranger };
	match replica(task, position) {
		Some(replica) => Place::Drawn(replica.state),
		None => Place::Candidate,
	}
}

/// How the replica of `who` ended.
pub fn ended_replica(view: &TaskView, ended: &EndedTask, who: &AccountId) -> Option<EndedReplica> {
	let position = position(view, who)?;
	ended.replicas.iter().find(|replica| replica.candidate == position).copied()
}

fn replica(task: &Task, position: u32) -> Option<&Replica> {
	task.replicas.iter().find(|replica| replica.candidate == position)
}

/// Whether a transaction sent at the best block `now` can be in a block before `until`.
pub fn can_land(now: BlockNumber, until: BlockNumber) -> bool {
	now.saturating_add(1) < until
}

/// First block in which this replica can't seal any more. Where the draw is not written yet, the
/// clock has not started; counting from when this process saw the draw is on the safe side.
pub fn commit_deadline(sight: &Sight, task: &Task) -> BlockNumber {
	match task.state {
		TaskState::Running { until, .. } => until,
		_ => {
			let seen = sight.local.drawn_seen.unwrap_or(sight.best.at);
			seen.saturating_add(sight.best.deal.terms.commit_blocks)
				.min(sight.best.deal.terms.hard_end)
		},
	}
}

/// The step that is due.
pub fn decide(sight: &Sight) -> Step {
	let task = match &sight.best.status {
		TaskStatus::Ended(ended) => return Step::Ended(ended.clone()),
		TaskStatus::Open(task) => task,
	};
	let step = match place(sight.best, task, sight.me) {
		Place::Stranger => return Step::Wait(Wait::NotDrawn),
		Place::Candidate => candidate(sight, task),
		Place::Drawn(state) => drawn(sight, task, state),
	};
	match step {
		Step::Wait(reason) if poke_is_due(sight, task) => match gate(sight, Call::Poke) {
			Step::Send(call) => Step::Send(call),
			_ => Step::Wait(reason),
		},
		step => step,
	}
}

/// Prefetches while it may still be drawn.
fn candidate(sight: &Sight, task: &Task) -> Step {
	let waits = matches!(task.state, TaskState::Waiting { .. }) && task.replicas.is_empty();
	if !waits {
		return Step::Wait(Wait::NotDrawn);
	}
	if let Some(refusal) = sight.refusal {
		return Step::Skip(refusal.clone());
	}
	match fetch(sight) {
		Some(step) => step,
		None => Step::Wait(Wait::Randomness),
	}
}

fn drawn(sight: &Sight, task: &Task, state: ReplicaState) -> Step {
	match (state, &task.state) {
		(ReplicaState::Drawn, TaskState::Waiting { .. } | TaskState::Running { .. }) => {
			to_seal(sight, task)
		},
		(ReplicaState::Drawn, _) => Step::Wait(Wait::DeadlinePassed),
		(ReplicaState::Sealed(seal), _) if sight.own_seal != Some(seal) => {
			Step::ForeignSeal { on_chain: seal }
		},
		(ReplicaState::Sealed(_), TaskState::Revealing { until, .. }) => to_reveal(sight, *until),
		(ReplicaState::Sealed(_), _) => Step::Wait(Wait::OthersSeal),
		(ReplicaState::Revealed { .. }, TaskState::Running { .. }) => Step::Wait(Wait::OthersSeal),
		(ReplicaState::Revealed { .. }, TaskState::Agreed { .. }) => {
			Step::Wait(Wait::ChallengeWindow)
		},
		(ReplicaState::Revealed { .. }, TaskState::Disputed { .. }) => Step::Wait(Wait::Verdict),
		(ReplicaState::Revealed { .. }, _) => Step::Wait(Wait::OthersReveal),
		(
			ReplicaState::Declined
			| ReplicaState::Silent
			| ReplicaState::Withheld
			| ReplicaState::Denounced,
			_,
		) => Step::Wait(Wait::Out),
	}
}

/// The way from the draw to the seal.
fn to_seal(sight: &Sight, task: &Task) -> Step {
	let (now, until) = (sight.best.at, commit_deadline(sight, task));
	if sight.rules.misbehave == Some(Misbehave::Silent) {
		return Step::Wait(Wait::Misbehaving);
	}
	// A seal that was written down stands before every other consideration: the work is done.
	let landing = can_land(now, until) || matches!(task.state, TaskState::Waiting { .. });
	if sight.record.is_some() {
		return if landing { gate(sight, Call::Commit) } else { Step::Wait(Wait::DeadlinePassed) };
	}
	if let Some(refusal) = sight.refusal {
		return Step::Skip(refusal.clone());
	}
	if !landing {
		return Step::Wait(Wait::DeadlinePassed);
	}
	if let Some(step) = decline(sight, now, until) {
		return step;
	}
	if let Some(step) = fetch(sight) {
		return step;
	}
	match sight.local.job {
		Job::Idle => Step::Run { until },
		Job::Queued | Job::Running => Step::Wait(Wait::Job),
		Job::Failed { failures, .. } if failures >= MAX_RUN_FAILURES => {
			Step::Wait(Wait::JobGivenUp)
		},
		Job::Failed { retry_at, .. } if now < retry_at => Step::Wait(Wait::RetryJob),
		Job::Failed { .. } => Step::Run { until },
	}
}

/// Missing content is declined only near the deadline and after enough attempts: a decline can't be
/// taken back, and the content may yet appear.
fn decline(sight: &Sight, now: BlockNumber, until: BlockNumber) -> Option<Step> {
	let attempts = match sight.local.content {
		Content::Missing { attempts, .. } | Content::Fetching { attempts } => attempts,
		_ => return None,
	};
	let near = now.saturating_add(sight.rules.decline_margin).saturating_add(1) >= until;
	(near && attempts >= sight.rules.fetch_attempts).then(|| gate(sight, Call::Decline))
}

fn fetch(sight: &Sight) -> Option<Step> {
	match sight.local.content {
		Content::Ready => None,
		Content::Unknown => Some(Step::Fetch),
		Content::Fetching { .. } => Some(Step::Wait(Wait::Fetching)),
		Content::Missing { retry_at, .. } if sight.best.at < retry_at => {
			Some(Step::Wait(Wait::ContentMissing))
		},
		Content::Missing { .. } => Some(Step::Fetch),
	}
}

/// Reveals only what can't be taken back: a re-organisation to a chain in which somebody may still
/// seal would hand him the digest, and the stake of this replica to whoever denounces it.
fn to_reveal(sight: &Sight, until: BlockNumber) -> Step {
	if sight.rules.misbehave == Some(Misbehave::Withhold) {
		return Step::Wait(Wait::Misbehaving);
	}
	let now = sight.best.at;
	if !can_land(now, until) {
		return Step::Wait(Wait::DeadlinePassed);
	}
	let last_resort =
		sight.rules.reveal_without_finality && now.saturating_add(LAST_RESORT) >= until;
	if !last_resort && !reveals_for_good(sight) {
		return Step::Wait(Wait::Finality);
	}
	gate(sight, Call::Reveal)
}

/// Whether the finalized chain has this very seal in a wave that reveals.
fn reveals_for_good(sight: &Sight) -> bool {
	let Some(view) = sight.finalized else { return false };
	let TaskStatus::Open(task) = &view.status else { return false };
	let same_deal = view.deal.task_hash == sight.best.deal.task_hash;
	let sealed = match place(view, task, sight.me) {
		Place::Drawn(ReplicaState::Sealed(seal)) => sight.own_seal == Some(seal),
		_ => false,
	};
	same_deal && sealed && matches!(task.state, TaskState::Revealing { .. })
}

/// Lets a transaction pass unless one is on its way or its effect may not show yet.
fn gate(sight: &Sight, call: Call) -> Step {
	let sent = sight.local.sent.filter(|sent| sent.call == call);
	let settling = sent.is_some_and(|sent| sight.best.at < sent.again_at());
	if sight.local.sending.contains(&call) || settling {
		return Step::Wait(Wait::Transaction);
	}
	Step::Send(call)
}

/// Whether it is this provider's turn to poke. Those with money in the task take turns, a block
/// each, so that one fee is paid and not twenty.
fn poke_is_due(sight: &Sight, task: &Task) -> bool {
	if sight.best.next != NextStep::Poke {
		return false;
	}
	let Some(seen) = sight.local.poke_seen else { return false };
	let Some(position) = position(sight.best, sight.me) else { return false };
	let known_draw = matches!(task.state, TaskState::Waiting { .. }) && !task.replicas.is_empty();
	let turn = task.replicas.iter().position(|replica| replica.candidate == position);
	let patience = match (known_draw, turn) {
		// Whoever was drawn writes the draw with its seal; writing it earlier starts its own clock.
		(true, Some(_)) => return false,
		// The stake of whoever was not drawn stays locked until somebody writes the draw.
		(true, None) => sight.best.deal.terms.commit_blocks.saturating_add(position),
		(false, Some(turn)) => u32::try_from(turn).unwrap_or(u32::MAX),
		(false, None) if matches!(task.state, TaskState::Waiting { .. }) => position,
		// No money of this provider's is left in it.
		(false, None) => return false,
	};
	sight.best.at >= seen.saturating_add(patience)
}
