//! `assay case appeal`.

use crate::{
	args::AppealArgs,
	confirm::confirm,
	context::Context,
	failure::Failure,
	job, output,
	render::{
		case as words,
		job::{class, short},
	},
};
use assay_client::{
	At, Chain, Error, Signer, WaitFor,
	case::{self, Ruled},
	refusals::CASE_UNKNOWN_TO_COURT,
	units::format_amount,
};
use assay_primitives::case::{CasePhase, CaseView, ROUNDS};
use serde_json::json;

/// Runs the command.
pub async fn run(args: AppealArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let at = chain.at_best().await?;
	let view = at.known_case(args.case).await?;
	let signer = context.signer(&chain)?;
	match args.court {
		true => court(&args, &chain, &view, &signer, context).await,
		false => committee(&args, &at, &chain, &view, &signer, context).await,
	}
}

async fn committee(
	args: &AppealArgs,
	at: &At,
	chain: &Chain,
	view: &CaseView,
	signer: &Signer,
	context: &Context,
) -> Result<(), Failure> {
	// Where there is nothing to appeal the SDK says why.
	let bond = view.appeal_bond.unwrap_or(0);
	let mut lines = Vec::new();
	if let (CasePhase::AppealWindow { verdict, .. }, false) = (&view.case.phase, args.no_run) {
		let task = at.task_of_case(view).await?;
		let found = job::run_here(chain, &task, context).await?.local_digest;
		if found == *verdict {
			return Err(Failure::new(format!(
				"the verdict is what this machine computes: an appeal would lose {}",
				format_amount(bond)
			))
			.hint("if you trust others more than this machine, repeat it with --no-run"));
		}
		lines.push(format!(
			"This machine finds {}, the verdict is {}.",
			short(&found),
			short(verdict)
		));
	}
	if view.appeal_bond.is_some() {
		let next = usize::from(view.case.round) + 1;
		let seats = ROUNDS.get(next).copied().unwrap_or_default();
		lines.extend([
			format!("A committee of {seats} will judge again; {} are held.", format_amount(bond)),
			"You get them back, and half on top, where the case ends otherwise than the verdict."
				.into(),
			"You lose them where it does not.".into(),
		]);
		confirm(&lines, args.yes, context)?;
	}
	case::appeal(chain, signer, view, WaitFor::InBlock).await?;
	let view = chain.at_best().await?.known_case(args.case).await?;
	if !context.json(
		|| json!({ "case": args.case, "bond": bond.to_string(), "state": words::phase(&view) }),
	) {
		output::line(&format!("appealed; {}", words::phase(&view)));
		output::line(&format!("\nnext:\n  assay case show {}", args.case));
	}
	Ok(())
}

async fn court(
	args: &AppealArgs,
	chain: &Chain,
	view: &CaseView,
	signer: &Signer,
	context: &Context,
) -> Result<(), Failure> {
	let fetcher = context.fetcher(chain, &args.gateways)?;
	let progress = context.progress();
	progress.doing("fetching program and input");
	let call = case::court_call(&chain.at_best().await?, &fetcher, view).await?;
	let fee = chain.estimate_fee(signer, &call).await?;
	drop(progress);
	let lines = [
		format!("The chain itself will run the program of {}.", words::over(&view.terms.subject)),
		format!("The fee is at most {}, less for gas that is not used.", format_amount(fee)),
		"What it computes is final.".into(),
	];
	confirm(&lines, args.yes, context)?;
	let progress = context.progress();
	progress.doing("waiting for the court");
	// Content is in the store by now, so this fetches nothing again.
	let ruled = case::adjudicate(chain, signer, &fetcher, view, WaitFor::InBlock).await;
	drop(progress);
	let ruled = ruled.map_err(|error| match CASE_UNKNOWN_TO_COURT.is(&error) {
		true => Failure::from(Error::NotNow(format!("case {} was decided meanwhile", args.case))),
		false => error.into(),
	})?;
	announce(&ruled, args, context);
	Ok(())
}

fn announce(ruled: &Ruled, args: &AppealArgs, context: &Context) {
	if context.global.output.is_json() {
		output::json(
			context.global.output,
			&json!({
				"case": args.case,
				"truth": ruled.digest,
				"class": format!("{:?}", ruled.class),
				"gasUsed": ruled.gas_used,
				"block": ruled.transaction.block.map(|block| block.number),
			}),
		);
		return;
	}
	output::line(&format!(
		"case {}: the court computed {}: the program {}, with {} gas",
		args.case,
		short(&ruled.digest),
		class(&ruled.class),
		ruled.gas_used,
	));
	output::line(&format!("\nnext:\n  assay case show {}", args.case));
}
