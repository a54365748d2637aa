//! Counts the lines and bytes of the input, and keeps them in /out/counts.txt.

use std::{
	fs,
	io::{self, Read, Write},
	process::ExitCode,
};

fn run() -> io::Result<()> {
	// The input is standard input, and the file /in/input.
	let mut input = Vec::new();
	io::stdin().read_to_end(&mut input)?;
	// What follows the last line break is a line too, where there is anything.
	let breaks = input.iter().filter(|byte| **byte == b'\n').count();
	let lines = breaks + usize::from(input.last().is_some_and(|byte| *byte != b'\n'));
	// Whatever is written to standard output, standard error and below /out is the result.
	writeln!(io::stdout(), "{lines} lines, {} bytes", input.len())?;
	fs::write("/out/counts.txt", format!("{lines} {}\n", input.len()))
}

fn main() -> ExitCode {
	match run() {
		Ok(()) => ExitCode::SUCCESS,
		Err(error) => {
			eprintln!("@NAME@: {error}");
			ExitCode::FAILURE
		},
	}
}
