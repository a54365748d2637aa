//! Profile 2: what it accepts beside profile 1, and what vectors cost.

use super::*;
use crate::{Bound, Reason, check};

const COSTS: assay_primitives::profile::CostTable = Profile::SIMD.costs;

fn refused(profile: &Profile, wasm: &[u8]) -> Reason {
	check(wasm, profile).expect_err("outside the profile").reason
}

/// Gas of `_start` with this body under profile 2, over what starting costs, and its slots.
fn figures(body: &str) -> (u64, i64) {
	let run = run_under(&Profile::SIMD, &main(body), 1 << 40);
	assert_eq!(run.trap, None);
	(run.gas - PAGE, run.slots)
}

/// Slots that are taken where `_start`, which calls, traps.
fn slots(fields: &str) -> i64 {
	let wasm =
		module(&format!("(func $f) (func (export \"_start\") {fields} (call $f) unreachable)"));
	let run = run_under(&Profile::SIMD, &wasm, 1 << 40);
	assert_eq!(run.trap, Some(Trap::Program));
	run.slots
}

#[test]
fn vectors_should_be_refused_with_the_profile_they_need_when_it_has_none() {
	let needs = Reason::NeedsProfile { number: 2 };
	for fields in [
		"(func (drop (v128.const i64x2 0 0)))",
		"(func (drop (i32x4.splat (i32.const 1))))",
		"(func (v128.store (i32.const 0) (v128.load (i32.const 0))))",
		"(func (param v128))",
		"(func (result v128) unreachable)",
		"(func (local v128))",
		"(func (drop (block (result v128) unreachable)))",
		"(func (drop (select (result v128) (unreachable))))",
		"(global v128 (v128.const i64x2 0 0))",
		"(type (func (param v128)))",
	] {
		let wasm = module(&format!("{fields} (func (export \"_start\"))"));
		let refusal = check(&wasm, &Profile::BASE).expect_err("no vectors in profile 1");
		assert_eq!(refusal.reason, needs, "{fields}");
		assert!(refusal.offset > 8 && refusal.offset < wasm.len() as u64, "{refusal}");
		assert_eq!(check(&wasm, &Profile::SIMD).err(), None, "{fields}");
	}
	assert_eq!(needs.to_string(), "this module needs profile 2");
}

#[test]
fn relaxed_vectors_and_other_proposals_should_be_refused_under_both_profiles() {
	for body in [
		"(drop (i8x16.relaxed_swizzle (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
		"(drop (f32x4.relaxed_madd (v128.const i64x2 0 0) (v128.const i64x2 0 0) (v128.const i64x2 0 0)))",
		"(drop (i32.atomic.load (i32.const 0)))",
		"(return_call 0)",
	] {
		let wasm = main(body);
		assert!(matches!(refused(&Profile::SIMD, &wasm), Reason::Malformed(_)), "{body}");
		assert!(check(&wasm, &Profile::BASE).is_err(), "{body}");
	}
}

#[test]
fn profile_two_should_agree_with_profile_one_when_there_are_no_vectors() {
	let wasm = main(
		"(local i32) (local.set 0 (i32.const 100))
		 (loop (drop (i32.div_u (i32.const 7) (local.get 0)))
		  (br_if 0 (local.tee 0 (i32.sub (local.get 0) (i32.const 1)))))",
	);
	let [one, two] = Profile::ALL.map(|profile| run_under(&profile, &wasm, 1 << 40));
	assert_eq!(one, two);
	let [one, two] = Profile::ALL.map(|profile| instrument(&wasm, &profile, 16).expect("inside"));
	assert_eq!(one, two);
}

#[test]
fn vectors_should_cost_what_the_table_says_when_executed() {
	let (vector, steps) = (u64::from(COSTS.vector), u64::from(COSTS.vector_steps));
	let zero = "(v128.const i64x2 0 0)";
	assert_eq!(figures(&format!("(drop {zero})")).0, vector);
	assert_eq!(figures(&format!("(drop (i32x4.add {zero} {zero}))")).0, 3 * vector);
	assert_eq!(figures("(drop (v128.load (i32.const 0)))").0, 1 + vector);
	assert_eq!(figures(&format!("(v128.store (i32.const 0) {zero})")).0, 1 + 2 * vector);
	for division in ["f32x4.div", "f64x2.div"] {
		let gas = figures(&format!("(drop ({division} {zero} {zero}))")).0;
		assert_eq!(gas, 2 * vector + steps, "{division}");
	}
	assert_eq!(figures(&format!("(drop (f64x2.sqrt {zero}))")).0, vector + steps);
	// Moving them about costs what moving other values costs.
	let moved = format!("(local v128) (local.set 0 {zero}) (drop (local.get 0))");
	assert_eq!(figures(&moved).0, vector + 2);
}

#[test]
fn gas_should_be_exact_when_a_vector_access_traps() {
	let wasm = main("(drop (v128.load (i32.const 65521)))");
	let run = run_under(&Profile::SIMD, &wasm, 1 << 40);
	assert_eq!((run.trap, run.gas - PAGE), (Some(Trap::Program), 1 + u64::from(COSTS.vector)));
	let wasm = main("(drop (v128.load (i32.const 65520)))");
	assert_eq!(run_under(&Profile::SIMD, &wasm, 1 << 40).trap, None);
}

#[test]
fn frames_should_count_vectors_twice_when_they_are_locals_or_operators() {
	let bare = slots("");
	assert_eq!(slots("(local i32 i64 f64)"), bare + 3);
	assert_eq!(slots("(local v128)"), bare + 2);
	assert_eq!(slots("(local v128 v128 i32 v128)"), bare + 7);
	// `drop`, `call`, `unreachable` and `end` count too.
	let nots = |n: usize| format!("(v128.const i64x2 0 0) {} drop", repeat("v128.not ", n));
	assert_eq!(slots(&nots(60)), bare + 1, "one value on the operand stack");
	assert_eq!(slots(&nots(61)), bare + 2, "62 operators twice, and four others");
}

#[test]
fn locals_should_be_refused_when_vectors_make_them_too_many() {
	let limit = Profile::SIMD.limits.locals;
	let locals = |n: u32| main(&format!("(local {})", repeat("v128 ", n as usize)));
	assert_eq!(check(&locals(limit / 2), &Profile::SIMD).err(), None);
	let found = u64::from(limit) + 2;
	let reason = Reason::Limit { bound: Bound::Locals, found, limit: limit.into() };
	assert_eq!(refused(&Profile::SIMD, &locals(limit / 2 + 1)), reason);
	let params = "(func (param v128 v128)) (func (export \"_start\"))";
	assert_eq!(check(&module(params), &Profile::SIMD).err(), None);
}
