//! `assay pool estimate`: a sample run here, and what a pool of all would take and cost.

use super::{forecast::Forecast, render, sample::Sample, subtasks::Subtasks};
use crate::{
	app::local::{self, Program},
	args::PoolEstimateArgs,
	context::Context,
	failure::Failure,
	output,
};
use assay_primitives::hashing::tagged_hash;

/// Runs the sample, then forecasts.
pub async fn run(args: PoolEstimateArgs, context: &Context) -> Result<(), Failure> {
	let subtasks = Subtasks::of(&args.subtasks)?;
	let program = Program::load(&args.module, &args.program, args.profile.as_ref())?;
	let seed = tagged_hash(b"assay/pool-sample/1", &args.draw);
	let sample = Sample::run(&program, &subtasks, &seed, &args, context).await?;
	let progress = context.progress();
	// Elsewhere, so that Ctrl-C ends it.
	let racing = tokio::task::spawn_blocking(move || {
		Forecast::of(&sample, &args, &seed).map(|forecast| (forecast, sample, args))
	});
	let (forecast, sample, args) = local::wait(racing, &progress, "the forecast").await?;
	drop(progress);
	match context.global.output.is_json() {
		true => output::json(
			context.global.output,
			&render::json(&program, &subtasks, &sample, &forecast, &args),
		),
		false => render::print(&program, &subtasks, &sample, &forecast, &args),
	}
	Ok(())
}
