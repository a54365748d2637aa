use super::*;

#[test]
fn args_should_start_with_job_when_asked_for() {
	let mut bench = Bench::new();
	let (count, bytes) = (RESULT, RESULT + 4);
	bench.done(Function::ArgsSizesGet, &[count.into(), bytes.into()]).expect("valid pointers");
	assert_eq!((bench.u32_at(count), bench.u32_at(bytes)), (3, 12));
	bench.done(Function::ArgsGet, &[PATH.into(), DATA.into()]).expect("valid pointers");
	assert_eq!(bench.get(DATA, 12), b"job\0one\0two\0");
	let pointers: Vec<u32> = (0..3).map(|at| bench.u32_at(PATH + 4 * at)).collect();
	assert_eq!(pointers, [DATA, DATA + 4, DATA + 8]);
}

#[test]
fn environment_should_be_the_tasks_when_asked_for() {
	let mut bench = Bench::new();
	let (count, bytes) = (RESULT, RESULT + 4);
	bench.done(Function::EnvironSizesGet, &[count.into(), bytes.into()]).expect("valid pointers");
	assert_eq!((bench.u32_at(count), bench.u32_at(bytes)), (1, 10));
	bench.done(Function::EnvironGet, &[PATH.into(), DATA.into()]).expect("valid pointers");
	assert_eq!(bench.get(DATA, 10), b"KEY=value\0");
	assert_eq!(bench.u32_at(PATH), DATA);
}

#[test]
fn strings_should_fault_when_a_pointer_is_outside() {
	for function in
		[Function::ArgsGet, Function::ArgsSizesGet, Function::EnvironGet, Function::EnvironSizesGet]
	{
		for args in [[NOWHERE, DATA.into()], [PATH.into(), NOWHERE]] {
			assert_eq!(Bench::new().call(function, &args), Errno::Fault, "{function:?}");
		}
	}
}

#[test]
fn random_should_be_one_stream_when_cut_in_any_way() {
	let mut whole = Bench::new();
	whole.done(Function::RandomGet, &[DATA.into(), 1_000]).expect("inside");
	let mut parts = Bench::new();
	let mut at = DATA;
	for len in [0, 1, 3, 60, 64, 65, 1, 127, 679] {
		parts.done(Function::RandomGet, &[at.into(), len]).expect("inside");
		at += len as u32;
	}
	assert_eq!(at, DATA + 1_000);
	assert_eq!(whole.get(DATA, 1_000), parts.get(DATA, 1_000));
	assert_ne!(whole.get(DATA, 32), vec![0; 32]);
}

#[test]
fn random_should_be_chacha8_under_the_documented_key_when_made() {
	// Keystream computed with another implementation of ChaCha, from a profile id and a seed of
	// 32 bytes 1 and 2.
	let mut random = crate::random::Random::new(&[1; 32].into(), &[2; 32].into());
	let mut bytes = Vec::new();
	while bytes.len() < 80 {
		bytes.extend_from_slice(random.next(80 - bytes.len()));
	}
	assert_eq!(
		bytes[..16],
		[99, 37, 44, 8, 163, 105, 128, 111, 145, 25, 75, 133, 145, 54, 165, 170]
	);
	assert_eq!(
		bytes[64..],
		[238, 108, 91, 2, 204, 142, 67, 89, 208, 0, 77, 17, 246, 193, 128, 132]
	);
}

#[test]
fn random_should_depend_on_seed_and_profile_when_made() {
	let first = |profile: &Profile, seed: [u8; 32]| {
		let task = TaskSpec { seed: seed.into(), ..spec(0) };
		let host = Host::new(profile, &task, None);
		let mut bench = Bench { host, ..Bench::new() };
		bench.done(Function::RandomGet, &[DATA.into(), 16]).expect("inside");
		bench.get(DATA, 16)
	};
	let other = Profile { number: 99, ..Profile::BASE };
	assert_eq!(first(&Profile::BASE, [1; 32]), first(&Profile::BASE, [1; 32]));
	assert_ne!(first(&Profile::BASE, [1; 32]), first(&Profile::BASE, [2; 32]));
	assert_ne!(first(&Profile::BASE, [1; 32]), first(&other, [1; 32]));
}

#[test]
fn random_should_fault_without_using_the_stream_when_the_buffer_is_outside() {
	let mut bench = Bench::new();
	assert_eq!(bench.call(Function::RandomGet, &[DATA.into(), u32::MAX.into()]), Errno::Fault);
	bench.done(Function::RandomGet, &[DATA.into(), 8]).expect("inside");
	let mut fresh = Bench::new();
	fresh.done(Function::RandomGet, &[DATA.into(), 8]).expect("inside");
	assert_eq!(bench.get(DATA, 8), fresh.get(DATA, 8));
}

#[test]
fn exit_should_stop_with_its_code_when_called() {
	for code in [0u32, 1, 255, u32::MAX] {
		let stop = Bench::new().try_call(Function::ProcExit, &[code.into()]);
		assert_eq!(stop, Err(Stop::Exit(code)));
	}
}

#[test]
fn raise_should_refuse_all_but_the_empty_signal_when_called() {
	let mut bench = Bench::new();
	assert_eq!(bench.call(Function::ProcRaise, &[0]), Errno::Success);
	assert_eq!(bench.call(Function::ProcRaise, &[9]), Errno::Notsup);
	assert_eq!(bench.call(Function::ProcRaise, &[30]), Errno::Notsup);
	assert_eq!(bench.call(Function::ProcRaise, &[31]), Errno::Inval);
}

#[test]
fn yield_should_succeed_without_moving_time_when_called() {
	let mut bench = Bench::new();
	assert_eq!(bench.call(Function::SchedYield, &[]), Errno::Success);
	assert_eq!(bench.now(), crate::EPOCH);
}

#[test]
fn sockets_should_be_refused_when_called_on_any_descriptor() {
	let mut bench = Bench::new();
	let file = bench.create("tmp/file");
	for function in
		[Function::SockAccept, Function::SockRecv, Function::SockSend, Function::SockShutdown]
	{
		let mut errno = |fd: u32| bench.call(function, &[fd.into(), 0, 0, 0, 0, 0]);
		assert_eq!(errno(0), Errno::Notsock);
		assert_eq!(errno(1), Errno::Notsock);
		assert_eq!(errno(file), Errno::Notsock);
		assert_eq!(errno(ROOT), Errno::Badf);
		assert_eq!(errno(CLOSED), Errno::Badf);
		assert_eq!(errno(u32::MAX), Errno::Badf);
	}
}

#[test]
fn table_should_list_every_function_once_when_bound() {
	assert_eq!(crate::FUNCTIONS.len(), 46);
	for row in crate::FUNCTIONS {
		assert_eq!(Function::by_name(row.name), Some(row.function), "{}", row.name);
		assert_eq!(row.returns, row.function != Function::ProcExit);
	}
	assert_eq!(Function::by_name("fd_fly"), None);
}
