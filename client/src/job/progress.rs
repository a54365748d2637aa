//! What happens to a task, as a stream.
//!
//! Steps come from comparing the task's state at successive blocks, so none is lost when blocks are
//! missed while the connection is down. What final blocks tell is told with the block in which it happened, as
//! far as the node keeps what was then.

use super::{
	own::{Place, Target},
	past::{self, Seen, is_same_deal},
	watch::{FollowOptions, Observation, Until, Watch},
};
use crate::{
	chain::{At, BlockInfo, Chain, Head},
	error::{Error, Result},
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	deal::{
		Deal, EndedTask, Ending, FailCause, NextStep, Replica, ReplicaResult, ReplicaState, Task,
		TaskState, TaskStatus, TaskView,
	},
	excuse::Excuse,
	outcome::{Class, Digest, Outcome},
	task::DealId,
	traits::CaseId,
};
use std::collections::VecDeque;

/// One thing that happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Progress {
	/// Block in which it happened; where that can't be told any more, the first one known to be after it.
	pub block: BlockInfo,
	/// What.
	pub step: Step,
	/// What the task waits for now; `None` where it is not on the chain now.
	pub next: Option<NextStep>,
}

/// What happened.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Step {
	/// A re-organisation undid the block that the deal was opened in. Its transaction is pending again.
	Undone {
		/// Its number there.
		deal: DealId,
	},
	/// A re-organisation gave the deal another number. What was told before may have been undone.
	Moved {
		/// Its number before.
		from: DealId,
		/// Its number now.
		to: DealId,
	},
	/// The deal opened and the money is locked.
	Opened {
		/// Who may be drawn.
		candidates: Vec<AccountId>,
		/// Stake of each replica.
		stake: Balance,
		/// Money locked for the task's work.
		escrow: Balance,
		/// Money locked beside it, for a case.
		reserve: Balance,
		/// Block of opening.
		at: BlockNumber,
	},
	/// A wave of replicas was drawn.
	Drawn {
		/// From 0.
		wave: u8,
		/// In the order of drawing.
		providers: Vec<AccountId>,
	},
	/// A replica sealed its outcome.
	Committed {
		/// Whose.
		provider: AccountId,
	},
	/// A replica will not be delivered.
	Declined {
		/// Whose.
		provider: AccountId,
		/// Why, as its provider says.
		excuse: Excuse,
	},
	/// A replica missed the time for sealing.
	Silent {
		/// Whose.
		provider: AccountId,
	},
	/// Sealing is over; a wave reveals until the block.
	Revealing {
		/// From 0.
		wave: u8,
		/// Deadline.
		until: BlockNumber,
	},
	/// A replica revealed.
	Revealed {
		/// Whose.
		provider: AccountId,
		/// What.
		digest: Digest,
		/// How the program ended.
		class: Class,
	},
	/// A replica missed the time for revealing.
	Withheld {
		/// Whose.
		provider: AccountId,
	},
	/// A replica's seal was opened before its time.
	Denounced {
		/// Whose.
		provider: AccountId,
	},
	/// Most of the drawn say that content can't be had; it has to be shown before the block.
	Missing {
		/// Deadline.
		until: BlockNumber,
	},
	/// Somebody has shown it, or sealed and so had it.
	Shown,
	/// The policy is met; the result may be challenged until the block.
	Agreed {
		/// What was agreed on.
		digest: Digest,
		/// End of the window.
		until: BlockNumber,
	},
	/// A case was opened.
	Disputed {
		/// Which.
		case: CaseId,
		/// What replicas have agreed on, which is in doubt now.
		agreed: Option<Digest>,
	},
	/// What a replica got and lost.
	ReplicaEnded {
		/// Whose.
		provider: AccountId,
		/// What it did.
		result: ReplicaResult,
		/// What it was paid.
		paid: Balance,
		/// What it lost of its stake.
		slashed: Balance,
	},
	/// The task ended with a result.
	Settled {
		/// The result.
		outcome: Outcome,
		/// What the payer paid, fees included.
		paid: Balance,
	},
	/// The task ended without a result.
	Failed {
		/// Why.
		cause: FailCause,
		/// What the payer paid.
		paid: Balance,
	},
}

impl Step {
	/// Whether nothing comes after it.
	pub fn is_last(&self) -> bool {
		matches!(self, Self::Settled { .. } | Self::Failed { .. })
	}
}

/// The steps between two views of a task; with no earlier view, all of them so far.
pub fn steps(before: Option<&TaskView>, now: &TaskView) -> Vec<Step> {
	let mut steps = Vec::new();
	if before.is_none() {
		let deal = &now.deal;
		steps.push(Step::Opened {
			candidates: deal.candidates.iter().map(|one| one.provider.clone()).collect(),
			stake: deal.terms.stake,
			escrow: deal.terms.escrow,
			reserve: deal.terms.reserve,
			at: deal.opened_at,
		});
	}
	let earlier = before.and_then(open_task);
	match &now.status {
		TaskStatus::Open(task) => open_steps(&now.deal, earlier, task, &mut steps),
		TaskStatus::Ended(ended) => {
			if !before.is_some_and(|before| matches!(before.status, TaskStatus::Ended(_))) {
				ended_steps(&now.deal, ended, &mut steps);
			}
		},
	}
	steps
}

fn open_task(view: &TaskView) -> Option<&Task> {
	match &view.status {
		TaskStatus::Open(task) => Some(task),
		TaskStatus::Ended(_) => None,
	}
}

/// Provider of a candidate. The chain keeps positions valid; an account of zeros shows it did not.
fn provider(deal: &Deal, candidate: u32) -> AccountId {
	let found = deal.candidates.get(candidate as usize);
	found.map(|found| found.provider.clone()).unwrap_or_else(|| [0; 32].into())
}

fn open_steps(deal: &Deal, before: Option<&Task>, now: &Task, steps: &mut Vec<Step>) {
	let known = before.map_or(&[][..], |task| &task.replicas[..]);
	drawn_steps(deal, known, now, steps);
	for replica in &now.replicas {
		let earlier = known.iter().find(|known| known.candidate == replica.candidate);
		replica_steps(deal, earlier.map(|earlier| &earlier.state), replica, steps);
	}
	if before.is_some_and(|before| before.state == now.state) {
		return;
	}
	if before.is_some_and(|before| matches!(before.state, TaskState::Missing { .. })) {
		steps.push(Step::Shown);
	}
	match now.state {
		TaskState::Revealing { wave, until } => {
			// Told before what was revealed in it.
			let at = steps
				.iter()
				.position(|step| matches!(step, Step::Revealed { .. }))
				.unwrap_or(steps.len());
			steps.insert(at, Step::Revealing { wave, until });
		},
		TaskState::Agreed { digest, until } => steps.push(Step::Agreed { digest, until }),
		TaskState::Disputed { case, agreed } => steps.push(Step::Disputed { case, agreed }),
		TaskState::Missing { until, .. } => steps.push(Step::Missing { until }),
		TaskState::Waiting { .. } | TaskState::Running { .. } => {},
	}
}

fn drawn_steps(deal: &Deal, known: &[Replica], now: &Task, steps: &mut Vec<Step>) {
	let is_new =
		|replica: &&Replica| !known.iter().any(|known| known.candidate == replica.candidate);
	let mut fresh: Vec<&Replica> = now.replicas.iter().filter(is_new).collect();
	while let Some(first) = fresh.first() {
		let wave = first.wave;
		let (of_wave, rest): (Vec<&Replica>, Vec<&Replica>) =
			fresh.into_iter().partition(|replica| replica.wave == wave);
		let providers = of_wave.iter().map(|replica| provider(deal, replica.candidate)).collect();
		steps.push(Step::Drawn { wave, providers });
		fresh = rest;
	}
}

fn replica_steps(
	deal: &Deal,
	before: Option<&ReplicaState>,
	replica: &Replica,
	steps: &mut Vec<Step>,
) {
	let state = &replica.state;
	if before == Some(state) {
		return;
	}
	let provider = provider(deal, replica.candidate);
	let was_sealed = matches!(before, Some(ReplicaState::Sealed(_)));
	let sealed = matches!(
		state,
		ReplicaState::Sealed(_)
			| ReplicaState::Revealed { .. }
			| ReplicaState::Withheld
			| ReplicaState::Denounced
	);
	if sealed && !was_sealed {
		steps.push(Step::Committed { provider: provider.clone() });
	}
	match state {
		ReplicaState::Drawn | ReplicaState::Sealed(_) => {},
		ReplicaState::Revealed { outcome, .. } => steps.push(Step::Revealed {
			provider,
			digest: outcome.digest(&deal.task_hash),
			class: outcome.class,
		}),
		ReplicaState::Declined(excuse) => {
			steps.push(Step::Declined { provider, excuse: *excuse });
		},
		ReplicaState::Silent => steps.push(Step::Silent { provider }),
		ReplicaState::Withheld => steps.push(Step::Withheld { provider }),
		ReplicaState::Denounced => steps.push(Step::Denounced { provider }),
	}
}

fn ended_steps(deal: &Deal, ended: &EndedTask, steps: &mut Vec<Step>) {
	for replica in &ended.replicas {
		steps.push(Step::ReplicaEnded {
			provider: provider(deal, replica.candidate),
			result: replica.result,
			paid: replica.paid,
			slashed: replica.slashed,
		});
	}
	steps.push(match ended.ending {
		Ending::Settled(outcome) => Step::Settled { outcome, paid: ended.paid },
		Ending::Failed(cause) => Step::Failed { cause, paid: ended.paid },
	});
}

/// The outcome of a task, as soon as the policy is met. It may be [in doubt](in_doubt).
///
/// Errors: [`Error::TaskFailed`], [`Error::NotSettled`].
pub fn outcome(view: &TaskView) -> Result<Outcome> {
	let agreed = match &view.status {
		TaskStatus::Ended(EndedTask { ending: Ending::Settled(outcome), .. }) => {
			return Ok(*outcome);
		},
		TaskStatus::Ended(ended @ EndedTask { ending: Ending::Failed(cause), .. }) => {
			let excuse = commonest_excuse(ended);
			return Err(Error::TaskFailed { task: view.id, cause: *cause, excuse });
		},
		TaskStatus::Open(task) => task,
	};
	let Some(digest) = agreed.state.agreed() else {
		return Err(Error::NotSettled(view.id));
	};
	let mut revealed = agreed.replicas.iter().filter_map(Replica::outcome);
	let found = revealed.find(|outcome| outcome.digest(&view.deal.task_hash) == digest);
	found.copied().ok_or(Error::NotSettled(view.id))
}

/// What most of those said who declined; of as many the one that was said first.
fn commonest_excuse(ended: &EndedTask) -> Option<Excuse> {
	let said = ended.replicas.iter().filter_map(|replica| match replica.result {
		ReplicaResult::Declined(excuse) => Some(excuse),
		_ => None,
	});
	let said: Vec<Excuse> = said.collect();
	let times = |excuse: &Excuse| said.iter().filter(|other| *other == excuse).count();
	said.iter().rev().max_by_key(|excuse| times(excuse)).copied()
}

/// First block in which an agreed result can no longer be challenged; `None` where there is no window.
pub fn challenge_until(view: &TaskView) -> Option<BlockNumber> {
	match open_task(view)?.state {
		TaskState::Agreed { until, .. } => Some(until),
		_ => None,
	}
}

/// The case that judges a result on which replicas have agreed.
pub fn in_doubt(view: &TaskView) -> Option<CaseId> {
	match open_task(view)?.state {
		TaskState::Disputed { case, agreed: Some(_) } => Some(case),
		_ => None,
	}
}

/// The outcome where the program succeeded; everything else is an error, so that a script which
/// waits for a job fails with it.
pub fn conclude(view: &TaskView) -> Result<Outcome> {
	let outcome = outcome(view)?;
	match outcome.class.is_success() {
		true => Ok(outcome),
		false => Err(Error::JobFailed { class: outcome.class }),
	}
}

/// A task being followed. See [`follow`].
pub struct Following {
	watch: Watch,
	seen: Option<TaskView>,
	/// Number of the block at which it was seen last.
	seen_at: BlockNumber,
	/// Number that the deal had before, which is not told yet.
	moved_from: Option<DealId>,
	/// Whether it was told that the deal is undone.
	undone: bool,
	queue: VecDeque<Progress>,
}

/// Follows a task, by default until its end. Starts with what has happened so far.
///
/// A task of one's own ([`Own`](super::Own)) is found again under its new number where a
/// re-organisation has given it one, and a stranger's task that has the old one is never told of.
pub fn follow(chain: &Chain, target: impl Into<Target>, options: FollowOptions) -> Following {
	let watch = Watch::new(chain, target, options);
	let (moved_from, undone, queue) = (None, false, VecDeque::new());
	Following { watch, seen: None, seen_at: 0, moved_from, undone, queue }
}

impl Following {
	/// The next step; `None` after the last one.
	///
	/// Errors: [`Error::TaskNotFound`], [`Error::DealLost`], [`Error::Timeout`],
	/// [`Error::Unreachable`].
	pub async fn next(&mut self) -> Option<Result<Progress>> {
		loop {
			if let Some(progress) = self.queue.pop_front() {
				return Some(Ok(progress));
			}
			if self.is_over() {
				return None;
			}
			if let Err(error) = self.advance().await {
				return Some(Err(error));
			}
		}
	}

	/// Waits for the end and gives the last view of the task.
	pub async fn finish(mut self) -> Result<TaskView> {
		while let Some(progress) = self.next().await {
			progress?;
		}
		self.seen.ok_or_else(|| Error::TaskNotFound(self.watch.target().task()))
	}

	/// The task as it was seen last.
	pub fn view(&self) -> Option<&TaskView> {
		self.seen.as_ref()
	}

	/// What is followed, with the number that it had last.
	pub fn target(&self) -> &Target {
		self.watch.target()
	}

	fn is_over(&self) -> bool {
		self.seen.as_ref().is_some_and(|view| match (&view.status, self.watch.options().until) {
			(TaskStatus::Ended(_), _) => true,
			(TaskStatus::Open(task), Until::Agreed) => task.state.agreed().is_some(),
			(TaskStatus::Open(_), Until::Ended) => false,
		})
	}

	/// Looks at one more block.
	async fn advance(&mut self) -> Result<()> {
		let task = self.watch.target().task();
		let observation = self.watch.next(|| format!("task {}/{}", task.deal, task.index)).await?;
		match observation {
			Observation::Nothing => Ok(()),
			Observation::NotYet { block, undone } => {
				let undone = self.seen.take().is_some() || undone;
				if undone && !self.undone {
					self.undone = true;
					let step = Step::Undone { deal: task.deal };
					self.queue.push_back(Progress { block, step, next: None });
				}
				Ok(())
			},
			Observation::Here(at, place) => self.look(&at, place).await,
		}
	}

	async fn look(&mut self, at: &At, place: Place) -> Result<()> {
		if let Some(from) = place.moved_from {
			self.moved_from.get_or_insert(from);
			self.seen = None;
		}
		self.undone = false;
		let view = match at.task(place.task).await {
			Ok(view) => view,
			Err(error) => return self.watch.tolerate(error),
		};
		let Some(view) = view else {
			let before = self.seen.take().is_some();
			return self.watch.absent(at.block(), before);
		};
		self.watch.seen(&view)?;
		let now = Seen { block: at.block(), view };
		let before = self.seen.clone();
		let before = before.filter(|before| is_same_deal(&before.deal, &now.view.deal));
		let story = match self.story(before.is_some(), &now).await {
			Ok(story) => story,
			Err(error) => return self.watch.tolerate(error),
		};
		let moved = self.moved_from.take().filter(|from| *from != now.view.id.deal);
		if let Some(from) = moved {
			let step = Step::Moved { from, to: now.view.id.deal };
			self.queue.push_back(Progress { block: now.block, step, next: Some(now.view.next) });
		}
		(self.seen, self.seen_at) = (before, now.block.number);
		for seen in story.into_iter().chain([now]) {
			self.tell(seen).await;
		}
		Ok(())
	}

	/// What came before `now` and was not looked at. Only final blocks are still what they were then.
	async fn story(&self, known: bool, now: &Seen) -> Result<Vec<Seen>> {
		match self.watch.options().head {
			Head::Finalized => {
				past::past(self.watch.chain(), known.then_some(self.seen_at), now).await
			},
			Head::Best => Ok(Vec::new()),
		}
	}

	/// Tells what is new in a view.
	async fn tell(&mut self, seen: Seen) {
		let Seen { block, view } = seen;
		for step in steps(self.seen.as_ref(), &view) {
			let block = self.block_of(&step, &view, block).await;
			self.queue.push_back(Progress { block, step, next: Some(view.next) });
		}
		self.seen = Some(view);
	}

	/// Where a step happened of which the view itself says so, if it was earlier than where it was seen.
	async fn block_of(&self, step: &Step, view: &TaskView, seen: BlockInfo) -> BlockInfo {
		let said = match step {
			Step::Opened { at, .. } => Some(*at),
			_ => past::end(view),
		};
		match (said, self.watch.options().head) {
			(Some(number), Head::Finalized) => past::block(self.watch.chain(), number, seen).await,
			_ => seen,
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{account, view};
	use assay_primitives::{
		Hash, beacon::Ticket, deal::EndedReplica, merkle::ListRoot, seal::Seal,
	};

	fn replica(candidate: u32, wave: u8, state: ReplicaState) -> Replica {
		Replica { candidate, wave, state }
	}

	fn task(state: TaskState, replicas: Vec<Replica>) -> TaskView {
		let replicas = replicas.try_into().expect("few");
		view(TaskStatus::Open(Task { state, replicas }))
	}

	fn gave(gas_used: u64) -> Outcome {
		let output = ListRoot { root: Hash::zero(), len: 2 };
		Outcome { class: Class::Exited(0), gas_used, output, output_bytes: 0 }
	}

	fn revealed(gas_used: u64) -> ReplicaState {
		ReplicaState::Revealed { outcome: gave(gas_used), report: Hash::zero() }
	}

	const SEALED: ReplicaState =
		ReplicaState::Sealed(Seal { digest: Hash::zero(), report: Hash::zero() });

	fn waiting() -> TaskView {
		let ticket = Ticket { taken_at: 10, window: 2, authors: 1 };
		task(TaskState::Waiting { ticket }, vec![])
	}

	fn ended(ending: Ending) -> TaskView {
		let replica =
			|candidate, result, paid, slashed| EndedReplica { candidate, result, paid, slashed };
		let replicas =
			vec![replica(2, ReplicaResult::Agreed, 9, 0), replica(0, ReplicaResult::Silent, 0, 3)];
		view(TaskStatus::Ended(EndedTask {
			ending,
			replicas: replicas.try_into().expect("two"),
			paid: 10,
			ended_at: 30,
			prune_at: 100,
		}))
	}

	#[test]
	fn steps_should_tell_a_task_from_its_start_to_its_end() {
		let digest = gave(5).digest(&waiting().deal.task_hash);
		let running = TaskState::Running { wave: 0, until: 30 };
		let revealing = TaskState::Revealing { wave: 0, until: 40 };
		let story = [
			waiting(),
			task(
				running,
				vec![replica(2, 0, ReplicaState::Drawn), replica(0, 0, ReplicaState::Drawn)],
			),
			task(
				TaskState::Running { wave: 0, until: 30 },
				vec![replica(2, 0, SEALED), replica(0, 0, ReplicaState::Drawn)],
			),
			task(revealing, vec![replica(2, 0, revealed(5)), replica(0, 0, ReplicaState::Silent)]),
			ended(Ending::Settled(gave(5))),
		];
		let told: Vec<Vec<Step>> = (0..story.len())
			.map(|at| steps(at.checked_sub(1).map(|before| &story[before]), &story[at]))
			.collect();
		assert!(matches!(&told[0][..], [Step::Opened { stake: 5, escrow: 70, at: 10, .. }]));
		let providers = vec![account(102), account(100)];
		assert_eq!(told[1], [Step::Drawn { wave: 0, providers }]);
		assert_eq!(told[2], [Step::Committed { provider: account(102) }]);
		assert_eq!(
			told[3],
			[
				Step::Revealing { wave: 0, until: 40 },
				Step::Revealed { provider: account(102), digest, class: Class::Exited(0) },
				Step::Silent { provider: account(100) },
			]
		);
		assert!(matches!(
			&told[4][..],
			[
				Step::ReplicaEnded { result: ReplicaResult::Agreed, paid: 9, .. },
				Step::ReplicaEnded { result: ReplicaResult::Silent, slashed: 3, .. },
				Step::Settled { paid: 10, .. },
			]
		));
		assert!(steps(Some(&story[4]), &story[4]).is_empty());
		assert!(steps(Some(&story[2]), &story[2]).is_empty());
	}

	#[test]
	fn steps_should_tell_that_content_is_missing_and_that_it_was_shown() {
		let ticket = Ticket { taken_at: 10, window: 2, authors: 1 };
		let running = TaskState::Running { wave: 0, until: 30 };
		let declined = || vec![replica(2, 0, ReplicaState::Declined(Excuse::Content))];
		let missing = task(TaskState::Missing { ticket, until: 60 }, declined());
		let told = steps(Some(&task(running, declined())), &missing);
		assert_eq!(told, [Step::Missing { until: 60 }]);
		let running = TaskState::Running { wave: 0, until: 90 };
		assert_eq!(steps(Some(&missing), &task(running, declined())), [Step::Shown]);
	}

	#[test]
	fn steps_should_miss_nothing_when_blocks_were_missed() {
		let revealing = TaskState::Revealing { wave: 0, until: 40 };
		let later = task(
			revealing,
			vec![
				replica(2, 0, revealed(5)),
				replica(0, 0, ReplicaState::Withheld),
				replica(1, 0, ReplicaState::Declined(Excuse::Busy)),
			],
		);
		let told = steps(Some(&waiting()), &later);
		let commits = |step: &&Step| matches!(step, Step::Committed { .. });
		assert!(matches!(told[0], Step::Drawn { wave: 0, .. }));
		assert_eq!(told.iter().filter(commits).count(), 2, "the withheld one had sealed too");
		assert!(told.contains(&Step::Withheld { provider: account(100) }));
		let excuse = Excuse::Busy;
		assert!(told.contains(&Step::Declined { provider: account(101), excuse }));
		assert!(told.iter().any(|step| matches!(step, Step::Revealed { .. })));
	}

	#[test]
	fn steps_should_name_each_wave_when_a_second_one_was_drawn() {
		let now = task(
			TaskState::Running { wave: 1, until: 60 },
			vec![
				replica(0, 0, revealed(1)),
				replica(1, 0, revealed(2)),
				replica(3, 1, ReplicaState::Drawn),
			],
		);
		let told = steps(None, &now);
		let waves: Vec<(u8, usize)> = told
			.iter()
			.filter_map(|step| match step {
				Step::Drawn { wave, providers } => Some((*wave, providers.len())),
				_ => None,
			})
			.collect();
		assert_eq!(waves, [(0, 2), (1, 1)]);
	}

	#[test]
	fn outcome_should_be_known_as_soon_as_the_policy_is_met() {
		let digest = gave(5).digest(&waiting().deal.task_hash);
		let agreed = task(
			TaskState::Agreed { digest, until: 50 },
			vec![replica(0, 0, revealed(6)), replica(2, 0, revealed(5))],
		);
		assert_eq!(outcome(&agreed).expect("agreed"), gave(5));
		assert_eq!(in_doubt(&agreed), None);
		let doubted = |agreed| {
			let replicas = vec![replica(0, 0, revealed(6)), replica(2, 0, revealed(5))];
			task(TaskState::Disputed { case: 3, agreed }, replicas)
		};
		assert_eq!(outcome(&doubted(Some(digest))).expect("it stands meanwhile"), gave(5));
		assert_eq!(in_doubt(&doubted(Some(digest))), Some(3));
		assert!(matches!(outcome(&doubted(None)), Err(Error::NotSettled(_))));
		assert_eq!(in_doubt(&doubted(None)), None);
		assert!(matches!(outcome(&waiting()), Err(Error::NotSettled(_))));
		assert_eq!(outcome(&ended(Ending::Settled(gave(7)))).expect("settled"), gave(7));
		let failed = outcome(&ended(Ending::Failed(FailCause::NoDelivery)));
		assert!(matches!(failed, Err(Error::TaskFailed { cause: FailCause::NoDelivery, .. })));
	}

	/// Whoever waits is told what most providers said, and what would help.
	#[test]
	fn failure_should_tell_the_commonest_excuse_and_its_cure_when_nobody_delivered() {
		let failed = |excuses: &[Excuse]| {
			let mut view = ended(Ending::Failed(FailCause::NoDelivery));
			let TaskStatus::Ended(end) = &mut view.status else { panic!("it has ended") };
			let declined = excuses.iter().map(|excuse| EndedReplica {
				candidate: 0,
				result: ReplicaResult::Declined(*excuse),
				paid: 0,
				slashed: 0,
			});
			end.replicas = declined.collect::<Vec<_>>().try_into().expect("few");
			outcome(&view).expect_err("it failed")
		};
		let error = failed(&[Excuse::Busy, Excuse::Limits, Excuse::Limits]);
		assert!(error.to_string().contains(&Excuse::Limits.to_string()), "{error}");
		assert_eq!(error.hint().as_deref(), Some(Excuse::Limits.hint()));
		let tied = failed(&[Excuse::Busy, Excuse::Limits]);
		assert_eq!(tied.hint().as_deref(), Some(Excuse::Busy.hint()), "the first of as many");
		let silent = failed(&[]);
		assert!(!silent.to_string().contains("says"), "{silent}");
	}

	#[test]
	fn conclusion_should_be_an_error_when_the_program_failed() {
		let trapped = Outcome { class: Class::Trapped, ..gave(5) };
		let error = conclude(&ended(Ending::Settled(trapped))).expect_err("it trapped");
		assert_eq!(error.exit_code(), 6);
		let code = Outcome { class: Class::Exited(1), ..gave(5) };
		assert_eq!(conclude(&ended(Ending::Settled(code))).expect_err("code 1").exit_code(), 6);
		conclude(&ended(Ending::Settled(gave(5)))).expect("code 0");
	}
}
