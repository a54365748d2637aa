//! What commands name, looked up on the chain.

use crate::{args::JobId, context::Context, failure::Failure, render::job::number};
use assay_client::{At, Chain, Error, units::format_account};
use assay_primitives::{case::CaseView, deal::TaskView, task::TaskId};

/// Most cases that are looked through for that of a job.
const LOOK_BACK: u32 = 200;

/// The task as the best block has it.
pub async fn task(chain: &Chain, id: TaskId) -> Result<TaskView, Failure> {
	let view = chain.at_best().await?.task(id).await?;
	Ok(view.ok_or(Error::TaskNotFound(id))?)
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

/// Says so where a job that was named by its number is not the one of the key that was named: numbers
/// are given in order, and after a re-organisation the number may be another's.
pub fn warn_of_stranger(chain: &Chain, view: &TaskView, context: &Context) {
	let (job, client) = (number(&view.id), &view.deal.client);
	if context.account(chain).is_some_and(|account| account != *client) {
		eprintln!("warning: job {job} is that of {}, not yours", format_account(client));
		eprintln!("hint: yours are listed by: assay job list");
	}
}
