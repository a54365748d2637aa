//! What compilers have to merge, and how long compiling takes at the bound.

use super::*;
use crate::{
	Bound, Reason, check,
	function::{Context, Purpose, Scan},
};
use assay_primitives::profile::ModuleLimits;
use std::{time::Instant, vec::Vec};

/// `_start` with `nests` nests of `depth` ifs, whose innermost bodies assign all of `locals`, which
/// are summed at the end.
fn nests(locals: usize, nests: usize, depth: usize) -> String {
	let assign: String =
		(0..locals).map(|i| format!("(local.set {i} (i32.load (i32.const {})))", 4 * i)).collect();
	let open = repeat("(if (i32.load (i32.const 0)) (then ", depth);
	let nest = format!("{open} {assign} {}", repeat("))", depth));
	let sum: String = (0..locals).map(|i| format!("local.get {i} i32.add ")).collect();
	format!(
		"(local {}) {} (i32.const 0) {sum} (drop)",
		repeat("i32 ", locals),
		repeat(&nest, nests)
	)
}

/// Values on the operand stack over many joins.
fn stacked(height: usize, blocks: usize) -> String {
	let push: String = (0..height).map(|i| format!("(i32.load (i32.const {}))", 4 * i)).collect();
	let join = "(if (i32.load (i32.const 0)) (then (i32.store (i32.const 0) (i32.const 1))))";
	format!("{push} {} {} (drop)", repeat(join, blocks), repeat("i32.add ", height - 1))
}

/// A br_table whose ways all lead to one block, with all locals assigned before.
fn tables(locals: usize, count: usize, targets: usize) -> String {
	let assign: String =
		(0..locals).map(|i| format!("(local.set {i} (i32.load (i32.const {})))", 4 * i)).collect();
	let table = format!(
		"(block {assign} (br_if 0 (i32.load (i32.const 0))) {assign} (br_table {} 0 (i32.load (i32.const 0))))",
		repeat("0 ", targets)
	);
	let sum: String = (0..locals).map(|i| format!("local.get {i} i32.add ")).collect();
	format!(
		"(local {}) {} (i32.const 0) {sum} (drop)",
		repeat("i32 ", locals),
		repeat(&table, count)
	)
}

/// Branches that take many values along.
fn carried(arity: usize, branches: usize) -> String {
	let push: String = (0..arity).map(|i| format!("(i32.load (i32.const {}))", 4 * i)).collect();
	let results = repeat("i32 ", arity);
	let branch = repeat("(br_if 0 (i32.load (i32.const 0)))", branches);
	format!("(block (result {results}) {push} {branch}) {}", repeat("drop ", arity))
}

/// Largest number of merges in a function, sum over all, largest and sum of locals by control, sum of
/// squares of merges; largest number of pieces, sum of their squares; work; largest number of loops.
fn figures(wasm: &[u8]) -> [u64; 9] {
	use wasmparser::{Parser, Payload, ValidPayload, Validator};
	let mut profile = Profile::BASE;
	profile.limits = ModuleLimits {
		body_bytes: u32::MAX,
		locals: u32::MAX,
		locals_by_control: u64::MAX,
		merges_per_function: u64::MAX,
		nesting: u32::MAX,
		pieces: u32::MAX,
		loops: u32::MAX,
		carried: u32::MAX,
		work: u64::MAX,
		branch_targets: u32::MAX,
		..profile.limits
	};
	let mut validator = Validator::new();
	let mut allocations = Default::default();
	let mut types = Vec::new();
	let mut found = [0; 9];
	let mut functions = Vec::new();
	for payload in Parser::new(0).parse_all(wasm) {
		let payload = payload.expect("a module");
		if let Payload::TypeSection(section) = &payload {
			types = section
				.clone()
				.into_iter_err_on_gc_types()
				.collect::<Result<Vec<_>, _>>()
				.expect("functions");
		}
		match &payload {
			Payload::ImportSection(section) => {
				for import in section.clone() {
					if let wasmparser::TypeRef::Func(ty) = import.expect("an import").ty {
						functions.push(ty);
					}
				}
			},
			Payload::FunctionSection(section) => {
				functions.extend(section.clone().into_iter().map(|ty| ty.expect("a type")));
			},
			_ => {},
		}
		let valid = validator.payload(&payload).expect("valid");
		if let ValidPayload::Func(function, body) = valid {
			let context = Context { profile: &profile, types: &types, functions: &functions };
			let (plan, reused) =
				Scan::run(context, function, &body, allocations, Purpose::Rewriting, &mut ())
					.expect("no bounds");
			allocations = reused;
			found[0] = found[0].max(plan.merges);
			found[1] += plan.merges;
			found[2] = found[2].max(plan.locals_by_control);
			found[3] += plan.locals_by_control;
			found[4] += plan.merges * plan.merges;
			found[5] = found[5].max(plan.pieces.into());
			found[6] += u64::from(plan.pieces) * u64::from(plan.pieces);
			found[7] += plan.work;
			found[8] = found[8].max(plan.loops.into());
		}
	}
	found
}

#[test]
fn merges_should_be_counted_at_each_join_when_locals_are_assigned() {
	let merges = |body: &str| figures(&main(&format!("(local i32 i32 i32) {body}")))[0];
	let set = |i: u32| format!("(local.set {i} (i32.const 1))");
	let [a, b] = [set(0), set(1)];
	let truth = "(i32.const 1)";
	assert_eq!(merges(&format!("{a} {b}")), 0, "nothing joins");
	assert_eq!(merges(&format!("(block {a})")), 0, "nobody branches to it");
	assert_eq!(merges(&format!("(block {a} {a} {b} (br_if 0 {truth}))")), 2 * 2);
	assert_eq!(merges(&format!("(if {truth} (then {a}) (else {b}))")), 2 * 2);
	assert_eq!(merges(&format!("(if {truth} (then (if {truth} (then {a}))))")), 2 + 2);
	assert_eq!(merges(&format!("(loop {a})")), 0, "nobody goes back");
	assert_eq!(merges(&format!("(loop {a} (br_if 0 {truth}) (br_if 0 {truth}))")), 3);
	assert_eq!(merges(&format!("(block {a} (br_table 0 0 0 0 {truth}))")), 5);
	let carried = format!("(drop (block (result i32) {truth} (br_if 0 {truth})))");
	assert_eq!(merges(&carried), 2, "values that a branch takes along count too");
	let around = format!("(block (br_if 0 {truth}) (block {a}) (drop (local.tee 1 {truth})))");
	assert_eq!(merges(&around), 2 * 2, "what is assigned inside is assigned around it");
	let leave = format!("{a} (if {truth} (then (return)))");
	assert_eq!(merges(&leave), 0, "no local is needed behind the end of a function");
}

#[test]
fn results_should_be_counted_when_a_function_is_left_early() {
	let wasm = module(
		"(func (result i32 i32) (if (i32.const 1) (then (return (i32.const 1) (i32.const 2))))
		 (i32.const 3) (i32.const 4)) (func (export \"_start\"))",
	);
	assert_eq!(figures(&wasm)[0], 2 * 2);
}

#[test]
fn functions_should_be_refused_when_too_much_is_merged() {
	let limit = Profile::BASE.limits.merges_per_function;
	// Each level of ifs merges all locals, from two sides.
	let depth = limit / (2 * 1_000);
	let within = module(&format!("(func (export \"_start\") {})", nests(1_000, 1, depth as usize)));
	assert_eq!(check(&within, &Profile::BASE).err(), None);
	let beyond = main(&nests(1_000, 1, depth as usize + 1));
	let refusal = check(&beyond, &Profile::BASE).expect_err("too much");
	let found = 2 * 1_000 * (depth + 1);
	assert_eq!(refusal.reason, Reason::Limit { bound: Bound::Merges, found, limit });
}

#[test]
fn modules_should_be_refused_when_too_much_is_merged_together() {
	let limits = Profile::BASE.limits;
	let depth = limits.merges_per_function / (2 * 1_000);
	let each = 2 * 1_000 * depth;
	let most = limits.merges_per_module / each;
	let function = format!("(func {})", nests(1_000, 1, depth as usize));
	let many = |count: u64| {
		let functions = repeat(&function, count as usize);
		check(&module(&format!("{functions} (func (export \"_start\"))")), &Profile::BASE)
	};
	assert_eq!(many(most).err(), None);
	let (found, limit) = (each * (most + 1), limits.merges_per_module);
	let refusal = many(most + 1).expect_err("too much");
	assert_eq!(refusal.reason, Reason::Limit { bound: Bound::ModuleMerges, found, limit });
}

#[test]
#[ignore = "prints figures for setting the bounds: CASE=\"nests 2000 2 100 1\""]
fn calibrate() {
	let case = std::env::var("CASE").expect("CASE");
	let words: Vec<&str> = case.split(' ').collect();
	let n: Vec<usize> = words[1..].iter().filter_map(|n| n.parse().ok()).collect();
	let wasm = match words[0] {
		"file" => std::fs::read(words[1]).expect("file"),
		name => {
			let (body, copies) = match name {
				"nests" => (nests(n[0], n[1], n[2]), n[3]),
				"stacked" => (stacked(n[0], n[1]), n[2]),
				"tables" => (tables(n[0], n[1], n[2]), n[3]),
				"carried" => (carried(n[0], n[1]), n[2]),
				_ => panic!("unknown"),
			};
			let functions = repeat(&format!("(func {body})"), copies);
			module(&format!("{functions} (func (export \"_start\"))"))
		},
	};
	println!("largest and sum, locals by control alike: {:?}", figures(&wasm));
	if std::env::var("ONLY").is_ok() {
		return;
	}
	let mut profile = Profile::BASE;
	let start = Instant::now();
	let refusal = check(&wasm, &profile).err();
	let checked = start.elapsed();
	profile.limits.merges_per_function = u64::MAX;
	profile.limits.merges_per_module = u64::MAX;
	profile.limits.locals_by_control = u64::MAX;
	let metered = instrument(&wasm, &profile, 1_000).expect("inside");
	let mut config = Config::new();
	config.cranelift_opt_level(OptLevel::Speed).cranelift_nan_canonicalization(true);
	config
		.generate_address_map(false)
		.native_unwind_info(false)
		.compiler_inlining(wasmtime::Inlining::No);
	if std::env::var("SINGLE").is_ok() {
		config.cranelift_regalloc_algorithm(wasmtime::RegallocAlgorithm::SinglePass);
	}
	let engine = Engine::new(&config).expect("the settings fit");
	let start = Instant::now();
	let compiled = engine.precompile_module(&metered.wasm).map(|artifact| artifact.len());
	let status = std::fs::read_to_string("/proc/self/status").expect("proc");
	let peak = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
	println!(
		"{case}: {} bytes, check {checked:?} ({refusal:?}), compile {:?}, {peak}, {compiled:?}",
		wasm.len(),
		start.elapsed(),
	);
}
