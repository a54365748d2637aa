//! Runs jobs with wasmtime, each in a sandboxed process of its own.
//!
//! The parent never parses a module and never executes one: it starts its own executable again as a
//! worker, hands it the bytes over a pipe, and reads bounded answers. What a worker says is checked
//! again; that it dies is an error of this machine and never an outcome.

mod cancel;
mod config;
mod error;
mod job;
mod outputs;
mod runner;

pub use assay_metering::{ModuleInfo, Reason, Refusal};
pub use cancel::Cancel;
pub use config::{Codegen, RunnerConfig, WORKER_ARG, WorkerCommand};
pub use error::{RunError, SandboxError};
pub use job::{Finished, Job, ModuleSource, Prepared, Stats};
pub use outputs::{output_block, read_output};
pub use runner::{Runner, SandboxReport, check, worker_main};
