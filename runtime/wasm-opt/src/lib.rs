//! What the SDK's builder of runtimes needs of `wasm-opt`, without compiling Binaryen.
//!
//! The builder optimises nothing: it strips debugging information, lowers sign extension, and wants to be
//! sure that nothing beyond WebAssembly's first version is left. The target `wasm32v1-none` emits nothing
//! beyond it, so there is nothing to lower: a module is checked for that, stripped, and otherwise written
//! as the linker has left it. See ADR 27.

use std::{error::Error, fmt, fs, path::Path};
use wasmparser::{BinaryReaderError, Parser, Payload, Validator, WasmFeatures};

/// Passes that the builder asks for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Pass {
	/// Removes the sections of debugging information.
	StripDwarf,
	/// Replaces operators of the sign extension proposal. There are none, or the module is refused.
	SignextLowering,
}

/// What is to be done with a module.
#[derive(Clone, Debug, Default)]
pub struct OptimizationOptions {
	strips_dwarf: bool,
}

impl OptimizationOptions {
	/// Nothing but the passes that are added.
	pub fn new_opt_level_0() -> Self {
		Self::default()
	}

	/// Modules with anything beyond WebAssembly's first version are refused, asked for or not.
	pub fn mvp_features_only(&mut self) -> &mut Self {
		self
	}

	/// Names of functions stay, asked for or not.
	pub fn debug_info(&mut self, _keep: bool) -> &mut Self {
		self
	}

	/// Adds a pass.
	pub fn add_pass(&mut self, pass: Pass) -> &mut Self {
		self.strips_dwarf |= pass == Pass::StripDwarf;
		self
	}

	/// Reads a module, checks it, and writes the result. The two paths may be the same.
	pub fn run(
		&self,
		from: impl AsRef<Path>,
		to: impl AsRef<Path>,
	) -> Result<(), OptimizationError> {
		let module = fs::read(from).map_err(OptimizationError::Files)?;
		fs::write(to, self.rewrite(&module)?).map_err(OptimizationError::Files)
	}

	fn rewrite(&self, module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		// What `wasm32v1-none` stands for; LLVM exports the stack pointer, which is mutable.
		let features = WasmFeatures::WASM1 | WasmFeatures::MUTABLE_GLOBAL;
		Validator::new_with_features(features)
			.validate_all(module)
			.map_err(OptimizationError::Module)?;
		let mut kept = Vec::with_capacity(module.len());
		let mut end = 0;
		for payload in Parser::new(0).parse_all(module) {
			let payload = payload.map_err(OptimizationError::Module)?;
			let Some(stop) = end_of(&payload) else { continue };
			if !(self.strips_dwarf && is_dwarf(&payload)) {
				kept.extend_from_slice(&module[end..stop]);
			}
			end = stop;
		}
		Ok(kept)
	}
}

/// Where a section ends; bodies of functions lie within one.
fn end_of(payload: &Payload) -> Option<usize> {
	match payload {
		Payload::Version { range, .. } => Some(range.end),
		Payload::CodeSectionEntry(_) | Payload::End(_) => None,
		section => section.as_section().map(|(_, range)| range.end),
	}
}

fn is_dwarf(payload: &Payload) -> bool {
	matches!(payload, Payload::CustomSection(section) if section.name().starts_with(".debug_"))
}

/// Why a module was not written.
#[derive(Debug)]
pub enum OptimizationError {
	/// A file can't be read or written.
	Files(std::io::Error),
	/// The module is malformed, or needs more than WebAssembly's first version.
	Module(BinaryReaderError),
}

impl fmt::Display for OptimizationError {
	fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
		match self {
			Self::Files(error) => write!(to, "the runtime can't be read or written: {error}"),
			Self::Module(error) => write!(
				to,
				"the runtime is not WebAssembly of the first version: {error}; is the target \
				 wasm32v1-none installed (scripts/bootstrap.sh)?"
			),
		}
	}
}

impl Error for OptimizationError {}

#[cfg(test)]
mod tests {
	use super::*;

	const BARE: &[u8] = b"\0asm\x01\0\0\0";

	/// A section with a name and some bytes.
	fn section(name: &str, bytes: &[u8]) -> Vec<u8> {
		let mut content = vec![name.len() as u8];
		content.extend_from_slice(name.as_bytes());
		content.extend_from_slice(bytes);
		[vec![0, content.len() as u8], content].concat()
	}

	fn rewrite(module: &[u8]) -> Result<Vec<u8>, OptimizationError> {
		OptimizationOptions::new_opt_level_0().add_pass(Pass::StripDwarf).rewrite(module)
	}

	#[test]
	fn debugging_information_should_go_and_all_else_stay() {
		// (func (export "f") (result i32) (i32.const 7))
		let code = [
			&[1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0, 7, 5, 1, 1, b'f', 0, 0][..],
			&[10, 6, 1, 4, 0, 0x41, 7, 0x0b],
		]
		.concat();
		let version = section("runtime_version", &[1, 2, 3]);
		let all = [BARE, &version, &code, &section(".debug_info", &[9; 20]), &section("name", &[])];
		let kept = [BARE, &version, &code, &section("name", &[])];
		assert_eq!(rewrite(&all.concat()).expect("it is valid"), kept.concat());
	}

	#[test]
	fn module_beyond_the_first_version_should_be_refused() {
		// (func (result i32) (i32.extend8_s (i32.const 7)))
		let code =
			[&[1, 5, 1, 0x60, 0, 1, 0x7f, 3, 2, 1, 0][..], &[10, 7, 1, 5, 0, 0x41, 7, 0xc0, 0x0b]];
		let error =
			rewrite(&[BARE, code.concat().as_slice()].concat()).expect_err("sign extension");
		assert!(error.to_string().contains("wasm32v1-none"), "{error}");
	}

	#[test]
	fn malformed_module_should_be_refused() {
		assert!(matches!(rewrite(b"\0asm\x01\0\0\0\x01"), Err(OptimizationError::Module(_))));
	}
}
