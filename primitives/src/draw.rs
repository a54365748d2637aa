//! Draws without replacement, weighted.

use crate::{beacon::Seed, hashing::tagged_hash};
use alloc::vec::Vec;

/// Draws `count` different positions of `weights` in the order of their drawing.
///
/// Positions in `taken` and those of weight 0 are never drawn; fewer than `count` come back where
/// there are not enough others. Step `i` takes `H(seed, i) mod (weight left)` and walks the list, so
/// anyone can repeat it. The bias of the remainder is below 2^-64 for totals below 2^64.
///
/// Continuing an earlier draw: pass what it gave as `taken`, and the number of steps so far as
/// `first_step`.
pub fn weighted(
	seed: &Seed,
	weights: &[u64],
	taken: &[u32],
	first_step: u32,
	count: u32,
) -> Vec<u32> {
	let mut left: Vec<u64> = weights.to_vec();
	for position in taken {
		if let Some(weight) = left.get_mut(*position as usize) {
			*weight = 0;
		}
	}
	let mut drawn = Vec::new();
	for step in first_step..first_step.saturating_add(count) {
		let total: u128 = left.iter().map(|weight| u128::from(*weight)).sum();
		if total == 0 {
			break;
		}
		let mut point = point(seed, step, total);
		for (position, weight) in left.iter_mut().enumerate() {
			let here = u128::from(*weight);
			if point < here {
				drawn.push(position as u32);
				*weight = 0;
				break;
			}
			point -= here;
		}
	}
	drawn
}

/// The point below `total` that a step takes; 0 where `total` is 0. Whoever keeps sums of the
/// weights finds the position without walking them, and draws the same as [`weighted`].
pub fn point(seed: &Seed, step: u32, total: u128) -> u128 {
	let hash = tagged_hash(b"assay/draw/1", &(seed, step));
	let mut bytes = [0u8; 16];
	bytes.copy_from_slice(&hash.as_bytes()[..16]);
	u128::from_le_bytes(bytes).checked_rem(total).unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hashing::blake2;
	use proptest::prelude::*;

	#[test]
	fn frequencies_should_follow_weights() {
		let weights = [1u64, 2, 3, 4];
		let rounds = 20_000u32;
		let mut hits = [0u32; 4];
		for round in 0..rounds {
			let seed = blake2(&round.to_le_bytes());
			hits[weighted(&seed, &weights, &[], 0, 1)[0] as usize] += 1;
		}
		// Chi-squared over 3 degrees of freedom; 16.27 is the 0.999 quantile. The seeds are fixed.
		let chi: f64 = (0..4)
			.map(|i| {
				let expected = f64::from(rounds) * weights[i] as f64 / 10.0;
				(f64::from(hits[i]) - expected).powi(2) / expected
			})
			.sum();
		assert!(chi < 16.27, "chi-squared is {chi}, hits are {hits:?}");
	}

	proptest! {
		#[test]
		fn draw_should_never_repeat_and_never_take_what_is_excluded(
			seed in any::<[u8; 32]>(), weights in prop::collection::vec(0u64..5, 0..32), count in 0u32..40,
		) {
			let seed = Seed::from(seed);
			let taken: Vec<u32> = (0..weights.len() as u32).step_by(3).collect();
			let drawn = weighted(&seed, &weights, &taken, 0, count);
			let able = weights.iter().enumerate().filter(|(i, w)| **w > 0 && i % 3 != 0).count();
			prop_assert_eq!(drawn.len(), able.min(count as usize));
			for (i, position) in drawn.iter().enumerate() {
				prop_assert!(!drawn[..i].contains(position));
				prop_assert!(!taken.contains(position));
				prop_assert!(weights[*position as usize] > 0);
			}
		}

		#[test]
		fn draw_should_be_the_same_when_it_is_continued(
			seed in any::<[u8; 32]>(), weights in prop::collection::vec(1u64..100, 5..20),
		) {
			let seed = Seed::from(seed);
			let whole = weighted(&seed, &weights, &[], 0, 5);
			let first = weighted(&seed, &weights, &[], 0, 2);
			let rest = weighted(&seed, &weights, &first, 2, 3);
			prop_assert_eq!(whole, [first, rest].concat());
		}
	}
}
