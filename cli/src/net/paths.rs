//! Folders, programs and the lock of a network.

use crate::failure::Failure;
use assay_client::data_dir;
use std::{
	env,
	fs::{self, File, TryLockError},
	path::{Path, PathBuf},
};

const LOCK: &str = "lock";
/// Proof that a folder was made by this program and may be removed by it.
const MARKER: &str = ".assay-network";

/// Folder of the network: the one given, or the user's own.
pub fn base_path(given: Option<&Path>) -> Result<PathBuf, Failure> {
	if let Some(path) = given {
		return Ok(path.to_path_buf());
	}
	let data =
		data_dir().map_err(|error| Failure::usage(error.to_string()).hint("use --base-path"))?;
	Ok(data.join("net"))
}

/// Creates the folder and locks it. The lock lasts as long as the file is open.
pub fn lock(base: &Path) -> Result<File, Failure> {
	let failed =
		|error: std::io::Error| Failure::new(format!("can't use {}: {error}", base.display()));
	if base.exists() && !base.join(MARKER).exists() && !is_empty(base) {
		return Err(Failure::usage(format!("{} holds something else", base.display()))
			.hint("name an empty or a new folder with --base-path"));
	}
	fs::create_dir_all(base).map_err(failed)?;
	fs::write(base.join(MARKER), "").map_err(failed)?;
	let file = File::create(base.join(LOCK)).map_err(failed)?;
	match file.try_lock() {
		Ok(()) => Ok(file),
		Err(TryLockError::WouldBlock) => {
			Err(Failure::new(format!("a network runs in {} already", base.display()))
				.hint("stop it with 'assay net down', or use another --base-path and other ports"))
		},
		Err(TryLockError::Error(error)) => Err(failed(error)),
	}
}

/// Whether a network runs in the folder.
pub fn is_locked(base: &Path) -> bool {
	File::open(base.join(LOCK))
		.is_ok_and(|file| matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

/// Removes a folder that [`lock`] made.
pub fn remove(base: &Path) {
	if base.join(MARKER).exists()
		&& let Err(error) = fs::remove_dir_all(base)
	{
		eprintln!("warning: can't remove {}: {error}", base.display());
	}
}

fn is_empty(dir: &Path) -> bool {
	fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_none())
}

/// A program: the one given, else the one beside this program, else the one in the path.
pub fn program(given: Option<&Path>, name: &str) -> Result<PathBuf, Failure> {
	if let Some(path) = given {
		return match path.is_file() {
			true => Ok(path.to_path_buf()),
			false => Err(Failure::usage(format!("there is no program {}", path.display()))),
		};
	}
	let beside = env::current_exe().ok().and_then(|exe| exe.parent().map(Path::to_path_buf));
	let path = env::var_os("PATH").unwrap_or_default();
	beside
		.into_iter()
		.chain(env::split_paths(&path))
		.map(|dir| dir.join(name))
		.find(|candidate| candidate.is_file())
		.ok_or_else(|| {
			Failure::new(format!("the program {name} is neither beside this one nor in the path"))
				.hint(format!("build it with: cargo build --release -p {name}"))
		})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn lock_should_be_refused_when_another_holds_it() {
		let dir = tempfile::tempdir().expect("a temporary folder");
		let base = dir.path().join("net");
		assert!(!is_locked(&base));
		let held = lock(&base).expect("free");
		assert!(is_locked(&base));
		assert!(lock(&base).is_err());
		drop(held);
		assert!(!is_locked(&base));
		lock(&base).expect("free again");
	}

	#[test]
	fn folder_should_be_refused_and_kept_when_it_holds_something_else() {
		let dir = tempfile::tempdir().expect("a temporary folder");
		fs::write(dir.path().join("thesis.txt"), "years of work").expect("writable");
		assert!(lock(dir.path()).is_err());
		remove(dir.path());
		assert!(dir.path().join("thesis.txt").exists());
	}
}
