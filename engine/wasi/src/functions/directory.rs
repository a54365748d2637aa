//! Reading directories, and the one that programs start with.

use super::Args;
use crate::{
	Errno, Host,
	abi::{FileType, rights},
	fs::{Anchor, Directory, FileSystem, Ino},
	guest::{Guest, Meter, View},
	stop::Outcome,
};
use core::ops::Bound;

/// Bytes of an entry before its name.
const DIRENT: usize = 24;
/// Bytes of the record of `fd_prestat_get`.
const PRESTAT: u32 = 8;
/// Name of the directory that programs start with.
const PREOPEN: &[u8] = b"/";

/// Entries on their way to the guest.
struct Listing<'a, 'b, G> {
	view: &'a mut View<'b, G>,
	start: u32,
	len: u32,
	used: u32,
}

impl<G: Guest> Listing<'_, '_, G> {
	/// Appends an entry as far as it fits, and tells whether all of it did.
	fn push(&mut self, cookie: u64, ino: Ino, file_type: FileType, name: &[u8]) -> Outcome<bool> {
		let mut header = [0; DIRENT];
		header[..8].copy_from_slice(&cookie.to_le_bytes());
		header[8..16].copy_from_slice(&ino.to_le_bytes());
		header[16..20].copy_from_slice(&(name.len() as u32).to_le_bytes());
		header[20] = file_type as u8;
		Ok(self.copy(&header)? && self.copy(name)?)
	}

	fn copy(&mut self, bytes: &[u8]) -> Outcome<bool> {
		let len = bytes.len().min((self.len - self.used) as usize);
		self.view.pay(len as u64)?;
		// The whole buffer was checked, so this stays below 2^32.
		self.view.write(self.start + self.used, &bytes[..len])?;
		self.used += len as u32;
		Ok(len == bytes.len())
	}
}

impl Host {
	/// `fd_prestat_get(fd, result)`
	pub(crate) fn fd_prestat_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let result = view.reserve(args.u32(1), PRESTAT)?;
		if !self.table.get(args.u32(0))?.preopened {
			return Err(Errno::Badf.into());
		}
		let mut record = [0; PRESTAT as usize];
		record[4..].copy_from_slice(&(PREOPEN.len() as u32).to_le_bytes());
		view.put(result, &record)
	}

	/// `fd_prestat_dir_name(fd, buffer, len)`
	pub(crate) fn fd_prestat_dir_name<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		if !self.table.get(args.u32(0))?.preopened {
			return Err(Errno::Badf.into());
		}
		if (args.u32(2) as usize) < PREOPEN.len() {
			return Err(Errno::Nametoolong.into());
		}
		let result = view.reserve(args.u32(1), PREOPEN.len() as u32)?;
		view.put(result, PREOPEN)
	}

	/// `fd_readdir(fd, buffer, len, cookie, result)`
	pub(crate) fn fd_readdir<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (start, len, cookie) = (args.u32(1), args.u32(2), args.u64(3));
		view.check(start, len)?;
		let result = view.reserve(args.u32(4), 4)?;
		let descriptor = self.table.get_mut(args.u32(0))?;
		let ino = descriptor.directory()?;
		descriptor.require(rights::FD_READDIR)?;
		let anchor = descriptor.anchor.take().filter(|anchor| anchor.cookie == cookie);
		let mut listing = Listing { view: &mut *view, start, len, used: 0 };
		descriptor.anchor = list(&self.fs, ino, cookie, anchor, &mut listing)?;
		let used = listing.used;
		view.put(result, &used.to_le_bytes())
	}
}

/// Lists the directory `ino` from `cookie` on, and tells where it stopped.
fn list<G: Guest>(
	fs: &FileSystem,
	ino: Ino,
	cookie: u64,
	anchor: Option<Anchor>,
	listing: &mut Listing<G>,
) -> Outcome<Option<Anchor>> {
	let node = fs.node(ino)?;
	let directory = fs.directory(ino)?;
	if node.links == 0 {
		return Ok(None);
	}
	for (index, name, target) in [(0, &b"."[..], ino), (1, b"..", directory.parent)] {
		let due = anchor.is_none() && cookie <= index;
		if due && !listing.push(index + 1, target, FileType::Directory, name)? {
			return Ok(None);
		}
	}
	let mut last = match anchor {
		Some(anchor) => Some(anchor),
		None => skip(directory, cookie, listing)?,
	};
	let from = match &last {
		Some(anchor) => Bound::Excluded(anchor.name.clone()),
		None => Bound::Unbounded,
	};
	let mut at = last.as_ref().map_or(2, |anchor| anchor.cookie);
	for (name, target) in directory.entries.range((from, Bound::Unbounded)) {
		at = at.saturating_add(1);
		if !listing.push(at, *target, fs.node(*target)?.file_type(), name)? {
			break;
		}
		last = Some(Anchor { cookie: at, name: name.clone() });
	}
	Ok(last)
}

/// The place behind the first `cookie - 2` entries, for whoever does not continue where the last
/// call stopped. Pays a byte for each entry that it passes.
fn skip<G: Guest>(
	directory: &Directory,
	cookie: u64,
	listing: &mut Listing<G>,
) -> Outcome<Option<Anchor>> {
	let count = cookie.saturating_sub(2).min(directory.entries.len() as u64);
	listing.view.pay(count)?;
	let last = (count as usize).checked_sub(1).and_then(|at| directory.entries.keys().nth(at));
	Ok(last.map(|name| Anchor { cookie: count + 2, name: name.clone() }))
}
