use super::{ProgramArgs, duration, gas, profile};
use crate::pool::{Axis, axis};
use assay_primitives::{pool::MAX_MEMBERS, profile::Profile};
use clap::{ArgGroup, Args, Subcommand};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Subcommand)]
pub enum PoolCommand {
	/// Run a sample of many subtasks on this machine, and forecast rounds, time and price of a pool of all
	#[command(after_help = ESTIMATE_HELP)]
	Estimate(Box<PoolEstimateArgs>),
}

const ESTIMATE_HELP: &str = "\
A pool is one program with many inputs, up to a million, that providers race for: each has a column \
of subtasks, the first to finish its own has the others show how far they are, and what is left is \
dealt out anew. POOLS ARE NOT ON THE CHAIN YET: nothing is sent, and no node is asked. This is a \
forecast by the rules that they will have, from runs on this machine.

Each subtask gets an input of its own: a file, or a combination of parameters, as lines NAME=VALUE \
in the order of the options. The last parameter changes the fastest.

  assay pool estimate app.wasm --inputs parts/               a subtask for each file
  assay pool estimate app.wasm --inputs parts.list           for each path in the list
  assay pool estimate app.wasm -p seed=0..4096               0 to 4095
  assay pool estimate app.wasm -p x=0..=1:0.25 -p mode=a,b   0.00 to 1.00, each with a and with b
  assay pool estimate app.wasm -p word=@words.txt            a line of the file each

How it goes depends on who takes part. Say how many, or how fast each is; 0 is one that signs up and \
does nothing:

  assay pool estimate app.wasm -p seed=0..4096 --providers 16
  assay pool estimate app.wasm -p seed=0..4096 --speeds 2G,500M,500M,0

The sample and the forecast are the same each time; --draw 2 gives others.";

/// What the subtasks of a pool are.
#[derive(Args, Clone, Debug)]
#[command(group = ArgGroup::new("subtasks").required(true).args(["inputs", "parameters"]))]
pub struct SubtaskArgs {
	/// Inputs, one for each subtask: files, folders whose files are taken by name, or lists of files
	/// (NAME.list, a path on each line)
	#[arg(long, value_name = "PATH", num_args = 1..)]
	pub inputs: Vec<PathBuf>,
	/// A parameter with its values: 1,2,5 or 0..10 or 0..=1:0.25 or @FILE. Repeat it, and each combination is a
	/// subtask
	#[arg(long = "param", short = 'p', id = "parameters", value_parser = axis, value_name = "NAME=VALUES")]
	pub parameters: Vec<Axis>,
}

#[derive(Args, Clone, Debug)]
pub struct PoolEstimateArgs {
	/// The program, a WASI preview 1 command
	pub module: PathBuf,
	#[command(flatten)]
	pub subtasks: SubtaskArgs,
	#[command(flatten)]
	pub program: ProgramArgs,
	/// Rules of execution: 1, 2 or an id; the first that the program fits if left out
	#[arg(long, value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Option<Profile>,
	/// How many subtasks to run here
	#[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=100_000))]
	pub sample: u32,
	/// Number by which the sample and the forecast are drawn
	#[arg(long, default_value_t = 1, value_name = "NUMBER")]
	pub draw: u64,
	/// Percent to add to the most gas of the sample, for the gas limit
	#[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(0..=10_000))]
	pub margin: u32,
	/// Longest time for each run
	#[arg(long, default_value = "1h", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
	#[command(flatten)]
	pub crowd: CrowdArgs,
	#[command(flatten)]
	pub prices: PriceArgs,
}

/// Who takes part.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Providers")]
pub struct CrowdArgs {
	/// How many there are
	#[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=i64::from(MAX_MEMBERS)))]
	pub providers: u16,
	/// How fast each is, in gas a second
	#[arg(long, default_value = "500M", value_parser = gas)]
	pub speed: u64,
	/// How fast each of them is, instead
	#[arg(
		long,
		value_delimiter = ',',
		value_parser = gas,
		value_name = "GAS,GAS,…",
		conflicts_with_all = ["providers", "speed"]
	)]
	pub speeds: Vec<u64>,
	/// Blocks in which the others publish after the first
	#[arg(long, default_value_t = 6, value_parser = clap::value_parser!(u32).range(1..=10_000))]
	pub window: u32,
}

/// What is paid.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Prices")]
pub struct PriceArgs {
	/// For each million units of gas, in tokens
	#[arg(long, default_value = "10u", value_name = "TOKENS")]
	pub gas_price: String,
	/// For each subtask, in tokens; what the average one costs by its gas if left out
	#[arg(long, value_name = "TOKENS")]
	pub subtask_price: Option<String>,
	/// For an hour, in tokens; what the average provider earns by its gas in one if left out
	#[arg(long, value_name = "TOKENS")]
	pub hour_price: Option<String>,
	/// Percent by which prices fall from each round to the next
	#[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=99))]
	pub falls: u32,
}
