//! How long the columns of a round are.

use crate::{beacon::Seed, hashing::tagged_hash};
use alloc::vec::Vec;
use core::cmp::Reverse;

/// Divides `items` in proportion to `weights`: whole parts first, what is left over one by one to the largest
/// remainders, of equal ones as the seed has it. Who weighs nothing gets nothing; where nobody weighs anything
/// nobody does.
pub fn divide(items: u32, weights: &[u64], seed: &Seed) -> Vec<u32> {
	let total: u128 = weights.iter().map(|weight| u128::from(*weight)).sum();
	if total == 0 {
		return weights.iter().map(|_| 0).collect();
	}
	let part = |weight: &u64| u128::from(items) * u128::from(*weight);
	// At most `items`, since a weight is at most their sum.
	let mut shares: Vec<u32> = weights.iter().map(|it| (part(it) / total) as u32).collect();
	let left = items - shares.iter().sum::<u32>();
	let tie = |at: usize| tagged_hash(b"assay/pool-tie/1", &(seed, at as u32));
	let mut order: Vec<_> = (0..weights.len())
		.map(|at| (Reverse(part(&weights[at]) % total), tie(at), at))
		.filter(|(Reverse(rest), ..)| *rest > 0)
		.collect();
	order.sort_unstable();
	// Remainders are below the total each and add up to `left` totals, so there are more of them than that.
	for (.., at) in order.iter().take(left as usize) {
		shares[*at] += 1;
	}
	shares
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hashing::blake2;
	use proptest::prelude::*;

	#[test]
	fn shares_should_be_equal_when_weights_are() {
		let seed = blake2(b"seed");
		assert_eq!(divide(16, &[1; 4], &seed), [4; 4]);
		assert_eq!(divide(0, &[1; 4], &seed), [0; 4]);
		assert_eq!(divide(5, &[0; 3], &seed), [0; 3]);
		assert_eq!(divide(5, &[], &seed), [0u32; 0]);
		assert_eq!(divide(6, &[1, 0, 2], &seed), [2, 0, 4]);
	}

	#[test]
	fn what_is_left_over_should_go_to_everybody_alike() {
		let mut extra = [0u32; 4];
		for seed in 0..4_000u32 {
			let shares = divide(5, &[1; 4], &blake2(&seed.to_le_bytes()));
			let lucky = shares.iter().position(|share| *share == 2).expect("one is left over");
			extra[lucky] += 1;
		}
		assert!(extra.iter().all(|count| (900..1_100).contains(count)), "{extra:?}");
	}

	proptest! {
		#[test]
		fn shares_should_add_up_and_lie_within_one_of_the_exact_part(
			items in 0u32..1_000_001, weights in prop::collection::vec(0u64..1_000_001, 1..65),
			seed in any::<[u8; 32]>(),
		) {
			let total: u128 = weights.iter().map(|it| u128::from(*it)).sum();
			prop_assume!(total > 0);
			let shares = divide(items, &weights, &Seed::from(seed));
			prop_assert_eq!(shares.iter().sum::<u32>(), items);
			for (share, weight) in shares.iter().zip(&weights) {
				let floor = u128::from(items) * u128::from(*weight) / total;
				prop_assert!((floor..=floor + 1).contains(&u128::from(*share)));
				prop_assert!(*weight > 0 || *share == 0);
			}
		}
	}
}
