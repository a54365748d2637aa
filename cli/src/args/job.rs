use assay_primitives::profile::Profile;
use clap::{Args, Subcommand};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Subcommand)]
pub enum JobCommand {
	/// Publish a program and its input, and have them run
	Run(Box<RunArgs>),
	/// Fetch what a job wrote, verified against the chain
	#[command(visible_alias = "result")]
	Get(GetArgs),
	/// Run a job again on this machine and compare with what the chain says
	Verify(IdArgs),
	/// Run a job again on this machine; with --by-committee, have mediators do so and judge
	#[command(after_help = CHECK_HELP)]
	Check(DoubtArgs),
	/// Say, with a bond, that a result is false; anyone may
	#[command(after_help = CHALLENGE_HELP)]
	Challenge(ChallengeArgs),
	/// Accept a result, so that the providers are paid within a few blocks. You give up the right to
	/// have it checked, and nobody can challenge it any more
	Accept(IdArgs),
	/// List jobs of an account
	List(ListArgs),
	/// Show a job: its terms, who was drawn, what they answered, who doubted it, who was paid
	#[command(visible_alias = "show")]
	Describe(DescribeArgs),
	/// Wait until a job has a result
	Wait(WaitArgs),
	/// Show which offers serve a program, and why the others don't; nothing is spent
	Quote(Box<RunArgs>),
	/// Apply whatever deadline of a job is due
	Poke(IdArgs),
	/// Hand the key of a private input to whoever is drawn, for as long as anybody may be
	ServeKey(ServeKeyArgs),
	/// Hand the key of a private input to those who are drawn now, or to others
	ShareKey(ShareKeyArgs),
}

const CHECK_HELP: &str = "\
A result that providers agree on can be questioned until the block that `assay job describe` names. This
command first runs the job on this machine and compares, which costs nothing.

With --by-committee three mediators, drawn by the chain, run it as well. You pay their wages beforehand:
three times what one replica may cost at most. If they find the result false you get them back out of
the liars' stakes, and pay for the true result only. If they find it true the wages are spent, and
nothing else happens to you. Only the client of a job can check it; others can challenge.";

const CHALLENGE_HELP: &str = "\
You pay the wages of three mediators beforehand, and put up one wage more as a bond. If the result is
false you get both back, and half of what is left of the liars' stakes when everybody has been made good.
If it is true you lose both. The command runs the job on this machine first, and does not challenge what
it computes itself.

`assay case show` tells how it goes on.";

#[derive(Args, Clone, Debug)]
pub struct DoubtArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// Have a committee of mediators judge, at your cost as long as the result is not false
	#[arg(long)]
	pub by_committee: bool,
	/// Don't run the job on this machine first
	#[arg(long, requires = "by_committee")]
	pub no_run: bool,
	/// Pay without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}

#[derive(Args, Clone, Debug)]
pub struct ChallengeArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// Challenge without running the job on this machine first
	#[arg(long)]
	pub no_run: bool,
	/// Pay without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}

#[derive(Args, Clone, Debug)]
pub struct DescribeArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Also read the events of all its blocks, and tell what happened when and whose money moved
	#[arg(long)]
	pub timeline: bool,
}

#[derive(Args, Clone, Debug)]
pub struct RunArgs {
	/// The program, a WASI preview 1 command
	pub module: PathBuf,
	/// Input: standard input of the program, and its file /in/input
	#[arg(long, short = 'i')]
	pub input: Option<PathBuf>,
	/// Inputs of a bag of tasks, one for each: files, folders whose files are taken by name, or lists
	/// of files (NAME.list, a path on each line)
	#[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "input")]
	pub inputs: Vec<PathBuf>,
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
	/// Lower the limits to what the chain's own court can run, so that one honest account is enough to
	/// overturn a lie
	#[arg(long)]
	pub for_court: bool,
	/// Encrypt the input; only who is drawn to run the job gets its key, from this command, which
	/// goes on until all have it
	#[arg(long, requires = "input")]
	pub private: bool,
	/// Only these offers; the cheapest that serve the job if left out
	#[arg(long = "offer", value_name = "ID")]
	pub offers: Vec<u64>,
	/// Submit even a program that every provider will refuse; costs the attempt
	#[arg(long)]
	pub allow_invalid: bool,
	/// Wait until there is a result; exits with 6 if the program failed
	#[arg(long, short = 'w')]
	pub wait: bool,
	/// Accept the result at once, and wait until the providers are paid. You give up the right to have
	/// it checked. Where the providers don't all agree nobody can accept, and the wait is longer
	#[arg(long, requires = "wait")]
	pub accept: bool,
	/// Wait until nobody can question the result any more and the providers are paid
	#[arg(long, requires = "wait")]
	pub settled: bool,
	/// Fetch the outputs into this directory as soon as there is a result
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
	/// Most that the program may write, in MiB; 64k and the like for less
	#[arg(long, default_value = "64", value_parser = mib, value_name = "MIB")]
	pub output_limit: u64,
	/// Seed of the program's randomness, 32 bytes in hex; drawn for a job and zeros on this machine
	/// if left out
	#[arg(long)]
	pub seed: Option<assay_primitives::Hash>,
}

#[derive(Args, Clone, Debug)]
pub struct IdArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
}

#[derive(Args, Clone, Debug)]
pub struct GetArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Directory for the outputs; it must not exist or be empty. Of a bag it gets a folder for each
	/// task, and may have some from an attempt before
	#[arg(long, short = 'd', value_name = "DIR")]
	pub output_dir: Option<PathBuf>,
	/// All tasks of a bag, which are fetched anyway where no index is given
	#[arg(long)]
	pub all: bool,
}

#[derive(Args, Clone, Debug)]
pub struct WaitArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Accept the result at once, and wait until the providers are paid. You give up the right to have
	/// it checked. Where the providers don't all agree nobody can accept, and the wait is longer
	#[arg(long)]
	pub accept: bool,
	/// Wait until nobody can question the result any more and the providers are paid
	#[arg(long)]
	pub settled: bool,
	/// Longest time to wait
	#[arg(long, default_value = "600s", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

#[derive(Args, Clone, Debug)]
pub struct ServeKeyArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// Stay until the job has ended, for judges if its result is questioned
	#[arg(long)]
	pub to_the_end: bool,
	/// Longest time
	#[arg(long, default_value = "1h", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

#[derive(Args, Clone, Debug)]
pub struct ShareKeyArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: assay_primitives::task::TaskId,
	/// To whom, a registered provider; everybody who is drawn if left out; repeat it for more
	#[arg(long, value_name = "ADDRESS")]
	pub to: Vec<String>,
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

/// `64` MiB, or `64k`, in bytes.
pub fn mib(text: &str) -> Result<u64, String> {
	let (digits, factor) = match text.strip_suffix('k') {
		Some(digits) => (digits, 1u64 << 10),
		None => (text.strip_suffix('M').unwrap_or(text), 1 << 20),
	};
	let number: u64 = digits.parse().map_err(|_| format!("not a size: {text}"))?;
	number.checked_mul(factor).ok_or_else(|| format!("too large: {text}"))
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

/// A job as people name it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct JobId {
	/// The task; of a whole bag the first.
	pub task: assay_primitives::task::TaskId,
	/// Whether no index was given.
	pub whole: bool,
}

/// `DEAL` or `DEAL/INDEX`.
pub fn job_id(text: &str) -> Result<JobId, String> {
	Ok(JobId { task: task_id(text)?, whole: !text.contains('/') })
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
	fn size_should_be_in_mebibytes_unless_it_says_otherwise() {
		assert_eq!(mib("64"), Ok(64 << 20));
		assert_eq!(mib("64M"), Ok(64 << 20));
		assert_eq!(mib("64k"), Ok(64 << 10));
		assert!(mib("k").is_err() && mib("-1").is_err() && mib("64kk").is_err());
		assert!(mib("99999999999999").is_err());
	}

	#[test]
	fn task_should_accept_deal_and_index() {
		assert_eq!(task_id("7").map(|id| (id.deal, id.index)), Ok((7, 0)));
		assert_eq!(task_id("7/3").map(|id| (id.deal, id.index)), Ok((7, 3)));
		assert!(task_id("7/").is_err());
		assert!(task_id("x").is_err());
		assert_eq!(job_id("7").map(|id| (id.task.index, id.whole)), Ok((0, true)));
		assert_eq!(job_id("7/0").map(|id| (id.task.index, id.whole)), Ok((0, false)));
	}

	#[test]
	fn duration_should_accept_units() {
		assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
		assert!(duration("ä").is_err());
	}
}
