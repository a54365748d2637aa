//! What can go wrong without the program being at fault. None of this is ever an outcome.

use std::{io, path::PathBuf, time::Duration};

/// The sandbox can't be had on this machine, or the runner can't be set up.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
	/// The worker process could not be started or did not answer as one.
	#[error("the worker process {program:?} does not work: {reason}")]
	Worker {
		/// The executable.
		program: PathBuf,
		/// What happened.
		reason: String,
	},
	/// A part of the sandbox that is required is missing.
	#[error("the sandbox can't be set up: {0}; jobs of strangers must not run without it")]
	Incomplete(String),
	/// The cache directory can't be used.
	#[error("the cache directory {path:?} can't be used: {source}")]
	Cache {
		/// The directory.
		path: PathBuf,
		/// Why.
		source: io::Error,
	},
}

/// A run that gave no outcome, for reasons of this machine or of the caller.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
	/// The bytes of the module are not those that the task names.
	#[error("the module is not the content that the task names")]
	ModuleDiffers,
	/// The bytes of the input are not those that the task names.
	#[error("the input is not the content that the task names")]
	InputDiffers,
	/// The task names an input of a kind that this version can't give.
	#[error("this version can't run tasks with {0}")]
	Unsupported(&'static str),
	/// The task names a profile that this version can't execute.
	#[error("the task's profile is unknown to this version")]
	UnknownProfile,
	/// It took longer than this machine's limit.
	#[error("{what} took longer than {limit:?}")]
	TimedOut {
		/// What took so long.
		what: &'static str,
		/// The limit.
		limit: Duration,
	},
	/// The caller gave up.
	#[error("cancelled")]
	Cancelled,
	/// The sandbox could not be set up for this process.
	#[error("the sandbox could not be set up: {0}")]
	Sandbox(String),
	/// The worker process died.
	#[error("the worker process died: {0}")]
	WorkerDied(String),
	/// The engine failed where it should not: it refused a valid module, ran out of memory or of
	/// native stack.
	#[error("the engine failed: {0}")]
	Engine(String),
	/// The worker process said what it should not say.
	#[error("the worker process broke the protocol: {0}")]
	Protocol(&'static str),
	/// Reading the module, or storing what came of it, failed.
	#[error("{what}: {source}")]
	Io {
		/// What failed.
		what: &'static str,
		/// Why.
		source: io::Error,
	},
}

impl RunError {
	pub(crate) fn io(what: &'static str) -> impl FnOnce(io::Error) -> Self {
		move |source| Self::Io { what, source }
	}
}
