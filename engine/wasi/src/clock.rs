//! The virtual clock.

/// Where every clock starts: 2000-01-01T00:00:00Z, in nanoseconds since 1970.
pub const EPOCH: u64 = 946_684_800_000_000_000;
/// What reading a clock adds to it, in nanoseconds; also the resolution that clocks claim.
pub const TICK: u64 = 1_000;

/// One counter of nanoseconds behind all four clocks of preview 1.
///
/// It moves when it is read and when the program sleeps, and in later worlds with the gas that is used.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Clock {
	/// By reading and sleeping.
	moved: u64,
	/// By gas.
	worked: u64,
}

impl Clock {
	/// The time, without moving it.
	pub fn now(&self) -> u64 {
		EPOCH.saturating_add(self.moved).saturating_add(self.worked)
	}

	/// The time as a program reads it; moves the clock by a tick.
	pub fn read(&mut self) -> u64 {
		let now = self.now();
		self.moved = self.moved.saturating_add(TICK);
		now
	}

	/// Sleeps until `deadline`, which may lie in the past.
	pub fn advance_to(&mut self, deadline: u64) {
		self.moved = self.moved.saturating_add(deadline.saturating_sub(self.now()));
	}

	/// Notes how long the program has worked in all.
	pub fn work(&mut self, worked: u64) {
		self.worked = worked;
	}

	/// Nanoseconds that it has moved otherwise.
	pub fn moved(&self) -> u64 {
		self.moved
	}
}
