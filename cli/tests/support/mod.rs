//! What all tests of the program use.

use std::{
	io::{Seek, Write},
	process::{Command, Output},
};

/// Runs it to its end, with this on standard input.
pub fn run(command: &mut Command, input: impl AsRef<[u8]>) -> Output {
	let mut file = tempfile::tempfile().expect("a temporary file can be made");
	file.write_all(input.as_ref()).expect("written");
	file.rewind().expect("a file has a beginning");
	command.stdin(file).output().expect("it was started")
}
