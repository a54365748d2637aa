//! What is stored after a block, out of a proof.

use crate::{Header, Problem};
use alloc::vec::Vec;
use assay_primitives::{Hash, hashing::blake2};
use polkadot_sdk::{sp_core::Hasher, sp_crypto_hashing::twox_128, sp_runtime::traits::BlakeTwo256};
use sp_trie::{LayoutV1, StorageProof, read_trie_value};

/// Most bytes of a proof: a value of the longest kind, and the nodes on the way to it.
pub const MAX_STORAGE_PROOF_BYTES: usize = 4 << 20;

/// What is stored under `key` after the block of `header`, `None` where nothing is, by the trie's `nodes`.
///
/// Errors: [`Problem::TooLarge`], [`Problem::BadStorageProof`] where the nodes do not tell.
pub fn read(header: &Header, nodes: Vec<Vec<u8>>, key: &[u8]) -> Result<Option<Vec<u8>>, Problem> {
	let bytes = nodes.iter().fold(0usize, |sum, node| sum.saturating_add(node.len()));
	if bytes > MAX_STORAGE_PROOF_BYTES || nodes.len() > MAX_STORAGE_PROOF_BYTES {
		return Err(Problem::TooLarge);
	}
	let nodes = StorageProof::new(nodes).into_memory_db::<Blake2>();
	let root: Hash = header.state_root;
	read_trie_value::<LayoutV1<Blake2>, _>(&nodes, &root, key, None, None)
		.map_err(|_| Problem::BadStorageProof)
}

/// Key of a pallet's item that is one value.
pub fn key_of(pallet: &str, item: &str) -> Vec<u8> {
	[pallet, item].map(|name| twox_128(name.as_bytes())).concat()
}

/// The chain's hash, computed here: the SDK's asks a host for it where there is no std.
struct Blake2;

impl Hasher for Blake2 {
	type Out = Hash;
	type StdHasher = <BlakeTwo256 as Hasher>::StdHasher;
	const LENGTH: usize = 32;

	fn hash(bytes: &[u8]) -> Hash {
		blake2(bytes)
	}
}
