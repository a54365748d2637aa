//! Validator and pass on any bytes: no panic, bounded time and growth, and what they make of a module
//! that they accept is valid.

#![no_main]

use assay_metering::{check, instrument, testing::instrument_any};
use assay_primitives::profile::Profile;
use libfuzzer_sys::fuzz_target;
use std::time::{Duration, Instant};
use wasmparser::{Validator, WasmFeatures};

/// The longest that anything of a few kilobytes may take, on a slow machine with instrumented code.
const LONGEST: Duration = Duration::from_secs(5);
/// Most bytes that the pass makes of one byte, and what it adds to any module.
const GROWTH: usize = 64;
const ADDED: usize = 4_096;

fuzz_target!(|bytes: &[u8]| {
	let started = Instant::now();
	for profile in Profile::ALL {
		let checked = check(bytes, &profile);
		match instrument(bytes, &profile, u32::MAX) {
			Ok(metered) => {
				assert_eq!(checked, Ok(metered.info));
				valid(&metered.wasm, bytes.len());
			},
			Err(refusal) => {
				assert!(refusal.offset <= bytes.len() as u64);
				assert_eq!(checked, Err(refusal));
			},
		}
		if let Ok(metered) = instrument_any(bytes, &profile, 65_536) {
			valid(&metered.wasm, bytes.len());
		}
	}
	assert!(started.elapsed() < LONGEST);
});

fn valid(metered: &[u8], length: usize) {
	assert!(metered.len() <= GROWTH * length + ADDED);
	let mut validator = Validator::new_with_features(WasmFeatures::all());
	validator.validate_all(metered).expect("the pass keeps modules valid");
}
