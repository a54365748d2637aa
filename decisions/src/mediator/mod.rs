//! What to do about a case, as a function of what the chain and the store say and of nothing else.
//!
//! Like [`crate::provider`] for tasks: asked anew at every block, so that a crash, a re-organisation or a
//! lost transaction changes nothing about the step that is due.

#[cfg(test)]
mod tests;

pub use crate::{job::Job, wait::Wait};

use crate::{
	MAX_RUN_FAILURES, can_land,
	eligible::Refusal,
	lies::Misbehave,
	sending::{self, Reveal, Sent},
};
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	case::{CasePhase, CaseStep, CaseView, Vote},
};

/// Blocks for which deadlines are left to idle blocks, which apply them for nothing.
const POKE_PATIENCE: BlockNumber = 3;

/// All that a decision depends on.
pub struct PlanContext<'a> {
	/// The mediator's stash.
	pub me: &'a AccountId,
	/// The case at the best block.
	pub best: &'a CaseView,
	/// The case at the last finalized block, where it exists there.
	pub finalized: Option<&'a CaseView>,
	/// Seal that the store's record gives for the present round.
	pub own_seal: Option<Hash>,
	/// What this process remembers.
	pub local: &'a Local,
	/// Why it is not run, if so.
	pub refusal: Option<&'a Refusal>,
	pub reveal_without_finality: bool,
	pub misbehave: Option<Misbehave>,
}

/// What this process remembers of a case. All of it may be lost without harm.
#[derive(Clone, Debug, Default)]
pub struct Local {
	/// Where the run is, content included.
	pub job: Job,
	/// Runs that the infrastructure failed.
	pub failures: u32,
	/// A transaction on its way.
	pub sending: Option<CaseCall>,
	/// Last transaction that was included or failed.
	pub sent: Option<Sent<CaseCall>>,
	/// Block at which this process first saw that `poke` is due.
	pub poke_seen: Option<BlockNumber>,
}

/// A transaction about a case.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum CaseCall {
	Seal,
	Reveal,
	Poke,
}

impl CaseCall {
	/// For logs and labels.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Seal => "mediation_seal",
			Self::Reveal => "mediation_reveal",
			Self::Poke => "mediation_poke",
		}
	}
}

/// What to do now.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
	/// Fetch and run; earlier deadlines first.
	Run { until: BlockNumber },
	/// Send a transaction.
	Send(CaseCall),
	/// Nothing, because of this.
	Wait(Wait),
	/// It is not run although it would have to be: that costs a part of the stake.
	Refuse(Refusal),
	/// The chain shows a seal that this daemon never made. It can't be opened from here.
	ForeignSeal { on_chain: Hash },
}

impl Step {
	/// For logs, labels and `/health`.
	pub fn name(&self) -> &'static str {
		match self {
			Self::Run { .. } => "run",
			Self::Send(call) => call.name(),
			Self::Refuse(_) => "refused",
			Self::ForeignSeal { .. } => "foreign_seal",
			Self::Wait(wait) => wait.name(),
		}
	}
}

/// Vote of `who` in the latest round of a case.
pub fn vote(view: &CaseView, who: &AccountId) -> Option<Vote> {
	let round = view.rounds.get(usize::from(view.case.round))?;
	round.members.iter().find(|member| member.mediator == *who).map(|member| member.vote)
}

/// First block in which it is too late for what the phase asks of members.
pub fn deadline(view: &CaseView) -> Option<BlockNumber> {
	match view.case.phase {
		CasePhase::Sealing { until, .. }
		| CasePhase::Revealing { until }
		| CasePhase::Ruled { until, .. } => Some(until),
		_ => None,
	}
}

/// The step that is due.
pub fn decide(context: &PlanContext) -> Step {
	let step = match vote(context.best, context.me) {
		None => Step::Wait(Wait::NotMember),
		Some(vote) => member(context, vote),
	};
	match step {
		Step::Wait(_) if poke_is_due(context) => {
			match gate(context, CaseCall::Poke, BlockNumber::MAX) {
				Step::Send(call) => Step::Send(call),
				_ => step,
			}
		},
		step => step,
	}
}

fn member(context: &PlanContext, vote: Vote) -> Step {
	match (vote, &context.best.case.phase) {
		(Vote::Drawn, CasePhase::Sealing { until, .. }) => to_seal(context, *until),
		(Vote::Drawn, _) => Step::Wait(Wait::DeadlinePassed),
		(Vote::Sealed(seal), _) if context.own_seal != Some(seal) => {
			Step::ForeignSeal { on_chain: seal }
		},
		(Vote::Sealed(_), CasePhase::Revealing { until } | CasePhase::Ruled { until, .. }) => {
			to_reveal(context, *until)
		},
		(Vote::Sealed(_), CasePhase::Sealing { .. }) => Step::Wait(Wait::OthersSeal),
		(Vote::Sealed(_), _) => Step::Wait(Wait::DeadlinePassed),
		(Vote::Revealed(_), CasePhase::Revealing { .. }) => Step::Wait(Wait::OthersReveal),
		(Vote::Revealed(_), _) => Step::Wait(Wait::Verdict),
		(Vote::Silent | Vote::Withheld | Vote::Denounced | Vote::Excused, _) => {
			Step::Wait(Wait::Out)
		},
	}
}

/// The way from the draw to the seal.
fn to_seal(context: &PlanContext, until: BlockNumber) -> Step {
	let now = context.best.at;
	if context.misbehave == Some(Misbehave::Silent) {
		return Step::Wait(Wait::Misbehaving);
	}
	if !can_land(now, until) {
		return Step::Wait(Wait::DeadlinePassed);
	}
	// A seal that was written down stands before every other consideration: the work is done.
	if context.own_seal.is_some() {
		return gate(context, CaseCall::Seal, until);
	}
	if let Some(refusal) = context.refusal {
		return Step::Refuse(refusal.clone());
	}
	match context.local.job {
		Job::Idle => Step::Run { until },
		Job::Queued | Job::Running => Step::Wait(Wait::Job),
		Job::Failed { .. } if context.local.failures >= MAX_RUN_FAILURES => {
			Step::Wait(Wait::Failures)
		},
		Job::Failed { retry_at } if now < retry_at => Step::Wait(Wait::RetryJob),
		Job::Failed { .. } => Step::Run { until },
	}
}

fn to_reveal(context: &PlanContext, until: BlockNumber) -> Step {
	let reveal = Reveal {
		now: context.best.at,
		until,
		for_good: reveals_for_good(context),
		without_finality: context.reveal_without_finality,
		misbehave: context.misbehave,
	};
	match reveal.kept_by() {
		None => gate(context, CaseCall::Reveal, until),
		Some(why) => Step::Wait(why),
	}
}

/// Whether the finalized chain has this very seal in the same round, and reveals.
fn reveals_for_good(context: &PlanContext) -> bool {
	let Some(view) = context.finalized else { return false };
	let same = view.terms.task_hash == context.best.terms.task_hash
		&& view.case.round == context.best.case.round;
	let sealed = match vote(view, context.me) {
		Some(Vote::Sealed(seal)) => context.own_seal == Some(seal),
		_ => false,
	};
	let reveals = matches!(view.case.phase, CasePhase::Revealing { .. } | CasePhase::Ruled { .. });
	same && sealed && reveals
}

fn gate(context: &PlanContext, call: CaseCall, until: BlockNumber) -> Step {
	let (sending, sent) = (context.local.sending.is_some(), context.local.sent);
	sending::gate(sending, sent, call, context.best.at, until).map_or_else(Step::Wait, Step::Send)
}

/// Whether idle blocks have left a deadline undone for so long that a fee is worth it. Members take
/// turns, a block each.
fn poke_is_due(context: &PlanContext) -> bool {
	let view = context.best;
	let Some(seen) = context.local.poke_seen.filter(|_| view.next == CaseStep::Poke) else {
		return false;
	};
	let members = view.rounds.iter().flat_map(|round| &round.members);
	let turn = members.take_while(|member| member.mediator != *context.me).count();
	let turn = u32::try_from(turn).unwrap_or(u32::MAX);
	view.at >= seen.saturating_add(POKE_PATIENCE).saturating_add(turn)
}
