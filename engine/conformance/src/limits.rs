//! Modules at the bounds of a profile: for each [`Bound`] one that has as much as it may, and pairs of them.

use assay_metering::{Bound, Reason, Refusal, check};
use assay_primitives::profile::Profile;
use std::fmt::Write as _;

/// A part of a module: definitions, among them a function `$NAME` from `i64` to `i64`.
#[derive(Clone, Debug, Default)]
struct Part {
	definitions: String,
	/// Bytes that the whole module is to have.
	bytes: Option<u64>,
}

/// How a part looks that goes up to a bound.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
	/// The bound.
	pub bound: Bound,
	/// Makes the part, under a name, with so much of what is bounded.
	make: fn(&str, u64) -> Part,
	/// More of it than any profile admits.
	beyond: u64,
}

/// Every bound, in the order of the refusals.
pub const SHAPES: [Shape; 24] = [
	Shape { bound: Bound::ModuleBytes, make: module_bytes, beyond: 1 << 25 },
	Shape { bound: Bound::BodyBytes, make: body_bytes, beyond: 1 << 19 },
	Shape { bound: Bound::Locals, make: locals, beyond: 4_096 },
	Shape { bound: Bound::LocalsByControl, make: locals_by_control, beyond: 2_048 },
	Shape { bound: Bound::ModuleLocalsByControl, make: locals_by_controls, beyond: 16 },
	Shape { bound: Bound::Params, make: params, beyond: 64 },
	Shape { bound: Bound::Results, make: results, beyond: 64 },
	Shape { bound: Bound::Nesting, make: nesting, beyond: 2_048 },
	Shape { bound: Bound::BranchTargets, make: branch_targets, beyond: 32_768 },
	Shape { bound: Bound::Functions, make: functions, beyond: 65_536 },
	Shape { bound: Bound::Globals, make: globals, beyond: 2_048 },
	Shape { bound: Bound::Tables, make: tables, beyond: 64 },
	Shape { bound: Bound::TableElements, make: table_elements, beyond: 1 << 17 },
	Shape { bound: Bound::DataSegments, make: data_segments, beyond: 20_000 },
	Shape { bound: Bound::ElementSegments, make: element_segments, beyond: 20_000 },
	Shape { bound: Bound::Types, make: types, beyond: 20_000 },
	Shape { bound: Bound::Exports, make: exports, beyond: 20_000 },
	Shape { bound: Bound::Imports, make: imports, beyond: 20_000 },
	Shape { bound: Bound::Merges, make: merges, beyond: 512 },
	Shape { bound: Bound::ModuleMerges, make: merges_of_many, beyond: 64 },
	Shape { bound: Bound::Pieces, make: pieces, beyond: 16_384 },
	Shape { bound: Bound::Loops, make: loops, beyond: 1_024 },
	Shape { bound: Bound::Carried, make: carried, beyond: 1_024 },
	Shape { bound: Bound::Work, make: work, beyond: 2_048 },
];

/// A module of one or more shapes, each with so much of what it bounds: it calls them in turn, each with what the one
/// before gave, and writes what the last gives to standard output.
pub fn module(parts: &[(Shape, u64)]) -> Vec<u8> {
	let wasi = "wasi_snapshot_preview1";
	let (mut imports, mut definitions, mut calls) = (String::new(), String::new(), String::new());
	let mut bytes = None;
	for (at, (shape, amount)) in parts.iter().enumerate() {
		let name = format!("p{at}");
		let part = (shape.make)(&name, *amount);
		// Imports come first in a module.
		let into = if shape.bound == Bound::Imports { &mut imports } else { &mut definitions };
		into.push_str(&part.definitions);
		bytes = bytes.max(part.bytes);
		let _ = write!(calls, "(local.set $x (call ${name} (local.get $x)))");
	}
	let text = format!(
		"(module
		 (import \"{wasi}\" \"fd_write\" (func $write (param i32 i32 i32 i32) (result i32)))
		 {imports}
		 (memory (export \"memory\") 1)
		 (func (export \"_start\") (local $x i64)
		  (local.set $x (i64.const 1))
		  {calls}
		  (i64.store (i32.const 0) (local.get $x))
		  (i32.store (i32.const 16) (i32.const 0))
		  (i32.store (i32.const 20) (i32.const 8))
		  (drop (call $write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 24))))
		 {definitions})"
	);
	let module = wat::parse_str(&text).expect("it is written by the rules");
	match bytes {
		Some(bytes) => padded(module, bytes),
		None => module,
	}
}

/// Adds a custom section, so that a module has so many bytes.
fn padded(mut module: Vec<u8>, bytes: u64) -> Vec<u8> {
	// Id, length in five bytes, and an empty name.
	const HEAD: u64 = 1 + 5 + 1;
	let length = bytes.checked_sub(module.len() as u64 + HEAD).expect("it is large") + 1;
	module.push(0);
	let group = |at: u32| (length >> (7 * at)) as u8 & 0x7f;
	module.extend([group(0) | 0x80, group(1) | 0x80, group(2) | 0x80, group(3) | 0x80, group(4)]);
	module.resize(bytes as usize, 0);
	module
}

/// The most of a shape that the profile admits beside other parts, and why one more is refused. `None` where it admits
/// none.
pub fn most(
	profile: &Profile,
	shape: Shape,
	beside: &[(Shape, u64)],
) -> Option<(u64, Option<Refusal>)> {
	let refusal = |amount| {
		let parts: Vec<_> = [(shape, amount)].iter().chain(beside).copied().collect();
		check(&module(&parts), profile).err()
	};
	let (mut fits, mut above) = (shape.least(), shape.beyond);
	if refusal(fits).is_some() {
		return None;
	}
	while above - fits > 1 {
		let middle = fits.midpoint(above);
		match refusal(middle) {
			None => fits = middle,
			Some(_) => above = middle,
		}
	}
	Some((fits, refusal(above)))
}

/// Two shapes with what each may have alone, or, where that is too much together, as much of one as it may have beside
/// the other one. `None` where that is nothing, whichever gives way.
pub fn pair(
	profile: &Profile,
	one: (Shape, u64),
	other: (Shape, u64),
) -> Option<[(Shape, u64); 2]> {
	if check(&module(&[one, other]), profile).is_ok() {
		return Some([one, other]);
	}
	if let Some((amount, _)) = most(profile, one.0, &[other]) {
		return Some([(one.0, amount), other]);
	}
	let (amount, _) = most(profile, other.0, &[one])?;
	Some([one, (other.0, amount)])
}

impl Shape {
	/// As little as it makes sense with.
	fn least(&self) -> u64 {
		match self.bound {
			Bound::ModuleBytes => 1 << 12,
			Bound::BodyBytes => 16,
			_ => 1,
		}
	}

	/// Whether it was this bound that refused a module.
	pub fn refused(&self, refusal: &Refusal) -> bool {
		matches!(refusal.reason, Reason::Limit { bound, .. } if bound == self.bound)
	}
}

/// What stands `count` times, each with its number.
fn times(count: u64, text: impl Fn(u64) -> String) -> String {
	(0..count).fold(String::new(), |all, at| all + &text(at))
}

/// A function of one `i64` to another one.
fn function(name: &str, locals: u64, body: &str) -> String {
	let locals = "i64 ".repeat(locals as usize);
	format!("(func ${name} (param i64) (result i64) (local {locals}) {body})")
}

fn part(definitions: String) -> Part {
	Part { definitions, bytes: None }
}

fn module_bytes(name: &str, bytes: u64) -> Part {
	let same = function(name, 0, "(local.get 0)");
	Part { definitions: same, bytes: Some(bytes) }
}

fn body_bytes(name: &str, bytes: u64) -> Part {
	// Declarations, `local.get 0` and `end`.
	let nops = "nop ".repeat(bytes as usize - 4);
	part(function(name, 0, &format!("{nops} local.get 0")))
}

/// Sets all locals and adds them up.
fn locals(name: &str, locals: u64) -> Part {
	let others = locals - 1;
	let set = times(others, |at| format!("(local.set {} (i64.const {at}))", at + 1));
	let add = times(others, |at| format!("(local.get {}) (i64.add)", at + 1));
	part(function(name, others, &format!("{set} (local.get 0) {add}")))
}

const LOCALS: u64 = 2_000;

/// Blocks in a function of [`LOCALS`] locals, each of which is left where the local of its turn is odd.
fn locals_by_control(name: &str, blocks: u64) -> Part {
	let body = times(blocks, |at| {
		let local = at % LOCALS;
		format!(
			"(block (br_if 0 (i32.wrap_i64 (i64.and (local.get {local}) (i64.const 1))))
			 (local.set 0 (i64.add (local.get 0) (local.get {local}))))"
		)
	});
	part(function(name, LOCALS - 1, &format!("{body} (local.get 0)")))
}

/// What calls so many functions, one after the other.
fn chain(name: &str, count: u64, each: impl Fn(&str) -> String) -> Part {
	let all = times(count, |at| each(&format!("{name}_{at}")));
	let calls = times(count, |at| format!("(call ${name}_{at})"));
	part(all + &function(name, 0, &format!("(local.get 0) {calls}")))
}

fn locals_by_controls(name: &str, count: u64) -> Part {
	chain(name, count, |name| locals_by_control(name, 1_000).definitions)
}

fn params(name: &str, params: u64) -> Part {
	let many = "i64 ".repeat(params as usize);
	let add = times(params - 1, |at| format!("(i64.add (local.get {}))", at + 1));
	let given = times(params, |at| format!("(i64.add (local.get 0) (i64.const {at}))"));
	part(format!(
		"(func ${name}_many (param {many}) (result i64) (local.get 0) {add}) {}",
		function(name, 0, &format!("(call ${name}_many {given})"))
	))
}

fn results(name: &str, results: u64) -> Part {
	let many = "i64 ".repeat(results as usize);
	let given = times(results, |at| format!("(i64.add (local.get 0) (i64.const {at}))"));
	let add = "i64.sub ".repeat(results as usize - 1);
	part(format!(
		"(func ${name}_many (param i64) (result {many}) {given}) {}",
		function(name, 0, &format!("(call ${name}_many (local.get 0)) {add}"))
	))
}

/// Blocks within blocks, out of which the innermost leaves to the one that the parameter says.
fn nesting(name: &str, depth: u64) -> Part {
	let begin = "block ".repeat(depth as usize);
	let end = "local.get 0 i64.const 3 i64.add local.set 0 end ".repeat(depth as usize);
	let leave = format!("local.get 0 i64.const {} i64.rem_u i64.eqz br_if {}", depth, depth / 2);
	part(function(name, 0, &format!("{begin} {leave} {end} local.get 0")))
}

fn branch_targets(name: &str, targets: u64) -> Part {
	let targets = times(targets, |at| format!("{} ", at % 2));
	part(function(
		name,
		0,
		&format!(
			"(block (block (br_table {targets} 1 (i32.wrap_i64 (local.get 0))))
			 (return (i64.add (local.get 0) (i64.const 5)))) (i64.mul (local.get 0) (i64.const 7))"
		),
	))
}

/// Functions of which each is called once.
fn functions(name: &str, count: u64) -> Part {
	let all = times(count, |at| {
		let body = format!("(i64.add (local.get 0) (i64.const {at}))");
		function(&format!("{name}_{at}"), 0, &body)
	});
	let calls = times(count.min(1_000), |at| format!("(call ${name}_{})", count - 1 - at));
	part(all + &function(name, 0, &format!("(local.get 0) {calls}")))
}

fn globals(name: &str, count: u64) -> Part {
	let all = times(count, |at| format!("(global ${name}_{at} (mut i64) (i64.const {at}))"));
	let body = times(count, |at| {
		let before = at.saturating_sub(1);
		format!(
			"(global.set ${name}_{at} (i64.add (global.get ${name}_{before}) (global.get ${name}_{at})))"
		)
	});
	let last = count - 1;
	let body = format!("{body} (i64.add (local.get 0) (global.get ${name}_{last}))");
	part(all + &function(name, 0, &body))
}

/// Tables through each of which the function behind is called.
fn tables(name: &str, count: u64) -> Part {
	let all = times(count, |at| {
		format!(
			"(table ${name}_{at} 2 funcref) (elem (table ${name}_{at}) (i32.const 1) func ${name}_f)"
		)
	});
	let calls =
		times(count, |at| format!("(i32.const 1) (call_indirect ${name}_{at} (type ${name}_t))"));
	part(format!(
		"(type ${name}_t (func (param i64) (result i64))) {all} {} {}",
		function(&format!("{name}_f"), 0, "(i64.add (local.get 0) (i64.const 9))"),
		function(name, 0, &format!("(local.get 0) {calls}"))
	))
}

/// A table whose last place is called.
fn table_elements(name: &str, elements: u64) -> Part {
	let last = elements - 1;
	part(format!(
		"(type ${name}_t (func (param i64) (result i64))) (table ${name}_a {elements} funcref)
		 (elem (table ${name}_a) (i32.const {last}) func ${name}_f) {} {}",
		function(&format!("{name}_f"), 0, "(i64.add (local.get 0) (i64.const 11))"),
		function(
			name,
			0,
			&format!("(call_indirect ${name}_a (type ${name}_t) (local.get 0) (i32.const {last}))")
		)
	))
}

fn data_segments(name: &str, count: u64) -> Part {
	let all = times(count, |at| format!("(data (i32.const {}) \"a\")", 1_000 + at));
	let last = 1_000 + count - 1;
	let body = format!("(i64.add (local.get 0) (i64.load8_u (i32.const {last})))");
	part(all + &function(name, 0, &body))
}

/// Segments of which the last one fills a table.
fn element_segments(name: &str, count: u64) -> Part {
	let all = times(count, |at| format!("(elem ${name}_{at} func ${name}_f)"));
	let last = count - 1;
	part(format!(
		"(type ${name}_t (func (param i64) (result i64))) (table ${name}_a 4 funcref) {all} {} {}",
		function(&format!("{name}_f"), 0, "(i64.add (local.get 0) (i64.const 13))"),
		function(
			name,
			0,
			&format!(
				"(table.init ${name}_a ${name}_{last} (i32.const 2) (i32.const 0) (i32.const 1))
				 (call_indirect ${name}_a (type ${name}_t) (local.get 0) (i32.const 2))"
			)
		)
	))
}

fn types(name: &str, count: u64) -> Part {
	let all = times(count, |_| "(type (func (param i64) (result i64)))".into());
	part(all + &function(name, 0, "(i64.add (local.get 0) (i64.const 15))"))
}

fn exports(name: &str, count: u64) -> Part {
	let all = times(count, |at| format!("(export \"{name}_{at}\" (func ${name}))"));
	part(all + &function(name, 0, "(i64.add (local.get 0) (i64.const 17))"))
}

/// Imports of one function, the last of which is called.
fn imports(name: &str, count: u64) -> Part {
	let all = times(count, |at| {
		format!(
			"(import \"wasi_snapshot_preview1\" \"sched_yield\" (func ${name}_{at} (result i32)))"
		)
	});
	let last = count - 1;
	let body = format!("(i64.add (local.get 0) (i64.extend_i32_u (call ${name}_{last})))");
	part(all + &function(name, 0, &body))
}

/// A block in which all locals are assigned, and so many ways out of it.
fn merges(name: &str, ways: u64) -> Part {
	let set = times(LOCALS - 1, |at| {
		let (to, from) = (at + 1, at);
		format!("(local.set {to} (i64.add (local.get {from}) (i64.const {at})))")
	});
	let leave = times(ways, |at| {
		format!("(br_if 0 (i64.eq (local.get {}) (i64.const 3)))", 1 + at * 7 % (LOCALS - 1))
	});
	let sum = times(LOCALS - 1, |at| format!("(i64.add (local.get {}))", at + 1));
	part(function(name, LOCALS - 1, &format!("(block {leave} {set}) (local.get 0) {sum}")))
}

fn merges_of_many(name: &str, count: u64) -> Part {
	chain(name, count, |name| merges(name, 199).definitions)
}

fn pieces(name: &str, count: u64) -> Part {
	let body = times(count, |at| {
		let bit = at % 60;
		format!(
			"(if (i32.wrap_i64 (i64.shr_u (local.get 0) (i64.const {bit})))
			 (then (local.set 1 (i64.add (local.get 1) (i64.const {at})))))"
		)
	});
	part(function(name, 1, &format!("{body} (i64.add (local.get 0) (local.get 1))")))
}

/// Loops that each turn three times.
fn loops(name: &str, count: u64) -> Part {
	let body = times(count, |_| {
		"(local.set 1 (i64.const 3))
		 (loop (local.set 0 (i64.add (local.get 0) (local.get 1)))
		  (br_if 0 (i32.wrap_i64 (local.tee 1 (i64.sub (local.get 1) (i64.const 1))))))"
			.into()
	});
	part(function(name, 1, &format!("{body} (local.get 0)")))
}

/// Blocks that each take sixteen values and leave as many.
fn carried(name: &str, blocks: u64) -> Part {
	let sixteen = "i64 ".repeat(16);
	let given = times(16, |at| format!("(i64.add (local.get 0) (i64.const {at}))"));
	let blocks = times(blocks, |at| {
		let more = format!("(i64.add (i64.const {at}))");
		format!("(block (param {sixteen}) (result {sixteen}) {more})")
	});
	let add = "i64.add ".repeat(15);
	part(function(name, 0, &format!("{given} {blocks} {add}")))
}

/// Functions of a thousand divisions, the first of which is called.
fn work(name: &str, count: u64) -> Part {
	let divide = "i64.const 3 i64.div_u ".repeat(1_000);
	let all =
		times(count, |at| function(&format!("{name}_{at}"), 0, &format!("local.get 0 {divide}")));
	let calls = format!("(call ${name}_0) (call ${name}_{})", count - 1);
	part(all + &function(name, 0, &format!("(local.get 0) {calls} (i64.const 19) i64.add")))
}
