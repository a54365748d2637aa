//! Height of the stack: what a frame takes, and that it is given back on every way out.

use super::*;
use crate::LOCALS_PER_UNIT;
use assay_primitives::profile::StackRules;

const RULES: StackRules = Profile::BASE.stack;

/// Slots taken at a trap inside a function that is called from `_start`.
fn slots_at_trap(function: &str) -> i64 {
	let wasm = module(&format!("{function} (func (export \"_start\") (call $f))"));
	let run = run(&wasm, 1 << 30);
	assert_eq!(run.trap, Some(Trap::Program));
	// `_start` holds nothing.
	run.slots - i64::from(RULES.frame)
}

#[test]
fn frame_should_count_locals_and_operands_when_the_function_calls() {
	let frame = i64::from(RULES.frame);
	assert_eq!(slots_at_trap("(func $g) (func $f unreachable (call $g))"), frame);
	assert_eq!(
		slots_at_trap(
			"(func $g) (func $f (local i32 i64) (call $g)
			  (drop (i32.add (i32.const 1) (i32.add (i32.const 1) (i32.const 1)))) unreachable)"
		),
		frame + 2 + 3
	);
}

#[test]
fn frame_should_count_operators_when_a_function_is_long() {
	let nops = |n: u32| {
		let body = repeat("nop ", n as usize);
		slots_at_trap(&format!("(func $g) (func $f unreachable (call $g) {body})"))
	};
	// `unreachable`, the call and the end are operators too.
	assert_eq!(nops(RULES.operators - 4), i64::from(RULES.frame));
	assert_eq!(nops(RULES.operators - 3), i64::from(RULES.frame + 1));
	assert_eq!(nops(10 * RULES.operators - 3), i64::from(RULES.frame + 10));
}

#[test]
fn leaf_should_be_free_when_its_frame_is_small() {
	assert_eq!(slots_at_trap("(func $f (local i32) unreachable)"), 0);
	let locals = |n: u32| format!("(func $f (local {}) unreachable)", repeat("i32 ", n as usize));
	assert_eq!(slots_at_trap(&locals(RULES.leaf - RULES.frame)), 0);
	let counted = RULES.leaf - RULES.frame + 1;
	assert_eq!(slots_at_trap(&locals(counted)), i64::from(counted + RULES.frame));
}

#[test]
fn frame_should_be_given_back_when_left_in_any_way() {
	let exits = [
		"(i32.const 1)",
		"(return (i32.const 1))",
		"(br 0 (i32.const 1))",
		"(block (br 1 (i32.const 1))) (i32.const 2)",
		"(block (loop (return (i32.const 1)))) (i32.const 2)",
		"(br_if 0 (i32.const 1) (i32.const 1))",
		"(br_table 0 0 0 (i32.const 1) (i32.const 1))",
		"(block (result i32) (br_table 1 0 1 (i32.const 1) (i32.const 5)))",
		"(if (result i32) (i32.const 1) (then (return (i32.const 3))) (else (i32.const 4)))",
	];
	for exit in exits {
		let wasm = module(&format!(
			"(func $g) (func $f (result i32) (call $g) {exit})
			 (func (export \"_start\") (drop (call $f)) (drop (call $f)))"
		));
		let run = run(&wasm, 1 << 30);
		assert_eq!((run.trap, run.slots), (None, 0), "{exit}");
	}
}

#[test]
fn values_should_pass_when_a_function_has_several_results() {
	let wasm = module(
		"(func $g) (func $f (param i32) (result i32 i64 i32) (call $g)
		  (if (local.get 0) (then (return (i32.const 1) (i64.const 2) (i32.const 3))))
		  (i32.const 1) (i64.const 2) (i32.const 3))
		 (func $check (param i32) (call $f (local.get 0))
		  (if (i32.ne (i32.const 3)) (then unreachable))
		  (if (i64.ne (i64.const 2)) (then unreachable))
		  (if (i32.ne (i32.const 1)) (then unreachable)))
		 (func (export \"_start\") (call $check (i32.const 0)) (call $check (i32.const 1)))",
	);
	let run = run(&wasm, 1 << 30);
	assert_eq!((run.trap, run.slots), (None, 0));
}

#[test]
fn recursion_should_end_at_the_same_depth_when_it_never_returns() {
	let recursion = |locals: usize| {
		let wasm = module(&format!(
			"(func $f (local {}) (call $f)) (func (export \"_start\") (call $f))",
			repeat("i64 ", locals)
		));
		let run = run(&wasm, 1 << 30);
		assert_eq!(run.trap, Some(Trap::StackExhausted));
		run.gas - PAGE
	};
	let slots = u64::from(RULES.slots);
	let frame = u64::from(RULES.frame);
	// Each frame that fits makes one call; `_start` does too.
	assert_eq!(recursion(0), 4 * (1 + (slots - frame) / frame));
	let deep = (slots - frame) / (frame + 96);
	let zeroing = 96 / u64::from(LOCALS_PER_UNIT);
	assert_eq!(recursion(96), 4 * (1 + deep) + zeroing * deep);
}

#[test]
fn gas_should_win_when_it_runs_out_first() {
	let wasm = module("(func $f (call $f)) (func (export \"_start\") (call $f))");
	let run = run(&wasm, PAGE + 400);
	assert_eq!((run.trap, run.gas), (Some(Trap::OutOfGas), PAGE + 400));
}
