//! The court: what it takes, and what it says.

use crate::{
	apply,
	content::ContentRef,
	outcome::Outcome,
	task::{MAX_TASKS, TaskSpec},
};
use alloc::vec::Vec;
use codec::{Compact, CompactLen, MaxEncodedLen};

/// Why the court can't take a task, as far as its specification shows.
#[apply(stored)]
#[derive(Copy)]
pub enum Unfit {
	/// There is no court.
	#[codec(index = 0)]
	NoCourt,
	/// The runtime can't execute the task's profile.
	#[codec(index = 1)]
	ProfileUnknown,
	/// The task's profile is retired.
	#[codec(index = 2)]
	ProfileRetired,
	/// The input is named as an item of a list.
	#[codec(index = 3)]
	InputIsList,
	/// The task may use more gas than the court can spend.
	#[codec(index = 4)]
	GasBeyondCourt,
	/// The task may use more memory.
	#[codec(index = 5)]
	MemoryBeyondCourt,
	/// The module is larger than a call can carry.
	#[codec(index = 6)]
	ModuleBeyondCourt,
	/// The input is larger than a call can carry.
	#[codec(index = 7)]
	InputBeyondCourt,
	/// The task may write more.
	#[codec(index = 8)]
	OutputBeyondCourt,
}

/// Why the court has no answer.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Mistrial {
	/// The task does not qualify.
	Unfit(Unfit),
	/// The module that was brought is not the one that the task names.
	ModuleDiffers,
	/// The input that was brought is not the one that the task names.
	InputDiffers,
	/// The interpreter made more steps than are paid for, or failed.
	Failed,
}

/// Most bytes of a list of inputs that the court reads: one of as many as a deal has tasks.
pub fn most_list_bytes() -> u64 {
	let items = MAX_TASKS as usize * ContentRef::max_encoded_len();
	(Compact::<u32>::compact_len(&MAX_TASKS) + items) as u64
}

/// A pure question: what does this task give?
pub trait Judge {
	/// Whether it can be asked about a task. Of an item of a list, as far as is known without the list.
	fn qualifies(spec: &TaskSpec) -> Result<(), Unfit>;

	/// What the task gives. `module` and `input` are the content that it names, which is checked.
	///
	/// Takes as long as the task's limits allow: whoever asks has paid for that.
	fn judge(spec: &TaskSpec, module: &[u8], input: Option<Vec<u8>>) -> Result<Outcome, Mistrial>;
}

/// No court: nothing qualifies.
impl Judge for () {
	fn qualifies(_: &TaskSpec) -> Result<(), Unfit> {
		Err(Unfit::NoCourt)
	}

	fn judge(_: &TaskSpec, _: &[u8], _: Option<Vec<u8>>) -> Result<Outcome, Mistrial> {
		Err(Mistrial::Unfit(Unfit::NoCourt))
	}
}
