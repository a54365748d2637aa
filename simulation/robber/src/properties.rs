//! The command that tries properties on many sequences.

use crate::{
	PropertyArgs,
	kinds::{Breach, Course, KINDS, Kind, Stage},
	moves::{Move, call_of, is_ours},
	play::shrunk,
	trace::Trace,
	tries::Tries,
	world::REASONS,
};
use anyhow::{Context, Result, bail, ensure};
use std::{
	collections::{BTreeMap, BTreeSet},
	fs, thread,
	time::{Duration, Instant},
};

/// Sequences of each kind between two looks at what came of them.
const ROUND: u64 = 16;

/// What has come of a kind so far.
#[derive(Default)]
struct Tally {
	sequences: u64,
	calls: u64,
	seen: BTreeSet<String>,
	kinds: BTreeMap<u16, Tries>,
	breaches: Vec<(u64, Breach)>,
}

pub fn run(args: &PropertyArgs) -> Result<()> {
	let kinds = chosen(&args.kind)?;
	// An invariant that is broken is told with its sequence.
	std::panic::set_hook(Box::new(|_| ()));
	let begun = Instant::now();
	let stages: Vec<Stage> = kinds.into_iter().map(Stage::new).collect();
	let mut tallies: Vec<Tally> = stages.iter().map(|_| Tally::default()).collect();
	let mut told = Duration::ZERO;
	let mut from = args.from;
	while from < args.from + args.sequences {
		let until = (from + ROUND).min(args.from + args.sequences);
		for (stage, tally) in stages.iter().zip(&mut tallies) {
			for (number, course) in play(stage, args, from..until) {
				tally.note(number, course);
			}
			if args.first && !tally.breaches.is_empty() {
				return end(args, &stages, &tallies, begun.elapsed());
			}
		}
		from = until;
		if begun.elapsed() >= told {
			told = begun.elapsed() + Duration::from_secs(60);
			eprintln!("{from} sequences of each kind, {} s", begun.elapsed().as_secs());
		}
	}
	end(args, &stages, &tallies, begun.elapsed())
}

fn chosen(names: &[String]) -> Result<Vec<&'static Kind>> {
	let is = |kind: &Kind, name: &String| kind.name.starts_with(name.as_str());
	if let Some(name) = names.iter().find(|name| !KINDS.iter().any(|kind| is(kind, name))) {
		let known = KINDS.map(|kind| kind.name).join(", ");
		bail!("there is no kind named {name}; there are {known}");
	}
	let wanted = |kind: &&Kind| names.is_empty() || names.iter().any(|name| is(kind, name));
	Ok(KINDS.iter().filter(wanted).collect())
}

/// Plays sequences with these numbers, and gives what came of them in their order.
fn play(stage: &Stage, args: &PropertyArgs, numbers: std::ops::Range<u64>) -> Vec<(u64, Course)> {
	let threads = args.threads.max(1) as u64;
	let one = |number| (number, stage.play(args.seed, number, args.calls));
	let mut all: Vec<(u64, Course)> = thread::scope(|scope| {
		let part = |of: u64| {
			let mine = numbers.clone().filter(move |number| number % threads == of);
			scope.spawn(move || mine.map(one).collect::<Vec<_>>())
		};
		let running: Vec<_> = (0..threads).map(part).collect();
		let join = |one: thread::ScopedJoinHandle<_>| match one.join() {
			Ok(played) => played,
			Err(panic) => std::panic::resume_unwind(panic),
		};
		running.into_iter().flat_map(join).collect()
	});
	all.sort_by_key(|(number, _)| *number);
	all
}

impl Tally {
	fn note(&mut self, number: u64, course: Course) {
		self.sequences += 1;
		self.calls += course.calls;
		self.seen.extend(course.seen);
		for (kind, tries) in course.kinds {
			self.kinds.entry(kind).or_default().add(tries);
		}
		self.breaches.extend(course.breach.map(|breach| (number, breach)));
	}
}

impl Tally {
	/// How often calls that a kind is about were carried out, of how many that were made: one that never is says nothing.
	fn carried_out(&self, kind: &Kind) -> String {
		let of = |path: &str| {
			let mut all = self.kinds.iter();
			let (_, tries) = all.find(|(at, _)| call_of(**at).path() == path)?;
			Some((tries.made, tries.done))
		};
		let one = |(path, _): &(&str, u32)| {
			let (made, done) = of(path).unwrap_or_default();
			format!("{path} {done}/{made}")
		};
		kind.calls.iter().map(one).collect::<Vec<_>>().join(", ")
	}
}

/// Tells what came of all kinds.
///
/// # Errors
///
/// Where a promise was broken.
fn end(args: &PropertyArgs, stages: &[Stage], tallies: &[Tally], passed: Duration) -> Result<()> {
	println!("| kind | of | sequences | calls | situations | broken |");
	println!("|---|---|--:|--:|--:|---|");
	for (stage, tally) in stages.iter().zip(tallies) {
		let Tally { sequences, calls, seen, breaches, .. } = tally;
		let first = breaches.first().map(|(number, breach)| {
			format!("{} times, first by sequence {number}: {}", breaches.len(), breach.find)
		});
		let Kind { name, about, .. } = stage.kind;
		let situations = seen.len();
		println!(
			"| {name} | {about} | {sequences} | {calls} | {situations} | {} |",
			first.unwrap_or_default()
		);
	}
	let sequences: u64 = tallies.iter().map(|tally| tally.sequences).sum();
	for (stage, tally) in stages.iter().zip(tallies) {
		println!("{}: {}", stage.kind.name, tally.carried_out(stage.kind));
	}
	if args.refusals {
		tell_reasons(stages, tallies);
		tell_refusals(tallies);
	}
	println!();
	println!("{sequences} sequences, {} s", passed.as_secs());
	let broken: usize = tallies.iter().map(|tally| tally.breaches.len()).sum();
	if broken > 0 {
		write(args, stages, tallies)?;
	}
	ensure!(broken == 0, "{broken} sequences break a promise");
	Ok(())
}

/// Tells for which reasons money has moved in sequences of each kind: what none of them is says nothing.
fn tell_reasons(stages: &[Stage], tallies: &[Tally]) {
	println!();
	for (stage, tally) in stages.iter().zip(tallies) {
		let is_one = |seen: &&str| REASONS.iter().any(|of| seen.split(' ').next() == Some(of));
		let reasons: Vec<&str> = tally.seen.iter().map(String::as_str).filter(is_one).collect();
		println!("{}: {}", stage.kind.name, reasons.join(", "));
	}
}

/// Tells of each call of this chain's pallets how often it was carried out, and the most frequent reasons why it was not.
fn tell_refusals(tallies: &[Tally]) {
	const FIRST: usize = 4;
	let mut all: BTreeMap<String, Tries> = BTreeMap::new();
	for (kind, tries) in tallies.iter().flat_map(|tally| &tally.kinds) {
		let call = call_of(*kind);
		if is_ours(call) {
			all.entry(call.path()).or_default().add(tries.clone());
		}
	}
	println!();
	println!("| call | nothing fits | made | carried out | refused |");
	println!("|---|--:|--:|--:|---|");
	for (path, tries) in &all {
		let Tries { made, done, unfit, .. } = tries;
		let reasons = tries.reasons().into_iter().take(FIRST);
		let reasons: Vec<_> = reasons.map(|(why, times)| format!("{why} {times}")).collect();
		let share = 100 * done / made.max(&1);
		println!("| `{path}` | {unfit} | {made} | {share} % | {} |", reasons.join(", "));
	}
}

/// Writes down the first sequence of each kind that breaks a promise, with what it does not need taken away.
fn write(args: &PropertyArgs, stages: &[Stage], tallies: &[Tally]) -> Result<()> {
	fs::create_dir_all(&args.out).with_context(|| format!("can't make {}", args.out.display()))?;
	for (stage, tally) in stages.iter().zip(tallies) {
		let Some((number, Breach { setting, moves, find })) = tally.breaches.first() else {
			continue;
		};
		let again = |moves: &[Move]| stage.replay(setting, moves);
		let same = |moves: &[Move]| again(moves).is_some_and(|it| it.kind() == find.kind());
		let fewer = if args.first { moves.clone() } else { shrunk(moves, same) };
		let find = again(&fewer).unwrap_or_else(|| find.clone());
		let name = format!("{}-{}-{number}.json", stage.kind.name, args.seed);
		let path = args.out.join(name);
		println!("{}: {find}; {} moves", path.display(), fewer.len());
		Trace::new(setting, fewer, find, tally.calls).write(&path)?;
	}
	Ok(())
}
