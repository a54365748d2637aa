//! What is to be run.

use crate::{
	Hash, apply,
	content::{ContentMatch, ContentRef},
	hashing::tagged_hash,
	merkle::ListRoot,
	profile::ProfileId,
};
use alloc::vec::Vec;
use codec::{Compact, Decode, Encode, MaxEncodedLen};
use polkadot_sdk::{
	sp_core::{ConstU32, bounded::BoundedVec},
	sp_runtime::Weight,
};

/// Number of a deal.
pub type DealId = u64;

/// A task of a deal.
#[apply(stored)]
#[derive(Copy, Hash, Ord, PartialOrd)]
pub struct TaskId {
	/// The deal.
	pub deal: DealId,
	/// Position within the deal, from 0.
	pub index: u32,
}

/// Longest argument or environment entry, in bytes.
pub const MAX_ARG_BYTES: u32 = 1_024;
/// Most arguments, and likewise environment entries.
pub const MAX_ARGS: u32 = 64;
/// Bytes of all arguments and environment entries together.
pub const MAX_ARGS_BYTES: usize = 8_192;

/// One argument, or one `NAME=value` of the environment.
pub type Arg = BoundedVec<u8, ConstU32<MAX_ARG_BYTES>>;
/// Arguments, or the environment.
pub type Args = BoundedVec<Arg, ConstU32<MAX_ARGS>>;

/// Input of a deal's tasks.
#[apply(stored)]
#[derive(Copy)]
pub enum Input {
	/// Nothing: standard input is empty.
	#[codec(index = 0)]
	None,
	/// One blob, given as standard input and as the file `/in/input`.
	#[codec(index = 1)]
	Blob(ContentRef),
	/// Task `i` of the deal gets leaf `i` of a list.
	#[codec(index = 2)]
	List(InputList),
}

impl Input {
	/// Tasks of a deal that has it.
	pub fn tasks(&self) -> u32 {
		match self {
			Self::List(inputs) => inputs.root.len,
			Self::None | Self::Blob(_) => 1,
		}
	}
}

/// Most tasks of a deal.
pub const MAX_TASKS: u32 = 1_024;

/// The inputs of a deal's tasks, one for each.
#[apply(stored)]
#[derive(Copy)]
pub struct InputList {
	/// Commitment to the list of [`ContentRef`]s. A leaf can be proven against it.
	pub root: ListRoot,
	/// Where the whole list is: the SCALE encoding of `Vec<ContentRef>`.
	pub list: ContentRef,
}

/// Decoding an item of a list of inputs and hashing it and its branch, with much to spare.
const ITEM_WEIGHT: Weight = Weight::from_parts(5_000_000, 0);

/// Why a list of inputs is none. Everybody who has its bytes finds the same, so it is an outcome of the
/// tasks (`InputMismatch`), and not a failure of whoever fetched it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum BadList {
	/// The bytes are no list of references.
	Undecodable,
	/// Another list than the one that was committed to.
	RootMismatch,
	/// The list has no such task.
	OutOfRange,
}

impl InputList {
	/// Commits to `inputs`. Returns the bytes to be published, too.
	pub fn of(inputs: &[ContentRef]) -> (Self, Vec<u8>) {
		let bytes = inputs.encode();
		(Self { root: ListRoot::of(inputs), list: ContentRef::of(&bytes) }, bytes)
	}

	/// Weight of finding an item in a list of so many bytes. One of more items than a deal may have tasks is
	/// refused before any is hashed.
	pub fn weight_of(bytes: usize) -> Weight {
		let items = bytes.div_ceil(ContentRef::max_encoded_len()).min(MAX_TASKS as usize);
		ITEM_WEIGHT.saturating_mul(items as u64)
	}

	/// Whether this could be what was committed to, going by its size alone. No bytes of another size decode to that
	/// number of items, so nobody has to have them to know.
	pub fn is_possible(&self) -> bool {
		let items = u64::from(self.root.len).saturating_mul(ContentRef::max_encoded_len() as u64);
		let prefix = Compact(self.root.len).encoded_size() as u64;
		self.list.size == prefix.saturating_add(items)
	}

	/// The input of task `index`. `bytes` must be what [`Self::list`] names; whoever fetched them has
	/// verified that.
	pub fn input(&self, mut bytes: &[u8], index: u32) -> Result<ContentRef, BadList> {
		let inputs = Vec::<ContentRef>::decode(&mut bytes).map_err(|_| BadList::Undecodable)?;
		if !bytes.is_empty() {
			return Err(BadList::Undecodable);
		}
		// A list may be far longer than the root says, and each item is hashed: its length comes first.
		if inputs.len() != self.root.len as usize || ListRoot::of(&inputs) != self.root {
			return Err(BadList::RootMismatch);
		}
		inputs.get(index as usize).copied().ok_or(BadList::OutOfRange)
	}
}

/// What a run may use up.
#[apply(stored)]
#[derive(Copy)]
pub struct Limits {
	/// Gas, in units of the profile's cost table.
	pub gas: u64,
	/// Pages of linear memory, 64 KiB each.
	pub memory_pages: u32,
	/// Bytes of files under `/out`, standard output and standard error together.
	pub output_bytes: u64,
}

/// What a task needs at most of whoever runs it, or somebody has for one. It is what the task names, not what it
/// will use; what the items of a list measure no task says.
#[apply(shown)]
#[derive(Copy)]
pub struct Demand {
	/// Gas.
	pub gas: u64,
	/// Pages of linear memory, 64 KiB each.
	pub memory_pages: u32,
	/// Bytes of the module.
	pub module_bytes: u64,
	/// Bytes of the input.
	pub input_bytes: u64,
	/// Bytes of outputs.
	pub output_bytes: u64,
}

/// Of what a task needs more than there is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Excess {
	/// Gas.
	Gas,
	/// Memory.
	Memory,
	/// Bytes of the module.
	Module,
	/// Bytes of the input.
	Input,
	/// Bytes of outputs.
	Output,
}

impl Demand {
	/// All of which it takes more than `most`.
	pub fn excesses(&self, most: &Self) -> impl Iterator<Item = Excess> + use<> {
		let checks = [
			(self.gas <= most.gas, Excess::Gas),
			(self.memory_pages <= most.memory_pages, Excess::Memory),
			(self.module_bytes <= most.module_bytes, Excess::Module),
			(self.input_bytes <= most.input_bytes, Excess::Input),
			(self.output_bytes <= most.output_bytes, Excess::Output),
		];
		checks.into_iter().filter(|(within, _)| !within).map(|(_, excess)| excess)
	}

	/// The first of which it takes more than `most`.
	pub fn beyond(&self, most: &Self) -> Option<Excess> {
		self.excesses(most).next()
	}
}

/// One execution to be done. Equal specifications give equal outcomes, wherever they run.
#[apply(stored)]
pub struct TaskSpec {
	/// The program, a WASI preview 1 command.
	pub module: ContentRef,
	/// The rules of its execution.
	pub profile: ProfileId,
	/// Arguments after the program's name, which is `job`; under profiles whose programs are named
	/// ([`Profile::names_programs`](crate::profile::Profile::names_programs)) the name is the first.
	pub args: Args,
	/// Environment, `NAME=value` each.
	pub env: Args,
	/// Input.
	pub input: Input,
	/// Seed of the program's randomness.
	pub seed: Hash,
	/// Bounds.
	pub limits: Limits,
}

/// What bytes are to the input that a task names.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum InputMatch {
	/// They are the input.
	Same,
	/// They are the block that the task names, which contradicts the size that it says. Everybody is shown the same
	/// contradiction, so this is an outcome.
	OtherSize,
	/// They are something else, which only shows that the wrong bytes were brought.
	Other,
	/// The task names its input as an item of a list, which has to be replaced by the item first.
	List,
}

impl Input {
	/// Compares bytes with what is named.
	pub fn compare(&self, given: Option<&[u8]>) -> InputMatch {
		match (self, given) {
			(Self::None, None) => InputMatch::Same,
			(Self::Blob(content), Some(bytes)) => match content.compare(bytes) {
				ContentMatch::Same => InputMatch::Same,
				ContentMatch::OtherSize => InputMatch::OtherSize,
				ContentMatch::Other => InputMatch::Other,
			},
			(Self::List(_), _) => InputMatch::List,
			_ => InputMatch::Other,
		}
	}
}

impl TaskSpec {
	/// What it needs.
	pub fn demand(&self) -> Demand {
		let input_bytes = match self.input {
			Input::Blob(content) => content.size,
			Input::None | Input::List(_) => 0,
		};
		let Limits { gas, memory_pages, output_bytes } = self.limits;
		Demand { gas, memory_pages, module_bytes: self.module.size, input_bytes, output_bytes }
	}

	/// Hash of the specification; see [`Self::hash_of`].
	pub fn hash(&self) -> Hash {
		tagged_hash(b"assay/task/1", self)
	}

	/// Hash that seals and digests of one task of a deal are bound to. Where each task has an input of
	/// its own, the task's position is part of it.
	pub fn hash_of(&self, index: u32) -> Hash {
		match self.input {
			Input::List(_) => tagged_hash(b"assay/task-of-list/1", &(self, index)),
			Input::None | Input::Blob(_) => self.hash(),
		}
	}

	/// What is run for a task whose input is this leaf of the list.
	pub fn with_input(&self, input: ContentRef) -> Self {
		Self { input: Input::Blob(input), ..self.clone() }
	}

	/// Bytes of all arguments and environment entries.
	pub fn args_bytes(&self) -> usize {
		self.args.iter().chain(self.env.iter()).map(|arg| arg.len()).sum()
	}

	/// Builds bounded arguments; `None` where one is too long or there are too many.
	pub fn bounded_args<I, A>(args: I) -> Option<Args>
	where
		I: IntoIterator<Item = A>,
		A: Into<Vec<u8>>,
	{
		let args: Option<Vec<Arg>> =
			args.into_iter().map(|arg| Arg::try_from(arg.into()).ok()).collect();
		Args::try_from(args?).ok()
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::profile::Profile;

	fn spec(input: Input) -> TaskSpec {
		TaskSpec {
			module: ContentRef::of(b"module"),
			profile: Profile::BASE.id(),
			args: Default::default(),
			env: Default::default(),
			input,
			seed: Hash::zero(),
			limits: Limits { gas: 1, memory_pages: 1, output_bytes: 1 },
		}
	}

	fn inputs() -> Vec<ContentRef> {
		(0..5u8).map(|at| ContentRef::of(&[at])).collect()
	}

	#[test]
	fn list_should_give_each_task_its_leaf() {
		let inputs = inputs();
		let (list, bytes) = InputList::of(&inputs);
		for (index, input) in inputs.iter().enumerate() {
			assert_eq!(list.input(&bytes, index as u32), Ok(*input));
		}
		assert_eq!(list.input(&bytes, 5), Err(BadList::OutOfRange));
	}

	#[test]
	fn list_should_be_refused_when_its_bytes_are_not_what_was_committed_to() {
		let (list, bytes) = InputList::of(&inputs());
		assert_eq!(list.input(&bytes[..bytes.len() - 1], 0), Err(BadList::Undecodable));
		assert_eq!(list.input(&[bytes.clone(), vec![0]].concat(), 0), Err(BadList::Undecodable));
		assert_eq!(list.input(&[0xff; 64], 0), Err(BadList::Undecodable));
		let (_, others) = InputList::of(&inputs()[1..]);
		assert_eq!(list.input(&others, 0), Err(BadList::RootMismatch));
	}

	/// Whoever brings a list chooses how long it is.
	#[test]
	fn weight_of_a_list_should_cover_each_item_and_no_more_than_a_deal_can_have() {
		let longest = MAX_TASKS as usize;
		for items in [0, 1, 2, 63, 64, longest] {
			let bytes = vec![ContentRef::of(b"item"); items].encode();
			assert!(
				InputList::weight_of(bytes.len()).all_gte(ITEM_WEIGHT * items as u64),
				"{items}"
			);
		}
		let beyond = InputList::weight_of(50 * longest * ContentRef::max_encoded_len());
		assert_eq!(beyond, ITEM_WEIGHT * longest as u64);
	}

	#[test]
	fn hash_should_bind_the_position_when_inputs_differ_and_only_then() {
		let (list, _) = InputList::of(&inputs());
		let of_list = spec(Input::List(list));
		assert_ne!(of_list.hash_of(0), of_list.hash_of(1));
		let alone = spec(Input::None);
		assert_eq!(alone.hash_of(0), alone.hash());
		assert_eq!(alone.hash_of(1), alone.hash());
	}
}
