//! What happened to a job and its case, block by block, out of the chain's events.

use crate::{context::Context, failure::Failure, job::words as job_words, output};
use assay_client::{
	Chain, Error,
	chain::{self, EventRecord},
	units::{format_account, format_amount},
};
use assay_interface::{Event, Ours, court, deals, mediation};
use assay_primitives::{
	AccountId, BlockNumber,
	case::{CasePhase, CaseView},
	deal::{TaskStatus, TaskView},
	task::TaskId,
	traits::CaseId,
};
use futures::{StreamExt, stream};
use serde_json::{Value, json};

/// Blocks that are asked for at a time.
const AT_ONCE: usize = 16;
/// Most blocks that are looked through: a job with a case of four rounds at the longest run time
/// takes more, and then the latest count.
const MOST_BLOCKS: BlockNumber = 5_000;

/// Events of a job, or of a case, in their order.
pub struct Timeline {
	entries: Vec<(BlockNumber, String)>,
	/// Blocks whose events the node does not keep.
	forgotten: u32,
}

/// What is told about.
struct Subject {
	task: Option<TaskId>,
	case: Option<CaseId>,
}

/// All that happened to a job, its cases included.
pub async fn of_job(
	chain: &Chain,
	view: &TaskView,
	case: Option<CaseId>,
	context: &Context,
) -> Result<Timeline, Failure> {
	let last = match &view.status {
		// A callback is sent after the end.
		TaskStatus::Ended(_) if chain.at_best().await?.callback(view.id.deal).await?.is_some() => {
			view.at
		},
		TaskStatus::Ended(ended) => ended.ended_at,
		TaskStatus::Open(_) => view.at,
	};
	let subject = Subject { task: Some(view.id), case };
	read(chain, &subject, view.deal.opened_at, last, context).await
}

/// All that happened in a case.
pub async fn of_case(
	chain: &Chain,
	view: &CaseView,
	context: &Context,
) -> Result<Timeline, Failure> {
	let last = match view.case.phase {
		CasePhase::Closed { at, .. } => at,
		_ => view.at,
	};
	let subject = Subject { task: view.terms.subject.task(), case: Some(view.id) };
	read(chain, &subject, view.terms.opened_at, last, context).await
}

async fn read(
	chain: &Chain,
	subject: &Subject,
	first: BlockNumber,
	last: BlockNumber,
	context: &Context,
) -> Result<Timeline, Failure> {
	let first = first.max(last.saturating_sub(MOST_BLOCKS));
	let progress = context.progress();
	progress.doing(format!("reading the events of blocks {first} to {last}"));
	let events = |number| async move {
		match chain.at_number(number).await {
			Ok(at) => at.events().await.map(|events| (number, events)),
			Err(error) => Err(error),
		}
	};
	let mut blocks = stream::iter(first..=last).map(events).buffered(AT_ONCE);
	let mut timeline = Timeline { entries: Vec::new(), forgotten: 0 };
	while let Some(block) = blocks.next().await {
		match block {
			Ok((number, events)) => {
				let texts = events.iter().filter_map(|record| subject.words(record));
				timeline.entries.extend(texts.map(|text| (number, text)));
			},
			// A node without the states of old blocks says so in its own words.
			Err(Error::Forgotten(_) | Error::Rpc { .. }) => timeline.forgotten += 1,
			Err(error) => return Err(error.into()),
		}
	}
	Ok(timeline)
}

impl Timeline {
	/// For people.
	pub fn print(&self) {
		output::table(
			&["block", "what happened"],
			self.entries.iter().map(|(block, text)| vec![block.to_string(), text.clone()]),
		);
		if self.forgotten > 0 {
			eprintln!("warning: the node no longer keeps the events of {} blocks", self.forgotten);
		}
	}

	/// For programs.
	pub fn json(&self) -> Value {
		let entry =
			|(block, text): &(BlockNumber, String)| json!({ "block": block, "event": text });
		json!({
			"events": self.entries.iter().map(entry).collect::<Vec<_>>(),
			"blocksForgotten": self.forgotten,
		})
	}
}

fn names(accounts: &[Ours<AccountId>]) -> String {
	accounts.iter().map(|account| format_account(account)).collect::<Vec<_>>().join(", ")
}

impl Subject {
	fn words(&self, record: &EventRecord) -> Option<String> {
		match &record.event {
			Event::Deals(event) => self.deal(event, record.failure.as_ref()),
			Event::Mediation(event) => self.case(event),
			Event::Court(court::Event::Ruled { case, by, digest, class, gas_used })
				if Some(*case) == self.case =>
			{
				Some(format!(
					"{} had the court run the program: {}, it {}, {gas_used} gas",
					format_account(by),
					job_words::short(digest),
					job_words::class(class)
				))
			},
			_ => None,
		}
	}

	/// What the ledger reported, where it is about this job.
	fn deal(&self, event: &deals::Event, failure: Option<&chain::Failure>) -> Option<String> {
		let wanted = self.task?;
		let (task, text) = match event {
			deals::Event::DealOpened { deal, escrow, stake, candidates, .. }
				if *deal == wanted.deal =>
			{
				let text = format!(
					"opened: {} held, {} candidates stake {} each",
					format_amount(*escrow),
					candidates.len(),
					format_amount(*stake)
				);
				return Some(text);
			},
			deals::Event::DepositReturned { deal, payer, amount } if *deal == wanted.deal => {
				let amount = format_amount(*amount);
				return Some(format!("deposit of {amount} back to {}", format_account(payer)));
			},
			event => progress_of(event, failure).or_else(|| money_of(event))?,
		};
		(task == wanted).then_some(text)
	}

	/// What the mediation reported, where it is about this case.
	fn case(&self, event: &mediation::Event) -> Option<String> {
		let wanted = self.case?;
		let (case, text) = round_of(event).or_else(|| wages_of(event))?;
		(case == wanted).then_some(text)
	}
}

/// What happens to a task.
fn progress_of(event: &deals::Event, failure: Option<&chain::Failure>) -> Option<(TaskId, String)> {
	let entry = match event {
		deals::Event::ReplicasDrawn { task, providers, .. } => {
			(task, format!("drawn: {}", names(providers)))
		},
		deals::Event::Committed { task, provider } => {
			(task, format!("{} sealed", format_account(provider)))
		},
		deals::Event::ReplicaDeclined { task, provider, excuse } => {
			let declined = job_words::declined(&excuse.0);
			(task, format!("{} {declined}", format_account(provider)))
		},
		deals::Event::DeadlineMissed { task, provider, sealed } => {
			let what = if *sealed { "did not reveal" } else { "did not seal" };
			(task, format!("{} {what}", format_account(provider)))
		},
		deals::Event::ReplicaDenounced { task, provider, by } => {
			let (whose, by) = (format_account(provider), format_account(by));
			(task, format!("the seal of {whose} was opened too early by {by}"))
		},
		deals::Event::RevealStarted { task, until, .. } => {
			(task, format!("to reveal before block {until}"))
		},
		deals::Event::Revealed { task, provider, digest, class } => {
			let (who, digest) = (format_account(provider), job_words::short(digest));
			(task, format!("{who} revealed {digest}: it {}", job_words::class(class)))
		},
		deals::Event::TaskAgreed { task, digest, until } => {
			let digest = job_words::short(digest);
			(task, format!("agreed on {digest}; may be challenged before block {until}"))
		},
		deals::Event::ContentMissing { task, until } => {
			(task, format!("the content is said to be missing; to be shown before block {until}"))
		},
		deals::Event::ContentShown { task, by } => {
			(task, format!("{} showed the content", format_account(by)))
		},
		deals::Event::CalledBack { task, by, reward, .. } => {
			let (by, reward) = (format_account(by), format_amount(*reward));
			let how = match failure {
				None => "it succeeded".into(),
				Some(failure) => format!("it failed with {}.{}", failure.pallet, failure.name),
			};
			(task, format!("callback sent by {by}, paid {reward}: {how}"))
		},
		deals::Event::ResultAccepted { task } => (task, "the client accepted it".into()),
		deals::Event::ReportOpened { task, provider, digest } => {
			let (who, digest) = (format_account(provider), job_words::short(digest));
			(task, format!("{who} reports that {digest} is true, and the result a lie"))
		},
		deals::Event::TaskDisputed { task, case, reason, funds } => {
			let (reason, funds) = (lower(&format!("{reason:?}")), format_amount(*funds));
			(task, format!("case {case} opened ({reason}), {funds} paid for it"))
		},
		deals::Event::CaseDecided { task, case, truth, spent } => {
			let truth = truth.map_or("nothing".into(), |truth| job_words::short(&truth));
			let spent = format_amount(*spent);
			(task, format!("case {case} decided: {truth} is true; it cost {spent}"))
		},
		deals::Event::TaskSettled { task, digest, class, paid } => {
			let (digest, paid) = (job_words::short(digest), format_amount(*paid));
			(task, format!("settled as {digest}: it {}, {paid} paid", job_words::class(class)))
		},
		deals::Event::TaskFailed { task, cause, paid } => {
			let (cause, paid) = (job_words::cause(cause), format_amount(*paid));
			(task, format!("failed: {cause}, {paid} paid"))
		},
		_ => return None,
	};
	Some((entry.0.0, entry.1))
}

/// Whose money of a task moves.
fn money_of(event: &deals::Event) -> Option<(TaskId, String)> {
	let entry = match event {
		deals::Event::ReplicaPaid { task, provider, amount, .. } => {
			(task, format!("{} paid {}", format_account(provider), format_amount(*amount)))
		},
		deals::Event::ReplicaSlashed { task, provider, amount, reason } => {
			let (who, amount) = (format_account(provider), format_amount(*amount));
			(task, format!("{who} slashed {amount} ({})", lower(&reason.0)))
		},
		deals::Event::SlashShared { task, to, amount, reason, .. } => {
			let (to, amount) = (format_account(to), format_amount(*amount));
			(task, format!("{to} got {amount} of the slashes ({})", lower(&reason.0)))
		},
		deals::Event::BondForfeited { task, who, amount, burnt } => {
			let (who, amount, burnt) =
				(format_account(who), format_amount(*amount), format_amount(*burnt));
			(
				task,
				format!("{who} lost the bond of its challenge, {amount}, of which {burnt} burnt"),
			)
		},
		deals::Event::BondShared { task, to, amount, .. } => {
			(task, format!("{} got {} of the bond", format_account(to), format_amount(*amount)))
		},
		deals::Event::PaidByPublisher { task, provider, amount, .. } => {
			let (who, amount) = (format_account(provider), format_amount(*amount));
			(task, format!("{who} paid {amount} out of the publisher's bond"))
		},
		deals::Event::OwnerPaid { task, owner, amount } => (
			task,
			format!("{} paid {} for its content", format_account(owner), format_amount(*amount)),
		),
		deals::Event::AuditTaxPaid { task, amount } => {
			(task, format!("{} for audits", format_amount(*amount)))
		},
		deals::Event::FeePaid { task, amount } => {
			(task, format!("{} protocol fee", format_amount(*amount)))
		},
		deals::Event::EscrowReturned { task, payer, amount } => {
			(task, format!("{} back to {}", format_amount(*amount), format_account(payer)))
		},
		_ => return None,
	};
	Some((entry.0.0, entry.1))
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
		mediation::Event::RoundNotHeld { case, round } => {
			(case, format!("round {} is not held: too few mediators", number(*round)))
		},
		mediation::Event::Sealed { case, mediator } => {
			(case, format!("mediator {} sealed", format_account(mediator)))
		},
		mediation::Event::Revealed { case, mediator, digest } => {
			let (who, digest) = (format_account(mediator), job_words::short(digest));
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
			let (round, digest) = (number(*round), job_words::short(digest));
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
			let truth = truth.map_or("nothing".into(), |truth| job_words::short(&truth));
			let who = if *by_court { "by the court" } else { "by the mediators" };
			(case, format!("case closed {who}: {truth} is true"))
		},
		mediation::Event::Paid { case, to, amount, reason } => {
			let (to, amount) = (format_account(to), format_amount(*amount));
			(case, format!("{to} paid {amount} by the case ({})", lower(&reason.0)))
		},
		mediation::Event::Slashed { case, mediator, amount, burnt, reason } => {
			let (amount, burnt) = (format_amount(*amount), format_amount(*burnt));
			let (who, reason) = (format_account(mediator), lower(&reason.0));
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

/// `AppealReward` as `appeal reward`.
fn lower(name: &str) -> String {
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
	use assay_interface::VariantName;
	use assay_primitives::Hash;

	const TASK: TaskId = TaskId { deal: 3, index: 0 };

	fn subject() -> Subject {
		Subject { task: Some(TASK), case: Some(5) }
	}

	fn words(subject: &Subject, event: Event) -> Option<String> {
		subject.words(&EventRecord { index: 0, transaction: None, event, failure: None })
	}

	#[test]
	fn events_of_others_should_be_left_out() {
		let accepted = |deal| {
			let task = TaskId { deal, index: 0 }.into();
			Event::Deals(deals::Event::ResultAccepted { task })
		};
		assert_eq!(words(&subject(), accepted(3)).as_deref(), Some("the client accepted it"));
		assert_eq!(words(&subject(), accepted(4)), None);
		let skipped = |case| {
			let mediator = AccountId::from([7; 32]).into();
			Event::Mediation(mediation::Event::MediatorSkipped { case, mediator })
		};
		assert!(words(&subject(), skipped(5)).is_some());
		assert_eq!(words(&subject(), skipped(6)), None);
		let alone = Subject { task: Some(TASK), case: None };
		assert_eq!(words(&alone, skipped(5)), None);
	}

	#[test]
	fn money_should_be_told_with_its_reason() {
		let event = Event::Mediation(mediation::Event::Paid {
			case: 5,
			to: AccountId::from([1; 32]).into(),
			amount: 2_000_000_000_000,
			reason: VariantName("AppealReward".into()),
		});
		let text = words(&subject(), event).expect("it is about the case");
		assert!(text.contains("2 ASY") && text.contains("(appeal reward)"), "{text}");
		let decided = Event::Deals(deals::Event::CaseDecided {
			task: TASK.into(),
			case: 5,
			truth: Some(Hash::repeat_byte(0xab)),
			spent: 0,
		});
		let text = words(&subject(), decided).expect("it is about the job");
		assert!(text.contains("abababababab is true"), "{text}");
	}
}
