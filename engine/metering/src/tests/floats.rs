//! NaNs: the rewritten program computes what canonicalising after every operator gives.

use super::*;
use proptest::prelude::*;
use wasmparser::{Operator, Parser, Payload};

fn engine(canonical: bool) -> Engine {
	let mut config = Config::new();
	config.cranelift_nan_canonicalization(canonical);
	Engine::new(&config).expect("the settings fit")
}

/// First page of memory after a run of the function of that name.
fn memory_after(engine: &Engine, wasm: &[u8], entry: &str) -> Vec<u8> {
	let module = Module::new(engine, wasm).expect("valid");
	let mut store = Store::new(engine, ());
	let instance = Instance::new(&mut store, &module, &[]).expect("nothing is imported");
	if let Some(gas) = instance.get_global(&mut store, GAS_GLOBAL) {
		gas.set(&mut store, Val::I64(1 << 40)).expect("mutable i64");
	}
	let entry = instance.get_typed_func::<(), ()>(&mut store, entry).expect("exported");
	entry.call(&mut store, ()).expect("it does not trap");
	instance.get_memory(&mut store, "memory").expect("exported").data(&store)[..4_096].to_vec()
}

/// What the profile defines, and what the rewritten program gives where the engine does nothing.
fn both(wasm: &[u8]) -> (Vec<u8>, Vec<u8>) {
	let metered = instrument(wasm, &Profile::SIMD, 16).expect("inside the profile");
	let defined = memory_after(&engine(true), wasm, "_start");
	(defined, memory_after(&engine(false), &metered.wasm, RUN_EXPORT))
}

/// How many times something is made canonical in a program without these comparisons.
fn settled(wasm: &[u8]) -> usize {
	let metered = instrument(wasm, &Profile::SIMD, 16).expect("inside the profile").wasm;
	let mut count = 0;
	for payload in Parser::new(0).parse_all(&metered) {
		let Ok(Payload::CodeSectionEntry(body)) = payload else { continue };
		for operator in body.get_operators_reader().expect("valid") {
			count += usize::from(matches!(
				operator,
				Ok(Operator::F32Ge | Operator::F64Ge | Operator::V128Bitselect)
			));
		}
	}
	count
}

const LOCALS: &str = "(local f64 f64 f64 i32)";

fn settled_in(body: &str) -> usize {
	let wasm = main(&format!("{LOCALS} {body}"));
	let (defined, found) = both(&wasm);
	assert_eq!(defined, found, "{body}");
	settled(&wasm)
}

#[test]
#[cfg(target_arch = "x86_64")]
fn bits_should_differ_when_nobody_makes_them_canonical() {
	// Or the tests here could not fail on this machine.
	let wasm = main("(f64.store (i32.const 0) (f64.div (f64.const 0) (f64.const 0)))");
	let raw = memory_after(&engine(false), &wasm, "_start");
	assert_ne!(raw, both(&wasm).0);
}

#[test]
fn nothing_should_be_inserted_when_nobody_looks() {
	let arithmetic = "
		(local.set 0 (f64.div (f64.const 0) (f64.const 0)))
		(loop
			(local.set 1 (f64.add (f64.mul (local.get 0) (local.get 1)) (f64.neg (local.get 2))))
			(local.set 2 (f64.sqrt (select (local.get 1) (f64.abs (local.get 0)) (local.get 3))))
			(br_if 0 (f64.gt (local.get 1) (local.get 2))))
		(i32.store (i32.const 0) (i32.trunc_sat_f64_s (local.get 2)))";
	assert_eq!(settled_in(arithmetic), 0);
}

#[test]
fn value_should_be_settled_once_when_it_is_observed() {
	let nan = "(f64.div (f64.const 0) (f64.const 0))";
	for observer in [
		format!("(f64.store (i32.const 0) {nan})"),
		format!("(i64.store (i32.const 0) (i64.reinterpret_f64 {nan}))"),
		format!("(f64.store (i32.const 0) (f64.neg {nan}))"),
		format!("(f64.store (i32.const 0) (f64.abs {nan}))"),
		format!("(f64.store (i32.const 0) (f64.copysign (f64.const 3) {nan}))"),
		format!("(f64.store (i32.const 0) (f64.copysign {nan} (f64.const -3)))"),
		format!("(local.set 0 {nan}) (f64.store (i32.const 0) (local.get 0))"),
		format!("(f64.store (i32.const 0) (local.tee 0 {nan}))"),
		format!("(f64.store (i32.const 0) (block (result f64) (br 0 {nan})))"),
		format!("(f64.store (i32.const 0) (block (result f64) (br_if 0 {nan} (i32.const 1))))"),
		format!("(f64.store (i32.const 0) (select {nan} (f64.const 1) (i32.const 1)))"),
		format!(
			"(f64.store (i32.const 0) (if (result f64) (i32.const 1)
			 (then {nan}) (else (f64.const 7))))"
		),
	] {
		assert_eq!(settled_in(&observer), 1, "{observer}");
	}
}

#[test]
fn payload_should_be_kept_when_a_value_only_moves() {
	let payload = "(f64.const nan:0xdead)";
	// Settled where it joins the payload, which must stay as it is.
	let mixed = format!(
		"(local.set 0 {payload})
		 (if (i32.const 0) (then (local.set 0 (f64.div (f64.const 0) (f64.const 0)))))
		 (f64.store (i32.const 0) (local.get 0))"
	);
	assert_eq!(settled_in(&mixed), 1);
	let moved =
		format!("(local.set 0 {payload}) (f64.store (i32.const 0) (f64.neg (local.get 0)))");
	assert_eq!(settled_in(&moved), 0);
}

#[test]
fn gas_and_slots_should_be_those_of_the_original_when_something_is_inserted() {
	let store = |value: &str| format!("(f64.store (i32.const 0) {value})");
	let used = gas_of(&store("(f64.add (f64.const 1) (f64.const 2))"));
	assert_eq!(used, 5);
	let count = 12;
	let wasm = module(&format!(
		"(func $g (result f64) (call $h) (f64.add (f64.const 1) (f64.const 2)))
		 (func $h) (func (export \"_start\") {} unreachable)",
		repeat(&store("(call $g)"), count)
	));
	let run = run(&wasm, 1 << 30);
	assert_eq!(run.trap, Some(Trap::Program));
	// Slots of `_start` alone: two values and what a frame takes.
	assert_eq!(run.slots, 6);
}

/// Writes programs by the bytes of a tape.
struct Writer<'a> {
	tape: &'a [u8],
	vectors: bool,
}

/// Types by number: i32, f32, f64, v128.
const NAMES: [&str; 4] = ["i32", "f32", "f64", "v128"];

impl Writer<'_> {
	fn pick(&mut self, count: usize) -> usize {
		match self.tape.split_first() {
			Some((first, rest)) => {
				self.tape = rest;
				usize::from(*first) % count
			},
			None => 0,
		}
	}

	fn one(&mut self, from: &[&str]) -> String {
		from[self.pick(from.len())].to_string()
	}

	/// Locals 0 to 2 are f32, 3 to 5 f64, 6 to 8 v128; from 9 on they count rounds.
	fn local(&mut self, ty: usize) -> usize {
		(ty - 1) * 3 + self.pick(3)
	}

	fn address(&mut self) -> String {
		format!("(i32.const {})", self.pick(32) * 16)
	}

	fn any_type(&mut self) -> usize {
		1 + self.pick(if self.vectors { 3 } else { 2 })
	}

	fn value(&mut self, ty: usize, depth: usize) -> String {
		if depth == 0 || self.tape.is_empty() {
			return self.leaf(ty);
		}
		let depth = depth - 1;
		let name = NAMES[ty];
		match self.pick(12) {
			0 | 1 => self.leaf(ty),
			2..=4 => self.operator(ty, depth),
			5 => {
				let (a, b) = (self.value(ty, depth), self.value(ty, depth));
				format!("(select {a} {b} {})", self.value(0, depth))
			},
			6 => {
				let condition = self.value(0, depth);
				let (a, b) = (self.value(ty, depth), self.value(ty, depth));
				format!("(if (result {name}) {condition} (then {a}) (else {b}))")
			},
			7 => {
				let (a, b) = (self.value(ty, depth), self.value(ty, depth));
				let condition = self.value(0, depth);
				format!("(block (result {name}) (drop (br_if 0 {a} {condition})) {b})")
			},
			8 if ty > 0 => format!("(local.tee {} {})", self.local(ty), self.value(ty, depth)),
			9 if ty > 0 => {
				let (a, b) = (self.value(ty, depth), self.value(ty, depth));
				let condition = self.value(0, depth);
				format!("(call ${name} {a} {b} {condition})")
			},
			10 => {
				let (a, b) = (self.value(ty, depth), self.value(ty, depth));
				let index = self.value(0, depth);
				format!(
					"(block (result {name}) (block (result {name})
					 (br_table 0 1 0 {a} (i32.and (i32.const 3) {index}))) (drop) {b})"
				)
			},
			_ => {
				// A block with a parameter, which it takes along a branch.
				let a = self.value(ty, depth);
				let condition = self.value(0, depth);
				format!("{a} (block (param {name}) (result {name}) {condition} (br_if 0))")
			},
		}
	}

	fn operator(&mut self, ty: usize, depth: usize) -> String {
		let name = NAMES[ty];
		let value = |writer: &mut Self, ty: usize| writer.value(ty, depth);
		match (ty, self.pick(6)) {
			(0, 0 | 1) => {
				let of = 1 + self.pick(2);
				let how = self.one(&["eq", "lt", "ge", "ne"]);
				format!("({}.{how} {} {})", NAMES[of], value(self, of), value(self, of))
			},
			(0, 2) => format!("(i32.reinterpret_f32 {})", value(self, 1)),
			(0, 3) => format!("(i32.trunc_sat_f64_s {})", value(self, 2)),
			(0, 4) if self.vectors => format!("(i32x4.extract_lane 1 {})", value(self, 3)),
			(0, _) => format!("(i32.add {} {})", value(self, 0), value(self, 0)),
			(1 | 2, 0 | 1) => {
				let how = self.one(&["add", "sub", "mul", "div", "min", "max", "copysign"]);
				format!("({name}.{how} {} {})", value(self, ty), value(self, ty))
			},
			(1 | 2, 2 | 3) => {
				let how = self.one(&["sqrt", "neg", "abs", "ceil", "floor", "trunc", "nearest"]);
				format!("({name}.{how} {})", value(self, ty))
			},
			(1, 4) => format!("(f32.demote_f64 {})", value(self, 2)),
			(2, 4) => format!("(f64.promote_f32 {})", value(self, 1)),
			(1 | 2, _) if self.vectors => {
				let shape = if ty == 1 { "f32x4" } else { "f64x2" };
				format!("({shape}.extract_lane 1 {})", value(self, 3))
			},
			(1, _) => format!("(f32.reinterpret_i32 {})", value(self, 0)),
			(2, _) => format!("(f64.convert_i32_s {})", value(self, 0)),
			(_, 0..=2) => {
				let shape = self.one(&["f32x4", "f64x2"]);
				let how = self.one(&["add", "sub", "mul", "div", "min", "max", "pmin", "lt"]);
				format!("({shape}.{how} {} {})", value(self, 3), value(self, 3))
			},
			(_, 3) => {
				let shape = self.one(&["f32x4", "f64x2"]);
				let how = self.one(&["sqrt", "neg", "abs", "floor"]);
				format!("({shape}.{how} {})", value(self, 3))
			},
			(_, 4) => {
				let how = self.one(&["f32x4.demote_f64x2_zero", "f64x2.promote_low_f32x4"]);
				format!("({how} {})", value(self, 3))
			},
			_ => format!("(f64x2.splat {})", value(self, 2)),
		}
	}

	fn leaf(&mut self, ty: usize) -> String {
		let name = NAMES[ty];
		match (ty, self.pick(4)) {
			(0, _) => format!("(i32.const {})", self.pick(5)),
			(_, 0) => format!("(local.get {})", self.local(ty)),
			(3, 1) => "(v128.const f32x4 nan:0x5 inf 1 0)".into(),
			(3, _) => format!("(v128.load {})", self.address()),
			(_, 1) => format!("({name}.load {})", self.address()),
			(_, 2) => format!("(global.get ${name})"),
			_ => {
				let constants =
					["0", "-0", "1", "-1", "inf", "-inf", "nan", "nan:0x77", "-nan", "3e38"];
				format!("({name}.const {})", self.one(&constants))
			},
		}
	}

	fn steps(&mut self, depth: usize) -> String {
		(0..1 + self.pick(4)).map(|_| self.step(depth)).collect()
	}

	fn step(&mut self, depth: usize) -> String {
		let ty = self.any_type();
		let name = NAMES[ty];
		match self.pick(if depth == 0 { 4 } else { 8 }) {
			0 | 1 => format!("(local.set {} {})", self.local(ty), self.value(ty, 3)),
			2 => format!("({name}.store {} {})", self.address(), self.value(ty, 3)),
			3 => format!("(global.set ${name} {})", self.value(ty, 3)),
			4 => {
				let condition = self.value(0, 2);
				let (yes, no) = (self.steps(depth - 1), self.steps(depth - 1));
				format!("(if {condition} (then {yes}) (else {no}))")
			},
			5 => {
				let counter = 9 + depth;
				let body = self.steps(depth - 1);
				format!(
					"(local.set {counter} (i32.const 3)) (loop {body} (br_if 0 (local.tee {counter}
					 (i32.sub (local.get {counter}) (i32.const 1)))))"
				)
			},
			6 => {
				let (before, after) = (self.steps(depth - 1), self.steps(depth - 1));
				format!("(block {before} (br_if 0 {}) {after})", self.value(0, 2))
			},
			_ => {
				// Two values at once, and code behind the branch that nothing reaches.
				let (a, b) = (self.value(1, 2), self.value(2, 2));
				let dead = self.value(2, 2);
				format!(
					"(block (result f32 f64) {a} {b} (br 0) (drop (f64.neg {dead})))
					 (local.set 3) (local.set 0)"
				)
			},
		}
	}

	fn program(mut self) -> Vec<u8> {
		let count = if self.vectors { 4 } else { 3 };
		let mut fields = String::from("(data (i32.const 0) \"");
		for _ in 0..24 {
			fields.push_str(
				["\\00\\00\\c0\\ff", "\\00\\00\\80\\7f", "\\01\\02\\f8\\7f"][self.pick(3)],
			);
		}
		fields.push_str("\")");
		for name in &NAMES[1..count] {
			let zero =
				if *name == "v128" { "v128.const i64x2 0 0" } else { &format!("{name}.const 0") };
			fields += &format!(
				"(global ${name} (mut {name}) ({zero}))
				 (func ${name} (param {name} {name} i32) (result {name})
				  (select (local.get 0) (local.get 1) (local.get 2)))"
			);
		}
		let vector = if self.vectors { "v128 v128 v128" } else { "i32 i32 i32" };
		let steps = self.steps(3);
		fields += &format!(
			"(func (export \"_start\") (local f32 f32 f32 f64 f64 f64 {vector} i32 i32 i32 i32)
			 {steps}"
		);
		for (at, local) in [0, 1, 2, 3, 4, 5].iter().enumerate() {
			let name = NAMES[1 + at / 3];
			fields += &format!("({name}.store (i32.const {}) (local.get {local}))", 1_024 + at * 8);
		}
		fields += "(f32.store (i32.const 1100) (global.get $f32))";
		fields += "(f64.store (i32.const 1108) (global.get $f64)))";
		module(&fields)
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(200))]

	#[test]
	fn memory_should_be_that_of_canonicalising_always_when_programs_compute(
		tape in prop::collection::vec(any::<u8>(), 40..600), vectors in any::<bool>(),
	) {
		let wasm = Writer { tape: &tape, vectors }.program();
		let (defined, found) = both(&wasm);
		prop_assert!(defined == found);
	}
}
