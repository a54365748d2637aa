//! Calls that nobody in his right mind would make.

use super::*;
use crate::{FUNCTIONS, SCRATCH_BYTES, ValueType, fs::Stream};
use proptest::{collection, prelude::*, sample, strategy::ValueTree};

/// Output limit of these runs: small, so that it is met.
const LIMIT: u64 = 2_000;

/// Paths that a run uses over and over; the memory is full of them.
const PATHS: [&str; 12] = [
	"tmp/a",
	"tmp/a/b",
	"out/a",
	"out/a/b",
	"out/l",
	"tmp/l",
	"..",
	"tmp/a/../..//out/",
	"in/input",
	"out",
	"a",
	"a/b/",
];

/// Bytes that each path has in memory.
const STRIDE: u32 = 32;

/// One call with its arguments.
#[derive(Clone, Debug)]
struct Call(Function, Vec<u64>);

/// Arguments like those that functions expect: small numbers, pointers to something, extremes.
fn argument(kind: ValueType) -> BoxedStrategy<u64> {
	let edges = sample::select(vec![
		0,
		1,
		u64::from(u32::MAX),
		u64::from(u32::MAX) - 7,
		MEMORY as u64,
		MEMORY as u64 - 4,
		1 << 31,
	]);
	let narrow = prop_oneof![
		8 => 0..12u64,
		3 => (0..PATHS.len() as u64).prop_map(|at| u64::from(PATH) + at * u64::from(STRIDE)),
		2 => 0..3_000u64,
		2 => Just(u64::from(BUFFERS)),
		2 => Just(u64::from(DATA)),
		1 => edges,
		1 => any::<u32>().prop_map(u64::from),
	];
	match kind {
		ValueType::I32 => narrow.boxed(),
		ValueType::I64 => prop_oneof![
			3 => Just(ALL_RIGHTS & !rights::FD_WRITE),
			2 => Just(rights::FILE),
			4 => 0..5_000u64,
			1 => any::<u64>(),
			1 => Just(u64::MAX),
			1 => Just(i64::MAX as u64),
		]
		.boxed(),
	}
}

/// Any call, with any arguments.
fn any_call() -> impl Strategy<Value = Call> {
	sample::select(FUNCTIONS.iter().collect::<Vec<_>>()).prop_flat_map(|row| {
		let args: Vec<_> = row.params.iter().map(|kind| argument(*kind)).collect();
		args.prop_map(move |args| Call(row.function, args))
	})
}

/// A call that names a path as it should be named.
fn path_call() -> impl Strategy<Value = Call> {
	let path = || {
		(0..PATHS.len()).prop_map(|at| {
			let ptr = u64::from(PATH) + at as u64 * u64::from(STRIDE);
			(ptr, PATHS[at].len() as u64)
		})
	};
	let fd = || prop_oneof![6 => Just(3u64), 1 => 0..8u64];
	(path(), path(), fd(), fd(), 0..8u64, 0..10u8).prop_map(
		|((a, al), (b, bl), fd, to, n, which)| {
			let result = u64::from(RESULT);
			match which {
				0 => Call(Function::PathCreateDirectory, vec![fd, a, al]),
				1 => Call(Function::PathRename, vec![fd, a, al, to, b, bl]),
				2 => Call(Function::PathLink, vec![fd, n & 1, a, al, to, b, bl]),
				3 => Call(Function::PathSymlink, vec![a, al, fd, b, bl]),
				4 => Call(Function::PathUnlinkFile, vec![fd, a, al]),
				5 => Call(Function::PathRemoveDirectory, vec![fd, a, al]),
				6 => {
					let rights = rights::DIRECTORY;
					Call(Function::PathOpen, vec![fd, 1, a, al, 2, rights, ALL_RIGHTS, 0, result])
				},
				7 => Call(Function::FdFilestatSetSize, vec![4 + (n & 3), 37 * n]),
				8 => Call(Function::FdWrite, vec![4 + (n & 3), BUFFERS.into(), n & 1, result]),
				_ => {
					let file = rights::FILE;
					Call(Function::PathOpen, vec![fd, 1, a, al, n & 9, file, file, n & 1, result])
				},
			}
		},
	)
}

fn calls() -> impl Strategy<Value = Vec<Call>> {
	collection::vec(prop_oneof![1 => any_call(), 1 => path_call()], 1..120)
}

/// A run whose memory holds paths, buffers, subscriptions and noise.
fn bench() -> Bench {
	let mut bench = Bench::with(LIMIT, Some(vec![5; 300]));
	let noise: Vec<u8> =
		(0..MEMORY as u32).map(|at| (at.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
	bench.guest.memory = noise;
	for (at, path) in PATHS.iter().enumerate() {
		bench.put(PATH + at as u32 * STRIDE, path.as_bytes());
	}
	bench.put(DATA, &[0; 4_096]);
	bench.one_buffer(100);
	bench.guest.gas = 1 << 32;
	bench
}

/// Makes the calls until one ends the run; the state afterwards.
fn replay(calls: &[Call]) -> (Bench, Vec<Result<Errno, Stop>>) {
	let mut bench = bench();
	let mut outcomes = Vec::new();
	for Call(function, args) in calls {
		if *function == Function::ProcExit {
			continue;
		}
		let outcome = bench.try_call(*function, args);
		outcomes.push(outcome);
		let accounts = bench.host.fs.accounts();
		assert!(accounts.output <= LIMIT);
		assert!(accounts.held <= LIMIT + SCRATCH_BYTES);
		if outcome == Err(Stop::OutOfGas) {
			assert_eq!(bench.guest.gas, 0);
			break;
		}
	}
	(bench, outcomes)
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(400))]

	#[test]
	fn host_should_hold_its_invariants_and_replay_when_called_with_anything(calls in calls()) {
		let (first, outcomes) = replay(&calls);
		let (second, again) = replay(&calls);
		prop_assert_eq!(outcomes, again);
		prop_assert_eq!(first.guest.gas, second.guest.gas);
		prop_assert!(first.guest.memory == second.guest.memory);
		prop_assert_eq!(first.now(), second.now());
		let output = first.host.fs.accounts().output;
		let (first, second) = (first.host.finish(), second.host.finish());
		prop_assert_eq!(first.manifest.bytes(), output);
		let paths: Vec<_> = first.manifest.0[2..].iter().map(|entry| &entry.path).collect();
		prop_assert!(paths.is_sorted());
		prop_assert_eq!(first, second);
	}

	#[test]
	fn memory_should_stay_untouched_when_every_pointer_is_outside(
		row in sample::select(FUNCTIONS.iter().collect::<Vec<_>>()),
		fd in 0..5u64,
	) {
		let mut bench = bench();
		let before = bench.guest.memory.clone();
		let args: Vec<u64> = row.params.iter().enumerate().map(|(at, kind)| match kind {
			ValueType::I32 if at == 0 && row.name.starts_with("fd_") => fd,
			ValueType::I32 => NOWHERE,
			ValueType::I64 => u64::MAX,
		}).collect();
		let _ = bench.try_call(row.function, &args);
		prop_assert!(bench.guest.memory == before);
	}
}

#[test]
fn random_calls_should_reach_every_kind_of_result_when_made() {
	// The property above proves little if its calls all fail: this counts what they give.
	let mut runner = proptest::test_runner::TestRunner::deterministic();
	let mut seen = BTreeMap::<i32, u32>::new();
	let mut stopped = 0;
	for _ in 0..150 {
		let tree = calls().new_tree(&mut runner).expect("no filters");
		let (bench, outcomes) = replay(&tree.current());
		for outcome in outcomes {
			match outcome {
				Ok(errno) => *seen.entry(errno.code()).or_default() += 1,
				Err(_) => stopped += 1,
			}
		}
		let _ = bench.host.fs.stream(Stream::Stdout);
	}
	assert!(seen[&0] > 1_000, "{seen:?}");
	assert!(seen.len() >= 15, "{seen:?}");
	assert!(stopped > 0);
}
