//! Running a task again on this machine and comparing.

use super::{bag::fetch_list, mismatch::Mismatch, progress::outcome};
use crate::{
	content::Fetcher,
	error::{Error, Result, foreign},
	private::{self, ContentKey, SealedInput},
};
use assay_primitives::{
	AccountId,
	deal::{EndedTask, ReplicaResult, TaskStatus, TaskView},
	outcome::{Class, Digest, Manifest, Outcome},
	task::{Input, TaskId, TaskSpec},
};
use assay_runner::{
	Cancel, Finished, Job, ModuleSource, Reason, Refusal, RunError, Runner, Stats, Trace,
};
use std::{path::Path, sync::Arc};

/// A task that was run here.
#[derive(Clone, Debug)]
pub struct Verification {
	/// Which.
	pub task: TaskId,
	/// The outcome here.
	pub local: Outcome,
	/// Its digest.
	pub local_digest: Digest,
	/// The outcome on chain, where there is one.
	pub chain: Option<Outcome>,
	/// What each replica that showed a digest said.
	pub claims: Vec<Claim>,
	/// The outputs here, below the directory that was named.
	pub manifest: Manifest,
	/// Why the module is outside the profile, where that is the outcome; fit for a terminal.
	pub refusal: Option<Refusal>,
	/// Why and where it ended early here, where the runner's settings ask for it; fit for a terminal.
	pub trace: Option<Trace>,
	/// What the run took.
	pub stats: Stats,
}

/// What one replica said.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claim {
	/// Who.
	pub provider: AccountId,
	/// What.
	pub digest: Digest,
	/// Whether it is what came out here.
	pub holds: bool,
}

impl Verification {
	/// Whether the outcome on chain is the one here.
	///
	/// Errors: [`Error::Mismatch`]; [`Error::NotSettled`] where the chain has no outcome yet.
	pub fn check(&self) -> Result<()> {
		match self.chain {
			None => Err(Error::NotSettled(self.task)),
			Some(chain) if chain == self.local => Ok(()),
			Some(chain) => {
				let (task, local) = (self.task, self.local);
				Err(Error::Mismatch(Box::new(Mismatch { task, chain, local })))
			},
		}
	}
}

/// Fetches module and input, runs the task in the sandbox of `runner`, and compares. The blocks of
/// the outputs are left below `out_dir`.
///
/// A difference is not an error here: see [`Verification::check`].
///
/// A private input is opened with `key`.
///
/// Errors: those of fetching, [`Error::Usage`] for a private input without its key, and
/// [`Error::Execution`] when the run failed for reasons of this machine.
pub async fn verify(
	fetcher: &Fetcher,
	view: &TaskView,
	key: Option<&ContentKey>,
	runner: Arc<Runner>,
	out_dir: &Path,
) -> Result<Verification> {
	let job = match fetch_job(fetcher, view, key).await? {
		Work::Run(job) => job,
		Work::BadList => {
			return Ok(compare(view, Finished::without_run(Class::InputMismatch)));
		},
	};
	let cancel = Cancel::new();
	// Kills the run when the caller stops waiting for it.
	let _guard = CancelOnDrop(cancel.clone());
	let out_dir = out_dir.to_path_buf();
	let run = tokio::task::spawn_blocking(move || runner.run(&job, &out_dir, &cancel)).await;
	let finished = run
		.map_err(|error| Error::Execution(error.to_string()))?
		.map_err(|error| failed(&error))?;
	Ok(compare(view, finished))
}

/// A failed run. What its process wrote last is part of it, and the program may have had a say in
/// that.
fn failed(error: &RunError) -> Error {
	Error::Execution(foreign(&error.to_string()))
}

/// A refusal quotes names in the module, and its author chose them.
fn shown(refusal: Refusal) -> Refusal {
	let reason = match refusal.reason {
		Reason::Malformed(text) => Reason::Malformed(foreign(&text)),
		Reason::UnknownImport { module, name } => {
			Reason::UnknownImport { module: foreign(&module), name: foreign(&name) }
		},
		Reason::ImportType { name } => Reason::ImportType { name: foreign(&name) },
		Reason::ReservedExport { name } => Reason::ReservedExport { name: foreign(&name) },
		other => other,
	};
	Refusal { reason, ..refusal }
}

/// Names of functions are its author's as well.
fn shown_trace(mut trace: Trace) -> Trace {
	for name in trace.frames.iter_mut().filter_map(|frame| frame.name.as_mut()) {
		*name = foreign(name);
	}
	trace
}

struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
	fn drop(&mut self) {
		self.0.cancel();
	}
}

/// What there is to do for a task.
enum Work {
	/// A program runs.
	Run(Box<Job>),
	/// The list of inputs is not what was committed to, which is an outcome.
	BadList,
}

async fn fetch_job(fetcher: &Fetcher, view: &TaskView, key: Option<&ContentKey>) -> Result<Work> {
	let request = &view.deal.request;
	let spec = request.task.clone();
	if spec.hash_of(view.id.index) != view.deal.task_hash {
		return Err(Error::decode("a task", "its hash is not that of its specification"));
	}
	let hints = private::urls(request);
	let Some(spec) = with_item(fetcher, spec, view.id.index, &hints).await? else {
		return Ok(Work::BadList);
	};
	let module = fetcher.fetch_bytes(&spec.module, &hints).await?;
	let input = match &spec.input {
		Input::Blob(_) if SealedInput::of(request)?.is_some() => {
			let key = key.ok_or_else(|| {
				Error::Usage("the input is private, and its key is not known here".into())
			})?;
			Some(private::fetch_input(fetcher, request, key).await?.to_vec())
		},
		Input::Blob(content) => Some(fetcher.fetch_bytes(content, &hints).await?),
		Input::None | Input::List(_) => None,
	};
	Ok(Work::Run(Box::new(Job { module: ModuleSource::Bytes(module), spec, input })))
}

/// The specification with the task's own input, where it names a list of them; `None` where that is
/// not what was committed to.
async fn with_item(
	fetcher: &Fetcher,
	spec: TaskSpec,
	index: u32,
	hints: &[String],
) -> Result<Option<TaskSpec>> {
	let Input::List(list) = &spec.input else { return Ok(Some(spec)) };
	let items = fetch_list(fetcher, list, hints).await?.ok();
	let item = items.and_then(|items| items.get(index as usize).copied());
	Ok(item.map(|item| spec.with_input(item)))
}

fn compare(view: &TaskView, finished: Finished) -> Verification {
	let local = finished.outcome;
	let local_digest = local.digest(&view.deal.task_hash);
	let claims = claims(view)
		.into_iter()
		.map(|(provider, digest)| Claim { provider, digest, holds: digest == local_digest })
		.collect();
	Verification {
		task: view.id,
		local,
		local_digest,
		chain: outcome(view).ok(),
		claims,
		manifest: finished.manifest,
		refusal: finished.refusal.map(shown),
		trace: finished.trace.map(shown_trace),
		stats: finished.stats,
	}
}

/// Digests that replicas showed.
fn claims(view: &TaskView) -> Vec<(AccountId, Digest)> {
	let provider = |candidate: u32| {
		view.deal.candidates.get(candidate as usize).map(|candidate| candidate.provider.clone())
	};
	let digest_of = |outcome: &Outcome| outcome.digest(&view.deal.task_hash);
	match &view.status {
		TaskStatus::Open(task) => task
			.replicas
			.iter()
			.filter_map(|it| Some((provider(it.candidate)?, digest_of(it.outcome()?))))
			.collect(),
		TaskStatus::Ended(EndedTask { replicas, .. }) => replicas
			.iter()
			.filter_map(|replica| {
				let digest = match replica.result {
					ReplicaResult::Agreed => digest_of(&outcome(view).ok()?),
					ReplicaResult::Wrong(digest) | ReplicaResult::Undecided(digest) => digest,
					_ => return None,
				};
				Some((provider(replica.candidate)?, digest))
			})
			.collect(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::view;
	use assay_primitives::{
		Hash,
		deal::{EndedReplica, Ending, FailCause},
		merkle::ListRoot,
		outcome::Class,
	};
	use assay_runner::{Cause, Frame};

	fn gave(gas_used: u64) -> Outcome {
		let output = ListRoot { root: Hash::zero(), len: 2 };
		Outcome { class: Class::Exited(0), gas_used, output, output_bytes: 0 }
	}

	fn finished(outcome: Outcome) -> Finished {
		Finished { outcome, ..Finished::without_run(outcome.class) }
	}

	fn ended(ending: Ending, results: &[ReplicaResult]) -> TaskView {
		let replicas = results.iter().enumerate().map(|(at, result)| EndedReplica {
			candidate: at as u32,
			result: *result,
			paid: 0,
			slashed: 0,
		});
		view(TaskStatus::Ended(EndedTask {
			ending,
			replicas: replicas.collect::<Vec<_>>().try_into().expect("few"),
			paid: 0,
			ended_at: 20,
			prune_at: 100,
		}))
	}

	#[test]
	fn verification_should_pass_when_the_outcomes_are_equal() {
		let wrong = Hash::repeat_byte(9);
		let results = [ReplicaResult::Agreed, ReplicaResult::Wrong(wrong), ReplicaResult::Silent];
		let done = compare(&ended(Ending::Settled(gave(5)), &results), finished(gave(5)));
		done.check().expect("equal");
		let holds: Vec<bool> = done.claims.iter().map(|claim| claim.holds).collect();
		assert_eq!(holds, [true, false], "the silent one claimed nothing");
	}

	#[test]
	fn words_of_strangers_should_reach_no_terminal_as_they_are() {
		let error = failed(&RunError::WorkerDied("\x1b[2Jpanicked\r\nat".into()));
		assert_eq!(error.to_string().chars().find(|c| c.is_control()), None, "{error}");
		let evil = || "\x1b]0;evil\x07".repeat(100);
		for reason in [
			Reason::Malformed(evil()),
			Reason::UnknownImport { module: evil(), name: evil() },
			Reason::ImportType { name: evil() },
			Reason::ReservedExport { name: evil() },
		] {
			let refusal = Some(Refusal { offset: 3, reason });
			let view = ended(Ending::Settled(gave(5)), &[ReplicaResult::Agreed]);
			let done = compare(&view, Finished { refusal, ..finished(gave(5)) });
			let text = done.refusal.expect("it was refused").to_string();
			assert!(!text.contains(char::is_control) && text.len() < 1_500, "{text:?}");
		}
		let frame = Frame { function: 1, name: Some(evil()), offset: None };
		let (cause, host_call) = (Cause::Unreachable, None);
		let trace = Some(Trace { cause, host_call, frames: vec![frame], left_out: None });
		let view = ended(Ending::Settled(gave(5)), &[ReplicaResult::Agreed]);
		let done = compare(&view, Finished { trace, ..finished(gave(5)) });
		let name = done.trace.and_then(|trace| trace.frames[0].name.clone()).expect("it has one");
		assert!(!name.contains(char::is_control) && name.len() < 1_500, "{name:?}");
	}

	#[test]
	fn verification_should_name_what_differs() {
		let local = Outcome { class: Class::Trapped, ..gave(6) };
		let view = ended(Ending::Settled(gave(5)), &[ReplicaResult::Agreed]);
		let done = compare(&view, finished(local));
		let error = done.check().expect_err("it differs");
		assert_eq!((error.code(), error.exit_code()), ("E-0306", 7));
		let text = error.to_string();
		assert!(text.contains("class Exited(0) on chain and Trapped here"), "{text}");
		assert!(text.contains("gas used 5 on chain and 6 here"), "{text}");
		assert!(!text.contains("output"), "{text}");
		assert!(!done.claims[0].holds);
	}

	#[test]
	fn undecided_claims_should_be_compared_although_the_chain_has_no_outcome() {
		let task_hash = view(TaskStatus::Ended(EndedTask {
			ending: Ending::Failed(FailCause::Undecided),
			replicas: Default::default(),
			paid: 0,
			ended_at: 1,
			prune_at: 2,
		}))
		.deal
		.task_hash;
		let right = gave(5).digest(&task_hash);
		let results = [ReplicaResult::Undecided(Hash::zero()), ReplicaResult::Undecided(right)];
		let done =
			compare(&ended(Ending::Failed(FailCause::Undecided), &results), finished(gave(5)));
		assert!(matches!(done.check(), Err(Error::NotSettled(_))));
		let holds: Vec<bool> = done.claims.iter().map(|claim| claim.holds).collect();
		assert_eq!(holds, [false, true]);
	}
}
