//! Arguments, environment, randomness, the end of the program, signals, sockets.

use super::Args;
use crate::{
	Errno, Host, Stop,
	fs::Object,
	guest::{Guest, View},
	stop::Outcome,
};
use alloc::vec::Vec;

/// Signals are numbered up to this.
const LAST_SIGNAL: u32 = 30;

impl Host {
	pub(crate) fn args_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		write_strings(&self.args, args, view)
	}

	pub(crate) fn args_sizes_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		write_sizes(&self.args, args, view)
	}

	pub(crate) fn environ_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		write_strings(&self.env, args, view)
	}

	pub(crate) fn environ_sizes_get<G: Guest>(
		&mut self,
		args: Args,
		view: &mut View<G>,
	) -> Outcome {
		write_sizes(&self.env, args, view)
	}

	/// `random_get(buf, len)`
	pub(crate) fn random_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (start, len) = (args.u32(0), args.u32(1));
		view.reserve(start, len)?;
		let mut done = 0;
		while done < len {
			let part = self.random.next((len - done) as usize);
			// The range was checked, so this stays below 2^32.
			view.write(start + done, part)?;
			done += part.len() as u32;
		}
		Ok(())
	}

	/// `proc_exit(code)`
	pub(crate) fn proc_exit(&mut self, args: Args) -> Outcome {
		Err(Stop::Exit(args.u32(0)).into())
	}

	/// `proc_raise(signal)`: there are no signals but the one that does nothing.
	pub(crate) fn proc_raise(&mut self, args: Args) -> Outcome {
		match args.u32(0) {
			0 => Ok(()),
			signal if signal <= LAST_SIGNAL => Err(Errno::Notsup.into()),
			_ => Err(Errno::Inval.into()),
		}
	}

	/// `sock_*(fd, ..)`: there are no sockets. A directory is refused like a closed descriptor.
	pub(crate) fn socket(&mut self, args: Args) -> Outcome {
		Err(match self.table.get(args.u32(0))?.object {
			Object::Directory(_) => Errno::Badf,
			_ => Errno::Notsock,
		}
		.into())
	}
}

/// `*_get(pointers, buffer)`
fn write_strings<G: Guest>(strings: &[Vec<u8>], args: Args, view: &mut View<G>) -> Outcome {
	let (mut pointer, mut place) = (args.u32(0), args.u32(1));
	// Both bounds follow from those of the task: 65 strings, 8 KiB and their terminators.
	view.reserve(pointer, 4 * strings.len() as u32)?;
	view.reserve(place, strings.iter().map(Vec::len).sum::<usize>() as u32)?;
	for string in strings {
		view.write(pointer, &place.to_le_bytes())?;
		view.write(place, string)?;
		pointer = pointer.wrapping_add(4);
		place = place.wrapping_add(string.len() as u32);
	}
	Ok(())
}

/// `*_sizes_get(count, bytes)`
fn write_sizes<G: Guest>(strings: &[Vec<u8>], args: Args, view: &mut View<G>) -> Outcome {
	let count = view.reserve(args.u32(0), 4)?;
	let bytes = view.reserve(args.u32(1), 4)?;
	let total: usize = strings.iter().map(Vec::len).sum();
	view.put(count, &(strings.len() as u32).to_le_bytes())?;
	view.put(bytes, &(total as u32).to_le_bytes())
}
