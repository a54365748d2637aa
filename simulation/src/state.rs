//! Where the state of a chain is kept.

use polkadot_sdk::sp_io::TestExternalities;

/// The state of a chain.
pub trait State {
	/// Runs what reads and changes it.
	fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R;

	/// A copy that goes its own way.
	fn fork(&mut self) -> Self;
}

impl State for TestExternalities {
	fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R {
		self.execute_with(run)
	}

	fn fork(&mut self) -> Self {
		let mut copy = Self::default();
		copy.backend = self.as_backend();
		copy
	}
}
