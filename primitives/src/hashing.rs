//! Hashing under a tag, so that a hash made for one purpose can't be read as another.

use crate::Hash;
use codec::Encode;
use polkadot_sdk::sp_crypto_hashing::blake2_256;

/// blake2b-256 of the SCALE encoding of `(tag, value)`.
///
/// `tag` is encoded as a byte string with its length in front, so no tag is a prefix of another.
pub fn tagged_hash<T: Encode>(tag: &[u8], value: &T) -> Hash {
	#[cfg(test)]
	count::one();
	let mut bytes = tag.encode();
	value.encode_to(&mut bytes);
	blake2_256(&bytes).into()
}

/// blake2b-256 of raw bytes.
pub fn blake2(bytes: &[u8]) -> Hash {
	blake2_256(bytes).into()
}

/// Counts hashes, for tests of what something costs: times differ from machine to machine.
#[cfg(test)]
pub mod count {
	use std::cell::Cell;

	std::thread_local! {
		static HASHES: Cell<u64> = const { Cell::new(0) };
	}

	/// Counts one.
	pub fn one() {
		HASHES.set(HASHES.get() + 1);
	}

	/// What `work` gives, and how many tagged hashes it took.
	pub fn hashes<T>(work: impl FnOnce() -> T) -> (T, u64) {
		let before = HASHES.get();
		let result = work();
		(result, HASHES.get() - before)
	}
}
