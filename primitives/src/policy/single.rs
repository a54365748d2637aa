//! One replica, checked at random.

use super::{Deterrent, MIN_CHECK_PPM, PPM, PolicyFault, Rules, Votes};
use alloc::{format, string::String, vec, vec::Vec};

/// See [`Policy::Single`](super::Policy::Single).
pub(super) struct Single {
	pub check_ppm: u32,
	pub stake_factor: u16,
}

/// The least factor of a stake that makes a lie a loss which is found with this probability: above 1/p − 1.
pub fn least_stake_factor(check_ppm: u32) -> u32 {
	// factor > 1/p − 1, times p: a lie that is found loses more than the others gain.
	(PPM.saturating_sub(check_ppm) / check_ppm.max(1)).saturating_add(1)
}

impl Rules for Single {
	fn validate(&self) -> Result<(), PolicyFault> {
		let Self { check_ppm, stake_factor } = *self;
		if !(MIN_CHECK_PPM..=PPM).contains(&check_ppm) {
			return Err(PolicyFault::CheckOutOfRange);
		}
		let deters = u32::from(stake_factor) >= least_stake_factor(check_ppm);
		if deters { Ok(()) } else { Err(PolicyFault::StakeFactorTooLow) }
	}

	fn first_wave(&self) -> u32 {
		1
	}

	fn votes(&self) -> Votes {
		Votes::Equal(1)
	}

	fn deterrent(&self) -> Deterrent {
		Deterrent::Check { ppm: self.check_ppm, stake_factor: self.stake_factor }
	}

	fn text(&self) -> String {
		let Self { check_ppm, stake_factor } = self;
		format!("a check in {check_ppm} of {PPM} tasks, stake {stake_factor} times the price")
	}

	fn words(&self) -> String {
		let check = percent(self.check_ppm);
		format!("one, checked with {check} %, staking {} times its price", self.stake_factor)
	}

	fn parameters(&self) -> Vec<(&'static str, u32)> {
		vec![("checkPpm", self.check_ppm), ("stakeFactor", self.stake_factor.into())]
	}
}

/// Without floats, which the runtime has no use for.
fn percent(ppm: u32) -> String {
	let (whole, part) = (ppm / (PPM / 100), ppm % (PPM / 100));
	match part {
		0 => format!("{whole}"),
		part => String::from(format!("{whole}.{part:04}").trim_end_matches('0')),
	}
}

#[cfg(test)]
mod tests {
	use super::super::*;

	/// p = 20 % needs more than 4, p = 5 % more than 19.
	#[test]
	fn single_should_be_refused_when_lying_would_pay() {
		let single =
			|check_ppm, stake_factor| Policy::Single { check_ppm, stake_factor }.validate();
		assert_eq!(single(200_000, 4), Err(PolicyFault::StakeFactorTooLow));
		assert_eq!(single(200_000, 5), Ok(()));
		assert_eq!(single(50_000, 19), Err(PolicyFault::StakeFactorTooLow));
		assert_eq!(single(50_000, 20), Ok(()));
		assert_eq!(single(49_999, u16::MAX), Err(PolicyFault::CheckOutOfRange));
		assert_eq!(single(PPM + 1, 1), Err(PolicyFault::CheckOutOfRange));
		assert_eq!(single(PPM, 0), Err(PolicyFault::StakeFactorTooLow));
		assert_eq!(single(PPM, 1), Ok(()));
	}

	#[test]
	fn least_factor_should_be_the_least_that_is_taken() {
		for check_ppm in (MIN_CHECK_PPM..=PPM).step_by(997).chain([PPM / 3, PPM / 2, PPM]) {
			let least = u16::try_from(least_stake_factor(check_ppm)).expect("small");
			let single = |stake_factor| Policy::Single { check_ppm, stake_factor }.validate();
			assert_eq!(single(least), Ok(()), "{check_ppm}");
			assert_eq!(single(least - 1), Err(PolicyFault::StakeFactorTooLow), "{check_ppm}");
		}
	}
}
