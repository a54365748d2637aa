//! Every function with every error that it may give, as `docs/wasi.md` lists them.

use super::*;
use crate::FUNCTIONS;
use Errno::*;
use Function::*;

/// `/tmp/file` with all rights of files, and with none.
const FILE: u64 = 4;
const BARE: u64 = 5;
/// `/tmp` with no rights.
const BARE_DIRECTORY: u64 = 6;
/// `/in/input`, to read and to write: the rights are there, the file is read-only.
const INPUT: u64 = 7;
const STDIN: u64 = 0;
const STDOUT: u64 = 1;
const NONE: u64 = CLOSED as u64;
const DIRECTORY: u64 = ROOT as u64;
const OUT_AT: u64 = RESULT as u64;
const BUFFERS_AT: u64 = BUFFERS as u64;
const DATA_AT: u64 = DATA as u64;
const HUGE: u64 = 1 << 63;

/// A file, directories, links, and the descriptors above.
fn world() -> Bench {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"hello");
	for directory in ["tmp/empty", "tmp/full", "tmp/full/inner"] {
		bench.make_directory(directory).expect("free");
	}
	for (target, link) in [("file", "tmp/link"), ("loop", "tmp/loop"), ("none", "tmp/dangling")] {
		bench.symlink(target, link).expect("free");
	}
	let opened = [
		bench.open("tmp/file", 0, rights::FILE),
		bench.open("tmp/file", 0, 0),
		bench.open_at(ROOT, "tmp", flags::O_DIRECTORY, 0, 0, 0),
		bench.open("in/input", 0, READ),
	];
	assert_eq!(opened, [Ok(4), Ok(5), Ok(6), Ok(7)]);
	bench.one_buffer(4);
	bench
}

type Make = fn(&mut Bench) -> Vec<u64>;
type Row = (Function, Errno, Make);

fn path(bench: &mut Bench, path: &str) -> [u64; 2] {
	bench.put_path(PATH, path)
}

/// `fd`, a path, then `rest`.
fn at(bench: &mut Bench, fd: u64, name: &str, rest: &[u64]) -> Vec<u64> {
	let [ptr, len] = path(bench, name);
	[&[fd, ptr, len], rest].concat()
}

/// `fd`, flags of a lookup, a path, then `rest`.
fn looked_up(bench: &mut Bench, flags: u64, name: &str, rest: &[u64]) -> Vec<u64> {
	let [ptr, len] = path(bench, name);
	[&[DIRECTORY, flags, ptr, len], rest].concat()
}

/// Arguments of `path_open`.
fn open(bench: &mut Bench, flags: u64, name: &str, oflags: u32, base: u64, fd: u64) -> Vec<u64> {
	let rest = [oflags.into(), base, 0, fd, OUT_AT];
	looked_up(bench, flags, name, &rest)
}

/// Arguments of `path_rename` or, with `flags`, of `path_link`.
fn two(bench: &mut Bench, flags: Option<u64>, old: &str, new: &str) -> Vec<u64> {
	let [old, old_len] = bench.put_path(OTHER_PATH, old);
	let [new, new_len] = path(bench, new);
	match flags {
		Some(flags) => vec![DIRECTORY, flags, old, old_len, DIRECTORY, new, new_len],
		None => vec![DIRECTORY, old, old_len, DIRECTORY, new, new_len],
	}
}

/// Arguments of `path_symlink`.
fn symlink(bench: &mut Bench, target: &str, new: &str) -> Vec<u64> {
	let [target, target_len] = bench.put_path(OTHER_PATH, target);
	let [new, new_len] = path(bench, new);
	vec![target, target_len, DIRECTORY, new, new_len]
}

/// Arguments of `poll_oneoff` for one subscription with this tag.
fn poll(bench: &mut Bench, tag: u8, events: u64, count: u64) -> Vec<u64> {
	bench.put(DATA, &[0; 48]);
	bench.put(DATA + 8, &[tag]);
	vec![DATA_AT, events, count, OUT_AT]
}

/// A buffer that leads nowhere.
fn bad_buffer(bench: &mut Bench) -> u64 {
	bench.put(BUFFERS, &0xffff_fff0u32.to_le_bytes());
	BUFFERS_AT
}

/// Two buffers that are in memory, one by one, and longer than 2^32 together.
fn many_buffers() -> u64 {
	1_025
}

/// The same for every function with a descriptor first and `rest` behind it.
macro_rules! descriptor {
	($function:ident, $fd:expr => $errno:ident, $($rest:expr),*) => {
		($function, $errno, (|_| vec![$fd, $($rest),*]) as Make)
	};
}

const PLAIN: &[Row] = &[
	(ArgsGet, Success, |_| vec![OUT_AT, DATA_AT]),
	(ArgsGet, Fault, |_| vec![NOWHERE, DATA_AT]),
	(ArgsSizesGet, Success, |_| vec![OUT_AT, DATA_AT]),
	(ArgsSizesGet, Fault, |_| vec![OUT_AT, NOWHERE + 13]),
	(EnvironGet, Success, |_| vec![OUT_AT, DATA_AT]),
	(EnvironGet, Fault, |_| vec![OUT_AT, NOWHERE]),
	(EnvironSizesGet, Success, |_| vec![OUT_AT, DATA_AT]),
	(EnvironSizesGet, Fault, |_| vec![NOWHERE, DATA_AT]),
	(ClockResGet, Success, |_| vec![3, OUT_AT]),
	(ClockResGet, Inval, |_| vec![4, OUT_AT]),
	(ClockResGet, Fault, |_| vec![0, NOWHERE]),
	(ClockTimeGet, Success, |_| vec![0, 0, OUT_AT]),
	(ClockTimeGet, Inval, |_| vec![4, 0, OUT_AT]),
	(ClockTimeGet, Fault, |_| vec![0, 0, NOWHERE]),
	(RandomGet, Success, |_| vec![DATA_AT, 100]),
	(RandomGet, Fault, |_| vec![DATA_AT, u32::MAX.into()]),
	(SchedYield, Success, |_| vec![]),
	(ProcRaise, Success, |_| vec![0]),
	(ProcRaise, Notsup, |_| vec![30]),
	(ProcRaise, Inval, |_| vec![31]),
	(PollOneoff, Success, |bench| poll(bench, 0, DATA_AT + 100, 1)),
	(PollOneoff, Inval, |bench| poll(bench, 0, DATA_AT + 100, 0)),
	(PollOneoff, Inval, |bench| poll(bench, 0, DATA_AT + 100, 1_025)),
	(PollOneoff, Inval, |bench| poll(bench, 3, DATA_AT + 100, 1)),
	(PollOneoff, Fault, |bench| poll(bench, 0, NOWHERE, 1)),
	(SockAccept, Badf, |_| vec![NONE, 0, OUT_AT]),
	(SockAccept, Notsock, |_| vec![FILE, 0, OUT_AT]),
	(SockRecv, Badf, |_| vec![DIRECTORY, BUFFERS_AT, 1, 0, OUT_AT, OUT_AT]),
	(SockRecv, Notsock, |_| vec![STDIN, BUFFERS_AT, 1, 0, OUT_AT, OUT_AT]),
	(SockSend, Badf, |_| vec![NONE, BUFFERS_AT, 1, 0, OUT_AT]),
	(SockSend, Notsock, |_| vec![STDOUT, BUFFERS_AT, 1, 0, OUT_AT]),
	(SockShutdown, Badf, |_| vec![DIRECTORY, 0]),
	(SockShutdown, Notsock, |_| vec![FILE, 0]),
];

const DESCRIPTORS: &[Row] = &[
	descriptor!(FdAdvise, FILE => Success, 0, 0, 5),
	descriptor!(FdAdvise, FILE => Inval, 0, 0, 6),
	descriptor!(FdAdvise, FILE => Inval, HUGE, 0, 0),
	descriptor!(FdAdvise, FILE => Inval, 0, HUGE, 0),
	descriptor!(FdAdvise, NONE => Badf, 0, 0, 0),
	descriptor!(FdAdvise, DIRECTORY => Isdir, 0, 0, 0),
	descriptor!(FdAdvise, STDIN => Spipe, 0, 0, 0),
	descriptor!(FdAdvise, BARE => Notcapable, 0, 0, 0),
	descriptor!(FdAllocate, FILE => Success, 0, 100),
	descriptor!(FdAllocate, FILE => Inval, 0, 0),
	descriptor!(FdAllocate, FILE => Inval, HUGE, 1),
	descriptor!(FdAllocate, NONE => Badf, 0, 1),
	descriptor!(FdAllocate, DIRECTORY => Isdir, 0, 1),
	descriptor!(FdAllocate, STDOUT => Spipe, 0, 1),
	descriptor!(FdAllocate, BARE => Notcapable, 0, 100),
	descriptor!(FdAllocate, FILE => Nospc, 0, 1 << 40),
	descriptor!(FdAllocate, INPUT => Rofs, 0, 100),
	descriptor!(FdClose, FILE => Success,),
	descriptor!(FdClose, NONE => Badf,),
	descriptor!(FdDatasync, FILE => Success,),
	descriptor!(FdDatasync, NONE => Badf,),
	descriptor!(FdDatasync, BARE => Notcapable,),
	descriptor!(FdSync, DIRECTORY => Success,),
	descriptor!(FdSync, NONE => Badf,),
	descriptor!(FdSync, STDIN => Notcapable,),
	descriptor!(FdFdstatGet, STDIN => Success, OUT_AT),
	descriptor!(FdFdstatGet, NONE => Badf, OUT_AT),
	descriptor!(FdFdstatGet, FILE => Fault, NOWHERE),
	descriptor!(FdFdstatSetFlags, FILE => Success, 31),
	descriptor!(FdFdstatSetFlags, FILE => Inval, 32),
	descriptor!(FdFdstatSetFlags, NONE => Badf, 0),
	descriptor!(FdFdstatSetFlags, BARE => Notcapable, 0),
	descriptor!(FdFdstatSetRights, FILE => Success, 0, 0),
	descriptor!(FdFdstatSetRights, NONE => Badf, 0, 0),
	descriptor!(FdFdstatSetRights, BARE => Notcapable, 1, 0),
	descriptor!(FdFdstatSetRights, FILE => Notcapable, 0, 1),
	descriptor!(FdFilestatGet, STDOUT => Success, OUT_AT),
	descriptor!(FdFilestatGet, NONE => Badf, OUT_AT),
	descriptor!(FdFilestatGet, BARE => Notcapable, OUT_AT),
	descriptor!(FdFilestatGet, FILE => Fault, NOWHERE),
	descriptor!(FdFilestatSetSize, FILE => Success, 3),
	descriptor!(FdFilestatSetSize, FILE => Inval, HUGE),
	descriptor!(FdFilestatSetSize, NONE => Badf, 3),
	descriptor!(FdFilestatSetSize, DIRECTORY => Isdir, 3),
	descriptor!(FdFilestatSetSize, STDIN => Inval, 3),
	descriptor!(FdFilestatSetSize, BARE => Notcapable, 3),
	descriptor!(FdFilestatSetSize, INPUT => Rofs, 3),
	descriptor!(FdFilestatSetSize, FILE => Nospc, 1 << 40),
	descriptor!(FdFilestatSetTimes, FILE => Success, 1, 2, 5),
	descriptor!(FdFilestatSetTimes, FILE => Inval, 1, 2, 16),
	descriptor!(FdFilestatSetTimes, FILE => Inval, 1, 2, 3),
	descriptor!(FdFilestatSetTimes, NONE => Badf, 0, 0, 0),
	descriptor!(FdFilestatSetTimes, STDOUT => Inval, 0, 0, 0),
	descriptor!(FdFilestatSetTimes, BARE => Notcapable, 0, 0, 0),
	descriptor!(FdFilestatSetTimes, INPUT => Rofs, 0, 0, 1),
	descriptor!(FdPrestatGet, DIRECTORY => Success, OUT_AT),
	descriptor!(FdPrestatGet, FILE => Badf, OUT_AT),
	descriptor!(FdPrestatGet, DIRECTORY => Fault, NOWHERE + 9),
	descriptor!(FdPrestatDirName, DIRECTORY => Success, OUT_AT, 1),
	descriptor!(FdPrestatDirName, BARE_DIRECTORY => Badf, OUT_AT, 1),
	descriptor!(FdPrestatDirName, DIRECTORY => Nametoolong, OUT_AT, 0),
	descriptor!(FdPrestatDirName, DIRECTORY => Fault, NOWHERE, 1),
	descriptor!(FdRenumber, FILE => Success, STDIN),
	descriptor!(FdRenumber, FILE => Badf, NONE),
	descriptor!(FdRenumber, NONE => Badf, FILE),
	descriptor!(FdSeek, FILE => Success, 2, 0, OUT_AT),
	descriptor!(FdSeek, FILE => Fault, 0, 0, NOWHERE + 10),
	descriptor!(FdSeek, NONE => Badf, 0, 0, OUT_AT),
	descriptor!(FdSeek, DIRECTORY => Isdir, 0, 0, OUT_AT),
	descriptor!(FdSeek, STDIN => Spipe, 0, 0, OUT_AT),
	descriptor!(FdSeek, FILE => Inval, 0, 3, OUT_AT),
	descriptor!(FdSeek, FILE => Inval, u64::MAX, 0, OUT_AT),
	descriptor!(FdSeek, BARE => Notcapable, 1, 0, OUT_AT),
	descriptor!(FdSeek, FILE => Overflow, i64::MAX as u64, 2, OUT_AT),
	descriptor!(FdTell, FILE => Success, OUT_AT),
	descriptor!(FdTell, FILE => Fault, NOWHERE + 10),
	descriptor!(FdTell, NONE => Badf, OUT_AT),
	descriptor!(FdTell, DIRECTORY => Isdir, OUT_AT),
	descriptor!(FdTell, STDOUT => Spipe, OUT_AT),
	descriptor!(FdTell, BARE => Notcapable, OUT_AT),
	descriptor!(FdReaddir, DIRECTORY => Success, DATA_AT, 100, 0, OUT_AT),
	descriptor!(FdReaddir, DIRECTORY => Fault, NOWHERE, 100, 0, OUT_AT),
	descriptor!(FdReaddir, DIRECTORY => Fault, DATA_AT, 100, 0, NOWHERE + 13),
	descriptor!(FdReaddir, NONE => Badf, DATA_AT, 100, 0, OUT_AT),
	descriptor!(FdReaddir, FILE => Notdir, DATA_AT, 100, 0, OUT_AT),
	descriptor!(FdReaddir, BARE_DIRECTORY => Notcapable, DATA_AT, 100, 0, OUT_AT),
];

const TRANSFERS: &[Row] = &[
	descriptor!(FdRead, STDIN => Success, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdRead, FILE => Success, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdRead, FILE => Inval, BUFFERS_AT, many_buffers(), OUT_AT),
	descriptor!(FdRead, FILE => Fault, NOWHERE, 2, OUT_AT),
	descriptor!(FdRead, NONE => Badf, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdRead, DIRECTORY => Isdir, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdRead, STDOUT => Notcapable, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdRead, BARE => Notcapable, BUFFERS_AT, 1, OUT_AT),
	(FdRead, Fault, |bench| vec![FILE, bad_buffer(bench), 2, OUT_AT]),
	descriptor!(FdPread, FILE => Success, BUFFERS_AT, 1, 1, OUT_AT),
	descriptor!(FdPread, FILE => Inval, BUFFERS_AT, 1, HUGE, OUT_AT),
	descriptor!(FdPread, FILE => Inval, BUFFERS_AT, many_buffers(), 0, OUT_AT),
	descriptor!(FdPread, FILE => Fault, BUFFERS_AT, 1, 0, NOWHERE + 13),
	descriptor!(FdPread, NONE => Badf, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPread, DIRECTORY => Isdir, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPread, STDIN => Spipe, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPread, BARE => Notcapable, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdWrite, STDOUT => Success, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdWrite, FILE => Success, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdWrite, FILE => Inval, BUFFERS_AT, many_buffers(), OUT_AT),
	descriptor!(FdWrite, FILE => Fault, NOWHERE, 2, OUT_AT),
	descriptor!(FdWrite, NONE => Badf, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdWrite, DIRECTORY => Isdir, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdWrite, STDIN => Notcapable, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdWrite, BARE => Notcapable, BUFFERS_AT, 1, OUT_AT),
	descriptor!(FdPwrite, FILE => Success, BUFFERS_AT, 1, 1, OUT_AT),
	descriptor!(FdPwrite, FILE => Inval, BUFFERS_AT, 1, HUGE, OUT_AT),
	descriptor!(FdPwrite, FILE => Inval, BUFFERS_AT, many_buffers(), 0, OUT_AT),
	descriptor!(FdPwrite, FILE => Fault, BUFFERS_AT, 1, 0, NOWHERE + 13),
	descriptor!(FdPwrite, NONE => Badf, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPwrite, DIRECTORY => Isdir, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPwrite, STDOUT => Spipe, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPwrite, BARE => Notcapable, BUFFERS_AT, 1, 0, OUT_AT),
	descriptor!(FdPwrite, FILE => Nospc, BUFFERS_AT, 1, 1 << 40, OUT_AT),
];

const PATHS: &[Row] = &[
	(PathCreateDirectory, Success, |b| at(b, DIRECTORY, "tmp/new", &[])),
	(PathCreateDirectory, Exist, |b| at(b, DIRECTORY, "tmp/dangling", &[])),
	(PathCreateDirectory, Exist, |b| at(b, DIRECTORY, "tmp/..", &[])),
	(PathCreateDirectory, Rofs, |b| at(b, DIRECTORY, "in/new", &[])),
	(PathFilestatGet, Success, |b| looked_up(b, 1, "tmp/link", &[OUT_AT])),
	(PathFilestatGet, Noent, |b| looked_up(b, 1, "tmp/dangling", &[OUT_AT])),
	(PathFilestatGet, Inval, |b| looked_up(b, 2, "tmp/file", &[OUT_AT])),
	(PathFilestatGet, Notdir, |b| looked_up(b, 0, "tmp/file/", &[OUT_AT])),
	(PathFilestatGet, Loop, |b| looked_up(b, 1, "tmp/loop", &[OUT_AT])),
	(PathFilestatSetTimes, Success, |b| looked_up(b, 0, "tmp/link", &[1, 2, 5])),
	(PathFilestatSetTimes, Inval, |b| looked_up(b, 0, "tmp/file", &[1, 2, 12])),
	(PathFilestatSetTimes, Inval, |b| looked_up(b, 4, "tmp/file", &[1, 2, 0])),
	(PathFilestatSetTimes, Noent, |b| looked_up(b, 0, "tmp/none", &[1, 2, 5])),
	(PathFilestatSetTimes, Notdir, |b| looked_up(b, 0, "tmp/file/", &[1, 2, 5])),
	(PathFilestatSetTimes, Rofs, |b| looked_up(b, 0, "in/input", &[1, 2, 5])),
	(PathLink, Success, |b| two(b, Some(0), "tmp/file", "tmp/new")),
	(PathLink, Inval, |b| two(b, Some(2), "tmp/file", "tmp/new")),
	(PathLink, Noent, |b| two(b, Some(0), "tmp/none", "tmp/new")),
	(PathLink, Notdir, |b| two(b, Some(0), "tmp/file/", "tmp/new")),
	(PathLink, Exist, |b| two(b, Some(0), "tmp/file", "tmp/link")),
	(PathLink, Perm, |b| two(b, Some(0), "tmp/empty", "tmp/new")),
	(PathLink, Noent, |b| two(b, Some(0), "tmp/file", "tmp/new/")),
	(PathLink, Rofs, |b| two(b, Some(0), "in/input", "tmp/new")),
	(PathLink, Rofs, |b| two(b, Some(0), "tmp/file", "in/new")),
	(PathOpen, Success, |b| open(b, 1, "tmp/link", 0, 2, 0)),
	(PathOpen, Success, |b| open(b, 0, "tmp/new", flags::O_CREAT, 0, 0)),
	(PathOpen, Inval, |b| open(b, 2, "tmp/file", 0, 0, 0)),
	(PathOpen, Inval, |b| open(b, 0, "tmp/file", 16, 0, 0)),
	(PathOpen, Inval, |b| open(b, 0, "tmp/file", 3, 0, 0)),
	(PathOpen, Inval, |b| open(b, 0, "tmp/file", 0, 0, 32)),
	(PathOpen, Exist, |b| open(b, 0, "tmp/file", 5, 0, 0)),
	(PathOpen, Loop, |b| open(b, 0, "tmp/link", 0, 0, 0)),
	(PathOpen, Isdir, |b| open(b, 0, "tmp/empty", 0, rights::FD_WRITE, 0)),
	(PathOpen, Isdir, |b| open(b, 0, "tmp/new/", flags::O_CREAT, 0, 0)),
	(PathOpen, Notdir, |b| open(b, 0, "tmp/file", flags::O_DIRECTORY, 0, 0)),
	(PathOpen, Notdir, |b| open(b, 0, "tmp/file/", 0, 0, 0)),
	(PathOpen, Rofs, |b| open(b, 0, "in/input", flags::O_TRUNC, 0, 0)),
	(PathOpen, Rofs, |b| open(b, 0, "in/new", flags::O_CREAT, 0, 0)),
	(PathOpen, Noent, |b| open(b, 0, "tmp/none", 0, 0, 0)),
	(PathOpen, Mfile, |b| {
		while b.open("tmp/file", 0, 0).is_ok() {}
		open(b, 0, "tmp/file", 0, 0, 0)
	}),
	(PathReadlink, Success, |b| at(b, DIRECTORY, "tmp/link", &[DATA_AT, 100, OUT_AT])),
	(PathReadlink, Inval, |b| at(b, DIRECTORY, "tmp/file", &[DATA_AT, 100, OUT_AT])),
	(PathReadlink, Noent, |b| at(b, DIRECTORY, "tmp/none", &[DATA_AT, 100, OUT_AT])),
	(PathReadlink, Notdir, |b| at(b, DIRECTORY, "tmp/file/", &[DATA_AT, 100, OUT_AT])),
	(PathReadlink, Fault, |b| at(b, DIRECTORY, "tmp/link", &[NOWHERE, 100, OUT_AT])),
	(PathRemoveDirectory, Success, |b| at(b, DIRECTORY, "tmp/empty", &[])),
	(PathRemoveDirectory, Inval, |b| at(b, DIRECTORY, "tmp/empty/.", &[])),
	(PathRemoveDirectory, Noent, |b| at(b, DIRECTORY, "tmp/none", &[])),
	(PathRemoveDirectory, Notdir, |b| at(b, DIRECTORY, "tmp/link", &[])),
	(PathRemoveDirectory, Busy, |b| at(b, DIRECTORY, "out", &[])),
	(PathRemoveDirectory, Notempty, |b| at(b, DIRECTORY, "tmp/full", &[])),
	(PathRemoveDirectory, Notdir, |b| at(b, DIRECTORY, "in/input", &[])),
	(PathRename, Success, |b| two(b, None, "tmp/file", "out/file")),
	(PathRename, Busy, |b| two(b, None, "tmp/.", "out/x")),
	(PathRename, Busy, |b| two(b, None, "tmp", "out/x")),
	(PathRename, Busy, |b| two(b, None, "tmp/empty", "out")),
	(PathRename, Noent, |b| two(b, None, "tmp/none", "out/x")),
	(PathRename, Rofs, |b| two(b, None, "in/input", "out/x")),
	(PathRename, Rofs, |b| two(b, None, "tmp/file", "in/x")),
	(PathRename, Notdir, |b| two(b, None, "tmp/file", "out/x/")),
	(PathRename, Notdir, |b| two(b, None, "tmp/empty", "tmp/file")),
	(PathRename, Isdir, |b| two(b, None, "tmp/file", "tmp/empty")),
	(PathRename, Notempty, |b| two(b, None, "tmp/empty", "tmp/full")),
	(PathRename, Inval, |b| two(b, None, "tmp/full", "tmp/full/inner/x")),
	(PathSymlink, Success, |b| symlink(b, "../anything", "tmp/new")),
	(PathSymlink, Perm, |b| symlink(b, "/anything", "tmp/new")),
	(PathSymlink, Noent, |b| symlink(b, "", "tmp/new")),
	(PathSymlink, Exist, |b| symlink(b, "file", "tmp/link")),
	(PathSymlink, Noent, |b| symlink(b, "file", "tmp/new/")),
	(PathSymlink, Rofs, |b| symlink(b, "file", "in/new")),
	(PathUnlinkFile, Success, |b| at(b, DIRECTORY, "tmp/link", &[])),
	(PathUnlinkFile, Isdir, |b| at(b, DIRECTORY, "tmp/empty", &[])),
	(PathUnlinkFile, Isdir, |b| at(b, DIRECTORY, "tmp/.", &[])),
	(PathUnlinkFile, Noent, |b| at(b, DIRECTORY, "tmp/none", &[])),
	(PathUnlinkFile, Notdir, |b| at(b, DIRECTORY, "tmp/file/", &[])),
	(PathUnlinkFile, Rofs, |b| at(b, DIRECTORY, "in/input", &[])),
];

/// Arguments of a function, from a descriptor, a path's place and length, and those of another path.
type Resolve = fn(u64, u64, u64, [u64; 2]) -> Vec<u64>;

/// The functions that resolve paths, with where a descriptor and a path go.
const RESOLVING: &[(Function, Resolve)] = &[
	(PathCreateDirectory, |fd, ptr, len, _| vec![fd, ptr, len]),
	(PathFilestatGet, |fd, ptr, len, _| vec![fd, 0, ptr, len, OUT_AT]),
	(PathFilestatSetTimes, |fd, ptr, len, _| vec![fd, 0, ptr, len, 0, 0, 0]),
	(PathLink, |fd, ptr, len, [to, to_len]| vec![fd, 0, ptr, len, DIRECTORY, to, to_len]),
	(PathOpen, |fd, ptr, len, _| vec![fd, 0, ptr, len, 0, 0, 0, 0, OUT_AT]),
	(PathReadlink, |fd, ptr, len, _| vec![fd, ptr, len, DATA_AT, 100, OUT_AT]),
	(PathRemoveDirectory, |fd, ptr, len, _| vec![fd, ptr, len]),
	(PathRename, |fd, ptr, len, [to, to_len]| vec![fd, ptr, len, DIRECTORY, to, to_len]),
	(PathSymlink, |fd, ptr, len, [to, to_len]| vec![to, to_len, fd, ptr, len]),
	(PathUnlinkFile, |fd, ptr, len, _| vec![fd, ptr, len]),
];

/// What is wrong with a path, or with the directory that it starts from.
fn bad_paths() -> Vec<(Errno, u64, Vec<u8>)> {
	let long = "n".repeat(256) + "/x";
	vec![
		(Nametoolong, DIRECTORY, "a/".repeat(2_049).into_bytes()),
		(Noent, DIRECTORY, b"".to_vec()),
		(Inval, DIRECTORY, b"a\0b".to_vec()),
		(Ilseq, DIRECTORY, b"a\xff".to_vec()),
		(Badf, NONE, b"x".to_vec()),
		(Notdir, FILE, b"x".to_vec()),
		(Notcapable, BARE_DIRECTORY, b"file".to_vec()),
		(Perm, DIRECTORY, b"/tmp".to_vec()),
		(Perm, DIRECTORY, b"tmp/../../x".to_vec()),
		(Noent, DIRECTORY, b"none/x".to_vec()),
		(Notdir, DIRECTORY, b"tmp/file/x".to_vec()),
		(Loop, DIRECTORY, b"tmp/loop/x".to_vec()),
		(Nametoolong, DIRECTORY, long.into_bytes()),
	]
}

/// Checks each row in a world of its own; gives what was seen.
fn check_rows() -> Vec<(Function, Errno)> {
	let mut seen = Vec::new();
	for (index, (function, errno, make)) in
		[PLAIN, DESCRIPTORS, TRANSFERS, PATHS].concat().into_iter().enumerate()
	{
		let mut bench = world();
		let args = make(&mut bench);
		assert_eq!(bench.call(function, &args), errno, "{function:?} in row {index}");
		seen.push((function, errno));
	}
	seen
}

fn check_paths() -> Vec<(Function, Errno)> {
	let mut seen = Vec::new();
	for (function, arguments) in RESOLVING {
		for (errno, fd, path) in bad_paths() {
			let mut bench = world();
			let to = bench.put_path(RESULT + 16, "target");
			bench.put(PATH, &path);
			let args = arguments(fd, PATH.into(), path.len() as u64, to);
			let place = alloc::string::String::from_utf8_lossy(&path).into_owned();
			assert_eq!(bench.call(*function, &args), errno, "{function:?} of {place:.40}");
			seen.push((*function, errno));
		}
		let mut bench = world();
		let to = bench.put_path(RESULT + 16, "target");
		assert_eq!(bench.call(*function, &arguments(DIRECTORY, NOWHERE, 20, to)), Fault);
		seen.push((*function, Fault));
	}
	seen
}

#[test]
fn functions_should_give_every_error_that_is_specified_when_it_is_provoked() {
	let mut seen = check_rows();
	let rows = seen.len();
	seen.extend(check_paths());
	let total = seen.len();
	let pairs: std::collections::BTreeSet<(u8, u16)> =
		seen.into_iter().map(|(function, errno)| (function as u8, errno as u16)).collect();
	for signature in FUNCTIONS {
		// The one that does not return is in `process.rs`.
		let function = signature.function as u8;
		let errors = pairs.iter().filter(|(of, _)| *of == function).count();
		assert_eq!(errors > 0, signature.returns, "{}", signature.name);
	}
	// So that no row gets lost.
	assert_eq!((rows, total, pairs.len()), (229, 369, 263));
}
