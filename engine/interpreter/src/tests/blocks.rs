//! Blocks with parameters, branches that take values along, and what lies below them.

use super::*;

/// Whether `$f` gives this for this argument.
fn gives(f: &str, argument: i32, expected: i32) -> bool {
	let module = program(&format!(
		"(func $f (param i32) (result i32) {f})
		 (func (export \"_start\")
		  (call $exit (i32.ne (call $f (i32.const {argument})) (i32.const {expected}))))"
	));
	Job::new(module).end().0 == Class::Exited(0)
}

/// A module for which an interpreter once had honest providers convicted.
#[test]
fn value_should_survive_when_a_block_above_it_takes_a_parameter() {
	let module = program(
		"(func $f (param $a i64) (param $b i32) (result i64)
		  local.get $a i64.extend32_s local.tee $a
		  local.get $b loop (param i32) (result i32) end drop)
		 (func (export \"_start\")
		  (call $exit (i32.wrap_i64 (call $f (i64.const 5) (i32.const 7)))))",
	);
	assert_eq!(Job::new(module).end().0, Class::Exited(5));
}

#[test]
fn values_should_keep_their_order_when_a_table_takes_them_along() {
	for (argument, expected) in [(9, 9 + 10 * ((1 - 9) + 100 * 7)), (2, 2 + 10 * ((1 - 2) + 700))] {
		let f = "local.get 0 i32.const 5 block (result i32 i32 i32)
			block (result i32 i32 i32)
			 local.get 0 i32.const 1 local.get 0 i32.sub i32.const 7
			 local.get 0 br_table 1 0 1
			end
			end
			i32.const 100 i32.mul i32.add i32.const 10 i32.mul i32.add
			local.set 0 drop drop local.get 0";
		assert!(gives(f, argument, expected), "{argument}");
	}
}

#[test]
fn blocks_should_give_what_they_must_when_they_take_parameters() {
	for (f, argument, expected) in [
		// A block, an `if` with both sides, and one without `else`.
		("local.get 0 i32.const 3 block (param i32 i32) (result i32) i32.sub end", 10, 7),
		(
			"i32.const 20 local.get 0 local.get 0
			 if (param i32 i32) (result i32) i32.add else i32.mul end",
			3,
			23,
		),
		(
			"i32.const 20 local.get 0 local.get 0
			 if (param i32 i32) (result i32) i32.add else drop end",
			0,
			20,
		),
		("i32.const 9 local.get 0 if (param i32) (result i32) i32.const 1 i32.add end", 0, 9),
		("i32.const 9 local.get 0 if (param i32) (result i32) i32.const 1 i32.add end", 1, 10),
		// Loops that are entered again by each kind of branch: sums and powers.
		(
			"i32.const 0 local.get 0
			 loop (param i32 i32) (result i32)
			  local.tee 0 i32.add local.get 0 i32.const 1 i32.sub local.tee 0
			  if (param i32) (result i32) local.get 0 br 1 end
			 end",
			4,
			10,
		),
		(
			"i32.const 1
			 loop (param i32) (result i32)
			  i32.const 3 i32.mul local.get 0 i32.const 1 i32.sub local.tee 0 br_if 0
			 end",
			4,
			81,
		),
		(
			"i32.const 100 i32.const 1
			 loop (param i32) (result i32)
			  i32.const 2 i32.mul
			  local.get 0 i32.const 1 i32.sub local.tee 0
			  i32.eqz i32.eqz br_if 0
			 end i32.sub",
			3,
			92,
		),
		// A table with a loop, a block with a result and the function among its targets.
		(
			"block (result i32)
			  i32.const 0
			  loop (param i32) (result i32)
			   i32.const 10 i32.add local.get 0 i32.const 1 i32.add local.tee 0
			   br_table 2 1 0 0 1
			  end
			  unreachable
			 end
			 i32.const 1 i32.add",
			1,
			31,
		),
		(
			"i32.const 5
			 loop (param i32) (result i32) local.get 0 br_table 1 0 end
			 i32.const 1 i32.add",
			0,
			5,
		),
		// Branches that leave other values below.
		(
			"i32.const 1 i32.const 2 block (result i32) i32.const 3 i32.const 4 br 0 end i32.sub i32.add",
			0,
			-1,
		),
		(
			"i32.const 1 block (result i32) i32.const 3 i32.const 4 local.get 0 br_if 0 i32.sub end i32.add",
			1,
			5,
		),
		(
			"i32.const 1 block (result i32) i32.const 3 i32.const 4 local.get 0 br_if 0 i32.sub end i32.add",
			0,
			0,
		),
		("i32.const 1 i32.const 2 i32.const 3 local.get 0 br_if 0 drop drop", 1, 3),
		("i32.const 1 i32.const 2 i32.const 3 return", 1, 3),
		// Code that can't be reached, whose types are whatever is needed.
		(
			"i32.const 5
			 loop (param i32) (result i32)
			  local.get 0 i32.eqz
			  if (param i32) (result i32) return
			   i64.const 1 drop br_if 1 br_table 0 1 1
			   i32.const 0 loop (param i32 i32) (result i64) drop br 2 end unreachable
			  else i32.const 1 i32.sub local.tee 0 i32.const 0 local.set 0 br 1
			   block (param i32) drop end end
			 end",
			1,
			4,
		),
		("local.get 0 br 0 loop (param i32) (result i32) br 0 end", 6, 6),
	] {
		assert!(gives(f, argument, expected), "{f}");
	}
}
