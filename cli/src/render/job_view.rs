//! A job, whole: for people and for programs.

use super::job::{self as words, name_of};
use crate::output::{self, row};
use assay_client::{
	job,
	units::{DECIMALS, SYMBOL, format_account, format_amount},
};
use assay_primitives::{
	deal::{Deal, Ending, ReplicaResult, Task, TaskState, TaskStatus, TaskView},
	excuse::Excuse,
	outcome::Outcome,
};
use serde_json::{Map, Value, json};

fn account_of(deal: &Deal, candidate: u32) -> String {
	let found = deal.candidates.get(candidate as usize);
	found.map_or_else(|| "unknown".into(), |candidate| format_account(&candidate.provider))
}

/// Prints a job.
pub fn print(view: &TaskView) {
	let deal = &view.deal;
	let mut rows = vec![
		row("job", name_of(view)),
		row("state", words::status(view)),
		row("next", words::next_step(view)),
		row("client", format_account(&deal.client)),
		row("policy", deal.request.policy.words()),
		row(
			"program",
			format!("{:?}, {} bytes", deal.request.task.module.hash, deal.request.task.module.size),
		),
		row("gas limit", deal.request.task.limits.gas.to_string()),
		row("held", format_amount(deal.terms.escrow.saturating_add(deal.terms.reserve))),
		row("stake", format!("{} each", format_amount(deal.terms.stake))),
		row("opened", format!("block {}", deal.opened_at)),
	];
	if let TaskStatus::Ended(ended) = &view.status {
		rows.push(row("ended", format!("block {}", ended.ended_at)));
		rows.push(row("paid", format_amount(ended.paid)));
	}
	if let Ok(outcome) = job::outcome(view) {
		rows.push(row("digest", format!("{:?}", outcome.digest(&deal.task_hash))));
		rows.push(row("gas used", outcome.gas_used.to_string()));
		rows.push(row("outputs", format!("{} bytes", outcome.output_bytes)));
		rows.extend(trace_command(view, &outcome).map(|line| row("told by", line)));
	}
	output::table(&[], rows);
	output::line("");
	replicas_table(view);
	for cure in words::cures(view) {
		output::line(&cure);
	}
}

/// What tells why and where the program ended early: the chain does not know.
fn trace_command(view: &TaskView, outcome: &Outcome) -> Option<String> {
	let ran = !outcome.class.is_success() && !outcome.class.is_refund();
	ran.then(|| format!("assay job verify {}", name_of(view)))
}

fn replicas_table(view: &TaskView) {
	let deal = &view.deal;
	match &view.status {
		TaskStatus::Open(task) if task.replicas.is_empty() => {
			output::table(
				&["candidate", "base price", "per million gas"],
				deal.candidates.iter().map(|candidate| {
					vec![
						format_account(&candidate.provider),
						format_amount(candidate.price.base),
						format_amount(candidate.price.per_mgas),
					]
				}),
			);
		},
		TaskStatus::Open(task) => output::table(
			&["drawn", "answer"],
			task.replicas.iter().map(|replica| {
				let answer = words::replica_state(replica, &deal.task_hash);
				vec![account_of(deal, replica.candidate), answer]
			}),
		),
		TaskStatus::Ended(ended) => {
			let agreed = match &ended.ending {
				Ending::Settled(outcome) => words::short(&outcome.digest(&deal.task_hash)),
				Ending::Failed(_) => String::new(),
			};
			output::table(
				&["drawn", "result", "answer", "paid", "slashed"],
				ended.replicas.iter().map(|replica| {
					let answer = match &replica.result {
						ReplicaResult::Agreed => agreed.clone(),
						ReplicaResult::Wrong(digest) | ReplicaResult::Undecided(digest) => {
							words::short(digest)
						},
						ReplicaResult::Declined(excuse) => format!("it {excuse}"),
						_ => "-".into(),
					};
					vec![
						account_of(deal, replica.candidate),
						replica.result.name().into(),
						answer,
						format_amount(replica.paid),
						format_amount(replica.slashed),
					]
				}),
			);
		},
	}
}

/// A job for programs.
pub fn json(view: &TaskView) -> Value {
	let deal = &view.deal;
	let task = &deal.request.task;
	let policy = deal.request.policy.parameters().into_iter();
	let policy: Map<String, Value> =
		policy.map(|(name, value)| (name.into(), value.into())).collect();
	let arguments: Vec<_> = task.args.iter().map(|arg| String::from_utf8_lossy(arg)).collect();
	let mut value = json!({
		"job": name_of(view),
		"deal": view.id.deal,
		"index": view.id.index,
		"status": status_name(view),
		"state": words::status(view),
		"next": words::next_step(view),
		"client": format_account(&deal.client),
		"policy": policy,
		"module": { "hash": task.module.hash, "size": task.module.size },
		"arguments": arguments,
		"taskHash": deal.task_hash,
		"limits": {
			"gas": task.limits.gas,
			"memoryPages": task.limits.memory_pages,
			"outputBytes": task.limits.output_bytes,
		},
		"escrow": deal.terms.escrow.to_string(),
		"reserve": deal.terms.reserve.to_string(),
		"stake": deal.terms.stake.to_string(),
		"deposit": deal.terms.deposit.to_string(),
		"openedAt": deal.opened_at,
		"symbol": SYMBOL,
		"decimals": DECIMALS,
		"replicas": replicas_json(view),
	});
	if let TaskStatus::Ended(ended) = &view.status {
		value["endedAt"] = ended.ended_at.into();
		value["paid"] = ended.paid.to_string().into();
	}
	if let Ok(outcome) = job::outcome(view) {
		value["outcome"] = outcome_json(&outcome, &deal.task_hash);
		value["traceCommand"] = trace_command(view, &outcome).into();
	}
	if let Some(until) = job::challenge_until(view) {
		value["challengeUntil"] = until.into();
	}
	if let Some(case) = job::in_doubt(view) {
		value["inDoubt"] = json!({ "case": case });
	}
	value
}

/// The machine-readable name of where a task stands.
pub fn status_name(view: &TaskView) -> &'static str {
	match &view.status {
		TaskStatus::Open(Task { state: TaskState::Agreed { .. }, .. }) => "agreed",
		TaskStatus::Open(Task { state: TaskState::Disputed { .. }, .. }) => "disputed",
		TaskStatus::Open(_) => "open",
		TaskStatus::Ended(ended) => match &ended.ending {
			Ending::Settled(_) => "settled",
			Ending::Failed(_) => "failed",
		},
	}
}

/// An outcome for programs.
pub fn outcome_json(outcome: &Outcome, task_hash: &assay_primitives::Hash) -> Value {
	json!({
		"class": format!("{:?}", outcome.class),
		"success": outcome.class.is_success(),
		"gasUsed": outcome.gas_used,
		"digest": outcome.digest(task_hash),
		"outputRoot": outcome.output.root,
		"outputs": outcome.output.len,
		"outputBytes": outcome.output_bytes,
	})
}

fn replicas_json(view: &TaskView) -> Vec<Value> {
	let deal = &view.deal;
	match &view.status {
		TaskStatus::Open(task) => task
			.replicas
			.iter()
			.map(|replica| {
				let digest = replica.digest(&deal.task_hash);
				json!({
					"provider": account_of(deal, replica.candidate),
					"wave": replica.wave,
					"state": words::replica_state(replica, &deal.task_hash),
					"digest": digest,
					"excuse": excuse_json(words::excuse_of(&replica.state)),
				})
			})
			.collect(),
		TaskStatus::Ended(ended) => ended
			.replicas
			.iter()
			.map(|replica| {
				let digest = match (&replica.result, &ended.ending) {
					(ReplicaResult::Agreed, Ending::Settled(outcome)) => {
						Some(outcome.digest(&deal.task_hash))
					},
					(ReplicaResult::Wrong(digest) | ReplicaResult::Undecided(digest), _) => {
						Some(*digest)
					},
					_ => None,
				};
				json!({
					"provider": account_of(deal, replica.candidate),
					"result": replica.result.name(),
					"digest": digest,
					"excuse": excuse_json(words::excuse_at_the_end(&replica.result)),
					"paid": replica.paid.to_string(),
					"slashed": replica.slashed.to_string(),
				})
			})
			.collect(),
	}
}

/// What a replica that declined says for itself, and what would help, for programs.
fn excuse_json(excuse: Option<Excuse>) -> Option<Value> {
	excuse.map(
		|excuse| json!({ "name": excuse.name(), "message": excuse.to_string(), "hint": excuse.hint() }),
	)
}
