//! One daemon per folder. Two with one key would seal with different salts, and one of them would
//! lose its stake.

use anyhow::{Context, Result, bail};
use std::{
	fs::{File, OpenOptions, TryLockError},
	io::{Read, Seek, SeekFrom, Write},
	path::{Path, PathBuf},
};

/// Held as long as the daemon lives; the kernel lets go of it however the process ends.
#[derive(Debug)]
pub struct Lock {
	_file: File,
}

impl Lock {
	/// Takes the lock of a folder, which is created where it is missing.
	pub fn take(base_path: &Path) -> Result<Self> {
		create_private(base_path)?;
		let path = base_path.join("LOCK");
		let mut file = open(&path)?;
		match file.try_lock() {
			Ok(()) => {},
			Err(TryLockError::Error(error)) => {
				return Err(error).with_context(|| format!("can't lock {}", path.display()));
			},
			Err(TryLockError::WouldBlock) => {
				let mut owner = String::new();
				let _ = file.take(32).read_to_string(&mut owner);
				bail!(
					"another assay-worker (process {}) uses {}; two daemons with one key would be \
					 slashed, so this one stops",
					owner.trim(),
					base_path.display()
				);
			},
		}
		file.set_len(0)?;
		file.seek(SeekFrom::Start(0))?;
		writeln!(file, "{}", std::process::id())?;
		Ok(Self { _file: file })
	}
}

/// Creates a folder that only this user can enter: it holds salts.
fn create_private(path: &Path) -> Result<()> {
	use std::os::unix::fs::DirBuilderExt;
	std::fs::DirBuilder::new()
		.recursive(true)
		.mode(0o700)
		.create(path)
		.with_context(|| format!("can't create the base path {}", path.display()))
}

fn open(path: &PathBuf) -> Result<File> {
	OpenOptions::new()
		.read(true)
		.write(true)
		.create(true)
		.truncate(false)
		.open(path)
		.with_context(|| format!("can't open {}", path.display()))
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn second_lock_should_be_refused_until_the_first_is_gone() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let base = dir.path().join("a/b");
		let first = Lock::take(&base).expect("nobody has it");
		let refused = Lock::take(&base).expect_err("taken").to_string();
		assert!(refused.contains(&std::process::id().to_string()), "{refused}");
		drop(first);
		Lock::take(&base).expect("free again");
	}
}
