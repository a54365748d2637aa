use super::PolicyArgs;
use assay_primitives::{order::AssetId, profile::Profile, task::TaskId};
use clap::{Args, Subcommand};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Subcommand)]
pub enum JobCommand {
	/// Publish a program and its input, and have them run
	#[command(visible_alias = "submit", after_help = RUN_HELP)]
	Run(Box<RunArgs>),
	/// Fetch what a job wrote, verified against the chain
	#[command(visible_alias = "result")]
	Get(GetArgs),
	/// Run a job again on this machine and compare with what the chain says; nothing is spent
	#[command(after_help = VERIFY_HELP)]
	Verify(IdArgs),
	/// Have mediators run a job again and judge, at your cost as long as the result is not false
	#[command(after_help = REVIEW_HELP)]
	Review(QuestionArgs),
	/// What `verify` was called too, and with --by-committee `review`
	#[command(hide = true)]
	Check(JobCheckArgs),
	/// Say, with a bond, that a result is false; anyone may
	#[command(after_help = CHALLENGE_HELP)]
	Challenge(QuestionArgs),
	/// Accept a result, so that the providers are paid within a few blocks. You give up the right to
	/// have it reviewed, and nobody can challenge it any more
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
	/// Show content that providers say can't be had, so that the job goes on; anyone may
	#[command(after_help = REFUTE_HELP)]
	Refute(RefuteArgs),
	/// Send the call that a client wants made at the end of a job, and earn its reward; or set one
	#[command(after_help = CALLBACK_HELP)]
	Callback(CallbackCommandArgs),
	/// Hand the key of a private input to whoever is drawn, for as long as anybody may be
	ServeKey(ServeKeyArgs),
	/// Hand the key of a private input to those who are drawn now, or to others
	ShareKey(ShareKeyArgs),
}

const RUN_HELP: &str = "\
Without --wait the command ends when the deal is open; `assay job wait` goes on from there.

A registered app needs no file: `--app 3` takes its program, and `--dataset 4` the data as the \
input. What they cost has to be allowed with --max-app-price and --max-dataset-price.

What you offer at --hint, and not on the chain, has to be there while the job runs. If providers say \
that it is not, this command and `assay job wait` show it to the chain by themselves, from the copy \
that they keep.";

const REFUTE_HELP: &str = "\
Where two thirds of those drawn say that they can't get the program or the input, the job stops, and \
fails after 40 blocks, unless somebody shows that it can be had. The chain draws one block of each \
of them; this command waits for the draw, and sends these blocks with what proves their place. What \
is published on the chain needs no proof: `assay content put` is another way.

It takes the content from its files, from the copy that `assay job run` has kept, from --gateway, or \
from wherever the request says. Nobody loses a stake by it; but those who declined are paid nothing, \
and the job goes on with others. A private input is never shown, for that would publish it.";

const CALLBACK_HELP: &str = "\
A callback is a call that the chain makes in the client's name when a task has ended, whatever came \
of it. It gets 50 bytes about the task as its last argument: deal, index, digest, whether it was \
settled, class and exit code. Anybody may send it once the task has ended; who does pays the \
transaction, and is paid the reward that the client has set aside. That the call fails changes \
nothing about the job.

  assay job run app.wasm --callback remark        set it at once
  assay job callback 7 --set remark               set it later, before any task has ended
  assay job callback 7 --show                     look at it
  assay job callback 7                            send it";

const VERIFY_HELP: &str = "\
A result that providers agree on can be questioned until the block that `assay job describe` names. \
Where it is not what this machine computes, the command says how: `assay job review` as the client, \
and `assay job challenge` as anybody.";

const REVIEW_HELP: &str = "\
A result that providers agree on can be questioned until the block that `assay job describe` names. \
This command first runs the job on this machine and compares, which costs nothing.

Then three mediators, drawn by the chain, run it as well. You pay their wages beforehand: three \
times what one replica may cost at most. If they find the result false you get them back out of the \
liars' stakes, and pay for the true result only. If they find it true the wages are spent, and \
nothing else happens to you. Only the client of a job can have it reviewed; others can challenge.";

const CHALLENGE_HELP: &str = "\
You pay the wages of three mediators beforehand, and put up one wage more as a bond. If the result \
is false you get both back, and half of what is left of the liars' stakes when everybody has been \
made good. If it is true you lose both. The command runs the job on this machine first, and does not \
challenge what it computes itself.

`assay case show` tells how it goes on.";

/// Of `review` and of `challenge`.
#[derive(Args, Clone, Debug)]
pub struct QuestionArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: TaskId,
	/// Don't run the job on this machine first
	#[arg(long)]
	pub no_run: bool,
	/// Pay without asking
	#[arg(long, short = 'y')]
	pub yes: bool,
}

#[derive(Args, Clone, Debug)]
pub struct JobCheckArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: TaskId,
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
pub struct DescribeArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Also read the events of all its blocks, and tell what happened when and whose money moved
	#[arg(long)]
	pub timeline: bool,
}

#[derive(Args, Clone, Debug)]
pub struct RefuteArgs {
	/// Number of the job
	#[arg(value_parser = task_id)]
	pub id: TaskId,
	/// File with the program, the input, or the list of inputs; repeat it for more
	#[arg(long = "file", short = 'f', value_name = "FILE")]
	pub files: Vec<PathBuf>,
	/// HTTP gateway that has it
	#[arg(long = "gateway", value_name = "URL")]
	pub gateways: Vec<String>,
	/// Longest time to wait for the draw
	#[arg(long, default_value = "120s", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

/// A call at the end of a job.
#[derive(Args, Clone, Debug, Default)]
pub struct CallbackArgs {
	/// Have something called at the end of each task: `remark` puts the result into a block; 0x and
	/// hexadecimal digits, or @FILE, are the beginning of any call whose last argument are bytes
	#[arg(long, value_name = "remark|0xHEX|@FILE")]
	pub callback: Option<String>,
	/// Paid to whoever sends the callback, for each task; twice the fee of that if left out
	#[arg(long, value_name = "TOKENS", requires = "callback")]
	pub callback_reward: Option<String>,
}

#[derive(Args, Clone, Debug)]
pub struct CallbackCommandArgs {
	/// Number of the job; of a bag all tasks that have ended, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Set the callback instead of sending it: `remark`, or the beginning of a call; you have to be the
	/// client
	#[arg(long, value_name = "remark|0xHEX|@FILE")]
	pub set: Option<String>,
	/// With --set, paid to whoever sends it, for each task; twice the fee of that if left out
	#[arg(long, value_name = "TOKENS", requires = "set")]
	pub reward: Option<String>,
	/// Only show what would be called, and whether it was
	#[arg(long, conflicts_with = "set")]
	pub show: bool,
}

impl CallbackCommandArgs {
	/// What is to be set, if anything.
	pub fn callback(&self) -> CallbackArgs {
		CallbackArgs { callback: self.set.clone(), callback_reward: self.reward.clone() }
	}
}

/// Registered content that a job uses.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Apps and datasets")]
pub struct AssetArgs {
	/// Number of the registered app that is to be run; it is the program if none is named
	#[arg(long, value_name = "ID")]
	pub app: Option<AssetId>,
	/// Number of the registered dataset that is to be read; it is the input if none is named
	#[arg(long, value_name = "ID")]
	pub dataset: Option<AssetId>,
	/// Most that the app may cost for each task, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub max_app_price: String,
	/// Most that the dataset may cost for each task, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub max_dataset_price: String,
	/// Least bond of their publishers, out of which you are made good for what can't be run, in tokens
	#[arg(long, value_name = "TOKENS", default_value = "0")]
	pub min_publisher_bond: String,
}

#[derive(Args, Clone, Debug)]
pub struct RunArgs {
	/// The program, a WASI preview 1 command; may be left out with --app
	pub module: Option<PathBuf>,
	/// Input: standard input of the program, and its file /in/input
	#[arg(long, short = 'i')]
	pub input: Option<PathBuf>,
	/// Inputs of a bag of tasks, one for each: files, folders whose files are taken by name, or lists
	/// of files (NAME.list, a path on each line)
	#[arg(long, value_name = "PATH", num_args = 1.., conflicts_with = "input")]
	pub inputs: Vec<PathBuf>,
	#[command(flatten)]
	pub program: ProgramArgs,
	/// Most that each replica may cost in all at the gas limit, in tokens, for example 1.5 or 200m
	#[arg(long, value_name = "TOKENS", default_value = "1")]
	pub max_price: String,
	/// Of that, most for each million units of gas; the rest is for what is asked beside the gas. As suits
	/// most offers if left out
	#[arg(long, value_name = "TOKENS")]
	pub max_gas_price: Option<String>,
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
	/// it reviewed. Where the providers don't all agree nobody can accept, and the wait is longer
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
	#[command(flatten)]
	pub callback: CallbackArgs,
	#[command(flatten)]
	pub verification: PolicyArgs,
	#[command(flatten)]
	pub assets: AssetArgs,
}

/// What a program is given and what it may use up, wherever it runs.
#[derive(Args, Clone, Debug)]
pub struct ProgramArgs {
	/// Argument of the program; repeat it for more
	#[arg(long = "arg", short = 'a', value_name = "ARG", allow_hyphen_values = true)]
	pub args: Vec<String>,
	/// What the program is called, in profiles in which its first argument is its name; `job` if left out
	#[arg(long, value_name = "NAME")]
	pub program_name: Option<String>,
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
	/// Also where the job is another client's than the key's that is named
	#[arg(long)]
	pub of_anyone: bool,
	/// All tasks of a bag, which are fetched anyway where no index is given
	#[arg(long)]
	pub all: bool,
}

#[derive(Args, Clone, Debug)]
pub struct WaitArgs {
	/// Number of the job; of a bag all tasks, or with /INDEX one of them
	#[arg(value_parser = job_id)]
	pub id: JobId,
	/// Also where the job is another client's than the key's that is named
	#[arg(long)]
	pub of_anyone: bool,
	/// Accept the result at once, and wait until the providers are paid. You give up the right to have
	/// it reviewed. Where the providers don't all agree nobody can accept, and the wait is longer
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
	pub id: TaskId,
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
	pub id: TaskId,
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
		// The draft of the next version can be tried, and no provider serves it.
		assert_eq!(profile("3"), Ok(Profile::DRAFT));
		for unknown in ["0", "4", "-1", "", "simd", &"0".repeat(64)] {
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
