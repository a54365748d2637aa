//! How a task's outcome is established.
//!
//! Each policy is a file of this folder, and says there all that is its own ([`Rules`]). Ledger, money and
//! clients ask it, and know of no policy by name. `docs/adding.md` adds one.

mod quorum;
mod single;
mod trust;

use crate::apply;
use alloc::{string::String, vec::Vec};
use core::ops::RangeInclusive;

use quorum::Quorum;
use single::Single;
pub use single::least_stake_factor;
use trust::Trust;

/// Most replicas that a task may have.
pub const MAX_REPLICAS: u32 = 20;
/// Most candidates that a deal may have.
pub const MAX_CANDIDATES: u32 = 32;
/// Parts of a probability in one.
pub const PPM: u32 = 1_000_000;
/// Fewest replicas that have to agree where votes are weighed by scores. A score says what somebody has done
/// so far, for which he has been paid; it can be had for money, and puts nothing at risk.
pub const LEAST_TRUSTED: u32 = 2;
/// Least probability with which a single replica is checked: 5 %.
pub const MIN_CHECK_PPM: u32 = 50_000;

/// How a task's outcome is established.
#[apply(stored)]
#[derive(Copy)]
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
		/// Confidence is 1 − 1/trust. From 1 to [`MAX_TRUST`](crate::consensus::MAX_TRUST).
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

impl PolicyFault {
	/// What can be done about it, where the sentence does not say it.
	pub fn hint(&self) -> Option<&'static str> {
		match self {
			Self::StakeFactorTooLow => {
				Some("raise the factor of the stake, or the share of checks")
			},
			_ => None,
		}
	}
}

/// By what revealed digests become the outcome.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Votes {
	/// So many have to be equal.
	Equal(u32),
	/// Each has the weight of its provider's score, and the inequality has to hold for this trust; see
	/// [`crate::consensus`].
	Weighed(u32),
}

/// What keeps a replica from lying, which its stake has to be made for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Deterrent {
	/// The other replicas, and audits at the chain's rate.
	Others,
	/// Audits at the chain's rate and nothing else: what one replica says is the outcome.
	Alone,
	/// A check of its own result, with this probability in millionths.
	Check {
		/// The probability.
		ppm: u32,
		/// Least stake, as a multiple of the lowest P_max.
		stake_factor: u16,
	},
}

/// What a policy decides.
trait Rules {
	/// Checks the parameters.
	fn validate(&self) -> Result<(), PolicyFault>;

	/// Replicas of the first wave, the least that can settle the task where nobody has a score yet.
	fn first_wave(&self) -> u32;

	/// Most replicas over all waves.
	fn max_replicas(&self) -> u32 {
		2 * self.first_wave() + 1
	}

	/// By what revealed digests become the outcome.
	fn votes(&self) -> Votes;

	/// What keeps a replica from lying.
	fn deterrent(&self) -> Deterrent {
		Deterrent::Others
	}

	/// As the text says it that a client signs. It must never change for the same parameters.
	fn text(&self) -> String;

	/// For people.
	fn words(&self) -> String;

	/// Parameters by the names that programs read.
	fn parameters(&self) -> Vec<(&'static str, u32)>;
}

impl Policy {
	/// Asks the file of the policy.
	fn ask<R>(&self, ask: impl FnOnce(&dyn Rules) -> R) -> R {
		match *self {
			Self::Quorum { replicas, required } => ask(&Quorum { replicas, required }),
			Self::Trust { trust } => ask(&Trust { trust }),
			Self::Single { check_ppm, stake_factor } => ask(&Single { check_ppm, stake_factor }),
		}
	}

	/// A quorum of so many replicas of which more than half have to agree, the fewest that may.
	pub fn majority(replicas: u8) -> Self {
		Self::Quorum { replicas, required: replicas / 2 + 1 }
	}

	/// Checks the parameters.
	pub fn validate(&self) -> Result<(), PolicyFault> {
		self.ask(|rules| rules.validate())
	}

	/// Replicas of the first wave: the least that can settle the task where nobody has a score yet.
	/// At least one, whatever the parameters.
	pub fn first_wave(&self) -> u32 {
		self.ask(|rules| rules.first_wave())
	}

	/// Most replicas over all waves: 2n + 1 or, where weights decide, [`MAX_REPLICAS`]; never more than
	/// that.
	pub fn max_replicas(&self) -> u32 {
		self.ask(|rules| rules.max_replicas()).min(MAX_REPLICAS)
	}

	/// Candidates to name where a client wants at least so many: as many as it takes, and no more than there can
	/// be replicas.
	pub fn candidates(&self, least: u32) -> RangeInclusive<u32> {
		let needed = self.first_wave().max(least);
		needed..=needed.max(self.max_replicas()).min(MAX_CANDIDATES)
	}

	/// By what revealed digests become the outcome.
	pub fn votes(&self) -> Votes {
		self.ask(|rules| rules.votes())
	}

	/// What keeps a replica from lying.
	pub fn deterrent(&self) -> Deterrent {
		self.ask(|rules| rules.deterrent())
	}

	/// As the text says it that a client signs.
	pub fn text(&self) -> String {
		self.ask(|rules| rules.text())
	}

	/// For people.
	pub fn words(&self) -> String {
		self.ask(|rules| rules.words())
	}

	/// Parameters by the names that programs read.
	pub fn parameters(&self) -> Vec<(&'static str, u32)> {
		self.ask(|rules| rules.parameters())
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn replicas_should_never_exceed_what_a_task_may_have() {
		for replicas in 1..=20u8 {
			let policy = Policy::Quorum { replicas, required: replicas };
			assert_eq!(policy.max_replicas(), u32::from(2 * replicas + 1).min(MAX_REPLICAS));
		}
		assert_eq!(Policy::Trust { trust: 4 }.max_replicas(), MAX_REPLICAS);
		assert_eq!(Policy::Single { check_ppm: PPM, stake_factor: 1 }.max_replicas(), 3);
	}

	#[test]
	fn majority_should_be_the_fewest_that_may_have_to_agree() {
		for replicas in 1..=20 {
			let policy = Policy::majority(replicas);
			assert_eq!(policy.validate(), Ok(()), "{replicas}");
			let Policy::Quorum { required, .. } = policy else { panic!("a quorum") };
			let fewer = Policy::Quorum { replicas, required: required - 1 };
			assert!(fewer.validate().is_err(), "{replicas}");
		}
	}

	#[test]
	fn words_should_say_what_the_parameters_are() {
		let quorum = Policy::Quorum { replicas: 3, required: 2 };
		assert_eq!(quorum.words(), "2 of 3 must agree");
		assert_eq!(Policy::Trust { trust: 20 }.words(), "weighted votes, trust 20");
		for (check_ppm, percent) in [(200_000, "20"), (1_000_000, "100"), (55_500, "5.55")] {
			let single = Policy::Single { check_ppm, stake_factor: 5 };
			let words = alloc::format!("one, checked with {percent} %, staking 5 times its price");
			assert_eq!(single.words(), words);
		}
	}
}
