//! How results are verified that somebody asks for: what is not here is not attacked.

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
pub fn drawn(choices: &mut Choices) -> Policy {
	let replicas = *choices.mostly(&[3, 1, 2, 5]).expect("some");
	let trust = *choices.mostly(&[10, 1, 2, 1_000]).expect("some");
	match choices.below(8) {
		0..=5 => Policy::Quorum { replicas, required: replicas / 2 + 1 },
		6 => Policy::Trust { trust },
		_ => Policy::Single { check_ppm: 200_000, stake_factor: 6 },
	}
}
