//! The real executor: content from the configured sources, jobs in sandboxed processes.

use super::{
	Executor, Fetched, Ran,
	inputs::{Lists, Own, list_of},
	seal,
};
use crate::{
	config::Settings,
	host::{
		clock::unix_now,
		executor::rerun::{FetchFailure, Rerun, RunFailure},
		outputs::Outputs,
		private::Inbox,
		store::TaskStore,
	},
};
use anyhow::Context;
use assay_client::{
	Error, Fetcher,
	private::{self, SealedInput, open_input},
};
use assay_decisions::{MAX_RUN_FAILURES, eligible, lies::Misbehave, record::Key, view::SharedView};
use assay_primitives::{
	Hash,
	content::ContentRef,
	deal::TaskStatus,
	outcome::{Class, Outcome},
	request::Request,
	task::Input,
};
use assay_runner::{Cancel, Finished, Job, ModuleSource, RunError, Runner};
use std::{
	collections::HashMap,
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
};
use tokio::{
	sync::{Mutex as AsyncMutex, OwnedMutexGuard, Semaphore},
	task::spawn_blocking,
};

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
	inbox: Inbox,
	/// Folder for runs of which nothing stays.
	scratch: PathBuf,
	misbehave: Option<Misbehave>,
	max_input_bytes: u64,
	lists: Lists,
	preparations: Semaphore,
	compiling: Keyed,
	fetching: Keyed,
}

/// A lock for each content that something is done with.
#[derive(Default)]
struct Keyed(Mutex<HashMap<Hash, Arc<AsyncMutex<()>>>>);

impl Keyed {
	async fn lock(&self, key: Hash) -> OwnedMutexGuard<()> {
		let lock = {
			let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
			all.retain(|_, lock| Arc::strong_count(lock) > 1);
			all.entry(key).or_default().clone()
		};
		lock.lock_owned().await
	}
}

impl LocalExecutor {
	pub fn new(
		fetcher: Fetcher,
		runner: Arc<Runner>,
		outputs: Outputs,
		store: TaskStore,
		inbox: Inbox,
		settings: &Settings,
		misbehave: Option<Misbehave>,
	) -> std::io::Result<Self> {
		let scratch = settings.base_path.join("reruns");
		// What a crash has left behind.
		match std::fs::remove_dir_all(&scratch) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
			_ => std::fs::create_dir_all(&scratch)?,
		}
		Ok(Self(Arc::new(Inner {
			fetcher,
			runner,
			outputs,
			store,
			inbox,
			scratch,
			misbehave,
			max_input_bytes: settings.limits.max_input_bytes,
			lists: Lists::default(),
			preparations: Semaphore::new(PREPARATIONS),
			compiling: Keyed::default(),
			fetching: Keyed::default(),
		})))
	}
}

impl Executor for LocalExecutor {
	async fn fetch(&self, view: SharedView) -> Result<Fetched, FetchFailure> {
		// As many at a time as the chain gives this provider slots: a slow source holds nobody up.
		// Of a bag nobody gets all tasks, and the draw is near.
		let whole = !view.deal.is_bag() || is_drawn(&view);
		self.0.fetch(&view.deal.request, view.id.index, whole).await
	}

	/// Costs nothing of the time after the draw. Failing is no matter: the run tries again and tells.
	async fn prepare(&self, view: SharedView) {
		let spec = view.deal.request.task.clone();
		let _slot = self.0.preparations.acquire().await;
		let compiling = self.0.compiling.lock(spec.module.hash).await;
		let inner = self.0.clone();
		let prepared = spawn_blocking(move || {
			// Held until the end, even if nobody waits for it any more.
			let _compiling = compiling;
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

	async fn run(&self, key: Key, view: SharedView, cancel: Cancel) -> Result<Ran, RunFailure> {
		let inner = self.0.clone();
		let deal = view.deal;
		// Whoever compiles this module already does it for this run too.
		drop(inner.compiling.lock(deal.request.task.module.hash).await);
		let ran = spawn_blocking(move || inner.run(&key, &deal.request, &cancel)).await;
		ran.unwrap_or_else(|error| {
			Err(RunFailure::Runner(RunError::WorkerDied(format!("the run panicked: {error}"))))
		})
	}
}

impl Rerun for LocalExecutor {
	async fn get(&self, request: Request, index: u32) -> Result<u64, FetchFailure> {
		let fetched = self.0.fetch(&self.0.readable(request), index, true).await?;
		match fetched.refused {
			Some(refusal) => Err(FetchFailure { reason: refusal.to_string(), local: false }),
			None => Ok(fetched.bytes),
		}
	}

	fn expect_key(&self, task: Key, request: &Request) {
		if let Ok(Some(input)) = SealedInput::of(request) {
			self.0.inbox.expect(task, input.key_id);
		}
	}

	fn forget_key(&self, task: &Key) {
		self.0.inbox.forget(task);
	}

	async fn rerun(
		&self,
		request: Request,
		index: u32,
		cancel: Cancel,
	) -> Result<Outcome, RunFailure> {
		let inner = self.0.clone();
		drop(inner.compiling.lock(request.task.module.hash).await);
		let ran =
			spawn_blocking(move || inner.rerun(&inner.readable(request), index, &cancel)).await;
		ran.unwrap_or_else(|error| {
			Err(RunFailure::Runner(RunError::WorkerDied(format!("the run panicked: {error}"))))
		})
	}
}

impl Inner {
	/// Brings content into the store, once for all tasks that want it at the same time. Gives the bytes
	/// that came over.
	async fn bring(&self, content: &ContentRef, hints: &[String]) -> Result<u64, FetchFailure> {
		let _alone = self.fetching.lock(content.hash).await;
		if self.fetcher.store().contains(content) {
			return Ok(0);
		}
		self.fetcher.fetch(content, hints).await.map_err(fetch_failure)?;
		Ok(content.size)
	}

	/// Fetches what task `index` of a request needs, its own input only where the `whole` is asked for.
	async fn fetch(
		&self,
		request: &Request,
		index: u32,
		whole: bool,
	) -> Result<Fetched, FetchFailure> {
		let (spec, hints) = (&request.task, private::urls(request));
		let mut contents = vec![spec.module];
		contents.extend(list_of(spec));
		let mut bytes = 0u64;
		for content in &contents {
			bytes = bytes.saturating_add(self.bring(content, &hints).await?);
		}
		let own = self.lists.own(spec, index, &self.fetcher).map_err(fetch_failure)?;
		// A private input is published as its ciphertext.
		let own = match SealedInput::of(request) {
			Ok(Some(input)) => Own::Content(input.sealed),
			_ => own,
		};
		let mut fetched = Fetched { complete: whole, ..Fetched::default() };
		if let Own::Content(input) = own {
			fetched.item = matches!(spec.input, Input::List(_)).then_some(input);
			fetched.refused = eligible::refused_input(&input, self.max_input_bytes);
			if whole && fetched.refused.is_none() {
				bytes = bytes.saturating_add(self.bring(&input, &hints).await?);
				contents.push(input);
			}
		}
		let store = self.store.clone();
		let touched = spawn_blocking(move || store.touch(&contents, unix_now())).await;
		if let Ok(Err(error)) = touched {
			return Err(FetchFailure { reason: error.to_string(), local: true });
		}
		Ok(Fetched { bytes, ..fetched })
	}

	/// The same request, as one with an input in the clear where its key is not known here.
	fn readable(&self, request: Request) -> Request {
		let known = match SealedInput::of(&request) {
			Ok(None) => true,
			Ok(Some(input)) => matches!(self.inbox.key(&input.key_id), Ok(Some(_))),
			Err(_) => false,
		};
		if known {
			return request;
		}
		let urls = private::urls(&request).into_iter().map(String::into_bytes);
		let hints: Vec<_> = urls.filter_map(|url| url.try_into().ok()).collect();
		Request { hints: hints.try_into().unwrap_or_default(), ..request }
	}

	/// Outputs go with the folder: nobody asks a judge for them.
	fn rerun(&self, request: &Request, index: u32, cancel: &Cancel) -> Result<Outcome, RunFailure> {
		let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&self.scratch);
		let folder = folder.context("no folder for outputs").map_err(RunFailure::Disk)?;
		Ok(self.execute(request, index, folder.path(), cancel)?.outcome)
	}

	fn run(&self, key: &Key, request: &Request, cancel: &Cancel) -> Result<Ran, RunFailure> {
		let disk = RunFailure::Disk;
		let before = self.store.start(key).context("the start can't be noted").map_err(disk)?;
		if before >= MAX_RUN_FAILURES {
			let why =
				format!("it was started {before} times and took the daemon with it each time");
			return Err(RunFailure::Runner(RunError::WorkerDied(why)));
		}
		let ran = self.run_once(key, request, cancel);
		if ran.is_err() {
			// What stays behind is removed at the next start.
			let _ = self.outputs.remove(key);
			let _ = self.store.stopped(key);
		}
		ran
	}

	/// Runs task `index` of a request, whose content is here.
	fn execute(
		&self,
		request: &Request,
		index: u32,
		folder: &Path,
		cancel: &Cancel,
	) -> Result<Finished, RunFailure> {
		let spec = request.task.clone();
		let sealed = SealedInput::of(request).map_err(content_failure)?;
		let own = self.lists.own(&spec, index, &self.fetcher).map_err(content_failure)?;
		let (spec, input) = match own {
			Own::Nothing => (spec, None),
			Own::Content(input) => {
				let bytes = match &sealed {
					Some(sealed) => self.unsealed(sealed)?,
					None => self.content(&input)?,
				};
				(spec.with_input(input), Some(bytes))
			},
			Own::BadList => return Ok(Finished::without_run(Class::InputMismatch)),
			Own::Unknown => return Err(content_failure("the list of inputs is not in the store")),
		};
		let module = ModuleSource::Bytes(self.content(&spec.module)?);
		Ok(self.runner.run(&Job { module, spec, input }, folder, cancel)?)
	}

	fn run_once(&self, key: &Key, request: &Request, cancel: &Cancel) -> Result<Ran, RunFailure> {
		let folder = self.outputs.prepare(key);
		let folder = folder.context("no folder for outputs").map_err(RunFailure::Disk)?;
		let finished = self.execute(request, key.task.index, &folder, cancel)?;
		if let Some(refusal) = &finished.refusal {
			tracing::info!(task = ?key.task, "the module is outside the profile: {refusal:?}");
		}
		seal(key, finished, &self.outputs, &self.store, self.misbehave)
	}

	/// A private input. In memory alone: what the store holds is served to everybody.
	fn unsealed(&self, input: &SealedInput) -> Result<Vec<u8>, RunFailure> {
		let key = self.inbox.key(&input.key_id).map_err(content_failure)?;
		let key = key.ok_or_else(|| RunFailure::Content("its key was not handed over".into()))?;
		let mut opened = open_input(&key, &input.plain, &self.content(&input.sealed)?)
			.map_err(content_failure)?;
		Ok(std::mem::take(&mut *opened))
	}

	fn content(&self, content: &ContentRef) -> Result<Vec<u8>, RunFailure> {
		match self.fetcher.store().get(content) {
			Ok(Some(bytes)) => Ok(bytes),
			Ok(None) => Err(RunFailure::Content("it is not in the store any more".into())),
			Err(error) => Err(RunFailure::Content(error.to_string())),
		}
	}
}

/// Whether replicas are drawn, written or not.
fn is_drawn(view: &SharedView) -> bool {
	matches!(&view.status, TaskStatus::Open(task) if !task.replicas.is_empty())
}

fn content_failure(error: impl std::fmt::Display) -> RunFailure {
	RunFailure::Content(error.to_string())
}

fn fetch_failure(error: Error) -> FetchFailure {
	let local = matches!(error, Error::DiskFull { .. } | Error::Io { .. });
	FetchFailure { reason: error.to_string(), local }
}
