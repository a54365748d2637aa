//! What several pallets have in common. No pallet.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod deposits;
pub mod queue;
pub mod reasons;
