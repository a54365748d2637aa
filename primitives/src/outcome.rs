//! What a run gives. Failures are outcomes too: they are reproducible, so they can win a consensus.

use crate::{
	Hash, apply, content::ContentRef, hashing::tagged_hash, merkle::ListRoot, task::TaskSpec,
};
use alloc::vec::Vec;

/// Hash of a task and its outcome; equal runs give equal digests.
pub type Digest = Hash;

/// How a run ended.
#[apply(stored)]
#[derive(Copy)]
pub enum Class {
	/// Returned from `_start` (code 0) or called `proc_exit`.
	#[codec(index = 0)]
	Exited(u32),
	/// Hit a trap of the language: unreachable, out of bounds, division by zero and so on.
	#[codec(index = 1)]
	Trapped,
	/// Used up its gas.
	#[codec(index = 2)]
	OutOfGas,
	/// Exceeded the profile's stack height.
	#[codec(index = 3)]
	StackExhausted,
	/// Wrote more than it may.
	#[codec(index = 4)]
	OutputLimit,
	/// The module is outside the profile.
	#[codec(index = 5)]
	ModuleInvalid,
	/// The input has not the shape that the task names.
	#[codec(index = 6)]
	InputMismatch,
}

impl Class {
	/// Whether the program ended by itself with code 0.
	pub fn is_success(&self) -> bool {
		matches!(self, Self::Exited(0))
	}

	/// Whether the fault lies with what the client named, not with how the program ran.
	pub fn is_refund(&self) -> bool {
		matches!(self, Self::ModuleInvalid | Self::InputMismatch)
	}

	/// Whether the program was stopped. Profiles of later versions commit to the state that it was in.
	pub fn is_stop(&self) -> bool {
		matches!(self, Self::Trapped | Self::OutOfGas | Self::StackExhausted | Self::OutputLimit)
	}
}

/// What a run gives.
#[apply(stored)]
#[derive(Copy)]
pub struct Outcome {
	/// How it ended.
	pub class: Class,
	/// Gas used, at most the task's limit.
	pub gas_used: u64,
	/// Commitment to the sorted list of [`OutputEntry`]s.
	pub output: ListRoot,
	/// Bytes of all entries together.
	pub output_bytes: u64,
}

impl Outcome {
	/// Outcome of a run that left these outputs.
	pub fn new(class: Class, gas_used: u64, manifest: &Manifest) -> Self {
		Self { class, gas_used, output: manifest.root(), output_bytes: manifest.bytes() }
	}

	/// Outcome where no program ran: no gas, and no outputs.
	pub fn of_no_run(class: Class) -> Self {
		Self::new(class, 0, &Manifest::default())
	}

	/// Digest of this outcome of `task` (its [`TaskSpec::hash`]).
	pub fn digest(&self, task: &Hash) -> Digest {
		tagged_hash(b"assay/outcome/1", &(task, self))
	}

	/// Whether it could be an outcome of `spec` at all.
	pub fn fits(&self, spec: &TaskSpec) -> bool {
		let refund = !self.class.is_refund() || self.gas_used == 0;
		refund && self.gas_used <= spec.limits.gas && self.output_bytes <= spec.limits.output_bytes
	}
}

/// Kind of an output.
#[apply(stored)]
#[derive(Copy, Ord, PartialOrd)]
pub enum OutputKind {
	/// What the program wrote to standard output.
	#[codec(index = 0)]
	Stdout,
	/// What the program wrote to standard error.
	#[codec(index = 1)]
	Stderr,
	/// A regular file under `/out`.
	#[codec(index = 2)]
	File,
	/// A directory under `/out`.
	#[codec(index = 3)]
	Directory,
	/// A symbolic link under `/out`; its content is the target.
	#[codec(index = 4)]
	Symlink,
	/// The [`EndState`](crate::end::EndState) of a program that was stopped, encoded.
	#[codec(index = 5)]
	End,
}

/// One output of a run.
///
/// The manifest of a run lists its standard output, its standard error, the state in which it was stopped
/// if it was and the profile says so, and everything under `/out` sorted by the bytes of the path. Empty
/// standard streams are listed too.
#[apply(shown)]
pub struct OutputEntry {
	/// What it is.
	pub kind: OutputKind,
	/// Path relative to `/out`, without a leading slash; empty for what is not there.
	pub path: Vec<u8>,
	/// Its bytes; of size 0 for directories.
	pub content: ContentRef,
}

/// All outputs of a run in their order; what an [`Outcome`] commits to.
#[apply(shown)]
#[derive(Default)]
pub struct Manifest(pub Vec<OutputEntry>);

impl Manifest {
	/// Commitment to the entries.
	pub fn root(&self) -> ListRoot {
		ListRoot::of(&self.0)
	}

	/// Bytes of all entries that the program has written.
	pub fn bytes(&self) -> u64 {
		let written = self.0.iter().filter(|entry| entry.kind != OutputKind::End);
		written.map(|entry| entry.content.size).sum()
	}
}
