//! Progress on standard error: a spinner on a terminal, plain lines elsewhere.

use crate::output::{self, Format};
use assay_primitives::{BlockNumber, task::DealId};
use indicatif::{ProgressBar, ProgressStyle};
use serde_json::json;
use std::{cell::RefCell, io::IsTerminal, time::Duration};

/// Progress of one command.
pub struct Progress {
	bar: Option<ProgressBar>,
	quiet: bool,
	/// What was said last: off a terminal, saying it again would only fill the log.
	last: RefCell<String>,
}

impl Progress {
	/// Starts; prints nothing where `quiet`.
	pub fn new(quiet: bool) -> Self {
		let bar = (!quiet && std::io::stderr().is_terminal()).then(|| {
			let bar = ProgressBar::new_spinner();
			if let Ok(style) = ProgressStyle::with_template("{spinner} {msg}") {
				bar.set_style(style);
			}
			bar.enable_steady_tick(Duration::from_millis(120));
			bar
		});
		Self { bar, quiet, last: RefCell::default() }
	}

	/// Whether it is shown on a terminal, where it may change every second.
	pub fn is_live(&self) -> bool {
		self.bar.is_some()
	}

	/// What is going on now.
	pub fn doing(&self, text: impl Into<String>) {
		let text = text.into();
		match &self.bar {
			Some(bar) => bar.set_message(text),
			None if self.quiet || *self.last.borrow() == text => {},
			None => {
				eprintln!("{text}");
				self.last.replace(text);
			},
		}
	}

	/// Something that happened in a block: a line, or an object for programs that read events. A deal that has
	/// another number now has `moved` from the one to the other.
	pub fn event(
		&self,
		block: BlockNumber,
		text: &str,
		moved: Option<(DealId, DealId)>,
		format: Format,
	) {
		if format != Format::Jsonl {
			return self.done(format!("block {block:>6}  {text}"));
		}
		let mut value = json!({ "block": block, "event": text });
		if let Some((from, to)) = moved {
			value["job"] = json!(to.to_string());
			value["movedFrom"] = json!(from.to_string());
		}
		output::json(format, &value);
	}

	/// Something that happened and stays on the screen.
	pub fn done(&self, text: impl AsRef<str>) {
		match &self.bar {
			Some(bar) => bar.println(text.as_ref()),
			None if self.quiet => {},
			None => eprintln!("{}", text.as_ref()),
		}
	}
}

impl Drop for Progress {
	fn drop(&mut self) {
		if let Some(bar) = &self.bar {
			bar.finish_and_clear();
		}
	}
}
