//! Reading files that may be anything.

use crate::failure::Failure;
use std::{
	fs::{self, File},
	io::{ErrorKind, Read},
	path::Path,
};

/// A file, or why it was not read whole.
pub enum Content {
	/// All of it.
	Whole(Vec<u8>),
	/// It is longer than was asked for; at least this long.
	Longer(u64),
}

/// Reads a file of at most `most` bytes; of a longer one no more than that.
pub fn read(path: &Path, most: u64) -> Result<Content, Failure> {
	let failed = |error: std::io::Error| {
		let failure = Failure::usage(format!("can't read {}: {error}", path.display()));
		match error.kind() {
			ErrorKind::NotFound => failure.hint("build the program first, or check the path"),
			ErrorKind::PermissionDenied => failure.hint("check the permissions of the file"),
			_ => failure,
		}
	};
	let metadata = fs::metadata(path).map_err(failed)?;
	if metadata.is_dir() {
		return Err(Failure::usage(format!("{} is a directory", path.display()))
			.hint("name the .wasm file inside it"));
	}
	if metadata.is_file() && metadata.len() > most {
		return Ok(Content::Longer(metadata.len()));
	}
	let mut bytes = Vec::new();
	let file = File::open(path).map_err(failed)?;
	file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(failed)?;
	Ok(match bytes.len() as u64 > most {
		true => Content::Longer(bytes.len() as u64),
		false => Content::Whole(bytes),
	})
}
