//! Why and where a run ended early, as it is told to people.

mod common;

use assay_primitives::outcome::Class;
use assay_runner::{Cause, Finished, Trace};
use common::{Bench, bench, bench_with, job, main, program};

fn traced() -> Bench {
	bench_with(|config| config.traces = true)
}

fn trace(finished: Finished) -> Trace {
	finished.trace.expect("it ended early, and traces were asked for")
}

/// Names of the functions, the innermost first.
fn names(trace: &Trace) -> Vec<&str> {
	trace.frames.iter().map(|frame| frame.name.as_deref().expect("it has a name")).collect()
}

/// A program in which `_start` calls `$middle`, and that `$leaf`, with this body.
fn nested(leaf: &str) -> Vec<u8> {
	program(&format!(
		"(table 2 funcref) (elem (i32.const 1) $middle) (type $other (func (result f32)))
		 (func $leaf {leaf})
		 (func $middle (loop (call $leaf)))
		 (func $main (export \"_start\") (if (i32.const 1) (then (call $middle) (return))))"
	))
}

#[test]
fn traps_should_be_told_with_kind_and_functions_when_a_program_traps() {
	let bench = traced();
	let outside = |address| Cause::MemoryOutOfBounds { address, bytes: 65_536 };
	for (body, cause) in [
		("unreachable", Cause::Unreachable),
		("(drop (i32.load offset=2 (i32.const 65534)))", outside(Some(65_536))),
		("(i64.store (i32.const -8) (i64.const 1))", outside(Some(0xffff_fff8))),
		("(memory.fill (i32.const 1) (i32.const 0) (i32.const 65536))", outside(None)),
		("(drop (table.get 0 (i32.const 2)))", Cause::TableOutOfBounds),
		("(call_indirect (i32.const 2))", Cause::TableOutOfBounds),
		("(call_indirect (i32.const 0))", Cause::NullCall),
		("(drop (call_indirect (type $other) (i32.const 1)))", Cause::CallType),
		("(drop (i32.rem_u (i32.const 1) (i32.const 0)))", Cause::DivisionByZero),
		("(drop (i32.div_s (i32.const 0x80000000) (i32.const -1)))", Cause::IntegerOverflow),
		("(drop (i32.trunc_f32_s (f32.const inf)))", Cause::IntegerOverflow),
		("(drop (i32.trunc_f32_s (f32.const nan)))", Cause::NotANumber),
	] {
		let finished = bench.run(&job(nested(body)));
		assert_eq!(finished.outcome.class, Class::Trapped, "{body}");
		let trace = trace(finished);
		assert_eq!(trace.cause, cause, "{body}");
		assert_eq!(names(&trace), ["leaf", "middle", "main"], "{body}");
		assert_eq!((trace.host_call, trace.left_out), (None, None), "{body}");
	}
}

#[test]
fn offsets_should_be_those_of_the_module_itself() {
	let module = nested("(drop (i32.div_u (i32.const 77) (i32.load (i32.const 0))))");
	// What the pass inserts stands before it.
	let sequence = [0x41, 0xcd, 0x00, 0x41, 0x00, 0x28, 0x02, 0x00, 0x6e];
	let at = module.windows(9).position(|bytes| bytes == sequence).expect("it is there") + 8;
	let trace = trace(traced().run(&job(module)));
	assert_eq!(trace.frames[0].offset, Some(at as u64));
	let offsets: Vec<_> = trace.frames.iter().map(|frame| frame.offset).collect();
	assert!(offsets.is_sorted(), "the functions stand one behind the other: {offsets:?}");
}

#[test]
fn other_ends_should_be_told_with_the_call_that_ended_the_run() {
	let bench = traced();
	let exited = trace(bench.run(&job(nested("(call $exit (i32.const 3))"))));
	assert_eq!(
		(&exited.cause, exited.host_call.as_deref()),
		(&Cause::Exited(3), Some("proc_exit"))
	);
	assert_eq!(names(&exited), ["leaf", "middle", "main"]);
	let mut flood = job(nested(
		"(i32.store (i32.const 4) (i32.const 60000))
		 (loop (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))) (br 0))",
	));
	flood.spec.limits.output_bytes = 100;
	let flood = trace(bench.run(&flood));
	assert_eq!((&flood.cause, flood.host_call.as_deref()), (&Cause::OutputLimit, Some("fd_write")));
	let spin = trace(bench.run(&job(nested("(loop (br 0))"))));
	assert_eq!((&spin.cause, spin.host_call.as_deref()), (&Cause::OutOfGas, None));
	assert_eq!(names(&spin), ["leaf", "middle", "main"]);
	assert_eq!(bench.run(&job(main("nop"))).trace, None, "nothing to tell of a success");
	assert_eq!(bench.run(&job(main("(call $exit (i32.const 0))"))).trace, None);
	assert_eq!(bench.run(&job(b"no module".to_vec())).trace, None, "nothing ran");
}

#[test]
fn middle_of_a_deep_recursion_should_be_left_out_and_counted() {
	let deep = "(func $deep (param i32) (call $deep (i32.add (local.get 0) (i32.const 1))))
		(func $main (export \"_start\") (call $deep (i32.const 0)))";
	let trace = trace(traced().run(&job(program(deep))));
	assert_eq!(trace.cause, Cause::StackExhausted);
	let (behind, left_out) = trace.left_out.expect("some were left out");
	assert!(behind > 10 && behind < trace.frames.len(), "{behind}");
	// 65,536 slots, of which each frame takes seven.
	assert!((9_000..10_000).contains(&left_out), "{left_out}");
	let names = names(&trace);
	assert_eq!(
		(names[0], names[names.len() - 2], names[names.len() - 1]),
		("deep", "deep", "main")
	);
}

#[test]
fn outcomes_should_be_the_same_when_nothing_is_told() {
	let (told, silent) = (traced(), bench());
	for body in
		["unreachable", "(call $exit (i32.const 9))", "(loop (br 0))", "(call $leaf)", "nop"]
	{
		let job = job(nested(body));
		let (told, silent) = (told.run(&job), silent.run(&job));
		assert_eq!(told.outcome, silent.outcome, "{body}");
		assert_eq!(silent.trace, None, "{body}");
		assert_eq!(told.trace.is_some(), !told.outcome.class.is_success(), "{body}");
	}
}

#[test]
fn names_should_be_as_in_the_source_when_a_compiler_has_mangled_them() {
	let mangled = "(func $_ZN5hello4main17h0123456789abcdefE (export \"_start\") unreachable)";
	let trace = trace(traced().run(&job(program(mangled))));
	assert_eq!(names(&trace), ["hello::main"]);
}
