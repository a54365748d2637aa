//! The module section by section: what is added to each.

use super::{
	Parameters,
	blocks::ResultTypes,
	body::Body,
	number,
	steps::{Globals, STEPS_GLOBAL, global},
	unsigned,
};
use crate::Failure;
use alloc::{string::ToString, vec::Vec};
use assay_metering::{GAS_GLOBAL, STACK_GLOBAL};
use core::ops::Range;
use wasmparser::{BinaryReaderError, ExternalKind, FuncType, Parser, Payload, TypeRef};

/// Ids of the sections that change.
const TYPE: u8 = 1;
const GLOBAL: u8 = 6;
const EXPORT: u8 = 7;
const CODE: u8 = 10;
/// Bytes of a module before its first section.
const HEADER: usize = 8;
/// Kind of an export.
const EXPORTED_GLOBAL: u8 = 3;

impl From<BinaryReaderError> for Failure {
	fn from(error: BinaryReaderError) -> Self {
		Self::Engine(error.to_string())
	}
}

/// A module that was read, with its functions rewritten.
pub struct Sections<'m> {
	wasm: &'m [u8],
	room: usize,
	parameters: Parameters,
	/// Ids and contents.
	sections: Vec<(u8, Range<usize>)>,
	types: Vec<FuncType>,
	added: ResultTypes,
	/// Type of each function that has a body.
	defined: Vec<u32>,
	/// Bodies seen so far, and all of them behind their lengths.
	bodies: usize,
	code: Vec<u8>,
	globals: Globals,
}

impl<'m> Sections<'m> {
	pub fn read(wasm: &'m [u8], room: usize, parameters: Parameters) -> Result<Self, Failure> {
		let mut module = Self {
			wasm,
			room,
			parameters,
			sections: Vec::new(),
			types: Vec::new(),
			added: ResultTypes::default(),
			defined: Vec::new(),
			bodies: 0,
			code: Vec::new(),
			globals: Globals::default(),
		};
		for payload in Parser::new(0).parse_all(wasm) {
			module.take(payload?)?;
		}
		Ok(module)
	}

	fn take(&mut self, payload: Payload<'m>) -> Result<(), Failure> {
		if let Some(section) = payload.as_section() {
			self.sections.push(section);
		}
		match payload {
			Payload::TypeSection(section) => {
				for ty in section.into_iter_err_on_gc_types() {
					self.types.push(ty?);
				}
				self.added = ResultTypes::new(self.types.len() as u32);
			},
			Payload::ImportSection(section) => {
				for import in section {
					self.globals.count += u32::from(matches!(import?.ty, TypeRef::Global(_)));
				}
			},
			Payload::FunctionSection(section) => {
				for ty in section {
					self.defined.push(ty?);
				}
			},
			Payload::GlobalSection(section) => self.globals.count += section.count(),
			Payload::ExportSection(section) => {
				for export in section {
					let export = export?;
					match (export.name, export.kind) {
						(GAS_GLOBAL, ExternalKind::Global) => {
							self.globals.gas = Some(export.index);
						},
						(STACK_GLOBAL, ExternalKind::Global) => self.globals.metered = true,
						_ => {},
					}
				}
			},
			Payload::CodeSectionStart { count, .. } => number(&mut self.code, count),
			Payload::CodeSectionEntry(body) => self.body(&body)?,
			_ => {},
		}
		Ok(())
	}

	fn body(&mut self, body: &wasmparser::FunctionBody<'m>) -> Result<(), Failure> {
		let ty = self.defined.get(self.bodies).and_then(|ty| self.types.get(*ty as usize));
		let ty = ty.ok_or_else(|| Failure::Engine("a body without a type".to_string()))?;
		self.bodies += 1;
		let keep = self.parameters != Parameters::Lowered;
		let steps = self.globals.counter()?;
		let scan = Body::read(body, ty, &self.types, &mut self.added, steps, keep)?;
		scan.write(&mut self.code);
		match self.code.len() > self.room {
			true => Err(Failure::MeteredTooLong),
			false => Ok(()),
		}
	}

	/// The module with what was added.
	pub fn write(self) -> Result<Vec<u8>, Failure> {
		let grown = self.code.len() + self.added.bytes().len() + STEPS_GLOBAL.len() + 64;
		let mut out = Vec::with_capacity(self.wasm.len() + grown);
		out.extend_from_slice(&self.wasm[..HEADER]);
		for (id, range) in &self.sections {
			let contents = &self.wasm[range.clone()];
			match *id {
				TYPE => extend(&mut out, TYPE, contents, self.added.count(), self.added.bytes()),
				GLOBAL => extend(&mut out, GLOBAL, contents, 1, &global()),
				EXPORT => extend(&mut out, EXPORT, contents, 1, &self.export()),
				CODE => extend(&mut out, CODE, &self.code, 0, &[]),
				id => extend(&mut out, id, contents, 0, &[]),
			}
		}
		Ok(out)
	}

	fn export(&self) -> Vec<u8> {
		let mut export = Vec::new();
		number(&mut export, STEPS_GLOBAL.len() as u32);
		export.extend_from_slice(STEPS_GLOBAL.as_bytes());
		export.push(EXPORTED_GLOBAL);
		number(&mut export, self.globals.count);
		export
	}
}

/// Writes a section with items added behind those it has.
fn extend(out: &mut Vec<u8>, id: u8, contents: &[u8], added: u32, more: &[u8]) {
	let mut count = Vec::new();
	let mut items = contents;
	if added > 0 {
		let (had, rest) = unsigned(contents);
		number(&mut count, had + added);
		items = rest;
	}
	out.push(id);
	// A module has less than 2^32 bytes, by the bounds on its code and on what the pass takes.
	number(out, (count.len() + items.len() + more.len()) as u32);
	out.extend_from_slice(&count);
	out.extend_from_slice(items);
	out.extend_from_slice(more);
}
