//! The daemon's loop. It owns all state; everything slow runs beside it and reports back. At every
//! block it asks [`plan::decide`] what is due for each task, and does that.

mod act;
mod blind;
pub mod chain;
mod deal_tasks;
pub mod executor;
pub mod housekeeping;
mod inputs;
pub mod jobs;
pub mod local;
mod problems;
mod report;
pub mod reports;
pub mod retention;
mod state;
mod stop;
pub mod table;
#[cfg(test)]
mod tests;
mod views;
mod watchlist;
mod work;

use crate::{
	config::Settings,
	host::{
		beside::beside,
		clock::{Deadline, unix_now},
		heads::Heads,
		rerun::{FetchFailure, RunFailure},
		wakes::{Wake, Wakes},
	},
	metrics::Metrics,
	outputs::Outputs,
	private::Inbox,
	status::StatusWriter,
	store::{Promise, TaskStore},
};
use anyhow::Result;
use assay_client::{BlockInfo, Error, refusals::CANDIDATE_BUSY};
use assay_decisions::{
	lies::Misbehave,
	provider::{self as plan, Content, Job, JobFailure, PlanSettings},
	record::{EndedNote, Key},
	sending::Sent,
	view::{Deals, SharedView},
};
use assay_primitives::{AccountId, BlockNumber, Hash, deal::TaskStatus, task::DealId};
use chain::{Account, BUSY, Included, TaskChain};
use executor::{Executor, Fetched, Ran};
use jobs::Jobs;
use problems::{Kind, Problems};
use reports::Reports;
use std::{
	collections::{BTreeMap, BTreeSet, VecDeque},
	path::PathBuf,
	sync::Arc,
	time::{Duration, Instant},
};
use table::TaskTable;
use tokio::sync::{mpsc, watch};
use views::{Coverage, Reading, Views, Wanted, read};

/// What runs beside the loop reports this.
#[derive(Debug)]
enum Event {
	Fetched(Key, Result<Fetched, FetchFailure>),
	Ran(Key, Result<Ran, RunFailure>),
	Sent(Vec<Key>, plan::TaskCall, Result<Included, Error>),
	Read(Result<Reading, Error>),
	Account(Result<Account, Error>),
	Pruned(Result<Vec<Key>>),
}

/// What a daemon is made of.
pub struct Parts<L, X> {
	pub chain: L,
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
	plan_settings: PlanSettings,
	table: TaskTable,
	jobs: Jobs,
	problems: Problems,
	best: Option<BlockInfo>,
	finalized: Option<BlockInfo>,
	/// Views of the newest blocks, by the blocks' hashes.
	recent: VecDeque<(Hash, Views)>,
	/// Their deals.
	deals: Deals,
	/// The views of these blocks were not read yet, or could not be.
	stale: bool,
	/// They are being read, since this block was the best.
	reading: Option<BlockNumber>,
	/// Not all that concerns the provider was read the last time.
	incomplete: bool,
	/// The best block that was read last.
	read_at: BlockNumber,
	/// The newest final block whose views are known.
	final_at: BlockNumber,
	/// When seals have to be opened, as far as the store knows.
	promises: BTreeMap<Key, Promise>,
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
	unpublished: BTreeMap<Key, Ran>,
	/// Transactions on their way, by their kind.
	on_their_way: BTreeMap<plan::TaskCall, usize>,
	/// Items that wait for those, since they were counted last.
	held: usize,
	/// Tasks of bags that wait for room.
	turns: BTreeSet<Key>,
	/// Bags whose program was fetched before the draw.
	scouted: BTreeSet<DealId>,
	/// Tasks whose seal is written down and not revealed yet, with their deadlines.
	unfinished: BTreeMap<Key, BlockNumber>,
	/// Tasks whose report may have to be opened, with the ends of their windows.
	unreported: BTreeMap<Key, BlockNumber>,
	reports: Reports,
	sender: mpsc::UnboundedSender<Event>,
	events: mpsc::UnboundedReceiver<Event>,
}

/// What may have changed.
enum News {
	/// These tasks only.
	Some(Vec<Key>),
	/// Any.
	All,
}

impl News {
	fn and(self, more: Self) -> Self {
		match (self, more) {
			(Self::Some(mut keys), Self::Some(more)) => {
				keys.extend(more);
				Self::Some(keys)
			},
			_ => Self::All,
		}
	}
}

/// Blocks after which a task is tried to be opened again where somebody had no slot free.
const BUSY_PAUSE: BlockNumber = 2;
/// Longest time for reading what a block shows; each part of it has a shorter one.
const READ_TIME: Duration = Duration::from_secs(60);
/// Blocks whose views are kept: those that are read as the best come again as final ones.
const RECENT: usize = 6;

impl<L: TaskChain, X: Executor> Daemon<L, X> {
	/// A daemon that goes on where its store left off.
	pub fn new(parts: Parts<L, X>) -> Result<Self> {
		let settings = &parts.settings;
		let plan_settings = PlanSettings {
			decline_margin: settings.tasks.decline_margin_blocks,
			reveal_without_finality: settings.tasks.reveal_without_finality,
			misbehave: parts.misbehave,
			stopping: false,
		};
		let mut table = TaskTable::default();
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
			table.expect(*key);
		}
		report::recovered(&open, &parts.store.interrupted()?);
		// Unbounded, but every event answers one request of this loop.
		let (sender, events) = mpsc::unbounded_channel();
		Ok(Self {
			me: parts.store.identity().stash.clone(),
			base_path: settings.base_path.clone(),
			plan_settings,
			table,
			jobs: Jobs::new(settings.max_concurrent_jobs),
			problems: Problems::default(),
			best: None,
			finalized: None,
			recent: VecDeque::new(),
			deals: Deals::default(),
			stale: false,
			reading: None,
			incomplete: false,
			read_at: 0,
			final_at: 0,
			promises: parts.store.promises()?,
			pruning: false,
			ended: all.iter().filter_map(|(key, run)| Some((*key, run.ended?))).collect(),
			asking: false,
			node: None,
			last_block: Instant::now(),
			last_prune: None,
			draining: false,
			unpublished: BTreeMap::new(),
			on_their_way: BTreeMap::new(),
			held: 0,
			turns: BTreeSet::new(),
			scouted: BTreeSet::new(),
			unfinished: BTreeMap::new(),
			unreported: BTreeMap::new(),
			reports: Reports::new(&settings.base_path, &all),
			sender,
			events,
			parts,
		})
	}

	/// Runs until it is told to stop, and for the time that the drain takes.
	pub async fn run(
		mut self,
		heads: watch::Receiver<Heads>,
		stop: watch::Receiver<u32>,
	) -> Result<()> {
		let mut wakes = Wakes::new(heads, stop);
		let mut drain_end = None;
		loop {
			match wakes.next(&mut self.events).await? {
				Wake::Heads(now) => self.on_heads(now),
				Wake::Event(event) => {
					let mut news = self.on_event(event);
					while let Ok(event) = self.events.try_recv() {
						news = news.and(self.on_event(event));
					}
					match news {
						News::Some(keys) => self.act_on_some(keys),
						News::All => self.act(),
					}
				},
				Wake::Tick => self.on_tick(),
				Wake::Stop(times) => {
					if times > 1 {
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
		self.problems.set(Kind::Finality, heads.unproven);
		let new_best = heads.best.filter(|block| self.best != Some(*block));
		let new_final = heads.finalized.filter(|block| self.finalized != Some(*block));
		if new_best.is_none() && new_final.is_none() {
			return;
		}
		self.best = heads.best;
		self.finalized = heads.finalized;
		self.last_block = Instant::now();
		// Known from when it was the best: what it says of own seals is needed should nothing more be read.
		if let Some((block, Some(views))) =
			self.wanted(self.finalized).filter(|_| self.reading.is_some())
		{
			self.show_final(block, views);
		}
		self.refresh();
		if self.is_late() {
			self.act();
		}
	}

	/// Whether what was read last is too old to rely on: more is being read, for longer than a block.
	fn is_late(&self) -> bool {
		self.reading.is_some_and(|since| self.now() > since.saturating_add(1))
	}

	/// Starts reading what the newest blocks show. Beside the loop, which must go on listening to
	/// signals even if the node hangs.
	fn refresh(&mut self) {
		if self.reading.is_some() {
			self.stale = true;
			return;
		}
		self.reading = Some(self.now());
		self.stale = false;
		let (best, finalized) = (self.wanted(self.best), self.wanted(self.finalized));
		let (chain, table) = (self.parts.chain.clone(), self.table.known(&self.me));
		let read = async move {
			let within = Deadline::new("reading the tasks", READ_TIME);
			Event::Read(within.hold(read(chain, table, best, finalized)).await)
		};
		beside(&self.sender, read, |panic| Event::Read(Err(Error::Execution(panic))));
	}

	fn wanted(&self, block: Option<BlockInfo>) -> Wanted {
		let block = block?;
		let before = self.recent.iter().find(|(hash, _)| *hash == block.hash);
		Some((block, before.map(|(_, views)| views.clone())))
	}

	fn keep(&mut self, block: &BlockInfo, views: &mut Views) {
		if self.recent.iter().any(|(hash, _)| *hash == block.hash) {
			return;
		}
		self.deals.share(&mut views.tasks);
		if views.coverage != Coverage::Whole {
			return;
		}
		if self.recent.len() >= RECENT {
			self.recent.pop_front();
		}
		self.recent.push_back((block.hash, views.clone()));
	}

	/// Takes over what the best block shows. Gives what is forgotten.
	fn show_best(&mut self, block: BlockInfo, mut views: Views) -> Vec<Key> {
		self.keep(&block, &mut views);
		let rest = views.coverage.rest();
		let forgotten = self.table.best(block, views.tasks, rest, &self.me);
		self.scouted.retain(|deal| self.table.has_deal(*deal));
		self.read_at = block.number;
		self.parts.metrics.best_block.set(block.number.into());
		self.problems.set(Kind::Bags, views.unlisted);
		forgotten
	}

	/// Takes over what the final block shows.
	fn show_final(&mut self, block: BlockInfo, views: Views) {
		if block.number < self.final_at {
			return;
		}
		self.final_at = block.number;
		let rest = views.coverage.rest();
		self.table.finalized(views.tasks, rest);
		self.note_promises();
		self.publish_outcomes();
		self.parts.metrics.finalized_block.set(block.number.into());
		self.settle();
	}

	fn on_read(&mut self, result: Result<Reading, Error>) {
		self.reading = None;
		let reading = match result {
			Ok(reading) => reading,
			Err(error) => {
				// The next tick tries again.
				self.stale = true;
				self.incomplete = true;
				let what = format!("the chain can't be read: {error}");
				return self.problems.raise(Kind::Chain, what);
			},
		};
		let problem = reading.problem();
		self.incomplete = problem.is_some();
		self.problems.set(Kind::Chain, problem);
		self.node = reading.node;
		let mut forgotten = Vec::new();
		if let Some((block, views)) = reading.best {
			forgotten = self.show_best(block, views);
		}
		if let Some((block, views)) = reading.finalized {
			self.show_final(block, views);
		}
		// What could not be asked for is not gone.
		let gone = match self.incomplete {
			true => Vec::new(),
			false => self.table.sweep(self.now()),
		};
		for key in gone.iter().chain(&forgotten) {
			self.jobs.cancel(key);
			self.unpublished.remove(key);
			self.turns.remove(key);
			self.parts.inbox.forget(key);
		}
		self.note_ended(&gone.into_iter().map(|key| (key, 0)).collect::<Vec<_>>());
		self.deals.sweep();
		if self.stale {
			self.refresh();
		}
		// Not at once: the next tick or block tries again.
		self.stale |= self.incomplete;
	}

	/// Serves outputs, and counts what they took, of runs whose outcome the final chain has made
	/// public. Earlier, another replica could seal the same without running it.
	fn publish_outcomes(&mut self) {
		let me = &self.me;
		let public = |view: &SharedView| plan::is_public(view, me);
		let keys: Vec<Key> = self
			.table
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
			if let Some(ran) = self.unpublished.remove(&key) {
				self.count_run(&ran);
			}
		}
	}

	fn count_run(&self, ran: &Ran) {
		let (metrics, outcome) = (&self.parts.metrics, &ran.sealed.outcome);
		metrics.jobs.with_label_values(&[report::class_name(&outcome.class)]).inc();
		metrics.gas.inc_by(outcome.gas_used);
		metrics.cpu_seconds.inc_by(ran.execute.as_secs_f64());
		metrics.job_seconds.observe(ran.wall.as_secs_f64());
	}

	/// Closes the books on tasks that have ended on the final chain.
	fn settle(&mut self) {
		let ended: Vec<Key> = self
			.table
			.entries
			.iter()
			.filter(|(_, entry)| {
				let view = entry.finalized.as_ref();
				view.is_some_and(|view| matches!(view.status, TaskStatus::Ended(_)))
			})
			.map(|(key, _)| *key)
			.collect();
		let mut notes = Vec::new();
		for key in ended {
			let Some(entry) = self.table.entries.remove(&key) else { continue };
			let Some(view) = entry.finalized else { continue };
			let TaskStatus::Ended(ended) = &view.status else { continue };
			let record = self.parts.store.sealed(&key).ok().flatten();
			report::ended(&view, ended, &self.me, record.as_ref(), &self.parts.metrics);
			self.jobs.cancel(&key);
			self.parts.inbox.forget(&key);
			self.turns.remove(&key);
			if record.is_some() {
				notes.push((key, ended.prune_at));
			}
		}
		self.note_ended(&notes);
	}

	/// Writes down that tasks have ended, with the blocks from which on the chain forgets them.
	fn note_ended(&mut self, ended: &[(Key, BlockNumber)]) {
		let at = unix_now();
		let note =
			|(key, prune_at): &(Key, BlockNumber)| (*key, EndedNote { at, prune_at: *prune_at });
		let notes: Vec<(Key, EndedNote)> = ended.iter().map(note).collect();
		if let Err(error) = self.parts.store.note_all_ended(&notes) {
			return self.problems.raise(Kind::Disk, error.to_string());
		}
		self.reports.note_ended(&notes);
		for (key, note) in notes {
			self.promises.remove(&key);
			// A task that was never run here has no outputs to remove.
			if self.parts.store.sealed(&key).is_ok_and(|run| run.is_some()) {
				self.ended.insert(key, note);
			}
		}
	}

	/// Takes in what was reported. Tells about which tasks that may change a decision.
	fn on_event(&mut self, event: Event) -> News {
		match event {
			Event::Fetched(key, result) => {
				self.on_fetched(key, result);
				return News::Some(vec![key]);
			},
			Event::Ran(key, result) => {
				self.on_ran(key, result);
				return News::Some(vec![key]);
			},
			Event::Sent(keys, call, result) => self.on_sent(keys, call, result),
			Event::Read(result) => self.on_read(result),
			Event::Account(result) => self.on_account(result),
			Event::Pruned(result) => self.on_pruned(result),
		}
		News::All
	}

	fn on_fetched(&mut self, key: Key, result: Result<Fetched, FetchFailure>) {
		let now = self.now();
		let metrics = &self.parts.metrics;
		let Some(entry) = self.table.entries.get_mut(&key) else { return };
		let attempts = match entry.local.content {
			Content::Fetching { attempts } => attempts,
			_ => 0,
		};
		let task = report::name(&key.task);
		match result {
			Ok(Fetched { bytes, complete, item, refused }) => {
				metrics.fetches.with_label_values(&["ok"]).inc();
				metrics.fetched_bytes.inc_by(bytes);
				tracing::info!(%task, bytes, complete, "content is here");
				entry.local.item = item;
				entry.local.refused = refused;
				entry.local.content = if complete { Content::Ready } else { Content::Unknown };
				if !complete {
					self.scouted.insert(key.task.deal);
				}
				let compile = bytes > 0 || !complete || item.is_none();
				if let Some(view) = entry.best.clone().filter(|_| compile) {
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
		let entry = self.table.entries.get_mut(&key);
		match result {
			Ok(ran) => {
				let outcome = ran.sealed.outcome;
				tracing::info!(
					%task, class = ?outcome.class, gas = outcome.gas_used,
					seconds = ran.wall.as_secs_f64(), memory = ran.peak_memory,
					"job finished and written down",
				);
				self.problems.clear(Kind::Sandbox);
				self.reports.note(key, &ran.sealed);
				// Of a task that is gone nothing is told.
				if let Some(entry) = entry {
					entry.local.job = Job::Idle;
					entry.ran = true;
					self.unpublished.insert(key, ran);
				}
			},
			Err(failure) => {
				metrics.jobs.with_label_values(&[failure.name()]).inc();
				let kind = failure.kind();
				if kind == JobFailure::Cancelled {
					tracing::info!(%task, "job stopped");
				} else {
					tracing::error!(%task, "the job gave no outcome on this machine: {failure}");
				}
				if let Some(entry) = entry {
					entry.local.after_failure(kind, now);
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

	fn on_sent(&mut self, keys: Vec<Key>, call: plan::TaskCall, result: Result<Included, Error>) {
		let now = self.now();
		let metrics = &self.parts.metrics;
		if let Some(count) = self.on_their_way.get_mut(&call) {
			*count = count.saturating_sub(1);
		}
		for key in &keys {
			if let Some(entry) = self.table.entries.get_mut(key) {
				entry.local.sending.retain(|other| *other != call);
				entry.local.sent = Some(Sent::next(entry.local.sent, call, now));
			}
		}
		let tasks: Vec<String> = keys.iter().map(|key| report::name(&key.task)).collect();
		let tasks = tasks.join(" ");
		match result {
			Ok(Included { block, failed }) => {
				metrics.transactions.with_label_values(&[call.name()]).inc();
				tracing::info!(
					%tasks, block = block.number, failed = failed.len(), "{} is in a block",
					call.name()
				);
				self.problems.clear(Kind::Fees);
				let items = failed.iter().filter_map(|(at, why)| Some((*keys.get(*at)?, why)));
				for (key, why) in items.collect::<Vec<_>>() {
					self.on_item_failed(&key, call, why);
				}
				if call == plan::TaskCall::Commit
					&& self.plan_settings.misbehave == Some(Misbehave::CrashAfterCommit)
				{
					tracing::error!(%tasks, "misbehaving as told: dying after the first seal");
					std::process::abort();
				}
			},
			Err(error) => {
				metrics.transaction_failures.with_label_values(&[error.code()]).inc();
				// Somebody else may have done it first; then the next look at the chain shows it.
				if call == plan::TaskCall::OpenReport {
					return self.on_report_failed(&keys, &error);
				}
				let lost_race = call == plan::TaskCall::Poke;
				if lost_race {
					tracing::debug!(%tasks, "poke failed: {error}");
				} else {
					tracing::warn!(%tasks, "{} failed: {error}", call.name());
				}
				if let Error::InsufficientBalance { .. } = error {
					self.problems.raise(Kind::Fees, format!("fees can't be paid: {error}"));
				}
				if let [key] = keys.as_slice()
					&& CANDIDATE_BUSY.is(&error)
				{
					self.on_item_failed(key, call, BUSY);
				}
			},
		}
	}

	/// A report could not be opened. Told in the log alone: health is public, and whoever is reported
	/// could question the result first.
	fn on_report_failed(&mut self, keys: &[Key], error: &Error) {
		for key in keys {
			let Some(entry) = self.table.entries.get_mut(key) else { continue };
			let until = self.unreported.get(key).copied();
			entry.local.report_refused = report::not_opened(&key.task, until, error);
		}
	}

	/// One item of a batch has failed; the others have not.
	fn on_item_failed(&mut self, key: &Key, call: plan::TaskCall, why: &str) {
		let now = self.now();
		let task = report::name(&key.task);
		tracing::debug!(%task, "{} failed: {why}", call.name());
		if let Some(entry) = self.table.entries.get_mut(key)
			&& why == BUSY
		{
			// Slots come free with every block, so this is no reason to wait longer each time.
			entry.local.sent = None;
			entry.local.busy_until = now.saturating_add(BUSY_PAUSE);
		}
	}

	fn now(&self) -> BlockNumber {
		self.best.map_or(0, |block| block.number)
	}
}
