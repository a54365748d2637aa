//! What a process of the daemon does.

use clap::ValueEnum;
use serde::Deserialize;

/// What a daemon does. One process may do several of these.
#[derive(Clone, Copy, Debug, Deserialize, Eq, Ord, PartialEq, PartialOrd, ValueEnum)]
#[serde(rename_all = "lowercase")]
pub enum RoleName {
	/// Run the jobs that the chain draws this provider for.
	Provider,
	/// Judge the cases that the chain draws this mediator for.
	Mediator,
	/// Run a sample of what others agree on again, and call lies into question.
	Watcher,
	/// Collect signed orders of others, and submit those that make a deal.
	Solver,
}
