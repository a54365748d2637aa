//! Starting jobs and compiling modules, measured by criterion.

use assay_benchmarks::{
	guest::{Variant, spec},
	programs_wasm,
};
use assay_metering::instrument;
use assay_primitives::{content::ContentRef, profile::Profile};
use assay_runner::{Cancel, Job, ModuleSource, Runner, RunnerConfig, WORKER_ARG, WorkerCommand};
use criterion::{Criterion, SamplingMode, Throughput};
use std::{hint::black_box, time::Duration};
use tempfile::TempDir;

/// A program that does nothing.
const NOTHING: &str = "(module (memory (export \"memory\") 1) (func (export \"_start\")))";

fn main() {
	// Jobs are started as this executable again.
	if std::env::args().nth(1).as_deref() == Some(WORKER_ARG) {
		assay_runner::worker_main();
	}
	let mut criterion = Criterion::default()
		.configure_from_args()
		.without_plots()
		.warm_up_time(Duration::from_millis(500))
		.measurement_time(Duration::from_secs(4));
	jobs(&mut criterion);
	compilation(&mut criterion);
	criterion.final_summary();
}

/// A runner over an empty cache.
fn runner() -> (Runner, TempDir) {
	let directory = tempfile::tempdir().expect("a temporary directory can be made");
	let worker = WorkerCommand::current_exe().expect("this executable has a path");
	let config = RunnerConfig::new(directory.path().join("compiled"), worker);
	(Runner::new(config).expect("the sandbox works here"), directory)
}

fn job(wasm: Vec<u8>, args: &[&str]) -> Job {
	let mut spec = spec(args).expect("the arguments are short");
	spec.module = ContentRef::of(&wasm);
	Job { module: ModuleSource::Bytes(wasm), spec, input: None }
}

/// From the call of the runner to the stored outcome, sandboxed process included.
fn jobs(criterion: &mut Criterion) {
	let mut group = criterion.benchmark_group("job");
	// So short that a sample is one call, and the fastest sample the fastest call.
	group.sampling_mode(SamplingMode::Flat).measurement_time(Duration::from_millis(500));
	let programs = programs_wasm().expect("it was built");
	let nothing = wat::parse_str(NOTHING).expect("well-formed");
	let jobs = [("noop", job(nothing, &[])), ("programs", job(programs, &["fibonacci", "1"]))];
	for (name, job) in &jobs {
		let (runner, directory) = runner();
		let out = directory.path().join("out");
		let run = |runner: &Runner| {
			let finished = runner.run(job, &out, &Cancel::new()).expect("the machine works");
			assert_eq!(finished.outcome.class, assay_primitives::outcome::Class::Exited(0));
		};
		run(&runner);
		group.sample_size(200);
		group.bench_function(format!("{name}, warm"), |bencher| bencher.iter(|| run(&runner)));
		group.sample_size(30);
		group.bench_function(format!("{name}, cold"), |bencher| {
			bencher.iter_batched(
				crate::runner,
				|(runner, _directory)| run(&runner),
				criterion::BatchSize::PerIteration,
			)
		});
	}
	group.finish();
}

/// Of the module with all programs.
fn compilation(criterion: &mut Criterion) {
	let wasm = programs_wasm().expect("it was built");
	let mut group = criterion.benchmark_group("module");
	group.sample_size(20).sampling_mode(SamplingMode::Flat);
	group.throughput(Throughput::Bytes(wasm.len() as u64));
	group.bench_function("metering pass", |bencher| {
		bencher.iter(|| instrument(black_box(&wasm), &Profile::BASE, u32::MAX).is_ok())
	});
	for (name, variant) in [("compiled plain", Variant::Plain), ("pass and compiled", Variant::Job(1))]
	{
		let engine = variant.engine().expect("the settings fit");
		group.bench_function(name, |bencher| {
			bencher.iter(|| {
				let module = variant.prepare(black_box(&wasm)).expect("inside the profile");
				engine.precompile_module(&module).expect("valid").len()
			})
		});
	}
	group.finish();
}
