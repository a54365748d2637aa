use super::*;
use crate::fs::Stream;

/// Writes `buffers` (pointer and length each) to [`BUFFERS`].
fn put_buffers(bench: &mut Bench, buffers: &[(u32, u32)]) {
	for (at, (ptr, len)) in buffers.iter().enumerate() {
		bench.put(BUFFERS + 8 * at as u32, &ptr.to_le_bytes());
		bench.put(BUFFERS + 8 * at as u32 + 4, &len.to_le_bytes());
	}
}

fn pread(bench: &mut Bench, fd: u32, len: u32, offset: u64) -> Result<Vec<u8>, Errno> {
	bench.one_buffer(len);
	let args = [fd.into(), BUFFERS.into(), 1, offset, RESULT.into()];
	let read = bench.call_u32(Function::FdPread, &args)?;
	Ok(bench.get(DATA, read as usize))
}

fn pwrite(bench: &mut Bench, fd: u32, bytes: &[u8], offset: u64) -> Result<u32, Errno> {
	bench.put(DATA, bytes);
	bench.one_buffer(bytes.len() as u32);
	let args = [fd.into(), BUFFERS.into(), 1, offset, RESULT.into()];
	bench.call_u32(Function::FdPwrite, &args)
}

#[test]
fn input_should_be_read_to_its_end_when_read_as_stdin() {
	let mut bench = Bench::new();
	assert_eq!(bench.read(0, 4), Ok(b"the ".to_vec()));
	assert_eq!(bench.read(0, 100), Ok(b"input".to_vec()));
	assert_eq!(bench.read(0, 100), Ok(vec![]));
	let mut without = Bench::with(100, None);
	assert_eq!(without.read(0, 100), Ok(vec![]));
}

#[test]
fn input_should_also_be_a_file_when_there_is_one() {
	let mut bench = Bench::new();
	bench.read(0, 5).expect("stdin");
	assert_eq!(bench.contents("in/input"), b"the input", "positions are separate");
	assert_eq!(bench.names("in"), [b"input".to_vec()]);
	assert_eq!(Bench::with(100, None).names("in"), Vec::<Vec<u8>>::new());
}

#[test]
fn streams_should_be_captured_when_written() {
	let mut bench = Bench::new();
	assert_eq!(bench.write(1, b"out "), Ok(4));
	assert_eq!(bench.write(2, b"err"), Ok(3));
	assert_eq!(bench.write(1, b"more"), Ok(4));
	assert_eq!(bench.write(1, b""), Ok(0));
	assert_eq!(bench.host.fs.stream(Stream::Stdout), b"out more");
	assert_eq!(bench.host.fs.stream(Stream::Stderr), b"err");
}

#[test]
fn streams_should_go_one_way_when_used() {
	let mut bench = Bench::new();
	assert_eq!(bench.read(1, 1), Err(Errno::Notcapable));
	assert_eq!(bench.write(0, b"x"), Err(Errno::Notcapable));
	for fd in 0..3 {
		assert_eq!(pread(&mut bench, fd, 1, 0), Err(Errno::Spipe));
		assert_eq!(pwrite(&mut bench, fd, b"x", 0), Err(Errno::Spipe));
		assert_eq!(bench.seek(fd, 0, 1), Err(Errno::Spipe));
		let args = [fd.into(), RESULT.into()];
		assert_eq!(bench.call(Function::FdTell, &args), Errno::Spipe);
	}
}

#[test]
fn directories_should_not_be_read_as_files_when_tried() {
	let mut bench = Bench::new();
	let fd = bench.open_directory("tmp");
	assert_eq!(bench.read(fd, 1), Err(Errno::Isdir));
	assert_eq!(bench.write(fd, b"x"), Err(Errno::Isdir));
	assert_eq!(pread(&mut bench, fd, 1, 0), Err(Errno::Isdir));
	assert_eq!(pwrite(&mut bench, fd, b"x", 0), Err(Errno::Isdir));
	assert_eq!(bench.seek(fd, 0, 0), Err(Errno::Isdir));
	assert_eq!(bench.call(Function::FdTell, &[fd.into(), RESULT.into()]), Errno::Isdir);
}

#[test]
fn closed_descriptors_should_be_refused_when_read_or_written() {
	let mut bench = Bench::new();
	assert_eq!(bench.read(CLOSED, 1), Err(Errno::Badf));
	assert_eq!(bench.write(CLOSED, b"x"), Err(Errno::Badf));
	assert_eq!(pread(&mut bench, CLOSED, 1, 0), Err(Errno::Badf));
	assert_eq!(pwrite(&mut bench, CLOSED, b"x", 0), Err(Errno::Badf));
	assert_eq!(bench.seek(CLOSED, 0, 0), Err(Errno::Badf));
	assert_eq!(bench.call(Function::FdTell, &[CLOSED.into(), RESULT.into()]), Errno::Badf);
}

#[test]
fn position_should_follow_reads_and_writes_when_not_given() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	assert_eq!(bench.write(fd, b"0123456789"), Ok(10));
	bench.done(Function::FdTell, &[fd.into(), RESULT.into()]).expect("a file");
	assert_eq!(bench.u64_at(RESULT), 10);
	assert_eq!(bench.seek(fd, 2, 0), Ok(2));
	assert_eq!(bench.read(fd, 3), Ok(b"234".to_vec()));
	assert_eq!(bench.write(fd, b"XY"), Ok(2));
	assert_eq!(pread(&mut bench, fd, 100, 1), Ok(b"1234XY789".to_vec()));
	assert_eq!(pwrite(&mut bench, fd, b"Z", 0), Ok(1));
	assert_eq!(bench.seek(fd, 0, 1), Ok(7), "pread and pwrite leave the position");
	assert_eq!(bench.contents("tmp/file"), b"Z1234XY789");
}

#[test]
fn seek_should_stay_in_range_when_moved() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	bench.write(fd, b"0123456789").expect("room");
	assert_eq!(bench.seek(fd, -3, 2), Ok(7));
	assert_eq!(bench.seek(fd, 1, 1), Ok(8));
	assert_eq!(bench.seek(fd, 1_000, 1), Ok(1_008));
	assert_eq!(bench.seek(fd, -1_009, 1), Err(Errno::Inval));
	assert_eq!(bench.seek(fd, i64::MIN, 2), Err(Errno::Inval));
	assert_eq!(bench.seek(fd, i64::MAX, 1), Err(Errno::Overflow));
	assert_eq!(bench.seek(fd, i64::MAX, 0), Ok(i64::MAX as u64));
	assert_eq!(bench.seek(fd, 0, 3), Err(Errno::Inval));
	assert_eq!(bench.seek(fd, 0, u32::MAX.into()), Err(Errno::Inval));
	assert_eq!(bench.read(fd, 10), Ok(vec![]), "nothing is beyond the end");
	assert_eq!(bench.write(fd, b"x"), Err(Errno::Nospc));
	let args = [fd.into(), 0, 0, NOWHERE];
	assert_eq!(bench.call(Function::FdSeek, &args), Errno::Fault);
	assert_eq!(bench.call(Function::FdTell, &[fd.into(), NOWHERE]), Errno::Fault);
}

#[test]
fn gaps_should_read_as_zeros_when_written_beyond() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	assert_eq!(pwrite(&mut bench, fd, b"end", 5), Ok(3));
	assert_eq!(bench.contents("tmp/file"), b"\0\0\0\0\0end");
	bench.seek(fd, 10, 0).expect("a file");
	assert_eq!(bench.write(fd, b""), Ok(0), "an empty write leaves no gap");
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.size), Ok(8));
	assert_eq!(pwrite(&mut bench, fd, b"", 100), Ok(0));
	assert_eq!(bench.stat("tmp/file").map(|stat| stat.size), Ok(8));
}

#[test]
fn appending_should_ignore_positions_when_the_flag_is_set() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"start");
	let fd = bench.open_at(ROOT, "tmp/file", 0, rights::FILE, 0, flags::FD_APPEND);
	let fd = fd.expect("exists");
	assert_eq!(bench.write(fd, b"-one"), Ok(4));
	assert_eq!(bench.seek(fd, 0, 1), Ok(9));
	bench.seek(fd, 0, 0).expect("a file");
	assert_eq!(bench.write(fd, b"-two"), Ok(4));
	assert_eq!(pwrite(&mut bench, fd, b"-three", 0), Ok(6));
	assert_eq!(bench.contents("tmp/file"), b"start-one-two-three");
	assert_eq!(bench.call(Function::FdFdstatSetFlags, &[fd.into(), 0]), Errno::Success);
	assert_eq!(pwrite(&mut bench, fd, b"S", 0), Ok(1));
	assert_eq!(bench.contents("tmp/file"), b"Start-one-two-three");
}

#[test]
fn buffers_should_be_used_in_order_when_there_are_several() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	bench.put(DATA, b"abcdef");
	put_buffers(&mut bench, &[(DATA + 3, 3), (DATA, 0), (0, 0), (DATA, 2)]);
	let args = [fd.into(), BUFFERS.into(), 4, RESULT.into()];
	assert_eq!(bench.call_u32(Function::FdWrite, &args), Ok(5));
	assert_eq!(bench.contents("tmp/file"), b"defab");
	put_buffers(&mut bench, &[(DATA + 10, 2), (DATA + 20, 2), (DATA + 30, 2)]);
	let args = [fd.into(), BUFFERS.into(), 3, 1, RESULT.into()];
	assert_eq!(bench.call_u32(Function::FdPread, &args), Ok(4));
	assert_eq!(
		(bench.get(DATA + 10, 2), bench.get(DATA + 20, 2)),
		(b"ef".to_vec(), b"ab".to_vec())
	);
}

#[test]
fn reads_and_writes_should_fail_whole_when_a_buffer_is_bad() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	bench.write(fd, b"content").expect("room");
	let cases: [(u64, u64, u64, Errno); 5] = [
		(NOWHERE, 1, RESULT.into(), Errno::Fault),
		(BUFFERS.into(), 2, RESULT.into(), Errno::Fault),
		(BUFFERS.into(), 1, NOWHERE, Errno::Fault),
		(BUFFERS.into(), 1_025, RESULT.into(), Errno::Inval),
		(BUFFERS.into(), u32::MAX.into(), RESULT.into(), Errno::Inval),
	];
	for (buffers, count, result, errno) in cases {
		put_buffers(&mut bench, &[(DATA, 2), (0xffff_fff0, 100)]);
		for function in [Function::FdRead, Function::FdWrite] {
			assert_eq!(bench.call(function, &[fd.into(), buffers, count, result]), errno);
		}
		for function in [Function::FdPread, Function::FdPwrite] {
			assert_eq!(bench.call(function, &[fd.into(), buffers, count, 0, result]), errno);
		}
	}
	assert_eq!(bench.contents("tmp/file"), b"content");
	assert_eq!(bench.seek(fd, 0, 1), Ok(7));
}

#[test]
fn totals_should_be_refused_when_they_do_not_fit() {
	let mut bench = Bench::new();
	bench.guest.memory.resize(16 << 20, 0);
	let fd = bench.create("tmp/file");
	for at in 0..1_024u32 {
		bench.put(DATA + 8 * at, &0u32.to_le_bytes());
		bench.put(DATA + 8 * at + 4, &(8u32 << 20).to_le_bytes());
	}
	let args = [fd.into(), DATA.into(), 1_024, RESULT.into()];
	assert_eq!(bench.call(Function::FdWrite, &args), Errno::Inval);
	assert_eq!(bench.call(Function::FdRead, &args), Errno::Inval);
}

#[test]
fn offsets_should_be_refused_when_no_file_can_have_them() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	for offset in [u64::MAX, 1 << 63] {
		assert_eq!(pread(&mut bench, fd, 1, offset), Err(Errno::Inval));
		assert_eq!(pwrite(&mut bench, fd, b"x", offset), Err(Errno::Inval));
	}
	assert_eq!(pread(&mut bench, fd, 1, i64::MAX as u64), Ok(vec![]));
	assert_eq!(pwrite(&mut bench, fd, b"x", i64::MAX as u64), Err(Errno::Nospc));
}

#[test]
fn rights_should_be_needed_when_read_or_written() {
	let mut bench = Bench::new();
	bench.file("tmp/file", b"content");
	let reader = bench.open("tmp/file", 0, rights::FD_READ).expect("exists");
	let writer = bench.open("tmp/file", 0, rights::FD_WRITE).expect("exists");
	assert_eq!(bench.write(reader, b"x"), Err(Errno::Notcapable));
	assert_eq!(bench.read(writer, 1), Err(Errno::Notcapable));
	assert_eq!(pread(&mut bench, reader, 1, 0), Err(Errno::Notcapable), "needs to seek");
	assert_eq!(pwrite(&mut bench, writer, b"x", 0), Err(Errno::Notcapable));
	let teller = bench.open("tmp/file", 0, rights::FD_TELL).expect("exists");
	assert_eq!(bench.seek(teller, 0, 1), Ok(0));
	assert_eq!(bench.seek(teller, 1, 1), Err(Errno::Notcapable));
}

#[test]
fn files_should_live_on_when_unlinked_while_open() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	bench.write(fd, b"still").expect("room");
	assert_eq!(bench.unlink("tmp/file"), Ok(()));
	assert_eq!(bench.stat_fd(fd).map(|stat| stat.links), Ok(0));
	assert_eq!(bench.write(fd, b" here"), Ok(5));
	assert_eq!(pread(&mut bench, fd, 100, 0), Ok(b"still here".to_vec()));
	assert_eq!(bench.host.fs.accounts().held, 10);
	assert_eq!(bench.close(fd), Ok(()));
	assert_eq!(bench.host.fs.accounts().held, 0);
}

#[test]
fn times_should_follow_the_clock_when_a_file_changes() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	let created = bench.stat_fd(fd).expect("open");
	assert_eq!(created.modify, crate::EPOCH);
	bench.call(Function::ClockTimeGet, &[0, 0, RESULT.into()]);
	bench.read(fd, 1).expect("open");
	bench.write(fd, b"").expect("open");
	assert_eq!(bench.stat_fd(fd), Ok(created), "reading and writing nothing change nothing");
	bench.write(fd, b"x").expect("open");
	let stat = bench.stat_fd(fd).expect("open");
	let now = bench.now();
	assert_eq!((stat.access, stat.modify, stat.change), (created.access, now, now));
}
