//! Calls about tasks. Of one item it is the plain call, of several the batch.

use crate::salt_of;
use assay_primitives::{
	AccountId, Hash,
	deal::{Opening, ReplicaState, TaskState, TaskStatus, TaskView},
	excuse::Excuse,
	outcome::{Digest, Outcome},
	seal::{Report, Salt, Seal, seal_digest, seal_report},
	task::TaskId,
};
use assay_runtime::{Runtime, RuntimeCall};
use polkadot_sdk::sp_core::bounded::BoundedVec;

type Call = pallet_deals::Call<Runtime>;

/// What a provider seals of the task with this hash: an outcome, and a report beside it.
pub fn sealed(
	genesis: &Hash,
	(task, task_hash): (TaskId, Hash),
	provider: &AccountId,
	outcome: Outcome,
	report: Report,
	salt: &Salt,
) -> (TaskId, Hash, Seal) {
	let seal = Seal {
		digest: seal_digest(genesis, &task, provider, &outcome.digest(&task_hash), salt),
		report: seal_report(genesis, &task, provider, &report, salt),
	};
	(task, task_hash, seal)
}

/// Seals outcomes of the tasks with these hashes.
pub fn commit(items: &[(TaskId, Hash, Seal)]) -> RuntimeCall {
	match *items {
		[(task, task_hash, seal)] => Call::commit { task, task_hash, seal }.into(),
		_ => Call::commit_many { items: BoundedVec::truncate_from(items.to_vec()) }.into(),
	}
}

/// Opens seals.
pub fn reveal(items: &[(TaskId, Opening)]) -> RuntimeCall {
	match *items {
		[(task, opening)] => Call::reveal { task, opening }.into(),
		_ => Call::reveal_many { items: BoundedVec::truncate_from(items.to_vec()) }.into(),
	}
}

/// Gives a replica up.
pub fn decline(task: TaskId, task_hash: Hash, excuse: Excuse) -> RuntimeCall {
	Call::decline { task, task_hash, excuse }.into()
}

/// Opens the report that another outcome is true than the one that was agreed on.
pub fn open_report(task: TaskId, digest: Digest, outcome: Outcome, salt: Salt) -> RuntimeCall {
	Call::open_report { task, digest, outcome, salt }.into()
}

/// Applies deadlines.
pub fn poke(tasks: &[TaskId]) -> RuntimeCall {
	match *tasks {
		[task] => Call::poke { task }.into(),
		_ => Call::poke_many { tasks: BoundedVec::truncate_from(tasks.to_vec()) }.into(),
	}
}

/// What a client sends next who is content with any result: it accepts what is agreed on.
pub fn next_of_client(view: &TaskView) -> Option<RuntimeCall> {
	let TaskStatus::Open(task) = &view.status else { return None };
	match task.state {
		TaskState::Agreed { digest, .. } => Some(Call::accept { task: view.id, digest }.into()),
		_ => None,
	}
}

/// What somebody sends next who takes any result for false: it challenges what is agreed on.
pub fn next_of_challenger(view: &TaskView) -> Option<RuntimeCall> {
	let TaskStatus::Open(task) = &view.status else { return None };
	match task.state {
		TaskState::Agreed { digest, .. } => Some(Call::challenge { task: view.id, digest }.into()),
		_ => None,
	}
}

/// What a provider sends next that says `outcome`: it seals as soon as it is drawn, and opens its seal
/// as soon as it may.
pub fn next_of_provider(
	id: &AccountId,
	genesis: &Hash,
	view: &TaskView,
	outcome: Outcome,
) -> Option<RuntimeCall> {
	let task_hash = view.deal.task_hash;
	let salt = salt_of(id, &task_hash);
	let TaskStatus::Open(task) = &view.status else { return None };
	match (own_replica(view, id)?, &task.state) {
		(ReplicaState::Drawn, _) => {
			let task = (view.id, task_hash);
			Some(commit(&[sealed(genesis, task, id, outcome, Report::Nothing, &salt)]))
		},
		(ReplicaState::Sealed(_), TaskState::Revealing { .. }) => {
			Some(reveal(&[(view.id, Opening { outcome, salt })]))
		},
		_ => None,
	}
}

/// What a provider has done so far in an open task that it was drawn for.
pub fn own_replica(view: &TaskView, provider: &AccountId) -> Option<ReplicaState> {
	let TaskStatus::Open(task) = &view.status else { return None };
	let position = view.deal.candidates.iter().position(|one| one.provider == *provider)?;
	let own = task.replicas.iter().find(|replica| replica.candidate as usize == position);
	own.map(|replica| replica.state)
}
