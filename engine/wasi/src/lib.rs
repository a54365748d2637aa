//! WASI preview 1 as a deterministic machine: all functions over a file system in memory, with a
//! virtual clock and seeded randomness.
//!
//! Two hosts made from the same profile, task and input give the same answers, charge the same gas
//! and end with the same outputs, whatever engine calls them. `docs/wasi.md` is the specification.
//!
//! An engine binds it in three steps:
//!
//! 1. make a [`Host`] and define every row of [`FUNCTIONS`] as an import of module [`MODULE`];
//! 2. in each import call [`Host::call`] with something that is [`GuestMemory`] and [`Gas`], and
//!    return [`Errno::code`], or end the run on a [`Stop`];
//! 3. take what the program left with [`Host::conclude`].

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod abi;
mod bounds;
mod clock;
mod finish;
mod fs;
mod functions;
mod guest;
mod host;
mod random;
mod stop;
#[cfg(test)]
mod tests;
mod tree;
mod world;

pub use abi::Errno;
pub use assay_primitives::abi::{FUNCTIONS, Function, MODULE, Signature, ValueType};
pub use bounds::{MAX_ENTRIES, MAX_NAME};
pub use clock::{EPOCH, TICK};
pub use finish::{Left, Outputs};
pub use fs::{
	LISTING_ENTRY, MAX_DESCRIPTORS, MAX_LISTING_BYTES, MAX_OUTPUT_ENTRIES, MAX_PATH, MAX_SYMLINKS,
	SCRATCH_BYTES,
};
pub use functions::MAX_SUBSCRIPTIONS;
pub use guest::{Gas, GuestMemory, MAX_BUFFERS, OutOfBounds, OutOfGas};
pub use host::Host;
pub use stop::Stop;
pub use tree::{BadTree, TREE_LINE};
