//! The functions of preview 1, by what they deal with.
//!
//! Each one first decodes its arguments, then reads from the guest and reserves what it will write,
//! then looks at descriptors, and only then changes anything.

mod clock;
mod descriptor;
mod directory;
mod io;
mod path;
mod process;

pub use clock::MAX_SUBSCRIPTIONS;

use crate::{Errno, clock::Clock, stop::Outcome};

/// Parameters of a call.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Args<'a>(pub &'a [u64]);

impl Args<'_> {
	/// The parameter `at` as 64 bits.
	pub fn u64(&self, at: usize) -> u64 {
		self.0.get(at).copied().unwrap_or(0)
	}

	/// The parameter `at` as 32 bits.
	pub fn u32(&self, at: usize) -> u32 {
		self.u64(at) as u32
	}

	/// The parameter `at` as flags; `EINVAL` if it has a bit outside of `all`.
	pub fn flags(&self, at: usize, all: u32) -> Result<u32, Errno> {
		let flags = self.u32(at);
		if flags & !all == 0 { Ok(flags) } else { Err(Errno::Inval) }
	}
}

/// Time stamps to set, from the values and flags of a call.
pub(crate) struct NewTimes {
	pub access: Option<u64>,
	pub modify: Option<u64>,
}

impl NewTimes {
	/// Reads `atim`, `mtim` and the flags, which stand in this order from parameter `at` on.
	pub fn decode(args: Args, at: usize, clock: &Clock) -> Outcome<Self> {
		use crate::abi::flags::{SET_ATIM, SET_ATIM_NOW, SET_MTIM, SET_MTIM_NOW};
		let flags = args.flags(at + 2, SET_ATIM | SET_ATIM_NOW | SET_MTIM | SET_MTIM_NOW)?;
		let pick = |value: u64, given: u32, now: u32| match (flags & given, flags & now) {
			(0, 0) => Ok(None),
			(_, 0) => Ok(Some(value)),
			(0, _) => Ok(Some(clock.now())),
			_ => Err(Errno::Inval),
		};
		Ok(Self {
			access: pick(args.u64(at), SET_ATIM, SET_ATIM_NOW)?,
			modify: pick(args.u64(at + 1), SET_MTIM, SET_MTIM_NOW)?,
		})
	}
}

/// `EINVAL` for offsets that no file can have.
pub(crate) fn checked_offset(offset: u64) -> Result<u64, Errno> {
	if offset <= i64::MAX as u64 { Ok(offset) } else { Err(Errno::Inval) }
}
