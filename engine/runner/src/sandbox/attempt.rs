//! What code that has taken over a worker would try.

use codec::{Decode, Encode};
use std::ptr::{null, null_mut};

/// Something that no worker may do once its sandbox is closed.
#[derive(Clone, Copy, Debug, Decode, Encode, Eq, PartialEq)]
pub enum Attempt {
	/// Open a file.
	Open,
	/// Make a socket.
	Socket,
	/// Start a process.
	Fork,
	/// Become another program.
	Exec,
	/// Get memory that can be executed.
	Code,
	/// Make memory that it has executable.
	Protect,
	/// Signal its parent.
	Signal,
	/// Read another process.
	Trace,
	/// Leave the empty root.
	Mount,
}

impl Attempt {
	/// All of them.
	pub const ALL: [Self; 9] = [
		Self::Open,
		Self::Socket,
		Self::Fork,
		Self::Exec,
		Self::Code,
		Self::Protect,
		Self::Signal,
		Self::Trace,
		Self::Mount,
	];

	/// Does it. That it returns at all means that it was not stopped.
	pub(crate) fn make(self) -> bool {
		const PAGE: usize = 4_096;
		let executable = libc::PROT_READ | libc::PROT_EXEC;
		let private = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS;
		// SAFETY: pointers are null or lead to static strings; what is mapped is never used; a child
		// leaves at once. The process exits right behind this.
		unsafe {
			match self {
				Self::Open => libc::open(c"/etc/passwd".as_ptr(), libc::O_RDONLY) >= 0,
				Self::Socket => libc::socket(libc::AF_INET, libc::SOCK_STREAM, 0) >= 0,
				Self::Fork => match libc::fork() {
					0 => libc::_exit(0),
					child => child > 0,
				},
				Self::Exec => libc::execve(c"/bin/true".as_ptr(), null(), null()) == 0,
				Self::Code => {
					libc::mmap(null_mut(), PAGE, executable, private, -1, 0) != libc::MAP_FAILED
				},
				Self::Protect => {
					let plain = libc::PROT_READ | libc::PROT_WRITE;
					let page = libc::mmap(null_mut(), PAGE, plain, private, -1, 0);
					page != libc::MAP_FAILED && libc::mprotect(page, PAGE, executable) == 0
				},
				Self::Signal => libc::kill(libc::getppid(), 0) == 0,
				Self::Trace => libc::syscall(libc::SYS_ptrace, libc::PTRACE_SEIZE, 1, 0, 0) == 0,
				Self::Mount => libc::umount(c"/".as_ptr()) == 0,
			}
		}
	}
}
