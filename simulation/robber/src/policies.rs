//! How results are verified that somebody asks for: what is not here is not attacked, and a test wants it.

use crate::choices::Choices;
use assay_primitives::policy::Policy;

/// What honest clients ask for, by the kind of an order. The last is for a bag.
pub const POLICIES: [Policy; 6] = [
	Policy::Quorum { replicas: 3, required: 2 },
	Policy::Quorum { replicas: 1, required: 1 },
	Policy::Single { check_ppm: 200_000, stake_factor: 6 },
	Policy::Trust { trust: 10 },
	Policy::Quorum { replicas: 4, required: 3 },
	Policy::Quorum { replicas: 3, required: 2 },
];

/// What a robber asks for.
pub fn drawn(choices: &mut Choices, strange: bool) -> Policy {
	let replicas = *choices.usual(strange, &[3, 1, 2, 5]).expect("some");
	let trust = *choices.usual(strange, &[10, 1, 2, 1_000]).expect("some");
	match choices.below(8) {
		0..=5 => Policy::Quorum { replicas, required: replicas / 2 + 1 },
		6 => Policy::Trust { trust },
		_ => Policy::Single { check_ppm: 200_000, stake_factor: 6 },
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_simulation::metadata::variants;
	use codec::Encode;
	use std::collections::BTreeSet;

	#[test]
	fn every_policy_should_be_asked_for_by_clients_and_by_robbers() {
		let indices = |all: &mut dyn Iterator<Item = Policy>| -> BTreeSet<u8> {
			all.map(|policy| policy.encode()[0]).collect()
		};
		assert_eq!(indices(&mut POLICIES.into_iter()), variants::<Policy>());
		let mut robbers = (0..=u8::MAX).map(|byte| drawn(&mut Choices::new(&[0, 0, byte]), false));
		assert_eq!(indices(&mut robbers), variants::<Policy>());
	}
}
