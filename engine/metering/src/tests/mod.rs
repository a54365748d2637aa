//! Tests of the pass, executed by wasmtime.

mod arbitrary;
mod floats;
mod gas;
mod looks;
mod merges;
mod origin;
mod refusals;
mod stack;
mod survey;
mod vectors;

use crate::{GAS_GLOBAL, Metered, RUN_EXPORT, STACK_GLOBAL, Trap, instrument};
use assay_primitives::profile::Profile;
use std::string::String;
use wasmtime::{Config, Engine, Instance, Module, OptLevel, Store, Val};

/// Gas of one page of initial memory, which every module of the tests has.
const PAGE: u64 = 65_536;

/// How a test run ended: the trap if any, gas used, and slots of the stack that are taken.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Run {
	pub trap: Option<Trap>,
	pub gas: u64,
	pub slots: i64,
}

/// A module with one page of memory around `fields`.
pub fn module(fields: &str) -> Vec<u8> {
	let text = format!("(module (memory (export \"memory\") 1) {fields})");
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// A module whose `_start` has this body.
pub fn main(body: &str) -> Vec<u8> {
	module(&format!("(func (export \"_start\") {body})"))
}

pub fn metered(wasm: &[u8]) -> Metered {
	instrument(wasm, &Profile::BASE, 16).expect("the module is inside the profile")
}

/// Runs a module that imports nothing, and checks that both levels of optimisation agree.
pub fn run(wasm: &[u8], limit: u64) -> Run {
	let run = run_under(&Profile::BASE, wasm, limit);
	let draft = run_under(&Profile::DRAFT, wasm, limit);
	match draft.trap {
		// What was charged since the last sample is not claimed, nor is it looked at whether it was there.
		Some(Trap::Program) => {
			assert!(matches!(run.trap, Some(Trap::Program | Trap::OutOfGas)), "{run:?}");
			assert!(draft.gas <= run.gas && run.gas - draft.gas <= UNCLAIMED, "{run:?} {draft:?}");
		},
		_ => assert_eq!((draft.trap, draft.gas), (run.trap, run.gas), "looks change nothing else"),
	}
	run
}

/// The most that the programs here are charged between two samples.
const UNCLAIMED: u64 = crate::INTERVAL as u64 + 2_000;

/// The same under another profile.
pub fn run_under(profile: &Profile, wasm: &[u8], limit: u64) -> Run {
	let metered = instrument(wasm, profile, 16).expect("the module is inside the profile");
	let fast = execute(&metered, limit, OptLevel::Speed);
	let plain = execute(&metered, limit, OptLevel::None);
	assert_eq!(fast, plain, "gas must not depend on how code is generated");
	fast
}

fn execute(metered: &Metered, limit: u64, level: OptLevel) -> Run {
	let mut config = Config::new();
	config.cranelift_opt_level(level).max_wasm_stack(16 << 20).async_stack_size(16 << 20);
	let engine = Engine::new(&config).expect("the settings fit");
	let module = Module::new(&engine, &metered.wasm).expect("the pass keeps modules valid");
	std::thread::Builder::new()
		.stack_size(24 << 20)
		.spawn(move || {
			let mut store = Store::new(&engine, ());
			let instance = Instance::new(&mut store, &module, &[]).expect("nothing is imported");
			let gas = instance.get_global(&mut store, GAS_GLOBAL).expect("appended");
			let stack = instance.get_global(&mut store, STACK_GLOBAL).expect("appended");
			gas.set(&mut store, Val::I64(limit as i64)).expect("mutable i64");
			let entry = instance.get_typed_func::<(), ()>(&mut store, RUN_EXPORT).expect("made");
			let failed = entry.call(&mut store, ()).is_err();
			let left = gas.get(&mut store).unwrap_i64();
			let slots = stack.get(&mut store).unwrap_i32();
			Run {
				trap: failed.then(|| Trap::of(left, slots)),
				gas: limit - left.max(0) as u64,
				slots: i64::from(Profile::BASE.stack.slots) - i64::from(slots),
			}
		})
		.expect("threads can be started")
		.join()
		.expect("no assertion failed")
}

/// Gas that `_start` with this body uses, over what starting costs. It must not trap.
pub fn gas_of(body: &str) -> u64 {
	let run = run(&main(body), 1 << 40);
	assert_eq!(run.trap, None);
	assert_eq!(run.slots, 0, "every frame is given back");
	run.gas - PAGE
}

/// `count` times `text`.
pub fn repeat(text: &str, count: usize) -> String {
	text.repeat(count)
}
