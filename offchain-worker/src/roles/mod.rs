//! What a process of the daemon can do. A role is its decisions, in `assay-decisions`, and its folder here.

/// Makes something of the roles: one line for each, with its name, its folder, and the file in it that has its section of
/// the configuration, where it has one. They begin in this order.
macro_rules! each_role {
	($make:ident) => {
		$make! {
			/// Run the jobs that the chain draws this provider for.
			Provider: provider,
			/// Judge the cases that the chain draws this mediator for.
			Mediator: mediator with config,
			/// Run a sample of what others agree on again, and call lies into question.
			Watcher: watcher with config,
			/// Collect signed orders of others, and submit those that make a deal.
			Solver: solver,
		}
	};
}

pub mod crew;
pub mod mediator;
pub mod name;
pub mod provider;
pub mod solver;
pub mod watcher;

use crate::config::Settings;
use anyhow::Result;
use assay_client::chain::At;
use assay_primitives::AccountId;
use crew::{Crew, Entry, Registration, Work};
use name::RoleName;

/// What is asked of a role by its name.
macro_rules! ask_entries {
	($($(#[$doc:meta])* $name:ident: $role:ident $(with $section:ident)?,)*) => {
		/// As what somebody has to be registered for a role, if so.
		pub fn registration(role: RoleName) -> Option<Registration> {
			match role {
				$(RoleName::$name => $role::start::Start::REGISTRATION,)*
			}
		}

		/// Whether a role runs programs.
		pub fn runs(role: RoleName) -> bool {
			match role {
				$(RoleName::$name => $role::start::Start::RUNS,)*
			}
		}

		/// See [`Entry::stash`].
		pub async fn stash(
			role: RoleName,
			settings: &Settings,
			at: &At,
			operator: &AccountId,
		) -> Result<Option<AccountId>> {
			match role {
				$(RoleName::$name => $role::start::Start::stash(settings, at, operator).await,)*
			}
		}

		/// See [`Entry::check`].
		pub async fn check(role: RoleName, settings: &Settings) -> Result<String> {
			match role {
				$(RoleName::$name => $role::start::Start::check(settings).await,)*
			}
		}

		/// See [`Entry::start`].
		pub async fn start(role: RoleName, crew: &Crew) -> Result<Vec<Work>> {
			match role {
				$(RoleName::$name => $role::start::Start::start(crew).await,)*
			}
		}
	};
}

each_role!(ask_entries);
