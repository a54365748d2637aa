//! Blocks in a local directory, by hash.

use crate::error::{Error, Result};
use assay_primitives::{
	Hash,
	content::{BLOCK_SIZE, ContentRef, Layout},
	hashing::blake2,
};
use std::{
	fs::{self, File},
	io::{ErrorKind, Read, Write},
	path::{Path, PathBuf},
	sync::{Arc, Mutex, PoisonError},
};

/// Largest block: a leaf, or the node over a thousand leaves, which is smaller.
pub(super) const MAX_BLOCK: usize = BLOCK_SIZE;

/// What a store may hold.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct StoreLimits {
	/// Bytes of all blocks together.
	pub total_bytes: u64,
	/// Bytes of one content.
	pub content_bytes: u64,
}

impl Default for StoreLimits {
	fn default() -> Self {
		Self { total_bytes: 16 << 30, content_bytes: 1 << 30 }
	}
}

/// Blocks in a directory. Cheap to clone.
///
/// A block is written under a temporary name, synchronised and renamed, so a name that exists was
/// written in full. It is hashed again on every read; a block that does not match is removed. Two
/// processes may share a directory; each counts against its own limits from what it found at start.
#[derive(Clone, Debug)]
pub struct Store {
	inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
	root: PathBuf,
	limits: StoreLimits,
	used: Mutex<u64>,
}

impl Store {
	/// Opens a store, creating the directory where there is none, and removes what an interrupted
	/// write left.
	pub fn open(root: impl Into<PathBuf>, limits: StoreLimits) -> Result<Self> {
		let root = root.into();
		for directory in [root.join("blocks"), root.join("tmp")] {
			fs::create_dir_all(&directory)
				.map_err(Error::io(format!("can't create {}", directory.display())))?;
		}
		remove_leftovers(&root.join("tmp"))?;
		let used = used_bytes(&root.join("blocks"))?;
		Ok(Self { inner: Arc::new(Inner { root, limits, used: Mutex::new(used) }) })
	}

	/// Bytes of all blocks.
	pub fn used_bytes(&self) -> u64 {
		*self.used()
	}

	/// What it may hold.
	pub fn limits(&self) -> StoreLimits {
		self.inner.limits
	}

	/// Directory.
	pub fn root(&self) -> &Path {
		&self.inner.root
	}

	fn used(&self) -> std::sync::MutexGuard<'_, u64> {
		self.inner.used.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn path(&self, hash: &Hash) -> PathBuf {
		let name = hex::encode(hash.as_bytes());
		self.inner.root.join("blocks").join(&name[..2]).join(name)
	}

	/// Stores content, cut into blocks, and gives its reference.
	pub fn put(&self, bytes: &[u8]) -> Result<ContentRef> {
		self.check_size(bytes.len() as u64)?;
		let layout = Layout::of(bytes);
		for (leaf, (hash, _)) in bytes.chunks(BLOCK_SIZE).zip(&layout.leaves) {
			self.write(hash, leaf)?;
		}
		if bytes.is_empty() {
			self.write(&layout.content.hash, &[])?;
		}
		if let Some(node) = &layout.node {
			self.write(&layout.content.hash, node)?;
		}
		Ok(layout.content)
	}

	/// Stores the content of a file, one block in memory at a time.
	pub fn put_file(&self, path: &Path) -> Result<ContentRef> {
		let failed = || format!("can't read {}", path.display());
		let mut file = File::open(path).map_err(Error::io(failed()))?;
		let mut leaves = Vec::new();
		let mut size = 0u64;
		loop {
			let mut leaf = Vec::new();
			let limit = BLOCK_SIZE as u64;
			Read::by_ref(&mut file)
				.take(limit)
				.read_to_end(&mut leaf)
				.map_err(Error::io(failed()))?;
			if leaf.is_empty() && !leaves.is_empty() {
				break;
			}
			size += leaf.len() as u64;
			self.check_size(size)?;
			let hash = blake2(&leaf);
			self.write(&hash, &leaf)?;
			leaves.push((hash, leaf.len() as u64));
			if leaf.len() < BLOCK_SIZE {
				break;
			}
		}
		if let [(hash, size)] = leaves[..] {
			return Ok(ContentRef { hash, size });
		}
		let layout = Layout::from_leaves(leaves);
		if let Some(node) = &layout.node {
			self.write(&layout.content.hash, node)?;
		}
		Ok(layout.content)
	}

	/// Stores one block, a leaf or a node, and gives its hash.
	pub fn put_block(&self, bytes: &[u8]) -> Result<Hash> {
		if bytes.len() > MAX_BLOCK {
			return Err(Error::TooLarge { size: bytes.len() as u64, limit: MAX_BLOCK as u64 });
		}
		let hash = blake2(bytes);
		self.write(&hash, bytes)?;
		Ok(hash)
	}

	/// Whether all of a content is there. Only names and lengths are looked at.
	pub fn contains(&self, content: &ContentRef) -> bool {
		let is_there = |(hash, size): &(Hash, u64)| {
			fs::metadata(self.path(hash)).is_ok_and(|found| found.is_file() && found.len() == *size)
		};
		match self.layout(content) {
			Ok(Some(layout)) => layout.leaves.iter().all(is_there),
			_ => false,
		}
	}

	/// Whether a block is there. Only the name is looked at.
	pub fn has_block(&self, hash: &Hash) -> bool {
		self.path(hash).is_file()
	}

	/// A content, or `None` where any of its blocks is missing.
	///
	/// Errors: [`Error::TooLarge`] above the limit on one content, [`Error::Corrupt`].
	pub fn get(&self, content: &ContentRef) -> Result<Option<Vec<u8>>> {
		self.check_size(content.size)?;
		let Some(layout) = self.layout(content)? else { return Ok(None) };
		let mut bytes = Vec::with_capacity(content.size as usize);
		for (hash, size) in &layout.leaves {
			match self.get_block(hash)? {
				Some(leaf) if leaf.len() as u64 == *size => bytes.extend_from_slice(&leaf),
				// The reference names another size than its hash stands for.
				Some(_) | None => return Ok(None),
			}
		}
		Ok(Some(bytes))
	}

	/// Writes a content to `out`, one block in memory at a time; false where a block is missing, in
	/// which case part of it may have been written.
	pub fn copy_to(&self, content: &ContentRef, out: &mut dyn Write) -> Result<bool> {
		let Some(layout) = self.layout(content)? else { return Ok(false) };
		for (hash, size) in &layout.leaves {
			match self.get_block(hash)? {
				Some(leaf) if leaf.len() as u64 == *size => {
					out.write_all(&leaf).map_err(Error::io("can't write content"))?
				},
				Some(_) | None => return Ok(false),
			}
		}
		Ok(true)
	}

	/// A block, verified; `None` where it is missing.
	pub fn get_block(&self, hash: &Hash) -> Result<Option<Vec<u8>>> {
		let path = self.path(hash);
		let failed = || format!("can't read {}", path.display());
		let file = match File::open(&path) {
			Ok(file) => file,
			Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
			Err(error) => return Err(Error::io(failed())(error)),
		};
		let mut bytes = Vec::new();
		let limit = MAX_BLOCK as u64 + 1;
		file.take(limit).read_to_end(&mut bytes).map_err(Error::io(failed()))?;
		if blake2(&bytes) != *hash {
			self.discard(&path)?;
			return Err(Error::Corrupt { path });
		}
		Ok(Some(bytes))
	}

	/// Removes a block; nothing happens where it is missing.
	pub fn remove_block(&self, hash: &Hash) -> Result<()> {
		self.discard(&self.path(hash))
	}

	/// Removes the blocks of a content. Blocks that other content shares go too.
	pub fn remove(&self, content: &ContentRef) -> Result<()> {
		if let Some(layout) = self.layout(content)? {
			for (hash, _) in &layout.leaves {
				self.remove_block(hash)?;
			}
		}
		self.remove_block(&content.hash)
	}

	/// The layout of a content; `None` where its node is missing or of another layout.
	fn layout(&self, content: &ContentRef) -> Result<Option<Layout>> {
		if content.is_raw() {
			let leaves = vec![(content.hash, content.size)];
			return Ok(Some(Layout { content: *content, node: None, leaves }));
		}
		let Some(node) = self.get_block(&content.hash)? else { return Ok(None) };
		Ok(Layout::from_node(content, &node))
	}

	fn check_size(&self, size: u64) -> Result<()> {
		let limit = self.inner.limits.content_bytes;
		if size > limit { Err(Error::TooLarge { size, limit }) } else { Ok(()) }
	}

	fn discard(&self, path: &Path) -> Result<()> {
		let size = fs::metadata(path).map(|metadata| metadata.len()).unwrap_or(0);
		match fs::remove_file(path) {
			Ok(()) => {
				let mut used = self.used();
				*used = used.saturating_sub(size);
				Ok(())
			},
			Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
			Err(error) => Err(Error::io(format!("can't remove {}", path.display()))(error)),
		}
	}

	fn write(&self, hash: &Hash, bytes: &[u8]) -> Result<()> {
		let path = self.path(hash);
		if path.is_file() {
			return Ok(());
		}
		let size = bytes.len() as u64;
		self.reserve(size)?;
		let written = self.write_new(&path, bytes);
		if written.is_err() {
			let mut used = self.used();
			*used = used.saturating_sub(size);
		}
		written
	}

	/// Counts `size` bytes in, before they are written, so that parallel writers can't exceed it.
	fn reserve(&self, size: u64) -> Result<()> {
		let limit = self.inner.limits.total_bytes;
		let mut used = self.used();
		let total = used.saturating_add(size);
		if total > limit {
			return Err(Error::DiskFull {
				path: self.inner.root.clone(),
				needed: size,
				why: format!("the store's limit is {limit} bytes, {} are in use", *used),
			});
		}
		*used = total;
		Ok(())
	}

	fn write_new(&self, path: &Path, bytes: &[u8]) -> Result<()> {
		let failed = |error: std::io::Error| match error.kind() {
			ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Error::DiskFull {
				path: self.inner.root.clone(),
				needed: bytes.len() as u64,
				why: error.to_string(),
			},
			_ => Error::io(format!("can't write {}", path.display()))(error),
		};
		let temporary = tempfile::NamedTempFile::new_in(self.inner.root.join("tmp"));
		let mut temporary = temporary.map_err(failed)?;
		temporary.write_all(bytes).map_err(failed)?;
		temporary.as_file().sync_all().map_err(failed)?;
		let directory = path.parent().unwrap_or(&self.inner.root);
		fs::create_dir_all(directory).map_err(failed)?;
		temporary.persist(path).map_err(|error| failed(error.error))?;
		// The rename itself survives a power cut only once the directory is synchronised.
		File::open(directory).and_then(|directory| directory.sync_all()).map_err(failed)
	}
}

fn entries(directory: &Path) -> Result<Vec<fs::DirEntry>> {
	fs::read_dir(directory)
		.and_then(|entries| entries.collect())
		.map_err(Error::io(format!("can't list {}", directory.display())))
}

fn remove_leftovers(directory: &Path) -> Result<()> {
	/// Age below which a temporary file may belong to another process that is writing it.
	const OLD: std::time::Duration = std::time::Duration::from_secs(3_600);
	for entry in entries(directory)? {
		let age = entry.metadata().and_then(|metadata| metadata.modified()).ok();
		if age.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age > OLD) {
			// Someone else may have removed it in the meantime, which is as good.
			let _ = fs::remove_file(entry.path());
		}
	}
	Ok(())
}

fn used_bytes(directory: &Path) -> Result<u64> {
	let mut used = 0u64;
	for shard in entries(directory)? {
		if !shard.path().is_dir() {
			continue;
		}
		for block in entries(&shard.path())? {
			used =
				used.saturating_add(block.metadata().map(|metadata| metadata.len()).unwrap_or(0));
		}
	}
	Ok(used)
}

#[cfg(test)]
mod tests {
	use super::*;

	fn store(limits: StoreLimits) -> (tempfile::TempDir, Store) {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = Store::open(dir.path().join("store"), limits).expect("open");
		(dir, store)
	}

	fn sample(len: usize) -> Vec<u8> {
		(0..len).map(|i| (i * 31 % 251) as u8).collect()
	}

	#[test]
	fn content_should_read_back_when_small_empty_and_large() {
		let (_dir, store) = store(StoreLimits::default());
		for len in [0, 1, BLOCK_SIZE, BLOCK_SIZE + 1, 3 * BLOCK_SIZE + 5] {
			let bytes = sample(len);
			let content = store.put(&bytes).expect("put");
			assert_eq!(content, ContentRef::of(&bytes));
			assert!(store.contains(&content), "{len}");
			assert_eq!(store.get(&content).expect("get"), Some(bytes.clone()), "{len}");
			let mut copied = Vec::new();
			assert!(store.copy_to(&content, &mut copied).expect("copy"));
			assert_eq!(copied, bytes);
		}
	}

	#[test]
	fn file_should_give_the_same_reference_as_its_bytes() {
		let (dir, store) = store(StoreLimits::default());
		for len in [0, 5, BLOCK_SIZE, BLOCK_SIZE + 1, 2 * BLOCK_SIZE] {
			let bytes = sample(len);
			let path = dir.path().join("file");
			fs::write(&path, &bytes).expect("write");
			assert_eq!(store.put_file(&path).expect("put"), ContentRef::of(&bytes), "{len}");
			assert_eq!(store.get(&ContentRef::of(&bytes)).expect("get"), Some(bytes));
		}
	}

	#[test]
	fn corrupt_block_should_be_removed_and_reported_when_read() {
		let (_dir, store) = store(StoreLimits::default());
		let content = store.put(b"some bytes").expect("put");
		fs::write(store.path(&content.hash), b"other bytes").expect("tamper");
		let error = store.get(&content).expect_err("the hash differs");
		assert_eq!(error.code(), "E-0403");
		assert!(!store.contains(&content));
		assert_eq!(store.get(&content).expect("gone"), None);
		store.put(b"some bytes").expect("put again");
		assert!(store.get(&content).expect("get").is_some());
	}

	#[test]
	fn truncated_block_should_be_reported_when_read() {
		let (_dir, store) = store(StoreLimits::default());
		let content = store.put(&sample(1_000)).expect("put");
		fs::write(store.path(&content.hash), sample(999)).expect("tamper");
		assert!(matches!(store.get(&content), Err(Error::Corrupt { .. })));
	}

	#[test]
	fn content_should_be_missing_when_the_size_of_its_reference_is_false() {
		let (_dir, store) = store(StoreLimits::default());
		let content = store.put(b"some bytes").expect("put");
		let longer = ContentRef { size: content.size + 1, ..content };
		assert_eq!(store.get(&longer).expect("get"), None);
		let large = ContentRef { size: 5 << 20, ..content };
		assert_eq!(store.get(&large).expect("get"), None);
		assert!(store.contains(&content) && !store.contains(&longer) && !store.contains(&large));
		let long = store.put(&sample(BLOCK_SIZE + 1)).expect("put");
		let short = ContentRef { size: 100, ..long };
		assert!(
			store.contains(&long) && !store.contains(&short),
			"its node is no content of 100 bytes"
		);
	}

	#[test]
	fn writing_should_fail_clearly_when_the_store_is_full() {
		let (_dir, store) = store(StoreLimits { total_bytes: 100, content_bytes: 80 });
		let first = store.put(&sample(60)).expect("fits");
		let error = store.put(&sample(61)).expect_err("61 more don't");
		assert_eq!(error.code(), "E-0003");
		assert!(matches!(store.put(&sample(81)), Err(Error::TooLarge { size: 81, limit: 80 })));
		// What is there already costs nothing.
		store.put(&sample(60)).expect("already there");
		assert_eq!(store.used_bytes(), 60);
		store.remove(&first).expect("remove");
		assert_eq!(store.used_bytes(), 0);
		store.put(&sample(61)).expect("there is room again");
	}

	#[test]
	fn used_bytes_should_be_counted_anew_when_opened() {
		let (dir, store) = store(StoreLimits::default());
		store.put(&sample(BLOCK_SIZE + 10)).expect("put");
		let used = store.used_bytes();
		assert!(used > BLOCK_SIZE as u64 + 10, "the node counts too");
		let again = Store::open(dir.path().join("store"), StoreLimits::default()).expect("open");
		assert_eq!(again.used_bytes(), used);
	}

	#[test]
	fn nothing_should_be_visible_when_a_write_was_interrupted() {
		let (dir, store) = store(StoreLimits::default());
		let content = ContentRef::of(b"never finished");
		fs::write(dir.path().join("store/tmp/.tmpabc"), b"never fin").expect("write");
		let again = Store::open(dir.path().join("store"), StoreLimits::default()).expect("open");
		assert!(!again.contains(&content) && !store.contains(&content));
		assert_eq!(again.get(&content).expect("get"), None);
	}
}
