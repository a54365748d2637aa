//! What goes to standard output: tables for people, JSON for programs.

use clap::ValueEnum;
use comfy_table::{ContentArrangement, Table, presets::NOTHING};
use serde::Serialize;
use std::io::{IsTerminal, Write};

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

/// Prints a line; a closed pipe ends the program quietly, as for any other filter.
pub fn line(text: &str) {
	if writeln!(std::io::stdout().lock(), "{text}").is_err() {
		std::process::exit(0);
	}
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
		line(row.trim_end());
	}
}
