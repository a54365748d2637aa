//! Bounds: the interpreter's own are never the ones that a program meets.

use super::*;
use alloc::string::String;

/// Recursion without an end, with this much on each frame.
fn recursion(locals: usize, pushed: usize) -> Vec<u8> {
	let pushes = "(local.get 0) ".repeat(pushed);
	let drops = "drop ".repeat(pushed);
	program(&format!(
		"(func $f (param i64) (local {}) {pushes} (call $f (local.get 0)) {drops})
		 (func (export \"_start\") (call $f (i64.const 1)))",
		"i64 ".repeat(locals)
	))
}

#[test]
fn recursion_should_end_at_the_profile_when_it_never_returns() {
	let deep = program("(func $f (call $f)) (func (export \"_start\") (call $f))");
	let (class, gas) = Job::new(deep).end();
	assert_eq!(class, Class::StackExhausted);
	// `_start` and each call of `$f` take 4 slots; the last one that fits calls once more.
	assert_eq!(gas, STARTUP + 4 * 65_536 / 4);
}

#[test]
fn recursion_should_end_at_the_profile_when_frames_are_wide() {
	for (locals, pushed) in [(0, 500), (1_999, 0), (1_000, 20_000), (0, 64_000)] {
		let (class, _) = Job::new(recursion(locals, pushed)).end();
		assert_eq!(class, Class::StackExhausted, "{locals} locals, {pushed} operands");
	}
}

#[test]
fn function_should_end_at_its_entry_when_its_frame_exceeds_all_slots() {
	// More operands than the interpreter could give a frame; never called, then called.
	let wide = |start: &str| {
		let (pushes, drops) = ("(local.get 0) ".repeat(66_000), "drop ".repeat(66_000));
		program(&format!(
			"(func $wide (param i32) {pushes} {drops}) (func (export \"_start\") {start})"
		))
	};
	assert_eq!(Job::new(wide("")).end(), (Class::Exited(0), STARTUP));
	let called = Job::new(wide("(call $wide (i32.const 0))")).end();
	assert_eq!(called, (Class::StackExhausted, STARTUP + 5));
}

#[test]
fn largest_frame_should_run_when_it_just_fits() {
	// The frame of `_start`, of `$wide` with its parameter, and 4 for each, within 65,536.
	let depth = 65_000;
	let (pushes, drops) = ("(local.get 0) ".repeat(depth), "drop ".repeat(depth));
	let module = program(&format!(
		"(func $wide (param i32) {pushes} {drops} (call $exit (local.get 0)))
		 (func (export \"_start\") (call $wide (i32.const 9)))"
	));
	let (class, _) = Job::new(module).end();
	// A slot for each 128 operators makes it too large; a little less fits.
	assert_eq!(class, Class::StackExhausted);
	let depth = 64_400;
	let (pushes, drops) = ("(local.get 0) ".repeat(depth), "drop ".repeat(depth));
	let module = program(&format!(
		"(func $wide (param i32) {pushes} {drops} (call $exit (local.get 0)))
		 (func (export \"_start\") (call $wide (i32.const 9)))"
	));
	assert_eq!(Job::new(module).end().0, Class::Exited(9));
}

#[test]
fn operands_should_survive_when_locals_change_below_them() {
	// The interpreter must copy each local away before it is overwritten, in the deepest frame.
	let depth = 30_000;
	let module = program(&format!(
		"(func $wide (param i32) (result i32)
		  {} (local.set 0 (i32.const 5)) {} (i32.add (local.get 0)))
		 (func (export \"_start\") (call $exit (call $wide (i32.const 1))))",
		"(local.get 0) ".repeat(depth),
		"i32.add ".repeat(depth - 1)
	));
	assert_eq!(Job::new(module).end().0, Class::Exited(30_005));
}

#[test]
fn memory_should_grow_to_the_task_when_it_is_asked_for() {
	// Exits with 1 when the growth fails.
	let grow = |by: u32| {
		Job::new(main(&format!(
			"(if (i32.eq (memory.grow (i32.const {by})) (i32.const -1))
			  (then (call $exit (i32.const 1))))
			 (memory.fill (i32.const 0) (i32.const 1) (i32.mul (memory.size) (i32.const 65536)))"
		)))
		.with_gas(1 << 50)
	};
	assert_eq!(grow(0).end().0, Class::Exited(0));
	assert_eq!(grow(63).end().0, Class::Exited(0));
	for by in [64, 1_000, 65_535, u32::MAX] {
		assert_eq!(grow(by).end().0, Class::Exited(1), "{by} pages");
	}
}

#[test]
fn table_should_grow_to_the_profile_when_it_is_asked_for() {
	let grow = |by: u32| {
		let body = format!(
			"(table $t 1 funcref) (func (export \"_start\")
			 (call $exit (i32.eq (table.grow $t (ref.null func) (i32.const {by})) (i32.const -1))))"
		);
		Job::new(program(&body)).with_gas(1 << 40).end().0
	};
	assert_eq!(grow(65_535), Class::Exited(0));
	assert_eq!(grow(65_536), Class::Exited(1));
	assert_eq!(grow(u32::MAX), Class::Exited(1));
}

#[test]
fn output_should_stay_within_the_limit_when_a_program_floods_it() {
	let flood = main(
		"(i32.store (i32.const 4) (i32.const 60000))
		 (loop (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))",
	);
	let finished = Job::new(flood).run();
	assert_eq!(finished.outcome.class, Class::OutputLimit);
	assert_eq!(finished.outcome.output_bytes, 60_000 * 17);
}

#[test]
fn large_segment_should_be_there_when_a_module_carries_one() {
	let bytes = "x".repeat(2 << 20);
	let text = format!(
		"(module (import \"wasi_snapshot_preview1\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 33) (data (i32.const 0) \"{bytes}\")
		 (data $passive \"{bytes}\")
		 (func (export \"_start\")
		  (memory.init $passive (i32.const 0) (i32.const 0) (i32.const {}))
		  (call $exit (i32.load8_u (i32.const {})))))",
		2 << 20,
		(2 << 20) - 1
	);
	let module = wat::parse_str(text).expect("well-formed");
	assert_eq!(Job::new(module).end().0, Class::Exited(b'x'.into()));
}

#[test]
fn body_of_pieces_should_run_when_metering_makes_it_many_times_longer() {
	// Close to the bound on a function's pieces, each of which the pass charges for.
	let body: String = "(block (br 0)) ".repeat(4_000);
	let (class, gas) = Job::new(main(&body)).end();
	assert_eq!((class, gas), (Class::Exited(0), STARTUP + 4_000));
}
