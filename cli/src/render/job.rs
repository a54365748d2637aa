//! The states of a job in words.

/// The number of a job as it is printed and read.
pub use assay_client::units::format_task as number;
use assay_client::{
	job::Step,
	units::{format_account, format_amount},
};
use assay_primitives::{
	AccountId, Balance,
	deal::{
		Ending, FailCause, NextStep, Replica, ReplicaResult, ReplicaState, Task, TaskState,
		TaskStatus, TaskView,
	},
	excuse::Excuse,
	outcome::{Class, Digest},
	task::DealId,
};
use std::collections::BTreeSet;

/// That a provider gave its replica up, and why, as it says.
pub fn declined(excuse: &Excuse) -> String {
	format!("declined: it {excuse}")
}

/// What can be done about what those say who declined, once for each excuse.
pub fn cures(view: &TaskView) -> Vec<String> {
	let excuses: BTreeSet<Excuse> = match &view.status {
		TaskStatus::Open(task) => {
			task.replicas.iter().filter_map(|replica| excuse_of(&replica.state)).collect()
		},
		TaskStatus::Ended(ended) => {
			ended.replicas.iter().filter_map(|replica| excuse_at_the_end(&replica.result)).collect()
		},
	};
	excuses.iter().map(|excuse| format!("a provider {excuse}: {}", excuse.hint())).collect()
}

/// What an open replica says for itself.
pub fn excuse_of(state: &ReplicaState) -> Option<Excuse> {
	match state {
		ReplicaState::Declined(excuse) => Some(*excuse),
		_ => None,
	}
}

/// What a replica has said for itself that ended.
pub fn excuse_at_the_end(result: &ReplicaResult) -> Option<Excuse> {
	match result {
		ReplicaResult::Declined(excuse) => Some(*excuse),
		_ => None,
	}
}

/// The name of a task: where it is one of several its position is part of it.
pub fn name_of(view: &TaskView) -> String {
	match view.deal.is_bag() {
		true => format!("{}/{}", view.id.deal, view.id.index),
		false => number(&view.id),
	}
}

/// How a program ended.
pub fn class(class: &Class) -> String {
	match class {
		Class::Exited(0) => "succeeded".into(),
		Class::Exited(code) => format!("exited with code {code}"),
		Class::Trapped => "trapped".into(),
		Class::OutOfGas => "ran out of gas".into(),
		Class::StackExhausted => "exhausted its stack".into(),
		Class::OutputLimit => "wrote more than it may".into(),
		Class::ModuleInvalid => "is no valid program".into(),
		Class::InputMismatch => "got an input of another shape".into(),
	}
}

/// Why a task ended without a result.
pub fn cause(cause: &FailCause) -> &'static str {
	match cause {
		FailCause::NoDelivery => "nobody delivered",
		FailCause::Undecided => "too few providers agreed",
		FailCause::ContentUnavailable => "program or input could not be had",
		FailCause::HardEnd => "it took too long",
		FailCause::Unjudged => "providers disagree, and nobody could judge who is right",
	}
}

/// Where a job stands.
pub fn status(view: &TaskView) -> String {
	match &view.status {
		TaskStatus::Open(task) => match &task.state {
			TaskState::Waiting { .. } => "waiting".into(),
			TaskState::Running { wave, .. } => format!("running{}", in_wave(*wave)),
			TaskState::Revealing { wave, .. } => format!("revealing{}", in_wave(*wave)),
			TaskState::Agreed { .. } => match assay_client::job::outcome(view) {
				Ok(outcome) => format!("agreed: it {}", class(&outcome.class)),
				Err(_) => "agreed".into(),
			},
			TaskState::Disputed { case, agreed: None } => format!("disputed in case {case}"),
			TaskState::Disputed { case, agreed: Some(_) } => {
				let what = assay_client::job::outcome(view);
				let what = what.map(|outcome| format!(": it {}", class(&outcome.class)));
				format!("agreed, in doubt in case {case}{}", what.unwrap_or_default())
			},
			TaskState::Missing { .. } => "content reported missing".into(),
		},
		TaskStatus::Ended(ended) => match &ended.ending {
			Ending::Settled(outcome) => class(&outcome.class),
			Ending::Failed(why) => format!("failed: {}", cause(why)),
		},
	}
}

fn in_wave(wave: u8) -> String {
	match wave {
		0 => String::new(),
		wave => format!(", wave {}", u16::from(wave) + 1),
	}
}

/// Why it waits, or what comes next.
pub fn next_step(view: &TaskView) -> String {
	let (next, id) = (&view.next, number(&view.id));
	match next {
		NextStep::Randomness if is_agreed(view) => {
			"nobody can question it any more: it settles when the chain has drawn whether it audits it, within a \
			 few blocks"
				.into()
		},
		NextStep::Poke if is_drawn(view) => "the drawn providers have to seal".into(),
		NextStep::Poke => format!("{next}: assay job poke {id}"),
		NextStep::Exhibits(..) => format!("{next}: assay job refute {id}"),
		_ => next.to_string(),
	}
}

fn is_agreed(view: &TaskView) -> bool {
	matches!(&view.status, TaskStatus::Open(Task { state: TaskState::Agreed { .. }, .. }))
}

/// Whether the draw is known and only has to be written, which the first seal does.
fn is_drawn(view: &TaskView) -> bool {
	match &view.status {
		TaskStatus::Open(task) => {
			matches!(task.state, TaskState::Waiting { .. }) && !task.replicas.is_empty()
		},
		TaskStatus::Ended(_) => false,
	}
}

/// A digest, short enough for a table.
pub fn short(digest: &Digest) -> String {
	hex::encode(&digest.as_bytes()[..6])
}

/// What an open replica has done.
pub fn replica_state(replica: &Replica, task_hash: &assay_primitives::Hash) -> String {
	match &replica.state {
		ReplicaState::Drawn => "has to seal".into(),
		ReplicaState::Sealed(_) => "sealed".into(),
		ReplicaState::Revealed { outcome, .. } => {
			format!("{} {}", short(&outcome.digest(task_hash)), class(&outcome.class))
		},
		ReplicaState::Declined(excuse) => declined(excuse),
		ReplicaState::Silent => "silent".into(),
		ReplicaState::Withheld => "did not reveal".into(),
		ReplicaState::Denounced => "was denounced".into(),
	}
}

/// What is held of the client's money, and how much of that for the case that somebody doubts the result.
pub fn held(all: Balance, reserve: Balance) -> String {
	match reserve {
		0 => format!("{} held", format_amount(all)),
		reserve => {
			format!("{} held, {} of it for a dispute", format_amount(all), format_amount(reserve))
		},
	}
}

/// That a deal has another number now.
pub fn moved(from: DealId, to: DealId) -> String {
	format!("the chain re-organised: deal {from} is now {to}")
}

/// One thing that happened, on one line.
pub fn step(step: &Step) -> String {
	let who = |account: &AccountId| format_account(account);
	match step {
		Step::Undone { deal } => format!(
			"the chain re-organised: the block of deal {deal} is undone, and its transaction is \
			 pending again"
		),
		Step::Moved { from, to } => moved(*from, *to),
		Step::Opened { candidates, stake, escrow, reserve, at } => format!(
			"deal opened in block {at}: {} candidates, {}, {} at stake each",
			candidates.len(),
			held(escrow.saturating_add(*reserve), *reserve),
			format_amount(*stake)
		),
		Step::Drawn { wave, providers } => {
			let names: Vec<String> = providers.iter().map(who).collect();
			format!("drawn{}: {}", in_wave(*wave), names.join(", "))
		},
		Step::Committed { provider } => format!("{} sealed", who(provider)),
		Step::Declined { provider, excuse } => format!("{} {}", who(provider), declined(excuse)),
		Step::Silent { provider } => format!("{} stayed silent", who(provider)),
		Step::Revealing { until, .. } => format!("all sealed; to reveal before block {until}"),
		Step::Revealed { provider, digest, class: how } => {
			format!("{} revealed {}: {}", who(provider), short(digest), class(how))
		},
		Step::Withheld { provider } => format!("{} did not reveal", who(provider)),
		Step::Denounced { provider } => format!("{} was denounced", who(provider)),
		Step::Missing { until } => format!(
			"most say that they can't get the content: it has to be shown before block {until}"
		),
		Step::Shown => "the content was shown: it goes on".into(),
		Step::Agreed { digest, .. } => format!("agreed on {}", short(digest)),
		Step::Disputed { case, agreed: None } => format!("disputed in case {case}"),
		Step::Disputed { case, agreed: Some(digest) } => {
			format!("agreed on {}, in doubt: case {case} judges it", short(digest))
		},
		Step::ReplicaEnded { provider, result, paid, slashed } => {
			let did = match result {
				ReplicaResult::Declined(excuse) => declined(excuse),
				result => result.name().into(),
			};
			let mut text = format!("{} {did}", who(provider));
			if *paid > 0 {
				text += &format!(", paid {}", format_amount(*paid));
			}
			if *slashed > 0 {
				text += &format!(", slashed {}", format_amount(*slashed));
			}
			text
		},
		Step::Settled { outcome, paid } => {
			format!("settled: the program {}, {} paid", class(&outcome.class), format_amount(*paid))
		},
		Step::Failed { cause: why, paid } => {
			format!("failed: {}, {} paid", cause(why), format_amount(*paid))
		},
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::UNIT;

	#[test]
	fn declining_should_be_told_with_its_excuse_while_it_runs_and_at_the_end() {
		let provider = AccountId::new([7; 32]);
		let excuse = Excuse::Limits;
		let open = step(&Step::Declined { provider: provider.clone(), excuse });
		let result = ReplicaResult::Declined(excuse);
		let ended = step(&Step::ReplicaEnded { provider, result, paid: 0, slashed: 0 });
		assert_eq!(open, ended);
		assert!(open.ends_with("declined: it takes no job with such limits or sizes"), "{open}");
	}

	#[test]
	fn opening_should_tell_all_that_is_held_when_some_is_for_a_dispute() {
		let (stake, escrow, candidates) = (5 * UNIT, 7 * UNIT, vec![]);
		let opened = |reserve| {
			let candidates = candidates.clone();
			step(&Step::Opened { candidates, stake, escrow, reserve, at: 9 })
		};
		assert!(opened(3 * UNIT).contains("10 ASY held, 3 ASY of it for a dispute"));
		assert!(opened(0).contains("candidates, 7 ASY held, 5 ASY at stake"));
	}
}
