//! Decides whether a module is inside a profile, and injects gas and stack metering into it.
//!
//! Which modules are valid, what they cost and how high their stack may grow is decided here and
//! nowhere else, so that an upgrade of an engine can't change an outcome. The pass works from wasm
//! to wasm; any engine that executes the result by the specification gives the same figures.
//!
//! # How a metered module is run
//!
//! 1. Instantiate it. It has no start section and no segment out of bounds, so nothing runs yet and
//!    nothing can trap.
//! 2. Set the `i64` global [`GAS_GLOBAL`] to the gas limit, at most `i64::MAX`. The `i32` global
//!    [`STACK_GLOBAL`] holds the profile's stack height already.
//! 3. Call [`RUN_EXPORT`], of type `() -> ()`: charges what starting costs, then calls the former
//!    start function, then `_start`.
//! 4. Host functions take what they cost from [`GAS_GLOBAL`] before they work. Where it does not
//!    suffice, or is negative already, they make it negative and trap.
//! 5. When it has returned or trapped, ask [`Trap::of`] what happened; gas used is the limit less
//!    what is left, or the whole limit where none is left.
//!
//! # What is charged when
//!
//! Gas is charged on entry to each straight piece of code, for all of its operators, before the
//! first of them: a piece starts at the function's entry, behind each branch and behind each place
//! that a branch can lead to. A call does not end a piece. Bulk operations charge by their operand
//! before they touch anything. `else` is part of its `if` and free, like `end`. The first piece of a
//! function also pays for its locals, see [`LOCALS_PER_UNIT`]. Whether gas ran out is looked at less
//! often: where work may go on for long, and before anybody can see it. Under profiles that [commit to
//! ends](Profile::commits_to_ends) the memory, frames and [`Trail`] that a program is stopped with can be seen, so
//! there the [`Look`]s are part of the rules: the run ends at the first of them at which less than nothing is left.
//!
//! A frame's height follows from the function and the profile's
//! [`StackRules`](assay_primitives::profile::StackRules). It is charged on entry before any gas and
//! given back on exit. Small functions that call nothing are not counted.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod checked;
mod cost;
mod ending;
mod floats;
mod function;
mod limits;
mod merges;
mod module;
mod origin;
mod refusal;
mod rewrite;
mod survey;
mod trail;

#[cfg(test)]
mod tests;

pub use checked::{Checked, Sections};
pub use cost::ByOperand;
pub use ending::{Ending, take_gas};
pub use function::{Look, Visitor};
pub use origin::{CodePlace, function_names, origins};
pub use refusal::{Bound, Reason, Refusal};
pub use survey::{Measured, OTHERS, Survey, survey};
pub use trail::{INTERVAL, Local, Sampled, Trail};

use alloc::vec::Vec;
use assay_primitives::profile::Profile;
use codec::{Decode, Encode};

/// Newest version of the pass, see [`Profile::pass_version`]. Since 2 programs stop exactly, see
/// [`Profile::commits_to_ends`].
pub const PASS_VERSION: u32 = 2;
/// Version of the code that the pass writes. It goes up with each change of that code, also where the
/// rules, and so [`PASS_VERSION`], stay as they are: what was compiled from the former code is not
/// used again.
pub const REWRITING: u32 = 5;
/// Export of the mutable `i64` global that holds the gas that is left; negative when it ran out.
pub const GAS_GLOBAL: &str = "assay:gas";
/// Export of the mutable `i32` global that holds the stack slots that are left; negative when they
/// ran out.
pub const STACK_GLOBAL: &str = "assay:stack";
/// Export of the function that runs the program.
pub const RUN_EXPORT: &str = "assay:run";
/// Export of the function of type `() -> i64` that gives the number of the [`Trail`], where the profile has one.
pub const TRAIL_EXPORT: &str = "assay:trail";
/// What no export of a program may start with.
pub const RESERVED_PREFIX: &str = "assay:";
/// Locals of a function, parameters included and vectors counted twice, that add a unit of gas to its
/// first piece: calls set them to zero.
pub const LOCALS_PER_UNIT: u32 = 8;

/// What a module asks of whoever runs it.
#[derive(Clone, Copy, Debug, Default, Decode, Encode, Eq, PartialEq)]
pub struct ModuleInfo {
	/// Functions, imported ones included.
	pub functions: u32,
	/// WASI functions that it imports.
	pub imports: u32,
	/// Pages of memory that it starts with.
	pub memory_minimum: u32,
	/// Most pages of memory that it declares, where it declares a bound.
	pub memory_maximum: Option<u32>,
	/// Gas charged before its first operator: initial memory, tables and active segments, at the
	/// prices of growing and copying.
	pub startup_gas: u64,
	/// Sum over all functions of the square of the values merged where control flow joins, with what
	/// the pass adds to them. The time that a backtracking register allocator takes grows with it.
	pub merges_squared: u64,
	/// Sum over all functions of the square of the pieces that are charged for.
	pub pieces_squared: u64,
	/// Work of compiling it, by the profile's
	/// [`WorkTable`](assay_primitives::profile::WorkTable).
	pub work: u64,
}

/// A module that meters itself.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub struct Metered {
	/// The rewritten module.
	pub wasm: Vec<u8>,
	/// About the original.
	pub info: ModuleInfo,
}

/// Why a run of a metered module ended early.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Trap {
	/// Gas ran out.
	OutOfGas,
	/// The profile's stack height was exceeded.
	StackExhausted,
	/// Something else.
	Program,
}

impl Trap {
	/// What a trap was, by the values of the two globals after it.
	///
	/// Gas may have become negative before the trap; then it had run out already.
	pub fn of(gas: i64, stack: i32) -> Self {
		if gas < 0 {
			Self::OutOfGas
		} else if stack < 0 {
			Self::StackExhausted
		} else {
			Self::Program
		}
	}
}

impl ModuleInfo {
	/// Most pages that a run may have when its task allows `task_pages`.
	pub fn memory_bound(&self, task_pages: u32) -> u32 {
		self.memory_maximum.unwrap_or(limits::MAX_PAGES).min(task_pages).min(limits::MAX_PAGES)
	}
}

/// Checks a module against a profile.
///
/// Time is linear in the module's length, which is bounded by the profile.
pub fn check(module: &[u8], profile: &Profile) -> Result<ModuleInfo, Refusal> {
	module::Pass::check(module, profile, None, module::Kind::Command).map(|checked| checked.info)
}

/// Checks a module for a task that allows this many pages of memory, for an executor that runs it as it
/// is. A module that starts with more is refused.
pub fn read<'m, 'p>(
	module: &'m [u8],
	profile: &'p Profile,
	memory_pages: u32,
) -> Result<Checked<'m, 'p>, Refusal> {
	module::Pass::check(module, profile, Some(memory_pages), module::Kind::Command)
}

/// Checks a module against a profile and injects metering.
///
/// `memory_pages` is what the task allows; the metered module declares it, or its own bound where
/// that is smaller, as the most that its memory can grow to. A module that starts with more is
/// refused.
pub fn instrument(module: &[u8], profile: &Profile, memory_pages: u32) -> Result<Metered, Refusal> {
	module::Pass::run(module, profile, memory_pages, module::Kind::Command)
}

/// For files that test the language; nothing that handles modules of others may use it.
#[doc(hidden)]
pub mod testing {
	use super::*;

	/// Like [`instrument`] for a module that need not be a command: it may import anything and need
	/// not export anything, its exports are kept, and its segments may be out of bounds.
	///
	/// [`RUN_EXPORT`] calls the start function, if there is one.
	pub fn instrument_any(
		module: &[u8],
		profile: &Profile,
		memory_pages: u32,
	) -> Result<Metered, Refusal> {
		module::Pass::run(module, profile, memory_pages, module::Kind::Any)
	}

	/// Like [`read`] for a module that need not be a command, likewise.
	pub fn read_any<'m, 'p>(
		module: &'m [u8],
		profile: &'p Profile,
		memory_pages: u32,
	) -> Result<Checked<'m, 'p>, Refusal> {
		module::Pass::check(module, profile, Some(memory_pages), module::Kind::Any)
	}
}
