//! Damages generated modules and gives them to validator, pass and reference; what is accepted, to wasmi too: `mutate base|simd ROUNDS <STREAM`,
//! with modules behind their lengths as `assay-generator` writes them. A quick stand-in for the fuzz
//! target `pass` where no fuzzer can be built.

use anyhow::{Result, bail, ensure};
use assay_conformance::differential::{Executor, Job};
use assay_interpreter::testing::prepare;
use assay_metering::{check, instrument, read, testing::instrument_any};
use assay_primitives::profile::Profile;
use std::io::{self, ErrorKind, Read};
use wasmparser::{Validator, WasmFeatures};

fn main() -> Result<()> {
	let args: Vec<String> = std::env::args().skip(1).collect();
	let [features, rounds] = &args[..] else { bail!("usage: mutate base|simd ROUNDS <STREAM") };
	let profile = if features == "simd" { Profile::SIMD } else { Profile::BASE };
	let rounds: u32 = rounds.parse()?;
	let mut state = 1u64;
	let mut random = move |below: usize| {
		state ^= state << 13;
		state ^= state >> 7;
		state ^= state << 17;
		(state >> 11) as usize % below.max(1)
	};
	let (mut accepted, mut refused) = (0u64, 0u64);
	let mut from = io::stdin().lock();
	loop {
		let mut length = [0; 4];
		match from.read_exact(&mut length) {
			Err(error) if error.kind() == ErrorKind::UnexpectedEof => break,
			other => other?,
		}
		let mut module = vec![0; u32::from_le_bytes(length) as usize];
		from.read_exact(&mut module)?;
		for _ in 0..rounds {
			let damaged = damage(module.clone(), &mut random);
			match one(&damaged, &profile)? {
				true => accepted += 1,
				false => refused += 1,
			}
		}
	}
	println!("{accepted} damaged modules accepted, {refused} refused");
	Ok(())
}

/// Changes, removes, doubles or cuts some bytes.
fn damage(mut module: Vec<u8>, random: &mut impl FnMut(usize) -> usize) -> Vec<u8> {
	for _ in 0..1 + random(3) {
		let at = random(module.len());
		match random(8) {
			0 => module.truncate(at.max(8)),
			1 => {
				module.remove(at);
			},
			2 => module.insert(at, random(256) as u8),
			3 => module[at] ^= 1 << random(8),
			4 => module[at] = module[at].wrapping_add(1),
			_ => module[at] = random(256) as u8,
		}
	}
	module
}

/// Whether the module is accepted; an error if something about that is wrong.
fn one(module: &[u8], profile: &Profile) -> Result<bool> {
	let checked = check(module, profile);
	let accepted = match instrument(module, profile, u32::MAX) {
		Ok(metered) => {
			ensure!(checked == Ok(metered.info), "checking and metering differ");
			valid(&metered.wasm)?;
			runs(module, profile)?;
			true
		},
		Err(refusal) => {
			ensure!(refusal.offset <= module.len() as u64, "offset beyond the module");
			ensure!(checked == Err(refusal), "checking and metering differ");
			false
		},
	};
	if let Ok(metered) = instrument_any(module, profile, 65_536) {
		valid(&metered.wasm)?;
	}
	Ok(accepted)
}

/// Gas of an accepted module.
const GAS: u64 = 400_000;
/// Most bytes of operations for one of a module.
const PREPARED: usize = 14;

/// That all functions can be made ready, and that there is an outcome on which wasmi agrees.
fn runs(module: &[u8], profile: &Profile) -> Result<()> {
	let job = Job::new(module.to_vec(), profile.clone()).with_gas(GAS);
	let Ok(read) = read(module, profile, job.spec.limits.memory_pages) else { return Ok(()) };
	let prepared = prepare(&read);
	let most = PREPARED * module.len();
	ensure!(prepared.is_some_and(|bytes| bytes <= most), "{prepared:?} bytes above {most}");
	let metered = instrument(module, profile, job.spec.limits.memory_pages)?;
	let ours = Executor::interpreter().run(&metered, &job);
	let theirs = Executor::wasmi().run(&metered, &job);
	ensure!(matches!(&ours, Ok(Some(_))), "{ours:?}");
	ensure!(theirs == Ok(None) || theirs == ours, "{ours:?}, wasmi {theirs:?}");
	Ok(())
}

fn valid(metered: &[u8]) -> Result<()> {
	let mut validator = Validator::new_with_features(WasmFeatures::all());
	validator.validate_all(metered)?;
	Ok(())
}
