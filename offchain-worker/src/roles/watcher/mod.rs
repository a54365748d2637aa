//! The role of a watcher: runs a sample of what others agree on again, challenges lies, and takes wrong
//! verdicts to the next committee or to the court. A provider's process has one of its own, which looks at
//! nothing but those of the provider's results that somebody doubts.
//!
//! A watcher risks its own money on its own machine's word. So it acts only on what came out twice
//! here, only where that is expected to pay, and never for more than its budget; whatever fails on
//! this machine is no evidence of anything. What it saw and what it did is written down.

pub mod config;
mod findings;
pub mod start;
mod trail;
mod twice;
mod waiting;

use crate::{
	config::Settings,
	host::{
		chore::Chore,
		clock::{Deadline, time_of, unix_now},
		desk::Desk,
		evict::evict,
		executor::rerun::Rerun,
		metrics::Metrics,
		role::{End, Role},
		status::StatusWriter,
		store::{Outlay, TaskStore, Verification},
		trouble::Troubles,
	},
	roles::name::RoleName,
};
use anyhow::Result;
use assay_client::{
	At, BlockInfo, Chain, Error, Fetcher, Signer, WaitFor, case, private::SealedInput,
	refusals::QUESTION_WAITS, units::format_amount,
};
use assay_decisions::{
	action::Action,
	can_land, defender,
	eligible::refusal,
	record::Key,
	view::SharedView,
	watcher::{self as judge, CourtUse, PutUp, Remedy, Rules, WrongVerdict},
};
use assay_interface::{Event as ChainEvent, deals};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	case::CaseView,
	deal::{NextStep, TaskState, TaskStatus, single},
	outcome::{Digest, Outcome},
	task::TaskId,
};
use assay_runner::Cancel;
use findings::{Finding, Findings};
use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc, time::Duration};
use trail::{Step, Trail};
use twice::twice;
use waiting::{Sorting, Waiting, Wanted};

/// Longest time for what is known already, and then for what is new, at a block; and for one action.
const READ_TIME: Duration = Duration::from_secs(10);
const ACTION_TIME: Duration = Duration::from_secs(60);
const CLEAN_EVERY: Duration = Duration::from_secs(60);
/// Deals that are looked through at the start, for results agreed on before.
const LOOK_BACK: u64 = 64;
const DAY: u64 = 24 * 3_600;

/// What a watcher is made of.
pub struct Parts<X> {
	pub chain: Chain,
	pub signer: Arc<Signer>,
	pub executor: X,
	pub fetcher: Fetcher,
	pub settings: Arc<Settings>,
	pub store: TaskStore,
	pub metrics: Metrics,
	pub status: StatusWriter,
	pub scope: Scope,
	/// Whether this is the process's first role, which speaks for it.
	pub leads: bool,
}

/// Whose results are looked at.
pub enum Scope {
	/// A sample of what others say. What these accounts of the process say themselves is not watched.
	Others(Vec<AccountId>),
	/// What this provider has revealed, where it is doubted.
	Own(AccountId),
}

/// The watcher.
pub struct Watcher<X> {
	parts: Parts<X>,
	secret: [u8; 32],
	findings: Findings,
	trail: Trail,
	/// The last best block up to which all was looked at.
	read: Option<BlockInfo>,
	desk: Desk<Event>,
	queue: Waiting,
	running: BTreeMap<Key, Cancel>,
	/// Open lies: what is agreed on, or was, differs from what came out here twice. Of results of one's own also those
	/// that came out again, for as long as they are judged.
	lies: BTreeMap<Key, Lie>,
	/// The lie that was looked at last. The next one is first where there was no time for all.
	pursued: Option<Key>,
	cleaning: Chore,
	problems: Troubles<Kind>,
	counts: Shown,
}

/// Kinds of problems.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
enum Kind {
	/// The chain can't be read, or not all that it shows.
	Chain,
	/// What was seen before can't be read.
	Reading,
	/// What is seen can't be written down.
	Writing,
}

/// What it tells of itself.
#[derive(Clone, Debug, Default, Serialize)]
struct Shown {
	account: String,
	/// Tasks that were run again since the start, and those of them whose result was a lie.
	checked: u64,
	lies: u64,
	/// Challenges, appeals and court calls that were made since the start.
	actions: u64,
}

/// A lie that was found.
#[derive(Clone, Debug)]
struct Lie {
	own: Digest,
	agreed: Digest,
	/// An action is under way.
	busy: bool,
	/// Block before which an action that failed is not tried again.
	not_before: BlockNumber,
	/// Block in which a verdict was first seen to be wrong.
	wrong_since: Option<BlockNumber>,
	/// Whether it was told why nothing is done.
	logged: bool,
	/// What its replica has at risk.
	stake: Balance,
	/// Whether a challenge was put off, as too many cases wait. It is asked again by whoever pokes the task.
	put_off: bool,
}

impl Lie {
	fn new(own: Digest, agreed: Digest, stake: Balance) -> Self {
		let (busy, logged, put_off) = (false, false, false);
		let (not_before, wrong_since) = (0, None);
		Self { own, agreed, busy, not_before, wrong_since, logged, stake, put_off }
	}
}

#[derive(Debug)]
pub enum Event {
	Ran(SharedView, Digest, Result<Outcome, String>),
	Done(Key, &'static str, Result<Finding, Error>),
	Cleaned(Result<()>),
}

/// Whether a question is left to wait, one's own or somebody else's.
fn waits(error: &Error) -> bool {
	matches!(error, Error::NotNow(_)) || QUESTION_WAITS.is(error)
}

/// Digest that a task agrees on, and the end of its window.
fn agreed(view: &SharedView) -> Option<(Digest, BlockNumber)> {
	match &view.status {
		TaskStatus::Open(task) => match task.state {
			TaskState::Agreed { digest, until } => Some((digest, until)),
			_ => None,
		},
		TaskStatus::Ended(_) => None,
	}
}

impl<X: Rerun> Role for Watcher<X> {
	type Event = Event;

	fn desk(&mut self) -> &mut Desk<Event> {
		&mut self.desk
	}

	/// Nothing of a watcher has to be finished.
	fn drain_time(&self) -> Duration {
		Duration::ZERO
	}

	async fn on_heads(&mut self) {
		if let Some(best) = self.desk.best.filter(|best| self.read != Some(*best)) {
			self.look(best).await;
		}
		self.start_runs();
	}

	fn on_events(&mut self, events: Vec<Event>) {
		for event in events {
			match event {
				Event::Ran(view, agreed, result) => self.on_ran(&view, agreed, result),
				Event::Done(key, what, result) => self.on_done(key, what, result),
				Event::Cleaned(result) => {
					self.cleaning.end();
					if let Err(error) = result {
						tracing::warn!("old records of watching can't be removed: {error:#}");
					}
				},
			}
		}
		self.start_runs();
	}

	async fn on_tick(&mut self) {
		if self.cleaning.begin(CLEAN_EVERY) {
			self.clean();
		}
	}

	fn publish(&mut self) {
		let standing = self.desk.standing(self.problems.first());
		self.parts.status.update(|status| {
			if let Scope::Others(_) = self.parts.scope {
				status.show(RoleName::Watcher.name(), &self.counts);
			}
			if self.parts.leads {
				status.speak_for(&standing);
			}
		});
	}

	async fn end(&mut self, _: End) {
		for cancel in self.running.values() {
			cancel.cancel();
		}
	}
}

impl<X: Rerun> Watcher<X> {
	/// A watcher that chooses as its store always did.
	pub fn new(parts: Parts<X>) -> Result<Self> {
		let account = parts.signer.account().to_string();
		let queue = Waiting::new(match parts.scope {
			Scope::Others(_) => Sorting::Coming,
			Scope::Own(_) => Sorting::Stake,
		});
		Ok(Self {
			secret: parts.store.watch_secret()?,
			findings: Findings::new(&parts.settings.host.base_path),
			parts,
			trail: Trail::default(),
			read: None,
			desk: Desk::default(),
			queue,
			running: BTreeMap::new(),
			lies: BTreeMap::new(),
			pursued: None,
			cleaning: Chore::default(),
			problems: Troubles::default(),
			counts: Shown { account, ..Default::default() },
		})
	}

	/// Goes on with the lies, and finds new results.
	async fn look(&mut self, best: BlockInfo) {
		// First what is known: whoever is far behind has no time left after the rest.
		let deadline = Deadline::new("looking at the lies", READ_TIME);
		let pursued = deadline.hold(self.pursue_all(best)).await.and_then(|done| done);
		let deadline = Deadline::new("reading what is new", READ_TIME);
		let followed = deadline.hold(self.follow(best)).await.and_then(|done| done);
		if followed.is_ok() {
			self.read = Some(best);
		}
		let problem = followed.and(pursued).err();
		let problem = problem.map(|error| format!("the chain can't be read: {error}"));
		self.problems.set(Kind::Chain, problem);
	}

	/// Goes on with the lies. Each has its turn, whatever there is time for.
	async fn pursue_all(&mut self, best: BlockInfo) -> Result<(), Error> {
		let after = |key: &Key| self.pursued.is_some_and(|last| *key > last);
		let (then, first): (Vec<_>, Vec<_>) = self.lies.keys().copied().partition(after);
		for key in then.into_iter().chain(first) {
			self.pursued = Some(key);
			self.pursue(key, best).await?;
		}
		Ok(())
	}

	/// Finds new results, step by step, so that one who is far behind comes nearer however long it takes. After a
	/// re-organisation some are reported twice.
	async fn follow(&mut self, best: BlockInfo) -> Result<(), Error> {
		let at = self.parts.chain.at(best).await?;
		if !self.trail.has_begun() {
			let tasks = self.look_back(&at).await?;
			self.trail.begin(best.number, tasks);
		}
		self.trail.turn_to(best.number, best.hash);
		self.trail.add(std::iter::from_fn(|| self.queue.due(best.number)));
		while let Some(step) = self.trail.next(best.number) {
			match step {
				Step::Task(task) => {
					let view = at.task(task).await;
					self.trail.looked();
					let view = view.inspect_err(|_| self.queue.again(task, best.number))?;
					view.into_iter().for_each(|view| self.consider(view.into()));
				},
				Step::Block(number) => {
					let before = match number == best.number {
						true => None,
						false => Some(self.parts.chain.at_number(number).await?),
					};
					let tasks = self.agreed_in(before.as_ref().unwrap_or(&at)).await?;
					self.trail.read(number, tasks);
				},
			}
		}
		Ok(())
	}

	/// The tasks of the last deals; at the start, when no events have been read.
	async fn look_back(&mut self, at: &At) -> Result<Vec<TaskId>, Error> {
		if let Scope::Own(me) = &self.parts.scope {
			let tasks = at.tasks_of_provider(me).await?;
			tasks.into_iter().for_each(|view| self.consider(view.into()));
			return Ok(Vec::new());
		}
		let next = at.next_deal().await?;
		Ok((next.saturating_sub(LOOK_BACK)..next).map(single).collect())
	}

	/// The tasks about which a block says that something was agreed on.
	async fn agreed_in(&self, block: &At) -> Result<Vec<TaskId>, Error> {
		let own = matches!(self.parts.scope, Scope::Own(_));
		let task = |event: ChainEvent| match event {
			ChainEvent::Deals(
				deals::Event::TaskAgreed { task, .. } | deals::Event::QuestionPutOff { task, .. },
			) => Some(task.0),
			ChainEvent::Deals(deals::Event::TaskDisputed { task, .. }) if own => Some(task.0),
			_ => None,
		};
		Ok(block.events().await?.into_iter().filter_map(|record| task(record.event)).collect())
	}

	/// Takes a task into the sample, or leaves it.
	fn consider(&mut self, view: SharedView) {
		let key = view.key();
		let Some((digest, until)) = self.in_scope(&view) else { return };
		let settings = &self.parts.settings;
		let known = self.running.contains_key(&key)
			|| self.lies.contains_key(&key)
			|| self.queue.contains(&key);
		if known
			|| view.at.saturating_add(1) >= until
			// Whose input is private is between its client and its providers.
			|| !matches!(SealedInput::of(&view.deal.request), Ok(None))
		{
			return;
		}
		if let Some(refusal) = refusal(&view, &settings.host.limits, &settings.clients) {
			tracing::debug!(task = ?key.task, "not watched: {refusal}");
			return;
		}
		let seen = self.parts.store.verification(&key);
		match self.problems.check(Kind::Reading, seen) {
			// A result that was seen before, by this process or an earlier one.
			Some(Some(seen)) if seen.agreed == digest => return self.remember(&view, &seen),
			Some(_) => {},
			None => return,
		}
		let Some(left) = self.queue.push(Wanted { view, agreed: digest, until }) else { return };
		self.parts.metrics.watched.with_label_values(&["left_out"]).inc();
		let why = format!("{} tasks wait already", waiting::MOST);
		self.findings.tell(&left.view.key(), Some(left.agreed), &Finding::Missed { why });
		self.look_again(&left.view);
	}

	/// Has a result of one's own looked at again that could not be run in time: a case over it may last for longer.
	fn look_again(&mut self, view: &SharedView) {
		if let Scope::Own(_) = self.parts.scope {
			self.queue.again(view.id, self.desk.best.map_or(view.at, |best| best.number));
		}
	}

	/// What a task agrees on, and until when it can be run again, where that is looked at.
	fn in_scope(&self, view: &SharedView) -> Option<(Digest, BlockNumber)> {
		match &self.parts.scope {
			Scope::Others(own) => {
				let sample = self.parts.settings.own.watcher.sample_ppm;
				let chosen = judge::is_chosen(&self.secret, &view.id, &view.task_hash, sample);
				agreed(view).filter(|_| chosen && !judge::is_party(view, own))
			},
			Scope::Own(me) => {
				let against = defender::against(view, me)?;
				Some((against.agreed, against.until))
			},
		}
	}

	/// Goes on with what was seen, where there is something to be done about it.
	fn remember(&mut self, view: &SharedView, seen: &Verification) {
		let own = seen.own.digest(&view.task_hash);
		let concerns = match &self.parts.scope {
			Scope::Others(_) => own != seen.agreed,
			// A machine that finds something else by now has nothing to defend.
			Scope::Own(me) => defender::against(view, me).is_some_and(|it| it.own == own),
		};
		if seen.confirmed && concerns {
			let lie = Lie::new(own, seen.agreed, view.deal.terms.stake);
			self.lies.insert(view.key(), lie);
		}
	}

	fn start_runs(&mut self) {
		while self.running.len() < self.parts.settings.own.watcher.max_concurrent {
			let Some(wanted) = self.queue.pop() else { return };
			let Wanted { view, agreed: digest, until } = wanted;
			let now = self.desk.best.map_or(view.at, |best| best.number);
			let left = until.saturating_sub(now);
			if !can_land(now, until) {
				self.parts.metrics.watched.with_label_values(&["too_late"]).inc();
				let why = "its window is over".into();
				self.findings.tell(&view.key(), Some(digest), &Finding::Missed { why });
				self.look_again(&view);
				continue;
			}
			let (key, cancel) = (view.key(), Cancel::new());
			self.running.insert(key, cancel.clone());
			let executor = self.parts.executor.clone();
			let shown = view.clone();
			let run = async move {
				let ran =
					tokio::time::timeout(time_of(left), twice(executor, &shown, digest, cancel));
				let ran = ran.await.unwrap_or_else(|_| Err("it takes too long".into()));
				Event::Ran(shown, digest, ran)
			};
			self.desk.beside(run, move |panic| Event::Ran(view, digest, Err(panic)));
		}
	}

	fn on_ran(&mut self, view: &SharedView, agreed: Digest, result: Result<Outcome, String>) {
		let key = view.key();
		// Dropping the handle of a run that timed out does not stop it.
		if let Some(cancel) = self.running.remove(&key) {
			cancel.cancel();
		}
		let metrics = &self.parts.metrics;
		let tell = |finding: &Finding| self.findings.tell(&key, Some(agreed), finding);
		let own = match result {
			Ok(outcome) => outcome,
			Err(reason) => {
				metrics.watched.with_label_values(&["failed"]).inc();
				let why = format!("a fault of this machine: {reason}");
				tell(&Finding::Missed { why });
				return self.look_again(view);
			},
		};
		let seen = Verification { at: unix_now(), agreed, own, confirmed: true };
		let written = self.parts.store.note_verification(&key, &seen);
		// What is not written down is not acted on.
		if self.problems.check(Kind::Writing, written).is_none() {
			return;
		}
		self.counts.checked += 1;
		let digest = own.digest(&key.task_hash);
		if let Scope::Own(me) = &self.parts.scope
			&& defender::against(view, me).is_none_or(|it| it.own != digest)
		{
			let why = "this machine finds something else than it has revealed".into();
			return tell(&Finding::Left { why });
		}
		if digest == agreed {
			metrics.watched.with_label_values(&["true"]).inc();
			tell(&Finding::Agrees);
		} else {
			metrics.watched.with_label_values(&["lie"]).inc();
			tell(&Finding::Lie { own: digest });
			self.counts.lies += 1;
		}
		self.remember(view, &seen);
	}

	/// The next action about a lie, if one is due.
	async fn pursue(&mut self, key: Key, best: BlockInfo) -> Result<(), Error> {
		let Some(lie) = self.lies.get(&key).filter(|lie| !lie.busy).cloned() else { return Ok(()) };
		let at = self.parts.chain.at(best).await?;
		let view = at.task(key.task).await?.map(SharedView::from);
		let view = view.filter(|view| view.key() == key);
		let open = view.filter(|view| matches!(view.status, TaskStatus::Open(_)));
		let Some(view) = open else {
			self.lies.remove(&key);
			tracing::info!(task = ?key.task, "the task of a lie has ended");
			return Ok(());
		};
		if best.number < lie.not_before {
			return Ok(());
		}
		if agreed(&view).is_some_and(|(digest, _)| digest == lie.agreed) {
			if lie.own == lie.agreed {
				return Ok(());
			}
			if lie.put_off {
				if view.next == NextStep::Poke {
					self.ask_again(key);
				}
				return Ok(());
			}
			let Ok(asked) = case::question(&at, key.task).await else { return Ok(()) };
			let put_up = PutUp::of(&view, asked.funds);
			let gain = gain_of_challenge(&at, &view, &lie.own, put_up).await?;
			self.challenge(key, lie.agreed, gain, put_up.total());
		} else if let Some(case) = at.case_of_task(key.task).await?
			&& let Some(judged) = at.case(case).await?
			&& let Some(wrong) = WrongVerdict::of(&judged, &lie.own, best.number)
			&& self.has_turn(&view, &lie, best.number, wrong.until)
		{
			let watcher = self.parts.settings.own.watcher;
			let limits = at.court_limits().await?;
			let court = watcher.court && limits.admits(&judged.terms.spec).is_ok();
			let first = court && self.court_is_cheap(&at, &view, &judged).await?;
			match judge::remedy(&judged, CourtUse::of(court, first), watcher.appeal) {
				Remedy::Appeal(bond) => self.appeal(key, judged, wrong.round, bond),
				Remedy::Court => self.court(key, judged),
				Remedy::None => self.leave(&key, "nothing can be done about the verdict".into()),
			}
		}
		Ok(())
	}

	/// Whether it is for this process to question a verdict: who watches others does at once; those who said the
	/// same one after another, and all while there is time for it.
	fn has_turn(
		&mut self,
		view: &SharedView,
		lie: &Lie,
		now: BlockNumber,
		until: BlockNumber,
	) -> bool {
		let Scope::Own(me) = &self.parts.scope else { return true };
		let Some(kept) = self.lies.get_mut(&view.key()) else { return false };
		let since = *kept.wrong_since.get_or_insert(now);
		defender::has_turn(view, me, &lie.own, since, now, until)
	}

	/// Whether a case is taken to the court before another committee: about one's own stake where the court costs no
	/// more than that.
	async fn court_is_cheap(
		&self,
		at: &At,
		view: &SharedView,
		judged: &CaseView,
	) -> Result<bool, Error> {
		if let Scope::Others(_) = self.parts.scope {
			return Ok(true);
		}
		let call = match case::court_call(at, &self.parts.fetcher, judged).await {
			// An item of a list may turn out to be too large.
			Err(Error::NotForCourt(_)) => return Ok(false),
			call => call?,
		};
		let fee = self.parts.chain.estimate_fee(&self.parts.signer, &call).await?;
		Ok(defender::court_comes_first(fee, view.deal.terms.stake))
	}

	fn challenge(&mut self, key: Key, lie: Digest, gain: Option<Balance>, amount: Balance) {
		let action = Action::Challenge(key.to_bytes());
		if !self.pays(&key, gain) || !self.allowed(&key, action, amount) {
			return;
		}
		let (chain, signer) = (self.parts.chain.clone(), self.parts.signer.clone());
		self.act(key, "challenge", async move {
			let opened = case::challenge(&chain, &signer, key.task, &lie, WaitFor::InBlock).await?;
			Ok(Finding::Challenged { case: opened.case, put_up: amount })
		});
	}

	/// What it costs is held already.
	fn ask_again(&mut self, key: Key) {
		let (chain, signer) = (self.parts.chain.clone(), self.parts.signer.clone());
		self.act(key, "challenge", async move {
			let opened = case::ask_again(&chain, &signer, key.task, WaitFor::InBlock).await?;
			Ok(Finding::Challenged { case: opened.case, put_up: 0 })
		});
	}

	fn appeal(&mut self, key: Key, view: CaseView, round: u8, bond: Balance) {
		let gain = judge::gain_of_appeal(bond);
		let action = Action::Appeal(view.id, round, view.terms.task_hash);
		if !self.pays(&key, gain) || !self.allowed(&key, action, bond) {
			return;
		}
		let (chain, signer) = (self.parts.chain.clone(), self.parts.signer.clone());
		self.act(key, "appeal", async move {
			case::appeal(&chain, &signer, &view, WaitFor::InBlock).await?;
			Ok(Finding::Appealed { case: view.id, put_up: bond })
		});
	}

	/// Costs no more than the fee of the run; so only the action is written down, and no outlay but that.
	fn court(&mut self, key: Key, view: CaseView) {
		if !self.allowed(&key, Action::Court(view.id, view.terms.task_hash), 0) {
			return;
		}
		let (chain, signer) = (self.parts.chain.clone(), self.parts.signer.clone());
		let fetcher = self.parts.fetcher.clone();
		self.act(key, "court", async move {
			let ruled =
				case::adjudicate(&chain, &signer, &fetcher, &view, WaitFor::InBlock).await?;
			Ok(Finding::Court { case: view.id, truth: ruled.digest })
		});
	}

	fn pays(&mut self, key: &Key, gain: Option<Balance>) -> bool {
		let least = match self.parts.scope {
			Scope::Others(_) => self.parts.settings.own.watcher.min_gain,
			Scope::Own(_) => 0,
		};
		let pays = judge::pays(gain, least);
		if !pays {
			let gain = gain.map_or("a loss".into(), format_amount);
			let least = format_amount(least);
			self.leave(key, format!("it does not pay: {gain} expected, {least} wanted (min_gain)"));
		}
		pays
	}

	fn allowed(&mut self, key: &Key, action: Action, amount: Balance) -> bool {
		let now = unix_now();
		let (store, outlay) = (&self.parts.store, Outlay { at: now, amount });
		let (budget, of, allowed) = match self.parts.scope {
			Scope::Others(_) => {
				let budget = self.parts.settings.own.watcher.budget_per_day;
				let since = now.saturating_sub(DAY);
				(budget, "a day", store.allow_action(&action, outlay, since, budget))
			},
			// By what is at stake here, and not by what anything else has cost today.
			Scope::Own(_) => {
				let stake = self.lies.get(key).map_or(0, |lie| lie.stake);
				let budget = defender::budget(stake);
				(budget, "its stake", store.allow_defence(&action, outlay, budget))
			},
		};
		match self.problems.check(Kind::Writing, allowed) {
			Some(true) => true,
			Some(false) => {
				let (amount, budget) = (format_amount(amount), format_amount(budget));
				let why = format!("{amount} more than what is left of {budget} for {of}");
				self.leave(key, why);
				false
			},
			None => false,
		}
	}

	/// Tells once that nothing is done about a lie.
	fn leave(&mut self, key: &Key, why: String) {
		let Some(lie) = self.lies.get_mut(key) else { return };
		if !std::mem::replace(&mut lie.logged, true) {
			self.findings.tell(key, Some(lie.agreed), &Finding::Left { why });
			self.parts.metrics.actions.with_label_values(&["left"]).inc();
		}
	}

	fn act(
		&mut self,
		key: Key,
		what: &'static str,
		work: impl Future<Output = Result<Finding, Error>> + Send + 'static,
	) {
		if let Some(lie) = self.lies.get_mut(&key) {
			lie.busy = true;
		}
		let action = async move {
			let done = tokio::time::timeout(ACTION_TIME, work).await;
			let late = Error::Timeout { what: what.into(), after: ACTION_TIME };
			Event::Done(key, what, done.unwrap_or(Err(late)))
		};
		self.desk.beside(action, move |panic| Event::Done(key, what, Err(Error::Execution(panic))));
	}

	fn on_done(&mut self, key: Key, what: &'static str, result: Result<Finding, Error>) {
		let now = self.desk.now();
		let agreed = self.lies.get(&key).map(|lie| lie.agreed);
		if let Some(lie) = self.lies.get_mut(&key) {
			lie.busy = false;
			// What was done shows within a block or two; what failed may be somebody else's action.
			lie.not_before = now.saturating_add(2);
			lie.put_off |= what == "challenge" && result.as_ref().is_err_and(waits);
		}
		let metrics = &self.parts.metrics;
		match result {
			Ok(done) => {
				self.counts.actions += 1;
				metrics.actions.with_label_values(&[what]).inc();
				self.findings.tell(&key, agreed, &done);
			},
			Err(error) => {
				metrics.transaction_failures.with_label_values(&[error.code()]).inc();
				let failed = Finding::Failed { what, why: error.to_string() };
				self.findings.tell(&key, agreed, &failed);
			},
		}
	}

	fn clean(&mut self) {
		let (store, settings) = (self.parts.store.clone(), self.parts.settings.host.store);
		let content = self.parts.leads.then(|| self.parts.fetcher.store().clone());
		let until = unix_now().saturating_sub(settings.retain.as_secs().max(2 * DAY));
		let clean = move || {
			store.forget_watched(until)?;
			match content {
				Some(content) => evict(&content, &store, &Default::default(), settings.max_bytes),
				None => Ok(()),
			}
		};
		self.desk.beside_blocking(clean, Event::Cleaned);
	}
}

/// What a challenge is expected to earn, by what the block says of slashes and of who would pay for it. Of a deal that was
/// opened under an earlier record it is off for as long as such deals are open: no view tells that record.
async fn gain_of_challenge(
	at: &At,
	view: &SharedView,
	own: &Digest,
	put_up: PutUp,
) -> Result<Option<Balance>, Error> {
	let slashes = at.parameters().await?.economics.slashes;
	let mut bonds = BTreeMap::new();
	for liar in judge::liars(view, own) {
		let bond = at.provider(liar).await?.map_or(0, |provider| provider.bond());
		bonds.insert(liar, bond);
	}
	let bond = |who: &AccountId| bonds.get(who).copied().unwrap_or(0);
	Ok(judge::gain_of_challenge(view, own, put_up, &Rules { slashes: &slashes, bond }))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_decisions::scenes::{outcome, spec, view};

	#[test]
	fn only_agreed_tasks_should_be_watched() {
		let digest = outcome(7).digest(&spec().hash());
		let shown = |state| agreed(&view(20, state, &[], NextStep::Poke));
		assert_eq!(shown(TaskState::Agreed { digest, until: 40 }), Some((digest, 40)));
		assert_eq!(shown(TaskState::Disputed { case: 1, agreed: Some(digest) }), None);
		assert_eq!(shown(TaskState::Running { wave: 0, until: 40 }), None);
	}
}
