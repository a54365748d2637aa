//! Descriptors: what is open, under which number, with which rights.

use super::{Device, Ino, Stream};
use crate::{Errno, abi::rights};
use alloc::vec::Vec;

/// Most descriptors that are open at a time.
pub const MAX_DESCRIPTORS: usize = 256;

/// What a descriptor is open on.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Object {
	Stdin,
	Stream(Stream),
	File(Ino),
	Directory(Ino),
	/// One that is no stream.
	Device(Device),
}

impl Object {
	/// What opening a device gives.
	pub fn of(device: Device) -> Self {
		match device {
			Device::Stdin => Self::Stdin,
			Device::Stdout => Self::Stream(Stream::Stdout),
			Device::Stderr => Self::Stream(Stream::Stderr),
			Device::Null | Device::Zero | Device::Random => Self::Device(device),
		}
	}

	/// Rights that apply to it.
	pub fn rights(&self) -> u64 {
		match self {
			Self::Stdin => rights::STDIN,
			Self::Stream(_) => rights::STDOUT,
			Self::File(_) => rights::FILE,
			Self::Directory(_) => rights::DIRECTORY,
			Self::Device(_) => rights::STDIN | rights::STDOUT,
		}
	}

	/// The inode, if there is one.
	pub fn ino(&self) -> Option<Ino> {
		match *self {
			Self::File(ino) | Self::Directory(ino) => Some(ino),
			Self::Stdin | Self::Stream(_) | Self::Device(_) => None,
		}
	}
}

/// Where reading a directory has come to: `cookie` continues after `name`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Anchor {
	pub cookie: u64,
	pub name: Vec<u8>,
}

/// An open descriptor.
#[derive(Clone, Debug)]
pub(crate) struct Descriptor {
	pub object: Object,
	/// What may be done with it.
	pub base: u64,
	/// What may be done with descriptors opened through it.
	pub inheriting: u64,
	/// Append, non-blocking and so on.
	pub flags: u16,
	/// Where the next read or write starts.
	pub offset: u64,
	/// Whether it is the directory that the program starts with.
	pub preopened: bool,
	/// Where reading the directory has come to.
	pub anchor: Option<Anchor>,
}

impl Descriptor {
	/// A descriptor at the start of `object`.
	pub fn new(object: Object, base: u64, inheriting: u64, flags: u16) -> Self {
		Self { object, base, inheriting, flags, offset: 0, preopened: false, anchor: None }
	}

	/// Fails with `ENOTCAPABLE` unless it has all of `rights`.
	pub fn require(&self, rights: u64) -> Result<(), Errno> {
		if self.base & rights == rights { Ok(()) } else { Err(Errno::Notcapable) }
	}

	/// The directory, or `ENOTDIR`.
	pub fn directory(&self) -> Result<Ino, Errno> {
		match self.object {
			Object::Directory(ino) => Ok(ino),
			_ => Err(Errno::Notdir),
		}
	}

	/// The file; `EISDIR` for a directory and `stream` for a stream.
	pub fn file(&self, stream: Errno) -> Result<Ino, Errno> {
		match self.object {
			Object::File(ino) => Ok(ino),
			Object::Directory(_) => Err(Errno::Isdir),
			Object::Stdin | Object::Stream(_) | Object::Device(_) => Err(stream),
		}
	}
}

/// The descriptors of a run.
pub(crate) struct Table(Vec<Option<Descriptor>>);

impl Table {
	/// Standard streams as 0 to 2, the root directory as 3.
	pub fn new(root: Ino) -> Self {
		let inheriting = rights::DIRECTORY | rights::FILE;
		let object = Object::Directory(root);
		let mut directory = Descriptor::new(object, rights::DIRECTORY, inheriting, 0);
		directory.preopened = true;
		Self(alloc::vec![
			Some(Descriptor::new(Object::Stdin, rights::STDIN, 0, 0)),
			Some(Descriptor::new(Object::Stream(Stream::Stdout), rights::STDOUT, 0, 0)),
			Some(Descriptor::new(Object::Stream(Stream::Stderr), rights::STDOUT, 0, 0)),
			Some(directory),
		])
	}

	/// The descriptor `fd`, or `EBADF`.
	pub fn get(&self, fd: u32) -> Result<&Descriptor, Errno> {
		self.0.get(fd as usize).and_then(Option::as_ref).ok_or(Errno::Badf)
	}

	/// The descriptor `fd`, to be changed, or `EBADF`.
	pub fn get_mut(&mut self, fd: u32) -> Result<&mut Descriptor, Errno> {
		self.0.get_mut(fd as usize).and_then(Option::as_mut).ok_or(Errno::Badf)
	}

	/// The lowest free number, or `EMFILE`.
	pub fn free(&self) -> Result<u32, Errno> {
		let fd = self.0.iter().position(Option::is_none).unwrap_or(self.0.len());
		if fd < MAX_DESCRIPTORS { Ok(fd as u32) } else { Err(Errno::Mfile) }
	}

	/// Puts `descriptor` at the number that [`Self::free`] gave.
	pub fn put(&mut self, fd: u32, descriptor: Descriptor) {
		let at = fd as usize;
		if at == self.0.len() {
			self.0.push(None);
		}
		if let Some(place) = self.0.get_mut(at) {
			*place = Some(descriptor);
		}
	}

	/// Takes `fd` away, or `EBADF`.
	pub fn take(&mut self, fd: u32) -> Result<Descriptor, Errno> {
		self.0.get_mut(fd as usize).and_then(Option::take).ok_or(Errno::Badf)
	}

	/// Every open descriptor.
	#[cfg(test)]
	pub fn iter(&self) -> impl Iterator<Item = &Descriptor> {
		self.0.iter().flatten()
	}
}
