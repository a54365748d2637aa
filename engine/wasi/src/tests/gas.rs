use super::*;

/// Gas that a call takes.
fn price(bench: &mut Bench, function: Function, args: &[u64]) -> u64 {
	let before = bench.guest.gas;
	assert_eq!(bench.call(function, args), Errno::Success, "{function:?}");
	before - bench.guest.gas
}

const CALL: u64 = Profile::BASE.costs.host_call as u64;

#[test]
fn calls_should_cost_their_bytes_when_they_succeed() {
	let mut bench = Bench::new();
	let result = u64::from(RESULT);
	assert_eq!(price(&mut bench, Function::SchedYield, &[]), CALL);
	assert_eq!(price(&mut bench, Function::ClockTimeGet, &[0, 0, result]), CALL + 8);
	assert_eq!(price(&mut bench, Function::RandomGet, &[DATA.into(), 777]), CALL + 777);
	assert_eq!(price(&mut bench, Function::ArgsSizesGet, &[result, result]), CALL + 8);
	assert_eq!(price(&mut bench, Function::ArgsGet, &[DATA.into(), PATH.into()]), CALL + 24);
	assert_eq!(price(&mut bench, Function::FdFdstatGet, &[1, result]), CALL + 24);
	assert_eq!(price(&mut bench, Function::FdFilestatGet, &[1, result]), CALL + 64);
	bench.one_buffer(100);
	let write = [1, BUFFERS.into(), 1, result];
	assert_eq!(price(&mut bench, Function::FdWrite, &write), CALL + 8 + 4 + 100);
	let read = [0, BUFFERS.into(), 1, result];
	assert_eq!(price(&mut bench, Function::FdRead, &read), CALL + 8 + 4 + 9, "what is there");
	let list = [ROOT.into(), DATA.into(), 1_000, 0, result];
	assert_eq!(price(&mut bench, Function::FdReaddir, &list), CALL + 4 + 5 * 24 + 11);
	let [ptr, len] = bench.put_path(PATH, "tmp/dir");
	assert_eq!(price(&mut bench, Function::PathCreateDirectory, &[3, ptr, len]), CALL + 7);
}

#[test]
fn growing_should_cost_its_zeros_when_a_file_gets_them() {
	let mut bench = Bench::new();
	let fd = bench.create("tmp/file");
	assert_eq!(price(&mut bench, Function::FdFilestatSetSize, &[fd.into(), 5_000]), CALL + 5_000);
	assert_eq!(price(&mut bench, Function::FdFilestatSetSize, &[fd.into(), 10]), CALL);
	assert_eq!(price(&mut bench, Function::FdAllocate, &[fd.into(), 0, 30]), CALL + 20);
	bench.one_buffer(1);
	let write = [fd.into(), BUFFERS.into(), 1, 1_030, RESULT.into()];
	assert_eq!(price(&mut bench, Function::FdPwrite, &write), CALL + 8 + 4 + 1_000 + 1);
}

#[test]
fn links_should_cost_the_paths_that_they_make_when_followed() {
	let mut bench = Bench::new();
	assert_eq!(bench.symlink("../tmp/./.", "tmp/link"), Ok(()));
	let [ptr, len] = bench.put_path(PATH, "tmp/link/../x");
	let before = bench.guest.gas;
	let args = [3, 0, ptr, len, RESULT.into()];
	assert_eq!(bench.call(Function::PathFilestatGet, &args), Errno::Noent);
	assert_eq!(before - bench.guest.gas, CALL + 13 + 64 + 10 + 5);
}

#[test]
fn further_links_should_cost_their_bytes_when_they_are_outputs() {
	let mut bench = Bench::new();
	bench.file("out/file", &[1; 100]);
	let [old, old_len] = bench.put_path(OTHER_PATH, "out/file");
	for (path, bytes) in [("tmp/link", 0), ("out/link", 100)] {
		let [new, new_len] = bench.put_path(PATH, path);
		let args = [3, 0, old, old_len, 3, new, new_len];
		assert_eq!(price(&mut bench, Function::PathLink, &args), CALL + 8 + 8 + bytes);
	}
	let fd = u64::from(bench.open("out/link", 0, rights::FILE).expect("exists"));
	assert_eq!(price(&mut bench, Function::FdFilestatSetSize, &[fd, 110]), CALL + 2 * 10);
	bench.one_buffer(20);
	let write = [fd, BUFFERS.into(), 1, 100, RESULT.into()];
	assert_eq!(price(&mut bench, Function::FdPwrite, &write), CALL + 8 + 4 + 20 + 10);
}

#[test]
fn moving_should_cost_every_entry_when_a_directory_is_renamed() {
	let mut bench = Bench::new();
	for directory in ["tmp/a", "tmp/a/b", "tmp/c"] {
		assert_eq!(bench.make_directory(directory), Ok(()));
	}
	bench.file("tmp/a/file", b"");
	bench.file("tmp/a/b/file", b"");
	let [old, old_len] = bench.put_path(OTHER_PATH, "tmp/a");
	let [new, new_len] = bench.put_path(PATH, "tmp/c/a");
	let args = [3, old, old_len, 3, new, new_len];
	assert_eq!(price(&mut bench, Function::PathRename, &args), CALL + 5 + 7 + 6 + 3 * 64);
}

#[test]
fn skipping_should_cost_the_entries_passed_when_not_continuing() {
	let mut bench = Bench::new();
	for n in 0..50 {
		bench.file(&format!("tmp/{n:02}"), b"");
	}
	let fd = u64::from(bench.open_directory("tmp"));
	let list = |cookie| [fd, DATA.into(), 26, cookie, RESULT.into()];
	assert_eq!(price(&mut bench, Function::FdReaddir, &list(40)), CALL + 4 + 38 + 26);
	assert_eq!(price(&mut bench, Function::FdReaddir, &list(41)), CALL + 4 + 26, "continues");
	assert_eq!(price(&mut bench, Function::FdReaddir, &list(41)), CALL + 4 + 39 + 26);
	assert_eq!(price(&mut bench, Function::FdReaddir, &list(u64::MAX)), CALL + 4 + 50);
}

#[test]
fn polling_should_cost_subscriptions_and_events_when_called() {
	let mut bench = Bench::new();
	bench.put(DATA, &[0; 96]);
	let args = [DATA.into(), 20_000, 2, RESULT.into()];
	assert_eq!(price(&mut bench, Function::PollOneoff, &args), CALL + 96 + 4 + 64);
}

#[test]
fn bad_ranges_should_cost_nothing_beyond_the_call_when_refused() {
	let mut bench = Bench::new();
	let before = bench.guest.gas;
	assert_eq!(bench.call(Function::RandomGet, &[0, u32::MAX.into()]), Errno::Fault);
	assert_eq!(before - bench.guest.gas, CALL);
}

#[test]
fn run_should_stop_with_no_gas_left_when_a_call_costs_more_than_there_is() {
	for (gas, outcome) in [
		(CALL - 1, Err(Stop::OutOfGas)),
		(CALL + 99, Err(Stop::OutOfGas)),
		(CALL + 100, Ok(Errno::Success)),
	] {
		let mut bench = Bench::new();
		bench.guest.gas = gas;
		assert_eq!(bench.try_call(Function::RandomGet, &[DATA.into(), 100]), outcome);
		assert_eq!(bench.guest.gas, 0);
	}
}

#[test]
fn files_should_not_change_when_gas_does_not_cover_a_write() {
	let mut bench = Bench::new();
	let fd = bench.create("out/file");
	bench.one_buffer(100);
	for (function, args) in [
		(Function::FdWrite, vec![fd.into(), BUFFERS.into(), 1, RESULT.into()]),
		(Function::FdWrite, vec![1, BUFFERS.into(), 1, RESULT.into()]),
		(Function::FdFilestatSetSize, vec![fd.into(), 200]),
	] {
		bench.guest.gas = CALL + 50;
		assert_eq!(bench.try_call(function, &args), Err(Stop::OutOfGas));
	}
	let outputs = bench.host.finish();
	assert_eq!(outputs.manifest.bytes(), 0);
}

#[test]
fn prices_should_be_the_profiles_when_it_has_others() {
	let mut profile = Profile::BASE;
	profile.costs.host_call = 11;
	profile.costs.host_byte = 3;
	let host = Host::new(&profile, &spec(100), None);
	let mut bench = Bench { host, ..Bench::new() };
	assert_eq!(price(&mut bench, Function::RandomGet, &[DATA.into(), 7]), 11 + 21);
	profile.costs.host_byte = u32::MAX;
	let host = Host::new(&profile, &spec(100), None);
	let mut bench = Bench { host, ..Bench::new() };
	bench.guest.gas = 1 << 40;
	let stop = bench.try_call(Function::RandomGet, &[DATA.into(), 1_000]);
	assert_eq!(stop, Err(Stop::OutOfGas));
}
