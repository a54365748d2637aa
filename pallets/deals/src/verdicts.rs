//! What an arbiter calls back.

use crate::*;
use assay_primitives::{
	deal::{FailCause, TaskState},
	task::TaskId,
	traits::{CaseId, Ruling, Verdicts},
};
use frame_support::ensure;
use sp_runtime::DispatchResult;

impl<T: Config> Verdicts for Pallet<T> {
	fn decided(task: &TaskId, case: CaseId, ruling: Ruling) -> DispatchResult {
		let live = Self::load(*task)?;
		let open = matches!(live.task.state, TaskState::Disputed { case: open } if open == case);
		ensure!(open, Error::<T>::CaseNotFound);
		match ruling.truth {
			Some(digest) => Self::settle(live, digest),
			None => Self::fail(live, FailCause::Undecided),
		};
		Ok(())
	}
}
