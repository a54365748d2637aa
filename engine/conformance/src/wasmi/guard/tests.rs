//! What wasmi is given, and what it makes of it.

use super::{Parameters, guard, guard_with};
use crate::wasmi::{config, job::run_guarded};
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
	let guarded = guard_with(&metered(module), parameters).expect("valid");
	let spec = spec(module, 10_000_000);
	let ran = run_guarded(&guarded, &spec, &Profile::SIMD, None);
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
		let guarded = guard(&wasm).expect("valid");
		wasmparser::validate(&guarded).expect("valid");
		// Each value that is passed on takes two operators of three bytes.
		assert!(guarded.len() < wasm.len() + 3 * 6 * 16_384, "{}", guarded.len());
	}
}

#[test]
fn module_should_stay_as_it_is_when_its_blocks_take_nothing() {
	let module = program("", "(block (br 0)) (loop) (if (i32.const 1) (then) (else nop))");
	let wasm = metered(&module);
	assert_eq!(guard(&wasm).expect("valid"), wasm);
	assert_eq!(guard_with(&wasm, Parameters::Kept).expect("valid"), wasm);
}

#[test]
fn module_should_stay_valid_when_it_selects() {
	let select = "(select (i32.const 1) (i32.const 2) (i32.eqz (i32.const 3)))";
	let typed = "(select (result i32) (i32.const 1) (i32.const 2) (i32.eqz (i32.const 3)))";
	// Long enough that lengths take more bytes than before.
	for repeat in [1, 2, 7, 40, 2_000] {
		let body = format!("(drop {select}) (drop {typed})").repeat(repeat);
		let wasm = metered(&program("", &body));
		let guarded = guard(&wasm).expect("valid");
		assert!(guarded.len() >= wasm.len() + 6 * repeat);
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
