//! Two outcomes of one task.

use assay_primitives::{outcome::Outcome, task::TaskId};
use std::fmt;

/// The outcome on chain and the one here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Mismatch {
	/// Which task.
	pub task: TaskId,
	/// On chain.
	pub chain: Outcome,
	/// Here.
	pub local: Outcome,
}

impl Mismatch {
	/// The parts that differ: name, on chain, here.
	pub fn differences(&self) -> Vec<(&'static str, String, String)> {
		let (chain, local) = (&self.chain, &self.local);
		let all = [
			("class", format!("{:?}", chain.class), format!("{:?}", local.class)),
			("gas used", chain.gas_used.to_string(), local.gas_used.to_string()),
			("outputs", chain.output.len.to_string(), local.output.len.to_string()),
			("output root", format!("{:?}", chain.output.root), format!("{:?}", local.output.root)),
			("output bytes", chain.output_bytes.to_string(), local.output_bytes.to_string()),
		];
		all.into_iter().filter(|(_, chain, local)| chain != local).collect()
	}
}

impl fmt::Display for Mismatch {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		for (position, (name, chain, local)) in self.differences().into_iter().enumerate() {
			let separator = if position == 0 { "" } else { ", " };
			write!(f, "{separator}{name} {chain} on chain and {local} here")?;
		}
		Ok(())
	}
}
