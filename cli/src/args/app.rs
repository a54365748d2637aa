use super::{AssetCommand, ProgramArgs, duration, gas, profile};
use assay_primitives::profile::Profile;
use clap::{Args, Subcommand, ValueEnum};
use std::{path::PathBuf, time::Duration};

#[derive(Debug, Subcommand)]
pub enum AppCommand {
	/// Say whether programs fit a profile, why not, and what to do; nothing is run
	Check(Box<CheckArgs>),
	/// Run a program on this machine, as a provider would
	Run(Box<AppRunArgs>),
	/// Run a program on this machine, and say which limits and what price a job of it needs
	Estimate(Box<EstimateArgs>),
	/// Start a new program: a folder that builds
	New(NewArgs),
	#[command(flatten)]
	Registered(AssetCommand),
}

#[derive(Args, Clone, Debug)]
pub struct CheckArgs {
	/// Programs, WASI preview 1 commands
	#[arg(required = true, value_name = "MODULE")]
	pub modules: Vec<PathBuf>,
	/// Only this profile: 1, 2 or an id; all that are known if left out
	#[arg(long, value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Option<Profile>,
	/// Gas that jobs of it will be allowed, to say who can judge them, and whether they begin at all; 100M, 5G
	/// and the like
	#[arg(long, value_parser = gas)]
	pub gas: Option<u64>,
	/// Memory that jobs of it will be allowed, in MiB, to say whether they begin at all
	#[arg(long, value_name = "MIB")]
	pub memory: Option<u32>,
}

#[derive(Args, Clone, Debug)]
pub struct AppRunArgs {
	/// The program, a WASI preview 1 command
	pub module: PathBuf,
	/// Input: standard input of the program, and its file /in/input. If left out, what comes in
	/// through a pipe or a redirection
	#[arg(long, short = 'i', value_name = "FILE")]
	pub input: Option<PathBuf>,
	#[command(flatten)]
	pub program: ProgramArgs,
	/// Rules of execution: 1, 2 or an id; the first that the program fits if left out
	#[arg(long, value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Option<Profile>,
	/// Run it with the reference interpreter too, and compare; many times slower
	#[arg(long)]
	pub interpreter: bool,
	/// Write standard output, standard error and what is under /out into this new directory
	#[arg(long, visible_alias = "out", value_name = "DIR")]
	pub output_dir: Option<PathBuf>,
	/// Longest time
	#[arg(long, default_value = "1h", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

#[derive(Args, Clone, Debug)]
pub struct EstimateArgs {
	/// The program, a WASI preview 1 command
	pub module: PathBuf,
	/// Input; repeat it, and the limits suffice for each
	#[arg(long = "input", short = 'i', value_name = "FILE")]
	pub inputs: Vec<PathBuf>,
	#[command(flatten)]
	pub program: ProgramArgs,
	/// Rules of execution: 1, 2 or an id; the first that the program fits if left out
	#[arg(long, value_parser = profile, value_name = "NUMBER|ID")]
	pub profile: Option<Profile>,
	/// Percent to add to what was measured
	#[arg(long, default_value_t = 25, value_parser = clap::value_parser!(u32).range(0..=10_000))]
	pub margin: u32,
	/// How many providers would run it
	#[arg(long, short = 'n', default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=20))]
	pub replicas: u8,
	/// Longest time for each run
	#[arg(long, default_value = "1h", value_parser = duration, value_name = "TIME")]
	pub timeout: Duration,
}

#[derive(Args, Clone, Debug)]
pub struct NewArgs {
	/// Name of the program, and of its folder
	pub name: String,
	/// Language
	#[arg(long, value_enum, default_value = "rust")]
	pub lang: Language,
}

/// Languages with a template.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum Language {
	/// Rust, for wasm32-wasip1
	Rust,
	/// C, with clang and wasi-libc
	C,
	/// JavaScript, run by the example program `script`
	Js,
}
