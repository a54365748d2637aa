//! Values of WebAssembly, as bits.

use wast::{
	WastArg, WastRet,
	core::{NanPattern, V128Pattern, WastArgCore, WastRetCore},
	token::{F32, F64},
};

/// The one NaN that arithmetic may give.
pub const CANONICAL_F32: u32 = 0x7fc0_0000;
/// The same of 64 bits.
pub const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

/// A value, compared bit by bit.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Value {
	/// 32-bit integer.
	I32(u32),
	/// 64-bit integer.
	I64(u64),
	/// Bits of a float of 32 bits.
	F32(u32),
	/// Bits of a float of 64 bits.
	F64(u64),
	/// Bits of a vector.
	V128(u128),
	/// A null reference.
	Null,
	/// A reference to some function.
	Func,
}

impl Value {
	/// An argument of a script; `None` for references that no profile has.
	pub fn argument(arg: &WastArg<'_>) -> Option<Self> {
		let WastArg::Core(arg) = arg else { return None };
		Some(match arg {
			WastArgCore::I32(value) => Self::I32(*value as u32),
			WastArgCore::I64(value) => Self::I64(*value as u64),
			WastArgCore::F32(value) => Self::F32(value.bits),
			WastArgCore::F64(value) => Self::F64(value.bits),
			WastArgCore::V128(value) => Self::V128(u128::from_le_bytes(value.to_le_bytes())),
			WastArgCore::RefNull(_) => Self::Null,
			WastArgCore::RefExtern(_) | WastArgCore::RefHost(_) => return None,
		})
	}
}

/// What a script expects.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Expected {
	/// One of these.
	OneOf(Vec<Value>),
	/// Something that no profile has.
	Foreign,
}

impl Expected {
	/// A result of a script. Where it allows several NaNs, the canonical one is what is expected.
	pub fn result(ret: &WastRet<'_>) -> Self {
		match ret {
			WastRet::Core(ret) => core(ret).map_or(Self::Foreign, Self::OneOf),
			_ => Self::Foreign,
		}
	}

	/// Lets lanes have any sign, for operators that change signs.
	pub fn of_any_sign(self) -> Self {
		let Self::OneOf(values) = self else { return self };
		let signs = |value| match value {
			Value::V128(bits) => {
				[0, 1 << 63, 1 << 127, 1 << 63 | 1 << 127].map(|sign| Value::V128(bits ^ sign))
			},
			other => [other; 4],
		};
		Self::OneOf(values.into_iter().flat_map(signs).collect())
	}

	/// Whether `value` is expected.
	pub fn admits(&self, value: Value) -> bool {
		matches!(self, Self::OneOf(values) if values.contains(&value))
	}
}

fn core(ret: &WastRetCore<'_>) -> Option<Vec<Value>> {
	Some(vec![match ret {
		WastRetCore::I32(value) => Value::I32(*value as u32),
		WastRetCore::I64(value) => Value::I64(*value as u64),
		WastRetCore::F32(pattern) => Value::F32(f32_bits(pattern)),
		WastRetCore::F64(pattern) => Value::F64(f64_bits(pattern)),
		WastRetCore::V128(pattern) => Value::V128(lanes(pattern)),
		WastRetCore::RefNull(_) => Value::Null,
		WastRetCore::RefFunc(_) => Value::Func,
		WastRetCore::Either(cases) => {
			let cases: Option<Vec<Vec<Value>>> = cases.iter().map(core).collect();
			return cases.map(|cases| cases.concat());
		},
		_ => return None,
	}])
}

fn f32_bits(pattern: &NanPattern<F32>) -> u32 {
	match pattern {
		NanPattern::CanonicalNan | NanPattern::ArithmeticNan => CANONICAL_F32,
		NanPattern::Value(value) => value.bits,
	}
}

fn f64_bits(pattern: &NanPattern<F64>) -> u64 {
	match pattern {
		NanPattern::CanonicalNan | NanPattern::ArithmeticNan => CANONICAL_F64,
		NanPattern::Value(value) => value.bits,
	}
}

fn lanes(pattern: &V128Pattern) -> u128 {
	match pattern {
		V128Pattern::I8x16(lanes) => join(lanes, 8, |lane| u64::from(*lane as u8)),
		V128Pattern::I16x8(lanes) => join(lanes, 16, |lane| u64::from(*lane as u16)),
		V128Pattern::I32x4(lanes) => join(lanes, 32, |lane| u64::from(*lane as u32)),
		V128Pattern::I64x2(lanes) => join(lanes, 64, |lane| *lane as u64),
		V128Pattern::F32x4(lanes) => join(lanes, 32, |lane| f32_bits(lane).into()),
		V128Pattern::F64x2(lanes) => join(lanes, 64, f64_bits),
	}
}

fn join<T>(lanes: &[T], width: u32, bits: impl Fn(&T) -> u64) -> u128 {
	lanes.iter().rev().fold(0, |all, lane| all << (width % 128) | u128::from(bits(lane)))
}
