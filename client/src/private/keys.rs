//! Content keys that the client keeps, or a recipient was given.

use super::ContentKey;
use crate::{
	error::{Error, Result},
	keystore::{self, KeyFileProblem},
	secret_file::read_private,
};
use assay_primitives::Hash;
use std::{
	fs,
	path::{Path, PathBuf},
	time::Duration,
};
use zeroize::Zeroizing;

/// A folder with a file of mode 0600 for each key, named by [`ContentKey::id`].
#[derive(Clone, Debug)]
pub struct ContentKeys {
	dir: PathBuf,
}

impl ContentKeys {
	/// A folder, which need not exist yet.
	pub fn new(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// The user's own: `assay/inputs` below `XDG_DATA_HOME`, or below `~/.local/share`.
	pub fn of_user() -> Result<Self> {
		Ok(Self::new(crate::data_dir()?.join("inputs")))
	}

	/// The folder.
	pub fn dir(&self) -> &Path {
		&self.dir
	}

	fn path(&self, id: &Hash) -> PathBuf {
		self.dir.join(format!("{}.key", hex::encode(id)))
	}

	/// Keeps a key, on the disk when this returns.
	pub fn put(&self, key: &ContentKey) -> Result<()> {
		let text = Zeroizing::new(hex::encode(key.as_bytes()) + "\n");
		match keystore::write_new(&self.path(&key.id()), text.as_bytes()) {
			// The name is that of this very key.
			Err(Error::KeyFile { problem: KeyFileProblem::Exists, .. }) => Ok(()),
			other => other,
		}
	}

	/// A key by its id, `None` where it was never kept. Errors: [`Error::Key`] for a damaged file.
	pub fn get(&self, id: &Hash) -> Result<Option<ContentKey>> {
		let path = self.path(id);
		if !path.exists() {
			return Ok(None);
		}
		let text = read_private(&path, "key")?;
		let mut bytes = Zeroizing::new([0u8; 32]);
		let key = hex::decode_to_slice(text.trim(), &mut *bytes).ok();
		let key = key.map(|()| ContentKey::from_bytes(&bytes)).filter(|key| key.id() == *id);
		let bad = || Error::Key(format!("{} does not hold the key of its name", path.display()));
		key.map(Some).ok_or_else(bad)
	}

	/// Removes a key for good.
	pub fn remove(&self, id: &Hash) -> Result<()> {
		let path = self.path(id);
		match fs::remove_file(&path) {
			Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
				Err(Error::io(format!("remove {}", path.display()))(error))
			},
			_ => Ok(()),
		}
	}

	/// Removes keys that were put here longer ago than `age`.
	pub fn remove_older(&self, age: Duration) -> Result<()> {
		for id in self.ids()? {
			let put = fs::metadata(self.path(&id)).and_then(|file| file.modified());
			let old = put.is_ok_and(|put| put.elapsed().is_ok_and(|passed| passed > age));
			if old {
				self.remove(&id)?;
			}
		}
		Ok(())
	}

	/// Ids of all keys.
	pub fn ids(&self) -> Result<Vec<Hash>> {
		let io = || Error::io(format!("read {}", self.dir.display()));
		let entries = match fs::read_dir(&self.dir) {
			Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
			other => other.map_err(io())?,
		};
		let mut ids = Vec::new();
		for entry in entries {
			let name = entry.map_err(io())?.file_name();
			let name = name.to_str().and_then(|name| name.strip_suffix(".key"));
			let id = name.and_then(|name| <[u8; 32]>::try_from(hex::decode(name).ok()?).ok());
			ids.extend(id.map(Hash::from));
		}
		Ok(ids)
	}
}
