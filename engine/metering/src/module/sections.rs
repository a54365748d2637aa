//! Taking up the sections of a module, with the bounds on what is in them.

use super::{Kind, Pass};
use crate::{
	RESERVED_PREFIX, Refusal, cost, limits,
	refusal::{Bound, Reason},
};
use alloc::string::ToString;
use assay_primitives::abi::{self, Signature, ValueType};
use wasmparser::{
	DataKind, DataSectionReader, ElementItems, ElementKind, ElementSectionReader,
	ExportSectionReader, ExternalKind, FuncType, Import, ImportSectionReader, MemorySectionReader,
	Payload, TableSectionReader, TypeRef, TypeSectionReader, ValType,
};

impl<'m> Pass<'m, '_> {
	/// Bounds on the numbers of things.
	pub(super) fn section(&mut self, payload: &Payload<'m>) -> Result<(), Refusal> {
		let limits = &self.profile.limits;
		let (bound, at, found, limit) = match payload {
			Payload::TypeSection(s) => (Bound::Types, s.range().start, s.count(), limits.types),
			Payload::ImportSection(s) => {
				(Bound::Imports, s.range().start, s.count(), limits.exports)
			},
			Payload::FunctionSection(s) => {
				let found = s.count().saturating_add(self.functions.len() as u32);
				(Bound::Functions, s.range().start, found, limits.functions)
			},
			Payload::GlobalSection(s) => {
				(Bound::Globals, s.range().start, s.count(), limits.globals)
			},
			Payload::ExportSection(s) => {
				(Bound::Exports, s.range().start, s.count(), limits.exports)
			},
			Payload::ElementSection(s) => {
				(Bound::ElementSegments, s.range().start, s.count(), limits.segments)
			},
			Payload::DataSection(s) => {
				(Bound::DataSegments, s.range().start, s.count(), limits.segments)
			},
			_ => return Ok(()),
		};
		self.above(bound, at, found, limit)
	}

	/// Takes up a section that the validator has passed.
	pub(super) fn validated(&mut self, payload: &Payload<'m>) -> Result<(), Refusal> {
		match payload {
			Payload::TypeSection(s) => self.type_section(s),
			Payload::ImportSection(s) => self.import_section(s),
			Payload::FunctionSection(s) => {
				self.function_items = self.items(s);
				for ty in s.clone() {
					self.functions.push(ty?);
				}
				Ok(())
			},
			Payload::TableSection(s) => self.table_section(s),
			Payload::MemorySection(s) => self.memory_section(s),
			Payload::GlobalSection(s) => {
				self.global_items = self.items(s);
				self.sections.globals = Some(s.clone());
				Ok(())
			},
			Payload::ExportSection(s) => self.export_section(s),
			Payload::StartSection { func, .. } => {
				self.start = Some(*func);
				Ok(())
			},
			Payload::ElementSection(s) => self.element_section(s),
			Payload::DataCountSection { count, .. } => {
				self.data_count = Some(*count);
				Ok(())
			},
			Payload::CodeSectionStart { .. } => {
				self.append();
				Ok(())
			},
			Payload::DataSection(s) => self.data_section(s),
			_ => Ok(()),
		}
	}

	fn type_section(&mut self, section: &TypeSectionReader<'m>) -> Result<(), Refusal> {
		self.types = limits::types(section, &self.profile.limits)?;
		self.type_items = self.items(section);
		if let Some(tally) = &mut self.tally {
			let at = section.range().start;
			for ty in &self.types {
				tally.note(Bound::Params, at, ty.params().len() as u64);
				tally.note(Bound::Results, at, ty.results().len() as u64);
			}
		}
		Ok(())
	}

	fn import_section(&mut self, section: &ImportSectionReader<'m>) -> Result<(), Refusal> {
		self.import_items = self.items(section);
		self.sections.imports = Some(section.clone());
		for import in section.clone().into_iter_with_offsets() {
			let (at, import) = import?;
			if self.kind == Kind::Command
				&& let Err(refusal) = self.known_import(at, &import)
			{
				self.tolerate(refusal)?;
			}
			self.count_import(import.ty);
		}
		self.info.imports = self.functions.len() as u32;
		Ok(())
	}

	/// Refuses what the host does not have.
	fn known_import(&self, at: usize, import: &Import<'m>) -> Result<(), Refusal> {
		let unknown = || unknown_import(at, import.module, import.name);
		let TypeRef::Func(ty) = import.ty else { return Err(unknown()) };
		let known = abi::signature(import.name).filter(|_| import.module == abi::MODULE);
		match known.zip(self.types.get(ty as usize)).map(|(function, ty)| is_of(function, ty)) {
			Some(true) => Ok(()),
			Some(false) => {
				let name = import.name.to_string();
				Err(Refusal::new(at, Reason::ImportType { name }))
			},
			None => Err(unknown()),
		}
	}

	/// Counts what takes an index before the module's own.
	fn count_import(&mut self, ty: TypeRef) {
		match ty {
			TypeRef::Func(ty) => self.functions.push(ty),
			TypeRef::Global(_) => self.imported_globals += 1,
			_ => {},
		}
	}

	fn table_section(&mut self, section: &TableSectionReader<'m>) -> Result<(), Refusal> {
		self.tables = limits::tables(section, &self.profile.limits)?;
		if let Some(tally) = &mut self.tally {
			let at = section.range().start;
			tally.note(Bound::Tables, at, section.count());
			for (initial, _) in &self.tables {
				tally.note(Bound::TableElements, at, *initial);
			}
		}
		let initial: u64 = self.tables.iter().map(|(initial, _)| u64::from(*initial)).sum();
		self.info.startup_gas += initial;
		Ok(())
	}

	fn memory_section(&mut self, section: &MemorySectionReader<'m>) -> Result<(), Refusal> {
		for memory in section.clone().into_iter_with_offsets() {
			let (at, memory) = memory?;
			// The validator has bounded both by 65,536.
			let minimum = memory.initial as u32;
			let maximum = memory.maximum.map(|maximum| maximum as u32);
			if let Some(limit) = self.memory_pages.filter(|limit| minimum > *limit) {
				return Err(Refusal::new(at, Reason::MemoryAboveTask { minimum, limit }));
			}
			let page = u64::from(self.profile.costs.memory_grow_page);
			self.info.startup_gas += page * u64::from(minimum);
			self.info.memory_minimum = minimum;
			self.info.memory_maximum = maximum;
			self.memory = Some((minimum, maximum));
		}
		Ok(())
	}

	fn export_section(&mut self, section: &ExportSectionReader<'m>) -> Result<(), Refusal> {
		let at = section.range().start;
		self.export_items = self.items(section);
		self.sections.exports = Some(section.clone());
		let (mut memory, mut main) = (false, None);
		for export in section.clone().into_iter_with_offsets() {
			let (at, export) = export?;
			if self.kind == Kind::Command && export.name.starts_with(RESERVED_PREFIX) {
				let name = export.name.to_string();
				return Err(Refusal::new(at, Reason::ReservedExport { name }));
			}
			match (export.name, export.kind) {
				("memory", ExternalKind::Memory) => memory = true,
				("_start", ExternalKind::Func) => main = Some((at, export.index)),
				_ => {},
			}
			if export.kind == ExternalKind::Func {
				self.exported_functions.push(export.index);
			}
		}
		if self.kind == Kind::Any {
			return Ok(());
		}
		if !memory {
			self.tolerate(Refusal::new(at, Reason::NoMemory))?;
		}
		let Some((at, main)) = main else {
			return self.tolerate(Refusal::new(at, Reason::NoStart));
		};
		let ty = self.functions.get(main as usize).and_then(|ty| self.types.get(*ty as usize));
		if ty.is_none_or(|ty| !ty.params().is_empty() || !ty.results().is_empty()) {
			return self.tolerate(Refusal::new(at, Reason::StartType));
		}
		self.main = Some(main);
		Ok(())
	}

	fn element_section(&mut self, section: &ElementSectionReader<'m>) -> Result<(), Refusal> {
		self.element_items = self.items(section);
		self.sections.elements = Some(section.clone());
		for element in section.clone().into_iter_with_offsets() {
			let (at, element) = element?;
			let count = match &element.items {
				ElementItems::Functions(items) => items.count(),
				ElementItems::Expressions(_, items) => items.count(),
			};
			let ElementKind::Active { table_index, offset_expr } = element.kind else { continue };
			let table = self.tables.get(table_index.unwrap_or(0) as usize);
			let size = table.map(|(initial, _)| u64::from(*initial));
			self.within(at, limits::constant(&offset_expr), count.into(), size)?;
			self.info.startup_gas += u64::from(count);
		}
		Ok(())
	}

	fn data_section(&mut self, section: &DataSectionReader<'m>) -> Result<(), Refusal> {
		self.data_items = self.items(section);
		self.sections.data = Some(section.clone());
		for data in section.clone().into_iter_with_offsets() {
			let (at, data) = data?;
			let DataKind::Active { offset_expr, .. } = data.kind else { continue };
			let size = self.memory.map(|(minimum, _)| u64::from(minimum) << 16);
			let length = data.data.len() as u64;
			self.within(at, limits::constant(&offset_expr), length, size)?;
			self.info.startup_gas += cost::bulk(&self.profile.costs, length);
		}
		Ok(())
	}

	/// Refuses an active segment that does not fit, so that instantiation can't trap.
	fn within(
		&self,
		at: usize,
		offset: Option<u32>,
		len: u64,
		size: Option<u64>,
	) -> Result<(), Refusal> {
		let fits = offset.zip(size).is_some_and(|(offset, size)| u64::from(offset) + len <= size);
		match fits || self.kind == Kind::Any {
			true => Ok(()),
			false => Err(Refusal::new(at, Reason::SegmentOutOfBounds)),
		}
	}
}

fn unknown_import(at: usize, module: &str, name: &str) -> Refusal {
	let (module, name) = (module.to_string(), name.to_string());
	Refusal::new(at, Reason::UnknownImport { module, name })
}

/// Whether a type is that of a function of the host.
fn is_of(function: &Signature, ty: &FuncType) -> bool {
	let value = |ty: &ValType| match ty {
		ValType::I32 => Some(ValueType::I32),
		ValType::I64 => Some(ValueType::I64),
		_ => None,
	};
	function.is_of(ty.params().iter().map(value), ty.results().iter().map(value))
}
