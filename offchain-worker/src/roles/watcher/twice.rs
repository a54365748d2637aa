//! What comes out of a task here, and whether it can be believed.

use crate::host::executor::rerun::Rerun;
use assay_decisions::view::SharedView;
use assay_primitives::outcome::{Digest, Outcome};
use assay_runner::Cancel;

/// Runs a task, and once more where the result is another than what was agreed on: a machine that errs
/// by chance must not accuse anybody.
pub async fn twice<X: Rerun>(
	executor: X,
	view: &SharedView,
	agreed: Digest,
	cancel: Cancel,
) -> Result<Outcome, String> {
	let (request, index) = (&view.deal.request, view.id.index);
	executor.get(request.clone(), index).await.map_err(|failure| failure.reason)?;
	let run = || async {
		let ran = executor.rerun(request.clone(), index, cancel.clone()).await;
		ran.map_err(|failure| failure.to_string())
	};
	let first = run().await?;
	if first.digest(&view.task_hash) == agreed {
		return Ok(first);
	}
	match run().await? {
		second if second == first => Ok(first),
		second => Err(format!("two runs here gave different outcomes: {first:?} and {second:?}")),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::host::executor::rerun::{FetchFailure, RunFailure};
	use assay_decisions::scenes::{outcome, spec, view};
	use assay_primitives::{
		deal::{NextStep, TaskState},
		request::Request,
	};
	use std::sync::{Arc, Mutex};

	/// Gives these outcomes, one a run, and fails when there are no more.
	#[derive(Clone)]
	struct Machine(Arc<Mutex<Vec<Outcome>>>, bool);

	impl Rerun for Machine {
		async fn get(&self, _: Request, _: u32) -> Result<u64, FetchFailure> {
			let gone = FetchFailure { reason: "gone".into(), local: false };
			self.1.then_some(1).ok_or(gone)
		}

		async fn rerun(&self, _: Request, _: u32, _: Cancel) -> Result<Outcome, RunFailure> {
			let failed = || RunFailure::Content("no disk".into());
			self.0.lock().expect("no panic").pop().ok_or_else(failed)
		}
	}

	async fn watched(outcomes: &[u64], has_content: bool) -> (Result<Outcome, String>, usize) {
		let all = outcomes.iter().rev().map(|gas| outcome(*gas)).collect();
		let machine = Machine(Arc::new(Mutex::new(all)), has_content);
		let digest = outcome(7).digest(&spec().hash());
		let state = TaskState::Agreed { digest, until: 40 };
		let view = view(20, state, &[], NextStep::ChallengeWindow(40));
		let result = twice(machine.clone(), &view, digest, Cancel::new()).await;
		let left = machine.0.lock().expect("no panic").len();
		(result, outcomes.len() - left)
	}

	#[tokio::test]
	async fn lie_should_be_one_only_when_two_runs_agree_on_it() {
		assert_eq!(watched(&[7, 8], true).await, (Ok(outcome(7)), 1));
		assert_eq!(watched(&[8, 8], true).await, (Ok(outcome(8)), 2));
		assert!(watched(&[8, 9], true).await.0.is_err());
		assert!(watched(&[8, 7], true).await.0.is_err());
	}

	#[tokio::test]
	async fn failure_of_this_machine_should_be_no_finding() {
		assert!(watched(&[], true).await.0.is_err());
		assert!(watched(&[8], true).await.0.is_err(), "the second run failed");
		assert_eq!(watched(&[8, 8], false).await.1, 0);
	}
}
