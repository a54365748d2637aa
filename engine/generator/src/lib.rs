//! Generates WASI commands for differential tests.
//!
//! `wasm-smith` makes arbitrary valid modules; [`command`] turns one into a program that calls its
//! functions with constants, again and again, and writes what they return, its globals and its whole
//! memory to standard output, so that executors which differ anywhere differ in what they give.

// The one table of the repository; this package has a lock file of its own and can't depend on its crate.
#[allow(dead_code, reason = "engines need more of it")]
#[path = "../../../primitives/src/abi.rs"]
mod abi;
mod blocks;
mod command;
mod config;
mod random;

pub use random::Random;

use arbitrary::Unstructured;

/// Features of a generated module.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Features {
	/// Those of profile 1.
	Base,
	/// Vectors beside them.
	Simd,
}

/// What is generated.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
	/// Anything.
	Any,
	/// [`FUNCTIONS`] functions whose blocks take parameters.
	Blocks,
	/// The same above many operands, which only branches drop.
	Deep,
}

pub use blocks::FUNCTIONS;

/// Bytes that decide what a module is.
const ENTROPY: usize = 16 << 10;

/// The module with this number of the series `seed`. The same on every machine.
pub fn module(seed: u64, index: u64, features: Features, shape: Shape) -> Vec<u8> {
	// Mixed, so that the sequences of neighbours do not overlap.
	let mut random = Random::new(Random::new(seed).next() ^ Random::new(!index).next());
	if shape != Shape::Any {
		return blocks::module(&mut random, features, shape);
	}
	// Not every input suffices for a module.
	loop {
		if let Some(module) = from_bytes(&random.bytes(ENTROPY), features) {
			return module;
		}
	}
}

/// The module that these bytes stand for, if they stand for one.
pub fn from_bytes(bytes: &[u8], features: Features) -> Option<Vec<u8>> {
	let (choices, rest) = bytes.split_at_checked(16)?;
	let mut random = Random::new(u64::from_le_bytes(choices[..8].try_into().ok()?));
	let config = config::config(&mut random, features);
	let module = wasm_smith::Module::new(config, &mut Unstructured::new(rest)).ok()?;
	command::wrap(&module.to_bytes(), &mut random).ok()
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn modules_should_be_valid_when_generated() {
		for (index, shape) in (0..200)
			.flat_map(|index| [Shape::Any, Shape::Blocks, Shape::Deep].map(|shape| (index, shape)))
		{
			for features in [Features::Base, Features::Simd] {
				let module = module(1, index, features, shape);
				wasmparser::validate(&module).expect("valid");
				assert_eq!(module, super::module(1, index, features, shape), "and reproducible");
			}
		}
	}
}
