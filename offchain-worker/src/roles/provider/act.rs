//! Doing what is due.

use super::{
	Event, Provider,
	chain::{TaskChain, TaskTransaction},
	problems::Kind,
	report,
	table::{Entry, OwnRun, View},
};
use crate::host::{
	clock::time_of,
	executor::{Executor, rerun::FetchFailure},
	private::Inbox,
};
use assay_client::private::SealedInput;
use assay_decisions::{
	can_land, eligible,
	provider::{
		self as plan, Content, Job, Place, PlanContext, PlanSettings, Room, Step, TaskCall, Wait,
	},
	record::{Key, Sealed},
	view::SharedView,
};
use assay_primitives::{
	BlockNumber, Hash,
	deal::{Opening, ReplicaState, Task, TaskState, TaskStatus},
	seal::Seal,
	task::{DealId, TaskId},
};
use assay_runner::RunError;
use std::{collections::BTreeSet, sync::Arc};

/// Most items of a batch.
const MAX_BATCH: usize = assay_primitives::deal::MAX_BATCH as usize;

/// Transactions that are sent together.
#[derive(Default)]
struct Batches {
	commits: Vec<(Key, (TaskId, Hash, Seal))>,
	reveals: Vec<(Key, (TaskId, Opening))>,
	pokes: Vec<(Key, TaskId)>,
}

/// What is left for tasks of bags that nobody has opened.
#[derive(Debug, Default)]
struct Means {
	/// Tasks that may be fetched and run beside those that are.
	prepare: usize,
	/// Slots that the chain has free for this provider.
	open: usize,
	/// Bags whose program is here or asked for.
	scouted: BTreeSet<DealId>,
}

impl Means {
	fn room(&self, deal: DealId) -> Room {
		let scout = !self.scouted.contains(&deal);
		Room { scout, prepare: self.prepare > 0, open: self.open > 0 }
	}

	/// Takes off what a decision takes.
	fn spend(&mut self, key: &Key, decided: &Decided) {
		let unopened = decided.is_unopened();
		match (&decided.step, decided.place) {
			(Step::Send(TaskCall::Commit) | Step::Decline(_), _) if unopened => {
				self.open = self.open.saturating_sub(1);
			},
			(Step::Fetch, Place::Drawn(_)) if unopened => {
				self.prepare = self.prepare.saturating_sub(1);
			},
			(Step::Fetch, Place::Candidate | Place::Stranger) => {
				self.scouted.insert(key.task.deal);
			},
			_ => {},
		}
	}
}

/// What is due for a task, and what that follows from.
struct Decided {
	step: Step,
	view: View,
	place: Place,
	run: Option<Arc<OwnRun>>,
	/// It is another step than before.
	news: bool,
}

impl Decided {
	fn is_unopened(&self) -> bool {
		match &self.view.status {
			TaskStatus::Open(task) => plan::is_unopened(&self.view.deal, task),
			TaskStatus::Ended(_) => false,
		}
	}
}

/// Blocks to a deadline within which nothing waits for others to be sent with it.
const URGENT: BlockNumber = 5;
/// Tasks that nobody has opened and that are fetched and run at a time, at least.
const LEAST_PREPARED: usize = 16;
/// Runs of tasks that nobody has opened that are kept: their outputs take space, and nobody pays before
/// they are opened.
const MOST_UNOPENED: usize = 256;

impl<L: TaskChain, X: Executor> Provider<L, X> {
	/// Decides about every task and does what is due.
	pub(super) fn act(&mut self) {
		let keys: Vec<Key> = self.table.entries.keys().copied().collect();
		self.due.clear();
		self.outbox.held = 0;
		self.act_on_all(keys);
	}

	/// Decides about tasks of which something is new, and about a few that have waited for room. Looking
	/// at hundreds of others each time would take longer than a short job.
	pub(super) fn act_on_some(&mut self, mut keys: Vec<Key>) {
		for _ in 0..2 {
			keys.extend(self.bags.turns.pop_first());
		}
		self.act_on_all(keys);
		// Enough for a batch of their own.
		if self.outbox.held >= MAX_BATCH {
			self.act();
		}
	}

	fn act_on_all(&mut self, keys: Vec<Key>) {
		let mut batches = Batches::default();
		let mut means = self.means();
		for key in keys {
			self.act_on(key, &mut batches, &mut means);
		}
		if self.recent.reading.is_part() || self.is_late() {
			let planned: BTreeSet<Key> = batches.reveals.iter().map(|(key, _)| *key).collect();
			let promised = self.promised().into_iter().filter(|(key, _)| !planned.contains(key));
			batches.reveals.extend(promised);
		}
		self.send_batches(batches);
		self.start_jobs();
	}

	/// What is in use, and so what is left.
	fn means(&self) -> Means {
		let settings = &self.parts.settings;
		let slots = usize::from(settings.capacity.slots);
		let (mut used, mut preparing, mut unopened) = (0usize, 0usize, 0usize);
		let mut scouted = self.bags.scouted.clone();
		for entry in self.table.entries.values() {
			let Some(view) = &entry.best else { continue };
			let TaskStatus::Open(task) = &view.status else { continue };
			let Place::Drawn(state) = plan::place(view, task, &self.me) else {
				if entry.local.content != Content::Unknown {
					scouted.insert(view.id.deal);
				}
				continue;
			};
			if !plan::is_unopened(&view.deal, task) {
				used += usize::from(state != ReplicaState::Denounced);
				continue;
			}
			let sending = &entry.local.sending;
			used += usize::from(
				sending.contains(&TaskCall::Commit) || sending.contains(&TaskCall::Decline),
			);
			if entry.record.is_run() {
				unopened += 1;
			} else if entry.local.content != Content::Unknown {
				preparing += 1;
			}
		}
		let most = slots.max(2 * settings.max_concurrent_jobs).max(LEAST_PREPARED);
		let most = most.min(MOST_UNOPENED.saturating_sub(unopened));
		Means { prepare: most.saturating_sub(preparing), open: slots.saturating_sub(used), scouted }
	}

	fn act_on(&mut self, key: Key, batches: &mut Batches, means: &mut Means) {
		if let Some(decided) = self.decide(&key, means) {
			self.note(key, &decided);
			means.spend(&key, &decided);
			self.apply(key, decided, batches);
		}
	}

	/// What is due for a task; `None` where the best block shows none, or the store can't be read.
	fn decide(&mut self, key: &Key, means: &Means) -> Option<Decided> {
		let plan_settings = self.plan_settings();
		let entry = self.table.entries.get_mut(key)?;
		let view = entry.best.clone()?;
		let run = match entry.record.run(key, &self.parts.store) {
			Ok(run) => run.cloned(),
			Err(error) => {
				self.problems.raise(Kind::Disk, error.to_string());
				return None;
			},
		};
		let place = match &view.status {
			TaskStatus::Open(task) => plan::place(&view, task, &self.me),
			TaskStatus::Ended(_) => Place::Stranger,
		};
		if matches!(place, Place::Drawn(_)) {
			entry.local.drawn_seen.get_or_insert(view.at);
		}
		entry.local.locked = locked(&self.parts.inbox, key, &view, place, run.is_some());
		let settings = &self.parts.settings;
		let refusal = eligible::refusal(&view, &settings.host.limits, &settings.clients);
		let step = plan::decide(&PlanContext {
			me: &self.me,
			best: &view,
			finalized: entry.finalized.as_deref(),
			record: run.as_ref().map(|run| &run.sealed),
			own_seal: run.as_ref().map(|run| run.seal),
			local: &entry.local,
			refusal: refusal.as_ref(),
			settings: &plan_settings,
			room: means.room(key.task.deal),
		});
		let news = std::mem::replace(&mut entry.logged, step.name()) != step.name();
		Some(Decided { step, view, place, run, news })
	}

	/// Takes note of what a decision means for the queue, for what is due, and for turns.
	fn note(&mut self, key: Key, decided: &Decided) {
		let Decided { step, view, place, run, news } = decided;
		let Some(local) = self.table.entries.get(&key).map(|entry| &entry.local) else { return };
		if self.jobs.waits(&key)
			&& let TaskStatus::Open(task) = &view.status
		{
			// Its clock may have been started since it was put there.
			self.jobs.push(key, plan::commit_deadline(view, local, task));
		}
		if *news {
			report::step(view, step);
		}
		if let Some(until) = unrevealed(view, *place, run.as_ref().map(|run| run.seal)) {
			self.due.reveal(key, until);
		}
		let sealed = run.as_ref().map(|run| &run.sealed);
		if let Some(until) = unreported(view, *place, sealed).filter(|_| !local.report_refused) {
			self.due.report(key, until);
		}
		let keeps_job = matches!(
			step,
			Step::Run { .. } | Step::Wait(Wait::Job) | Step::Send(_) | Step::Report(_)
		);
		if !keeps_job && self.jobs.has(&key) {
			self.jobs.cancel(&key);
		}
		match step {
			Step::Wait(Wait::Turn) => self.bags.turns.insert(key),
			_ => self.bags.turns.remove(&key),
		};
	}

	/// Does what is due, or puts it to what is sent together.
	fn apply(&mut self, key: Key, decided: Decided, batches: &mut Batches) {
		let Decided { step, view, run, news, .. } = decided;
		match (step, run) {
			(Step::Fetch, _) => self.fetch(key, &view),
			(Step::Run { until }, _) => self.enqueue(key, until),
			(Step::Send(TaskCall::Commit), Some(run)) => {
				batches.commits.push((key, (key.task, key.task_hash, run.seal)));
			},
			(Step::Send(TaskCall::Reveal), Some(run)) => {
				let Sealed { outcome, salt, .. } = run.sealed;
				batches.reveals.push((key, (key.task, Opening { outcome, salt })));
			},
			(Step::Send(TaskCall::Poke), _) => batches.pokes.push((key, key.task)),
			// On old views nothing is given up: a decline can't be taken back.
			(Step::Decline(_), _) if view.at < self.recent.best || self.is_late() => {},
			(Step::Decline(reason), _) => {
				self.parts.metrics.declined.with_label_values(&[reason.name()]).inc();
				tracing::warn!(task = report::name(&key.task), "declining: {reason}");
				let excuse = reason.excuse();
				self.send(vec![key], TaskTransaction::Decline(key.task, key.task_hash, excuse));
			},
			(Step::Report(_), Some(run)) => self.report(key, &view, &run.sealed),
			(Step::Skip(refusal), _) if news => {
				self.parts.metrics.skipped.with_label_values(&[refusal.name()]).inc();
				report::skipped(&view, &refusal);
			},
			(Step::ForeignSeal { on_chain }, run) if news => {
				self.parts.metrics.faults.with_label_values(&["foreign_seal"]).inc();
				let own = run.as_ref().map(|run| &run.seal);
				self.problems.raise(Kind::Fault, report::foreign_seal(&view, &on_chain, own));
			},
			_ => {},
		}
	}

	/// Opens the report of a lie.
	fn report(&mut self, key: Key, view: &SharedView, sealed: &Sealed) {
		let Sealed { outcome, report: Some(truth), report_salt, .. } = *sealed else { return };
		report::reporting(view, &truth);
		let lie = outcome.digest(&key.task_hash);
		self.send(vec![key], TaskTransaction::OpenReport(key.task, lie, truth, report_salt));
	}

	fn plan_settings(&self) -> PlanSettings {
		let tasks = &self.parts.settings.tasks;
		PlanSettings {
			decline_margin: tasks.decline_margin_blocks,
			reveal_without_finality: tasks.reveal_without_finality,
			misbehave: self.parts.misbehave,
			stopping: self.desk.is_draining(),
		}
	}

	/// Whether new work is begun.
	pub(super) fn takes_work(&self) -> bool {
		!self.desk.is_draining() && !self.problems.stop_work()
	}

	/// Whether a task that this provider was drawn for is worked on. With little space left too: the
	/// reserve is there for just that, and giving up costs for sure what a full disk may cost.
	fn goes_on(&self) -> bool {
		!self.desk.is_draining() && !self.problems.has(Kind::Registration)
	}

	fn fetch(&mut self, key: Key, view: &SharedView) {
		let drawn = |entry: &Entry| entry.local.drawn_seen.is_some();
		let drawn = self.table.entries.get(&key).is_some_and(drawn);
		if !(self.takes_work() || drawn && self.goes_on()) {
			return;
		}
		let Some(entry) = self.table.entries.get_mut(&key) else { return };
		let before = match entry.local.content {
			Content::Missing { attempts, .. } => attempts,
			_ => 0,
		};
		entry.local.content = Content::Fetching { attempts: before.saturating_add(1) };
		entry.local.asked_at.get_or_insert(view.at);
		// Who is not drawn yet has the time between draw and deadline at least.
		let left = self.blocks_left(&key).unwrap_or(view.deal.terms.commit_blocks);
		let within = time_of(left.max(1));
		let (executor, view) = (self.parts.executor.clone(), view.clone());
		let fetch = async move {
			let fetched = tokio::time::timeout(within, executor.fetch(view)).await;
			let late = |_| {
				let reason = format!("not complete after {} s", within.as_secs());
				Err(FetchFailure { reason, local: false })
			};
			Event::Fetched(key, fetched.unwrap_or_else(late))
		};
		self.desk.beside(fetch, move |reason| {
			Event::Fetched(key, Err(FetchFailure { reason, local: true }))
		});
	}

	fn enqueue(&mut self, key: Key, until: BlockNumber) {
		if !self.goes_on() {
			return;
		}
		self.jobs.push(key, until);
		if let Some(entry) = self.table.entries.get_mut(&key) {
			entry.local.job = Job::Queued;
		}
	}

	fn start_jobs(&mut self) {
		while let Some((key, cancel)) = self.jobs.start() {
			let view = self.table.entries.get_mut(&key).and_then(|entry| {
				entry.local.job = Job::Running;
				entry.best.as_deref().cloned()
			});
			let Some(view) = view else {
				self.jobs.finish(&key);
				continue;
			};
			let executor = self.parts.executor.clone();
			let run = async move { Event::Ran(key, executor.run(key, view, cancel).await) };
			self.desk
				.beside(run, move |panic| Event::Ran(key, Err(RunError::WorkerDied(panic).into())));
		}
	}

	/// Sends what is due, 64 in a transaction. What is not urgent waits for transactions of its kind that
	/// are on their way: none can be in a block before them, and together they cost less.
	fn send_batches(&mut self, batches: Batches) {
		let Batches { commits, reveals, pokes } = batches;
		for items in self.due(commits, TaskCall::Commit).chunks(MAX_BATCH) {
			let (keys, items): (Vec<Key>, Vec<_>) = items.iter().copied().unzip();
			self.observe_margins(&keys, TaskCall::Commit);
			self.send(keys, TaskTransaction::Commit(items));
		}
		for items in self.due(reveals, TaskCall::Reveal).chunks(MAX_BATCH) {
			let (keys, items): (Vec<Key>, Vec<_>) = items.iter().copied().unzip();
			self.observe_margins(&keys, TaskCall::Reveal);
			self.send(keys, TaskTransaction::Reveal(items));
		}
		for items in self.due(pokes, TaskCall::Poke).chunks(MAX_BATCH) {
			let (keys, items): (Vec<Key>, Vec<_>) = items.iter().copied().unzip();
			self.send(keys, TaskTransaction::Poke(items));
		}
	}

	/// What of `items` is sent now.
	fn due<T>(&mut self, items: Vec<(Key, T)>, call: TaskCall) -> Vec<(Key, T)> {
		if self.outbox.is_free(call) || items.len() >= MAX_BATCH {
			return items;
		}
		let urgent = |key: &Key| self.blocks_left(key).is_some_and(|left| left <= URGENT);
		let (urgent, others): (Vec<_>, Vec<_>) =
			items.into_iter().partition(|(key, _)| urgent(key));
		self.outbox.held += others.len();
		urgent
	}

	fn observe_margins(&self, keys: &[Key], call: TaskCall) {
		for key in keys {
			let view = self.table.entries.get(key).and_then(|entry| entry.best.as_ref());
			let Some(view) = view else { continue };
			let TaskStatus::Open(task) = &view.status else { continue };
			let margin = |until: BlockNumber| f64::from(until.saturating_sub(view.at));
			match (call, &task.state) {
				(TaskCall::Commit, TaskState::Running { until, .. }) => {
					self.parts.metrics.commit_margin.observe(margin(*until));
				},
				// The commit itself starts the clock.
				(TaskCall::Commit, TaskState::Waiting { .. }) => {
					let whole = f64::from(view.deal.terms.commit_blocks);
					self.parts.metrics.commit_margin.observe(whole);
				},
				(TaskCall::Reveal, TaskState::Revealing { until, .. }) => {
					self.parts.metrics.reveal_margin.observe(margin(*until));
				},
				_ => {},
			}
		}
	}

	/// Blocks in which something can still be done before a task's next deadline, if it has one.
	fn blocks_left(&self, key: &Key) -> Option<BlockNumber> {
		let view = self.table.entries.get(key)?.best.as_ref()?;
		let TaskStatus::Open(task) = &view.status else { return None };
		match task.state {
			TaskState::Running { until, .. }
			| TaskState::Revealing { until, .. }
			| TaskState::Missing { until, .. } => {
				Some(until.saturating_sub(self.desk.now().max(view.at)).saturating_sub(1))
			},
			_ => None,
		}
	}

	fn send(&mut self, keys: Vec<Key>, transaction: TaskTransaction) {
		let call = transaction.kind();
		for key in &keys {
			if let Some(entry) = self.table.entries.get_mut(key) {
				entry.local.sending.push(call);
			}
		}
		self.outbox.send(call);
		let left = keys.iter().filter_map(|key| self.blocks_left(key)).min();
		let chain = self.parts.chain.clone();
		let send = |within| async move { chain.send(transaction, within).await };
		self.desk.send(left, send, move |result| Event::Sent(keys, call, result));
	}
}

/// Whether the input is private and its key not here. The key is taken from the draw on, until the run
/// is written down.
fn locked(inbox: &Inbox, key: &Key, view: &SharedView, place: Place, ran: bool) -> bool {
	let Ok(Some(input)) = SealedInput::of(&view.deal.request) else { return false };
	if ran {
		inbox.forget(key);
	} else if place == Place::Drawn(ReplicaState::Drawn) {
		inbox.expect(*key, input.key_id);
	}
	!inbox.has(&input.key_id)
}

/// First block in which it is too late for a report that may still have to be opened.
fn unreported(view: &SharedView, place: Place, record: Option<&Sealed>) -> Option<BlockNumber> {
	let record = record.filter(|record| record.report.is_some())?;
	let (TaskStatus::Open(task), Place::Drawn(state)) = (&view.status, place) else { return None };
	let until = match (&task.state, state) {
		// Others have to reveal before anything is agreed on.
		(TaskState::Revealing { until, .. }, ReplicaState::Revealed { .. }) => {
			until.saturating_add(view.deal.terms.challenge_blocks)
		},
		// In a case nobody knows how long there is time: nothing waits for that.
		(TaskState::Disputed { .. }, _) => return None,
		_ => plan::report_due(view, task, state, record)?,
	};
	can_land(view.at, until).then_some(until)
}

/// Deadline of a seal that is written down and neither revealed nor lost.
fn unrevealed(view: &SharedView, place: Place, own: Option<Seal>) -> Option<BlockNumber> {
	let own = own?;
	let TaskStatus::Open(Task { state, .. }) = &view.status else { return None };
	let alive = match place {
		Place::Drawn(ReplicaState::Drawn) => true,
		Place::Drawn(ReplicaState::Sealed(seal)) => seal == own,
		_ => false,
	};
	let until = match state {
		// No stake is locked for it yet.
		TaskState::Waiting { .. } if view.deal.is_bag() => return None,
		TaskState::Waiting { .. } => view.deal.terms.hard_end,
		TaskState::Running { until, .. }
		| TaskState::Revealing { until, .. }
		| TaskState::Missing { until, .. } => *until,
		TaskState::Agreed { .. } | TaskState::Disputed { .. } => return None,
	};
	(alive && can_land(view.at, until)).then_some(until)
}
