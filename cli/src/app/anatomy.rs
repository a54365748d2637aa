//! What a module consists of, as far as it can be read: also of one that is refused.

use std::{collections::BTreeSet, ops::Range};
use wasmparser::{Encoding, Parser, Payload, Result, TypeRef};

/// What no profile counts. Everything is empty that could not be read any more.
#[derive(Clone, Debug, Default)]
pub struct Anatomy {
	/// Functions, imported ones included.
	pub functions: u64,
	/// Imports as `module.name`, sorted.
	pub imports: BTreeSet<String>,
	/// Pages of memory at the start, and the most that the module itself declares.
	pub memory: Option<(u64, Option<u64>)>,
	/// Where the bodies are.
	bodies: Vec<Range<usize>>,
	imported_functions: u32,
}

/// Most distinct imports that are kept; preview 1 has 46.
const KEPT_IMPORTS: usize = 200;
/// Most characters of a name that are shown.
const NAME_CHARS: usize = 100;

impl Anatomy {
	/// Reads as much as can be read. Takes time and memory in proportion to the length.
	pub fn of(module: &[u8]) -> Self {
		let mut anatomy = Self::default();
		for payload in Parser::new(0).parse_all(module) {
			let go_on = match payload {
				Ok(Payload::Version { encoding: Encoding::Component, .. }) => false,
				payload => payload.and_then(|payload| anatomy.payload(payload)).is_ok(),
			};
			// What stands behind the first error means nothing.
			if !go_on {
				break;
			}
		}
		anatomy
	}

	/// Index of the function whose body has the byte at this offset.
	pub fn function_at(&self, offset: u64) -> Option<u32> {
		let offset = usize::try_from(offset).ok()?;
		let after = self.bodies.partition_point(|body| body.start <= offset);
		let index = after.checked_sub(1)?;
		self.bodies[index].contains(&offset).then_some(self.imported_functions + index as u32)
	}

	fn payload(&mut self, payload: Payload<'_>) -> Result<()> {
		match payload {
			Payload::ImportSection(section) => {
				for import in section {
					let import = import?;
					if let TypeRef::Func(_) = import.ty {
						self.functions += 1;
						self.imported_functions += 1;
					}
					if self.imports.len() < KEPT_IMPORTS {
						let name = format!("{}.{}", import.module, import.name);
						self.imports.insert(crate::output::plain(&name, NAME_CHARS));
					}
				}
			},
			Payload::FunctionSection(section) => self.functions += u64::from(section.count()),
			Payload::MemorySection(section) => {
				for memory in section {
					let memory = memory?;
					self.memory = Some((memory.initial, memory.maximum));
				}
			},
			Payload::CodeSectionEntry(body) => self.bodies.push(body.range()),
			_ => {},
		}
		Ok(())
	}
}

/// What the name section calls a function, fit for a terminal.
pub fn name_of(module: &[u8], function: u32) -> Option<String> {
	let names = assay_runner::function_names(module, &BTreeSet::from([function]));
	names.get(&function).map(|name| crate::output::plain(name, NAME_CHARS))
}
