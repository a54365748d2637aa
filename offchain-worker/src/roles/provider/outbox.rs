//! Transactions on their way.

use assay_decisions::provider::TaskCall;
use std::collections::BTreeMap;

/// Those on their way, and what waits for them.
#[derive(Debug, Default)]
pub struct Outbox {
	/// By their kind.
	on_their_way: BTreeMap<TaskCall, usize>,
	/// Items that wait for those, since they were counted last.
	pub held: usize,
}

impl Outbox {
	/// One was sent.
	pub fn send(&mut self, call: TaskCall) {
		*self.on_their_way.entry(call).or_default() += 1;
	}

	/// One is in a block, or failed.
	pub fn arrive(&mut self, call: TaskCall) {
		if let Some(count) = self.on_their_way.get_mut(&call) {
			*count = count.saturating_sub(1);
		}
	}

	/// Whether none of a kind is on its way.
	pub fn is_free(&self, call: TaskCall) -> bool {
		self.on_their_way.get(&call).is_none_or(|count| *count == 0)
	}
}
