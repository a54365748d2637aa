//! Reading, writing, positions.

use super::{Args, checked_offset};
use crate::{
	Errno, Host,
	abi::{flags, rights},
	fs::{Device, Object},
	guest::{Buffer, Guest, Meter, View},
	stop::Outcome,
};

/// What is copied of endless zeros at once.
const ZEROS: [u8; 4_096] = [0; 4_096];

impl Host {
	/// `fd_read(fd, buffers, count, result)`
	pub(crate) fn fd_read<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (buffers, total) = view.buffers(args.u32(1), args.u32(2))?;
		let result = view.reserve(args.u32(3), 4)?;
		let descriptor = self.table.get_mut(args.u32(0))?;
		let bytes = match descriptor.object {
			Object::Directory(_) => return Err(Errno::Isdir.into()),
			Object::Stdin => self.fs.input(),
			Object::File(ino) => self.fs.file(ino)?,
			Object::Stream(_) => return Err(Errno::Notcapable.into()),
			Object::Device(device) => {
				descriptor.require(rights::FD_READ)?;
				let read = self.read_device(device, &buffers, total, view)?;
				return view.put(result, &read.to_le_bytes());
			},
		};
		descriptor.require(rights::FD_READ)?;
		let part = part(bytes, descriptor.offset, total);
		view.pay(part.len() as u64)?;
		view.scatter(&buffers, part)?;
		descriptor.offset += part.len() as u64;
		view.put(result, &(part.len() as u32).to_le_bytes())
	}

	/// Fills buffers from a device, and gives how much it has given.
	fn read_device<G: Guest>(
		&mut self,
		device: Device,
		buffers: &[Buffer],
		total: u32,
		view: &mut View<G>,
	) -> Outcome<u32> {
		if device == Device::Null {
			return Ok(0);
		}
		view.pay(total.into())?;
		for buffer in buffers {
			let mut done = 0;
			while done < buffer.len {
				let most = (buffer.len - done) as usize;
				let part = match device {
					Device::Random => self.random.next(most),
					_ => &ZEROS[..most.min(ZEROS.len())],
				};
				// The range was checked, so this stays below 2^32.
				view.write(buffer.ptr + done, part)?;
				done += part.len() as u32;
			}
		}
		Ok(total)
	}

	/// `fd_pread(fd, buffers, count, offset, result)`
	pub(crate) fn fd_pread<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (buffers, total) = view.buffers(args.u32(1), args.u32(2))?;
		let offset = checked_offset(args.u64(3))?;
		let result = view.reserve(args.u32(4), 4)?;
		let descriptor = self.table.get(args.u32(0))?;
		let ino = descriptor.file(Errno::Spipe)?;
		descriptor.require(rights::FD_READ | rights::FD_SEEK)?;
		let part = part(self.fs.file(ino)?, offset, total);
		view.pay(part.len() as u64)?;
		view.scatter(&buffers, part)?;
		view.put(result, &(part.len() as u32).to_le_bytes())
	}

	/// `fd_write(fd, buffers, count, result)`: all of it or nothing.
	pub(crate) fn fd_write<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (buffers, total) = view.buffers(args.u32(1), args.u32(2))?;
		let result = view.reserve(args.u32(3), 4)?;
		let descriptor = self.table.get_mut(args.u32(0))?;
		if matches!(descriptor.object, Object::Directory(_)) {
			return Err(Errno::Isdir.into());
		}
		descriptor.require(rights::FD_WRITE)?;
		match descriptor.object {
			Object::Stream(stream) => {
				let place = self.fs.append(stream, total, view)?;
				view.gather(&buffers, place)?;
			},
			Object::File(ino) => {
				let append = descriptor.flags & flags::FD_APPEND != 0;
				let size = self.fs.file(ino)?.len() as u64;
				let offset = if append { size } else { descriptor.offset };
				if total > 0 {
					let now = self.clock.now();
					let place = self.fs.write(ino, offset, total, now, view)?;
					view.gather(&buffers, place)?;
				}
				descriptor.offset = offset + u64::from(total);
			},
			Object::Device(_) => view.pay(total.into())?,
			// Standard input has no right to write, and directories were refused.
			Object::Stdin | Object::Directory(_) => return Err(Errno::Notcapable.into()),
		}
		view.put(result, &total.to_le_bytes())
	}

	/// `fd_pwrite(fd, buffers, count, offset, result)`; appends, if the descriptor does.
	pub(crate) fn fd_pwrite<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (buffers, total) = view.buffers(args.u32(1), args.u32(2))?;
		let offset = checked_offset(args.u64(3))?;
		let result = view.reserve(args.u32(4), 4)?;
		let descriptor = self.table.get(args.u32(0))?;
		let ino = descriptor.file(Errno::Spipe)?;
		descriptor.require(rights::FD_WRITE | rights::FD_SEEK)?;
		let append = descriptor.flags & flags::FD_APPEND != 0;
		let offset = if append { self.fs.file(ino)?.len() as u64 } else { offset };
		if total > 0 {
			let place = self.fs.write(ino, offset, total, self.clock.now(), view)?;
			view.gather(&buffers, place)?;
		}
		view.put(result, &total.to_le_bytes())
	}

	/// `fd_seek(fd, delta, whence, result)`
	pub(crate) fn fd_seek<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (delta, whence) = (args.u64(1) as i64, args.u32(2));
		let result = view.reserve(args.u32(3), 8)?;
		let descriptor = self.table.get_mut(args.u32(0))?;
		let ino = descriptor.file(Errno::Spipe)?;
		let base = match whence {
			0 => 0,
			1 => descriptor.offset,
			2 => self.fs.file(ino)?.len() as u64,
			_ => return Err(Errno::Inval.into()),
		};
		// Asking for the position needs less than changing it.
		let tells = whence == 1 && delta == 0 && descriptor.base & rights::FD_TELL != 0;
		if !tells {
			descriptor.require(rights::FD_SEEK)?;
		}
		let offset = i128::from(base) + i128::from(delta);
		if offset < 0 {
			return Err(Errno::Inval.into());
		}
		let offset = i64::try_from(offset).map_err(|_| Errno::Overflow)? as u64;
		descriptor.offset = offset;
		view.put(result, &offset.to_le_bytes())
	}

	/// `fd_tell(fd, result)`
	pub(crate) fn fd_tell<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let result = view.reserve(args.u32(1), 8)?;
		let descriptor = self.table.get(args.u32(0))?;
		descriptor.file(Errno::Spipe)?;
		if descriptor.base & (rights::FD_TELL | rights::FD_SEEK) == 0 {
			return Err(Errno::Notcapable.into());
		}
		view.put(result, &descriptor.offset.to_le_bytes())
	}
}

/// Up to `len` of `bytes` from `offset` on.
fn part(bytes: &[u8], offset: u64, len: u32) -> &[u8] {
	let start = bytes.len().min(usize::try_from(offset).unwrap_or(usize::MAX));
	let end = bytes.len().min(start.saturating_add(len as usize));
	&bytes[start..end]
}
