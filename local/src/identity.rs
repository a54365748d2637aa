//! Which process a number stands for. Numbers are given again once their process is gone.

use serde::{Deserialize, Serialize};
use std::{
	fs, io,
	os::fd::{AsRawFd, FromRawFd, OwnedFd},
	time::Duration,
};

/// Clock ticks in a second, of which the kernel's accounts are.
const TICKS: u64 = 100;
/// Places in a process' line of the kernel's accounts, counted from its state.
const STATE: usize = 0;
const TIMES: std::ops::Range<usize> = 11..15;
const THREADS: usize = 17;
const STARTED: usize = 19;

/// A process, and no other one that has its number later.
#[derive(Clone, Debug, Deserialize, Eq, PartialEq, Serialize)]
pub struct Identity {
	/// Its number.
	pub pid: u32,
	/// When it was started, in clock ticks from the machine's start.
	started: u64,
	/// Which start of the machine that was.
	boot: String,
}

impl Identity {
	/// The process with this number.
	pub fn of(pid: u32) -> io::Result<Self> {
		Ok(Self { pid, started: number(&account(pid)?, STARTED)?, boot: boot()? })
	}

	/// Whether it runs, be it stopped.
	pub fn lives(&self) -> bool {
		let read = || {
			let account = account(self.pid)?;
			// Its first thread may have ended before others, which still hold what it has open.
			let gone = match account.get(STATE).map(String::as_str) {
				Some("Z") => number(&account, THREADS)? <= 1,
				state => state == Some("X"),
			};
			io::Result::Ok(!gone && number(&account, STARTED)? == self.started)
		};
		read().unwrap_or(false) && boot().is_ok_and(|boot| boot == self.boot)
	}

	/// Sends it a signal; tells whether it was there.
	pub fn signal(&self, signal: i32) -> bool {
		// SAFETY: takes two numbers, and gives a new descriptor or none.
		let handle = unsafe { libc::syscall(libc::SYS_pidfd_open, self.pid, 0) };
		let Ok(handle @ 0..) = i32::try_from(handle) else { return false };
		// SAFETY: the descriptor is new, so nobody else has it.
		let handle = unsafe { OwnedFd::from_raw_fd(handle) };
		// Asked after the handle was made: if this is it, so is what the handle stands for.
		if !self.lives() {
			return false;
		}
		let none: *const libc::siginfo_t = std::ptr::null();
		// SAFETY: the descriptor is open, and no information is passed.
		let sent = unsafe {
			libc::syscall(libc::SYS_pidfd_send_signal, handle.as_raw_fd(), signal, none, 0)
		};
		sent == 0
	}
}

/// Processor time that a process has used, with its children that have ended.
pub fn processor_time(pid: u32) -> io::Result<Duration> {
	let account = account(pid)?;
	let ticks = TIMES.map(|at| number(&account, at)).sum::<io::Result<u64>>()?;
	Ok(Duration::from_millis(ticks * 1_000 / TICKS))
}

/// The kernel's account of a process, from its state on.
fn account(pid: u32) -> io::Result<Vec<String>> {
	let text = fs::read_to_string(format!("/proc/{pid}/stat"))?;
	// The name may contain anything; what follows its bracket starts with the state.
	let (_, rest) = text.rsplit_once(')').ok_or(io::ErrorKind::InvalidData)?;
	Ok(rest.split_whitespace().map(str::to_owned).collect())
}

fn number(account: &[String], at: usize) -> io::Result<u64> {
	let text = account.get(at).ok_or(io::ErrorKind::InvalidData)?;
	text.parse().map_err(io::Error::other)
}

fn boot() -> io::Result<String> {
	Ok(fs::read_to_string("/proc/sys/kernel/random/boot_id")?.trim().into())
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::process::Command;

	#[test]
	fn process_should_be_told_from_another_with_its_number() {
		let mut child = Command::new("sleep").arg("60").spawn().expect("starts");
		let identity = Identity::of(child.id()).expect("it runs");
		assert!(identity.lives());
		let later = Identity { started: identity.started + 1, ..identity.clone() };
		let elsewhere = Identity { boot: "another".into(), ..identity.clone() };
		for other in [later, elsewhere] {
			assert!(!other.lives() && !other.signal(libc::SIGKILL));
		}
		assert!(identity.lives(), "it was not killed for another");
		assert!(identity.signal(libc::SIGKILL));
		child.wait().expect("it is ours");
		assert!(!identity.lives() && !identity.signal(libc::SIGKILL));
	}

	#[test]
	fn process_should_not_live_when_it_is_only_waited_for() {
		let mut child = Command::new("true").spawn().expect("starts");
		let identity = Identity::of(child.id()).expect("it is not waited for");
		while identity.lives() {
			std::thread::sleep(Duration::from_millis(5));
		}
		child.wait().expect("it is ours");
	}
}
