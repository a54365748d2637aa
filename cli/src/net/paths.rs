//! Folders, programs and the lock of a network.

use crate::failure::Failure;
use assay_client::data_dir;
use std::{
	env,
	fs::{self, File, TryLockError},
	path::{Path, PathBuf},
	thread,
	time::Duration,
};

const LOCK: &str = "lock";
/// Proof that a folder was made by this program and may be removed by it. Says [`PASSING`] where nobody wants to
/// keep what the folder holds.
const MARKER: &str = ".assay-network";
const PASSING: &str = "passing";
/// Programs that look whether a network runs hold its lock for a moment.
const LOOKS: u32 = 20;
const LOOK: Duration = Duration::from_millis(50);

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
	let marked = File::options().create(true).append(true).open(base.join(MARKER));
	let file = marked.and_then(|_| File::create(base.join(LOCK))).map_err(failed)?;
	let mut looks = 0..LOOKS;
	let locked = loop {
		match file.try_lock() {
			Err(TryLockError::WouldBlock) if looks.next().is_some() => thread::sleep(LOOK),
			result => break result,
		}
	};
	match locked {
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

/// Says whether the next network in a locked folder may go on with what this one leaves. What one left that could
/// not is removed, but for its logs: it was killed, or failed.
pub fn begin(base: &Path, keep: bool) -> Result<(), Failure> {
	let marker = base.join(MARKER);
	let clear = || -> std::io::Result<()> {
		if fs::read_to_string(&marker)? == PASSING {
			for entry in fs::read_dir(base)?.flatten().filter(|it| it.path().is_dir()) {
				fs::remove_dir_all(entry.path())?;
			}
		}
		fs::write(&marker, if keep { "" } else { PASSING })
	};
	clear().map_err(|error| Failure::new(format!("can't clear {}: {error}", base.display())))
}

/// Removes a folder that [`lock`] made. Its name is free at once, for the next network.
pub fn remove(base: &Path) {
	if !base.join(MARKER).exists() {
		return;
	}
	let mut aside = base.as_os_str().to_os_string();
	aside.push(format!(".removed-{}", std::process::id()));
	let aside = PathBuf::from(aside);
	// Where the folder can't be renamed, a mount for example, it is emptied in its place.
	let gone = if fs::rename(base, &aside).is_ok() { &aside } else { base };
	if let Err(error) = fs::remove_dir_all(gone) {
		eprintln!("warning: can't remove {}: {error}", gone.display());
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
	fn folder_should_be_cleared_but_for_logs_when_nobody_wanted_to_keep_what_was_killed() {
		let dir = tempfile::tempdir().expect("a temporary folder");
		let base = dir.path().join("net");
		let chain = base.join("node/chain");
		for (kept, keep, stays) in
			[(false, false, false), (false, true, false), (true, false, true)]
		{
			// One that is killed removes nothing.
			drop(lock(&base).expect("free"));
			begin(&base, kept).expect("it can be cleared");
			fs::create_dir_all(chain.parent().expect("a folder")).expect("writable");
			fs::write(&chain, "blocks").expect("writable");
			fs::write(base.join("node.log"), "why").expect("writable");
			let _held = lock(&base).expect("free");
			begin(&base, keep).expect("it can be cleared");
			assert_eq!(chain.exists(), stays, "kept: {kept}, then {keep}");
			assert!(base.join("node.log").exists());
		}
	}

	#[test]
	fn name_should_be_free_when_a_folder_is_removed() {
		let dir = tempfile::tempdir().expect("a temporary folder");
		let base = dir.path().join("net");
		let held = lock(&base).expect("free");
		remove(&base);
		assert!(fs::read_dir(dir.path()).expect("a folder").next().is_none());
		let next = lock(&base).expect("the next network may begin before the last has ended");
		drop((held, next));
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
