//! What wasmi is given, and what it makes of it.

use super::{Parameters, guard, guard_with};
use crate::{Bounds, Failure, STEPS_BEYOND, config, execute_within, machine::run_guarded};
use alloc::{format, string::String, vec, vec::Vec};
use assay_metering::instrument;
use assay_primitives::{
	content::ContentRef,
	outcome::Class,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};

/// A program whose `_start` is this, with what it calls.
fn program(fields: &str, start: &str) -> Vec<u8> {
	let text = format!(
		"(module
		 (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 1) {fields} (func (export \"_start\") {start}))"
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn metered(module: &[u8]) -> Vec<u8> {
	instrument(module, &Profile::SIMD, 1).expect("within the profile").wasm
}

fn spec(module: &[u8], gas: u64) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(module),
		profile: Profile::SIMD.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::None,
		seed: Default::default(),
		limits: Limits { gas, memory_pages: 1, output_bytes: 0 },
	}
}

/// How a program ends with the parameters of its blocks lowered or not.
fn end(module: &[u8], parameters: Parameters) -> Class {
	let guarded = guard_with(&metered(module), usize::MAX, parameters).expect("there is room");
	let spec = spec(module, 10_000_000);
	let ran = run_guarded(guarded, &spec, &Profile::SIMD, None, u64::MAX);
	ran.expect("it has an outcome").class
}

/// A program that exits with 0 if `$f` gives what it should for its arguments.
fn calling(f: &str, arguments: &str, ty: &str, expected: &str) -> Vec<u8> {
	program(f, &format!("(call $exit ({ty}.ne (call $f {arguments}) ({ty}.const {expected})))"))
}

/// A value below the parameter is in a register that the parameter is moved to.
const BELOW: &str = "(func $f (param $a i64) (param $b i32) (result i64)
	local.get $a i64.extend32_s local.tee $a
	local.get $b loop (param i32) (result i32) end drop)";

#[test]
fn value_should_survive_when_a_block_above_it_takes_a_parameter() {
	let module = calling(BELOW, "(i64.const 5) (i32.const 7)", "i64", "5");
	assert_eq!(end(&module, Parameters::Lowered), Class::Exited(0));
	// When this fails wasmi has been repaired, and may be given blocks as they are.
	assert_eq!(end(&module, Parameters::Kept), Class::Exited(1));
}

/// A table takes three values along, below which there is another one. No block takes a parameter.
const TABLE: &str = "(func $three (param $a i32) (result i32 i32 i32) (local $b i32)
	 block (result i32 i32 i32)
	  local.get $a
	  local.get $b i32.const 1 i32.add
	  local.get $b local.get $a i32.sub
	  local.get $a i32.eqz
	  local.get $b br_table 1 1 0
	 end)";
/// Exits with 64 of the first, eight of what is left of the second by eight, and the third.
const THREE: &str = "(local i32 i32 i32)
	i32.const 9 call $three local.set 2 local.set 1 local.set 0
	(call $exit (i32.add (i32.mul (local.get 0) (i32.const 64))
	 (i32.add (i32.mul (i32.and (local.get 1) (i32.const 7)) (i32.const 8)) (local.get 2))))";

#[test]
fn values_should_keep_their_order_when_a_table_takes_them_along() {
	let module = program(TABLE, THREE);
	assert_eq!(end(&module, Parameters::Lowered), Class::Exited(64 + 7 * 8));
	// When this fails wasmi has been repaired, and may be given tables as they are.
	assert_ne!(end(&module, Parameters::Kept), Class::Exited(64 + 7 * 8));
}

#[test]
fn blocks_should_give_what_they_must_when_they_take_parameters() {
	for (f, arguments, expected) in [
		// A block, an `if` with both sides, and one without `else`.
		("local.get 0 i32.const 3 block (param i32 i32) (result i32) i32.sub end", "10", 7),
		(
			"i32.const 20 local.get 0 local.get 0
			 if (param i32 i32) (result i32) i32.add else i32.mul end",
			"3",
			23,
		),
		(
			"i32.const 20 local.get 0 local.get 0
			 if (param i32 i32) (result i32) i32.add else drop end",
			"0",
			20,
		),
		("i32.const 9 local.get 0 if (param i32) (result i32) i32.const 1 i32.add end", "0", 9),
		("i32.const 9 local.get 0 if (param i32) (result i32) i32.const 1 i32.add end", "1", 10),
		// Loops that are entered again by each kind of branch: sums and powers.
		(
			"i32.const 0 local.get 0
			 loop (param i32 i32) (result i32)
			  local.tee 0 i32.add local.get 0 i32.const 1 i32.sub local.tee 0
			  if (param i32) (result i32) local.get 0 br 1 end
			 end",
			"4",
			10,
		),
		(
			"i32.const 1
			 loop (param i32) (result i32)
			  i32.const 3 i32.mul local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
			 end",
			"4",
			81,
		),
		(
			"i32.const 100 i32.const 1
			 loop (param i32) (result i32)
			  i32.const 2 i32.mul
			  local.get 0 i32.const 1 i32.sub local.tee 0
			  i32.eqz i32.eqz br_if 0
			 end i32.sub",
			"3",
			92,
		),
		// A table with a loop, a block with a result and the function among its targets.
		(
			"block (result i32)
			  i32.const 0
			  loop (param i32) (result i32)
			   i32.const 10 i32.add local.get 0 i32.const 1 i32.add local.tee 0
			   br_table 2 1 0 0 1
			  end
			  unreachable
			 end
			 i32.const 1 i32.add",
			"1",
			31,
		),
		(
			"i32.const 5
			 loop (param i32) (result i32) local.get 0 br_table 1 0 end
			 i32.const 1 i32.add",
			"0",
			5,
		),
		// Code that can't be reached, whose types are whatever is needed.
		(
			"i32.const 5
			 loop (param i32) (result i32)
			  local.get 0 i32.eqz
			  if (param i32) (result i32) return
			   i64.const 1 drop br_if 1 br_table 0 1 1
			   i32.const 0 loop (param i32 i32) (result i64) drop br 2 end unreachable
			  else i32.const 1 i32.sub local.tee 0 i32.const 0 local.set 0 br 1
			   block (param i32) drop end end
			 end",
			"1",
			4,
		),
		("local.get 0 br 0 loop (param i32) (result i32) br 0 end", "6", 6),
	] {
		let f = format!("(func $f (param i32) (result i32) {f})");
		let module =
			calling(&f, &format!("(i32.const {arguments})"), "i32", &format!("{expected}"));
		assert_eq!(end(&module, Parameters::Lowered), Class::Exited(0), "{f}");
	}
}

#[test]
fn values_of_every_type_should_arrive_when_a_block_takes_them_together() {
	let f = "(func $f (param i32) (result i32) (local i64 f32 f64 v128)
		(i64.const 7) (local.get 0) (f32.const 1.5) (f64.const -2) (v128.const i64x2 3 4)
		(ref.null func) (i64.const 8) (f32.const 2.5)
		loop (param i64 i32 f32 f64 v128 funcref i64 f32) (result f32 i64 v128 i32)
		 f32.const 1 f32.add local.set 2 local.set 1
		 ref.is_null local.set 0 local.set 4 f64.neg local.set 3
		 drop drop drop
		 local.get 2 local.get 1 local.get 4 local.get 0
		end
		if (param f32 i64 v128) (result i32)
		 i64x2.extract_lane 1 i64.add i64.const 12 i64.eq
		 if (param f32) (result i32) f32.const 3.5 f32.eq else drop i32.const 0 end
		else drop drop drop i32.const 0 end
		local.get 3 f64.const 2 f64.eq i32.and)";
	let module = calling(f, "(i32.const 0)", "i32", "1");
	assert_eq!(end(&module, Parameters::Lowered), Class::Exited(0));
}

/// A function of blocks that take and give as much as they may, branching as much as it may.
fn dense() -> String {
	let many = "i32 ".repeat(32);
	let (open, tables) = (
		format!("loop (param {many}) (result {many}) ").repeat(60),
		"local.get 0 i32.const 1 i32.and if local.get 1 return end ".repeat(20),
	);
	format!(
		"(func $f (param i32 i32) (result i32) {} {open} {tables}
		 local.get 0 br_table 1 2 3 4 5 6 7 8 {} {} drop)",
		"i32.const 1 ".repeat(32),
		"end ".repeat(60),
		"drop ".repeat(30)
	)
}

#[test]
fn module_should_grow_by_what_its_blocks_pass_on_when_it_is_guarded() {
	for module in [
		program(&dense(), "(drop (call $f (i32.const 1) (i32.const 2)))"),
		program("", &"(block (br 0)) ".repeat(8_000)),
		program("", &"(br_if 0 (i32.const 0)) ".repeat(8_000)),
	] {
		let wasm = metered(&module);
		let guarded = guard(&wasm, usize::MAX).expect("no bound");
		wasmparser::validate(&guarded).expect("valid");
		// Each value that is passed on takes two operators of three bytes, each charge 22 bytes.
		assert!(guarded.len() < 3 * wasm.len() + 3 * 6 * 16_384, "{}", guarded.len());
		assert_eq!(guard(&wasm, 1_000), Err(Failure::MeteredTooLong));
	}
}

#[test]
fn module_should_be_counted_and_nothing_else_when_its_blocks_take_nothing() {
	let module = program("", "(block (br 0)) (loop) (if (i32.const 1) (then) (else nop))");
	let wasm = metered(&module);
	let lowered = guard(&wasm, usize::MAX).expect("no bound");
	assert_eq!(lowered, guard_with(&wasm, usize::MAX, Parameters::Kept).expect("no bound"));
	assert_ne!(lowered, wasm);
	assert!(matches!(guard(&module, usize::MAX), Err(Failure::Engine(_))), "nothing to look at");
}

#[test]
fn module_should_stay_valid_when_it_selects() {
	let select = "(select (i32.const 1) (i32.const 2) (i32.eqz (i32.const 3)))";
	let typed = "(select (result i32) (i32.const 1) (i32.const 2) (i32.eqz (i32.const 3)))";
	// Long enough that lengths take more bytes than before.
	for repeat in [1, 2, 7, 40, 2_000] {
		let body = format!("(drop {select}) (drop {typed})").repeat(repeat);
		let wasm = metered(&program("", &body));
		let guarded = guard(&wasm, usize::MAX).expect("no bound");
		assert!(guarded.len() > wasm.len() + 6 * repeat);
		wasmi::Module::new(&wasmi::Engine::new(&config(&Profile::SIMD)), &guarded).expect("valid");
	}
}

#[test]
fn lane_should_be_stored_as_a_number_when_a_vector_stores_it() {
	let vector = "(v128.const i8x16 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25)";
	for (offset, lane, code) in [(0, 0, 10), (3, 7, 17), (65_530, 15, 25), (65_536, 1, 11)] {
		let module = program(
			"",
			&format!(
				"(v128.store8_lane offset={offset} {lane} (i32.const -1) {vector})
				 (v128.store8_lane offset={offset} {lane} (i32.const 1) {vector})
				 (call $exit (i32.load8_u offset={offset} (i32.const 1)))"
			),
		);
		// The first one is out of bounds, wherever the offset leads.
		assert_eq!(end(&module, Parameters::Lowered), Class::Trapped);
		let module = program(
			"",
			&format!(
				"(if (i32.lt_u (i32.const {offset}) (i32.const 65535)) (then
				 (v128.store8_lane offset={offset} {lane} (i32.const 1) {vector})
				 (call $exit (i32.load8_u offset={offset} (i32.const 1)))))
				 (call $exit (i32.const {code}))"
			),
		);
		assert_eq!(end(&module, Parameters::Lowered), Class::Exited(code));
	}
}

/// Steps of a task of this gas, if they are at most `most`.
fn steps(module: &[u8], gas: u64, most: u64) -> Result<(Class, u64), Failure> {
	let bounds = Bounds { code_bytes: usize::MAX, steps: most };
	execute_within(module, &spec(module, gas), &Profile::SIMD, None, bounds)
		.map(|finished| (finished.outcome.class, finished.steps))
}

/// Gas of the page that every program here starts with.
const STARTUP: u64 = 65_536;

/// Frames within each other, each of which calls a function of `length` operators on its way out, again and
/// again; the function neither calls nor has a loop.
fn overrun(calls: usize, depth: u32, operator: &str, length: usize) -> Vec<u8> {
	let (ty, one) = match operator.split_once('.') {
		Some(("f64", _)) => ("f64", "(f64.const 1e300)"),
		Some(("i64", _)) => ("i64", "(i64.const 1)"),
		_ => ("i32", "(i32.const 1)"),
	};
	let fields = format!(
		"(global $v (mut {ty}) {one}) (global $depth (mut i32) (i32.const {depth}))
		 (func $leaf global.get $v {} global.set $v)
		 (func $frame
		  (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
		  (if (i32.gt_s (global.get $depth) (i32.const 0)) (then (call $frame)))
		  {})",
		format!("{operator} ").repeat(length),
		"call $leaf ".repeat(calls)
	);
	program(&fields, "(call $frame)")
}

#[test]
fn run_should_end_near_its_gas_when_frames_call_long_functions_on_their_way_out() {
	for operator in ["f64.sqrt", "i64.popcnt", "i32.eqz", "nop"] {
		for (calls, depth) in [(1, 1), (2_000, 1), (400, 3), (10, 3_000), (0, 10_000)] {
			let module = overrun(calls, depth, operator, 20_000);
			let gas = STARTUP + 1_000;
			let (class, steps) = steps(&module, gas, Bounds::enough_steps(gas))
				.unwrap_or_else(|failure| panic!("{operator} {calls} {depth}: {failure}"));
			let quiet = operator == "nop" && (calls, depth) == (1, 1);
			assert_eq!(class == Class::OutOfGas, !quiet, "{operator} {calls} {depth}: {class:?}");
			// At most one of the long functions, and the gas.
			assert!(steps < 32_000 + 6 * 20_000 + 1_000, "{operator} {calls} {depth}: {steps}");
		}
	}
}

/// Blocks that pass many values on, again and again. A turn costs one unit of gas.
fn carrying(pairs: usize) -> Vec<u8> {
	let (many, fewer) = ("i32 ".repeat(32), "i32 ".repeat(31));
	let block = |values: &str| format!("block (param {values}) (result {values}) end ");
	let pair = block(&fewer) + &block(&many);
	program(
		"",
		&format!(
			"{} loop (param {many}) (result {many}) {} br 0 end {}",
			"i32.const 1 ".repeat(32),
			pair.repeat(pairs),
			"drop ".repeat(32)
		),
	)
}

#[test]
fn moves_should_be_steps_when_blocks_pass_values_on() {
	let (module, gas) = (carrying(100), STARTUP + 1_000);
	let (class, made) = steps(&module, gas, u64::MAX).expect("no bound");
	assert_eq!(class, Class::OutOfGas);
	assert!(made > 900 * 100 * 2 * 63, "{made} steps of 63 values into each pair and out of it");
	assert_eq!(steps(&module, gas, Bounds::enough_steps(gas)), Err(Failure::TooManySteps));
}

#[test]
fn what_follows_should_be_counted_when_either_side_of_an_if_was_taken() {
	let work = "i64.const 1 i64.popcnt drop ".repeat(1_000);
	let made = |condition: u32| {
		let sides = format!("(if (i32.const {condition}) (then nop) (else nop))");
		let module = program("", &format!("{sides} {work}"));
		steps(&module, STARTUP + 100_000, u64::MAX).expect("no bound").1
	};
	assert_eq!(made(0), made(1));
	assert!(made(1) > 7_000, "{} steps", made(1));
}

#[test]
fn module_should_be_refused_when_its_blocks_make_it_many_times_as_long() {
	let many = "i32 ".repeat(32);
	let blocks = format!("block (param {many}) (result {many}) end ").repeat(240);
	let (pushes, drops) = ("i32.const 1 ".repeat(32), "drop ".repeat(32));
	let module = program(&format!("(func {pushes} {blocks} {drops}) ").repeat(100), "");
	assert_eq!(steps(&module, STARTUP + 10, u64::MAX), Err(Failure::MeteredTooLong));
}

#[test]
fn frames_should_end_when_they_return_without_gas() {
	// Each frame goes on after its call: nothing there calls or loops.
	let rest = "(global.set $v (i32.add (global.get $v) (i32.const 1))) ".repeat(25);
	let fields = format!(
		"(global $v (mut i32) (i32.const 0))
		 (func $f (param i32)
		  (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))) {rest})"
	);
	let module = program(&fields, "(call $f (i32.const 8000))");
	let down = 8_000 * 12;
	let (class, steps) = steps(&module, STARTUP + down, u64::MAX).expect("no bound");
	assert_eq!(class, Class::OutOfGas);
	assert!(steps < 32 * down, "{steps} steps, though all frames would have made 8,000 * 100 more");
}

#[test]
fn run_should_have_no_outcome_when_it_makes_more_steps_than_it_may() {
	let module = program("", "(loop (br 0))");
	let gas = STARTUP + 100_000;
	let (class, needed) = steps(&module, gas, u64::MAX).expect("no bound");
	assert_eq!(class, Class::OutOfGas);
	assert!(needed > 300_000 && needed < Bounds::enough_steps(100_000) - STEPS_BEYOND);
	assert_eq!(steps(&module, gas, needed), Ok((Class::OutOfGas, needed)));
	for most in [0, 1, needed / 2, needed - 1] {
		assert_eq!(steps(&module, gas, most), Err(Failure::TooManySteps));
	}
}

#[test]
fn run_should_have_no_outcome_when_the_interpreter_can_not_represent_a_function() {
	// Vectors are two cells each, and the profile counts their operands once.
	let depth = 33_000;
	let fields = format!(
		"(func $wide (param v128) {} {})",
		"local.get 0 ".repeat(depth),
		"drop ".repeat(depth)
	);
	let module = program(&fields, "(call $wide (v128.const i64x2 0 0))");
	let failure = steps(&module, STARTUP + 1_000_000, u64::MAX).expect_err("it has too many cells");
	assert!(matches!(failure, Failure::Untranslatable(_)), "{failure}");
	let spared = vec![program(&fields, ""), program("", "")];
	for module in spared {
		assert_eq!(
			steps(&module, STARTUP + 10, u64::MAX).map(|(class, _)| class),
			Ok(Class::Exited(0))
		);
	}
}
