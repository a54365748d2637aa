//! What the host needs of an engine: the guest's memory, and its gas.

use crate::{Errno, stop::Outcome};
use alloc::{vec, vec::Vec};

/// An access outside of the guest's memory.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfBounds;

/// The guest's gas is used up.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct OutOfGas;

/// Linear memory of the running program.
///
/// The host copies through these methods and never holds a slice, so an implementation may look its
/// memory up anew on every call.
pub trait GuestMemory {
	/// Current size, in bytes.
	fn size(&self) -> u64;

	/// Copies `into.len()` bytes from `ptr` on. Must fail, without a partial effect, when the range
	/// does not lie inside [`Self::size`].
	fn read(&self, ptr: u32, into: &mut [u8]) -> Result<(), OutOfBounds>;

	/// Copies all of `from` to `ptr` on. Must fail, without a partial effect, when the range does
	/// not lie inside [`Self::size`].
	fn write(&mut self, ptr: u32, from: &[u8]) -> Result<(), OutOfBounds>;
}

/// The gas meter of the running program.
pub trait Gas {
	/// Takes `amount` away.
	///
	/// When less is left, takes all that is left and fails: a run that ends for lack of gas has used
	/// exactly its limit, on every engine.
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas>;

	/// What is left; nothing once a charge has failed.
	fn left(&mut self) -> u64;
}

/// What the functions of the host need: both at once.
pub(crate) trait Guest: GuestMemory + Gas {}

impl<T: GuestMemory + Gas> Guest for T {}

/// Pays for bytes that the host moves or visits.
pub(crate) trait Meter {
	/// Charges for `bytes` bytes, before they are touched.
	fn pay(&mut self, bytes: u64) -> Outcome;
}

/// A range of guest memory that was checked and paid for, to be written once the call succeeds.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Slot(u32);

/// Most buffers that one call may name.
pub const MAX_BUFFERS: u32 = 1_024;

/// One buffer of a scattered read or write.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Buffer {
	pub ptr: u32,
	pub len: u32,
}

/// The guest during one call: every access is checked, and paid for where it says so.
pub(crate) struct View<'a, G> {
	guest: &'a mut G,
	byte: u64,
}

impl<G: Guest> Meter for View<'_, G> {
	fn pay(&mut self, bytes: u64) -> Outcome {
		Ok(self.guest.charge(bytes.saturating_mul(self.byte))?)
	}
}

impl<'a, G: Guest> View<'a, G> {
	/// Opens a call, which costs `call`; each byte costs `byte`.
	pub fn open(guest: &'a mut G, call: u64, byte: u64) -> Outcome<Self> {
		guest.charge(call)?;
		Ok(Self { guest, byte })
	}

	/// Gas that is left.
	pub fn left(&mut self) -> u64 {
		self.guest.left()
	}

	/// Whether `len` bytes from `ptr` on lie inside the memory. Nothing is charged.
	pub fn check(&self, ptr: u32, len: u32) -> Outcome {
		let end = u64::from(ptr) + u64::from(len);
		if len > 0 && end > self.guest.size() {
			return Err(Errno::Fault.into());
		}
		Ok(())
	}

	/// Checks and pays for a range that the call will write.
	pub fn reserve(&mut self, ptr: u32, len: u32) -> Outcome<Slot> {
		self.check(ptr, len)?;
		self.pay(len.into())?;
		Ok(Slot(ptr))
	}

	/// Writes to a reserved range.
	pub fn put(&mut self, slot: Slot, bytes: &[u8]) -> Outcome {
		self.write(slot.0, bytes)
	}

	/// Writes bytes that were checked and paid for before.
	pub fn write(&mut self, ptr: u32, bytes: &[u8]) -> Outcome {
		if bytes.is_empty() {
			return Ok(());
		}
		self.guest.write(ptr, bytes).map_err(|OutOfBounds| Errno::Fault.into())
	}

	/// Reads bytes that were checked and paid for before.
	pub fn read(&self, ptr: u32, into: &mut [u8]) -> Outcome {
		if into.is_empty() {
			return Ok(());
		}
		self.guest.read(ptr, into).map_err(|OutOfBounds| Errno::Fault.into())
	}

	/// Checks, pays for and reads `len` bytes. The caller bounds `len`.
	pub fn fetch(&mut self, ptr: u32, len: u32) -> Outcome<Vec<u8>> {
		self.check(ptr, len)?;
		self.pay(len.into())?;
		let mut bytes = vec![0; len as usize];
		self.read(ptr, &mut bytes)?;
		Ok(bytes)
	}

	/// Reads an array of buffers, and checks that all of them lie inside the memory.
	///
	/// Gives them with their total length. More than [`MAX_BUFFERS`], or a total beyond `u32`, is
	/// `EINVAL`.
	pub fn buffers(&mut self, ptr: u32, count: u32) -> Outcome<(Vec<Buffer>, u32)> {
		if count > MAX_BUFFERS {
			return Err(Errno::Inval.into());
		}
		let records = self.fetch(ptr, count * 8)?;
		let mut buffers = Vec::with_capacity(count as usize);
		let mut total = 0u32;
		for record in records.chunks_exact(8) {
			let buffer = Buffer { ptr: u32_at(record, 0), len: u32_at(record, 4) };
			self.check(buffer.ptr, buffer.len)?;
			total = total.checked_add(buffer.len).ok_or(Errno::Inval)?;
			buffers.push(buffer);
		}
		Ok((buffers, total))
	}

	/// Fills `into` from the buffers, which were checked and paid for.
	pub fn gather(&self, buffers: &[Buffer], into: &mut [u8]) -> Outcome {
		let mut rest = into;
		for buffer in buffers {
			let len = rest.len().min(buffer.len as usize);
			let (part, tail) = rest.split_at_mut(len);
			self.read(buffer.ptr, part)?;
			rest = tail;
		}
		Ok(())
	}

	/// Spreads `bytes` over the buffers, which were checked and paid for.
	pub fn scatter(&mut self, buffers: &[Buffer], bytes: &[u8]) -> Outcome {
		let mut rest = bytes;
		for buffer in buffers {
			let len = rest.len().min(buffer.len as usize);
			let (part, tail) = rest.split_at(len);
			self.write(buffer.ptr, part)?;
			rest = tail;
		}
		Ok(())
	}
}

/// The little-endian `u32` at `at`, which must lie inside `record`.
pub(crate) fn u32_at(record: &[u8], at: usize) -> u32 {
	u32::from_le_bytes([record[at], record[at + 1], record[at + 2], record[at + 3]])
}

/// The little-endian `u64` at `at`, which must lie inside `record`.
pub(crate) fn u64_at(record: &[u8], at: usize) -> u64 {
	u64::from(u32_at(record, at)) | u64::from(u32_at(record, at + 4)) << 32
}
