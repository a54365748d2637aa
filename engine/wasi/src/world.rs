//! What versions of the host differ in. Nothing else here asks for the version.

use assay_primitives::profile::Profile;

/// Nanoseconds that a unit of gas counts for.
const NANOSECONDS_PER_GAS: u64 = 1;

/// What a program finds.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct World {
	/// Whether the first of the task's arguments is the program's name.
	pub named: bool,
	/// Nanoseconds that the clock advances with a unit of gas.
	pub gas_time: u64,
	/// Whether there is `/dev`.
	pub devices: bool,
	/// Whether an input that says so is a tree of files.
	pub trees: bool,
	/// Whether what is moved under `/out` is paid for by the byte, as what is linked there is.
	pub moves_cost: bool,
	/// Whether there is a file `input` without an input too, an empty one.
	pub empty_input: bool,
}

impl World {
	/// The world of a profile.
	pub const fn of(profile: &Profile) -> Self {
		let second = profile.wasi_version >= 2;
		Self {
			named: profile.names_programs(),
			gas_time: if second { NANOSECONDS_PER_GAS } else { 0 },
			devices: second,
			trees: second,
			moves_cost: second,
			empty_input: second,
		}
	}
}
