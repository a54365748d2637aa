//! A daemon that runs, and everything around it but the chain.

use super::chain::Node;
use crate::{
	cli::{Global, RunArgs},
	config::Settings,
	host::{
		drive::drive,
		executor::{
			Executor, Fetched, Ran,
			rerun::{FetchFailure, RunFailure},
			seal,
		},
		metrics::Metrics,
		outputs::Outputs,
		status::{Status, StatusReader, StatusWriter},
		store::TaskStore,
	},
	roles::provider::{Parts, Provider},
	testing::{PATIENCE, pause},
};
use anyhow::Result;
use assay_decisions::{eligible, lies::Misbehave, record::Key, scenes::outcome, view::SharedView};
use assay_primitives::{
	Hash,
	content::ContentRef,
	deal::{Deal, TaskView},
	hashing::blake2,
	outcome::{Manifest, Outcome},
};
use assay_runner::{Cancel, Finished, RunError};
use std::{
	fs,
	path::PathBuf,
	sync::{
		Arc, Mutex, MutexGuard,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use tokio::{sync::watch, task::JoinHandle, time::timeout};

/// What the made-up executor does.
#[derive(Default)]
pub struct Script {
	pub missing: bool,
	/// Sources don't answer.
	pub stuck: bool,
	/// What comes is larger than the configuration admits.
	pub refuses: bool,
	pub disk_full: bool,
	/// Milliseconds that a job takes, also one that runs already.
	pub takes: u64,
	pub runs: usize,
	pub cancelled: usize,
}

#[derive(Clone)]
struct Workshop {
	script: Arc<Mutex<Script>>,
	outputs: Outputs,
	store: TaskStore,
	misbehave: Option<Misbehave>,
	/// The process is gone, and its jobs with it.
	dead: Arc<AtomicBool>,
}

impl Workshop {
	fn script(&self) -> MutexGuard<'_, Script> {
		self.script.lock().expect("no test panicked")
	}
}

impl Executor for Workshop {
	async fn fetch(&self, _: SharedView) -> Result<Fetched, FetchFailure> {
		while self.script().stuck {
			pause(Duration::from_millis(5)).await;
		}
		if self.script().refuses {
			let large = ContentRef { hash: Hash::zero(), size: 2 };
			let refused = eligible::refused_input(&large, 1);
			return Ok(Fetched { bytes: 1, complete: true, refused, ..Fetched::default() });
		}
		match self.script().missing {
			true => Err(FetchFailure { reason: "nobody has it".into(), local: false }),
			false => Ok(Fetched { bytes: 1, complete: true, ..Fetched::default() }),
		}
	}

	async fn prepare(&self, _: SharedView) {}

	async fn run(&self, key: Key, view: SharedView, cancel: Cancel) -> Result<Ran, RunFailure> {
		self.script().runs += 1;
		let mut passed = 0;
		while passed < self.script().takes {
			if self.dead.load(Ordering::Relaxed) {
				return Err(RunFailure::Runner(RunError::Cancelled));
			}
			if cancel.is_cancelled() {
				self.script().cancelled += 1;
				return Err(RunFailure::Runner(RunError::Cancelled));
			}
			pause(Duration::from_millis(1)).await;
			passed += 1;
		}
		if self.script().disk_full {
			return Err(RunFailure::Disk(anyhow::anyhow!("no space is left")));
		}
		let folder = self.outputs.prepare(&key).expect("creates");
		let output = b"out";
		fs::write(folder.join(hex::encode(blake2(output))), output).expect("writes");
		let finished = Finished {
			outcome: truth(&view.deal),
			manifest: Manifest::default(),
			refusal: None,
			trace: None,
			stats: Default::default(),
		};
		seal(&key, finished, &self.outputs, &self.store, self.misbehave)
	}
}

/// What running a task gives.
pub fn truth(deal: &Deal) -> Outcome {
	outcome(deal.request.task.limits.gas)
}

/// A daemon that runs.
pub struct Running {
	pub handle: JoinHandle<Result<()>>,
	pub stop: watch::Sender<u32>,
	pub status: StatusReader,
	pub store: TaskStore,
	pub metrics: Metrics,
	pub outputs: Outputs,
	dead: Arc<AtomicBool>,
	base: PathBuf,
}

/// Where a daemon keeps its things.
pub struct Place {
	/// More of the configuration.
	pub config: &'static str,
	misbehave: Option<Misbehave>,
	pub dir: tempfile::TempDir,
	script: Arc<Mutex<Script>>,
}

impl Place {
	pub fn new() -> Self {
		Self {
			config: "",
			misbehave: None,
			dir: tempfile::tempdir().expect("temporary directory"),
			script: Arc::default(),
		}
	}

	/// The same for a daemon that misbehaves.
	pub fn misbehaving(misbehave: Misbehave) -> Self {
		Self { misbehave: Some(misbehave), ..Self::new() }
	}

	pub fn script(&self) -> MutexGuard<'_, Script> {
		self.script.lock().expect("no test panicked")
	}

	/// The store, as long as no daemon runs.
	pub fn store(&self, node: &Node) -> TaskStore {
		TaskStore::open(self.dir.path(), node.identity()).expect("opens")
	}

	pub fn start(&self, node: &Node) -> Running {
		let base = self.dir.path();
		let global = Global { base_path: Some(base.into()), ..Default::default() };
		let text = "[capacity]\nmax_gas = 10000000\nslots = 2\n[store]\nmin_free_bytes = 0";
		let file = crate::config::parse_file(&format!("{text}\n{}", self.config)).expect("valid");
		let settings = Settings::merge(&global, &RunArgs::default(), file).expect("valid");
		let (identity, store) = (node.identity(), self.store(node));
		let sealed: Vec<Key> =
			store.all().expect("reads").into_iter().map(|(key, _)| key).collect();
		let outputs = Outputs::open(base, &sealed).expect("opens");
		let content = base.join("content");
		let content = assay_client::Store::open(content, Default::default()).expect("opens");
		let (writer, status) = StatusWriter::new();
		let metrics = Metrics::new().expect("metrics");
		let dead = Arc::new(AtomicBool::new(false));
		let executor = Workshop {
			script: self.script.clone(),
			outputs: outputs.clone(),
			store: store.clone(),
			misbehave: self.misbehave,
			dead: dead.clone(),
		};
		let parts = Parts {
			chain: node.chain(),
			executor,
			settings: Arc::new(settings),
			store: store.clone(),
			outputs: outputs.clone(),
			content,
			inbox: crate::host::private::Inbox::open(base, identity.genesis, vec![identity.stash])
				.expect("opens"),
			metrics: metrics.clone(),
			status: writer,
			misbehave: self.misbehave,
			operator: node.operator(),
		};
		let daemon = Provider::new(parts).expect("starts");
		let (stop, signals) = watch::channel(0);
		let mut heads = node.heads.subscribe();
		heads.mark_changed();
		let handle = tokio::spawn(drive(daemon, heads, signals));
		let base = base.into();
		Running { handle, stop, status, store, metrics, outputs, dead, base }
	}
}

impl Running {
	/// As one signal does.
	pub fn stop(&self) {
		self.stop.send_modify(|count| *count += 1);
	}

	/// As `kill -9` would, as far as one process can.
	pub async fn kill(self) {
		let Self { handle, store, dead, base, .. } = self;
		dead.store(true, Ordering::Relaxed);
		handle.abort();
		let _ = handle.await;
		let identity = store.identity().clone();
		drop(store);
		// What ran beside the loop holds the store until it notices.
		let free = async {
			while TaskStore::open(&base, identity.clone()).is_err() {
				pause(Duration::from_millis(5)).await;
			}
		};
		timeout(PATIENCE, free).await.expect("the store is let go");
	}

	/// Waits for its end, which comes by itself.
	pub async fn ended(self) {
		let ended = timeout(PATIENCE, self.handle).await.expect("it ends");
		ended.expect("no panic").expect("no error");
	}

	pub async fn wait(&mut self, what: &str, wanted: impl Fn(&Status) -> bool) {
		let waited = timeout(PATIENCE, self.status.wait_for(|status| wanted(status)));
		if waited.await.is_err() {
			panic!("never {what}: {:?}", *self.status.borrow());
		}
	}

	/// Waits until it knows of the newest blocks, and has done what it can without reading them.
	pub async fn heard(&mut self, node: &Node) {
		let heads = node.heads.borrow().clone();
		let [best, finalized] =
			[heads.best, heads.finalized].map(|head| head.expect("there is one").number);
		let knows =
			|status: &Status| (status.chain.best, status.chain.finalized) == (best, finalized);
		self.wait("told of the newest blocks", knows).await;
		pause(Duration::ZERO).await;
	}

	/// Waits until it has decided by what the newest blocks show.
	pub async fn has_read(&self, node: &Node) {
		let heads = node.heads.borrow().clone();
		let heads = [heads.best, heads.finalized].map(|head| head.expect("there is one").number);
		let gauges = [&self.metrics.best_block, &self.metrics.finalized_block];
		let read = async {
			while gauges.map(|gauge| gauge.get()) != heads.map(i64::from) {
				pause(Duration::from_millis(1)).await;
			}
		};
		timeout(PATIENCE, read).await.expect("it reads");
		pause(Duration::ZERO).await;
	}

	/// All metrics, as text.
	pub fn metrics(&self) -> String {
		self.metrics.render().expect("renders")
	}
}

/// Runs the daemon block by block until the task is where it should come to, and kills and restarts it
/// before one of the blocks. Gives the daemon that runs at the end; `None` where the task was there
/// before that block.
pub async fn killed_once(
	place: &Place,
	node: &Node,
	kill_at: usize,
	done: impl Fn(&TaskView) -> bool,
) -> Option<Running> {
	place.script().takes = 25;
	let mut daemon = place.start(node);
	let mut blocks = 0;
	while !node.is(&done) {
		pause(Duration::from_millis(15)).await;
		if blocks == kill_at {
			daemon.kill().await;
			daemon = place.start(node);
		}
		node.block();
		node.finalize();
		blocks += 1;
		assert!(blocks < 60, "killed at {kill_at}, never there");
	}
	if kill_at < blocks {
		return Some(daemon);
	}
	daemon.kill().await;
	None
}
