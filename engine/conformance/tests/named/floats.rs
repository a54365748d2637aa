//! Bits of NaNs, operator by operator.

use super::*;
use assay_conformance::{CANONICAL_F32, CANONICAL_F64};

/// NaNs of all sorts, then numbers of which some pairs give a NaN.
const F32: [u32; 12] = [
	0x7fc0_0000,
	0xffc0_0000,
	0x7fa0_0001,
	0xffa1_2345,
	0x7fff_ffff,
	0x7f80_0001,
	0x7f80_0000,
	0xff80_0000,
	0,
	0x8000_0000,
	0xbf80_0000,
	0x4049_0fdb,
];
const F64: [u64; 12] = [
	0x7ff8_0000_0000_0000,
	0xfff8_0000_0000_0000,
	0x7ff4_0000_0000_0001,
	0xfff4_1234_5678_9abc,
	0x7fff_ffff_ffff_ffff,
	0x7ff0_0000_0000_0001,
	0x7ff0_0000_0000_0000,
	0xfff0_0000_0000_0000,
	0,
	0x8000_0000_0000_0000,
	0xbff0_0000_0000_0000,
	0x4009_21fb_5444_2d18,
];
const UNARY: [&str; 5] = ["ceil", "floor", "trunc", "nearest", "sqrt"];
const BINARY: [&str; 6] = ["add", "sub", "mul", "div", "min", "max"];

/// Where operands are read from: the compiler must not know them.
const OPERANDS: usize = 60_000;

fn data(bytes: &[u8]) -> String {
	let text: String = bytes.iter().map(|byte| format!("\\{byte:02x}")).collect();
	format!("(data (i32.const {OPERANDS}) \"{text}\")")
}

/// Runs a program that stores the value of each expression, of `width` bytes, and gives them.
fn values(operands: &[u8], expressions: &[String], store: &str, width: usize) -> Vec<Vec<u8>> {
	let stores = expressions
		.iter()
		.enumerate()
		.map(|(index, expression)| format!("({store} (i32.const {}) {expression})", index * width));
	let body: String = stores.collect();
	let length = expressions.len() * width;
	assert!(length < OPERANDS);
	let text = format!("{} (func (export \"_start\") {body} {})", data(operands), dump(length));
	let ran = run(&program(&text));
	assert_eq!(ran.class, Class::Exited(0));
	ran.stdout().chunks(width).map(<[u8]>::to_vec).collect()
}

fn f32_values(expressions: &[String]) -> Vec<u32> {
	let operands: Vec<u8> = F32.iter().flat_map(|bits| bits.to_le_bytes()).collect();
	let values = values(&operands, expressions, "f32.store", 4);
	values.iter().map(|value| u32::from_le_bytes(value[..].try_into().expect("four"))).collect()
}

fn f64_values(expressions: &[String]) -> Vec<u64> {
	let operands: Vec<u8> = F64.iter().flat_map(|bits| bits.to_le_bytes()).collect();
	let values = values(&operands, expressions, "f64.store", 8);
	values.iter().map(|value| u64::from_le_bytes(value[..].try_into().expect("eight"))).collect()
}

fn load(ty: &str, index: usize) -> String {
	let width = if ty == "f32" { 4 } else { 8 };
	format!("({ty}.load (i32.const {}))", OPERANDS + index * width)
}

fn constant(ty: &str, index: usize) -> String {
	match ty {
		"f32" => format!("(f32.reinterpret_i32 (i32.const {}))", F32[index]),
		_ => format!("(f64.reinterpret_i64 (i64.const {}))", F64[index]),
	}
}

/// Every unary operator on every operand, then every binary one on every pair, with operands that
/// the compiler knows and with such that it does not.
fn arithmetic(ty: &str) -> Vec<String> {
	let mut expressions = Vec::new();
	for operand in [load, constant] {
		for operator in UNARY {
			for a in 0..12 {
				expressions.push(format!("({ty}.{operator} {})", operand(ty, a)));
			}
		}
		for operator in BINARY {
			for (a, b) in (0..12).flat_map(|a| (0..12).map(move |b| (a, b))) {
				expressions.push(format!(
					"({ty}.{operator} {} {})",
					operand(ty, a),
					operand(ty, b)
				));
			}
		}
	}
	expressions
}

#[test]
fn nan_should_be_canonical_when_arithmetic_on_32_bits_gives_one() {
	let values = f32_values(&arithmetic("f32"));
	let nans: Vec<_> = values.iter().filter(|bits| f32::from_bits(**bits).is_nan()).collect();
	assert!(nans.len() > 2 * (5 * 6 + 6 * 100), "{}", nans.len());
	assert!(nans.iter().all(|bits| **bits == CANONICAL_F32));
	let (known, unknown) = values.split_at(values.len() / 2);
	assert_eq!(known, unknown);
}

#[test]
fn nan_should_be_canonical_when_arithmetic_on_64_bits_gives_one() {
	let values = f64_values(&arithmetic("f64"));
	let nans: Vec<_> = values.iter().filter(|bits| f64::from_bits(**bits).is_nan()).collect();
	assert!(nans.len() > 2 * (5 * 6 + 6 * 100), "{}", nans.len());
	assert!(nans.iter().all(|bits| **bits == CANONICAL_F64));
	let (known, unknown) = values.split_at(values.len() / 2);
	assert_eq!(known, unknown);
}

#[test]
fn nan_should_be_canonical_when_a_conversion_gives_one() {
	let operands: Vec<u8> = F64.iter().flat_map(|bits| bits.to_le_bytes()).collect();
	let demote: Vec<String> =
		(0..6).map(|index| format!("(f32.demote_f64 {})", load("f64", index))).collect();
	let values = values(&operands, &demote, "f32.store", 4);
	assert!(values.iter().all(|bits| **bits == CANONICAL_F32.to_le_bytes()));
	let promote: Vec<String> =
		(0..6).map(|index| format!("(f64.promote_f32 {})", constant("f32", index))).collect();
	assert!(f64_values(&promote).iter().all(|bits| *bits == CANONICAL_F64));
}

#[test]
fn bits_should_be_kept_when_an_operator_only_moves_or_signs_them() {
	for (index, bits) in F32.iter().enumerate() {
		let a = load("f32", index);
		let expressions = [
			a.clone(),
			format!("(f32.neg {a})"),
			format!("(f32.abs {a})"),
			format!("(f32.copysign {a} (f32.const -1))"),
			format!("(f32.copysign {a} (f32.const 1))"),
			format!("(f32.reinterpret_i32 (i32.reinterpret_f32 {a}))"),
			format!("(select {a} (f32.const 0) (i32.const 1))"),
			format!("(f32.copysign (f32.const 1) {a})"),
		];
		let sign = 1 << 31;
		let one = 0x3f80_0000 | bits & sign;
		let expected =
			[*bits, bits ^ sign, bits & !sign, bits | sign, bits & !sign, *bits, *bits, one];
		assert_eq!(f32_values(&expressions), expected);
	}
	for (index, bits) in F64.iter().enumerate() {
		let a = load("f64", index);
		let expressions = [
			a.clone(),
			format!("(f64.neg {a})"),
			format!("(f64.abs {a})"),
			format!("(f64.copysign {a} (f64.const -1))"),
			format!("(f64.copysign (f64.const 1) {a})"),
		];
		let sign = 1 << 63;
		let one = 0x3ff0_0000_0000_0000 | bits & sign;
		assert_eq!(f64_values(&expressions), [*bits, bits ^ sign, bits & !sign, bits | sign, one]);
	}
}

/// Lanes a, b, a, b … as they lie in memory at the operands `a` and `b`.
fn vector(ty: &str, a: usize, b: usize) -> String {
	let (shape, scalar) = if ty == "f32x4" { ("f32x4", "f32") } else { ("f64x2", "f64") };
	format!("({shape}.replace_lane 1 ({shape}.splat {}) {})", load(scalar, a), load(scalar, b))
}

#[test]
fn nan_should_be_canonical_when_arithmetic_on_lanes_gives_one() {
	for ty in ["f32x4", "f64x2"] {
		let bits = if ty == "f32x4" { F32.map(u64::from) } else { F64 };
		let width = if ty == "f32x4" { 4 } else { 8 };
		let bytes = bits.iter().flat_map(|bits| bits.to_le_bytes()[..width].to_vec());
		let operands: Vec<u8> = bytes.collect();
		let mut expressions = Vec::new();
		for a in 0..12 {
			for operator in UNARY {
				expressions.push(format!("({ty}.{operator} {})", vector(ty, a, (a + 5) % 12)));
			}
			for operator in BINARY {
				let (x, y) = (vector(ty, a, (a + 3) % 12), vector(ty, (a + 7) % 12, a));
				expressions.push(format!("({ty}.{operator} {x} {y})"));
			}
		}
		let mut nans = 0;
		for value in values(&operands, &expressions, "v128.store", 16) {
			for lane in value.chunks(width) {
				let mut word = [0; 8];
				word[..width].copy_from_slice(lane);
				let word = u64::from_le_bytes(word);
				let (nan, canonical) = match width {
					4 => (f32::from_bits(word as u32).is_nan(), word == u64::from(CANONICAL_F32)),
					_ => (f64::from_bits(word).is_nan(), word == CANONICAL_F64),
				};
				assert!(!nan || canonical, "{ty}: {word:x}");
				nans += u32::from(nan);
			}
		}
		assert!(nans > 100, "{nans}");
	}
}

#[test]
fn lanes_should_be_kept_when_the_smaller_or_larger_is_picked() {
	// `pmin` and `pmax` pick one of their operands as it is.
	let operands: Vec<u8> = F32.iter().flat_map(|bits| bits.to_le_bytes()).collect();
	let mut expressions = Vec::new();
	let mut expected = Vec::new();
	for (a, b) in (0..12).flat_map(|a| (0..12).map(move |b| (a, b))) {
		let (x, y) = (f32::from_bits(F32[a]), f32::from_bits(F32[b]));
		for (operator, second) in [("pmin", y < x), ("pmax", x < y)] {
			let picked = if second { F32[b] } else { F32[a] };
			expected.push(picked.to_le_bytes().repeat(4));
			expressions.push(format!(
				"(f32x4.{operator} (f32x4.splat {}) (f32x4.splat {}))",
				load("f32", a),
				load("f32", b)
			));
		}
	}
	assert_eq!(values(&operands, &expressions, "v128.store", 16), expected);
}

#[test]
fn nan_should_be_canonical_when_it_goes_through_locals_globals_calls_and_branches() {
	let text = format!(
		"(global $g (mut f64) (f64.const 0))
		 (func $id (param f64) (result f64) (local.get 0))
		 (func (export \"_start\") (local $x f64)
		  (local.set $x (f64.div (f64.load (i32.const 8192)) (f64.load (i32.const 8192))))
		  (i64.store (i32.const 0) (i64.reinterpret_f64 (local.get $x)))
		  (global.set $g (f64.sqrt (f64.const -1)))
		  (f64.store (i32.const 8) (global.get $g))
		  (f64.store (i32.const 16) (call $id (f64.add (f64.neg (local.get $x)) (f64.const 1))))
		  (f64.store (i32.const 24)
		   (block (result f64) (br 0 (f64.mul (f64.const 0) (f64.const -inf)))))
		  (f64.store (i32.const 32) (select (f64.neg (local.get $x)) (local.get $x) (i32.const 1)))
		  {})",
		dump(40)
	);
	let ran = run(&program(&text));
	let words: Vec<u64> = ran
		.stdout()
		.chunks(8)
		.map(|word| u64::from_le_bytes(word.try_into().expect("eight")))
		.collect();
	let negative = CANONICAL_F64 | 1 << 63;
	assert_eq!(words, [CANONICAL_F64, CANONICAL_F64, CANONICAL_F64, CANONICAL_F64, negative]);
}
