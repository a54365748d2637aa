//! From the end of a run, as an engine sees it, to its class and gas.

use crate::Trap;
use assay_primitives::outcome::Class;

/// How the call of [`RUN_EXPORT`](crate::RUN_EXPORT) ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
	/// It returned.
	Returned,
	/// A host function ended it with this exit code.
	Exited(u32),
	/// A host function ended it because its outputs would have grown too large.
	OutputLimit,
	/// A host function ended it because its gas did not suffice.
	OutOfGas,
	/// It hit a trap that the language defines.
	Trapped,
}

impl Ending {
	/// Class of the run and the gas that it used, from what the two globals hold after it and the
	/// limit that it had.
	pub fn outcome(self, gas_left: i64, slots_left: i32, limit: u64) -> (Class, u64) {
		let class = match self {
			Self::Returned => Class::Exited(0),
			Self::Exited(code) => Class::Exited(code),
			Self::OutputLimit => Class::OutputLimit,
			Self::OutOfGas => Class::OutOfGas,
			Self::Trapped => match Trap::of(gas_left, slots_left) {
				Trap::OutOfGas => Class::OutOfGas,
				Trap::StackExhausted => Class::StackExhausted,
				Trap::Program => Class::Trapped,
			},
		};
		let used = match class {
			Class::OutOfGas => limit,
			_ => limit.saturating_sub(u64::try_from(gas_left).unwrap_or(0)),
		};
		(class, used)
	}
}

/// What a host function that charges `amount` sets the gas global to; `None` where what is left
/// does not suffice: then it sets the global to -1 and ends the run.
#[inline]
pub fn take_gas(left: i64, amount: u64) -> Option<i64> {
	let rest = left.checked_sub(i64::try_from(amount).ok()?)?;
	(rest >= 0).then_some(rest)
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn gas_used_should_be_the_limit_when_gas_ran_out_anywhere() {
		assert_eq!(Ending::OutOfGas.outcome(-1, 5, 100), (Class::OutOfGas, 100));
		assert_eq!(Ending::Trapped.outcome(-70, 5, 100), (Class::OutOfGas, 100));
		assert_eq!(Ending::Trapped.outcome(30, -2, 100), (Class::StackExhausted, 70));
		assert_eq!(Ending::Trapped.outcome(30, 2, 100), (Class::Trapped, 70));
		assert_eq!(Ending::Exited(7).outcome(0, 2, 100), (Class::Exited(7), 100));
		assert_eq!(Ending::Returned.outcome(100, 2, 100), (Class::Exited(0), 0));
		assert_eq!(Ending::OutputLimit.outcome(1, 2, 100), (Class::OutputLimit, 99));
	}

	#[test]
	fn gas_should_not_be_taken_when_less_is_left() {
		assert_eq!(take_gas(5, 5), Some(0));
		assert_eq!(take_gas(5, 6), None);
		assert_eq!(take_gas(5, u64::MAX), None);
		assert_eq!(take_gas(-1, 0), None);
		assert_eq!(take_gas(i64::MIN, i64::MAX as u64), None);
	}
}
