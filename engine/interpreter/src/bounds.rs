//! What a caller allows beside what the task does.

use assay_primitives::profile::Profile;

/// Most steps for a unit of gas.
///
/// Each operator that costs something costs at least one unit and is one step. Beside those there are steps
/// that cost nothing, at most one for each that does: a `drop` for an operator that has made a value, the end
/// of a function for its call, the way over an `else` for its `if`, the branch of a `br_table`.
pub const STEPS_PER_GAS: u64 = 2;
/// Most steps that a run makes beyond those: the ends of the start function and of `_start`, which
/// nobody is charged for calling.
pub const STEPS_BEYOND: u64 = 2;

/// What a caller allows beside what the task does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
	/// Steps of the run: operations that it executes, but for charges of pieces. What works by operand or in the
	/// host is one step; gas is taken for it before.
	///
	/// [`STEPS_PER_GAS`] for each unit that the task may use and [`STEPS_BEYOND`] are enough for every
	/// program.
	pub steps: u64,
}

impl Bounds {
	/// None at all.
	pub const NONE: Self = Self { steps: u64::MAX };

	/// Steps that are enough for a task that may use this much gas, where it is looked at with each charge.
	pub fn enough_steps(gas: u64) -> u64 {
		gas.saturating_mul(STEPS_PER_GAS).saturating_add(STEPS_BEYOND)
	}

	/// Steps that are enough under a profile, which may look at the gas later.
	pub fn enough_under(profile: &Profile, gas: u64) -> u64 {
		let later = if profile.commits_to_ends() { profile.work_bound().beyond } else { 0 };
		Self::enough_steps(gas).saturating_add(later)
	}
}
