//! Honest accounts: they do what the daemons do, by the daemons' own decisions.

use crate::{
	live::{Live, answers},
	lookers::Defence,
	memory::{salts, vote_salt},
	programs::truth,
	snapshot::{Due, Snapshot},
};
use assay_decisions::{
	eligible::{case_refusal, refusal},
	limits::{Clients, Modules, WorkLimits},
	mediator,
	provider::{self, Content, PlanContext, PlanSettings, Room, Step, TaskCall},
	record::{CaseKey, Identity, Key, Sealed, Verdict},
	sending::Sent,
	view::SharedView,
};
use assay_primitives::{
	AccountId, BlockNumber,
	case::{CaseView, JUDGED_GAS_PER_SECOND},
	deal::{NextStep, Opening, TaskStatus},
	outcome::{Manifest, Outcome},
	task::TaskSpec,
};
use assay_runtime::{MILLIS_PER_BLOCK, RuntimeCall};
use assay_simulation::{
	Pair, account, cases,
	deals::{commit, decline, open_report, poke, reveal},
	market::Provider,
};
use std::{
	collections::{BTreeMap, BTreeSet},
	sync::Arc,
};

/// What a daemon with the settings that it comes with takes on. What it has offered or declared bounds the gas, which
/// another world has other machines for.
fn limits() -> WorkLimits {
	WorkLimits { max_gas: u64::MAX, ..WorkLimits::default() }
}

/// What a member of the coalition says instead of the truth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Lie {
	/// Which of the answers that somebody may give.
	pub answer: u8,
	/// Whether a report of the truth is sealed beside it.
	pub report: bool,
}

impl Lie {
	fn outcome(&self, spec: &TaskSpec) -> Option<Outcome> {
		let answers = answers(spec);
		answers.get(usize::from(self.answer) % answers.len()).copied()
	}
}

/// What a member of the coalition says, and where.
#[derive(Clone, Debug)]
pub struct Agreement {
	/// What it says.
	pub lie: Lie,
	/// Only where all who are drawn are among these; everywhere where none are named.
	pub among: Option<Arc<BTreeSet<AccountId>>>,
}

impl Agreement {
	/// The lie, where these are drawn.
	fn applying_to<'a>(&self, mut drawn: impl Iterator<Item = &'a AccountId>) -> Option<Lie> {
		let sure = self.among.as_ref().is_none_or(|among| drawn.all(|who| among.contains(who)));
		sure.then_some(self.lie)
	}
}

/// An honest provider.
#[derive(Clone)]
pub struct ProviderHost {
	/// Its keys.
	pub keys: Provider,
	/// What it says instead of the truth.
	pub agreed: Option<Agreement>,
	/// How often it has run a program.
	pub runs: u32,
	sealed: BTreeMap<Key, Sealed>,
	local: BTreeMap<Key, provider::Local>,
	defence: Defence,
}

impl ProviderHost {
	/// A provider that has done nothing yet.
	pub fn new(keys: Provider) -> Self {
		Self {
			keys,
			agreed: None,
			runs: 0,
			sealed: BTreeMap::new(),
			local: BTreeMap::new(),
			defence: Defence::default(),
		}
	}

	/// What it sends now.
	pub fn due(&mut self, snapshot: Snapshot) -> Due {
		let me = self.keys.id();
		let concerns = |view: &&SharedView| view.deal.position(&me).is_some();
		let views: Vec<_> = snapshot.best.shared.iter().filter(concerns).collect();
		let due = |view| {
			let call = self.act(&me, view, snapshot);
			call.or_else(|| {
				Some((self.keys.operator.clone(), self.defence.call(&me, view, snapshot)?))
			})
		};
		views.into_iter().filter_map(due).collect()
	}

	/// Decides as often as something follows at once: content that is here, a run that is short.
	fn act(
		&mut self,
		me: &AccountId,
		view: &SharedView,
		snapshot: Snapshot,
	) -> Option<(Pair, RuntimeCall)> {
		const STEPS: usize = 4;
		let lie = self.agreed.as_ref().and_then(|agreed| agreed.applying_to(drawn(view)));
		let key = view.key();
		let (live, blobs) = (snapshot.best, snapshot.blobs);
		for _ in 0..STEPS {
			let step = self.decide(me, key, view, snapshot);
			let local = self.local.entry(key).or_default();
			let spec = &view.deal.request.task;
			match step {
				Step::Fetch => {
					local.asked_at.get_or_insert(view.at);
					// Who lies needs nothing for it.
					if lie.is_some() || blobs.has(spec, live.now) {
						local.content = Content::Ready;
						continue;
					}
					local.content = Content::Missing { attempts: 1, retry_at: view.at + 1 };
					return None;
				},
				Step::Run { .. } => {
					let outcome = match lie {
						Some(lie) => lie.outcome(spec)?,
						None => truth(spec)?,
					};
					self.runs += 1;
					let salts = salts(me, &key.task_hash);
					let sealed = Sealed::new(outcome, Manifest::default(), salts, 0);
					let reported = lie.filter(|lie| lie.report).and_then(|_| truth(spec));
					let sealed = match reported {
						Some(truth) => sealed.reporting(truth),
						None => sealed,
					};
					self.sealed.insert(key, sealed);
				},
				Step::Send(call) => return self.send(key, view, call, live),
				Step::Report(_) => return self.send(key, view, TaskCall::OpenReport, live),
				Step::Decline(reason) => {
					self.note(key, TaskCall::Decline, live.now);
					let call = decline(key.task, key.task_hash, reason.excuse());
					return Some((self.keys.operator.clone(), call));
				},
				Step::Wait(_) | Step::Skip(_) | Step::ForeignSeal { .. } | Step::Ended(_) => {
					return None;
				},
			}
		}
		None
	}

	fn decide(&mut self, me: &AccountId, key: Key, view: &SharedView, snapshot: Snapshot) -> Step {
		let identity = Identity { genesis: snapshot.best.genesis, stash: me.clone() };
		let record = self.sealed.get(&key);
		let own_seal = record.map(|record| record.seal(&identity, &key));
		let local = self.local.entry(key).or_default();
		let drawn = match &view.status {
			TaskStatus::Open(task) => {
				matches!(provider::place(view, task, me), provider::Place::Drawn(_))
			},
			TaskStatus::Ended(_) => false,
		};
		if drawn {
			local.drawn_seen.get_or_insert(view.at);
		}
		if view.next == NextStep::Poke {
			local.poke_seen.get_or_insert(view.at);
		}
		let refusal = refusal(view, &limits(), &Clients::default());
		provider::decide(&PlanContext {
			me,
			best: view,
			finalized: snapshot.last.task(view.id),
			record,
			own_seal,
			local,
			refusal: refusal.as_ref(),
			settings: &PlanSettings::default(),
			room: Room { scout: true, prepare: true, open: true },
		})
	}

	fn send(
		&mut self,
		key: Key,
		view: &SharedView,
		call: TaskCall,
		live: &Live,
	) -> Option<(Pair, RuntimeCall)> {
		self.note(key, call, live.now);
		let identity = Identity { genesis: live.genesis, stash: self.keys.id() };
		let record = self.sealed.get(&key);
		let call = match call {
			TaskCall::Commit => commit(&[(key.task, key.task_hash, record?.seal(&identity, &key))]),
			TaskCall::Reveal => {
				let Sealed { outcome, salt, .. } = record?;
				reveal(&[(key.task, Opening { outcome: *outcome, salt: *salt })])
			},
			TaskCall::OpenReport => {
				let Sealed { outcome, report, report_salt, .. } = record?;
				let lie = outcome.digest(&view.task_hash);
				open_report(key.task, lie, (*report)?, *report_salt)
			},
			// Declines come with their reason, as a step of their own.
			TaskCall::Decline => return None,
			TaskCall::Poke => poke(&[key.task]),
		};
		Some((self.keys.operator.clone(), call))
	}

	fn note(&mut self, key: Key, call: TaskCall, now: BlockNumber) {
		let local = self.local.entry(key).or_default();
		local.sent = Some(Sent::next(local.sent, call, now));
	}
}

/// An honest mediator, which signs for itself.
#[derive(Clone)]
pub struct MediatorHost {
	key: Pair,
	/// What it says instead of the truth.
	pub agreed: Option<Agreement>,
	/// How often it has run a program.
	pub runs: u32,
	votes: BTreeMap<CaseKey, Verdict>,
	local: BTreeMap<CaseKey, mediator::Local>,
	/// Since when it runs a program.
	begun: BTreeMap<CaseKey, BlockNumber>,
}

impl MediatorHost {
	/// A mediator that has done nothing yet.
	pub fn new(key: Pair) -> Self {
		let (votes, local, begun) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
		Self { key, agreed: None, runs: 0, votes, local, begun }
	}

	/// Its account.
	pub fn id(&self) -> AccountId {
		account(&self.key)
	}

	/// What it sends now.
	pub fn due(&mut self, snapshot: Snapshot) -> Due {
		let me = self.id();
		snapshot.best.cases.iter().filter_map(|view| self.act(&me, view, snapshot)).collect()
	}

	fn act(
		&mut self,
		me: &AccountId,
		view: &CaseView,
		snapshot: Snapshot,
	) -> Option<(Pair, RuntimeCall)> {
		let live = snapshot.best;
		let (round, task_hash) = (view.case.round, view.terms.task_hash);
		let key = CaseKey { case: view.id, round, task_hash };
		for _ in 0..2 {
			match self.decide(me, key, view, snapshot) {
				mediator::Step::Run { .. } => {
					let spec = &view.terms.spec;
					let agreed = self.agreed.as_ref();
					let outcome = match agreed.and_then(|agreed| agreed.applying_to(seated(view))) {
						Some(lie) => lie.outcome(spec)?,
						None if snapshot.blobs.has(spec, live.now) => {
							let outcome = truth(spec)?;
							if !self.has_run(key, &outcome, live.now) {
								return None;
							}
							outcome
						},
						None => return None,
					};
					self.runs += 1;
					let salt = vote_salt(me, round, &task_hash);
					self.votes.insert(key, Verdict::new(me.clone(), outcome, salt, 0));
				},
				mediator::Step::Send(call) => return self.send(key, view, call, live),
				_ => return None,
			}
		}
		None
	}

	/// Whether a run that was begun as soon as it could be has come to its end, on a machine such as its limits say.
	fn has_run(&mut self, key: CaseKey, outcome: &Outcome, now: BlockNumber) -> bool {
		let begun = *self.begun.entry(key).or_insert(now);
		let in_a_block = JUDGED_GAS_PER_SECOND * MILLIS_PER_BLOCK / 1_000;
		u64::from(now.saturating_sub(begun)) >= outcome.gas_used / in_a_block
	}

	fn decide(
		&mut self,
		me: &AccountId,
		key: CaseKey,
		view: &CaseView,
		snapshot: Snapshot,
	) -> mediator::Step {
		let own_seal = self.votes.get(&key).map(|vote| vote.seal(&snapshot.best.genesis, &key));
		let refusal = case_refusal(&view.terms, &limits(), &Modules::default());
		let local = self.local.entry(key).or_default();
		if view.next == assay_primitives::case::CaseStep::Poke {
			local.poke_seen.get_or_insert(view.at);
		}
		mediator::decide(&mediator::PlanContext {
			me,
			best: view,
			finalized: snapshot.last.cases.iter().find(|it| it.id == view.id),
			own_seal,
			local,
			refusal: refusal.as_ref(),
			reveal_without_finality: PlanSettings::default().reveal_without_finality,
			misbehave: None,
		})
	}

	fn send(
		&mut self,
		key: CaseKey,
		view: &CaseView,
		call: mediator::CaseCall,
		live: &Live,
	) -> Option<(Pair, RuntimeCall)> {
		use mediator::CaseCall;
		let local = self.local.entry(key).or_default();
		local.sent = Some(Sent::next(local.sent, call, live.now));
		let vote = self.votes.get(&key);
		let call = match call {
			CaseCall::Seal => {
				cases::seal(key.case, key.task_hash, key.round, vote?.seal(&live.genesis, &key))
			},
			CaseCall::Reveal => {
				let vote = vote?;
				cases::reveal(view.id, vote.digest(&key), vote.salt)
			},
			CaseCall::Poke => cases::poke(view.id),
		};
		Some((self.key.clone(), call))
	}
}

/// Who is drawn for a task.
fn drawn(view: &SharedView) -> impl Iterator<Item = &AccountId> {
	let replicas = match &view.status {
		TaskStatus::Open(task) => &task.replicas[..],
		TaskStatus::Ended(_) => &[],
	};
	let candidates = &view.deal.candidates;
	let candidate = |at: u32| candidates.get(at as usize).map(|one| &one.provider);
	replicas.iter().filter_map(move |replica| candidate(replica.candidate))
}

/// Who sits in the committee that judges now.
fn seated(view: &CaseView) -> impl Iterator<Item = &AccountId> {
	let round = view.rounds.get(usize::from(view.case.round));
	round.into_iter().flat_map(|round| &round.members).map(|member| &member.mediator)
}
