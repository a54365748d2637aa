//! Bags: jobs of many tasks, one for each input.

use super::{
	missing,
	wait::{Goal, Wait},
};
use crate::{
	args::{GetArgs, RunArgs, WaitArgs},
	content,
	context::Context,
	failure::Failure,
	inputs, lookup,
	output::{self, Format, row},
	progress::Progress,
	render::{
		job::{self as words, name_of},
		job_view,
	},
};
use assay_client::{
	Chain, Error, Head, Signer, WaitFor,
	job::{self, BagOutput, FollowOptions, Inputs, Tally, Target, Until},
	units::{format_account, format_amount},
};
use assay_interface::{Call, deals, ours};
use assay_primitives::{
	Balance,
	content::ContentRef,
	deal::{MAX_BATCH, NextStep, TaskStatus, TaskView},
	outcome::Digest,
	task::{DealId, InputList, TaskId},
};
use serde_json::{Value, json};
use std::{
	collections::BTreeSet,
	fs,
	path::{Path, PathBuf},
};

/// What is written beside the folders of the tasks.
const INDEX: &str = "tasks.json";

/// Files that are the inputs of a bag.
pub struct Files {
	paths: Vec<PathBuf>,
	inputs: Inputs,
}

impl Files {
	/// The files that `paths` stand for; `None` where there are no paths.
	pub fn find(paths: &[PathBuf]) -> Result<Option<Self>, Failure> {
		if paths.is_empty() {
			return Ok(None);
		}
		let files = inputs::files(paths)?;
		let mut items = Vec::with_capacity(files.len());
		for file in &files {
			items.push(ContentRef::of(&content::read(file)?));
		}
		Ok(Some(Self { inputs: Inputs::of(items)?, paths: files }))
	}

	/// What a request names.
	pub fn list(&self) -> InputList {
		self.inputs.list()
	}

	/// Number of tasks.
	pub fn count(&self) -> usize {
		self.paths.len()
	}

	/// Publishes the inputs and their list.
	pub async fn publish(
		&self,
		chain: &Chain,
		signer: &Signer,
		progress: &Progress,
	) -> Result<(), Failure> {
		let all = self.paths.len();
		progress.doing(format!("publishing {all} inputs"));
		let read = |at: usize| {
			let path = self.paths.get(at).map(PathBuf::as_path).unwrap_or_else(|| Path::new(""));
			let failed =
				|source| Error::Io { what: format!("can't read {}", path.display()), source };
			fs::read(path).map_err(failed)
		};
		let on_done = |done| {
			if progress.is_live() {
				progress.doing(format!("publishing {all} inputs: {done} are in blocks"));
			}
		};
		job::publish_inputs(chain, signer, &self.inputs, read, on_done).await?;
		progress.done(format!("{all} inputs and their list are on the chain"));
		Ok(())
	}
}

/// Waits for a bag that was just submitted, and fetches what it wrote.
pub async fn finish(
	chain: &Chain,
	target: &Target,
	args: &RunArgs,
	files: &Files,
	context: &Context,
) -> Result<(), Failure> {
	let wait = Wait {
		goal: Goal::new(args.accept, args.settled),
		timeout: args.timeout,
		directory: args.output_dir.as_deref(),
	};
	let awaited = follow(chain, target, &wait, context).await?;
	let outputs = match wait.directory {
		Some(directory) => fetch(chain, &awaited.views, directory, Some(files), context).await?,
		None => Vec::new(),
	};
	announce(&awaited, &outputs, wait.directory, context);
	conclude(&awaited.views, &outputs)
}

/// `assay job wait`.
pub async fn wait(chain: &Chain, args: WaitArgs, context: &Context) -> Result<(), Failure> {
	let goal = Goal::new(args.accept, args.settled);
	let wait = Wait { goal, timeout: args.timeout, directory: None };
	let awaited = follow(chain, &args.id.task.deal.into(), &wait, context).await?;
	if let Some(view) = awaited.views.first() {
		lookup::own(chain, view, args.of_anyone, context)?;
	}
	announce(&awaited, &[], None, context);
	conclude(&awaited.views, &[])
}

/// What the chain still knows of a bag.
struct Known {
	deal: DealId,
	views: Vec<TaskView>,
	/// Number that it had before a re-organisation.
	moved_from: Option<DealId>,
}

/// Follows a bag until what it is waited for is final of all tasks. Gives what the chain still knows of
/// them.
async fn follow(
	chain: &Chain,
	target: &Target,
	wait: &Wait<'_>,
	context: &Context,
) -> Result<Known, Failure> {
	let progress = context.progress();
	let signer = match wait.goal {
		Goal::Accepted => Some(context.signer(chain)?),
		Goal::Result | Goal::Settled => None,
	};
	let until = if wait.goal == Goal::Result { Until::Agreed } else { Until::Ended };
	let (head, timeout) = (Head::Finalized, wait.timeout);
	let options = FollowOptions { head, timeout, until, ..FollowOptions::default() };
	let mut following = job::follow_bag(chain, target, options);
	let (mut asked, mut shown) = (BTreeSet::new(), BTreeSet::new());
	let mut moved_from = None;
	progress.doing(format!("job {}: waiting for the block to be final", following.number()));
	let mut last = Tally::default();
	while let Some(seen) = following.next().await {
		let deal = following.number();
		let seen = seen.inspect_err(|error| {
			if matches!(error, Error::Timeout { .. }) {
				eprintln!("job {deal} goes on; wait for it with: assay job wait {deal}");
			}
		})?;
		if let Some(from) = seen.moved_from {
			moved_from.get_or_insert(from);
			let text = words::moved(from, deal);
			progress.event(seen.block.number, &text, Some((from, deal)), context.global.output);
		}
		if let Some(signer) = &signer {
			let ready = ready(chain, following.views(), &asked, wait.directory, context).await?;
			job::accept_all(chain, signer, &ready).await?;
			asked.extend(ready);
		}
		for view in following.views().iter().flatten() {
			let Some((_, Some(seed))) = job::missing_until(view) else { continue };
			if !shown.insert(view.id) {
				continue;
			}
			if let Err(failure) = missing::show_own(chain, view, &seed, context, &progress).await {
				let name = name_of(view);
				progress.done(format!("{name}: the content can't be shown: {}", failure.message()));
				progress.done(format!("show it with: assay job refute {name} --file FILE"));
			}
		}
		if seen.tally == last {
			continue;
		}
		last = seen.tally;
		let text = format!("block {:>6}  job {deal}: {}", seen.block.number, tally(&last));
		match context.global.output {
			Format::Jsonl => output::json(
				Format::Jsonl,
				&json!({ "block": seen.block.number, "tally": tally_json(&last) }),
			),
			_ if progress.is_live() => progress.doing(text),
			_ => progress.done(text),
		}
	}
	let views = following.views().iter().flatten().cloned().collect();
	Ok(Known { deal: following.number(), views, moved_from })
}

/// Tasks that can be accepted and were not yet, with what is agreed on. Where outputs are wanted, only
/// those whose are here.
async fn ready(
	chain: &Chain,
	views: &[Option<TaskView>],
	asked: &BTreeSet<(TaskId, Digest)>,
	directory: Option<&Path>,
	context: &Context,
) -> Result<Vec<(TaskId, Digest)>, Failure> {
	let mut ready = job::acceptable(views.iter().flatten());
	ready.retain(|result| !asked.contains(result));
	let Some(directory) = directory.filter(|_| !ready.is_empty()) else { return Ok(ready) };
	let wanted = |view: &&TaskView| ready.iter().any(|(task, _)| *task == view.id);
	let views: Vec<TaskView> = views.iter().flatten().filter(wanted).cloned().collect();
	let (state, fetcher) = (chain.at_best().await?, context.fetcher(chain, &[])?);
	let outputs = job::fetch_bag(&state, &fetcher, &views, directory, |_, _| {}).await?;
	let missing = |output: &BagOutput| matches!(output, BagOutput::Missing(_));
	let is_here = |(task, _): &(TaskId, Digest)| {
		views.iter().zip(&outputs).any(|(view, output)| view.id == *task && !missing(output))
	};
	ready.retain(is_here);
	Ok(ready)
}

/// Where a bag stands, on one line.
fn tally(tally: &Tally) -> String {
	let Tally { waiting, running, revealing, agreed, disputed, .. } = *tally;
	let Tally { succeeded, program_failed, failed, forgotten, .. } = *tally;
	let mut text = format!("{} of {} ended", tally.ended(), tally.total());
	for (count, what) in [
		(succeeded, "succeeded"),
		(program_failed, "failed in the program"),
		(failed, "without a result"),
		(forgotten, "forgotten"),
		(waiting, "waiting"),
		(running, "running"),
		(revealing, "revealing"),
		(agreed, "agreed"),
		(disputed, "disputed"),
	] {
		if count > 0 {
			text += &format!(", {count} {what}");
		}
	}
	text
}

fn tally_json(tally: &Tally) -> Value {
	json!({
		"total": tally.total(),
		"ended": tally.ended(),
		"succeeded": tally.succeeded,
		"programFailed": tally.program_failed,
		"failed": tally.failed,
		"forgotten": tally.forgotten,
		"waiting": tally.waiting,
		"running": tally.running,
		"revealing": tally.revealing,
		"agreed": tally.agreed,
		"disputed": tally.disputed,
	})
}

/// What the chain still knows of a bag.
async fn views(chain: &Chain, deal: DealId) -> Result<Vec<TaskView>, Failure> {
	let views = job::tasks_of_deal(&chain.at_best().await?, deal).await?;
	Ok(views.into_iter().flatten().collect())
}

fn paid(views: &[TaskView]) -> Balance {
	let paid = |view: &TaskView| match &view.status {
		TaskStatus::Ended(ended) => ended.paid,
		TaskStatus::Open(_) => 0,
	};
	views.iter().map(paid).fold(0, Balance::saturating_add)
}

/// `assay job describe`.
pub async fn describe(chain: &Chain, deal: DealId, context: &Context) -> Result<(), Failure> {
	let views = views(chain, deal).await?;
	if context.json(|| bag_json(deal, &views)) {
		return Ok(());
	}
	let Some(first) = views.first() else { return Ok(()) };
	let (terms, task) = (&first.deal.terms, &first.deal.request.task);
	output::table(
		&[],
		[
			row("job", format!("{deal}, a bag of {} tasks", first.deal.tasks)),
			row("state", tally(&Tally::of(views.iter().map(Some)))),
			row("client", format_account(&first.deal.client)),
			row("policy", first.deal.request.policy.words()),
			row("program", format!("{:?}, {} bytes", task.module.hash, task.module.size)),
			row("gas limit", task.limits.gas.to_string()),
			row("held", format!("{} each", format_amount(terms.escrow + terms.reserve))),
			row("stake", format!("{} each", format_amount(terms.stake))),
			row("paid", format_amount(paid(&views))),
			row("opened", format!("block {}", first.deal.opened_at)),
		],
	);
	output::line("");
	table(&views);
	Ok(())
}

fn table(views: &[TaskView]) {
	output::table(
		&["task", "state", "answer", "gas", "next"],
		views.iter().map(|view| {
			let outcome = job::outcome(view).ok();
			let answer = outcome.map(|it| words::short(&it.digest(&view.deal.task_hash)));
			let gas = outcome.map(|outcome| outcome.gas_used.to_string());
			vec![
				name_of(view),
				words::status(view),
				answer.unwrap_or_else(|| "-".into()),
				gas.unwrap_or_else(|| "-".into()),
				words::next_step(view),
			]
		}),
	);
}

fn bag_json(deal: DealId, views: &[TaskView]) -> Value {
	let tasks: Vec<Value> = views.iter().map(job_view::json).collect();
	json!({
		"job": deal.to_string(),
		"deal": deal,
		"tally": tally_json(&Tally::of(views.iter().map(Some))),
		"paid": paid(views).to_string(),
		"tasks": tasks,
	})
}

/// Prints how a bag ended.
fn announce(known: &Known, outputs: &[BagOutput], directory: Option<&Path>, context: &Context) {
	let Known { deal, views, moved_from } = known;
	if context.global.output.is_json() {
		let mut value = bag_json(*deal, views);
		value["outputDirectory"] = json!(directory);
		if let Some(from) = moved_from {
			value["movedFrom"] = json!(from.to_string());
		}
		output::json(context.global.output, &value);
		return;
	}
	if context.global.quiet {
		output::line(&deal.to_string());
		return;
	}
	output::line(&format!("job {deal}: {}", tally(&Tally::of(views.iter().map(Some)))));
	output::line(&format!("paid: {}", format_amount(paid(views))));
	let bad: Vec<TaskView> = views.iter().filter(|view| !succeeded(view)).cloned().collect();
	if !bad.is_empty() {
		output::line("");
		table(&bad);
	}
	if let Some(directory) = directory {
		let missing = outputs.iter().filter(|it| matches!(it, BagOutput::Missing(_))).count();
		let there = outputs.len() - missing;
		output::line(&format!("outputs of {there} tasks are in {}", directory.display()));
	}
	output::line("\nnext:");
	output::line(&format!("  assay job describe {deal}"));
	if directory.is_none() {
		output::line(&format!("  assay job get {deal} --output-dir DIR"));
	}
	output::line(&format!("  assay job verify {deal}/0"));
}

fn succeeded(view: &TaskView) -> bool {
	job::outcome(view).is_ok_and(|outcome| outcome.class.is_success())
}

/// Fails where any task did, or where its outputs can't be had.
fn conclude(views: &[TaskView], outputs: &[BagOutput]) -> Result<(), Failure> {
	for view in views {
		job::outcome(view)?;
	}
	let missing = outputs.iter().filter(|output| matches!(output, BagOutput::Missing(_))).count();
	if missing > 0 {
		return Err(Failure::new(format!("the outputs of {missing} tasks can't be had now"))
			.hint("the same command again fetches only what is missing"));
	}
	for view in views {
		job::conclude(view)?;
	}
	Ok(())
}

/// `assay job get`.
pub async fn get(chain: &Chain, args: GetArgs, context: &Context) -> Result<(), Failure> {
	let deal = args.id.task.deal;
	let views = views(chain, deal).await?;
	let directory = args.output_dir.unwrap_or_else(|| PathBuf::from(format!("job-{deal}")));
	if let Some(view) = views.first() {
		lookup::own(chain, view, args.of_anyone, context)?;
	}
	let outputs = fetch(chain, &views, &directory, None, context).await?;
	let known = Known { deal, views, moved_from: None };
	announce(&known, &outputs, Some(&directory), context);
	conclude(&known.views, &outputs)
}

/// Fetches the outputs of all tasks that have an outcome.
async fn fetch(
	chain: &Chain,
	views: &[TaskView],
	directory: &Path,
	files: Option<&Files>,
	context: &Context,
) -> Result<Vec<BagOutput>, Failure> {
	let decided: Vec<TaskView> =
		views.iter().filter(|view| job::outcome(view).is_ok()).cloned().collect();
	let fetcher = context.fetcher(chain, &[])?;
	let progress = context.progress();
	let all = decided.len();
	progress.doing(format!("fetching the outputs of {all} tasks"));
	let state = chain.at_best().await?;
	let mut done = 0;
	let on_output = |view: &TaskView, output: &BagOutput| {
		done += 1;
		if let BagOutput::Missing(error) = output {
			eprintln!("the outputs of {} can't be had: {error}", name_of(view));
		}
		if progress.is_live() {
			progress.doing(format!("fetching the outputs of {all} tasks: {done} looked at"));
		}
	};
	let outputs = job::fetch_bag(&state, &fetcher, &decided, directory, on_output).await?;
	write_index(directory, views, files)?;
	Ok(outputs)
}

/// Says which folder belongs to which input.
fn write_index(directory: &Path, views: &[TaskView], files: Option<&Files>) -> Result<(), Failure> {
	let path = directory.join(INDEX);
	// Only who submitted the bag knows the names, and may ask for the rest without them.
	let before: Option<Value> =
		fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
	let tasks: Vec<Value> = views
		.iter()
		.map(|view| {
			let at = view.id.index as usize;
			let file = files.and_then(|files| files.paths.get(at)).map(|path| json!(path));
			let known = before.as_ref().map(|before| before[at]["input"].clone());
			let outcome = job::outcome(view).ok();
			json!({
				"index": view.id.index,
				"input": file.or(known).unwrap_or(Value::Null),
				"folder": job::folder_of(Path::new(""), view),
				"status": job_view::status_name(view),
				"outcome": outcome.map(|it| job_view::outcome_json(&it, &view.deal.task_hash)),
			})
		})
		.collect();
	let text = serde_json::to_string_pretty(&tasks)
		.map_err(|error| Failure::new(format!("can't write JSON: {error}")))?;
	fs::write(&path, text)
		.map_err(|error| Failure::new(format!("can't write {}: {error}", path.display())))
}

/// `assay job verify`: runs every task that has ended with an outcome.
pub async fn verify(chain: &Chain, deal: DealId, context: &Context) -> Result<(), Failure> {
	let views = views(chain, deal).await?;
	let decided: Vec<&TaskView> = views.iter().filter(|view| job::outcome(view).is_ok()).collect();
	if decided.is_empty() {
		return Err(Error::NotSettled(TaskId { deal, index: 0 }).into());
	}
	let (runner, fetcher) = (context.runner()?, context.fetcher(chain, &[])?);
	let progress = context.progress();
	let mut wrong = None;
	let mut rows = Vec::new();
	for view in &decided {
		progress.doing(format!("running {} on this machine", name_of(view)));
		let directory = tempfile::tempdir()
			.map_err(|error| Failure::new(format!("can't create a temporary folder: {error}")))?;
		let done = job::verify(&fetcher, view, None, runner.clone(), directory.path()).await?;
		let checked = done.check();
		rows.push((name_of(view), done.local_digest, checked.is_ok()));
		if let Err(error) = checked {
			wrong.get_or_insert(error);
		}
	}
	drop(progress);
	let holds = rows.iter().filter(|(_, _, holds)| *holds).count();
	if context.global.output.is_json() {
		let tasks: Vec<Value> = rows
			.iter()
			.map(|(job, digest, holds)| json!({ "job": job, "digest": digest, "holds": holds }))
			.collect();
		let value = json!({ "job": deal.to_string(), "holds": wrong.is_none(), "tasks": tasks });
		output::json(context.global.output, &value);
	} else {
		for (job, digest, _) in rows.iter().filter(|(_, _, holds)| !holds) {
			output::line(&format!("{job}: here {digest:?}, and another outcome on chain"));
		}
		output::line(&format!("verified: {holds} of {} outcomes on chain", rows.len()));
	}
	match wrong {
		Some(error) => Err(error.into()),
		None => Ok(()),
	}
}

/// `assay job accept`: accepts all results that can be.
pub async fn accept(chain: &Chain, deal: DealId, context: &Context) -> Result<(), Failure> {
	let signer = context.signer(chain)?;
	let views = views(chain, deal).await?;
	if let Some(view) = views.first().filter(|view| view.deal.client != signer.account()) {
		let client = format_account(&view.deal.client);
		return Err(Failure::usage(format!("only its client, {client}, can accept job {deal}")));
	}
	let ready = job::acceptable(&views);
	let accepted = job::accept_all(chain, &signer, &ready).await?;
	if !context.json(|| json!({ "job": deal.to_string(), "accepted": accepted })) {
		output::line(&format!("{accepted} results of job {deal} are accepted"));
	}
	Ok(())
}

/// `assay job poke`: applies all deadlines that are due.
pub async fn poke(chain: &Chain, signer: &Signer, deal: DealId) -> Result<(), Failure> {
	let due: Vec<TaskId> = views(chain, deal)
		.await?
		.iter()
		.filter(|view| view.next == NextStep::Poke)
		.map(|view| view.id)
		.collect();
	if due.is_empty() {
		return Err(Failure::new(format!("no deadline of job {deal} is due")));
	}
	for some in due.chunks(MAX_BATCH as usize) {
		let call = deals::Call::poke_many { tasks: ours(some.iter().copied()) };
		chain.submit(signer, &Call::Deals(call), WaitFor::InBlock).await?;
	}
	output::line(&tally(&Tally::of(views(chain, deal).await?.iter().map(Some))));
	Ok(())
}
