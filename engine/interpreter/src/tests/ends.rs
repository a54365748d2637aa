//! Each way in which a program can end, with its gas.

use super::*;

#[test]
fn program_should_exit_with_nothing_when_it_does_nothing() {
	let finished = Job::new(main("")).run();
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert_eq!(finished.outcome.gas_used, STARTUP);
	assert_eq!(finished.manifest.0.len(), 2, "both standard streams are listed");
	assert_eq!(finished.outcome.output_bytes, 0);
	assert_eq!(finished.info.expect("it ran").memory_minimum, 1);
}

#[test]
fn output_should_be_given_when_a_program_exits_with_a_code() {
	let body = "(func (export \"_start\") (call $hello) (call $exit (i32.const -2)) unreachable)";
	let finished = Job::new(program(&format!("{HELLO} {body}"))).run();
	assert_eq!(finished.outcome.class, Class::Exited(u32::MAX - 1));
	assert_eq!(stdout(&finished), b"hello\n");
	// Three calls with their operands, and `unreachable`; then the host: two calls, the record of the
	// buffer, the place of the count, and the bytes themselves.
	let operators = 4 + (4 + 4) + (1 + 4) + 1;
	let host = 2 * 500 + 8 + 4 + 6;
	assert_eq!(finished.outcome.gas_used, STARTUP + HELLO_SEGMENTS + operators + host);
}

#[test]
fn input_should_arrive_when_a_task_has_one() {
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
	let finished = Job::new(echo).with_input(&input).run();
	assert_eq!(finished.outcome.class, Class::Exited(0));
	assert_eq!(stdout(&finished), input);
}

#[test]
fn gas_should_be_the_limit_when_a_loop_never_ends() {
	let job = Job::new(main("(loop (br 0))")).with_gas(12_345_678);
	assert_eq!(job.end(), (Class::OutOfGas, 12_345_678));
}

#[test]
fn run_should_end_at_the_last_unit_when_gas_runs_out() {
	let job = Job::new(main("(local i32) (drop (i32.add (local.get 0) (i32.const 1))) (loop)"));
	let (class, all) = job.end();
	assert_eq!((class, all), (Class::Exited(0), STARTUP + 3));
	assert_eq!(job.clone().with_gas(all).end(), (Class::Exited(0), all));
	for missing in [1, 3, 4, all - 1] {
		let end = job.clone().with_gas(all - missing).end();
		assert_eq!(end, (Class::OutOfGas, all - missing));
	}
}

#[test]
fn gas_should_be_the_limit_when_a_host_call_can_not_be_paid() {
	let job = Job::new(program(&format!("{HELLO} (func (export \"_start\") (call $hello))")));
	let all = job.run().outcome.gas_used;
	for missing in [1, 2, 6, 100, 505] {
		let finished = job.clone().with_gas(all - missing).run();
		assert_eq!(finished.outcome.class, Class::OutOfGas);
		assert_eq!(finished.outcome.gas_used, all - missing);
		assert_eq!(stdout(&finished), b"", "nothing is written that is not paid for");
	}
	assert_eq!(job.with_gas(all).end(), (Class::Exited(0), all));
}

#[test]
fn gas_and_output_should_be_exact_when_a_program_traps() {
	let trap = |body: &str| {
		let start = format!(
			"(table 1 funcref) (type $t (func)) (func (export \"_start\") (call $hello) {body})"
		);
		let finished = Job::new(program(&format!("{HELLO} {start}"))).run();
		assert_eq!(finished.outcome.class, Class::Trapped, "{body}");
		assert_eq!(stdout(&finished), b"hello\n", "what was written stays");
		finished.outcome.gas_used
	};
	let base = trap("unreachable") - 1;
	assert_eq!(trap("(drop (i32.div_u (i32.const 1) (i32.const 0)))"), base + 6);
	assert_eq!(trap("(drop (i64.rem_s (i64.const 1) (i64.const 0)))"), base + 6);
	assert_eq!(trap("(drop (i32.load (i32.const 65533)))"), base + 2);
	assert_eq!(trap("(drop (i32.load offset=0xffffffff (i32.const -1)))"), base + 2);
	assert_eq!(trap("(i64.store (i32.const 65529) (i64.const 0))"), base + 3);
	assert_eq!(trap("(drop (i32.trunc_f32_s (f32.const inf)))"), base + 2);
	assert_eq!(trap("(drop (i32.trunc_f64_u (f64.const nan)))"), base + 2);
	assert_eq!(trap("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))"), base + 6);
	assert_eq!(trap("(call_indirect (type $t) (i32.const 0))"), base + 9);
	assert_eq!(trap("(call_indirect (type $t) (i32.const 1))"), base + 9);
	assert_eq!(
		trap("(memory.fill (i32.const 1) (i32.const 0) (i32.const 65536))"),
		base + 203 + 8_192
	);
	assert_eq!(trap("(table.copy (i32.const 0) (i32.const 1) (i32.const 1))"), base + 204);
}

#[test]
fn indirect_call_should_trap_when_the_type_is_another() {
	let module = program(
		"(table funcref (elem $f)) (type $t (func (result i32))) (func $f)
		 (func (export \"_start\") (drop (call_indirect (type $t) (i32.const 0))))",
	);
	assert_eq!(Job::new(module).end(), (Class::Trapped, STARTUP + 1 + 1 + 1 + 8));
}

#[test]
fn first_end_should_count_when_several_lie_in_one_piece() {
	// Gas comes before the trap of the same piece, the trap before the exit behind it.
	let module = main("(drop (i32.div_u (i32.const 1) (i32.const 0))) (call $exit (i32.const 3))");
	assert_eq!(Job::new(module.clone()).end(), (Class::Trapped, STARTUP + 11));
	let short = Job::new(module).with_gas(STARTUP + 10);
	assert_eq!(short.end(), (Class::OutOfGas, STARTUP + 10));
	// A frame comes before its gas.
	let deep = "(func $f (call $f)) (func (export \"_start\") (call $f))";
	let (class, used) = Job::new(program(deep)).end();
	assert_eq!(class, Class::StackExhausted);
	assert_eq!(Job::new(program(deep)).with_gas(used).end(), (Class::StackExhausted, used));
	assert_eq!(Job::new(program(deep)).with_gas(used - 1).end(), (Class::OutOfGas, used - 1));
}

#[test]
fn start_function_should_run_under_gas_when_there_is_one() {
	let start = "(func $s (call $exit (i32.const 5))) (start $s) (func (export \"_start\"))";
	assert_eq!(Job::new(program(start)).end(), (Class::Exited(5), STARTUP + 1 + 4 + 500));
	let spin = "(func $s (loop (br 0))) (start $s) (func (export \"_start\"))";
	assert_eq!(Job::new(program(spin)).with_gas(99_999).end(), (Class::OutOfGas, 99_999));
}

#[test]
fn nan_should_be_canonical_when_arithmetic_makes_it() {
	// Exits with 1 where the bits are others.
	let bits = |value: &str, bits: u64| {
		main(&format!("(call $exit (i64.ne (i64.reinterpret_f64 {value}) (i64.const {bits:#x})))"))
	};
	let payload = "(f64.reinterpret_i64 (i64.const 0xfff8000000000123))";
	for made in [
		"(f64.div (f64.const 0) (f64.const 0))".into(),
		"(f64.sqrt (f64.const -1))".into(),
		format!("(f64.add {payload} (f64.const 1))"),
		format!("(f64.min {payload} (f64.const 1))"),
		format!("(f64.nearest {payload})"),
		format!("(f64.promote_f32 (f32.demote_f64 {payload}))"),
	] {
		assert_eq!(Job::new(bits(&made, 0x7ff8 << 48)).end().0, Class::Exited(0), "{made}");
	}
	let moved = bits(&format!("(f64.neg {payload})"), 0x7ff8_0000_0000_0123);
	assert_eq!(Job::new(moved).end().0, Class::Exited(0));
}
