//! Arithmetic on vectors of floats.

use super::zip;
use crate::{
	float::{max32, max64, min32, min64},
	operators::operators,
};

operators! {
	/// Arithmetic on vectors of floats.
	Floats {
		F32x4Ceil(a: [f32; 4]) -> [f32; 4] { a.map(libm::ceilf) }
		F32x4Floor(a: [f32; 4]) -> [f32; 4] { a.map(libm::floorf) }
		F32x4Trunc(a: [f32; 4]) -> [f32; 4] { a.map(libm::truncf) }
		F32x4Nearest(a: [f32; 4]) -> [f32; 4] { a.map(libm::rintf) }
		F32x4Sqrt(a: [f32; 4]) -> [f32; 4] { a.map(libm::sqrtf) }
		F32x4Add(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, |a, b| a + b) }
		F32x4Sub(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, |a, b| a - b) }
		F32x4Mul(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, |a, b| a * b) }
		F32x4Div(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, |a, b| a / b) }
		F32x4Min(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, min32) }
		F32x4Max(a: [f32; 4], b: [f32; 4]) -> [f32; 4] { zip(a, b, max32) }
		// These keep the bits of their lanes.
		F32x4Abs(a: [u32; 4]) -> [u32; 4] { a.map(|lane| lane & !(1 << 31)) }
		F32x4Neg(a: [u32; 4]) -> [u32; 4] { a.map(|lane| lane ^ 1 << 31) }
		F32x4PMin(a: [u32; 4], b: [u32; 4]) -> [u32; 4] {
			zip(a, b, |a, b| if f32::from_bits(b) < f32::from_bits(a) { b } else { a })
		}
		F32x4PMax(a: [u32; 4], b: [u32; 4]) -> [u32; 4] {
			zip(a, b, |a, b| if f32::from_bits(a) < f32::from_bits(b) { b } else { a })
		}

		F64x2Ceil(a: [f64; 2]) -> [f64; 2] { a.map(libm::ceil) }
		F64x2Floor(a: [f64; 2]) -> [f64; 2] { a.map(libm::floor) }
		F64x2Trunc(a: [f64; 2]) -> [f64; 2] { a.map(libm::trunc) }
		F64x2Nearest(a: [f64; 2]) -> [f64; 2] { a.map(libm::rint) }
		F64x2Sqrt(a: [f64; 2]) -> [f64; 2] { a.map(libm::sqrt) }
		F64x2Add(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, |a, b| a + b) }
		F64x2Sub(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, |a, b| a - b) }
		F64x2Mul(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, |a, b| a * b) }
		F64x2Div(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, |a, b| a / b) }
		F64x2Min(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, min64) }
		F64x2Max(a: [f64; 2], b: [f64; 2]) -> [f64; 2] { zip(a, b, max64) }
		// These keep the bits of their lanes.
		F64x2Abs(a: [u64; 2]) -> [u64; 2] { a.map(|lane| lane & !(1 << 63)) }
		F64x2Neg(a: [u64; 2]) -> [u64; 2] { a.map(|lane| lane ^ 1 << 63) }
		F64x2PMin(a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
			zip(a, b, |a, b| if f64::from_bits(b) < f64::from_bits(a) { b } else { a })
		}
		F64x2PMax(a: [u64; 2], b: [u64; 2]) -> [u64; 2] {
			zip(a, b, |a, b| if f64::from_bits(a) < f64::from_bits(b) { b } else { a })
		}
	}
}
