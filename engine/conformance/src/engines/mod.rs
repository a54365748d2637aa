//! The engines under test, each with the settings that it has in production.

pub mod lts_job;
mod reference;
mod wasmi;

/// The version of wasmtime that runs jobs.
#[path = "."]
pub mod current {
	use wasmtime;

	#[allow(clippy::duplicate_mod, reason = "the same code over two versions")]
	#[path = "wasmtime.rs"]
	mod backend;
	pub use backend::*;
}

/// The older version of wasmtime, as a second implementation.
#[path = "."]
pub mod lts {
	use wasmtime_lts as wasmtime;

	#[allow(clippy::duplicate_mod, reason = "the same code over two versions")]
	#[path = "wasmtime.rs"]
	mod backend;
	pub use backend::*;
}

pub use self::wasmi::Interpreted;
pub use reference::Referenced;
