//! Backtraces of metered modules lead back to the original.

use super::*;
use crate::{CodePlace, function_names, origins};
use std::vec::Vec;
use wasmtime::{FrameInfo, WasmBacktrace};

/// A function, and the byte of the module that it was at.
pub type Located = Vec<(u32, Option<u64>)>;

/// Calls an export, and gives the backtrace if it traps.
fn backtrace(wasm: &[u8], entry: &str, gas: Option<i64>) -> Option<WasmBacktrace> {
	let mut config = Config::new();
	// An optimiser may take a branch and the trap behind it for one.
	config.cranelift_opt_level(OptLevel::None).max_wasm_stack(1 << 20);
	let engine = Engine::new(&config).expect("the settings fit");
	let module = Module::new(&engine, wasm).expect("valid");
	let mut store = Store::new(&engine, ());
	let instance = Instance::new(&mut store, &module, &[]).expect("nothing is imported");
	if let Some(gas) = gas {
		let global = instance.get_global(&mut store, GAS_GLOBAL).expect("appended");
		global.set(&mut store, Val::I64(gas)).expect("mutable i64");
	}
	let entry = instance.get_typed_func::<(), ()>(&mut store, entry).expect("exported");
	let error = entry.call(&mut store, ()).err()?;
	Some(error.downcast::<WasmBacktrace>().expect("kept by default"))
}

/// The backtrace of a module as it is.
pub fn plain(wasm: &[u8]) -> Option<Located> {
	let place =
		|frame: &FrameInfo| (frame.func_index(), frame.module_offset().map(|offset| offset as u64));
	Some(backtrace(wasm, "_start", None)?.frames().iter().map(place).collect())
}

/// That of the metered module, led back.
pub fn led_back(wasm: &[u8], gas: i64) -> Option<Located> {
	let metered = metered(wasm);
	let place = |frame: &FrameInfo| CodePlace {
		function: frame.func_index(),
		offset: frame.func_offset().expect("mapped by default") as u32,
	};
	let backtrace = backtrace(&metered.wasm, RUN_EXPORT, Some(gas))?;
	let places: Vec<_> = backtrace.frames().iter().map(place).collect();
	let origins = origins(wasm, &Profile::BASE, &places).expect("it was metered");
	let all = places.iter().map(|place| place.function).zip(origins);
	Some(all.filter(|(function, _)| *function < metered.info.functions).collect())
}

fn assert_same(fields: &str) {
	let wasm = module(fields);
	let plain = plain(&wasm).expect("it traps");
	assert_eq!(led_back(&wasm, 1 << 40), Some(plain), "{fields}");
}

#[test]
fn traps_should_lead_back_to_their_operators_when_a_module_is_metered() {
	for trap in [
		"unreachable",
		"(drop (i32.div_s (i32.const 1) (i32.const 0)))",
		"(drop (i32.trunc_f64_s (f64.const nan)))",
		"(drop (i32.load offset=4 (i32.const 131071)))",
		"(i64.store (i32.const -1) (i64.const 0))",
		"(memory.fill (i32.const 131071) (i32.const 0) (i32.const 2))",
		"(call_indirect (i32.const 0))",
		"(call_indirect (i32.const 1))",
		"(call_indirect (i32.const 9))",
		"(drop (f64.div (f64.const 0) (f64.const 0))) unreachable",
	] {
		assert_same(&format!(
			"(table 2 funcref) (elem (i32.const 1) $typed) (func $typed (param i32))
			 (func $leaf (local i64 f32) (block (br_if 0 (i32.const 0)) {trap}))
			 (func $middle (param i32) (result i32)
			  (loop (if (local.get 0) (then (call $leaf) (return (i32.const 1))) (else nop))
			   (local.set 0 (i32.const 1)) (br 0))
			  (i32.const 2))
			 (func (export \"_start\") (local i32)
			  (drop (memory.grow (i32.const 1))) (memory.copy (i32.const 0) (i32.const 8) (i32.const 8))
			  (drop (i32.add (call $middle (i32.const 0)) (i32.const 5))))"
		));
	}
}

#[test]
fn ends_of_gas_should_lead_back_to_where_it_was_looked_at() {
	let wasm = module(
		"(func $spin (loop (br 0)))
		 (func (export \"_start\") (call $spin))",
	);
	let found = led_back(&wasm, 1 << 20).expect("it runs out");
	let functions: Vec<_> = found.iter().map(|(function, _)| *function).collect();
	assert_eq!(functions, [0, 1]);
	// `loop` is the first operator of the first body, which a byte for its locals precedes.
	let body = origins(&wasm, &Profile::BASE, &[CodePlace { function: 0, offset: 0 }]);
	let start = body.expect("metered")[0].expect("a function of the module");
	let at = found[0].1.expect("led back");
	assert!((start..start + 4).contains(&at), "{at} in the loop at {start}");
}

#[test]
fn growth_that_can_not_be_paid_should_lead_back_to_its_operator() {
	let wasm = main("(drop (memory.grow (i32.const 3)))");
	let found = led_back(&wasm, 65_536 + 300).expect("it runs out");
	// The helper that charges is not the program's.
	assert_eq!(found.len(), 1);
	let grow = wasm.windows(2).rposition(|bytes| bytes == [0x40, 0]).expect("memory.grow");
	assert_eq!(found[0].1, Some(grow as u64));
}

#[test]
fn ends_of_the_stack_should_lead_back_to_where_functions_begin() {
	let locals = repeat(" i32", 1_900);
	let wasm = module(&std::format!(
		"(func $deep (local{locals}) (drop (i32.const 0)) (call $deep))
		 (func (export \"_start\") (call $deep))"
	));
	let found = led_back(&wasm, 1 << 40).expect("it traps");
	assert!(found.len() > 2 && found[0].0 == 0, "{found:?}");
	assert!(found[0].1 < found[1].1, "the first operator, before that of the call: {found:?}");
	// A function whose frame alone is too high is replaced altogether.
	let (pushed, dropped) = (repeat("i32.const 0 ", 66_000), repeat("drop ", 66_000));
	let wasm = module(&std::format!(
		"(func $high {pushed} {dropped} (call $main)) (func $main (export \"_start\") (call $high))"
	));
	let found = led_back(&wasm, 1 << 40).expect("it traps");
	assert_eq!((found.len(), found[0].0), (2, 0));
	let first = wasm.windows(4).position(|bytes| bytes == [0x41, 0, 0x41, 0]).expect("constants");
	assert_eq!(found[0].1, Some(first as u64));
}

#[test]
fn places_should_lead_nowhere_when_they_are_not_the_modules() {
	let wasm = main("nop");
	let of = |function| CodePlace { function, offset: 1 };
	let found = origins(&wasm, &Profile::BASE, &[of(0), of(1), of(4), of(u32::MAX)]);
	let found = found.expect("it is within the profile");
	assert!(found[0].is_some() && found[1..].iter().all(Option::is_none), "{found:?}");
}

#[test]
fn names_should_be_read_when_the_module_has_them() {
	let wasm = module("(func $first) (func $second (export \"_start\") call $first)");
	let names = function_names(&wasm, &[1, 7].into());
	assert_eq!(names.into_iter().collect::<Vec<_>>(), [(1, String::from("second"))]);
	for end in 0..wasm.len() {
		function_names(&wasm[..end], &[0].into());
	}
}
