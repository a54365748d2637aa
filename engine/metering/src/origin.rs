//! The way back from a metered module to its original: for backtraces.

use crate::{Refusal, module::Pass};
use alloc::{
	collections::{BTreeMap, BTreeSet},
	string::{String, ToString},
	vec::Vec,
};
use assay_primitives::profile::Profile;
use codec::{Decode, Encode};
use core::ops::Range;
use wasmparser::{KnownCustom, Name, NameSectionReader, Parser, Payload};

/// A place in the code of a module, as engines name it in a backtrace. The pass leaves the indices of
/// functions as they are, and adds its own behind them.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub struct CodePlace {
	/// Index of the function.
	pub function: u32,
	/// Bytes from the start of its body, which begins with its locals.
	pub offset: u32,
}

/// Where what a body had is found in the rewritten one.
#[derive(Debug, Default)]
pub struct Moved {
	/// Where it begins there, and what it is, by ascending place. What lies between two of them was
	/// inserted.
	copied: Vec<(usize, Range<usize>)>,
}

impl Moved {
	/// Bytes of the module that begin at `written`.
	pub fn copied(&mut self, written: usize, original: Range<usize>) {
		self.copied.push((written, original));
	}

	/// The operator of the module that this byte belongs to; for what was inserted, the one before
	/// which it was.
	fn origin(&self, written: usize) -> Option<usize> {
		let after = self.copied.partition_point(|(start, _)| *start <= written);
		let (start, original) = self.copied.get(after.saturating_sub(1))?;
		Some((original.start + written.saturating_sub(*start)).min(original.end))
	}
}

/// Bytes of `module` that are meant by places in what [`instrument`](crate::instrument) makes of it.
/// `None` for functions that are not the module's.
pub fn origins(
	module: &[u8],
	profile: &Profile,
	places: &[CodePlace],
) -> Result<Vec<Option<u64>>, Refusal> {
	let functions = places.iter().map(|place| (place.function, Moved::default())).collect();
	let moved: BTreeMap<u32, Moved> = Pass::moved(module, profile, functions)?;
	let origin = |place: &CodePlace| moved.get(&place.function)?.origin(place.offset as usize);
	Ok(places.iter().map(|place| origin(place).map(|at| at as u64)).collect())
}

/// What a module's name section calls these functions. A stranger may have chosen the names.
pub fn function_names(module: &[u8], functions: &BTreeSet<u32>) -> BTreeMap<u32, String> {
	let mut names = BTreeMap::new();
	for payload in Parser::new(0).parse_all(module) {
		// What stands behind the first error means nothing.
		let Ok(payload) = payload else { break };
		let Payload::CustomSection(section) = payload else { continue };
		if let KnownCustom::Name(section) = section.as_known() {
			read_names(section, functions, &mut names);
		}
	}
	names
}

fn read_names(
	section: NameSectionReader<'_>,
	functions: &BTreeSet<u32>,
	names: &mut BTreeMap<u32, String>,
) {
	for map in section {
		let Ok(Name::Function(map)) = map else { continue };
		for naming in map.into_iter().map_while(Result::ok) {
			if functions.contains(&naming.index) {
				names.insert(naming.index, naming.name.to_string());
			}
		}
	}
}
