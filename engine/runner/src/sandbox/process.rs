//! Limits, capabilities and Landlock: what holds for the process.

use landlock::{ABI, Access, AccessFs, Ruleset, RulesetAttr, RulesetStatus};
use std::io;

fn check(result: libc::c_int) -> io::Result<()> {
	if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Has this process killed when its parent dies, which may have happened already.
pub fn die_with_parent(parent: u32) -> io::Result<()> {
	// SAFETY: takes no pointers.
	check(unsafe { libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL) })?;
	// SAFETY: takes nothing.
	if unsafe { libc::getppid() } as u32 != parent {
		return Err(io::Error::other("the parent is gone"));
	}
	Ok(())
}

/// Keeps the allocator to one heap for all threads. To trim another one the C library would read a
/// setting of the kernel from a file, which the sandbox does not allow.
pub fn one_heap() {
	#[cfg(target_env = "gnu")]
	// SAFETY: takes no pointers, and this process has a single thread.
	unsafe {
		libc::mallopt(libc::M_ARENA_MAX, 1);
	}
}

/// Puts this process first in line when the machine runs out of memory, before its parent.
pub fn die_first() -> io::Result<()> {
	std::fs::write("/proc/self/oom_score_adj", "1000")
}

/// Closes every descriptor but the standard streams.
pub fn close_inherited() -> io::Result<()> {
	// SAFETY: this process has opened none yet, so nobody owns what is closed.
	check(unsafe { libc::syscall(libc::SYS_close_range, 3u32, u32::MAX, 0u32) } as libc::c_int)
}

/// No core dumps, no files, few descriptors, bounded memory and processor time.
///
/// Memory is bounded by what can be written to; the address space that an engine reserves for the
/// guard regions around linear memory costs nothing.
pub fn limit(data_bytes: u64, cpu_seconds: u64) -> io::Result<()> {
	let limits = [
		(libc::RLIMIT_CORE, 0),
		(libc::RLIMIT_FSIZE, 0),
		(libc::RLIMIT_NOFILE, 16),
		(libc::RLIMIT_DATA, data_bytes),
		(libc::RLIMIT_CPU, cpu_seconds),
	];
	for (resource, value) in limits {
		let limit = libc::rlimit { rlim_cur: value, rlim_max: value };
		// SAFETY: the pointer leads to a value that outlives the call.
		check(unsafe { libc::setrlimit(resource, &limit) })?;
	}
	Ok(())
}

/// Gives up every capability, and the means of getting any back.
pub fn drop_capabilities() -> io::Result<()> {
	#[repr(C)]
	struct Header {
		version: u32,
		pid: i32,
	}
	/// Version 3 of the interface: 64 capabilities in two words.
	const VERSION: u32 = 0x2008_0522;
	// SAFETY: takes no pointers.
	check(unsafe { libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) })?;
	let header = Header { version: VERSION, pid: 0 };
	let none = [[0u32; 3]; 2];
	// SAFETY: both pointers lead to values of the shape that this version of the call reads.
	check(unsafe { libc::syscall(libc::SYS_capset, &header, none.as_ptr()) } as libc::c_int)
}

/// Denies every use of the file system that the first version of Landlock knows.
pub fn landlock() -> io::Result<()> {
	let status = Ruleset::default()
		.handle_access(AccessFs::from_all(ABI::V1))
		.and_then(Ruleset::create)
		.and_then(|ruleset| ruleset.restrict_self())
		.map_err(io::Error::other)?;
	match status.ruleset {
		RulesetStatus::FullyEnforced => Ok(()),
		_ => Err(io::Error::other("not in this kernel")),
	}
}
