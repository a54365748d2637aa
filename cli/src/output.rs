//! What goes to standard output: tables for people, JSON for programs.

use crate::failure::Failure;
use assay_client::job::check_directory;
use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde::Serialize;
use std::{
	io::{ErrorKind, IsTerminal, Write},
	path::Path,
	sync::atomic::{AtomicBool, Ordering},
};

/// Form of what a command prints.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, ValueEnum)]
pub enum Format {
	/// Aligned text
	#[default]
	Table,
	/// One JSON document
	Json,
	/// One JSON object per line: events while waiting, then the result
	Jsonl,
}

impl Format {
	/// Whether programs read it.
	pub fn is_json(self) -> bool {
		self != Self::Table
	}
}

/// A row of a table without a head: what it is, and what it is like.
pub fn row(name: &str, value: String) -> Vec<String> {
	vec![name.into(), value]
}

/// Prints a JSON document on one line or indented.
pub fn json<T: Serialize>(format: Format, value: &T) {
	let text = match format {
		Format::Jsonl => serde_json::to_string(value),
		_ => serde_json::to_string_pretty(value),
	};
	match text {
		Ok(text) => line(&text),
		Err(error) => eprintln!("error: can't write JSON: {error}"),
	}
}

/// Whether standard output has failed for another reason than that its reader has gone.
static FAILED: AtomicBool = AtomicBool::new(false);

/// Prints a line. A reader that has gone wants no more, which is its business and changes nothing
/// about how the command ends; any other failure is reported by [`check`].
pub fn line(text: &str) {
	if let Err(error) = writeln!(std::io::stdout().lock(), "{text}")
		&& error.kind() != ErrorKind::BrokenPipe
		&& !FAILED.swap(true, Ordering::Relaxed)
	{
		eprintln!("error: can't write the answer: {error}");
	}
}

/// Passes bytes of a program through as they are, or without what acts on a terminal if there is one.
pub fn raw(to: &mut (impl Write + IsTerminal), bytes: &[u8]) {
	let result = match to.is_terminal() {
		true => to.write_all(printable(&String::from_utf8_lossy(bytes)).as_bytes()),
		false => to.write_all(bytes),
	};
	if let Err(error) = result.and_then(|()| to.flush())
		&& error.kind() != ErrorKind::BrokenPipe
		&& !FAILED.swap(true, Ordering::Relaxed)
	{
		eprintln!("error: can't pass on what the program wrote: {error}");
	}
}

fn printable(text: &str) -> String {
	let keep = |c: &char| !c.is_control() || matches!(c, '\n' | '\t');
	text.chars().filter(keep).collect()
}

/// Text of a stranger on one line: cut, and without characters that act on a terminal.
pub fn plain(text: &str, most: usize) -> String {
	let clean = |c: char| if c.is_control() { ' ' } else { c };
	let mut shown: String = text.chars().take(most).map(clean).collect();
	if text.chars().nth(most).is_some() {
		shown.push('…');
	}
	shown
}

/// Fails where the answer could not be written.
pub fn check() -> Result<(), Failure> {
	match FAILED.load(Ordering::Relaxed) {
		true => Err(Failure::new("the answer was not written")),
		false => Ok(()),
	}
}

/// Refuses a folder for outputs before anything is done, or paid, for them.
pub fn free(directory: &Path) -> Result<(), Failure> {
	check_directory(directory)
		.map_err(|error| Failure::usage(error.to_string()).hint("name a new directory"))
}

/// A table without borders.
pub fn table(header: &[&str], rows: impl IntoIterator<Item = Vec<String>>) {
	let mut table = Table::new();
	table.load_style(NOTHING);
	table.set_content_arrangement(if std::io::stdout().is_terminal() {
		ContentArrangement::Dynamic
	} else {
		ContentArrangement::Disabled
	});
	if !header.is_empty() {
		table.set_header(header.iter().map(|name| name.to_uppercase()));
	}
	for row in rows {
		table.add_row(row);
	}
	for row in table.lines() {
		// Every cell has a space on both sides; the first one's is not wanted.
		line(row.strip_prefix(' ').unwrap_or(&row).trim_end());
	}
}
