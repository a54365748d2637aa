//! A worker process as the parent sees it: bounded in time, killed when it is no longer wanted.

use crate::{
	Cancel, RunError, WorkerCommand,
	protocol::{self, MESSAGE_BYTES, Reply, Setup},
};
use codec::{Decode, Encode};
use std::{
	fs,
	io::{self, Read, Write},
	os::{
		fd::{AsFd, AsRawFd, BorrowedFd, RawFd},
		unix::process::CommandExt,
	},
	process::{Child, ChildStderr, ChildStdin, ChildStdout, Command, Stdio},
	time::{Duration, Instant},
};

/// How often a waiting parent looks whether it should give up, in milliseconds.
const POLL_MS: libc::c_int = 50;
/// Most bytes of a worker's error output that are kept.
const STDERR_BYTES: u64 = 4_096;

/// When to give up on a worker.
pub struct Patience<'a> {
	cancel: &'a Cancel,
	what: &'static str,
	limit: Duration,
	deadline: Instant,
}

impl<'a> Patience<'a> {
	/// Patience of `limit` from now on, for `what`.
	pub fn new(cancel: &'a Cancel, what: &'static str, limit: Duration) -> Self {
		Self { cancel, what, limit, deadline: Instant::now() + limit }
	}

	fn check(&self) -> Result<(), RunError> {
		if self.cancel.is_cancelled() {
			return Err(RunError::Cancelled);
		}
		if Instant::now() >= self.deadline {
			return Err(RunError::TimedOut { what: self.what, limit: self.limit });
		}
		Ok(())
	}
}

/// A running worker. Dropping it kills it.
pub struct Process<'a> {
	child: Child,
	stdin: Option<ChildStdin>,
	stdout: ChildStdout,
	stderr: ChildStderr,
	patience: Patience<'a>,
	/// How it ended, once that was asked for.
	ended: Option<libc::c_int>,
	/// Processor time that it took, known once it has ended.
	cpu: Duration,
	/// Why reading or writing was given up, kept across the standard traits.
	given_up: Option<RunError>,
}

impl<'a> Process<'a> {
	/// Starts a worker and has it set up.
	pub fn start(
		command: &WorkerCommand,
		setup: &Setup,
		patience: Patience<'a>,
	) -> Result<Self, RunError> {
		patience.check()?;
		let mut child = Command::new(&command.program)
			.args(&command.args)
			.env_clear()
			.current_dir("/")
			// Ctrl-C in a terminal is for the parent, which may want to finish its jobs.
			.process_group(0)
			.stdin(Stdio::piped())
			.stdout(Stdio::piped())
			.stderr(Stdio::piped())
			.spawn()
			.map_err(RunError::io("starting a worker process"))?;
		let (Some(stdin), Some(stdout), Some(stderr)) =
			(child.stdin.take(), child.stdout.take(), child.stderr.take())
		else {
			return Err(RunError::Protocol("no pipes to it"));
		};
		let mut process = Self {
			child,
			stdin: Some(stdin),
			stdout,
			stderr,
			patience,
			ended: None,
			cpu: Duration::ZERO,
			given_up: None,
		};
		process.unblock().map_err(RunError::io("preparing a worker's pipes"))?;
		process.send(setup)?;
		Ok(process)
	}

	fn unblock(&self) -> io::Result<()> {
		let stdin = self.stdin.iter().map(AsRawFd::as_raw_fd);
		for fd in stdin.chain([self.stdout.as_raw_fd(), self.stderr.as_raw_fd()]) {
			// SAFETY: the descriptors are open, and the call takes no pointers.
			let set = unsafe {
				let flags = libc::fcntl(fd, libc::F_GETFL);
				libc::fcntl(fd, libc::F_SETFL, flags | libc::O_NONBLOCK)
			};
			if set == -1 {
				return Err(io::Error::last_os_error());
			}
		}
		Ok(())
	}

	/// Sends a message. A worker that has stopped listening is no error yet: it may have answered.
	pub fn send(&mut self, message: &impl Encode) -> Result<(), RunError> {
		self.send_bytes(&protocol::framed(message))
	}

	/// Sends raw content, likewise.
	pub fn send_bytes(&mut self, mut bytes: &[u8]) -> Result<(), RunError> {
		while !bytes.is_empty() {
			let Some(stdin) = &mut self.stdin else { return Ok(()) };
			match stdin.write(bytes) {
				Ok(written) => bytes = &bytes[written..],
				Err(error) if error.kind() == io::ErrorKind::Interrupted => {},
				Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
					wait(stdin.as_fd(), libc::POLLOUT, &self.patience)?;
				},
				Err(_) => self.stdin = None,
			}
		}
		Ok(())
	}

	/// The worker's next message, of at most `most` bytes.
	pub fn receive<T: Decode>(&mut self, most: u64) -> Result<T, RunError> {
		protocol::receive(self, most).map_err(|error| self.failed(error))
	}

	/// Fills `bytes` from what the worker sends.
	pub fn receive_exact(&mut self, bytes: &mut [u8]) -> Result<(), RunError> {
		self.read_exact(bytes).map_err(|error| self.failed(error))
	}

	/// The worker's word that its sandbox stands, with the report and the engine's name.
	pub fn ready(&mut self) -> Result<Reply, RunError> {
		match self.receive(MESSAGE_BYTES)? {
			Reply::NoSandbox(missing) => Err(RunError::Sandbox(missing)),
			Reply::EngineFailed(reason) => Err(RunError::Engine(reason)),
			reply => Ok(reply),
		}
	}

	/// Most resident memory of the worker so far, in bytes; 0 where the kernel does not tell.
	///
	/// Its usage of resources at the end would not do: that counts what the parent had when it
	/// started the worker.
	pub fn peak_memory(&self) -> u64 {
		let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
		let status = status.unwrap_or_default();
		let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
		let kib = line.and_then(|line| line.trim().strip_suffix(" kB")?.parse::<u64>().ok());
		kib.unwrap_or(0) << 10
	}

	/// Closes the worker's input and waits for it to exit. Gives the processor time that it took.
	pub fn finish(mut self) -> Result<Duration, RunError> {
		self.stdin = None;
		loop {
			if let Some(status) = self.reap(libc::WNOHANG) {
				if libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0 {
					return Ok(self.cpu);
				}
				return Err(self.died());
			}
			self.patience.check()?;
			std::thread::sleep(Duration::from_micros(200));
		}
	}

	/// What a failed read means.
	fn failed(&mut self, error: io::Error) -> RunError {
		if let Some(reason) = self.given_up.take() {
			return reason;
		}
		match error.kind() {
			io::ErrorKind::UnexpectedEof => self.died(),
			_ => RunError::Protocol("a message can't be read"),
		}
	}

	/// How the worker, which has closed its pipe, came to its end.
	fn died(&mut self) -> RunError {
		// It may have closed its end without exiting.
		let end = Instant::now() + Duration::from_secs(1);
		while self.reap(libc::WNOHANG).is_none() && Instant::now() < end {
			std::thread::sleep(Duration::from_millis(1));
		}
		self.kill();
		let how = match self.ended {
			Some(status) if libc::WIFSIGNALED(status) => {
				format!("killed by signal {}", libc::WTERMSIG(status))
			},
			Some(status) => format!("exit code {}", libc::WEXITSTATUS(status)),
			None => String::from("no exit status"),
		};
		let mut said = Vec::new();
		// The pipe does not block: this ends at what is there.
		let _ = (&mut self.stderr).take(STDERR_BYTES).read_to_end(&mut said);
		let said = String::from_utf8_lossy(&said);
		RunError::WorkerDied(format!("{how}; {}", said.trim()))
	}

	fn reap(&mut self, options: libc::c_int) -> Option<libc::c_int> {
		if self.ended.is_none() {
			let pid = self.child.id() as libc::pid_t;
			let mut status = 0;
			// SAFETY: a value of nothing but numbers, for which zero is one.
			let mut usage: libc::rusage = unsafe { std::mem::zeroed() };
			// SAFETY: both pointers lead to values that outlive the call.
			let reaped = unsafe { libc::wait4(pid, &mut status, options, &mut usage) };
			if reaped == pid {
				self.ended = Some(status);
				self.cpu = time(usage.ru_utime) + time(usage.ru_stime);
			}
		}
		self.ended
	}

	fn kill(&mut self) {
		if self.ended.is_none() {
			// It was not waited for, so the number is still its own.
			let _ = self.child.kill();
			self.reap(0);
		}
	}
}

impl Read for Process<'_> {
	fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
		loop {
			match self.stdout.read(into) {
				Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
					if let Err(reason) = wait(self.stdout.as_fd(), libc::POLLIN, &self.patience) {
						self.given_up = Some(reason);
						return Err(io::Error::other("given up"));
					}
				},
				result => return result,
			}
		}
	}
}

impl Drop for Process<'_> {
	fn drop(&mut self) {
		self.kill();
	}
}

fn time(value: libc::timeval) -> Duration {
	let whole = Duration::from_secs(value.tv_sec.unsigned_abs());
	whole + Duration::from_micros(value.tv_usec.unsigned_abs())
}

/// Waits until the descriptor is ready, or patience ends.
fn wait(fd: BorrowedFd<'_>, events: libc::c_short, patience: &Patience) -> Result<(), RunError> {
	let raw: RawFd = fd.as_raw_fd();
	loop {
		patience.check()?;
		let mut poll = libc::pollfd { fd: raw, events, revents: 0 };
		// SAFETY: the pointer leads to one value that outlives the call.
		if unsafe { libc::poll(&mut poll, 1, POLL_MS) } > 0 {
			return Ok(());
		}
	}
}
