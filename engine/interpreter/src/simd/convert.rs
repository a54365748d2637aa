//! Vectors of other lanes than the operand's: wider ones, and floats and integers.

use super::{high, join, low, zip};
use crate::operators::operators;

operators! {
	/// Operators whose result has other lanes than their operands.
	Conversion {
		I16x8ExtendLowI8x16S(a: [i8; 16]) -> [i16; 8] { low(a).map(i16::from) }
		I16x8ExtMulLowI8x16S(a: [i8; 16], b: [i8; 16]) -> [i16; 8] {
			zip(low(a), low(b), |a, b| i16::from(a) * i16::from(b))
		}
		I16x8ExtendHighI8x16S(a: [i8; 16]) -> [i16; 8] { high(a).map(i16::from) }
		I16x8ExtMulHighI8x16S(a: [i8; 16], b: [i8; 16]) -> [i16; 8] {
			zip(high(a), high(b), |a, b| i16::from(a) * i16::from(b))
		}
		I16x8ExtendLowI8x16U(a: [u8; 16]) -> [u16; 8] { low(a).map(u16::from) }
		I16x8ExtMulLowI8x16U(a: [u8; 16], b: [u8; 16]) -> [u16; 8] {
			zip(low(a), low(b), |a, b| u16::from(a) * u16::from(b))
		}
		I16x8ExtendHighI8x16U(a: [u8; 16]) -> [u16; 8] { high(a).map(u16::from) }
		I16x8ExtMulHighI8x16U(a: [u8; 16], b: [u8; 16]) -> [u16; 8] {
			zip(high(a), high(b), |a, b| u16::from(a) * u16::from(b))
		}
		I32x4ExtendLowI16x8S(a: [i16; 8]) -> [i32; 4] { low(a).map(i32::from) }
		I32x4ExtMulLowI16x8S(a: [i16; 8], b: [i16; 8]) -> [i32; 4] {
			zip(low(a), low(b), |a, b| i32::from(a) * i32::from(b))
		}
		I32x4ExtendHighI16x8S(a: [i16; 8]) -> [i32; 4] { high(a).map(i32::from) }
		I32x4ExtMulHighI16x8S(a: [i16; 8], b: [i16; 8]) -> [i32; 4] {
			zip(high(a), high(b), |a, b| i32::from(a) * i32::from(b))
		}
		I32x4ExtendLowI16x8U(a: [u16; 8]) -> [u32; 4] { low(a).map(u32::from) }
		I32x4ExtMulLowI16x8U(a: [u16; 8], b: [u16; 8]) -> [u32; 4] {
			zip(low(a), low(b), |a, b| u32::from(a) * u32::from(b))
		}
		I32x4ExtendHighI16x8U(a: [u16; 8]) -> [u32; 4] { high(a).map(u32::from) }
		I32x4ExtMulHighI16x8U(a: [u16; 8], b: [u16; 8]) -> [u32; 4] {
			zip(high(a), high(b), |a, b| u32::from(a) * u32::from(b))
		}
		I64x2ExtendLowI32x4S(a: [i32; 4]) -> [i64; 2] { low(a).map(i64::from) }
		I64x2ExtMulLowI32x4S(a: [i32; 4], b: [i32; 4]) -> [i64; 2] {
			zip(low(a), low(b), |a, b| i64::from(a) * i64::from(b))
		}
		I64x2ExtendHighI32x4S(a: [i32; 4]) -> [i64; 2] { high(a).map(i64::from) }
		I64x2ExtMulHighI32x4S(a: [i32; 4], b: [i32; 4]) -> [i64; 2] {
			zip(high(a), high(b), |a, b| i64::from(a) * i64::from(b))
		}
		I64x2ExtendLowI32x4U(a: [u32; 4]) -> [u64; 2] { low(a).map(u64::from) }
		I64x2ExtMulLowI32x4U(a: [u32; 4], b: [u32; 4]) -> [u64; 2] {
			zip(low(a), low(b), |a, b| u64::from(a) * u64::from(b))
		}
		I64x2ExtendHighI32x4U(a: [u32; 4]) -> [u64; 2] { high(a).map(u64::from) }
		I64x2ExtMulHighI32x4U(a: [u32; 4], b: [u32; 4]) -> [u64; 2] {
			zip(high(a), high(b), |a, b| u64::from(a) * u64::from(b))
		}

		// As for single floats, `as` goes towards zero, stops at the bounds, and makes zero of a NaN.
		I32x4TruncSatF32x4S(a: [f32; 4]) -> [i32; 4] { a.map(|lane| lane as i32) }
		I32x4TruncSatF32x4U(a: [f32; 4]) -> [u32; 4] { a.map(|lane| lane as u32) }
		I32x4TruncSatF64x2SZero(a: [f64; 2]) -> [i32; 4] { join(a.map(|lane| lane as i32), [0; 2]) }
		I32x4TruncSatF64x2UZero(a: [f64; 2]) -> [u32; 4] { join(a.map(|lane| lane as u32), [0; 2]) }
		F32x4ConvertI32x4S(a: [i32; 4]) -> [f32; 4] { a.map(|lane| lane as f32) }
		F32x4ConvertI32x4U(a: [u32; 4]) -> [f32; 4] { a.map(|lane| lane as f32) }
		F64x2ConvertLowI32x4S(a: [i32; 4]) -> [f64; 2] { low(a).map(f64::from) }
		F64x2ConvertLowI32x4U(a: [u32; 4]) -> [f64; 2] { low(a).map(f64::from) }
		F32x4DemoteF64x2Zero(a: [f64; 2]) -> [f32; 4] { join(a.map(|lane| lane as f32), [0.0; 2]) }
		F64x2PromoteLowF32x4(a: [f32; 4]) -> [f64; 2] { low(a).map(f64::from) }
	}
}
