//! Asking before money is put at risk.

use crate::{context::Context, failure::Failure, output};
use std::io::{BufRead, IsTerminal, Write};

/// Says what is going to happen, and asks unless `yes`. Where nobody can be asked, it has to have been
/// said beforehand.
pub fn confirm(what: &[String], yes: bool, context: &Context) -> Result<(), Failure> {
	if !(yes && (context.global.quiet || context.global.output.is_json())) {
		for line in what {
			eprintln!("{line}");
		}
	}
	if yes {
		return Ok(());
	}
	if !std::io::stdin().is_terminal() {
		return Err(Failure::usage("this has to be confirmed").hint("repeat it with --yes"));
	}
	eprint!("Go on? [y/N] ");
	// Without the question there is no answer to it.
	std::io::stderr().flush().map_err(|error| Failure::new(format!("can't ask: {error}")))?;
	let mut answer = String::new();
	std::io::stdin()
		.lock()
		.read_line(&mut answer)
		.map_err(|error| Failure::new(format!("can't read the answer: {error}")))?;
	match is_yes(&answer) {
		true => Ok(()),
		false => {
			output::line("nothing was sent");
			Err(Failure::Interrupted)
		},
	}
}

fn is_yes(answer: &str) -> bool {
	["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
}

#[cfg(test)]
mod tests {
	use super::is_yes;

	#[test]
	fn nothing_but_yes_should_be_taken_for_it() {
		for answer in ["y\n", "Y\n", " yes \n", "YES"] {
			assert!(is_yes(answer), "{answer:?}");
		}
		for answer in ["", "\n", "n\n", "yy\n", "ja\n", "yes please\n"] {
			assert!(!is_yes(answer), "{answer:?}");
		}
	}
}
