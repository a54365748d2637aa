//! `assay pool`: many subtasks of one program, for which providers race. Pools are not on the chain yet; what is here
//! forecasts them.

mod estimate;
mod forecast;
mod grid;
mod render;
mod sample;
mod subtasks;

pub use grid::{Axis, axis};

use crate::{args::PoolCommand, context::Context, failure::Failure};

/// Runs a command of this group.
pub async fn run(command: PoolCommand, context: &Context) -> Result<(), Failure> {
	match command {
		PoolCommand::Estimate(args) => estimate::run(*args, context).await,
	}
}
