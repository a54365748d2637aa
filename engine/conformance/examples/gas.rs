//! What a unit of gas takes natively by kind of operators, on the reference and on wasmi. Prints a table in Markdown;
//! the fastest of five runs counts, by the time of the thread.

use assay_conformance::{
	clock,
	differential::{Executor, Job},
};
use assay_metering::instrument;
use assay_primitives::{outcome::Class, profile::Profile};

/// Gas that each program uses up.
const GAS: u64 = 1 << 24;
/// Runs of each.
const TIMES: usize = 5;

fn program(fields: &str) -> Vec<u8> {
	let wasi = "wasi_snapshot_preview1";
	let text = format!(
		"(module
		 (import \"{wasi}\" \"path_create_directory\" (func $mkdir (param i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"path_filestat_get\"
		  (func $stat (param i32 i32 i32 i32 i32) (result i32)))
		 (import \"{wasi}\" \"random_get\" (func $random (param i32 i32) (result i32)))
		 (memory (export \"memory\") 1) {fields})"
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn main_of(body: &str) -> Vec<u8> {
	program(&format!("(func (export \"_start\") {body})"))
}

/// An operator again and again, from a local to itself.
fn chain(ty: &str, operators: &str) -> Vec<u8> {
	let steps = format!("{operators} ").repeat(256);
	main_of(&format!("(local $x {ty}) (loop (local.set $x (local.get $x) {steps}) (br 0))"))
}

/// Loads that each give the address of the next one, over so many pages.
fn chase(pages: u32) -> Vec<u8> {
	let lines = ((pages.next_power_of_two() << 16) - 1) & !63;
	main_of(&format!(
		"(local $i i32) (local $at i32) (drop (memory.grow (i32.const {})))
		 (loop (local.set $i (i32.and (i32.add (i32.mul (local.get $at) (i32.const 1597))
		   (i32.const 51749056)) (i32.const {lines})))
		  (i32.store (local.get $at) (local.get $i)) (local.tee $at (local.get $i)) (br_if 0))
		 (loop (local.set $at (local.get $at) {}) (br 0))",
		pages - 1,
		"i32.load ".repeat(256)
	))
}

/// Operators that compute.
fn computing() -> Vec<(&'static str, Vec<u8>)> {
	vec![
		("`i32.add` of a local and a constant", chain("i32", "(i32.const 7) i32.add")),
		("`i64.rem_u`", chain("i64", "(i64.const 7) i64.rem_u (i64.const -1) i64.xor")),
		("`i64.popcnt`", chain("i64", "i64.popcnt")),
		("`f64.add`", chain("f64", "(f64.const 1.5) f64.add")),
		("`f64.sqrt`", chain("f64", "f64.sqrt (f64.const 1.5) f64.add")),
		("`f64.nearest`", chain("f64", "f64.nearest (f64.const 1.5) f64.add")),
		("`f32.floor`", chain("f32", "f32.floor (f32.const 1.5) f32.add")),
		("`f64.min` with a NaN", chain("f64", "(f64.const nan) f64.min")),
		("`i64.trunc_sat_f64_s`", chain("f64", "i64.trunc_sat_f64_s f64.convert_i64_s")),
		("`i32x4.add`", chain("v128", "(v128.const i32x4 1 2 3 4) i32x4.add")),
		("`f32x4.sqrt`", chain("v128", "f32x4.sqrt")),
		("`f32x4.nearest`", chain("v128", "f32x4.nearest")),
		("`f64x2.ceil`", chain("v128", "f64x2.ceil")),
		("`i8x16.popcnt`", chain("v128", "i8x16.popcnt")),
		("`i8x16.swizzle`", chain("v128", "(v128.const i64x2 5 6) i8x16.swizzle")),
		(
			"`i8x16.shuffle`",
			chain(
				"v128",
				"(v128.const i64x2 5 6) i8x16.shuffle 0 17 2 19 4 21 6 23 8 25 10 27 12 29 14 31",
			),
		),
		("`i8x16.narrow_i16x8_s`", chain("v128", "(v128.const i64x2 5 6) i8x16.narrow_i16x8_s")),
		("`i16x8.q15mulr_sat_s`", chain("v128", "(v128.const i64x2 5 6) i16x8.q15mulr_sat_s")),
		("`i8x16.bitmask` and `splat`", chain("v128", "i8x16.bitmask i8x16.splat")),
		("`i32x4.trunc_sat_f32x4_u`", chain("v128", "i32x4.trunc_sat_f32x4_u")),
	]
}

/// Control, calls, memory, and the host.
fn others() -> Vec<(&'static str, Vec<u8>)> {
	let (many, drops) = ("i32 ".repeat(32), "drop ".repeat(32));
	let (consts, wide) = ("i32.const 1 ".repeat(32), "i64 ".repeat(1_990));
	let blocks = format!("block (param {many}) (result {many}) end i32.const 1 i32.add ");
	let start = |fields: &str, body: &str| {
		program(&format!("{fields} (func (export \"_start\") (loop {body} (br 0)))"))
	};
	vec![
		("a loop of one branch", main_of("(loop (br 0))")),
		(
			"an `if` with an `else`, both empty",
			main_of(&format!(
				"(local i32) (loop {} (br 0))",
				"(if (local.tee 0 (i32.eqz (local.get 0))) (then) (else)) ".repeat(100)
			)),
		),
		(
			"`br_table` of 16",
			main_of(&format!(
				"(local i32) (loop {} (br_table 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15
				 (i32.and (local.tee 0 (i32.add (local.get 0) (i32.const 7))) (i32.const 15))) {} (br 0))",
				"(block ".repeat(16),
				")".repeat(16)
			)),
		),
		(
			"blocks that pass 32 values on",
			main_of(&format!(
				"{consts} loop (param {many}) (result {many}) {} br 0 end {drops}",
				blocks.repeat(128)
			)),
		),
		(
			"branches that take 32 values over one",
			main_of(&format!(
				"i32.const 1 loop (param i32) (result i32) {} br 0 end drop",
				format!("block (result {many}) i32.const 1 {consts} br 0 end {drops}").repeat(20)
			)),
		),
		("calls", start("(func $f)", "(call $f)")),
		(
			"calls through a table",
			start("(table funcref (elem $f)) (func $f)", "(call_indirect (i32.const 0))"),
		),
		("calls with 1 990 locals", start(&format!("(func $f (local {wide}))"), "(call $f)")),
		(
			"calls with 32 results",
			start(&format!("(func $f (result {many}) {consts})"), &format!("call $f {drops}")),
		),
		("loads from one place", chain("i32", "i32.load")),
		("loads over 8 MiB", chase(128)),
		(
			"stores",
			main_of(&format!(
				"(loop {} (br 0))",
				"(i64.store (i32.const 8) (i64.const 1))".repeat(200)
			)),
		),
		(
			"globals",
			start(
				"(global $g (mut i64) (i64.const 0))",
				&"(global.set $g (global.get $g))".repeat(200),
			),
		),
		(
			"`ref.func`",
			start("(func $f) (elem declare func $f)", &"(drop (ref.func $f))".repeat(200)),
		),
		(
			"`table.set`",
			start("(table 1 funcref)", &"(table.set (i32.const 0) (ref.null func))".repeat(200)),
		),
		(
			"`memory.fill`",
			main_of("(loop (memory.fill (i32.const 1) (i32.const 1) (i32.const 65535)) (br 0))"),
		),
		(
			"`memory.copy`",
			main_of("(loop (memory.copy (i32.const 1) (i32.const 0) (i32.const 65530)) (br 0))"),
		),
		("`memory.grow`", main_of("(loop (drop (memory.grow (i32.const 1))) (br 0))")),
		(
			"`random_get`",
			main_of("(loop (drop (call $random (i32.const 0) (i32.const 65536))) (br 0))"),
		),
		(
			"paths of 2 000 names",
			main_of(
				"(local $n i32)
			 (loop (i32.store16 (local.get $n) (i32.const 0x2f61))
			  (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 2))) (i32.const 4096))))
			 (local.set $n (i32.const 1))
			 (loop (drop (call $mkdir (i32.const 3) (i32.const 0) (local.get $n)))
			  (br_if 0 (i32.lt_u (local.tee $n (i32.add (local.get $n) (i32.const 2))) (i32.const 4000))))
			 (loop (drop (call $stat (i32.const 3) (i32.const 0) (i32.const 0) (i32.const 3999)
			  (i32.const 5000))) (br 0))",
			),
		),
	]
}

fn measure(executor: &Executor, job: &Job) -> f64 {
	let metered = instrument(&job.module, &job.profile, job.spec.limits.memory_pages);
	let metered = metered.expect("inside of the profile");
	let once = || {
		let start = clock::of_thread();
		let ran = executor.run(&metered, job).expect("it runs").expect("it can be represented");
		assert_eq!(ran.class, Class::OutOfGas);
		clock::of_thread() - start
	};
	let fastest = (0..TIMES).map(|_| once()).min().unwrap_or_default();
	fastest.as_nanos() as f64 / GAS as f64
}

fn main() {
	println!("| kind | reference, ns per gas | wasmi, ns per gas |");
	println!("|---|--:|--:|");
	for (kind, module) in others().into_iter().chain(computing()) {
		let job = Job::new(module, Profile::SIMD).with_gas(GAS);
		let [ours, theirs] =
			[Executor::interpreter(), Executor::wasmi()].map(|executor| measure(&executor, &job));
		println!("| {kind} | {ours:.1} | {theirs:.1} |");
	}
}
