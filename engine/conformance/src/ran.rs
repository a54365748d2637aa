//! What a run gives, on whatever it ran.

use assay_primitives::outcome::Class;
use assay_wasi::Outputs;
use std::fmt;

/// How a run ended.
#[derive(Clone, Eq, PartialEq)]
pub struct Ran {
	/// How.
	pub class: Class,
	/// Gas used.
	pub gas_used: u64,
	/// What it left.
	pub outputs: Outputs,
}

impl Ran {
	/// Standard output.
	pub fn stdout(&self) -> &[u8] {
		&self.outputs.contents[0]
	}
}

impl fmt::Debug for Ran {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let root = self.outputs.manifest.root();
		write!(f, "{:?} with {} gas and outputs {root:?}", self.class, self.gas_used)
	}
}
