//! Memory and tables at their bounds.

use super::*;

/// Exits with the value of an expression of type i32.
fn value(memory: &str, fields: &str, expression: &str) -> Job {
	let text = format!("{fields} (func (export \"_start\") (call $exit {expression}))");
	program_with(memory, &text)
}

fn code(job: &Job) -> u32 {
	match run(job).class {
		Class::Exited(code) => code,
		other => panic!("{other:?}"),
	}
}

#[test]
fn growth_should_succeed_up_to_the_bound_and_then_fail_when_the_module_declares_one() {
	let memory = "(memory (export \"memory\") 1 5)";
	assert_eq!(code(&value(memory, "", "(memory.grow (i32.const 4))")), 1);
	assert_eq!(code(&value(memory, "", "(memory.grow (i32.const 5))")), u32::MAX);
	let after = "(i32.add (memory.grow (i32.const 5)) (memory.size))";
	assert_eq!(code(&value(memory, "", after)), 0, "a failed growth changes nothing");
}

#[test]
fn growth_should_succeed_up_to_the_bound_and_then_fail_when_the_task_sets_one() {
	for memory in ["(memory (export \"memory\") 1)", "(memory (export \"memory\") 1 60000)"] {
		let mut job = value(memory, "", "(memory.grow (i32.const 9))");
		job.spec.limits.memory_pages = 10;
		assert_eq!(code(&job), 1);
		job.spec.limits.memory_pages = 9;
		assert_eq!(code(&job), u32::MAX);
	}
}

#[test]
fn page_should_be_zero_and_usable_to_its_last_byte_when_memory_has_grown() {
	let memory = "(memory (export \"memory\") 1 2)";
	let text = "(drop (memory.grow (i32.const 1)))
		(i32.store8 (i32.const 131071) (i32.const 5))";
	let read = "(i32.add (i32.load8_u (i32.const 131071)) (i32.load (i32.const 131064)))";
	let job = |read: &str| {
		program_with(memory, &format!("(func (export \"_start\") {text} (call $exit {read}))"))
	};
	assert_eq!(code(&job(read)), 5);
	assert_eq!(run(&job("(i32.load (i32.const 131069))")).class, Class::Trapped);
	assert_eq!(run(&job("(i32.load offset=4294967295 (i32.const 1))")).class, Class::Trapped);
	assert_eq!(run(&job("(i32.load8_u (i32.const -1))")).class, Class::Trapped);
}

#[test]
fn table_should_grow_up_to_its_bound_and_then_fail() {
	let memory = "(memory (export \"memory\") 1)";
	let table = "(table 1 4 funcref)";
	assert_eq!(code(&value(memory, table, "(table.grow (ref.null func) (i32.const 3))")), 1);
	assert_eq!(code(&value(memory, table, "(table.grow (ref.null func) (i32.const 4))")), u32::MAX);
	// Without a bound of its own it has the profile's.
	let table = "(table 1 funcref)";
	let up_to = |count: u32| format!("(table.grow (ref.null func) (i32.const {count}))");
	assert_eq!(code(&value(memory, table, &up_to(65_535))), 1);
	assert_eq!(code(&value(memory, table, &up_to(65_536))), u32::MAX);
}

#[test]
fn segment_should_be_accepted_when_it_ends_with_the_memory_and_refused_one_byte_later() {
	let memory = "(memory (export \"memory\") 1)";
	let segment = |offset: u32| format!("(data (i32.const {offset}) \"abc\")");
	let read = "(i32.load8_u (i32.const 65535))";
	assert_eq!(code(&value(memory, &segment(65_533), read)), u32::from(b'c'));
	for offset in [65_534, 65_536, u32::MAX - 1] {
		let job = value(memory, &segment(offset), read);
		let verdict = deep(|| compare(&Executor::all(), &job));
		assert!(matches!(verdict, Verdict::Refused(_)), "{offset}: {verdict:?}");
	}
}

#[test]
fn passive_segment_should_be_empty_when_it_was_dropped() {
	let body = |after: &str| {
		program(&format!(
			"(data $d \"abc\") (func (export \"_start\")
			 (memory.init $d (i32.const 0) (i32.const 0) (i32.const 3)) (data.drop $d) {after})"
		))
	};
	let none = "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 0))";
	assert_eq!(run(&body(none)).class, Class::Exited(0));
	let one = "(memory.init $d (i32.const 0) (i32.const 0) (i32.const 1))";
	assert_eq!(run(&body(one)).class, Class::Trapped);
}

#[test]
fn bulk_operation_should_change_nothing_when_its_end_is_out_of_bounds() {
	// The start function traps after nothing was written; what is there is shown before.
	let job = program(&format!(
		"(func (export \"_start\") (i32.store (i32.const 65532) (i32.const 0x11111111))
		 (i32.store (i32.const 0) (i32.load (i32.const 65532))) {}
		 (memory.fill (i32.const 65532) (i32.const 2) (i32.const 5)))",
		dump(4)
	));
	let ran = run(&job);
	assert_eq!((ran.class, ran.stdout()), (Class::Trapped, [0x11; 4].as_slice()));
}

#[test]
fn copy_should_be_as_if_through_a_buffer_when_ranges_overlap() {
	let job = program(&format!(
		"(data (i32.const 0) \"abcdefgh\") (func (export \"_start\")
		 (memory.copy (i32.const 2) (i32.const 0) (i32.const 6)) {}
		 (memory.copy (i32.const 0) (i32.const 2) (i32.const 6)) {})",
		dump(8),
		dump(8)
	));
	assert_eq!(run(&job).stdout(), b"ababcdefabcdefef");
}
