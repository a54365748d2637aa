//! Example apps and programs from well-known libraries, on all executors.

use assay_conformance::{
	differential::{Executor, Job, Ran, Verdict, compare, deep},
	programs::{Program, examples, libraries},
};
use assay_primitives::{outcome::Class, profile::Profile};
use std::time::Instant;

/// Gas that every program here makes do with; bounds the time of the interpreter.
const GAS: u64 = 2_000_000_000;

fn run(program: &Program, change: impl FnOnce(Job) -> Job) -> Ran {
	let started = Instant::now();
	// Compilers of recent versions use vectors where they are allowed; these programs are without.
	let job = change(Job::new(program.wasm.clone(), Profile::BASE).with_gas(GAS));
	let ran = match deep(|| compare(&Executor::all(), &job)) {
		Verdict::Ran(ran) => *ran,
		other => panic!("{}: {other:?}", program.name),
	};
	println!(
		"{}: {} bytes, {:?}, {} gas, {} bytes out, {:?}",
		program.name,
		program.wasm.len(),
		ran.class,
		ran.gas_used,
		ran.outputs.manifest.bytes(),
		started.elapsed()
	);
	ran
}

/// Lines of text with words, numbers and markup, which every program takes for something.
fn input() -> Vec<u8> {
	(0..200).flat_map(|i| format!("line {i} of some text, {}\n", i * i % 97).into_bytes()).collect()
}

#[test]
fn executors_should_agree_when_example_apps_run() {
	let programs = examples().expect("they can be built");
	assert!(programs.len() >= 3);
	for program in &programs {
		run(program, |job| job.with_input(&input()));
		run(program, |job| job.with_args(&["7", "300"]).with_input(b"5"));
		run(program, |job| job);
	}
}

#[test]
fn executors_should_agree_when_libraries_run() {
	let programs = libraries().expect("they can be built");
	let names: Vec<&str> = programs.iter().map(|program| program.name.as_str()).collect();
	let expected = [
		"abort", "files", "flate", "hashes", "json", "numbers", "packers", "picture", "regex",
		"world",
	];
	assert_eq!(names, expected);
	for program in &programs {
		let ran = run(program, |job| {
			let mut job = job.with_args(&["a", "b c"]).with_input(&input());
			job.spec.env = assay_primitives::task::TaskSpec::bounded_args(["KEY=value", "EMPTY="])
				.expect("short");
			job
		});
		let class = match program.name.as_str() {
			"abort" => Class::Trapped,
			"world" => Class::Exited(42),
			_ => Class::Exited(0),
		};
		assert_eq!(ran.class, class, "{}", String::from_utf8_lossy(&ran.outputs.contents[1]));
		if matches!(program.name.as_str(), "files" | "world") {
			let text = String::from_utf8_lossy(ran.stdout()).into_owned();
			println!("{text}");
			for line in lines(&program.name) {
				assert!(text.lines().any(|found| found == *line), "missing: {line}");
			}
		}
	}
}

/// What these programs must have seen, by the specification of the host.
fn lines(program: &str) -> &'static [&'static str] {
	match program {
		"files" => &[
			"write to the input: ReadOnlyFilesystem Some(69)",
			"make beside the input: ReadOnlyFilesystem Some(69)",
			"make: ()",
			"make again: AlreadyExists Some(20)",
			"make deep: ()",
			"dangling: NotFound Some(44)",
			"append: [97, 98, 99, 100, 101, 102]",
			"rename: ()",
			"rename over: ()",
			"rename into itself: InvalidInput Some(28)",
			"unlink directory: IsADirectory Some(31)",
			"up and out: PermissionDenied Some(63)",
		],
		_ => &[
			"[\"job\", \"a\", \"b c\"]",
			"[(\"KEY\", \"value\"), (\"EMPTY\", \"\")]",
			"Ok(\"value\") Err(NotPresent)",
			"Ok(23) \"line 0 of some text, 0\\n\"",
		],
	}
}
