//! The state in which a program is stopped, under the draft.

use super::*;
use alloc::string::String;
use assay_primitives::end::{EndState, memory_root};
use codec::Decode;

const PAGE: usize = 65_536;

fn draft(module: Vec<u8>, gas: u64) -> Job {
	let mut job = Job::new(module).with_gas(gas);
	job.spec.profile = Profile::DRAFT.id();
	job
}

fn finished(job: &Job) -> Finished {
	execute(&job.module, &job.spec, &Profile::DRAFT, job.input.clone()).expect("the machine works")
}

/// Class and state of a program that was stopped.
fn stopped(module: &[u8], gas: u64) -> (Class, EndState) {
	let finished = finished(&draft(module.to_vec(), gas));
	assert_eq!(finished.manifest.0[2].kind, OutputKind::End);
	let state = EndState::decode(&mut finished.contents[2].as_slice()).expect("a state");
	(finished.outcome.class, state)
}

/// A memory with these bytes in it.
fn memory(pages: usize, bytes: &[(usize, u8)]) -> Vec<u8> {
	let mut memory = vec![0; pages * PAGE];
	bytes.iter().for_each(|(at, byte)| memory[*at] = *byte);
	memory
}

#[test]
fn state_should_be_what_the_program_has_come_to_when_it_is_stopped() {
	let store = "(i32.store8 (i32.const 70000) (i32.const 7))";
	let grow = "(drop (memory.grow (i32.const 2)))";
	let random = "(drop (call $random (i32.const 0) (i32.const 0)))";
	let mut expected = memory(3, &[(70_000, 7)]);
	for (class, end) in [
		(Class::Trapped, "unreachable"),
		(Class::OutOfGas, "(loop (br 0))"),
		(Class::StackExhausted, "(call $deep)"),
		(
			Class::OutputLimit,
			"(drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 8)))",
		),
	] {
		let module = program(&format!(
			"(data (i32.const 20) \"\\ff\\ff\\02\\00\") (func $deep (call $deep))
			 (func (export \"_start\") {grow} {store} {random} {end})"
		));
		let mut job = draft(module, 1_000_000);
		job.spec.limits.output_bytes = 10;
		let finished = finished(&job);
		assert_eq!(finished.outcome.class, class);
		let state = EndState::decode(&mut finished.contents[2].as_slice()).expect("a state");
		expected[20..23].copy_from_slice(&[0xff, 0xff, 2]);
		assert_eq!(state.memory, memory_root(&expected, class == Class::Trapped), "{class:?}");
		assert_eq!((state.memory.len, state.random, state.clock), (3, 0, 0));
		// `_start` takes what follows from its operands and operators; each call of `$deep` takes 4.
		match class {
			Class::StackExhausted => assert!((-4..0).contains(&state.slots)),
			_ => assert!((65_500..65_536).contains(&state.slots), "{}", state.slots),
		}
	}
}

#[test]
fn state_should_be_left_out_when_the_program_ends_itself_or_the_profile_is_a_former_one() {
	for body in ["", "(call $exit (i32.const 3))"] {
		assert_eq!(finished(&draft(main(body), 1_000_000)).manifest.0.len(), 2);
	}
	assert_eq!(Job::new(main("unreachable")).run().manifest.0.len(), 2);
}

#[test]
fn state_should_be_zero_when_starting_is_not_paid() {
	let module = main("");
	for gas in [1, STARTUP - 1] {
		assert_eq!(stopped(&module, gas), (Class::OutOfGas, EndState::default()));
	}
	assert_eq!(finished(&draft(module, STARTUP)).outcome.class, Class::Exited(0));
	// A unit would not do for 64 pages; nobody has to make them to find that out.
	let large =
		wat::parse_str("(module (memory (export \"memory\") 64) (func (export \"_start\")))");
	let large = large.expect("well-formed");
	assert_eq!(stopped(&large, 64 * STARTUP - 1), (Class::OutOfGas, EndState::default()));
}

#[test]
fn memory_should_be_that_before_the_charge_that_failed_when_gas_runs_out() {
	// Seven units a round: the store, its operands, and the branch.
	let count = main(
		"(loop (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1))) (br 0))",
	);
	for more in 0..40u64 {
		let (class, state) = stopped(&count, STARTUP + more);
		assert_eq!(class, Class::OutOfGas);
		let expected = memory(1, &[(0, (more / 7) as u8)]);
		assert_eq!(state.memory, memory_root(&expected, false), "{more}");
	}
}

#[test]
fn last_bytes_should_not_count_when_an_access_traps() {
	let trap = |before: &str| {
		stopped(&main(&format!("{before} (i64.store (i32.const 65532) (i64.const -1))")), 1 << 20)
	};
	let (class, state) = trap("");
	assert_eq!(class, Class::Trapped);
	assert_eq!(state.memory, memory_root(&memory(1, &[]), false));
	assert_eq!(trap("(i64.store (i32.const 65528) (i64.const -1)) ").1.memory, state.memory);
	assert_ne!(trap("(i32.store8 (i32.const 65519) (i32.const 1)) ").1.memory, state.memory);
}

#[test]
fn runs_should_be_told_apart_when_their_memory_never_changes() {
	let spin = |seed: u32, body: &str| {
		main(&format!(
			"(local $i i32) (local $x i64) (local.set $i (i32.const 0)) (local.set $x (i64.const {seed}))
			 (loop {body} (local.set $i (i32.add (local.get $i) (i32.const 1))) (br 0))"
		))
	};
	let step = "(local.set $x (i64.add (i64.mul (local.get $x) (i64.const 6364136223846793005))
		(i64.const 1442695040888963407)))";
	let gas = STARTUP + 500_000;
	let of = |seed| {
		let (class, state) = stopped(&spin(seed, step), gas);
		assert_eq!(class, Class::OutOfGas);
		state
	};
	assert_eq!(of(1), of(1));
	let trails: Vec<u64> = (1..20).map(|seed| of(seed).trail).collect();
	assert!((1..trails.len()).all(|at| !trails[..at].contains(&trails[at])));
	assert_eq!(EndState { trail: 0, ..of(1) }, EndState { trail: 0, ..of(2) });
	// It goes on with the run.
	assert_ne!(stopped(&spin(1, step), gas + 20_000).1.trail, of(1).trail);
}

#[test]
fn calls_should_be_sampled_by_what_they_take_when_nothing_loops() {
	let calls = |seed: u32| {
		let calls = "(call $f (i32.mul (local.get 0) (i32.const 48271)))".repeat(2);
		program(&format!(
			"(func $f (param i32) (if (i32.const 1) (then {calls})))
			 (func (export \"_start\") (call $f (i32.const {seed})))"
		))
	};
	let of = |seed| stopped(&calls(seed), STARTUP + 30_000);
	assert_eq!(of(1), of(1));
	assert_ne!(of(1).1.trail, of(3).1.trail);
}

#[test]
fn input_should_be_charged_before_the_program_begins_when_it_is_a_tree() {
	let mut header = [0u8; 512];
	header[0] = b'a';
	header[124..135].copy_from_slice(b"00000000000");
	header[156] = b'5';
	header[257..265].copy_from_slice(b"ustar\x0000");
	header[148..156].fill(b' ');
	let sum: u32 = header.iter().map(|byte| u32::from(*byte)).sum();
	header[148..154].copy_from_slice(format!("{sum:06o}").as_bytes());
	header[154] = 0;
	let tree = [b"assay-tree/1\n", header.as_slice()].concat();
	let given = |input: &[u8], gas: u64| finished(&draft(main(""), gas).with_input(input));
	let all = STARTUP + tree.len() as u64 + 64;
	assert_eq!(given(&tree, all).outcome.class, Class::Exited(0));
	assert_eq!(given(&tree, all).outcome.gas_used, all);
	let short = given(&tree, all - 1);
	assert_eq!((short.outcome.class, short.outcome.gas_used), (Class::OutOfGas, all - 1));
	assert_eq!(EndState::decode(&mut short.contents[2].as_slice()), Ok(EndState::default()));
	let mut broken = tree.clone();
	broken[13] = b'/';
	let refused = given(&broken, all);
	assert_eq!(
		refused.outcome,
		assay_primitives::outcome::Outcome::of_no_run(Class::InputMismatch)
	);
	let before = Job::new(main("")).with_input(&broken).run();
	assert_eq!(before.outcome.class, Class::Exited(0), "former profiles have no trees");
}

#[test]
fn name_should_be_the_first_argument_when_programs_are_named() {
	let body = "(drop (call $sizes (i32.const 0) (i32.const 4)))
		(call $exit (i32.load (i32.const 0)))";
	let module = wat::parse_str(format!(
		"(module
		 (import \"wasi_snapshot_preview1\" \"args_sizes_get\" (func $sizes (param i32 i32) (result i32)))
		 (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 1) (func (export \"_start\") {body}))"
	));
	let mut job = draft(module.expect("well-formed"), 1_000_000);
	assert_eq!(finished(&job).outcome.class, Class::Exited(1));
	job.spec.args = TaskSpec::bounded_args([String::from("a"), String::from("b")]).expect("short");
	assert_eq!(finished(&job).outcome.class, Class::Exited(2));
}
