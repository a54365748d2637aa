//! Values below the parameters of a block.

use super::*;

/// What other tests take to a court, as text and as the module that they take.
const TEXT: &str = include_str!("parameters.wat");
const MODULE: &[u8] = include_bytes!("parameters.wasm");

#[test]
fn value_should_survive_when_a_block_above_it_takes_a_parameter() {
	assert_eq!(wat::parse_str(TEXT).expect("well-formed"), MODULE);
	let ran = run(&Job::new(MODULE.to_vec(), Profile::BASE));
	assert_eq!((ran.class, ran.stdout()), (Class::Exited(0), &5u64.to_le_bytes()[..]));
	assert_eq!(ran.gas_used, PAGE + 26 + 520);
}

/// Each operator that may leave its result in a register, below each kind of block, with a parameter of each
/// type in it.
#[test]
fn value_should_survive_when_it_is_in_a_register_below_any_block() {
	let below = [
		("i64", "i64.const 5 local.set $l local.get $l i64.extend32_s local.tee $l", "i64.const 5"),
		("i64", "i64.const 5 local.set $l local.get $l i64.extend32_s", "i64.const 5"),
		("i32", "i32.const 4 local.set $i local.get $i i32.popcnt local.tee $i", "i32.const 1"),
		("f32", "f32.const 4 local.set $f local.get $f f32.sqrt local.tee $f", "f32.const 2"),
		("f64", "f64.const 9 local.set $d local.get $d f64.sqrt", "f64.const 3"),
	];
	let parameters = [
		("i32", "local.get $x i32.clz"),
		("i32", "i32.const 7"),
		("i64", "local.get $l i64.ctz"),
		("f32", "local.get $f f32.neg local.tee $f"),
		("f64", "local.get $d f64.abs"),
	];
	let mut body = String::new();
	let mut count = 0;
	for (ty, value, expected) in below {
		for (param, taken) in parameters {
			let signature = format!("(param {param}) (result {param})");
			for block in [
				format!("block {signature} end"),
				format!("loop {signature} end"),
				format!("local.get $x if {signature} else end"),
				format!("local.get $x i32.eqz if {signature} end"),
				format!(
					"loop {signature} local.get $n i32.const 1 i32.sub local.tee $n i32.const 0
					 i32.gt_s br_if 0 end"
				),
			] {
				body += &format!(
					"i32.const {} i32.const 3 local.set $n {value} {taken} {block} drop
					 {expected} {ty}.eq i32.store8 ",
					count
				);
				count += 1;
			}
		}
	}
	let job = program(&format!(
		"(func $f (param $x i32) (local $n i32) (local $i i32) (local $l i64) (local $f f32)
		  (local $d f64) {body})
		 (func (export \"_start\") (call $f (i32.const 1)) {})",
		dump(count)
	));
	assert_eq!(run(&job).stdout(), vec![1; count]);
}
