//! Where jobs run on this machine.

use crate::config::Settings;
use anyhow::{Context, Result, ensure};
use assay_runner::{Runner, RunnerConfig, WorkerCommand};

/// The runner of jobs; refuses a machine without a sandbox unless told otherwise.
pub fn runner(settings: &Settings) -> Result<Runner> {
	let worker = WorkerCommand::current_exe().context("this program does not find itself")?;
	let mut config = RunnerConfig::new(settings.base_path.join("compiled"), worker);
	config.insecure = settings.insecure;
	config.wall_limit = settings.limits.wall;
	Runner::new(config)
		.context("jobs can't be run here; `--insecure` gives up the sandbox, for tests only")
}

/// What of the sandbox there is; an error where too much of it is missing.
pub fn sandbox(settings: &Settings) -> Result<String> {
	let report = runner(settings)?.sandbox().clone();
	let missing = report.missing.join(", ");
	ensure!(settings.insecure || report.is_sufficient(), "missing: {missing}");
	let parts = [
		("namespaces", report.namespaces),
		("empty root", report.empty_root),
		("seccomp", report.seccomp),
		("landlock", report.landlock),
	];
	let present: Vec<&str> = parts.iter().filter(|(_, on)| *on).map(|(name, _)| *name).collect();
	let note = if missing.is_empty() { String::new() } else { format!("; without {missing}") };
	Ok(present.join(", ") + &note)
}
