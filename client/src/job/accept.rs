//! Accepting a result, so that nobody has to wait for its challenge window.

use super::{
	own::Target,
	progress::follow,
	watch::{FollowOptions, Until},
};
use crate::{
	chain::{Chain, Head, Submitted, WaitFor},
	error::{Error, Result},
	keys::Signer,
	refusals::{DEADLINE_PASSED, NOT_AGREED, QUESTION_WAITS, TASK_ENDED, TASK_NOT_FOUND},
	units,
};
use assay_interface::{Call, deals};
use assay_primitives::{
	BlockNumber,
	deal::{TaskState, TaskStatus, TaskView},
	outcome::Digest,
	task::TaskId,
};
use std::time::{Duration, Instant};

/// What came of it.
#[derive(Clone, Debug)]
pub enum Acceptance {
	/// It is accepted. The task settles when the draw of its audit is known, within a few blocks.
	Accepted(Box<Submitted>),
	/// Those who revealed don't all agree, so the window stays open to those who disagree until the
	/// block.
	Contested(BlockNumber),
	/// There is nothing left to accept: the task has ended, or a case is open about it.
	TooLate,
}

/// Waits until the result of a task is agreed on, and accepts it. The client gives up its right to
/// have it checked, and ends everybody else's to challenge it. `signer` must be the client.
///
/// Acts on the best block, and names the result that this shows: on another fork, where another is
/// agreed on, nothing is accepted. A deal of one's own is acted upon under the number that it has there,
/// and never a stranger's.
///
/// Errors: [`Error::Usage`] for any other signer, [`Error::Timeout`], and those of following and of
/// submitting.
pub async fn accept(
	chain: &Chain,
	signer: &Signer,
	target: impl Into<Target>,
	timeout: Duration,
) -> Result<Acceptance> {
	accept_after(chain, signer, target, timeout, async |_| Ok::<(), Error>(())).await
}

/// Like [`accept()`], once `ready` has succeeded with the agreed result, for example in fetching it.
/// Only that result is accepted: where it is no longer the agreed one, another is made ready.
///
/// Errors: also those of `ready`.
pub async fn accept_after<E: From<Error>>(
	chain: &Chain,
	signer: &Signer,
	target: impl Into<Target>,
	timeout: Duration,
	mut ready: impl AsyncFnMut(&TaskView) -> Result<(), E>,
) -> Result<Acceptance, E> {
	let (mut target, deadline) = (target.into(), Instant::now() + timeout);
	let mut fetched = None;
	loop {
		let options = FollowOptions {
			head: Head::Best,
			timeout: deadline.saturating_duration_since(Instant::now()),
			until: Until::Agreed,
			..FollowOptions::default()
		};
		let mut following = follow(chain, &target, options);
		while let Some(progress) = following.next().await {
			progress?;
		}
		let view = following.view().ok_or_else(|| Error::TaskNotFound(target.task()))?;
		let agreed = match standing(view) {
			Standing::Over => return Ok(Acceptance::TooLate),
			Standing::Contested(until) => return Ok(Acceptance::Contested(until)),
			Standing::Unanimous(digest) => digest,
		};
		of_client(view, signer)?;
		// It may take a while, and then something else may be agreed on, on another fork.
		if fetched == Some(agreed) {
			return Ok(submit(chain, signer, view.id, &agreed).await?);
		}
		ready(view).await?;
		fetched = Some(agreed);
		target = following.target().clone();
	}
}

fn of_client(view: &TaskView, signer: &Signer) -> Result<()> {
	let (client, signer) = (&view.deal.client, &signer.account());
	if client == signer {
		return Ok(());
	}
	let (client, signer) = (units::format_account(client), units::format_account(signer));
	Err(Error::Usage(format!(
		"only the client, {client}, can accept the result, and {signer} signs"
	)))
}

async fn submit(
	chain: &Chain,
	signer: &Signer,
	task: TaskId,
	digest: &Digest,
) -> Result<Acceptance> {
	let call = Call::Deals(deals::Call::accept { task: task.into(), digest: *digest });
	match chain.submit(signer, &call, WaitFor::InBlock).await {
		Ok(submitted) => Ok(Acceptance::Accepted(Box::new(submitted))),
		Err(error) if is_late(&error) => Ok(Acceptance::TooLate),
		Err(error) => Err(error),
	}
}

/// Whether an error says only that somebody was faster.
fn is_late(error: &Error) -> bool {
	let late = [NOT_AGREED, DEADLINE_PASSED, QUESTION_WAITS, TASK_ENDED, TASK_NOT_FOUND];
	late.iter().any(|known| known.is(error))
}

/// Block until which an agreed result can't be accepted, since others revealed something else and have
/// the window to defend it; `None` where it can be, or there is none.
pub fn contested(view: &TaskView) -> Option<BlockNumber> {
	match standing(view) {
		Standing::Contested(until) => Some(until),
		Standing::Unanimous(_) | Standing::Over => None,
	}
}

/// The agreed result that can be accepted, since nobody has revealed another one.
pub(super) fn agreed_by_all(view: &TaskView) -> Option<Digest> {
	match standing(view) {
		Standing::Unanimous(digest) => Some(digest),
		Standing::Contested(_) | Standing::Over => None,
	}
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Standing {
	Unanimous(Digest),
	Contested(BlockNumber),
	Over,
}

fn standing(view: &TaskView) -> Standing {
	let TaskStatus::Open(task) = &view.status else { return Standing::Over };
	let TaskState::Agreed { digest, until } = &task.state else { return Standing::Over };
	match task.has_dissent(&view.deal.task_hash, digest) {
		true => Standing::Contested(*until),
		false => Standing::Unanimous(*digest),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::refusals::{NOT_CLIENT, REPLICAS_DISAGREE};
	use crate::testing::view;
	use assay_primitives::{
		Hash,
		deal::{Replica, ReplicaState, Task},
		merkle::ListRoot,
		outcome::{Class, Outcome},
	};

	fn agreed(gas: &[u64]) -> TaskView {
		let gave = |gas_used| Outcome {
			class: Class::Exited(0),
			gas_used,
			output: ListRoot { root: Hash::zero(), len: 2 },
			output_bytes: 0,
		};
		let task_hash = open(TaskState::Disputed { case: 0, agreed: None }, &[]).deal.task_hash;
		let digest = gave(gas[0]).digest(&task_hash);
		let outcomes: Vec<Outcome> = gas.iter().map(|gas| gave(*gas)).collect();
		open(TaskState::Agreed { digest, until: 70 }, &outcomes)
	}

	fn open(state: TaskState, outcomes: &[Outcome]) -> TaskView {
		let replica = |(candidate, outcome): (u32, &Outcome)| Replica {
			candidate,
			wave: 0,
			state: ReplicaState::Revealed { outcome: *outcome, report: Hash::zero() },
		};
		let replicas: Vec<Replica> = (0u32..).zip(outcomes).map(replica).collect();
		view(TaskStatus::Open(Task { state, replicas: replicas.try_into().expect("few") }))
	}

	#[test]
	fn standing_should_be_contested_when_somebody_revealed_something_else() {
		let unanimous = agreed(&[5, 5]);
		let digest = agreed_by_all(&unanimous).expect("all agree");
		assert_eq!(standing(&unanimous), Standing::Unanimous(digest));
		assert_eq!(agreed_by_all(&agreed(&[5, 5, 6])), None);
		assert_eq!(standing(&agreed(&[5, 5, 6])), Standing::Contested(70));
		let disputed = open(TaskState::Disputed { case: 3, agreed: None }, &[]);
		assert_eq!(standing(&disputed), Standing::Over);
	}

	#[test]
	fn errors_should_be_late_only_where_somebody_was_faster() {
		assert!(is_late(&NOT_AGREED.error()) && is_late(&TASK_ENDED.error()));
		assert!(!is_late(&NOT_CLIENT.error()) && !is_late(&REPLICAS_DISAGREE.error()));
	}
}
