//! Operators on floats, and between floats and integers.
//!
//! A result of type `f32` or `f64` is made canonical where it is put on the stack. What keeps the bits of a
//! NaN takes and gives them as integers.

use crate::{operators::operators, stop::Stop};

const SIGN32: u32 = 1 << 31;
const SIGN64: u64 = 1 << 63;

operators! {
	/// Operators on floats, and between floats and integers.
	Float {
		F32Eq(a: f32, b: f32) -> bool { a == b }
		F32Ne(a: f32, b: f32) -> bool { a != b }
		F32Lt(a: f32, b: f32) -> bool { a < b }
		F32Gt(a: f32, b: f32) -> bool { a > b }
		F32Le(a: f32, b: f32) -> bool { a <= b }
		F32Ge(a: f32, b: f32) -> bool { a >= b }
		F64Eq(a: f64, b: f64) -> bool { a == b }
		F64Ne(a: f64, b: f64) -> bool { a != b }
		F64Lt(a: f64, b: f64) -> bool { a < b }
		F64Gt(a: f64, b: f64) -> bool { a > b }
		F64Le(a: f64, b: f64) -> bool { a <= b }
		F64Ge(a: f64, b: f64) -> bool { a >= b }

		F32Abs(a: u32) -> u32 { a & !SIGN32 }
		F32Neg(a: u32) -> u32 { a ^ SIGN32 }
		F32Copysign(a: u32, b: u32) -> u32 { a & !SIGN32 | b & SIGN32 }
		F64Abs(a: u64) -> u64 { a & !SIGN64 }
		F64Neg(a: u64) -> u64 { a ^ SIGN64 }
		F64Copysign(a: u64, b: u64) -> u64 { a & !SIGN64 | b & SIGN64 }
		I32ReinterpretF32(a: u32) -> u32 { a }
		I64ReinterpretF64(a: u64) -> u64 { a }
		F32ReinterpretI32(a: u32) -> u32 { a }
		F64ReinterpretI64(a: u64) -> u64 { a }

		F32Ceil(a: f32) -> f32 { libm::ceilf(a) }
		F32Floor(a: f32) -> f32 { libm::floorf(a) }
		F32Trunc(a: f32) -> f32 { libm::truncf(a) }
		F32Nearest(a: f32) -> f32 { libm::rintf(a) }
		F32Sqrt(a: f32) -> f32 { libm::sqrtf(a) }
		F32Add(a: f32, b: f32) -> f32 { a + b }
		F32Sub(a: f32, b: f32) -> f32 { a - b }
		F32Mul(a: f32, b: f32) -> f32 { a * b }
		F32Div(a: f32, b: f32) -> f32 { a / b }
		F32Min(a: f32, b: f32) -> f32 { min32(a, b) }
		F32Max(a: f32, b: f32) -> f32 { max32(a, b) }
		F64Ceil(a: f64) -> f64 { libm::ceil(a) }
		F64Floor(a: f64) -> f64 { libm::floor(a) }
		F64Trunc(a: f64) -> f64 { libm::trunc(a) }
		F64Nearest(a: f64) -> f64 { libm::rint(a) }
		F64Sqrt(a: f64) -> f64 { libm::sqrt(a) }
		F64Add(a: f64, b: f64) -> f64 { a + b }
		F64Sub(a: f64, b: f64) -> f64 { a - b }
		F64Mul(a: f64, b: f64) -> f64 { a * b }
		F64Div(a: f64, b: f64) -> f64 { a / b }
		F64Min(a: f64, b: f64) -> f64 { min64(a, b) }
		F64Max(a: f64, b: f64) -> f64 { max64(a, b) }

		F32DemoteF64(a: f64) -> f32 { a as f32 }
		F64PromoteF32(a: f32) -> f64 { a.into() }
		F32ConvertI32S(a: i32) -> f32 { a as f32 }
		F32ConvertI32U(a: u32) -> f32 { a as f32 }
		F32ConvertI64S(a: i64) -> f32 { a as f32 }
		F32ConvertI64U(a: u64) -> f32 { a as f32 }
		F64ConvertI32S(a: i32) -> f64 { a.into() }
		F64ConvertI32U(a: u32) -> f64 { a.into() }
		F64ConvertI64S(a: i64) -> f64 { a as f64 }
		F64ConvertI64U(a: u64) -> f64 { a as f64 }

		// `as` goes towards zero, stops at the bounds, and makes zero of a NaN.
		I32TruncSatF32S(a: f32) -> i32 { a as i32 }
		I32TruncSatF32U(a: f32) -> u32 { a as u32 }
		I32TruncSatF64S(a: f64) -> i32 { a as i32 }
		I32TruncSatF64U(a: f64) -> u32 { a as u32 }
		I64TruncSatF32S(a: f32) -> i64 { a as i64 }
		I64TruncSatF32U(a: f32) -> u64 { a as u64 }
		I64TruncSatF64S(a: f64) -> i64 { a as i64 }
		I64TruncSatF64U(a: f64) -> u64 { a as u64 }
		// Every `f32` is an `f64`, so one check does for both.
		I32TruncF32S(a: f32) -> i32 { within(a.into(), -TWO_31 - 1.0, TWO_31)? as i32 }
		I32TruncF32U(a: f32) -> u32 { within(a.into(), -1.0, TWO_32)? as u32 }
		I32TruncF64S(a: f64) -> i32 { within(a, -TWO_31 - 1.0, TWO_31)? as i32 }
		I32TruncF64U(a: f64) -> u32 { within(a, -1.0, TWO_32)? as u32 }
		// No float lies between -2^63 and the one below it.
		I64TruncF32S(a: f32) -> i64 { within(a.into(), BELOW_MINUS_TWO_63, TWO_63)? as i64 }
		I64TruncF32U(a: f32) -> u64 { within(a.into(), -1.0, TWO_64)? as u64 }
		I64TruncF64S(a: f64) -> i64 { within(a, BELOW_MINUS_TWO_63, TWO_63)? as i64 }
		I64TruncF64U(a: f64) -> u64 { within(a, -1.0, TWO_64)? as u64 }
	}
}

const TWO_31: f64 = (1u64 << 31) as f64;
const TWO_32: f64 = (1u64 << 32) as f64;
const TWO_63: f64 = (1u64 << 63) as f64;
const TWO_64: f64 = 2.0 * TWO_63;
const BELOW_MINUS_TWO_63: f64 = -TWO_63 - 2_048.0;

/// A number strictly between the two; a NaN is not.
fn within(value: f64, below: f64, above: f64) -> Result<f64, Stop> {
	if value > below && value < above { Ok(value) } else { Err(Stop::Trap) }
}

macro_rules! extremes {
	($($min:ident $max:ident $ty:ty;)*) => {$(
		/// The lesser one. A NaN if either is; of two zeros the negative one.
		pub fn $min(a: $ty, b: $ty) -> $ty {
			match (a < b, a > b) {
				(true, _) => a,
				(_, true) => b,
				// Zeros of different signs, equal numbers, or a NaN.
				_ if a == b => <$ty>::from_bits(a.to_bits() | b.to_bits()),
				_ => a + b,
			}
		}

		/// The greater one, likewise; of two zeros the positive one.
		pub fn $max(a: $ty, b: $ty) -> $ty {
			match (a > b, a < b) {
				(true, _) => a,
				(_, true) => b,
				_ if a == b => <$ty>::from_bits(a.to_bits() & b.to_bits()),
				_ => a + b,
			}
		}
	)*};
}

extremes! {
	min32 max32 f32;
	min64 max64 f64;
}
