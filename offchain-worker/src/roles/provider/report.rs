//! What the operator is told: who did what, what it cost, and by what it can be checked.

use crate::host::metrics::Metrics;
use assay_client::{
	Error,
	refusals::{
		Known, NOT_DRAWN, NOTHING_REPORTED, OUTCOME_OUT_OF_BOUNDS, REPLICA_NOT_REVEALED,
		REPORT_NOT_OWN, SEAL_MISMATCH,
	},
	units::format_amount,
};
use assay_decisions::{
	eligible::Refusal,
	provider::{self as plan, Step, Wait},
	record::{Key, Sealed},
	view::SharedView,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber, UNIT,
	deal::{EndedReplica, EndedTask, Ending, ReplicaResult},
	outcome::{Class, Outcome},
	seal::Seal,
	task::TaskId,
};

/// A task as people name it.
pub fn name(task: &TaskId) -> String {
	format!("{}/{}", task.deal, task.index)
}

fn fault(result: &ReplicaResult) -> Option<&'static str> {
	match result {
		ReplicaResult::Wrong(_) => Some("revealed an outcome that differs from the agreed one"),
		ReplicaResult::Silent => Some("was drawn and did not seal in time"),
		ReplicaResult::Withheld => Some("sealed and did not reveal in time"),
		ReplicaResult::Denounced => Some("let its seal be opened before it was time"),
		_ => None,
	}
}

/// Tells how a task has ended, on the final chain.
pub fn ended(
	view: &SharedView,
	ended: &EndedTask,
	me: &AccountId,
	record: Option<&Sealed>,
	metrics: &Metrics,
) {
	let task = name(&view.id);
	let Some(mine) = plan::ended_replica(view, ended, me) else {
		metrics.replicas.with_label_values(&["not_drawn"]).inc();
		tracing::info!(%task, ending = ?ended.ending, "task ended; others were drawn");
		return;
	};
	metrics.replicas.with_label_values(&[mine.result.name()]).inc();
	metrics.paid.inc_by(tokens(mine.paid));
	metrics.slashed.inc_by(tokens(mine.slashed));
	let result = mine.result.name();
	let (paid, slashed) = (format_amount(mine.paid), format_amount(mine.slashed));
	match fault(&mine.result) {
		Some(what) => {
			metrics.faults.with_label_values(&[result]).inc();
			let evidence = evidence(view, ended, &mine, record);
			tracing::error!(%task, result, %slashed, %paid, evidence, "this provider {what}");
		},
		None => tracing::info!(%task, result, %paid, %slashed, "task ended"),
	}
	if let (Some(truth), Ending::Settled(outcome)) =
		(record.and_then(|record| record.report), ended.ending)
	{
		let held = outcome == truth;
		tracing::info!(%task, held, %paid, "the task of a sealed report has ended");
	}
	for other in ended.replicas.iter().filter(|replica| replica.candidate != mine.candidate) {
		faults_of_others(view, ended, other);
	}
}

fn faults_of_others(view: &SharedView, ended: &EndedTask, replica: &EndedReplica) {
	let party = view.deal.candidates.get(replica.candidate as usize);
	let (Some(party), Some(what)) = (party, fault(&replica.result)) else { return };
	tracing::info!(
		task = name(&view.id),
		party = %party.provider,
		slashed = format_amount(replica.slashed),
		evidence = evidence(view, ended, replica, None),
		"another provider {what}",
	);
}

/// What a fault can be checked by.
fn evidence(
	view: &SharedView,
	ended: &EndedTask,
	replica: &EndedReplica,
	record: Option<&Sealed>,
) -> String {
	let mut text = format!("task hash {:?}, ended at block {}", view.task_hash, ended.ended_at);
	if let Ending::Settled(outcome) = ended.ending {
		let agreed = outcome.digest(&view.task_hash);
		text.push_str(&format!(", agreed digest {agreed:?} of {outcome:?}"));
	}
	if let ReplicaResult::Wrong(digest) | ReplicaResult::Undecided(digest) = replica.result {
		text.push_str(&format!(", revealed digest {digest:?}"));
	}
	if let Some(record) = record {
		text.push_str(&format!(", own outcome {:?}", record.outcome));
	}
	text
}

/// Tells that the chain shows a seal that is not this daemon's.
pub fn foreign_seal(view: &SharedView, on_chain: &Seal, own: Option<&Seal>) -> String {
	let task = name(&view.id);
	let stake = format_amount(view.deal.terms.stake);
	let why = match own {
		None => "this store has no run of that task",
		Some(_) => "this store's run of that task has another seal",
	};
	tracing::error!(
		%task,
		?on_chain,
		?own,
		"the chain has a seal of this provider that this daemon did not make: {why}. Another daemon \
		 may be using the operator key, or the base path was replaced. It can't be revealed from \
		 here; unless whoever made it reveals it, the stake of {stake} is lost"
	);
	format!("task {task} has a seal that this daemon did not make: {why}")
}

/// Tells why a task is not worked on.
pub fn skipped(view: &SharedView, refusal: &Refusal) {
	let task = name(&view.id);
	tracing::info!("skipping task {task}: {refusal}; it is declined if this provider is drawn");
}

/// Tells what a task's step is, when that has changed.
pub fn step(view: &SharedView, step: &Step) {
	let task = name(&view.id);
	match step {
		Step::Wait(Wait::DeadlinePassed) => {
			tracing::warn!(%task, "too late to seal or to reveal; a part of the stake is lost");
		},
		Step::Wait(Wait::ContentMissing) => {
			tracing::warn!(%task, "module or input can't be had; it is tried again");
		},
		Step::Wait(Wait::Misbehaving) => {
			tracing::warn!(%task, "misbehaving as told");
		},
		Step::Wait(reason) => tracing::debug!(%task, reason = reason.name(), "waiting"),
		Step::Run { until } => tracing::info!(%task, until, "drawn; the job goes into the queue"),
		Step::Skip(_) | Step::Decline(_) | Step::ForeignSeal { .. } => {},
		step => tracing::debug!(%task, step = step.name(), "next"),
	}
}

/// Tells that the report of an agreed lie is about to be opened.
pub fn reporting(view: &SharedView, truth: &Outcome) {
	let (task, truth) = (name(&view.id), truth.digest(&view.task_hash));
	tracing::warn!(%task, ?truth, "what is agreed on is a lie: opening the report of it");
}

/// Refusals of a report that no later attempt changes.
const NEVER: [Known; 6] = [
	NOT_DRAWN,
	REPLICA_NOT_REVEALED,
	REPORT_NOT_OWN,
	NOTHING_REPORTED,
	OUTCOME_OUT_OF_BOUNDS,
	SEAL_MISMATCH,
];

/// Tells why a report could not be opened, and what to do. Whether there is no use in trying again.
pub fn not_opened(task: &TaskId, until: Option<BlockNumber>, error: &Error) -> bool {
	let task = name(task);
	match error {
		Error::InsufficientBalance { account, free, needed } => {
			let lacking = format_amount(needed.saturating_sub(*free));
			tracing::error!(
				%task, until,
				"the report can't be opened: {account} has {} free and the case costs {}; send it at \
				 least {lacking} and some fees before that block, and it is tried again",
				format_amount(*free),
				format_amount(*needed)
			);
			false
		},
		error if NEVER.iter().any(|known| known.is(error)) => {
			tracing::error!(%task, "the chain refuses the report for good: {error}");
			true
		},
		error => {
			tracing::warn!(%task, until, "the report is not opened: {error}; tried again while it can be");
			false
		},
	}
}

/// Tells what was found in the store at the start.
pub fn recovered(open: &[Key], interrupted: &[(Key, u32)]) {
	if !open.is_empty() {
		tracing::info!(count = open.len(), "sealed runs found in the store; going on with them");
	}
	for (key, times) in interrupted {
		let task = name(&key.task);
		tracing::warn!(%task, times, "a run was interrupted; it is done again if still due");
	}
}

/// An amount in tokens, for metrics only.
pub fn tokens(amount: Balance) -> f64 {
	amount as f64 / UNIT as f64
}

/// Label of metrics.
pub fn class_name(class: &Class) -> &'static str {
	match class {
		Class::Exited(0) => "exited",
		Class::Exited(_) => "exited_nonzero",
		Class::Trapped => "trapped",
		Class::OutOfGas => "out_of_gas",
		Class::StackExhausted => "stack_exhausted",
		Class::OutputLimit => "output_limit",
		Class::ModuleInvalid => "module_invalid",
		Class::InputMismatch => "input_mismatch",
	}
}
