//! Compiled modules on disk. Whoever can write here can have code executed, so the directory
//! belongs to this user alone, and only the parent writes to it.

use assay_metering::{ModuleInfo, REWRITING, Refusal};
use assay_primitives::{Hash, content::ContentRef, hashing::tagged_hash, profile::ProfileId};
use blake2b_simd::{Params, State};
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
		/// Its blake2b-256.
		artifact_hash: Hash,
	},
	/// It is outside the profile.
	Refused(Refusal),
}

fn entry_hash(entry: &Entry) -> Hash {
	tagged_hash(b"assay/entry/1", entry)
}

/// Hash of an artifact that is received piece by piece.
pub struct ArtifactHash(State);

impl ArtifactHash {
	/// Of nothing yet.
	pub fn new() -> Self {
		Self(Params::new().hash_length(32).to_state())
	}

	/// Takes up what comes next.
	pub fn update(&mut self, bytes: &[u8]) {
		self.0.update(bytes);
	}

	/// Of all that came.
	pub fn finish(&self) -> Hash {
		Hash::from_slice(self.0.finalize().as_bytes())
	}
}

fn hash_of(mut artifact: &File) -> io::Result<Hash> {
	let mut hash = ArtifactHash::new();
	let mut chunk = vec![0; 1 << 20];
	loop {
		match artifact.read(&mut chunk)? {
			0 => return Ok(hash.finish()),
			read => hash.update(&chunk[..read]),
		}
	}
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
	/// The entry of `module` under `profile` for the engine of this name, as this version of the pass
	/// rewrites it.
	pub fn new(module: &ContentRef, profile: &ProfileId, engine: &Hash) -> Self {
		Self::of(module, profile, engine, REWRITING)
	}

	fn of(module: &ContentRef, profile: &ProfileId, engine: &Hash, rewriting: u32) -> Self {
		let what = (module, profile, engine, rewriting);
		Self(hex::encode(tagged_hash(b"assay/artifact/2", &what)))
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

	/// Looks an entry up, and marks it as used. Anything unusual counts as absent: disks and memories
	/// flip bits, and what is here would be executed.
	pub fn get(&self, key: &Key) -> Option<Entry> {
		let file = File::open(self.entry(key)).ok()?;
		let mut bytes = Vec::new();
		(&file).take(1 << 20).read_to_end(&mut bytes).ok()?;
		let (hash, entry) = <(Hash, Entry)>::decode_all(&mut bytes.as_slice()).ok()?;
		if hash != entry_hash(&entry) {
			return None;
		}
		let now = SystemTime::now();
		if let Entry::Compiled { artifact_bytes, artifact_hash, .. } = &entry {
			let artifact = File::open(self.artifact(key)).ok()?;
			if artifact.metadata().ok()?.len() != *artifact_bytes
				|| hash_of(&artifact).ok()? != *artifact_hash
			{
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
		file.write_all(&(entry_hash(entry), entry).encode())?;
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

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn keys_should_differ_when_the_pass_writes_other_code() {
		let (module, name) = (ContentRef::of(b"module"), Hash::zero());
		let key = Key::new(&module, &name, &name);
		assert_eq!(key.0, Key::of(&module, &name, &name, REWRITING).0);
		assert_ne!(key.0, Key::of(&module, &name, &name, REWRITING + 1).0);
	}

	#[test]
	fn entry_should_be_absent_when_any_byte_of_it_is_flipped() {
		let dir = tempfile::tempdir().expect("can be made");
		let cache = Cache::open(&dir.path().join("cache"), 1 << 20).expect("can be made");
		let key = Key::new(&ContentRef::of(b"module"), &Hash::zero(), &Hash::zero());
		let mut hash = ArtifactHash::new();
		hash.update(b"arti");
		hash.update(b"fact");
		assert_eq!(hash.finish(), assay_primitives::hashing::blake2(b"artifact"));
		let entry = Entry::Compiled {
			info: ModuleInfo::default(),
			artifact_bytes: 8,
			artifact_hash: hash.finish(),
		};
		fs::write(cache.artifact(&key), b"artifact").expect("writable");
		cache.put(&key, &entry).expect("writable");
		for path in [cache.artifact(&key), cache.entry(&key)] {
			let whole = fs::read(&path).expect("there");
			for at in 0..whole.len() {
				let mut bad = whole.clone();
				bad[at] ^= 0x10;
				fs::write(&path, bad).expect("writable");
				assert_eq!(cache.get(&key), None, "byte {at} of {path:?}");
			}
			fs::write(&path, whole).expect("writable");
			assert_eq!(cache.get(&key), Some(entry.clone()));
		}
	}
}
