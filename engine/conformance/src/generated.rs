//! Programs made at random by `engine/generator`, which is built apart.

use crate::programs::target;
use anyhow::{Context, Result, ensure};
use std::{
	io::Read,
	path::{Path, PathBuf},
	process::{Child, Command, Stdio},
};

/// The generator, built if it is not there: with the tests' target directory, under `generator`.
///
/// `ASSAY_GENERATOR` names one that is built already.
pub fn generator() -> Result<PathBuf> {
	if let Some(path) = std::env::var_os("ASSAY_GENERATOR") {
		return Ok(path.into());
	}
	let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("../generator/Cargo.toml");
	let target = target()?.join("generator");
	let status = Command::new(std::env::var_os("CARGO").unwrap_or("cargo".into()))
		.args(["build", "--release", "--locked", "--manifest-path"])
		.arg(source)
		.env("CARGO_TARGET_DIR", &target)
		.status()
		.context("cargo can't be started")?;
	ensure!(status.success(), "the generator could not be built");
	Ok(target.join("release/assay-generator"))
}

/// What modules are generated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
	/// Anything.
	Any,
	/// [`FUNCTIONS`] functions whose blocks take parameters.
	Blocks,
	/// The same above many operands, which only branches drop.
	Deep,
}

impl Shape {
	/// As the generator is told.
	pub fn word(self) -> Option<&'static str> {
		match self {
			Self::Any => None,
			Self::Blocks => Some("blocks"),
			Self::Deep => Some("deep"),
		}
	}
}

/// Functions of a module of [`Shape::Blocks`] or [`Shape::Deep`].
pub const FUNCTIONS: u64 = 64;

/// Modules of a series, one after the other.
pub struct Modules {
	child: Child,
	left: u64,
}

impl Modules {
	/// `count` modules of the series `seed` from `first` on, with vectors or without.
	pub fn new(
		generator: &Path,
		(seed, first, count): (u64, u64, u64),
		simd: bool,
		shape: Shape,
	) -> Result<Self> {
		let child = Command::new(generator)
			.args([seed.to_string(), first.to_string(), count.to_string()])
			.arg(if simd { "simd" } else { "base" })
			.args(shape.word())
			.stdout(Stdio::piped())
			.spawn()
			.context("the generator can't be started")?;
		Ok(Self { child, left: count })
	}

	fn read(&mut self) -> Result<Vec<u8>> {
		let out = self.child.stdout.as_mut().context("no output")?;
		let mut length = [0; 4];
		out.read_exact(&mut length).context("the generator ended early")?;
		let mut module = vec![0; u32::from_le_bytes(length) as usize];
		out.read_exact(&mut module).context("the generator ended early")?;
		Ok(module)
	}
}

impl Iterator for Modules {
	type Item = Result<Vec<u8>>;

	fn next(&mut self) -> Option<Result<Vec<u8>>> {
		self.left = self.left.checked_sub(1)?;
		Some(self.read())
	}
}

impl Drop for Modules {
	fn drop(&mut self) {
		// It ends by itself when nobody reads.
		drop(self.child.stdout.take());
		let _ = self.child.wait();
	}
}
