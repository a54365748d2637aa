//! Programs made at random, on all executors.
//!
//! `ASSAY_DIFFERENTIAL=N` runs N modules of each profile, `ASSAY_BLOCKS=N` N functions whose blocks take
//! parameters, `ASSAY_SEED=S` another series.

use assay_conformance::{
	differential::{Executor, Job, Ran, THREAD_STACK, Verdict, compare},
	generated::{FUNCTIONS, Modules, Shape, generator},
};
use assay_interpreter::testing::steps_of_metered;
use assay_metering::instrument;
use assay_primitives::{
	hashing::blake2,
	outcome::Class,
	profile::{Features, Profile},
};
use std::{collections::BTreeMap, path::Path, sync::Mutex};

/// Modules of each profile where nothing else is asked for.
const MODULES: u64 = 1_500;
/// Functions whose blocks take parameters, of each profile.
const BLOCKS: u64 = 6_400;
/// Gas of each; it also bounds the time.
const GAS: u64 = 600_000;
/// Operators that the pass inserts for one of the program's own, at most.
const INSERTED: u64 = 24;
/// Gas beyond starting from which on a program counts as one that works.
const WORK: u64 = 1_000;

/// What came of a series.
#[derive(Default)]
struct Tally {
	classes: BTreeMap<String, u64>,
	working: u64,
	gas: u64,
	differences: Vec<String>,
}

fn number(name: &str, otherwise: u64) -> u64 {
	std::env::var(name).map_or(otherwise, |text| text.parse().expect("a number"))
}

/// Runs a program on all executors, and gives the gas that it has used.
fn one(
	tally: &Mutex<Tally>,
	executors: &[Executor],
	module: Vec<u8>,
	name: &str,
	job: Job,
) -> Option<u64> {
	let verdict = compare(executors, &job);
	let mut tally = tally.lock().expect("no panic");
	match verdict {
		Verdict::Ran(ran) => {
			let Ran { class, gas_used, .. } = *ran;
			let class = match class {
				Class::Exited(0) => "exited".into(),
				Class::Exited(_) => "exited with a code".into(),
				other => format!("{other:?}"),
			};
			*tally.classes.entry(class).or_default() += 1;
			let start = assay_metering::check(&module, &job.profile).expect("it ran").startup_gas;
			tally.working += u64::from(gas_used.saturating_sub(start) > WORK);
			tally.gas += gas_used.saturating_sub(start);
			return Some(gas_used);
		},
		Verdict::Refused(refusal) => tally.differences.push(format!("{name}: {refusal}")),
		Verdict::Differs(said) => {
			let file = std::env::temp_dir().join(format!("assay-{name}.wasm"));
			std::fs::write(&file, &module).expect("can be written");
			tally.differences.push(format!("{}\n{said}", file.display()));
		},
	}
	None
}

/// Runs a program of the draft once more, with its gas ending on the way, and looks how much its metered code does.
fn stopped(tally: &Mutex<Tally>, executors: &[Executor], name: &str, job: Job, used: u64) {
	let metered = instrument(&job.module, &job.profile, job.spec.limits.memory_pages);
	let metered = metered.expect("it ran");
	let start = metered.info.startup_gas;
	// Anywhere, and the same with each run of the series.
	let share = u64::from(blake2(&job.module).0[0]);
	let gas = start + used.saturating_sub(start) * share / 256;
	let job = job.with_gas(gas);
	let steps = steps_of_metered(&metered.wasm, &job.profile, gas).expect("it can be interpreted");
	let work = job.profile.work_bound();
	let most = INSERTED * (work.per_gas * gas + work.beyond);
	assert!(steps <= most, "{name}: {steps} steps for {gas} gas");
	one(tally, executors, job.module.clone(), &format!("{name}-stopped"), job);
}

fn series(generator: &Path, profile: Profile, shape: Shape) -> Tally {
	let seed = number("ASSAY_SEED", 1);
	let count = match shape {
		Shape::Any => number("ASSAY_DIFFERENTIAL", MODULES),
		Shape::Blocks | Shape::Deep => number("ASSAY_BLOCKS", BLOCKS).div_ceil(FUNCTIONS),
	};
	let simd = profile.features.contains(Features::SIMD);
	let modules = Modules::new(generator, (seed, 0, count), simd, shape).expect("it starts");
	let modules = Mutex::new(modules.enumerate());
	let tally = Mutex::new(Tally::default());
	let threads = std::thread::available_parallelism().map_or(1, usize::from);
	std::thread::scope(|scope| {
		for _ in 0..threads {
			let work = || {
				let executors = Executor::all();
				loop {
					let next = modules.lock().expect("no panic").next();
					let Some((index, module)) = next else { break };
					let module = module.expect("complete");
					let job = Job::new(module.clone(), profile.clone()).with_gas(GAS);
					let name = format!("{shape:?}-{}-{seed}-{index}", profile.number);
					let used = one(&tally, &executors, module, &name, job.clone());
					if let (Some(used), true) = (used, profile.commits_to_ends()) {
						stopped(&tally, &executors, &name, job, used);
					}
				}
			};
			let thread = std::thread::Builder::new().stack_size(THREAD_STACK);
			thread.spawn_scoped(scope, work).expect("threads can be started");
		}
	});
	let tally = tally.into_inner().expect("no panic");
	println!(
		"profile {}: {count} modules of {shape:?}, {:?}, {} beyond {WORK} gas, {} gas in all",
		profile.number, tally.classes, tally.working, tally.gas
	);
	for difference in tally.differences.iter().take(10) {
		println!("{difference}");
	}
	assert_eq!(tally.differences.len(), 0);
	let runs = if profile.commits_to_ends() { 2 * count } else { count };
	assert_eq!(tally.classes.values().sum::<u64>(), runs);
	assert!(tally.working * 2 > count, "most programs should do something");
	tally
}

#[test]
fn executors_should_agree_when_programs_are_generated() {
	let generator = generator().expect("it can be built");
	for profile in Profile::EXECUTABLE {
		series(&generator, profile, Shape::Any);
	}
}

#[test]
fn executors_should_agree_when_blocks_take_parameters() {
	let generator = generator().expect("it can be built");
	let shapes = [Shape::Blocks, Shape::Deep];
	for (profile, shape) in
		Profile::ALL.into_iter().flat_map(|profile| shapes.map(|shape| (profile.clone(), shape)))
	{
		let tally = series(&generator, profile, shape);
		assert_eq!(tally.classes.len(), 1, "none of them traps or uses up its gas");
		assert!(tally.classes.contains_key("exited"));
	}
}
