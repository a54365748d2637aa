//! `assay job verify`, `review`, `challenge` and `accept`.

use super::{bag, result};
use crate::{
	args::{IdArgs, JobCheckArgs, QuestionArgs},
	confirm::confirm,
	context::Context,
	failure::Failure,
	lookup, output,
	render::job::number,
};
use assay_client::{
	Chain, Error, WaitFor,
	case::{self, Opened, Question},
	job::{self, Verification},
	units::format_amount,
};
use assay_primitives::{
	deal::{TaskStatus, TaskView},
	task::TaskId,
};
use serde_json::json;

/// `assay job verify`.
pub async fn verify(args: IdArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::verify(&chain, args.id.task.deal, context).await;
	}
	verify_one(&chain, args.id.task, context).await
}

async fn verify_one(chain: &Chain, id: TaskId, context: &Context) -> Result<(), Failure> {
	let view = lookup::task(chain, id).await?;
	let verification = result::run_here(chain, &view, context).await?;
	result::report(&view, &verification, context);
	let checked = verification.check();
	if !context.global.output.is_json() {
		advise(chain, &view, checked.is_ok()).await?;
	}
	checked?;
	Ok(())
}

/// `assay job check`, by which scripts may know `verify` and `review`.
pub async fn check(args: JobCheckArgs, context: &Context) -> Result<(), Failure> {
	let JobCheckArgs { id, by_committee, no_run, yes } = args;
	match by_committee {
		true => review(QuestionArgs { id, no_run, yes }, context).await,
		false => verify_one(&context.chain().await?, id, context).await,
	}
}

/// `assay job review`.
pub async fn review(args: QuestionArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let question = case::question(&chain.at_best().await?, args.id).await?;
	let signer = context.signer(&chain)?;
	let mut lines = match args.no_run {
		true => Vec::new(),
		false => vec![finding(&result::run_here(&chain, &question.task, context).await?)],
	};
	lines.extend([
		format!("Three mediators will run job {} again.", number(&args.id)),
		format!(
			"You pay {} now: three wages of {}.",
			format_amount(question.funds),
			format_amount(question.wage),
		),
		"Where the result is false you get it back; where it is true it is spent.".into(),
	]);
	confirm(&lines, args.yes, context)?;
	let (id, digest) = (args.id, &question.digest);
	let opened = case::check(&chain, &signer, id, digest, WaitFor::InBlock).await?;
	let opened = Opened::of(context.confirm(&chain, opened.transaction).await?)?;
	announce(&opened, 0, context);
	Ok(())
}

/// `assay job challenge`.
pub async fn challenge(args: QuestionArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let question = case::question(&chain.at_best().await?, args.id).await?;
	let signer = context.signer(&chain)?;
	let mut lines = Vec::new();
	if !args.no_run {
		let verification = result::run_here(&chain, &question.task, context).await?;
		if verification.local_digest == question.digest {
			let lost = format_amount(question.funds.saturating_add(question.bond));
			return Err(Failure::new(format!(
				"the result is what this machine computes: a challenge would lose {lost}"
			))
			.hint("if you trust others more than this machine, repeat it with --no-run"));
		}
		lines.push(finding(&verification));
	}
	lines.extend(price_of_challenge(args.id, &question));
	confirm(&lines, args.yes, context)?;
	let (id, digest) = (args.id, &question.digest);
	let opened = case::challenge(&chain, &signer, id, digest, WaitFor::InBlock).await?;
	let opened = Opened::of(context.confirm(&chain, opened.transaction).await?)?;
	announce(&opened, question.bond, context);
	Ok(())
}

fn price_of_challenge(id: TaskId, question: &Question) -> Vec<String> {
	vec![
		format!("You say that the result of job {} is false.", number(&id)),
		format!(
			"You pay {} for three mediators, and {} more are held as a bond.",
			format_amount(question.funds),
			format_amount(question.bond),
		),
		"Where it is false you get both back, and half of what is left of the liars' stakes."
			.into(),
		"Where it is true you lose both.".into(),
	]
}

/// `assay job accept`.
pub async fn accept(args: IdArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::accept(&chain, args.id.task.deal, context).await;
	}
	let id = args.id.task;
	let question = case::question(&chain.at_best().await?, id).await?;
	if let Some(until) = job::contested(&question.task) {
		return Err(Failure::new(format!(
			"the providers disagree, so job {} can't be accepted: those who disagree have until block \
			 {until} to challenge it",
			number(&id)
		))
		.hint(format!("wait with: assay job wait {} --settled", number(&id))));
	}
	case::accept(&chain, &signer, id, &question.digest, WaitFor::InBlock).await?;
	if context.json(|| json!({ "job": number(&id), "accepted": true })) {
		return Ok(());
	}
	output::line(&format!(
		"job {}: accepted; you can't have it reviewed any more, and nobody can challenge it",
		number(&id)
	));
	output::line(
		"the providers are paid within a few blocks, unless the chain draws it for an audit",
	);
	Ok(())
}

/// What this machine found, as one sentence.
fn finding(verification: &Verification) -> String {
	match verification.check() {
		Ok(()) => "This machine finds what the providers agree on.".into(),
		Err(Error::Mismatch(mismatch)) => format!("This machine finds otherwise: {mismatch}."),
		Err(error) => format!("This machine can't compare: {error}."),
	}
}

/// What can be done about a result after it was run here.
async fn advise(chain: &Chain, view: &TaskView, holds: bool) -> Result<(), Failure> {
	let (id, at) = (number(&view.id), chain.at_best().await?);
	let question = match case::question(&at, view.id).await {
		Ok(question) => question,
		Err(Error::NotNow(_)) => {
			if !holds && matches!(view.status, TaskStatus::Ended(_)) {
				output::line("The job has ended: nobody can question it any more.");
			}
			return Ok(());
		},
		Err(error) => return Err(error.into()),
	};
	case::same_task(&question.task, &view.deal.task_hash)?;
	let until = question.until;
	output::line(&match holds {
		true => format!("\naccept it, so that the providers are paid:  assay job accept {id}"),
		false => format!(
			"\nThe result is not what this machine computes. Before block {until}:\n  \
			 assay job review {id}      as the client, for {}\n  \
			 assay job challenge {id}   as anybody, for {} and a bond of {}",
			format_amount(question.funds),
			format_amount(question.funds),
			format_amount(question.bond),
		),
	});
	Ok(())
}

fn announce(opened: &Opened, bond: assay_primitives::Balance, context: &Context) {
	let id = opened.case;
	if context.global.output.is_json() {
		let value = json!({
			"case": id, "funds": opened.funds.to_string(), "bond": bond.to_string(),
		});
		output::json(context.global.output, &value);
	} else if context.global.quiet {
		output::line(&id.to_string());
	} else {
		output::line(&format!("case {id}: {} paid for it", format_amount(opened.funds)));
		output::line("\nnext:");
		output::line(&format!("  assay case show {id}"));
		output::line(&format!("  assay case verify-draw {id}     when the mediators are drawn"));
	}
}
