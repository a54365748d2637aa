use assay_primitives::profile::Profile;
use clap::{Args, Subcommand};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Subcommand)]
pub enum JobCommand {
	/// Publish a program and its input, and have them run
	Run(Box<RunArgs>),
	/// Fetch what a job wrote, verified against the chain
	Get(GetArgs),
	/// Run a job again on this machine and compare with what the chain says
	Verify(IdArgs),
	/// List jobs of an account
	List(ListArgs),
	/// Show a job: its terms, who was drawn, what they answered, who was paid
	#[command(visible_alias = "show")]
	Describe(IdArgs),
	/// Wait until a job has ended
	Wait(WaitArgs),
	/// Show which offers serve a program, and why the others don't; nothing is spent
	Quote(Box<RunArgs>),
	/// Apply whatever deadline of a job is due
	Poke(IdArgs),
}

#[derive(Args, Clone, Debug)]
pub struct RunArgs {
	/// The program, a WASI preview 1 command
	pub module: PathBuf,
	/// Input: standard input of the program, and its file /in/input
	#[arg(long, short = 'i')]
	pub input: Option<PathBuf>,
	#[command(flatten)]
	pub program: ProgramArgs,
	/// How many providers run it
	#[arg(long, short = 'n', default_value_t = 3)]
	pub replicas: u8,
	/// How many must agree; more than half of the replicas if left out
	#[arg(long, short = 'k')]
	pub required: Option<u8>,
	/// Most that each replica may cost at the gas limit, in tokens, for example 1.5 or 200m
	#[arg(long, value_name = "TOKENS", default_value = "1")]
	pub max_price: String,
	/// Rules of execution: 1, 2 for programs with 128-bit SIMD, or the id of either
	#[arg(long, default_value = "1", value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Profile,
	/// Blocks in which a provider has to finish
	#[arg(long, default_value_t = 20)]
	pub run_blocks: u32,
	/// URL where providers may find module and input; then they are not published on the chain
	#[arg(long = "hint", value_name = "URL")]
	pub hints: Vec<String>,
	/// Only these offers; the cheapest that serve the job if left out
	#[arg(long = "offer", value_name = "ID")]
	pub offers: Vec<u64>,
	/// Submit even a program that every provider will refuse; costs the attempt
	#[arg(long)]
	pub allow_invalid: bool,
	/// Wait until the job has ended; exits with 6 if the program failed
	#[arg(long, short = 'w')]
	pub wait: bool,
	/// Fetch the outputs into this directory when it has ended
	#[arg(long, requires = "wait", value_name = "DIR")]
	pub output_dir: Option<PathBuf>,
	/// Longest time to wait
	#[arg(long, default_value = "600s", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

/// What a program is given and what it may use up, wherever it runs.
#[derive(Args, Clone, Debug)]
pub struct ProgramArgs {
	/// Argument of the program; repeat it for more
	#[arg(long = "arg", short = 'a', value_name = "ARG", allow_hyphen_values = true)]
	pub args: Vec<String>,
	/// Variable of the program's environment; repeat it for more
	#[arg(long = "env", short = 'e', value_name = "NAME=VALUE")]
	pub env: Vec<String>,
	/// Most gas that the program may use; 100M, 5G and the like
	#[arg(long, default_value = "10G", value_parser = gas)]
	pub gas: u64,
	/// Most memory that the program may use, in MiB
	#[arg(long, default_value_t = 256)]
	pub memory: u32,
	/// Most that the program may write, in MiB
	#[arg(long, default_value_t = 64)]
	pub output_limit: u64,
	/// Seed of the program's randomness, 32 bytes in hex; drawn for a job and zeros on this machine
	/// if left out
	#[arg(long)]
	pub seed: Option<assay_primitives::Hash>,
}

#[derive(Args, Clone, Debug)]
pub struct IdArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
}

#[derive(Args, Clone, Debug)]
pub struct GetArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// Directory for the outputs; it must not exist or be empty
	#[arg(long, short = 'd', value_name = "DIR")]
	pub output_dir: Option<PathBuf>,
}

#[derive(Args, Clone, Debug)]
pub struct WaitArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// Longest time to wait
	#[arg(long, default_value = "600s", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

#[derive(Args, Clone, Debug)]
pub struct ListArgs {
	/// Whose jobs; the signing account's if left out
	#[arg(long, value_name = "ADDRESS")]
	pub account: Option<String>,
	/// At most this many, newest first
	#[arg(long, default_value_t = 20)]
	pub limit: u32,
}

/// `5`, `100k`, `100M`, `5G` units of gas.
pub fn gas(text: &str) -> Result<u64, String> {
	let (digits, factor) = match text.char_indices().last() {
		Some((at, 'k')) => (&text[..at], 1_000),
		Some((at, 'M')) => (&text[..at], 1_000_000),
		Some((at, 'G')) => (&text[..at], 1_000_000_000),
		_ => (text, 1u64),
	};
	let number: u64 = digits.parse().map_err(|_| format!("not an amount of gas: {text}"))?;
	number.checked_mul(factor).ok_or_else(|| format!("too much gas: {text}"))
}

/// `1`, `2`, or the id of a profile in hex.
pub fn profile(text: &str) -> Result<Profile, String> {
	let numbered = text.parse().ok().and_then(Profile::by_number);
	let known = || text.parse().ok().and_then(|id| Profile::by_id(&id));
	numbered.or_else(known).ok_or_else(|| format!("not a profile that this build knows: {text}"))
}

/// `90`, `90s`, `5m`, `1h`.
pub fn duration(text: &str) -> Result<Duration, String> {
	let (digits, factor) = match text.char_indices().last() {
		Some((at, 's')) => (&text[..at], 1),
		Some((at, 'm')) => (&text[..at], 60),
		Some((at, 'h')) => (&text[..at], 3_600),
		_ => (text, 1u64),
	};
	let number: u64 = digits.parse().map_err(|_| format!("not a time: {text}"))?;
	number.checked_mul(factor).map(Duration::from_secs).ok_or_else(|| format!("too long: {text}"))
}

/// `DEAL` or `DEAL/INDEX`.
pub fn task_id(text: &str) -> Result<assay_primitives::task::TaskId, String> {
	let (deal, index) = text.split_once('/').unwrap_or((text, "0"));
	let wrong = |_| format!("not the number of a job: {text}");
	Ok(assay_primitives::task::TaskId {
		deal: deal.parse().map_err(wrong)?,
		index: index.parse().map_err(wrong)?,
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn gas_should_accept_units_and_refuse_overflow() {
		assert_eq!(gas("5"), Ok(5));
		assert_eq!(gas("3k"), Ok(3_000));
		assert_eq!(gas("2G"), Ok(2_000_000_000));
		assert!(gas("G").is_err());
		assert!(gas("-1").is_err());
		assert!(gas("99999999999G").is_err());
	}

	#[test]
	fn profile_should_accept_numbers_and_ids_of_known_ones() {
		assert_eq!(profile("1"), Ok(Profile::BASE));
		assert_eq!(profile("2"), Ok(Profile::SIMD));
		assert_eq!(profile(&format!("{:?}", Profile::SIMD.id())), Ok(Profile::SIMD));
		for unknown in ["0", "3", "-1", "", "simd", &"0".repeat(64)] {
			assert!(profile(unknown).is_err(), "{unknown}");
		}
	}

	#[test]
	fn task_should_accept_deal_and_index() {
		assert_eq!(task_id("7").map(|id| (id.deal, id.index)), Ok((7, 0)));
		assert_eq!(task_id("7/3").map(|id| (id.deal, id.index)), Ok((7, 3)));
		assert!(task_id("7/").is_err());
		assert!(task_id("x").is_err());
	}

	#[test]
	fn duration_should_accept_units() {
		assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
		assert!(duration("ä").is_err());
	}
}
