//! The court: what it takes, and what it says.

use crate::{
	apply,
	content::ContentRef,
	profile::{Profile, ProfileId},
	task::{Input, MAX_TASKS, TaskSpec},
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

/// What the court takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CourtLimits {
	/// Most gas that a task may be allowed to use.
	pub gas: u64,
	/// Most pages of memory, 64 KiB each.
	pub memory_pages: u32,
	/// Most bytes of a module.
	pub module_bytes: u64,
	/// Most bytes of an input.
	pub input_bytes: u64,
	/// Most bytes that a task may be allowed to write.
	pub output_bytes: u64,
	/// Profiles that are in use.
	pub profiles: Vec<ProfileId>,
}

impl CourtLimits {
	/// Whether the court takes a task, as far as its specification shows, which of an item of a list is not all.
	///
	/// # Errors
	///
	/// The first limit that it exceeds.
	pub fn admits(&self, spec: &TaskSpec) -> Result<(), Unfit> {
		Profile::by_id(&spec.profile).ok_or(Unfit::ProfileUnknown)?;
		let (input, list) = match spec.input {
			Input::None => (0, 0),
			Input::Blob(content) => (content.size, 0),
			Input::List(inputs) => (0, inputs.list.size),
		};
		let limits = &spec.limits;
		let checks = [
			(self.profiles.contains(&spec.profile), Unfit::ProfileRetired),
			(limits.gas <= self.gas, Unfit::GasBeyondCourt),
			(limits.memory_pages <= self.memory_pages, Unfit::MemoryBeyondCourt),
			(spec.module.size <= self.module_bytes, Unfit::ModuleBeyondCourt),
			(input <= self.input_bytes, Unfit::InputBeyondCourt),
			(list <= most_list_bytes(), Unfit::InputBeyondCourt),
			(limits.output_bytes <= self.output_bytes, Unfit::OutputBeyondCourt),
		];
		checks.into_iter().find(|(within, _)| !within).map_or(Ok(()), |(_, unfit)| Err(unfit))
	}
}

/// What can find out by itself what a task gives.
pub trait Judge {
	/// Whether it can be asked about a task. Of an item of a list, as far as is known without the list.
	fn qualifies(spec: &TaskSpec) -> Result<(), Unfit>;
}

/// No court: nothing qualifies.
impl Judge for () {
	fn qualifies(_: &TaskSpec) -> Result<(), Unfit> {
		Err(Unfit::NoCourt)
	}
}
