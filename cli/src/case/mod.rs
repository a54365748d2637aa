//! `assay case`.

mod appeal;

use crate::{
	args::{CaseCommand, CaseShowArgs},
	context::Context,
	failure::Failure,
	output,
	render::{
		case as words,
		case_view::{json, print},
	},
	timeline,
};
use assay_client::{
	Error, WaitFor,
	case::{self, VerifiedDraw},
	units::format_account,
};
use assay_primitives::{
	case::{CasePhase, CaseView},
	traits::CaseId,
};
use serde_json::json;

/// Runs a command of this group.
pub async fn run(command: CaseCommand, context: &Context) -> Result<(), Failure> {
	match command {
		CaseCommand::List { limit, open } => list(limit, open, context).await,
		CaseCommand::Show(args) => show(args, context).await,
		CaseCommand::Appeal(args) => appeal::run(args, context).await,
		CaseCommand::VerifyDraw { case, round } => verify_draw(case, round, context).await,
		CaseCommand::Poke { case } => poke(case, context).await,
	}
}

/// Whether it is decided for good.
fn is_closed(view: &CaseView) -> bool {
	matches!(view.case.phase, CasePhase::Closed { .. })
}

async fn list(limit: u32, open: bool, context: &Context) -> Result<(), Failure> {
	let cases = context.chain().await?.at_best().await?.cases(limit).await?;
	let cases: Vec<_> = cases.into_iter().filter(|view| !(open && is_closed(view))).collect();
	if context.global.output.is_json() {
		let all: Vec<_> = cases.iter().map(json).collect();
		output::json(context.global.output, &all);
		return Ok(());
	}
	output::table(
		&["case", "job", "since block", "why", "state", "next"],
		cases.iter().map(|view| {
			vec![
				view.id.to_string(),
				words::job(&view.terms.subject),
				view.terms.opened_at.to_string(),
				words::reason(view.terms.reason).into(),
				words::phase(view),
				words::next_step(view),
			]
		}),
	);
	Ok(())
}

async fn show(args: CaseShowArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let view = chain.at_best().await?.known_case(args.case).await?;
	let timeline = match args.timeline {
		true => Some(timeline::of_case(&chain, &view, context).await?),
		false => None,
	};
	if context.global.output.is_json() {
		let mut value = json(&view);
		if let Some(timeline) = &timeline {
			value["timeline"] = timeline.json();
		}
		output::json(context.global.output, &value);
		return Ok(());
	}
	print(&view);
	if let Some(timeline) = timeline {
		output::line("");
		timeline.print();
	}
	Ok(())
}

async fn verify_draw(case: CaseId, round: Option<u8>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let view = chain.at_best().await?.known_case(case).await?;
	let drawn =
		|round: &u8| view.rounds.get(usize::from(*round)).is_some_and(|it| it.draw.is_some());
	let rounds: Vec<u8> = match round {
		Some(round) => vec![round.saturating_sub(1)],
		None => (0u8..).take(view.rounds.len()).filter(drawn).collect(),
	};
	if rounds.is_empty() {
		return Err(Error::NotNow(format!("no committee of case {case} is drawn yet")).into());
	}
	let mut verified = Vec::new();
	for round in rounds {
		let progress = context.progress();
		progress.doing(format!("computing the draw of round {} again", round + 1));
		verified.push((round, case::verify_draw(&chain, case, round).await?));
	}
	if context.global.output.is_json() {
		let all: Vec<_> = verified.iter().map(|(round, draw)| draw_json(*round, draw)).collect();
		output::json(context.global.output, &json!({ "case": case, "draws": all }));
		return Ok(());
	}
	for (round, draw) in &verified {
		print_draw(*round, draw);
	}
	Ok(())
}

fn print_draw(round: u8, verified: &VerifiedDraw) {
	let draw = &verified.evidence.draw;
	let blocks = draw.fold.entries.iter().map(|entry| entry.block);
	let (first, last) = (blocks.clone().min().unwrap_or(0), blocks.max().unwrap_or(0));
	output::line(&format!(
		"round {}: drawn as it had to be, in block {}, out of {} mediators, with the randomness of \
		 blocks {first} to {last}",
		round + 1,
		verified.at,
		draw.pool.len(),
	));
	output::table(
		&["seat", "mediator", "weight"],
		verified.members.iter().enumerate().map(|(seat, member)| {
			let weight = draw.pool.iter().find(|entry| entry.stash == *member);
			vec![
				(seat + 1).to_string(),
				format_account(member),
				weight.map_or_else(|| "-".into(), |entry| entry.weight.to_string()),
			]
		}),
	);
}

fn draw_json(round: u8, verified: &VerifiedDraw) -> serde_json::Value {
	let draw = &verified.evidence.draw;
	json!({
		"round": round + 1,
		"holds": true,
		"drawnAt": verified.at,
		"randomness": draw.fold.randomness,
		"blocks": draw.fold.entries.iter().map(|entry| entry.block).collect::<Vec<_>>(),
		"pool": draw.pool.len(),
		"members": verified.members.iter().map(format_account).collect::<Vec<_>>(),
	})
}

async fn poke(id: CaseId, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	case::poke(&chain, &signer, id, WaitFor::InBlock).await?;
	let view = chain.at_best().await?.known_case(id).await?;
	output::line(&format!("{}: {}", words::phase(&view), words::next_step(&view)));
	Ok(())
}
