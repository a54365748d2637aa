//! Waiting for a job, fetching what it wrote, and running it again here.

use super::{
	bag, doubt, missing, private,
	wait::{Goal, Wait},
};
use crate::{
	args::GetArgs,
	context::Context,
	failure::Failure,
	lookup,
	output::{self, Format},
	progress::Progress,
	render::{
		job::{self as words, name_of, number},
		job_view,
	},
	trace,
};
use assay_client::{
	Chain, Error, Head,
	job::{self, Acceptance, FollowOptions, Outputs, Step, Target, Until, Verification},
	units::{format_account, format_amount},
};
use assay_primitives::{
	deal::{TaskStatus, TaskView},
	outcome::OutputKind,
	task::DealId,
};
use serde_json::json;
use std::{
	fs,
	path::{Path, PathBuf},
};

/// A job that was waited for.
pub struct Awaited {
	/// The job.
	pub view: TaskView,
	/// What it wrote, where that was fetched.
	pub outputs: Option<Outputs>,
	/// Number that it had before a re-organisation.
	pub moved_from: Option<DealId>,
}

impl Awaited {
	/// With the outputs of its result in `directory`, where there are both.
	pub async fn with_outputs(
		mut self,
		chain: &Chain,
		directory: Option<&Path>,
		context: &Context,
	) -> Result<Self, Failure> {
		let (Some(directory), Ok(outcome)) = (directory, job::outcome(&self.view)) else {
			return Ok(self);
		};
		if self.outputs.as_ref().is_none_or(|outputs| outputs.outcome != outcome) {
			forget(self.outputs.take())?;
			self.outputs = Some(fetch(chain, &self.view, directory.into(), context).await?);
		}
		Ok(self)
	}
}

/// Removes outputs that were fetched of a result which is not the one that holds.
fn forget(outputs: Option<Outputs>) -> Result<(), Failure> {
	let Some(outputs) = outputs else { return Ok(()) };
	let shown = outputs.directory.display();
	fs::remove_dir_all(&outputs.directory)
		.map_err(|error| Failure::new(format!("can't remove {shown}: {error}")))
}

/// Follows a job until what it is waited for is final, telling what happens.
pub async fn follow(
	chain: &Chain,
	target: &Target,
	wait: &Wait<'_>,
	context: &Context,
) -> Result<Awaited, Failure> {
	let progress = context.progress();
	let accepting = async {
		match wait.goal {
			Goal::Accepted => accept(chain, target, wait, &progress, context).await,
			Goal::Result | Goal::Settled => Ok(None),
		}
	};
	let watching = watch(chain, target, wait, &progress, context.global.output);
	let doubted = doubt::tell(chain, target, &progress, context.global.output);
	// Together, and ended by the first error: waiting for what can't be accepted is for nobody.
	let both = futures::future::try_join(watching, accepting);
	tokio::select! {
		done = both => done.map(|(awaited, outputs)| Awaited { outputs, ..awaited }),
		never = missing::defend(chain, target, context, &progress) => match never {},
		never = doubted => match never {},
	}
}

async fn watch(
	chain: &Chain,
	target: &Target,
	wait: &Wait<'_>,
	progress: &Progress,
	format: Format,
) -> Result<Awaited, Failure> {
	let until = if wait.goal == Goal::Result { Until::Agreed } else { Until::Ended };
	let (head, timeout) = (Head::Finalized, wait.timeout);
	let options = FollowOptions { head, timeout, until, ..FollowOptions::default() };
	let mut following = job::follow(chain, target, options);
	let mut moved_from = None;
	progress.doing(format!("job {}: waiting for the block to be final", number(&target.task())));
	while let Some(step) = following.next().await {
		let now = number(&following.target().task());
		let step = step.inspect_err(|error| {
			if matches!(error, Error::Timeout { .. }) {
				eprintln!("job {now} goes on; wait for it with: assay job wait {now}");
			}
		})?;
		if let Step::Moved { from, .. } = step.step {
			moved_from.get_or_insert(from);
		}
		tell(progress, &step, format);
		if let Some(view) = following.view() {
			progress.doing(format!("job {now}: {}", words::next_step(view)));
		}
	}
	match following.view() {
		Some(view) => Ok(Awaited { view: view.clone(), outputs: None, moved_from }),
		None => Err(Error::TaskNotFound(following.target().task()).into()),
	}
}

/// Accepts the result as soon as there is one, and its outputs are here where they are wanted.
async fn accept(
	chain: &Chain,
	target: &Target,
	wait: &Wait<'_>,
	progress: &Progress,
	context: &Context,
) -> Result<Option<Outputs>, Failure> {
	let signer = context.signer(chain)?;
	let mut outputs = None;
	let ready = async |view: &TaskView| {
		if let Some(directory) = wait.directory {
			forget(outputs.take())?;
			outputs = Some(fetch(chain, view, directory.into(), context).await?);
		}
		Ok::<(), Failure>(())
	};
	match job::accept_after(chain, &signer, target, wait.timeout, ready).await? {
		Acceptance::Accepted(_) => progress.done("accepted: it settles within a few blocks"),
		Acceptance::Contested(until) => progress.done(format!(
			"it can't be accepted, since the providers disagree: it may be challenged before block \
			 {until}"
		)),
		Acceptance::TooLate => {},
	}
	Ok(outputs)
}

fn tell(progress: &Progress, step: &job::Progress, format: Format) {
	let moved = match step.step {
		Step::Moved { from, to } => Some((from, to)),
		_ => None,
	};
	progress.event(step.block.number, &words::step(&step.step), moved, format);
}

/// Prints how a job ended.
pub fn announce(awaited: &Awaited, context: &Context) {
	let Awaited { view, outputs, moved_from } = awaited;
	let directory = outputs.as_ref().map(|outputs| outputs.directory.display().to_string());
	if context.global.output.is_json() {
		let mut value = job_view::json(view);
		value["outputDirectory"] = json!(directory);
		if let Some(from) = moved_from {
			value["movedFrom"] = json!(from.to_string());
		}
		output::json(context.global.output, &value);
		return;
	}
	if context.global.quiet {
		output::line(&name_of(view));
		return;
	}
	output::line(&format!("job {}: {}", name_of(view), words::status(view)));
	output::line(&format!("client: {}", format_account(&view.deal.client)));
	if let TaskStatus::Ended(ended) = &view.status {
		output::line(&format!("paid: {}", format_amount(ended.paid)));
	}
	if let (Ok(outcome), None) = (job::outcome(view), &directory) {
		output::line(&format!("{} outputs, {} bytes", outcome.output.len, outcome.output_bytes));
	}
	if let Some(outputs) = outputs {
		print_outputs(outputs);
	}
	let id = name_of(view);
	output::line("\nnext:");
	output::line(&format!("  assay job describe {id}"));
	if directory.is_none() {
		output::line(&format!("  assay job get {id} --output-dir DIR"));
	}
	output::line(&format!("  assay job verify {id}"));
	if let Some(case) = job::in_doubt(view) {
		output::line(&format!(
			"\nThis result is agreed on, and in doubt. Mediators run it again, and it may become another:\n  \
			 assay case show {case}"
		));
	}
	if let Some(until) = job::challenge_until(view) {
		output::line(&format!(
			"\nThis result is agreed on, not final. Before block {until}:\n  \
			 assay job review {id}     if you doubt it: mediators run it again\n  \
			 assay job accept {id}     if you don't: the providers are paid soon"
		));
	}
}

fn print_outputs(outputs: &Outputs) {
	for entry in &outputs.manifest.0 {
		let name = match entry.kind {
			OutputKind::Stdout => "stdout".to_string(),
			OutputKind::Stderr => "stderr".to_string(),
			OutputKind::End => "end".to_string(),
			_ => format!("out/{}", String::from_utf8_lossy(&entry.path).escape_debug()),
		};
		let path = outputs.directory.join(name);
		output::line(&format!("{:>10} bytes  {}", entry.content.size, path.display()));
	}
	for skipped in &outputs.skipped {
		eprintln!("warning: {} was not written: {}", skipped.path.escape_debug(), skipped.why);
	}
}

/// Fetches the outputs of a job that has a result.
pub async fn fetch(
	chain: &Chain,
	view: &TaskView,
	directory: PathBuf,
	context: &Context,
) -> Result<Outputs, Failure> {
	let fetcher = context.fetcher(chain, &[])?;
	let progress = context.progress();
	progress.doing("fetching the outputs");
	let state = chain.at_best().await?;
	Ok(job::fetch_outputs(&state, &fetcher, view, &directory).await?)
}

/// `assay job get`.
pub async fn get(args: GetArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::get(&chain, args, context).await;
	}
	if args.all {
		return Err(Failure::usage("--all is for bags, and this is a single task"));
	}
	let view = lookup::task(&chain, args.id.task).await?;
	let directory = args
		.output_dir
		.unwrap_or_else(|| PathBuf::from(format!("job-{}", name_of(&view).replace('/', "-"))));
	lookup::own(&chain, &view, args.of_anyone, context)?;
	let outputs = Some(fetch(&chain, &view, directory, context).await?);
	let awaited = Awaited { view, outputs, moved_from: None };
	announce(&awaited, context);
	// The outputs of a job that failed are there, and the exit code says that it failed.
	job::conclude(&awaited.view)?;
	Ok(())
}

/// Runs a job on this machine.
pub async fn run_here(
	chain: &Chain,
	view: &TaskView,
	context: &Context,
) -> Result<Verification, Failure> {
	let runner = context.runner()?;
	let fetcher = context.fetcher(chain, &[])?;
	let directory = tempfile::tempdir()
		.map_err(|error| Failure::new(format!("can't create a temporary folder: {error}")))?;
	let progress = context.progress();
	progress.doing("running the job on this machine");
	let key = private::key_of(view)?;
	Ok(job::verify(&fetcher, view, key.as_ref(), runner, directory.path()).await?)
}

/// Prints how a run on this machine compares.
pub fn report(view: &TaskView, verification: &Verification, context: &Context) {
	let holds = verification.chain == Some(verification.local);
	if context.global.output.is_json() {
		let claims: Vec<_> = verification
			.claims
			.iter()
			.map(|claim| {
				json!({
					"provider": format_account(&claim.provider),
					"digest": claim.digest,
					"holds": claim.holds,
				})
			})
			.collect();
		let value = json!({
			"job": name_of(view),
			"holds": holds,
			"local": job_view::outcome_json(&verification.local, &view.deal.task_hash),
			"chain": verification
				.chain
				.map(|outcome| job_view::outcome_json(&outcome, &view.deal.task_hash)),
			"claims": claims,
			"trace": verification.trace.as_ref().map(trace::json),
			"milliseconds": verification.stats.wall.as_millis() as u64,
			"peakMemory": verification.stats.peak_memory,
		});
		output::json(context.global.output, &value);
		return;
	}
	output::line(&format!("here      {:?}", verification.local_digest));
	let chain = verification.chain.map(|outcome| outcome.digest(&view.deal.task_hash));
	output::line(&match chain {
		Some(digest) => format!("on chain  {digest:?}"),
		None => "on chain  nothing yet".into(),
	});
	output::line(&format!(
		"the program {}, used {} gas, took {} ms here",
		words::class(&verification.local.class),
		verification.local.gas_used,
		verification.stats.wall.as_millis(),
	));
	for line in verification.trace.iter().flat_map(trace::lines) {
		output::line(&line);
	}
	if let Some(refusal) = &verification.refusal {
		output::line(&format!("the program is refused: {refusal}"));
	}
	output::table(
		&["provider", "answer", "is right"],
		verification.claims.iter().map(|claim| {
			vec![
				format_account(&claim.provider),
				words::short(&claim.digest),
				if claim.holds { "yes" } else { "no" }.to_string(),
			]
		}),
	);
	if holds {
		output::line("verified: the outcome on chain is what this machine computes");
	}
}
