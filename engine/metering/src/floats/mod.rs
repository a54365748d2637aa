//! Finds where the bits of a NaN can be observed, and has them made canonical there.
//!
//! The profile says that arithmetic gives the canonical NaN. Engines leave its bits open, so the pass
//! inserts what makes them canonical; but only where something other than arithmetic looks at them:
//! a store, a reinterpretation, a call, a global, a result. Between two arithmetic operators nobody
//! can tell one NaN from another, as the outcome of arithmetic, comparison and conversion depends on
//! whether an operand is a NaN and never on which.
//!
//! The invariant: a value is either bit for bit what the profile defines, or the profile defines the
//! canonical NaN (in that lane) and the value is another NaN. Values of the second kind are *open*.
//! They may lie on the operand stack and in locals, and become [settled](Bits::Settled) right after
//! the operator that made them if an observer may take them.
//!
//! The analysis runs along the validator, over the body once. Locals and the results of blocks are
//! *variables*: it collects which values flow into which variable and which are observed, and
//! [resolves](graph::Graph::resolve) that at the end of the function.

mod frames;
mod graph;
mod operators;

pub use graph::{Settle, Shape};
pub use operators::{CANONICAL_F32, CANONICAL_F64};

use alloc::vec::Vec;
use frames::Frame;
use graph::{Bits, Graph, Source, Value};
use operators::Role;
use wasmparser::{FuncType, Operator, ValType};

/// The analysis of one function.
pub struct Floats<'p> {
	types: &'p [FuncType],
	/// Which locals can hold floating-point bits. Their variables have the same index.
	tracked: Vec<bool>,
	graph: Graph,
	stack: Vec<Value>,
	frames: Vec<Frame>,
	/// Whether the code being read can't be reached.
	dead: bool,
}

impl<'p> Floats<'p> {
	/// For a function with `params` parameters among `locals`, and `results` results.
	pub fn new(
		types: &'p [FuncType],
		params: usize,
		locals: impl Iterator<Item = ValType>,
		results: usize,
	) -> Self {
		let mut graph = Graph::default();
		let mut tracked = Vec::new();
		for (index, ty) in locals.enumerate() {
			// Parameters come from callers, who settle them; other locals begin as zero.
			graph.variable(if index < params { Bits::Exact } else { Bits::Settled });
			tracked.push(matches!(ty, ValType::F32 | ValType::F64 | ValType::V128));
		}
		let frames = alloc::vec![Frame::function(results)];
		Self { types, tracked, graph, stack: Vec::new(), frames, dead: false }
	}

	/// Where something has to be inserted, by ascending offset.
	pub fn finish(self) -> Vec<Settle> {
		self.graph.resolve()
	}

	/// Takes up an operator that the validator has passed. `arity` tells how many values it takes and
	/// gives, and is asked where it neither branches nor moves a value; `next` is the offset of the
	/// operator behind it.
	pub fn step(
		&mut self,
		operator: &Operator<'_>,
		arity: impl FnOnce() -> (u32, u32),
		next: usize,
	) {
		match operator {
			Operator::Block { blockty } => self.block(*blockty),
			Operator::Loop { blockty } => self.loop_(*blockty, next),
			Operator::If { blockty } => {
				self.pop();
				self.if_(*blockty);
			},
			Operator::Else => self.else_(),
			Operator::End => self.end(next),
			Operator::Br { relative_depth } => {
				self.branch(*relative_depth);
				self.die();
			},
			Operator::BrIf { relative_depth } => {
				self.pop();
				self.branch(*relative_depth);
			},
			Operator::BrTable { targets } => {
				self.pop();
				self.branch(targets.default());
				for target in targets.targets().flatten() {
					self.branch(target);
				}
				self.die();
			},
			Operator::Return => {
				self.branch(self.frames.len().saturating_sub(1) as u32);
				self.die();
			},
			Operator::Unreachable => self.die(),
			_ if self.dead => {},
			Operator::LocalGet { local_index } => {
				let known = Source::Known(Bits::Settled);
				let source = self.local(*local_index).map_or(known, Source::Variable);
				self.stack.push(Value { source, site: next });
			},
			Operator::LocalSet { local_index } => {
				let value = self.pop();
				if let Some(variable) = self.local(*local_index) {
					self.graph.flow(value, variable);
				}
			},
			Operator::LocalTee { local_index } => {
				let value = self.pop();
				if let Some(variable) = self.local(*local_index) {
					self.graph.flow(value, variable);
				}
				self.stack.push(Value { site: next, ..value });
			},
			Operator::Select | Operator::TypedSelect { .. } => self.select(next),
			_ => self.plain(operator, arity(), next),
		}
	}

	/// An operator that neither branches nor only moves a value.
	fn plain(&mut self, operator: &Operator<'_>, (takes, gives): (u32, u32), next: usize) {
		let role = operators::role(operator);
		let mut first = Value::KNOWN;
		for _ in 0..takes {
			first = self.pop();
			match role {
				// The lanes of a variable are known at the end only.
				Role::Arithmetic { takes: Some(shape), .. } => self.graph.use_as(first, shape),
				Role::Arithmetic { .. } | Role::Magnitude | Role::Sign => {},
				Role::Observer | Role::Gives(_) => self.graph.observe(first),
			}
		}
		let source = match role {
			Role::Arithmetic { gives, .. } => Source::Known(gives),
			Role::Gives(bits) => Source::Known(bits),
			// It clears the sign, which the canonical NaN does not have.
			Role::Magnitude => first.source,
			// The sign shows in the result alone, so only that one's observers count.
			Role::Sign => {
				let variable = self.graph.variable(Bits::Exact);
				self.graph.flow(first, variable);
				Source::Variable(variable)
			},
			Role::Observer => Source::Known(Bits::Exact),
		};
		// Operators with several results are calls, which give exact ones.
		for _ in 0..gives {
			self.stack.push(Value { source, site: next });
		}
	}

	/// Either of two values; nobody has looked at them.
	fn select(&mut self, next: usize) {
		self.pop();
		let (second, first) = (self.pop(), self.pop());
		let source = match (first.source, second.source) {
			(Source::Known(a), Source::Known(b)) if a == b => Source::Known(a),
			_ => {
				let variable = self.graph.variable(Bits::Settled);
				self.graph.flow(first, variable);
				self.graph.flow(second, variable);
				Source::Variable(variable)
			},
		};
		self.stack.push(Value { source, site: next });
	}

	fn local(&self, index: u32) -> Option<u32> {
		self.tracked.get(index as usize).copied().unwrap_or(false).then_some(index)
	}

	/// Takes the topmost value; in unreachable code there may be none.
	fn pop(&mut self) -> Value {
		let floor = self.frames.last().map_or(0, |frame| frame.height);
		if self.stack.len() > floor {
			self.stack.pop().unwrap_or(Value::KNOWN)
		} else {
			Value::KNOWN
		}
	}
}
