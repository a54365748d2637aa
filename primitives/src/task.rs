//! What is to be run.

use crate::{
	Hash, content::ContentRef, hashing::tagged_hash, merkle::ListRoot, profile::ProfileId,
};
use alloc::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use polkadot_sdk::sp_core::{ConstU32, bounded::BoundedVec};
use scale_info::TypeInfo;

/// Number of a deal.
pub type DealId = u64;

/// A task of a deal.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	Hash,
	MaxEncodedLen,
	Ord,
	PartialEq,
	PartialOrd,
	TypeInfo,
)]
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
/// Arguments after the program's name, or the environment.
pub type Args = BoundedVec<Arg, ConstU32<MAX_ARGS>>;

/// Input of a deal's tasks.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub enum Input {
	/// Nothing: standard input is empty.
	#[codec(index = 0)]
	None,
	/// One blob, given as standard input and as the file `/in/input`.
	#[codec(index = 1)]
	Blob(ContentRef),
	/// Task `i` of the deal gets leaf `i` of a list of [`ContentRef`]s.
	#[codec(index = 2)]
	List(ListRoot),
}

/// What a run may use up.
#[derive(
	Clone,
	Copy,
	Debug,
	Decode,
	DecodeWithMemTracking,
	Encode,
	Eq,
	MaxEncodedLen,
	PartialEq,
	TypeInfo,
)]
pub struct Limits {
	/// Gas, in units of the profile's cost table.
	pub gas: u64,
	/// Pages of linear memory, 64 KiB each.
	pub memory_pages: u32,
	/// Bytes of files under `/out`, standard output and standard error together.
	pub output_bytes: u64,
}

/// One execution to be done. Equal specifications give equal outcomes, wherever they run.
#[derive(
	Clone, Debug, Decode, DecodeWithMemTracking, Encode, Eq, MaxEncodedLen, PartialEq, TypeInfo,
)]
pub struct TaskSpec {
	/// The program, a WASI preview 1 command.
	pub module: ContentRef,
	/// The rules of its execution.
	pub profile: ProfileId,
	/// Arguments after the program's name, which is always `job`.
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
	/// They have its hash, but another size than the task says. Everybody is shown the same
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
			(Self::Blob(content), Some(bytes)) => {
				let found = ContentRef::of(bytes);
				match found.hash == content.hash {
					true if found.size == content.size => InputMatch::Same,
					true => InputMatch::OtherSize,
					false => InputMatch::Other,
				}
			},
			(Self::List(_), _) => InputMatch::List,
			_ => InputMatch::Other,
		}
	}
}

impl TaskSpec {
	/// Hash that seals and digests are bound to.
	pub fn hash(&self) -> Hash {
		tagged_hash(b"assay/task/1", self)
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
