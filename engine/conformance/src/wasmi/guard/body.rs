//! One function: what is put in the place of some of its operators.

use super::{
	blocks::{self, Kind, ResultTypes, Transit, signature},
	defects::{Repair, repair},
	number, unsigned,
};
use anyhow::Result;
use std::{mem::take, ops::Range};
use wasmparser::{BlockType, BrTable, FuncType, FunctionBody, Operator, ValType};

/// A text in the place of bytes of the body.
struct Edit {
	at: usize,
	skip: usize,
	/// Where the text is.
	text: Range<usize>,
}

/// A block that is open.
struct Frame {
	is_loop: bool,
	/// Whether it is the part of an `if` before its `else`.
	is_if: bool,
	params: Vec<ValType>,
	results: Vec<ValType>,
}

impl Frame {
	/// What a branch to it takes along.
	fn values(&self) -> &[ValType] {
		if self.is_loop { &self.params } else { &self.results }
	}

	/// Whether branches go to a loop that has had parameters.
	fn is_lowered(&self) -> bool {
		self.is_loop && !self.params.is_empty()
	}
}

/// A function that was read.
pub struct Body<'m, 'a> {
	bytes: &'m [u8],
	/// Offset of the first operator.
	code: usize,
	types: &'a [FuncType],
	added: &'a mut ResultTypes,
	/// Whether blocks keep their parameters.
	keep: bool,
	transit: Transit,
	frames: Vec<Frame>,
	/// Where code begins that can't be reached, and the blocks that are open in it.
	dead: Option<(usize, usize)>,
	texts: Vec<u8>,
	edits: Vec<Edit>,
}

impl<'m, 'a> Body<'m, 'a> {
	/// Reads a function of type `ty`.
	pub fn read(
		body: &FunctionBody<'m>,
		ty: &FuncType,
		types: &'a [FuncType],
		added: &'a mut ResultTypes,
		keep: bool,
	) -> Result<Self> {
		let start = body.range().start;
		let mut locals = ty.params().len() as u32;
		for run in body.get_locals_reader()? {
			// The validator has bounded their sum.
			locals = locals.saturating_add(run?.0);
		}
		let mut operators = body.get_operators_reader()?;
		let mut read = Self {
			bytes: body.as_bytes(),
			code: operators.original_position() - start,
			types,
			added,
			keep,
			transit: Transit::new(locals),
			frames: Vec::new(),
			dead: None,
			texts: Vec::new(),
			edits: Vec::new(),
		};
		let results = ty.results().to_vec();
		read.frames.push(Frame { is_loop: false, is_if: false, params: Vec::new(), results });
		while !operators.eof() {
			let (operator, at) = operators.read_with_offset()?;
			let next = operators.original_position() - start;
			read.operator(&operator, at - start..next)?;
		}
		Ok(read)
	}

	/// Writes the function behind its length.
	pub fn write(&self, out: &mut Vec<u8>) {
		let mut body = Vec::with_capacity(self.bytes.len() + self.texts.len() + 16);
		let added = self.transit.added();
		let (runs, declared) = unsigned(&self.bytes[..self.code]);
		number(&mut body, runs + added.len() as u32);
		body.extend_from_slice(declared);
		for ty in added {
			body.extend_from_slice(&[1, blocks::code(*ty)]);
		}
		let mut done = self.code;
		for edit in &self.edits {
			body.extend_from_slice(&self.bytes[done..edit.at]);
			body.extend_from_slice(&self.texts[edit.text.clone()]);
			done = edit.at + edit.skip;
		}
		body.extend_from_slice(&self.bytes[done..]);
		number(out, body.len() as u32);
		out.extend_from_slice(&body);
	}

	/// Replaces bytes of the body.
	fn instead(
		&mut self,
		range: Range<usize>,
		write: impl FnOnce(&mut Transit, &mut Vec<u8>, &mut ResultTypes),
	) {
		let from = self.texts.len();
		write(&mut self.transit, &mut self.texts, self.added);
		let text = from..self.texts.len();
		self.edits.push(Edit { at: range.start, skip: range.len(), text });
	}

	fn operator(&mut self, operator: &Operator<'_>, range: Range<usize>) -> Result<()> {
		if self.skips(operator, range.start) {
			return Ok(());
		}
		let next = range.end;
		match operator {
			Operator::Block { blockty } => self.open(Kind::Block, *blockty, range),
			Operator::Loop { blockty } => self.open(Kind::Loop, *blockty, range),
			Operator::If { blockty } => self.open(Kind::If, *blockty, range),
			Operator::Else => self.otherwise(range),
			Operator::End => self.close(range),
			Operator::Br { relative_depth } => {
				if let Some(params) = self.loop_params(*relative_depth) {
					self.instead(range, |transit, out, _| {
						transit.branch(out, *relative_depth, &params);
					});
				}
				self.dead = Some((next, 0));
			},
			Operator::BrIf { relative_depth } => {
				if let Some(params) = self.loop_params(*relative_depth) {
					self.instead(range, |transit, out, _| {
						transit.branch_if(out, *relative_depth, &params);
					});
				}
			},
			Operator::BrTable { targets } => {
				self.branch_table(targets, range)?;
				self.dead = Some((next, 0));
			},
			Operator::Return | Operator::Unreachable => self.dead = Some((next, 0)),
			_ => self.repair(operator, range),
		}
		Ok(())
	}

	fn repair(&mut self, operator: &Operator<'_>, range: Range<usize>) {
		let from = self.texts.len();
		let skip = match repair(operator, &mut self.texts) {
			Repair::Nothing => return,
			Repair::Before => 0,
			Repair::Instead => range.len(),
		};
		let text = from..self.texts.len();
		self.edits.push(Edit { at: range.start, skip, text });
	}

	/// Leaves out what can't be reached, up to where it ends.
	fn skips(&mut self, operator: &Operator<'_>, at: usize) -> bool {
		let Some((start, open)) = &mut self.dead else { return false };
		match operator {
			Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => *open += 1,
			Operator::End if *open > 0 => *open -= 1,
			Operator::End | Operator::Else if *open == 0 => {
				let range = *start..at;
				self.dead = None;
				if !range.is_empty() {
					self.instead(range, |_, _, _| {});
				}
				return false;
			},
			_ => {},
		}
		true
	}

	fn open(&mut self, kind: Kind, ty: BlockType, range: Range<usize>) {
		let (params, results) = signature(self.types, ty);
		if !self.keep && !params.is_empty() {
			self.instead(range, |transit, out, types| {
				transit.open(out, kind, (&params, &results), types);
			});
		}
		let (is_loop, is_if) = (kind == Kind::Loop, kind == Kind::If);
		self.frames.push(Frame { is_loop, is_if, params, results });
	}

	fn otherwise(&mut self, range: Range<usize>) {
		let keep = self.keep;
		let Some(frame) = self.frames.last_mut() else { return };
		frame.is_if = false;
		// What an `else` needs only its own part has; the block has none any more.
		let params = take(&mut frame.params);
		if !keep && !params.is_empty() {
			self.instead(range, |transit, out, _| transit.otherwise(out, &params));
		}
	}

	fn close(&mut self, range: Range<usize>) {
		let Some(frame) = self.frames.pop() else { return };
		if frame.is_if && !self.keep && !frame.params.is_empty() {
			self.instead(range, |transit, out, _| transit.end(out, &frame.params));
		}
	}

	fn target(&self, depth: u32) -> Option<&Frame> {
		self.frames.get(self.frames.len().checked_sub(1 + depth as usize)?)
	}

	/// Parameters of the loop that a branch goes to, if there are any to be taken away.
	fn loop_params(&self, depth: u32) -> Option<Vec<ValType>> {
		let frame = self.target(depth)?;
		(frame.is_lowered() && !self.keep).then(|| frame.params.clone())
	}

	fn branch_table(&mut self, table: &BrTable<'_>, range: Range<usize>) -> Result<()> {
		let values = self.target(table.default()).map_or(&[][..], Frame::values).to_vec();
		if self.keep || values.is_empty() {
			return Ok(());
		}
		let from = self.texts.len();
		let frames = &self.frames;
		self.transit.branch_table(&mut self.texts, table, &values, |depth| {
			let index = frames.len().checked_sub(1 + depth as usize);
			index.and_then(|index| frames.get(index)).is_some_and(Frame::is_lowered)
		})?;
		let text = from..self.texts.len();
		self.edits.push(Edit { at: range.start, skip: range.len(), text });
		Ok(())
	}
}
