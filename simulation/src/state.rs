//! Where the state of a chain is kept.

use polkadot_sdk::sp_io::TestExternalities;

/// The state of a chain.
pub trait State {
	/// Runs what reads and changes it.
	fn enter<R>(&mut self, run: impl FnOnce() -> R) -> R;

	/// A copy that goes its own way.
	fn fork(&mut self) -> Self;
}

/// A state of which the newest changes can be taken back.
pub trait Undo: State {
	/// Marks the state as it is. Marks are nested.
	fn mark(&mut self);

	/// Takes back all that changed since the newest mark, and the mark.
	fn undo(&mut self);
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
