//! What is done about a lie, and how much it may put up.

use crate::record::Key;
use assay_primitives::{Balance, Hash, traits::CaseId};
use codec::{Decode, Encode};

/// What a watcher does about a lie, each at most once.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, Ord, PartialEq, PartialOrd)]
pub enum Action {
	/// Challenges the result of a task.
	#[codec(index = 0)]
	Challenge(KeyBytes),
	/// Appeals against the verdict of a round of a case about the task of this hash.
	// 1 and 2 were actions about a case of whatever task; what earlier versions wrote stays until it is old.
	#[codec(index = 3)]
	Appeal(CaseId, u8, Hash),
	/// Takes a case about the task of this hash to the court.
	#[codec(index = 4)]
	Court(CaseId, Hash),
}

impl Action {
	/// Whether another action is about the same case; of a task that is challenged there is none yet.
	pub fn is_of_the_case_of(&self, other: &Self) -> bool {
		match (self, other) {
			(
				Self::Appeal(case, _, task) | Self::Court(case, task),
				Self::Appeal(other, _, its) | Self::Court(other, its),
			) => (case, task) == (other, its),
			_ => self == other,
		}
	}
}

/// A [`Key`] as it is written down.
pub type KeyBytes = [u8; Key::LEN];

/// Whether an action may put up so much where others that count have put that up.
pub fn affords(budget: Balance, spent: impl IntoIterator<Item = Balance>, amount: Balance) -> bool {
	let spent = spent.into_iter().fold(amount, Balance::saturating_add);
	spent <= budget
}
