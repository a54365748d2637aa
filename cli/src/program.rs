//! What a program is given, from the command line to the task: the same for a job and for a run on this
//! machine, so that one predicts the other.

use crate::{args::ProgramArgs, failure::Failure};
use assay_client::job::JobOptions;
use assay_primitives::{
	profile::Profile,
	task::{Limits, TaskSpec},
};
use assay_runner::{ModuleInfo, Short};

/// Pages of linear memory in a MiB.
pub const PAGES_PER_MIB: u32 = 16;

/// Takes arguments, environment, limits and seed over; without a seed it stays what it is.
pub fn describe(args: &ProgramArgs, options: &mut JobOptions) -> Result<(), Failure> {
	options.args = args.args.clone();
	options.name = args.program_name.clone();
	options.env = args.env.iter().map(|text| variable(text)).collect::<Result<_, _>>()?;
	options.limits = Limits {
		gas: args.gas,
		memory_pages: args.memory.saturating_mul(PAGES_PER_MIB),
		output_bytes: args.output_limit,
	};
	options.seed = args.seed.unwrap_or(options.seed);
	Ok(())
}

/// Why a task can't begin, and what would let it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TooLittle {
	/// What it has too little of, as a part of a sentence about the program.
	pub why: String,
	/// What to do.
	pub todo: String,
}

impl TooLittle {
	/// Of a task that allows less than its program begins with.
	pub fn of(
		profile: &Profile,
		info: &ModuleInfo,
		task: &TaskSpec,
		input: Option<&[u8]>,
	) -> Option<Self> {
		let short = Short::of(profile, info, task, input)?;
		Some(match short {
			Short::Memory { needed, allowed } => {
				let (starts, most) = (memory_text(needed.into()), memory_text(allowed.into()));
				let why = format!("it starts with {starts} of memory, and the task allows {most}");
				Self { why, todo: more_memory(needed) }
			},
			Short::Gas { needed, allowed } => Self {
				why: format!(
					"it uses {needed} gas before its first operator, and the task allows {allowed}"
				),
				todo: format!("allow it more than {needed} gas with --gas"),
			},
		})
	}
}

/// What to do where a program starts with so many pages, which the task does not allow.
pub fn more_memory(needed: u32) -> String {
	format!("allow it {} MiB with --memory, or start with less", needed.div_ceil(PAGES_PER_MIB))
}

fn variable(text: &str) -> Result<(String, String), Failure> {
	let (name, value) = text
		.split_once('=')
		.ok_or_else(|| Failure::usage(format!("{text:?} is not NAME=VALUE")))?;
	Ok((name.into(), value.into()))
}

/// Gas as it is written on the command line, exactly.
pub fn gas_text(gas: u64) -> String {
	let units = [(1_000_000_000, "G"), (1_000_000, "M"), (1_000, "k")];
	let unit = units.into_iter().find(|(unit, _)| gas > 0 && gas.is_multiple_of(*unit));
	unit.map_or_else(|| gas.to_string(), |(unit, name)| format!("{}{name}", gas / unit))
}

/// Pages in MiB, to the sixteenth that a page is.
pub fn memory_text(pages: u64) -> String {
	format!("{} MiB ({pages} pages)", pages as f64 / f64::from(PAGES_PER_MIB))
}

/// What was asked for, or all that are known.
pub fn profiles(asked: Option<&Profile>) -> Vec<Profile> {
	asked.map_or_else(|| Profile::ALL.to_vec(), |profile| vec![profile.clone()])
}
