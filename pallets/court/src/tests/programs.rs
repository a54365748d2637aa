//! That the programs of the benchmarks do what they are measured for.

use crate::{
	mock::*,
	programs::{EMPTY_FUNCTIONS, Filler, Kind, long_module, module},
};
use alloc::vec::Vec;
use assay_interpreter::{Bounds, Failure, Finished, execute_within};
use assay_primitives::{outcome::Class, profile::Profile};
use std::time::Instant;

/// Enough for a chain of loads to begin.
const GAS: u64 = 1 << 23;

fn run(module: Vec<u8>, gas: u64, steps: u64) -> Result<Finished, Failure> {
	let mut dispute = Dispute::new(module);
	dispute.spec.profile = Profile::SIMD.id();
	dispute.spec.limits.gas = gas;
	dispute.spec.limits.memory_pages = 256;
	let bounds = Bounds { steps };
	execute_within(&dispute.module, &dispute.spec, &Profile::SIMD, None, bounds)
}

#[test]
fn kinds_should_use_up_their_gas_within_the_steps_that_it_pays_for() {
	for kind in Kind::ALL {
		let finished = run(module(kind, 0), GAS, Court::steps(GAS));
		let finished = finished.unwrap_or_else(|failure| panic!("{kind:?}: {failure}"));
		let ended = (finished.outcome.class, finished.outcome.gas_used);
		assert_eq!(ended, (Class::OutOfGas, GAS), "{kind:?}");
	}
}

#[test]
fn steps_should_run_out_when_gas_does_not() {
	for kind in Kind::ALL {
		if !matches!(kind, Kind::Memory | Kind::Bulk | Kind::Paths) {
			let steps = run(module(kind, 0), u64::MAX >> 1, 1 << 16);
			assert_eq!(steps.err(), Some(Failure::TooManySteps), "{kind:?}");
		}
	}
}

#[test]
fn long_functions_should_be_called_and_fit_the_court_at_every_length() {
	for filler in Filler::ALL {
		for bytes in [100_000, 300_000, 1 << 20] {
			let module = long_module(filler, bytes);
			assert!(module.len() <= bytes && module.len() > bytes - 40_000, "{}", module.len());
			let finished = run(module, 1 << 18, u64::MAX);
			let finished = finished.unwrap_or_else(|failure| panic!("{filler:?}: {failure}"));
			assert_eq!(finished.outcome.class, Class::Exited(0), "{filler:?} {bytes}");
		}
	}
}

/// What starting takes natively, beside the modules that the weight was measured with.
#[test]
#[ignore = "prints a table"]
fn starting_should_be_measured() {
	let time = |module: Vec<u8>, gas| {
		let run = |module: Vec<u8>| {
			let start = Instant::now();
			run(module, gas, u64::MAX).expect("it has an outcome");
			start.elapsed().as_micros()
		};
		(0..5).map(|_| run(module.clone())).min().expect("five")
	};
	for bytes in [100_000, EMPTY_FUNCTIONS as usize, 400_000, 800_000, 1 << 20] {
		std::println!("{bytes} measured: {} us", time(module(Kind::Paths, bytes), 1));
		for filler in Filler::ALL {
			let long = time(long_module(filler, bytes), 1 << 18);
			std::println!("{bytes} {filler:?}: {long} us");
		}
	}
}
