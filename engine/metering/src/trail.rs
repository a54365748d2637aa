//! What a run goes by: samples of what its functions and loops begin with.
//!
//! The memory of a program may never change while it computes. So that nobody knows what such a run has come
//! to but who has made it, values of locals are mixed into a number now and then. That is done where gas is
//! looked at anyway: instead of with zero, what is left is compared with a mark, which lies below it.

use assay_primitives::profile::SAMPLED_GAS;

/// Marks are multiples of this, a power of two.
pub const INTERVAL: i64 = SAMPLED_GAS as i64;
/// How far the number turns with each sample.
pub(crate) const TURN: u32 = 23;
/// What it is multiplied by. It is odd, so nothing is lost.
pub(crate) const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
/// How far the first of two values is turned before the second is laid over it.
pub(crate) const APART: u32 = 32;

/// Locals that a sample is made of; fewer where a function has assigned no two by then.
///
/// They are the two that were assigned last, in the order of the text. Those that a function takes count as
/// assigned in their order. Only integers count.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Sampled(pub [Option<Local>; 2]);

/// A local that holds an integer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Local {
	/// Its index. There are far fewer.
	pub index: u16,
	/// Whether it has 64 bits.
	pub long: bool,
}

impl Sampled {
	/// Notes that a local was assigned.
	pub(crate) fn assign(&mut self, local: Local) {
		let [last, _] = self.0;
		if last != Some(local) {
			self.0 = [Some(local), last];
		}
	}
}

/// Where the number and the mark have come to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Trail {
	/// The number.
	pub number: u64,
	/// What is left of the gas when the next sample is due. Never negative.
	pub mark: i64,
}

impl Default for Trail {
	fn default() -> Self {
		Self { number: 0, mark: i64::MAX }
	}
}

impl Trail {
	/// Whether a sample is due.
	#[inline(always)]
	pub fn is_due(&self, gas: i64) -> bool {
		gas < self.mark
	}

	/// Takes a sample of two values, with so much gas left. The next one is due below the multiple of
	/// [`INTERVAL`] that this is or lies above.
	pub fn sample(&mut self, gas: i64, [last, before]: [u64; 2]) {
		let values = last.rotate_left(APART) ^ before;
		let turned = self.number.rotate_left(TURN).wrapping_add(gas as u64);
		self.number = (turned ^ values).wrapping_mul(FACTOR);
		self.mark = gas & -INTERVAL;
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn trail_should_be_another_when_a_value_or_its_time_is() {
		let of = |samples: &[(i64, [u64; 2])]| {
			let mut trail = Trail::default();
			samples.iter().for_each(|(gas, values)| trail.sample(*gas, *values));
			trail.number
		};
		let usual = of(&[(50_000, [1, 2]), (20_000, [3, 4])]);
		for other in [
			[(50_000, [2, 1]), (20_000, [3, 4])],
			[(50_000, [1, 2]), (20_000, [3, 5])],
			[(50_001, [1, 2]), (20_000, [3, 4])],
			[(50_000, [1, 2]), (20_001, [3, 4])],
			[(20_000, [3, 4]), (50_000, [1, 2])],
		] {
			assert_ne!(of(&other), usual, "{other:?}");
		}
	}

	#[test]
	fn mark_should_never_be_negative_when_little_gas_is_left() {
		let mut trail = Trail::default();
		assert!(trail.is_due(i64::MAX - 1));
		trail.sample(2 * INTERVAL - 1, [0; 2]);
		assert_eq!(trail.mark, INTERVAL);
		assert_eq!((trail.is_due(INTERVAL), trail.is_due(INTERVAL - 1)), (false, true));
		trail.sample(INTERVAL, [0; 2]);
		assert_eq!(trail.mark, INTERVAL);
		trail.sample(4, [0; 2]);
		assert_eq!((trail.mark, trail.is_due(0), trail.is_due(-1)), (0, false, true));
	}

	#[test]
	fn locals_should_be_the_two_assigned_last() {
		let local = |index| Local { index, long: false };
		let mut sampled = Sampled::default();
		for (index, expected) in [(1, [1, 1]), (1, [1, 1]), (2, [2, 1]), (1, [1, 2]), (3, [3, 1])] {
			sampled.assign(local(index));
			assert_eq!(sampled.0[0], Some(local(expected[0])));
			assert_eq!(sampled.0[1].is_some(), expected[0] != expected[1]);
			assert!(sampled.0[1].is_none_or(|it| it == local(expected[1])));
		}
	}
}
