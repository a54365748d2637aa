//! A folder in which `assay` is called as its users call it.

use crate::support;
use serde_json::Value;
use std::{
	fs,
	path::PathBuf,
	process::{Command, Output},
};
use tempfile::TempDir;

/// A folder for files and for the cache of compiled modules.
pub struct Desk(pub TempDir);

impl Desk {
	pub fn new() -> Self {
		Self(tempfile::tempdir().expect("a temporary directory can be made"))
	}

	pub fn file(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
		let path = self.0.path().join(name);
		fs::write(&path, bytes).expect("written");
		path
	}

	pub fn wasm(&self, name: &str, text: &str) -> PathBuf {
		self.file(name, wat::parse_str(text).expect("well-formed text"))
	}

	/// Runs `assay` with these words, nothing on standard input, and no node in reach.
	pub fn assay(&self, line: &str) -> Run {
		self.assay_with(line, "")
	}

	pub fn assay_with(&self, line: &str, input: &str) -> Run {
		let mut command = Command::new(env!("CARGO_BIN_EXE_assay"));
		command
			.current_dir(self.0.path())
			.env("XDG_CACHE_HOME", self.0.path().join("cache"))
			.env("ASSAY_NODE_URL", "ws://127.0.0.1:9")
			.args(line.split(' '));
		if std::env::var_os("ASSAY_TEST_INSECURE").is_some() {
			command.arg("--insecure");
		}
		Run(support::run(&mut command, input))
	}
}

/// A run that has ended.
pub struct Run(Output);

impl Run {
	#[track_caller]
	pub fn exits(self, code: i32) -> Self {
		assert_eq!(self.0.status.code(), Some(code), "{}\n{}", self.out(), self.err());
		self
	}

	pub fn out(&self) -> String {
		String::from_utf8_lossy(&self.0.stdout).into_owned()
	}

	pub fn err(&self) -> String {
		String::from_utf8_lossy(&self.0.stderr).into_owned()
	}

	#[track_caller]
	pub fn json(&self) -> Value {
		serde_json::from_slice(&self.0.stdout).unwrap_or_else(|_| panic!("{}", self.out()))
	}

	/// Says it on standard output.
	#[track_caller]
	pub fn says(self, text: &str) -> Self {
		assert!(self.out().contains(text), "no {text:?} in:\n{}\n{}", self.out(), self.err());
		self
	}

	/// Says it on standard error.
	#[track_caller]
	pub fn warns(self, text: &str) -> Self {
		assert!(self.err().contains(text), "no {text:?} in:\n{}\n{}", self.out(), self.err());
		self
	}
}
