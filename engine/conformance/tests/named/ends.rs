//! How programs end, and what comes first.

use super::*;

fn class(job: &Job) -> Class {
	run(job).class
}

#[test]
fn code_should_be_kept_when_a_program_exits() {
	for code in [0, 1, 2, 125, 126, 255, 256, 65_536, u32::MAX] {
		let job = main(&format!("(call $exit (i32.const {}))", code as i32));
		assert_eq!(class(&job), Class::Exited(code));
	}
}

#[test]
fn run_should_be_a_trap_when_the_language_says_so() {
	for body in [
		"unreachable",
		"(drop (i32.div_s (i32.const 1) (i32.const 0)))",
		"(drop (i32.div_u (i32.const 1) (i32.const 0)))",
		"(drop (i64.rem_s (i64.const 1) (i64.const 0)))",
		"(drop (i64.rem_u (i64.const 1) (i64.const 0)))",
		"(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))",
		"(drop (i64.div_s (i64.const 0x8000000000000000) (i64.const -1)))",
		"(drop (i32.trunc_f32_s (f32.const nan)))",
		"(drop (i32.trunc_f64_u (f64.const -1)))",
		"(drop (i64.trunc_f32_s (f32.const 9223372036854775808)))",
		"(drop (i64.trunc_f64_u (f64.const inf)))",
		"(drop (i32.load (i32.const 65533)))",
		"(drop (i64.load8_u (i32.const 65536)))",
		"(i64.store (i32.const 65529) (i64.const 0))",
		"(drop (v128.load (i32.const 65521)))",
		"(v128.store64_lane 1 (i32.const 65529) (v128.const i64x2 0 0))",
	] {
		assert_eq!(class(&main(body)), Class::Trapped, "{body}");
	}
	for (index, what) in [(0, "null"), (1, "another type"), (2, "out of bounds")] {
		let job = program(&format!(
			"(table 2 2 funcref) (elem (i32.const 1) $f) (func $f (param i64))
			 (func (export \"_start\") (call_indirect (i32.const {index})))"
		));
		assert_eq!(class(&job), Class::Trapped, "{what}");
	}
}

#[test]
fn run_should_go_on_when_a_remainder_or_a_saturating_conversion_has_no_value() {
	let job = main(
		"(drop (i32.rem_s (i32.const 0x80000000) (i32.const -1)))
		 (drop (i64.rem_s (i64.const 0x8000000000000000) (i64.const -1)))
		 (drop (i32.trunc_sat_f64_s (f64.const nan)))
		 (call $exit (i32.trunc_sat_f32_u (f32.const inf)))",
	);
	assert_eq!(class(&job), Class::Exited(u32::MAX));
}

#[test]
fn start_function_should_end_the_run_when_it_traps_or_exits() {
	let start = |body: &str| {
		program(&format!(
			"(start $s) (func $s {body}) (func (export \"_start\") (call $exit (i32.const 9)))"
		))
	};
	assert_eq!(class(&start("unreachable")), Class::Trapped);
	assert_eq!(class(&start("(call $exit (i32.const 3))")), Class::Exited(3));
	assert_eq!(class(&start("(loop (br 0))").with_gas(100_000)), Class::OutOfGas);
	assert_eq!(class(&start("(call $s)")), Class::StackExhausted);
	assert_eq!(class(&start("")), Class::Exited(9));
}

#[test]
fn first_trap_should_count_when_two_would_follow() {
	// The address is computed, and divides by zero, before the value that is out of gas.
	let job = program(
		"(func $spin (result i32) (loop (br 0)) (i32.const 0))
		 (func (export \"_start\")
		  (i32.store (i32.div_u (i32.const 1) (i32.const 0)) (call $spin)))",
	);
	assert_eq!(class(&job.with_gas(1_000_000)), Class::Trapped);
	let job = program(
		"(func $spin (result i32) (loop (br 0)) (i32.const 0))
		 (func (export \"_start\")
		  (i32.store (call $spin) (i32.div_u (i32.const 1) (i32.const 0))))",
	);
	assert_eq!(class(&job.with_gas(1_000_000)), Class::OutOfGas);
	// A frame is taken before its gas.
	let job = program("(func $f (call $f)) (func (export \"_start\") (call $f))");
	assert_eq!(class(&job.with_gas(PAGE + 65_536)), Class::StackExhausted);
}

#[test]
fn first_effect_should_stay_when_a_later_one_traps() {
	let job = program(&format!(
		"(data (i32.const 0) \"before\") (func (export \"_start\") {}
		 (i32.store (i32.const 0) (i32.const 0)) {} (drop (i32.load (i32.const -4))) {})",
		dump(6),
		dump(2),
		dump(6)
	));
	let ran = run(&job);
	assert_eq!((ran.class, ran.stdout()), (Class::Trapped, b"before\0\0".as_slice()));
}

#[test]
fn dead_code_should_trap_when_its_value_is_not_used() {
	// An optimiser that drops what nobody reads must keep the trap.
	for body in [
		"(drop (i32.load (i32.const 65536)))",
		"(drop (i64.mul (i64.const 0) (i64.load (i32.const 65530))))",
		"(drop (select (i32.div_u (i32.const 1) (i32.const 0)) (i32.const 1) (i32.const 0)))",
	] {
		assert_eq!(class(&main(body)), Class::Trapped, "{body}");
	}
}

#[test]
fn run_should_end_at_the_output_limit_when_one_byte_more_is_written() {
	let job = |limit: u64| {
		let mut job = main(&format!("{} {}", dump(10), dump(10)));
		job.spec.limits.output_bytes = limit;
		run(&job)
	};
	assert_eq!((job(20).class, job(20).stdout().len()), (Class::Exited(0), 20));
	assert_eq!((job(19).class, job(19).stdout().len()), (Class::OutputLimit, 10));
	assert_eq!((job(9).class, job(9).stdout().len()), (Class::OutputLimit, 0));
}

#[test]
fn nothing_should_come_after_when_the_program_has_exited() {
	let job = program(&format!(
		"(func $leave (call $exit (i32.const 4)))
		 (func (export \"_start\") (call $leave) {} unreachable)",
		dump(6)
	));
	let ran = run(&job);
	assert_eq!((ran.class, ran.stdout().len()), (Class::Exited(4), 0));
}
