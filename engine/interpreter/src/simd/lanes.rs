//! Single lanes of a vector.

use crate::{
	stack::Stack,
	stop::Stop,
	value::{Cell, Give, Take},
};
use wasmparser::Operator;

/// How many lanes a vector is taken to have, by their bits.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
	/// Sixteen of 8 bits.
	X8,
	/// Eight of 16 bits.
	X16,
	/// Four of 32 bits.
	X32,
	/// Two of 64 bits.
	X64,
}

/// An operator on a single lane, or one that makes a vector of a single value. The bits of a float are moved as
/// they are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Lane {
	/// The same in all lanes.
	Splat(Shape),
	/// A lane as an unsigned number.
	Extract(Shape),
	/// A lane of 8 bits as a signed number.
	ExtractS8,
	/// A lane of 16 bits as a signed number.
	ExtractS16,
	/// The vector with another lane.
	Replace(Shape),
}

impl Lane {
	/// The operator and its lane, if it is one of these.
	pub fn of(operator: &Operator<'_>) -> Option<(Self, u8)> {
		use Operator::*;
		Some(match *operator {
			I8x16Splat => (Self::Splat(Shape::X8), 0),
			I16x8Splat => (Self::Splat(Shape::X16), 0),
			I32x4Splat | F32x4Splat => (Self::Splat(Shape::X32), 0),
			I64x2Splat | F64x2Splat => (Self::Splat(Shape::X64), 0),
			I8x16ExtractLaneS { lane } => (Self::ExtractS8, lane),
			I16x8ExtractLaneS { lane } => (Self::ExtractS16, lane),
			I8x16ExtractLaneU { lane } => (Self::Extract(Shape::X8), lane),
			I16x8ExtractLaneU { lane } => (Self::Extract(Shape::X16), lane),
			I32x4ExtractLane { lane } | F32x4ExtractLane { lane } => {
				(Self::Extract(Shape::X32), lane)
			},
			I64x2ExtractLane { lane } | F64x2ExtractLane { lane } => {
				(Self::Extract(Shape::X64), lane)
			},
			I8x16ReplaceLane { lane } => (Self::Replace(Shape::X8), lane),
			I16x8ReplaceLane { lane } => (Self::Replace(Shape::X16), lane),
			I32x4ReplaceLane { lane } | F32x4ReplaceLane { lane } => {
				(Self::Replace(Shape::X32), lane)
			},
			I64x2ReplaceLane { lane } | F64x2ReplaceLane { lane } => {
				(Self::Replace(Shape::X64), lane)
			},
			_ => return None,
		})
	}

	/// Takes its operands from the stack, and puts its result there.
	pub fn execute(self, lane: u8, stack: &mut Stack) -> Result<(), Stop> {
		match self {
			Self::Splat(shape) => {
				let value = stack.pop()?;
				stack.push_cell(shape.splat(value))
			},
			Self::Extract(shape) => {
				let vector = stack.pop_cell()?;
				stack.push(shape.extract(vector, lane))
			},
			Self::ExtractS8 => {
				let vector = stack.pop_cell()?;
				stack.push(i32::from(Shape::X8.extract(vector, lane) as i8))
			},
			Self::ExtractS16 => {
				let vector = stack.pop_cell()?;
				stack.push(i32::from(Shape::X16.extract(vector, lane) as i16))
			},
			Self::Replace(shape) => {
				let (vector, value) = stack.take::<(u128, u64)>()?;
				stack.push_cell(shape.replace(vector.cell(), lane, value))
			},
		}
	}
}

impl Shape {
	/// Bits of a lane.
	fn bits(self) -> u32 {
		match self {
			Self::X8 => 8,
			Self::X16 => 16,
			Self::X32 => 32,
			Self::X64 => 64,
		}
	}

	/// Bytes of a lane.
	pub fn bytes(self) -> usize {
		self.bits() as usize / 8
	}

	fn mask(self) -> u128 {
		(1 << self.bits()) - 1
	}

	/// The same value in all lanes.
	pub fn splat(self, value: u64) -> Cell {
		(0..u128::BITS / self.bits())
			.fold(0, |vector, _| vector << self.bits() | u128::from(value) & self.mask())
			.cell()
	}

	/// What is in a lane.
	pub fn extract(self, vector: Cell, lane: u8) -> u64 {
		(u128::of(vector) >> (self.bits() * u32::from(lane)) & self.mask()) as u64
	}

	/// The vector with this in a lane.
	pub fn replace(self, vector: Cell, lane: u8, value: u64) -> Cell {
		let at = self.bits() * u32::from(lane);
		let others = u128::of(vector) & !(self.mask() << at);
		(others | (u128::from(value) & self.mask()) << at).cell()
	}
}

/// Lanes of two vectors by their numbers; those of the second come behind the first's.
pub fn shuffle(a: [u8; 16], b: [u8; 16], lanes: [u8; 16]) -> [u8; 16] {
	lanes.map(|lane| {
		let lane = usize::from(lane);
		a.get(lane).or_else(|| b.get(lane.wrapping_sub(16))).copied().unwrap_or(0)
	})
}
