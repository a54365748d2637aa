//! What happened, one line each.

use crate::job::words::{self as job_words, DECLINED};
use assay_client::{
	chain::Failure,
	job::task_of,
	units::{format_account, format_amount},
};
use assay_interface::{Event, Ours, VariantName, deals, market};
use assay_primitives::{AccountId, Balance};

/// One line of a timeline.
#[derive(Debug, Eq, PartialEq)]
pub struct Line {
	/// One word, stable for programs.
	pub name: &'static str,
	/// The task, where it is about one.
	pub task: Option<u32>,
	/// Whom it is about.
	pub who: Option<AccountId>,
	/// Money that moved.
	pub amount: Option<Balance>,
	/// The rest, for people.
	pub text: String,
}

impl Line {
	/// A line for an event, with the error that it tells of; nothing for what is told by another event
	/// better.
	pub fn of(event: &Event, failure: Option<&Failure>) -> Option<Self> {
		let line = match event {
			Event::Market(event) => matched(event)?,
			Event::Deals(event) => {
				let mut line = progress(event, failure).or_else(|| money(event))?;
				line.task = task_of(event).map(|task| task.index);
				line
			},
			_ => return None,
		};
		Some(line)
	}

	fn plain(name: &'static str, text: impl Into<String>) -> Self {
		Self { name, task: None, who: None, amount: None, text: text.into() }
	}

	fn about(name: &'static str, who: &AccountId, text: &str) -> Self {
		let text = match text {
			"" => format_account(who),
			text => format!("{} {text}", format_account(who)),
		};
		Self { who: Some(who.clone()), ..Self::plain(name, text) }
	}

	fn paid(name: &'static str, who: &AccountId, amount: Balance, why: &str) -> Self {
		let text = format!("{} {why}", format_amount(amount));
		Self { amount: Some(amount), ..Self::about(name, who, text.trim_end()) }
	}
}

fn names(accounts: &[Ours<AccountId>]) -> String {
	accounts.iter().map(|account| format_account(account)).collect::<Vec<_>>().join(", ")
}

fn matched(event: &market::Event) -> Option<Line> {
	Some(match event {
		market::Event::RequestMatched { client, offers, .. } => {
			let offers: Vec<String> = offers.iter().map(u64::to_string).collect();
			Line::about("matched", client, &format!("with the offers {}", offers.join(", ")))
		},
		market::Event::OrdersMatched { solver, orders, .. } => {
			Line::about("matched", solver, &format!("submitted {} orders", orders.len()))
		},
		market::Event::MediatorsNamed { mediators, appealable, .. } => {
			let appeal = if *appealable { "" } else { ", without appeal" };
			Line::plain(
				"judged",
				&format!("by mediators of {} named accounts{appeal}", mediators.len()),
			)
		},
		_ => return None,
	})
}

/// What moves a task on.
fn progress(event: &deals::Event, failure: Option<&Failure>) -> Option<Line> {
	use deals::Event::*;
	Some(match event {
		DealOpened { tasks, candidates, stake, escrow, deposit, .. } => Line {
			amount: Some(*escrow),
			..Line::plain(
				"opened",
				format!(
					"{tasks} tasks, {} candidates, {} held, {} deposit, {} at stake each",
					candidates.len(),
					format_amount(*escrow),
					format_amount(*deposit),
					format_amount(*stake)
				),
			)
		},
		TicketRenewed { .. } => Line::plain("ticket renewed", "randomness is claimed anew"),
		ReplicasDrawn { wave, providers, until, .. } => Line::plain(
			"drawn",
			format!(
				"wave {}: {}; seal before block {until}",
				u16::from(*wave) + 1,
				names(providers)
			),
		),
		CandidateSkipped { provider, .. } => {
			Line::about("skipped", provider, "had no bond or slot left")
		},
		Committed { provider, .. } => Line::about("sealed", provider, ""),
		ReplicaDeclined { provider, .. } => Line::about("declined", provider, DECLINED),
		DeadlineMissed { provider, sealed: false, .. } => {
			Line::about("silent", provider, "did not seal in time")
		},
		DeadlineMissed { provider, sealed: true, .. } => {
			Line::about("withheld", provider, "did not reveal in time")
		},
		ReplicaDenounced { provider, by, .. } => {
			Line::about("denounced", provider, &format!("by {}", format_account(by)))
		},
		RevealStarted { until, .. } => {
			Line::plain("all sealed", format!("to reveal before block {until}"))
		},
		Revealed { provider, digest, class, .. } => {
			let what = format!("{} {}", job_words::short(digest), job_words::class(class));
			Line::about("revealed", provider, &what)
		},
		TaskAgreed { digest, until, .. } => Line::plain(
			"agreed",
			format!("on {}; may be challenged before block {until}", job_words::short(digest)),
		),
		TaskDisputed { case, reason, funds, .. } => Line {
			amount: Some(*funds),
			..Line::plain("disputed", format!("case {case}: {reason:?}").to_lowercase())
		},
		CaseDecided { case, truth, spent, .. } => {
			let truth = truth.as_ref().map(job_words::short);
			let truth = truth.unwrap_or_else(|| "nothing".into());
			let cost = format_amount(*spent);
			let text = format!("case {case}: {truth} is the truth; it cost {cost}");
			Line { amount: Some(*spent), ..Line::plain("ruled", text) }
		},
		ResultAccepted { .. } => Line::plain("accepted", "by the client"),
		ReportOpened { provider, digest, .. } => {
			let text = format!("says that {} is the truth", job_words::short(digest));
			Line::about("reported", provider, &text)
		},
		ContentMissing { until, .. } => Line::plain(
			"content missing",
			format!("as most of the drawn say; to be shown before block {until}"),
		),
		ContentShown { by, .. } => Line::about("content shown", by, ""),
		CallbackSet { reward, held, .. } => Line {
			amount: Some(*held),
			..Line::plain(
				"callback set",
				format!("{} held, {} for each task", format_amount(*held), format_amount(*reward)),
			)
		},
		CalledBack { by, reward, .. } => {
			let what = match failure {
				None => "(callback)".into(),
				Some(failure) => {
					format!("(callback, which failed with {}.{})", failure.pallet, failure.name)
				},
			};
			Line::paid("called back", by, *reward, &what)
		},
		JackpotPaid { mediator, amount, .. } => {
			Line::paid("paid", mediator, *amount, "(found a lie by an audit)")
		},
		TaskSettled { digest, class, paid, .. } => Line {
			amount: Some(*paid),
			..Line::plain(
				"settled",
				format!(
					"{}: the program {}, {} paid",
					job_words::short(digest),
					job_words::class(class),
					format_amount(*paid)
				),
			)
		},
		TaskFailed { cause, paid, .. } => Line {
			amount: Some(*paid),
			..Line::plain(
				"failed",
				format!("{}, {} paid", job_words::cause(cause), format_amount(*paid)),
			)
		},
		TaskPruned { .. } => Line::plain("removed", "the chain has forgotten the task"),
		_ => return None,
	})
}

/// What moves money.
fn money(event: &deals::Event) -> Option<Line> {
	use deals::Event::*;
	let reason = |reason: &VariantName| format!("({})", reason.0.to_lowercase());
	Some(match event {
		ReplicaPaid { provider, amount, reason: why, .. } => {
			Line::paid("paid", provider, *amount, &reason(why))
		},
		OwnerPaid { owner, amount, .. } => Line::paid("paid", owner, *amount, "(app or dataset)"),
		TipPaid { solver, amount, .. } => Line::paid("paid", solver, *amount, "(tip)"),
		PaidByPublisher { provider, amount, .. } => {
			Line::paid("paid", provider, *amount, "(publisher's bond)")
		},
		FeePaid { amount, .. } => {
			Line { amount: Some(*amount), ..Line::plain("fee", format_amount(*amount)) }
		},
		AuditTaxPaid { amount, .. } => {
			Line { amount: Some(*amount), ..Line::plain("audit tax", format_amount(*amount)) }
		},
		ReplicaSlashed { provider, amount, reason: why, .. } => {
			Line::paid("slashed", provider, *amount, &reason(why))
		},
		PublisherSlashed { owner, amount, .. } => {
			Line::paid("slashed", owner, *amount, "(publisher)")
		},
		BondForfeited { who, amount, .. } => {
			Line::paid("slashed", who, *amount, "(challenger's bond)")
		},
		SlashShared { from, to, amount, reason: why, .. } => {
			let from = format!("of the slash of {} {}", format_account(from), reason(why));
			Line::paid("shared", to, *amount, &from)
		},
		BondShared { from, to, amount, .. } => {
			let from = format!("of the bond of {}", format_account(from));
			Line::paid("shared", to, *amount, &from)
		},
		PaymentFailed { payee, amount, .. } => {
			Line::paid("not paid", payee, *amount, "can't be taken by the account")
		},
		EscrowReturned { payer, amount, .. } => {
			Line::paid("returned", payer, *amount, "of what was held")
		},
		DepositReturned { payer, amount, .. } => {
			Line::paid("returned", payer, *amount, "of the deposit")
		},
		_ => return None,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_interface::DispatchError;
	use assay_primitives::task::TaskId;

	const TASK: TaskId = TaskId { deal: 3, index: 5 };

	#[test]
	fn payment_should_name_whom_how_much_and_why() {
		let provider = AccountId::from([1; 32]);
		let event = Event::Deals(deals::Event::ReplicaPaid {
			task: TASK.into(),
			provider: provider.clone().into(),
			amount: 1_500_000_000_000,
			reason: VariantName("Attempt".into()),
		});
		let line = Line::of(&event, None).expect("payments are told");
		assert_eq!((line.name, line.task, line.amount), ("paid", Some(5), Some(1_500_000_000_000)));
		assert_eq!(line.who, Some(provider.clone()));
		assert_eq!(line.text, format!("{} 1.5 ASY (attempt)", format_account(&provider)));
	}

	#[test]
	fn events_of_others_should_give_no_line() {
		let item = deals::Event::ItemFailed { index: 0, error: DispatchError::CannotLookup };
		assert_eq!(Line::of(&Event::Deals(item), None), None);
	}
}
