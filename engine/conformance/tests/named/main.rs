//! What is easily got wrong, case by case, on all executors.

mod ends;
mod floats;
mod gas;
mod lanes;
mod memory;
mod parameters;
mod selection;
mod stack;
mod stops;

use assay_conformance::differential::{Executor, Job, Ran, Verdict, compare, deep};
use assay_primitives::{
	outcome::{Class, OutputKind},
	profile::Profile,
};

/// Gas of the page that every program here starts with.
const PAGE: u64 = 65_536;

/// A program with one page of memory and some functions of the host.
fn program(fields: &str) -> Job {
	program_with("(memory (export \"memory\") 1)", fields)
}

/// The same with another memory.
fn program_with(memory: &str, fields: &str) -> Job {
	let wasi = "wasi_snapshot_preview1";
	let text = format!(
		"(module
		 (import \"{wasi}\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"proc_exit\" (func $exit (param i32)))
		 {memory} {fields})"
	);
	let wasm = wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
	Job::new(wasm, Profile::SIMD)
}

/// A program whose `_start` has this body.
fn main(body: &str) -> Job {
	program(&format!("(func (export \"_start\") {body})"))
}

/// Writes `length` bytes from address 0 on to standard output. Uses 16 bytes from 65,500 on.
fn dump(length: usize) -> String {
	format!(
		"(i32.store (i32.const 65500) (i32.const 0))
		 (i32.store (i32.const 65504) (i32.const {length}))
		 (drop (call $write (i32.const 1) (i32.const 65500) (i32.const 1) (i32.const 65508)))"
	)
}

/// Runs a job on all executors, which must agree. Where the program is stopped they must agree on the state that
/// it was in, too: the draft's outcomes commit to it.
fn run(job: &Job) -> Ran {
	let agreed = |job: &Job| match deep(|| compare(&Executor::all(), job)) {
		Verdict::Ran(ran) => *ran,
		other => panic!("{other:?}"),
	};
	let ran = agreed(job);
	if ran.class.is_stop() {
		let draft = agreed(&job.clone().under(Profile::DRAFT));
		match draft.class {
			// It claims what was charged until the last sample.
			Class::Trapped => {
				assert!(matches!(ran.class, Class::Trapped | Class::OutOfGas), "{:?}", ran.class);
				assert!(draft.gas_used <= ran.gas_used);
			},
			_ => assert_eq!((draft.class, draft.gas_used), (ran.class, ran.gas_used)),
		}
		assert_eq!(draft.stdout(), ran.stdout());
		assert_eq!(draft.outputs.manifest.0[2].kind, OutputKind::End);
	}
	ran
}

/// Class and gas beyond the memory's.
fn outcome(job: &Job) -> (Class, u64) {
	let ran = run(job);
	(ran.class, ran.gas_used - PAGE)
}
