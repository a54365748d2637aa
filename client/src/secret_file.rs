//! Secrets in files that nobody else can read.

use crate::error::{Error, Result};
use std::{os::unix::fs::MetadataExt, path::Path};
use zeroize::Zeroizing;

/// Longest secret, in bytes.
const MAX_BYTES: u64 = 4_096;

/// Reads a short secret. Errors: [`Error::Key`].
pub fn read_private(path: &Path, what: &str) -> Result<Zeroizing<String>> {
	let shown = path.display();
	let io =
		|error: std::io::Error| Error::Key(format!("can't read the {what} file {shown}: {error}"));
	// Opened first and checked through the handle, so that the file checked is the file read.
	let file = std::fs::File::open(path).map_err(io)?;
	let metadata = file.metadata().map_err(io)?;
	if !metadata.is_file() {
		return Err(Error::Key(format!("{shown} is not a file")));
	}
	if metadata.mode() & 0o077 != 0 {
		let mode = metadata.mode() & 0o777;
		return Err(Error::Key(format!(
			"{shown} has mode {mode:04o}: others can read the {what} (chmod 600 {shown})"
		)));
	}
	if metadata.len() > MAX_BYTES {
		return Err(Error::Key(format!("{shown} is too long for a {what}")));
	}
	let text = std::io::read_to_string(std::io::Read::take(file, MAX_BYTES)).map_err(io)?;
	Ok(Zeroizing::new(text))
}
