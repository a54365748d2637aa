//! `assay-robber` plays against the chain's rules on the real runtime, and reports who was robbed. See
//! docs/robber.md.

mod choices;
mod generate;
mod honest;
mod live;
mod memory;
mod moves;
mod play;
mod programs;
mod search;
#[cfg(test)]
mod tests;
mod trace;
mod world;

use anyhow::{Context, Result};
use assay_simulation::Fidelity;
use clap::{Args, Parser, Subcommand};
use search::{COALITIONS, Plan, Progress, search};
use std::{
	fs,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};
use trace::Trace;
use world::World;

/// Plays against the chain's rules on the real runtime, and reports who was robbed
#[derive(Parser)]
#[command(version)]
struct Cli {
	#[command(subcommand)]
	command: Command,
}

#[derive(Subcommand)]
enum Command {
	/// Search for thefts
	Search(SearchArgs),
	/// Play a find again, with fees, and print what comes of it
	Replay {
		/// A file that a search has written
		file: PathBuf,
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
	/// Where finds are written
	#[arg(long, default_value = "robber-finds")]
	out: PathBuf,
}

fn main() -> Result<()> {
	match Cli::parse().command {
		Command::Search(args) => run(&args),
		Command::Replay { file } => replay(&file),
	}
}

fn run(args: &SearchArgs) -> Result<()> {
	let begun = Instant::now();
	let end = args.hours.map(|hours| Duration::from_secs_f64(hours * 3_600.0));
	let mut told = Duration::ZERO;
	let plan = Plan {
		seed: args.seed,
		calls: args.calls,
		threads: args.threads,
		fidelity: Fidelity::Dispatched,
	};
	let progress = search(plan, |progress| {
		let passed = begun.elapsed();
		if passed >= told {
			eprintln!("{}", line(progress, passed));
			told = passed + Duration::from_secs(10);
		}
		end.is_none_or(|end| passed < end)
	});
	println!("{}", line(&progress, begun.elapsed()));
	write(&progress, &args.out)
}

fn line(progress: &Progress, passed: Duration) -> String {
	let speed = progress.calls as f64 / passed.as_secs_f64().max(0.001);
	format!(
		"{} sequences, {} calls ({speed:.0}/s), {} situations, corpus of {}, {} kinds of finds",
		progress.played,
		progress.calls,
		progress.seen.len(),
		progress.corpus.len(),
		progress.finds.len(),
	)
}

/// Shrinks what was found and writes it down.
fn write(progress: &Progress, out: &Path) -> Result<()> {
	fs::create_dir_all(out).with_context(|| format!("can't make {}", out.display()))?;
	for ((coalition, kind), (_, moves)) in &progress.finds {
		let of = COALITIONS[*coalition];
		let world = World::start(of, Fidelity::Dispatched);
		let moves = play::shrink(&world, moves, kind);
		let found = play::play(&world, &moves).finds;
		let Some(find) = found.into_iter().find(|find| find.kind() == *kind) else { continue };
		let path = out.join(format!("{coalition}-{kind}.json"));
		println!("{}: {find:?} in {} moves", path.display(), moves.len());
		Trace::new(of, moves, find).write(&path)?;
	}
	Ok(())
}

fn replay(file: &Path) -> Result<()> {
	let trace = Trace::read(file)?;
	for line in trace.describe() {
		println!("{line}");
	}
	println!("found: {:?}", trace.find);
	let now = trace.replay();
	match now.is_empty() {
		true => println!("nothing comes of it now"),
		false => println!("now, with fees: {now:?}"),
	}
	Ok(())
}
