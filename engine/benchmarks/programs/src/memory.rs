//! Programs that wait for memory.

use crate::random::Random;
use std::{
	collections::HashMap,
	hash::{BuildHasherDefault, Hasher},
};

/// Adds up long arrays of this length into another one, several times.
pub fn stream(length: u32) -> u64 {
	let length = length as usize;
	let a: Vec<u32> = (0..length as u32).collect();
	let b: Vec<u32> = (0..length as u32).map(|i| i.wrapping_mul(2_654_435_761)).collect();
	let mut c = vec![0u32; length];
	for round in 0..8 {
		for ((c, a), b) in c.iter_mut().zip(&a).zip(&b) {
			*c = a.wrapping_add(b.wrapping_mul(3)).wrapping_add(*c >> round);
		}
	}
	c.iter().step_by(1_001).fold(0, |sum, value| sum.wrapping_mul(31) ^ u64::from(*value))
}

/// Follows a cycle through all of `length` places in random order.
pub fn chase(length: u32) -> u64 {
	let mut random = Random(13);
	let mut next: Vec<u32> = (0..length).collect();
	// Swapping with a place strictly before makes one single cycle.
	for i in (1..next.len()).rev() {
		next.swap(i, random.below(i as u64) as usize);
	}
	let (mut at, mut sum) = (0, 0u64);
	for _ in 0..length {
		at = next[at as usize];
		sum = sum.wrapping_mul(3) ^ u64::from(at);
	}
	sum
}

/// Multiplies; quick and always the same.
#[derive(Default)]
struct Multiply(u64);

impl Hasher for Multiply {
	fn write(&mut self, bytes: &[u8]) {
		for byte in bytes {
			self.write_u64((*byte).into());
		}
	}

	fn write_u64(&mut self, value: u64) {
		self.0 = (self.0 ^ value).wrapping_mul(0x9e37_79b9_7f4a_7c15);
		self.0 ^= self.0 >> 29;
	}

	fn finish(&self) -> u64 {
		self.0
	}
}

/// Counts `length` keys in a map and looks them up again.
pub fn hashmap(length: u32) -> u64 {
	let mut random = Random(21);
	let mut counts: HashMap<u64, u64, BuildHasherDefault<Multiply>> = HashMap::default();
	for _ in 0..length {
		*counts.entry(random.below(u64::from(length) / 2)).or_default() += 1;
	}
	(0..u64::from(length)).fold(0, |sum: u64, key| {
		sum.wrapping_mul(3).wrapping_add(counts.get(&key).copied().unwrap_or(1))
	})
}
