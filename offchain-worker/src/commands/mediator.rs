//! What `status` says about a mediator.

use crate::{
	config::Settings,
	host::executor::runner::sandbox,
	roles::mediator::start::{draws, mediator_of},
};
use anyhow::Result;
use assay_client::{chain::At, json, units::format_amount};
use assay_primitives::{
	AccountId,
	bond::Chunk,
	case::{CasePhase, CaseView, MediatorView, Member, Vote},
	outcome::Digest,
	traits::Ruling,
};
use serde_json::{Value, json};
use std::cmp::Reverse;

/// How many cases are shown.
const SHOWN: u32 = 5;

/// A mediator and its newest cases.
pub struct Judge {
	view: MediatorView,
	cases: Vec<CaseView>,
	/// What of the sandbox this machine has, or why there is none.
	sandbox: Result<String, String>,
}

/// The mediator that a key signs for, or that the configuration names; `None` where the chain knows
/// none.
pub async fn judge(
	settings: &Settings,
	at: &At,
	operator: Option<&AccountId>,
) -> Result<Option<Judge>> {
	let stash = match (&settings.own.mediator.stash, operator) {
		(Some(stash), _) => Some(stash.clone()),
		(None, Some(operator)) => mediator_of(settings, at, operator).await?,
		(None, None) => None,
	};
	let Some(stash) = stash else { return Ok(None) };
	let Some(view) = at.mediator(&stash).await? else { return Ok(None) };
	let mut cases = at.cases_of_mediator(&stash).await?;
	cases.extend(at.past_cases_of_mediator(&stash, SHOWN).await?);
	cases.sort_by_key(|case| Reverse(case.id));
	cases.truncate(SHOWN as usize);
	let sandbox = sandbox(&settings.host).map_err(|error| format!("{error:#}"));
	Ok(Some(Judge { view, cases, sandbox }))
}

/// The seat of a mediator in the last round that it has one in, with the round.
fn seat<'a>(case: &'a CaseView, stash: &AccountId) -> Option<(usize, &'a Member)> {
	let rounds = case.rounds.iter().enumerate().rev();
	rounds
		.flat_map(|(at, round)| round.members.iter().map(move |member| (at, member)))
		.find(|(_, member)| member.mediator == *stash)
}

/// How a case stands, and how the vote in it turned out.
fn standing(case: &CaseView, vote: &Vote) -> (&'static str, &'static str) {
	let truth: Option<Digest> = match &case.case.phase {
		CasePhase::Closed { ruling: Ruling { truth, .. }, .. } => *truth,
		CasePhase::Ruled { truth, .. } => Some(*truth),
		_ => None,
	};
	let vote = match (vote, truth) {
		(Vote::Drawn, _) => "has to seal",
		(Vote::Sealed(_), _) => "sealed",
		(Vote::Revealed(own), Some(truth)) if *own == truth => "voted as it ended",
		(Vote::Revealed(_), Some(_)) => "voted otherwise than it ended",
		(Vote::Revealed(_), None) => "revealed",
		(Vote::Silent, _) => "was silent",
		(Vote::Withheld, _) => "did not reveal",
		(Vote::Denounced, _) => "was denounced",
		(Vote::Excused, _) => "was excused",
	};
	(case.case.phase.name(), vote)
}

impl Judge {
	/// For people.
	pub fn print(&self) {
		let view = &self.view;
		println!("mediator     {}", view.stash);
		println!("  operator   {}", view.operator);
		println!("  state      {}, {}", view.status, draws(view));
		println!("  bond       {}", format_amount(view.bond));
		println!(
			"  at risk    {} in {} of {} cases",
			format_amount(view.locked),
			view.cases.len(),
			view.terms.capacity
		);
		for Chunk { amount, at } in &view.unbonding {
			println!("  unbonding  {}, free from block {at} on", format_amount(*amount));
		}
		println!(
			"  conduct    {} votes as the case ended, {} otherwise, {} seats without a vote",
			view.record.coherent, view.record.against, view.record.failed
		);
		match &self.sandbox {
			Ok(present) => println!("  sandbox    {present}"),
			Err(why) => println!("  sandbox    NOT OK on this machine: {why}"),
		}
		println!("  last cases {}", if self.cases.is_empty() { "none" } else { "" });
		for case in &self.cases {
			let Some((round, member)) = seat(case, &view.stash) else { continue };
			let (phase, vote) = standing(case, &member.vote);
			println!("    {:<8} round {}: {vote}; {phase}", case.id, round + 1);
		}
	}

	/// For programs.
	pub fn json(&self) -> Value {
		let view = &self.view;
		let case = |case: &CaseView| {
			let (round, member) = seat(case, &view.stash)?;
			let (phase, vote) = standing(case, &member.vote);
			Some(json!({ "case": case.id, "round": round, "phase": phase, "vote": vote }))
		};
		let mut value = json::mediator(view);
		value["lastCases"] = self.cases.iter().filter_map(case).collect();
		value["sandboxOk"] = json!(self.sandbox.is_ok());
		value["sandbox"] = json!(self.sandbox.as_ref().unwrap_or_else(|why| why));
		value
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{account, case_view};
	use assay_primitives::Hash;

	#[test]
	fn vote_should_be_told_by_how_the_case_ended() {
		let (own, other) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		let closed = |truth| CasePhase::Closed {
			ruling: Ruling { truth, by_court: false, spent: 1 },
			at: 9,
			prune_at: 99,
		};
		let told = |phase, vote| {
			let case = case_view(20, phase, &[(3, Vote::Drawn), (4, vote)]);
			let (round, member) = seat(&case, &account(4)).expect("it sits there");
			assert_eq!(round, 0);
			assert!(seat(&case, &account(5)).is_none());
			standing(&case, &member.vote)
		};
		let revealed = Vote::Revealed(own);
		assert_eq!(told(closed(Some(own)), revealed), ("closed", "voted as it ended"));
		assert_eq!(
			told(closed(Some(other)), revealed),
			("closed", "voted otherwise than it ended")
		);
		assert_eq!(told(closed(None), revealed), ("closed", "revealed"));
		assert_eq!(told(closed(Some(own)), Vote::Silent), ("closed", "was silent"));
		let sealing = CasePhase::Sealing { wave: 0, until: 30, answers: true };
		assert_eq!(told(sealing, Vote::Drawn), ("sealing", "has to seal"));
	}
}
