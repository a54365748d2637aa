//! The court: what it takes, and what it says.

use crate::{
	apply,
	content::ContentRef,
	profile::{Profile, ProfileId},
	task::{Demand, Excess, Input, MAX_TASKS, TaskSpec},
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
	/// What a task may need at most.
	pub most: Demand,
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
		if !self.profiles.contains(&spec.profile) {
			return Err(Unfit::ProfileRetired);
		}
		if let Input::List(inputs) = spec.input
			&& inputs.list.size > most_list_bytes()
		{
			return Err(Unfit::InputBeyondCourt);
		}
		match spec.demand().beyond(&self.most) {
			None => Ok(()),
			Some(Excess::Gas) => Err(Unfit::GasBeyondCourt),
			Some(Excess::Memory) => Err(Unfit::MemoryBeyondCourt),
			Some(Excess::Module) => Err(Unfit::ModuleBeyondCourt),
			Some(Excess::Input) => Err(Unfit::InputBeyondCourt),
			Some(Excess::Output) => Err(Unfit::OutputBeyondCourt),
		}
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
