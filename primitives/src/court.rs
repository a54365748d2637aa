//! The court: what it takes, and what it says.

use crate::{
	content::ContentRef,
	profile::{Profile, ProfileId},
	reasons::ReasonClass,
	task::{Demand, Excess, Input, MAX_TASKS, TaskSpec},
};
use alloc::vec::Vec;
use codec::{Compact, CompactLen, MaxEncodedLen};

reasons! {
	/// Why the court can't take a task, as far as its specification shows.
	pub enum Unfit {
		0 NoCourt: "the chain has no court",
		1 ProfileUnknown: "the court can't execute the profile",
		2 ProfileRetired: "the profile is retired",
		3 InputIsList: "the input is named as an item of a list",
		4 GasBeyondCourt: "the task may use more gas than the court can spend",
		5 MemoryBeyondCourt: "the task may use more memory than the court has",
		6 ModuleBeyondCourt: "the module is larger than a call can carry",
		7 InputBeyondCourt: "the input is larger than a call can carry",
		8 OutputBeyondCourt: "the task may write more than the court can hold",
	}
}

impl Unfit {
	/// What kind of reason it is.
	pub fn class(&self) -> ReasonClass {
		ReasonClass::Rejected
	}

	/// What can be done about it.
	pub fn hint(&self) -> &'static str {
		match self {
			Self::InputIsList => "bring the list too: court.adjudicate_item",
			_ => "appeal to the next committee instead",
		}
	}
}

impl From<Excess> for Unfit {
	fn from(excess: Excess) -> Self {
		match excess {
			Excess::Gas => Self::GasBeyondCourt,
			Excess::Memory => Self::MemoryBeyondCourt,
			Excess::Module => Self::ModuleBeyondCourt,
			Excess::Input => Self::InputBeyondCourt,
			Excess::Output => Self::OutputBeyondCourt,
		}
	}
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
		let list = match spec.input {
			Input::List(inputs) => inputs.list.size,
			Input::None | Input::Blob(_) => 0,
		};
		let unreadable = (list > most_list_bytes()).then_some(Unfit::InputBeyondCourt);
		let excess = spec.demand().beyond(&self.most).map(Unfit::from);
		self.profile_fault(&spec.profile).or(excess).or(unreadable).map_or(Ok(()), Err)
	}

	/// What keeps the court from all tasks under a profile.
	pub fn profile_fault(&self, profile: &ProfileId) -> Option<Unfit> {
		match Profile::by_id(profile) {
			None => Some(Unfit::ProfileUnknown),
			Some(_) => (!self.profiles.contains(profile)).then_some(Unfit::ProfileRetired),
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
