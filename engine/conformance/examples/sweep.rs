//! A long series on all executors: `sweep functions|modules COUNT SEED FOLDER [THREADS]`. Functions have blocks with
//! parameters, modules are of any kind. The folder holds what was run, so that the same command goes on where it was
//! stopped, and what executors differ on. Exits with 1 if there is anything. See `scripts/sweep.sh`.

use anyhow::{Context, Result, bail};
use assay_conformance::{
	generated::{Shape, generator},
	sweep::{Coverage, Kind, Log, Part, Tally, run},
};
use std::time::{Duration, Instant};

/// Between two lines that tell how far it is.
const INTERVAL: Duration = Duration::from_secs(60);
/// Parts of which one is looked at for what its functions execute. Kinds take turns, so it is odd.
const COVERED: usize = 17;

const USAGE: &str = "usage: sweep functions|modules COUNT SEED FOLDER [THREADS]";

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let [what, count, seed, folder, threads @ ..] = &args[..] else { bail!(USAGE) };
	let kinds = kinds(what)?;
	let (count, seed): (u64, u64) =
		(count.parse().context("COUNT")?, seed.parse().context("SEED")?);
	let threads = threads.first().map(|threads| threads.parse()).transpose().context("THREADS")?;
	let mut log = Log::open(folder.as_ref(), &format!("{what} {seed}"), kinds.len())?;
	let (generator, parts) = (generator()?, parts(&kinds, seed, count));
	let left: Vec<Part> = parts.iter().filter(|part| !log.has(part)).copied().collect();
	let mut progress = Progress::new(&left);
	run(&generator, left.into_iter(), threads, |part, tally| {
		progress.tell(&part, &tally);
		let kind = kinds.iter().position(|kind| *kind == part.kind).expect("one of them");
		log.add(&part, kind, tally).expect("the folder can be written to");
	});
	table(&kinds, &log.tallies);
	if what == "functions" {
		let mut coverage = Coverage::default();
		for part in parts.iter().step_by(COVERED) {
			coverage.add(&generator, part)?;
		}
		println!("\n{coverage}");
	}
	std::process::exit(i32::from(log.tallies.iter().any(|tally| tally.differences > 0)));
}

/// What takes turns. Deep ones take longer.
fn kinds(what: &str) -> Result<Vec<Kind>> {
	let shapes: &[Shape] = match what {
		"functions" => &[Shape::Blocks, Shape::Blocks, Shape::Blocks, Shape::Deep],
		"modules" => &[Shape::Any],
		_ => bail!(USAGE),
	};
	let both = |shape: &Shape| [false, true].map(|simd| Kind { shape: *shape, simd });
	Ok(shapes.iter().flat_map(both).collect())
}

/// As many as have so many functions, or a few more.
fn parts(kinds: &[Kind], seed: u64, count: u64) -> Vec<Part> {
	let mut functions = 0;
	let numbered = (0..).map(|number| Part::numbered(kinds, seed, number));
	let wanted = numbered.take_while(|part| {
		let more = functions < count;
		functions += part.functions();
		more
	});
	wanted.collect()
}

/// Tells now and then how far it is.
struct Progress {
	began: Instant,
	told: Instant,
	all: u64,
	ran: u64,
	differences: u64,
}

impl Progress {
	fn new(parts: &[Part]) -> Self {
		let (began, all) = (Instant::now(), parts.iter().map(Part::functions).sum());
		println!("{all} functions or modules are left to run");
		Self { began, told: began, all, ran: 0, differences: 0 }
	}

	fn tell(&mut self, part: &Part, tally: &Tally) {
		self.ran += part.functions();
		self.differences += tally.differences;
		if self.told.elapsed() < INTERVAL {
			return;
		}
		self.told = Instant::now();
		let rate = self.ran as f64 / self.began.elapsed().as_secs_f64();
		let left = (self.all - self.ran) as f64 / rate / 60.0;
		println!(
			"{} of {}, {rate:.0} a second, {left:.0} minutes left, {} differences",
			self.ran, self.all, self.differences
		);
	}
}

/// One row for each kind, and one for all.
fn table(kinds: &[Kind], tallies: &[Tally]) {
	println!("\n| kind | functions | modules | runs | how they ended | work | gas | differences |");
	println!("|---|--:|--:|--:|---|--:|--:|--:|");
	let (mut functions, mut all) = (0, Tally::default());
	for (kind, tally) in kinds.iter().zip(tallies).filter(|(_, tally)| tally.modules > 0) {
		row(&kind.words(), tally.modules * kind.functions(), tally);
		functions += tally.modules * kind.functions();
		all.add(tally.clone());
	}
	row("all", functions, &all);
	println!("\n{:.0} minutes of processors", all.time.as_secs_f64() / 60.0);
}

fn row(name: &str, functions: u64, tally: &Tally) {
	let Tally { modules, runs, gas, differences, .. } = tally;
	let (ends, gas) = (tally.ends(), *gas as f64);
	let work = tally.working as f64 * 100.0 / (*modules).max(1) as f64;
	println!(
		"| {name} | {functions} | {modules} | {runs} | {ends} | {work:.1} % | {gas:.1e} | {differences} |"
	);
}
