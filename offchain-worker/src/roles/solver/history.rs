//! What became of the last matches.

use assay_primitives::order::OrderId;
use serde::Serialize;
use std::collections::VecDeque;

/// Most attempts that are remembered.
const MOST: usize = 512;

/// What became of a match.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Result {
	/// A deal was opened.
	Matched,
	/// Somebody else was faster. `fee` tells whether it cost one.
	Lost,
	/// The chain refused it.
	Failed,
}

/// A match that was tried on the chain.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Attempt {
	pub request: OrderId,
	pub result: Result,
	/// The deal, where one was opened.
	pub deal: Option<u64>,
	/// The chain's reason, where none was.
	pub error: Option<String>,
	/// Whether a transaction was executed, for which a fee was paid.
	pub fee: bool,
	pub block: u32,
	/// From the request's arrival to the transaction in the pool, where it was tried at once.
	pub millis: Option<f64>,
}

/// The last attempts, the newest first.
#[derive(Debug, Default)]
pub struct History(VecDeque<Attempt>);

impl History {
	pub fn push(&mut self, attempt: Attempt) {
		self.0.push_front(attempt);
		self.0.truncate(MOST);
	}

	pub fn all(&self) -> Vec<Attempt> {
		self.0.iter().cloned().collect()
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn history_should_keep_the_newest_only() {
		let mut history = History::default();
		for number in 0..MOST as u64 + 10 {
			history.push(Attempt {
				request: OrderId::from_low_u64_be(number),
				result: Result::Matched,
				deal: Some(number),
				error: None,
				fee: true,
				block: 1,
				millis: None,
			});
		}
		let all = history.all();
		assert_eq!((all.len(), all[0].deal), (MOST, Some(MOST as u64 + 9)));
	}
}
