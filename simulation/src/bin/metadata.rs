//! Writes the metadata of the runtime, its hash, and the shapes of views, where they are committed. A program and not a
//! test, for tests are compiled with the clients, and these with the very file.

use assay_simulation::metadata::{
	Committed, LATEST, latest, metadata, metadata_hash, unversioned, views,
};
use std::{fs, io};

fn main() -> io::Result<()> {
	let views = views(&latest());
	let changed = unversioned(&Committed::Views.text(), &views);
	if !changed.is_empty() {
		let hint = "raise the #[api_version] of their API (primitives/src/api.rs)";
		return Err(io::Error::other(format!("{changed:?} have another shape: {hint}")));
	}
	fs::write(Committed::Views.path(), views)?;
	fs::write(Committed::Metadata.path(), metadata(LATEST))?;
	let hash = format!("{}\n", metadata_hash());
	// Not written for nothing: the runtime is built again when a file beside it is newer.
	if Committed::Hash.text() != hash {
		fs::write(Committed::Hash.path(), hash)?;
	}
	Ok(())
}
