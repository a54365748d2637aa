//! What programs find in the second version of the host.

use super::*;
use crate::{EPOCH, finish::Left};
use assay_primitives::{
	end::{EndState, memory_root},
	outcome::{Class, OutputKind},
};
use codec::Encode;

const BOTH: u64 = rights::FD_READ | rights::FD_WRITE | rights::FD_FILESTAT_GET;

/// A clock as the program reads it.
fn read_clock(bench: &mut Bench) -> u64 {
	bench.done(Function::ClockTimeGet, &[0, 0, RESULT.into()]).expect("a clock");
	bench.u64_at(RESULT)
}

fn args(bench: &mut Bench) -> Vec<u8> {
	let (count, bytes) = (RESULT, RESULT + 4);
	bench.done(Function::ArgsSizesGet, &[count.into(), bytes.into()]).expect("valid pointers");
	bench.done(Function::ArgsGet, &[PATH.into(), DATA.into()]).expect("valid pointers");
	bench.get(DATA, bench.u32_at(bytes) as usize)
}

#[test]
fn devices_should_be_there_when_programs_look_for_them() {
	let mut bench = Bench::second(None);
	let names = [&b"null"[..], b"stderr", b"stdin", b"stdout", b"urandom", b"zero"];
	assert_eq!(bench.names("dev"), names);
	for name in ["dev/null", "dev/zero", "dev/urandom"] {
		assert_eq!(bench.stat(name).expect("it is there").size, 0);
		let fd = bench.open(name, flags::O_CREAT | flags::O_TRUNC, BOTH).expect("it can be opened");
		assert_eq!(bench.write(fd, b"gone"), Ok(4));
		assert_eq!(bench.seek(fd, 0, 0), Err(Errno::Spipe));
		assert_eq!(bench.stat_fd(fd).map(|stat| (stat.file_type, stat.size)), Ok((0, 0)));
		assert_eq!(bench.close(fd), Ok(()));
	}
	assert_eq!(bench.host.fs.accounts().held, 0);
	assert!(Bench::new().stat("dev").is_err(), "former profiles have none");
}

#[test]
fn devices_should_give_what_they_are_for_when_read() {
	let mut bench = Bench::second(None);
	let read = |bench: &mut Bench, path: &str, len: u32| {
		let fd = bench.open(path, 0, rights::FD_READ).expect("it can be opened");
		let bytes = bench.read(fd, len).expect("it can be read");
		assert_eq!(bench.close(fd), Ok(()));
		bytes
	};
	bench.put(DATA, &[9; 10_000]);
	assert!(read(&mut bench, "dev/null", 100).is_empty());
	assert_eq!(read(&mut bench, "dev/zero", 10_000), [0; 10_000]);
	// The same sequence that the function gives.
	let random =
		[read(&mut bench, "dev/urandom", 100), read(&mut bench, "dev/urandom", 29)].concat();
	let mut other = Bench::second(None);
	other.done(Function::RandomGet, &[DATA.into(), 129]).expect("inside");
	assert_eq!(random, other.get(DATA, 129));
}

#[test]
fn streams_should_be_reached_by_their_names_when_opened() {
	let mut bench = Bench::second(Some(b"the input".to_vec()));
	let stdin = bench.open("dev/stdin", 0, BOTH).expect("it can be opened");
	assert_eq!(bench.read(stdin, 4), Ok(b"the ".to_vec()));
	assert_eq!(bench.read(0, 100), Ok(b"the input".to_vec()), "it has a place of its own");
	assert_eq!(bench.write(stdin, b"x"), Err(Errno::Notcapable));
	for (name, stream) in
		[("dev/stdout", crate::fs::Stream::Stdout), ("dev/stderr", crate::fs::Stream::Stderr)]
	{
		let fd = bench.open(name, flags::O_TRUNC, BOTH).expect("it can be opened");
		assert_eq!(bench.write(fd, b"both"), Ok(4));
		assert_eq!(bench.write(1 + stream as u32, b" ways"), Ok(5));
		assert_eq!(bench.read(fd, 1), Err(Errno::Notcapable));
		assert_eq!(bench.host.fs.stream(stream), b"both ways", "nothing is cut");
	}
	assert_eq!(bench.host.fs.accounts().output, 18, "it counts as output");
}

#[test]
fn devices_should_stay_when_programs_try_to_change_them() {
	let mut bench = Bench::second(None);
	assert_eq!(bench.unlink("dev/null"), Err(Errno::Rofs));
	assert_eq!(bench.rename("dev/null", "tmp/null"), Err(Errno::Rofs));
	assert_eq!(bench.rename("dev", "tmp/dev"), Err(Errno::Busy));
	assert_eq!(bench.link("dev/null", "out/null"), Err(Errno::Rofs));
	assert_eq!(bench.make_directory("dev/shm"), Err(Errno::Rofs));
	assert_eq!(bench.open("dev/full", flags::O_CREAT, BOTH), Err(Errno::Rofs));
	for path in ["dev/null/", "dev/null/x"] {
		assert_eq!(bench.open(path, 0, rights::FD_READ), Err(Errno::Notdir), "{path}");
	}
	assert_eq!(bench.open("dev/null", flags::O_DIRECTORY, 0), Err(Errno::Notdir));
	assert_eq!(bench.open("dev/null", flags::O_CREAT | flags::O_EXCL, BOTH), Err(Errno::Exist));
}

#[test]
fn devices_should_cost_their_bytes_when_used() {
	let mut bench = Bench::second(None);
	for (path, read) in [("dev/null", 0), ("dev/zero", 100), ("dev/urandom", 100)] {
		let fd = bench.open(path, 0, BOTH).expect("it can be opened");
		bench.one_buffer(100);
		let args = [fd.into(), BUFFERS.into(), 1, RESULT.into()];
		for (function, bytes) in [(Function::FdRead, read), (Function::FdWrite, 100)] {
			let before = bench.guest.gas;
			assert_eq!(bench.call(function, &args), Errno::Success);
			assert_eq!(before - bench.guest.gas, 500 + 8 + 4 + bytes, "{path} {function:?}");
		}
	}
}

#[test]
fn inputs_should_look_alike_when_they_are_empty() {
	for input in [None, Some(vec![])] {
		let mut bench = Bench::second(input);
		assert_eq!(bench.contents("in/input"), b"");
		assert_eq!(bench.read(0, 10), Ok(vec![]));
		let fd = bench.open("in/input", 0, READ).expect("it is there");
		assert_eq!(bench.stat_fd(fd).map(|stat| stat.inode), Ok(5));
	}
}

#[test]
fn first_argument_should_be_the_name_when_the_task_has_any() {
	let mut bench = Bench::second(None);
	assert_eq!(args(&mut bench), b"one\0two\0");
	let none = TaskSpec { args: Default::default(), ..spec(0) };
	assert_eq!(args(&mut Bench::under(&Profile::DRAFT, &none, None)), b"job\0");
}

#[test]
fn clock_should_advance_when_gas_is_used() {
	let mut bench = Bench::second(None);
	assert_eq!(read_clock(&mut bench), EPOCH + 500, "the call itself");
	let before = read_clock(&mut bench);
	bench.guest.gas -= 1_000_000;
	let after = read_clock(&mut bench);
	// A tick, the call and its bytes besides.
	assert_eq!(after - before, 1_000_000 + 1_000 + 500 + 8);
	bench.file("tmp/file", b"");
	let made = bench.stat("tmp/file").expect("there").modify;
	assert!(made > after && made < bench.now() + 10_000, "files have its time");
}

#[test]
fn end_state_should_be_listed_when_the_program_was_stopped() {
	let memory = vec![3; 65_536];
	let left = Left { memory: &memory, slots: -5, trail: 77 };
	for class in [Class::Trapped, Class::OutOfGas, Class::StackExhausted, Class::OutputLimit] {
		let mut bench = Bench::second(None);
		bench.done(Function::RandomGet, &[DATA.into(), 70]).expect("inside");
		read_clock(&mut bench);
		bench.file("out/file", b"written");
		let outputs = bench.host.conclude(class, left);
		let state = EndState {
			memory: memory_root(&memory, matches!(class, Class::Trapped | Class::OutOfGas)),
			slots: -5,
			trail: 77,
			clock: 1_000,
			random: 70,
		};
		assert_eq!(outputs.contents[2], state.encode(), "{class:?}");
		assert_eq!(outputs.manifest.0[2].kind, OutputKind::End);
		assert!(outputs.manifest.0[2].content.matches(&outputs.contents[2]));
		assert_eq!(outputs.contents[3], b"written");
		assert_eq!(outputs.manifest.bytes(), 7, "it is no output of the program");
		assert_eq!(Bench::new().host.conclude(class, left).manifest.0.len(), 2);
	}
	for class in [Class::Exited(0), Class::Exited(1)] {
		assert_eq!(Bench::second(None).host.conclude(class, left).manifest.0.len(), 2);
	}
}

#[test]
fn bytes_should_be_paid_when_they_are_moved_under_the_outputs() {
	let gas = |second: bool, from: &str, to: &str| {
		let mut bench = if second { Bench::second(None) } else { Bench::new() };
		bench.make_directory("tmp/d").expect("room");
		bench.make_directory("out/d").expect("room");
		bench.file(&format!("{from}/a"), &[7; 1_000]);
		bench.link(&format!("{from}/a"), &format!("{from}/b")).expect("room");
		bench.file(&format!("{from}/c"), b"12345");
		let before = bench.guest.gas;
		bench.rename(from, to).expect("allowed");
		before - bench.guest.gas
	};
	for (from, to, bytes) in [
		("tmp/d", "out/e", 2_005),
		("tmp/d", "tmp/e", 0),
		("out/d", "out/e", 0),
		("out/d", "tmp/e", 0),
	] {
		assert_eq!(gas(true, from, to), gas(false, from, to) + bytes, "{from} {to}");
	}
}
