//! Everything that takes a path.

use super::{Args, NewTimes};
use crate::{
	Errno, Host,
	abi::{FileStat, flags, rights},
	fs::{Descriptor, Ino, Kind, Last, MAX_PATH, NewKind, Object, Place},
	guest::{Guest, View},
	stop::Outcome,
};
use alloc::vec::Vec;

/// What `path_open` was asked for.
struct Request {
	oflags: u32,
	base: u64,
	inheriting: u64,
	fdflags: u16,
}

impl Request {
	fn decode(args: Args) -> Result<Self, Errno> {
		use flags::{O_CREAT, O_DIRECTORY, O_EXCL, O_TRUNC};
		let oflags = args.flags(4, O_CREAT | O_DIRECTORY | O_EXCL | O_TRUNC)?;
		if oflags & O_CREAT != 0 && oflags & O_DIRECTORY != 0 {
			return Err(Errno::Inval);
		}
		Ok(Self {
			oflags,
			base: args.u64(5) & rights::ALL,
			inheriting: args.u64(6) & rights::ALL,
			fdflags: args.flags(7, flags::FD_ALL)? as u16,
		})
	}

	fn has(&self, oflag: u32) -> bool {
		self.oflags & oflag != 0
	}

	/// Whether the request is within the rights of the directory that it goes through.
	fn admit(&self, directory: &Descriptor) -> Result<(), Errno> {
		let mut needed = rights::PATH_OPEN;
		if self.has(flags::O_CREAT) {
			needed |= rights::PATH_CREATE_FILE;
		}
		if self.has(flags::O_TRUNC) {
			needed |= rights::PATH_FILESTAT_SET_SIZE;
		}
		directory.require(needed)?;
		let mut inherited = self.base | self.inheriting;
		if self.fdflags & flags::FD_DSYNC != 0 {
			inherited |= rights::FD_DATASYNC;
		}
		if self.fdflags & (flags::FD_SYNC | flags::FD_RSYNC) != 0 {
			inherited |= rights::FD_SYNC;
		}
		if inherited & !directory.inheriting == 0 { Ok(()) } else { Err(Errno::Notcapable) }
	}
}

impl Host {
	/// `path_create_directory(fd, path, len)`
	pub(crate) fn path_create_directory<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		let path = fetch_path(args, 1, view)?;
		let directory = self.base(args.u32(0), rights::PATH_CREATE_DIRECTORY)?;
		let place = self.fs.resolve(directory, &path, Last::Entry, view)?;
		let name = vacant(&place)?;
		self.fs.create(place.parent, name, NewKind::Directory, self.clock.now())?;
		Ok(())
	}

	/// `path_filestat_get(fd, lookup, path, len, result)`
	pub(crate) fn path_filestat_get<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		let last = lookup(args, 1)?;
		let path = fetch_path(args, 2, view)?;
		let result = view.reserve(args.u32(4), FileStat::SIZE)?;
		let directory = self.base(args.u32(0), rights::PATH_FILESTAT_GET)?;
		let ino = self.target(directory, &path, last, view)?;
		let stat = self.fs.node(ino)?.stat(ino);
		view.put(result, &stat.encode())
	}

	/// `path_filestat_set_times(fd, lookup, path, len, atim, mtim, flags)`
	pub(crate) fn path_filestat_set_times<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		let last = lookup(args, 1)?;
		let times = NewTimes::decode(args, 4, &self.clock)?;
		let path = fetch_path(args, 2, view)?;
		let directory = self.base(args.u32(0), rights::PATH_FILESTAT_SET_TIMES)?;
		let ino = self.target(directory, &path, last, view)?;
		self.fs.set_times(ino, times.access, times.modify, self.clock.now())
	}

	/// `path_link(old_fd, lookup, old_path, old_len, new_fd, new_path, new_len)`
	pub(crate) fn path_link<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let last = lookup(args, 1)?;
		let old_path = fetch_path(args, 2, view)?;
		let new_path = fetch_path(args, 5, view)?;
		let old = self.base(args.u32(0), rights::PATH_LINK_SOURCE)?;
		let new = self.base(args.u32(4), rights::PATH_LINK_TARGET)?;
		let source = self.target(old, &old_path, last, view)?;
		let place = self.fs.resolve(new, &new_path, Last::Entry, view)?;
		let name = vacant(&place)?;
		if self.fs.node(source)?.is_directory() {
			return Err(Errno::Perm.into());
		}
		if place.slash {
			return Err(Errno::Noent.into());
		}
		self.fs.link(place.parent, name, source, self.clock.now(), view)
	}

	/// `path_open(fd, lookup, path, len, oflags, base, inheriting, fdflags, result)`
	pub(crate) fn path_open<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let mut last = lookup(args, 1)?;
		let request = Request::decode(args)?;
		let path = fetch_path(args, 2, view)?;
		let result = view.reserve(args.u32(8), 4)?;
		let descriptor = self.table.get(args.u32(0))?;
		let directory = descriptor.directory()?;
		request.admit(descriptor)?;
		let fd = self.table.free()?;
		if request.has(flags::O_CREAT) && request.has(flags::O_EXCL) {
			last = Last::Entry;
		}
		let place = self.fs.resolve(directory, &path, last, view)?;
		let object = match place.target {
			Some(ino) => self.open_existing(ino, &place, &request, view)?,
			None => self.open_new(&place, &request)?,
		};
		self.install(fd, request.descriptor(object));
		view.put(result, &fd.to_le_bytes())
	}

	fn open_existing<G: Guest>(
		&mut self,
		ino: Ino,
		place: &Place,
		request: &Request,
		view: &mut View<G>,
	) -> Outcome<Object> {
		if request.has(flags::O_CREAT) && request.has(flags::O_EXCL) {
			return Err(Errno::Exist.into());
		}
		let write = request.base & rights::FD_WRITE != 0 || request.has(flags::O_TRUNC);
		let node = self.fs.node(ino)?;
		match &node.kind {
			Kind::Symlink(_) => Err(Errno::Loop.into()),
			Kind::Directory(_) if write || request.has(flags::O_CREAT) => Err(Errno::Isdir.into()),
			Kind::Directory(_) => Ok(Object::Directory(ino)),
			Kind::File(_) | Kind::Device(_) if place.slash || request.has(flags::O_DIRECTORY) => {
				Err(Errno::Notdir.into())
			},
			// There is nothing to be cut, and what may be done with it its rights tell.
			Kind::Device(device) => Ok(Object::of(*device)),
			Kind::File(_) if write && node.read_only => Err(Errno::Rofs.into()),
			Kind::File(_) => {
				if request.has(flags::O_TRUNC) {
					self.fs.resize(ino, 0, self.clock.now(), view)?;
				}
				Ok(Object::File(ino))
			},
		}
	}

	fn open_new(&mut self, place: &Place, request: &Request) -> Outcome<Object> {
		let name = place.entry(Errno::Isdir)?;
		if !request.has(flags::O_CREAT) {
			return Err(Errno::Noent.into());
		}
		if place.slash {
			return Err(Errno::Isdir.into());
		}
		let ino = self.fs.create(place.parent, name, NewKind::File, self.clock.now())?;
		Ok(Object::File(ino))
	}

	/// `path_readlink(fd, path, len, buffer, buffer_len, result)`
	pub(crate) fn path_readlink<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let path = fetch_path(args, 1, view)?;
		let (buffer, len) = (args.u32(3), args.u32(4));
		view.check(buffer, len)?;
		let result = view.reserve(args.u32(5), 4)?;
		let directory = self.base(args.u32(0), rights::PATH_READLINK)?;
		let ino = self.target(directory, &path, Last::Keep, view)?;
		let Kind::Symlink(target) = &self.fs.node(ino)?.kind else {
			return Err(Errno::Inval.into());
		};
		// A link is at most a path long.
		let used = len.min(target.len() as u32);
		let place = view.reserve(buffer, used)?;
		view.put(place, &target[..used as usize])?;
		view.put(result, &used.to_le_bytes())
	}

	/// `path_remove_directory(fd, path, len)`
	pub(crate) fn path_remove_directory<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		let path = fetch_path(args, 1, view)?;
		let directory = self.base(args.u32(0), rights::PATH_REMOVE_DIRECTORY)?;
		let place = self.fs.resolve(directory, &path, Last::Entry, view)?;
		let name = place.entry(Errno::Inval)?;
		self.fs.remove_directory(place.parent, name, self.clock.now())
	}

	/// `path_rename(old_fd, old_path, old_len, new_fd, new_path, new_len)`
	pub(crate) fn path_rename<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let old_path = fetch_path(args, 1, view)?;
		let new_path = fetch_path(args, 4, view)?;
		let old = self.base(args.u32(0), rights::PATH_RENAME_SOURCE)?;
		let new = self.base(args.u32(3), rights::PATH_RENAME_TARGET)?;
		let from = self.fs.resolve(old, &old_path, Last::Entry, view)?;
		let to = self.fs.resolve(new, &new_path, Last::Entry, view)?;
		self.fs.rename(&from, &to, self.clock.now(), view)
	}

	/// `path_symlink(target, target_len, fd, path, len)`
	pub(crate) fn path_symlink<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let target = fetch_path(args, 0, view)?;
		let path = fetch_path(args, 3, view)?;
		// A link to an absolute path could never be followed.
		if target.first() == Some(&b'/') {
			return Err(Errno::Perm.into());
		}
		let directory = self.base(args.u32(2), rights::PATH_SYMLINK)?;
		let place = self.fs.resolve(directory, &path, Last::Entry, view)?;
		let name = vacant(&place)?;
		if place.slash {
			return Err(Errno::Noent.into());
		}
		self.fs.create(place.parent, name, NewKind::Symlink(target), self.clock.now())?;
		Ok(())
	}

	/// `path_unlink_file(fd, path, len)`
	pub(crate) fn path_unlink_file<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let path = fetch_path(args, 1, view)?;
		let directory = self.base(args.u32(0), rights::PATH_UNLINK_FILE)?;
		let place = self.fs.resolve(directory, &path, Last::Entry, view)?;
		let name = place.entry(Errno::Isdir)?;
		let is_directory = self.fs.node(place.found()?)?.is_directory();
		if place.slash && !is_directory {
			return Err(Errno::Notdir.into());
		}
		self.fs.unlink(place.parent, name, self.clock.now())
	}

	/// The directory that `fd` is open on, if it has `right`.
	fn base(&self, fd: u32, right: u64) -> Outcome<Ino> {
		let descriptor = self.table.get(fd)?;
		let directory = descriptor.directory()?;
		descriptor.require(right)?;
		Ok(directory)
	}

	/// What is at `path`, which must be a directory if a slash ends it.
	fn target<G: Guest>(
		&self,
		directory: Ino,
		path: &[u8],
		last: Last,
		view: &mut View<G>,
	) -> Outcome<Ino> {
		let place = self.fs.resolve(directory, path, last, view)?;
		let ino = place.found()?;
		if place.slash && !self.fs.node(ino)?.is_directory() {
			return Err(Errno::Notdir.into());
		}
		Ok(ino)
	}
}

impl Request {
	/// The descriptor to be opened: rights that do not apply to its kind are left out.
	fn descriptor(&self, object: Object) -> Descriptor {
		match object {
			Object::Directory(_) => {
				let base = self.base & rights::DIRECTORY;
				Descriptor::new(object, base, self.inheriting, self.fdflags)
			},
			_ => Descriptor::new(object, self.base & object.rights(), 0, self.fdflags),
		}
	}
}

/// Reads the lookup flags at `at`.
fn lookup(args: Args, at: usize) -> Result<Last, Errno> {
	let follow = args.flags(at, flags::LOOKUP_FOLLOW)? != 0;
	Ok(if follow { Last::Follow } else { Last::Keep })
}

/// Reads the path whose pointer and length stand from parameter `at` on.
fn fetch_path<G: Guest>(args: Args, at: usize, view: &mut View<G>) -> Outcome<Vec<u8>> {
	let (ptr, len) = (args.u32(at), args.u32(at + 1));
	if len > MAX_PATH {
		return Err(Errno::Nametoolong.into());
	}
	let path = view.fetch(ptr, len)?;
	if path.is_empty() {
		return Err(Errno::Noent.into());
	}
	if path.contains(&0) {
		return Err(Errno::Inval.into());
	}
	core::str::from_utf8(&path).map_err(|_| Errno::Ilseq)?;
	Ok(path)
}

/// The last name of `place`, where nothing may be yet.
fn vacant(place: &Place) -> Result<&[u8], Errno> {
	match place.target {
		Some(_) => Err(Errno::Exist),
		None => place.entry(Errno::Exist),
	}
}
