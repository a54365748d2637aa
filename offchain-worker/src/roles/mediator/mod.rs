//! The role of a mediator: follows the cases that it is drawn for, runs their tasks in the same
//! sandbox as a provider does, seals and reveals.
//!
//! The loop owns all state; runs and transactions are beside it and report back. What was found and
//! its salt are on the disk before anybody hears of the seal.

pub mod chain;
pub mod config;
pub mod start;
#[cfg(test)]
mod tests;

use crate::{
	config::Settings,
	host::{
		chore::Chore,
		clock::{time_of, unix_now},
		desk::Desk,
		evict::evict,
		executor::rerun::{Rerun, RunFailure},
		metrics::Metrics,
		role::{End, Role},
		status::StatusWriter,
		store::{TaskStore, fresh_salt},
		trouble::Troubles,
	},
	roles::{crew::Registration, name::RoleName},
};
use anyhow::{Context, Result};
use assay_client::{BlockInfo, Error, units::format_amount};
use assay_decisions::{
	MAX_RUN_FAILURES,
	eligible::case_refusal,
	lies::{Misbehave, said},
	mediator::{self as plan, CaseCall, Job, Local, PlanContext, Step, Wait},
	record::{CaseKey, Key, Verdict},
	sending::Sent,
};
use assay_primitives::{
	AccountId, UNIT,
	case::{CasePhase, CaseView, Subject, Vote},
	content::ContentRef,
	request::Request,
	task::{Input, TaskSpec},
};
use assay_runner::{Cancel, RunError};
use chain::{CaseChain, CaseTransaction, Standing};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Longest time for reading what a block shows.
const READ_TIME: Duration = Duration::from_secs(20);
const CLEAN_EVERY: Duration = Duration::from_secs(60);

/// What a mediator is made of.
pub struct Parts<L, X> {
	pub chain: L,
	pub executor: X,
	pub settings: Arc<Settings>,
	pub store: TaskStore,
	/// Modules and inputs that were fetched.
	pub content: assay_client::Store,
	pub metrics: Metrics,
	pub status: StatusWriter,
	pub misbehave: Option<Misbehave>,
	/// The mediator's stash.
	pub me: AccountId,
	pub operator: AccountId,
	/// Whether this is the process's first role, which speaks for it.
	pub leads: bool,
}

/// The mediator.
pub struct Mediator<L, X> {
	parts: Parts<L, X>,
	entries: BTreeMap<CaseKey, Entry>,
	/// What the store has: runs for cases, of which none is forgotten before its time.
	verdicts: BTreeMap<CaseKey, Verdict>,
	shown: Shown,
	desk: Desk<Event>,
	cleaning: Chore,
	running: BTreeMap<CaseKey, Cancel>,
	problems: Troubles<Kind>,
}

/// Kinds of problems.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
	/// The cases can't be read, or it can't be written down that they are closed.
	Cases,
	/// The key does not sign for a mediator.
	Standing,
	/// What nodes call final is not shown to be so.
	Finality,
}

/// What it tells of itself.
#[derive(Clone, Debug, Default, Serialize)]
struct Shown {
	stash: String,
	/// Smallest units, as decimal text.
	bond: String,
	locked: String,
	/// In draws of rounds that are opened now.
	weight: u64,
	/// Votes by how they turned out.
	coherent: u32,
	against: u32,
	failed: u32,
	/// Open cases by what they wait for.
	cases: BTreeMap<String, u64>,
}

/// A round of a case.
#[derive(Debug, Default)]
struct Entry {
	best: Option<CaseView>,
	finalized: Option<CaseView>,
	local: Local,
	/// Name of the step that was logged last.
	logged: &'static str,
}

/// What runs beside the loop reports this.
#[derive(Debug)]
pub enum Event {
	Ran(CaseKey, Result<Verdict, Failure>),
	Sent(CaseKey, CaseCall, Result<BlockInfo, Error>),
	Cleaned(Result<Vec<CaseKey>>),
}

/// Why there is no verdict. Never a vote.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
	#[error("module or input can't be had: {0}")]
	Content(String),
	#[error("the run gave no outcome on this machine: {0}")]
	Run(#[from] RunFailure),
	#[error("the chain can't be read: {0}")]
	Chain(Error),
	#[error("the verdict can't be written down: {0:#}")]
	Store(anyhow::Error),
}

fn key_of(view: &CaseView) -> CaseKey {
	CaseKey { case: view.id, round: view.case.round, task_hash: view.terms.task_hash }
}

impl<L: CaseChain, X: Rerun> Role for Mediator<L, X> {
	type Event = Event;

	fn desk(&mut self) -> &mut Desk<Event> {
		&mut self.desk
	}

	fn drain_time(&self) -> Duration {
		self.parts.settings.tasks.drain_timeout
	}

	fn on_finality(&mut self, unproven: Option<&str>) {
		self.problems.set(Kind::Finality, unproven.map(Into::into));
	}

	async fn on_heads(&mut self) {
		self.read().await;
		self.act();
	}

	fn on_events(&mut self, events: Vec<Event>) {
		for event in events {
			match event {
				Event::Ran(key, result) => self.on_ran(key, result),
				Event::Sent(key, call, result) => self.on_sent(key, call, result),
				Event::Cleaned(result) => {
					self.cleaning.end();
					match result {
						Ok(gone) => self.verdicts.retain(|key, _| !gone.contains(key)),
						Err(error) => {
							tracing::warn!("old records of cases can't be removed: {error:#}");
						},
					}
				},
			}
		}
		self.act();
	}

	async fn on_tick(&mut self) {
		// What could not be read before.
		if self.problems.has(Kind::Cases) {
			self.read().await;
		}
		if self.cleaning.begin(CLEAN_EVERY) {
			self.clean();
		}
		if let Some(best) = self.desk.best
			&& let Ok(Ok(standing)) =
				tokio::time::timeout(READ_TIME, self.parts.chain.standing(best)).await
		{
			self.show(&standing);
		}
		self.act();
	}

	fn is_drained(&self) -> bool {
		let sending = self.entries.values().any(|entry| entry.local.sending.is_some());
		self.running.is_empty() && !sending && self.unrevealed().is_empty()
	}

	fn publish(&mut self) {
		let mut cases = BTreeMap::new();
		for entry in self.entries.values().filter(|entry| !entry.logged.is_empty()) {
			*cases.entry(entry.logged.to_string()).or_insert(0u64) += 1;
		}
		let metrics = &self.parts.metrics;
		metrics.cases.reset();
		for (state, count) in &cases {
			let count = i64::try_from(*count).unwrap_or(i64::MAX);
			metrics.cases.with_label_values(&[state.as_str()]).set(count);
		}
		self.shown.cases = cases;
		let standing = self.desk.standing(self.problems.first());
		self.parts.status.update(|status| {
			status.show(RoleName::Mediator.name(), &self.shown);
			if self.parts.leads {
				status.speak_for(&standing);
			}
		});
	}

	async fn end(&mut self, _: End) {
		for cancel in self.running.values() {
			cancel.cancel();
		}
		for key in self.unrevealed() {
			tracing::error!(
				case = key.case,
				"sealed and not revealed; start the daemon again in time, or lose a part of the stake"
			);
		}
	}
}

impl<L: CaseChain, X: Rerun> Mediator<L, X> {
	/// A mediator that goes on where its store left off.
	pub fn new(parts: Parts<L, X>) -> Result<Self> {
		let verdicts: BTreeMap<_, _> = parts.store.verdicts()?.into_iter().collect();
		let open = verdicts.values().filter(|it| it.closed_at.is_none()).count();
		if open > 0 {
			tracing::info!(count = open, "sealed verdicts found in the store; going on with them");
		}
		Ok(Self {
			parts,
			entries: BTreeMap::new(),
			verdicts,
			shown: Shown::default(),
			desk: Desk::default(),
			cleaning: Chore::default(),
			running: BTreeMap::new(),
			problems: Troubles::default(),
		})
	}

	fn unrevealed(&self) -> Vec<CaseKey> {
		let sealed =
			|view: &CaseView| matches!(plan::vote(view, &self.parts.me), Some(Vote::Sealed(_)));
		let open = |view: &CaseView| plan::deadline(view).is_some_and(|until| view.at < until);
		let unrevealed =
			|entry: &Entry| entry.best.as_ref().is_some_and(|view| sealed(view) && open(view));
		self.entries.iter().filter(|(_, entry)| unrevealed(entry)).map(|(key, _)| *key).collect()
	}

	/// Reads what the newest blocks show, and takes it over.
	async fn read(&mut self) {
		let (best, finalized) = (self.desk.best, self.desk.finalized);
		let chain = self.parts.chain.clone();
		let read = async {
			let mut views = (Vec::new(), Vec::new());
			if let Some(best) = best {
				views.0 = chain.cases(best).await?;
			}
			if let Some(finalized) = finalized {
				views.1 = chain.cases(finalized).await?;
			}
			Ok::<_, Error>(views)
		};
		let problem = match tokio::time::timeout(READ_TIME, read).await {
			Ok(Ok((best, finalized))) => {
				self.take_over(best, finalized);
				self.close_books().await.err().map(|error| format!("{error:#}"))
			},
			Ok(Err(error)) => Some(format!("the cases can't be read: {error}")),
			Err(_) => Some("reading the cases takes too long".into()),
		};
		self.problems.set(Kind::Cases, problem);
	}

	fn take_over(&mut self, best: Vec<CaseView>, finalized: Vec<CaseView>) {
		for entry in self.entries.values_mut() {
			(entry.best, entry.finalized) = (None, None);
		}
		for view in best {
			let entry = self.entries.entry(key_of(&view)).or_default();
			let due = view.next == assay_primitives::case::CaseStep::Poke;
			entry.local.poke_seen = due.then(|| entry.local.poke_seen.unwrap_or(view.at));
			entry.best = Some(view);
		}
		for view in finalized {
			// A case that only the final chain has is one that the best block will show too.
			if let Some(entry) = self.entries.get_mut(&key_of(&view)) {
				entry.finalized = Some(view);
			}
		}
	}

	/// Cases, and rounds of them, that are over: stops their runs, and tells how they ended once that
	/// is final.
	async fn close_books(&mut self) -> Result<()> {
		let gone: Vec<CaseKey> =
			self.entries.iter().filter(|(_, it)| it.best.is_none()).map(|(key, _)| *key).collect();
		for key in gone {
			self.entries.remove(&key);
			if let Some(cancel) = self.running.get(&key) {
				cancel.cancel();
			}
		}
		let Some(finalized) = self.desk.finalized else { return Ok(()) };
		let open = self.verdicts.iter().filter(|(_, verdict)| verdict.closed_at.is_none());
		let open: Vec<_> = open.map(|(key, verdict)| (*key, verdict.clone())).collect();
		for (key, verdict) in open {
			if self.entries.keys().any(|known| known.case == key.case) {
				continue;
			}
			let found = self.parts.chain.case(finalized, key.case).await;
			let found = found.context("a case can't be read")?;
			let goes_on = |view: &CaseView| !matches!(view.case.phase, CasePhase::Closed { .. });
			if !found.as_ref().is_some_and(goes_on) {
				self.close(&key, &verdict, found.as_ref())?;
			}
		}
		Ok(())
	}

	fn close(&mut self, key: &CaseKey, verdict: &Verdict, found: Option<&CaseView>) -> Result<()> {
		let case = key.case;
		let same = found.filter(|view| view.terms.task_hash == key.task_hash);
		if let Some(view) = same
			&& let CasePhase::Closed { ruling, .. } = &view.case.phase
		{
			let round = view.rounds.get(usize::from(key.round));
			let mut members = round.iter().flat_map(|round| &round.members);
			let vote = members.find(|member| member.mediator == verdict.mediator);
			let (own, truth, by_court) = (vote.map(|it| it.vote), ruling.truth, ruling.by_court);
			let result = match (own, truth) {
				(Some(Vote::Revealed(_)), None) => "undecided",
				(Some(Vote::Revealed(own)), Some(truth)) if own == truth => "coherent",
				(Some(Vote::Revealed(_)), Some(_)) => "against",
				_ => "none",
			};
			self.parts.metrics.verdicts.with_label_values(&[result]).inc();
			match result {
				"against" => tracing::error!(
					case, ?truth, ?own, by_court, outcome = ?verdict.outcome,
					"this mediator's vote was against the ruling; a fifth of the stake is lost"
				),
				_ => tracing::info!(case, ?truth, by_court, result, "case closed"),
			}
		}
		let now = unix_now();
		self.parts.store.close_verdict(key, now)?;
		if let Some(verdict) = self.verdicts.get_mut(key) {
			verdict.closed_at = Some(now);
		}
		Ok(())
	}

	fn act(&mut self) {
		let keys: Vec<CaseKey> = self.entries.keys().copied().collect();
		for key in keys {
			self.act_on(key);
		}
		self.start_jobs();
	}

	fn act_on(&mut self, key: CaseKey) {
		let parts = &self.parts;
		let record = self.verdicts.get(&key).filter(|verdict| verdict.mediator == parts.me);
		let genesis = parts.store.identity().genesis;
		let own_seal = record.map(|verdict| verdict.seal(&genesis, &key));
		let opening = record.map(|verdict| (verdict.digest(&key), verdict.salt));
		let Some(entry) = self.entries.get_mut(&key) else { return };
		let Some(view) = entry.best.as_ref() else { return };
		let settings = &parts.settings;
		let refusal =
			case_refusal(&view.terms, &settings.host.limits, &settings.own.mediator.modules);
		let step = plan::decide(&PlanContext {
			me: &parts.me,
			best: view,
			finalized: entry.finalized.as_ref(),
			own_seal,
			local: &entry.local,
			refusal: refusal.as_ref(),
			reveal_without_finality: settings.tasks.reveal_without_finality,
			misbehave: parts.misbehave,
		});
		let news = std::mem::replace(&mut entry.logged, step.name()) != step.name();
		if news {
			tell(view, &step);
		}
		match (step, opening) {
			// Who stops takes no new work, and lets others be drawn in its place.
			(Step::Run { .. }, _) if self.desk.is_draining() => {},
			(Step::Run { .. }, _) => entry.local.job = Job::Queued,
			(Step::Send(CaseCall::Seal), _) => {
				if let Some(seal) = own_seal {
					self.send(key, CaseTransaction::Seal(key, seal));
				}
			},
			(Step::Send(CaseCall::Reveal), Some((digest, salt))) => {
				self.send(key, CaseTransaction::Reveal(key.case, digest, salt));
			},
			(Step::Send(CaseCall::Poke), _) => self.send(key, CaseTransaction::Poke(key.case)),
			(Step::Refuse(refusal), _) if news => {
				parts.metrics.cases_refused.with_label_values(&[refusal.name()]).inc();
			},
			(Step::ForeignSeal { .. }, _) if news => {
				parts.metrics.faults.with_label_values(&["foreign_verdict"]).inc();
			},
			_ => {},
		}
	}

	/// Starts runs, the earliest deadline first, as many as are allowed at a time.
	fn start_jobs(&mut self) {
		let limit = self.parts.settings.own.mediator.max_concurrent;
		while self.running.len() < limit {
			let queued = self.entries.iter().filter(|(_, it)| it.local.job == Job::Queued);
			let until = |entry: &Entry| entry.best.as_ref().and_then(plan::deadline);
			let Some((key, _)) = queued.min_by_key(|(key, entry)| (until(entry), **key)) else {
				return;
			};
			let key = *key;
			let Some(entry) = self.entries.get_mut(&key) else { return };
			let Some((view, best)) = entry.best.clone().zip(self.desk.best) else { return };
			entry.local.job = Job::Running;
			let cancel = Cancel::new();
			self.running.insert(key, cancel.clone());
			self.judge(key, view, best, cancel);
		}
	}

	fn judge(&self, key: CaseKey, view: CaseView, best: BlockInfo, cancel: Cancel) {
		let (chain, executor) = (self.parts.chain.clone(), self.parts.executor.clone());
		let (store, me) = (self.parts.store.clone(), self.parts.me.clone());
		let misbehave = self.parts.misbehave;
		let left = plan::deadline(&view).unwrap_or(view.at).saturating_sub(view.at).max(1);
		let run = async move {
			let index = view.terms.subject.index();
			// What is judged is what the case says, whatever the task of that number is by now.
			let spec = view.terms.spec;
			let (request, task) = match view.terms.subject {
				Subject::Task(task) => {
					let asked = chain.request(best, task).await.map_err(Failure::Chain)?;
					let task = Key { task, task_hash: view.terms.task_hash };
					(Request { task: spec, ..asked }, Some(task))
				},
				// Its input is nobody's secret.
				Subject::Leaf(leaf) => {
					let terms = chain.pool(best, leaf.pool).await.map_err(Failure::Chain)?;
					(terms.request(spec), None)
				},
			};
			// Handed over while this try fails, it serves the next one.
			if let Some(task) = task {
				executor.expect_key(task, &request);
			}
			let fetched = tokio::time::timeout(time_of(left), executor.get(request.clone(), index));
			match fetched.await {
				Ok(Ok(_)) => {},
				Ok(Err(failure)) => return Err(Failure::Content(failure.reason)),
				Err(_) => return Err(Failure::Content("it takes too long".into())),
			}
			let before = store.start_verdict(&key).map_err(|error| Failure::Store(error.into()))?;
			if before >= MAX_RUN_FAILURES {
				let why = format!("it was started {before} times and took the daemon with it");
				return Err(Failure::Run(RunError::WorkerDied(why).into()));
			}
			let ran = executor.rerun(request, index, cancel).await;
			if ran.is_err() {
				// The count only matters where the daemon dies.
				let _ = store.stopped_verdict(&key);
			}
			let outcome = said(ran?, &me, misbehave);
			let written = tokio::task::spawn_blocking(move || {
				let verdict = Verdict::new(me, outcome, fresh_salt()?, unix_now());
				anyhow::Ok(store.seal_verdict(&key, &verdict)?)
			});
			let written = written.await.map_err(anyhow::Error::from).flatten();
			if let (Ok(_), Some(task)) = (&written, &task) {
				executor.forget_key(task);
			}
			written.map_err(Failure::Store)
		};
		self.desk.beside(async move { Event::Ran(key, run.await) }, move |panic| {
			Event::Ran(key, Err(Failure::Store(anyhow::anyhow!(panic))))
		});
	}

	fn send(&mut self, key: CaseKey, transaction: CaseTransaction) {
		let Some(entry) = self.entries.get_mut(&key) else { return };
		let call = transaction.kind();
		entry.local.sending = Some(call);
		let view = entry.best.as_ref();
		let left = view
			.and_then(|view| Some(plan::deadline(view)?.saturating_sub(view.at).saturating_sub(1)));
		let chain = self.parts.chain.clone();
		let send = |within| async move { chain.judge(transaction, within).await };
		self.desk.send(left, send, move |result| Event::Sent(key, call, result));
	}

	fn on_ran(&mut self, key: CaseKey, result: Result<Verdict, Failure>) {
		self.running.remove(&key);
		let now = self.desk.now();
		let local = self.entries.get_mut(&key).map(|entry| &mut entry.local);
		match result {
			Ok(verdict) => {
				let outcome = verdict.outcome;
				self.parts.metrics.judged.with_label_values(&["run"]).inc();
				// Of the digest nothing is told before it is public.
				tracing::info!(case = key.case, gas = outcome.gas_used, "judged and written down");
				self.verdicts.insert(key, verdict);
				if let Some(local) = local {
					local.job = Job::Idle;
				}
			},
			Err(failure) => {
				self.parts.metrics.judged.with_label_values(&["failed"]).inc();
				tracing::error!(case = key.case, "{failure}");
				// It may have been written down all the same.
				let written = self.parts.store.verdict(&key).ok().flatten();
				self.verdicts.extend(written.map(|verdict| (key, verdict)));
				let Some(local) = local else { return };
				// Missing content may yet appear, and says nothing about this machine.
				local.failures += u32::from(matches!(failure, Failure::Run(_)));
				let retry_at = now.saturating_add(1 << local.failures.min(3));
				local.job = Job::Failed { retry_at };
			},
		}
	}

	fn on_sent(&mut self, key: CaseKey, call: CaseCall, result: Result<BlockInfo, Error>) {
		let now = self.desk.now();
		if let Some(entry) = self.entries.get_mut(&key) {
			entry.local.sending = None;
			entry.local.sent = Some(Sent::next(entry.local.sent, call, now));
		}
		let (metrics, case) = (&self.parts.metrics, key.case);
		match result {
			Ok(block) => {
				metrics.transactions.with_label_values(&[call.name()]).inc();
				tracing::info!(case, block = block.number, "{} is in a block", call.name());
				if call == CaseCall::Seal
					&& self.parts.misbehave == Some(Misbehave::CrashAfterCommit)
				{
					tracing::error!(case, "misbehaving as logged: dying after the first seal");
					std::process::abort();
				}
			},
			Err(error) => {
				metrics.transaction_failures.with_label_values(&[error.code()]).inc();
				match call {
					// Somebody else may have done it first.
					CaseCall::Poke => tracing::debug!(case, "poke failed: {error}"),
					_ => tracing::warn!(case, "{} failed: {error}", call.name()),
				}
			},
		}
	}

	/// Removes what is old. The first role makes room for content.
	fn clean(&mut self) {
		let (store, settings) = (self.parts.store.clone(), self.parts.settings.host.store);
		let content = self.parts.leads.then(|| self.parts.content.clone());
		let views = self.entries.values().filter_map(|entry| entry.best.as_ref());
		let needed = views.flat_map(|view| contents(&view.terms.spec)).collect();
		let until = unix_now().saturating_sub(settings.retain.as_secs());
		let old = |verdict: &Verdict| verdict.closed_at.is_some_and(|closed| closed < until);
		let old = self.verdicts.iter().filter(|(_, verdict)| old(verdict));
		let old: Vec<CaseKey> = old.map(|(key, _)| *key).collect();
		let clean = move || {
			store.forget_verdicts(&old)?;
			if let Some(content) = content {
				evict(&content, &store, &needed, settings.max_bytes)?;
			}
			Ok(old)
		};
		self.desk.beside_blocking(clean, Event::Cleaned);
	}

	fn show(&mut self, standing: &Standing) {
		let (me, operator) = (self.parts.me.clone(), self.parts.operator.clone());
		let problem = match &standing.mediator {
			None => Some(format!("{me} is no mediator; run `{}`", Registration::MEDIATOR.command)),
			Some(_) if standing.signs_for.as_ref() != Some(&me) => {
				Some(format!("{operator} does not sign for the mediator {me}"))
			},
			Some(_) => None,
		};
		self.problems.set(Kind::Standing, problem);
		let Some(mediator) = &standing.mediator else { return };
		let metrics = &self.parts.metrics;
		let tokens = |amount| amount as f64 / UNIT as f64;
		metrics.mediator_bond.set(tokens(mediator.bond));
		metrics.mediator_locked.set(tokens(mediator.locked));
		metrics.mediator_weight.set(i64::try_from(mediator.weight).unwrap_or(i64::MAX));
		if self.parts.leads {
			metrics.balance.set(tokens(standing.balance));
		}
		let cases = std::mem::take(&mut self.shown.cases);
		self.shown = Shown {
			stash: me.to_string(),
			bond: mediator.bond.to_string(),
			locked: mediator.locked.to_string(),
			weight: mediator.weight,
			coherent: mediator.record.coherent,
			against: mediator.record.against,
			failed: mediator.record.failed,
			cases,
		};
	}
}

/// Tells what a case's step is, when that has changed.
fn tell(view: &CaseView, step: &Step) {
	let (case, round) = (view.id, view.case.round.saturating_add(1));
	let stake = || format_amount(view.terms.stake);
	match step {
		Step::Run { until } => {
			tracing::info!(case, round, until, "drawn for a case; it goes into the queue");
		},
		Step::Refuse(refusal) => tracing::error!(
			case,
			round,
			stake = stake(),
			"not judging: {refusal}. Mediators can't decline: a tenth of the stake is lost. Declare \
			 less on the chain, or admit more"
		),
		Step::ForeignSeal { on_chain } => tracing::error!(
			case,
			round,
			?on_chain,
			stake = stake(),
			"the chain has a seal of this mediator that this daemon did not make. Another daemon may \
			 be using the operator key, or the base path was replaced"
		),
		Step::Wait(Wait::DeadlinePassed) => {
			tracing::error!(
				case,
				round,
				"too late to seal or to reveal; a part of the stake is lost"
			);
		},
		Step::Wait(Wait::Misbehaving) => tracing::warn!(case, round, "misbehaving as told"),
		step => tracing::debug!(case, round, step = step.name(), "next"),
	}
}

/// Module and input of a case, as far as they are in the clear.
fn contents(spec: &TaskSpec) -> Vec<ContentRef> {
	match spec.input {
		Input::Blob(input) => vec![spec.module, input],
		Input::None | Input::List(_) => vec![spec.module],
	}
}
