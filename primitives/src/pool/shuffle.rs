//! A permutation by a seed, of which each value is computed by itself.
//!
//! It is the swap-or-not shuffle (Hoang, Morris, Rogaway: An Enciphering Scheme Based on a Card Shuffle, CRYPTO 2012),
//! in the form for any number of items. In each step an item and its partner, `key - item` modulo the number of
//! items, change places or don't, by a bit that both look up at the larger of their positions. So a step is its
//! own inverse, and there is no walking until a value fits: the cost of a value is the same for each seed, number and
//! position, and nobody can choose a pool for which a proof costs more than its weight.

use crate::{Hash, beacon::Seed, hashing::tagged_hash};
use alloc::vec::Vec;

/// Steps of the shuffle, whatever the number of items.
///
/// Where an item goes alone is uniform but for 2^-90: each step moves it with probability 1/2, to a place that
/// is uniform because the step's key is. For many items together the paper has O(log n) steps; the consensus of
/// Ethereum takes as many as here for lists of up to 2^40. They are more than 4 · log2 of the most leaves, 80.
pub const STEPS: usize = 90;

const KEY_TAG: &[u8] = b"assay/pool-key/1";
const BITS_TAG: &[u8] = b"assay/pool-bits/1";
/// Keys that one hash gives.
const KEYS_PER_HASH: usize = 4;
/// Decisions that one hash gives.
const BITS: u32 = 256;

/// A permutation of the numbers below `len`.
#[derive(Clone, Debug)]
pub struct Shuffle {
	seed: Seed,
	len: u32,
	keys: Vec<u32>,
}

impl Shuffle {
	/// The permutation of `len` items by this seed. Costs a quarter of [`STEPS`] in hashes.
	pub fn new(seed: &Seed, len: u32) -> Self {
		let keys = (0..STEPS.div_ceil(KEYS_PER_HASH) as u32)
			.flat_map(|block| words(&tagged_hash(KEY_TAG, &(seed, block))))
			// The bias of the remainder is below 2^-32.
			.map(|word| word.checked_rem(len.into()).unwrap_or(0) as u32)
			.take(STEPS)
			.collect();
		Self { seed: *seed, len, keys }
	}

	/// Where the item at `position` goes; `None` beyond the end. Costs [`STEPS`] hashes.
	pub fn at(&self, position: u32) -> Option<u32> {
		(position < self.len).then(|| (0..STEPS).fold(position, |item, step| self.step(step, item)))
	}

	/// What comes to `place`: the inverse of [`Self::at`], at the same cost.
	pub fn source(&self, place: u32) -> Option<u32> {
		(place < self.len).then(|| (0..STEPS).rev().fold(place, |item, step| self.step(step, item)))
	}

	/// Where each item goes, in their order. A hash serves many items, so this is far less than each by itself.
	pub fn all(&self) -> Vec<u32> {
		let mut places: Vec<u32> = (0..self.len).collect();
		for step in 0..STEPS {
			let bits: Vec<Hash> =
				(0..self.len.div_ceil(BITS)).map(|block| self.bits(step, block)).collect();
			for place in &mut places {
				*place = self.swap(step, *place, |block| bits[block as usize]);
			}
		}
		places
	}

	fn step(&self, step: usize, item: u32) -> u32 {
		self.swap(step, item, |block| self.bits(step, block))
	}

	/// One step, given where its bits are from. `item` is below the length.
	fn swap(&self, step: usize, item: u32, bits: impl Fn(u32) -> Hash) -> u32 {
		let len = u64::from(self.len);
		let partner = ((u64::from(self.keys[step]) + len - u64::from(item)) % len) as u32;
		let larger = item.max(partner);
		let (byte, bit) = ((larger % BITS / 8) as usize, larger % 8);
		match bits(larger / BITS).as_bytes()[byte] >> bit & 1 {
			1 => partner,
			_ => item,
		}
	}

	fn bits(&self, step: usize, block: u32) -> Hash {
		tagged_hash(BITS_TAG, &(&self.seed, step as u8, block))
	}
}

fn words(hash: &Hash) -> [u64; KEYS_PER_HASH] {
	let mut words = [0; KEYS_PER_HASH];
	for (word, bytes) in words.iter_mut().zip(hash.as_bytes().chunks_exact(8)) {
		*word = bytes.iter().rev().fold(0, |word, byte| word << 8 | u64::from(*byte));
	}
	words
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hashing::{blake2, count::hashes};
	use proptest::prelude::*;

	#[test]
	fn value_should_cost_the_same_hashes_whatever_the_pool() {
		for (len, position) in [(1, 0), (2, 1), (1_000, 999), (1 << 19, 77), (1_000_000, 999_999)] {
			let seed = blake2(&[len as u8]);
			let (shuffle, made) = hashes(|| Shuffle::new(&seed, len));
			let (place, forward) = hashes(|| shuffle.at(position).expect("below the length"));
			let (_, back) = hashes(|| shuffle.source(place));
			assert_eq!((made, forward, back), (23, 90, 90), "{len}");
		}
	}

	#[test]
	fn nothing_should_be_shuffled_where_there_is_nothing() {
		let shuffle = Shuffle::new(&Seed::zero(), 0);
		assert_eq!((shuffle.at(0), shuffle.source(0), shuffle.all()), (None, None, vec![]));
		assert_eq!(Shuffle::new(&Seed::zero(), 1).at(0), Some(0));
	}

	/// So that a change of the rule is seen, and another implementation can be compared.
	#[test]
	fn order_should_stay_what_it_is() {
		let all = Shuffle::new(&blake2(b"pool"), 16).all();
		assert_eq!(all, ORDER);
	}

	const ORDER: [u32; 16] = [9, 13, 2, 1, 12, 10, 14, 6, 4, 7, 15, 5, 0, 8, 3, 11];

	/// Of each pair of places that two items may go to none is taken more often than chance has it.
	#[test]
	fn pairs_of_items_should_go_everywhere_alike() {
		const ITEMS: usize = 6;
		const SEEDS: u32 = 6_000;
		let mut hits = [[0u32; ITEMS]; ITEMS];
		for seed in 0..SEEDS {
			let shuffle = Shuffle::new(&blake2(&seed.to_le_bytes()), ITEMS as u32);
			let [first, second] = [0, 3].map(|item| shuffle.at(item).expect("an item") as usize);
			hits[first][second] += 1;
		}
		let expected = f64::from(SEEDS) / (ITEMS * (ITEMS - 1)) as f64;
		let cells = (0..ITEMS).flat_map(|a| (0..ITEMS).map(move |b| (a, b)));
		let apart = cells.filter(|(a, b)| a != b);
		let chi: f64 =
			apart.map(|(a, b)| (f64::from(hits[a][b]) - expected).powi(2) / expected).sum();
		// Chi-squared over 29 degrees of freedom; 58.3 is the 0.999 quantile. The seeds are fixed.
		assert!(chi < 58.3, "chi-squared is {chi}");
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(64))]

		#[test]
		fn shuffle_should_be_a_bijection_with_its_inverse(
			seed in any::<[u8; 32]>(), len in 1u32..3_000,
		) {
			let shuffle = Shuffle::new(&Seed::from(seed), len);
			let all = shuffle.all();
			let mut sorted = all.clone();
			sorted.sort_unstable();
			prop_assert_eq!(sorted, (0..len).collect::<Vec<_>>());
			for item in (0..len).step_by(97) {
				prop_assert_eq!(shuffle.at(item), Some(all[item as usize]));
				prop_assert_eq!(shuffle.source(all[item as usize]), Some(item));
			}
			prop_assert_eq!(shuffle.at(len), None);
			prop_assert_eq!(shuffle.source(len), None);
		}

		#[test]
		fn value_of_a_long_list_should_come_back(
			seed in any::<[u8; 32]>(), len in 500_000u32..1_048_577, at in any::<u32>(),
		) {
			let shuffle = Shuffle::new(&Seed::from(seed), len);
			let item = at % len;
			prop_assert_eq!(shuffle.source(shuffle.at(item).expect("an item")), Some(item));
		}
	}
}
