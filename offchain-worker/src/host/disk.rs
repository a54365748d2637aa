//! Free space. A daemon that can't write its seal down must not begin a job.

use std::{ffi::CString, io, mem::MaybeUninit, os::unix::ffi::OsStrExt, path::Path};

/// Bytes that this user may still write to the file system of `path`.
pub fn free_bytes(path: &Path) -> io::Result<u64> {
	let name = CString::new(path.as_os_str().as_bytes())
		.map_err(|_| io::Error::new(io::ErrorKind::InvalidInput, "the path has a zero byte"))?;
	let mut stat = MaybeUninit::<libc::statvfs>::uninit();
	// SAFETY: `name` ends with a zero byte and `stat` is large enough for the result.
	if unsafe { libc::statvfs(name.as_ptr(), stat.as_mut_ptr()) } != 0 {
		return Err(io::Error::last_os_error());
	}
	// SAFETY: the call succeeded, so it filled the structure.
	let stat = unsafe { stat.assume_init() };
	// Both are u64 on 64-bit Linux and narrower elsewhere.
	#[allow(clippy::unnecessary_cast)]
	Ok((stat.f_bavail as u64).saturating_mul(stat.f_frsize as u64))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn free_bytes_should_be_an_error_when_the_path_is_missing() {
		let dir = tempfile::tempdir().expect("temporary directory");
		assert!(free_bytes(dir.path()).is_ok());
		assert!(free_bytes(&dir.path().join("missing")).is_err());
	}
}
