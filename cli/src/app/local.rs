//! One run of a program on this machine, in the sandbox that providers use.

use super::{
	file::{self, Content},
	refused::Refused,
};
use crate::{
	args::ProgramArgs,
	context::Context,
	failure::Failure,
	output,
	program::{self, gas_text, profiles},
	progress::Progress,
	render::job as words,
	trace,
};
use assay_client::job::{JobOptions, MaxPrice};
use assay_primitives::{
	Hash,
	content::{ContentRef, MAX_CONTENT_SIZE},
	outcome::{Class, OutputKind},
	profile::Profile,
	task::TaskSpec,
};
use assay_runner::{Cancel, Finished, Job, ModuleSource, RunError, Runner, read_output};
use std::{
	io::{IsTerminal, Read},
	path::{Path, PathBuf},
	sync::Arc,
	time::{Duration, Instant},
};
use tempfile::TempDir;

/// How often a line says that it goes on, where no spinner does.
const HEARTBEAT: Duration = Duration::from_secs(10);

/// A program with all that decides what it does, but the input.
pub struct Program {
	/// Its bytes.
	pub module: Vec<u8>,
	/// The rules that it runs under.
	pub profile: Profile,
	options: JobOptions,
}

/// A run that has ended.
pub struct Local {
	/// What was run.
	pub spec: TaskSpec,
	/// What came of it.
	pub finished: Finished,
	/// Blocks of the outputs.
	pub blocks: TempDir,
}

impl Program {
	/// Reads and checks a program.
	pub fn load(
		path: &Path,
		args: &ProgramArgs,
		profile: Option<&Profile>,
	) -> Result<Self, Failure> {
		let profiles = profiles(profile);
		let most = profiles.iter().map(|profile| profile.limits.module_bytes).max().unwrap_or(0);
		let module = match file::read(path, most.into())? {
			Content::Whole(module) => module,
			Content::Longer(bytes) => {
				let text =
					format!("{} has {bytes} bytes, above the limit of {most}", path.display());
				return Err(Failure::usage(text).hint(check_hint(path)));
			},
		};
		let mut refusal = None;
		for profile in profiles {
			match assay_runner::check(&module, &profile) {
				Ok(_) => {
					let none = MaxPrice::PerReplica(0);
					let mut options = JobOptions::new(ContentRef::of(&module), none);
					options.profile = profile.id();
					options.seed = Hash::zero();
					program::describe(args, &mut options)?;
					options.task()?;
					return Ok(Self { module, profile, options });
				},
				Err(other) => {
					refusal = refusal.or_else(|| Some(Refused::new(&module, &profile, other)));
				},
			}
		}
		let refused = refusal.map_or_else(String::new, |refused| {
			format!("{}\nhint: {}", refused.sentence(), refused.todo)
		});
		Err(Failure::usage(format!("{} can't be run: {refused}", path.display()))
			.hint(check_hint(path)))
	}

	/// The task with this input.
	pub fn spec(&self, input: Option<&[u8]>) -> Result<TaskSpec, Failure> {
		let mut options = self.options.clone();
		options.input = input.map(ContentRef::of);
		Ok(options.task()?)
	}
}

fn check_hint(path: &Path) -> String {
	format!("assay app check {} tells more", path.display())
}

/// Reads an input; an empty one is none.
pub fn read_input(path: &Path) -> Result<Option<Vec<u8>>, Failure> {
	match file::read(path, MAX_CONTENT_SIZE)? {
		Content::Whole(bytes) => Ok(Some(bytes).filter(|bytes| !bytes.is_empty())),
		Content::Longer(bytes) => Err(Failure::usage(format!(
			"{} has {bytes} bytes or more, above the limit of {MAX_CONTENT_SIZE}",
			path.display()
		))
		.hint("split the work into several jobs")),
	}
}

/// What comes in through a pipe or a redirection.
pub async fn read_stdin() -> Result<Option<Vec<u8>>, Failure> {
	if std::io::stdin().is_terminal() {
		return Ok(None);
	}
	// Elsewhere, so that Ctrl-C ends the waiting.
	let reading = tokio::task::spawn_blocking(read_all_stdin).await;
	reading.map_err(|error| Failure::new(format!("can't read standard input: {error}")))?
}

fn read_all_stdin() -> Result<Option<Vec<u8>>, Failure> {
	let stdin = std::io::stdin();
	let mut bytes = Vec::new();
	stdin
		.lock()
		.take(MAX_CONTENT_SIZE + 1)
		.read_to_end(&mut bytes)
		.map_err(|error| Failure::new(format!("can't read standard input: {error}")))?;
	if bytes.len() as u64 > MAX_CONTENT_SIZE {
		let text = format!("standard input is longer than the limit of {MAX_CONTENT_SIZE} bytes");
		return Err(Failure::usage(text).hint("split the work into several jobs"));
	}
	Ok(Some(bytes).filter(|bytes| !bytes.is_empty()))
}

/// Ends the run when nobody waits for it any more, for example after Ctrl-C.
struct CancelOnDrop(Cancel);

impl Drop for CancelOnDrop {
	fn drop(&mut self) {
		self.0.cancel();
	}
}

/// Runs a program once, telling that it goes on.
pub async fn run(
	program: &Program,
	input: Option<Vec<u8>>,
	runner: Arc<Runner>,
	what: &str,
	context: &Context,
) -> Result<Local, Failure> {
	let spec = program.spec(input.as_deref())?;
	let blocks = tempfile::tempdir()
		.map_err(|error| Failure::new(format!("can't create a temporary folder: {error}")))?;
	let module = ModuleSource::Bytes(program.module.clone());
	let job = Job { module, spec: spec.clone(), input };
	let cancel = Cancel::new();
	let _guard = CancelOnDrop(cancel.clone());
	let directory: PathBuf = blocks.path().into();
	let run = tokio::task::spawn_blocking(move || {
		runner.run(&job, &directory, &cancel).map_err(|error| failed(&error))
	});
	let progress = context.progress();
	progress.doing(format!("running {what}"));
	let finished = wait(run, &progress, what).await?;
	drop(progress);
	Ok(Local { spec, finished, blocks })
}

/// Waits for a run in another thread, telling that it goes on.
pub async fn wait<T>(
	mut run: tokio::task::JoinHandle<Result<T, Failure>>,
	progress: &Progress,
	what: &str,
) -> Result<T, Failure> {
	let begin = Instant::now();
	let every = if progress.is_live() { Duration::from_secs(1) } else { HEARTBEAT };
	loop {
		match tokio::time::timeout(every, &mut run).await {
			Ok(Ok(finished)) => return finished,
			Ok(Err(error)) => return Err(Failure::new(format!("the run was lost: {error}"))),
			Err(_) => {
				let seconds = begin.elapsed().as_secs();
				progress.doing(format!("running {what} for {seconds} s"));
			},
		}
	}
}

/// A failure of this machine. What the worker wrote last is part of it, and the program may have had a
/// say in that.
fn failed(error: &RunError) -> Failure {
	let failure = Failure::new(output::plain(&format!("the run failed: {error}"), 500));
	match error {
		RunError::TimedOut { .. } => {
			failure.hint("raise --timeout, or lower --gas so that the run ends earlier")
		},
		RunError::Sandbox(_) => {
			failure.hint("on a machine of your own, --insecure runs jobs without a sandbox")
		},
		RunError::WorkerDied(_) | RunError::Engine(_) => failure.hint(
			"this says nothing about the program: look whether the machine has memory left, or lower \
			 --memory",
		),
		_ => failure,
	}
}

impl Local {
	/// What the program wrote to a standard stream.
	pub fn stream(&self, kind: OutputKind) -> Result<Vec<u8>, Failure> {
		let entry = self.finished.manifest.0.iter().find(|entry| entry.kind == kind);
		let Some(entry) = entry else { return Ok(Vec::new()) };
		read_output(self.blocks.path(), &entry.content)
			.map_err(|error| Failure::new(format!("can't read what the program wrote: {error}")))?
			.ok_or_else(|| Failure::new("what the program wrote has gone"))
	}

	/// Why it did not succeed, with what to do.
	pub fn failure(&self, gas_limit: u64) -> Option<Failure> {
		let class = self.finished.outcome.class;
		let hint = match class {
			Class::Exited(0) => return None,
			Class::Exited(_) => "read what it wrote to standard error",
			Class::Trapped => {
				let cause = self.finished.trace.as_ref().map(|trace| &trace.cause);
				cause.and_then(trace::todo).unwrap_or("standard error may say more")
			},
			Class::OutOfGas => {
				let text = format!(
					"raise the limit, for example --gas {}, or see docs/jobs.md on how to need less",
					gas_text(gas_limit.saturating_mul(10))
				);
				return Some(self.failed(text));
			},
			Class::StackExhausted => {
				"it recurses too deeply: use a loop, or keep what is pending in a Vec of your own"
			},
			Class::OutputLimit => "raise --output-limit, or write less",
			Class::ModuleInvalid => "raise --memory: it starts with more than the task allows",
			Class::InputMismatch => "the input is not what the task names",
		};
		Some(self.failed(hint.into()))
	}

	fn failed(&self, hint: String) -> Failure {
		let words = words::class(&self.finished.outcome.class);
		let message = match &self.finished.trace {
			Some(trace) => format!("the program {}", trace::sentence(trace, &words)),
			None => format!("the program {words}"),
		};
		Failure::Plain { message, hint: Some(hint), exit_code: 6 }
	}
}
