//! What programs come to: every class of outcome, exactly.

mod common;

use assay_primitives::{
	content::{BLOCK_SIZE, ContentRef, Layout},
	outcome::Class,
	task::Input,
};
use assay_runner::{Reason, RunError};
use common::*;

/// Writes `text` to standard output; leaves 0 on the stack.
const HELLO: &str = "
	(data (i32.const 0) \"\\10\\00\\00\\00\\06\\00\\00\\00\") (data (i32.const 16) \"hello\\n\")
	(func $hello (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))";
/// Gas of the segments that come with it.
const HELLO_SEGMENTS: u64 = 1 + 1;

#[test]
fn program_should_exit_with_nothing_when_it_does_nothing() {
	let bench = bench();
	let finished = bench.run(&job(main("")));
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert_eq!(finished.outcome.gas_used, STARTUP);
	assert_eq!(finished.manifest.0.len(), 2, "both standard streams are listed");
	assert_eq!(finished.outcome.output_bytes, 0);
}

#[test]
fn output_should_be_stored_when_a_program_exits_with_a_code() {
	let bench = bench();
	let body = "(func (export \"_start\") (call $hello) (call $exit (i32.const 7)) unreachable)";
	let finished = bench.run(&job(program(&format!("{HELLO} {body}"))));
	assert_eq!(finished.outcome.class, Class::Exited(7));
	assert_eq!(bench.stdout(&finished), b"hello\n");
	// Its memory and segments, the calls' 4 and 4 and 4 with their operands, and the host's 500
	// each and a byte for each byte.
	let operators = 4 + 1 + 4 + 1 + 4 + 4 + 1;
	let gas = finished.outcome.gas_used - STARTUP - HELLO_SEGMENTS - operators;
	assert!((2 * 500 + 6..2 * 500 + 64).contains(&gas), "{gas}");
}

#[test]
fn input_should_arrive_when_a_task_has_one() {
	let bench = bench();
	let echo = main(
		"(i32.store (i32.const 0) (i32.const 64)) (i32.store (i32.const 4) (i32.const 1024))
		 (block (loop
		  (drop (call $read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
		  (br_if 1 (i32.eqz (i32.load (i32.const 8))))
		  (i32.store (i32.const 4) (i32.load (i32.const 8)))
		  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 12)))
		  (i32.store (i32.const 4) (i32.const 1024))
		  (br 0)))",
	);
	let input: Vec<u8> = (0..300_000u32).map(|i| (i * 7 % 251) as u8).collect();
	let finished = bench.run(&with_input(job(echo), &input));
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert_eq!(bench.stdout(&finished), input);
}

#[test]
fn long_output_should_be_stored_in_blocks_when_it_exceeds_one() {
	let bench = bench();
	let flood = main(
		"(local i32) (i32.store (i32.const 4) (i32.const 65528)) (local.set 0 (i32.const 48))
		 (loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
		  (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))",
	);
	let mut job = job(flood);
	job.spec.limits.output_bytes = 4 << 20;
	let finished = bench.run(&job);
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert_eq!(bench.stdout(&finished).len(), 48 * 65_528);
	assert!(!finished.manifest.0[0].content.is_raw());
}

#[test]
fn gas_should_be_the_limit_when_a_loop_never_ends() {
	let bench = bench();
	let mut job = job(main("(loop (br 0))"));
	job.spec.limits.gas = 12_345_678;
	let finished = bench.run(&job);
	assert_eq!(finished.outcome.class, Class::OutOfGas);
	assert_eq!(finished.outcome.gas_used, 12_345_678);
}

#[test]
fn gas_should_be_the_limit_when_a_host_call_can_not_be_paid() {
	let bench = bench();
	let program = program(&format!("{HELLO} (func (export \"_start\") (call $hello))"));
	let all = bench.run(&job(program.clone())).outcome.gas_used;
	for missing in [1, 2, 6, 100, 505] {
		let mut job = job(program.clone());
		job.spec.limits.gas = all - missing;
		let finished = bench.run(&job);
		assert_eq!(finished.outcome.class, Class::OutOfGas);
		assert_eq!(finished.outcome.gas_used, all - missing);
		assert_eq!(bench.stdout(&finished), b"", "nothing is written that is not paid for");
	}
	let mut job = job(program);
	job.spec.limits.gas = all;
	assert_eq!(bench.run(&job).outcome.class, Class::Exited(0));
}

#[test]
fn recursion_should_end_at_the_profile_when_it_never_returns() {
	let deep = || job(program("(func $f (call $f)) (func (export \"_start\") (call $f))"));
	let fast = bench().run(&deep()).outcome;
	assert_eq!(fast.class, Class::StackExhausted);
	assert_eq!(fast, plain().run(&deep()).outcome);
}

#[test]
fn wide_frames_should_end_at_the_profile_when_recursion_spills() {
	// Many values that live across the call, to make the native frames as large as they get.
	let pushes: String =
		(0..500).map(|i| format!("(i64.mul (local.get 0) (i64.const {}))", 2 * i + 3)).collect();
	let sums = "i64.xor ".repeat(500);
	let wide = program(&format!(
		"(func $f (param i64) (result i64) {pushes}
		 (call $f (i64.add (local.get 0) (i64.const 1))) {sums})
		 (func (export \"_start\") (drop (call $f (i64.const 1))))"
	));
	let fast = bench().run(&job(wide.clone())).outcome;
	assert_eq!(fast.class, Class::StackExhausted);
	assert_eq!(fast, plain().run(&job(wide)).outcome);
}

#[test]
fn large_native_frames_should_end_at_the_profile_when_an_optimiser_makes_them() {
	// Computes the same values before and after the call, so that keeping them all is tempting.
	let values: String = (0..6_000)
		.map(|i| {
			format!(
				"(local.set 1 (i64.xor (local.get 1) (i64.div_u (local.get 0) (i64.const {}))))",
				2 * i + 3
			)
		})
		.collect();
	let greedy = program(&format!(
		"(func $f (param i64) (local i64) {values}
		 (i64.store (i32.const 0) (local.get 1))
		 (call $f (local.get 0)) {values}
		 (i64.store (i32.const 8) (local.get 1)))
		 (func (export \"_start\") (call $f (i64.const 77)))"
	));
	let fast = bench().run(&job(greedy)).outcome;
	assert_eq!(fast.class, Class::StackExhausted);
}

#[test]
fn gas_and_output_should_be_exact_when_a_program_traps() {
	let bench = bench();
	let trap = |body: &str| {
		let start = format!("(func (export \"_start\") (call $hello) {body})");
		let finished = bench.run(&job(program(&format!("{HELLO} {start}"))));
		assert_eq!(finished.outcome.class, Class::Trapped, "{body}");
		assert_eq!(bench.stdout(&finished), b"hello\n", "what was written stays");
		finished.outcome.gas_used
	};
	let base = trap("unreachable") - 1;
	assert_eq!(trap("(drop (i32.div_u (i32.const 1) (i32.const 0)))"), base + 6);
	assert_eq!(trap("(drop (i32.load (i32.const 65533)))"), base + 2);
	assert_eq!(trap("(drop (i32.trunc_f32_s (f32.const inf)))"), base + 2);
	assert_eq!(trap("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"), base + 6);
	assert_eq!(
		trap("(memory.fill (i32.const 1) (i32.const 0) (i32.const 65536))"),
		base + 203 + 8_192
	);
}

#[test]
fn memory_should_grow_to_the_task_when_it_is_asked_for() {
	let bench = bench();
	// Exits with 1 when the growth fails.
	let grow = |by: u32| {
		main(&format!(
			"(if (i32.eq (memory.grow (i32.const {by})) (i32.const -1))
			  (then (call $exit (i32.const 1))))
			 (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536)))"
		))
	};
	let mut fits = job(grow(63));
	fits.spec.limits.gas = 1 << 50;
	let finished = bench.run(&fits);
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert!((4 << 20..64 << 20).contains(&finished.stats.peak_memory), "{:?}", finished.stats);
	for by in [64, 1_000, 65_535, u32::MAX] {
		let mut job = job(grow(by));
		job.spec.limits.gas = 1 << 50;
		assert_eq!(bench.run(&job).outcome.class, Class::Exited(1), "{by} pages");
	}
}

#[test]
fn table_should_grow_to_the_profile_when_it_is_asked_for() {
	let bench = bench();
	let grow = |by: u32| {
		let body = format!(
			"(table $t 1 funcref) (func (export \"_start\")
			 (call $exit (i32.eq (table.grow $t (ref.null func) (i32.const {by})) (i32.const -1))))"
		);
		bench.run(&job(program(&body))).outcome.class
	};
	assert_eq!(grow(65_535), Class::Exited(0));
	assert_eq!(grow(65_536), Class::Exited(1));
}

#[test]
fn output_should_stay_within_the_limit_when_a_program_floods_it() {
	let bench = bench();
	let flood = main(
		"(i32.store (i32.const 4) (i32.const 60000))
		 (loop (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))",
	);
	let finished = bench.run(&job(flood.clone()));
	assert_eq!(finished.outcome.class, Class::OutputLimit);
	assert!(finished.outcome.output_bytes <= 1 << 20);
	assert_eq!(finished.outcome, plain().run(&job(flood)).outcome);
}

#[test]
fn module_should_be_invalid_when_outside_the_profile() {
	let bench = bench();
	for module in [
		b"not a module".to_vec(),
		wat::parse_str("(module (import \"env\" \"f\" (func)) (memory (export \"memory\") 1))")
			.expect("well-formed"),
		wat::parse_str("(module (memory (export \"memory\") 1))").expect("well-formed"),
	] {
		for cached in [false, true] {
			let finished = bench.run(&job(module.clone()));
			assert_eq!(finished.outcome.class, Class::ModuleInvalid);
			assert_eq!(finished.outcome.gas_used, 0);
			assert!(finished.manifest.0.is_empty());
			assert!(finished.refusal.is_some());
			assert_eq!(finished.stats.cached, cached);
		}
	}
	let long = vec![0; (16 << 20) + 1];
	assert_eq!(bench.run(&job(long)).outcome.class, Class::ModuleInvalid);
}

#[test]
fn module_should_be_invalid_when_it_starts_with_more_memory_than_the_task_allows() {
	let bench = bench();
	let large =
		wat::parse_str("(module (memory (export \"memory\") 65) (func (export \"_start\")))")
			.expect("well-formed");
	let finished = bench.run(&job(large.clone()));
	assert_eq!(finished.outcome.class, Class::ModuleInvalid);
	let reason = finished.refusal.expect("there is a reason").reason;
	assert_eq!(reason, Reason::MemoryAboveTask { minimum: 65, limit: 64 });
	let mut job = job(large);
	job.spec.limits.memory_pages = 65;
	assert_eq!(bench.run(&job).outcome.class, Class::Exited(0));
}

#[test]
fn input_should_mismatch_when_only_its_size_is_wrong() {
	let bench = bench();
	let mut job = with_input(job(main("")), b"input");
	let right = ContentRef::of(b"input");
	job.spec.input = Input::Blob(ContentRef { size: 6, ..right });
	let finished = bench.run(&job);
	assert_eq!(finished.outcome.class, Class::InputMismatch);
	assert_eq!((finished.outcome.gas_used, finished.manifest.0.len()), (0, 0));
	job.spec.input = Input::Blob(right);
	assert_eq!(bench.run(&job).outcome.class, Class::Exited(0));
}

/// Both have one hash, and the interpreter says the same.
#[test]
fn run_should_fail_without_an_outcome_when_a_node_is_taken_for_the_content_above_it() {
	let bench = bench();
	for len in [BLOCK_SIZE + 1, BLOCK_SIZE + BLOCK_SIZE / 4, 2 * BLOCK_SIZE, 2 * BLOCK_SIZE + 1] {
		let content: Vec<u8> = (0..len).map(|at| (at % 251) as u8).collect();
		let node = Layout::of(&content).node.expect("it is longer than a block");
		for (named, brought) in [(&content, &node), (&node, &content)] {
			let mut job = with_input(job(main("")), named);
			assert_eq!(bench.run(&job).outcome.class, Class::Exited(0));
			job.input = Some(brought.clone());
			assert!(matches!(bench.try_run(&job), Err(RunError::InputDiffers)), "{len}");
		}
	}
}

#[test]
fn run_should_fail_without_an_outcome_when_content_differs() {
	let bench = bench();
	let mut other = job(main(""));
	other.spec.module = ContentRef::of(b"another module");
	assert!(matches!(bench.try_run(&other), Err(RunError::ModuleDiffers)));
	let mut other = with_input(job(main("")), b"input");
	other.input = Some(b"other".to_vec());
	assert!(matches!(bench.try_run(&other), Err(RunError::InputDiffers)));
	other.input = None;
	assert!(matches!(bench.try_run(&other), Err(RunError::InputDiffers)));
	let mut other = job(main(""));
	other.input = Some(Vec::new());
	assert!(matches!(bench.try_run(&other), Err(RunError::InputDiffers)));
	other.spec.profile = Default::default();
	assert!(matches!(bench.try_run(&other), Err(RunError::UnknownProfile)));
}

#[test]
fn outcome_should_be_the_same_when_code_is_generated_in_another_way() {
	// Floats whose NaNs would differ, randomness, memory, calls through a table, output.
	let busy = program(
		"(table funcref (elem $a $b)) (type $t (func (param f64) (result f64)))
		 (func $a (type $t) (f64.sqrt (f64.neg (local.get 0))))
		 (func $b (type $t) (f64.div (f64.sub (local.get 0) (local.get 0)) (f64.const 0)))
		 (func (export \"_start\") (local i32 f64)
		  (drop (call $random (i32.const 256) (i32.const 1024)))
		  (local.set 0 (i32.const 20000))
		  (loop
		   (local.set 1 (f64.add (local.get 1) (f64.reinterpret_i64 (i64.load (i32.add
		    (i32.const 256) (i32.and (local.get 0) (i32.const 1016)))))))
		   (f64.store (i32.add (i32.const 2048) (i32.and (local.get 0) (i32.const 0x3ff8)))
		    (call_indirect (type $t) (local.get 1) (i32.and (local.get 0) (i32.const 1))))
		   (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
		  (i32.store (i32.const 0) (i32.const 256)) (i32.store (i32.const 4) (i32.const 30000))
		  (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))",
	);
	let (fast, plain) = (bench(), plain());
	let first = fast.run(&job(busy.clone()));
	assert_eq!(first.outcome.class, Class::Exited(0));
	assert_eq!(first.outcome.output_bytes, 30_000);
	assert_eq!(first.outcome, fast.run(&job(busy.clone())).outcome);
	assert_eq!(first.outcome, plain.run(&job(busy.clone())).outcome);
	let mut other = job(busy);
	other.spec.seed = Default::default();
	assert_ne!(first.outcome.output, fast.run(&other).outcome.output, "the seed matters");
}

#[test]
fn compilation_should_be_quick_and_loadable_when_very_much_is_merged() {
	// Each level of ifs merges all locals: far more than backtracking could allocate in minutes.
	let (locals, depth) = (1_000, 150);
	let assign: String =
		(0..locals).map(|i| format!("(local.set {i} (i32.const {}))", i + 1)).collect();
	let nest =
		format!("{}{assign}{}", "(if (i32.const 1) (then ".repeat(depth), "))".repeat(depth));
	let sum: String = (0..locals).map(|i| format!("(i32.add (local.get {i}))")).collect();
	let wasm = program(&format!(
		"(func (export \"_start\") (local {}) {nest} (i32.const 0) {sum} (call $exit))",
		"i32 ".repeat(locals)
	));
	let bench = bench();
	let finished = bench.run(&job(wasm));
	assert_eq!(finished.outcome.class, Class::Exited(500_500));
}
