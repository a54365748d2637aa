//! The parent's side.

use crate::{
	Attempt, Cancel, Finished, Frame, Job, ModuleSource, Prepared, RunError, RunnerConfig,
	SandboxError, SandboxReport, Stats, Usage,
	begin::fits_memory,
	cache::{ArtifactHash, Cache, Entry, Key},
	outputs,
	process::{Patience, Process},
	protocol::{Execute, Locate, MANIFEST_BYTES, MESSAGE_BYTES, Prepare, Reply, Role, Setup},
	trace::Stopped,
};
use assay_metering::{ModuleInfo, Refusal};
use assay_primitives::{
	Hash,
	content::ContentRef,
	outcome::{Class, Manifest, Outcome},
	profile::{PAGE_SIZE, Profile, ProfileId},
	task::{Input, InputMatch, TaskSpec},
};
use assay_wasi::Host;
use std::{
	fs::{self, File},
	io::{Read, Write},
	os::unix::ffi::OsStrExt,
	path::{Path, PathBuf},
	time::{Duration, Instant},
};

/// Longest time that trying the sandbox may take.
const PROBE_LIMIT: Duration = Duration::from_secs(20);
/// Memory of a worker besides what its work asks for: the engine, and stacks, most of which nobody
/// touches.
const WORKER_BYTES: u64 = 768 << 20;
/// Longest compiled module.
const ARTIFACT_BYTES: u64 = 1 << 30;

/// Prepares and runs jobs. Can be shared between threads; every call blocks its own.
#[derive(Debug)]
pub struct Runner {
	config: RunnerConfig,
	sandbox: SandboxReport,
	cache: Cache,
	/// Name of the engine with these settings on this processor.
	engine: Hash,
}

/// A module that is ready to run.
struct Loaded {
	info: ModuleInfo,
	key: Key,
	artifact: PathBuf,
	artifact_bytes: u64,
}

/// A job that was executed.
struct Ran {
	outcome: Outcome,
	manifest: Manifest,
	stopped: Option<Stopped>,
	peak_memory: u64,
	memory_pages: u32,
}

impl Runner {
	/// Sets up the cache directory and tries the sandbox in a worker process.
	///
	/// Refuses where it lacks namespaces, the empty root or seccomp, unless `config.insecure`.
	pub fn new(config: RunnerConfig) -> Result<Self, SandboxError> {
		let cache = Cache::open(&config.cache_dir, config.cache_bytes)
			.map_err(|source| SandboxError::Cache { path: config.cache_dir.clone(), source })?;
		let (sandbox, engine) = probe(&config).map_err(|error| match error {
			RunError::Sandbox(missing) => SandboxError::Incomplete(missing),
			error => SandboxError::Worker {
				program: config.worker.program.clone(),
				reason: error.to_string(),
			},
		})?;
		if !sandbox.is_sufficient() {
			tracing::warn!(missing = ?sandbox.missing, "jobs run without a complete sandbox");
		}
		Ok(Self { config, sandbox, cache, engine })
	}

	/// The settings.
	pub fn config(&self) -> &RunnerConfig {
		&self.config
	}

	/// What the sandbox consists of here.
	pub fn sandbox(&self) -> &SandboxReport {
		&self.sandbox
	}

	/// Has a worker try to break out, to see that it can't: it dies of it, so that this gives
	/// [`RunError::WorkerDied`]. Otherwise tells whether it has succeeded.
	pub fn attempt(&self, attempt: Attempt) -> Result<bool, RunError> {
		let cancel = Cancel::new();
		let patience = Patience::new(&cancel, "trying to break out", PROBE_LIMIT);
		let setup = self.setup(Role::Attempt(attempt), WORKER_BYTES, PROBE_LIMIT);
		let mut process = Process::start(&self.config.worker, &setup, patience)?;
		self.expect_ready(process.ready()?)?;
		match process.receive(MESSAGE_BYTES)? {
			Reply::Attempted(succeeded) => Ok(succeeded),
			_ => Err(RunError::Protocol("an answer of another kind")),
		}
	}

	/// Checks and compiles a module ahead of its first run, for tasks with this bound on memory.
	pub fn prepare(
		&self,
		module: &ModuleSource,
		profile: &ProfileId,
		memory_pages: u32,
		cancel: &Cancel,
	) -> Result<Prepared, RunError> {
		let profile = Profile::by_id(profile).ok_or(RunError::UnknownProfile)?;
		let most = profile.limits.module_bytes.into();
		let bytes = read_module(module, most)?;
		let content = ContentRef::of(&bytes);
		let (entry, compiling) = self.load(&content, &bytes, &profile, cancel)?;
		let cached = compiling.is_none();
		Ok(match entry.and_then(|loaded| within(loaded, memory_pages)) {
			Ok(_) => Prepared::Ready { cached },
			Err(refusal) => Prepared::Refused(refusal),
		})
	}

	/// Runs a job and stores its outputs under `out_dir`, which is created where it is missing.
	///
	/// Blocks until it has ended, `cancel` is used or a limit is reached. Every error is one of
	/// this machine or of the caller: the same job may well succeed elsewhere.
	///
	/// What a program has written counts as its output however it ended, since it is as
	/// reproducible as its end. Where no program ran, because the input or the module is not as it
	/// should be, there are no outputs and no gas was used; the input is looked at first.
	pub fn run(&self, job: &Job, out_dir: &Path, cancel: &Cancel) -> Result<Finished, RunError> {
		let begin = Instant::now();
		let spec = &job.spec;
		let profile = Profile::by_id(&spec.profile).ok_or(RunError::UnknownProfile)?;
		fs::create_dir_all(out_dir).map_err(RunError::io("creating the output directory"))?;
		let mut stats = Stats::default();
		if !input_fits(&profile, &spec.input, job.input.as_deref())? {
			return Ok(nothing_ran(Class::InputMismatch, None, begin, stats));
		}
		let module = read_module(&job.module, spec.module.size)?;
		if !spec.module.matches(&module) {
			return Err(RunError::ModuleDiffers);
		}
		let (entry, compiling) = self.load(&spec.module, &module, &profile, cancel)?;
		stats.cached = compiling.is_none();
		stats.compiling = compiling.unwrap_or_default();
		stats.prepare = begin.elapsed();
		let mut loaded = match entry.and_then(|it| within(it, spec.limits.memory_pages)) {
			Ok(loaded) => loaded,
			Err(refusal) => {
				return Ok(nothing_ran(Class::ModuleInvalid, Some(refusal), begin, stats));
			},
		};
		let start = Instant::now();
		let mut ran = self.execute(&loaded, job, out_dir, cancel)?;
		if ran.is_none() {
			// What was kept is of no use, for example after a crash of the machine.
			self.cache.remove(&loaded.key);
			let (entry, _) = self.load(&spec.module, &module, &profile, cancel)?;
			loaded = entry.map_err(|_| RunError::Protocol("a module changed its validity"))?;
			ran = self.execute(&loaded, job, out_dir, cancel)?;
		}
		let Ran { outcome, manifest, stopped, peak_memory, memory_pages } =
			ran.ok_or_else(|| RunError::Engine("a new artifact can't be loaded".into()))?;
		stats.execute = start.elapsed();
		(stats.peak_memory, stats.memory_pages) = (peak_memory, memory_pages);
		let trace = stopped.map(|stopped| {
			let stopped = stopped.without_added(loaded.info.functions);
			// What the program did is known without it.
			let frames = self.locate(&module, &profile, &stopped, cancel).inspect_err(|error| {
				tracing::warn!(%error, "the places of a backtrace can't be told");
			});
			stopped.into_trace(frames.ok())
		});
		stats.wall = begin.elapsed();
		Ok(Finished { outcome, manifest, refusal: None, trace, stats })
	}

	/// Has a worker say what places of the metered code are in the module.
	fn locate(
		&self,
		module: &[u8],
		profile: &Profile,
		stopped: &Stopped,
		cancel: &Cancel,
	) -> Result<Vec<Frame>, RunError> {
		let limit = self.config.prepare_limit;
		let setup = self.setup(Role::Locate, self.config.prepare_memory, limit);
		let patience = Patience::new(cancel, "locating a backtrace", limit);
		let mut process = Process::start(&self.config.worker, &setup, patience)?;
		self.expect_ready(process.ready()?)?;
		let places = stopped.places();
		let count = places.len();
		let (profile, module_bytes) = (profile.id(), module.len() as u64);
		process.send(&Locate { profile, module_bytes, places })?;
		process.send_bytes(module)?;
		match process.receive(MESSAGE_BYTES)? {
			Reply::Located(frames) if frames.len() == count => {
				process.finish()?;
				Ok(frames)
			},
			_ => Err(RunError::Protocol("an answer of another kind")),
		}
	}

	/// Finds the compiled module, or has it made, with what that took.
	fn load(
		&self,
		content: &ContentRef,
		module: &[u8],
		profile: &Profile,
		cancel: &Cancel,
	) -> Result<(Result<Loaded, Refusal>, Option<Usage>), RunError> {
		let key = Key::new(content, &profile.id(), &self.engine);
		let (entry, compiling) = match self.cache.get(&key) {
			Some(entry) => (entry, None),
			None => {
				let (entry, usage) = self.compile(&key, module, profile, cancel)?;
				(entry, Some(usage))
			},
		};
		Ok((self.loaded(key, entry), compiling))
	}

	fn loaded(&self, key: Key, entry: Entry) -> Result<Loaded, Refusal> {
		match entry {
			Entry::Refused(refusal) => Err(refusal),
			Entry::Compiled { info, artifact_bytes, .. } => {
				let artifact = self.cache.artifact(&key);
				Ok(Loaded { info, key, artifact, artifact_bytes })
			},
		}
	}

	fn compile(
		&self,
		key: &Key,
		module: &[u8],
		profile: &Profile,
		cancel: &Cancel,
	) -> Result<(Entry, Usage), RunError> {
		// The one refusal that is known from the length alone, and keeps the worker's memory small.
		if module.len() as u64 > profile.limits.module_bytes.into() {
			let refusal = assay_metering::check(module, profile).map(|_| ());
			return refusal.map_or_else(
				|refusal| Ok((Entry::Refused(refusal), Usage::default())),
				|()| Err(RunError::Protocol("a long module was accepted")),
			);
		}
		let limit = self.config.prepare_limit;
		let setup = self.setup(Role::Prepare, self.config.prepare_memory, limit);
		let patience = Patience::new(cancel, "preparing the module", limit);
		let mut process = Process::start(&self.config.worker, &setup, patience)?;
		self.expect_ready(process.ready()?)?;
		process.send(&Prepare { profile: profile.id(), module_bytes: module.len() as u64 })?;
		process.send_bytes(module)?;
		let entry = match process.receive(MESSAGE_BYTES)? {
			Reply::Refused(refusal) => Entry::Refused(refusal),
			Reply::Compiled { info, artifact_bytes } => {
				let artifact_hash = self.keep_artifact(key, artifact_bytes, &mut process)?;
				Entry::Compiled { info, artifact_bytes, artifact_hash }
			},
			Reply::EngineFailed(reason) => return Err(RunError::Engine(reason)),
			_ => return Err(RunError::Protocol("an answer of another kind")),
		};
		let memory = process.peak_memory();
		let usage = Usage { cpu: process.finish()?, memory };
		self.cache.put(key, &entry).map_err(RunError::io("keeping the compiled module"))?;
		Ok((entry, usage))
	}

	/// Receives an artifact, and gives its hash.
	fn keep_artifact(
		&self,
		key: &Key,
		length: u64,
		process: &mut Process<'_>,
	) -> Result<Hash, RunError> {
		if length > ARTIFACT_BYTES {
			return Err(RunError::Protocol("a compiled module that is too long"));
		}
		let keeping = "keeping the compiled module";
		let mut file = self.cache.receive().map_err(RunError::io(keeping))?;
		let mut hash = ArtifactHash::new();
		let mut chunk = vec![0; 1 << 20];
		let mut left = length;
		while left > 0 {
			let next = left.min(chunk.len() as u64) as usize;
			process.receive_exact(&mut chunk[..next])?;
			hash.update(&chunk[..next]);
			file.write_all(&chunk[..next]).map_err(RunError::io(keeping))?;
			left -= next as u64;
		}
		self.cache.put_artifact(key, file).map_err(RunError::io(keeping))?;
		Ok(hash.finish())
	}

	/// Runs the job in a process of its own; `None` where its compiled module can't be loaded.
	fn execute(
		&self,
		loaded: &Loaded,
		job: &Job,
		out_dir: &Path,
		cancel: &Cancel,
	) -> Result<Option<Ran>, RunError> {
		let spec = &job.spec;
		let role = Role::Execute { artifact: loaded.artifact.as_os_str().as_bytes().to_vec() };
		let input_bytes = job.input.as_ref().map(|input| input.len() as u64);
		let memory = job_memory(spec, input_bytes.unwrap_or(0), loaded.artifact_bytes);
		let limit = self.config.wall_limit;
		let patience = Patience::new(cancel, "the job", limit);
		let setup = self.setup(role, memory, limit);
		let mut process = Process::start(&self.config.worker, &setup, patience)?;
		match process.ready()? {
			Reply::UnusableArtifact(reason) => {
				tracing::warn!(reason, "a compiled module can't be loaded");
				return Ok(None);
			},
			reply => self.expect_ready(reply)?,
		}
		let startup_gas = loaded.info.startup_gas;
		process.send(&Execute { spec: spec.clone(), startup_gas, input_bytes })?;
		process.send_bytes(job.input.as_deref().unwrap_or_default())?;
		match process.receive(MANIFEST_BYTES)? {
			Reply::Ran { class, gas_used, memory_pages, stopped, manifest } => {
				let outcome = outcome(class, gas_used, &manifest, spec)?;
				outputs::store(out_dir, &manifest, &mut process)?;
				let peak_memory = process.peak_memory();
				process.finish()?;
				Ok(Some(Ran { outcome, manifest, stopped, peak_memory, memory_pages }))
			},
			Reply::EngineFailed(reason) => Err(RunError::Engine(reason)),
			_ => Err(RunError::Protocol("an answer of another kind")),
		}
	}

	fn setup(&self, role: Role, data_bytes: u64, limit: Duration) -> Setup {
		setup(&self.config, role, data_bytes, limit)
	}

	/// Accepts only a worker of the same kind as the one that was tried at the start.
	fn expect_ready(&self, reply: Reply) -> Result<(), RunError> {
		match reply {
			Reply::Ready { engine, .. } if engine == self.engine => Ok(()),
			Reply::Ready { .. } => Err(RunError::Engine(
				"the worker's executable was replaced by another version".into(),
			)),
			_ => Err(RunError::Protocol("an answer of another kind")),
		}
	}
}

fn setup(config: &RunnerConfig, role: Role, data_bytes: u64, limit: Duration) -> Setup {
	Setup {
		parent: std::process::id(),
		insecure: config.insecure,
		data_bytes,
		// The clock on the wall comes first; this one is for a parent that is stopped.
		cpu_seconds: limit.as_secs().saturating_add(2),
		codegen: config.codegen,
		traces: config.traces,
		role,
	}
}

fn probe(config: &RunnerConfig) -> Result<(SandboxReport, Hash), RunError> {
	let cancel = Cancel::new();
	let patience = Patience::new(&cancel, "trying the sandbox", PROBE_LIMIT);
	let setup = setup(config, Role::Probe, WORKER_BYTES, PROBE_LIMIT);
	let mut process = Process::start(&config.worker, &setup, patience)?;
	match process.ready()? {
		Reply::Ready { sandbox, engine } => {
			process.finish()?;
			Ok((sandbox, engine))
		},
		_ => Err(RunError::Protocol("an answer of another kind")),
	}
}

/// Most memory that the process of a job can need, whatever the program does.
fn job_memory(spec: &TaskSpec, input: u64, artifact: u64) -> u64 {
	let guest = PAGE_SIZE.saturating_mul(spec.limits.memory_pages.into());
	[Host::memory_bound(&spec.limits), input, input, artifact, artifact, WORKER_BYTES]
		.into_iter()
		.fold(guest, u64::saturating_add)
}

/// Whether the input is the one that the task names; `false` where it is provably misnamed.
fn input_fits(profile: &Profile, named: &Input, given: Option<&[u8]>) -> Result<bool, RunError> {
	match named.compare(given) {
		// It may say that it is a tree, and be none.
		InputMatch::Same => Ok(Host::input_gas(profile, given).is_ok()),
		InputMatch::OtherSize => Ok(false),
		InputMatch::Other => Err(RunError::InputDiffers),
		InputMatch::List => Err(RunError::Unsupported("a list of inputs")),
	}
}

/// Reads a module, but no more than one byte beyond `most`: longer ones are refused unread.
fn read_module(source: &ModuleSource, most: u64) -> Result<Vec<u8>, RunError> {
	match source {
		ModuleSource::Bytes(bytes) => Ok(bytes.clone()),
		ModuleSource::Path(path) => {
			let reading = "reading the module";
			let mut bytes = Vec::new();
			let file = File::open(path).map_err(RunError::io(reading))?;
			let most = most.saturating_add(1);
			file.take(most).read_to_end(&mut bytes).map_err(RunError::io(reading))?;
			Ok(bytes)
		},
	}
}

fn within(loaded: Loaded, memory_pages: u32) -> Result<Loaded, Refusal> {
	fits_memory(&loaded.info, memory_pages).map(|()| loaded)
}

fn nothing_ran(
	class: Class,
	refusal: Option<Refusal>,
	begin: Instant,
	mut stats: Stats,
) -> Finished {
	stats.wall = begin.elapsed();
	Finished { refusal, stats, ..Finished::without_run(class) }
}

/// The outcome that a worker's answer amounts to, if it can be one of this task.
fn outcome(
	class: Class,
	gas_used: u64,
	manifest: &Manifest,
	spec: &TaskSpec,
) -> Result<Outcome, RunError> {
	let output_bytes = outputs::checked_bytes(manifest)?;
	let commits = Profile::by_id(&spec.profile).is_some_and(|profile| profile.commits_to_ends());
	if outputs::end(manifest).is_some() != (commits && class.is_stop()) {
		return Err(RunError::Protocol(
			"an end state where there is none, or none where there is one",
		));
	}
	let outcome = Outcome { class, gas_used, output: manifest.root(), output_bytes };
	if class.is_refund() || !outcome.fits(spec) {
		return Err(RunError::Protocol("an outcome that can't be one of this task"));
	}
	Ok(outcome)
}
