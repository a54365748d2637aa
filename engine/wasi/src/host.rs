//! The host as engines see it.

use crate::{Errno, Function, Gas, GuestMemory};
use alloc::vec::Vec;
use assay_primitives::{outcome::Manifest, profile::Profile, task::TaskSpec};

/// Why a run ends inside a host call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stop {
	/// The program called `proc_exit` with this code.
	Exit(u32),
	/// Its outputs would have grown beyond the task's limit.
	OutputLimit,
	/// Its gas did not cover the call.
	OutOfGas,
}

/// What a program left.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Outputs {
	/// All outputs in the order of the manifest.
	pub manifest: Manifest,
	/// The bytes of each entry of the manifest, at the same index; empty for directories.
	pub contents: Vec<Vec<u8>>,
}

/// State of one run: descriptors, file system, clock, randomness and captured output.
pub struct Host {}

impl Host {
	/// Host for one run of `spec` under `profile`.
	///
	/// `input` are the bytes of the task's input, `None` where it has none. The caller has checked
	/// that `profile` is the one that `spec` names and that `input` matches it.
	pub fn new(_profile: &Profile, _spec: &TaskSpec, _input: Option<Vec<u8>>) -> Self {
		Self {}
	}

	/// Does one call of `function`.
	///
	/// `args` are the parameters in their order, 32-bit ones in the low half. `Ok` is what the
	/// function returns (nothing, for `proc_exit`); after a [`Stop`] the run is over. Gas is charged
	/// before the work it pays for.
	pub fn call<G: GuestMemory + Gas>(
		&mut self,
		_function: Function,
		_args: &[u64],
		guest: &mut G,
	) -> Result<Errno, Stop> {
		guest.charge(500).map_err(|_| Stop::OutOfGas)?;
		Ok(Errno::Notsup)
	}

	/// Ends the run and gives its outputs: standard output, standard error, and everything under
	/// `/out` sorted by the bytes of the path.
	pub fn finish(self) -> Outputs {
		Outputs { manifest: Manifest::default(), contents: Vec::new() }
	}
}
