//! What to do about a task, as a function of what the chain and the store say and of nothing else.
//!
//! The daemon calls [`decide`] for every task at every block, and acts on the answer. There is no
//! memory of steps to come: after a crash, a re-organisation or a lost transaction the same question
//! gives the step that is due. What must never happen twice or too early is refused here.

#[cfg(test)]
mod tests;

pub use crate::{job::Job, wait::Wait};

use crate::{
	MAX_RUN_FAILURES, can_land,
	eligible::Refusal,
	lies::Misbehave,
	record::Sealed,
	sending::{self, Reveal, Sent},
	view::SharedView,
};
use assay_primitives::{
	AccountId, BlockNumber,
	content::ContentRef,
	deal::{
		Deal, EndedReplica, EndedTask, NextStep, Replica, ReplicaState, Task, TaskState, TaskStatus,
	},
	excuse::Excuse,
	seal::Seal,
};

/// Blocks left to the deadline of sealing at which a job that has not ended is given up.
const JOB_MARGIN: BlockNumber = 2;

/// Settings that decisions depend on.
#[derive(Clone, Copy, Debug)]
pub struct PlanSettings {
	pub decline_margin: BlockNumber,
	pub reveal_without_finality: bool,
	pub misbehave: Option<Misbehave>,
	/// Nothing is begun any more, only finished.
	pub stopping: bool,
}

/// What a daemon comes with.
impl Default for PlanSettings {
	fn default() -> Self {
		Self { decline_margin: 3, reveal_without_finality: true, misbehave: None, stopping: false }
	}
}

/// All that a decision depends on.
pub struct PlanContext<'a> {
	/// The provider's stash.
	pub me: &'a AccountId,
	/// The task at the best block.
	pub best: &'a SharedView,
	/// The task at the last finalized block, where it exists there.
	pub finalized: Option<&'a SharedView>,
	/// What the store holds under this task and its hash.
	pub record: Option<&'a Sealed>,
	/// Seal that the record gives.
	pub own_seal: Option<Seal>,
	/// What this process remembers.
	pub local: &'a Local,
	/// Why it is not worked on, if so.
	pub refusal: Option<&'a Refusal>,
	/// Settings.
	pub settings: &'a PlanSettings,
	/// What is left of this provider's means for tasks of bags that nobody has opened.
	pub room: Room,
}

/// What is left for tasks of bags that nobody has opened. Unlike all others there may be any number
/// of them, and the chain keeps no slot for them.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Room {
	/// Whether this task stands for its bag: the first to have the program fetched.
	pub scout: bool,
	/// Whether one more may be fetched and run.
	pub prepare: bool,
	/// Whether a slot is free, which opening a task takes.
	pub open: bool,
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
	pub sending: Vec<TaskCall>,
	/// Last transaction that was included or failed.
	pub sent: Option<Sent<TaskCall>>,
	/// Block at which this process first saw itself drawn.
	pub drawn_seen: Option<BlockNumber>,
	/// Block at which this process first saw that `poke` is due.
	pub poke_seen: Option<BlockNumber>,
	/// The input is private, and the client has not handed its key over.
	pub locked: bool,
	/// The task's own input, where it is an item of a list that is here.
	pub item: Option<ContentRef>,
	/// Why that is not read.
	pub refused: Option<Refusal>,
	/// Block at which content was first asked for.
	pub asked_at: Option<BlockNumber>,
	/// The chain has refused the report of this task for good.
	pub report_refused: bool,
	/// Block from which on it may be tried again to open the task: somebody who was drawn had no slot
	/// free.
	pub busy_until: BlockNumber,
}

/// Why a job gave no outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum JobFailure {
	/// Stopped from here, which is no failure of the job.
	Cancelled,
	/// No room on the disk, which says nothing about the job.
	Disk,
	/// Content is gone that was here.
	Content,
	/// Anything else.
	Other,
}

impl Local {
	/// A job gave no outcome. The first pauses are short.
	pub fn after_failure(&mut self, failure: JobFailure, now: BlockNumber) {
		let counts = matches!(failure, JobFailure::Content | JobFailure::Other);
		self.failures = self.failures.saturating_add(counts.into());
		if failure == JobFailure::Content {
			self.content = Content::Unknown;
		}
		let retry_at = now.saturating_add(1 << self.failures.min(3));
		self.job = match failure {
			JobFailure::Cancelled => Job::Idle,
			_ => Job::Failed { retry_at },
		};
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

/// A transaction about a task.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum TaskCall {
	Commit,
	Decline,
	Reveal,
	OpenReport,
	Poke,
}

impl TaskCall {
	/// For logs and labels.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Commit => "commit",
			Self::Decline => "decline",
			Self::Reveal => "reveal",
			Self::OpenReport => "open_report",
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
	Send(TaskCall),
	/// Open the report; told to others as this, for whoever is reported must not hear of it first.
	Report(Wait),
	/// Say on the chain that this replica will not deliver, which costs nothing; silence would.
	Decline(DeclineReason),
	/// Nothing, because of this.
	Wait(Wait),
	/// This provider would not work on it, and has not been drawn.
	Skip(Refusal),
	/// The chain shows what this daemon never did. Never revealed, since the digest is not known.
	ForeignSeal { on_chain: Seal },
	/// The task has ended.
	Ended(EndedTask),
}

/// Why a replica will not deliver. Its display is what the operator reads.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum DeclineReason {
	/// It is beyond what the configuration admits.
	#[error("{0}")]
	Refused(Refusal),
	/// Module or input is not here, and there is no time left.
	#[error("module or input can't be had in time")]
	Content,
	/// The client has not handed over the key of a private input, and there is no time left.
	#[error("the key of the private input was not handed over in time")]
	InputKey,
	/// The job failed on this machine too often.
	#[error("the job failed on this machine {MAX_RUN_FAILURES} times")]
	Failures,
	/// The job has not ended, and there is no time left.
	#[error("the job does not end in time on this machine")]
	Time,
	/// The job has not begun, and there is no time left.
	#[error("other jobs come before this one, and there is no time left")]
	Busy,
	/// The daemon begins nothing any more, and there is no time left.
	#[error("the daemon is stopping")]
	Stopping,
}

impl DeclineReason {
	/// Label of metrics.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Refused(refusal) => refusal.name(),
			Self::Content => "content",
			Self::InputKey => "input_key",
			Self::Failures => "failures",
			Self::Time => "time",
			Self::Busy => "busy",
			Self::Stopping => "stopping",
		}
	}

	/// What the client is told.
	pub fn excuse(&self) -> Excuse {
		match self {
			Self::Refused(refusal) => refusal.excuse(),
			Self::Content => Excuse::Content,
			Self::InputKey => Excuse::InputKey,
			Self::Failures => Excuse::Failed,
			Self::Time => Excuse::Time,
			Self::Busy => Excuse::Busy,
			Self::Stopping => Excuse::Stopping,
		}
	}
}

impl Step {
	/// For logs, labels and `/health`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Fetch => "fetch",
			Self::Run { .. } => "run",
			Self::Report(shown) => shown.name(),
			Self::Send(call) => call.name(),
			Self::Decline(_) => TaskCall::Decline.name(),
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

/// Place of `who` in an open task.
pub fn place(view: &SharedView, task: &Task, who: &AccountId) -> Place {
	let Some(position) = view.deal.position(who) else { return Place::Stranger };
	match replica(task, position) {
		Some(replica) => Place::Drawn(replica.state),
		None => Place::Candidate,
	}
}

/// Whether the outcome of `who` is public in a task, as a final view shows it: `who` has shown it, or
/// nobody can seal any more.
pub fn is_public(finalized: &SharedView, who: &AccountId) -> bool {
	let task = match &finalized.status {
		TaskStatus::Ended(_) => return true,
		TaskStatus::Open(task) => task,
	};
	matches!(task.state, TaskState::Agreed { .. } | TaskState::Disputed { .. })
		|| matches!(place(finalized, task, who), Place::Drawn(ReplicaState::Revealed { .. }))
}

/// How the replica of `who` ended.
pub fn ended_replica(
	view: &SharedView,
	ended: &EndedTask,
	who: &AccountId,
) -> Option<EndedReplica> {
	let position = view.deal.position(who)?;
	ended.replicas.iter().find(|replica| replica.candidate == position).copied()
}

fn replica(task: &Task, position: u32) -> Option<&Replica> {
	task.replicas.iter().find(|replica| replica.candidate == position)
}

/// Whether a task is one of a bag that nobody has opened: it holds no stake, and no clock of its own runs.
pub fn is_unopened(deal: &Deal, task: &Task) -> bool {
	deal.is_bag() && matches!(task.state, TaskState::Waiting { .. })
}

/// First block in which this replica can't seal any more. Where the draw is not written yet, the
/// clock has not started; counting from when this process saw the draw is on the safe side. Of a bag
/// there may be more to do than fits into that time; its tasks can be opened as long as a wave fits.
pub fn commit_deadline(view: &SharedView, local: &Local, task: &Task) -> BlockNumber {
	let terms = &view.deal.terms;
	match task.state {
		// Whoever has got what others say is missing may seal and so set the task going again.
		TaskState::Running { until, .. } | TaskState::Missing { until, .. } => until,
		_ if is_unopened(&view.deal, task) => {
			let wave = terms.commit_blocks.saturating_add(terms.reveal_blocks);
			terms.hard_end.saturating_sub(wave).saturating_add(1)
		},
		_ => {
			let seen = local.drawn_seen.unwrap_or(view.at);
			seen.saturating_add(terms.commit_blocks).min(terms.hard_end)
		},
	}
}

/// The step that is due.
pub fn decide(context: &PlanContext) -> Step {
	let task = match &context.best.status {
		TaskStatus::Ended(ended) => return Step::Ended(ended.clone()),
		TaskStatus::Open(task) => task,
	};
	let step = match place(context.best, task, context.me) {
		Place::Stranger => return Step::Wait(Wait::NotDrawn),
		Place::Candidate => candidate(context, task),
		Place::Drawn(state) => drawn(context, task, state),
	};
	match step {
		Step::Wait(reason) if poke_is_due(context, task) => {
			match gate(context, TaskCall::Poke, BlockNumber::MAX) {
				Step::Send(call) => Step::Send(call),
				_ => Step::Wait(reason),
			}
		},
		step => step,
	}
}

/// Prefetches while it may still be drawn.
fn candidate(context: &PlanContext, task: &Task) -> Step {
	let waits = matches!(task.state, TaskState::Waiting { .. }) && task.replicas.is_empty();
	if !waits {
		return Step::Wait(Wait::NotDrawn);
	}
	if let Some(refusal) = context.refusal {
		return Step::Skip(refusal.clone());
	}
	// All tasks of a bag have the same program, and nobody runs all of them.
	if context.best.deal.is_bag()
		&& !(context.room.scout && context.best.next == NextStep::Randomness)
	{
		return Step::Wait(Wait::Randomness);
	}
	match fetch(context) {
		Some(step) => step,
		None => Step::Wait(Wait::Randomness),
	}
}

fn drawn(context: &PlanContext, task: &Task, state: ReplicaState) -> Step {
	match (state, &task.state) {
		(
			ReplicaState::Drawn,
			TaskState::Waiting { .. } | TaskState::Running { .. } | TaskState::Missing { .. },
		) => to_seal(context, task),
		(ReplicaState::Drawn, _) => Step::Wait(Wait::DeadlinePassed),
		(ReplicaState::Sealed(seal), _) if context.own_seal != Some(seal) => {
			Step::ForeignSeal { on_chain: seal }
		},
		(ReplicaState::Sealed(_), TaskState::Revealing { until, .. }) => to_reveal(context, *until),
		(ReplicaState::Sealed(_), _) => Step::Wait(Wait::OthersSeal),
		(ReplicaState::Revealed { .. }, TaskState::Running { .. }) => Step::Wait(Wait::OthersSeal),
		(ReplicaState::Revealed { .. }, TaskState::Agreed { .. }) => {
			to_report(context, task, state, Wait::ChallengeWindow)
		},
		(ReplicaState::Revealed { .. }, TaskState::Disputed { .. }) => {
			to_report(context, task, state, Wait::Verdict)
		},
		(ReplicaState::Revealed { .. }, _) => Step::Wait(Wait::OthersReveal),
		(
			ReplicaState::Declined(_)
			| ReplicaState::Silent
			| ReplicaState::Withheld
			| ReplicaState::Denounced,
			_,
		) => Step::Wait(Wait::Out),
	}
}

/// The way from the draw to the seal.
fn to_seal(context: &PlanContext, task: &Task) -> Step {
	let (now, until) = (context.best.at, commit_deadline(context.best, context.local, task));
	if context.settings.misbehave == Some(Misbehave::Silent) {
		return Step::Wait(Wait::Misbehaving);
	}
	// A seal that was written down stands before every other consideration: the work is done.
	let landing = can_land(now, until) || matches!(task.state, TaskState::Waiting { .. });
	if !landing {
		return Step::Wait(Wait::DeadlinePassed);
	}
	if context.record.is_some() {
		return opening(context, task, TaskCall::Commit, until);
	}
	if let Some(reason) = decline_reason(context, task, until) {
		// To decline would open it, at a fee and for a slot; until somebody does, it costs nothing.
		if matches!(reason, DeclineReason::Refused(_)) && is_unopened(&context.best.deal, task) {
			return Step::Wait(Wait::Unwanted);
		}
		return match opening(context, task, TaskCall::Decline, until) {
			Step::Send(_) => Step::Decline(reason),
			step => step,
		};
	}
	match fetch(context) {
		Some(Step::Fetch) if is_unopened(&context.best.deal, task) && !context.room.prepare => {
			return Step::Wait(Wait::Turn);
		},
		Some(step) => return step,
		None => {},
	}
	if context.local.locked {
		return Step::Wait(Wait::InputKey);
	}
	match context.local.job {
		Job::Idle => Step::Run { until },
		Job::Queued | Job::Running => Step::Wait(Wait::Job),
		Job::Failed { retry_at } if now < retry_at => Step::Wait(Wait::RetryJob),
		Job::Failed { .. } => Step::Run { until },
	}
}

/// Seals or declines. Where that opens a task of a bag, everybody who is drawn for it must have a slot
/// free.
fn opening(context: &PlanContext, task: &Task, call: TaskCall, until: BlockNumber) -> Step {
	let waits = context.best.at < context.local.busy_until || !context.room.open;
	if is_unopened(&context.best.deal, task) && waits && !context.local.sending.contains(&call) {
		return Step::Wait(Wait::Slots);
	}
	gate(context, call, until)
}

/// Why this replica will not deliver, if that is so. What can't change is known at once; content
/// may yet appear and a job may yet end, so these are waited for until shortly before the deadline:
/// a decline can't be taken back.
fn decline_reason(context: &PlanContext, task: &Task, until: BlockNumber) -> Option<DeclineReason> {
	let (now, terms) = (context.best.at, &context.best.deal.terms);
	if let Some(refusal) = context.refusal.or(context.local.refused.as_ref()) {
		return Some(DeclineReason::Refused(refusal.clone()));
	}
	let failed = matches!(context.local.job, Job::Failed { .. });
	if failed && context.local.failures >= MAX_RUN_FAILURES {
		return Some(DeclineReason::Failures);
	}
	// Short deadlines have short margins, or nothing would ever be run.
	let near = |margin: BlockNumber, until| now.saturating_add(margin).saturating_add(1) >= until;
	// What is missing is not looked for any more.
	let unless_stopping = |reason| match context.settings.stopping {
		true => DeclineReason::Stopping,
		false => reason,
	};
	let margin = context.settings.decline_margin.min(terms.commit_blocks / 2);
	let unopened = is_unopened(&context.best.deal, task);
	if context.local.content != Content::Ready {
		let until = match (unopened, context.local.asked_at) {
			(true, Some(asked)) => asked.saturating_add(terms.commit_blocks).min(until),
			_ => until,
		};
		return near(margin, until).then_some(unless_stopping(DeclineReason::Content));
	}
	if context.local.locked {
		return near(margin, until).then_some(unless_stopping(DeclineReason::InputKey));
	}
	if unopened {
		return None;
	}
	// Before the draw is written, nothing but the own seal starts the clock.
	let until = match task.state {
		TaskState::Waiting { .. } => terms.hard_end,
		_ => until,
	};
	let reason = match context.local.job {
		Job::Queued => DeclineReason::Busy,
		Job::Running => DeclineReason::Time,
		Job::Idle | Job::Failed { .. } => unless_stopping(DeclineReason::Time),
	};
	near(JOB_MARGIN.min(terms.commit_blocks / 3), until).then_some(reason)
}

fn fetch(context: &PlanContext) -> Option<Step> {
	match context.local.content {
		Content::Ready => None,
		Content::Unknown => Some(Step::Fetch),
		Content::Fetching { .. } => Some(Step::Wait(Wait::Fetching)),
		Content::Missing { retry_at, .. } if context.best.at < retry_at => {
			Some(Step::Wait(Wait::ContentMissing))
		},
		Content::Missing { .. } => Some(Step::Fetch),
	}
}

fn to_reveal(context: &PlanContext, until: BlockNumber) -> Step {
	let reveal = Reveal {
		now: context.best.at,
		until,
		for_good: reveals_for_good(context),
		without_finality: context.settings.reveal_without_finality,
		misbehave: context.settings.misbehave,
	};
	match reveal.kept_by() {
		None => gate(context, TaskCall::Reveal, until),
		Some(why) => Step::Wait(why),
	}
}

/// Opens the report of a lie that the others have agreed on. At the best block already: the first who
/// questions a result counts, nobody can seal any more, and what a re-organisation takes back is sent
/// again.
fn to_report(context: &PlanContext, task: &Task, state: ReplicaState, otherwise: Wait) -> Step {
	let due = context.record.and_then(|record| report_due(context.best, task, state, record));
	let Some(until) = due else { return Step::Wait(otherwise) };
	if context.local.report_refused || !can_land(context.best.at, until) {
		return Step::Wait(otherwise);
	}
	match gate(context, TaskCall::OpenReport, until) {
		Step::Send(_) => Step::Report(otherwise),
		_ => Step::Wait(otherwise),
	}
}

/// First block in which it is too late to open the report of a record, where there is something to
/// report: what is agreed on is what this replica revealed, and its report names another outcome. Where a
/// dissent is judged it is too late when a judge has spoken, which a task does not show.
pub fn report_due(
	view: &SharedView,
	task: &Task,
	state: ReplicaState,
	record: &Sealed,
) -> Option<BlockNumber> {
	let ReplicaState::Revealed { outcome, .. } = state else { return None };
	let (truth, hash, digest) = (record.report?, &view.task_hash, task.state.agreed()?);
	let until = match task.state {
		TaskState::Agreed { until, .. } => until,
		_ if task.has_dissent(hash, &digest) => {
			view.at.saturating_add(view.deal.terms.challenge_blocks)
		},
		_ => return None,
	};
	(outcome.digest(hash) == digest && truth.digest(hash) != digest).then_some(until)
}

/// Whether the finalized chain has this very seal in a wave that reveals.
fn reveals_for_good(context: &PlanContext) -> bool {
	let Some(view) = context.finalized else { return false };
	let TaskStatus::Open(task) = &view.status else { return false };
	let same_deal = view.task_hash == context.best.task_hash;
	let sealed = match place(view, task, context.me) {
		Place::Drawn(ReplicaState::Sealed(seal)) => context.own_seal == Some(seal),
		_ => false,
	};
	same_deal && sealed && matches!(task.state, TaskState::Revealing { .. })
}

fn gate(context: &PlanContext, call: TaskCall, until: BlockNumber) -> Step {
	let (sending, sent) = (context.local.sending.contains(&call), context.local.sent);
	sending::gate(sending, sent, call, context.best.at, until).map_or_else(Step::Wait, Step::Send)
}

/// Whether it is this provider's turn to poke. Those with money in the task take turns, a block
/// each, so that one fee is paid and not twenty.
fn poke_is_due(context: &PlanContext, task: &Task) -> bool {
	if context.best.next != NextStep::Poke {
		return false;
	}
	let Some(seen) = context.local.poke_seen else { return false };
	let Some(position) = context.best.deal.position(context.me) else { return false };
	let known_draw = matches!(task.state, TaskState::Waiting { .. }) && !task.replicas.is_empty();
	let turn = task.replicas.iter().position(|replica| replica.candidate == position);
	let patience = match (known_draw, turn) {
		// Whoever was drawn writes the draw with its seal; writing it earlier starts its own clock.
		(true, Some(_)) => return false,
		// Nobody's stake is locked for a task of a bag that is not opened.
		(true, None) if context.best.deal.is_bag() => return false,
		// The stake of whoever was not drawn stays locked until somebody writes the draw.
		(true, None) => context.best.deal.terms.commit_blocks.saturating_add(position),
		(false, Some(turn)) => u32::try_from(turn).unwrap_or(u32::MAX),
		(false, None) if matches!(task.state, TaskState::Waiting { .. }) => position,
		// No money of this provider's is left in it.
		(false, None) => return false,
	};
	context.best.at >= seen.saturating_add(patience)
}
