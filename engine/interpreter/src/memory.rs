//! Linear memory, and the operators that read and write it.

use crate::{
	simd::Shape,
	stack::Stack,
	stop::Stop,
	value::{Cell, Give},
};
use alloc::vec::Vec;
use assay_primitives::profile::PAGE_SIZE;
use assay_wasi::{GuestMemory, OutOfBounds};
use wasmparser::{MemArg, Operator};

/// Linear memory.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Memory {
	bytes: Vec<u8>,
	/// Most pages that it may come to.
	most: u32,
}

impl Memory {
	/// A memory of this many pages, which may grow.
	pub fn new(pages: u32, most: u32) -> Result<Self, Stop> {
		let mut memory = Self { bytes: Vec::new(), most };
		memory.extend(pages)?;
		Ok(memory)
	}

	/// All of it.
	pub fn bytes(&self) -> &[u8] {
		&self.bytes
	}

	/// Pages that it has.
	pub fn pages(&self) -> u32 {
		// Never more than 65,536.
		(self.bytes.len() as u64 / PAGE_SIZE) as u32
	}

	/// Adds pages, and gives how many there were; `None` beyond the bound.
	pub fn grow(&mut self, by: u32) -> Result<Option<u32>, Stop> {
		let before = self.pages();
		match before.checked_add(by).filter(|after| *after <= self.most) {
			Some(after) => self.extend(after).map(|()| Some(before)),
			None => Ok(None),
		}
	}

	/// Whoever grows page by page must not have all of it copied each time.
	fn extend(&mut self, pages: u32) -> Result<(), Stop> {
		let length = |pages: u32| {
			let bytes = PAGE_SIZE * u64::from(pages);
			// What can't be addressed can't be had.
			usize::try_from(bytes).ok().filter(|bytes| isize::try_from(*bytes).is_ok())
		};
		let after = length(pages).ok_or(Stop::Memory)?;
		if after > self.bytes.capacity() {
			let room = length(self.pages().saturating_mul(2).clamp(pages, self.most.max(pages)));
			let room = room.ok_or(Stop::Memory)? - self.bytes.len();
			self.bytes.try_reserve_exact(room).map_err(|_| Stop::Memory)?;
		}
		self.bytes.resize(after, 0);
		Ok(())
	}

	/// A range of it; a trap if it is not within.
	fn range(&self, from: u64, length: u64) -> Result<core::ops::Range<usize>, Stop> {
		let end = from.checked_add(length).filter(|end| *end <= self.bytes.len() as u64);
		// Both are at most its length.
		end.map(|end| from as usize..end as usize).ok_or(Stop::Trap)
	}

	#[inline(always)]
	fn load<const N: usize>(&self, at: u32, offset: u32) -> Result<[u8; N], Stop> {
		let from = u64::from(at) + u64::from(offset);
		let from = usize::try_from(from).map_err(|_| Stop::Trap)?;
		let bytes = self.bytes.get(from..).and_then(|bytes| bytes.first_chunk());
		bytes.copied().ok_or(Stop::Trap)
	}

	#[inline(always)]
	fn store<const N: usize>(&mut self, at: u32, offset: u32, value: [u8; N]) -> Result<(), Stop> {
		let from = u64::from(at) + u64::from(offset);
		let from = usize::try_from(from).map_err(|_| Stop::Trap)?;
		let bytes = self.bytes.get_mut(from..).and_then(|bytes| bytes.first_chunk_mut());
		*bytes.ok_or(Stop::Trap)? = value;
		Ok(())
	}

	/// Sets `length` bytes from `to` on.
	pub fn fill(&mut self, to: u32, value: u8, length: u32) -> Result<(), Stop> {
		let range = self.range(to.into(), length.into())?;
		self.bytes.get_mut(range).ok_or(Stop::Trap)?.fill(value);
		Ok(())
	}

	/// Copies as if by way of another place.
	pub fn copy(&mut self, to: u32, from: u32, length: u32) -> Result<(), Stop> {
		let from = self.range(from.into(), length.into())?;
		let to = self.range(to.into(), length.into())?;
		self.bytes.copy_within(from, to.start);
		Ok(())
	}

	/// Copies a part of a segment.
	pub fn init(&mut self, to: u32, segment: &[u8], from: u32, length: u32) -> Result<(), Stop> {
		let part = segment.get(from as usize..).and_then(|rest| rest.get(..length as usize));
		let part = part.ok_or(Stop::Trap)?;
		let range = self.range(to.into(), length.into())?;
		self.bytes.get_mut(range).ok_or(Stop::Trap)?.copy_from_slice(part);
		Ok(())
	}
}

impl GuestMemory for Memory {
	fn size(&self) -> u64 {
		self.bytes.len() as u64
	}

	fn read(&self, ptr: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
		let range = self.range(ptr.into(), into.len() as u64).map_err(|_| OutOfBounds)?;
		into.copy_from_slice(self.bytes.get(range).ok_or(OutOfBounds)?);
		Ok(())
	}

	fn write(&mut self, ptr: u32, from: &[u8]) -> Result<(), OutOfBounds> {
		let range = self.range(ptr.into(), from.len() as u64).map_err(|_| OutOfBounds)?;
		self.bytes.get_mut(range).ok_or(OutOfBounds)?.copy_from_slice(from);
		Ok(())
	}
}

/// The offset of an access. Validation bounds it by 32 bits.
fn offset(memarg: &MemArg) -> u32 {
	memarg.offset as u32
}

macro_rules! loads {
	($($operator:ident($bytes:ident: $length:literal) $value:expr;)*) => {
		/// An operator that reads memory, by what it makes of the bytes.
		// Operators are called as in the specification.
		#[allow(clippy::enum_variant_names)]
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		pub enum Load {
			$($operator,)*
		}

		impl Load {
			/// The operator and its offset, if it is one of these.
			pub fn of(operator: &Operator<'_>) -> Option<(Self, u32)> {
				Some(match operator {
					$(Operator::$operator { memarg } => (Self::$operator, offset(memarg)),)*
					_ => return None,
				})
			}

			/// Takes an address from the stack, and puts there what is at it.
			#[inline]
			pub fn execute(self, offset: u32, memory: &Memory, stack: &mut Stack) -> Result<(), Stop> {
				let at = stack.pop()?;
				match self {
					$(Self::$operator => {
						let $bytes = memory.load::<$length>(at, offset)?;
						stack.push($value)
					})*
				}
			}
		}
	};
}

loads! {
	I32Load(bytes: 4) u32::from_le_bytes(bytes);
	I64Load(bytes: 8) u64::from_le_bytes(bytes);
	// Floats keep their bits.
	F32Load(bytes: 4) u32::from_le_bytes(bytes);
	F64Load(bytes: 8) u64::from_le_bytes(bytes);
	I32Load8S(bytes: 1) i32::from(i8::from_le_bytes(bytes));
	I32Load8U(bytes: 1) u32::from(u8::from_le_bytes(bytes));
	I32Load16S(bytes: 2) i32::from(i16::from_le_bytes(bytes));
	I32Load16U(bytes: 2) u32::from(u16::from_le_bytes(bytes));
	I64Load8S(bytes: 1) i64::from(i8::from_le_bytes(bytes));
	I64Load8U(bytes: 1) u64::from(u8::from_le_bytes(bytes));
	I64Load16S(bytes: 2) i64::from(i16::from_le_bytes(bytes));
	I64Load16U(bytes: 2) u64::from(u16::from_le_bytes(bytes));
	I64Load32S(bytes: 4) i64::from(i32::from_le_bytes(bytes));
	I64Load32U(bytes: 4) u64::from(u32::from_le_bytes(bytes));
	V128Load(bytes: 16) u128::from_le_bytes(bytes);
	V128Load8x8S(bytes: 8) bytes.map(|lane| i16::from(lane as i8));
	V128Load8x8U(bytes: 8) bytes.map(u16::from);
	V128Load16x4S(bytes: 8) lower16(bytes).map(|lane| i32::from(lane as i16));
	V128Load16x4U(bytes: 8) lower16(bytes).map(u32::from);
	V128Load32x2S(bytes: 8) lower32(bytes).map(|lane| i64::from(lane as i32));
	V128Load32x2U(bytes: 8) lower32(bytes).map(u64::from);
	V128Load8Splat(bytes: 1) [bytes[0]; 16];
	V128Load16Splat(bytes: 2) [u16::from_le_bytes(bytes); 8];
	V128Load32Splat(bytes: 4) [u32::from_le_bytes(bytes); 4];
	V128Load64Splat(bytes: 8) [u64::from_le_bytes(bytes); 2];
	V128Load32Zero(bytes: 4) u128::from(u32::from_le_bytes(bytes));
	V128Load64Zero(bytes: 8) u128::from(u64::from_le_bytes(bytes));
}

fn lower16(bytes: [u8; 8]) -> [u16; 4] {
	core::array::from_fn(|lane| u16::from_le_bytes([bytes[2 * lane], bytes[2 * lane + 1]]))
}

fn lower32(bytes: [u8; 8]) -> [u32; 2] {
	let both = u64::from_le_bytes(bytes);
	[both as u32, (both >> 32) as u32]
}

macro_rules! stores {
	($($operator:ident($value:ident: $ty:ty) $bytes:expr;)*) => {
		/// An operator that writes memory, by the bytes that it makes of its value.
		// Operators are called as in the specification.
		#[allow(clippy::enum_variant_names)]
		#[derive(Clone, Copy, Debug, Eq, PartialEq)]
		pub enum Store {
			$($operator,)*
		}

		impl Store {
			/// The operator and its offset, if it is one of these.
			pub fn of(operator: &Operator<'_>) -> Option<(Self, u32)> {
				Some(match operator {
					$(Operator::$operator { memarg } => (Self::$operator, offset(memarg)),)*
					_ => return None,
				})
			}

			/// Takes an address and a value from the stack.
			#[inline]
			pub fn execute(
				self,
				offset: u32,
				memory: &mut Memory,
				stack: &mut Stack,
			) -> Result<(), Stop> {
				match self {
					$(Self::$operator => {
						let (at, $value) = stack.take::<(u32, $ty)>()?;
						memory.store(at, offset, $bytes)
					})*
				}
			}
		}
	};
}

stores! {
	I32Store(value: u32) value.to_le_bytes();
	I64Store(value: u64) value.to_le_bytes();
	F32Store(value: u32) value.to_le_bytes();
	F64Store(value: u64) value.to_le_bytes();
	I32Store8(value: u32) [value as u8];
	I32Store16(value: u32) (value as u16).to_le_bytes();
	I64Store8(value: u64) [value as u8];
	I64Store16(value: u64) (value as u16).to_le_bytes();
	I64Store32(value: u64) (value as u32).to_le_bytes();
	V128Store(value: u128) value.to_le_bytes();
}

/// An operator that reads or writes a single lane of a vector.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct LaneAccess {
	shape: Shape,
	stores: bool,
	lane: u8,
}

impl LaneAccess {
	/// The operator and its offset, if it is one of these.
	pub fn of(operator: &Operator<'_>) -> Option<(Self, u32)> {
		let (shape, stores, memarg, lane) = match operator {
			Operator::V128Load8Lane { memarg, lane } => (Shape::X8, false, memarg, lane),
			Operator::V128Load16Lane { memarg, lane } => (Shape::X16, false, memarg, lane),
			Operator::V128Load32Lane { memarg, lane } => (Shape::X32, false, memarg, lane),
			Operator::V128Load64Lane { memarg, lane } => (Shape::X64, false, memarg, lane),
			Operator::V128Store8Lane { memarg, lane } => (Shape::X8, true, memarg, lane),
			Operator::V128Store16Lane { memarg, lane } => (Shape::X16, true, memarg, lane),
			Operator::V128Store32Lane { memarg, lane } => (Shape::X32, true, memarg, lane),
			Operator::V128Store64Lane { memarg, lane } => (Shape::X64, true, memarg, lane),
			_ => return None,
		};
		Some((Self { shape, stores, lane: *lane }, offset(memarg)))
	}

	/// Takes an address and a vector from the stack. What reads puts the vector back with another lane.
	pub fn execute(self, offset: u32, memory: &mut Memory, stack: &mut Stack) -> Result<(), Stop> {
		let (at, vector) = stack.take::<(u32, u128)>()?;
		let vector: Cell = vector.cell();
		let length = self.shape.bytes();
		let range = memory.range(u64::from(at) + u64::from(offset), length as u64)?;
		let place = memory.bytes.get_mut(range).ok_or(Stop::Trap)?;
		let mut bytes = [0; 8];
		let lane = bytes.get_mut(..length).ok_or(Stop::Broken)?;
		if self.stores {
			let value = self.shape.extract(vector, self.lane).to_le_bytes();
			place.copy_from_slice(value.get(..length).ok_or(Stop::Broken)?);
			return Ok(());
		}
		lane.copy_from_slice(place);
		let value = u64::from_le_bytes(bytes);
		stack.push_cell(self.shape.replace(vector, self.lane, value))
	}
}
