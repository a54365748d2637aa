use super::*;

fn names(entries: &[Entry]) -> Vec<&[u8]> {
	entries.iter().map(|entry| entry.name.as_slice()).collect()
}

#[test]
fn preopen_should_be_the_root_when_asked_for() {
	let mut bench = Bench::new();
	bench.done(Function::FdPrestatGet, &[ROOT.into(), RESULT.into()]).expect("preopened");
	assert_eq!((bench.u32_at(RESULT), bench.u32_at(RESULT + 4)), (0, 1));
	for len in [1, 100] {
		let args = [ROOT.into(), DATA.into(), len];
		bench.done(Function::FdPrestatDirName, &args).expect("long enough");
		assert_eq!(bench.get(DATA, 1), b"/");
	}
}

#[test]
fn preopen_should_be_refused_when_the_arguments_are_bad() {
	let mut bench = Bench::new();
	let tmp = bench.open_directory("tmp");
	for fd in [0, 1, 2, tmp, CLOSED, u32::MAX] {
		let fd = fd.into();
		assert_eq!(bench.call(Function::FdPrestatGet, &[fd, RESULT.into()]), Errno::Badf);
		let args = [fd, DATA.into(), 1];
		assert_eq!(bench.call(Function::FdPrestatDirName, &args), Errno::Badf);
	}
	assert_eq!(bench.call(Function::FdPrestatGet, &[ROOT.into(), NOWHERE]), Errno::Fault);
	let mut name = |ptr, len| bench.call(Function::FdPrestatDirName, &[ROOT.into(), ptr, len]);
	assert_eq!(name(NOWHERE, 1), Errno::Fault);
	assert_eq!(name(DATA.into(), 0), Errno::Nametoolong);
}

#[test]
fn entries_should_be_sorted_by_bytes_when_read() {
	let mut bench = Bench::new();
	for name in ["b", "a", "B", "ab", "a-", "é"] {
		bench.file(&["tmp/", name].concat(), b"");
	}
	assert_eq!(bench.make_directory("tmp/aa"), Ok(()));
	assert_eq!(bench.symlink("b", "tmp/link"), Ok(()));
	let fd = bench.open_directory("tmp");
	let (entries, _) = bench.read_directory(fd, 10_000, 0).expect("can be read");
	let expected: [&[u8]; 10] =
		[b".", b"..", b"B", b"a", b"a-", b"aa", b"ab", b"b", b"link", "é".as_bytes()];
	assert_eq!(names(&entries), expected);
	let cookies: Vec<u64> = entries.iter().map(|entry| entry.next).collect();
	assert_eq!(cookies, (1..=10).collect::<Vec<_>>());
	let types: Vec<u8> = entries.iter().map(|entry| entry.file_type).collect();
	assert_eq!(types, [3, 3, 4, 4, 4, 3, 4, 4, 7, 4]);
	assert_eq!((entries[0].inode, entries[1].inode), (4, 1));
	let link = bench.stat("tmp/link").expect("exists");
	assert_eq!(entries[8].inode, link.inode);
}

#[test]
fn root_should_list_the_three_directories_when_read() {
	let mut bench = Bench::new();
	let (entries, used) = bench.read_directory(ROOT, 10_000, 0).expect("can be read");
	assert_eq!(names(&entries), [&b"."[..], b"..", b"in", b"out", b"tmp"]);
	let inodes: Vec<u64> = entries.iter().map(|entry| entry.inode).collect();
	assert_eq!(inodes, [1, 1, 2, 3, 4]);
	assert_eq!(used, 5 * 24 + 11);
}

#[test]
fn reading_should_continue_anywhere_when_given_a_cookie() {
	let mut bench = Bench::new();
	for name in ["a", "b", "c", "d"] {
		bench.file(&["tmp/", name].concat(), b"");
	}
	let fd = bench.open_directory("tmp");
	let all = bench.read_directory(fd, 10_000, 0).expect("can be read").0;
	for cookie in [6, 5, 1, 3, 2, 4, 0, 7, 1_000, u64::MAX] {
		let (rest, _) = bench.read_directory(fd, 10_000, cookie).expect("can be read");
		let skipped = all.len().min(cookie as usize);
		assert_eq!(rest, all[skipped..], "cookie {cookie}");
	}
}

#[test]
fn last_entry_should_be_cut_when_the_buffer_is_full() {
	let mut bench = Bench::new();
	bench.file("tmp/name", b"");
	let fd = bench.open_directory("tmp");
	for len in [0, 1, 23, 24, 25, 26, 50, 60, 78] {
		let (_, used) = bench.read_directory(fd, len, 0).expect("can be read");
		assert_eq!(used, len, "the buffer is filled");
	}
	let whole = 24 + 1 + 24 + 2 + 24 + 4;
	assert_eq!(bench.read_directory(fd, 100, 0).map(|read| read.1), Ok(whole));
}

#[test]
fn every_entry_should_be_seen_once_when_read_with_any_buffer() {
	let mut bench = Bench::new();
	let expected: Vec<Vec<u8>> = (100..200).map(|n| format!("file.{n}").into_bytes()).collect();
	for name in &expected {
		let name = core::str::from_utf8(name).expect("ASCII");
		bench.file(&["tmp/", name].concat(), b"");
	}
	let fd = bench.open_directory("tmp");
	for len in [32, 33, 64, 100, 256, 4_096] {
		let (mut seen, mut cookie) = (Vec::new(), 0);
		loop {
			let (entries, used) = bench.read_directory(fd, len, cookie).expect("can be read");
			cookie = entries.last().map_or(cookie, |entry| entry.next);
			seen.extend(entries.into_iter().map(|entry| entry.name));
			if used < len {
				break;
			}
		}
		assert_eq!(seen[2..], expected, "buffer of {len}");
	}
}

#[test]
fn every_entry_should_be_seen_when_entries_are_removed_on_the_way() {
	let mut bench = Bench::new();
	for n in 100..200 {
		bench.file(&format!("tmp/file.{n}"), b"");
	}
	let fd = bench.open_directory("tmp");
	let mut cookie = 0;
	loop {
		let (entries, used) = bench.read_directory(fd, 256, cookie).expect("can be read");
		cookie = entries.last().map_or(cookie, |entry| entry.next);
		for entry in entries.iter().filter(|entry| entry.file_type == 4) {
			let name = core::str::from_utf8(&entry.name).expect("ASCII");
			assert_eq!(bench.unlink(&["tmp/", name].concat()), Ok(()));
		}
		if used < 256 {
			break;
		}
	}
	assert_eq!(bench.names("tmp"), Vec::<Vec<u8>>::new());
}

#[test]
fn reading_should_be_refused_when_it_is_not_a_readable_directory() {
	let mut bench = Bench::new();
	let file = bench.create("tmp/file");
	assert_eq!(bench.read_directory(file, 100, 0), Err(Errno::Notdir));
	assert_eq!(bench.read_directory(1, 100, 0), Err(Errno::Notdir));
	assert_eq!(bench.read_directory(CLOSED, 100, 0), Err(Errno::Badf));
	let without = bench.open("tmp", 0, rights::DIRECTORY & !rights::FD_READDIR).expect("exists");
	assert_eq!(bench.read_directory(without, 100, 0), Err(Errno::Notcapable));
	let mut errno =
		|ptr, len, result| bench.call(Function::FdReaddir, &[ROOT.into(), ptr, len, 0, result]);
	assert_eq!(errno(NOWHERE, 100, RESULT.into()), Errno::Fault);
	assert_eq!(errno(DATA.into(), u32::MAX.into(), RESULT.into()), Errno::Fault);
	assert_eq!(errno(DATA.into(), 100, NOWHERE), Errno::Fault);
}

#[test]
fn removed_directory_should_be_empty_when_read() {
	let mut bench = Bench::new();
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	let fd = bench.open_directory("tmp/dir");
	assert_eq!(bench.remove_directory("tmp/dir"), Ok(()));
	assert_eq!(bench.read_directory(fd, 100, 0), Ok((vec![], 0)));
	assert_eq!(bench.open_at(fd, "new", flags::O_CREAT, READ, 0, 0), Err(Errno::Noent));
	assert_eq!(bench.stat_fd(fd).map(|stat| stat.links), Ok(0));
	assert_eq!(bench.close(fd), Ok(()));
}
