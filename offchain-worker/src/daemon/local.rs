//! The real executor: content from the configured sources, jobs in sandboxed processes.

use super::{
	executor::{Executor, FetchFailure, Ran, RunFailure, seal, unix_now},
	retention::contents_of,
};
use crate::{
	cli::Misbehave,
	outputs::Outputs,
	plan::MAX_RUN_FAILURES,
	store::{Key, TaskStore},
};
use anyhow::Context;
use assay_client::{Error, Fetcher};
use assay_primitives::{
	content::ContentRef,
	deal::TaskView,
	task::{Input, TaskSpec},
};
use assay_runner::{Cancel, Job, ModuleSource, RunError, Runner};
use std::sync::Arc;
use tokio::{sync::Semaphore, task::spawn_blocking};

/// Contents that are fetched at a time.
const FETCHES: usize = 4;
/// Modules that are compiled ahead at a time; running jobs come first.
const PREPARATIONS: usize = 1;

/// The real executor. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct LocalExecutor(Arc<Inner>);

struct Inner {
	fetcher: Fetcher,
	runner: Arc<Runner>,
	outputs: Outputs,
	store: TaskStore,
	misbehave: Option<Misbehave>,
	fetches: Semaphore,
	preparations: Semaphore,
}

impl LocalExecutor {
	pub fn new(
		fetcher: Fetcher,
		runner: Arc<Runner>,
		outputs: Outputs,
		store: TaskStore,
		misbehave: Option<Misbehave>,
	) -> Self {
		let (fetches, preparations) = (Semaphore::new(FETCHES), Semaphore::new(PREPARATIONS));
		Self(Arc::new(Inner { fetcher, runner, outputs, store, misbehave, fetches, preparations }))
	}
}

impl Executor for LocalExecutor {
	async fn fetch(&self, view: TaskView) -> Result<u64, FetchFailure> {
		let inner = &self.0;
		let _slot = inner.fetches.acquire().await;
		let hints = hints(&view);
		let contents = contents_of(&view);
		let mut bytes = 0u64;
		for content in &contents {
			if !inner.fetcher.store().contains(content) {
				bytes = bytes.saturating_add(content.size);
			}
			inner.fetcher.fetch(content, &hints).await.map_err(fetch_failure)?;
		}
		let store = inner.store.clone();
		let touched = spawn_blocking(move || store.touch(&contents, unix_now())).await;
		if let Ok(Err(error)) = touched {
			return Err(FetchFailure { reason: error.to_string(), local: true });
		}
		self.prepare(view.deal.request.task).await;
		Ok(bytes)
	}

	async fn run(&self, key: Key, view: TaskView, cancel: Cancel) -> Result<Ran, RunFailure> {
		let inner = self.0.clone();
		let spec = view.deal.request.task;
		let ran = spawn_blocking(move || inner.run(&key, spec, &cancel)).await;
		ran.unwrap_or_else(|error| {
			Err(RunFailure::Runner(RunError::WorkerDied(format!("the run panicked: {error}"))))
		})
	}
}

impl LocalExecutor {
	/// Compiles ahead of the draw, which costs nothing of the time after it. Failing is no matter:
	/// the run tries again and tells.
	async fn prepare(&self, spec: TaskSpec) {
		let _slot = self.0.preparations.acquire().await;
		let inner = self.0.clone();
		let prepared = spawn_blocking(move || {
			let Ok(Some(module)) = inner.fetcher.store().get(&spec.module) else { return };
			let module = ModuleSource::Bytes(module);
			let pages = spec.limits.memory_pages;
			let done = inner.runner.prepare(&module, &spec.profile, pages, &Cancel::new());
			if let Err(error) = done {
				tracing::debug!(%error, "a module was not compiled ahead");
			}
		});
		let _ = prepared.await;
	}
}

impl Inner {
	fn run(&self, key: &Key, spec: TaskSpec, cancel: &Cancel) -> Result<Ran, RunFailure> {
		let disk = RunFailure::Disk;
		let before = self.store.start(key).context("the start can't be noted").map_err(disk)?;
		if before >= MAX_RUN_FAILURES {
			let why =
				format!("it was started {before} times and took the daemon with it each time");
			return Err(RunFailure::Runner(RunError::WorkerDied(why)));
		}
		let ran = self.run_once(key, spec, cancel);
		if ran.is_err() {
			// What stays behind is removed at the next start.
			let _ = self.outputs.remove(key);
			let _ = self.store.stopped(key);
		}
		ran
	}

	fn run_once(&self, key: &Key, spec: TaskSpec, cancel: &Cancel) -> Result<Ran, RunFailure> {
		let module = ModuleSource::Bytes(self.content(&spec.module)?);
		let input = match &spec.input {
			Input::Blob(input) => Some(self.content(input)?),
			Input::None | Input::List(_) => None,
		};
		let folder = self.outputs.prepare(key);
		let folder = folder.context("no folder for outputs").map_err(RunFailure::Disk)?;
		let finished = self.runner.run(&Job { module, spec, input }, &folder, cancel)?;
		if let Some(refusal) = &finished.refusal {
			tracing::info!(task = ?key.task, "the module is outside the profile: {refusal:?}");
		}
		seal(key, finished, &self.outputs, &self.store, self.misbehave)
	}

	fn content(&self, content: &ContentRef) -> Result<Vec<u8>, RunFailure> {
		match self.fetcher.store().get(content) {
			Ok(Some(bytes)) => Ok(bytes),
			Ok(None) => Err(RunFailure::Content("it is not in the store any more".into())),
			Err(error) => Err(RunFailure::Content(error.to_string())),
		}
	}
}

/// Hints are bytes that the client chose; what is no text is no URL.
fn hints(view: &TaskView) -> Vec<String> {
	let hints = view.deal.request.hints.iter();
	hints.filter_map(|hint| std::str::from_utf8(hint).ok()).map(str::to_string).collect()
}

fn fetch_failure(error: Error) -> FetchFailure {
	let local = matches!(error, Error::DiskFull { .. } | Error::Io { .. });
	FetchFailure { reason: error.to_string(), local }
}
