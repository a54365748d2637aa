//! Real programs, built by scripts.

use anyhow::{Context, Result, ensure};
use std::{
	path::{Path, PathBuf},
	process::Command,
};

/// A program with its name.
pub struct Program {
	/// File name without its ending.
	pub name: String,
	/// The module.
	pub wasm: Vec<u8>,
}

/// The root of the checkout.
pub fn root() -> PathBuf {
	Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The target directory that this executable was built in.
pub fn target() -> Result<PathBuf> {
	// target/release/deps/test
	let test = std::env::current_exe()?;
	Ok(test.ancestors().nth(3).context("no target directory")?.into())
}

/// The example apps; built if they are not there.
pub fn examples() -> Result<Vec<Program>> {
	built(&root().join("examples/dist"), "build-examples.sh")
}

/// The programs from well-known libraries; built if they are not there.
pub fn libraries() -> Result<Vec<Program>> {
	built(&target()?.join("programs/dist"), "build-programs.sh")
}

fn built(directory: &Path, script: &str) -> Result<Vec<Program>> {
	if !directory.is_dir() {
		let status = Command::new(root().join("scripts").join(script))
			.env("CARGO_TARGET_DIR", target()?)
			.status()
			.context("the script can't be started")?;
		ensure!(status.success(), "{script} failed");
	}
	let mut programs = Vec::new();
	for entry in std::fs::read_dir(directory).context("no programs")? {
		let path = entry?.path();
		if path.extension().is_some_and(|ending| ending == "wasm") {
			let name = path.file_stem().context("a name")?.to_string_lossy().into_owned();
			programs.push(Program { name, wasm: std::fs::read(&path)? });
		}
	}
	programs.sort_by(|a, b| a.name.cmp(&b.name));
	Ok(programs)
}
