//! Runs jobs with wasmtime, each in a sandboxed process of its own.
//!
//! The parent never parses a module and never executes one: it starts its own executable again as a
//! worker, hands it the bytes over a pipe, and reads bounded answers. What a worker says is checked
//! again; that it dies is an error of this machine and never an outcome.

mod begin;
mod cache;
mod cancel;
mod config;
mod engine;
mod error;
mod execute;
mod job;
mod outputs;
mod process;
mod protocol;
mod runner;
mod sandbox;
mod trace;
mod worker;

pub use assay_metering::{Bound, Measured, ModuleInfo, Reason, Refusal, Survey};
pub use begin::Short;
pub use cancel::Cancel;
pub use config::{Codegen, RunnerConfig, WORKER_ARG, WorkerCommand};
pub use engine::{Compiling, engine};
pub use error::{RunError, SandboxError};
pub use job::{Finished, Job, ModuleSource, Prepared, Stats, Usage};
pub use outputs::{output_block, read_output};
pub use runner::Runner;
pub use sandbox::{Attempt, SandboxReport};
pub use trace::{Cause, Frame, Trace, function_names};
pub use worker::worker_main;

/// Checks a module against a profile, in this process: for modules that one has made oneself.
pub fn check(
	module: &[u8],
	profile: &assay_primitives::profile::Profile,
) -> Result<ModuleInfo, Refusal> {
	assay_metering::check(module, profile)
}

/// Checks a module against a profile, in this process, and counts all that the profile bounds: for
/// modules that one has made oneself.
pub fn survey(module: &[u8], profile: &assay_primitives::profile::Profile) -> Survey {
	assay_metering::survey(module, profile)
}

/// The parts of the worker, for tests that compare engines in one process. Nothing else may use
/// them: they run programs outside of the sandbox.
#[doc(hidden)]
pub mod testing {
	pub use crate::{
		engine::{WASM_STACK, config},
		execute::{Ran, execute},
	};
}
