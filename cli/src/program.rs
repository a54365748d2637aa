//! What a program is given, from the command line to the task: the same for a job and for a run on this
//! machine, so that one predicts the other.

use crate::{args::ProgramArgs, failure::Failure};
use assay_client::job::JobOptions;
use assay_primitives::{profile::Profile, task::Limits};

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
