//! `assay-robber` plays against the chain's rules on the real runtime, and reports who was robbed. See
//! docs/robber.md.

mod blobs;
mod choices;
mod client;
mod commands;
mod court;
mod generate;
mod honest;
mod kinds;
mod live;
mod log;
mod lookers;
mod memory;
mod moves;
mod orders;
mod play;
mod policies;
mod programs;
mod properties;
mod record;
mod scene;
mod search;
mod snapshot;
#[cfg(test)]
mod tests;
mod trace;
mod tries;
mod world;

use anyhow::Result;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

/// Plays against the chain's rules on the real runtime, and reports who was robbed
#[derive(Parser)]
#[command(version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Search for thefts; where the folder has a corpus, the search goes on with it
	Search(SearchArgs),
	/// Play a find again, with fees, and print what comes of it
	Replay {
		/// A file that a search has written
		file: PathBuf,
		/// Draws to take the gain over
		#[arg(long, default_value_t = 8)]
		draws: u32,
	},
	/// Write a find down as a list of calls and balances, which a test repeats
	Export {
		/// A file that a search has written
		file: PathBuf,
		/// Where to write it
		out: PathBuf,
	},
	/// Repeat what was exported, and say whether balances are the same
	Check {
		/// A file that `export` has written
		file: PathBuf,
	},
	/// Try what honest accounts are promised on random sequences, kind by kind of attack
	Properties(PropertyArgs),
	/// Print which finds of a folder this build does not have, in the order in which they were found
	Compare {
		/// A folder that a search has written
		folder: PathBuf,
	},
}

#[derive(Args)]
struct SearchArgs {
	/// Hours after which to end
	#[arg(long)]
	hours: Option<f64>,
	/// Calls after which to end
	#[arg(long, default_value_t = u64::MAX)]
	calls: u64,
	/// Where all choices come from: the same number finds the same
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Threads; one world each
	#[arg(long, default_value_t = 2)]
	threads: usize,
	/// Worlds to play in; all where none is named
	#[arg(long)]
	world: Vec<String>,
	/// Leave finds as they were found: taking away what they don't need takes time
	#[arg(long)]
	raw: bool,
	/// Where finds and the corpus are written
	#[arg(long, default_value = "robber-finds")]
	out: PathBuf,
}

#[derive(Args)]
struct PropertyArgs {
	/// Sequences of each kind
	#[arg(long, default_value_t = 1_000)]
	sequences: u64,
	/// Calls that a sequence has at least
	#[arg(long, default_value_t = 200)]
	calls: u64,
	/// Where all choices come from: the same number tries the same
	#[arg(long, default_value_t = 1)]
	seed: u64,
	/// Number of the first sequence
	#[arg(long, default_value_t = 0)]
	from: u64,
	/// Threads
	#[arg(long, default_value_t = 2)]
	threads: usize,
	/// Kinds to try, by the beginnings of their names; all where none is named
	#[arg(long)]
	kind: Vec<String>,
	/// Print how often each call was carried out, why it was refused, and for which reasons money moved
	#[arg(long)]
	refusals: bool,
	/// End at the first sequence that breaks a promise, and leave it as it is
	#[arg(long)]
	first: bool,
	/// Where sequences that break a promise are written
	#[arg(long, default_value = "robber-finds")]
	out: PathBuf,
}

fn main() -> Result<()> {
	match Cli::parse().command {
		Command::Search(args) => commands::search(&args),
		Command::Replay { file, draws } => commands::replay(&file, draws),
		Command::Export { file, out } => commands::export(&file, &out),
		Command::Check { file } => commands::check(&file),
		Command::Properties(args) => properties::run(&args),
		Command::Compare { folder } => commands::compare(&folder),
	}
}
