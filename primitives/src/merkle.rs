//! Lists committed to as a binary Merkle root together with their length.
//!
//! Leaves are hashed under a tag before they enter the tree: the tree itself uses one hash function
//! for leaves and inner nodes, and only a tagged leaf of fixed shape keeps the two apart.

use crate::{Hash, Hashing, apply, hashing::tagged_hash};
use alloc::vec::Vec;
use codec::Encode;
use polkadot_sdk::binary_merkle_tree;

const LEAF_TAG: &[u8] = b"assay/leaf/1";

/// Commitment to a list: its Merkle root and its length.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct ListRoot {
	/// Root over the tagged hashes of the leaves; zero for an empty list.
	pub root: Hash,
	/// Number of leaves.
	pub len: u32,
}

/// Proof that a value stands at `index` of a committed list.
#[apply(shown)]
pub struct ListProof {
	/// Position of the leaf, from 0.
	pub index: u32,
	/// Sibling hashes from the leaf up.
	pub siblings: Vec<Hash>,
}

/// Hash of a leaf as it enters the tree.
pub fn leaf_hash<T: Encode>(leaf: &T) -> Hash {
	tagged_hash(LEAF_TAG, leaf)
}

impl ListRoot {
	/// Commits to `leaves` in their order.
	pub fn of<T: Encode>(leaves: &[T]) -> Self {
		let root = if leaves.is_empty() {
			Hash::zero()
		} else {
			binary_merkle_tree::merkle_root_raw::<Hashing, _>(leaves.iter().map(leaf_hash))
		};
		Self { root, len: leaves.len() as u32 }
	}

	/// Proof of the leaf at `index`, or `None` beyond the end. Costs O(leaves).
	pub fn prove<T: Encode>(leaves: &[T], index: u32) -> Option<ListProof> {
		if index as usize >= leaves.len() {
			return None;
		}
		let hashes: Vec<Hash> = leaves.iter().map(leaf_hash).collect();
		let proof = binary_merkle_tree::merkle_proof_raw::<Hashing, _>(hashes, index);
		Some(ListProof { index, siblings: proof.proof })
	}

	/// Whether `leaf` stands where `proof` says.
	pub fn verify<T: Encode>(&self, leaf: &T, proof: &ListProof) -> bool {
		if proof.index >= self.len {
			return false;
		}
		let leaf = leaf_hash(leaf);
		binary_merkle_tree::verify_proof::<Hashing, _, _>(
			&self.root,
			proof.siblings.iter().copied(),
			self.len,
			proof.index,
			binary_merkle_tree::Leaf::Hash(leaf),
		)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn proofs_should_verify_for_every_leaf_of_every_small_list() {
		for len in 0u32..20 {
			let leaves: Vec<u32> = (0..len).collect();
			let root = ListRoot::of(&leaves);
			assert_eq!(root.len, len);
			for index in 0..len {
				let proof = ListRoot::prove(&leaves, index).expect("index is in the list");
				assert!(root.verify(&index, &proof));
				assert!(!root.verify(&(index + 1), &proof), "another value must not verify");
			}
			assert!(ListRoot::prove(&leaves, len).is_none());
		}
	}

	#[test]
	fn proof_should_fail_when_index_or_length_is_changed() {
		let leaves = [1u32, 2, 3, 4, 5];
		let root = ListRoot::of(&leaves);
		let mut proof = ListRoot::prove(&leaves, 2).expect("in the list");
		proof.index = 3;
		assert!(!root.verify(&3u32, &proof));
		proof.index = 9;
		assert!(!root.verify(&3u32, &proof));
	}

	#[test]
	fn root_should_differ_when_order_differs() {
		assert_ne!(ListRoot::of(&[1u32, 2]), ListRoot::of(&[2u32, 1]));
	}
}
