//! Namespaces, and the empty directory that becomes the root.

use std::{
	ffi::{CStr, c_ulong},
	fs, io,
	ptr::null,
};

fn check(result: libc::c_int) -> io::Result<()> {
	if result == 0 { Ok(()) } else { Err(io::Error::last_os_error()) }
}

/// Moves this process into namespaces of its own. It must have a single thread.
///
/// Where user namespaces are closed the others can still be had by whoever is root.
pub fn unshare() -> io::Result<()> {
	let others = libc::CLONE_NEWNS | libc::CLONE_NEWNET | libc::CLONE_NEWIPC | libc::CLONE_NEWUTS;
	// SAFETY: these calls take no pointers and change nothing but this process.
	let (uid, gid) = unsafe { (libc::geteuid(), libc::getegid()) };
	// SAFETY: as above.
	if let Err(error) = check(unsafe { libc::unshare(libc::CLONE_NEWUSER | others) }) {
		// SAFETY: as above.
		return check(unsafe { libc::unshare(others) }).map_err(|_| error);
	}
	fs::write("/proc/self/setgroups", "deny")?;
	fs::write("/proc/self/uid_map", format!("{uid} {uid} 1"))?;
	fs::write("/proc/self/gid_map", format!("{gid} {gid} 1"))
}

fn mount(
	source: &CStr,
	target: &CStr,
	kind: Option<&CStr>,
	flags: c_ulong,
	data: Option<&CStr>,
) -> io::Result<()> {
	let kind = kind.map_or(null(), CStr::as_ptr);
	let data = data.map_or(null(), CStr::as_ptr);
	// SAFETY: all pointers are null or lead to strings that outlive the call.
	check(unsafe { libc::mount(source.as_ptr(), target.as_ptr(), kind, flags, data.cast()) })
}

/// Puts an empty, read-only file system in the place of the root.
pub fn empty_root() -> io::Result<()> {
	const LOCKED: c_ulong = libc::MS_NOSUID | libc::MS_NODEV | libc::MS_NOEXEC;
	mount(c"none", c"/", None, libc::MS_REC | libc::MS_PRIVATE, None)?;
	// Any directory does; this one exists wherever the maps above could be written.
	let options = c"size=4096,nr_inodes=2,mode=0555";
	mount(c"none", c"/proc", Some(c"tmpfs"), LOCKED, Some(options))?;
	std::env::set_current_dir("/proc")?;
	// SAFETY: the strings are static.
	let pivoted = check(unsafe {
		libc::syscall(libc::SYS_pivot_root, c".".as_ptr(), c".".as_ptr()) as libc::c_int
	});
	match pivoted {
		// The old root now lies over the new one.
		// SAFETY: the string is static.
		Ok(()) => check(unsafe { libc::umount2(c".".as_ptr(), libc::MNT_DETACH) })?,
		// An initial root file system can't be moved away. Nobody in here could leave a changed
		// root: that takes capabilities and system calls, and both are gone before any guest runs.
		// SAFETY: the string is static.
		Err(_) => check(unsafe { libc::chroot(c".".as_ptr()) })?,
	}
	std::env::set_current_dir("/")?;
	mount(c"none", c"/", None, LOCKED | libc::MS_REMOUNT | libc::MS_RDONLY, None)
}
