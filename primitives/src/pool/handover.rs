//! An input as the client of a pool hands it to a provider.

use super::PoolId;
use crate::{
	Hash, apply,
	content::ContentRef,
	hashing::tagged_hash,
	merkle::{ListProof, ListRoot},
};

/// What a client signs with each input that it hands over. The path is part of it: so a promise that is not kept shows
/// itself, and nobody has to know the true input for that.
#[apply(shown)]
pub struct Handover {
	/// The pool.
	pub pool: PoolId,
	/// The input.
	pub input: ContentRef,
	/// Which subtask's, and the path to the root of all inputs.
	pub proof: ListProof,
}

impl Handover {
	/// What is signed. `pool` is the hash of the client's pool: one of the same number on another fork or network may have
	/// other inputs.
	pub fn payload(&self, pool: &Hash) -> Hash {
		tagged_hash(b"assay/pool-input/1", &(pool, self))
	}

	/// Whether it is what the client has committed to. Under its signature anything else slashes it.
	pub fn opens(&self, inputs: &ListRoot) -> bool {
		inputs.verify(&self.input, &self.proof)
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn pool_01_input_should_open_against_what_was_committed_to() {
		let inputs: Vec<ContentRef> = (0..5u8).map(|at| ContentRef::of(&[at])).collect();
		let root = ListRoot::of(&inputs);
		let hand = |input: usize, at: u32| Handover {
			pool: 7,
			input: inputs[input],
			proof: ListRoot::prove(&inputs, at).expect("an item"),
		};
		assert!((0..5).all(|at| hand(at, at as u32).opens(&root)));
		assert!(!hand(3, 2).opens(&root), "another input than at its place");
		assert!(!hand(2, 2).opens(&ListRoot { len: 4, ..root }), "a root of another length");
		let payload =
			|pool, hash| Handover { pool, ..hand(2, 2) }.payload(&Hash::repeat_byte(hash));
		assert_ne!(payload(7, 1), payload(8, 1), "another number");
		assert_ne!(payload(7, 1), payload(7, 2), "another fork");
	}
}
