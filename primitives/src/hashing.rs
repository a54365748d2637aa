//! Hashing under a tag, so that a hash made for one purpose can't be read as another.

use crate::Hash;
use codec::Encode;
use polkadot_sdk::sp_crypto_hashing::blake2_256;

/// blake2b-256 of the SCALE encoding of `(tag, value)`.
///
/// `tag` is encoded as a byte string with its length in front, so no tag is a prefix of another.
pub fn tagged_hash<T: Encode>(tag: &[u8], value: &T) -> Hash {
	let mut bytes = tag.encode();
	value.encode_to(&mut bytes);
	blake2_256(&bytes).into()
}

/// blake2b-256 of raw bytes.
pub fn blake2(bytes: &[u8]) -> Hash {
	blake2_256(bytes).into()
}
