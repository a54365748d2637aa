//! What stands behind the names: files, directories, symbolic links.

use crate::abi::{FileStat, FileType};
use alloc::{collections::BTreeMap, vec::Vec};

/// Number of an inode: a counter of creations, never used twice.
pub(crate) type Ino = u64;

/// The device that every file is on.
const DEVICE: u64 = 1;

/// What an inode is.
#[derive(Debug)]
pub(crate) enum Kind {
	File(Vec<u8>),
	Directory(Directory),
	Symlink(Vec<u8>),
	Device(Device),
}

/// What is no file and has a name all the same.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Device {
	Null,
	Zero,
	Random,
	Stdin,
	Stdout,
	Stderr,
}

impl Device {
	/// All of them, by their names in `/dev`.
	pub const ALL: [(&[u8], Self); 6] = [
		(b"null", Self::Null),
		(b"zero", Self::Zero),
		(b"urandom", Self::Random),
		(b"stdin", Self::Stdin),
		(b"stdout", Self::Stdout),
		(b"stderr", Self::Stderr),
	];

	/// The number that descriptors on it have as inode, behind those of the streams.
	pub fn number(self) -> u64 {
		3 + self as u64
	}
}

/// A directory.
#[derive(Debug)]
pub(crate) struct Directory {
	/// What it contains, in the order of the names' bytes.
	pub entries: BTreeMap<Vec<u8>, Ino>,
	/// The directory it stands in; the root stands in itself.
	pub parent: Ino,
	/// Bytes of its absolute path; 0 for the root, so that a child's is one more plus its name.
	pub path_len: u32,
	/// Whether it is `/out` or lies below it.
	pub output: bool,
}

impl Directory {
	pub fn new(parent: Ino, path_len: u32, output: bool) -> Self {
		Self { entries: BTreeMap::new(), parent, path_len, output }
	}

	/// Bytes of the absolute path of an entry with a name of `name_len` bytes.
	pub fn child_path_len(&self, name_len: usize) -> u32 {
		self.path_len.saturating_add(1).saturating_add(name_len as u32)
	}
}

/// Time stamps, in nanoseconds of the virtual clock.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Times {
	pub access: u64,
	pub modify: u64,
	pub change: u64,
}

impl Times {
	/// All three at once.
	pub fn at(now: u64) -> Self {
		Self { access: now, modify: now, change: now }
	}
}

/// An inode.
#[derive(Debug)]
pub(crate) struct Inode {
	pub kind: Kind,
	/// Hard links; for a directory 2 and one for each directory in it. 0 once removed.
	pub links: u32,
	/// Descriptors that are open on it.
	pub opens: u32,
	/// Entries under `/out` that name it; not kept for directories.
	pub outputs: u32,
	/// Whether it can't be changed.
	pub read_only: bool,
	/// Whether its name can't be removed or changed.
	pub fixed: bool,
	pub times: Times,
}

impl Inode {
	pub fn new(kind: Kind, now: u64) -> Self {
		let links = if matches!(kind, Kind::Directory(_)) { 2 } else { 0 };
		Self {
			kind,
			links,
			opens: 0,
			outputs: 0,
			read_only: false,
			fixed: false,
			times: Times::at(now),
		}
	}

	/// The directory, if it is one.
	pub fn directory(&self) -> Option<&Directory> {
		match &self.kind {
			Kind::Directory(directory) => Some(directory),
			_ => None,
		}
	}

	/// The directory, if it is one, to be changed.
	pub fn directory_mut(&mut self) -> Option<&mut Directory> {
		match &mut self.kind {
			Kind::Directory(directory) => Some(directory),
			_ => None,
		}
	}

	pub fn is_directory(&self) -> bool {
		matches!(self.kind, Kind::Directory(_))
	}

	/// Bytes that count as output and against the capacity; none for directories.
	pub fn size(&self) -> u64 {
		match &self.kind {
			Kind::File(bytes) | Kind::Symlink(bytes) => bytes.len() as u64,
			Kind::Directory(_) | Kind::Device(_) => 0,
		}
	}

	pub fn file_type(&self) -> FileType {
		match self.kind {
			Kind::File(_) => FileType::Regular,
			Kind::Directory(_) => FileType::Directory,
			Kind::Symlink(_) => FileType::Symlink,
			// As the streams, so that C libraries take none for a terminal.
			Kind::Device(_) => FileType::Unknown,
		}
	}

	/// What programs are told about it.
	pub fn stat(&self, ino: Ino) -> FileStat {
		FileStat {
			device: DEVICE,
			inode: ino,
			file_type: self.file_type(),
			links: self.links.into(),
			size: self.size(),
			access: self.times.access,
			modify: self.times.modify,
			change: self.times.change,
		}
	}
}
