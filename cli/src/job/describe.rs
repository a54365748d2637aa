//! `assay job describe`: everything about one job.

use super::bag;
use crate::{
	args::DescribeArgs,
	context::Context,
	failure::Failure,
	lookup, output,
	render::{case_view, job_view},
	timeline::{self, Timeline},
};
use assay_primitives::deal::{TaskState, TaskStatus, TaskView};

/// Shows a job.
pub async fn run(args: DescribeArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::describe(&chain, args.id.task.deal, context).await;
	}
	let view = lookup::task(&chain, args.id.task).await?;
	let questioned = match may_have_case(&view) {
		true => lookup::case_of_task(&chain.at_best().await?, view.id).await?,
		false => None,
	};
	let timeline = match args.timeline {
		true => {
			let id = questioned.as_ref().map(|case| case.id);
			Some(timeline::of_job(&chain, &view, id, context).await?)
		},
		false => None,
	};
	if context.global.output.is_json() {
		let mut value = job_view::json(&view);
		value["case"] = questioned.as_ref().map(case_view::json).into();
		value["timeline"] = timeline.as_ref().map(Timeline::json).into();
		output::json(context.global.output, &value);
		return Ok(());
	}
	job_view::print(&view);
	if let Some(questioned) = &questioned {
		output::line("");
		case_view::print(questioned);
	}
	if let Some(timeline) = timeline {
		output::line("");
		timeline.print();
	}
	Ok(())
}

/// Whether there can be a case about a job: one is open, or was before it ended.
fn may_have_case(view: &TaskView) -> bool {
	match &view.status {
		TaskStatus::Open(task) => matches!(task.state, TaskState::Disputed { .. }),
		TaskStatus::Ended(_) => true,
	}
}
