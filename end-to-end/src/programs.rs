//! The programs under test, and what they print.

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::{fmt, path::PathBuf, process::Stdio, time::Duration};
use tokio::process::Command;

/// Longest time that any single command may take. What waits for the chain is bounded by blocks too.
const PATIENCE: Duration = Duration::from_secs(3_600);
/// Where nodes share compiled runtimes, unless it is below the programs.
const RUNTIMES: &str = "ASSAY_WASM_RUNTIME_CACHE";

/// Paths of the built programs.
#[derive(Clone, Debug)]
pub struct Programs {
	/// `assay-node`.
	pub node: PathBuf,
	/// `assay-worker`.
	pub worker: PathBuf,
	/// `assay`.
	pub assay: PathBuf,
	/// Where nodes share compiled runtimes.
	pub runtimes: PathBuf,
	examples: PathBuf,
}

impl Programs {
	/// Finds them where cargo puts them: one folder above the test's own program.
	pub fn find() -> Result<Self> {
		let test = std::env::current_exe()?;
		let dir = test.parent().and_then(|deps| deps.parent()).context("a test runs from deps/")?;
		let program = |name: &str| {
			let path = dir.join(name);
			ensure!(path.is_file(), "{} is missing; run scripts/build.sh first", path.display());
			Ok(path)
		};
		Ok(Self {
			node: program("assay-node")?,
			worker: program("assay-worker")?,
			assay: program("assay")?,
			runtimes: std::env::var_os(RUNTIMES)
				.map_or_else(|| dir.join("compiled-runtimes"), PathBuf::from),
			examples: dir.join("examples"),
		})
	}

	/// An example program of the client.
	pub fn example(&self, name: &str) -> Result<PathBuf> {
		let path = self.examples.join(name);
		ensure!(path.is_file(), "{} is missing; run scripts/build.sh --tests", path.display());
		Ok(path)
	}
}

/// How a command ended.
#[derive(Debug)]
pub struct Outcome {
	/// Exit code; 255 where a signal ended it.
	pub code: i32,
	/// Standard output.
	pub stdout: String,
	/// Standard error.
	pub stderr: String,
}

impl Outcome {
	/// Runs a command to its end.
	pub async fn of(mut command: Command) -> Result<Self> {
		command.stdin(Stdio::null()).kill_on_drop(true);
		let output = tokio::time::timeout(PATIENCE, command.output())
			.await
			.with_context(|| format!("{command:?} takes too long"))?
			.with_context(|| format!("can't run {command:?}"))?;
		Ok(Self {
			code: output.status.code().unwrap_or(255),
			stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
			stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
		})
	}

	/// Standard output as JSON.
	pub fn json(&self) -> Result<Value> {
		serde_json::from_str(&self.stdout).with_context(|| format!("no JSON:\n{self}"))
	}

	/// Fails unless the exit code is `code`.
	#[track_caller]
	pub fn expect(self, code: i32) -> Self {
		assert_eq!(self.code, code, "{self}");
		self
	}
}

impl fmt::Display for Outcome {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		write!(f, "exit code {}\nstdout:\n{}\nstderr:\n{}", self.code, self.stdout, self.stderr)
	}
}
