//! `assay app run`.

use super::{
	local::{self, Local, Program},
	reference::{self, Comparison},
};
use crate::{
	args::AppRunArgs,
	context::Context,
	failure::Failure,
	output,
	program::memory_text,
	render::{job as words, job_view::outcome_json},
	trace,
};
use assay_client::job::{Skipped, write_outputs};
use assay_primitives::outcome::OutputKind;
use serde_json::{Value, json};
use std::{path::Path, time::Duration};

/// Most bytes of a stream that are put into JSON or onto a terminal.
const SHOWN_BYTES: usize = 64 << 10;

/// Runs a program once.
pub async fn run(args: AppRunArgs, context: &Context) -> Result<(), Failure> {
	let program = Program::load(&args.module, &args.program, args.profile.as_ref())?;
	if let Some(directory) = &args.output_dir {
		output::free(directory)?;
	}
	let input = match &args.input {
		Some(path) => local::read_input(path)?,
		None => local::read_stdin().await?,
	};
	let runner = context.runner_with(|config| config.wall_limit = args.timeout)?;
	let what = args.module.display().to_string();
	let again = args.interpreter.then(|| input.clone());
	let local = local::run(&program, input, runner, &what, context).await?;
	let reference = match again {
		Some(input) => {
			Some(reference::compare(&program, &local, input, args.timeout, context).await?)
		},
		None => None,
	};
	let skipped = match &args.output_dir {
		Some(directory) => write_outputs(local.blocks.path(), &local.finished.manifest, directory)?,
		None => Vec::new(),
	};
	match context.global.output.is_json() {
		true => output::json(
			context.global.output,
			&describe(&program, &local, args.output_dir.as_deref(), &skipped, reference.as_ref())?,
		),
		false => {
			pass_on(&local)?;
			if !context.global.quiet {
				summary(&program, &local, args.output_dir.as_deref(), reference.as_ref());
			}
			for skipped in &skipped {
				let path = skipped.path.escape_debug();
				eprintln!("warning: {path} was not written: {}", skipped.why);
			}
		},
	}
	reference.map_or(Ok(()), |reference| reference.check(&local))?;
	local.failure(args.program.gas).map_or(Ok(()), Err)
}

/// What the program wrote goes where it would have gone.
fn pass_on(local: &Local) -> Result<(), Failure> {
	let (mut out, mut err) = (std::io::stdout().lock(), std::io::stderr().lock());
	pass_stream(&mut out, &local.stream(OutputKind::Stdout)?, "standard output");
	pass_stream(&mut err, &local.stream(OutputKind::Stderr)?, "standard error");
	Ok(())
}

fn pass_stream<S: std::io::Write + std::io::IsTerminal>(to: &mut S, bytes: &[u8], name: &str) {
	let shown = if to.is_terminal() { bytes.len().min(SHOWN_BYTES) } else { bytes.len() };
	output::raw(to, &bytes[..shown]);
	if shown < bytes.len() {
		let rest = bytes.len() - shown;
		output::raw(to, format!("\n… {rest} more bytes of {name}; see --output-dir\n").as_bytes());
	}
}

/// Units of gas in a second, where the time is long enough to say anything.
fn speed(local: &Local) -> Option<u64> {
	let stats = &local.finished.stats;
	let millis = u64::try_from(stats.execute.as_millis()).ok()?;
	if stats.execute < Duration::from_millis(20) {
		return None;
	}
	local.finished.outcome.gas_used.checked_mul(1_000)?.checked_div(millis)
}

/// On standard error, since standard output is the program's.
fn summary(
	program: &Program,
	local: &Local,
	directory: Option<&Path>,
	reference: Option<&Comparison>,
) {
	let (outcome, stats) = (&local.finished.outcome, &local.finished.stats);
	eprintln!("---");
	eprintln!("outcome      the program {}", words::class(&outcome.class));
	eprintln!("profile      {}", program.profile.number);
	eprintln!("gas          {} of {}", outcome.gas_used, local.spec.limits.gas);
	let speed = speed(local)
		.map_or(String::new(), |speed| format!(", {} million gas a second", speed / 1_000_000));
	let compiled = match stats.cached {
		true => "compiled before".into(),
		false => format!("{} ms of it to compile", stats.prepare.as_millis()),
	};
	eprintln!("time         {} ms, {compiled}{speed}", stats.wall.as_millis());
	eprintln!(
		"memory       {} of the program, {} MiB of its process",
		memory_text(stats.memory_pages.into()),
		stats.peak_memory >> 20
	);
	let files = local.finished.manifest.0.len().saturating_sub(2);
	eprintln!("outputs      {} bytes, {files} entries under /out", outcome.output_bytes);
	eprintln!("digest       {:?}", outcome.digest(&local.spec.hash()));
	for line in local.finished.trace.iter().flat_map(trace::lines) {
		eprintln!("{line}");
	}
	if let Some(reference) = reference {
		eprintln!("{}", reference.line());
	}
	match directory {
		Some(directory) => eprintln!("written to   {}", directory.display()),
		None if files > 0 => eprintln!("hint: --output-dir DIR keeps what is under /out"),
		None => {},
	}
}

fn describe(
	program: &Program,
	local: &Local,
	directory: Option<&Path>,
	skipped: &[Skipped],
	reference: Option<&Comparison>,
) -> Result<Value, Failure> {
	let stats = &local.finished.stats;
	let task = local.spec.hash();
	let entries: Vec<_> = local
		.finished
		.manifest
		.0
		.iter()
		.map(|entry| {
			json!({
				"kind": format!("{:?}", entry.kind).to_lowercase(),
				"path": String::from_utf8_lossy(&entry.path),
				"bytes": entry.content.size,
				"hash": entry.content.hash,
			})
		})
		.collect();
	let skipped: Vec<_> =
		skipped.iter().map(|one| json!({ "path": one.path, "why": one.why })).collect();
	Ok(json!({
		"profile": program.profile.number,
		"task": task,
		"outcome": outcome_json(&local.finished.outcome, &task),
		"refusal": local.finished.refusal.as_ref().map(|it| output::plain(&it.to_string(), 500)),
		"trace": local.finished.trace.as_ref().map(trace::json),
		"gasLimit": local.spec.limits.gas,
		"milliseconds": stats.wall.as_millis() as u64,
		"prepareMilliseconds": stats.prepare.as_millis() as u64,
		"executeMilliseconds": stats.execute.as_millis() as u64,
		"gasPerSecond": speed(local),
		"memoryPages": stats.memory_pages,
		"peakMemory": stats.peak_memory,
		"cached": stats.cached,
		"stdout": text(&local.stream(OutputKind::Stdout)?),
		"stderr": text(&local.stream(OutputKind::Stderr)?),
		"entries": entries,
		"outputDirectory": directory,
		"skipped": skipped,
		"interpreter": reference.map(|reference| reference.json(&task)),
	}))
}

fn text(bytes: &[u8]) -> Value {
	let shown = &bytes[..bytes.len().min(SHOWN_BYTES)];
	json!({ "text": String::from_utf8_lossy(shown), "truncated": shown.len() < bytes.len() })
}
