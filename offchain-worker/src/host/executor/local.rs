//! The real executor: content from the configured sources, jobs with a [`Runner`], what came out in the store.

use super::{
	Executor, Fetched, Ran,
	inputs::{Lists, Own, list_of},
	rerun::{FetchFailure, Rerun, RunFailure},
	runner::{Keyed, LocalProcess, Runner},
	seal,
};
use crate::host::{
	clock::unix_now, http::Kept, outputs::Outputs, private::Inbox, store::TaskStore,
};
use anyhow::Context;
use assay_client::{
	Error, Fetcher,
	private::{self, SealedInput, open_input},
};
use assay_decisions::{MAX_RUN_FAILURES, eligible, lies::Misbehave, record::Key, view::SharedView};
use assay_primitives::{
	content::ContentRef,
	deal::TaskStatus,
	outcome::{Class, Outcome},
	request::Request,
	task::Input,
};
use assay_runner::{Cancel, Finished, Job, ModuleSource, RunError};
use std::{
	path::{Path, PathBuf},
	sync::Arc,
};
use tokio::task::spawn_blocking;

/// The real executor. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct LocalExecutor<R = LocalProcess> {
	inner: Arc<Inner>,
	runner: R,
}

struct Inner {
	fetcher: Fetcher,
	outputs: Outputs,
	store: TaskStore,
	inbox: Inbox,
	/// Folder for runs of which nothing stays.
	scratch: PathBuf,
	misbehave: Option<Misbehave>,
	max_input_bytes: u64,
	lists: Lists,
	fetching: Keyed,
}

/// A run that has begun.
enum Begun {
	/// What is to be run.
	Job(Box<Job>),
	/// Its outcome is known without running anything.
	Known(Class),
}

impl<R: Runner> LocalExecutor<R> {
	pub fn new(
		fetcher: Fetcher,
		runner: R,
		kept: &Kept,
		base: &Path,
		max_input_bytes: u64,
		misbehave: Option<Misbehave>,
	) -> std::io::Result<Self> {
		let scratch = base.join("reruns");
		// What a crash has left behind.
		match std::fs::remove_dir_all(&scratch) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
			_ => std::fs::create_dir_all(&scratch)?,
		}
		let Kept { outputs, store, inbox, .. } = kept.clone();
		let inner = Inner {
			fetcher,
			outputs,
			store,
			inbox,
			scratch,
			misbehave,
			max_input_bytes,
			lists: Lists::default(),
			fetching: Keyed::default(),
		};
		Ok(Self { inner: Arc::new(inner), runner })
	}

	/// Does what reads and writes the disk.
	async fn on_disk<T: Send + 'static>(
		&self,
		work: impl FnOnce(&Inner) -> Result<T, RunFailure> + Send + 'static,
	) -> Result<T, RunFailure> {
		let inner = self.inner.clone();
		spawn_blocking(move || work(&inner)).await.unwrap_or_else(|error| {
			Err(RunFailure::Runner(RunError::WorkerDied(format!("the run panicked: {error}"))))
		})
	}

	/// Runs task `index` of a request, whose content is here.
	async fn execute(
		&self,
		request: Request,
		index: u32,
		folder: PathBuf,
		cancel: Cancel,
	) -> Result<Finished, RunFailure> {
		match self.on_disk(move |inner| inner.begin(&request, index)).await? {
			Begun::Job(job) => Ok(self.runner.run(*job, folder, cancel).await?),
			Begun::Known(class) => Ok(Finished::without_run(class)),
		}
	}

	/// Runs a task, and writes down what came out.
	async fn run_once(
		&self,
		key: Key,
		request: Request,
		cancel: Cancel,
	) -> Result<Ran, RunFailure> {
		let folder = self.on_disk(move |inner| {
			let folder = inner.outputs.prepare(&key);
			folder.context("no folder for outputs").map_err(RunFailure::Disk)
		});
		let finished = self.execute(request, key.task.index, folder.await?, cancel).await?;
		if let Some(refusal) = &finished.refusal {
			tracing::info!(task = ?key.task, "the module is outside the profile: {refusal:?}");
		}
		self.on_disk(move |inner| {
			seal(&key, finished, &inner.outputs, &inner.store, inner.misbehave)
		})
		.await
	}
}

impl<R: Runner> Executor for LocalExecutor<R> {
	async fn fetch(&self, view: SharedView) -> Result<Fetched, FetchFailure> {
		// As many at a time as the chain gives this provider slots: a slow source holds nobody up.
		// Of a bag nobody gets all tasks, and the draw is near.
		let whole = !view.deal.is_bag() || is_drawn(&view);
		self.inner.fetch(&view.deal.request, view.id.index, whole).await
	}

	/// Costs nothing of the time after the draw.
	async fn prepare(&self, view: SharedView) {
		let spec = view.deal.request.task.clone();
		let (inner, module) = (self.inner.clone(), spec.module);
		self.runner.warm(spec, move || inner.content(&module).ok()).await;
	}

	async fn run(&self, key: Key, view: SharedView, cancel: Cancel) -> Result<Ran, RunFailure> {
		self.on_disk(move |inner| inner.start(&key)).await?;
		let ran = self.run_once(key, view.deal.request.clone(), cancel).await;
		if ran.is_err() {
			let stopped = self.on_disk(move |inner| {
				inner.stopped(&key);
				Ok(())
			});
			let _ = stopped.await;
		}
		ran
	}
}

impl<R: Runner> Rerun for LocalExecutor<R> {
	async fn get(&self, request: Request, index: u32) -> Result<u64, FetchFailure> {
		let fetched = self.inner.fetch(&self.inner.readable(request), index, true).await?;
		match fetched.refused {
			Some(refusal) => Err(FetchFailure { reason: refusal.to_string(), local: false }),
			None => Ok(fetched.bytes),
		}
	}

	fn expect_key(&self, task: Key, request: &Request) {
		if let Ok(Some(input)) = SealedInput::of(request) {
			self.inner.inbox.expect(task, input.key_id);
		}
	}

	fn forget_key(&self, task: &Key) {
		self.inner.inbox.forget(task);
	}

	/// Outputs go with the folder: nobody asks a judge for them.
	async fn rerun(
		&self,
		request: Request,
		index: u32,
		cancel: Cancel,
	) -> Result<Outcome, RunFailure> {
		let folder = self.on_disk(|inner| {
			let folder = tempfile::Builder::new().prefix("run-").tempdir_in(&inner.scratch);
			folder.context("no folder for outputs").map_err(RunFailure::Disk)
		});
		let folder = folder.await?;
		let request = self.inner.readable(request);
		let ran = self.execute(request, index, folder.path().into(), cancel).await;
		let _ = spawn_blocking(move || drop(folder)).await;
		Ok(ran?.outcome)
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

	/// Notes the start of a run, and refuses what has taken the daemon with it too often.
	fn start(&self, key: &Key) -> Result<(), RunFailure> {
		let before = self.store.start(key).context("the start can't be noted");
		let before = before.map_err(RunFailure::Disk)?;
		if before >= MAX_RUN_FAILURES {
			let why =
				format!("it was started {before} times and took the daemon with it each time");
			return Err(RunFailure::Runner(RunError::WorkerDied(why)));
		}
		Ok(())
	}

	/// A run gave nothing. What stays behind is removed at the next start.
	fn stopped(&self, key: &Key) {
		let _ = self.outputs.remove(key);
		let _ = self.store.stopped(key);
	}

	/// What is run for task `index` of a request.
	fn begin(&self, request: &Request, index: u32) -> Result<Begun, RunFailure> {
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
			Own::BadList => return Ok(Begun::Known(Class::InputMismatch)),
			Own::Unknown => return Err(content_failure("the list of inputs is not in the store")),
		};
		let module = ModuleSource::Bytes(self.content(&spec.module)?);
		Ok(Begun::Job(Box::new(Job { module, spec, input })))
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

#[cfg(test)]
mod tests {
	use super::*;
	use assay_client::FetchOptions;
	use assay_decisions::scenes::{deal, identity, outcome, spec, view, waiting};
	use assay_primitives::{deal::NextStep, outcome::Manifest, task::TaskSpec};
	use std::sync::Mutex;

	/// Runs nothing here: notes what it is given, and says so many times that it failed.
	#[derive(Clone, Default)]
	struct Elsewhere {
		jobs: Arc<Mutex<Vec<Job>>>,
		warm: Arc<Mutex<Vec<TaskSpec>>>,
		fails: Arc<Mutex<usize>>,
	}

	impl Runner for Elsewhere {
		async fn warm(
			&self,
			spec: TaskSpec,
			module: impl FnOnce() -> Option<Vec<u8>> + Send + 'static,
		) {
			assert_eq!(module().as_deref(), Some(&b"program"[..]));
			self.warm.lock().expect("no panic").push(spec);
		}

		async fn run(&self, job: Job, folder: PathBuf, _: Cancel) -> Result<Finished, RunError> {
			assert!(folder.is_dir());
			self.jobs.lock().expect("no panic").push(job);
			let mut fails = self.fails.lock().expect("no panic");
			if *fails > 0 {
				*fails -= 1;
				return Err(RunError::WorkerDied("the other machine is gone".into()));
			}
			let finished = Finished::without_run(Class::OutOfGas);
			Ok(Finished { outcome: outcome(7), manifest: Manifest::default(), ..finished })
		}
	}

	fn executor(base: &Path, runner: Elsewhere) -> (LocalExecutor<Elsewhere>, Kept) {
		let who = identity();
		let kept = Kept {
			outputs: Outputs::open(base, &[]).expect("opens"),
			content: assay_client::Store::open(base.join("content"), Default::default())
				.expect("opens"),
			inbox: Inbox::open(base, who.genesis, vec![who.stash.clone()]).expect("opens"),
			store: TaskStore::open(base, who).expect("opens"),
		};
		let fetcher = Fetcher::new(kept.content.clone(), vec![], FetchOptions::default());
		let fetcher = fetcher.expect("client");
		(LocalExecutor::new(fetcher, runner, &kept, base, 1 << 20, None).expect("a folder"), kept)
	}

	/// A task whose module is `program`, and which reads nothing.
	fn task(program: &[u8]) -> (Key, SharedView) {
		let spec = TaskSpec { module: ContentRef::of(program), input: Input::None, ..spec() };
		let shown = view(20, waiting(), &[], NextStep::Randomness);
		let (deal, task_hash) = (Arc::new(deal(spec.clone())), spec.hash());
		let view = SharedView { deal, task_hash, ..shown };
		(Key { task: view.id, task_hash }, view)
	}

	#[tokio::test]
	async fn outcome_should_be_written_down_wherever_the_task_was_run() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let runner = Elsewhere::default();
		let (executor, kept) = executor(dir.path(), runner.clone());
		kept.content.put(b"program").expect("stored");
		let (key, view) = task(b"program");
		executor.prepare(view.clone()).await;
		assert_eq!(runner.warm.lock().expect("no panic").len(), 1);
		let ran = executor.run(key, view.clone(), Cancel::new()).await.expect("it ends");
		assert_eq!(ran.sealed.outcome, outcome(7));
		assert_eq!(kept.store.sealed(&key).expect("reads"), Some(ran.sealed));
		let rerun = executor.rerun(view.deal.request.clone(), 0, Cancel::new()).await;
		assert_eq!(rerun.expect("it ends"), outcome(7));
		for job in &*runner.jobs.lock().expect("no panic") {
			assert!(matches!(&job.module, ModuleSource::Bytes(bytes) if bytes == b"program"));
			assert_eq!((job.spec.hash(), &job.input), (key.task_hash, &None));
		}
	}

	#[tokio::test]
	async fn nothing_should_be_written_down_when_the_run_failed_elsewhere() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let runner = Elsewhere::default();
		*runner.fails.lock().expect("no panic") = 1;
		let (executor, kept) = executor(dir.path(), runner.clone());
		kept.content.put(b"program").expect("stored");
		let (key, view) = task(b"program");
		let failed = executor.run(key, view.clone(), Cancel::new()).await.expect_err("it fails");
		assert_eq!(failed.name(), "worker_died");
		assert_eq!(kept.store.sealed(&key).expect("reads"), None);
		assert!(kept.store.interrupted().expect("reads").is_empty(), "it ended in good order");
		executor.run(key, view, Cancel::new()).await.expect("the next try is well");
		assert!(kept.store.sealed(&key).expect("reads").is_some());
	}
}
