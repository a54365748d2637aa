//! Cases in words.

use super::job::{number, short};
use assay_primitives::{
	case::{CasePhase, CaseStep, CaseView, Subject, Vote},
	pool::{LeafId, Spot},
	traits::{CaseReason, Ruling},
};

/// What a case is over, in a sentence.
pub fn over(subject: &Subject) -> String {
	match subject {
		Subject::Task(task) => format!("job {}", number(task)),
		Subject::Leaf(LeafId { pool, spot: Spot { round, member, row } }) => {
			format!("leaf {row} of member {member} in round {round} of pool {pool}")
		},
	}
}

/// The job that a case is over; nothing where it is over something else.
pub fn job(subject: &Subject) -> String {
	subject.task().as_ref().map(number).unwrap_or_default()
}

/// Why a case was opened.
pub fn reason(reason: CaseReason) -> &'static str {
	match reason {
		CaseReason::NoConsensus => "too few providers agreed",
		CaseReason::Check => "the client wants to know",
		CaseReason::Challenge => "somebody says the result is false",
		CaseReason::Audit => "the chain drew it for an audit",
		CaseReason::Report => "a provider reports that it and others lied",
		CaseReason::Dissent => "a provider found otherwise than the others",
	}
}

/// Where a case stands.
pub fn phase(view: &CaseView) -> String {
	let round = u32::from(view.case.round) + 1;
	match &view.case.phase {
		CasePhase::Queued { .. } => "waits until mediators are free".into(),
		CasePhase::AwaitingSeed { .. } => format!("round {round}: mediators are being drawn"),
		CasePhase::Sealing { wave: 0, .. } => format!("round {round}: mediators run the program"),
		CasePhase::Sealing { .. } => format!("round {round}: others run it for silent ones"),
		CasePhase::Revealing { .. } => format!("round {round}: mediators tell what they found"),
		CasePhase::AppealWindow { verdict, .. } => {
			format!("round {round}: the verdict is {}", short(verdict))
		},
		CasePhase::Court { standing: Some(digest), .. } => {
			format!("{} stands unless the court rules", short(digest))
		},
		CasePhase::Court { standing: None, .. } => "undecided unless the court rules".into(),
		CasePhase::Closed { ruling, .. } => self::ruling(ruling),
		CasePhase::Ruled { truth, .. } => {
			format!("the court computed {}; members tell what they had sealed", short(truth))
		},
	}
}

/// How a case ended.
pub fn ruling(ruling: &Ruling) -> String {
	match (ruling.truth, ruling.by_court) {
		(Some(truth), true) => format!("closed: the court computed {}", short(&truth)),
		(Some(truth), false) => format!("closed: {} is true", short(&truth)),
		(None, _) => "closed without a decision".into(),
	}
}

/// What a case waits for.
pub fn next_step(view: &CaseView) -> String {
	match view.next {
		CaseStep::Randomness => "the chain's randomness has to be fixed".into(),
		CaseStep::Seals(count, until) => format!("{count} more to seal before block {until}"),
		CaseStep::Reveals(count, until) => format!("{count} more to reveal before block {until}"),
		CaseStep::Appeals(until) => {
			format!("may be appealed before block {until}: assay case appeal {}", view.id)
		},
		CaseStep::Court(until) => {
			format!(
				"the court may rule before block {until}: assay case appeal {} --court",
				view.id
			)
		},
		CaseStep::Poke => format!("a deadline is due: assay case poke {}", view.id),
		CaseStep::Nothing(until) => format!("kept until block {until}"),
		CaseStep::Places => "other cases have to free mediators".into(),
	}
}

/// What a member did.
pub fn vote(vote: &Vote) -> String {
	match vote {
		Vote::Drawn => "has to seal".into(),
		Vote::Sealed(_) => "sealed".into(),
		Vote::Revealed(digest) => short(digest),
		Vote::Silent => "silent".into(),
		Vote::Withheld => "did not reveal".into(),
		Vote::Denounced => "was denounced".into(),
		Vote::Excused => "excused".into(),
	}
}
