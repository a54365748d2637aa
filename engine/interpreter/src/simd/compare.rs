//! Comparisons of vectors: a lane of ones where it holds, and of zeros where not. Tests of a whole vector.

use super::zip;
use crate::operators::operators;

/// A lane that stands for a truth.
trait Truth {
	/// All bits, or none.
	fn lane(truth: bool) -> Self;
}

macro_rules! truths {
	($($ty:ty),*) => {$(
		impl Truth for $ty {
			fn lane(truth: bool) -> Self {
				if truth { <$ty>::MAX } else { 0 }
			}
		}
	)*};
}

truths!(u8, u16, u32, u64);

/// Lanes that stand for whether this holds of each pair.
fn holds<A: Copy, M: Truth, const N: usize>(
	a: [A; N],
	b: [A; N],
	of: impl Fn(&A, &A) -> bool,
) -> [M; N] {
	zip(a, b, |a, b| M::lane(of(&a, &b)))
}

/// A bit for each lane that is negative.
fn signs<A: Copy + PartialOrd + Default, const N: usize>(a: [A; N]) -> u32 {
	a.into_iter().rev().fold(0, |bits, lane| bits << 1 | u32::from(lane < A::default()))
}

/// Whether no lane is zero.
fn all<A: Copy + PartialEq + Default, const N: usize>(a: [A; N]) -> bool {
	a.into_iter().all(|lane| lane != A::default())
}

operators! {
	/// Comparisons of vectors, and tests of a whole one.
	Comparison {
		I8x16Eq(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialEq::eq) }
		I8x16Ne(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialEq::ne) }
		I8x16LtS(a: [i8; 16], b: [i8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::lt) }
		I8x16LtU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::lt) }
		I8x16GtS(a: [i8; 16], b: [i8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::gt) }
		I8x16GtU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::gt) }
		I8x16LeS(a: [i8; 16], b: [i8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::le) }
		I8x16LeU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::le) }
		I8x16GeS(a: [i8; 16], b: [i8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::ge) }
		I8x16GeU(a: [u8; 16], b: [u8; 16]) -> [u8; 16] { holds(a, b, PartialOrd::ge) }
		I16x8Eq(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialEq::eq) }
		I16x8Ne(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialEq::ne) }
		I16x8LtS(a: [i16; 8], b: [i16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::lt) }
		I16x8LtU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::lt) }
		I16x8GtS(a: [i16; 8], b: [i16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::gt) }
		I16x8GtU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::gt) }
		I16x8LeS(a: [i16; 8], b: [i16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::le) }
		I16x8LeU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::le) }
		I16x8GeS(a: [i16; 8], b: [i16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::ge) }
		I16x8GeU(a: [u16; 8], b: [u16; 8]) -> [u16; 8] { holds(a, b, PartialOrd::ge) }
		I32x4Eq(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialEq::eq) }
		I32x4Ne(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialEq::ne) }
		I32x4LtS(a: [i32; 4], b: [i32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::lt) }
		I32x4LtU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::lt) }
		I32x4GtS(a: [i32; 4], b: [i32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::gt) }
		I32x4GtU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::gt) }
		I32x4LeS(a: [i32; 4], b: [i32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::le) }
		I32x4LeU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::le) }
		I32x4GeS(a: [i32; 4], b: [i32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::ge) }
		I32x4GeU(a: [u32; 4], b: [u32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::ge) }
		I64x2Eq(a: [u64; 2], b: [u64; 2]) -> [u64; 2] { holds(a, b, PartialEq::eq) }
		I64x2Ne(a: [u64; 2], b: [u64; 2]) -> [u64; 2] { holds(a, b, PartialEq::ne) }
		I64x2LtS(a: [i64; 2], b: [i64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::lt) }
		I64x2GtS(a: [i64; 2], b: [i64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::gt) }
		I64x2LeS(a: [i64; 2], b: [i64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::le) }
		I64x2GeS(a: [i64; 2], b: [i64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::ge) }
		F32x4Eq(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialEq::eq) }
		F32x4Ne(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialEq::ne) }
		F32x4Lt(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::lt) }
		F32x4Gt(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::gt) }
		F32x4Le(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::le) }
		F32x4Ge(a: [f32; 4], b: [f32; 4]) -> [u32; 4] { holds(a, b, PartialOrd::ge) }
		F64x2Eq(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialEq::eq) }
		F64x2Ne(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialEq::ne) }
		F64x2Lt(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::lt) }
		F64x2Gt(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::gt) }
		F64x2Le(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::le) }
		F64x2Ge(a: [f64; 2], b: [f64; 2]) -> [u64; 2] { holds(a, b, PartialOrd::ge) }

		V128AnyTrue(a: u128) -> bool { a != 0 }
		I8x16AllTrue(a: [u8; 16]) -> bool { all(a) }
		I8x16Bitmask(a: [i8; 16]) -> u32 { signs(a) }
		I16x8AllTrue(a: [u16; 8]) -> bool { all(a) }
		I16x8Bitmask(a: [i16; 8]) -> u32 { signs(a) }
		I32x4AllTrue(a: [u32; 4]) -> bool { all(a) }
		I32x4Bitmask(a: [i32; 4]) -> u32 { signs(a) }
		I64x2AllTrue(a: [u64; 2]) -> bool { all(a) }
		I64x2Bitmask(a: [i64; 2]) -> u32 { signs(a) }
	}
}
