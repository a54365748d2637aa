//! What a caller allows beside what the task does.

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

	/// Steps that are enough for a task that may use this much gas.
	pub fn enough_steps(gas: u64) -> u64 {
		gas.saturating_mul(STEPS_PER_GAS).saturating_add(STEPS_BEYOND)
	}
}
