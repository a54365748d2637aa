//! What programs come to under the reference executor.

mod blocks;
mod ends;
mod limits;
mod refusals;
mod steps;
mod stopped;

use crate::{Failure, Finished, execute};
use alloc::{format, vec, vec::Vec};
use assay_primitives::{
	Hash,
	content::ContentRef,
	outcome::{Class, OutputKind},
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};

/// Gas of the page that every program here starts with.
const STARTUP: u64 = 65_536;

/// Writes `hello` and a line feed to standard output.
const HELLO: &str = "
	(data (i32.const 0) \"\\10\\00\\00\\00\\06\\00\\00\\00\") (data (i32.const 16) \"hello\\n\")
	(func $hello (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))";
/// Gas of the segments that come with it.
const HELLO_SEGMENTS: u64 = 1 + 1;

/// A task with everything it needs.
#[derive(Clone)]
struct Job {
	module: Vec<u8>,
	spec: TaskSpec,
	input: Option<Vec<u8>>,
}

impl Job {
	fn new(module: Vec<u8>) -> Self {
		let spec = TaskSpec {
			module: ContentRef::of(&module),
			profile: Profile::BASE.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::None,
			seed: Hash::repeat_byte(7),
			limits: Limits { gas: 100_000_000, memory_pages: 64, output_bytes: 1 << 20 },
		};
		Self { module, spec, input: None }
	}

	fn with_input(mut self, input: &[u8]) -> Self {
		self.spec.input = Input::Blob(ContentRef::of(input));
		self.input = Some(input.to_vec());
		self
	}

	fn with_gas(mut self, gas: u64) -> Self {
		self.spec.limits.gas = gas;
		self
	}

	fn try_run(&self) -> Result<Finished, Failure> {
		execute(&self.module, &self.spec, &Profile::BASE, self.input.clone())
	}

	fn run(&self) -> Finished {
		let finished = self.try_run().expect("the machine works");
		assert!(finished.outcome.fits(&self.spec));
		assert_eq!(finished.outcome.output, finished.manifest.root());
		assert_eq!(finished.outcome.output_bytes, finished.manifest.bytes());
		assert_eq!(finished.manifest.0.len(), finished.contents.len());
		for (entry, content) in finished.manifest.0.iter().zip(&finished.contents) {
			assert!(entry.content.matches(content));
			assert_eq!(finished.content(&entry.content), Some(content.as_slice()));
		}
		finished
	}

	/// Class and gas.
	fn end(&self) -> (Class, u64) {
		let outcome = self.run().outcome;
		(outcome.class, outcome.gas_used)
	}
}

/// A program with one page of memory and the functions that the tests call.
fn program(fields: &str) -> Vec<u8> {
	let wasi = "wasi_snapshot_preview1";
	let text = format!(
		"(module
		 (import \"{wasi}\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"fd_read\" (func $read (param i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"random_get\" (func $random (param i32 i32) (result i32)))
		 (import \"{wasi}\" \"proc_exit\" (func $exit (param i32)))
		 (memory (export \"memory\") 1) {fields})"
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A program that consists of this body.
fn main(body: &str) -> Vec<u8> {
	program(&format!("(func (export \"_start\") {body})"))
}

fn stdout(finished: &Finished) -> &[u8] {
	assert_eq!(finished.manifest.0[0].kind, OutputKind::Stdout);
	&finished.contents[0]
}
