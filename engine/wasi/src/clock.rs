//! The virtual clock.

/// Where every clock starts: 2000-01-01T00:00:00Z, in nanoseconds since 1970.
pub const EPOCH: u64 = 946_684_800_000_000_000;
/// What reading a clock adds to it, in nanoseconds; also the resolution that clocks claim.
pub const TICK: u64 = 1_000;

/// One counter of nanoseconds behind all four clocks of preview 1.
///
/// It moves when it is read and when the program sleeps, never by itself, and it does not depend on
/// gas: a change of prices does not change what a program sees.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(u64);

impl Clock {
	pub fn new() -> Self {
		Self(EPOCH)
	}

	/// The time, without moving it.
	pub fn now(&self) -> u64 {
		self.0
	}

	/// The time as a program reads it; moves the clock by a tick.
	pub fn read(&mut self) -> u64 {
		let now = self.0;
		self.0 = now.saturating_add(TICK);
		now
	}

	/// Sleeps until `deadline`, which may lie in the past.
	pub fn advance_to(&mut self, deadline: u64) {
		self.0 = self.0.max(deadline);
	}
}
