//! Descriptors: closing, renumbering, attributes, rights, sizes, times.

use super::{Args, NewTimes, checked_offset};
use crate::{
	Errno, Host,
	abi::{FileStat, flags, rights},
	guest::{Guest, View},
	stop::Outcome,
};

/// Kinds of advice are numbered up to this.
const LAST_ADVICE: u32 = 5;
/// Bytes of the record of `fd_fdstat_get`.
const FDSTAT: u32 = 24;

impl Host {
	/// `fd_advise(fd, offset, len, advice)`: checked, and without effect.
	pub(crate) fn fd_advise(&mut self, args: Args) -> Outcome {
		if args.u32(3) > LAST_ADVICE {
			return Err(Errno::Inval.into());
		}
		let offset = checked_offset(args.u64(1))?;
		checked_offset(args.u64(2))?.checked_add(offset).ok_or(Errno::Inval)?;
		let descriptor = self.table.get(args.u32(0))?;
		descriptor.file(Errno::Spipe)?;
		Ok(descriptor.require(rights::FD_ADVISE)?)
	}

	/// `fd_allocate(fd, offset, len)`
	pub(crate) fn fd_allocate<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (offset, len) = (checked_offset(args.u64(1))?, checked_offset(args.u64(2))?);
		if len == 0 {
			return Err(Errno::Inval.into());
		}
		// Neither exceeds `i64::MAX`, so the sum fits.
		let end = offset + len;
		let descriptor = self.table.get(args.u32(0))?;
		let ino = descriptor.file(Errno::Spipe)?;
		descriptor.require(rights::FD_ALLOCATE)?;
		let size = self.fs.file(ino)?.len() as u64;
		if end > size {
			self.fs.resize(ino, end, self.clock.now(), view)?;
		}
		Ok(())
	}

	/// `fd_close(fd)`
	pub(crate) fn fd_close(&mut self, args: Args) -> Outcome {
		let descriptor = self.table.take(args.u32(0))?;
		self.discard(descriptor);
		Ok(())
	}

	/// `fd_renumber(from, to)`: both must be open.
	pub(crate) fn fd_renumber(&mut self, args: Args) -> Outcome {
		let (from, to) = (args.u32(0), args.u32(1));
		self.table.get(from)?;
		self.table.get(to)?;
		if from != to {
			let moved = self.table.take(from)?;
			let replaced = self.table.take(to)?;
			self.discard(replaced);
			self.table.put(to, moved);
		}
		Ok(())
	}

	/// `fd_datasync(fd)`: everything is where it should be already.
	pub(crate) fn fd_datasync(&mut self, args: Args) -> Outcome {
		Ok(self.table.get(args.u32(0))?.require(rights::FD_DATASYNC)?)
	}

	/// `fd_sync(fd)`: likewise.
	pub(crate) fn fd_sync(&mut self, args: Args) -> Outcome {
		Ok(self.table.get(args.u32(0))?.require(rights::FD_SYNC)?)
	}

	/// `fd_fdstat_get(fd, result)`
	pub(crate) fn fd_fdstat_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let result = view.reserve(args.u32(1), FDSTAT)?;
		let descriptor = self.table.get(args.u32(0))?;
		let file_type = self.stat(descriptor.object)?.file_type;
		let mut record = [0; FDSTAT as usize];
		record[0] = file_type as u8;
		record[2..4].copy_from_slice(&descriptor.flags.to_le_bytes());
		record[8..16].copy_from_slice(&descriptor.base.to_le_bytes());
		record[16..].copy_from_slice(&descriptor.inheriting.to_le_bytes());
		view.put(result, &record)
	}

	/// `fd_fdstat_set_flags(fd, flags)`
	pub(crate) fn fd_fdstat_set_flags(&mut self, args: Args) -> Outcome {
		let flags = args.flags(1, flags::FD_ALL)?;
		let descriptor = self.table.get_mut(args.u32(0))?;
		descriptor.require(rights::FD_FDSTAT_SET_FLAGS)?;
		descriptor.flags = flags as u16;
		Ok(())
	}

	/// `fd_fdstat_set_rights(fd, base, inheriting)`: rights can only be given up.
	pub(crate) fn fd_fdstat_set_rights(&mut self, args: Args) -> Outcome {
		let (base, inheriting) = (args.u64(1), args.u64(2));
		let descriptor = self.table.get_mut(args.u32(0))?;
		if base & !descriptor.base != 0 || inheriting & !descriptor.inheriting != 0 {
			return Err(Errno::Notcapable.into());
		}
		descriptor.base = base;
		descriptor.inheriting = inheriting;
		Ok(())
	}

	/// `fd_filestat_get(fd, result)`
	pub(crate) fn fd_filestat_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let result = view.reserve(args.u32(1), FileStat::SIZE)?;
		let descriptor = self.table.get(args.u32(0))?;
		descriptor.require(rights::FD_FILESTAT_GET)?;
		let stat = self.stat(descriptor.object)?;
		view.put(result, &stat.encode())
	}

	/// `fd_filestat_set_size(fd, size)`
	pub(crate) fn fd_filestat_set_size<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		let size = checked_offset(args.u64(1))?;
		let descriptor = self.table.get(args.u32(0))?;
		let ino = descriptor.file(Errno::Inval)?;
		descriptor.require(rights::FD_FILESTAT_SET_SIZE)?;
		self.fs.resize(ino, size, self.clock.now(), view)
	}

	/// `fd_filestat_set_times(fd, atim, mtim, flags)`
	pub(crate) fn fd_filestat_set_times(&mut self, args: Args) -> Outcome {
		let times = NewTimes::decode(args, 1, &self.clock)?;
		let descriptor = self.table.get(args.u32(0))?;
		let ino = descriptor.object.ino().ok_or(Errno::Inval)?;
		descriptor.require(rights::FD_FILESTAT_SET_TIMES)?;
		self.fs.set_times(ino, times.access, times.modify, self.clock.now())
	}
}
