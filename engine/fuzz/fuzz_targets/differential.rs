//! Generated programs on all executors.

#![no_main]

use assay_conformance::differential::{Executor, Job, Verdict, compare, deep};
use assay_generator::{Features, from_bytes};
use assay_primitives::profile::Profile;
use libfuzzer_sys::fuzz_target;
use std::sync::OnceLock;

/// Gas of each program; it also bounds the time.
const GAS: u64 = 600_000;

static EXECUTORS: OnceLock<Vec<Executor>> = OnceLock::new();

fuzz_target!(|bytes: &[u8]| {
	let Some((kind, rest)) = bytes.split_first() else { return };
	let (features, profile) = match kind % 2 {
		0 => (Features::Base, Profile::BASE),
		_ => (Features::Simd, Profile::SIMD),
	};
	let Some(module) = from_bytes(rest, features) else { return };
	let job = Job::new(module, profile).with_gas(GAS);
	let executors = EXECUTORS.get_or_init(Executor::all);
	match deep(|| compare(executors, &job)) {
		Verdict::Ran(_) => {},
		Verdict::Refused(refusal) => panic!("a generated module is refused: {refusal}"),
		Verdict::Differs(said) => panic!("{said}"),
	}
});
