//! The role of a provider. It owns all state; everything slow runs beside its loop and reports back. At every
//! block it asks [`plan::decide`] what is due for each task, and does that.

mod act;
mod blind;
pub mod chain;
mod deal_tasks;
mod due;
pub mod housekeeping;
pub mod jobs;
mod outbox;
mod problems;
pub mod publish;
mod recent;
mod report;
pub mod reports;
pub mod retention;
mod runs;
pub mod start;
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
		chain::Included,
		chore::Chore,
		clock::{Deadline, unix_now},
		desk::Desk,
		executor::{
			Executor, Fetched, Ran,
			rerun::{FetchFailure, RunFailure},
		},
		metrics::Metrics,
		outputs::Outputs,
		private::Inbox,
		reading::Extent,
		role::{End, Role},
		status::StatusWriter,
		store::TaskStore,
	},
};
use anyhow::Result;
use assay_client::{BlockInfo, Error, refusals::CANDIDATE_BUSY};
use assay_decisions::{
	lies::Misbehave,
	provider::{self as plan, Content, Job, JobFailure},
	record::{EndedNote, Key},
	sending::Sent,
	view::SharedView,
};
use assay_primitives::{AccountId, BlockNumber, deal::TaskStatus, task::DealId};
use chain::{Account, BUSY, TaskChain};
use due::Due;
use jobs::Jobs;
use outbox::Outbox;
use problems::{Kind, Problems};
use recent::RecentBlocks;
use runs::Runs;
use std::{collections::BTreeSet, sync::Arc, time::Duration};
use table::{Record, TaskTable};
use views::{Shown, Views, read};

/// What runs beside the loop reports this.
#[derive(Debug)]
pub enum Event {
	Fetched(Key, Result<Fetched, FetchFailure>),
	Ran(Key, Result<Ran, RunFailure>),
	Sent(Vec<Key>, plan::TaskCall, Result<Included, Error>),
	Read(Result<Shown, Error>),
	Account(Result<Account, Error>),
	Pruned(Result<Vec<Key>>),
}

/// What a provider is made of.
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

/// The provider.
pub struct Provider<L, X> {
	parts: Parts<L, X>,
	me: AccountId,
	desk: Desk<Event>,
	problems: Problems,
	recent: RecentBlocks,
	table: TaskTable,
	jobs: Jobs,
	runs: Runs,
	outbox: Outbox,
	due: Due,
	bags: Bags,
	/// Removing old outputs.
	pruning: Chore,
	/// Reading bond and balance.
	asking: Chore,
}

/// What is remembered of bags. Unlike single tasks theirs wait for one another.
#[derive(Debug, Default)]
struct Bags {
	/// Tasks that wait for room.
	turns: BTreeSet<Key>,
	/// Bags whose program was fetched before the draw.
	scouted: BTreeSet<DealId>,
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

impl<L: TaskChain, X: Executor> Role for Provider<L, X> {
	type Event = Event;

	fn desk(&mut self) -> &mut Desk<Event> {
		&mut self.desk
	}

	fn drain_time(&self) -> Duration {
		self.parts.settings.tasks.drain_timeout
	}

	fn on_outage(&mut self, why: &str) {
		if !self.problems.has(Kind::Chain) {
			self.parts.metrics.outages.inc();
			self.problems.raise(Kind::Chain, why);
		}
	}

	fn on_finality(&mut self, unproven: Option<&str>) {
		self.problems.set(Kind::Finality, unproven.map(Into::into));
	}

	async fn on_heads(&mut self) {
		// Known from when it was the best: what it says of own seals is needed should nothing more be read.
		if let Some((block, Some(views))) =
			self.recent.wanted(self.desk.finalized).filter(|_| self.recent.reading.is_under_way())
		{
			self.show_final(block, views);
		}
		self.refresh();
		if self.is_late() {
			self.act();
		}
	}

	fn on_events(&mut self, events: Vec<Event>) {
		let news = events.into_iter().map(|event| self.on_event(event)).reduce(News::and);
		match news {
			Some(News::Some(keys)) => self.act_on_some(keys),
			Some(News::All) => self.act(),
			None => {},
		}
	}

	async fn on_tick(&mut self) {
		self.keep_house();
		self.act();
	}

	fn begin_drain(&mut self) {
		self.take_no_more();
	}

	fn is_drained(&self) -> bool {
		self.nothing_is_left()
	}

	fn publish(&mut self) {
		self.show();
	}

	async fn end(&mut self, end: End) {
		match end {
			End::Drained => tracing::info!("nothing is left to be finished"),
			End::Cut => self.stop_now(),
		}
		// Killed jobs clean up after themselves.
		self.wait_for_jobs().await;
	}
}

impl<L: TaskChain, X: Executor> Provider<L, X> {
	/// One that goes on where its store left off.
	pub fn new(parts: Parts<L, X>) -> Result<Self> {
		let settings = &parts.settings;
		let mut table = TaskTable::default();
		let all = parts.store.all()?;
		for (key, run) in &all {
			// A note without a block is of a task that left the chain unseen.
			if run.ended.is_some_and(|note| note.prune_at > 0) {
				parts.outputs.publish(key);
			}
		}
		let mut open = Vec::new();
		for (key, run) in all.iter().filter(|(_, run)| run.ended.is_none()) {
			table.expect(*key, Record::of(run.clone(), key, parts.store.identity()));
			open.push(*key);
		}
		report::recovered(&open, &parts.store.interrupted()?);
		Ok(Self {
			me: parts.store.identity().stash.clone(),
			desk: Desk::default(),
			problems: Problems::default(),
			recent: RecentBlocks::default(),
			table,
			jobs: Jobs::new(settings.max_concurrent_jobs),
			runs: Runs::new(&settings.host.base_path, &all),
			outbox: Outbox::default(),
			due: Due::new(parts.store.promises()?),
			bags: Bags::default(),
			pruning: Chore::default(),
			asking: Chore::default(),
			parts,
		})
	}

	/// Whether what was read last is too old to rely on.
	fn is_late(&self) -> bool {
		self.recent.reading.is_late(self.desk.now())
	}

	/// Starts reading what the newest blocks show. Beside the loop, which must go on listening to
	/// signals even if the node hangs.
	fn refresh(&mut self) {
		if !self.recent.reading.begin(self.desk.now()) {
			return;
		}
		let wanted = |block| self.recent.wanted(block);
		let (best, finalized) = (wanted(self.desk.best), wanted(self.desk.finalized));
		let (chain, table) = (self.parts.chain.clone(), self.table.known(&self.me));
		let read = async move {
			let within = Deadline::new("reading the tasks", READ_TIME);
			Event::Read(within.hold(read(chain, table, best, finalized)).await)
		};
		self.desk.beside(read, |panic| Event::Read(Err(Error::Execution(panic))));
	}

	/// Takes over what the best block shows. Gives what is forgotten.
	fn show_best(&mut self, block: BlockInfo, mut views: Views) -> Vec<Key> {
		self.recent.keep(&block, &mut views);
		let rest = views.coverage.rest();
		let forgotten = self.table.best(block, views.tasks, rest, &self.me);
		self.bags.scouted.retain(|deal| self.table.has_deal(*deal));
		self.recent.best = block.number;
		self.parts.metrics.best_block.set(block.number.into());
		self.problems.set(Kind::Bags, views.unlisted);
		forgotten
	}

	/// Takes over what the final block shows.
	fn show_final(&mut self, block: BlockInfo, views: Views) {
		if block.number < self.recent.finalized {
			return;
		}
		self.recent.finalized = block.number;
		let rest = views.coverage.rest();
		self.table.finalized(views.tasks, rest);
		self.note_promises();
		self.publish_outcomes();
		self.parts.metrics.finalized_block.set(block.number.into());
		self.settle();
	}

	fn on_read(&mut self, result: Result<Shown, Error>) {
		let shown = match result {
			Ok(shown) => shown,
			Err(error) => {
				// The next tick tries again, newer blocks or not.
				self.recent.reading.end(Extent::Part);
				let what = format!("the chain can't be read: {error}");
				return self.problems.raise(Kind::Chain, what);
			},
		};
		let problem = shown.problem();
		let extent = if problem.is_some() { Extent::Part } else { Extent::Whole };
		let newer = self.recent.reading.end(extent);
		self.problems.set(Kind::Chain, problem);
		self.recent.node = shown.node;
		let mut forgotten = Vec::new();
		if let Some((block, views)) = shown.best {
			forgotten = self.show_best(block, views);
		}
		if let Some((block, views)) = shown.finalized {
			self.show_final(block, views);
		}
		// What could not be asked for is not gone.
		let gone = match extent {
			Extent::Part => Vec::new(),
			Extent::Whole => self.table.sweep(self.desk.now()),
		};
		for key in gone.iter().chain(&forgotten) {
			self.drop_task(key);
			self.runs.take(key);
		}
		self.note_ended(&gone.into_iter().map(|key| (key, 0)).collect::<Vec<_>>());
		self.recent.sweep();
		if newer {
			self.refresh();
		}
	}

	/// Nothing more is done about a task.
	fn drop_task(&mut self, key: &Key) {
		self.jobs.cancel(key);
		self.bags.turns.remove(key);
		self.parts.inbox.forget(key);
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
			.filter(|(_, entry)| entry.finalized.as_deref().is_some_and(public))
			.map(|(key, _)| *key)
			.collect();
		for key in keys {
			// A run that ends later is published with the next final block.
			if self.jobs.has(&key) {
				continue;
			}
			self.parts.outputs.publish(&key);
			if let Some(ran) = self.runs.take(&key) {
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
			let Some(mut entry) = self.table.entries.remove(&key) else { continue };
			let Some(view) = entry.finalized else { continue };
			let TaskStatus::Ended(ended) = &view.status else { continue };
			let run = entry.record.run(&key, &self.parts.store).ok().flatten();
			let record = run.map(|run| &run.sealed);
			report::ended(&view, ended, &self.me, record, &self.parts.metrics);
			self.drop_task(&key);
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
		for (key, _) in &notes {
			self.due.promises.remove(key);
		}
		self.runs.note_ended(notes, &self.parts.store);
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
		let now = self.desk.now();
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
					self.bags.scouted.insert(key.task.deal);
				}
				let compile = bytes > 0 || !complete || item.is_none();
				if let Some(view) = entry.best.clone().filter(|_| compile) {
					let executor = self.parts.executor.clone();
					let view = SharedView::clone(&view);
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
		let now = self.desk.now();
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
				let known = entry.is_some();
				if let Some(entry) = entry {
					entry.local.job = Job::Idle;
					entry.record =
						Record::of(ran.sealed.clone(), &key, self.parts.store.identity());
				}
				self.runs.note(key, ran, known);
				self.runs.recount(&self.parts.store);
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
					// It may have been written down all the same.
					entry.record = Record::Unread;
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
		let now = self.desk.now();
		let metrics = &self.parts.metrics;
		self.outbox.arrive(call);
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
					&& self.parts.misbehave == Some(Misbehave::CrashAfterCommit)
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
			let until = self.due.report_until(key);
			entry.local.report_refused = report::not_opened(&key.task, until, error);
		}
	}

	/// One item of a batch has failed; the others have not.
	fn on_item_failed(&mut self, key: &Key, call: plan::TaskCall, why: &str) {
		let now = self.desk.now();
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
}
