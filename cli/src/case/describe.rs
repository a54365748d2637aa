//! `assay case show`: everything about one case.

use super::words;
use crate::{job, output};
use assay_client::units::{DECIMALS, SYMBOL, format_account, format_amount};
use assay_primitives::case::{CasePhase, CaseView, Member, Round, Vote};
use serde_json::{Value, json};

/// Prints a case.
pub fn print(view: &CaseView) {
	let terms = &view.terms;
	let row = |name: &str, value: String| vec![name.to_string(), value];
	let mut rows = vec![
		row("case", view.id.to_string()),
		row("job", words::job(&terms.subject)),
		row("why", words::reason(terms.reason).into()),
		row("state", words::phase(view)),
		row("next", words::next_step(view)),
		row("opened", format!("block {}", terms.opened_at)),
		row("ends", format!("by block {}", terms.last_block)),
		row("paid for it", format_amount(terms.funds)),
		row("wage", format!("{} a seat", format_amount(terms.wage))),
		row("at risk", format!("{} a seat", format_amount(terms.stake))),
		row("refund to", format_account(&terms.refund)),
	];
	for digest in &terms.digests {
		rows.push(row("claimed", format!("{digest:?}")));
	}
	if let Some(bond) = view.appeal_bond {
		rows.push(row("appeal bond", format_amount(bond)));
	}
	if let CasePhase::Closed { ruling, at, .. } = &view.case.phase {
		rows.push(row("closed", format!("block {at}")));
		if let Some(truth) = ruling.truth {
			rows.push(row("true digest", format!("{truth:?}")));
		}
		rows.push(row("cost", format_amount(ruling.spent)));
	}
	output::table(&[], rows);
	for (number, round) in (1u32..).zip(&view.rounds) {
		output::line("");
		print_round(number, round);
	}
	print_appeals(view);
}

fn print_round(number: u32, round: &Round) {
	let drawn = match &round.draw {
		Some(draw) => format!("drawn in block {}", draw.at),
		None => "not drawn yet".into(),
	};
	let verdict = match &round.verdict {
		Some(digest) => format!(", verdict {}", job::words::short(digest)),
		None => String::new(),
	};
	output::line(&format!("round {number}: {} seats, {drawn}{verdict}", round.seats));
	if round.members.is_empty() {
		return;
	}
	output::table(
		&["mediator", "found"],
		round.members.iter().map(|member| {
			let late = if member.wave > 0 { ", in place of a silent one" } else { "" };
			vec![format_account(&member.mediator), format!("{}{late}", words::vote(&member.vote))]
		}),
	);
}

fn print_appeals(view: &CaseView) {
	if view.case.appeals.is_empty() {
		return;
	}
	output::line("");
	output::table(
		&["appeal by", "against round", "bond", "heard"],
		view.case.appeals.iter().map(|appeal| {
			vec![
				format_account(&appeal.by),
				(u32::from(appeal.round) + 1).to_string(),
				format_amount(appeal.bond),
				if appeal.heard { "yes" } else { "no" }.into(),
			]
		}),
	);
}

/// A case for programs.
pub fn json(view: &CaseView) -> Value {
	let terms = &view.terms;
	let rounds: Vec<Value> = (1u32..)
		.zip(&view.rounds)
		.map(|(number, round)| {
			json!({
				"round": number,
				"seats": round.seats,
				"drawnAt": round.draw.as_ref().map(|draw| draw.at),
				"verdict": round.verdict,
				"members": round.members.iter().map(member_json).collect::<Vec<_>>(),
			})
		})
		.collect();
	let appeals: Vec<Value> = view
		.case
		.appeals
		.iter()
		.map(|appeal| {
			json!({
				"by": format_account(&appeal.by),
				"round": u32::from(appeal.round) + 1,
				"against": appeal.against,
				"bond": appeal.bond.to_string(),
				"heard": appeal.heard,
			})
		})
		.collect();
	let mut value = json!({
		"case": view.id,
		"job": words::job(&terms.subject),
		"reason": format!("{:?}", terms.reason),
		"phase": words::phase_name(&view.case.phase),
		"state": words::phase(view),
		"next": words::next_step(view),
		"openedAt": terms.opened_at,
		"lastBlock": terms.last_block,
		"funds": terms.funds.to_string(),
		"wage": terms.wage.to_string(),
		"stake": terms.stake.to_string(),
		"refund": format_account(&terms.refund),
		"claims": terms.digests.to_vec(),
		"appealBond": view.appeal_bond.map(|bond| bond.to_string()),
		"round": u32::from(view.case.round) + 1,
		"rounds": rounds,
		"appeals": appeals,
		"symbol": SYMBOL,
		"decimals": DECIMALS,
	});
	match &view.case.phase {
		CasePhase::AppealWindow { verdict, until } => {
			value["verdict"] = json!(verdict);
			value["until"] = json!(until);
		},
		CasePhase::Court { standing, until } => {
			value["verdict"] = json!(standing);
			value["until"] = json!(until);
		},
		CasePhase::Ruled { truth, until, .. } => {
			value["truth"] = json!(truth);
			value["byCourt"] = json!(true);
			value["until"] = json!(until);
		},
		CasePhase::Closed { ruling, at, .. } => {
			value["closedAt"] = json!(at);
			value["truth"] = json!(ruling.truth);
			value["byCourt"] = json!(ruling.by_court);
			value["spent"] = json!(ruling.spent.to_string());
		},
		_ => {},
	}
	value
}

fn member_json(member: &Member) -> Value {
	let digest = match &member.vote {
		Vote::Revealed(digest) => Some(digest),
		_ => None,
	};
	json!({
		"mediator": format_account(&member.mediator),
		"wave": member.wave,
		"vote": words::vote_name(&member.vote),
		"digest": digest,
	})
}
