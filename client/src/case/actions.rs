//! Asking whether a result is true, and appealing.
//!
//! What the chain would refuse anyway is refused here first, so that it costs no fee; whoever is
//! quicker may still make the chain refuse it.

use crate::{
	chain::{AccountBalance, At, Chain, Submitted, WaitFor},
	error::{Error, Result},
	job::in_doubt,
	keys::Signer,
	units::format_task,
};
use assay_interface::{Call, Event, deals, mediation};
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::{CasePhase, CaseView, Subject},
	deal::{TaskState, TaskStatus, TaskView},
	money::challenge_bond,
	outcome::{Digest, Outcome},
	seal::Salt,
	task::TaskId,
	time::can_land,
	traits::{CaseId, CaseReason},
};

/// What questioning an agreed result takes.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Question {
	/// The task, as the block shows it that all of this was read at.
	pub task: TaskView,
	/// What the replicas agree on.
	pub digest: Digest,
	/// First block in which it is too late.
	pub until: BlockNumber,
	/// What each seat of a committee earns.
	pub wage: Balance,
	/// What the case costs at first. A check never costs more, and nothing where the result is false.
	pub funds: Balance,
	/// What a challenger puts up beside the funds, and loses where the result is true.
	pub bond: Balance,
}

/// A case that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
	/// Its number.
	pub case: CaseId,
	/// What was paid for it.
	pub funds: Balance,
	/// The transaction.
	pub transaction: Submitted,
}

impl Opened {
	/// What a transaction that opened a case has reported.
	///
	/// Errors: [`Error::NotNow`] where too many cases wait, and the question was put off; [`Error::Decode`] where it
	/// has opened none.
	pub fn of(transaction: Submitted) -> Result<Self> {
		let put_off = transaction.events.iter().find_map(|record| match &record.event {
			Event::Deals(deals::Event::QuestionPutOff { until, .. }) => Some(*until),
			_ => None,
		});
		if let Some(until) = put_off {
			return Err(Error::NotNow(format!(
				"so many cases wait that the question waits too: what it costs is held, and it is asked when there is room, or in block {until} waits on"
			)));
		}
		let opened = transaction.events.iter().find_map(|record| match &record.event {
			Event::Deals(deals::Event::TaskDisputed { case, funds, .. }) => Some((*case, *funds)),
			_ => None,
		});
		let none = || Error::decode("the opening of a case", "no case was reported");
		let (case, funds) = opened.ok_or_else(none)?;
		Ok(Self { case, funds, transaction })
	}
}

/// What questioning the result of a task takes now.
///
/// Errors: [`Error::TaskNotFound`]; [`Error::NotNow`] where nothing is agreed, or its window is over.
pub async fn question(at: &At, task: TaskId) -> Result<Question> {
	let view = at.task(task).await?.ok_or(Error::TaskNotFound(task))?;
	let (digest, until) = agreed(&view, at.block().number)?;
	let wage = view.deal.terms.wage;
	let funds = at.case_cost(wage).await?;
	Ok(Question { task: view, digest, until, wage, funds, bond: challenge_bond(wage) })
}

/// Refuses a task that has the number of another one that was meant: the chain was reorganised.
///
/// Errors: [`Error::NotNow`].
pub fn same_task(view: &TaskView, task_hash: &Hash) -> Result<()> {
	match view.deal.task_hash == *task_hash {
		true => Ok(()),
		false => Err(Error::NotNow(format!(
			"job {} is another one by now: the chain was reorganised",
			format_task(&view.id)
		))),
	}
}

impl At {
	/// The task of a case that was read before, maybe at another block.
	///
	/// Errors: [`Error::TaskNotFound`]; [`Error::NotNow`] where its number is another task's, or the case is over none.
	pub async fn task_of_case(&self, case: &CaseView) -> Result<TaskView> {
		let Subject::Task(id) = case.terms.subject else {
			return Err(Error::NotNow(format!("case {} is over a leaf of a pool", case.id)));
		};
		let view = self.task(id).await?.ok_or(Error::TaskNotFound(id))?;
		same_task(&view, &case.terms.task_hash)?;
		Ok(view)
	}
}

/// The same about one result, which is not always the one that is agreed on when a call is sent.
async fn question_about(at: &At, task: TaskId, digest: &Digest) -> Result<Question> {
	let asked = question(at, task).await?;
	same_result(task, digest, &asked.digest)?;
	Ok(asked)
}

/// Refuses to question or accept what is meant where something else is agreed on: the chain was
/// reorganised, and refuses it as well.
fn same_result(task: TaskId, meant: &Digest, agreed: &Digest) -> Result<()> {
	match meant == agreed {
		true => Ok(()),
		false => Err(Error::NotNow(format!(
			"job {} has another result by now: the chain was reorganised",
			format_task(&task)
		))),
	}
}

/// The agreed digest, and the end of its window, of a task that a transaction sent now can question.
fn agreed(view: &TaskView, now: BlockNumber) -> Result<(Digest, BlockNumber)> {
	let name = format_task(&view.id);
	let refuse = |why: String| Err(Error::NotNow(format!("job {name} {why}")));
	let TaskStatus::Open(task) = &view.status else {
		return refuse("has ended: its result is final".into());
	};
	match task.state {
		TaskState::Agreed { until, .. } if !can_land(now, until) => {
			refuse(format!("could be questioned or accepted before block {until}, which is over"))
		},
		TaskState::Agreed { digest, until } => Ok((digest, until)),
		TaskState::Disputed { case, .. } => {
			refuse(format!("is in dispute already, as case {case}"))
		},
		_ => refuse("has no result yet that could be questioned or accepted".into()),
	}
}

/// Has the agreed result `digest` judged by a committee. Signed by the client, who pays for it as
/// long as the result is not false.
///
/// Errors: those of [`question`], [`Error::Usage`] where the signer is not the client,
/// [`Error::InsufficientBalance`].
pub async fn check(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	digest: &Digest,
	wait: WaitFor,
) -> Result<Opened> {
	let at = chain.at_best().await?;
	of_client(&at, &signer.account(), task).await?;
	let asked = question_about(&at, task, digest).await?;
	let call = Call::Deals(deals::Call::check { task: task.into(), digest: *digest });
	affords(chain, &at, signer, asked.funds, &call).await?;
	open(chain, signer, call, wait).await
}

/// Says with a bond that the agreed result `digest` is false. Signed by anyone.
///
/// Errors: those of [`question`], [`Error::NotNow`] also where another result is agreed on,
/// [`Error::InsufficientBalance`].
pub async fn challenge(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	digest: &Digest,
	wait: WaitFor,
) -> Result<Opened> {
	let at = chain.at_best().await?;
	let asked = question_about(&at, task, digest).await?;
	let call = Call::Deals(deals::Call::challenge { task: task.into(), digest: *digest });
	affords(chain, &at, signer, asked.funds.saturating_add(asked.bond), &call).await?;
	open(chain, signer, call, wait).await
}

/// Opens the report that was sealed with the agreed `digest`: that one is false, `outcome` is true.
/// Signed by the operator of a replica that revealed the agreed digest. Where somebody else's dissent is judged
/// already, it says so in that case, with a bond.
///
/// Errors: those of [`question`], [`Error::NotNow`] also where a judge has spoken, [`Error::Usage`] where
/// `outcome` is what was agreed on, [`Error::InsufficientBalance`].
pub async fn open_report(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	digest: &Digest,
	outcome: Outcome,
	salt: Salt,
	wait: WaitFor,
) -> Result<Opened> {
	let at = chain.at_best().await?;
	let view = at.task(task).await?.ok_or(Error::TaskNotFound(task))?;
	let doubted = in_doubt(&view);
	let price = match doubted {
		Some(case) => {
			let case = at.known_case(case).await?;
			hears_reports(&case)?;
			case.terms.wage
		},
		None => question_about(&at, task, digest).await?.funds,
	};
	if outcome.digest(&view.deal.task_hash) == *digest {
		return Err(Error::Usage("the report names the very outcome that was agreed on".into()));
	}
	let (task, digest, outcome) = (task.into(), *digest, outcome.into());
	let call = Call::Deals(deals::Call::open_report { task, digest, outcome, salt });
	affords(chain, &at, signer, price, &call).await?;
	let Some(case) = doubted else { return open(chain, signer, call, wait).await };
	Ok(Opened { case, funds: price, transaction: chain.submit(signer, &call, wait).await? })
}

/// Whether a replica may still report in a case.
fn hears_reports(view: &CaseView) -> Result<()> {
	if view.terms.reason != CaseReason::Dissent {
		return Err(Error::NotNow(format!("case {} decides over this task already", view.id)));
	}
	let spoken = view.case.round > 0
		|| matches!(view.case.phase, CasePhase::Closed { .. } | CasePhase::Ruled { .. })
		|| view.rounds.iter().flat_map(|round| &round.members).any(|member| member.vote.is_known());
	if spoken {
		return Err(Error::NotNow(format!("it is too late to report in case {}", view.id)));
	}
	Ok(())
}

/// Accepts the agreed result `digest`, so that it is settled without waiting for the window. Signed
/// by the client.
///
/// Errors: those of [`question`], [`Error::Usage`] where the signer is not the client.
pub async fn accept(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	digest: &Digest,
	wait: WaitFor,
) -> Result<Submitted> {
	let at = chain.at_best().await?;
	let view = of_client(&at, &signer.account(), task).await?;
	let (agreed, _) = agreed(&view, at.block().number)?;
	same_result(task, digest, &agreed)?;
	let call = deals::Call::accept { task: task.into(), digest: *digest };
	chain.submit(signer, &Call::Deals(call), wait).await
}

/// Appeals against the verdict of a round that `seen` shows, with the bond that
/// [`CaseView::appeal_bond`] names. What the chain shows by now may be another verdict, or another case
/// of that number.
///
/// Errors: [`Error::CaseNotFound`]; [`Error::NotNow`] outside of the window, or where that verdict
/// does not stand any more; [`Error::InsufficientBalance`].
pub async fn appeal(
	chain: &Chain,
	signer: &Signer,
	seen: &CaseView,
	wait: WaitFor,
) -> Result<Submitted> {
	let (verdict, round, _) = appealable(seen)?;
	let at = chain.at_best().await?;
	let view = at.known_case(seen.id).await?;
	let (now, again, bond) = appealable(&view)?;
	if (now, again) != (verdict, round) {
		let why = format!("another verdict stands in case {} by now", seen.id);
		return Err(Error::NotNow(why));
	}
	let call = Call::Mediation(mediation::Call::appeal { case: seen.id, digest: verdict, round });
	affords(chain, &at, signer, bond, &call).await?;
	chain.submit(signer, &call, wait).await
}

/// Has a question asked that was put off, by a poke of its task. Anyone may; it costs nothing where there is room by now, or
/// the window of the result is over and opened again.
///
/// Errors: those of [`Opened::of`]; [`Error::Dispatch`] `Deals.NothingToDo` where it has to wait on.
pub async fn ask_again(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	wait: WaitFor,
) -> Result<Opened> {
	open(chain, signer, Call::Deals(deals::Call::poke { task: task.into() }), wait).await
}

/// Applies a deadline of a case that is due. Anyone may, and idle blocks do.
///
/// Errors: [`Error::Dispatch`] `Mediation.NothingToDo` where none is.
pub async fn poke(
	chain: &Chain,
	signer: &Signer,
	case: CaseId,
	wait: WaitFor,
) -> Result<Submitted> {
	chain.submit(signer, &Call::Mediation(mediation::Call::poke { case }), wait).await
}

/// Verdict, round and bond of an appeal that is sent now.
fn appealable(view: &CaseView) -> Result<(Digest, u8, Balance)> {
	let refuse = |why: String| Err(Error::NotNow(format!("case {} {why}", view.id)));
	match (&view.case.phase, view.appeal_bond) {
		(CasePhase::AppealWindow { until, .. }, _) if view.at.saturating_add(1) >= *until => {
			refuse(format!("could be appealed before block {until}, which is over"))
		},
		(CasePhase::AppealWindow { verdict, .. }, Some(bond)) => {
			Ok((*verdict, view.case.round, bond))
		},
		(CasePhase::AppealWindow { .. } | CasePhase::Court { .. }, _) => {
			refuse("has no further round: only the court can decide otherwise".into())
		},
		(CasePhase::Closed { .. }, _) => refuse("is closed".into()),
		(CasePhase::Ruled { .. }, _) => refuse("was decided by the court".into()),
		_ => refuse("has no verdict yet that could be appealed".into()),
	}
}

async fn of_client(at: &At, who: &AccountId, task: TaskId) -> Result<TaskView> {
	let view = at.task(task).await?.ok_or(Error::TaskNotFound(task))?;
	match view.deal.client == *who {
		true => Ok(view),
		false => Err(Error::Usage("only the client of a task can do that".into())),
	}
}

/// Refuses what the signer can't pay.
async fn affords(
	chain: &Chain,
	at: &At,
	signer: &Signer,
	amount: Balance,
	call: &Call,
) -> Result<()> {
	let account = signer.account();
	let balance = at.balance(&account).await?;
	let fee = chain.estimate_fee(signer, call).await?;
	suffices(account, &balance, amount, fee, at.constant("Balances", "ExistentialDeposit")?)
}

/// Whether `amount` can be put up beside the fee and what keeps the account alive, which the chain takes
/// from nobody.
fn suffices(
	account: AccountId,
	balance: &AccountBalance,
	amount: Balance,
	fee: Balance,
	least: Balance,
) -> Result<()> {
	let free = balance.free.saturating_sub(balance.frozen);
	let needed = amount.saturating_add(fee).saturating_add(least);
	match free < needed {
		true => Err(Error::InsufficientBalance { account, free, needed }),
		false => Ok(()),
	}
}

async fn open(chain: &Chain, signer: &Signer, call: Call, wait: WaitFor) -> Result<Opened> {
	// Without the block there is no number to follow the case by.
	let wait = if wait == WaitFor::Broadcast { WaitFor::InBlock } else { wait };
	Opened::of(chain.submit(signer, &call, wait).await?)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::{case_terms, view};
	use assay_primitives::{
		Hash,
		case::{Case, CaseStep},
		deal::Task,
	};

	fn task(state: TaskState) -> TaskView {
		view(TaskStatus::Open(Task { state, replicas: Default::default() }))
	}

	fn case(phase: CasePhase, appeal_bond: Option<Balance>) -> CaseView {
		let case = Case { phase, round: 0, penalties: 0, appeals: Default::default(), idle: 0 };
		let (rounds, next) = (Vec::new(), CaseStep::Poke);
		CaseView { id: 3, terms: case_terms(), case, rounds, next, appeal_bond, at: 20 }
	}

	#[test]
	fn result_should_be_questionable_only_while_the_next_block_is_in_the_window() {
		let digest = Hash::repeat_byte(1);
		let open = task(TaskState::Agreed { digest, until: 30 });
		assert_eq!(agreed(&open, 28).expect("in time"), (digest, 30));
		for now in [29, 30, 31] {
			let error = agreed(&open, now).expect_err("too late");
			assert!(matches!(&error, Error::NotNow(why) if why.contains("before block 30")));
			assert_eq!((error.code(), error.exit_code()), ("E-0312", 1));
		}
		for (state, word) in [
			(TaskState::Disputed { case: 7, agreed: None }, "case 7"),
			(TaskState::Running { wave: 0, until: 30 }, "no result"),
		] {
			let error = agreed(&task(state), 20).expect_err("not agreed");
			assert!(error.to_string().contains(word), "{error}");
		}
	}

	#[test]
	fn result_should_be_questionable_only_when_it_is_the_one_that_is_meant() {
		let task = TaskId { deal: 3, index: 1 };
		let (one, other) = (Hash::repeat_byte(1), Hash::repeat_byte(2));
		same_result(task, &one, &one).expect("nothing has changed");
		let error = same_result(task, &one, &other).expect_err("another is agreed on");
		assert!(matches!(&error, Error::NotNow(why) if why.contains("3/1")), "{error}");
	}

	#[test]
	fn task_should_be_run_for_another_one_only_when_it_is_the_same() {
		let view = task(TaskState::Running { wave: 0, until: 30 });
		same_task(&view, &view.deal.task_hash).expect("nothing has changed");
		let error = same_task(&view, &Hash::repeat_byte(9)).expect_err("another one");
		assert!(matches!(&error, Error::NotNow(why) if why.contains("reorganised")), "{error}");
	}

	#[test]
	fn job_should_be_called_what_people_call_it_when_it_can_not_be_questioned() {
		let waiting = task(TaskState::Running { wave: 0, until: 30 });
		let error = agreed(&waiting, 20).expect_err("not agreed").to_string();
		assert!(error.starts_with("job 4 has no result yet"), "{error}");
	}

	#[test]
	fn account_should_suffice_only_when_fee_and_existential_deposit_are_left_beside_the_amount() {
		let has = |free, frozen| AccountBalance { free, frozen, ..AccountBalance::default() };
		let paying = |balance: AccountBalance| suffices([1; 32].into(), &balance, 100, 10, 2);
		paying(has(112, 0)).expect("to the last unit");
		paying(has(119, 7)).expect("the rest is frozen");
		for poor in [has(111, 0), has(100, 0), has(118, 7), has(0, 0)] {
			let error = paying(poor).expect_err("too little");
			assert!(matches!(error, Error::InsufficientBalance { needed: 112, .. }), "{error}");
		}
	}

	#[test]
	fn verdict_should_be_appealable_only_in_its_window() {
		let verdict = Hash::repeat_byte(1);
		let window = |until| CasePhase::AppealWindow { verdict, until };
		assert_eq!(appealable(&case(window(22), Some(70))).expect("in time"), (verdict, 0, 70));
		for (case, word) in [
			(case(window(21), Some(70)), "before block 21"),
			(case(window(22), None), "only the court"),
			(case(CasePhase::Court { standing: None, until: 30 }, None), "only the court"),
			(
				case(CasePhase::Sealing { wave: 0, until: 30, answers: true }, None),
				"no verdict yet",
			),
		] {
			let error = appealable(&case).expect_err("not now");
			assert!(error.to_string().contains(word), "{error}");
		}
	}
}
