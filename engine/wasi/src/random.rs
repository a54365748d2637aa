//! Seeded randomness.

use assay_primitives::{Hash, hashing::blake2, profile::ProfileId};
use rand_chacha::{
	ChaCha8Rng,
	rand_core::{RngCore, SeedableRng},
};

/// Bytes of one block of the keystream.
const BLOCK: usize = 64;

/// The keystream of ChaCha8, handed out byte by byte: how a program cuts its requests does not
/// change what bytes it gets.
pub(crate) struct Random {
	stream: ChaCha8Rng,
	block: [u8; BLOCK],
	used: usize,
	/// Bytes that were handed out.
	given: u64,
}

impl Random {
	/// The stream of a task with this seed under this profile.
	pub fn new(profile: &ProfileId, seed: &Hash) -> Self {
		let mut material = [0; 3 + 32 + 32];
		material[..3].copy_from_slice(b"rng");
		material[3..35].copy_from_slice(profile.as_bytes());
		material[35..].copy_from_slice(seed.as_bytes());
		let key = blake2(&material).0;
		Self { stream: ChaCha8Rng::from_seed(key), block: [0; BLOCK], used: BLOCK, given: 0 }
	}

	/// Up to `most` next bytes of the stream, at least one.
	pub fn next(&mut self, most: usize) -> &[u8] {
		if self.used == BLOCK {
			self.stream.fill_bytes(&mut self.block);
			self.used = 0;
		}
		let from = self.used;
		self.used = BLOCK.min(from + most.max(1));
		self.given += (self.used - from) as u64;
		&self.block[from..self.used]
	}

	/// Bytes that were handed out so far.
	pub fn given(&self) -> u64 {
		self.given
	}
}
