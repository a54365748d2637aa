//! The daemon's loop. It owns all state; everything slow runs beside it and reports back. At every
//! block it asks [`plan::decide`] what is due for each task, and does that.

mod act;
pub mod board;
pub mod executor;
pub mod housekeeping;
pub mod jobs;
pub mod ledger;
pub mod local;
mod problems;
mod report;
pub mod rerun;
pub mod retention;
mod stop;
#[cfg(test)]
mod tests;

use crate::{
	cli::Misbehave,
	config::Settings,
	metrics::Metrics,
	outputs::Outputs,
	plan::{self, Content, Job, Rules, Sent},
	private::Inbox,
	status::StatusWriter,
	store::{EndedNote, Key, TaskStore},
};
use anyhow::Result;
use assay_client::{BlockInfo, Error};
use assay_primitives::{
	AccountId, BlockNumber,
	deal::{TaskStatus, TaskView},
};
use board::Board;
use executor::{Executor, FetchFailure, Ran, RunFailure, unix_now};
use jobs::Jobs;
use ledger::{Account, Ledger};
use problems::{Kind, Problems};
use std::{
	collections::BTreeMap,
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
pub use stop::Signals;
use tokio::sync::{mpsc, watch};

/// Newest blocks, and why there are none.
#[derive(Clone, Debug, Default)]
pub struct Heads {
	pub best: Option<BlockInfo>,
	pub finalized: Option<BlockInfo>,
	pub outage: Option<String>,
}

/// What runs beside the loop reports this.
#[derive(Debug)]
enum Event {
	Fetched(Key, Result<u64, FetchFailure>),
	Ran(Key, Result<Ran, RunFailure>),
	Sent(Vec<Key>, plan::Call, Result<BlockInfo, Error>),
	Read(Result<Reading, Error>),
	Account(Result<Account, Error>),
	Pruned(Result<Vec<Key>>),
}

/// What the chain shows after two blocks.
#[derive(Debug, Default)]
struct Reading {
	best: Option<(BlockInfo, Vec<TaskView>)>,
	finalized: Option<(BlockInfo, Vec<TaskView>)>,
	/// URL of the node that was asked.
	node: Option<String>,
}

async fn read<L: Ledger>(
	ledger: L,
	known: Vec<Key>,
	best: Option<BlockInfo>,
	finalized: Option<BlockInfo>,
) -> Result<Reading, Error> {
	let mut reading = Reading::default();
	if let Some(best) = best {
		reading.best = Some((best, views(&ledger, &known, best).await?));
	}
	if let Some(finalized) = finalized {
		reading.finalized = Some((finalized, views(&ledger, &known, finalized).await?));
	}
	reading.node = ledger.node().await;
	Ok(reading)
}

/// Open tasks, and those of the known ones that are not open any more.
async fn views<L: Ledger>(
	ledger: &L,
	known: &[Key],
	block: BlockInfo,
) -> Result<Vec<TaskView>, Error> {
	let mut views = ledger.tasks(block).await?;
	let missing = board::missing(known, &views);
	if !missing.is_empty() {
		let found = ledger.lookup(block, missing).await?;
		views.extend(found.into_iter().flatten());
	}
	Ok(views)
}

/// What a daemon is made of.
pub struct Parts<L, X> {
	pub ledger: L,
	pub executor: X,
	pub settings: Arc<Settings>,
	pub store: TaskStore,
	pub outputs: Outputs,
	/// Modules and inputs that were fetched.
	pub content: assay_client::Store,
	/// Keys of private inputs.
	pub inbox: Inbox,
	pub metrics: Metrics,
	pub status: StatusWriter,
	pub misbehave: Option<Misbehave>,
	pub operator: AccountId,
}

/// The daemon.
pub struct Daemon<L, X> {
	parts: Parts<L, X>,
	me: AccountId,
	base_path: PathBuf,
	rules: Rules,
	board: Board,
	jobs: Jobs,
	problems: Problems,
	best: Option<BlockInfo>,
	finalized: Option<BlockInfo>,
	/// The views of these blocks were not read yet, or could not be.
	stale: bool,
	/// They are being read.
	reading: bool,
	/// Old outputs are being removed.
	pruning: bool,
	/// Runs whose tasks have ended, and when: all that is needed to tell which may go.
	ended: BTreeMap<Key, EndedNote>,
	/// Bond and balance are being read.
	asking: bool,
	/// URL of the node in use.
	node: Option<String>,
	last_block: Instant,
	last_prune: Option<Instant>,
	draining: bool,
	/// What runs took whose outcome is not public. Told when it is, and not before.
	untold: BTreeMap<Key, Ran>,
	/// Tasks whose seal is written down and not revealed yet, with their deadlines.
	unfinished: BTreeMap<Key, BlockNumber>,
	sender: mpsc::UnboundedSender<Event>,
	events: mpsc::UnboundedReceiver<Event>,
}

const TICK: Duration = Duration::from_secs(5);
/// Longest time for reading what a block shows.
const READ_TIME: Duration = Duration::from_secs(60);

impl<L: Ledger, X: Executor> Daemon<L, X> {
	/// A daemon that goes on where its store left off.
	pub fn new(parts: Parts<L, X>) -> Result<Self> {
		let settings = &parts.settings;
		let rules = Rules {
			decline_margin: settings.tasks.decline_margin_blocks,
			reveal_without_finality: settings.tasks.reveal_without_finality,
			misbehave: parts.misbehave,
		};
		let mut board = Board::default();
		let all = parts.store.all()?;
		for (key, run) in &all {
			// A note without a block is of a task that left the chain unseen.
			if run.ended.is_some_and(|note| note.prune_at > 0) {
				parts.outputs.publish(key);
			}
		}
		let open: Vec<Key> =
			all.iter().filter(|(_, run)| run.ended.is_none()).map(|(key, _)| *key).collect();
		for key in &open {
			board.expect(*key);
		}
		report::recovered(&open, &parts.store.interrupted()?);
		// Unbounded, but every event answers one request of this loop.
		let (sender, events) = mpsc::unbounded_channel();
		Ok(Self {
			me: parts.store.identity().stash.clone(),
			base_path: settings.base_path.clone(),
			rules,
			board,
			jobs: Jobs::new(settings.max_concurrent_jobs),
			problems: Problems::default(),
			best: None,
			finalized: None,
			stale: false,
			reading: false,
			pruning: false,
			ended: all.iter().filter_map(|(key, run)| Some((*key, run.ended?))).collect(),
			asking: false,
			node: None,
			last_block: Instant::now(),
			last_prune: None,
			draining: false,
			untold: BTreeMap::new(),
			unfinished: BTreeMap::new(),
			sender,
			events,
			parts,
		})
	}

	/// Runs until it is told to stop, and for the time that the drain takes.
	pub async fn run(mut self, mut heads: watch::Receiver<Heads>, mut stop: Signals) -> Result<()> {
		let mut tick = tokio::time::interval(TICK);
		tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
		let mut drain_end = None;
		loop {
			tokio::select! {
				changed = heads.changed() => {
					if changed.is_err() {
						anyhow::bail!("the chain's blocks are not followed any more");
					}
					let now = heads.borrow_and_update().clone();
					self.on_heads(now);
				},
				Some(event) = self.events.recv() => {
					self.on_event(event);
					while let Ok(event) = self.events.try_recv() {
						self.on_event(event);
					}
					self.act();
				},
				_ = tick.tick() => self.on_tick(),
				() = stop.next() => {
					if self.draining {
						self.tell_unfinished();
						break self.stop_now();
					}
					drain_end = Some(Instant::now() + self.parts.settings.tasks.drain_timeout);
					self.begin_drain();
				},
			}
			if self.draining && self.is_drained() {
				tracing::info!("nothing is left to be finished");
				break;
			}
			if drain_end.is_some_and(|end| Instant::now() >= end) {
				self.tell_unfinished();
				break self.stop_now();
			}
			self.publish();
		}
		// Killed jobs clean up after themselves.
		self.wait_for_jobs().await;
		Ok(())
	}

	fn on_heads(&mut self, heads: Heads) {
		match heads.outage {
			Some(outage) if !self.problems.has(Kind::Chain) => {
				self.parts.metrics.outages.inc();
				self.problems.raise(Kind::Chain, outage);
			},
			_ => {},
		}
		let new_best = heads.best.filter(|block| self.best != Some(*block));
		let new_final = heads.finalized.filter(|block| self.finalized != Some(*block));
		if new_best.is_none() && new_final.is_none() {
			return;
		}
		self.best = heads.best;
		self.finalized = heads.finalized;
		self.last_block = Instant::now();
		self.refresh();
	}

	/// Starts reading what the newest blocks show. Beside the loop, which must go on listening to
	/// signals even if the node hangs.
	fn refresh(&mut self) {
		if self.reading {
			self.stale = true;
			return;
		}
		self.reading = true;
		self.stale = false;
		let (best, finalized) = (self.best, self.finalized);
		let (ledger, board) = (self.parts.ledger.clone(), self.board.known());
		let read = async move {
			let reading = tokio::time::timeout(READ_TIME, read(ledger, board, best, finalized));
			Event::Read(reading.await.unwrap_or_else(|_| {
				Err(Error::Timeout { what: "reading the tasks".into(), after: READ_TIME })
			}))
		};
		self.beside(read, |panic| Event::Read(Err(Error::Execution(panic))));
	}

	fn on_read(&mut self, result: Result<Reading, Error>) {
		self.reading = false;
		let reading = match result {
			Ok(reading) => reading,
			Err(error) => {
				// The next tick tries again.
				self.stale = true;
				let what = format!("the chain can't be read: {error}");
				return self.problems.raise(Kind::Chain, what);
			},
		};
		self.problems.clear(Kind::Chain);
		self.node = reading.node;
		if let Some((best, views)) = reading.best {
			self.board.best(best, views);
			self.parts.metrics.best_block.set(best.number.into());
		}
		if let Some((finalized, views)) = reading.finalized {
			self.board.finalized(views);
			self.publish_outcomes();
			self.parts.metrics.finalized_block.set(finalized.number.into());
			self.settle();
		}
		for key in self.board.sweep(self.now()) {
			self.jobs.cancel(&key);
			self.untold.remove(&key);
			self.parts.inbox.forget(&key);
			self.note_ended(&key, 0);
		}
		if self.stale {
			self.refresh();
		}
	}

	/// Runs something beside the loop; even a panic in it reports back.
	fn beside(
		&self,
		work: impl Future<Output = Event> + Send + 'static,
		panicked: impl FnOnce(String) -> Event + Send + 'static,
	) {
		let sender = self.sender.clone();
		tokio::spawn(async move {
			let event =
				tokio::spawn(work).await.unwrap_or_else(|error| panicked(error.to_string()));
			// Nobody listens when the daemon has stopped.
			let _ = sender.send(event);
		});
	}

	/// Serves outputs, and counts what they took, of runs whose outcome the final chain has made
	/// public. Earlier, another replica could seal the same without running it.
	fn publish_outcomes(&mut self) {
		let me = &self.me;
		let public = |view: &TaskView| plan::is_public(view, me);
		let keys: Vec<Key> = self
			.board
			.entries
			.iter()
			.filter(|(_, entry)| entry.finalized.as_ref().is_some_and(public))
			.map(|(key, _)| *key)
			.collect();
		for key in keys {
			// A run that ends later is published with the next final block.
			if self.jobs.has(&key) {
				continue;
			}
			self.parts.outputs.publish(&key);
			if let Some(ran) = self.untold.remove(&key) {
				self.count_run(&ran);
			}
		}
	}

	fn count_run(&self, ran: &Ran) {
		let (metrics, outcome) = (&self.parts.metrics, &ran.sealed.outcome);
		metrics.jobs.with_label_values(&[act::class_name(&outcome.class)]).inc();
		metrics.gas.inc_by(outcome.gas_used);
		metrics.cpu_seconds.inc_by(ran.execute.as_secs_f64());
		metrics.job_seconds.observe(ran.wall.as_secs_f64());
	}

	/// Closes the books on tasks that have ended on the final chain.
	fn settle(&mut self) {
		let ended: Vec<Key> = self
			.board
			.entries
			.iter()
			.filter(|(_, entry)| {
				let view = entry.finalized.as_ref();
				view.is_some_and(|view| matches!(view.status, TaskStatus::Ended(_)))
			})
			.map(|(key, _)| *key)
			.collect();
		for key in ended {
			let Some(entry) = self.board.entries.remove(&key) else { continue };
			let Some(view) = entry.finalized else { continue };
			let TaskStatus::Ended(ended) = &view.status else { continue };
			let record = self.parts.store.sealed(&key).ok().flatten();
			report::ended(&view, ended, &self.me, record.as_ref(), &self.parts.metrics);
			self.jobs.cancel(&key);
			self.parts.inbox.forget(&key);
			if record.is_some() {
				self.note_ended(&key, ended.prune_at);
			}
		}
	}

	fn note_ended(&mut self, key: &Key, prune_at: BlockNumber) {
		let note = EndedNote { at: unix_now(), prune_at };
		if let Err(error) = self.parts.store.note_ended(key, note) {
			return self.problems.raise(Kind::Disk, error.to_string());
		}
		// A task that was never run here has no outputs to remove.
		if self.parts.store.sealed(key).is_ok_and(|run| run.is_some()) {
			self.ended.insert(*key, note);
		}
	}

	fn on_event(&mut self, event: Event) {
		match event {
			Event::Fetched(key, result) => self.on_fetched(key, result),
			Event::Ran(key, result) => self.on_ran(key, result),
			Event::Sent(keys, call, result) => self.on_sent(keys, call, result),
			Event::Read(result) => self.on_read(result),
			Event::Account(result) => self.on_account(result),
			Event::Pruned(result) => self.on_pruned(result),
		}
	}

	fn on_fetched(&mut self, key: Key, result: Result<u64, FetchFailure>) {
		let now = self.now();
		let metrics = &self.parts.metrics;
		let Some(entry) = self.board.entries.get_mut(&key) else { return };
		let attempts = match entry.local.content {
			Content::Fetching { attempts } => attempts,
			_ => 0,
		};
		let task = report::name(&key.task);
		match result {
			Ok(bytes) => {
				metrics.fetches.with_label_values(&["ok"]).inc();
				metrics.fetched_bytes.inc_by(bytes);
				tracing::info!(%task, bytes, "module and input are here");
				entry.local.content = Content::Ready;
				if let Some(view) = entry.best.clone() {
					let executor = self.parts.executor.clone();
					tokio::spawn(async move { executor.prepare(view).await });
				}
			},
			Err(FetchFailure { reason, local }) => {
				let label = if local { "disk" } else { "unavailable" };
				metrics.fetches.with_label_values(&[label]).inc();
				tracing::warn!(%task, attempts, "module or input can't be had: {reason}");
				// What the own disk does is no attempt at the sources.
				let attempts = if local { attempts.saturating_sub(1) } else { attempts };
				let retry_at = now.saturating_add(1 << attempts.min(3));
				entry.local.content = Content::Missing { attempts, retry_at };
				if local {
					self.problems.raise(Kind::Disk, reason);
				}
			},
		}
	}

	fn on_ran(&mut self, key: Key, result: Result<Ran, RunFailure>) {
		self.jobs.finish(&key);
		let now = self.now();
		let task = report::name(&key.task);
		let metrics = &self.parts.metrics;
		let entry = self.board.entries.get_mut(&key);
		match result {
			Ok(ran) => {
				let outcome = ran.sealed.outcome;
				tracing::info!(
					%task, class = ?outcome.class, gas = outcome.gas_used,
					seconds = ran.wall.as_secs_f64(), memory = ran.peak_memory,
					"job finished and written down",
				);
				self.problems.clear(Kind::Sandbox);
				// Of a task that is gone nothing is told.
				if let Some(entry) = entry {
					entry.local.job = Job::Idle;
					self.untold.insert(key, ran);
				}
			},
			Err(failure) => {
				metrics.jobs.with_label_values(&[failure.name()]).inc();
				let cancelled = failure.name() == "cancelled";
				if cancelled {
					tracing::info!(%task, "job stopped");
				} else {
					tracing::error!(%task, "the job gave no outcome on this machine: {failure}");
				}
				if let Some(entry) = entry {
					entry.local.after_failure(&failure, cancelled, now);
				}
				match &failure {
					RunFailure::Disk(_) => self.problems.raise(Kind::Disk, failure.to_string()),
					RunFailure::Runner(assay_runner::RunError::Sandbox(_)) => {
						self.problems.raise(Kind::Sandbox, failure.to_string());
					},
					_ => {},
				}
			},
		}
	}

	fn on_sent(&mut self, keys: Vec<Key>, call: plan::Call, result: Result<BlockInfo, Error>) {
		let now = self.now();
		let metrics = &self.parts.metrics;
		for key in &keys {
			if let Some(entry) = self.board.entries.get_mut(key) {
				entry.local.sending.retain(|other| *other != call);
				entry.local.sent = Some(Sent::next(entry.local.sent, call, now));
			}
		}
		let tasks: Vec<String> = keys.iter().map(|key| report::name(&key.task)).collect();
		let tasks = tasks.join(" ");
		match result {
			Ok(block) => {
				metrics.transactions.with_label_values(&[call.name()]).inc();
				tracing::info!(%tasks, block = block.number, "{} is in a block", call.name());
				self.problems.clear(Kind::Fees);
				if call == plan::Call::Commit
					&& self.rules.misbehave == Some(Misbehave::CrashAfterCommit)
				{
					tracing::error!(%tasks, "misbehaving as told: dying after the first seal");
					std::process::abort();
				}
			},
			Err(error) => {
				metrics.transaction_failures.with_label_values(&[error.code()]).inc();
				// Somebody else may have done it first; then the next look at the chain shows it.
				let lost_race = call == plan::Call::Poke;
				if lost_race {
					tracing::debug!(%tasks, "poke failed: {error}");
				} else {
					tracing::warn!(%tasks, "{} failed: {error}", call.name());
				}
				if let Error::InsufficientBalance { .. } = error {
					self.problems.raise(Kind::Fees, format!("fees can't be paid: {error}"));
				}
			},
		}
	}

	fn now(&self) -> BlockNumber {
		self.best.map_or(0, |block| block.number)
	}
}

impl plan::Local {
	/// A job gave no outcome.
	fn after_failure(&mut self, failure: &RunFailure, cancelled: bool, now: BlockNumber) {
		// Stopping is no failure, and a full disk says nothing about the job.
		let counts = !cancelled && !matches!(failure, RunFailure::Disk(_));
		self.failures = self.failures.saturating_add(counts.into());
		if let RunFailure::Content(_) = failure {
			self.content = Content::Unknown;
		}
		let retry_at = now.saturating_add(1 << self.failures.min(3));
		self.job = match cancelled {
			true => Job::Idle,
			false => Job::Failed { failures: self.failures, retry_at },
		};
	}
}
