//! The reference executor: the definition of a profile.
//!
//! [`execute`] answers what a task gives, by the order of checks and with the figures of
//! `docs/profile.md`. It is slow and portable: one crate, no_std, the same result wherever it is
//! compiled to. The court runs it inside the runtime; a fast executor that differs from it is wrong.
//!
//! It consists of the metering pass (`assay-metering`), an interpreter (`wasmi`) and the WASI host
//! (`assay-wasi`). Gas and stack come from the pass. The interpreter's own limits are out of a program's
//! reach, but for those that a caller sets by [`Bounds`], who gets no outcome where they are exceeded.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod bounds;
mod engine;
mod execute;
mod failure;
mod finished;
mod guard;
mod limiter;
mod machine;
#[cfg(test)]
mod tests;

pub use bounds::{Bounds, STEPS_BEYOND, STEPS_PER_GAS};
pub use engine::config;
pub use execute::{execute, execute_within};
pub use failure::Failure;
pub use finished::Finished;
pub use guard::{STEPS_GLOBAL, guard};
pub use machine::{Ran, run, run_within};
pub use wasmi;

/// Version of the interpreter, see `Profile::interpreter_version`.
pub const INTERPRETER_VERSION: u32 = 1;
