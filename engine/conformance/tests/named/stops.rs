//! Where programs are stopped, to the byte and the slot.

use super::*;

/// The draft's state of a program that is stopped, on all executors.
fn state(job: &Job) -> Vec<u8> {
	let ran = match deep(|| compare(&Executor::all(), &job.clone().under(Profile::DRAFT))) {
		Verdict::Ran(ran) => *ran,
		other => panic!("{other:?}"),
	};
	assert!(ran.class.is_stop(), "{:?}", ran.class);
	ran.outputs.contents[2].clone()
}

/// All states of a program that begins with one page, over so many limits of gas.
fn walk(job: &Job, limits: u64) -> Vec<Vec<u8>> {
	(0..limits).map(|more| state(&job.clone().with_gas(PAGE + more))).collect()
}

#[test]
fn states_should_agree_when_gas_ends_anywhere_between_stores_and_branches() {
	// Leaves with branches that nobody looks behind, called in the middle of pieces that store.
	let job = program(
		"(global $g (mut i32) (i32.const 5))
		 (func $leaf (param i32) (result i32)
		  (if (i32.and (local.get 0) (i32.const 1))
		   (then (global.set $g (i32.add (global.get $g) (i32.const 3))))
		   (else (if (i32.and (local.get 0) (i32.const 2)) (then (return (i32.const 77))))))
		  (global.get $g))
		 (func $frame (param i32) (result i32)
		  (i32.store (i32.const 8) (local.get 0))
		  (if (result i32) (i32.gt_u (local.get 0) (i32.const 0))
		   (then (i32.add (call $frame (i32.sub (local.get 0) (i32.const 1))) (i32.const 1)))
		   (else (call $leaf (local.get 0)))))
		 (func (export \"_start\") (local $i i32)
		  (loop
		   (i32.store (i32.const 0) (i32.add (call $leaf (local.get $i)) (i32.load (i32.const 0))))
		   (i32.store (i32.const 4) (call $frame (i32.const 3)))
		   (local.set $i (i32.add (local.get $i) (i32.const 1)))
		   (br 0)))",
	);
	let states = walk(&job, 330);
	let mut seen = states.clone();
	seen.dedup();
	assert!(seen.len() > 30, "they go on: {}", seen.len());
}

#[test]
fn states_should_agree_when_gas_ends_in_functions_without_loops_or_in_bulk() {
	let job = program(
		"(data $d \"0123456789\")
		 (func $pick (param i32) (result i32)
		  (block (block (block (br_table 0 1 2 (local.get 0))) (return (i32.const 10)))
		   (return (i32.const 20))) (i32.const 30))
		 (func (export \"_start\")
		  (i32.store (i32.const 0) (call $pick (i32.const 0)))
		  (i32.store (i32.const 4) (call $pick (i32.const 1)))
		  (memory.fill (i32.const 100) (i32.const 7) (i32.const 80))
		  (i64.store (i32.const 8) (i64.const 1))
		  (memory.copy (i32.const 300) (i32.const 100) (i32.const 50))
		  (memory.init $d (i32.const 400) (i32.const 1) (i32.const 5))
		  (i32.store (i32.const 4) (call $pick (i32.const 2)))
		  (drop (memory.grow (i32.const 1)))
		  (v128.store (i32.const 500) (i8x16.splat (i32.const 9)))
		  (unreachable))",
	);
	for more in (0..900).step_by(7) {
		state(&job.clone().with_gas(PAGE + more));
	}
	state(&job.clone().with_gas(3 * PAGE));
}

#[test]
fn states_should_agree_when_the_stack_ends_or_an_access_traps() {
	for body in [
		"(i64.store (i32.const 65530) (i64.const -1))",
		"(v128.store (i32.const 65521) (v128.const i64x2 -1 -1))",
		"(i32.store (i32.const 0) (i32.const 1)) (i32.store (i32.const -1) (i32.const 2))",
		"(i32.store (i32.const 0) (i32.div_u (i32.const 1) (i32.const 0)))",
		"(memory.fill (i32.const 65000) (i32.const 1) (i32.const 1000))",
	] {
		state(&main(body));
	}
	let deep = program(
		"(func $f (param i32) (i32.store (i32.const 0) (local.get 0))
		  (call $f (i32.add (local.get 0) (i32.const 1))))
		 (func (export \"_start\") (call $f (i32.const 0)))",
	);
	let exhausted = state(&deep);
	assert_ne!(exhausted, state(&deep.clone().with_gas(PAGE + 10_000)));
}

#[test]
fn states_should_agree_when_samples_are_taken_in_nested_loops_and_calls() {
	let job = program(
		"(func $mix (param $a i64) (param $b i32) (result i64) (local $n i32)
		  (local.set $n (i32.const 40))
		  (loop
		   (local.set $a (i64.add (i64.rotl (local.get $a) (i64.const 9)) (i64.const 12345)))
		   (br_if 0 (local.tee $n (i32.sub (local.get $n) (i32.const 1)))))
		  (i64.xor (local.get $a) (i64.extend_i32_u (local.get $b))))
		 (func (export \"_start\") (local $x i64) (local $i i32)
		  (loop $outer
		   (local.set $i (i32.const 9))
		   (loop $inner
		    (local.set $x (call $mix (local.get $x) (local.get $i)))
		    (br_if $inner (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
		   (br $outer)))",
	);
	let states: Vec<_> =
		(0..12).map(|step| state(&job.clone().with_gas(PAGE + 20_000 + step * 16_384))).collect();
	// Memory never changes; what they came to does.
	for (at, one) in states.iter().enumerate() {
		assert!(!states[..at].contains(one), "{at}");
	}
}
