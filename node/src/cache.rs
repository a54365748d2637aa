//! What a node need not do twice: runtimes compiled to machine code, and genesis states that runtimes
//! have built.
//!
//! Compiled code is loaded from here unchecked, so whoever may write here runs code in this process.
//! A folder that is not this user's alone is refused.

use assay_primitives::hashing::blake2;
use std::{
	fs::{self, File},
	io,
	path::{Path, PathBuf},
};

/// Name of a node's own folder, in its base path.
const OWN: &str = "compiled-runtimes";
const GENESIS: &str = "genesis-";
/// States that are kept; each build of a runtime has its own, and each specification.
const KEPT_STATES: usize = 16;
/// In the names of files that are being written, by the engine as by this program. The engine takes one
/// that a killed process left for another process at work, and stores nothing more in its place.
const PARTIAL: &str = "wip-";

/// A folder that is this user's alone.
pub struct Cache(PathBuf);

impl Cache {
	/// Where a node with this base path keeps its own.
	pub fn of(base: &Path) -> PathBuf {
		base.join(OWN)
	}

	/// Creates the folder if it is missing, and checks that nobody else can write there.
	pub fn open(dir: &Path) -> Result<Self, String> {
		assay_local::private_dir(dir, PARTIAL).map(Self)
	}

	/// The folder.
	pub fn dir(&self) -> &Path {
		&self.0
	}

	/// The specification with a state that belongs to `key`, which `build` gives where it is not here
	/// yet. One process at a time builds: others would only take its processors away, and need the same.
	pub fn genesis(
		&self,
		key: &[u8],
		build: impl FnOnce() -> Result<String, String>,
	) -> Result<Vec<u8>, String> {
		let failed = |error: io::Error| format!("{}: {error}", self.0.display());
		let name = format!("{:x}", blake2(key));
		let path = self.0.join(format!("{GENESIS}{name}.json"));
		if let Ok(found) = fs::read(&path) {
			return Ok(found);
		}
		let lock = File::create(self.0.join("genesis.lock")).map_err(failed)?;
		lock.lock().map_err(failed)?;
		if let Ok(found) = fs::read(&path) {
			return Ok(found);
		}
		let built = build()?.into_bytes();
		let partial = self.0.join(format!("{PARTIAL}{name}"));
		fs::write(&partial, &built).map_err(failed)?;
		fs::rename(&partial, &path).map_err(failed)?;
		self.forget_old_states().map_err(failed)?;
		Ok(built)
	}

	fn forget_old_states(&self) -> io::Result<()> {
		let mut states = Vec::new();
		for entry in fs::read_dir(&self.0)? {
			let entry = entry?;
			if entry.file_name().to_string_lossy().starts_with(GENESIS)
				&& entry.path().extension().is_some_and(|kind| kind == "json")
			{
				states.push((entry.metadata()?.modified()?, entry.path()));
			}
		}
		states.sort();
		let surplus = states.len().saturating_sub(KEPT_STATES);
		states.iter().take(surplus).try_for_each(|(_, path)| fs::remove_file(path))
	}
}
