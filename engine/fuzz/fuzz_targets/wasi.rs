//! The WASI host under calls with any arguments: it never panics, uses no more than its gas, and
//! two hosts come to the same.

#![no_main]

use assay_primitives::{
	content::ContentRef,
	profile::Profile,
	task::{Input, Limits, TaskSpec},
};
use assay_wasi::{FUNCTIONS, Gas, GuestMemory, Host, OutOfBounds, OutOfGas, Outputs, ValueType};
use libfuzzer_sys::fuzz_target;
use std::ops::Range;

const MEMORY: usize = 1 << 16;
const GAS: u64 = 2_000_000;
const OUTPUT: u64 = 1 << 16;

fuzz_target!(|bytes: &[u8]| {
	assert_eq!(run(bytes), run(bytes));
});

struct Guest {
	memory: Vec<u8>,
	gas: u64,
}

impl Guest {
	fn range(&self, at: u32, length: usize) -> Result<Range<usize>, OutOfBounds> {
		let range = at as usize..(at as usize).checked_add(length).ok_or(OutOfBounds)?;
		if range.end <= self.memory.len() { Ok(range) } else { Err(OutOfBounds) }
	}
}

impl GuestMemory for Guest {
	fn size(&self) -> u64 {
		self.memory.len() as u64
	}

	fn read(&self, at: u32, into: &mut [u8]) -> Result<(), OutOfBounds> {
		into.copy_from_slice(&self.memory[self.range(at, into.len())?]);
		Ok(())
	}

	fn write(&mut self, at: u32, from: &[u8]) -> Result<(), OutOfBounds> {
		let range = self.range(at, from.len())?;
		self.memory[range].copy_from_slice(from);
		Ok(())
	}
}

impl Gas for Guest {
	fn charge(&mut self, amount: u64) -> Result<(), OutOfGas> {
		let rest = self.gas.checked_sub(amount);
		self.gas = rest.unwrap_or(0);
		rest.map(|_| ()).ok_or(OutOfGas)
	}

	fn left(&mut self) -> u64 {
		self.gas
	}
}

/// The input as a supply of numbers.
struct Supply<'a>(&'a [u8]);

impl Supply<'_> {
	fn byte(&mut self) -> Option<u8> {
		let (first, rest) = self.0.split_first()?;
		self.0 = rest;
		Some(*first)
	}

	/// Small numbers, pointers to what the memory was filled with, and hostile ones.
	fn number(&mut self) -> Option<u64> {
		let kind = self.byte()?;
		Some(match kind % 8 {
			0..=2 => u64::from(kind >> 3),
			3 | 4 => u64::from(self.byte()?) * 8,
			5 => u64::from(self.byte()?) << 8 | u64::from(self.byte()?),
			6 => u64::MAX >> (kind >> 3),
			_ => {
				let mut word = [0; 8];
				for byte in &mut word {
					*byte = self.byte()?;
				}
				u64::from_le_bytes(word)
			},
		})
	}
}

fn spec() -> TaskSpec {
	TaskSpec {
		module: ContentRef::of(b"module"),
		profile: Profile::BASE.id(),
		args: TaskSpec::bounded_args(["one", "two"]).expect("short"),
		env: TaskSpec::bounded_args(["KEY=value"]).expect("short"),
		input: Input::Blob(ContentRef::of(b"the input")),
		seed: [7; 32].into(),
		limits: Limits { gas: GAS, memory_pages: 1, output_bytes: OUTPUT },
	}
}

/// Memory with paths and buffers at addresses that small numbers reach.
fn memory() -> Vec<u8> {
	let mut memory = vec![0; MEMORY];
	let paths: [&[u8]; 8] =
		[b"out/a", b"in/input", b"tmp/b/../c", b"out/d", b"link", b"..", b"/", b"out"];
	for (index, path) in paths.into_iter().enumerate() {
		memory[16 * index..16 * index + path.len()].copy_from_slice(path);
	}
	for index in 0..16u32 {
		let at = 512 + 8 * index as usize;
		memory[at..at + 4].copy_from_slice(&(1_024 * index).to_le_bytes());
		memory[at + 4..at + 8].copy_from_slice(&(37 * index).to_le_bytes());
	}
	memory
}

fn run(bytes: &[u8]) -> (u64, Vec<u8>, Outputs) {
	let mut supply = Supply(bytes);
	let mut host = Host::new(&Profile::BASE, &spec(), Some(b"the input".to_vec()));
	let mut guest = Guest { memory: memory(), gas: GAS };
	while let Some(call) = supply.byte() {
		let signature = &FUNCTIONS[usize::from(call) % FUNCTIONS.len()];
		let mut args = Vec::new();
		for ty in signature.params {
			let Some(number) = supply.number() else { break };
			args.push(if *ty == ValueType::I32 { u64::from(number as u32) } else { number });
		}
		let before = guest.gas;
		let result = host.call(signature.function, &args, &mut guest);
		assert!(guest.gas < before || result.is_err(), "a call costs something");
		if result.is_err() {
			break;
		}
	}
	let outputs = host.finish();
	assert!(outputs.manifest.bytes() <= OUTPUT);
	(guest.gas, guest.memory, outputs)
}
