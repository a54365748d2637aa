//! From a function's operators to what is executed: one operation for each, at most, with branches resolved.

use crate::{
	code::{At, Code, NO_LOCAL, Op},
	float::Float,
	integer::Integer,
	memory::{LaneAccess, Load, Store},
	simd::{Comparison, Conversion, Floats, Integers, Lane},
	stop::Stop,
	value::{Cell, Give, reference},
};
use alloc::vec::Vec;
use assay_metering::{ByOperand, Checked, Local, Look, Sampled, Visitor};
use wasmparser::{BlockType, BrTable, Operator};

/// No operation: the end of a list of branches that wait for their target.
const NONE: At = At::MAX;

/// A block that is open.
struct Frame {
	/// Where branches to it lead: the first operation of a loop; otherwise the branches to its end, as a
	/// list that begins here and goes on in each one's target.
	label: Label,
	/// Operands below its own, of the function.
	height: u32,
	/// Values that a branch to it takes along.
	kept: u32,
	/// In an `if` before its `else`, the operation that leads to that.
	otherwise: Option<At>,
}

#[derive(Clone, Copy)]
enum Label {
	Loop(At),
	End(At),
}

/// A function in the making.
struct Flattening<'c, 'm, 'p> {
	module: &'c Checked<'m, 'p>,
	code: Code,
	/// Open blocks, the function's own first.
	frames: Vec<Frame>,
	/// The charge of the piece that is being read, once an operation of it is there.
	charge: Option<At>,
	/// Operands behind the last operator.
	height: u32,
	/// Blocks that are open in code that can't be reached, where it is such code.
	dead: Option<u32>,
	/// The first thing that can't be.
	broken: bool,
}

/// A function of the module's own, made of the same reading that its charges come from.
pub fn flatten(module: &Checked<'_, '_>, function: u32) -> Result<Code, Stop> {
	let ty = module.type_of(function).ok_or(Stop::Broken)?;
	let (params, results) = (ty.params().len() as u32, ty.results().len() as u32);
	let code = Code { params, results, ..Code::default() };
	let own = Frame { label: Label::End(NONE), height: 0, kept: results, otherwise: None };
	let mut flattening = Flattening {
		module,
		code,
		frames: alloc::vec![own],
		charge: None,
		height: 0,
		dead: None,
		broken: false,
	};
	// It was accepted before, and the same is read again.
	let there = module.walk(function, &mut flattening).map_err(|_| Stop::Broken)?;
	if !there || flattening.broken || !flattening.frames.is_empty() {
		return Err(Stop::Broken);
	}
	let mut code = flattening.code;
	code.ops.shrink_to_fit();
	code.long.shrink_to_fit();
	Ok(code)
}

impl Visitor for Flattening<'_, '_, '_> {
	fn locals(&mut self, count: u32) {
		self.code.locals = count;
		// Setting them to zero is charged with the first piece, whatever is in that.
		self.begin();
	}

	fn charges(&mut self, by: ByOperand) {
		if self.dead.is_none() {
			self.push(Op::ChargeBy(by));
		}
	}

	fn operator(&mut self, operator: &Operator<'_>, height: u32) {
		if self.skips(operator) {
			return;
		}
		self.code.operands = self.code.operands.max(height);
		let done = self.control(operator, height).or_else(|| self.plain(operator));
		self.broken |= done.is_none();
		self.height = height;
	}

	fn piece(&mut self, cost: u64, look: Look) {
		let Some(at) = self.charge.take() else { return };
		// A function has less than 2^32 operators, and none costs more than a few hundred.
		let cost = u32::try_from(cost).unwrap_or(u32::MAX);
		let op = match look {
			// What costs nothing is charged nowhere; it is looked at with the next piece.
			_ if cost == 0 => Op::Count(0),
			Look::None => Op::Count(cost),
			Look::Plain => Op::Charge(cost),
			Look::Sampling(Sampled(locals)) => {
				let index = |local: Option<Local>| local.map_or(NO_LOCAL, |local| local.index);
				Op::ChargeSampled { cost, sampled: locals.map(index) }
			},
		};
		self.set(at, op);
	}
}

impl Flattening<'_, '_, '_> {
	/// Whether an operator can't be reached. What ends such code can.
	fn skips(&mut self, operator: &Operator<'_>) -> bool {
		let Some(open) = &mut self.dead else { return false };
		match operator {
			Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => *open += 1,
			Operator::End if *open > 0 => *open -= 1,
			Operator::End | Operator::Else if *open == 0 => {
				self.dead = None;
				return false;
			},
			_ => {},
		}
		true
	}

	/// Where the next operation will be.
	fn here(&self) -> At {
		// A body has at most two for each of its bytes.
		self.code.ops.len() as At
	}

	/// Begins a piece, whose charge is known at its end.
	fn begin(&mut self) {
		self.charge = Some(self.here());
		self.code.ops.push(Op::Count(0));
	}

	/// Adds an operation, and before the first one of a piece its charge.
	fn push(&mut self, op: Op) -> Option<At> {
		if self.charge.is_none() {
			self.begin();
		}
		let at = self.here();
		self.code.ops.push(op);
		Some(at)
	}

	fn set(&mut self, at: At, op: Op) {
		match self.code.ops.get_mut(at as usize) {
			Some(place) => *place = op,
			None => self.broken = true,
		}
	}

	fn long(&mut self, cell: Cell) -> u32 {
		self.code.long.push(cell);
		// Fewer than a body has bytes.
		(self.code.long.len() - 1) as u32
	}

	/// Values that a block takes and gives.
	fn arity(&self, ty: BlockType) -> Option<(u32, u32)> {
		Some(match ty {
			BlockType::Empty => (0, 0),
			BlockType::Type(_) => (0, 1),
			BlockType::FuncType(index) => {
				let ty = self.module.types.get(index as usize)?;
				(ty.params().len() as u32, ty.results().len() as u32)
			},
		})
	}

	/// What follows can't be reached.
	fn die(&mut self) -> Option<At> {
		self.dead = Some(0);
		Some(NONE)
	}

	/// Operators that decide what is executed next; `None` for others. `height` is that behind them.
	fn control(&mut self, operator: &Operator<'_>, height: u32) -> Option<At> {
		match operator {
			Operator::Nop => Some(NONE),
			Operator::Block { blockty } => self.open(*blockty, height, None, false),
			Operator::Loop { blockty } => self.open(*blockty, height, None, true),
			Operator::If { blockty } => {
				let skip = self.push(Op::JumpUnless(NONE))?;
				self.open(*blockty, height, Some(skip), false)
			},
			Operator::Else => self.otherwise(),
			Operator::End => self.close(),
			Operator::Br { relative_depth } => {
				self.branch(*relative_depth, self.height, false)?;
				self.die()
			},
			Operator::BrIf { relative_depth } => {
				self.branch(*relative_depth, self.height.checked_sub(1)?, true)
			},
			Operator::BrTable { targets } => {
				self.table(targets)?;
				self.die()
			},
			Operator::Return => {
				self.push(Op::Return)?;
				self.die()
			},
			Operator::Unreachable => {
				self.push(Op::Unreachable)?;
				self.die()
			},
			_ => None,
		}
	}

	fn open(
		&mut self,
		ty: BlockType,
		height: u32,
		otherwise: Option<At>,
		back: bool,
	) -> Option<At> {
		let (params, results) = self.arity(ty)?;
		let height = height.checked_sub(params)?;
		// A loop begins behind its own piece, so with the next one's charge.
		let (label, kept) = match back {
			true => (Label::Loop(self.here()), params),
			false => (Label::End(NONE), results),
		};
		self.frames.push(Frame { label, height, kept, otherwise });
		Some(NONE)
	}

	/// The end of the first side of an `if`, and the beginning of the other.
	fn otherwise(&mut self) -> Option<At> {
		// Where the first side can't come to its end, this is never executed.
		let over = self.push(Op::Jump(NONE))?;
		let here = self.here();
		let frame = self.frames.last_mut()?;
		let skip = frame.otherwise.take()?;
		let Label::End(first) = &mut frame.label else { return None };
		let next = core::mem::replace(first, over);
		self.set(over, Op::Jump(next));
		self.set(skip, Op::JumpUnless(here));
		Some(over)
	}

	/// The end of a block. The end of the function is its last operation, and branches lead to that.
	fn close(&mut self) -> Option<At> {
		let frame = self.frames.pop()?;
		let end = match self.frames.is_empty() {
			true => self.push(Op::Return)?,
			false => self.here(),
		};
		if let Some(skip) = frame.otherwise {
			self.set(skip, Op::JumpUnless(end));
		}
		if let Label::End(mut waiting) = frame.label {
			while waiting != NONE {
				waiting = self.resolve(waiting, end)?;
			}
		}
		Some(end)
	}

	/// Gives a branch its target, and gives the next one of the list.
	fn resolve(&mut self, branch: At, to: At) -> Option<At> {
		let at = match self.code.ops.get_mut(branch as usize)? {
			Op::Jump(at) | Op::JumpIf(at) => at,
			Op::Branch { at, .. } | Op::BranchIf { at, .. } => at,
			_ => return None,
		};
		Some(core::mem::replace(at, to))
	}

	/// Adds a branch to the block that many blocks out, with so many operands on the stack.
	fn branch(&mut self, depth: u32, operands: u32, conditional: bool) -> Option<At> {
		let here = self.here() + u32::from(self.charge.is_none());
		let index = self.frames.len().checked_sub(1 + depth as usize)?;
		let frame = self.frames.get_mut(index)?;
		let at = match &mut frame.label {
			Label::Loop(at) => *at,
			Label::End(first) => core::mem::replace(first, here),
		};
		// Whoever leaves the function drops its operands.
		let drops = index > 0 && operands != frame.height + frame.kept;
		let (height, kept) = (self.code.locals + frame.height, u8::try_from(frame.kept).ok()?);
		self.push(match (drops, conditional) {
			(true, true) => Op::BranchIf { at, height, kept },
			(true, false) => Op::Branch { at, height, kept },
			(false, true) => Op::JumpIf(at),
			(false, false) => Op::Jump(at),
		})
	}

	/// A table, and behind it a branch for each target and one for the default.
	fn table(&mut self, table: &BrTable<'_>) -> Option<At> {
		self.push(Op::Table(table.len()))?;
		let height = self.height.checked_sub(1)?;
		for depth in table.targets() {
			self.branch(depth.ok()?, height, false)?;
		}
		self.branch(table.default(), height, false)
	}

	/// Operators that decide nothing about what is executed next.
	fn plain(&mut self, operator: &Operator<'_>) -> Option<At> {
		let op = simple(operator).or_else(|| computing(operator));
		let op = match (op, operator) {
			(Some(op), _) => op,
			(None, Operator::I64Const { value }) => Op::LongConst(self.long(value.cell())),
			(None, Operator::F64Const { value }) => Op::LongConst(self.long(value.bits().cell())),
			(None, Operator::V128Const { value }) => {
				let bits = u128::from_le_bytes(*value.bytes());
				Op::LongConst(self.long(bits.cell()))
			},
			(None, Operator::I8x16Shuffle { lanes }) => Op::Shuffle(self.long(lanes.cell())),
			_ => return None,
		};
		self.push(op)
	}
}

/// Operators on locals, globals, memory, tables and references.
fn simple(operator: &Operator<'_>) -> Option<Op> {
	use Operator as O;
	Some(match *operator {
		O::Call { function_index } => Op::Call(function_index),
		O::CallIndirect { type_index, table_index } => {
			Op::CallIndirect { ty: type_index, table: table_index }
		},
		O::Drop => Op::Drop,
		O::Select | O::TypedSelect { .. } => Op::Select,
		O::LocalGet { local_index } => Op::LocalGet(local_index),
		O::LocalSet { local_index } => Op::LocalSet(local_index),
		O::LocalTee { local_index } => Op::LocalTee(local_index),
		O::GlobalGet { global_index } => Op::GlobalGet(global_index),
		O::GlobalSet { global_index } => Op::GlobalSet(global_index),
		O::I32Const { value } => Op::Const(value as u32),
		O::F32Const { value } => Op::Const(value.bits()),
		O::RefNull { .. } => Op::Const(0),
		O::RefFunc { function_index } => Op::Const(reference(function_index)),
		O::RefIsNull => Op::RefIsNull,
		O::MemorySize { .. } => Op::MemorySize,
		O::MemoryGrow { .. } => Op::MemoryGrow,
		O::MemoryFill { .. } => Op::MemoryFill,
		O::MemoryCopy { .. } => Op::MemoryCopy,
		O::MemoryInit { data_index, .. } => Op::MemoryInit(data_index),
		O::DataDrop { data_index } => Op::DataDrop(data_index),
		O::TableGet { table } => Op::TableGet(table),
		O::TableSet { table } => Op::TableSet(table),
		O::TableSize { table } => Op::TableSize(table),
		O::TableGrow { table } => Op::TableGrow(table),
		O::TableFill { table } => Op::TableFill(table),
		O::TableCopy { dst_table, src_table } => Op::TableCopy { to: dst_table, from: src_table },
		O::TableInit { elem_index, table } => Op::TableInit { segment: elem_index, table },
		O::ElemDrop { elem_index } => Op::ElemDrop(elem_index),
		_ => return None,
	})
}

/// Operators that compute, and those that read and write memory.
fn computing(operator: &Operator<'_>) -> Option<Op> {
	let vector = || {
		(Comparison::of(operator).map(Op::Comparison))
			.or_else(|| Integers::of(operator).map(Op::Integers))
			.or_else(|| Floats::of(operator).map(Op::Floats))
			.or_else(|| Conversion::of(operator).map(Op::Conversion))
			.or_else(|| Lane::of(operator).map(|(lane, at)| Op::Lane(lane, at)))
			.or_else(|| LaneAccess::of(operator).map(|(lane, at)| Op::LaneAccess(lane, at)))
	};
	(Integer::of(operator).map(Op::Integer))
		.or_else(|| Load::of(operator).map(|(load, offset)| Op::Load(load, offset)))
		.or_else(|| Store::of(operator).map(|(store, offset)| Op::Store(store, offset)))
		.or_else(|| Float::of(operator).map(Op::Float))
		.or_else(vector)
}
