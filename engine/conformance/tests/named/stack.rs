//! How deep a program may recurse.

use super::*;

/// Slots of all frames together.
const SLOTS: u64 = 65_536;

/// A recursion to `depth` through a function of `locals` locals beside its parameter, which counts
/// its calls at address 0; written out when it comes back.
fn recursion(depth: u64, locals: usize) -> Job {
	let locals = "(local i64)".repeat(locals);
	program(&format!(
		"(func $f (param i32) {locals}
		  (i32.store (i32.const 0) (i32.add (i32.load (i32.const 0)) (i32.const 1)))
		  (if (local.get 0) (then (call $f (i32.sub (local.get 0) (i32.const 1))))))
		 (func (export \"_start\") (call $f (i32.const {depth})) {})",
		dump(4)
	))
}

/// The deepest recursion that ends well.
fn deepest(locals: usize) -> u64 {
	let (mut fits, mut fails) = (1, SLOTS);
	while fails - fits > 1 {
		let middle = (fits + fails) / 2;
		match run(&recursion(middle, locals)).class {
			Class::Exited(0) => fits = middle,
			Class::StackExhausted => fails = middle,
			other => panic!("{other:?}"),
		}
	}
	fits
}

#[test]
fn depth_should_be_the_profiles_when_a_function_recurses() {
	for locals in [0, 20] {
		// Its parameter and locals, three values on the operand stack, and four.
		let frame = 1 + locals + 3 + 4;
		let start = 4 + 4;
		assert_eq!(deepest(locals as usize) + 1, (SLOTS - start) / frame);
	}
}

#[test]
fn gas_should_be_the_same_when_the_stack_ends() {
	let endless = program("(func $f (call $f)) (func (export \"_start\") (call $f))");
	let (class, gas) = outcome(&endless);
	// Four slots each, a call of 4 in each frame that was entered.
	assert_eq!((class, gas), (Class::StackExhausted, 4 * (SLOTS / 4)));
}

#[test]
fn stack_should_end_before_gas_when_the_frame_that_is_too_much_could_not_pay() {
	let endless = || program("(func $f (call $f)) (func (export \"_start\") (call $f))");
	let all = PAGE + 4 * (SLOTS / 4);
	assert_eq!(run(&endless().with_gas(all)).class, Class::StackExhausted);
	assert_eq!(run(&endless().with_gas(all - 1)).class, Class::OutOfGas);
}

#[test]
fn slots_should_come_back_when_functions_are_left_in_any_way() {
	let leave = |how: &str| {
		main_with(&format!(
			"(func $f (param i32) (result i32) (local i64 i64 i64 i64 i64 i64 i64 i64)
			  (drop (call $g)) {how})
			 (func $g (result i32) (i32.const 1))"
		))
	};
	for how in [
		"(return (i32.const 1))",
		"(br 0 (i32.const 1))",
		"(block (result i32) (br_table 1 0 (i32.const 1) (local.get 0)))",
		"(loop (result i32) (if (local.get 0) (then (br 2 (i32.const 3)))) (i32.const 4))",
	] {
		assert_eq!(run(&leave(how)).class, Class::Exited(0), "{how}");
	}
}

/// Calls `$f` often enough to use up all slots if some were kept.
fn main_with(functions: &str) -> Job {
	program(&format!(
		"{functions} (func (export \"_start\") (local $i i32) (local.set $i (i32.const 20000))
		 (loop (drop (call $f (i32.and (local.get $i) (i32.const 1))))
		  (br_if 0 (local.tee $i (i32.sub (local.get $i) (i32.const 1))))))"
	))
}

#[test]
fn depth_should_be_the_same_when_functions_call_each_other_through_a_table() {
	let text = "(type $t (func (param i32) (result i32))) (table 2 funcref) (elem (i32.const 0) $even $odd)
		 (func $even (type $t) (if (result i32) (local.get 0)
		  (then (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 1)))
		  (else (i32.const 1))))
		 (func $odd (type $t) (if (result i32) (local.get 0)
		  (then (call_indirect (type $t) (i32.sub (local.get 0) (i32.const 1)) (i32.const 0)))
		  (else (i32.const 0))))
		 (func (export \"_start\") (call $exit (call $even (i32.const DEPTH))))";
	let job = |depth: u32| program(&text.replace("DEPTH", &depth.to_string()));
	// A parameter, two operands and four; `_start` has one operand and four.
	let most = (65_536 - 5) / 7 - 1;
	assert_eq!(run(&job(most)).class, Class::Exited(1 - most % 2));
	assert_eq!(run(&job(most + 1)).class, Class::StackExhausted);
}
