//! How a task's outcome is established.

use crate::consensus::MAX_TRUST;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

/// Most replicas that a task may have.
pub const MAX_REPLICAS: u32 = 20;
/// Most candidates that a deal may have.
pub const MAX_CANDIDATES: u32 = 32;
/// Parts of a probability in one.
pub const PPM: u32 = 1_000_000;
/// Least probability with which a single replica is checked: 5 %.
pub const MIN_CHECK_PPM: u32 = 50_000;

/// How a task's outcome is established.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Policy {
	/// `required` equal digests out of a first wave of `replicas`.
	#[codec(index = 0)]
	Quorum {
		/// Replicas of the first wave, n.
		replicas: u8,
		/// Equal digests that settle the task, k; more than half of n.
		required: u8,
	},
	/// PoCo's weights and inequality; see [`crate::consensus`]. Waves are as large as it takes for the
	/// inequality to hold if all of them agree.
	#[codec(index = 1)]
	Trust {
		/// Confidence is 1 − 1/trust. From 1 to [`MAX_TRUST`].
		trust: u32,
	},
	/// One replica, whose result stands unless the client or the chain has it checked.
	#[codec(index = 2)]
	Single {
		/// Probability with which the chain checks, p, in millionths; at least [`MIN_CHECK_PPM`].
		check_ppm: u32,
		/// Stake of the replica as a multiple of its highest price; more than 1/p − 1.
		stake_factor: u16,
	},
}

reasons! {
	/// What a policy asks for that can't be.
	pub enum PolicyFault {
		0 NoReplicas: "there must be at least one replica",
		1 TooManyReplicas: "there can't be more than 20 replicas",
		2 RequiredAboveReplicas: "more are required to agree than there are replicas",
		3 RequiredBelowMajority: "more than half of the replicas must have to agree",
		4 TrustOutOfRange: "the trust must be from 1 to 1000000",
		5 CheckOutOfRange: "a single replica must be checked with 5 % to 100 %",
		6 StakeFactorTooLow: "the stake of a single replica must make lying a loss",
	}
}

impl Policy {
	/// Checks the parameters.
	pub fn validate(&self) -> Result<(), PolicyFault> {
		match *self {
			Self::Quorum { replicas, required } => validate_quorum(replicas, required),
			Self::Trust { trust } if trust == 0 || trust > MAX_TRUST => {
				Err(PolicyFault::TrustOutOfRange)
			},
			Self::Trust { .. } => Ok(()),
			Self::Single { check_ppm, .. } if !(MIN_CHECK_PPM..=PPM).contains(&check_ppm) => {
				Err(PolicyFault::CheckOutOfRange)
			},
			Self::Single { check_ppm, stake_factor } => {
				// factor > 1/p − 1, times p: a lie that is found loses more than the others gain.
				let deters =
					u64::from(stake_factor) * u64::from(check_ppm) > u64::from(PPM - check_ppm);
				if deters { Ok(()) } else { Err(PolicyFault::StakeFactorTooLow) }
			},
		}
	}

	/// Replicas of the first wave: the least that can settle the task where nobody has a score yet.
	/// At least one, whatever the parameters.
	pub fn first_wave(&self) -> u32 {
		match *self {
			Self::Quorum { replicas, .. } => replicas.into(),
			// The least n with 2^n > trust − 1.
			Self::Trust { trust } => {
				trust.saturating_sub(1).checked_ilog2().map_or(1, |log| log + 1)
			},
			Self::Single { .. } => 1,
		}
	}

	/// Most replicas over all waves: 2n + 1 or, where weights decide, [`MAX_REPLICAS`]; never more than
	/// that.
	pub fn max_replicas(&self) -> u32 {
		match self {
			Self::Trust { .. } => MAX_REPLICAS,
			Self::Quorum { .. } | Self::Single { .. } => {
				(2 * self.first_wave() + 1).min(MAX_REPLICAS)
			},
		}
	}
}

fn validate_quorum(replicas: u8, required: u8) -> Result<(), PolicyFault> {
	if replicas == 0 || required == 0 {
		return Err(PolicyFault::NoReplicas);
	}
	if u32::from(replicas) > MAX_REPLICAS {
		return Err(PolicyFault::TooManyReplicas);
	}
	if required > replicas {
		return Err(PolicyFault::RequiredAboveReplicas);
	}
	if u16::from(required) * 2 <= u16::from(replicas) {
		return Err(PolicyFault::RequiredBelowMajority);
	}
	Ok(())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::consensus::Tally;

	/// PoCo's table of replicas for providers without a score.
	#[test]
	fn first_wave_should_be_the_least_that_can_win_when_nobody_has_a_score() {
		for (trust, replicas) in [(1, 1), (2, 1), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (16, 4)] {
			assert_eq!(Policy::Trust { trust }.first_wave(), replicas, "trust {trust}");
		}
		for trust in (1..2_000).chain([10_000, 524_289, MAX_TRUST]) {
			let least = Tally::new(trust).missing([2; 20]).expect("twenty reach every trust");
			assert_eq!(Policy::Trust { trust }.first_wave(), least, "trust {trust}");
		}
	}

	#[test]
	fn trust_should_be_refused_when_nobody_could_reach_it() {
		let fault = Err(PolicyFault::TrustOutOfRange);
		assert_eq!(Policy::Trust { trust: 0 }.validate(), fault);
		assert_eq!(Policy::Trust { trust: MAX_TRUST + 1 }.validate(), fault);
		assert_eq!(Policy::Trust { trust: u32::MAX }.validate(), fault);
		assert_eq!(Policy::Trust { trust: MAX_TRUST }.validate(), Ok(()));
	}

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
	fn replicas_should_never_exceed_what_a_task_may_have() {
		for replicas in 1..=20u8 {
			let policy = Policy::Quorum { replicas, required: replicas };
			assert_eq!(policy.max_replicas(), u32::from(2 * replicas + 1).min(MAX_REPLICAS));
		}
		assert_eq!(Policy::Trust { trust: 4 }.max_replicas(), MAX_REPLICAS);
		assert_eq!(Policy::Single { check_ppm: PPM, stake_factor: 1 }.max_replicas(), 3);
	}
}
