//! Clocks, and waiting for them or for descriptors.

use super::Args;
use crate::{
	Errno, Host, TICK,
	abi::{flags, rights},
	fs::{Device, Object},
	guest::{Guest, Meter, View, u32_at, u64_at},
	stop::Outcome,
};
use alloc::vec::Vec;

/// Clocks are numbered up to this: real time, monotonic, and CPU time of process and thread.
const LAST_CLOCK: u32 = 3;
/// Most subscriptions of one call.
pub const MAX_SUBSCRIPTIONS: u32 = 1_024;
/// Bytes of a subscription and of an event.
const SUBSCRIPTION: u32 = 48;
const EVENT: u32 = 32;

/// What a program waits for.
#[derive(Clone, Copy, Debug)]
enum Awaited {
	/// The time when it is reached.
	Deadline(u64),
	/// Reading (tag 1) or writing (tag 2) on a descriptor.
	Ready { fd: u32, write: bool },
}

#[derive(Clone, Copy, Debug)]
struct Subscription {
	userdata: u64,
	tag: u8,
	awaited: Result<Awaited, Errno>,
}

impl Subscription {
	/// Reads a record; an unknown tag is `EINVAL` for the whole call, an unknown clock only here.
	fn decode(record: &[u8], now: u64) -> Result<Self, Errno> {
		let tag = record[8];
		let fd = u32_at(record, 16);
		let awaited = match tag {
			0 => deadline(record, now).map(Awaited::Deadline),
			1 => Ok(Awaited::Ready { fd, write: false }),
			2 => Ok(Awaited::Ready { fd, write: true }),
			_ => return Err(Errno::Inval),
		};
		Ok(Self { userdata: u64_at(record, 0), tag, awaited })
	}

	fn event(&self, outcome: Result<u64, Errno>) -> [u8; EVENT as usize] {
		let mut event = [0; EVENT as usize];
		let (errno, bytes) = match outcome {
			Ok(bytes) => (Errno::Success, bytes),
			Err(errno) => (errno, 0),
		};
		event[..8].copy_from_slice(&self.userdata.to_le_bytes());
		event[8..10].copy_from_slice(&(errno as u16).to_le_bytes());
		event[10] = self.tag;
		event[16..24].copy_from_slice(&bytes.to_le_bytes());
		event
	}
}

fn deadline(record: &[u8], now: u64) -> Result<u64, Errno> {
	let (clock, timeout) = (u32_at(record, 16), u64_at(record, 24));
	let subclock_flags = u16::from_le_bytes([record[40], record[41]]);
	if clock > LAST_CLOCK || subclock_flags & !flags::CLOCK_ABSTIME != 0 {
		return Err(Errno::Inval);
	}
	let absolute = subclock_flags & flags::CLOCK_ABSTIME != 0;
	Ok(if absolute { timeout } else { now.saturating_add(timeout) })
}

impl Host {
	/// `clock_res_get(clock, result)`
	pub(crate) fn clock_res_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		check_clock(args.u32(0))?;
		let result = view.reserve(args.u32(1), 8)?;
		view.put(result, &TICK.to_le_bytes())
	}

	/// `clock_time_get(clock, precision, result)`
	pub(crate) fn clock_time_get<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		check_clock(args.u32(0))?;
		let result = view.reserve(args.u32(2), 8)?;
		view.put(result, &self.clock.read().to_le_bytes())
	}

	/// `poll_oneoff(subscriptions, events, count, result)`
	///
	/// Descriptors are always ready. If one is waited for, or a subscription is in error, time stands
	/// still; else it moves to the earliest deadline. Every subscription that is due gets its event,
	/// in the order of the subscriptions.
	pub(crate) fn poll_oneoff<G: Guest>(&mut self, args: Args, view: &mut View<G>) -> Outcome {
		let (source, events, count) = (args.u32(0), args.u32(1), args.u32(2));
		if count == 0 || count > MAX_SUBSCRIPTIONS {
			return Err(Errno::Inval.into());
		}
		let records = view.fetch(source, count * SUBSCRIPTION)?;
		view.check(events, count * EVENT)?;
		let result = view.reserve(args.u32(3), 4)?;
		let now = self.clock.now();
		let subscriptions = records
			.chunks_exact(SUBSCRIPTION as usize)
			.map(|record| Subscription::decode(record, now))
			.collect::<Result<Vec<_>, _>>()?;
		self.wait(&subscriptions);
		let mut written = 0;
		for subscription in &subscriptions {
			let Some(outcome) = self.due(subscription) else { continue };
			view.pay(EVENT.into())?;
			view.write(events + written * EVENT, &subscription.event(outcome))?;
			written += 1;
		}
		view.put(result, &written.to_le_bytes())
	}

	/// Moves time to the earliest deadline, if there is nothing but deadlines.
	fn wait(&mut self, subscriptions: &[Subscription]) {
		let deadlines = subscriptions.iter().map(|subscription| match subscription.awaited {
			Ok(Awaited::Deadline(deadline)) => Some(deadline),
			_ => None,
		});
		let earliest = deadlines.reduce(|a, b| Some(a?.min(b?)));
		if let Some(Some(deadline)) = earliest {
			self.clock.advance_to(deadline);
		}
	}

	/// What has become of a subscription: an error, bytes that are ready, or `None` while it waits.
	fn due(&self, subscription: &Subscription) -> Option<Result<u64, Errno>> {
		match subscription.awaited {
			Err(errno) => Some(Err(errno)),
			Ok(Awaited::Deadline(deadline)) => (deadline <= self.clock.now()).then_some(Ok(0)),
			Ok(Awaited::Ready { fd, write }) => Some(self.ready(fd, write)),
		}
	}

	/// Bytes that can be read from `fd`; for writing 1, whatever could be written.
	fn ready(&self, fd: u32, write: bool) -> Result<u64, Errno> {
		let descriptor = self.table.get(fd)?;
		let right = if write { rights::FD_WRITE } else { rights::FD_READ };
		descriptor.require(rights::POLL_FD_READWRITE | right)?;
		if write {
			return Ok(1);
		}
		let size = match descriptor.object {
			Object::Stdin => self.fs.input().len(),
			Object::File(ino) => self.fs.file(ino)?.len(),
			// As for writing: more than that nobody could tell.
			Object::Device(device) => usize::from(device != Device::Null),
			Object::Directory(_) | Object::Stream(_) => return Err(Errno::Badf),
		};
		Ok((size as u64).saturating_sub(descriptor.offset))
	}
}

fn check_clock(clock: u32) -> Result<(), Errno> {
	if clock <= LAST_CLOCK { Ok(()) } else { Err(Errno::Inval) }
}
