//! Gas, to the unit.

use super::*;

/// A program with loops, calls, host calls, bulk operations and growth.
fn busy() -> Job {
	program(&format!(
		"(table 4 8 funcref) (elem declare func $f) (data $d \"0123456789abcdef\")
		 (func $f (param i32) (result i32) (i32.div_u (i32.const 1000) (local.get 0)))
		 (func (export \"_start\") (local $i i32) (local.set $i (i32.const 25))
		  (loop
		   (i32.store (i32.mul (local.get $i) (i32.const 4)) (call $f (local.get $i)))
		   (br_if 0 (local.tee $i (i32.sub (local.get $i) (i32.const 1)))))
		  (drop (memory.grow (i32.const 2)))
		  (memory.fill (i32.const 1000) (i32.const 7) (i32.const 777))
		  (memory.copy (i32.const 3000) (i32.const 1000) (i32.const 100))
		  (memory.init $d (i32.const 64) (i32.const 2) (i32.const 9)) (data.drop $d)
		  (drop (table.grow (ref.func $f) (i32.const 3)))
		  (table.fill (i32.const 1) (ref.func $f) (i32.const 5))
		  (table.copy (i32.const 0) (i32.const 2) (i32.const 3))
		  {})",
		dump(128)
	))
}

#[test]
fn program_should_end_well_when_the_limit_is_what_it_needs() {
	let all = run(&busy());
	assert_eq!(all.class, Class::Exited(0));
	let exact = run(&busy().with_gas(all.gas_used));
	assert_eq!(exact, all);
}

#[test]
fn program_should_run_out_when_the_limit_is_one_unit_less() {
	let need = run(&busy()).gas_used;
	let ran = run(&busy().with_gas(need - 1));
	assert_eq!((ran.class, ran.gas_used), (Class::OutOfGas, need - 1));
}

#[test]
fn all_executors_should_agree_when_gas_ends_anywhere() {
	let need = run(&busy()).gas_used;
	// Each unit of the last stretch, then a coarse walk through the rest.
	let near = need.saturating_sub(60)..need;
	let far = (0..need).step_by(4_999);
	for gas in near.chain(far) {
		let ran = run(&busy().with_gas(gas));
		assert_eq!((ran.class, ran.gas_used), (Class::OutOfGas, gas));
		assert!(ran.stdout().is_empty() || ran.stdout().len() == 128);
	}
}

#[test]
fn whole_piece_should_be_charged_when_an_operator_in_its_middle_traps() {
	let job = main(
		"(drop (i32.div_s (i32.const 1) (i32.const 0)))
		 (drop (i32.add (i32.const 1) (i32.const 2)))",
	);
	assert_eq!(outcome(&job), (Class::Trapped, 2 + 4 + 3));
}

#[test]
fn operand_should_be_charged_when_the_bulk_operation_then_traps() {
	let job = main("(memory.fill (i32.const 65530) (i32.const 1) (i32.const 1000))");
	assert_eq!(outcome(&job), (Class::Trapped, 3 + 200 + 125));
	let job = main("(memory.copy (i32.const 0) (i32.const -1) (i32.const 17))");
	assert_eq!(outcome(&job), (Class::Trapped, 3 + 200 + 3));
}

#[test]
fn operand_should_end_the_gas_when_it_is_huge() {
	for body in [
		"(memory.fill (i32.const 0) (i32.const 1) (i32.const -1))",
		"(memory.copy (i32.const 0) (i32.const 1) (i32.const -1))",
		"(drop (memory.grow (i32.const -1)))",
		"(drop (memory.grow (i32.const 0x7fffffff)))",
	] {
		let ran = run(&main(body).with_gas(10_000_000));
		assert_eq!((ran.class, ran.gas_used), (Class::OutOfGas, 10_000_000), "{body}");
	}
	let table = program(
		"(table 1 funcref) (func (export \"_start\")
		 (drop (table.grow (ref.null func) (i32.const -1))))",
	);
	let ran = run(&table.with_gas(10_000_000));
	assert_eq!((ran.class, ran.gas_used), (Class::OutOfGas, 10_000_000));
}

#[test]
fn nothing_should_be_charged_when_code_is_jumped_over() {
	let jump = main("(block (br 0) (drop (i32.const 1)) (drop (i32.const 1)))");
	assert_eq!(outcome(&jump), (Class::Exited(0), 1));
	let switch = main(
		"(block (block (block (br_table 0 1 2 (i32.const 1))) (drop (i32.const 1)))
		 (drop (i32.const 2)) (drop (i32.const 3)))",
	);
	assert_eq!(outcome(&switch), (Class::Exited(0), 2 + 2));
}
