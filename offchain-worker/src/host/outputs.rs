//! Outputs on disk: a folder per run, in it a file per block, named by the block's hash.
//!
//! A folder is written by the runner, reaches the disk before the run is sealed, is read by others
//! only once it was published, and is removed as a whole. The index in memory is rebuilt from the folders, so there is nothing to get out of step.

use assay_decisions::record::Key;
use assay_primitives::{Hash, hashing::blake2, task::TaskId};
use std::{
	collections::{BTreeSet, HashMap},
	fs::{self, File},
	io,
	os::fd::AsRawFd,
	path::{Path, PathBuf},
	sync::{Arc, PoisonError, RwLock},
};

/// The outputs of all runs that are kept. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Outputs {
	root: PathBuf,
	index: Arc<RwLock<Index>>,
}

#[derive(Debug, Default)]
struct Index {
	/// Folders that have a block. Runs may share blocks.
	blocks: HashMap<Hash, Vec<Key>>,
	/// Bytes of each folder.
	sizes: HashMap<Key, u64>,
	/// Runs whose outcome the chain has made public for good. Before that, outputs are the answer
	/// that others would like to copy.
	public: BTreeSet<Key>,
}

/// Up to so many files reach the disk one by one; more of them all at once, since a flush for each
/// of thousands of small files takes longer than a task has.
const FEW_FILES: usize = 16;

/// Brings everything that was written to the file system of `file` to the disk.
fn sync_file_system(file: &File) -> io::Result<()> {
	// SAFETY: the descriptor is open for as long as `file` lives.
	match unsafe { libc::syncfs(file.as_raw_fd()) } {
		0 => Ok(()),
		_ => Err(io::Error::last_os_error()),
	}
}

impl Outputs {
	/// Opens the folder of outputs. Folders of runs that were never sealed are removed: they are
	/// what a crash left of a run, and the run will be done again.
	pub fn open(base_path: &Path, sealed: &[Key]) -> io::Result<Self> {
		let root = base_path.join("outputs");
		fs::create_dir_all(&root)?;
		let outputs = Self { root, index: Arc::default() };
		for entry in fs::read_dir(&outputs.root)? {
			let entry = entry?;
			let key = entry.file_name().to_str().and_then(folder_key);
			match key.filter(|key| sealed.contains(key)) {
				Some(key) => outputs.adopt(&key)?,
				None if entry.file_type()?.is_dir() => fs::remove_dir_all(entry.path())?,
				None => fs::remove_file(entry.path())?,
			}
		}
		Ok(outputs)
	}

	/// An empty folder for a run.
	pub fn prepare(&self, key: &Key) -> io::Result<PathBuf> {
		let folder = self.folder(key);
		match fs::remove_dir_all(&folder) {
			Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
			_ => {},
		}
		fs::create_dir_all(&folder)?;
		Ok(folder)
	}

	/// Makes sure that a run's outputs are on the disk.
	pub fn keep(&self, key: &Key) -> io::Result<()> {
		let folder = self.folder(key);
		let files = fs::read_dir(&folder)?.collect::<io::Result<Vec<_>>>()?;
		if files.len() > FEW_FILES {
			sync_file_system(&File::open(&folder)?)?;
		} else {
			for file in files {
				File::open(file.path())?.sync_all()?;
			}
			File::open(&folder)?.sync_all()?;
			File::open(&self.root)?.sync_all()?;
		}
		self.adopt(key)
	}

	fn adopt(&self, key: &Key) -> io::Result<()> {
		let mut found = Vec::new();
		let mut size = 0u64;
		for entry in fs::read_dir(self.folder(key))? {
			let entry = entry?;
			if let Some(hash) = entry.file_name().to_str().and_then(parse_hash) {
				size = size.saturating_add(entry.metadata()?.len());
				found.push(hash);
			}
		}
		let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
		for hash in found {
			let keys = index.blocks.entry(hash).or_default();
			if !keys.contains(key) {
				keys.push(*key);
			}
		}
		index.sizes.insert(*key, size);
		Ok(())
	}

	/// Serves a run's outputs from now on. Whether they were not served before.
	pub fn publish(&self, key: &Key) -> bool {
		self.index.write().unwrap_or_else(PoisonError::into_inner).public.insert(*key)
	}

	/// The public run of a task. The final chain has one task of a number, so there is one at most.
	pub fn public_run(&self, task: TaskId) -> Option<Key> {
		let key = |byte| Key { task, task_hash: Hash::repeat_byte(byte) };
		let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
		index.public.range(key(0)..=key(0xff)).next().copied()
	}

	/// Removes a run's outputs. Blocks that it shares with others stay with those.
	pub fn remove(&self, key: &Key) -> io::Result<()> {
		{
			let mut index = self.index.write().unwrap_or_else(PoisonError::into_inner);
			index.blocks.retain(|_, keys| {
				keys.retain(|other| other != key);
				!keys.is_empty()
			});
			index.sizes.remove(key);
			index.public.remove(key);
		}
		match fs::remove_dir_all(self.folder(key)) {
			Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
			other => other,
		}
	}

	#[cfg(test)]
	/// Whether a block is kept.
	pub fn has(&self, hash: &Hash) -> bool {
		self.index.read().unwrap_or_else(PoisonError::into_inner).blocks.contains_key(hash)
	}

	/// Reads a block of a public run. A file that is not what its name says is not served, and reported as an error.
	pub fn read(&self, hash: &Hash) -> io::Result<Option<Vec<u8>>> {
		let keys = {
			let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
			let keys = index.blocks.get(hash).into_iter().flatten();
			keys.filter(|key| index.public.contains(key)).copied().collect::<Vec<Key>>()
		};
		let mut corrupt = false;
		for key in keys {
			match fs::read(self.folder(&key).join(hex::encode(hash))) {
				Ok(bytes) if blake2(&bytes) == *hash => return Ok(Some(bytes)),
				Ok(_) => corrupt = true,
				Err(error) if error.kind() == io::ErrorKind::NotFound => {},
				Err(error) => return Err(error),
			}
		}
		if corrupt {
			let why = format!("the block {hash:?} on disk is corrupt");
			return Err(io::Error::new(io::ErrorKind::InvalidData, why));
		}
		Ok(None)
	}

	/// Bytes of the blocks of public runs: what strangers may be told.
	pub fn public_bytes(&self) -> u64 {
		let index = self.index.read().unwrap_or_else(PoisonError::into_inner);
		index.public.iter().filter_map(|key| index.sizes.get(key)).sum()
	}

	/// Bytes of all blocks.
	pub fn bytes(&self) -> u64 {
		self.index.read().unwrap_or_else(PoisonError::into_inner).sizes.values().sum()
	}

	fn folder(&self, key: &Key) -> PathBuf {
		let Key { task, task_hash } = key;
		self.root.join(format!("{}-{}-{}", task.deal, task.index, hex::encode(task_hash)))
	}
}

fn folder_key(name: &str) -> Option<Key> {
	let mut parts = name.splitn(3, '-');
	let task = TaskId { deal: parts.next()?.parse().ok()?, index: parts.next()?.parse().ok()? };
	let key = Key { task, task_hash: parse_hash(parts.next()?)? };
	Some(key)
}

fn parse_hash(name: &str) -> Option<Hash> {
	let mut bytes = [0u8; 32];
	hex::decode_to_slice(name, &mut bytes).ok()?;
	Some(bytes.into())
}

#[cfg(test)]
mod tests {
	use super::*;

	fn key(deal: u64) -> Key {
		Key { task: TaskId { deal, index: 1 }, task_hash: Hash::repeat_byte(7) }
	}

	fn put(outputs: &Outputs, key: &Key, blocks: &[&[u8]]) {
		let folder = outputs.prepare(key).expect("creates");
		for block in blocks {
			fs::write(folder.join(hex::encode(blake2(block))), block).expect("writes");
		}
		outputs.keep(key).expect("keeps");
		outputs.publish(key);
	}

	#[test]
	fn many_small_blocks_should_be_kept_as_few_are() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		let blocks: Vec<[u8; 4]> = (0..=FEW_FILES as u32).map(u32::to_le_bytes).collect();
		let all: Vec<&[u8]> = blocks.iter().map(<[u8; 4]>::as_slice).collect();
		put(&outputs, &key(1), &all);
		put(&outputs, &key(2), &all[1..]);
		for block in &blocks {
			assert_eq!(outputs.read(&blake2(block)).expect("reads"), Some(block.to_vec()));
		}
		assert_eq!(outputs.bytes(), 4 * (2 * FEW_FILES as u64 + 1));
	}

	#[test]
	fn bytes_should_be_public_only_of_public_runs() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		put(&outputs, &key(1), &[b"one"]);
		let folder = outputs.prepare(&key(2)).expect("creates");
		fs::write(folder.join(hex::encode(blake2(b"secret"))), b"secret").expect("writes");
		outputs.keep(&key(2)).expect("keeps");
		assert_eq!((outputs.public_bytes(), outputs.bytes()), (3, 9));
		assert_eq!(outputs.read(&blake2(b"secret")).expect("reads"), None);
		assert_eq!(outputs.public_run(key(2).task), None);
		assert!(outputs.publish(&key(2)) && !outputs.publish(&key(2)));
		assert_eq!((outputs.public_bytes(), outputs.public_run(key(2).task)), (9, Some(key(2))));
		outputs.remove(&key(2)).expect("removes");
		assert_eq!((outputs.public_bytes(), outputs.public_run(key(2).task)), (3, None));
	}

	#[test]
	fn shared_block_should_stay_until_its_last_run_is_removed() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		put(&outputs, &key(1), &[b"shared", b"one"]);
		put(&outputs, &key(2), &[b"shared"]);
		assert_eq!(outputs.bytes(), 15);
		outputs.remove(&key(1)).expect("removes");
		assert_eq!(outputs.read(&blake2(b"one")).expect("reads"), None);
		assert_eq!(outputs.read(&blake2(b"shared")).expect("reads"), Some(b"shared".to_vec()));
		outputs.remove(&key(2)).expect("removes");
		outputs.remove(&key(2)).expect("again is fine");
		assert!(!outputs.has(&blake2(b"shared")));
		assert_eq!(outputs.bytes(), 0);
	}

	#[test]
	fn only_sealed_runs_should_be_there_when_opened_again() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		put(&outputs, &key(1), &[b"sealed"]);
		put(&outputs, &key(2), &[b"cut off"]);
		fs::write(dir.path().join("outputs/stray"), b"x").expect("writes");
		let outputs = Outputs::open(dir.path(), &[key(1)]).expect("opens");
		assert!(outputs.has(&blake2(b"sealed")));
		assert!(!outputs.has(&blake2(b"cut off")));
		assert_eq!(fs::read_dir(dir.path().join("outputs")).expect("lists").count(), 1);
	}

	#[test]
	fn block_should_not_be_served_when_its_file_is_corrupt() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		put(&outputs, &key(1), &[b"good"]);
		let path = outputs.folder(&key(1)).join(hex::encode(blake2(b"good")));
		fs::write(path, b"evil").expect("writes");
		assert!(outputs.read(&blake2(b"good")).is_err());
	}
}
