use super::*;
use crate::MAX_DESCRIPTORS;

/// File type, flags, base and inheriting rights.
fn fdstat(bench: &mut Bench, fd: u32) -> Result<(u8, u16, u64, u64), Errno> {
	bench.done(Function::FdFdstatGet, &[fd.into(), RESULT.into()])?;
	let head = bench.u32_at(RESULT);
	Ok((head as u8, (head >> 16) as u16, bench.u64_at(RESULT + 8), bench.u64_at(RESULT + 16)))
}

fn renumber(bench: &mut Bench, from: u32, to: u32) -> Result<(), Errno> {
	bench.done(Function::FdRenumber, &[from.into(), to.into()])
}

#[test]
fn streams_should_not_look_like_terminals_when_asked_for() {
	let mut bench = Bench::new();
	assert_eq!(fdstat(&mut bench, 0), Ok((0, 0, rights::STDIN, 0)));
	assert_eq!(fdstat(&mut bench, 1), Ok((0, 0, rights::STDOUT, 0)));
	assert_eq!(fdstat(&mut bench, 2), Ok((0, 0, rights::STDOUT, 0)));
	assert_eq!(bench.stat_fd(0).map(|stat| (stat.device, stat.inode, stat.size)), Ok((0, 0, 9)));
	bench.write(2, b"four").expect("room");
	assert_eq!(bench.stat_fd(2).map(|stat| (stat.device, stat.inode, stat.size)), Ok((0, 2, 4)));
}

#[test]
fn root_should_have_all_rights_of_directories_when_started() {
	let mut bench = Bench::new();
	assert_eq!(fdstat(&mut bench, ROOT), Ok((3, 0, rights::DIRECTORY, ALL_RIGHTS)));
	assert_eq!(fdstat(&mut bench, CLOSED), Err(Errno::Badf));
	assert_eq!(bench.call(Function::FdFdstatGet, &[ROOT.into(), NOWHERE]), Errno::Fault);
}

#[test]
fn rights_should_only_shrink_when_set() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let set = |bench: &mut Bench, base, inheriting| {
		bench.done(Function::FdFdstatSetRights, &[fd.into(), base, inheriting])
	};
	let fewer = rights::FD_SEEK | rights::FD_FILESTAT_GET;
	assert_eq!(set(&mut bench, fewer, 0), Ok(()));
	assert_eq!(fdstat(&mut bench, fd), Ok((4, 0, fewer, 0)));
	assert_eq!(bench.read(fd, 1), Err(Errno::Notcapable));
	assert_eq!(bench.write(fd, b"x"), Err(Errno::Notcapable));
	assert_eq!(set(&mut bench, fewer | rights::FD_READ, 0), Err(Errno::Notcapable));
	assert_eq!(set(&mut bench, fewer, 1), Err(Errno::Notcapable));
	assert_eq!(set(&mut bench, u64::MAX, u64::MAX), Err(Errno::Notcapable));
	let args = [CLOSED.into(), 0, 0];
	assert_eq!(bench.call(Function::FdFdstatSetRights, &args), Errno::Badf);
}

#[test]
fn every_right_should_be_needed_when_its_function_is_called() {
	let cases: [(Function, &[u64], u64); 10] = [
		(Function::FdAdvise, &[0, 1, 0], rights::FD_ADVISE),
		(Function::FdAllocate, &[0, 1], rights::FD_ALLOCATE),
		(Function::FdDatasync, &[], rights::FD_DATASYNC),
		(Function::FdSync, &[], rights::FD_SYNC),
		(Function::FdFdstatSetFlags, &[0], rights::FD_FDSTAT_SET_FLAGS),
		(Function::FdFilestatGet, &[RESULT as u64], rights::FD_FILESTAT_GET),
		(Function::FdFilestatSetSize, &[0], rights::FD_FILESTAT_SET_SIZE),
		(Function::FdFilestatSetTimes, &[0, 0, 0], rights::FD_FILESTAT_SET_TIMES),
		(Function::FdSeek, &[0, 0, RESULT as u64], rights::FD_SEEK),
		(Function::FdTell, &[RESULT as u64], rights::FD_TELL | rights::FD_SEEK),
	];
	for (function, rest, right) in cases {
		let mut bench = Bench::new();
		let fd = bench.create("tmp/file");
		let args: Vec<u64> = [u64::from(fd)].into_iter().chain(rest.iter().copied()).collect();
		assert_eq!(bench.call(function, &args), Errno::Success, "{function:?}");
		let without = [fd.into(), rights::FILE & !right, 0];
		assert_eq!(bench.call(Function::FdFdstatSetRights, &without), Errno::Success);
		assert_eq!(bench.call(function, &args), Errno::Notcapable, "{function:?}");
		let closed: Vec<u64> =
			[u64::from(CLOSED)].into_iter().chain(rest.iter().copied()).collect();
		assert_eq!(bench.call(function, &closed), Errno::Badf, "{function:?}");
	}
}

#[test]
fn flags_should_be_kept_when_set() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let set =
		|bench: &mut Bench, flags| bench.call(Function::FdFdstatSetFlags, &[fd.into(), flags]);
	assert_eq!(set(&mut bench, 31), Errno::Success);
	assert_eq!(fdstat(&mut bench, fd).map(|stat| stat.1), Ok(31));
	assert_eq!(set(&mut bench, 32), Errno::Inval);
	assert_eq!(set(&mut bench, 1 << 20), Errno::Inval);
	assert_eq!(fdstat(&mut bench, fd).map(|stat| stat.1), Ok(31));
}

#[test]
fn close_should_free_the_number_when_called() {
	let mut bench = Bench::new();
	let (first, second) = (bench.create("tmp/a"), bench.create("tmp/b"));
	assert_eq!((first, second), (4, 5));
	assert_eq!(bench.close(first), Ok(()));
	assert_eq!(bench.close(first), Err(Errno::Badf));
	assert_eq!(bench.close(u32::MAX), Err(Errno::Badf));
	assert_eq!(bench.create("tmp/c"), first, "the lowest free number is taken");
}

#[test]
fn closing_the_root_should_leave_open_directories_when_done() {
	let mut bench = Bench::new();
	let tmp = bench.open_directory("tmp");
	assert_eq!(bench.close(ROOT), Ok(()));
	assert_eq!(bench.open("tmp", 0, 0), Err(Errno::Badf));
	assert_eq!(bench.open_at(tmp, "new", flags::O_CREAT, READ, 0, 0), Ok(ROOT));
}

#[test]
fn renumber_should_replace_when_both_are_open() {
	let mut bench = Bench::new();
	bench.file("tmp/a", b"from a");
	let from = bench.open("tmp/a", 0, READ).expect("exists");
	let to = bench.create("tmp/b");
	let before = fdstat(&mut bench, from);
	assert_eq!(renumber(&mut bench, from, to), Ok(()));
	assert_eq!(bench.close(from), Err(Errno::Badf));
	assert_eq!(fdstat(&mut bench, to), before);
	assert_eq!(bench.read(to, 10), Ok(b"from a".to_vec()));
	assert_eq!(renumber(&mut bench, to, from), Err(Errno::Badf));
	assert_eq!(renumber(&mut bench, from, to), Err(Errno::Badf));
	assert_eq!(renumber(&mut bench, to, to), Ok(()));
	assert_eq!(renumber(&mut bench, CLOSED, CLOSED), Err(Errno::Badf));
}

#[test]
fn output_should_go_to_a_file_when_it_replaces_standard_output() {
	let mut bench = Bench::new();
	let file = bench.create("out/log");
	assert_eq!(renumber(&mut bench, file, 1), Ok(()));
	bench.write(1, b"hello").expect("room");
	assert_eq!(bench.contents("out/log"), b"hello");
	assert!(bench.host.fs.stream(crate::fs::Stream::Stdout).is_empty());
}

#[test]
fn preopen_should_be_gone_when_replaced() {
	let mut bench = Bench::new();
	let tmp = bench.open_directory("tmp");
	assert_eq!(renumber(&mut bench, tmp, ROOT), Ok(()));
	let args = [ROOT.into(), RESULT.into()];
	assert_eq!(bench.call(Function::FdPrestatGet, &args), Errno::Badf);
	let inode = bench.stat_fd(ROOT).map(|stat| stat.inode);
	assert_eq!(inode, Ok(4));
}

#[test]
fn descriptors_should_run_out_when_too_many_are_open() {
	let mut bench = Bench::new();
	for fd in 4..MAX_DESCRIPTORS as u32 {
		assert_eq!(bench.open("tmp", 0, 0), Ok(fd));
	}
	assert_eq!(bench.open("tmp", 0, 0), Err(Errno::Mfile));
	let create = bench.open("tmp/new", flags::O_CREAT, READ);
	assert_eq!(create, Err(Errno::Mfile));
	assert_eq!(bench.stat("tmp/new"), Err(Errno::Noent), "nothing is made without a descriptor");
	assert_eq!(bench.close(100), Ok(()));
	assert_eq!(bench.open("tmp", 0, 0), Ok(100));
}

#[test]
fn size_should_change_and_fill_with_zeros_when_set() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	bench.write(fd, b"content").expect("room");
	let set = |bench: &mut Bench, fd: u32, size: u64| {
		bench.done(Function::FdFilestatSetSize, &[fd.into(), size])
	};
	assert_eq!(set(&mut bench, fd, 3), Ok(()));
	assert_eq!(set(&mut bench, fd, 6), Ok(()));
	assert_eq!(bench.contents("tmp/file"), b"con\0\0\0");
	assert_eq!(set(&mut bench, fd, u64::MAX), Err(Errno::Inval));
	assert_eq!(set(&mut bench, fd, i64::MAX as u64), Err(Errno::Nospc));
	assert_eq!(set(&mut bench, 1, 0), Err(Errno::Inval));
	assert_eq!(set(&mut bench, ROOT, 0), Err(Errno::Isdir));
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.size), Ok(6));
}

#[test]
fn allocate_should_only_grow_when_called() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let allocate = |bench: &mut Bench, fd: u32, offset: u64, len: u64| {
		bench.done(Function::FdAllocate, &[fd.into(), offset, len])
	};
	assert_eq!(allocate(&mut bench, fd, 0, 100), Ok(()));
	assert_eq!(allocate(&mut bench, fd, 10, 10), Ok(()));
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.size), Ok(100));
	assert_eq!(allocate(&mut bench, fd, 90, 20), Ok(()));
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.size), Ok(110));
	assert_eq!(allocate(&mut bench, fd, 0, 0), Err(Errno::Inval));
	assert_eq!(allocate(&mut bench, fd, u64::MAX, 1), Err(Errno::Inval));
	let most = i64::MAX as u64;
	assert_eq!(allocate(&mut bench, fd, most, most), Err(Errno::Nospc));
	assert_eq!(allocate(&mut bench, 1, 0, 1), Err(Errno::Spipe));
	assert_eq!(allocate(&mut bench, ROOT, 0, 1), Err(Errno::Isdir));
}

#[test]
fn advice_should_be_checked_when_given() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let advise = |bench: &mut Bench, fd: u32, offset: u64, len: u64, advice: u64| {
		bench.done(Function::FdAdvise, &[fd.into(), offset, len, advice])
	};
	for advice in 0..6 {
		assert_eq!(advise(&mut bench, fd, 10, 50, advice), Ok(()));
	}
	assert_eq!(advise(&mut bench, fd, 0, 0, 6), Err(Errno::Inval));
	assert_eq!(advise(&mut bench, fd, u64::MAX, 0, 0), Err(Errno::Inval));
	assert_eq!(advise(&mut bench, 0, 0, 0, 0), Err(Errno::Spipe));
	assert_eq!(advise(&mut bench, ROOT, 0, 0, 0), Err(Errno::Isdir));
}

#[test]
fn times_should_be_set_as_flags_say_when_set() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let created = bench.stat_fd(fd).expect("open");
	bench.call(Function::ClockTimeGet, &[0, 0, RESULT.into()]);
	let now = bench.now();
	let set = |bench: &mut Bench, flags: u64| {
		bench.done(Function::FdFilestatSetTimes, &[fd.into(), 11, 22, flags])
	};
	assert_eq!(set(&mut bench, 1), Ok(()));
	let stat = bench.stat_fd(fd).expect("open");
	assert_eq!((stat.access, stat.modify, stat.change), (11, created.modify, now));
	assert_eq!(set(&mut bench, 4 | 2), Ok(()));
	let stat = bench.stat_fd(fd).expect("open");
	assert_eq!((stat.access, stat.modify), (now, 22));
	for bad in [3, 12, 16, 1 << 31] {
		assert_eq!(set(&mut bench, bad), Err(Errno::Inval));
	}
	let streams = [1, 0, 0, 0];
	assert_eq!(bench.call(Function::FdFilestatSetTimes, &streams), Errno::Inval);
}

#[test]
fn read_only_files_should_not_change_when_their_descriptor_has_the_rights() {
	let mut bench = Bench::new();
	let fd = bench.open("in/input", 0, READ).expect("exists");
	let fd = u64::from(fd);
	assert_eq!(bench.call(Function::FdFilestatSetSize, &[fd, 0]), Errno::Rofs);
	assert_eq!(bench.call(Function::FdAllocate, &[fd, 0, 100]), Errno::Rofs);
	assert_eq!(bench.call(Function::FdFilestatSetTimes, &[fd, 0, 0, 1]), Errno::Rofs);
	assert_eq!(bench.contents("in/input"), b"the input");
}
