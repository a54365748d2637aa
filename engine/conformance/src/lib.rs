//! Conformance and differential tests of every executor.
//!
//! - [`script`]: the test files of WebAssembly, through validator, pass and engines.
//! - [`differential`]: whole programs, on all executors.
//! - [`generated`]: programs made at random.
//! - [`sweep`]: series of them on all executors.
//! - [`limits`]: modules at the bounds of a profile.
//! - [`wasmi`]: a partner of the reference, as its own tests and those here need it.
//! - [`programs`]: example apps, and programs from well-known libraries.
//!
//! What is covered, with counts, is in `docs/conformance.md`.

pub mod clock;
pub mod differential;
pub mod engines;
pub mod generated;
pub mod limits;
pub mod programs;
mod ran;
pub mod script;
pub mod sweep;
mod value;
pub mod wasmi;

pub use value::{CANONICAL_F32, CANONICAL_F64, Expected, Value};
