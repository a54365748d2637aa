//! Logging, to standard error: standard output is for answers.

use anyhow::{Context, Result};
use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

/// Form of the log.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
	/// For people.
	#[default]
	Text,
	/// One JSON object per line.
	Json,
}

/// Starts logging. `filter` is that of `-l`; what is not named there stays quiet below warnings.
pub fn start(filter: Option<&str>, default: &str, format: LogFormat) -> Result<()> {
	let filter = filter.unwrap_or(default);
	let filter = EnvFilter::try_new(filter)
		.with_context(|| format!("`{filter}` is no log filter; write for example -l info"))?;
	let builder = tracing_subscriber::fmt()
		.with_env_filter(filter)
		.with_writer(std::io::stderr)
		// They would go to standard error too, and what can't be written there ends the daemon.
		.log_internal_errors(false)
		.with_target(false);
	match format {
		LogFormat::Json => builder.json().flatten_event(true).init(),
		LogFormat::Text => {
			let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none();
			builder.with_ansi(colour).init();
		},
	}
	Ok(())
}
