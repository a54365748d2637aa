//! Where programs run. In processes of this machine; on others, or many tasks of a pool in one sandbox, are further
//! [`Runner`]s.

use crate::host::settings::HostSettings;
use anyhow::{Context, Result, ensure};
use assay_primitives::{Hash, task::TaskSpec};
use assay_runner::{
	Cancel, Finished, Job, ModuleSource, RunError, Runner as Processes, RunnerConfig,
	SandboxReport, WorkerCommand,
};
use std::{
	collections::HashMap,
	path::PathBuf,
	sync::{Arc, Mutex, PoisonError},
};
use tokio::{
	sync::{Mutex as AsyncMutex, OwnedMutexGuard, Semaphore},
	task::spawn_blocking,
};

/// Modules that are compiled ahead at a time; running jobs come first.
const PREPARATIONS: usize = 1;

/// Runs programs. Whatever it shares among runs, a module that is warm or a sandbox, each gives what it gives alone: its
/// outcome follows from its job and from nothing else.
pub trait Runner: Clone + Send + Sync + 'static {
	/// Makes a module ready for its runs. Only to save time: where it fails, they try again and tell.
	/// `module` gives its bytes when they are wanted.
	fn warm(
		&self,
		spec: TaskSpec,
		module: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
	) -> impl Future<Output = ()> + Send;
	/// Runs a job, and puts its outputs into a folder. Jobs that wait at a time may be run together.
	///
	/// Errors: there is no outcome, which is never the job's fault.
	fn run(
		&self,
		job: Job,
		folder: PathBuf,
		cancel: Cancel,
	) -> impl Future<Output = Result<Finished, RunError>> + Send;
}

/// A sandboxed process of this machine for each run.
#[derive(Clone)]
pub struct LocalProcess(Arc<Inner>);

struct Inner {
	processes: Processes,
	preparations: Semaphore,
	compiling: Keyed,
}

impl LocalProcess {
	/// Refuses a machine without a sandbox unless told otherwise.
	pub fn new(settings: &HostSettings) -> Result<Self> {
		let worker = WorkerCommand::current_exe().context("this program does not find itself")?;
		let mut config = RunnerConfig::new(settings.base_path.join("compiled"), worker);
		config.insecure = settings.insecure;
		config.wall_limit = settings.limits.wall;
		let processes = Processes::new(config)
			.context("jobs can't be run here; `--insecure` gives up the sandbox, for tests only")?;
		let preparations = Semaphore::new(PREPARATIONS);
		Ok(Self(Arc::new(Inner { processes, preparations, compiling: Keyed::default() })))
	}

	/// What of the sandbox there is.
	pub fn sandbox(&self) -> &SandboxReport {
		self.0.processes.sandbox()
	}
}

impl Runner for LocalProcess {
	async fn warm(
		&self,
		spec: TaskSpec,
		module: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
	) {
		let _slot = self.0.preparations.acquire().await;
		let compiling = self.0.compiling.lock(spec.module.hash).await;
		let inner = self.0.clone();
		let warmed = spawn_blocking(move || {
			// Held until the end, even if nobody waits for it any more.
			let _compiling = compiling;
			let Some(module) = module() else { return };
			let (module, pages) = (ModuleSource::Bytes(module), spec.limits.memory_pages);
			let done = inner.processes.prepare(&module, &spec.profile, pages, &Cancel::new());
			if let Err(error) = done {
				tracing::debug!(%error, "a module was not compiled ahead");
			}
		});
		let _ = warmed.await;
	}

	async fn run(&self, job: Job, folder: PathBuf, cancel: Cancel) -> Result<Finished, RunError> {
		// Whoever compiles this module already does it for this run too.
		drop(self.0.compiling.lock(job.spec.module.hash).await);
		let inner = self.0.clone();
		let ran = spawn_blocking(move || inner.processes.run(&job, &folder, &cancel)).await;
		ran.unwrap_or_else(|error| Err(RunError::WorkerDied(format!("the run panicked: {error}"))))
	}
}

/// A lock for each content that something is done with.
#[derive(Default)]
pub struct Keyed(Mutex<HashMap<Hash, Arc<AsyncMutex<()>>>>);

impl Keyed {
	/// Waits for its turn with a content.
	pub async fn lock(&self, key: Hash) -> OwnedMutexGuard<()> {
		let lock = {
			let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
			all.retain(|_, lock| Arc::strong_count(lock) > 1);
			all.entry(key).or_default().clone()
		};
		lock.lock_owned().await
	}
}

/// What of the sandbox there is; an error where too much of it is missing.
pub fn sandbox(settings: &HostSettings) -> Result<String> {
	let report = LocalProcess::new(settings)?.sandbox().clone();
	let missing = report.missing.join(", ");
	ensure!(settings.insecure || report.is_sufficient(), "missing: {missing}");
	let parts = [
		("namespaces", report.namespaces),
		("empty root", report.empty_root),
		("seccomp", report.seccomp),
		("landlock", report.landlock),
	];
	let present: Vec<&str> = parts.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
	let note = if missing.is_empty() { String::new() } else { format!("; without {missing}") };
	Ok(present.join(", ") + &note)
}
