use super::*;
use crate::{MAX_NAME, MAX_PATH, MAX_SYMLINKS};

fn readlink(bench: &mut Bench, path: &str, len: u64) -> Result<Vec<u8>, Errno> {
	let [ptr, path_len] = bench.put_path(PATH, path);
	let args = [ROOT.into(), ptr, path_len, DATA.into(), len, RESULT.into()];
	let used = bench.call_u32(Function::PathReadlink, &args)?;
	Ok(bench.get(DATA, used as usize))
}

/// Every function that takes a path, with its arguments; `path` and `len` stand for the path.
fn with_path(fd: u64, ptr: u64, len: u64) -> Vec<(Function, Vec<u64>)> {
	let (other, data, result) = (OTHER_PATH.into(), DATA.into(), RESULT.into());
	vec![
		(Function::PathCreateDirectory, vec![fd, ptr, len]),
		(Function::PathFilestatGet, vec![fd, 0, ptr, len, result]),
		(Function::PathFilestatSetTimes, vec![fd, 0, ptr, len, 0, 0, 0]),
		(Function::PathLink, vec![fd, 0, ptr, len, ROOT.into(), other, 3]),
		(Function::PathLink, vec![ROOT.into(), 0, other, 3, fd, ptr, len]),
		(Function::PathOpen, vec![fd, 0, ptr, len, 0, 0, 0, 0, result]),
		(Function::PathReadlink, vec![fd, ptr, len, data, 10, result]),
		(Function::PathRemoveDirectory, vec![fd, ptr, len]),
		(Function::PathRename, vec![fd, ptr, len, ROOT.into(), other, 3]),
		(Function::PathRename, vec![ROOT.into(), other, 3, fd, ptr, len]),
		(Function::PathSymlink, vec![other, 3, fd, ptr, len]),
		(Function::PathUnlinkFile, vec![fd, ptr, len]),
	]
}

#[test]
fn every_function_should_refuse_when_the_path_is_bad() {
	let mut bench = Bench::new();
	bench.put(OTHER_PATH, b"tmp");
	let too_long = "a".repeat(MAX_NAME + 1);
	let cases: [(&[u8], Errno); 7] = [
		(b"", Errno::Noent),
		(b"a\0b", Errno::Inval),
		(b"a\xff", Errno::Ilseq),
		(b"/tmp/a", Errno::Perm),
		(b"..", Errno::Perm),
		(b"tmp/../../a", Errno::Perm),
		(too_long.as_bytes(), Errno::Nametoolong),
	];
	for (path, errno) in cases {
		bench.put(PATH, path);
		for (function, args) in with_path(ROOT.into(), PATH.into(), path.len() as u64) {
			assert_eq!(bench.call(function, &args), errno, "{function:?} of {path:?}");
		}
	}
	for (len, errno) in [(100, Errno::Fault), (5_000, Errno::Nametoolong)] {
		for (function, args) in with_path(ROOT.into(), NOWHERE, len) {
			assert_eq!(bench.call(function, &args), errno, "{function:?}");
		}
	}
}

#[test]
fn every_function_should_refuse_when_the_descriptor_is_bad() {
	let mut bench = Bench::new();
	bench.put(OTHER_PATH, b"tmp");
	bench.put(PATH, b"file");
	let file = bench.create("tmp/file");
	let bare = bench.open("tmp", 0, 0).expect("exists");
	let cases = [
		(CLOSED, Errno::Badf),
		(u32::MAX, Errno::Badf),
		(file, Errno::Notdir),
		(1, Errno::Notdir),
		(bare, Errno::Notcapable),
	];
	for (fd, errno) in cases {
		for (function, args) in with_path(fd.into(), PATH.into(), 4) {
			assert_eq!(bench.call(function, &args), errno, "{function:?} of {fd}");
		}
	}
}

#[test]
fn every_function_should_refuse_when_flags_are_unknown() {
	let mut bench = Bench::new();
	let [ptr, len] = bench.put_path(PATH, "tmp");
	let mut errno = |function, args: &[u64]| bench.call(function, args);
	let result = RESULT.into();
	for lookup in [2, 1 << 31] {
		let stat = [3, lookup, ptr, len, result];
		assert_eq!(errno(Function::PathFilestatGet, &stat), Errno::Inval);
		let times = [3, lookup, ptr, len, 0, 0, 0];
		assert_eq!(errno(Function::PathFilestatSetTimes, &times), Errno::Inval);
		assert_eq!(errno(Function::PathLink, &[3, lookup, ptr, len, 3, ptr, len]), Errno::Inval);
		let open = [3, lookup, ptr, len, 0, 0, 0, 0, result];
		assert_eq!(errno(Function::PathOpen, &open), Errno::Inval);
	}
	for (oflags, fdflags) in [(16, 0), (1 << 16, 0), (3, 0), (0, 32), (0, 1 << 16)] {
		let open = [3, 0, ptr, len, oflags, 0, 0, fdflags, result];
		assert_eq!(errno(Function::PathOpen, &open), Errno::Inval);
	}
	for times in [3, 12, 16] {
		let args = [3, 0, ptr, len, 0, 0, times];
		assert_eq!(errno(Function::PathFilestatSetTimes, &args), Errno::Inval);
	}
	assert_eq!(errno(Function::PathOpen, &[3, 0, ptr, len, 0, 0, 0, 0, NOWHERE]), Errno::Fault);
	assert_eq!(errno(Function::PathFilestatGet, &[3, 0, ptr, len, NOWHERE]), Errno::Fault);
}

#[test]
fn paths_should_resolve_when_they_have_dots_and_slashes() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	assert_eq!(bench.make_directory("tmp/dir/nested"), Ok(()));
	bench.file("tmp/dir/nested/file", b"here");
	let path = "tmp/dir/.//nested/../../dir/nested/../nested///./file";
	assert_eq!(bench.contents(path), b"here");
	assert!(bench.open("tmp/dir/nested///", 0, 0).is_ok());
	assert_eq!(bench.open("tmp/dir/nested/file/", 0, 0), Err(Errno::Notdir));
	assert_eq!(bench.open("tmp/dir/nested/file/x", 0, 0), Err(Errno::Notdir));
	assert_eq!(bench.open("tmp/dir/nested/file/..", 0, 0), Err(Errno::Notdir));
	assert_eq!(bench.open("tmp/none/..", 0, 0), Err(Errno::Noent));
	assert_eq!(bench.stat("tmp/dir/nested/file/"), Err(Errno::Notdir));
	assert_eq!(bench.stat(".").map(|stat| stat.inode), Ok(1));
	assert_eq!(bench.stat("tmp/..").map(|stat| stat.inode), Ok(1));
	let dir = bench.open_directory("tmp/dir");
	assert_eq!(bench.open_at(dir, "../dir", 0, 0, 0, 0), Err(Errno::Perm), "no way out");
	assert!(bench.open_at(dir, "nested/..", 0, 0, 0, 0).is_ok());
}

#[test]
fn open_should_create_when_asked_to() {
	let mut bench = Bench::new();
	assert_eq!(bench.open("tmp/new", 0, READ), Err(Errno::Noent));
	assert_eq!(bench.open("tmp/none/new", flags::O_CREAT, READ), Err(Errno::Noent));
	assert!(bench.open("tmp/new", flags::O_CREAT, READ).is_ok());
	let exclusive = flags::O_CREAT | flags::O_EXCL;
	assert_eq!(bench.open("tmp/new", exclusive, READ), Err(Errno::Exist));
	assert_eq!(bench.open("tmp", exclusive, READ), Err(Errno::Exist));
	assert!(bench.open("tmp/newer", exclusive, READ).is_ok());
	assert_eq!(bench.open("tmp/slash/", flags::O_CREAT, READ), Err(Errno::Isdir));
	assert_eq!(bench.open("tmp/.", flags::O_CREAT, READ), Err(Errno::Isdir));
	assert_eq!(bench.open("tmp", flags::O_CREAT, READ), Err(Errno::Isdir));
	let stat = bench.stat("tmp/new").expect("exists");
	assert_eq!((stat.device, stat.file_type, stat.links, stat.size), (1, 4, 1, 0));
}

#[test]
fn open_should_mind_the_kind_when_something_is_there() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"content");
	assert_eq!(bench.open("tmp/file", flags::O_DIRECTORY, READ), Err(Errno::Notdir));
	assert_eq!(bench.open("tmp", flags::O_DIRECTORY, rights::FD_WRITE), Err(Errno::Isdir));
	assert_eq!(bench.open("tmp", flags::O_TRUNC, 0), Err(Errno::Isdir));
	assert!(bench.open("tmp", flags::O_DIRECTORY, rights::FD_READ | rights::FD_SEEK).is_ok());
	assert!(bench.open("tmp/file", flags::O_TRUNC, 0).is_ok());
	assert_eq!(bench.contents("tmp/file"), b"");
}

#[test]
fn open_should_keep_links_apart_when_not_following() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	assert_eq!(bench.symlink("dir", "tmp/link"), Ok(()));
	let [ptr, len] = bench.put_path(PATH, "tmp/link");
	for (oflags, expected) in
		[(0, Errno::Loop), (2, Errno::Loop), (1, Errno::Loop), (5, Errno::Exist)]
	{
		let args = [3, 0, ptr, len, oflags, 0, 0, 0, RESULT.into()];
		assert_eq!(bench.call(Function::PathOpen, &args), expected);
	}
	assert!(bench.open("tmp/link", flags::O_DIRECTORY, 0).is_ok());
	let [ptr, len] = bench.put_path(PATH, "tmp/link/");
	let args = [3, 0, ptr, len, 2, 0, 0, 0, RESULT.into()];
	assert_eq!(bench.call(Function::PathOpen, &args), Errno::Success, "a slash follows");
}

#[test]
fn open_should_create_the_target_when_following_a_dangling_link() {
	let mut bench = Bench::new();
	assert_eq!(bench.symlink("target", "tmp/link"), Ok(()));
	assert_eq!(bench.open("tmp/link", 0, READ), Err(Errno::Noent));
	assert!(bench.open("tmp/link", flags::O_CREAT, READ).is_ok());
	assert_eq!(bench.stat("tmp/target").map(|stat| stat.file_type), Ok(4));
	assert_eq!(bench.stat("tmp/link").map(|stat| stat.file_type), Ok(7));
}

#[test]
fn open_should_stay_within_inherited_rights_when_through_a_directory() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"content");
	let base = rights::PATH_OPEN | rights::PATH_CREATE_FILE;
	let inheriting = rights::FD_READ | rights::FD_SEEK;
	let fd = bench.open_at(ROOT, "tmp", 0, base, inheriting, 0).expect("exists");
	assert!(bench.open_at(fd, "file", 0, rights::FD_READ, 0, 0).is_ok());
	let notcapable = Err(Errno::Notcapable);
	assert_eq!(bench.open_at(fd, "file", 0, rights::FD_WRITE, 0, 0), notcapable);
	assert_eq!(bench.open_at(fd, "file", 0, 0, rights::FD_WRITE, 0), notcapable);
	assert_eq!(bench.open_at(fd, "file", flags::O_TRUNC, 0, 0, 0), notcapable);
	assert_eq!(bench.open_at(fd, "file", 0, 0, 0, flags::FD_SYNC), notcapable);
	assert_eq!(bench.open_at(fd, "file", 0, 0, 0, flags::FD_DSYNC), notcapable);
	assert!(bench.open_at(fd, "new", flags::O_CREAT, 0, 0, flags::FD_APPEND).is_ok());
	assert!(bench.open_at(ROOT, "tmp", 0, !rights::FD_WRITE, u64::MAX, 0).is_ok());
}

#[test]
fn input_should_be_read_only_when_anything_tries_to_change_it() {
	let mut bench = Bench::new();
	assert_eq!(bench.open("in/input", 0, rights::FD_WRITE), Err(Errno::Rofs));
	assert_eq!(bench.open("in/input", flags::O_TRUNC, READ), Err(Errno::Rofs));
	assert_eq!(bench.open("in/new", flags::O_CREAT, READ), Err(Errno::Rofs));
	assert_eq!(bench.make_directory("in/new"), Err(Errno::Rofs));
	assert_eq!(bench.symlink("input", "in/new"), Err(Errno::Rofs));
	assert_eq!(bench.unlink("in/input"), Err(Errno::Rofs));
	assert_eq!(bench.rename("in/input", "tmp/moved"), Err(Errno::Rofs));
	assert_eq!(bench.link("in/input", "tmp/linked"), Err(Errno::Rofs));
	bench.file("tmp/file", b"");
	assert_eq!(bench.rename("tmp/file", "in/input"), Err(Errno::Rofs));
	assert_eq!(bench.link("tmp/file", "in/new"), Err(Errno::Rofs));
	let [ptr, len] = bench.put_path(PATH, "in/input");
	let times = [3, 0, ptr, len, 0, 0, 1];
	assert_eq!(bench.call(Function::PathFilestatSetTimes, &times), Errno::Rofs);
	assert!(bench.open("in/input", flags::O_CREAT, READ).is_ok());
	assert_eq!(bench.contents("in/input"), b"the input");
}

#[test]
fn given_directories_should_stay_when_removed_or_renamed() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("spare"), Ok(()));
	for name in ["in", "out", "tmp"] {
		assert_eq!(bench.remove_directory(name), Err(Errno::Busy));
		assert_eq!(bench.rename(name, "other"), Err(Errno::Busy));
		assert_eq!(bench.rename("spare", name), Err(Errno::Busy));
		assert_eq!(bench.make_directory(name), Err(Errno::Exist));
	}
}

#[test]
fn directories_should_count_their_links_when_made_and_removed() {
	let mut bench = Bench::new();
	assert_eq!(bench.stat("tmp").map(|stat| stat.links), Ok(2));
	assert_eq!(bench.stat("").map(|stat| stat.links), Err(Errno::Noent));
	assert_eq!(bench.stat(".").map(|stat| stat.links), Ok(5));
	assert_eq!(bench.make_directory("tmp/a/"), Ok(()), "a slash may follow");
	assert_eq!(bench.make_directory("tmp/a"), Err(Errno::Exist));
	assert_eq!(bench.make_directory("tmp/."), Err(Errno::Exist));
	assert_eq!(bench.make_directory("tmp/none/b"), Err(Errno::Noent));
	assert_eq!(bench.make_directory("tmp/a/b"), Ok(()));
	assert_eq!(bench.stat("tmp/a").map(|stat| stat.links), Ok(3));
	assert_eq!(bench.remove_directory("tmp/a"), Err(Errno::Notempty));
	assert_eq!(bench.remove_directory("tmp/a/."), Err(Errno::Inval));
	assert_eq!(bench.remove_directory("tmp/a/b/"), Ok(()));
	assert_eq!(bench.stat("tmp/a").map(|stat| stat.links), Ok(2));
	assert_eq!(bench.remove_directory("tmp/a"), Ok(()));
	assert_eq!(bench.remove_directory("tmp/a"), Err(Errno::Noent));
	bench.file("tmp/file", b"");
	assert_eq!(bench.remove_directory("tmp/file"), Err(Errno::Notdir));
	assert_eq!(bench.remove_directory("tmp/file/"), Err(Errno::Notdir));
	assert_eq!(bench.make_directory("tmp/file"), Err(Errno::Exist));
}

#[test]
fn unlink_should_remove_files_and_links_only() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"content");
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	assert_eq!(bench.symlink("dir", "tmp/link"), Ok(()));
	assert_eq!(bench.unlink("tmp/dir"), Err(Errno::Isdir));
	assert_eq!(bench.unlink("tmp/dir/"), Err(Errno::Isdir));
	assert_eq!(bench.unlink("tmp/."), Err(Errno::Isdir));
	assert_eq!(bench.unlink("tmp/file/"), Err(Errno::Notdir));
	assert_eq!(bench.unlink("tmp/none"), Err(Errno::Noent));
	assert_eq!(bench.remove_directory("tmp/link"), Err(Errno::Notdir));
	assert_eq!(bench.unlink("tmp/link"), Ok(()));
	assert_eq!(bench.unlink("tmp/file"), Ok(()));
	assert_eq!(bench.names("tmp"), [b"dir".to_vec()]);
}

#[test]
fn hard_links_should_share_the_file_when_made() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"content");
	assert_eq!(bench.link("tmp/file", "tmp/second"), Ok(()));
	let (first, second) = (bench.stat("tmp/file"), bench.stat("tmp/second"));
	assert_eq!(first, second);
	assert_eq!(first.map(|stat| stat.links), Ok(2));
	assert_eq!(bench.unlink("tmp/file"), Ok(()));
	assert_eq!(bench.contents("tmp/second"), b"content");
	assert_eq!(bench.link("tmp/second", "tmp/second"), Err(Errno::Exist));
	assert_eq!(bench.link("tmp/second", "tmp"), Err(Errno::Exist));
	assert_eq!(bench.link("tmp/second", "tmp/new/"), Err(Errno::Noent));
	assert_eq!(bench.link("tmp/none", "tmp/new"), Err(Errno::Noent));
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	assert_eq!(bench.link("tmp/dir", "tmp/new"), Err(Errno::Perm));
	assert_eq!(bench.symlink("none", "tmp/link"), Ok(()));
	assert_eq!(bench.link("tmp/link", "tmp/link2"), Ok(()), "the link itself");
	assert_eq!(bench.stat("tmp/link2").map(|stat| stat.links), Ok(2));
	let [old, old_len] = bench.put_path(OTHER_PATH, "tmp/link");
	let [new, new_len] = bench.put_path(PATH, "tmp/link3");
	let args = [3, 1, old, old_len, 3, new, new_len];
	assert_eq!(bench.call(Function::PathLink, &args), Errno::Noent, "following finds nothing");
}

#[test]
fn symlinks_should_hold_relative_targets_when_made() {
	let mut bench = Bench::new();
	assert_eq!(bench.symlink("some/target", "tmp/link"), Ok(()));
	assert_eq!(readlink(&mut bench, "tmp/link", 100), Ok(b"some/target".to_vec()));
	assert_eq!(readlink(&mut bench, "tmp/link", 4), Ok(b"some".to_vec()));
	assert_eq!(readlink(&mut bench, "tmp/link", 0), Ok(vec![]));
	assert_eq!(readlink(&mut bench, "tmp", 100), Err(Errno::Inval));
	assert_eq!(readlink(&mut bench, "tmp/none", 100), Err(Errno::Noent));
	assert_eq!(readlink(&mut bench, "tmp/link", 1 << 30), Err(Errno::Fault));
	let stat = bench.stat("tmp/link").expect("exists");
	assert_eq!((stat.file_type, stat.size), (7, 11));
	assert_eq!(bench.symlink("/tmp", "tmp/absolute"), Err(Errno::Perm));
	assert_eq!(bench.symlink("", "tmp/empty"), Err(Errno::Noent));
	assert_eq!(bench.symlink("x", "tmp/new/"), Err(Errno::Noent));
	assert_eq!(bench.symlink("x", "tmp/link"), Err(Errno::Exist));
	assert_eq!(bench.symlink("x", "tmp"), Err(Errno::Exist));
	assert_eq!(bench.symlink("x", "tmp/"), Err(Errno::Exist));
}

#[test]
fn links_should_be_followed_when_in_the_middle_of_a_path() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/a"), Ok(()));
	assert_eq!(bench.make_directory("tmp/a/b"), Ok(()));
	bench.file("tmp/a/b/file", b"found");
	assert_eq!(bench.symlink("a/b/", "tmp/short"), Ok(()));
	assert_eq!(bench.symlink("../short/file", "tmp/a/up"), Ok(()));
	assert_eq!(bench.contents("tmp/short/file"), b"found");
	assert_eq!(bench.contents("tmp/a/up"), b"found");
	assert_eq!(bench.symlink("../../out", "tmp/outside"), Ok(()));
	assert_eq!(bench.stat_path("tmp/outside", 1), Err(Errno::Perm), "links can't leave the root");
	let a = bench.open_directory("tmp/a");
	assert_eq!(bench.open_at(a, "up", 0, READ, 0, 0), Err(Errno::Perm), "nor their directory");
	assert_eq!(bench.stat_path("tmp/a/up", 1).map(|stat| stat.file_type), Ok(4));
	assert_eq!(bench.stat_path("tmp/a/up", 0).map(|stat| stat.file_type), Ok(7));
	assert_eq!(bench.symlink("up", "tmp/a/b/../back"), Ok(()));
	assert_eq!(bench.contents("tmp/a/back"), b"found");
}

#[test]
fn resolution_should_end_when_links_loop() {
	let mut bench = Bench::new();
	assert_eq!(bench.symlink("self", "tmp/self"), Ok(()));
	assert_eq!(bench.open("tmp/self", 0, READ), Err(Errno::Loop));
	assert_eq!(bench.stat("tmp/self/x"), Err(Errno::Loop));
	bench.file("tmp/link0", b"end");
	for n in 1..=MAX_SYMLINKS + 1 {
		assert_eq!(bench.symlink(&format!("link{}", n - 1), &format!("tmp/link{n}")), Ok(()));
	}
	assert_eq!(bench.contents(&format!("tmp/link{MAX_SYMLINKS}")), b"end");
	let beyond = format!("tmp/link{}", MAX_SYMLINKS + 1);
	assert_eq!(bench.open(&beyond, 0, READ), Err(Errno::Loop));
}

#[test]
fn resolution_should_end_when_links_make_the_path_too_long() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/d"), Ok(()));
	assert_eq!(bench.symlink(&format!("d{}", "/.".repeat(1_500)), "tmp/l"), Ok(()));
	assert!(bench.open("tmp/l", 0, 0).is_ok());
	let path = format!("tmp/l{}", "/.".repeat(1_500));
	assert_eq!(bench.open(&path, 0, 0), Err(Errno::Nametoolong));
}

#[test]
fn names_should_be_bounded_when_made_through_descriptors() {
	let mut bench = Bench::new();
	let name = "n".repeat(MAX_NAME);
	assert_eq!(bench.make_directory(&format!("tmp/{name}")), Ok(()));
	let mut fd = bench.open_directory(&format!("tmp/{name}"));
	let mut depth = 1;
	let errno = loop {
		let [ptr, len] = bench.put_path(PATH, &name);
		if let Err(errno) = bench.done(Function::PathCreateDirectory, &[fd.into(), ptr, len]) {
			break errno;
		}
		let next = bench.open_at(fd, &name, 0, rights::DIRECTORY, ALL_RIGHTS, 0).expect("made");
		bench.close(fd).expect("open");
		(fd, depth) = (next, depth + 1);
	};
	assert_eq!((errno, depth), (Errno::Nametoolong, 15));
	assert!(depth * (MAX_NAME + 1) + 4 <= MAX_PATH as usize);
}

#[test]
fn rename_should_replace_as_posix_has_it_when_something_is_there() {
	let mut bench = Bench::new();
	bench.file("tmp/a", b"a");
	bench.file("tmp/b", b"b");
	assert_eq!(bench.rename("tmp/a", "tmp/b"), Ok(()));
	assert_eq!(bench.contents("tmp/b"), b"a");
	assert_eq!(bench.stat("tmp/a"), Err(Errno::Noent));
	assert_eq!(bench.make_directory("tmp/d"), Ok(()));
	assert_eq!(bench.make_directory("tmp/e"), Ok(()));
	assert_eq!(bench.rename("tmp/d", "tmp/e"), Ok(()), "an empty directory is replaced");
	bench.file("tmp/e/inside", b"");
	assert_eq!(bench.make_directory("tmp/d"), Ok(()));
	assert_eq!(bench.rename("tmp/d", "tmp/e"), Err(Errno::Notempty));
	assert_eq!(bench.rename("tmp/d", "tmp/b"), Err(Errno::Notdir));
	assert_eq!(bench.rename("tmp/b", "tmp/d"), Err(Errno::Isdir));
	assert_eq!(bench.rename("tmp/none", "tmp/x"), Err(Errno::Noent));
	assert_eq!(bench.rename("tmp/b", "tmp/none/x"), Err(Errno::Noent));
	assert_eq!(bench.rename("tmp/.", "tmp/x"), Err(Errno::Busy));
	assert_eq!(bench.rename("tmp/b", "tmp/."), Err(Errno::Busy));
	assert_eq!(bench.rename("tmp/b/", "tmp/x"), Err(Errno::Notdir));
	assert_eq!(bench.rename("tmp/b", "tmp/x/"), Err(Errno::Notdir));
	assert_eq!(bench.rename("tmp/d/", "tmp/f/"), Ok(()), "directories may have slashes");
}

#[test]
fn rename_should_do_nothing_when_both_names_are_one_file() {
	let mut bench = Bench::new();
	bench.file("tmp/a", b"a");
	assert_eq!(bench.link("tmp/a", "tmp/b"), Ok(()));
	assert_eq!(bench.rename("tmp/a", "tmp/b"), Ok(()));
	assert_eq!(bench.names("tmp"), [b"a".to_vec(), b"b".to_vec()]);
	assert_eq!(bench.make_directory("tmp/d"), Ok(()));
	bench.file("tmp/d/x", b"");
	assert_eq!(bench.rename("tmp/d", "tmp/d"), Ok(()));
	assert_eq!(bench.names("tmp/d"), [b"x".to_vec()]);
}

#[test]
fn rename_should_refuse_when_a_directory_would_contain_itself() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/a"), Ok(()));
	assert_eq!(bench.make_directory("tmp/a/b"), Ok(()));
	assert_eq!(bench.rename("tmp/a", "tmp/a/c"), Err(Errno::Inval));
	assert_eq!(bench.rename("tmp/a", "tmp/a/b/c"), Err(Errno::Inval));
	assert_eq!(bench.rename("tmp/a", "tmp/a/b"), Err(Errno::Inval));
	assert_eq!(bench.rename("tmp/a/b", "tmp/a"), Err(Errno::Notempty));
	assert_eq!(bench.rename("tmp/a/b", "tmp/b"), Ok(()));
	assert_eq!(bench.rename("tmp/a", "tmp/b/a"), Ok(()));
}

#[test]
fn rename_should_take_the_subtree_along_when_a_directory_moves() {
	let mut bench = Bench::new();
	for directory in ["tmp/a", "tmp/a/b", "tmp/a/b/c"] {
		assert_eq!(bench.make_directory(directory), Ok(()));
	}
	bench.file("tmp/a/b/c/file", b"12345");
	assert_eq!(bench.link("tmp/a/b/c/file", "tmp/a/again"), Ok(()));
	assert_eq!(bench.symlink("again", "tmp/a/link"), Ok(()));
	assert_eq!(bench.host.fs.accounts().output, 0);
	assert_eq!(bench.rename("tmp/a", "out/moved"), Ok(()));
	assert_eq!(bench.host.fs.accounts().output, 15, "two links of 5 bytes and a target of 5");
	assert_eq!(bench.contents("out/moved/b/c/file"), b"12345");
	let inside = bench.open_directory("out/moved/b");
	assert_eq!(bench.rename("out/moved/b", "tmp/b"), Ok(()));
	assert_eq!(bench.host.fs.accounts().output, 10);
	assert_eq!(bench.open_at(inside, "c/file", 0, READ, 0, 0).map(|_| ()), Ok(()));
	assert_eq!(bench.stat("out").map(|stat| stat.links), Ok(3));
}

#[test]
fn rename_should_refuse_when_a_path_below_becomes_too_long() {
	let mut bench = Bench::new();
	let name = "n".repeat(MAX_NAME);
	let mut path = String::from("tmp/a");
	assert_eq!(bench.make_directory(&path), Ok(()));
	for _ in 0..14 {
		path = format!("{path}/{name}");
		assert_eq!(bench.make_directory(&path), Ok(()));
	}
	assert_eq!(bench.make_directory(&format!("tmp/{name}")), Ok(()));
	assert_eq!(bench.make_directory(&format!("tmp/{name}/{name}")), Ok(()));
	assert_eq!(bench.rename("tmp/a", &format!("tmp/{name}/b")), Ok(()));
	let far = format!("tmp/{name}/{name}/b");
	assert_eq!(bench.rename(&format!("tmp/{name}/b"), &far), Err(Errno::Nametoolong));
}

#[test]
fn times_should_be_of_the_link_or_its_target_as_asked_when_set() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"");
	assert_eq!(bench.symlink("file", "tmp/link"), Ok(()));
	let [ptr, len] = bench.put_path(PATH, "tmp/link");
	let set = |bench: &mut Bench, follow: u64, mtim: u64| {
		bench.put(PATH, b"tmp/link");
		bench.done(Function::PathFilestatSetTimes, &[3, follow, ptr, len, 0, mtim, 4])
	};
	assert_eq!(set(&mut bench, 0, 5), Ok(()));
	assert_eq!(set(&mut bench, 1, 6), Ok(()));
	assert_eq!(bench.stat("tmp/link").map(|stat| stat.modify), Ok(5));
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.modify), Ok(6));
}

#[test]
fn directory_times_should_follow_the_clock_when_entries_change() {
	let mut bench = Bench::new();
	bench.call(Function::ClockTimeGet, &[0, 0, RESULT.into()]);
	bench.file("tmp/file", b"");
	assert_eq!(bench.stat("tmp").map(|stat| stat.modify), Ok(crate::EPOCH + 1_000));
	bench.call(Function::ClockTimeGet, &[0, 0, RESULT.into()]);
	assert_eq!(bench.unlink("tmp/file"), Ok(()));
	assert_eq!(bench.stat("tmp").map(|stat| stat.modify), Ok(crate::EPOCH + 2_000));
	assert_eq!(bench.stat("out").map(|stat| stat.modify), Ok(crate::EPOCH));
}

#[test]
fn inodes_should_count_creations_when_files_come_and_go() {
	let mut bench = Bench::new();
	bench.file("tmp/a", b"");
	assert_eq!(bench.unlink("tmp/a"), Ok(()));
	bench.file("tmp/a", b"");
	assert_eq!(bench.stat("tmp/a").map(|stat| stat.inode), Ok(7));
	assert_eq!(bench.stat("in/input").map(|stat| stat.inode), Ok(5));
}
