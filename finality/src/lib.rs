//! Which blocks are final, and what is stored after them, out of proofs that anybody may hand over.
//!
//! Whoever trusts the validators of one block needs nobody's word for later ones: a [`Checkpoint`] steps from
//! set to set by the votes of each, and what is stored after a final block is read by [`read`] out of a proof. Every
//! byte that comes in is a stranger's: sizes are bounded, and what a proof does not need makes it refused.
//!
//! What it rests on: of each set, for as long as its word counts, less than a third is dishonest. A past set may sign
//! another chain once its bonds are back, so a checkpoint must be stepped at least once in an unbonding period.

#![cfg_attr(not(feature = "std"), no_std)]
#![deny(missing_docs)]

extern crate alloc;

mod checkpoint;
mod header;
mod justification;
mod problem;
mod storage;

#[cfg(feature = "std")]
pub mod testing;
#[cfg(test)]
mod tests;

pub use checkpoint::{
	AuthorityList, Checkpoint, FinalityProof, MAX_AUTHORITIES, MAX_HEADERS, MAX_PROOF_BYTES, SetId,
	authorities_key, set_id_key,
};
pub use header::{Header, hash_of, link};
pub use justification::MAX_JUSTIFICATION_BYTES;
pub use problem::Problem;
pub use storage::{MAX_STORAGE_PROOF_BYTES, key_of, read};
