//! Measures the engine. Programs run in turns as native code, under plain wasmtime and as a job, in
//! one process, so that whatever else the machine does falls on all of them alike.

pub mod guest;
pub mod machine;
pub mod plot;
pub mod report;
pub mod side_by_side;

use anyhow::Context;

/// The programs, compiled as a job: the file that `BENCH_PROGRAMS` names.
pub fn programs_wasm() -> anyhow::Result<Vec<u8>> {
	let path = std::env::var_os("BENCH_PROGRAMS").context("run scripts/bench-engine.sh")?;
	std::fs::read(&path).with_context(|| format!("reading {}", path.to_string_lossy()))
}
