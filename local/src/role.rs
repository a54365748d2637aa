//! What a daemon of a local network does.

/// What a daemon does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
	/// Runs jobs.
	Provider,
	/// Judges cases.
	Mediator,
	/// Runs what others agreed on again.
	Watcher,
}

impl Role {
	/// As the daemon calls it, and people.
	pub fn name(self) -> &'static str {
		match self {
			Self::Provider => "provider",
			Self::Mediator => "mediator",
			Self::Watcher => "watcher",
		}
	}
}
