//! Cases and mediators at a block.

use crate::{
	chain::{Api, At},
	error::{Error, Result},
};
use assay_primitives::{
	AccountId, Balance,
	case::{CaseView, CommitteeDraw, MediatorView},
	task::TaskId,
	traits::CaseId,
};

impl At {
	/// A case with its rounds, until it is removed.
	pub async fn case(&self, id: CaseId) -> Result<Option<CaseView>> {
		self.view_of(Api::Case, "case", id).await
	}

	/// Like [`Self::case`], with [`Error::CaseNotFound`] where there is none.
	pub async fn known_case(&self, id: CaseId) -> Result<CaseView> {
		self.case(id).await?.ok_or(Error::CaseNotFound(id))
	}

	/// The open case over a task.
	pub async fn case_of_task(&self, task: TaskId) -> Result<Option<CaseId>> {
		self.view_of(Api::Case, "case_of_task", task).await
	}

	/// A mediator.
	pub async fn mediator(&self, stash: &AccountId) -> Result<Option<MediatorView>> {
		self.view_of(Api::Case, "mediator", stash).await
	}

	/// The mediator that an operator key signs for.
	pub async fn mediator_of(&self, operator: &AccountId) -> Result<Option<AccountId>> {
		self.view_of(Api::Case, "mediator_of", operator).await
	}

	/// How the committee of a round (from 0) was drawn, or will be in the next block.
	pub async fn committee_draw(&self, case: CaseId, round: u8) -> Result<Option<CommitteeDraw>> {
		self.view_of(Api::Case, "committee_draw", (case, round)).await
	}

	/// Funds that a case needs where each seat earns `wage`.
	pub async fn case_cost(&self, wage: Balance) -> Result<Balance> {
		self.view_of(Api::Case, "case_cost", wage).await
	}
}
