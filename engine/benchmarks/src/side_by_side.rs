//! Programs natively, under plain wasmtime and as jobs, in turns.

use crate::guest::{Guest, Variant, cpu_time};
use anyhow::{Context, ensure};
use benchmark_programs::{Class, PROGRAMS, Program};
use std::{hint::black_box, time::Duration};

/// Shortest processor times of one program.
#[derive(Clone, Copy, Debug)]
pub struct Times {
	/// Which one.
	pub program: &'static Program,
	/// Compiled by the same compiler for this machine.
	pub native: Duration,
	/// Under wasmtime with default settings.
	pub plain: Duration,
	/// The same with the settings that jobs run with, not metered.
	pub settings: Duration,
	/// As a job.
	pub job: Duration,
	/// Gas of the job.
	pub gas: u64,
}

impl Times {
	/// How many times as long as under plain wasmtime the job takes.
	pub fn overhead(&self) -> f64 {
		ratio(self.job, self.plain)
	}

	/// How many times as long as natively the job takes.
	pub fn against_native(&self) -> f64 {
		ratio(self.job, self.native)
	}
}

fn ratio(a: Duration, b: Duration) -> f64 {
	a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

/// How long to measure.
#[derive(Clone, Debug)]
pub struct Effort {
	/// Turns.
	pub rounds: u32,
	/// Every program's size is divided by this.
	pub divide: u32,
	/// Names of the programs to measure; all where empty.
	pub only: Vec<String>,
}

/// Measures every program. Fails where two ways of running it disagree about its checksum.
pub fn measure(wasm: &[u8], effort: &Effort) -> anyhow::Result<Vec<Times>> {
	let variants = [Variant::Plain, Variant::Settings, Variant::Job(1)];
	let guests: Vec<Guest> =
		variants.iter().map(|variant| Guest::new(*variant, wasm)).collect::<anyhow::Result<_>>()?;
	let mut all = Vec::new();
	for program in PROGRAMS {
		let wanted = effort.only.is_empty() || effort.only.iter().any(|name| name == program.name);
		if wanted {
			let times = one(program, &guests, effort)
				.with_context(|| format!("measuring {}", program.name))?;
			eprintln!("{:<12} {:.2}", program.name, times.overhead());
			all.push(times);
		}
	}
	Ok(all)
}

fn size(program: &Program, effort: &Effort) -> u32 {
	// Sizes below a thousand stand for work that grows faster than they do.
	if program.size < 1_000 { program.size } else { program.size / effort.divide }
}

fn one(program: &'static Program, guests: &[Guest], effort: &Effort) -> anyhow::Result<Times> {
	let size = size(program, effort);
	let text = size.to_string();
	let mut best = [Duration::MAX; 4];
	let mut used = 0;
	for _ in 0..effort.rounds {
		let begin = cpu_time();
		let sum = black_box((program.run)(black_box(size)));
		best[0] = best[0].min(cpu_time() - begin);
		for (guest, best) in guests.iter().zip(&mut best[1..]) {
			let ran = guest.run(&[program.name, &text])?;
			let expected = format!("{sum:016x}\n");
			ensure!(ran.stdout == expected.as_bytes(), "checksums differ");
			*best = ran.time.min(*best);
			used = ran.gas.unwrap_or(used);
		}
	}
	let [native, plain, settings, job] = best;
	Ok(Times { program, native, plain, settings, job, gas: used })
}

/// Shortest processor times of one program, as it is and under some profiles.
#[derive(Clone, Debug)]
pub struct Ratios {
	/// Which one.
	pub program: &'static Program,
	/// Under wasmtime with default settings.
	pub plain: Duration,
	/// As a job, under each of the profiles.
	pub jobs: Vec<Duration>,
}

impl Ratios {
	/// How many times as long as under plain wasmtime each job takes.
	pub fn overheads(&self) -> impl Iterator<Item = f64> {
		self.jobs.iter().map(|job| ratio(*job, self.plain))
	}
}

/// Measures plain wasmtime and jobs under the profiles of these numbers, in turns, each turn beginning with another.
pub fn compare(wasm: &[u8], profiles: &[u32], effort: &Effort) -> anyhow::Result<Vec<Ratios>> {
	let variants = core::iter::once(Variant::Plain).chain(profiles.iter().copied().map(Variant::Job));
	let guests =
		variants.map(|variant| Guest::new(variant, wasm)).collect::<anyhow::Result<Vec<_>>>()?;
	let mut all = Vec::new();
	for program in PROGRAMS {
		if !(effort.only.is_empty() || effort.only.iter().any(|name| name == program.name)) {
			continue;
		}
		let text = size(program, effort).to_string();
		let mut best = vec![Duration::MAX; guests.len()];
		let mut sum = None;
		for turn in 0..effort.rounds as usize {
			for place in 0..guests.len() {
				let which = (turn + place) % guests.len();
				let ran = guests[which].run(&[program.name, &text])?;
				ensure!(sum.get_or_insert_with(|| ran.stdout.clone()) == &ran.stdout, "checksums differ");
				best[which] = best[which].min(ran.time);
			}
		}
		let ratios = Ratios { program, plain: best[0], jobs: best.split_off(1) };
		let told: Vec<String> = ratios.overheads().map(|ratio| format!("{ratio:.3}")).collect();
		eprintln!("{:<12} {}", program.name, told.join(" "));
		all.push(ratios);
	}
	Ok(all)
}

/// Geometric mean of `of` over the programs of a class; `None` where there are none.
pub fn mean(times: &[Times], class: Class, of: impl Fn(&Times) -> f64) -> Option<f64> {
	let logs: Vec<f64> =
		times.iter().filter(|t| t.program.class == class).map(|t| of(t).ln()).collect();
	(!logs.is_empty()).then(|| (logs.iter().sum::<f64>() / logs.len() as f64).exp())
}
