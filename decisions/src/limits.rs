//! What is taken on, by the settings of whoever runs it.

use assay_primitives::{AccountId, Hash, case::CaseLimits, task::Demand};
use std::time::Duration;

/// What is not worked on, whatever was offered.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct WorkLimits {
	pub max_module_bytes: u64,
	pub max_input_bytes: u64,
	pub max_output_bytes: u64,
	pub max_gas: u64,
	pub max_memory_pages: u32,
	pub wall: Duration,
}

/// What a daemon comes with.
impl Default for WorkLimits {
	fn default() -> Self {
		Self {
			max_module_bytes: 16 << 20,
			max_input_bytes: 256 << 20,
			max_output_bytes: 256 << 20,
			max_gas: 100_000_000_000,
			max_memory_pages: 16_384,
			wall: Duration::from_secs(3_600),
		}
	}
}

impl WorkLimits {
	/// What a mediator with these limits declares on the chain, speed and wage aside.
	pub fn of_cases(&self) -> CaseLimits {
		CaseLimits {
			max_gas: self.max_gas,
			max_memory_pages: self.max_memory_pages,
			max_module_bytes: self.max_module_bytes,
			max_input_bytes: self.max_input_bytes,
			max_output_bytes: self.max_output_bytes,
			..CaseLimits::default()
		}
	}

	/// Whether everything within what was declared is judged.
	pub fn judge(&self, declared: &CaseLimits) -> bool {
		self.of_cases().reach(declared)
	}

	/// What a task may need at most.
	pub fn most(&self) -> Demand {
		self.of_cases().most()
	}
}

/// Whose tasks are worked on.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Clients {
	pub allow: Vec<AccountId>,
	pub deny: Vec<AccountId>,
}

impl Clients {
	/// Whether this client's tasks are worked on.
	pub fn admits(&self, client: &AccountId) -> bool {
		!self.deny.contains(client) && (self.allow.is_empty() || self.allow.contains(client))
	}
}

/// Which modules are run in cases.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Modules {
	pub allow: Vec<Hash>,
	pub deny: Vec<Hash>,
}

impl Modules {
	/// Whether a module is run.
	pub fn admit(&self, module: &Hash) -> bool {
		!self.deny.contains(module) && (self.allow.is_empty() || self.allow.contains(module))
	}
}
