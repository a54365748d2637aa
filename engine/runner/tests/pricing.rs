//! Time for a unit of gas, operator by operator: finds what is priced too low.

mod common;

use assay_primitives::{outcome::Class, profile::Profile};
use common::*;

/// Times that the body of a loop repeats what is measured.
const UNROLLED: usize = 40;

/// Gas of the page that every program starts with, and of what else it does but its loop.
const GAS: u64 = 400_000_000;

struct Case {
	name: &'static str,
	fields: &'static str,
	step: String,
}

fn case(name: &'static str, step: &str) -> Case {
	Case { name, fields: "", step: step.into() }
}

fn with(name: &'static str, fields: &'static str, step: &str) -> Case {
	Case { name, fields, step: step.into() }
}

/// `operator` on locals 1 and 2 of its type, its result kept in local 1.
fn binary(name: &'static str, local: &str) -> Case {
	let [one, two] = [format!("${local}1"), format!("${local}2")];
	case(name, &format!("(local.set {one} ({name} (local.get {one}) (local.get {two})))"))
}

fn unary(name: &'static str, local: &str) -> Case {
	case(name, &format!("(local.set ${local}1 ({name} (local.get ${local}1)))"))
}

fn scalar() -> Vec<Case> {
	let mut cases = vec![
		case("i32.load, dependent", "(local.set $i1 (i32.load (local.get $i1)))"),
		case("i64.store", "(i64.store (i32.const 64) (local.get $l1))"),
		case(
			"i32.load, scattered",
			"(local.set $i2 (i32.add (i32.mul (local.get $i2)
		 (i32.const 0x9e3779b1)) (i32.load (i32.and (local.get $i2) (i32.const 0x3ffffff)))))",
		),
		case(
			"f64.convert_i64_u",
			"(local.set $d1 (f64.convert_i64_u (i64.reinterpret_f64 (local.get $d1))))",
		),
		case(
			"i64.trunc_sat_f64_u",
			"(local.set $l1 (i64.trunc_sat_f64_u (f64.convert_i64_u (local.get $l1))))",
		),
		case("br_if", "(br_if 1 (i32.eqz (local.get $i2)))"),
		case(
			"if",
			"(if (i32.and (local.tee $i1 (i32.add (local.get $i1) (i32.const 1))) (i32.const 1))
		 (then (local.set $i2 (i32.const 3))))",
		),
		case(
			"br_table",
			"(block (block (block (br_table 0 1 2 (i32.and (local.tee $i1
		 (i32.mul (local.get $i1) (i32.const 0x9e3779b1))) (i32.const 3))))))",
		),
		with(
			"global.get, global.set",
			"(global $g (mut i64) (i64.const 1))",
			"(global.set $g (i64.add (global.get $g) (i64.const 1)))",
		),
		case("select", "(local.set $i1 (select (local.get $i1) (local.get $i2) (local.get $i1)))"),
	];
	for name in ["i32.add", "i32.mul", "i32.div_s", "i32.rem_u", "i32.rotl"] {
		cases.push(binary(name, "i"));
	}
	for name in ["i64.mul", "i64.div_s", "i64.div_u", "i64.rem_s", "i64.shl"] {
		cases.push(binary(name, "l"));
	}
	for name in ["i64.popcnt", "i64.clz", "i64.ctz"] {
		cases.push(unary(name, "l"));
	}
	for name in ["f64.add", "f64.mul", "f64.div", "f64.min", "f64.copysign"] {
		cases.push(binary(name, "d"));
	}
	for name in ["f64.sqrt", "f64.nearest", "f64.ceil"] {
		cases.push(unary(name, "d"));
	}
	cases
}

fn engine() -> Vec<Case> {
	const TABLE: &str = "(table $t 100 funcref) (elem $e func $f $f) (elem (i32.const 0) $f)
		(type $v (func)) (func $f)";
	vec![
		with("call", "(func $f)", "(call $f)"),
		with("call of a frame that counts", "(func $g) (func $f (call $g))", "(call $f)"),
		with("call_indirect", TABLE, "(call_indirect $t (type $v) (i32.const 0))"),
		with("ref.func", TABLE, "(drop (ref.func $f))"),
		with("table.set of ref.func", TABLE, "(table.set $t (i32.const 1) (ref.func $f))"),
		with("table.get", TABLE, "(local.set $i1 (ref.is_null (table.get $t (i32.const 0))))"),
		with(
			"table.get after table.init, lazy",
			TABLE,
			"(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))
		  (local.set $i1 (ref.is_null (table.get $t (i32.const 0))))",
		),
		with("table.size", TABLE, "(local.set $i1 (table.size $t))"),
		with(
			"table.grow of nothing",
			TABLE,
			"(local.set $i1 (table.grow $t (ref.null func) (i32.const 0)))",
		),
		with("table.fill", TABLE, "(table.fill $t (i32.const 0) (ref.null func) (i32.const 100))"),
		with("table.copy", TABLE, "(table.copy $t $t (i32.const 0) (i32.const 1) (i32.const 99))"),
		with("table.init", TABLE, "(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 2))"),
		with(
			"table.init of nothing",
			TABLE,
			"(table.init $t $e (i32.const 0) (i32.const 0) (i32.const 0))",
		),
		case("memory.size", "(local.set $i1 (memory.size))"),
		case("memory.grow of nothing", "(local.set $i1 (memory.grow (i32.const 0)))"),
		case("memory.fill of nothing", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 0))"),
		case("memory.fill", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 65536))"),
		case("memory.fill of 8 bytes", "(memory.fill (i32.const 0) (i32.const 0) (i32.const 8))"),
		case("memory.copy", "(memory.copy (i32.const 0) (i32.const 32768) (i32.const 32768))"),
		case(
			"memory.copy of 2 MiB",
			"(memory.copy (i32.const 0) (i32.const 2097152) (i32.const 2097152))",
		),
	]
}

fn host() -> Vec<Case> {
	// A path `f` at 100, a name of 200 `a/` at 200, iovecs of nothing at 1024, of a byte at 16384.
	const SETUP: &str = "(data (i32.const 100) \"tmp\")";
	let long = "(local.set $i1 (call $stat (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 3) (i32.const 900)))";
	vec![
		case("sched_yield", "(drop (call $yield))"),
		case("clock_time_get", "(drop (call $clock (i32.const 0) (i64.const 1) (i32.const 8)))"),
		case("random_get", "(drop (call $random (i32.const 0) (i32.const 4096)))"),
		case("fd_write of 1024 empty buffers",
		 "(drop (call $write (i32.const 1) (i32.const 1024) (i32.const 1024) (i32.const 8)))"),
		case("fd_read at the end", "(drop (call $read (i32.const 0) (i32.const 1024) (i32.const 1) (i32.const 8)))"),
		with("path_filestat_get", SETUP, long),
		with("path_open and fd_close", SETUP,
		 "(drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 3) (i32.const 0)
		  (i64.const 0) (i64.const 0) (i32.const 0) (i32.const 900)))
		  (drop (call $close (i32.load (i32.const 900))))"),
		with("path_open and path_unlink_file", "(data (i32.const 100) \"tmp/x\")",
		 "(drop (call $open (i32.const 3) (i32.const 0) (i32.const 100) (i32.const 5) (i32.const 1)
		  (i64.const 64) (i64.const 0) (i32.const 0) (i32.const 900)))
		  (drop (call $close (i32.load (i32.const 900))))
		  (drop (call $unlink (i32.const 3) (i32.const 100) (i32.const 5)))"),
		case("fd_readdir", "(drop (call $readdir (i32.const 3) (i32.const 2000) (i32.const 1000) (i64.const 0) (i32.const 8)))"),
	]
}

fn simd() -> Vec<Case> {
	let mut cases = vec![
		case("v128.load", "(local.set $v1 (v128.load (i32.const 64)))"),
		case("v128.store", "(v128.store (i32.const 64) (local.get $v1))"),
		case(
			"v128.load8_lane",
			"(local.set $v1 (v128.load8_lane 3 (i32.const 64) (local.get $v1)))",
		),
		case(
			"i8x16.shuffle",
			"(local.set $v1 (i8x16.shuffle 0 17 3 4 5 31 7 8 9 10 11 12 13 14 15 16
		 (local.get $v1) (local.get $v2)))",
		),
		case("i8x16.shl", "(local.set $v1 (i8x16.shl (local.get $v1) (i32.const 3)))"),
		case("i8x16.shr_s", "(local.set $v1 (i8x16.shr_s (local.get $v1) (local.get $i1)))"),
		case("i64x2.shr_s", "(local.set $v1 (i64x2.shr_s (local.get $v1) (local.get $i1)))"),
		case(
			"v128.bitselect",
			"(local.set $v1 (v128.bitselect (local.get $v1) (local.get $v2) (local.get $v1)))",
		),
		case("i8x16.bitmask", "(local.set $v1 (i32x4.splat (i8x16.bitmask (local.get $v1))))"),
	];
	for name in [
		"i8x16.add",
		"i8x16.swizzle",
		"i64x2.mul",
		"i32x4.mul",
		"i8x16.avgr_u",
		"i8x16.min_s",
		"i16x8.q15mulr_sat_s",
		"i32x4.dot_i16x8_s",
		"i64x2.extmul_high_i32x4_s",
		"f32x4.add",
		"f64x2.mul",
		"f32x4.div",
		"f64x2.div",
		"f32x4.min",
		"f64x2.max",
		"f32x4.pmin",
		"i64x2.gt_s",
		"i8x16.narrow_i16x8_s",
	] {
		cases.push(binary(name, "v"));
	}
	for name in [
		"i8x16.popcnt",
		"i64x2.abs",
		"f32x4.sqrt",
		"f64x2.sqrt",
		"f32x4.nearest",
		"i32x4.trunc_sat_f32x4_u",
		"i32x4.trunc_sat_f32x4_s",
		"i32x4.trunc_sat_f64x2_u_zero",
		"i32x4.trunc_sat_f64x2_s_zero",
		"f32x4.convert_i32x4_u",
		"f64x2.convert_low_i32x4_u",
		"f32x4.demote_f64x2_zero",
		"f64x2.promote_low_f32x4",
		"i16x8.extadd_pairwise_i8x16_s",
	] {
		cases.push(unary(name, "v"));
	}
	cases
}

fn wasm(case: &Case) -> Vec<u8> {
	let import = |name: &str, of: &str, ty: &str| {
		format!("(import \"wasi_snapshot_preview1\" \"{of}\" (func ${name} {ty}))")
	};
	let imports = [
		import("write", "fd_write", "(param i32 i32 i32 i32) (result i32)"),
		import("read", "fd_read", "(param i32 i32 i32 i32) (result i32)"),
		import("random", "random_get", "(param i32 i32) (result i32)"),
		import("yield", "sched_yield", "(result i32)"),
		import("clock", "clock_time_get", "(param i32 i64 i32) (result i32)"),
		import("stat", "path_filestat_get", "(param i32 i32 i32 i32 i32) (result i32)"),
		import("open", "path_open", "(param i32 i32 i32 i32 i32 i64 i64 i32 i32) (result i32)"),
		import("close", "fd_close", "(param i32) (result i32)"),
		import("unlink", "path_unlink_file", "(param i32 i32 i32) (result i32)"),
		import("readdir", "fd_readdir", "(param i32 i32 i32 i64 i32) (result i32)"),
	]
	.concat();
	let locals = "(local $i1 i32) (local $i2 i32) (local $l1 i64) (local $l2 i64) (local $d1 f64)
		(local $d2 f64) (local $v1 v128) (local $v2 v128)";
	let set = "(local.set $i1 (i32.const 12)) (local.set $i2 (i32.const 7))
		(local.set $l1 (i64.const -987654321987)) (local.set $l2 (i64.const 7))
		(local.set $d1 (f64.const 1.23)) (local.set $d2 (f64.const 1.000001))
		(local.set $v1 (v128.const i32x4 0x12345 0x89abcdef 0x3f801234 5))
		(local.set $v2 (v128.const f32x4 1.01 1.02 3 4))";
	let body = case.step.repeat(UNROLLED);
	let keep =
		"(i32.store (i32.const 16) (local.get $i1)) (i64.store (i32.const 24) (local.get $l1))
		(f64.store (i32.const 32) (local.get $d1)) (v128.store (i32.const 48) (local.get $v1))";
	let text = format!(
		"(module {imports} (memory (export \"memory\") 1024) {}
		 (func (export \"_start\") {locals} {set} (block (loop {body} {keep} (br 0)))))",
		case.fields
	);
	wat::parse_str(&text).unwrap_or_else(|error| panic!("{}: {error}", case.name))
}

/// Prints nanoseconds for a unit of gas. `ONLY` is part of a name.
#[test]
#[ignore = "prints figures"]
fn time_for_gas() {
	let bench = bench();
	let only = std::env::var("ONLY").unwrap_or_default();
	let mut figures = Vec::new();
	let all = scalar().into_iter().chain(engine()).chain(host()).chain(simd());
	for case in all.filter(|case| case.name.contains(&only)) {
		let mut job = job(wasm(&case));
		job.spec.profile = Profile::SIMD.id();
		job.spec.limits.memory_pages = 1_024;
		let startup = 1_024 * STARTUP;
		job.spec.limits.gas = startup + 1;
		let idle = (0..3).map(|_| bench.run(&job).stats.execute).min().expect("three");
		job.spec.limits.gas = startup + GAS;
		let run = |_| {
			let finished = bench.run(&job);
			assert_eq!(finished.outcome.class, Class::OutOfGas, "{}", case.name);
			finished.stats.execute
		};
		let taken = (0..2).map(run).min().expect("two").saturating_sub(idle);
		figures.push((taken.as_secs_f64() * 1e9 / GAS as f64, case.name));
	}
	figures.sort_by(|a, b| b.0.total_cmp(&a.0));
	let median = figures[figures.len() / 2].0;
	println!("median {median:.3} ns");
	for (time, name) in figures {
		println!("{time:7.3} ns {:6.1}  {name}", time / median);
	}
}
