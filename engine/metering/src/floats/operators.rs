//! What operators do with the bits of their operands.

use super::graph::{Bits, Shape};
use wasmparser::Operator;

/// Bits of the canonical NaN of single precision.
pub const CANONICAL_F32: u32 = 0x7fc0_0000;
/// Bits of the canonical NaN of double precision.
pub const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

/// What an operator does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
	/// Asks of its operands only whether they are NaNs, and what they are if not.
	Arithmetic {
		/// Lanes of vectors among the operands.
		takes: Option<Shape>,
		/// The result.
		gives: Bits,
	},
	/// Clears the sign of its only operand.
	Magnitude,
	/// Turns the sign of its only operand.
	Sign,
	/// Gives a value of which this is known. Its operands are observed.
	Gives(Bits),
	/// May do anything with the bits of its operands, and gives exact ones.
	Observer,
}

/// What an operator does. Every one that is not named is an observer, which is always right.
pub fn role(operator: &Operator<'_>) -> Role {
	scalar(operator).or_else(|| vector(operator)).unwrap_or(Role::Observer)
}

const fn open(shape: Shape) -> Option<Role> {
	Some(Role::Arithmetic { takes: None, gives: Bits::Open(shape) })
}

fn scalar(operator: &Operator<'_>) -> Option<Role> {
	use Operator::*;
	match operator {
		F32Add | F32Sub | F32Mul | F32Div | F32Min | F32Max | F32Sqrt | F32Ceil | F32Floor
		| F32Trunc | F32Nearest | F32DemoteF64 => open(Shape::F32),
		F64Add | F64Sub | F64Mul | F64Div | F64Min | F64Max | F64Sqrt | F64Ceil | F64Floor
		| F64Trunc | F64Nearest | F64PromoteF32 => open(Shape::F64),
		F32Eq | F32Ne | F32Lt | F32Gt | F32Le | F32Ge | F64Eq | F64Ne | F64Lt | F64Gt | F64Le
		| F64Ge | I32TruncF32S | I32TruncF32U | I32TruncF64S | I32TruncF64U | I64TruncF32S
		| I64TruncF32U | I64TruncF64S | I64TruncF64U | I32TruncSatF32S | I32TruncSatF32U
		| I32TruncSatF64S | I32TruncSatF64U | I64TruncSatF32S | I64TruncSatF32U
		| I64TruncSatF64S | I64TruncSatF64U | F32ConvertI32S | F32ConvertI32U | F32ConvertI64S
		| F32ConvertI64U | F64ConvertI32S | F64ConvertI32U | F64ConvertI64S | F64ConvertI64U
		| Drop => Some(Role::Arithmetic { takes: None, gives: Bits::Settled }),
		F32Abs | F64Abs => Some(Role::Magnitude),
		F32Neg | F64Neg => Some(Role::Sign),
		F32Const { value } => {
			let bits = value.bits();
			let settled = bits == CANONICAL_F32 || !f32::from_bits(bits).is_nan();
			settled.then_some(Role::Gives(Bits::Settled))
		},
		F64Const { value } => {
			let bits = value.bits();
			let settled = bits == CANONICAL_F64 || !f64::from_bits(bits).is_nan();
			settled.then_some(Role::Gives(Bits::Settled))
		},
		_ => None,
	}
}

const fn lanes(takes: Shape, gives: Bits) -> Option<Role> {
	Some(Role::Arithmetic { takes: Some(takes), gives })
}

fn vector(operator: &Operator<'_>) -> Option<Role> {
	use Operator::*;
	match operator {
		F32x4Add | F32x4Sub | F32x4Mul | F32x4Div | F32x4Min | F32x4Max | F32x4Sqrt | F32x4Ceil
		| F32x4Floor | F32x4Trunc | F32x4Nearest => lanes(Shape::F32x4, Bits::Open(Shape::F32x4)),
		F64x2Add | F64x2Sub | F64x2Mul | F64x2Div | F64x2Min | F64x2Max | F64x2Sqrt | F64x2Ceil
		| F64x2Floor | F64x2Trunc | F64x2Nearest => lanes(Shape::F64x2, Bits::Open(Shape::F64x2)),
		F32x4DemoteF64x2Zero => lanes(Shape::F64x2, Bits::Open(Shape::F32x4)),
		F64x2PromoteLowF32x4 => lanes(Shape::F32x4, Bits::Open(Shape::F64x2)),
		F32x4Eq | F32x4Ne | F32x4Lt | F32x4Gt | F32x4Le | F32x4Ge | I32x4TruncSatF32x4S
		| I32x4TruncSatF32x4U => lanes(Shape::F32x4, Bits::Exact),
		F64x2Eq
		| F64x2Ne
		| F64x2Lt
		| F64x2Gt
		| F64x2Le
		| F64x2Ge
		| I32x4TruncSatF64x2SZero
		| I32x4TruncSatF64x2UZero => lanes(Shape::F64x2, Bits::Exact),
		_ => None,
	}
}
