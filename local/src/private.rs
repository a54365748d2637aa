//! Folders that are a user's alone, for what is run unchecked.

use std::{
	fs::{self, DirBuilder},
	io,
	os::unix::fs::{DirBuilderExt, MetadataExt},
	path::{Path, PathBuf},
	time::{Duration, SystemTime},
};

/// What is older than this is no longer being written: its writer was killed.
const ABANDONED: Duration = Duration::from_secs(600);
const WRITABLE_BY_GROUP: u32 = 0o020;
const WRITABLE_BY_ALL: u32 = 0o002;
const STICKY: u32 = 0o1000;

/// Creates a folder if it is missing, and checks that nobody else can write there: neither into it, nor
/// into what is above it, where it could be replaced by another. Files with `partial` in their names
/// that nobody is writing any more are removed. Gives the folder's absolute path.
///
/// # Errors
///
/// Who else can write there, or what else is in the way.
pub fn private_dir(dir: &Path, partial: &str) -> Result<PathBuf, String> {
	match open(dir, partial) {
		Ok(Ok(absolute)) => Ok(absolute),
		Ok(Err(why)) => Err(format!("{} is refused: {why}", dir.display())),
		Err(error) => Err(format!("{} can't be used: {error}", dir.display())),
	}
}

/// A folder of this user's among the temporary files, where anybody may have made one of any name before.
///
/// # Errors
///
/// As [`private_dir`].
pub fn temporary_dir(name: &str, partial: &str) -> Result<PathBuf, String> {
	private_dir(&std::env::temp_dir().join(format!("{name}-{}", me())), partial)
}

fn open(dir: &Path, partial: &str) -> io::Result<Result<PathBuf, String>> {
	if let Some(above) = dir.parent() {
		fs::create_dir_all(above)?;
	}
	match DirBuilder::new().mode(0o700).create(dir) {
		Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
		_ => {},
	}
	if fs::symlink_metadata(dir)?.is_symlink() {
		return Ok(Err("it is a symbolic link".into()));
	}
	let dir = fs::canonicalize(dir)?;
	for place in dir.ancestors() {
		if let Some(why) = writable_by_others(place, place == dir)? {
			return Ok(Err(why));
		}
	}
	Ok(own_contents(&dir, partial)?.map(|()| dir))
}

fn me() -> u32 {
	// SAFETY: has no preconditions and can't fail.
	unsafe { libc::geteuid() }
}

/// Why others could write to a folder, if they could.
fn writable_by_others(dir: &Path, itself: bool) -> io::Result<Option<String>> {
	let meta = fs::metadata(dir)?;
	let (owner, mode) = (meta.uid(), meta.mode());
	if owner != me() && (itself || owner != 0) {
		return Ok(Some(format!("{} belongs to another user ({owner})", dir.display())));
	}
	// Where systems give each user a group, it has the user's number, and nobody else in it.
	let own_group = meta.gid() == me();
	let by_group = mode & WRITABLE_BY_GROUP != 0 && (itself || !own_group);
	let by_all = mode & WRITABLE_BY_ALL != 0;
	// In a folder like /tmp nobody can replace what belongs to another.
	let guarded = !itself && mode & STICKY != 0;
	Ok(((by_group || by_all) && !guarded)
		.then(|| format!("others may write to {} (mode {:o})", dir.display(), mode & 0o7777)))
}

/// Checks that all there is belongs to this user, and removes what a killed process left half-written.
fn own_contents(dir: &Path, partial: &str) -> io::Result<Result<(), String>> {
	for entry in fs::read_dir(dir)? {
		let path = entry?.path();
		// Another process may be at work here.
		let Ok(meta) = fs::symlink_metadata(&path) else { continue };
		if meta.uid() != me() || meta.is_symlink() {
			return Ok(Err(format!("{} was not written by this user's nodes", path.display())));
		}
		if meta.is_dir() {
			if let Err(why) = own_contents(&path, partial)? {
				return Ok(Err(why));
			}
		} else if path.file_name().is_some_and(|name| name.to_string_lossy().contains(partial))
			&& is_abandoned(meta.modified()?)
		{
			// Two nodes may find it at once.
			let _ = fs::remove_file(&path);
		}
	}
	Ok(Ok(()))
}

fn is_abandoned(modified: SystemTime) -> bool {
	SystemTime::now().duration_since(modified).is_ok_and(|age| age > ABANDONED)
}

#[cfg(test)]
mod tests {
	use super::*;
	use std::os::unix::fs::{PermissionsExt, chown, symlink};

	const PARTIAL: &str = "wip-";

	fn allow(path: &Path, mode: u32) {
		fs::set_permissions(path, fs::Permissions::from_mode(mode)).expect("it is ours");
	}

	fn refusal(dir: &Path) -> String {
		private_dir(dir, PARTIAL).expect_err("it is not ours alone")
	}

	#[test]
	fn folder_should_be_made_for_its_user_alone_and_be_taken_again() {
		let home = tempfile::tempdir().expect("a temporary folder");
		let dir = home.path().join("above/it");
		let made = private_dir(&dir, PARTIAL).expect("nobody else writes there");
		assert_eq!(fs::metadata(&made).expect("it is there").mode() & 0o7777, 0o700);
		fs::create_dir(made.join("inner")).expect("writes");
		fs::write(made.join("inner/file"), "bytes").expect("writes");
		assert_eq!(private_dir(&dir, PARTIAL).as_deref(), Ok(made.as_path()));
	}

	#[test]
	fn folder_among_temporary_files_should_be_its_users_or_be_refused() {
		let name = format!("assay-private-{}", std::process::id());
		let made = temporary_dir(&name, PARTIAL).expect("nobody else writes there");
		assert!(made.ends_with(format!("{name}-{}", me())), "{}", made.display());
		allow(&made, 0o777);
		let refused = temporary_dir(&name, PARTIAL);
		fs::remove_dir(&made).expect("it is ours");
		assert!(refused.expect_err("somebody else's").contains("others may write"));
	}

	#[test]
	fn folder_should_be_refused_when_others_may_write_to_it_or_above_it() {
		let home = tempfile::tempdir().expect("a temporary folder");
		let dir = home.path().join("it");
		private_dir(&dir, PARTIAL).expect("nobody else writes there");
		for mode in [0o777, 0o770, 0o702, 0o1777] {
			allow(&dir, mode);
			assert!(refusal(&dir).contains("others may write"), "{mode:o}");
		}
		allow(&dir, 0o755);
		private_dir(&dir, PARTIAL).expect("others may read");
		allow(home.path(), 0o777);
		assert!(refusal(&dir).contains("others may write"));
		allow(home.path(), 0o1777);
		private_dir(&dir, PARTIAL).expect("nobody can replace it, as in /tmp");
	}

	#[test]
	fn folder_should_be_refused_when_it_is_a_link_or_holds_one() {
		let home = tempfile::tempdir().expect("a temporary folder");
		let (dir, link) = (home.path().join("it"), home.path().join("link"));
		let made = private_dir(&dir, PARTIAL).expect("nobody else writes there");
		symlink(&dir, &link).expect("links");
		assert!(refusal(&link).contains("symbolic link"));
		symlink("/etc/hostname", made.join("file")).expect("links");
		assert!(refusal(&dir).contains("was not written by this user"));
	}

	#[test]
	fn folder_should_be_refused_when_it_or_a_file_in_it_belongs_to_another() {
		if me() != 0 {
			// Root's, which is above everybody and yet nobody's own.
			assert!(refusal(Path::new("/usr")).contains("belongs to another user"));
			return;
		}
		let home = tempfile::tempdir().expect("a temporary folder");
		let made = private_dir(&home.path().join("it"), PARTIAL).expect("nobody else writes there");
		fs::write(made.join("file"), "code").expect("writes");
		chown(made.join("file"), Some(65_534), None).expect("root may");
		assert!(refusal(&made).contains("was not written by this user"));
		chown(made.join("file"), Some(0), None).expect("root may");
		chown(&made, Some(65_534), None).expect("root may");
		assert!(refusal(&made).contains("belongs to another user"));
	}

	#[test]
	fn half_written_file_should_go_when_its_writer_is_gone() {
		let home = tempfile::tempdir().expect("a temporary folder");
		let dir = private_dir(&home.path().join("it"), PARTIAL).expect("nobody else writes there");
		let (old, new) = (dir.join("a.wip-x"), dir.join("b.wip-x"));
		for path in [&old, &new] {
			fs::write(path, "half").expect("writes");
		}
		let long_ago = SystemTime::now() - 2 * ABANDONED;
		let file = fs::File::options().write(true).open(&old).expect("it is there");
		file.set_modified(long_ago).expect("it is ours");
		private_dir(&dir, PARTIAL).expect("nobody else writes there");
		assert!(!old.exists() && new.exists());
	}
}
