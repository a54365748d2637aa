//! What happened to a job and its case, block by block, out of the chain's events.

use crate::{
	context::Context,
	failure::Failure,
	output,
	render::events::{self, Line},
};
use assay_client::{
	Chain,
	chain::Failure as DispatchFailure,
	job::{self, deal_of},
};
use assay_interface::Event;
use assay_primitives::{
	BlockNumber,
	case::{CasePhase, CaseView},
	deal::{TaskStatus, TaskView},
	task::TaskId,
	traits::CaseId,
};
use serde_json::{Value, json};

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
	let progress = context.progress();
	progress.doing(format!("reading the events of blocks {first} to {last}"));
	let wanted = |event: &Event| subject.words(event, None).is_some();
	let read = job::happened(chain, first, last, wanted).await?;
	let entry = |moment: &job::Moment| {
		let text = subject.words(&moment.event, moment.failure.as_ref())?;
		Some((moment.block, text))
	};
	let entries = read.moments.iter().filter_map(entry).collect();
	Ok(Timeline { entries, forgotten: read.missing })
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

impl Subject {
	/// An event in words, where it is about this job or this case.
	fn words(&self, event: &Event, failure: Option<&DispatchFailure>) -> Option<String> {
		if let Some((case, text)) = events::of_case(event) {
			return (self.case == Some(case)).then_some(text);
		}
		let wanted = self.task.filter(|task| deal_of(event) == Some(task.deal))?;
		let line = Line::of(event, failure)?;
		line.task.is_none_or(|index| index == wanted.index).then(|| line.sentence())
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_interface::{VariantName, deals, mediation};
	use assay_primitives::{AccountId, Hash};

	const TASK: TaskId = TaskId { deal: 3, index: 0 };

	fn subject() -> Subject {
		Subject { task: Some(TASK), case: Some(5) }
	}

	fn words(subject: &Subject, event: Event) -> Option<String> {
		subject.words(&event, None)
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
