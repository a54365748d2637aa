//! Decides whether a module is inside a profile, and injects gas and stack metering into it.
//!
//! Which modules are valid, what they cost and how high their stack may grow is decided here and
//! nowhere else, so that an upgrade of an engine can't change an outcome. The pass works from wasm
//! to wasm; any engine that executes the result by the specification gives the same gas figures.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod refusal;

pub use refusal::{Bound, Reason, Refusal};

use codec::{Decode, Encode};

/// What a module asks of whoever runs it.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct ModuleInfo {
	/// Functions, imported ones included.
	pub functions: u32,
	/// WASI functions that it imports.
	pub imports: u32,
	/// Pages of memory that it starts with.
	pub memory_minimum: u32,
	/// Most pages of memory that it declares, where it declares a bound.
	pub memory_maximum: Option<u32>,
	/// Gas charged before its first operator: initial memory, tables and segments.
	pub startup_gas: u64,
}
