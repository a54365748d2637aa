//! The fast executor against the reference.

mod common;

use assay_interpreter::execute;
use assay_primitives::{
	content::ContentRef, outcome::OutputKind, profile::Profile, task::TaskSpec,
};
use assay_runner::{Job, ModuleSource, read_output};
use common::*;
use std::{fs, path::PathBuf};

fn examples() -> PathBuf {
	[env!("CARGO_MANIFEST_DIR"), "..", "..", "examples"].iter().collect()
}

/// Module, input and arguments of an example, as its documentation runs it.
fn example(app: &str, input: &str, args: &[&str]) -> Job {
	let read = |path: PathBuf| {
		fs::read(&path).unwrap_or_else(|error| {
			panic!("{}: {error}; scripts/build-examples.sh makes the programs", path.display())
		})
	};
	let module = read(examples().join(format!("dist/{app}.wasm")));
	let mut job = with_input(job(module), &read(examples().join(app).join("data").join(input)));
	job.spec.args = TaskSpec::bounded_args(args.iter().copied()).expect("they are short");
	job.spec.limits.gas = 50_000_000_000;
	job.spec.limits.memory_pages = 4_096;
	job.spec.limits.output_bytes = 16 << 20;
	job
}

/// Both give the same, and the same bytes.
fn assert_equal(bench: &Bench, job: &Job) -> assay_interpreter::Finished {
	let ModuleSource::Bytes(module) = &job.module else { panic!("a module in memory") };
	let fast = bench.run(job);
	let reference =
		execute(module, &job.spec, &Profile::BASE, job.input.clone()).expect("the machine works");
	assert_eq!(fast.outcome, reference.outcome);
	assert_eq!(fast.manifest, reference.manifest);
	for (entry, content) in reference.manifest.0.iter().zip(&reference.contents) {
		let stored = read_output(bench.out.path(), &entry.content).expect("readable");
		assert_eq!(stored.as_ref(), Some(content));
	}
	reference
}

#[test]
fn examples_should_give_the_same_when_interpreted() {
	let bench = bench();
	for (app, input, args) in [
		("wordstats", "alice.txt", &["10"][..]),
		("picture", "astronaut.png", &["resize", "256", "256"][..]),
		("digits", "held-out.csv", &[][..]),
	] {
		let started = std::time::Instant::now();
		let finished = assert_equal(&bench, &example(app, input, args));
		println!("{app}: {} gas, both in {:?}", finished.outcome.gas_used, started.elapsed());
		let expected = examples().join(app).join("expected");
		for entry in &finished.manifest.0 {
			let path = match entry.kind {
				OutputKind::Stdout => expected.join("stdout"),
				OutputKind::Stderr => expected.join("stderr"),
				OutputKind::File => {
					let name = String::from_utf8(entry.path.clone()).expect("text");
					expected.join("out").join(name)
				},
				_ => continue,
			};
			let bytes = fs::read(&path).expect("it is expected");
			assert_eq!(entry.content, ContentRef::of(&bytes), "{}", path.display());
		}
	}
}

#[test]
fn ends_should_be_the_same_when_interpreted() {
	let bench = bench();
	let deep = "(func $f (param i64) (local i64 i64) (call $f (local.get 0)))
		(func (export \"_start\") (call $f (i64.const 1)))";
	let flood = "(func (export \"_start\") (i32.store (i32.const 4) (i32.const 60000))
		(loop (drop (call $write (i32.const 2) (i32.const 0) (i32.const 1) (i32.const 8)))
		 (br 0)))";
	let wide = format!(
		"(func $f (param i32) {} {}) (func (export \"_start\") (call $f (i32.const 0)))",
		"(local.get 0) ".repeat(66_000),
		"drop ".repeat(66_000)
	);
	for fields in [
		"(func (export \"_start\"))",
		"(func (export \"_start\") (call $exit (i32.const 77)))",
		"(func (export \"_start\") (call $exit (memory.grow (i32.const 64))))",
		"(func (export \"_start\") (call $exit (memory.grow (i32.const 63))))",
		"(func (export \"_start\") unreachable)",
		"(func (export \"_start\") (loop (br 0)))",
		"(func (export \"_start\") (drop (call $random (i32.const 0) (i32.const 65536)))
		 (i32.store (i32.const 4) (i32.const 60000))
		 (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))",
		"(func (export \"_start\") (drop (i32.trunc_f64_s (f64.const nan))))",
		"(func (export \"_start\") (param i32))",
		deep,
		flood,
		&wide,
	] {
		assert_equal(&bench, &job(program(fields)));
	}
}
