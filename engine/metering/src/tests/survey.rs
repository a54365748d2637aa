//! All bounds at once.

use super::*;
use crate::{Bound, Measured, Survey, check, survey};
use std::{format, vec::Vec};

/// Limits that small modules can exceed.
fn narrow() -> Profile {
	let mut profile = Profile::BASE;
	let limits = &mut profile.limits;
	(limits.body_bytes, limits.locals, limits.locals_by_control) = (40, 6, 20);
	(limits.merges_per_function, limits.pieces, limits.loops) = (4, 3, 1);
	(limits.carried, limits.nesting, limits.branch_targets) = (1, 2, 2);
	(limits.params, limits.functions, limits.globals, limits.types) = (2, 3, 1, 3);
	(limits.table_elements, limits.tables, limits.segments, limits.exports) = (4, 1, 1, 2);
	(limits.work, limits.merges_per_module, limits.module_bytes) = (700, 8, 200);
	limits.locals_by_control_per_module = 30;
	profile
}

/// Exceeds every bound of [`narrow`] but that of imports.
const LARGE: &str = "
	(type (func (param i32 i32 i32))) (type (func (result i32 i32 i32)))
	(table 5 funcref) (table 1 funcref) (elem (i32.const 0) $a) (elem (i32.const 1) $b)
	(data (i32.const 0) \"a\") (data (i32.const 1) \"b\")
	(global (mut i32) (i32.const 0)) (global (mut i32) (i32.const 0))
	(func $a (param i32 i32) (result i32) (local i32 i32 i32 i32 i32)
	 (block (block (block (block (result i32) (block (result i32) (i32.const 1)))
	  (br_table 0 1 2 0) (local.set 2 (i32.const 1)) (local.set 3 (i32.const 1)))))
	 (loop (br_if 0 (local.get 0))) (loop (br_if 0 (local.get 1)))
	 (if (local.get 0) (then (local.set 2 (i32.const 1)) (local.set 3 (i32.const 2)))
	  (else (local.set 4 (i32.const 1)) (local.set 5 (i32.const 2))))
	 (if (local.get 0) (then (local.set 2 (i32.const 1)) (local.set 3 (i32.const 2))))
	 (i32.const 1))
	(func $b (export \"b\") (drop (call $a (i32.const 1) (i32.const 2))))
	(func $c (export \"c\")) (func (export \"_start\"))";

fn found(survey: &Survey, bound: Bound) -> Measured {
	*survey.measured.iter().find(|row| row.bound == bound).expect("it was counted")
}

fn exceeded(survey: &Survey) -> Vec<Bound> {
	survey.measured.iter().filter(|row| row.exceeds()).map(|row| row.bound).collect()
}

#[test]
fn every_bound_should_be_named_when_all_are_exceeded() {
	let profile = narrow();
	let survey = survey(&module(LARGE), &profile);
	assert!(survey.complete, "{survey:?}");
	let all = [
		Bound::ModuleBytes,
		Bound::BodyBytes,
		Bound::Locals,
		Bound::LocalsByControl,
		Bound::ModuleLocalsByControl,
		Bound::Params,
		Bound::Results,
		Bound::Nesting,
		Bound::BranchTargets,
		Bound::Functions,
		Bound::Globals,
		Bound::Tables,
		Bound::TableElements,
		Bound::DataSegments,
		Bound::ElementSegments,
		Bound::Types,
		Bound::Exports,
		Bound::Merges,
		Bound::ModuleMerges,
		Bound::Pieces,
		Bound::Loops,
		Bound::Carried,
		Bound::Work,
	];
	let missing: Vec<_> = all.iter().filter(|it| !exceeded(&survey).contains(it)).collect();
	assert!(missing.is_empty(), "{missing:?} of {survey:#?}");
	for (bound, count) in
		[(Bound::Functions, 4), (Bound::Loops, 2), (Bound::Nesting, 5), (Bound::TableElements, 5)]
	{
		assert_eq!(found(&survey, bound).found, count, "{bound:?}");
	}
	assert_eq!(survey.refusal, check(&module(LARGE), &profile).err(), "the check is what decides");
}

#[test]
fn each_bound_alone_should_be_what_the_check_refuses_when_it_is_lowered_by_one() {
	let wasm = module(LARGE);
	let most = |change: &dyn Fn(&mut assay_primitives::profile::ModuleLimits, u64), bound| {
		let row = found(&survey(&wasm, &Profile::BASE), bound);
		let mut profile = Profile::BASE;
		change(&mut profile.limits, row.found);
		assert_eq!(check(&wasm, &profile).err(), None, "{bound:?} at {}", row.found);
		change(&mut profile.limits, row.found - 1);
		let refusal = check(&wasm, &profile).expect_err("one too much");
		let survey = survey(&wasm, &profile);
		assert_eq!(exceeded(&survey), [bound], "{refusal:?}");
		assert_eq!(survey.refusal, Some(refusal));
	};
	most(&|limits, most| limits.module_bytes = most as u32, Bound::ModuleBytes);
	most(&|limits, most| limits.body_bytes = most as u32, Bound::BodyBytes);
	most(&|limits, most| limits.locals = most as u32, Bound::Locals);
	most(&|limits, most| limits.locals_by_control = most, Bound::LocalsByControl);
	most(&|limits, most| limits.merges_per_function = most, Bound::Merges);
	most(&|limits, most| limits.merges_per_module = most, Bound::ModuleMerges);
	most(&|limits, most| limits.pieces = most as u32, Bound::Pieces);
	most(&|limits, most| limits.loops = most as u32, Bound::Loops);
	most(&|limits, most| limits.carried = most as u32, Bound::Carried);
	most(&|limits, most| limits.nesting = most as u32, Bound::Nesting);
	most(&|limits, most| limits.branch_targets = most as u32, Bound::BranchTargets);
	most(&|limits, most| limits.functions = most as u32, Bound::Functions);
	most(&|limits, most| limits.work = most, Bound::Work);
	let product = Bound::ModuleLocalsByControl;
	most(&|limits, most| limits.locals_by_control_per_module = most, product);
}

#[test]
fn worst_function_should_be_pointed_at_and_the_others_counted() {
	let loops = |count| repeat("(loop)", count);
	let wasm = module(&format!(
		"(func {}) (func {}) (func (export \"_start\") {})",
		loops(2),
		loops(5),
		loops(3)
	));
	let mut profile = Profile::BASE;
	profile.limits.loops = 2;
	let row = found(&survey(&wasm, &profile), Bound::Loops);
	assert_eq!((row.found, row.limit, row.above), (5, 2, 2));
	let last = wasm.windows(2).rposition(|two| two == [0x03, 0x40]).expect("loops");
	let first = wasm.windows(2).position(|two| two == [0x03, 0x40]).expect("loops");
	assert!((first as u64..last as u64).contains(&row.offset), "the second function");
}

#[test]
fn figures_should_be_the_least_there_is_when_a_module_can_not_be_read_to_its_end() {
	let wasm = module("(func $a) (func (export \"_start\") (return_call $a)) (func (loop))");
	let survey = survey(&wasm, &Profile::BASE);
	assert!(!survey.complete && exceeded(&survey).is_empty());
	assert_eq!(survey.others.first(), survey.refusal.as_ref());
	assert_eq!(found(&survey, Bound::Functions).found, 3);
	assert_eq!(found(&survey, Bound::Loops).found, 1, "behind the function that is refused");
	for end in 0..wasm.len() {
		let cut = crate::survey(&wasm[..end], &Profile::BASE);
		assert!(cut.refusal.is_some(), "cut at {end}");
	}
}

#[test]
fn everything_wrong_should_be_told_and_counting_go_on() {
	let text = "(module (import \"env\" \"a\" (func $a)) (import \"env\" \"b\" (func))
		(import \"wasi_snapshot_preview1\" \"fd_write\" (func))
		(memory 1) (func (call $a) (loop) (loop)))";
	let wasm = wat::parse_str(text).expect("well-formed");
	let mut profile = Profile::BASE;
	profile.limits.loops = 1;
	let survey = survey(&wasm, &profile);
	let reasons: Vec<_> = survey.others.iter().map(|refusal| format!("{refusal}")).collect();
	for says in ["env.a", "env.b", "fd_write has another type", "_start"] {
		assert!(reasons.iter().any(|reason| reason.contains(says)), "{says}: {reasons:?}");
	}
	assert_eq!(exceeded(&survey), [Bound::Loops]);
	assert!(survey.complete);
	assert_eq!(survey.others.first(), survey.refusal.as_ref());
	let imports: Vec<_> = (0..100).map(|at| format!("(import \"env\" \"{at}\" (func))")).collect();
	let many = wat::parse_str(format!("(module {})", imports.concat())).expect("well-formed");
	assert_eq!(crate::survey(&many, &Profile::BASE).others.len(), crate::OTHERS);
}

#[test]
fn counting_should_stay_bounded_when_a_module_is_made_to_need_memory() {
	// Each level of blocks takes a bit for each local to be counted.
	let deep = [repeat("block ", 100_000), repeat("end ", 100_000)].concat();
	let locals = repeat(" i32", 20_000);
	let wasm = main(&format!("(local{locals}) {deep}"));
	let survey = survey(&wasm, &Profile::BASE);
	assert!(!survey.complete);
	let row = found(&survey, Bound::Nesting);
	assert!(row.exceeds() && row.found < 20_000, "{row:?}");
}
