//! What commands name, looked up on the chain.

use crate::{args::JobId, context::Context, failure::Failure, render::job::number};
use assay_client::{At, Chain, job, units::format_account};
use assay_primitives::{AccountId, case::CaseView, deal::TaskView, task::TaskId};

/// Most cases that are looked through for that of a job.
const LOOK_BACK: u32 = 200;

/// The task as the best block has it.
pub async fn task(chain: &Chain, id: TaskId) -> Result<TaskView, Failure> {
	Ok(job::existing(&chain.at_best().await?, id).await?)
}

/// Whether a whole bag was named.
pub async fn is_bag(chain: &Chain, id: &JobId) -> Result<bool, Failure> {
	if !id.whole {
		return Ok(false);
	}
	let view = chain.at_best().await?.task(id.task).await?;
	Ok(view.is_some_and(|view| view.deal.is_bag()))
}

/// The latest case about a task, open or closed, while the chain keeps it.
pub async fn case_of_task(at: &At, task: TaskId) -> Result<Option<CaseView>, Failure> {
	if let Some(id) = at.case_of_task(task).await? {
		return Ok(at.case(id).await?);
	}
	let cases = at.cases(LOOK_BACK).await?;
	Ok(cases.into_iter().find(|view| view.terms.subject.task() == Some(task)))
}

/// Refuses a job that was named by its number and is not one of the key that was named, unless it may be
/// `of_anyone`: numbers are given in order, and after a re-organisation the number may be another's.
pub fn own(
	chain: &Chain,
	view: &TaskView,
	of_anyone: bool,
	context: &Context,
) -> Result<(), Failure> {
	match context.account(chain) {
		Some(account) if !of_anyone && !is_for(view, &account) => Err(Failure::new(format!(
			"job {} is that of {}, not yours",
			number(&view.id),
			format_account(&view.deal.client)
		))
		.hint("yours are listed by: assay job list; with --of-anyone you get this one")),
		_ => Ok(()),
	}
}

/// Whether an account has asked for a job, pays for it, or is to have its result.
fn is_for(view: &TaskView, account: &AccountId) -> bool {
	let deal = &view.deal;
	[Some(&deal.client), Some(&deal.payer), deal.others.beneficiary.as_ref()]
		.contains(&Some(account))
}
