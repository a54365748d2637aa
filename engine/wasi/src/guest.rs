//! What the host needs of an engine: the guest's memory, and its gas.

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
}
