//! What the chain reported, one line each.

use super::job::{cause, class, declined, short};
use assay_client::{
	chain::Failure,
	job::task_of,
	units::{format_account, format_amount},
};
use assay_interface::{Event, Ours, VariantName, court, deals, market, mediation};
use assay_primitives::{
	AccountId, Balance,
	outcome::Digest,
	traits::{CaseId, CaseReason},
};

/// One line of a timeline of a deal.
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
	/// For people: a sentence, or of a payment what its name does not say.
	pub text: String,
	is_payment: bool,
}

impl Line {
	/// A line for an event, with the error that it tells of; nothing for what is told by another event
	/// better.
	pub fn of(event: &Event, failure: Option<&Failure>) -> Option<Self> {
		match event {
			Event::Market(event) => matched(event),
			Event::Deals(event) => {
				let payment = || money(event).map(|line| Self { is_payment: true, ..line });
				let line = progress(event, failure).or_else(payment)?;
				Some(Self { task: task_of(event).map(|task| task.index), ..line })
			},
			_ => None,
		}
	}

	/// All of it, where the name does not stand beside it.
	pub fn sentence(self) -> String {
		match self.is_payment {
			true => format!("{}: {}", self.name, self.text),
			false => self.text,
		}
	}

	fn plain(name: &'static str, text: impl Into<String>) -> Self {
		let text = text.into();
		Self { name, task: None, who: None, amount: None, text, is_payment: false }
	}

	fn about(name: &'static str, who: &AccountId, text: &str) -> Self {
		let text = format!("{} {text}", format_account(who));
		Self { who: Some(who.clone()), ..Self::plain(name, text) }
	}

	fn paid(name: &'static str, who: &AccountId, amount: Balance, why: &str) -> Self {
		let text = format!("{} {why}", format_amount(amount));
		Self::about(name, who, text.trim_end()).with(amount)
	}

	fn with(self, amount: Balance) -> Self {
		Self { amount: Some(amount), ..self }
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
			let text = format!("by mediators of {} named accounts{appeal}", mediators.len());
			Line::plain("judged", text)
		},
		_ => return None,
	})
}

/// What moves a task on.
fn progress(event: &deals::Event, failure: Option<&Failure>) -> Option<Line> {
	use deals::Event::*;
	Some(match event {
		DealOpened { tasks, candidates, stake, escrow, deposit, .. } => {
			let count = candidates.len();
			let [held, deposit, stake] = [escrow, deposit, stake].map(|it| format_amount(*it));
			let text = format!(
				"opened: {tasks} tasks, {count} candidates, {held} held, {deposit} deposit, {stake} at \
				 stake each"
			);
			Line::plain("opened", text).with(*escrow)
		},
		TicketRenewed { .. } => Line::plain("ticket renewed", "randomness is claimed anew"),
		ReplicasDrawn { wave, providers, until, .. } => {
			let (wave, names) = (u16::from(*wave) + 1, names(providers));
			Line::plain(
				"drawn",
				format!("drawn for wave {wave}: {names}; seal before block {until}"),
			)
		},
		CandidateSkipped { provider, .. } => {
			Line::about("skipped", provider, "had no bond or slot left")
		},
		Committed { provider, .. } => Line::about("sealed", provider, "sealed"),
		ReplicaDeclined { provider, excuse, .. } => {
			Line::about("declined", provider, &declined(&excuse.0))
		},
		DeadlineMissed { provider, sealed: false, .. } => {
			Line::about("silent", provider, "did not seal in time")
		},
		DeadlineMissed { provider, sealed: true, .. } => {
			Line::about("withheld", provider, "did not reveal in time")
		},
		ReplicaDenounced { provider, by, .. } => {
			Line::about("denounced", provider, &format!("was denounced by {}", format_account(by)))
		},
		RevealingStarted { until, .. } => {
			Line::plain("all sealed", format!("all sealed; to reveal before block {until}"))
		},
		Revealed { provider, digest, class: how, .. } => {
			let what = format!("revealed {}: it {}", short(digest), class(how));
			Line::about("revealed", provider, &what)
		},
		TaskAgreed { digest, until, .. } => {
			let digest = short(digest);
			let text = format!("agreed on {digest}; may be challenged before block {until}");
			Line::plain("agreed", text)
		},
		QuestionPutOff { by, until, .. } => {
			let what = format!("waits, as too many cases do; asked again in block {until}");
			Line::about("put off", by, &what)
		},
		TaskDisputed { case, reason, funds, .. } => {
			let (words, paid) = (spaced(&format!("{reason:?}")), format_amount(*funds));
			let doubt = match reason.0 {
				CaseReason::NoConsensus => "",
				_ => "in doubt: ",
			};
			let text = format!("{doubt}case {case} opened ({words}), {paid} paid for it");
			Line::plain("disputed", text).with(*funds)
		},
		CaseDecided { case, truth, spent, .. } => {
			let (truth, cost) = (found(truth.as_ref()), format_amount(*spent));
			let text = format!("case {case} decided: {truth} is true; it cost {cost}");
			Line::plain("ruled", text).with(*spent)
		},
		ResultAccepted { .. } => Line::plain("accepted", "the client accepted it"),
		ReportOpened { provider, digest, .. } => {
			let text = format!("reports that {} is true, and the result a lie", short(digest));
			Line::about("reported", provider, &text)
		},
		ContentMissing { until, .. } => Line::plain(
			"content missing",
			format!("most of the drawn can't get the content; to be shown before block {until}"),
		),
		ContentShown { by, .. } => Line::about("content shown", by, "showed the content"),
		CallbackSet { reward, held, .. } => {
			let (all, each) = (format_amount(*held), format_amount(*reward));
			let text = format!("a callback is set: {all} held, {each} for each task");
			Line::plain("callback set", text).with(*held)
		},
		CalledBack { by, reward, .. } => {
			let how = match failure {
				None => "(callback)".into(),
				Some(failure) => {
					format!("(callback, which failed with {}.{})", failure.pallet, failure.name)
				},
			};
			let paid = format_amount(*reward);
			let text = format!("callback sent by {}, paid {paid} {how}", format_account(by));
			let line = Line::plain("called back", text).with(*reward);
			Line { who: Some(by.0.clone()), ..line }
		},
		TaskSettled { digest, class: how, paid, .. } => {
			let (digest, how, amount) = (short(digest), class(how), format_amount(*paid));
			let text = format!("settled as {digest}: the program {how}, {amount} paid");
			Line::plain("settled", text).with(*paid)
		},
		TaskFailed { cause: why, paid, .. } => {
			let text = format!("failed: {}, {} paid", cause(why), format_amount(*paid));
			Line::plain("failed", text).with(*paid)
		},
		TaskPruned { .. } => Line::plain("removed", "the chain has forgotten the task"),
		_ => return None,
	})
}

/// What moves money.
fn money(event: &deals::Event) -> Option<Line> {
	use deals::Event::*;
	let reason = |reason: &VariantName| format!("({})", spaced(&reason.0));
	let sum = |name, amount: &Balance| Line::plain(name, format_amount(*amount)).with(*amount);
	Some(match event {
		ReplicaPaid { provider, amount, reason: why, .. } => {
			Line::paid("paid", provider, *amount, &reason(why))
		},
		OwnerPaid { owner, amount, .. } => Line::paid("paid", owner, *amount, "(app or dataset)"),
		TipPaid { solver, amount, .. } => Line::paid("paid", solver, *amount, "(tip)"),
		JackpotPaid { mediator, amount, .. } => {
			Line::paid("paid", mediator, *amount, "(found a lie by an audit)")
		},
		CourtRepaid { to, amount, .. } => {
			Line::paid("paid", to, *amount, "(what the court has cost)")
		},
		PaidByPublisher { provider, amount, .. } => {
			Line::paid("paid", provider, *amount, "(publisher's bond)")
		},
		FeePaid { amount, .. } => sum("fee", amount),
		AuditTaxPaid { amount, .. } => sum("audit tax", amount),
		ReplicaSlashed { provider, amount, reason: why, .. } => {
			Line::paid("slashed", provider, *amount, &reason(why))
		},
		PublisherSlashed { owner, amount, .. } => {
			Line::paid("slashed", owner, *amount, "(publisher)")
		},
		BondForfeited { who, amount, burnt, .. } => {
			let why = format!("(challenger's bond), {} of it burnt", format_amount(*burnt));
			Line::paid("slashed", who, *amount, &why)
		},
		SlashShared { from, to, amount, reason: why, .. } => {
			let from = format!("of the slashes {}, from {}", reason(why), format_account(from));
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

/// A line for what mediation or the court reported about a case.
pub fn of_case(event: &Event) -> Option<(CaseId, String)> {
	match event {
		Event::Mediation(event) => round_of(event).or_else(|| wages_of(event)),
		Event::Court(court::Event::Ruled { case, by, digest, class: how, gas_used }) => {
			let (by, digest, how) = (format_account(by), short(digest), class(how));
			let text =
				format!("{by} had the court run the program: {digest}, it {how}, {gas_used} gas");
			Some((*case, text))
		},
		_ => None,
	}
}

/// What happens in the rounds of a case.
fn round_of(event: &mediation::Event) -> Option<(CaseId, String)> {
	let entry = match event {
		mediation::Event::RoundOpened { case, round, .. } => {
			(case, format!("round {}: mediators are to be drawn", number(*round)))
		},
		mediation::Event::CommitteeDrawn { case, round, members, .. } => {
			(case, format!("round {}: drawn: {}", number(*round), names(members)))
		},
		mediation::Event::MediatorSkipped { case, mediator } => {
			(case, format!("{} was drawn and had no place", format_account(mediator)))
		},
		mediation::Event::MembersReplaced { case, members, .. } => {
			(case, format!("in place of silent ones: {}", names(members)))
		},
		mediation::Event::RoundQueued { case, round } => {
			(case, format!("round {}: waits until mediators are free", number(*round)))
		},
		mediation::Event::RoundNotHeld { case, round } => {
			(case, format!("round {} is not held: too few could judge", number(*round)))
		},
		mediation::Event::Sealed { case, mediator } => {
			(case, format!("mediator {} sealed", format_account(mediator)))
		},
		mediation::Event::Revealed { case, mediator, digest } => {
			let (who, digest) = (format_account(mediator), short(digest));
			(case, format!("mediator {who} found {digest}"))
		},
		mediation::Event::SealDenounced { case, mediator, by, .. } => {
			let (whose, by) = (format_account(mediator), format_account(by));
			(case, format!("the seal of mediator {whose} was opened too early by {by}"))
		},
		mediation::Event::CommitteeSplit { case, round, .. } => {
			(case, format!("round {}: the mediators found different things", number(*round)))
		},
		mediation::Event::VerdictReached { case, round, digest, until } => {
			let (round, digest) = (number(*round), short(digest));
			(case, format!("round {round}: verdict {digest}; may be appealed before block {until}"))
		},
		mediation::Event::Appealed { case, by, bond } => {
			(case, format!("appealed by {}, {} held", format_account(by), format_amount(*bond)))
		},
		mediation::Event::CourtAwaited { case, until, .. } => {
			(case, format!("no further round; the court may rule before block {until}"))
		},
		_ => return None,
	};
	Some((*entry.0, entry.1))
}

/// Whose money of a case moves.
fn wages_of(event: &mediation::Event) -> Option<(CaseId, String)> {
	let entry = match event {
		mediation::Event::CaseClosed { case, truth, by_court, .. } => {
			let truth = found(truth.as_ref());
			let who = if *by_court { "by the court" } else { "by the mediators" };
			(case, format!("case closed {who}: {truth} is true"))
		},
		mediation::Event::Paid { case, to, amount, reason } => {
			let (to, amount) = (format_account(to), format_amount(*amount));
			(case, format!("{to} paid {amount} by the case ({})", spaced(&reason.0)))
		},
		mediation::Event::Slashed { case, mediator, amount, burnt, reason } => {
			let (amount, burnt) = (format_amount(*amount), format_amount(*burnt));
			let (who, reason) = (format_account(mediator), spaced(&reason.0));
			(case, format!("mediator {who} slashed {amount}, of which {burnt} burnt ({reason})"))
		},
		mediation::Event::AppealBondReturned { case, to, amount } => {
			(case, format!("bond of {} back to {}", format_amount(*amount), format_account(to)))
		},
		mediation::Event::AppealBondLost { case, by, amount, .. } => {
			(case, format!("{} lost its bond of {}", format_account(by), format_amount(*amount)))
		},
		mediation::Event::RemainderBurnt { case, amount } => {
			(case, format!("{} burnt: nobody could be paid", format_amount(*amount)))
		},
		_ => return None,
	};
	Some((*entry.0, entry.1))
}

fn number(round: u8) -> u32 {
	u32::from(round) + 1
}

fn found(truth: Option<&Digest>) -> String {
	truth.map_or_else(|| "nothing".into(), short)
}

/// `AppealReward` as `appeal reward`.
fn spaced(name: &str) -> String {
	let mut text = String::new();
	for (at, c) in name.chars().enumerate() {
		if at > 0 && c.is_uppercase() {
			text.push(' ');
		}
		text.extend(c.to_lowercase());
	}
	text
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
