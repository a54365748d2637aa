//! Arithmetic on vectors of integers, and on their bits.

use super::{join, pairs, zip};
use crate::operators::operators;

operators! {
	/// Arithmetic on vectors of integers, and on their bits.
	Integers {
		V128Not(a: u128) -> u128 { !a }
		V128And(a: u128, b: u128) -> u128 { a & b }
		V128AndNot(a: u128, b: u128) -> u128 { a & !b }
		V128Or(a: u128, b: u128) -> u128 { a | b }
		V128Xor(a: u128, b: u128) -> u128 { a ^ b }
		V128Bitselect(a: u128, b: u128, mask: u128) -> u128 { a & mask | b & !mask }
		// A lane that there is none of is zero.
		I8x16Swizzle(a: [u8; 16], at: [u8; 16]) -> [u8; 16] {
			at.map(|lane| a.get(usize::from(lane)).copied().unwrap_or(0))
		}
		I8x16Popcnt(a: [u8; 16]) -> [u8; 16] { a.map(|lane| lane.count_ones() as u8) }

		I8x16Abs(a: [i8; 16]) -> [i8; 16] { a.map(i8::wrapping_abs) }
		I8x16Neg(a: [i8; 16]) -> [i8; 16] { a.map(i8::wrapping_neg) }
		I8x16Add(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::wrapping_add) }
		I8x16Sub(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::wrapping_sub) }
		I8x16Shl(a: [u8; 16], by: u32) -> [u8; 16] { a.map(|lane| lane.wrapping_shl(by)) }
		I8x16ShrS(a: [i8; 16], by: u32) -> [i8; 16] { a.map(|lane| lane.wrapping_shr(by)) }
		I8x16ShrU(a: [u8; 16], by: u32) -> [u8; 16] { a.map(|lane| lane.wrapping_shr(by)) }
		I8x16MinS(a: [i8; 16], b: [i8; 16]) -> [i8; 16] { zip(a, b, i8::min) }
		I8x16MinU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::min) }
		I8x16MaxS(a: [i8; 16], b: [i8; 16]) -> [i8; 16] { zip(a, b, i8::max) }
		I8x16MaxU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::max) }
		I8x16AddSatS(a: [i8; 16], b: [i8; 16]) -> [i8; 16] { zip(a, b, i8::saturating_add) }
		I8x16AddSatU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::saturating_add) }
		I8x16SubSatS(a: [i8; 16], b: [i8; 16]) -> [i8; 16] { zip(a, b, i8::saturating_sub) }
		I8x16SubSatU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { zip(a, b, u8::saturating_sub) }
		I8x16AvgrU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] {
			zip(a, b, |a, b| (u16::from(a) + u16::from(b)).div_ceil(2) as u8)
		}

		I16x8Abs(a: [i16; 8]) -> [i16; 8] { a.map(i16::wrapping_abs) }
		I16x8Neg(a: [i16; 8]) -> [i16; 8] { a.map(i16::wrapping_neg) }
		I16x8Add(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::wrapping_add) }
		I16x8Sub(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::wrapping_sub) }
		I16x8Mul(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::wrapping_mul) }
		I16x8Shl(a: [u16; 8], by: u32) -> [u16; 8] { a.map(|lane| lane.wrapping_shl(by)) }
		I16x8ShrS(a: [i16; 8], by: u32) -> [i16; 8] { a.map(|lane| lane.wrapping_shr(by)) }
		I16x8ShrU(a: [u16; 8], by: u32) -> [u16; 8] { a.map(|lane| lane.wrapping_shr(by)) }
		I16x8MinS(a: [i16; 8], b: [i16; 8]) -> [i16; 8] { zip(a, b, i16::min) }
		I16x8MinU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::min) }
		I16x8MaxS(a: [i16; 8], b: [i16; 8]) -> [i16; 8] { zip(a, b, i16::max) }
		I16x8MaxU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::max) }
		I16x8AddSatS(a: [i16; 8], b: [i16; 8]) -> [i16; 8] { zip(a, b, i16::saturating_add) }
		I16x8AddSatU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::saturating_add) }
		I16x8SubSatS(a: [i16; 8], b: [i16; 8]) -> [i16; 8] { zip(a, b, i16::saturating_sub) }
		I16x8SubSatU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { zip(a, b, u16::saturating_sub) }
		I16x8AvgrU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] {
			zip(a, b, |a, b| (u32::from(a) + u32::from(b)).div_ceil(2) as u16)
		}

		I32x4Abs(a: [i32; 4]) -> [i32; 4] { a.map(i32::wrapping_abs) }
		I32x4Neg(a: [i32; 4]) -> [i32; 4] { a.map(i32::wrapping_neg) }
		I32x4Add(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { zip(a, b, u32::wrapping_add) }
		I32x4Sub(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { zip(a, b, u32::wrapping_sub) }
		I32x4Mul(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { zip(a, b, u32::wrapping_mul) }
		I32x4Shl(a: [u32; 4], by: u32) -> [u32; 4] { a.map(|lane| lane.wrapping_shl(by)) }
		I32x4ShrS(a: [i32; 4], by: u32) -> [i32; 4] { a.map(|lane| lane.wrapping_shr(by)) }
		I32x4ShrU(a: [u32; 4], by: u32) -> [u32; 4] { a.map(|lane| lane.wrapping_shr(by)) }
		I32x4MinS(a: [i32; 4], b: [i32; 4]) -> [i32; 4] { zip(a, b, i32::min) }
		I32x4MinU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { zip(a, b, u32::min) }
		I32x4MaxS(a: [i32; 4], b: [i32; 4]) -> [i32; 4] { zip(a, b, i32::max) }
		I32x4MaxU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { zip(a, b, u32::max) }

		I64x2Abs(a: [i64; 2]) -> [i64; 2] { a.map(i64::wrapping_abs) }
		I64x2Neg(a: [i64; 2]) -> [i64; 2] { a.map(i64::wrapping_neg) }
		I64x2Add(a: [u64; 2], b: [u64; 2]) -> [u64; 2] { zip(a, b, u64::wrapping_add) }
		I64x2Sub(a: [u64; 2], b: [u64; 2]) -> [u64; 2] { zip(a, b, u64::wrapping_sub) }
		I64x2Mul(a: [u64; 2], b: [u64; 2]) -> [u64; 2] { zip(a, b, u64::wrapping_mul) }
		I64x2Shl(a: [u64; 2], by: u32) -> [u64; 2] { a.map(|lane| lane.wrapping_shl(by)) }
		I64x2ShrS(a: [i64; 2], by: u32) -> [i64; 2] { a.map(|lane| lane.wrapping_shr(by)) }
		I64x2ShrU(a: [u64; 2], by: u32) -> [u64; 2] { a.map(|lane| lane.wrapping_shr(by)) }

		// The only product that does not fit is that of the two least numbers.
		I16x8Q15MulrSatS(a: [i16; 8], b: [i16; 8]) -> [i16; 8] {
			zip(a, b, |a, b| {
				let product = (i32::from(a) * i32::from(b) + (1 << 14)) >> 15;
				product.min(i16::MAX.into()) as i16
			})
		}
		// The sum of two products wraps where both are those of the least numbers.
		I32x4DotI16x8S(a: [i16; 8], b: [i16; 8]) -> [i32; 4] {
			pairs(zip(a, b, |a, b| i32::from(a) * i32::from(b)), i32::wrapping_add)
		}
		I16x8ExtAddPairwiseI8x16S(a: [i8; 16]) -> [i16; 8] {
			pairs(a, |a, b| i16::from(a) + i16::from(b))
		}
		I16x8ExtAddPairwiseI8x16U(a: [u8; 16]) -> [u16; 8] {
			pairs(a, |a, b| u16::from(a) + u16::from(b))
		}
		I32x4ExtAddPairwiseI16x8S(a: [i16; 8]) -> [i32; 4] {
			pairs(a, |a, b| i32::from(a) + i32::from(b))
		}
		I32x4ExtAddPairwiseI16x8U(a: [u16; 8]) -> [u32; 4] {
			pairs(a, |a, b| u32::from(a) + u32::from(b))
		}
		I8x16NarrowI16x8S(a: [i16; 8], b: [i16; 8]) -> [i8; 16] {
			join(a, b).map(|lane| lane.clamp(i8::MIN.into(), i8::MAX.into()) as i8)
		}
		I8x16NarrowI16x8U(a: [i16; 8], b: [i16; 8]) -> [u8; 16] {
			join(a, b).map(|lane| lane.clamp(u8::MIN.into(), u8::MAX.into()) as u8)
		}
		I16x8NarrowI32x4S(a: [i32; 4], b: [i32; 4]) -> [i16; 8] {
			join(a, b).map(|lane| lane.clamp(i16::MIN.into(), i16::MAX.into()) as i16)
		}
		I16x8NarrowI32x4U(a: [i32; 4], b: [i32; 4]) -> [u16; 8] {
			join(a, b).map(|lane| lane.clamp(u16::MIN.into(), u16::MAX.into()) as u16)
		}
	}
}
