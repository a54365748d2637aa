//! The same run by the reference interpreter, which is the definition of a profile.

use super::local::{self, Local, Program};
use crate::{context::Context, failure::Failure, output, render::job_view::outcome_json};
use assay_primitives::outcome::Outcome;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

/// What the interpreter found, beside the run that it was to repeat.
pub struct Comparison {
	outcome: Outcome,
	took: Duration,
	same: bool,
}

/// Interprets the program once more.
pub async fn compare(
	program: &Program,
	local: &Local,
	input: Option<Vec<u8>>,
	timeout: Duration,
	context: &Context,
) -> Result<Comparison, Failure> {
	let (module, spec) = (program.module.clone(), local.spec.clone());
	let profile = program.profile.clone();
	let progress = context.progress();
	let what = "the reference interpreter";
	progress.doing(format!("running {what}"));
	let begin = Instant::now();
	let run = tokio::task::spawn_blocking(move || {
		assay_interpreter::execute(&module, &spec, &profile, input)
			.map_err(|error| Failure::new(output::plain(&error.to_string(), 500)))
	});
	// It can't be stopped from outside, but ends with this program.
	let found = tokio::time::timeout(timeout, local::wait(run, &progress, what)).await;
	let finished = found.map_err(|_| {
		Failure::new(format!("{what} took longer than {} s", timeout.as_secs()))
			.hint("raise --timeout, or give it a smaller input")
	})??;
	let outcome = finished.outcome;
	Ok(Comparison { outcome, took: begin.elapsed(), same: outcome == local.finished.outcome })
}

impl Comparison {
	/// For programs.
	pub fn json(&self, task: &assay_primitives::Hash) -> Value {
		json!({
			"same": self.same,
			"outcome": outcome_json(&self.outcome, task),
			"milliseconds": self.took.as_millis() as u64,
		})
	}

	/// For people.
	pub fn line(&self) -> String {
		let verdict = if self.same { "the same outcome" } else { "ANOTHER OUTCOME" };
		format!("interpreter  {verdict}, in {} ms", self.took.as_millis())
	}

	/// Two executors that differ: one of them is wrong.
	pub fn check(&self, local: &Local) -> Result<(), Failure> {
		if self.same {
			return Ok(());
		}
		Err(Failure::Plain {
			message: format!(
				"the interpreter gives {:?} with {} gas, the sandbox {:?} with {} gas",
				self.outcome.class,
				self.outcome.gas_used,
				local.finished.outcome.class,
				local.finished.outcome.gas_used
			),
			hint: Some("keep module and input, and report it: SECURITY.md says how".into()),
			exit_code: 7,
		})
	}
}
