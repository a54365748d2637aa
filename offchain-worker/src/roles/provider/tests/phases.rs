//! Where a task stands.

use super::scene::ME;
use assay_primitives::deal::{EndedTask, ReplicaState, TaskState, TaskStatus, TaskView};
use assay_simulation::deals::own_replica;

/// The task was settled, and is paid for.
pub fn is_ended(view: &TaskView) -> bool {
	ended(view).is_some_and(|ended| {
		let mine = ended.replicas.iter().find(|one| one.candidate as usize == ME);
		mine.is_some_and(|mine| mine.result.name() == "agreed")
	})
}

/// How the task ended.
pub fn ended(view: &TaskView) -> Option<&EndedTask> {
	match &view.status {
		TaskStatus::Ended(ended) => Some(ended),
		TaskStatus::Open(_) => None,
	}
}

fn state(view: &TaskView) -> Option<&TaskState> {
	match &view.status {
		TaskStatus::Open(task) => Some(&task.state),
		TaskStatus::Ended(_) => None,
	}
}

fn mine(view: &TaskView) -> Option<ReplicaState> {
	own_replica(view, &view.deal.candidates[ME].provider)
}

/// All have sealed who are going to.
pub fn is_sealed(view: &TaskView) -> bool {
	let sealed = matches!(mine(view), Some(ReplicaState::Sealed(_)));
	sealed && matches!(state(view), Some(TaskState::Revealing { .. }))
}

/// The daemon's provider has sealed, and others may still.
pub fn is_sealed_early(view: &TaskView) -> bool {
	let sealed = matches!(mine(view), Some(ReplicaState::Sealed(_)));
	sealed && matches!(state(view), Some(TaskState::Running { .. }))
}

/// The daemon's provider has shown its outcome.
pub fn is_revealed(view: &TaskView) -> bool {
	matches!(mine(view), Some(ReplicaState::Revealed { .. }))
}

/// A result is agreed on, and may be questioned.
pub fn is_agreed(view: &TaskView) -> bool {
	matches!(state(view), Some(TaskState::Agreed { .. }))
}

/// A case is open.
pub fn is_disputed(view: &TaskView) -> bool {
	matches!(state(view), Some(TaskState::Disputed { .. }))
}
