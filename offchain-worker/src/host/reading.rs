//! Whether what the newest blocks show is being read, beside the loop.

use assay_primitives::BlockNumber;

/// How much was read the last time.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Extent {
	/// All that matters.
	#[default]
	Whole,
	/// Not all of it. The next tick or block tries again.
	Part,
}

/// Whether it is being read.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Reading {
	/// It is not.
	Idle(Extent),
	/// It is.
	Under {
		/// The best block when it began.
		since: BlockNumber,
		/// There are newer blocks by now.
		newer: bool,
		/// What was read before.
		before: Extent,
	},
}

impl Default for Reading {
	fn default() -> Self {
		Self::Idle(Extent::Whole)
	}
}

impl Reading {
	/// Whether the newest blocks are to be read, `now` being the best. What is under way is not begun a second time; those
	/// that came since are read after it.
	pub fn begin(&mut self, now: BlockNumber) -> bool {
		match self {
			Self::Idle(before) => {
				*self = Self::Under { since: now, newer: false, before: *before };
				true
			},
			Self::Under { newer, .. } => {
				*newer = true;
				false
			},
		}
	}

	/// It is over. Whether there are newer blocks.
	pub fn end(&mut self, extent: Extent) -> bool {
		let newer = matches!(self, Self::Under { newer: true, .. });
		*self = Self::Idle(extent);
		newer
	}

	/// Whether it is to be tried again, without a new block.
	pub fn is_due(&self) -> bool {
		*self == Self::Idle(Extent::Part)
	}

	/// Whether not all was read the last time.
	pub fn is_part(&self) -> bool {
		let (Self::Idle(extent) | Self::Under { before: extent, .. }) = self;
		*extent == Extent::Part
	}

	/// Whether what was read last is too old to rely on: more is being read, for longer than a block.
	pub fn is_late(&self, now: BlockNumber) -> bool {
		matches!(self, Self::Under { since, .. } if now > since.saturating_add(1))
	}

	/// Whether it is being read.
	pub fn is_under_way(&self) -> bool {
		matches!(self, Self::Under { .. })
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn newer_blocks_should_be_read_once_what_is_under_way_has_ended() {
		let mut reading = Reading::default();
		assert!(reading.begin(7));
		assert!(!reading.begin(8) && !reading.begin(9), "one at a time");
		assert!(!reading.is_late(8) && reading.is_late(9), "a block is no delay");
		assert!(reading.end(Extent::Whole), "there are newer ones");
		assert!(reading.begin(9));
		assert!(!reading.end(Extent::Whole) && !reading.is_due());
	}

	#[test]
	fn blocks_should_be_read_again_when_a_part_was_missing() {
		let mut reading = Reading::default();
		assert!(reading.begin(7) && !reading.is_part());
		reading.end(Extent::Part);
		assert!(reading.is_due() && reading.is_part());
		assert!(reading.begin(7));
		assert!(!reading.is_due() && reading.is_part(), "until more is known");
		reading.end(Extent::Whole);
		assert!(!reading.is_due() && !reading.is_part());
	}
}
