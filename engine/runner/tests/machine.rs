//! What is not the program's doing: the sandbox, limits of the machine, the cache, dying workers.

mod common;

use assay_primitives::{outcome::Class, profile::Profile};
use assay_runner::{
	Cancel, ModuleSource, Prepared, RunError, Runner, RunnerConfig, SandboxError, WorkerCommand,
};
use common::*;
use std::{
	fs,
	path::PathBuf,
	thread,
	time::{Duration, Instant},
};

/// Longest wait for what comes at once on an idle machine, and far less than such jobs go on for.
const PATIENCE: Duration = Duration::from_secs(120);

/// A job that runs until somebody ends it.
fn endless() -> assay_runner::Job {
	let mut job = job(main("(loop (br 0))"));
	job.spec.limits.gas = u64::MAX;
	job
}

/// The worker that runs for `marker`, a directory that its parent has it open a file of.
fn worker_of(bench: &Bench) -> u32 {
	let end = Instant::now() + PATIENCE;
	let cache = bench.cache.path().canonicalize().expect("exists");
	while Instant::now() < end {
		for entry in fs::read_dir("/proc").expect("proc is there").flatten() {
			let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
			let maps = fs::read_to_string(entry.path().join("maps")).unwrap_or_default();
			let status = fs::read_to_string(entry.path().join("status")).unwrap_or_default();
			// Its compiled module is mapped, and the sandbox is closed.
			if maps.contains(&*cache.to_string_lossy()) && status.contains("Seccomp:\t2") {
				return pid;
			}
		}
		thread::sleep(Duration::from_millis(10));
	}
	panic!("no worker has come up");
}

fn lookup(status: &str, name: &str) -> String {
	let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
	line[name.len()..].trim_start_matches(':').trim().into()
}

#[test]
fn sandbox_should_be_closed_when_a_job_runs() {
	let bench = bench();
	if bench.runner.config().insecure {
		return;
	}
	assert!(bench.runner.sandbox().is_sufficient(), "{:?}", bench.runner.sandbox());
	let cancel = Cancel::new();
	thread::scope(|scope| {
		let running = scope.spawn(|| bench.runner.run(&endless(), bench.out.path(), &cancel));
		let worker = PathBuf::from(format!("/proc/{}", worker_of(&bench)));
		let read = |name: &str| fs::read_to_string(worker.join(name)).expect("readable");
		let status = read("status");
		let entries = fs::read_dir(worker.join("root")).map(|entries| entries.count());
		let descriptors = fs::read_dir(worker.join("fd")).map(|entries| entries.count());
		let spaces: Vec<bool> = ["user", "mnt", "net", "ipc", "uts"]
			.iter()
			.map(|space| {
				let link = |of: &str| fs::read_link(format!("{of}/ns/{space}"));
				link(&worker.to_string_lossy()).expect("readable")
					!= link("/proc/self").expect("readable")
			})
			.collect();
		let limits = read("limits");
		let environment = read("environ");
		cancel.cancel();
		let result = running.join().expect("no panic");
		assert!(matches!(result, Err(RunError::Cancelled)), "{result:?}");

		assert_eq!(lookup(&status, "NoNewPrivs"), "1");
		assert_eq!(lookup(&status, "CapEff"), "0000000000000000");
		assert_eq!(lookup(&status, "CapPrm"), "0000000000000000");
		assert_eq!(entries.ok(), Some(0), "its root is empty");
		assert_eq!(descriptors.ok(), Some(4), "the pipes to its parent, and its compiled module");
		assert_eq!(spaces, vec![true; spaces.len()], "all namespaces are its own");
		assert_eq!(environment, "");
		let line = |name: &str| limits.lines().find(|line| line.starts_with(name));
		for (name, value) in [("Max core file size", "0"), ("Max open files", "16")] {
			let line = line(name).expect("listed");
			assert!(line[name.len()..].trim_start().starts_with(value), "{line}");
		}
	});
}

#[test]
fn run_should_fail_without_an_outcome_when_its_worker_is_killed() {
	let bench = bench();
	thread::scope(|scope| {
		let running = scope.spawn(|| bench.try_run(&endless()));
		let worker = worker_of(&bench) as libc::pid_t;
		// SAFETY: takes no pointers; the worker is this test's own.
		assert_eq!(unsafe { libc::kill(worker, libc::SIGKILL) }, 0);
		match running.join().expect("no panic") {
			Err(RunError::WorkerDied(how)) => assert!(how.contains("signal 9"), "{how}"),
			other => panic!("{other:?}"),
		}
	});
}

#[test]
fn run_should_fail_without_an_outcome_when_it_takes_too_long() {
	let limit = Duration::from_millis(700);
	let bench = bench_with(|config| config.wall_limit = limit);
	assert!(matches!(bench.try_run(&endless()), Err(RunError::TimedOut { .. })));
}

#[test]
fn run_should_end_soon_when_it_is_cancelled() {
	let bench = bench();
	let cancel = Cancel::new();
	let used = cancel.clone();
	thread::scope(|scope| {
		let running = scope.spawn(|| bench.runner.run(&endless(), bench.out.path(), &cancel));
		worker_of(&bench);
		used.cancel();
		assert!(matches!(running.join().expect("no panic"), Err(RunError::Cancelled)));
	});
	let again = bench.runner.run(&endless(), bench.out.path(), &cancel);
	assert!(matches!(again, Err(RunError::Cancelled)), "a used handle stays used");
}

#[test]
fn compilation_should_fail_without_an_outcome_when_memory_is_short() {
	// Enough for the worker itself, but not for a function of this size.
	let bench = bench_with(|config| config.prepare_memory = 560 << 20);
	let functions: String = (0..40)
		.map(|i| {
			format!(
				"(func {})",
				format!("(drop (i32.mul (i32.const {i}) (i32.load (i32.const {i}))))")
					.repeat(20_000)
			)
		})
		.collect();
	let large = program(&format!("{functions} (func (export \"_start\"))"));
	match bench.try_run(&job(large)) {
		Err(RunError::WorkerDied(_) | RunError::Engine(_)) => {},
		other => panic!("{other:?}"),
	}
}

#[test]
fn artifact_should_be_reused_when_the_module_is_known() {
	let bench = bench();
	let module = main("(drop (i32.const 1))");
	assert!(!bench.run(&job(module.clone())).stats.cached);
	let again = bench.run(&job(module.clone()));
	assert!(again.stats.cached);
	// Another bound on memory is another task, but no other artifact.
	let mut larger = job(module.clone());
	larger.spec.limits.memory_pages = 128;
	assert!(bench.run(&larger).stats.cached);
	let source = ModuleSource::Bytes(module);
	let id = Profile::BASE.id();
	let prepared = bench.runner.prepare(&source, &id, 64, &Cancel::new()).expect("works");
	assert_eq!(prepared, Prepared::Ready { cached: true });
	let refused = bench.runner.prepare(&source, &id, 0, &Cancel::new()).expect("works");
	assert!(matches!(refused, Prepared::Refused(_)));
}

#[test]
fn artifact_should_be_made_again_when_it_is_damaged() {
	let bench = bench();
	let module = main("(drop (i32.const 1))");
	let first = bench.run(&job(module.clone())).outcome;
	let files = || fs::read_dir(bench.cache.path().join("compiled")).expect("there").flatten();
	let artifact = files()
		.map(|file| file.path())
		.find(|path| path.extension().is_some_and(|extension| extension == "cwasm"))
		.expect("there is one");
	let length = fs::metadata(&artifact).expect("there").len() as usize;
	let whole = fs::read(&artifact).expect("there");
	for at in [0, length / 3, length / 2, length - 1] {
		let mut flipped = whole.clone();
		flipped[at] ^= 1;
		fs::write(&artifact, flipped).expect("writable");
		let again = bench.run(&job(module.clone()));
		assert_eq!((again.outcome, again.stats.cached), (first, false), "byte {at}");
		assert!(bench.run(&job(module.clone())).stats.cached);
	}
	fs::write(&artifact, vec![0; length]).expect("writable");
	assert_eq!(bench.run(&job(module.clone())).outcome, first);
	fs::write(&artifact, b"short").expect("writable");
	assert_eq!(bench.run(&job(module.clone())).outcome, first);
	fs::remove_file(&artifact).expect("there");
	assert_eq!(bench.run(&job(module)).outcome, first);
}

#[test]
fn runner_should_be_refused_when_its_worker_or_cache_is_unfit() {
	let cache = tempfile::tempdir().expect("can be made");
	let path = cache.path().join("compiled");
	let with = |program: &str| WorkerCommand { program: program.into(), args: Vec::new() };
	for program in ["/bin/true", "/does/not/exist", env!("CARGO_BIN_EXE_assay-job")] {
		let config = RunnerConfig::new(&path, with(program));
		let refused = Runner::new(config).expect_err("no worker");
		assert!(matches!(refused, SandboxError::Worker { .. }), "{refused}");
	}
	let open = std::os::unix::fs::PermissionsExt::from_mode(0o777);
	fs::set_permissions(&path, open).expect("its own");
	let refused = Runner::new(RunnerConfig::new(&path, worker())).expect_err("open to all");
	assert!(matches!(refused, SandboxError::Cache { .. }), "{refused}");
}

#[test]
fn jobs_should_not_disturb_each_other_when_run_at_once() {
	let bench = bench();
	thread::scope(|scope| {
		let runs: Vec<_> = (0..8u32)
			.map(|code| {
				let bench = &bench;
				scope.spawn(move || {
					let module = main(&format!("(call $exit (i32.const {}))", code / 2));
					bench.run(&job(module)).outcome.class
				})
			})
			.collect();
		for (code, run) in runs.into_iter().enumerate() {
			assert_eq!(run.join().expect("no panic"), Class::Exited(code as u32 / 2));
		}
	});
}

/// Prints how long the slowest modules of the profile take to compile.
#[test]
#[ignore = "prints figures"]
fn compilation_of_the_slowest_modules() {
	let bench = bench();
	let start = "(func (export \"_start\"))";
	let straight: String = (0..20_000)
		.map(|i| format!("(local.set 0 (i32.add (local.get 0) (i32.load (i32.const {i}))))"))
		.collect();
	let straight = format!("(func (param i32) {straight})").repeat(70);
	let locals = "i32 ".repeat(2_000);
	let arms: String = (0..666)
		.map(|i| {
			let (a, b) = (i * 3 % 2_000, i * 7 % 2_000);
			format!("(if (local.get {a}) (then (local.set {b} (local.get {a}))) (else (local.set {a} (local.get {b}))))")
		})
		.collect();
	let bombs = format!("(func (local {locals}) {arms})").repeat(50);
	for (name, functions) in [("straight", straight), ("locals by control", bombs)] {
		let module = program(&format!("{functions} {start}"));
		let finished = bench.try_run(&job(module.clone()));
		let stats = finished.map(|finished| finished.stats.prepare);
		println!("{name}: {} bytes, {stats:?}", module.len());
	}
}

/// Prints what a program of one's own uses: `MODULE`, `INPUT` and `ARGS` (by spaces) name it.
#[test]
#[ignore = "prints figures"]
fn figures_of_a_program() {
	let variable = |name| std::env::var(name).unwrap_or_default();
	let module = fs::read(variable("MODULE")).expect("MODULE names a file");
	let mut job = job(module);
	if let Ok(input) = fs::read(variable("INPUT")) {
		job = with_input(job, &input);
	}
	let args = variable("ARGS");
	let args = args.split_whitespace().map(|arg| arg.as_bytes());
	job.spec.args = assay_primitives::task::TaskSpec::bounded_args(args).expect("few and short");
	job.spec.limits.gas = 1 << 50;
	job.spec.limits.memory_pages = 8_192;
	job.spec.limits.output_bytes = 256 << 20;
	let (fast, unoptimised) = (bench(), plain());
	let first = fast.run(&job);
	let again = fast.run(&job);
	let other = unoptimised.run(&job);
	println!("{:?}\n{:?}", first.outcome, first.stats);
	println!("again {:?}\nunoptimised {:?}", again.stats, other.stats);
	let rate = again.outcome.gas_used as f64 / again.stats.execute.as_secs_f64();
	println!("{:.2} G gas/s", rate / 1e9);
	assert_eq!(first.outcome, again.outcome);
	assert_eq!(first.outcome, other.outcome);
}

/// Prints what a job costs besides its own work. `cargo test -- --ignored --nocapture latency`
#[test]
#[ignore = "prints figures"]
fn latency_of_a_program_that_does_nothing() {
	let bench = bench();
	let cold = bench.run(&job(main(""))).stats;
	let mut warm: Vec<_> = (0..50).map(|_| bench.run(&job(main(""))).stats).collect();
	warm.sort_by_key(|stats| stats.wall);
	println!("cold {cold:?}\nbest {:?}\nmedian {:?}", warm[0], warm[25]);
}
