//! The reference executor: the definition of a profile.
//!
//! [`execute`] answers what a task gives, by the order of checks and with the figures of
//! `docs/profile.md`. It is slow and portable: one crate, no_std, the same result wherever it is
//! compiled to. The court runs it inside the runtime; a fast executor that differs from it is wrong.
//!
//! It is made to be read. A module is taken as it is, and is neither rewritten nor optimised:
//!
//! - [`value`] has what a value is, [`integer`], [`float`] and [`simd`] what operators make of values,
//!   [`memory`], [`table`] and [`instance`] what a program changes.
//! - [`flatten`] makes of a function's operators a list of [operations](code), with branches resolved. It
//!   does so along the reading in which `assay-metering` finds out what is charged where.
//! - [`run`](mod@run) executes them, one after the other. All that a run has come to is in its
//!   [`State`](run::State): frames are items of a list, and nothing of a program lies on the native stack.
//!
//! What validation excludes is not taken for granted: where it happens the run has no outcome. Nothing
//! here panics, and nothing is allocated that gas, slots, or the module's length has not paid for.

#![cfg_attr(not(feature = "std"), no_std)]
#![forbid(unsafe_code)]

extern crate alloc;

mod bounds;
mod code;
mod execute;
mod failure;
mod finished;
mod flatten;
mod float;
mod instance;
mod integer;
mod machine;
mod memory;
mod operators;
mod run;
mod simd;
mod stack;
mod stop;
mod table;
#[doc(hidden)]
pub mod testing;
#[cfg(test)]
mod tests;
mod value;

pub use bounds::{Bounds, STEPS_BEYOND, STEPS_PER_GAS};
pub use execute::{execute, execute_within};
pub use failure::Failure;
pub use finished::Finished;
pub use machine::{Ran, run};

/// Newest version of the interpreter, see `Profile::interpreter_version`. Since 2 it says in which state a
/// program was stopped.
pub const INTERPRETER_VERSION: u32 = 2;
