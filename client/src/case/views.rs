//! Cases and mediators at a block.

use crate::{
	chain::{At, views},
	error::{Error, Result},
};
use assay_primitives::{
	AccountId, Balance,
	case::{CaseView, CommitteeDraw, MediatorView},
	task::TaskId,
	traits::CaseId,
};

views! {
	Case

	/// A case with its rounds, until it is removed.
	case(id: CaseId) -> Option<CaseView>;

	/// The open case over a task.
	case_of_task(task: TaskId) -> Option<CaseId>;

	/// A mediator.
	mediator(stash: &AccountId) -> Option<MediatorView>;

	/// The mediator that an operator key signs for.
	mediator_of(operator: &AccountId) -> Option<AccountId>;

	/// How the committee of a round (from 0) was drawn, or will be in the next block.
	committee_draw(case: CaseId, round: u8) -> Option<CommitteeDraw>;

	/// Funds that a case needs where each seat earns `wage`.
	case_cost(wage: Balance) -> Balance;
}

impl At {
	/// Like [`Self::case`], with [`Error::CaseNotFound`] where there is none.
	pub async fn known_case(&self, id: CaseId) -> Result<CaseView> {
		self.case(id).await?.ok_or(Error::CaseNotFound(id))
	}
}
