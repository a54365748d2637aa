//! Breaking the rules on purpose, for networks that are to catch it.

use assay_primitives::{AccountId, hashing::tagged_hash, outcome::Outcome};

/// Ways to break the rules on purpose.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[cfg_attr(feature = "clap", derive(clap::ValueEnum))]
pub enum Misbehave {
	/// Seal and reveal a forged outcome, another one for each liar.
	Lie,
	/// Seal and reveal a forged outcome that is the same for all who do this.
	Collude,
	/// As collude, and seal a report of the true outcome with it; once the lie is agreed on, open the
	/// report, so that a case is opened and the others pay. Providers only.
	Betray,
	/// Never seal.
	Silent,
	/// Seal and never reveal.
	Withhold,
	/// Die at once when the first seal of this process is in a block.
	CrashAfterCommit,
}

/// What `who` says came out.
pub fn said(outcome: Outcome, who: &AccountId, misbehave: Option<Misbehave>) -> Outcome {
	match misbehave {
		Some(Misbehave::Lie) => forge(outcome, Some(who)),
		Some(Misbehave::Collude | Misbehave::Betray) => forge(outcome, None),
		_ => outcome,
	}
}

/// An outcome that could be one, and is not. Every liar that is named has its own, so that two don't
/// agree; all that are not have the same.
pub fn forge(outcome: Outcome, liar: Option<&AccountId>) -> Outcome {
	let mut forged = outcome;
	forged.output.root = match liar {
		Some(liar) => tagged_hash(b"assay/lie/1", &(liar, outcome.output.root)),
		None => tagged_hash(b"assay/collusion/1", &outcome.output.root),
	};
	forged.output.len = forged.output.len.max(1);
	forged
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::scenes::{account, outcome, spec};

	#[test]
	fn forged_outcome_should_differ_by_liar_and_still_fit() {
		let honest = outcome(7);
		let say = |who, how| said(honest, &account(who), how);
		let (one, two) = (say(1, Some(Misbehave::Lie)), say(2, Some(Misbehave::Lie)));
		assert!(one != honest && one != two);
		assert!(one.fits(&spec()) && two.fits(&spec()));
		assert_eq!(one, say(1, Some(Misbehave::Lie)), "a liar stands by its lie");
		let (one, two) = (say(1, Some(Misbehave::Collude)), say(2, Some(Misbehave::Collude)));
		assert!(one == two && one != honest && one.fits(&spec()), "who colludes says the same");
		assert_eq!(say(3, Some(Misbehave::Betray)), one, "also who betrays the others");
		assert_eq!(say(1, Some(Misbehave::Withhold)), honest);
		assert_eq!(say(1, None), honest);
	}
}
