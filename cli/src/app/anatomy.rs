//! What a module consists of, as far as it can be read: also of one that is refused.

use assay_primitives::profile::ModuleLimits;
use std::{collections::BTreeSet, ops::Range};
use wasmparser::{
	Encoding, FunctionBody, KnownCustom, Name, NameSectionReader, Operator, Parser, Payload,
	Result, TypeRef,
};

/// Counts of a module, and the largest of what a profile bounds for each item. Everything is zero that
/// could not be read any more.
#[derive(Clone, Debug, Default)]
pub struct Anatomy {
	/// Functions, imported ones included.
	pub functions: u64,
	/// Imports as `module.name`, sorted.
	pub imports: BTreeSet<String>,
	/// Number of imports.
	pub import_count: u64,
	/// Number of exports.
	pub exports: u64,
	/// Number of types.
	pub types: u64,
	/// Most parameters, or results, of a type.
	pub params: u64,
	/// Number of globals.
	pub globals: u64,
	/// Most initial elements of a table.
	pub table_elements: u64,
	/// Element segments or data segments, whichever are more.
	pub segments: u64,
	/// Pages of memory at the start, and the most that the module itself declares.
	pub memory: Option<(u64, Option<u64>)>,
	/// Bytes of the longest function body.
	pub body_bytes: u64,
	/// Most locals of a function, parameters included.
	pub locals: u64,
	/// Most blocks that are open at once.
	pub nesting: u64,
	/// Most targets of a `br_table`.
	pub branch_targets: u64,
	/// Parameters of each type.
	type_params: Vec<u64>,
	/// Type of each function, imported ones first.
	function_types: Vec<u32>,
	/// Where the bodies are.
	bodies: Vec<Range<usize>>,
	imported_functions: u32,
	/// Where function names are.
	names: Option<Range<usize>>,
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

	/// Rows of a table: what, how much there is, how much there may be.
	pub fn against(&self, limits: &ModuleLimits, bytes: u64) -> Vec<(&'static str, u64, u64)> {
		let params = limits.params.into();
		vec![
			("module bytes", bytes, limits.module_bytes.into()),
			("functions", self.functions, limits.functions.into()),
			("longest function, bytes", self.body_bytes, limits.body_bytes.into()),
			("most locals of a function", self.locals, limits.locals.into()),
			("deepest nesting of blocks", self.nesting, limits.nesting.into()),
			("largest switch, targets", self.branch_targets, limits.branch_targets.into()),
			("types", self.types, limits.types.into()),
			("most parameters or results", self.params, params),
			("globals", self.globals, limits.globals.into()),
			("largest table, elements", self.table_elements, limits.table_elements.into()),
			("segments of one kind", self.segments, limits.segments.into()),
			("imports", self.import_count, limits.exports.into()),
			("exports", self.exports, limits.exports.into()),
		]
	}

	/// Index of the function whose body has the byte at this offset.
	pub fn function_at(&self, offset: u64) -> Option<u32> {
		let offset = usize::try_from(offset).ok()?;
		let after = self.bodies.partition_point(|body| body.start <= offset);
		let index = after.checked_sub(1)?;
		self.bodies[index].contains(&offset).then_some(self.imported_functions + index as u32)
	}

	/// What the name section calls a function, fit for a terminal.
	pub fn name_of(&self, module: &[u8], function: u32) -> Option<String> {
		let range = self.names.clone()?;
		let reader = wasmparser::BinaryReader::new(module.get(range.clone())?, range.start);
		for names in NameSectionReader::new(reader) {
			let Name::Function(map) = names.ok()? else { continue };
			for naming in map {
				let naming = naming.ok()?;
				if naming.index == function {
					return Some(crate::output::plain(naming.name, NAME_CHARS));
				}
			}
		}
		None
	}

	fn payload(&mut self, payload: Payload<'_>) -> Result<()> {
		match payload {
			Payload::TypeSection(section) => {
				for ty in section.into_iter_err_on_gc_types() {
					let ty = ty?;
					let (params, results) = (ty.params().len() as u64, ty.results().len() as u64);
					self.params = self.params.max(params).max(results);
					self.types += 1;
					self.type_params.push(params);
				}
			},
			Payload::ImportSection(section) => self.imports(section)?,
			Payload::FunctionSection(section) => {
				for ty in section {
					self.function_types.push(ty?);
					self.functions += 1;
				}
			},
			Payload::TableSection(section) => {
				for table in section {
					self.table_elements = self.table_elements.max(table?.ty.initial);
				}
			},
			Payload::MemorySection(section) => {
				for memory in section {
					let memory = memory?;
					self.memory = Some((memory.initial, memory.maximum));
				}
			},
			Payload::GlobalSection(section) => self.globals = section.count().into(),
			Payload::ExportSection(section) => self.exports = section.count().into(),
			Payload::ElementSection(section) => self.segments(section.count()),
			Payload::DataSection(section) => self.segments(section.count()),
			Payload::CodeSectionEntry(body) => self.body(&body)?,
			Payload::CustomSection(section) => {
				if let KnownCustom::Name(_) = section.as_known() {
					self.names = Some(section.data_offset()..section.range().end);
				}
			},
			_ => {},
		}
		Ok(())
	}

	fn imports(&mut self, section: wasmparser::ImportSectionReader<'_>) -> Result<()> {
		for import in section {
			let import = import?;
			self.import_count += 1;
			if let TypeRef::Func(ty) = import.ty {
				self.function_types.push(ty);
				self.functions += 1;
				self.imported_functions += 1;
			}
			if self.imports.len() < KEPT_IMPORTS {
				let name = format!("{}.{}", import.module, import.name);
				self.imports.insert(crate::output::plain(&name, NAME_CHARS));
			}
		}
		Ok(())
	}

	fn segments(&mut self, count: u32) {
		self.segments = self.segments.max(count.into());
	}

	fn body(&mut self, body: &FunctionBody<'_>) -> Result<()> {
		let range = body.range();
		self.body_bytes = self.body_bytes.max(range.len() as u64);
		let function = self.imported_functions as usize + self.bodies.len();
		self.bodies.push(range);
		let ty = self.function_types.get(function).map(|ty| *ty as usize);
		let mut locals = ty.and_then(|ty| self.type_params.get(ty)).copied().unwrap_or(0);
		for group in body.get_locals_reader()? {
			locals = locals.saturating_add(group?.0.into());
		}
		self.locals = self.locals.max(locals);
		let mut open = 0u64;
		for operator in body.get_operators_reader()? {
			match operator? {
				Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
					open += 1;
					self.nesting = self.nesting.max(open);
				},
				Operator::End => open = open.saturating_sub(1),
				Operator::BrTable { targets } => {
					self.branch_targets = self.branch_targets.max(targets.len().into());
				},
				_ => {},
			}
		}
		Ok(())
	}
}
