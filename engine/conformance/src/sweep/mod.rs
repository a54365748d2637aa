//! Series of programs made at random, each on all executors under every profile that admits it.
//!
//! A program is compiled once for all that is run of it: under profiles that meter it alike, with all of its gas, and
//! with gas that ends on the way. Compiling takes nearly all of the time, so most programs are metered in one way only.

mod coverage;
mod log;

pub use coverage::Coverage;
pub use log::Log;

use crate::{
	clock,
	differential::{Everywhere, Executor, Job, Ran, THREAD_STACK},
	generated::{FUNCTIONS, Modules, Shape},
};
use anyhow::{Context, Result};
use assay_interpreter::testing::steps_of_metered;
use assay_metering::{Metered, instrument};
use assay_primitives::{
	hashing::blake2,
	outcome::Class,
	profile::{Features, Profile},
};
use std::{
	collections::BTreeMap,
	fmt::Write as _,
	path::{Path, PathBuf},
	sync::Mutex,
	time::Duration,
};

/// Gas of each program; it also bounds the time.
const GAS: u64 = 600_000;
/// Operators that the pass inserts for one of the program's own, at most.
const INSERTED: u64 = 24;
/// Gas beyond starting from which on a program counts as one that works.
const WORK: u64 = 1_000;
/// One module of so many runs on executors that all optimise.
const OPTIMISED: u64 = 16;
/// One module of so many runs in every way in which profiles meter it. The ways take turns with the others.
const METERED: u64 = 4;
/// Modules of a part where a series is cut into parts.
const PART: u64 = 16;

/// What programs are like.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Kind {
	/// How they are made.
	pub shape: Shape,
	/// Whether they have vectors.
	pub simd: bool,
}

impl Kind {
	/// Profiles whose programs they may be.
	fn profiles(self) -> impl Iterator<Item = Profile> {
		let admits =
			move |profile: &Profile| !self.simd || profile.features.contains(Features::SIMD);
		Profile::EXECUTABLE.into_iter().filter(admits)
	}

	/// Functions of a module that are called on their own.
	pub fn functions(self) -> u64 {
		if self.shape == Shape::Any { 1 } else { FUNCTIONS }
	}

	/// As the generator is told.
	pub fn words(self) -> String {
		let features = if self.simd { "simd" } else { "base" };
		[Some(features), self.shape.word()].into_iter().flatten().collect::<Vec<_>>().join(" ")
	}
}

/// Modules of a series, one after the other.
#[derive(Clone, Copy, Debug)]
pub struct Part {
	/// Which kind.
	pub kind: Kind,
	/// Which series.
	pub seed: u64,
	/// The first one.
	pub first: u64,
	/// How many.
	pub count: u64,
}

impl Part {
	/// The part with this number. Kinds take turns, and no module is in two parts.
	pub fn numbered(kinds: &[Kind], seed: u64, number: u64) -> Self {
		let kind = kinds[(number % kinds.len() as u64) as usize];
		Self { kind, seed, first: PART * number, count: PART }
	}

	/// Functions that are called on their own.
	pub fn functions(&self) -> u64 {
		self.count * self.kind.functions()
	}
}

/// A program on which executors differ, or which has no outcome.
#[derive(Clone, Debug)]
pub struct Difference {
	/// Which one of its series, and under which profile.
	pub name: String,
	/// The module.
	pub module: Vec<u8>,
	/// What each executor said, and how to have it said again.
	pub said: String,
}

impl Difference {
	fn new(part: &Part, index: u64, job: &Job, said: &str) -> Self {
		let Part { kind, seed, .. } = part;
		let (profile, gas) = (job.profile.number, job.spec.limits.gas);
		let name = format!("{}-{seed}-{index}-{profile}-{gas}", kind.words().replace(' ', "-"));
		let said = format!(
			"{said}\n\nassay-generator {seed} {index} 1 {} makes it behind its length;\n\
			 target/release/examples/compare {profile} {gas} {name}.wasm runs it\n",
			kind.words()
		);
		Self { name, module: job.module.clone(), said }
	}

	/// Writes it down; where.
	pub fn keep(&self, folder: &Path) -> Result<PathBuf> {
		let file = folder.join(&self.name).with_extension("wasm");
		std::fs::write(&file, &self.module).with_context(|| file.display().to_string())?;
		std::fs::write(file.with_extension("txt"), &self.said)?;
		Ok(file)
	}
}

/// What came of programs.
#[derive(Clone, Debug, Default)]
pub struct Tally {
	/// Programs.
	pub modules: u64,
	/// Runs of them, each on all executors.
	pub runs: u64,
	/// Programs that have used more than [`WORK`] beyond their start, under the first profile that they ran under.
	pub working: u64,
	/// Gas beyond starting.
	pub gas: u64,
	/// Time of processors. Parts that ran side by side have it in common.
	pub time: Duration,
	/// Runs by how they ended.
	pub classes: BTreeMap<String, u64>,
	/// Runs that must not be.
	pub differences: u64,
	/// They themselves, of what was run just now.
	pub found: Vec<Difference>,
}

impl Tally {
	/// Takes what came of others.
	pub fn add(&mut self, other: Self) {
		self.modules += other.modules;
		self.runs += other.runs;
		self.working += other.working;
		self.gas += other.gas;
		self.time += other.time;
		for (class, count) in other.classes {
			*self.classes.entry(class).or_default() += count;
		}
		self.differences += other.differences;
		self.found.extend(other.found);
	}

	/// How the runs ended.
	pub fn ends(&self) -> String {
		let mut text = String::new();
		for (class, count) in &self.classes {
			let comma = if text.is_empty() { "" } else { ", " };
			let _ = write!(text, "{comma}{count} {class}");
		}
		text
	}
}

fn name(class: Class) -> &'static str {
	match class {
		Class::Exited(0) => "exited",
		Class::Exited(_) => "exited with a code",
		Class::Trapped => "trapped",
		Class::OutOfGas => "out of gas",
		Class::StackExhausted => "stack exhausted",
		Class::OutputLimit => "output limit",
		Class::ModuleInvalid => "invalid",
		Class::InputMismatch => "other input",
	}
}

/// Runs parts on all processors, or on so many threads, and hands over what came of each, with the time of processors
/// since the one before. Compilers may work on threads of their own.
pub fn run(
	generator: &Path,
	parts: impl Iterator<Item = Part> + Send,
	threads: Option<usize>,
	done: impl FnMut(Part, Tally) + Send,
) {
	let threads = threads.or_else(|| std::thread::available_parallelism().ok().map(usize::from));
	let parts = Mutex::new(parts);
	let done = Mutex::new((done, clock::of_process()));
	let work = || {
		let bench = Bench { swift: Executor::swift(), all: Executor::all() };
		loop {
			let next = parts.lock().expect("no panic").next();
			let Some(part) = next else { break };
			let mut tally = bench.part(generator, &part).expect("the generator works");
			let (done, before) = &mut *done.lock().expect("no panic");
			let now = clock::of_process();
			tally.time = now.saturating_sub(std::mem::replace(before, now));
			done(part, tally);
		}
	};
	std::thread::scope(|scope| {
		for _ in 0..threads.unwrap_or(1) {
			let thread = std::thread::Builder::new().stack_size(THREAD_STACK);
			thread.spawn_scoped(scope, work).expect("threads can be started");
		}
	});
}

/// The executors of a thread.
struct Bench {
	swift: Vec<Executor>,
	all: Vec<Executor>,
}

impl Bench {
	fn part(&self, generator: &Path, part: &Part) -> Result<Tally> {
		let mut tally = Tally::default();
		let Part { kind, seed, first, count } = *part;
		let modules = Modules::new(generator, (seed, first, count), kind.simd, kind.shape)?;
		for (index, module) in (first..).zip(modules) {
			let executors = if index % OPTIMISED == 0 { &self.all } else { &self.swift };
			let mut case = Case { part, index, module: module?, tally: &mut tally };
			case.under_all(executors);
		}
		Ok(tally)
	}
}

/// A program.
struct Case<'a> {
	part: &'a Part,
	index: u64,
	module: Vec<u8>,
	tally: &'a mut Tally,
}

impl Case<'_> {
	fn under_all(&mut self, executors: &[Executor]) {
		self.tally.modules += 1;
		let mut ways = self.ways();
		if !self.index.is_multiple_of(METERED) && !ways.is_empty() {
			let turn = self.index as usize % ways.len();
			ways = vec![ways.swap_remove(turn)];
		}
		let mut is_first = true;
		for (metered, jobs) in ways {
			let everywhere = Everywhere::new(executors, metered);
			for job in jobs {
				self.under(&everywhere, job, std::mem::take(&mut is_first));
			}
		}
	}

	/// The ways in which its profiles meter it, each with what runs so.
	fn ways(&mut self) -> Vec<(Metered, Vec<Job>)> {
		let mut ways: Vec<(Metered, Vec<Job>)> = Vec::new();
		for profile in self.part.kind.profiles() {
			let job = Job::new(self.module.clone(), profile).with_gas(GAS);
			match instrument(&job.module, &job.profile, job.spec.limits.memory_pages) {
				Ok(metered) => match ways.iter_mut().find(|(way, _)| *way == metered) {
					Some((_, jobs)) => jobs.push(job),
					None => ways.push((metered, vec![job])),
				},
				Err(refusal) => self.differs(&job, &refusal.to_string()),
			}
		}
		ways
	}

	/// Runs it with all gas, and once more with its gas ending on the way.
	fn under(&mut self, everywhere: &Everywhere, job: Job, is_first: bool) {
		let Some(whole) = self.one(everywhere, &job) else { return };
		let start = everywhere.metered.info.startup_gas;
		let used = whole.gas_used.saturating_sub(start);
		self.tally.gas += used;
		self.tally.working += u64::from(is_first && used > WORK);
		// Anywhere, and the same with each run of the series.
		let share = u64::from(blake2(&job.module).0[job.profile.number as usize]);
		let job = job.with_gas(start + used * share / 256);
		if job.profile.commits_to_ends()
			&& let Err(said) = works_within_bound(&everywhere.metered, &job)
		{
			self.differs(&job, &said);
		}
		self.one(everywhere, &job);
	}

	fn one(&mut self, everywhere: &Everywhere, job: &Job) -> Option<Ran> {
		self.tally.runs += 1;
		match everywhere.run(job) {
			Ok(ran) => {
				*self.tally.classes.entry(name(ran.class).into()).or_default() += 1;
				Some(ran)
			},
			Err(said) => {
				self.differs(job, &said);
				None
			},
		}
	}

	fn differs(&mut self, job: &Job, said: &str) {
		self.tally.differences += 1;
		self.tally.found.push(Difference::new(self.part, self.index, job, said));
	}
}

/// Looks how much the metered code does until its gas has ended.
fn works_within_bound(metered: &Metered, job: &Job) -> Result<(), String> {
	let (profile, gas) = (&job.profile, job.spec.limits.gas);
	let steps = steps_of_metered(&metered.wasm, profile, gas).ok_or("steps can't be counted")?;
	let work = profile.work_bound();
	let most = INSERTED * (work.per_gas * gas + work.beyond);
	if steps > most { Err(format!("{steps} steps for {gas} gas")) } else { Ok(()) }
}
