//! Programs made at random, on all executors.
//!
//! `ASSAY_DIFFERENTIAL=N` runs N modules of each profile, `ASSAY_BLOCKS=N` N functions whose blocks take
//! parameters, `ASSAY_SEED=S` another series.

use assay_conformance::{
	differential::{Executor, Job, Ran, THREAD_STACK, Verdict, compare},
	generated::{FUNCTIONS, Modules, Shape, generator},
};
use assay_primitives::{outcome::Class, profile::Profile};
use std::{collections::BTreeMap, path::Path, sync::Mutex};

/// Modules of each profile where nothing else is asked for.
const MODULES: u64 = 1_500;
/// Functions whose blocks take parameters, of each profile.
const BLOCKS: u64 = 6_400;
/// Gas of each; it also bounds the time.
const GAS: u64 = 600_000;
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

fn one(tally: &Mutex<Tally>, executors: &[Executor], module: Vec<u8>, name: &str, job: Job) {
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
		},
		Verdict::Refused(refusal) => tally.differences.push(format!("{name}: {refusal}")),
		Verdict::Differs(said) => {
			let file = std::env::temp_dir().join(format!("assay-{name}.wasm"));
			std::fs::write(&file, &module).expect("can be written");
			tally.differences.push(format!("{}\n{said}", file.display()));
		},
	}
}

fn series(generator: &Path, simd: bool, shape: Shape) -> Tally {
	let seed = number("ASSAY_SEED", 1);
	let count = match shape {
		Shape::Any => number("ASSAY_DIFFERENTIAL", MODULES),
		Shape::Blocks | Shape::Deep => number("ASSAY_BLOCKS", BLOCKS).div_ceil(FUNCTIONS),
	};
	let profile = if simd { Profile::SIMD } else { Profile::BASE };
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
					one(&tally, &executors, module, &name, job);
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
	assert_eq!(tally.classes.values().sum::<u64>(), count);
	assert!(tally.working * 2 > count, "most programs should do something");
	tally
}

#[test]
fn executors_should_agree_when_programs_are_generated() {
	let generator = generator().expect("it can be built");
	series(&generator, false, Shape::Any);
	series(&generator, true, Shape::Any);
}

#[test]
fn executors_should_agree_when_blocks_take_parameters() {
	let generator = generator().expect("it can be built");
	let shapes = [Shape::Blocks, Shape::Deep];
	for (simd, shape) in
		[false, true].into_iter().flat_map(|simd| shapes.map(|shape| (simd, shape)))
	{
		let tally = series(&generator, simd, shape);
		assert_eq!(tally.classes.len(), 1, "none of them traps or uses up its gas");
		assert!(tally.classes.contains_key("exited"));
	}
}
