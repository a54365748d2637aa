//! Gas figures of small programs, and exactness at traps.

use super::*;

#[test]
fn operators_should_cost_what_the_table_says_when_straight() {
	assert_eq!(gas_of(""), 0);
	assert_eq!(gas_of("nop nop (block) (drop (i32.const 1))"), 1);
	assert_eq!(gas_of("(drop (i32.add (i32.const 1) (i32.const 2)))"), 3);
	assert_eq!(gas_of("(drop (i32.div_u (i32.const 1) (i32.const 2)))"), 6);
	assert_eq!(gas_of("(drop (i64.rem_s (i64.const 1) (i64.const 2)))"), 6);
	assert_eq!(gas_of("(drop (f64.sqrt (f64.const 2)))"), 5);
	assert_eq!(gas_of("(drop (f32.div (f32.const 2) (f32.const 3)))"), 6);
	assert_eq!(gas_of("(drop (i32.load (i32.const 0)))"), 2);
}

#[test]
fn only_the_taken_arm_should_be_charged_when_branching() {
	let arms = |condition: u32| {
		let then = "(drop (i32.const 1)) (drop (i32.const 1))";
		gas_of(&format!("(if (i32.const {condition}) (then {then}) (else (drop (i32.const 1))))"))
	};
	assert_eq!(arms(1), 2 + 2);
	assert_eq!(arms(0), 2 + 1);
	let skip = |condition: u32| {
		gas_of(&format!("(block (br_if 0 (i32.const {condition})) (drop (i32.const 1)))"))
	};
	assert_eq!(skip(1), 2);
	assert_eq!(skip(0), 3);
}

#[test]
fn each_iteration_should_be_charged_when_looping() {
	let times = |n: u32| {
		gas_of(&format!(
			"(local i32) (local.set 0 (i32.const {n}))
			 (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))
			 (drop (i32.const 1))"
		))
	};
	assert_eq!(times(1), 2 + 5 + 1);
	assert_eq!(times(1_000), 2 + 5 * 1_000 + 1);
}

#[test]
fn code_behind_a_taken_exit_should_be_free_when_it_never_runs() {
	assert_eq!(gas_of("(return) (drop (i32.div_u (i32.const 1) (i32.const 2)))"), 1);
	assert_eq!(gas_of("(block (br 0) (drop (i32.const 1))) (drop (i32.const 1))"), 2);
	let table = "(block (block (br_table 0 1 (i32.const 7)) (drop (i32.const 1)))
		(drop (i32.const 1)))";
	assert_eq!(gas_of(table), 2);
}

#[test]
fn calls_should_cost_what_the_table_says_when_direct_and_indirect() {
	let run = |call: &str| {
		let wasm = module(&format!(
			"(table funcref (elem $f)) (type $t (func))
			 (func $f (drop (i32.const 1)))
			 (func (export \"_start\") {call})"
		));
		super::run(&wasm, 1 << 40).gas - PAGE - 2
	};
	assert_eq!(run("(call $f)"), 4 + 1);
	assert_eq!(run("(call_indirect (type $t) (i32.const 0))"), 1 + 8 + 1);
}

#[test]
fn calls_should_cost_more_when_many_locals_are_set_to_zero() {
	let call = |params: usize, locals: usize| {
		let (params, arguments) = ("i64 ".repeat(params), "(i64.const 0) ".repeat(params));
		let wasm = module(&format!(
			"(func $f (param {params}) (local {})) (func (export \"_start\") (call $f {arguments}))",
			"i32 ".repeat(locals)
		));
		run(&wasm, 1 << 40).gas - PAGE - 4
	};
	assert_eq!(call(0, 0), 0);
	assert_eq!(call(0, 7), 0);
	assert_eq!(call(0, 8), 1);
	assert_eq!(call(0, 1_999), 249);
	assert_eq!(call(3, 4), 3);
	assert_eq!(call(3, 5), 3 + 1);
}

#[test]
fn bulk_operations_should_be_charged_by_operand_when_sizes_vary() {
	let copy = |n: u32| {
		gas_of(&format!("(memory.copy (i32.const 0) (i32.const 8) (i32.const {n}))")) - 203
	};
	assert_eq!([copy(0), copy(1), copy(8), copy(9), copy(4096)], [0, 1, 1, 2, 512]);
	let fill = gas_of("(memory.fill (i32.const 0) (i32.const 8) (i32.const 100))");
	assert_eq!(fill, 203 + 13);
	let grow = |n: u32| gas_of(&format!("(drop (memory.grow (i32.const {n})))")) - 201;
	assert_eq!([grow(0), grow(1), grow(10)], [0, 65_536, 655_360]);
	// More than the memory may have: it fails, and is charged all the same.
	assert_eq!(grow(1_000), 65_536_000);
}

#[test]
fn tables_should_be_charged_by_element_when_changed_in_bulk() {
	let run = |fields: &str, body: &str| {
		let wasm = module(&format!(
			"(table $t 10 funcref) (elem $e func $f $f) {fields} (func $f)
			 (func (export \"_start\") {body})"
		));
		super::run(&wasm, 1 << 40).gas - PAGE - 10
	};
	let fill = "(table.fill $t (i32.const 0) (ref.null func) (i32.const 5))";
	assert_eq!(run("", fill), 203 + 5);
	let grow = "(drop (table.grow $t (ref.func $f) (i32.const 5)))";
	assert_eq!(run("(export \"f\" (func $f))", grow), 202 + 5);
	let init = "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))";
	assert_eq!(run("", init), 203 + 2);
	let copy = "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 3))";
	assert_eq!(run("", copy), 203 + 3);
	assert_eq!(run("", "(elem.drop $e)"), 200, "as dear as one without elements");
}

#[test]
fn starting_should_be_charged_when_memory_tables_and_segments_are_declared() {
	let wasm = module(
		"(table 3 funcref) (elem (i32.const 1) $s $s) (data (i32.const 0) \"123456789\")
		 (data \"passive\") (func $s) (func (export \"_start\"))",
	);
	let startup = PAGE + 3 + 2 + 2;
	assert_eq!(metered(&wasm).info.startup_gas, startup);
	assert_eq!(run(&wasm, 1 << 40).gas, startup);
	assert_eq!(run(&wasm, startup).trap, None);
	let short = run(&wasm, startup - 1);
	assert_eq!((short.trap, short.gas), (Some(Trap::OutOfGas), startup - 1));
}

#[test]
fn start_function_should_run_under_gas_when_there_is_one() {
	let wasm = module(
		"(global $g (mut i32) (i32.const 0)) (start $s)
		 (func $s (global.set $g (i32.const 7)))
		 (func (export \"_start\") (if (i32.ne (global.get $g) (i32.const 7)) (then unreachable)))",
	);
	let run = run(&wasm, 1 << 40);
	assert_eq!((run.trap, run.gas), (None, PAGE + 2 + 4));
	let endless = module("(start $s) (func $s (loop (br 0))) (func (export \"_start\"))");
	assert_eq!(super::run(&endless, 1 << 20).trap, Some(Trap::OutOfGas));
}

#[test]
fn gas_should_be_exact_when_the_program_traps() {
	let trap = |body: &str| {
		let run = run(&main(body), 1 << 40);
		assert_eq!(run.trap, Some(Trap::Program));
		run.gas - PAGE
	};
	assert_eq!(trap("unreachable"), 1);
	// The whole piece is charged, whatever follows the trap in it.
	assert_eq!(trap("(drop (i32.div_u (i32.const 1) (i32.const 0))) (drop (i32.const 1))"), 7);
	assert_eq!(trap("(drop (i32.load (i32.const 65536)))"), 2);
	assert_eq!(trap("(drop (i32.trunc_f64_s (f64.const nan)))"), 2);
	let looped = "(local i32) (local.set 0 (i32.const 100))
		(loop (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
		 (drop (i32.div_u (i32.const 1) (local.get 0))) (br 0))";
	assert_eq!(trap(looped), 2 + 100 * (4 + 6 + 1));
	let copy = "(memory.copy (i32.const 0) (i32.const 65536) (i32.const 80))";
	assert_eq!(trap(copy), 203 + 10);
}

#[test]
fn gas_used_should_be_the_limit_when_it_runs_out() {
	let endless = main("(loop (br 0))");
	for limit in [PAGE, PAGE + 1, PAGE + 12_345] {
		let run = run(&endless, limit);
		assert_eq!((run.trap, run.gas), (Some(Trap::OutOfGas), limit));
	}
	// A grow of 2^32 - 1 pages and a copy of as many bytes must neither wrap nor work first.
	let grow = main("(drop (memory.grow (i32.const -1)))");
	assert_eq!(run(&grow, 1 << 40).trap, Some(Trap::OutOfGas));
	let copy = main("(memory.copy (i32.const 0) (i32.const 0) (i32.const -1))");
	assert_eq!(run(&copy, 1 << 24).trap, Some(Trap::OutOfGas));
	assert_eq!(run(&copy, 1 << 40).trap, Some(Trap::Program));
}

#[test]
fn one_unit_should_decide_when_gas_is_short() {
	let wasm = main("(drop (i32.div_u (i32.const 1) (i32.const 2)))");
	assert_eq!(run(&wasm, PAGE + 6).trap, None);
	let short = run(&wasm, PAGE + 5);
	assert_eq!((short.trap, short.gas), (Some(Trap::OutOfGas), PAGE + 5));
}

#[test]
fn memory_should_grow_to_the_bound_and_no_further_when_a_task_sets_one() {
	let grows = |declared: &str, pages: u32, by: u32| {
		let wasm = wat::parse_str(format!(
			"(module (memory (export \"memory\") 1 {declared}) (func (export \"_start\")
			  (if (i32.eq (memory.grow (i32.const {by})) (i32.const -1)) (then unreachable))))"
		))
		.expect("well-formed");
		let metered = instrument(&wasm, &Profile::BASE, pages).expect("inside the profile");
		execute(&metered, 1 << 40, OptLevel::Speed).trap.is_none()
	};
	assert!(grows("", 4, 3));
	assert!(!grows("", 4, 4));
	assert!(grows("3", 4, 2));
	assert!(!grows("3", 4, 3));
}

#[test]
fn gas_should_be_exact_when_a_loop_traps_in_a_later_round() {
	// Counts down from 5 and divides by it; the last round traps. In each: `before` runs ahead of it.
	let rounds = |before: &str| {
		main(&format!(
			"(local i32) (local.set 0 (i32.const 5))
			 (loop {before}
			  (local.set 0 (i32.sub (local.get 0) (i32.const 1)))
			  (drop (i32.div_u (i32.const 1) (local.get 0)))
			  (br 0))"
		))
	};
	let round = 4 + 2 + 4 + 1;
	for (before, more) in [
		("", 0),
		// A piece in which nothing can trap, between those in which something can.
		("(if (local.get 0) (then (drop (i32.const 1))) (else (drop (i32.const 1))))", 3),
		("(block (br_if 0 (local.get 0)) (drop (i32.const 1)))", 2),
		// Something else is charged meanwhile.
		("(memory.fill (i32.const 0) (i32.const 0) (i32.const 64))", 203 + 8),
		("(drop (memory.grow (i32.const 0)))", 201),
	] {
		let run = run(&rounds(before), 1 << 40);
		assert_eq!(run.trap, Some(Trap::Program), "{before}");
		assert_eq!(run.gas - PAGE, 2 + 5 * (round + more), "{before}");
	}
}

#[test]
fn gas_of_callees_should_count_when_a_loop_calls() {
	let wasm = |end: &str| {
		module(&format!(
			"(func $f (param i32) (result i32)
			  (loop (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))) {end}
			  (i32.const 1))
			 (func (export \"_start\") (local i32) (local.set 0 (i32.const 4))
			  (loop (drop (call $f (local.get 0)))
			   (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1))))))"
		))
	};
	// Four calls of 4, 3, 2 and 1 rounds of 5, and what follows them.
	let done = run(&wasm(""), 1 << 40);
	assert_eq!((done.trap, done.gas - PAGE), (None, 2 + 4 * (4 + 1 + 5 + 1) + 10 * 5));
	let trapped = run(&wasm("unreachable"), 1 << 40);
	assert_eq!((trapped.trap, trapped.gas - PAGE), (Some(Trap::Program), 2 + 10 + 4 * 5 + 1));
	// Every smaller limit is used up, wherever it runs out.
	for limit in PAGE..done.gas {
		let run = run(&wasm(""), limit);
		assert_eq!((run.trap, run.gas), (Some(Trap::OutOfGas), limit));
	}
}

#[test]
fn running_out_should_win_when_the_program_traps_right_after_it() {
	// Nothing looks between the charges and the trap.
	let wasm = main("(if (i32.const 1) (then unreachable))");
	for limit in [PAGE, PAGE + 1, PAGE + 2] {
		let run = run(&wasm, limit);
		assert_eq!((run.trap, run.gas), (Some(Trap::OutOfGas), limit));
	}
	let trapped = run(&wasm, PAGE + 3);
	assert_eq!((trapped.trap, trapped.gas), (Some(Trap::Program), PAGE + 3));
	// Nor before the end of the program.
	let wasm = main("(drop (i32.const 1))");
	assert_eq!(run(&wasm, PAGE).trap, Some(Trap::OutOfGas));
	assert_eq!(run(&wasm, PAGE + 1).trap, None);
}
