//! `assay deal`: deals as a whole, with what happened when.

use crate::{
	args::{DealCommand, DealShowArgs, ListArgs},
	context::Context,
	failure::Failure,
	output::{self, row},
	render::{events::Line, job as job_words},
};
use assay_client::{
	Error,
	chain::At,
	job::{self, Moment, Timeline},
	units::{DECIMALS, SYMBOL, format_account, format_amount},
};
use assay_interface::Event;
use assay_primitives::{
	deal::{Deal, TaskStatus, TaskView, single},
	task::{DealId, TaskId},
};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Most tasks of a deal that are listed.
const LISTED: u32 = 64;

/// Runs a command of this group.
pub async fn run(command: DealCommand, context: &Context) -> Result<(), Failure> {
	match command {
		DealCommand::Show(args) => show(args, context).await,
		DealCommand::List(args) => list(args, context).await,
	}
}

async fn show(args: DealShowArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let progress = context.progress();
	progress.doing("reading the deal");
	let tasks = tasks(&chain.at_best().await?, args.id).await?;
	let first = tasks.first().ok_or(Error::TaskNotFound(single(args.id)))?;
	progress.doing("reading what happened");
	let mut timeline = job::timeline(&chain, args.id).await?;
	if let Some(index) = args.task {
		timeline.moments.retain(|moment| of_task(&moment.event).is_none_or(|task| task == index));
	}
	drop(progress);
	if !context.json(|| described(first, &tasks, &timeline)) {
		print(first, &tasks, &timeline);
	}
	Ok(())
}

fn of_task(event: &Event) -> Option<u32> {
	match event {
		Event::Deals(event) => job::task_of(event).map(|task| task.index),
		_ => None,
	}
}

/// The tasks of a deal that the chain still knows, the first [`LISTED`] of them.
async fn tasks(state: &At, deal: DealId) -> Result<Vec<TaskView>, Failure> {
	let first = state.task(single(deal)).await?.ok_or(Error::TaskNotFound(single(deal)))?;
	let count = first.deal.tasks.min(LISTED);
	let mut tasks = vec![first];
	for index in 1..count {
		tasks.extend(state.task(TaskId { deal, index }).await?);
	}
	Ok(tasks)
}

fn print(first: &TaskView, tasks: &[TaskView], timeline: &Timeline) {
	let deal = &first.deal;
	output::table(&[], terms(first.id.deal, deal));
	if deal.tasks > 1 {
		output::line("");
		output::table(
			&["task", "state", "next"],
			tasks.iter().map(|view| {
				let index = view.id.index.to_string();
				vec![index, job_words::status(view), job_words::next_step(view)]
			}),
		);
		let more = deal.tasks.saturating_sub(tasks.len() as u32);
		if more > 0 {
			output::line(&format!("and {more} more"));
		}
	} else {
		output::line(&format!("next: {}", job_words::next_step(first)));
	}
	output::line("");
	let many = deal.tasks > 1;
	output::table(
		&["block", "what", ""],
		timeline.moments.iter().filter_map(|moment| {
			let line = Line::of(&moment.event, moment.failure.as_ref())?;
			let what = match line.task.filter(|_| many) {
				Some(task) => format!("{} ({task})", line.name),
				None => line.name.into(),
			};
			Some(vec![moment.block.to_string(), what, line.text])
		}),
	);
	if timeline.missing > 0 {
		eprintln!(
			"warning: the node could not show {} of the blocks {} to {}; ask an archive node",
			timeline.missing, timeline.span.0, timeline.span.1
		);
	}
}

fn terms(id: DealId, deal: &Deal) -> Vec<Vec<String>> {
	let mut rows = vec![
		row("deal", id.to_string()),
		row("via", deal.via.to_string()),
		row("client", format_account(&deal.client)),
		row("payer", format_account(&deal.payer)),
		row("tasks", format!("{}, {} of them open", deal.tasks, deal.open_tasks)),
		row("policy", deal.request.policy.words()),
		row("held for each task", format_amount(deal.terms.escrow)),
		row("stake of each replica", format_amount(deal.terms.stake)),
		row("candidates", deal.candidates.len().to_string()),
		row("opened", format!("block {}", deal.opened_at)),
	];
	if let Some(beneficiary) = &deal.others.beneficiary {
		rows.push(row("beneficiary", format_account(beneficiary)));
	}
	if deal.terms.reserve > 0 {
		rows.push(row("reserve for a case", format_amount(deal.terms.reserve)));
	}
	rows
}

fn described(first: &TaskView, tasks: &[TaskView], timeline: &Timeline) -> Value {
	let deal = &first.deal;
	let candidates: Vec<_> = deal
		.candidates
		.iter()
		.map(|candidate| {
			json!({
				"provider": format_account(&candidate.provider),
				"base": candidate.price.base.to_string(),
				"perMgas": candidate.price.per_mgas.to_string(),
				"weight": candidate.weight,
			})
		})
		.collect();
	let many: Vec<_> = tasks
		.iter()
		.map(|view| {
			json!({
				"index": view.id.index,
				"state": job_words::status(view),
				"next": job_words::next_step(view),
				"ended": matches!(view.status, TaskStatus::Ended(_)),
			})
		})
		.collect();
	json!({
		"deal": first.id.deal,
		"via": { "frontEnd": deal.via.front_end.name(), "instance": deal.via.instance, "version": deal.via.version },
		"client": format_account(&deal.client),
		"payer": format_account(&deal.payer),
		"beneficiary": deal.others.beneficiary.as_ref().map(format_account),
		"taskCount": deal.tasks,
		"openTasks": deal.open_tasks,
		"escrow": deal.terms.escrow.to_string(),
		"reserve": deal.terms.reserve.to_string(),
		"stake": deal.terms.stake.to_string(),
		"openedAt": deal.opened_at,
		"candidates": candidates,
		"tasks": many,
		"timeline": timeline.moments.iter().filter_map(moment).collect::<Vec<_>>(),
		"missingBlocks": timeline.missing,
		"symbol": SYMBOL,
		"decimals": DECIMALS,
	})
}

fn moment(moment: &Moment) -> Option<Value> {
	let line = Line::of(&moment.event, moment.failure.as_ref())?;
	Some(json!({
		"block": moment.block,
		"event": line.name,
		"task": line.task,
		"account": line.who.as_ref().map(format_account),
		"amount": line.amount.map(|amount| amount.to_string()),
		"text": line.text,
	}))
}

async fn list(args: ListArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = context.whose(args.account.as_deref(), &chain)?;
	let views = chain.at_best().await?.tasks_of_client(&account, args.limit).await?;
	let mut deals: BTreeMap<DealId, Vec<TaskView>> = BTreeMap::new();
	for view in views {
		deals.entry(view.id.deal).or_default().push(view);
	}
	if context.global.output.is_json() {
		let all = deals.iter().rev().map(|(id, tasks)| {
			let deal = &tasks[0].deal;
			json!({
				"deal": id,
				"openedAt": deal.opened_at,
				"taskCount": deal.tasks,
				"openTasks": deal.open_tasks,
				"escrow": deal.terms.escrow.to_string(),
				"state": state(tasks),
			})
		});
		output::json(context.global.output, &all.collect::<Vec<_>>());
		return Ok(());
	}
	output::table(
		&["deal", "since block", "tasks", "open", "held for each", "state"],
		deals.iter().rev().map(|(id, tasks)| {
			let deal = &tasks[0].deal;
			vec![
				id.to_string(),
				deal.opened_at.to_string(),
				deal.tasks.to_string(),
				deal.open_tasks.to_string(),
				format_amount(deal.terms.escrow.saturating_add(deal.terms.reserve)),
				state(tasks),
			]
		}),
	);
	Ok(())
}

/// The state of a deal's only task, or how many of its tasks are in which.
fn state(tasks: &[TaskView]) -> String {
	let mut counts: BTreeMap<String, usize> = BTreeMap::new();
	for view in tasks {
		*counts.entry(job_words::status(view)).or_default() += 1;
	}
	let word = |(state, count): (String, usize)| match tasks.len() {
		1 => state,
		_ => format!("{count} {state}"),
	};
	counts.into_iter().map(word).collect::<Vec<_>>().join(", ")
}
