//! `assay app`: what the author of a program needs before anybody is paid for running it.

mod anatomy;
mod check;
mod estimate;
mod file;
mod judges;
pub mod local;
mod reference;
mod refused;
mod run;
mod scaffold;

pub use estimate::{round_up, with_margin};
pub use refused::Refused;

use crate::{args::AppCommand, asset, context::Context, failure::Failure};

/// Runs a command of this group.
pub async fn run(command: AppCommand, context: &Context) -> Result<(), Failure> {
	match command {
		AppCommand::Check(args) => check::run(&args, context),
		AppCommand::Run(args) => run::run(*args, context).await,
		AppCommand::Estimate(args) => estimate::run(*args, context).await,
		AppCommand::New(args) => scaffold::run(&args, context),
		AppCommand::Registered(command) => asset::run(asset::Group::App, command, context).await,
	}
}
