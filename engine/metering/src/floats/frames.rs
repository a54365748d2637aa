//! Blocks: what flows to their labels and out of them.

use super::{
	Floats,
	graph::{Bits, Source, Value},
};
use alloc::vec::Vec;
use wasmparser::BlockType;

/// A block that is open.
pub struct Frame {
	kind: Kind,
	/// Values below its own.
	pub height: usize,
	/// Values that its end leaves.
	results: usize,
	/// Whether code behind it can't be reached, because it could not be either.
	dead: bool,
	/// Where branches to its label lead.
	label: Label,
}

enum Kind {
	/// The function's own, or a block.
	Block,
	Loop,
	/// The part before `else`, with the values that it began with.
	If(Vec<Value>),
}

/// What takes the values of a branch.
#[derive(Clone, Copy)]
enum Label {
	/// Nothing that could carry an open value: there is none, or there are several, or they leave the
	/// function. The number of them.
	Observer(usize),
	/// One variable.
	Variable(u32),
}

impl Frame {
	/// The function's own.
	pub fn function(results: usize) -> Self {
		let label = Label::Observer(results);
		Self { kind: Kind::Block, height: 0, results, dead: false, label }
	}
}

impl Floats<'_> {
	fn block_arity(&self, ty: BlockType) -> (usize, usize) {
		match ty {
			BlockType::Empty => (0, 0),
			BlockType::Type(_) => (0, 1),
			// The validator has refused indices that are not there.
			BlockType::FuncType(index) => self
				.types
				.get(index as usize)
				.map_or((0, 0), |ty| (ty.params().len(), ty.results().len())),
		}
	}

	/// Only the topmost of several values could be settled where they appear, so several are settled
	/// before they get there.
	fn label(&mut self, count: usize) -> Label {
		match count {
			1 => Label::Variable(self.graph.variable(Bits::Settled)),
			_ => Label::Observer(count),
		}
	}

	/// Where the topmost values begin. Unreachable code may not have them.
	fn start(&self, count: usize) -> usize {
		let floor = self.frames.last().map_or(0, |frame| frame.height);
		self.stack.len().saturating_sub(count).max(floor)
	}

	fn open(&mut self, kind: Kind, params: usize, results: usize, label: Label) {
		let height = self.start(params);
		self.frames.push(Frame { kind, height, results, dead: self.dead, label });
	}

	pub(super) fn block(&mut self, ty: BlockType) {
		let (params, results) = self.block_arity(ty);
		let label = self.label(results);
		self.open(Kind::Block, params, results, label);
	}

	pub(super) fn if_(&mut self, ty: BlockType) {
		let (params, results) = self.block_arity(ty);
		let label = self.label(results);
		let saved = self.stack[self.start(params)..].to_vec();
		self.open(Kind::If(saved), params, results, label);
	}

	pub(super) fn loop_(&mut self, ty: BlockType, next: usize) {
		let (params, results) = self.block_arity(ty);
		let label = self.label(params);
		if !self.dead {
			self.give(label);
		}
		self.open(Kind::Loop, params, results, label);
		self.stack.truncate(self.frames.last().map_or(0, |frame| frame.height));
		self.take(label, params, next);
	}

	pub(super) fn else_(&mut self) {
		let Some(mut frame) = self.frames.pop() else { return };
		self.frames.push(Frame { kind: Kind::Block, ..frame });
		if !self.dead {
			self.give(frame.label);
		}
		self.stack.truncate(frame.height);
		if let Kind::If(saved) = &mut frame.kind {
			self.stack.append(saved);
		}
		self.dead = frame.dead;
	}

	pub(super) fn end(&mut self, next: usize) {
		let Some(frame) = self.frames.last() else { return };
		let (results, label) = (frame.results, frame.label);
		// Nothing but its own code leads out of a loop.
		let through = matches!(frame.kind, Kind::Loop) && !self.dead;
		if !through && !self.dead {
			self.give(label);
		}
		let Some(frame) = self.frames.pop() else { return };
		if !frame.dead
			&& let Kind::If(saved) = &frame.kind
		{
			// Without `else` the parameters are the results.
			self.give_values(label, saved);
		}
		if !through {
			self.stack.truncate(frame.height);
			// Unreachable code behind a loop gives values that are never there.
			let from = if matches!(frame.kind, Kind::Loop) { Label::Observer(0) } else { label };
			self.take(from, results, next);
		}
		self.dead = frame.dead;
	}

	/// A branch to the label that many blocks out.
	pub(super) fn branch(&mut self, depth: u32) {
		if self.dead {
			return;
		}
		let index = self.frames.len().checked_sub(1 + depth as usize);
		if let Some(label) = index.and_then(|index| self.frames.get(index)).map(|it| it.label) {
			self.give(label);
		}
	}

	/// What follows can't be reached.
	pub(super) fn die(&mut self) {
		let floor = self.frames.last().map_or(0, |frame| frame.height);
		self.stack.truncate(floor);
		self.dead = true;
	}

	/// Lets the topmost values flow to a label. They stay, as after a branch that is not taken.
	fn give(&mut self, label: Label) {
		let count = match label {
			Label::Observer(count) => count,
			Label::Variable(_) => 1,
		};
		let start = self.start(count);
		let values = &mut self.stack[start..];
		match label {
			Label::Variable(variable) => {
				if let Some(value) = values.first() {
					self.graph.flow(*value, variable);
				}
			},
			Label::Observer(_) => {
				for value in values {
					self.graph.observe(*value);
					// It is settled where it was made, so there is nothing left to be done.
					value.source = Source::Known(Bits::Exact);
				}
			},
		}
	}

	fn give_values(&mut self, label: Label, values: &[Value]) {
		for value in values {
			match label {
				Label::Variable(variable) => self.graph.flow(*value, variable),
				Label::Observer(_) => self.graph.observe(*value),
			}
		}
	}

	/// Puts what a label holds onto the stack.
	fn take(&mut self, label: Label, count: usize, next: usize) {
		let source = match label {
			Label::Variable(variable) => Source::Variable(variable),
			Label::Observer(_) => Source::Known(Bits::Exact),
		};
		self.stack.extend((0..count).map(|_| Value { source, site: next }));
	}
}
