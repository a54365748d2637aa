//! Headers, and chains of them.

use crate::Problem;
use assay_primitives::{BlockNumber, Hash, hashing::blake2};
use codec::Encode;
use polkadot_sdk::sp_runtime::{generic, traits::BlakeTwo256};

/// Header of a block.
pub type Header = generic::Header<BlockNumber, BlakeTwo256>;

/// Hash of a header, which is its block's.
pub fn hash_of(header: &Header) -> Hash {
	blake2(&header.encode())
}

/// The last block of `headers`, each of which is the child of the one before, and the first of `from`.
///
/// Errors: [`Problem::NotLinked`] by hash or by number.
pub fn link<'a>(from: &'a Header, headers: &'a [Header]) -> Result<&'a Header, Problem> {
	headers.iter().try_fold(from, |parent, header| {
		let follows = Some(header.number) == parent.number.checked_add(1)
			&& header.parent_hash == hash_of(parent);
		follows.then_some(header).ok_or(Problem::NotLinked)
	})
}
