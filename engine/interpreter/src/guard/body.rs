//! One function: what is put between its operators, and in the place of some.

use super::{
	blocks::{self, Kind, ResultTypes, Transit, signature},
	defects::{Repair, repair},
	number,
	steps::{self, Counter},
	unsigned,
};
use crate::Failure;
use alloc::vec::Vec;
use core::{mem::take, ops::Range};
use wasmparser::{BlockType, BrTable, FuncType, FunctionBody, Operator, ValType};

/// Most steps of what only leads to a trap, for which no steps are taken: a run does that once.
const LAST_STEPS: u32 = 8;

/// Steps of putting a condition aside and taking it back.
const CONDITION: u32 = 2;

/// A change at an offset of the body.
struct Edit {
	at: usize,
	order: Order,
	/// Bytes of the body in whose place the text is.
	skip: usize,
	/// Where the text is.
	text: Range<usize>,
}

/// Order of the changes at one offset.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Order {
	/// What belongs to the operator before.
	Behind,
	/// The beginning of a stretch.
	Stretch,
	/// What belongs to the operator itself.
	Operator,
}

/// A stretch of code that is executed as a whole, but for what stops a run: where it begins, and its
/// steps so far.
#[derive(Clone, Copy, Debug, Default)]
struct Stretch {
	at: usize,
	steps: u32,
}

/// A block that is open.
struct Frame {
	kind: FrameKind,
	params: Vec<ValType>,
	results: Vec<ValType>,
	/// Whether a branch names it.
	branched: bool,
}

enum FrameKind {
	/// The function's own, a block, or the part behind `else`.
	Block,
	Loop,
	/// The part before `else`, with the stretch around it and what is known of the part.
	If(Stretch, Part),
}

/// What is in the part before an `else`.
#[derive(Clone, Copy, Eq, PartialEq)]
enum Part {
	/// Operators in a row so far.
	Row,
	/// Operators in a row that end in `unreachable`.
	Trap,
	Other,
}

impl Frame {
	fn values(&self) -> &[ValType] {
		match self.kind {
			FrameKind::Loop => &self.params,
			_ => &self.results,
		}
	}

	/// Whether branches go to a loop that has had parameters.
	fn is_lowered(&self) -> bool {
		matches!(self.kind, FrameKind::Loop) && !self.params.is_empty()
	}
}

/// A function that was read.
pub struct Body<'m, 'a> {
	bytes: &'m [u8],
	/// Offset of the first operator.
	code: usize,
	types: &'a [FuncType],
	added: &'a mut ResultTypes,
	counter: Counter,
	/// Whether blocks keep their parameters.
	keep: bool,
	transit: Transit,
	frames: Vec<Frame>,
	stretch: Stretch,
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
		counter: Counter,
		keep: bool,
	) -> Result<Self, Failure> {
		let start = body.range().start;
		let mut locals = ty.params().len() as u32;
		for run in body.get_locals_reader()? {
			// The validator has bounded their sum.
			locals = locals.saturating_add(run?.0);
		}
		let mut operators = body.get_operators_reader()?;
		let code = operators.original_position() - start;
		let mut read = Self {
			bytes: body.as_bytes(),
			code,
			types,
			added,
			counter,
			keep,
			transit: Transit::new(locals),
			frames: Vec::new(),
			stretch: Stretch { at: code, steps: 0 },
			dead: None,
			texts: Vec::new(),
			edits: Vec::new(),
		};
		read.push(FrameKind::Block, Vec::new(), ty.results().to_vec());
		while !operators.eof() {
			let (operator, at) = operators.read_with_offset()?;
			let next = operators.original_position() - start;
			read.operator(&operator, at - start, next)?;
		}
		read.edits.sort_by_key(|edit| (edit.at, edit.order));
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

	/// Writes a change in the place of these bytes.
	fn edit(&mut self, range: Range<usize>, order: Order, write: impl FnOnce(&mut Self)) {
		let from = self.texts.len();
		write(self);
		let text = from..self.texts.len();
		self.edits.push(Edit { at: range.start, order, skip: range.len(), text });
	}

	/// Replaces an operator.
	fn instead(
		&mut self,
		range: Range<usize>,
		write: impl FnOnce(&mut Transit, &mut Vec<u8>, &mut ResultTypes),
	) {
		self.edit(range, Order::Operator, |this| {
			write(&mut this.transit, &mut this.texts, this.added);
		});
	}

	fn push(&mut self, kind: FrameKind, params: Vec<ValType>, results: Vec<ValType>) {
		self.frames.push(Frame { kind, params, results, branched: false });
	}

	fn operator(&mut self, operator: &Operator<'_>, at: usize, next: usize) -> Result<(), Failure> {
		if self.skips(operator, at) {
			return Ok(());
		}
		self.note(operator);
		self.stretch.steps += steps::of(operator);
		match operator {
			Operator::Block { blockty } => self.open(Kind::Block, *blockty, at..next),
			Operator::Loop { blockty } => self.open(Kind::Loop, *blockty, at..next),
			Operator::If { blockty } => self.open(Kind::If, *blockty, at..next),
			Operator::Else => self.otherwise(at..next),
			Operator::End => self.close(at..next),
			Operator::Br { relative_depth } => {
				self.branch(*relative_depth, at..next);
				self.die(next);
			},
			Operator::BrIf { relative_depth } => {
				self.branch_if(*relative_depth, at..next);
				self.cut(next);
			},
			Operator::BrTable { targets } => {
				self.branch_table(targets, at..next)?;
				self.die(next);
			},
			Operator::Return | Operator::Unreachable => self.die(next),
			Operator::Call { .. } | Operator::CallIndirect { .. } => {
				self.edit(next..next, Order::Behind, |this| this.counter.look(&mut this.texts));
			},
			_ => self.repair(operator, at..next),
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
		self.edits.push(Edit { at: range.start, order: Order::Operator, skip, text });
	}

	/// Leaves out what can't be reached, up to where it ends.
	fn skips(&mut self, operator: &Operator<'_>, at: usize) -> bool {
		let Some((start, open)) = &mut self.dead else { return false };
		match operator {
			Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => *open += 1,
			Operator::End if *open > 0 => *open -= 1,
			Operator::End | Operator::Else if *open == 0 => {
				let range = *start..at;
				if !range.is_empty() {
					self.edit(range, Order::Operator, |_| {});
				}
				return false;
			},
			_ => {},
		}
		true
	}

	/// Notes what is in the part before an `else`.
	fn note(&mut self, operator: &Operator<'_>) {
		let Some(Frame { kind: FrameKind::If(_, part), .. }) = self.frames.last_mut() else {
			return;
		};
		*part = match operator {
			Operator::Unreachable if *part == Part::Row => Part::Trap,
			Operator::End => *part,
			_ if *part == Part::Row && is_row(operator) => Part::Row,
			_ => Part::Other,
		};
	}

	/// Ends the stretch and begins another one.
	fn cut(&mut self, next: usize) {
		let ended = core::mem::replace(&mut self.stretch, Stretch { at: next, steps: 0 });
		self.count(ended);
	}

	fn count(&mut self, Stretch { at, steps }: Stretch) {
		if steps > 0 {
			self.edit(at..at, Order::Stretch, |this| this.counter.take(&mut this.texts, steps));
		}
	}

	/// What follows can't be reached. The stretch is counted where its block ends.
	fn die(&mut self, next: usize) {
		self.dead = Some((next, 0));
	}

	fn open(&mut self, kind: Kind, ty: BlockType, range: Range<usize>) {
		let next = range.end;
		let (params, results) = signature(self.types, ty);
		let moves = self.moves(&params);
		if moves > 0 {
			self.instead(range, |transit, out, types| {
				transit.open(out, kind, (&params, &results), types);
			});
		}
		self.stretch.steps += moves;
		let kind = match kind {
			Kind::Block => {
				self.stretch.steps += moves;
				FrameKind::Block
			},
			Kind::Loop => {
				self.cut(next);
				self.stretch.steps = moves;
				FrameKind::Loop
			},
			Kind::If => {
				let part = Stretch { at: next, steps: moves };
				let mut around = core::mem::replace(&mut self.stretch, part);
				around.steps += if moves > 0 { CONDITION } else { 0 };
				FrameKind::If(around, Part::Row)
			},
		};
		self.push(kind, params, results);
	}

	fn otherwise(&mut self, range: Range<usize>) {
		self.dead = None;
		let Some(mut frame) = self.frames.pop() else { return };
		self.cut(range.end);
		if let FrameKind::If(around, _) = frame.kind {
			self.count(around);
		}
		frame.kind = FrameKind::Block;
		// The end of an `else` is reached from before it as well.
		frame.branched = true;
		// What an `else` needs only its own part has; the block has none any more.
		let params = take(&mut frame.params);
		let moves = self.moves(&params);
		if moves > 0 {
			self.stretch.steps += moves;
			self.instead(range, |transit, out, _| transit.otherwise(out, &params));
		}
		self.frames.push(frame);
	}

	fn close(&mut self, range: Range<usize>) {
		let dead = self.dead.take().is_some();
		let Some(frame) = self.frames.pop() else { return };
		let next = range.end;
		match frame.kind {
			FrameKind::If(mut around, part) => {
				let moves = self.moves(&frame.params);
				if moves > 0 {
					around.steps += moves;
					self.instead(range, |transit, out, _| transit.end(out, &frame.params));
				}
				if part == Part::Trap && self.stretch.steps <= LAST_STEPS {
					// Whoever comes here has not been in there.
					self.stretch = around;
				} else {
					self.cut(next);
					self.count(around);
				}
			},
			_ if dead || frame.branched || self.frames.is_empty() => self.cut(next),
			// The end is reached by what comes before it, and by nothing else.
			FrameKind::Block | FrameKind::Loop => {},
		}
	}

	/// Steps of moving values into locals, or out of them; none where they are left where they are.
	fn moves(&self, values: &[ValType]) -> u32 {
		if self.keep { 0 } else { values.len() as u32 }
	}

	/// Marks the block that many blocks out as one that a branch names.
	fn target(&mut self, depth: u32) -> Option<&Frame> {
		let index = self.frames.len().checked_sub(1 + depth as usize)?;
		let frame = self.frames.get_mut(index)?;
		// A branch to a loop leads to its beginning.
		frame.branched |= !matches!(frame.kind, FrameKind::Loop);
		Some(frame)
	}

	/// Parameters of the loop that a branch goes to, if there are any to be taken away.
	fn loop_params(&mut self, depth: u32) -> Option<Vec<ValType>> {
		let keep = self.keep;
		let frame = self.target(depth)?;
		(frame.is_lowered() && !keep).then(|| frame.params.clone())
	}

	fn branch(&mut self, depth: u32, range: Range<usize>) {
		if let Some(params) = self.loop_params(depth) {
			self.stretch.steps += self.moves(&params);
			self.instead(range, |transit, out, _| transit.branch(out, depth, &params));
		}
	}

	fn branch_if(&mut self, depth: u32, range: Range<usize>) {
		if let Some(params) = self.loop_params(depth) {
			self.stretch.steps += 2 * self.moves(&params) + CONDITION;
			self.instead(range, |transit, out, _| transit.branch_if(out, depth, &params));
		}
	}

	fn branch_table(&mut self, table: &BrTable<'_>, range: Range<usize>) -> Result<(), Failure> {
		for depth in table.targets().chain([Ok(table.default())]) {
			self.target(depth?);
		}
		let last = self.frames.len().saturating_sub(1);
		let frame = |depth: u32| self.frames.get(last.checked_sub(depth as usize)?);
		let values = frame(table.default()).map_or(&[][..], Frame::values);
		let moves = self.moves(values);
		if moves == 0 {
			return Ok(());
		}
		// Beside the values there is the branch that leads on.
		self.stretch.steps += 2 * moves + CONDITION + 1;
		let from = self.texts.len();
		self.transit.branch_table(&mut self.texts, table, values, |depth| {
			frame(depth).is_some_and(Frame::is_lowered)
		})?;
		let (at, skip, text) = (range.start, range.len(), from..self.texts.len());
		self.edits.push(Edit { at, order: Order::Operator, skip, text });
		Ok(())
	}
}

/// Whether an operator only moves or computes, so that the next one is executed after it.
fn is_row(operator: &Operator<'_>) -> bool {
	matches!(
		operator,
		Operator::LocalGet { .. }
			| Operator::LocalSet { .. }
			| Operator::GlobalGet { .. }
			| Operator::GlobalSet { .. }
			| Operator::I32Const { .. }
			| Operator::I64Const { .. }
	)
}
