//! What is run, and what comes of it.

use crate::Trace;
use assay_metering::Refusal;
use assay_primitives::{
	outcome::{Class, Manifest, Outcome},
	task::TaskSpec,
};
use std::{path::PathBuf, time::Duration};

/// Where the bytes of a module are.
#[derive(Clone, Debug)]
pub enum ModuleSource {
	/// In a file.
	Path(PathBuf),
	/// In memory.
	Bytes(Vec<u8>),
}

/// One execution. Content is compared with what the specification names before it is used.
#[derive(Clone, Debug)]
pub struct Job {
	/// The module that `spec.module` names.
	pub module: ModuleSource,
	/// What is to be run.
	pub spec: TaskSpec,
	/// The content that `spec.input` names; `None` where it names none.
	pub input: Option<Vec<u8>>,
}

/// What a run gave.
#[derive(Clone, Debug)]
pub struct Finished {
	/// What goes to the chain.
	pub outcome: Outcome,
	/// The outputs. Their blocks are files in the output directory, each named by the hexadecimal
	/// hash of its bytes: see [`crate::output_block`] and [`crate::read_output`].
	pub manifest: Manifest,
	/// Why the module is outside the profile, where that is the outcome.
	pub refusal: Option<Refusal>,
	/// Why and where it ended early, where the runner's settings ask for it. Not part of the outcome.
	pub trace: Option<Trace>,
	/// What it took.
	pub stats: Stats,
}

impl Finished {
	/// Where nothing ran, for what the class says.
	pub fn without_run(class: Class) -> Self {
		Self {
			outcome: Outcome::of_no_run(class),
			manifest: Manifest::default(),
			refusal: None,
			trace: None,
			stats: Stats::default(),
		}
	}
}

/// What a run took. Differs from run to run and from machine to machine.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stats {
	/// From the call to its return.
	pub wall: Duration,
	/// Of that, checking and compiling the module.
	pub prepare: Duration,
	/// Of that, the job's process.
	pub execute: Duration,
	/// Most resident memory of the job's process, in bytes.
	pub peak_memory: u64,
	/// Pages of linear memory at the end, of 64 KiB. It never shrinks, so this is the most that
	/// there were.
	pub memory_pages: u32,
	/// Whether the compiled module was there already.
	pub cached: bool,
	/// What making it took; nothing where it was there.
	pub compiling: Usage,
}

/// What a worker process used.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Usage {
	/// Processor time.
	pub cpu: Duration,
	/// Most resident memory, in bytes.
	pub memory: u64,
}

/// What preparing a module gave.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Prepared {
	/// It is compiled and kept.
	Ready {
		/// Whether it was there already.
		cached: bool,
	},
	/// It is outside the profile; the outcome of running it is known without running it.
	Refused(Refusal),
}
