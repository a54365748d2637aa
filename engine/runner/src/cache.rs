//! Compiled modules on disk. Whoever can write here can have code executed, so the directory
//! belongs to this user alone, and only the parent writes to it.

use assay_metering::{ModuleInfo, Refusal};
use assay_primitives::{Hash, content::ContentRef, hashing::tagged_hash, profile::ProfileId};
use codec::{Decode, DecodeAll, Encode};
use std::{
	fs::{self, DirBuilder, File},
	io::{self, Read, Write},
	os::unix::fs::{DirBuilderExt, MetadataExt},
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};
use tempfile::NamedTempFile;

/// How long an entry that was used stays whatever the size of the cache: longer than it takes from
/// looking it up to loading it.
const GRACE: Duration = Duration::from_secs(600);

/// What is known about a module.
#[derive(Clone, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Entry {
	/// It is compiled.
	Compiled {
		/// About the module.
		info: ModuleInfo,
		/// Length of the artifact.
		artifact_bytes: u64,
	},
	/// It is outside the profile.
	Refused(Refusal),
}

/// The directory.
#[derive(Debug)]
pub struct Cache {
	dir: PathBuf,
	most: u64,
}

/// Name of an entry.
#[derive(Clone, Debug)]
pub struct Key(String);

impl Key {
	/// The entry of `module` under `profile` for the engine of this name.
	pub fn new(module: &ContentRef, profile: &ProfileId, engine: &Hash) -> Self {
		Self(hex::encode(tagged_hash(b"assay/artifact/1", &(module, profile, engine))))
	}
}

impl Cache {
	/// Opens the directory, creating it where it is missing.
	pub fn open(dir: &Path, most: u64) -> io::Result<Self> {
		DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
		let metadata = fs::metadata(dir)?;
		// SAFETY: takes nothing.
		let user = unsafe { libc::geteuid() };
		if metadata.uid() != user || metadata.mode() & 0o022 != 0 {
			let reason = "it must belong to this user, and nobody else may write to it";
			return Err(io::Error::new(io::ErrorKind::PermissionDenied, reason));
		}
		Ok(Self { dir: dir.canonicalize()?, most })
	}

	/// Path of an artifact.
	pub fn artifact(&self, key: &Key) -> PathBuf {
		self.dir.join(format!("{}.cwasm", key.0))
	}

	fn entry(&self, key: &Key) -> PathBuf {
		self.dir.join(format!("{}.entry", key.0))
	}

	/// Looks an entry up, and marks it as used. Anything unusual counts as absent.
	pub fn get(&self, key: &Key) -> Option<Entry> {
		let file = File::open(self.entry(key)).ok()?;
		let mut bytes = Vec::new();
		(&file).take(1 << 20).read_to_end(&mut bytes).ok()?;
		let entry = Entry::decode_all(&mut bytes.as_slice()).ok()?;
		let now = SystemTime::now();
		if let Entry::Compiled { artifact_bytes, .. } = &entry {
			let artifact = File::open(self.artifact(key)).ok()?;
			if artifact.metadata().ok()?.len() != *artifact_bytes {
				return None;
			}
			// A file system that keeps no times only makes eviction less clever.
			let _ = artifact.set_modified(now);
		}
		let _ = file.set_modified(now);
		Some(entry)
	}

	/// A file for an artifact that is being received.
	pub fn receive(&self) -> io::Result<NamedTempFile> {
		tempfile::Builder::new().prefix(".receive").tempfile_in(&self.dir)
	}

	/// Keeps a received artifact.
	pub fn put_artifact(&self, key: &Key, artifact: NamedTempFile) -> io::Result<()> {
		// After a power cut there is either all of it or nothing.
		artifact.as_file().sync_data()?;
		artifact.persist(self.artifact(key))?;
		Ok(())
	}

	/// Keeps an entry; its artifact, if any, was kept before. Then makes room.
	pub fn put(&self, key: &Key, entry: &Entry) -> io::Result<()> {
		let mut file = self.receive()?;
		file.write_all(&entry.encode())?;
		file.persist(self.entry(key))?;
		self.evict()
	}

	/// Forgets an entry.
	pub fn remove(&self, key: &Key) {
		// The entry goes first: without it nobody looks for the artifact.
		let _ = fs::remove_file(self.entry(key));
		let _ = fs::remove_file(self.artifact(key));
	}

	/// Removes what was not used for the longest time until the rest fits.
	fn evict(&self) -> io::Result<()> {
		let mut files = Vec::new();
		for file in fs::read_dir(&self.dir)? {
			let file = file?;
			// Gone since the directory was read.
			let Ok(metadata) = file.metadata() else { continue };
			files.push((metadata.modified()?, metadata.len(), file.path()));
		}
		files.sort();
		let mut total: u64 = files.iter().map(|(_, length, _)| length).sum();
		let keep = SystemTime::now().checked_sub(GRACE).unwrap_or(SystemTime::UNIX_EPOCH);
		for (used, length, path) in files {
			if total <= self.most || used >= keep {
				break;
			}
			if fs::remove_file(path).is_ok() {
				total -= length;
			}
		}
		Ok(())
	}
}
