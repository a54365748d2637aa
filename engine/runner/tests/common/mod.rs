//! A runner over a cache of its own, and jobs made from text.

#![allow(dead_code, reason = "each test binary uses a part of it")]

use assay_primitives::{
	Hash,
	content::ContentRef,
	outcome::OutputKind,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};
use assay_runner::{
	Cancel, Codegen, Finished, Job, ModuleSource, RunError, Runner, RunnerConfig, WORKER_ARG,
	WorkerCommand, read_output,
};
use tempfile::TempDir;

/// Gas of the page that every program here starts with.
pub const STARTUP: u64 = 65_536;

/// A runner and the directories that it uses.
pub struct Bench {
	pub runner: Runner,
	pub out: TempDir,
	pub cache: TempDir,
}

pub fn worker() -> WorkerCommand {
	WorkerCommand { program: env!("CARGO_BIN_EXE_assay-job").into(), args: vec![WORKER_ARG.into()] }
}

pub fn bench() -> Bench {
	bench_with(|_| {})
}

pub fn bench_with(change: impl FnOnce(&mut RunnerConfig)) -> Bench {
	let (cache, out) = (directory(), directory());
	let mut config = RunnerConfig::new(cache.path().join("compiled"), worker());
	// Where the tests themselves run in a container without user namespaces.
	config.insecure = std::env::var_os("ASSAY_TEST_INSECURE").is_some();
	change(&mut config);
	Bench { runner: Runner::new(config).expect("the sandbox works here"), out, cache }
}

pub fn plain() -> Bench {
	bench_with(|config| config.codegen = Codegen::Plain)
}

fn directory() -> TempDir {
	tempfile::tempdir().expect("a temporary directory can be made")
}

/// A program with one page of memory and the functions that the tests call.
pub fn program(fields: &str) -> Vec<u8> {
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

pub fn main(body: &str) -> Vec<u8> {
	program(&format!("(func (export \"_start\") {body})"))
}

pub fn job(module: Vec<u8>) -> Job {
	let spec = TaskSpec {
		module: ContentRef::of(&module),
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::None,
		seed: Hash::repeat_byte(7),
		limits: Limits { gas: 100_000_000, memory_pages: 64, output_bytes: 1 << 20 },
	};
	Job { module: ModuleSource::Bytes(module), spec, input: None }
}

/// The same job under profile 2.
pub fn vectors(mut job: Job) -> Job {
	job.spec.profile = Profile::SIMD.id();
	job
}

pub fn with_input(mut job: Job, input: &[u8]) -> Job {
	job.spec.input = Input::Blob(ContentRef::of(input));
	job.input = Some(input.to_vec());
	job
}

impl Bench {
	pub fn try_run(&self, job: &Job) -> Result<Finished, RunError> {
		self.runner.run(job, self.out.path(), &Cancel::new())
	}

	pub fn run(&self, job: &Job) -> Finished {
		let finished = self.try_run(job).expect("the machine works");
		assert!(finished.outcome.fits(&job.spec));
		assert_eq!(finished.outcome.output, finished.manifest.root());
		assert_eq!(finished.outcome.output_bytes, finished.manifest.bytes());
		finished
	}

	/// What the run wrote to its standard output.
	pub fn stdout(&self, finished: &Finished) -> Vec<u8> {
		let entry = &finished.manifest.0[0];
		assert_eq!(entry.kind, OutputKind::Stdout);
		read_output(self.out.path(), &entry.content).expect("readable").expect("stored")
	}
}
