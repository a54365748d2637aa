//! Programs that are stopped under the draft, in the sandbox and by the reference.

mod common;

use assay_interpreter::execute;
use assay_primitives::{
	end::EndState,
	outcome::{Class, Outcome, OutputKind},
	profile::Profile,
};
use assay_runner::{Finished, Job, ModuleSource, read_output};
use codec::Decode;
use common::*;

fn draft(mut job: Job) -> Job {
	job.spec.profile = Profile::DRAFT.id();
	job
}

/// The state that a program was stopped in, read back from where outputs are kept.
fn state(bench: &Bench, finished: &Finished) -> EndState {
	let entry = &finished.manifest.0[2];
	assert_eq!(entry.kind, OutputKind::End);
	let bytes = read_output(bench.out.path(), &entry.content).expect("readable").expect("stored");
	EndState::decode(&mut bytes.as_slice()).expect("a state")
}

fn reference(job: &Job) -> Outcome {
	let ModuleSource::Bytes(module) = &job.module else { panic!("a module in memory") };
	let finished = execute(module, &job.spec, &Profile::DRAFT, job.input.clone());
	finished.expect("the machine works").outcome
}

#[test]
fn outcomes_should_be_those_of_the_reference_when_programs_are_stopped() {
	let (fast, plain) = (bench(), plain());
	let grow = "(drop (memory.grow (i32.const 3)))";
	let fill = "(memory.fill (i32.const 70000) (i32.const 5) (i32.const 100000))";
	for (end, class) in [
		("unreachable", Class::Trapped),
		("(i64.store (i32.const 262140) (i64.const -1))", Class::Trapped),
		(
			"(loop (i32.store (i32.const 9) (i32.add (i32.load (i32.const 9)) (i32.const 1))) (br 0))",
			Class::OutOfGas,
		),
		("(call $deep (i32.const 1))", Class::StackExhausted),
		(
			"(i32.store (i32.const 4) (i32.const 200000)) (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))",
			Class::OutputLimit,
		),
	] {
		let module = program(&format!(
			"(func $deep (param i32) (i32.store (i32.const 0) (local.get 0))
			  (call $deep (i32.add (local.get 0) (i32.const 1))))
			 (func (export \"_start\") {grow} {fill} (drop (call $random (i32.const 500) (i32.const 40))) {end})"
		));
		let mut job = draft(job(module));
		job.spec.limits.gas = 1_000_000;
		job.spec.limits.output_bytes = 100_000;
		let finished = fast.run(&job);
		assert_eq!(finished.outcome.class, class, "{end}");
		assert_eq!(finished.outcome, reference(&job), "{end}");
		assert_eq!(finished.outcome, plain.run(&job).outcome, "{end}");
		let state = state(&fast, &finished);
		assert_eq!((state.memory.len, state.random), (4, 40), "{end}");
	}
}

#[test]
fn state_should_be_zero_when_starting_is_not_paid() {
	let bench = bench();
	let mut job = draft(job(main("")));
	for gas in [1, STARTUP - 1] {
		job.spec.limits.gas = gas;
		let finished = bench.run(&job);
		assert_eq!((finished.outcome.class, finished.outcome.gas_used), (Class::OutOfGas, gas));
		assert_eq!(state(&bench, &finished), EndState::default());
		assert_eq!(finished.outcome, reference(&job));
		assert_eq!(finished.stats.memory_pages, 0, "nothing was made");
	}
	job.spec.limits.gas = STARTUP;
	assert_eq!(bench.run(&job).outcome.class, Class::Exited(0));
}

#[test]
fn input_should_not_be_the_tasks_when_it_says_that_it_is_a_tree_and_is_none() {
	let bench = bench();
	let bad = with_input(job(main("")), b"assay-tree/1\nand nothing else");
	assert_eq!(bench.run(&bad).outcome.class, Class::Exited(0), "former profiles have no trees");
	let bad = draft(bad);
	assert_eq!(bench.run(&bad).outcome, Outcome::of_no_run(Class::InputMismatch));
	assert_eq!(bench.run(&bad).outcome, reference(&bad));
}

/// What a state takes: `--nocapture` prints it.
#[test]
fn state_should_take_a_few_nanoseconds_a_byte_when_memory_is_large() {
	let bench = bench();
	for mebibytes in [1u64, 64, 256] {
		let pages = mebibytes * 16;
		let module = |store: &str| {
			let text = format!(
				"(module (memory (export \"memory\") {pages})
				 (func (export \"_start\") (local $at i32)
				  (loop {store}
				   (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 65536)))
				    (i32.const {}))))
				  unreachable))",
				pages * 65_536
			);
			wat::parse_str(&text).expect("well-formed")
		};
		let time = |module: Vec<u8>, profile: &Profile| {
			let mut job = job(module);
			job.spec.profile = profile.id();
			job.spec.limits.gas = 1 << 40;
			job.spec.limits.memory_pages = pages as u32;
			bench.run(&job);
			let least = (0..3).map(|_| bench.run(&job)).min_by_key(|run| run.stats.execute);
			let least = least.expect("there are three");
			assert_eq!(least.outcome.class, Class::Trapped);
			(least.stats.execute, least.outcome.gas_used)
		};
		let touched = module("(i32.store (local.get $at) (i32.const 1))");
		let untouched = module("");
		let (before, _) = time(touched.clone(), &Profile::SIMD);
		let (full, gas) = time(touched, &Profile::DRAFT);
		let (zeros, _) = time(untouched, &Profile::DRAFT);
		println!(
			"{mebibytes} MiB, {gas} gas: {before:?} without, {full:?} with, {zeros:?} of zeros"
		);
	}
}
