//! Operators on integers.

use crate::{operators::operators, stop::Stop};

operators! {
	/// Operators on integers.
	Integer {
		I32Eqz(a: u32) -> bool { a == 0 }
		I32Eq(a: u32, b: u32) -> bool { a == b }
		I32Ne(a: u32, b: u32) -> bool { a != b }
		I32LtS(a: i32, b: i32) -> bool { a < b }
		I32LtU(a: u32, b: u32) -> bool { a < b }
		I32GtS(a: i32, b: i32) -> bool { a > b }
		I32GtU(a: u32, b: u32) -> bool { a > b }
		I32LeS(a: i32, b: i32) -> bool { a <= b }
		I32LeU(a: u32, b: u32) -> bool { a <= b }
		I32GeS(a: i32, b: i32) -> bool { a >= b }
		I32GeU(a: u32, b: u32) -> bool { a >= b }
		I64Eqz(a: u64) -> bool { a == 0 }
		I64Eq(a: u64, b: u64) -> bool { a == b }
		I64Ne(a: u64, b: u64) -> bool { a != b }
		I64LtS(a: i64, b: i64) -> bool { a < b }
		I64LtU(a: u64, b: u64) -> bool { a < b }
		I64GtS(a: i64, b: i64) -> bool { a > b }
		I64GtU(a: u64, b: u64) -> bool { a > b }
		I64LeS(a: i64, b: i64) -> bool { a <= b }
		I64LeU(a: u64, b: u64) -> bool { a <= b }
		I64GeS(a: i64, b: i64) -> bool { a >= b }
		I64GeU(a: u64, b: u64) -> bool { a >= b }

		I32Clz(a: u32) -> u32 { a.leading_zeros() }
		I32Ctz(a: u32) -> u32 { a.trailing_zeros() }
		I32Popcnt(a: u32) -> u32 { a.count_ones() }
		I32Add(a: u32, b: u32) -> u32 { a.wrapping_add(b) }
		I32Sub(a: u32, b: u32) -> u32 { a.wrapping_sub(b) }
		I32Mul(a: u32, b: u32) -> u32 { a.wrapping_mul(b) }
		// Division by zero, and the one quotient that does not fit.
		I32DivS(a: i32, b: i32) -> i32 { a.checked_div(b).ok_or(Stop::Trap)? }
		I32DivU(a: u32, b: u32) -> u32 { a.checked_div(b).ok_or(Stop::Trap)? }
		I32RemS(a: i32, b: i32) -> i32 { if b == 0 { return Err(Stop::Trap) } a.wrapping_rem(b) }
		I32RemU(a: u32, b: u32) -> u32 { a.checked_rem(b).ok_or(Stop::Trap)? }
		I32And(a: u32, b: u32) -> u32 { a & b }
		I32Or(a: u32, b: u32) -> u32 { a | b }
		I32Xor(a: u32, b: u32) -> u32 { a ^ b }
		// All of these take the distance modulo the width.
		I32Shl(a: u32, b: u32) -> u32 { a.wrapping_shl(b) }
		I32ShrS(a: i32, b: u32) -> i32 { a.wrapping_shr(b) }
		I32ShrU(a: u32, b: u32) -> u32 { a.wrapping_shr(b) }
		I32Rotl(a: u32, b: u32) -> u32 { a.rotate_left(b % 32) }
		I32Rotr(a: u32, b: u32) -> u32 { a.rotate_right(b % 32) }
		I64Clz(a: u64) -> u64 { a.leading_zeros().into() }
		I64Ctz(a: u64) -> u64 { a.trailing_zeros().into() }
		I64Popcnt(a: u64) -> u64 { a.count_ones().into() }
		I64Add(a: u64, b: u64) -> u64 { a.wrapping_add(b) }
		I64Sub(a: u64, b: u64) -> u64 { a.wrapping_sub(b) }
		I64Mul(a: u64, b: u64) -> u64 { a.wrapping_mul(b) }
		I64DivS(a: i64, b: i64) -> i64 { a.checked_div(b).ok_or(Stop::Trap)? }
		I64DivU(a: u64, b: u64) -> u64 { a.checked_div(b).ok_or(Stop::Trap)? }
		I64RemS(a: i64, b: i64) -> i64 { if b == 0 { return Err(Stop::Trap) } a.wrapping_rem(b) }
		I64RemU(a: u64, b: u64) -> u64 { a.checked_rem(b).ok_or(Stop::Trap)? }
		I64And(a: u64, b: u64) -> u64 { a & b }
		I64Or(a: u64, b: u64) -> u64 { a | b }
		I64Xor(a: u64, b: u64) -> u64 { a ^ b }
		I64Shl(a: u64, b: u64) -> u64 { a.wrapping_shl(b as u32) }
		I64ShrS(a: i64, b: u64) -> i64 { a.wrapping_shr(b as u32) }
		I64ShrU(a: u64, b: u64) -> u64 { a.wrapping_shr(b as u32) }
		I64Rotl(a: u64, b: u64) -> u64 { a.rotate_left((b % 64) as u32) }
		I64Rotr(a: u64, b: u64) -> u64 { a.rotate_right((b % 64) as u32) }

		I32WrapI64(a: u64) -> u32 { a as u32 }
		I64ExtendI32S(a: i32) -> i64 { a.into() }
		I64ExtendI32U(a: u32) -> u64 { a.into() }
		I32Extend8S(a: u32) -> i32 { (a as i8).into() }
		I32Extend16S(a: u32) -> i32 { (a as i16).into() }
		I64Extend8S(a: u64) -> i64 { (a as i8).into() }
		I64Extend16S(a: u64) -> i64 { (a as i16).into() }
		I64Extend32S(a: u64) -> i64 { (a as i32).into() }
	}
}
