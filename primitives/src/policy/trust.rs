//! Votes have the weight of their providers' scores.

use super::{LEAST_TRUSTED, MAX_REPLICAS, PolicyFault, Rules, Votes};
use crate::consensus::MAX_TRUST;
use alloc::{format, string::String, vec, vec::Vec};

/// See [`Policy::Trust`](super::Policy::Trust).
pub(super) struct Trust {
	pub trust: u32,
}

impl Rules for Trust {
	fn validate(&self) -> Result<(), PolicyFault> {
		let possible = (1..=MAX_TRUST).contains(&self.trust);
		if possible { Ok(()) } else { Err(PolicyFault::TrustOutOfRange) }
	}

	/// The least n with 2^n > trust − 1, but never one alone.
	fn first_wave(&self) -> u32 {
		let least = self.trust.saturating_sub(1).checked_ilog2().map_or(1, |log| log + 1);
		least.max(LEAST_TRUSTED)
	}

	fn max_replicas(&self) -> u32 {
		MAX_REPLICAS
	}

	fn votes(&self) -> Votes {
		Votes::Weighed(self.trust)
	}

	fn text(&self) -> String {
		format!("trust {}", self.trust)
	}

	fn words(&self) -> String {
		format!("weighted votes, trust {}", self.trust)
	}

	fn parameters(&self) -> Vec<(&'static str, u32)> {
		vec![("trust", self.trust)]
	}
}

#[cfg(test)]
mod tests {
	use super::super::*;
	use crate::consensus::{MAX_TRUST, Tally};

	/// PoCo's table of replicas for providers without a score.
	#[test]
	fn first_wave_should_be_the_least_that_can_win_when_nobody_has_a_score() {
		for (trust, replicas) in [(1, 2), (2, 2), (3, 2), (4, 2), (5, 3), (8, 3), (9, 4), (16, 4)] {
			assert_eq!(Policy::Trust { trust }.first_wave(), replicas, "trust {trust}");
		}
		for trust in (1..2_000).chain([10_000, 524_289, MAX_TRUST]) {
			let least = Tally::new(trust).missing([2; 20]).expect("twenty reach every trust");
			let least = least.max(LEAST_TRUSTED);
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
}
