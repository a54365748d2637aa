use super::*;
use crate::{MAX_ENTRIES, MAX_LISTING_BYTES, MAX_OUTPUT_ENTRIES, SCRATCH_BYTES};

fn resize(bench: &mut Bench, fd: u32, size: u64) -> Result<Errno, Stop> {
	bench.try_call(Function::FdFilestatSetSize, &[fd.into(), size])
}

fn try_write(bench: &mut Bench, fd: u32, len: u32) -> Result<Errno, Stop> {
	bench.one_buffer(len);
	bench.try_call(Function::FdWrite, &[fd.into(), BUFFERS.into(), 1, RESULT.into()])
}

#[test]
fn run_should_stop_when_streams_exceed_the_limit() {
	let mut bench = Bench::with(100, None);
	assert_eq!(try_write(&mut bench, 1, 60), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, 2, 40), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, 1, 0), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, 1, 1), Err(Stop::OutputLimit));
	assert_eq!(bench.host.fs.accounts().output, 100, "the call had no effect");
}

#[test]
fn run_should_stop_when_files_and_streams_together_exceed_the_limit() {
	let mut bench = Bench::with(100, None);
	let fd = bench.create("out/file");
	assert_eq!(try_write(&mut bench, fd, 60), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, 1, 40), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, fd, 1), Err(Stop::OutputLimit));
	assert_eq!(resize(&mut bench, fd, 61), Err(Stop::OutputLimit));
	assert_eq!(resize(&mut bench, fd, u64::MAX >> 1), Err(Stop::OutputLimit));
	let allocate = [fd.into(), 60, 1];
	assert_eq!(bench.try_call(Function::FdAllocate, &allocate), Err(Stop::OutputLimit));
	assert_eq!(resize(&mut bench, fd, 59), Ok(Errno::Success));
	assert_eq!(try_write(&mut bench, 2, 1), Ok(Errno::Success));
}

#[test]
fn room_should_come_back_when_outputs_are_removed() {
	let mut bench = Bench::with(100, None);
	bench.file("out/file", &[0; 100]);
	let held = bench.open("out/file", 0, READ).expect("exists");
	assert_eq!(bench.unlink("out/file"), Ok(()));
	bench.file("out/other", &[0; 100]);
	assert_eq!(bench.host.fs.accounts().held, 200, "the open file is still held");
	assert_eq!(bench.close(held), Ok(()));
	assert_eq!(bench.host.fs.accounts().held, 100);
}

#[test]
fn each_link_should_count_when_a_file_has_several_in_out() {
	let mut bench = Bench::with(100, None);
	bench.file("out/a", &[0; 40]);
	assert_eq!(bench.link("out/a", "out/b"), Ok(()));
	let [old, old_len] = bench.put_path(OTHER_PATH, "out/a");
	let [new, new_len] = bench.put_path(PATH, "out/c");
	let args = [3, 0, old, old_len, 3, new, new_len];
	assert_eq!(bench.try_call(Function::PathLink, &args), Err(Stop::OutputLimit));
	let fd = bench.open("out/a", 0, rights::FILE).expect("exists");
	assert_eq!(resize(&mut bench, fd, 50), Ok(Errno::Success), "10 more in each of two");
	assert_eq!(resize(&mut bench, fd, 51), Err(Stop::OutputLimit));
}

#[test]
fn run_should_stop_when_a_rename_brings_too_much_into_out() {
	let mut bench = Bench::with(100, None);
	bench.file("tmp/big", &[0; 101]);
	bench.file("tmp/fits", &[0; 100]);
	bench.file("out/old", &[0; 50]);
	assert_eq!(bench.try_rename("tmp/big", "out/big"), Err(Stop::OutputLimit));
	assert_eq!(bench.try_rename("tmp/fits", "out/fits"), Err(Stop::OutputLimit));
	assert_eq!(bench.rename("tmp/fits", "out/old"), Ok(()), "what is replaced makes room");
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	bench.file("tmp/dir/one", b"x");
	assert_eq!(bench.try_rename("tmp/dir", "out/dir"), Err(Stop::OutputLimit));
	assert_eq!(bench.rename("out/old", "tmp/back"), Ok(()));
	assert_eq!(bench.rename("tmp/dir", "out/dir"), Ok(()));
}

#[test]
fn links_should_count_their_targets_when_made_in_out() {
	let mut bench = Bench::with(10, None);
	assert_eq!(bench.symlink("1234567890", "out/link"), Ok(()));
	let [target, target_len] = bench.put_path(OTHER_PATH, "x");
	let [ptr, len] = bench.put_path(PATH, "out/other");
	let args = [target, target_len, 3, ptr, len];
	assert_eq!(bench.try_call(Function::PathSymlink, &args), Err(Stop::OutputLimit));
	assert_eq!(bench.symlink("x", "tmp/other"), Ok(()));
}

#[test]
fn scratch_should_run_out_when_files_outside_of_out_are_too_large() {
	let mut bench = Bench::with(1_000, None);
	let fd = bench.create("tmp/file");
	let most = SCRATCH_BYTES + 1_000;
	assert_eq!(resize(&mut bench, fd, most + 1), Ok(Errno::Nospc));
	assert_eq!(resize(&mut bench, fd, most), Ok(Errno::Success));
	bench.seek(fd, 0, 2).expect("a file");
	assert_eq!(try_write(&mut bench, fd, 1), Ok(Errno::Nospc));
	assert_eq!(bench.symlink("x", "tmp/link"), Err(Errno::Nospc));
	assert_eq!(resize(&mut bench, fd, 0), Ok(Errno::Success));
	assert_eq!(bench.symlink("x", "tmp/link"), Ok(()));
}

#[test]
fn limit_should_be_that_of_content_when_the_task_allows_more() {
	let mut bench = Bench::with(u64::MAX, None);
	let fd = bench.create("out/file");
	let most = assay_primitives::content::MAX_CONTENT_SIZE;
	assert_eq!(resize(&mut bench, fd, most + 1), Err(Stop::OutputLimit));
}

#[test]
fn entries_should_run_out_when_there_are_too_many() {
	let mut bench = Bench::new();
	bench.put(PATH, b"tmp/0000000");
	let base = bench.host.fs.accounts().entries;
	// Without the audit, which would take a while.
	for n in base..MAX_ENTRIES {
		bench.put(PATH + 4, format!("{n:07}").as_bytes());
		let args = [3, PATH.into(), 11];
		let outcome = bench.host.call(Function::PathCreateDirectory, &args, &mut bench.guest);
		assert_eq!(outcome, Ok(Errno::Success));
	}
	audit(&bench.host);
	assert_eq!(bench.make_directory("tmp/more"), Err(Errno::Nospc));
	assert_eq!(bench.open("tmp/more", flags::O_CREAT, READ), Err(Errno::Nospc));
	assert_eq!(bench.symlink("x", "tmp/more"), Err(Errno::Nospc));
	assert_eq!(bench.remove_directory("tmp/0000100"), Ok(()));
	assert_eq!(bench.make_directory("tmp/more"), Ok(()));
}

#[test]
fn names_in_out_should_run_out_when_their_paths_are_too_long() {
	let mut bench = Bench::new();
	let name = "n".repeat(240);
	let mut directory = String::from("out");
	for _ in 0..14 {
		directory = format!("{directory}/{name}");
		assert_eq!(bench.make_directory(&directory), Ok(()));
	}
	let mut made = 0;
	let errno = loop {
		if let Err(errno) = bench.make_directory(&format!("{directory}/{made:04}")) {
			break errno;
		}
		made += 1;
	};
	assert_eq!(errno, Errno::Nospc);
	assert!((1_150..1_250).contains(&made), "{made} paths of 3.4 KB");
	assert!(bench.host.fs.accounts().listing <= MAX_LISTING_BYTES);
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()));
	let far = format!("{directory}/dir");
	assert_eq!(bench.rename("tmp/dir", &far), Err(Errno::Nospc));
	assert_eq!(bench.make_directory("tmp/elsewhere"), Ok(()));
}

#[test]
fn entries_in_out_should_run_out_when_there_are_too_many() {
	let mut bench = Bench::new();
	bench.put(PATH, b"out/0000000");
	for n in 0..MAX_OUTPUT_ENTRIES {
		bench.put(PATH + 4, format!("{n:07}").as_bytes());
		let args = [3, PATH.into(), 11];
		let outcome = bench.host.call(Function::PathCreateDirectory, &args, &mut bench.guest);
		assert_eq!(outcome, Ok(Errno::Success));
	}
	audit(&bench.host);
	assert_eq!(bench.make_directory("out/more"), Err(Errno::Nospc));
	assert_eq!(bench.symlink("x", "out/more"), Err(Errno::Nospc));
	assert_eq!(bench.make_directory("tmp/dir"), Ok(()), "only /out is full");
	assert_eq!(bench.rename("tmp/dir", "out/dir"), Err(Errno::Nospc));
	assert_eq!(bench.rename("tmp/dir", "out/0000000"), Ok(()), "what is replaced makes room");
	assert_eq!(bench.rename("out/0000001", "out/moved"), Ok(()));
	assert_eq!(bench.rename("out/0000002", "tmp/away"), Ok(()));
	assert_eq!(bench.make_directory("out/more"), Ok(()));
	assert_eq!(bench.remove_directory("out/more"), Ok(()));
	assert_eq!(bench.make_directory("tmp/two"), Ok(()));
	assert_eq!(bench.make_directory("tmp/two/inner"), Ok(()));
	assert_eq!(bench.rename("tmp/two", "out/two"), Err(Errno::Nospc), "two for one place");
}
