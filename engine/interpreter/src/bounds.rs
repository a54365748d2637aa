//! What a caller allows beside what the task does.

/// Most steps for a unit of gas, over any stretch that the pass charges for: its own operators and those
/// that it inserts.
pub const STEPS_PER_GAS: u64 = 32;
/// Most steps that a run makes beyond those of its gas: before it is charged for anything, and once its gas
/// is used up, to where that is looked at. That is within one function, and a byte of it is at most
/// twelve steps.
pub const STEPS_BEYOND: u64 = 3 << 20;

/// How many times as long the interpreter's code may be as what it is made of, and by how much more: time
/// for a module is paid for by its length. What counts steps takes three times the length at most; what
/// takes parameters of blocks away may take forty times.
const MOST_GROWTH: usize = 8;
const GROWTH_BEYOND: usize = 64 << 10;

/// What a caller allows beside what the task does.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Bounds {
	/// Bytes of the module's code once it is metered. As the interpreter gets it, it may be twice as
	/// long.
	pub code_bytes: usize,
	/// Steps of the run: operators that it executes, six for one that takes longer than most. None for
	/// what works by operand or in the host, where the gas is looked at first.
	///
	/// [`STEPS_PER_GAS`] for each unit that the task may use and [`STEPS_BEYOND`] are enough for every
	/// program but one whose blocks pass many values on, which costs no gas and takes steps.
	pub steps: u64,
}

impl Bounds {
	/// None at all.
	pub const NONE: Self = Self { code_bytes: usize::MAX, steps: u64::MAX };

	/// Steps that are enough for a task that may use this much gas.
	pub fn enough_steps(gas: u64) -> u64 {
		gas.saturating_mul(STEPS_PER_GAS).saturating_add(STEPS_BEYOND)
	}

	/// Bytes of the code as the interpreter gets it, where the metered module has so many.
	pub(crate) fn guarded_bytes(&self, metered: usize) -> usize {
		let grown = metered.saturating_mul(MOST_GROWTH).saturating_add(GROWTH_BEYOND);
		self.code_bytes.saturating_mul(2).min(grown)
	}
}
