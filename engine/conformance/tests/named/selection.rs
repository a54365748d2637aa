//! `select` under conditions that an engine may merge with it.

use super::*;

const CONDITIONS: [(&str, fn(i32) -> bool); 9] = [
	("(local.get $x)", |x| x != 0),
	("(i32.eqz (local.get $x))", |x| x == 0),
	("(i32.eqz (i32.eqz (local.get $x)))", |x| x != 0),
	("(i32.eq (local.get $x) (i32.const 0))", |x| x == 0),
	("(i32.eq (i32.const 0) (local.get $x))", |x| x == 0),
	("(i32.ne (local.get $x) (i32.const 0))", |x| x != 0),
	("(i32.eqz (call $id (local.get $x)))", |x| x == 0),
	("(i32.eqz (i32.and (local.get $x) (i32.const 3)))", |x| x & 3 == 0),
	("(i32.lt_s (local.get $x) (i32.const 1))", |x| x < 1),
];
const VALUES: [i32; 5] = [0, 1, 4, -1, i32::MIN];
const TYPES: [&str; 4] = ["i32", "i64", "f32", "f64"];

/// Selects between 7 and 9 in every type, with constants and locals, while other values go through
/// whatever registers an engine has; stores the result as an i32.
fn selections(condition: &str, x: i32) -> (String, usize) {
	let mut body = String::new();
	let mut count = 0;
	for ty in TYPES {
		let to_i32 = match ty {
			"i32" => "",
			"i64" => "i32.wrap_i64",
			"f32" => "i32.trunc_f32_s",
			_ => "i32.trunc_f64_s",
		};
		let sides = [(7, "$a"), (9, "$b")].map(|(value, name)| {
			[format!("({ty}.const {value})"), format!("(local.get {name}_{ty})")]
		});
		for (first, second) in
			sides[0].iter().flat_map(|first| sides[1].iter().map(move |second| (first, second)))
		{
			for noise in ["", "(global.set $g (i32.mul (global.get $g) (i32.const 3)))"] {
				let address = 4 * count;
				body += &format!(
					"(local.set $x (call $id (i32.const {x}))) {noise}
					 (i32.store (i32.add (memory.size) (i32.const {address})) (i32.const 0))
					 (i32.const {address}) (i32.sub (memory.size) (i32.const 1)) {first} {second}
					 {condition} select {to_i32} i32.add i32.store"
				);
				count += 1;
			}
		}
	}
	(body, count)
}

#[test]
fn side_should_be_the_right_one_when_a_condition_is_merged_with_its_selection() {
	let locals: String =
		TYPES.iter().map(|ty| format!("(local $a_{ty} {ty}) (local $b_{ty} {ty})")).collect();
	let sets: String = TYPES
		.iter()
		.map(|ty| format!("(local.set $a_{ty} ({ty}.const 7)) (local.set $b_{ty} ({ty}.const 9))"))
		.collect();
	for (condition, holds) in CONDITIONS {
		for x in VALUES {
			let (body, count) = selections(condition, x);
			let job = program(&format!(
				"(global $g (mut i32) (i32.const 5))
				 (func $id (param i32) (result i32) (local.get 0))
				 (func (export \"_start\") (local $x i32) {locals} {sets} {body} {})",
				dump(4 * count)
			));
			let ran = run(&job);
			let expected: u32 = if holds(x) { 7 } else { 9 };
			assert_eq!(ran.stdout(), expected.to_le_bytes().repeat(count), "{condition} of {x}");
		}
	}
}

#[test]
fn divisor_should_not_be_zero_when_a_selection_guards_it() {
	let job = program(
		"(func $zero (result i32) (i32.const 0))
		 (func (export \"_start\") (local $x i32)
		  memory.size call $zero local.set $x
		  i32.const 1 local.get $x local.get $x i32.eqz select
		  i32.rem_u call $exit)",
	);
	assert_eq!(run(&job).class, Class::Exited(0));
}
