//! A function as it is executed.

use crate::{
	float::Float,
	integer::Integer,
	memory::{LaneAccess, Load, Store},
	simd::{Comparison, Conversion, Floats, Integers, Lane},
	value::Cell,
};
use alloc::vec::Vec;
use assay_metering::ByOperand;

/// No local, among those that a sample is made of: a function has far fewer.
pub const NO_LOCAL: u16 = u16::MAX;

/// Index of an operation in its function.
pub type At = u32;

/// Bytes of an operation. A module has at most one for each byte of its code, and charges beside, which no two of
/// them in a row have; so what was made ready takes at most fourteen times the module.
const OP_BYTES: usize = 12;

/// What one step does. There is one for each operator that can be reached, but for `block`, `loop`, `end`
/// and `nop`, which do nothing; and charges, of which those of pieces are no steps.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Op {
	/// Gas for all operators up to where the next charge or branch is. Nobody looks whether it is there.
	Count(u32),
	/// The same, and the run ends if it isn't.
	Charge(u32),
	/// The same, and behind it a sample of these locals, if one is due.
	ChargeSampled {
		cost: u32,
		sampled: [u16; 2],
	},
	/// Gas by the topmost operand, for the operator behind it.
	ChargeBy(ByOperand),

	Unreachable,
	/// Goes on elsewhere, with the operands as they are.
	Jump(At),
	/// Takes a condition, and does that where it is not zero.
	JumpIf(At),
	/// Where it is zero: into an `else`, or to the end of an `if` without one.
	JumpUnless(At),
	/// Goes on elsewhere. Of the frame's values only so many stay, its locals among them, and so many of the
	/// topmost ones are taken along: no more than a type may have results.
	Branch {
		at: At,
		height: u32,
		kept: u8,
	},
	/// Takes a condition, and does that where it is not zero.
	BranchIf {
		at: At,
		height: u32,
		kept: u8,
	},
	/// Takes a number, and goes on with the operation so many behind this one, or the last of them.
	Table(u32),
	/// Leaves the function.
	Return,
	Call(u32),
	/// Calls what a table has, if it is of this type.
	CallIndirect {
		ty: u32,
		table: u32,
	},

	Drop,
	Select,
	LocalGet(u32),
	LocalSet(u32),
	LocalTee(u32),
	GlobalGet(u32),
	GlobalSet(u32),
	/// A value of 32 bits, or a reference.
	Const(u32),
	/// A longer value, by its index among the function's.
	LongConst(u32),
	RefIsNull,

	Load(Load, u32),
	Store(Store, u32),
	MemorySize,
	MemoryGrow,
	MemoryFill,
	MemoryCopy,
	MemoryInit(u32),
	DataDrop(u32),

	TableGet(u32),
	TableSet(u32),
	TableSize(u32),
	TableGrow(u32),
	TableFill(u32),
	TableCopy {
		to: u32,
		from: u32,
	},
	TableInit {
		segment: u32,
		table: u32,
	},
	ElemDrop(u32),

	Integer(Integer),
	Float(Float),
	Comparison(Comparison),
	Integers(Integers),
	Floats(Floats),
	Conversion(Conversion),
	Lane(Lane, u8),
	LaneAccess(LaneAccess, u32),
	/// Its lanes are among the function's long values.
	Shuffle(u32),
}

/// A function as it is executed.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Code {
	/// What it does. It is left by [`Op::Return`].
	pub ops: Vec<Op>,
	/// Values that are too long for an operation.
	pub long: Vec<Cell>,
	/// Values that it takes from its caller, which become its first locals.
	pub params: u32,
	/// Locals, parameters included.
	pub locals: u32,
	/// Most operands beside them.
	pub operands: u32,
	/// Values that it gives.
	pub results: u32,
}

impl Code {
	/// Bytes that it takes.
	pub fn bytes(&self) -> usize {
		size_of_val(self.ops.as_slice()) + size_of_val(self.long.as_slice())
	}
}

const _: () = assert!(size_of::<Op>() == OP_BYTES);
