//! What is done now and then beside a loop, one at a time.

use std::time::{Duration, Instant};

/// Where it stands.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Chore {
	/// It was never done.
	#[default]
	New,
	/// It is being done.
	Under { since: Instant },
	/// It was begun then, and has ended.
	Done { since: Instant },
}

impl Chore {
	/// Whether it is to be begun, which it then is: so long after it was begun the last time, and not while it is done.
	pub fn begin(&mut self, every: Duration) -> bool {
		let due = match self {
			Self::New => true,
			Self::Under { .. } => false,
			Self::Done { since } => since.elapsed() >= every,
		};
		if due {
			*self = Self::Under { since: Instant::now() };
		}
		due
	}

	/// It has ended.
	pub fn end(&mut self) {
		if let Self::Under { since } = *self {
			*self = Self::Done { since };
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn chore_should_be_begun_only_when_it_has_ended_and_its_time_has_come() {
		let (at_once, never) = (Duration::ZERO, Duration::MAX);
		let mut chore = Chore::default();
		assert!(chore.begin(never), "it was never done");
		assert!(!chore.begin(at_once), "it is being done");
		chore.end();
		assert!(!chore.begin(never) && chore.begin(at_once));
		chore.end();
		chore.end();
		assert!(chore.begin(at_once));
	}
}
