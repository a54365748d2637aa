//! Writing the sections of a metered module.

use super::{Appended, Items, Kind, Pass};
use crate::{
	GAS_GLOBAL, RUN_EXPORT, Refusal, STACK_GLOBAL, TRAIL_EXPORT,
	cost::{ByOperand, HELPERS},
	refusal::Reason,
	rewrite::Passed,
};
use alloc::{string::String, vec::Vec};
use core::convert::Infallible;
use wasm_encoder::{
	ConstExpr, Encode, ExportKind, ExportSection, GlobalSection, GlobalType, RawSection, SectionId,
	ValType,
	reencode::{Error, Reencode},
};
use wasmparser::ExternalKind;

impl Pass<'_, '_> {
	pub(super) fn assemble(&mut self) -> Result<Vec<u8>, Refusal> {
		let mut module = wasm_encoder::Module::new();
		let mut add = |id: SectionId, data: Vec<u8>| raw(&mut module, id, &data);
		add(SectionId::Type, self.write_types());
		if self.import_items.count > 0 {
			add(SectionId::Import, extended(&self.import_items, 0, &[]));
		}
		add(SectionId::Function, self.write_functions());
		if !self.tables.is_empty() {
			add(SectionId::Table, self.write_tables());
		}
		if self.memory.is_some() {
			add(SectionId::Memory, self.write_memory());
		}
		add(SectionId::Global, self.write_globals()?);
		add(SectionId::Export, self.write_exports());
		let declared = self.takes_reference && !self.exported_functions.is_empty();
		if declared || self.element_items.count > 0 {
			add(SectionId::Element, self.write_elements(declared)?);
		}
		if let Some(count) = self.data_count {
			let mut data = Vec::new();
			count.encode(&mut data);
			add(SectionId::DataCount, data);
		}
		if !self.hints.is_empty() {
			module.section(&self.hints);
		}
		raw(&mut module, SectionId::Code, &self.write_code());
		if self.data_items.count > 0 {
			raw(&mut module, SectionId::Data, &extended(&self.data_items, 0, &[]));
		}
		Ok(module.finish())
	}

	fn passed(&self) -> Option<&Passed> {
		match &self.appended {
			Appended::Kept(_) => None,
			Appended::Passed(passed) => Some(passed),
		}
	}

	fn write_types(&self) -> Vec<u8> {
		let mut more = wasm_encoder::TypeSection::new();
		more.ty().function([], []);
		match self.appended {
			Appended::Kept(_) => more.ty().function([ValType::I32], [ValType::I32]),
			Appended::Passed(_) => {
				let helper = [ValType::I32, ValType::I64];
				more.ty().function(helper, helper);
				for ty in &self.types {
					let mut types = [values(ty.params()), values(ty.results())];
					types.iter_mut().for_each(|types| types.push(ValType::I64));
					let [params, results] = types;
					more.ty().function(params, results);
				}
			},
		}
		let mut block_types: Vec<_> = self.block_types.iter().collect();
		block_types.sort_by_key(|(_, index)| **index);
		for (results, _) in block_types {
			more.ty().function([], values(results));
		}
		if self.passed().is_some() {
			// Of the function that gives the trail.
			more.ty().function([], [ValType::I64]);
		}
		extended(&self.type_items, more.len(), &section_items(&more))
	}

	fn write_functions(&self) -> Vec<u8> {
		let mut more = Vec::new();
		for _ in 0..HELPERS {
			(self.own_types() + 1).encode(&mut more);
		}
		self.own_types().encode(&mut more);
		let Some(passed) = self.passed() else {
			return extended(&self.function_items, self.own_functions(), &more);
		};
		(self.block_types() + self.block_types.len() as u32).encode(&mut more);
		let (imported, own) = self.functions.split_at(self.info.imports as usize);
		imported.iter().for_each(|ty| (passed.types + ty).encode(&mut more));
		for function in &self.exported() {
			self.functions[*function as usize].encode(&mut more);
		}
		let mut bytes = Vec::new();
		own.iter().for_each(|ty| (passed.types + ty).encode(&mut bytes));
		let items = Items { count: own.len() as u32, bytes: &bytes };
		extended(&items, self.own_functions(), &more)
	}

	/// Functions that the pass appends.
	fn own_functions(&self) -> u32 {
		let own = HELPERS + 1;
		match self.appended {
			Appended::Kept(_) => own,
			Appended::Passed(_) => own + 1 + self.info.imports + self.exported().len() as u32,
		}
	}

	/// Functions that can be called from outside, each of which is in the place of one of the module's.
	fn exported(&self) -> Vec<u32> {
		match self.kind {
			Kind::Command => Vec::new(),
			Kind::Any => self.exported_functions.clone(),
		}
	}

	fn write_tables(&self) -> Vec<u8> {
		let mut section = wasm_encoder::TableSection::new();
		for (initial, most) in &self.tables {
			section.table(wasm_encoder::TableType {
				element_type: wasm_encoder::RefType::FUNCREF,
				table64: false,
				minimum: (*initial).into(),
				maximum: Some((*most).into()),
				shared: false,
			});
		}
		let items = Items { count: 0, bytes: &[] };
		extended(&items, section.len(), &section_items(&section))
	}

	fn write_memory(&self) -> Vec<u8> {
		let mut section = wasm_encoder::MemorySection::new();
		section.memory(wasm_encoder::MemoryType {
			minimum: self.info.memory_minimum.into(),
			maximum: Some(self.info.memory_bound(self.memory_pages.unwrap_or(0)).into()),
			memory64: false,
			shared: false,
			page_size_log2: None,
		});
		extended(&Items::default(), section.len(), &section_items(&section))
	}

	fn write_globals(&self) -> Result<Vec<u8>, Refusal> {
		let mut more = GlobalSection::new();
		let global = |val_type| GlobalType { val_type, mutable: true, shared: false };
		more.global(global(ValType::I64), &ConstExpr::i64_const(0));
		let slots = i32::try_from(self.profile.stack.slots).unwrap_or(i32::MAX);
		more.global(global(ValType::I32), &ConstExpr::i32_const(slots));
		let Some(passed) = self.passed() else {
			return Ok(extended(&self.global_items, more.len(), &section_items(&more)));
		};
		// The number of the trail, and the base.
		more.global(global(ValType::I64), &ConstExpr::i64_const(0));
		more.global(global(ValType::I64), &ConstExpr::i64_const(0));
		let mut own = GlobalSection::new();
		if let Some(globals) = &self.sections.globals {
			let written = Callees(passed).parse_global_section(&mut own, globals.clone());
			written.map_err(malformed)?;
		}
		let bytes = section_items(&own);
		let items = Items { count: own.len(), bytes: &bytes };
		Ok(extended(&items, more.len(), &section_items(&more)))
	}

	/// Only what the runner needs: other exports would keep the engine from optimising.
	fn write_exports(&self) -> Vec<u8> {
		let mut section = ExportSection::new();
		let (gas, stack, helpers) = match &self.appended {
			Appended::Kept(kept) => (kept.gas, kept.stack, kept.helpers),
			Appended::Passed(passed) => (passed.gas, passed.stack, passed.helpers),
		};
		let mut kept = Items::default();
		match (self.kind, self.passed()) {
			(Kind::Command, _) => _ = section.export("memory", ExportKind::Memory, 0),
			(Kind::Any, None) => kept = self.export_items,
			(Kind::Any, Some(passed)) => self.export_from_outside(passed, &mut section),
		}
		section.export(GAS_GLOBAL, ExportKind::Global, gas);
		section.export(STACK_GLOBAL, ExportKind::Global, stack);
		let run = helpers + HELPERS;
		section.export(RUN_EXPORT, ExportKind::Func, run);
		if self.passed().is_some() {
			section.export(TRAIL_EXPORT, ExportKind::Func, run + 1);
		}
		extended(&kept, section.len(), &section_items(&section))
	}

	/// The exports of a module that need not be a command.
	fn export_from_outside(&self, passed: &Passed, section: &mut ExportSection) {
		let mut outside = passed.outside();
		for export in self.sections.exports.iter().flat_map(|exports| exports.clone()).flatten() {
			let (kind, index) = match export.kind {
				ExternalKind::Func => {
					outside += 1;
					(ExportKind::Func, outside - 1)
				},
				ExternalKind::Table => (ExportKind::Table, export.index),
				ExternalKind::Memory => (ExportKind::Memory, export.index),
				ExternalKind::Global => (ExportKind::Global, export.index),
				_ => continue,
			};
			section.export(export.name, kind, index);
		}
	}

	/// An export makes a function one that `ref.func` may name. As the exports are dropped, a
	/// declaring segment takes their place.
	fn write_elements(&self, declared: bool) -> Result<Vec<u8>, Refusal> {
		let mut more = wasm_encoder::ElementSection::new();
		let passed = self.passed();
		if declared {
			let callee = |function: &u32| passed.map_or(*function, |own| own.callee(*function));
			let functions: Vec<u32> = self.exported_functions.iter().map(callee).collect();
			more.declared(wasm_encoder::Elements::Functions(functions.into()));
		}
		let Some(own) = passed else {
			return Ok(extended(&self.element_items, more.len(), &section_items(&more)));
		};
		let mut section = wasm_encoder::ElementSection::new();
		if let Some(elements) = &self.sections.elements {
			let written = Callees(own).parse_element_section(&mut section, elements.clone());
			written.map_err(malformed)?;
		}
		let bytes = section_items(&section);
		let items = Items { count: section.len(), bytes: &bytes };
		Ok(extended(&items, more.len(), &section_items(&more)))
	}

	fn write_code(&mut self) -> Vec<u8> {
		let mut bodies = core::mem::take(&mut self.bodies);
		for helper in [ByOperand::Pages, ByOperand::Bytes, ByOperand::Elements] {
			let costs = &self.profile.costs;
			let body = match &self.appended {
				Appended::Kept(kept) => kept.helper(helper, costs),
				Appended::Passed(passed) => passed.helper(helper, costs),
			};
			body.bytes.encode(&mut bodies);
		}
		let (startup_gas, start, main) = (self.info.startup_gas, self.start, self.main);
		let run = match &self.appended {
			Appended::Kept(kept) => kept.run(startup_gas, start, main),
			Appended::Passed(passed) => passed.run(startup_gas, start, main),
		};
		run.bytes.encode(&mut bodies);
		if let Some(passed) = self.passed() {
			passed.read_trail().bytes.encode(&mut bodies);
			for import in 0..self.info.imports {
				passed.calling(import, self.params(import)).bytes.encode(&mut bodies);
			}
			for function in self.exported() {
				passed.exported(function, self.params(function)).bytes.encode(&mut bodies);
			}
		}
		let items = Items { count: self.defined, bytes: &bodies };
		extended(&items, self.own_functions(), &[])
	}

	/// How many values a function takes in the module as it was.
	fn params(&self, function: u32) -> u32 {
		let ty = self.functions.get(function as usize).and_then(|ty| self.types.get(*ty as usize));
		ty.map_or(0, |ty| ty.params().len() as u32)
	}
}

/// Has what calls imported functions in the place of these.
struct Callees<'p>(&'p Passed);

impl Reencode for Callees<'_> {
	type Error = Infallible;

	fn function_index(&mut self, function: u32) -> Result<u32, Error> {
		Ok(self.0.callee(function))
	}
}

/// The validator has passed what is written again.
fn malformed(_: Error) -> Refusal {
	Refusal::new(0, Reason::Malformed(String::from("what was valid can't be written")))
}

/// Types of values as they are written. All that a profile has can be.
fn values(types: &[wasmparser::ValType]) -> Vec<ValType> {
	types.iter().filter_map(|ty| (*ty).try_into().ok()).collect()
}

fn raw(module: &mut wasm_encoder::Module, id: SectionId, data: &[u8]) {
	module.section(&RawSection { id: id as u8, data });
}

/// Contents of a section with items added behind those it had.
fn extended(items: &Items<'_>, added: u32, more: &[u8]) -> Vec<u8> {
	let mut data = Vec::with_capacity(items.bytes.len() + more.len() + 5);
	(items.count + added).encode(&mut data);
	data.extend_from_slice(items.bytes);
	data.extend_from_slice(more);
	data
}

/// Items of an encoded section, without its length and count.
fn section_items(section: &impl Encode) -> Vec<u8> {
	let mut data = Vec::new();
	section.encode(&mut data);
	let skip = leb_len(&data);
	let skip = skip + leb_len(&data[skip..]);
	data.split_off(skip)
}

fn leb_len(bytes: &[u8]) -> usize {
	bytes.iter().take_while(|byte| **byte & 0x80 != 0).count() + 1
}
