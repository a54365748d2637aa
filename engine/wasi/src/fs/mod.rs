//! The file system: a tree in memory with quotas, and exact accounts of what counts as output.

mod descriptor;
mod inode;
mod path;
mod rename;

pub use descriptor::MAX_DESCRIPTORS;
pub(crate) use descriptor::{Anchor, Descriptor, Object, Table};
pub(crate) use inode::{Device, Directory, Ino, Inode, Kind};
pub(crate) use path::{Last, Place};
pub use path::{MAX_PATH, MAX_SYMLINKS};

use crate::{
	Errno, Stop,
	bounds::MAX_ENTRIES,
	guest::Meter,
	stop::{Fault, Outcome},
	tree::{NodeKind, Tree},
	world::World,
};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::content::MAX_CONTENT_SIZE;

/// Bytes that files and links may take beyond the task's output limit.
pub const SCRATCH_BYTES: u64 = 64 << 20;
/// Most entries under `/out`: whoever stores, serves or fetches outputs has work for each of them.
pub const MAX_OUTPUT_ENTRIES: u64 = 4_096;
/// What the names under `/out` may take: each counts its path and [`LISTING_ENTRY`].
pub const MAX_LISTING_BYTES: u64 = 4 << 20;
/// What an entry under `/out` counts beside the bytes of its path.
pub const LISTING_ENTRY: u64 = 64;

/// Inode numbers of the directories that every run starts with.
const ROOT: Ino = 1;
const IN: Ino = 2;
pub(crate) const OUT: Ino = 3;
const TMP: Ino = 4;

/// Name of the input in its directory.
const INPUT: &[u8] = b"input";

/// Bytes of `/out/`.
const OUT_PREFIX: u64 = 5;

/// A captured stream.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Stream {
	Stdout,
	Stderr,
}

/// What the program is given.
#[derive(Debug)]
pub(crate) enum Given<'a> {
	Nothing,
	/// A file called `input`.
	File(Vec<u8>),
	/// All that is in `/in`. Its file `input`, if there is one, is standard input.
	Tree(Tree<'a>),
}

/// Sums that quotas are checked against.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub(crate) struct Accounts {
	/// Directory entries.
	pub entries: u32,
	/// Bytes of files and links that are not read-only, removed ones that are still open included.
	pub held: u64,
	/// Bytes of the streams and of everything under `/out`, counted once for each entry.
	pub output: u64,
	/// What the names under `/out` take.
	pub listing: u64,
	/// Entries under `/out`.
	pub outputs: u64,
}

/// The file system of one run, and the streams that are captured beside it.
pub(crate) struct FileSystem {
	nodes: BTreeMap<Ino, Inode>,
	next: Ino,
	accounts: Accounts,
	output_limit: u64,
	streams: [Vec<u8>; 2],
	/// The file that is standard input.
	input: Option<Ino>,
	/// Whether bytes that are moved under `/out` are paid for.
	moves_cost: bool,
}

/// What a subtree weighs at the place where it is.
#[derive(Debug, Default)]
pub(crate) struct Survey {
	/// Its directories, the top first.
	pub directories: Vec<Ino>,
	/// Its entries, the top included.
	pub entries: u64,
	/// Sum of the lengths of all absolute paths.
	pub paths: u64,
	/// Longest absolute path.
	pub longest: u64,
	/// Sum of the sizes of all entries.
	pub bytes: u64,
}

impl Survey {
	/// What its names take, if it lies under `/out`, once every path has become `new - old` longer.
	pub fn listing(&self, old: u64, new: u64) -> u64 {
		let paths = self.paths + self.entries * new - self.entries * old;
		self.entries * LISTING_ENTRY + paths - self.entries * OUT_PREFIX
	}
}

impl FileSystem {
	/// The tree that a run starts with; everything is made at `now`.
	pub fn new(now: u64, given: Given<'_>, output_limit: u64, world: World) -> Self {
		let mut fs = Self {
			nodes: BTreeMap::new(),
			next: ROOT,
			accounts: Accounts::default(),
			output_limit: output_limit.min(MAX_CONTENT_SIZE),
			streams: [Vec::new(), Vec::new()],
			input: None,
			moves_cost: world.moves_cost,
		};
		for directory in [
			Directory::new(ROOT, 0, false),
			Directory::new(ROOT, 3, false),
			Directory::new(ROOT, 4, true),
			Directory::new(ROOT, 4, false),
		] {
			let ino = fs.insert(Kind::Directory(directory), now);
			fs.change(ino, |node| node.fixed = true);
		}
		for (name, ino) in [(&b"in"[..], IN), (b"out", OUT), (b"tmp", TMP)] {
			fs.name(ROOT, name, ino);
			fs.change(ROOT, |root| root.links += 1);
		}
		match given {
			Given::Nothing => {},
			Given::File(bytes) => fs.give(bytes, now),
			Given::Tree(tree) => fs.plant(tree, now),
		}
		fs.change(IN, |node| node.read_only = true);
		if world.devices {
			fs.add_devices(now);
		}
		fs
	}

	/// Puts the input where it belongs.
	fn give(&mut self, bytes: Vec<u8>, now: u64) {
		let ino = self.fixed(IN, INPUT, Kind::File(bytes), now);
		self.change(ino, |node| node.fixed = true);
		self.input = Some(ino);
	}

	/// Puts a tree into the directory of the input. Without a file for standard input there is an empty one,
	/// as there is without any input, unless something else has its name.
	fn plant(&mut self, tree: Tree<'_>, now: u64) {
		let mut inodes: Vec<Ino> = Vec::new();
		let mut taken = false;
		for node in tree.nodes {
			let parent = node.parent.and_then(|parent| inodes.get(parent).copied()).unwrap_or(IN);
			let kind = match node.kind {
				NodeKind::File(bytes) => Kind::File(bytes.to_vec()),
				NodeKind::Link(target) => Kind::Symlink(target.to_vec()),
				NodeKind::Directory => {
					let above =
						self.directory(parent).map_or(0, |it| it.child_path_len(node.name.len()));
					Kind::Directory(Directory::new(parent, above, false))
				},
			};
			let is_file = matches!(kind, Kind::File(_));
			let ino = self.fixed(parent, &node.name, kind, now);
			if parent == IN && node.name == INPUT {
				taken = true;
				self.input = is_file.then_some(ino);
			}
			inodes.push(ino);
		}
		if !taken {
			self.give(Vec::new(), now);
		}
	}

	fn add_devices(&mut self, now: u64) {
		let dev = Kind::Directory(Directory::new(ROOT, 4, false));
		let dev = self.fixed(ROOT, b"dev", dev, now);
		self.change(dev, |node| node.fixed = true);
		for (name, device) in Device::ALL {
			self.fixed(dev, name, Kind::Device(device), now);
		}
	}

	/// Makes something that the program can't change.
	fn fixed(&mut self, directory: Ino, name: &[u8], kind: Kind, now: u64) -> Ino {
		let is_directory = matches!(kind, Kind::Directory(_));
		let ino = self.insert(kind, now);
		self.name(directory, name, ino);
		self.change(ino, |node| {
			node.read_only = true;
			node.links = node.links.max(1);
		});
		self.change(directory, |node| node.links += u32::from(is_directory));
		ino
	}

	/// The root directory.
	pub fn root(&self) -> Ino {
		ROOT
	}

	/// The inode `ino`. Entries and descriptors only ever name inodes that exist.
	pub fn node(&self, ino: Ino) -> Result<&Inode, Errno> {
		self.nodes.get(&ino).ok_or(Errno::Noent)
	}

	/// The inode `ino`, for its bytes to be taken at the end of the run.
	pub fn output_mut(&mut self, ino: Ino) -> Option<&mut Inode> {
		self.nodes.get_mut(&ino)
	}

	fn node_mut(&mut self, ino: Ino) -> Result<&mut Inode, Errno> {
		self.nodes.get_mut(&ino).ok_or(Errno::Noent)
	}

	/// The directory `ino`, or `ENOTDIR`.
	pub fn directory(&self, ino: Ino) -> Result<&Directory, Errno> {
		self.node(ino)?.directory().ok_or(Errno::Notdir)
	}

	/// Bytes of the file `ino`, or `EISDIR`.
	pub fn file(&self, ino: Ino) -> Result<&[u8], Errno> {
		match &self.node(ino)?.kind {
			Kind::File(bytes) => Ok(bytes),
			_ => Err(Errno::Isdir),
		}
	}

	/// The task's input; empty where it has none.
	pub fn input(&self) -> &[u8] {
		self.input.and_then(|input| self.file(input).ok()).unwrap_or_default()
	}

	/// What was written to a stream.
	pub fn stream(&self, stream: Stream) -> &[u8] {
		&self.streams[stream as usize]
	}

	/// Takes what was written to a stream.
	pub fn take_stream(&mut self, stream: Stream) -> Vec<u8> {
		core::mem::take(&mut self.streams[stream as usize])
	}

	/// The sums that quotas are checked against.
	#[cfg(test)]
	pub fn accounts(&self) -> Accounts {
		self.accounts
	}

	/// Every inode.
	#[cfg(test)]
	pub fn nodes(&self) -> &BTreeMap<Ino, Inode> {
		&self.nodes
	}

	fn change(&mut self, ino: Ino, change: impl FnOnce(&mut Inode)) {
		if let Some(node) = self.nodes.get_mut(&ino) {
			change(node);
		}
	}

	fn insert(&mut self, kind: Kind, now: u64) -> Ino {
		let ino = self.next;
		self.next += 1;
		self.nodes.insert(ino, Inode::new(kind, now));
		ino
	}

	/// Puts a name into a directory, and counts nothing but the entry.
	fn name(&mut self, directory: Ino, name: &[u8], ino: Ino) {
		self.accounts.entries += 1;
		self.change(directory, |node| {
			if let Some(directory) = node.directory_mut() {
				directory.entries.insert(name.to_vec(), ino);
			}
		});
	}

	fn touch(&mut self, ino: Ino, now: u64) {
		self.change(ino, |node| {
			node.times.modify = now;
			node.times.change = now;
		});
	}

	/// Bytes that files and links may take.
	fn capacity(&self) -> u64 {
		self.output_limit + SCRATCH_BYTES
	}

	/// Whether `more` bytes of output would still be within the limit.
	fn admit_output(&self, more: u64) -> Result<(), Stop> {
		match self.accounts.output.checked_add(more) {
			Some(output) if output <= self.output_limit => Ok(()),
			_ => Err(Stop::OutputLimit),
		}
	}

	/// Whether files and links may take `more` bytes.
	fn admit_bytes(&self, more: u64) -> Result<(), Errno> {
		match self.accounts.held.checked_add(more) {
			Some(held) if held <= self.capacity() => Ok(()),
			_ => Err(Errno::Nospc),
		}
	}

	/// Whether `directory` may get an entry `name` for something of `size` bytes.
	fn admit_entry(&self, directory: Ino, name: &[u8], size: u64) -> Outcome {
		let node = self.node(directory)?;
		if node.links == 0 {
			return Err(Errno::Noent.into());
		}
		if node.read_only {
			return Err(Errno::Rofs.into());
		}
		let directory = node.directory().ok_or(Errno::Notdir)?;
		let path_len = directory.child_path_len(name.len());
		if path_len > MAX_PATH {
			return Err(Errno::Nametoolong.into());
		}
		if self.accounts.entries >= MAX_ENTRIES {
			return Err(Errno::Nospc.into());
		}
		if directory.output {
			if self.accounts.outputs >= MAX_OUTPUT_ENTRIES {
				return Err(Errno::Nospc.into());
			}
			if self.accounts.listing + listing(path_len) > MAX_LISTING_BYTES {
				return Err(Errno::Nospc.into());
			}
			self.admit_output(size)?;
		}
		Ok(())
	}

	/// Makes a new inode under `name`, which is free.
	pub fn create(&mut self, directory: Ino, name: &[u8], kind: NewKind, now: u64) -> Outcome<Ino> {
		let size = kind.size();
		self.admit_entry(directory, name, size)?;
		self.admit_bytes(size)?;
		let kind = match kind {
			NewKind::File => Kind::File(Vec::new()),
			NewKind::Symlink(target) => Kind::Symlink(target),
			NewKind::Directory => {
				let parent = self.directory(directory)?;
				let path_len = parent.child_path_len(name.len());
				Kind::Directory(Directory::new(directory, path_len, parent.output))
			},
		};
		let ino = self.insert(kind, now);
		self.accounts.held += size;
		self.attach(directory, name, ino, now);
		Ok(ino)
	}

	/// Makes a further hard link to `ino` under `name`, which is free.
	///
	/// Under `/out` every link is an output of its own, to be hashed and stored: pays for its bytes.
	pub fn link(
		&mut self,
		directory: Ino,
		name: &[u8],
		ino: Ino,
		now: u64,
		meter: &mut dyn Meter,
	) -> Outcome {
		let node = self.node(ino)?;
		if node.is_directory() {
			return Err(Errno::Perm.into());
		}
		if node.read_only {
			return Err(Errno::Rofs.into());
		}
		self.admit_entry(directory, name, node.size())?;
		if self.directory(directory)?.output {
			meter.pay(node.size())?;
		}
		self.attach(directory, name, ino, now);
		Ok(())
	}

	/// Names `ino` in `directory` and counts it; the caller has had it admitted.
	fn attach(&mut self, directory: Ino, name: &[u8], ino: Ino, now: u64) {
		let Ok(parent) = self.directory(directory) else { return };
		let output = parent.output;
		let path_len = parent.child_path_len(name.len());
		let Ok(node) = self.node(ino) else { return };
		let (size, is_directory) = (node.size(), node.is_directory());
		self.name(directory, name, ino);
		if output {
			self.accounts.listing += listing(path_len);
			self.accounts.outputs += 1;
			self.accounts.output += size;
		}
		self.change(ino, |node| {
			node.times.change = now;
			if !is_directory {
				node.links += 1;
				node.outputs += u32::from(output);
			}
		});
		if is_directory {
			self.change(directory, |node| node.links += 1);
		}
		self.touch(directory, now);
	}

	/// Removes the entry `name`, and what it names once nothing else holds it.
	fn detach(&mut self, directory: Ino, name: &[u8], now: u64) {
		let Ok(parent) = self.directory(directory) else { return };
		let Some(ino) = parent.entries.get(name).copied() else { return };
		let output = parent.output;
		let path_len = parent.child_path_len(name.len());
		let Ok(node) = self.node(ino) else { return };
		let (size, is_directory) = (node.size(), node.is_directory());
		self.change(directory, |node| {
			if let Some(directory) = node.directory_mut() {
				directory.entries.remove(name);
			}
			node.links -= u32::from(is_directory);
		});
		self.accounts.entries -= 1;
		if output {
			self.accounts.listing -= listing(path_len);
			self.accounts.outputs -= 1;
			self.accounts.output -= size;
		}
		self.change(ino, |node| {
			node.times.change = now;
			if is_directory {
				node.links = 0;
			} else {
				node.links -= 1;
				node.outputs -= u32::from(output);
			}
		});
		self.touch(directory, now);
		self.collect(ino);
	}

	/// Frees an inode that has neither a name nor a descriptor.
	fn collect(&mut self, ino: Ino) {
		let Some(node) = self.nodes.get(&ino) else { return };
		if node.links == 0 && node.opens == 0 {
			self.accounts.held -= node.size();
			self.nodes.remove(&ino);
		}
	}

	/// Notes that a descriptor is open on `ino`.
	pub fn open(&mut self, ino: Ino) {
		self.change(ino, |node| node.opens += 1);
	}

	/// Notes that a descriptor on `ino` was closed.
	pub fn close(&mut self, ino: Ino) {
		self.change(ino, |node| node.opens -= 1);
		self.collect(ino);
	}

	/// Whether the entry `ino` of `directory` may be removed or renamed.
	fn admit_removal(&self, directory: Ino, ino: Ino) -> Result<(), Errno> {
		if self.node(directory)?.read_only {
			return Err(Errno::Rofs);
		}
		if self.node(ino)?.fixed {
			return Err(Errno::Busy);
		}
		Ok(())
	}

	/// Removes the file or link `name`.
	pub fn unlink(&mut self, directory: Ino, name: &[u8], now: u64) -> Outcome {
		let ino = *self.directory(directory)?.entries.get(name).ok_or(Errno::Noent)?;
		if self.node(ino)?.is_directory() {
			return Err(Errno::Isdir.into());
		}
		self.admit_removal(directory, ino)?;
		self.detach(directory, name, now);
		Ok(())
	}

	/// Removes the empty directory `name`.
	pub fn remove_directory(&mut self, directory: Ino, name: &[u8], now: u64) -> Outcome {
		let ino = *self.directory(directory)?.entries.get(name).ok_or(Errno::Noent)?;
		let target = self.directory(ino)?;
		let empty = target.entries.is_empty();
		self.admit_removal(directory, ino)?;
		if !empty {
			return Err(Errno::Notempty.into());
		}
		self.detach(directory, name, now);
		Ok(())
	}

	/// Sets time stamps; `None` leaves one as it is.
	pub fn set_times(
		&mut self,
		ino: Ino,
		access: Option<u64>,
		modify: Option<u64>,
		now: u64,
	) -> Outcome {
		let node = self.node_mut(ino)?;
		if node.read_only {
			return Err(Errno::Rofs.into());
		}
		node.times.access = access.unwrap_or(node.times.access);
		node.times.modify = modify.unwrap_or(node.times.modify);
		node.times.change = now;
		Ok(())
	}

	/// Makes the file `ino` `size` bytes long. Pays for the bytes that it grows by.
	pub fn resize(&mut self, ino: Ino, size: u64, now: u64, meter: &mut dyn Meter) -> Outcome {
		let change = self.admit_size(ino, size)?;
		meter.pay(change.growth() + change.copied)?;
		self.set_size(ino, change)?;
		self.touch(ino, now);
		Ok(())
	}

	/// The `len` bytes of the file `ino` from `offset` on, to be overwritten at once.
	///
	/// Makes the file longer where needed. Pays for them, for a gap before them, and for what the
	/// other links of the file under `/out` grow by.
	pub fn write(
		&mut self,
		ino: Ino,
		offset: u64,
		len: u32,
		now: u64,
		meter: &mut dyn Meter,
	) -> Outcome<&mut [u8]> {
		// No capacity admits an end that would not fit.
		let end = offset.saturating_add(len.into());
		let size = self.file(ino)?.len() as u64;
		let change = self.admit_size(ino, end.max(size))?;
		meter.pay(u64::from(len) + offset.saturating_sub(size) + change.copied)?;
		self.set_size(ino, change)?;
		self.touch(ino, now);
		match &mut self.node_mut(ino)?.kind {
			// Both fit: the file was just made at least `end` bytes long.
			Kind::File(bytes) => Ok(&mut bytes[offset as usize..end as usize]),
			_ => Err(Errno::Isdir.into()),
		}
	}

	/// Whether the file `ino` may become `size` bytes long.
	fn admit_size(&self, ino: Ino, size: u64) -> Outcome<Resize> {
		let node = self.node(ino)?;
		if node.read_only {
			return Err(Errno::Rofs.into());
		}
		let old = self.file(ino)?.len() as u64;
		let outputs = u64::from(node.outputs);
		let mut change = Resize { old, new: size, copied: 0 };
		let growth = change.growth();
		if growth > 0 {
			if outputs > 0 {
				self.admit_output(growth.checked_mul(outputs).ok_or(Stop::OutputLimit)?)?;
				change.copied = growth * (outputs - 1);
			}
			self.admit_bytes(growth)?;
		}
		Ok(change)
	}

	fn set_size(&mut self, ino: Ino, change: Resize) -> Outcome {
		let Resize { old, new: size, .. } = change;
		let node = self.node_mut(ino)?;
		let outputs = u64::from(node.outputs);
		if let Kind::File(bytes) = &mut node.kind {
			bytes.resize(size as usize, 0);
			// Only a file that has become much smaller gives memory back, so that giving back costs
			// no more than growing has paid for.
			if size < old && bytes.capacity() / 4 > bytes.len() {
				bytes.shrink_to_fit();
			}
		}
		self.accounts.held = self.accounts.held + size - old;
		self.accounts.output = self.accounts.output + size * outputs - old * outputs;
		Ok(())
	}

	/// Room for `len` more bytes of a stream, to be overwritten at once. Pays for them.
	pub fn append(
		&mut self,
		stream: Stream,
		len: u32,
		meter: &mut dyn Meter,
	) -> Result<&mut [u8], Fault> {
		self.admit_output(len.into())?;
		meter.pay(len.into())?;
		self.accounts.output += u64::from(len);
		let bytes = &mut self.streams[stream as usize];
		let start = bytes.len();
		bytes.resize(start + len as usize, 0);
		Ok(&mut bytes[start..])
	}
}

/// A change of a file's size.
struct Resize {
	old: u64,
	new: u64,
	/// Bytes that the outputs grow by beyond what the file does, because it has several links there.
	copied: u64,
}

impl Resize {
	fn growth(&self) -> u64 {
		self.new.saturating_sub(self.old)
	}
}

/// What a new inode is to be.
#[derive(Debug)]
pub(crate) enum NewKind {
	File,
	Directory,
	Symlink(Vec<u8>),
}

impl NewKind {
	fn size(&self) -> u64 {
		match self {
			Self::Symlink(target) => target.len() as u64,
			Self::File | Self::Directory => 0,
		}
	}
}

/// What an entry under `/out` with an absolute path of this length takes.
fn listing(path_len: u32) -> u64 {
	LISTING_ENTRY + u64::from(path_len) - OUT_PREFIX
}
