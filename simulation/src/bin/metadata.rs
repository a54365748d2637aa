//! Writes the metadata of the runtime, and its hash, where they are committed. A program and not a test, for tests
//! are compiled with the clients, and these with the very file.

use assay_simulation::metadata::{LATEST, committed, metadata, metadata_hash};
use std::{fs, io};

fn main() -> io::Result<()> {
	let (file, hash_file) = committed();
	fs::write(file, metadata(LATEST))?;
	let hash = format!("{}\n", metadata_hash());
	// Not written for nothing: the runtime is built again when a file beside it is newer.
	if fs::read_to_string(&hash_file)? != hash {
		fs::write(hash_file, hash)?;
	}
	Ok(())
}
