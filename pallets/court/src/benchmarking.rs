//! Benchmarks over the lengths of content and over gas, each with the costliest that is known.

use crate::{Call, Config, Pallet};
use alloc::{vec, vec::Vec};
use assay_primitives::{
	AccountId, Hash,
	content::ContentRef,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
	traits::{CaseId, Cases},
};
use polkadot_sdk::{
	frame_benchmarking::v2::*,
	frame_support::{dispatch::RawOrigin, traits::Get},
};

/// What the runtime has to be able to do for benchmarks.
pub trait BenchmarkHelper {
	/// Opens a case about this task.
	fn open_case(spec: &TaskSpec) -> CaseId;
}

impl BenchmarkHelper for () {
	fn open_case(_: &TaskSpec) -> CaseId {
		0
	}
}

/// Gas of the page that the program starts with.
const STARTUP: u64 = 65_536;

/// An unsigned number as modules have it.
fn leb(mut value: usize) -> Vec<u8> {
	let mut bytes = Vec::new();
	while value > 127 {
		bytes.push((value & 127) as u8 | 128);
		value >>= 7;
	}
	bytes.push(value as u8);
	bytes
}

fn section(id: u8, data: Vec<u8>) -> Vec<u8> {
	[vec![id], leb(data.len()), data].concat()
}

/// A module of exactly `bytes` bytes, where that is enough for it: a function that follows a chain of
/// addresses without an end, and others that are never called but have to be validated, metered and
/// translated.
fn module(bytes: usize) -> Vec<u8> {
	// loop; 64 times (i32.load); br 0; with the address on the stack throughout.
	let mut start = vec![0, 0x41, 0, 0x03, 0x40, 0x41, 0];
	start.extend([0x28, 2, 0].repeat(64));
	start.extend([0x1a, 0x0c, 0, 0x0b, 0x1a, 0x0b]);
	// Operators as dense as they come: constants that are added up.
	let filler = |length: usize| {
		let mut body = vec![0, 0x41, 0];
		body.extend([0x41, 1, 0x6a].repeat(length / 3));
		body.extend(vec![0x01; length % 3]);
		body.extend([0x1a, 0x0b]);
		[leb(body.len()), body].concat()
	};
	let fixed = 128 + start.len();
	let fillers: Vec<Vec<u8>> =
		(0..bytes.saturating_sub(fixed) / 30_000).map(|_| filler(29_000)).collect();
	let functions = fillers.len() + 1;
	let mut code = leb(functions);
	code.extend(leb(start.len()));
	code.extend(start);
	code.extend(fillers.concat());
	let mut module = b"\0asm\x01\0\0\0".to_vec();
	module.extend(section(1, vec![1, 0x60, 0, 0]));
	module.extend(section(3, [leb(functions), vec![0; functions]].concat()));
	module.extend(section(5, vec![1, 0, 1]));
	let exports = [&[2, 6][..], b"memory", &[2, 0, 6], b"_start", &[0, 0]].concat();
	module.extend(section(7, exports));
	module.extend(section(10, code));
	// A custom section fills what is left.
	let left = bytes.saturating_sub(module.len());
	if left > 8 {
		let mut padding = vec![1, b'p'];
		padding.resize(left - 6, 0);
		// Five bytes for the length, whatever it is.
		let length = padding.len();
		let long = (0..5).map(|i| ((length >> (7 * i)) & 127) as u8 | if i < 4 { 128 } else { 0 });
		module.push(0);
		module.extend(long);
		module.extend(padding);
	}
	module
}

fn task(module: &[u8], input: &[u8], gas: u64) -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(module),
		profile: Profile::BASE.id(),
		args: Default::default(),
		env: Default::default(),
		input: Input::Blob(ContentRef::of(input)),
		seed: Hash::zero(),
		limits: Limits { gas, memory_pages: 256, output_bytes: 64 << 10 },
	}
}

#[benchmarks]
mod benchmarks {
	use super::*;

	/// Runs out of all of its gas.
	#[benchmark]
	fn adjudicate(
		m: Linear<512, { T::MaxModuleBytes::get() }>,
		i: Linear<0, { T::MaxInputBytes::get() }>,
		g: Linear<65_536, { u32::try_from(T::MaxGas::get()).unwrap_or(u32::MAX) }>,
	) {
		let (module, input) = (module(m as usize), vec![7; i as usize]);
		let gas = u64::from(g).max(STARTUP);
		let spec = task(&module, &input, gas);
		assert_eq!(Pallet::<T>::qualifies(&spec), Ok(()));
		let case = T::BenchmarkHelper::open_case(&spec);
		let caller: AccountId = whitelisted_caller();

		#[extrinsic_call]
		_(RawOrigin::Signed(caller), case, gas, module, Some(input));

		assert!(T::Cases::open_task(case).is_none(), "the case is decided");
	}

	/// A case that does not qualify.
	#[benchmark]
	fn refuse() {
		let module = module(512);
		let spec = task(&module, &[], T::MaxGas::get() + 1);
		let case = T::BenchmarkHelper::open_case(&spec);
		let caller: AccountId = whitelisted_caller();
		let result;

		#[block]
		{
			let origin = RawOrigin::Signed(caller).into();
			result = Pallet::<T>::adjudicate(origin, case, u64::MAX, module, None);
		}

		assert!(result.is_err());
	}
}
