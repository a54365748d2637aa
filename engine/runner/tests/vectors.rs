//! Jobs under profile 2.

mod common;

use assay_primitives::outcome::Class;
use assay_runner::Reason;
use common::*;

/// Mixes vectors of integers and floats, NaNs among them, in memory, and writes it out.
const MIX: &str = "
	(func (export \"_start\") (local $at i32) (local $v v128) (local $f v128)
	 (local.set $v (v128.const i32x4 0x01234567 0x89abcdef 0x7fa00001 0xffc00000))
	 (local.set $f (v128.const f64x2 nan:0x4000000000001 -1.5))
	 (loop
	  (local.set $v (i8x16.swizzle (i32x4.mul (local.get $v) (i32x4.splat (i32.const 0x9e3779b1)))
	   (i8x16.popcnt (local.get $v))))
	  (local.set $f (f64x2.div (f64x2.add (local.get $f) (f64x2.sqrt (local.get $v)))
	   (f64x2.convert_low_i32x4_u (local.get $v))))
	  (v128.store offset=1024 (local.get $at) (v128.xor (local.get $v)
	   (f32x4.div (local.get $v) (f32x4.demote_f64x2_zero (local.get $f)))))
	  (v128.store offset=1040 (local.get $at) (f64x2.max (local.get $f) (local.get $v)))
	  (br_if 0 (i32.lt_u (local.tee $at (i32.add (local.get $at) (i32.const 32))) (i32.const 32768))))
	 (i32.store (i32.const 0) (i32.const 1024)) (i32.store (i32.const 4) (i32.const 32768))
	 (drop (call $write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))))";

#[test]
fn outcome_should_be_the_same_when_vectors_are_compiled_in_another_way() {
	let (fast, unoptimised) = (bench(), plain());
	let job = vectors(job(program(MIX)));
	let (first, second) = (fast.run(&job), unoptimised.run(&job));
	assert_eq!(first.outcome.class, Class::Exited(0));
	assert_eq!(first.outcome, second.outcome);
	assert_eq!(fast.stdout(&first).len(), 32_768);
}

#[test]
fn module_should_be_invalid_when_it_has_vectors_under_profile_one() {
	let bench = bench();
	let finished = bench.run(&job(program(MIX)));
	assert_eq!(finished.outcome.class, Class::ModuleInvalid);
	let refusal = finished.refusal.expect("given");
	assert_eq!(refusal.reason, Reason::NeedsProfile { number: 2 });
	// What is kept for one profile does not serve the other.
	assert_eq!(bench.run(&vectors(job(program(MIX)))).outcome.class, Class::Exited(0));
	assert_eq!(bench.run(&job(program(MIX))).outcome.class, Class::ModuleInvalid);
}

#[test]
fn recursion_should_end_at_the_profile_when_it_spills_vectors() {
	// As many vectors as possible that live across a call.
	let pushes: String = (0..500)
		.map(|i| format!("(i32x4.mul (local.get 0) (i32x4.splat (i32.const {})))", 2 * i + 3))
		.collect();
	let sums = "v128.xor ".repeat(500);
	let wide = program(&format!(
		"(func $f (param v128) (result v128) {pushes}
		 (call $f (i32x4.add (local.get 0) (v128.const i32x4 1 2 3 4))) {sums})
		 (func (export \"_start\") (drop (call $f (v128.const i32x4 1 2 3 4))))"
	));
	let outcome = bench().run(&vectors(job(wide.clone()))).outcome;
	assert_eq!(outcome.class, Class::StackExhausted);
	assert_eq!(outcome, plain().run(&vectors(job(wide))).outcome);
}

#[test]
fn large_native_frames_should_end_at_the_profile_when_loaded_vectors_are_kept() {
	// Each value is loaded before the call and used behind it, but hardly any is on the operand
	// stack or in a local of its own: the optimiser keeps what it has loaded once.
	let uses: String = (0..6_000)
		.map(|i| {
			format!(
				"(local.set 1 (v128.xor (local.get 1) (i16x8.q15mulr_sat_s (local.get 0)
				 (i16x8.splat (i32.const {})))))",
				i + 1
			)
		})
		.collect();
	let body = format!("(local v128) {uses}");
	let deep = program(&format!(
		"(func $f (param v128) (result v128) {body}
		 (local.set 1 (v128.xor (local.get 1) (call $f (local.get 0)))) {uses} (local.get 1))
		 (func (export \"_start\") (drop (call $f (v128.const i32x4 1 2 3 4))))"
	));
	let mut job = vectors(job(deep));
	job.spec.limits.gas = 1 << 40;
	let outcome = bench().run(&job).outcome;
	assert_eq!(outcome.class, Class::StackExhausted);
	assert_eq!(outcome, plain().run(&job).outcome);
}
