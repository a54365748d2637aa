//! A folder of key files.

use super::{Cost, KeyFile, KeyFileProblem, MAX_FILE_BYTES, Passphrase};
use crate::{
	error::{Error, Result},
	random,
};
use assay_primitives::AccountId;
use std::{
	fs::{self, DirBuilder, File},
	io::{ErrorKind, Read, Write},
	os::unix::fs::{DirBuilderExt, MetadataExt, OpenOptionsExt},
	path::{Path, PathBuf},
};
use subxt_signer::bip39::Mnemonic;
use zeroize::{Zeroize, Zeroizing};

/// Longest name of a key.
const MAX_NAME: usize = 64;
const EXTENSION: &str = "json";

/// A folder of key files.
#[derive(Clone, Debug)]
pub struct Keystore {
	dir: PathBuf,
}

/// A key of a folder.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Entry {
	/// Its name.
	pub name: String,
	/// Its file.
	pub path: PathBuf,
	/// The account that it signs for, or why the file can't be read.
	pub account: Result<AccountId, KeyFileProblem>,
}

/// A new phrase of twelve words, which is a secret URI.
pub fn new_phrase() -> Result<Zeroizing<String>> {
	let entropy = Zeroizing::new(random::bytes::<16>()?);
	let phrase = Mnemonic::from_entropy(&*entropy)
		.map_err(|error| Error::Key(format!("no phrase can be made: {error}")))?;
	Ok(Zeroizing::new(phrase.to_string()))
}

impl Keystore {
	/// A folder, which need not exist yet.
	pub fn new(dir: impl Into<PathBuf>) -> Self {
		Self { dir: dir.into() }
	}

	/// The user's own: `assay/keys` below `XDG_DATA_HOME`, or below `~/.local/share`.
	///
	/// Errors: [`Error::Usage`] where neither is known.
	pub fn of_user() -> Result<Self> {
		Ok(Self::new(crate::data_dir()?.join("keys")))
	}

	/// The folder.
	pub fn dir(&self) -> &Path {
		&self.dir
	}

	/// File of a key. Errors: [`Error::Usage`] for what is no name.
	pub fn path(&self, name: &str) -> Result<PathBuf> {
		let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
		let first = name.chars().next().is_some_and(|c| c.is_ascii_alphanumeric());
		if !first || name.len() > MAX_NAME || !name.chars().all(plain) {
			return Err(Error::Usage(format!(
				"{name:?} can't name a key: letters, digits, '-', '_' and '.', {MAX_NAME} at most"
			)));
		}
		Ok(self.dir.join(format!("{name}.{EXTENSION}")))
	}

	/// Adds a key. An existing one is never overwritten, and a crash leaves the file or none.
	pub fn add(
		&self,
		name: &str,
		uri: &str,
		passphrase: &Passphrase,
		cost: Cost,
	) -> Result<KeyFile> {
		passphrase.check_strength()?;
		let path = self.path(name)?;
		// Asked before the costly part, and decided by the move below.
		if path.exists() {
			return Err(Error::KeyFile { path, problem: KeyFileProblem::Exists });
		}
		let file = KeyFile::seal(uri, passphrase, cost)?;
		write_new(&path, (file.print() + "\n").as_bytes())?;
		Ok(file)
	}

	/// All keys, by name.
	pub fn list(&self) -> Result<Vec<Entry>> {
		let io = Error::io(format!("read {}", self.dir.display()));
		let entries = match fs::read_dir(&self.dir) {
			Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
			other => other.map_err(io)?,
		};
		let mut found = Vec::new();
		for entry in entries {
			let entry = entry.map_err(Error::io(format!("read {}", self.dir.display())))?;
			let path = entry.path();
			let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or_default();
			let is_key = path.extension().is_some_and(|extension| extension == EXTENSION);
			if !is_key || self.path(name).is_err() {
				continue;
			}
			let account = match read(&path) {
				Ok(file) => Ok(file.account().clone()),
				Err(Error::KeyFile { problem, .. }) => Err(problem),
				Err(_) => Err(KeyFileProblem::Damaged("it can't be read")),
			};
			found.push(Entry { name: name.to_owned(), path, account });
		}
		found.sort_by(|one, other| one.name.cmp(&other.name));
		Ok(found)
	}

	/// Reads a key's file, without opening it.
	pub fn get(&self, name: &str) -> Result<KeyFile> {
		read(&self.path(name)?)
	}

	/// Removes a key for good. Its bytes are overwritten first, as far as the disk obeys.
	pub fn remove(&self, name: &str) -> Result<()> {
		let path = self.path(name)?;
		let io = || Error::io(format!("remove {}", path.display()));
		let mut file = match File::options().write(true).open(&path) {
			Err(error) if error.kind() == ErrorKind::NotFound => {
				return Err(Error::KeyFile { path, problem: KeyFileProblem::NotFound });
			},
			other => other.map_err(io())?,
		};
		let length = file.metadata().map_err(io())?.len().min(MAX_FILE_BYTES) as usize;
		file.write_all(&vec![0; length]).map_err(io())?;
		file.sync_all().map_err(io())?;
		fs::remove_file(&path).map_err(io())?;
		sync_dir(&self.dir)
	}
}

/// Reads a key file that nobody else can read. Errors: [`Error::KeyFile`], [`Error::Io`].
pub(crate) fn read(path: &Path) -> Result<KeyFile> {
	let fails = |problem| Error::KeyFile { path: path.into(), problem };
	let io = || Error::io(format!("read {}", path.display()));
	// Opened first and checked through the handle, so that the file checked is the file read.
	let file = match File::open(path) {
		Err(error) if error.kind() == ErrorKind::NotFound => {
			return Err(fails(KeyFileProblem::NotFound));
		},
		other => other.map_err(io())?,
	};
	let metadata = file.metadata().map_err(io())?;
	if !metadata.is_file() {
		return Err(fails(KeyFileProblem::Damaged("it is no file")));
	}
	if metadata.mode() & 0o077 != 0 {
		return Err(fails(KeyFileProblem::TooOpen(metadata.mode() & 0o777)));
	}
	let mut bytes = Vec::new();
	file.take(MAX_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(io())?;
	let parsed = KeyFile::parse(&bytes).map_err(fails);
	bytes.zeroize();
	parsed
}

/// Writes a file of mode 0600 that must not exist yet: whole and on the disk, or not at all.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<()> {
	let io = || Error::io(format!("write {}", path.display()));
	let dir = path.parent().unwrap_or(Path::new("."));
	DirBuilder::new().recursive(true).mode(0o700).create(dir).map_err(io())?;
	let mut name = [0u8; 8];
	random::fill(&mut name)?;
	let temporary = dir.join(format!(".{}.tmp", hex::encode(name)));
	let written = (|| {
		let mut file = File::options().write(true).create_new(true).mode(0o600).open(&temporary)?;
		file.write_all(bytes)?;
		file.sync_all()?;
		// A link fails where the name is taken; a rename would overwrite.
		fs::hard_link(&temporary, path)
	})();
	// It may be that nothing was written.
	let _ = fs::remove_file(&temporary);
	match written {
		Err(error) if error.kind() == ErrorKind::AlreadyExists => {
			Err(Error::KeyFile { path: path.into(), problem: KeyFileProblem::Exists })
		},
		other => {
			other.map_err(io())?;
			sync_dir(dir)
		},
	}
}

fn sync_dir(dir: &Path) -> Result<()> {
	let synced = File::open(dir).and_then(|dir| dir.sync_all());
	synced.map_err(Error::io(format!("write {}", dir.display())))
}
