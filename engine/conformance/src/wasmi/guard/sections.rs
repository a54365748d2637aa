//! The module section by section: what is added to each.

use super::{Parameters, blocks::ResultTypes, body::Body, number, unsigned};
use anyhow::{Context, Result};
use std::ops::Range;
use wasmparser::{FuncType, Parser, Payload};

/// Ids of the sections that change.
const TYPE: u8 = 1;
const CODE: u8 = 10;
/// Bytes of a module before its first section.
const HEADER: usize = 8;
/// A module that was read, with its functions rewritten.
pub struct Sections<'m> {
	wasm: &'m [u8],
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
}

impl<'m> Sections<'m> {
	pub fn read(wasm: &'m [u8], parameters: Parameters) -> Result<Self> {
		let mut module = Self {
			wasm,
			parameters,
			sections: Vec::new(),
			types: Vec::new(),
			added: ResultTypes::default(),
			defined: Vec::new(),
			bodies: 0,
			code: Vec::new(),
		};
		for payload in Parser::new(0).parse_all(wasm) {
			module.take(payload?)?;
		}
		Ok(module)
	}

	fn take(&mut self, payload: Payload<'m>) -> Result<()> {
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
			Payload::FunctionSection(section) => {
				for ty in section {
					self.defined.push(ty?);
				}
			},
			Payload::CodeSectionStart { count, .. } => number(&mut self.code, count),
			Payload::CodeSectionEntry(body) => self.body(&body)?,
			_ => {},
		}
		Ok(())
	}

	fn body(&mut self, body: &wasmparser::FunctionBody<'m>) -> Result<()> {
		let ty = self.defined.get(self.bodies).and_then(|ty| self.types.get(*ty as usize));
		let ty = ty.context("a body without a type")?;
		self.bodies += 1;
		let keep = self.parameters != Parameters::Lowered;
		let scan = Body::read(body, ty, &self.types, &mut self.added, keep)?;
		scan.write(&mut self.code);
		Ok(())
	}

	/// The module with what was added.
	pub fn write(self) -> Vec<u8> {
		let grown = self.code.len() + self.added.bytes().len() + 64;
		let mut out = Vec::with_capacity(self.wasm.len() + grown);
		out.extend_from_slice(&self.wasm[..HEADER]);
		for (id, range) in &self.sections {
			let contents = &self.wasm[range.clone()];
			match *id {
				TYPE => extend(&mut out, TYPE, contents, self.added.count(), self.added.bytes()),
				CODE => extend(&mut out, CODE, &self.code, 0, &[]),
				id => extend(&mut out, id, contents, 0, &[]),
			}
		}
		out
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
