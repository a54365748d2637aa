//! Values as the stack, locals and globals hold them.

/// A value: its bits, the lower 64 first. Shorter ones have zeros above them.
///
/// A reference is the number of its function plus one; that of nothing is zero.
pub type Cell = [u64; 2];

/// The number that stands for a function in a reference.
pub fn reference(function: u32) -> u32 {
	// Functions are far fewer than 2^32.
	function.wrapping_add(1)
}

/// The function that a reference is to.
pub fn referred(reference: u32) -> Option<u32> {
	reference.checked_sub(1)
}

/// What an operator takes from the stack.
pub trait Take: Sized {
	/// The value that these bits are.
	fn of(cell: Cell) -> Self;
}

/// What an operator gives.
pub trait Give {
	/// Its bits.
	fn cell(self) -> Cell;
}

macro_rules! integers {
	($($ty:ty as $bits:ty),*) => {$(
		impl Take for $ty {
			#[inline(always)]
			fn of(cell: Cell) -> Self {
				cell[0] as $ty
			}
		}

		impl Give for $ty {
			#[inline(always)]
			fn cell(self) -> Cell {
				[(self as $bits).into(), 0]
			}
		}
	)*};
}

integers!(u32 as u32, i32 as u32, u64 as u64, i64 as u64);

/// What a comparison gives.
impl Give for bool {
	#[inline(always)]
	fn cell(self) -> Cell {
		[self.into(), 0]
	}
}

/// The NaN that arithmetic gives, whatever the machine's is.
const CANONICAL_F32: u32 = 0x7fc0_0000;
const CANONICAL_F64: u64 = 0x7ff8_0000_0000_0000;

/// A float is computed with. What only moves or re-signs bits takes and gives them as integers.
impl Take for f32 {
	#[inline(always)]
	fn of(cell: Cell) -> Self {
		Self::from_bits(cell[0] as u32)
	}
}

/// What was computed: a NaN is the canonical one.
impl Give for f32 {
	#[inline(always)]
	fn cell(self) -> Cell {
		[bits32(self).into(), 0]
	}
}

impl Take for f64 {
	#[inline(always)]
	fn of(cell: Cell) -> Self {
		Self::from_bits(cell[0])
	}
}

impl Give for f64 {
	#[inline(always)]
	fn cell(self) -> Cell {
		[bits64(self), 0]
	}
}

fn bits32(value: f32) -> u32 {
	if value.is_nan() { CANONICAL_F32 } else { value.to_bits() }
}

fn bits64(value: f64) -> u64 {
	if value.is_nan() { CANONICAL_F64 } else { value.to_bits() }
}

impl Take for u128 {
	#[inline(always)]
	fn of([low, high]: Cell) -> Self {
		Self::from(low) | Self::from(high) << 64
	}
}

impl Give for u128 {
	#[inline(always)]
	fn cell(self) -> Cell {
		[self as u64, (self >> 64) as u64]
	}
}

macro_rules! lanes {
	($($ty:ty, $count:literal, $bytes:literal, $of:expr, $bits:expr;)*) => {$(
		/// Lanes of a vector, the lowest first.
		impl Take for [$ty; $count] {
			fn of(cell: Cell) -> Self {
				let bytes = u128::of(cell).to_le_bytes();
				let mut lanes = bytes.chunks_exact($bytes);
				core::array::from_fn(|_| {
					let lane = lanes.next().and_then(|lane| lane.try_into().ok());
					$of(lane.unwrap_or_default())
				})
			}
		}

		impl Give for [$ty; $count] {
			fn cell(self) -> Cell {
				let mut bytes = [0; 16];
				for (lane, to) in self.into_iter().zip(bytes.chunks_exact_mut($bytes)) {
					to.copy_from_slice(&$bits(lane).to_le_bytes());
				}
				u128::from_le_bytes(bytes).cell()
			}
		}
	)*};
}

lanes! {
	u8, 16, 1, u8::from_le_bytes, |lane: u8| lane;
	i8, 16, 1, i8::from_le_bytes, |lane: i8| lane;
	u16, 8, 2, u16::from_le_bytes, |lane: u16| lane;
	i16, 8, 2, i16::from_le_bytes, |lane: i16| lane;
	u32, 4, 4, u32::from_le_bytes, |lane: u32| lane;
	i32, 4, 4, i32::from_le_bytes, |lane: i32| lane;
	u64, 2, 8, u64::from_le_bytes, |lane: u64| lane;
	i64, 2, 8, i64::from_le_bytes, |lane: i64| lane;
	f32, 4, 4, f32::from_le_bytes, bits32;
	f64, 2, 8, f64::from_le_bytes, bits64;
}
