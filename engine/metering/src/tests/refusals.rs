//! Every reason for refusing a module.

use super::*;
use crate::{Bound, Reason, Refusal, check};

fn refused(wasm: &[u8]) -> Reason {
	let checked = check(wasm, &Profile::BASE).expect_err("must be refused");
	let instrumented = instrument(wasm, &Profile::BASE, 16).expect_err("must be refused");
	assert_eq!(checked, instrumented);
	assert!(checked.offset <= wasm.len() as u64, "the offset lies in the module");
	checked.reason
}

fn malformed(text: &str) {
	let wasm = wat::parse_str(text).expect("well-formed");
	assert!(matches!(refused(&wasm), Reason::Malformed(_)), "{text}");
}

fn above(wasm: &[u8], expected: Bound, most: u64) {
	match refused(wasm) {
		Reason::Limit { bound, found, limit } => {
			assert_eq!((bound, limit), (expected, most));
			assert!(found > limit);
		},
		other => panic!("{expected:?} expected, not {other:?}"),
	}
}

fn accepted(wasm: &[u8]) {
	assert_eq!(check(wasm, &Profile::BASE).err(), None);
	// What the pass writes must be a valid module again.
	run(wasm, 1 << 32);
}

#[test]
fn bytes_should_be_refused_when_they_are_no_module() {
	assert!(matches!(refused(b""), Reason::Malformed(_)));
	assert!(matches!(refused(b"\x7fELF\x02\x01\x01\x00"), Reason::Malformed(_)));
	assert!(matches!(refused(b"\0asm\x02\0\0\0"), Reason::Malformed(_)));
	// A component.
	assert!(matches!(refused(b"\0asm\x0d\0\x01\0"), Reason::Malformed(_)));
	let whole = main("(drop (i32.const 1))");
	for end in 9..whole.len() {
		assert!(check(&whole[..end], &Profile::BASE).is_err(), "cut at {end}");
	}
}

#[test]
fn features_should_be_refused_when_outside_the_profile() {
	for body in [
		"(drop (i32.atomic.load (i32.const 0)))",
		"(return_call 0)",
		"(drop (ref.null extern))",
		"(drop (ref.i31 (i32.const 0)))",
		"(drop (i64.add128 (i64.const 0) (i64.const 0) (i64.const 0) (i64.const 0))) (drop)",
	] {
		malformed(&format!(
			"(module (memory (export \"memory\") 1) (func (export \"_start\") {body}))"
		));
	}
	for fields in [
		"(memory 1)",
		"(tag)",
		"(table 1 externref)",
		"(global externref (ref.null extern))",
		"(type (struct))",
		"(func (param externref))",
		"(table 1 funcref (ref.null func))",
	] {
		let module = "(module (memory (export \"memory\") 1) (func (export \"_start\"))";
		malformed(&format!("{module} {fields})"));
	}
	malformed("(module (memory (export \"memory\") i64 1) (func (export \"_start\")))");
	malformed("(module (memory (export \"memory\") 1 2 shared) (func (export \"_start\")))");
	malformed("(module (memory (export \"memory\") 65537) (func (export \"_start\")))");
}

#[test]
fn features_should_be_accepted_when_inside_the_profile() {
	accepted(&main(
		"(drop (i32.extend8_s (i32.const 1))) (drop (i64.trunc_sat_f32_u (f32.const 1)))
		 (block (result i32 i32) (i32.const 1) (i32.const 2)) (drop) (drop)
		 (memory.fill (i32.const 0) (i32.const 0) (i32.const 9))",
	));
	accepted(&module(
		"(global (export \"g\") (mut i32) (i32.add (i32.const 1) (i32.const 2)))
		 (table $t (export \"t\") 1 funcref) (func $f (export \"f\"))
		 (func (export \"_start\") (table.set $t (i32.const 0) (ref.func $f)))",
	));
}

#[test]
fn code_should_be_refused_when_it_does_not_validate() {
	// Built by hand: `_start` leaves a value on the stack.
	let good = main("(drop (i32.const 1))");
	let drop = good.iter().rposition(|byte| *byte == 0x1a).expect("there is a drop");
	let mut bad = good.clone();
	bad[drop] = 0x01;
	assert!(matches!(refused(&bad), Reason::Malformed(_)));
}

#[test]
fn imports_should_be_refused_when_they_are_not_wasi() {
	let import = |import: &str| {
		refused(
			&wat::parse_str(format!(
				"(module {import} (memory (export \"memory\") 1) (func (export \"_start\")))"
			))
			.expect("well-formed"),
		)
	};
	let unknown = |module: &str, name: &str| Reason::UnknownImport {
		module: module.into(),
		name: name.into(),
	};
	let wasi = "wasi_snapshot_preview1";
	assert_eq!(import("(import \"env\" \"f\" (func))"), unknown("env", "f"));
	assert_eq!(import(&format!("(import \"{wasi}\" \"f\" (func))")), unknown(wasi, "f"));
	let old = "(import \"wasi_unstable\" \"sched_yield\" (func (result i32)))";
	assert_eq!(import(old), unknown("wasi_unstable", "sched_yield"));
	let global = format!("(import \"{wasi}\" \"sched_yield\" (global i32))");
	assert_eq!(import(&global), unknown(wasi, "sched_yield"));
	let table = format!("(import \"{wasi}\" \"sched_yield\" (table 1 funcref))");
	assert_eq!(import(&table), unknown(wasi, "sched_yield"));
	let typed = format!("(import \"{wasi}\" \"proc_exit\" (func (param i64)))");
	assert_eq!(import(&typed), Reason::ImportType { name: "proc_exit".into() });
	let returns = format!("(import \"{wasi}\" \"proc_exit\" (func (param i32) (result i32)))");
	assert_eq!(import(&returns), Reason::ImportType { name: "proc_exit".into() });
}

#[test]
fn exports_should_be_refused_when_missing_reserved_or_of_another_kind() {
	let parse = |text: &str| refused(&wat::parse_str(text).expect("well-formed"));
	assert_eq!(parse("(module)"), Reason::NoMemory);
	assert_eq!(parse("(module (memory 1) (func (export \"_start\")))"), Reason::NoMemory);
	assert_eq!(parse("(module (func (export \"memory\")) (memory 1))"), Reason::NoMemory);
	assert_eq!(parse("(module (memory (export \"memory\") 1))"), Reason::NoStart);
	assert_eq!(parse("(module (memory 1) (func))"), Reason::NoStart);
	assert_eq!(
		parse("(module (memory (export \"memory\") 1) (func (export \"main\")))"),
		Reason::NoStart
	);
	for ty in ["(param i32)", "(result i32) (i32.const 1)"] {
		let text =
			format!("(module (memory (export \"memory\") 1) (func (export \"_start\") {ty}))");
		assert_eq!(parse(&text), Reason::StartType);
	}
	let reserved = module("(func (export \"_start\")) (func (export \"assay:gas\"))");
	assert_eq!(refused(&reserved), Reason::ReservedExport { name: "assay:gas".into() });
}

#[test]
fn segments_should_be_refused_when_out_of_bounds() {
	let with = |field: &str| module(&format!("{field} (func $f (export \"_start\"))"));
	assert_eq!(refused(&with("(data (i32.const 65535) \"ab\")")), Reason::SegmentOutOfBounds);
	assert_eq!(refused(&with("(data (i32.const -1) \"\")")), Reason::SegmentOutOfBounds);
	assert_eq!(
		refused(&with("(table 1 funcref) (elem (i32.const 1) $f)")),
		Reason::SegmentOutOfBounds
	);
	accepted(&with("(data (i32.const 65535) \"a\") (table 1 funcref) (elem (i32.const 0) $f)"));
	accepted(&with("(data (offset (i32.mul (i32.const 5) (i32.const 13107))) \"a\")"));
}

#[test]
fn memory_should_be_refused_when_above_the_task() {
	let wasm = wat::parse_str("(module (memory (export \"memory\") 5) (func (export \"_start\")))")
		.expect("well-formed");
	assert!(check(&wasm, &Profile::BASE).is_ok(), "only the task knows its bound");
	let Refusal { reason, .. } = instrument(&wasm, &Profile::BASE, 4).expect_err("above");
	assert_eq!(reason, Reason::MemoryAboveTask { minimum: 5, limit: 4 });
	assert!(instrument(&wasm, &Profile::BASE, 5).is_ok());
}

#[test]
fn numbers_should_be_refused_when_above_the_profile() {
	let limits = Profile::BASE.limits;
	let start = "(func (export \"_start\"))";
	let many =
		|field: &str, count: u32| module(&format!("{} {start}", repeat(field, count as usize)));
	above(&many("(func)", limits.functions), Bound::Functions, limits.functions.into());
	let global = "(global i32 (i32.const 0))";
	accepted(&many(global, limits.globals));
	above(&many(global, limits.globals + 1), Bound::Globals, limits.globals.into());
	above(&many("(table 0 funcref)", limits.tables + 1), Bound::Tables, limits.tables.into());
	above(&many("(data \"\")", limits.segments + 1), Bound::DataSegments, limits.segments.into());
	above(
		&many("(elem func)", limits.segments + 1),
		Bound::ElementSegments,
		limits.segments.into(),
	);
	let exports: String =
		(0..limits.exports).map(|i| format!("(export \"e{i}\" (memory 0))")).collect();
	above(&module(&format!("{exports} {start}")), Bound::Exports, limits.exports.into());
	above(
		&module(&format!("(table {} funcref) {start}", limits.table_elements + 1)),
		Bound::TableElements,
		limits.table_elements.into(),
	);
	let import = "(import \"wasi_snapshot_preview1\" \"sched_yield\" (func (result i32)))";
	let imports = repeat(import, limits.exports as usize + 1);
	let wasm = wat::parse_str(format!("(module {imports} (memory (export \"memory\") 1) {start})"));
	above(&wasm.expect("well-formed"), Bound::Imports, limits.exports.into());
	let types = many("(type (func))", limits.types + 1);
	above(&types, Bound::Types, limits.types.into());
}

#[test]
fn functions_should_be_refused_when_above_the_profile() {
	let limits = Profile::BASE.limits;
	let params = repeat("i32 ", limits.params as usize);
	let start = "(func (export \"_start\"))";
	accepted(&module(&format!("(func (param {params})) {start}")));
	let wide = module(&format!("(func (param {params} i32)) {start}"));
	above(&wide, Bound::Params, limits.params.into());
	let wide = module(&format!("(func (result {params} i32) unreachable) {start}"));
	above(&wide, Bound::Results, limits.params.into());

	let locals = |n: u32| main(&format!("(local {})", repeat("i64 ", n as usize)));
	accepted(&locals(limits.locals));
	above(&locals(limits.locals + 1), Bound::Locals, limits.locals.into());

	let nested =
		|n: u32| main(&format!("{} {}", repeat("block ", n as usize), repeat("end ", n as usize)));
	accepted(&nested(limits.nesting));
	above(&nested(limits.nesting + 1), Bound::Nesting, limits.nesting.into());

	let table = |n: u32| main(&format!("(br_table {} 0 (i32.const 0))", repeat("0 ", n as usize)));
	accepted(&table(limits.branch_targets));
	above(&table(limits.branch_targets + 1), Bound::BranchTargets, limits.branch_targets.into());

	let long = main(&repeat("nop ", limits.body_bytes as usize));
	above(&long, Bound::BodyBytes, limits.body_bytes.into());

	let loops = |n: u32| main(&repeat("(loop) ", n as usize));
	accepted(&loops(limits.loops));
	above(&loops(limits.loops + 1), Bound::Loops, limits.loops.into());

	let bomb = |locals: usize, blocks: usize| {
		main(&format!("(local {}) {}", repeat("i32 ", locals), repeat("(block) ", blocks)))
	};
	accepted(&bomb(2_000, 2_000));
	above(&bomb(2_000, 2_001), Bound::LocalsByControl, limits.locals_by_control);
}

#[test]
fn functions_should_be_refused_when_they_are_above_the_pass_together() {
	let limits = Profile::BASE.limits;
	let limit = limits.locals_by_control_per_module;
	let most = limit / limits.locals_by_control;
	let locals = repeat("i32 ", 2_000);
	let bomb = format!("(func (local {locals}) {})", repeat("(block) ", 2_000));
	let many = |count: u64| {
		module(&format!("{} (func (export \"_start\"))", repeat(&bomb, count as usize)))
	};
	assert!(check(&many(most), &Profile::BASE).is_ok());
	above(&many(most + 1), Bound::ModuleLocalsByControl, limit);
}

#[test]
fn module_should_be_refused_unread_when_it_is_too_long() {
	let long = vec![0; Profile::BASE.limits.module_bytes as usize + 1];
	above(&long, Bound::ModuleBytes, Profile::BASE.limits.module_bytes.into());
}

#[test]
fn refusals_should_read_well_when_shown() {
	let shown = check(b"\0asm\x02\0\0\0", &Profile::BASE).expect_err("refused").to_string();
	assert!(shown.starts_with("not a valid module: "), "{shown}");
	let wasm = module("(func)");
	let shown = check(&wasm, &Profile::BASE).expect_err("refused").to_string();
	assert!(shown.contains("no function is exported as `_start`"), "{shown}");
}

#[test]
fn names_should_be_escaped_and_cut_when_a_refusal_is_shown() {
	let shown = |name: &str| {
		let wasm = wat::parse_str(format!("(module (import \"a\\1b[2J\" \"{name}\" (func)))"));
		check(&wasm.expect("well-formed"), &Profile::BASE).expect_err("refused").to_string()
	};
	let short = shown("b\\n");
	assert!(short.starts_with("import a\\u{1b}[2J.b\\n is not"), "{short}");
	let long = shown(&repeat("n", 101));
	assert!(long.contains(&format!(".{}... is not", repeat("n", 100))), "{long}");
	let fits = shown(&repeat("n", 100));
	assert!(fits.contains(&format!(".{} is not", repeat("n", 100))), "{fits}");
	let dots = shown(&repeat("\\e2\\80\\ae", 5_000));
	assert!(dots.len() < 1_500 && dots.is_ascii(), "{dots}");
}

#[test]
fn blocks_should_share_types_when_functions_have_equal_results() {
	let wasm = module(
		"(func $a (result i32 i64) (call $b)) (func $b (result i32 i64) (call $a))
		 (func $c (result i64 i32) (call $c)) (func (export \"_start\"))",
	);
	let metered = instrument(&wasm, &Profile::BASE, 16).expect("inside the profile").wasm;
	let types = wasmparser::Parser::new(0).parse_all(&metered).find_map(|payload| match payload {
		Ok(wasmparser::Payload::TypeSection(section)) => Some(section.count()),
		_ => None,
	});
	// Three of the module, two of the pass, and two for blocks.
	assert_eq!(types, Some(3 + 2 + 2));
	accepted(&wasm);
}
