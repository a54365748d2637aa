//! Steps: what they are, that they are few for their gas, and that they bound a run.

use super::*;
use crate::{Bounds, execute_within, testing::overrun};
use alloc::string::String;

/// Class, gas and steps of a program within so many steps.
fn within(module: &[u8], gas: u64, steps: u64) -> Result<(Class, u64, u64), Failure> {
	let mut spec = Job::new(module.to_vec()).with_gas(gas).spec;
	spec.profile = Profile::SIMD.id();
	let finished = execute_within(module, &spec, &Profile::SIMD, None, Bounds { steps })?;
	let outcome = finished.outcome;
	Ok((outcome.class, outcome.gas_used - STARTUP.min(gas), finished.steps))
}

fn steps(module: &[u8], gas: u64) -> (Class, u64, u64) {
	within(module, gas, u64::MAX).expect("no bound")
}

#[test]
fn steps_should_be_those_of_the_operators_that_were_executed() {
	for (body, gas, expected) in [
		("", 0, 1),
		("nop nop (block) (loop) (block (param) nop)", 0, 1),
		("(drop (i32.add (i32.const 1) (i32.const 2)))", 3, 4 + 1),
		("(block (br 0) unreachable)", 1, 1 + 1),
		// The way over an `else` is a step, and costs nothing.
		("(if (i32.const 1) (then) (else))", 2, 2 + 1 + 1),
		("(if (i32.const 0) (then) (else))", 2, 2 + 1),
		("(block (block (br_table 0 1 0 (i32.const 1))))", 2, 3 + 1),
		("return", 1, 1),
		("(memory.fill (i32.const 0) (i32.const 0) (i32.const 4096))", 203 + 512, 5 + 1),
	] {
		let job = main(body);
		assert_eq!(steps(&job, 1 << 40), (Class::Exited(0), gas, expected), "{body}");
	}
	let calls = program("(func $f) (func (export \"_start\") (call $f) (call $f))");
	assert_eq!(steps(&calls, 1 << 40), (Class::Exited(0), 8, 2 + 2 + 1));
}

/// Programs that have as many steps for their gas as there can be.
fn densest() -> Vec<(&'static str, Vec<u8>)> {
	let many = |text: &str, times: usize| text.repeat(times);
	let (wide, drops) = ("i32 ".repeat(32), "drop ".repeat(32));
	let consts = "i32.const 1 ".repeat(32);
	vec![
		("branches", main("(loop (br 0))")),
		("dropped values", main(&format!("(loop {} (br 0))", many("(drop (i32.const 1))", 100)))),
		(
			"ways over",
			main(&format!("(loop {} (br 0))", many("(if (i32.const 1) (then) (else))", 100))),
		),
		(
			"pieces that drop a value",
			main(&format!(
				"(loop {} (br_table {} 0 (i32.const 0)) {} (br 0))",
				many("(block ", 60),
				(0..60).map(|depth| format!("{depth} ")).collect::<String>(),
				many(") (drop (i32.const 1))", 60)
			)),
		),
		("calls", program("(func $f) (func (export \"_start\") (loop (call $f) (br 0)))")),
		(
			"results",
			program(&format!(
				"(func $f (result {wide}) {consts})
				 (func (export \"_start\") (loop (call $f) {drops} (br 0)))"
			)),
		),
		(
			"blocks that pass values on",
			main(&format!(
				"{consts} loop (param {wide}) (result {wide}) {} br 0 end {drops}",
				many(&format!("block (param {wide}) (result {wide}) end "), 200)
			)),
		),
		(
			"recursion",
			program(
				"(func $f (if (i32.const 1) (then (call $f)) (else))) (func (export \"_start\") (call $f))",
			),
		),
	]
}

#[test]
fn steps_should_be_at_most_two_for_a_unit_of_gas_when_programs_have_as_many_as_they_can() {
	for (name, module) in densest() {
		for gas in [STARTUP, STARTUP + 1, STARTUP + 999, STARTUP + 300_000] {
			let (class, used, steps) = steps(&module, gas);
			assert!(steps <= Bounds::enough_steps(used), "{name}: {steps} steps for {used}");
			assert!(matches!(class, Class::OutOfGas | Class::StackExhausted), "{name}");
			assert!(within(&module, gas, Bounds::enough_steps(gas)).is_ok(), "{name}");
		}
	}
}

#[test]
fn run_should_have_no_outcome_when_it_makes_more_steps_than_it_may() {
	for (_, module) in densest() {
		let gas = STARTUP + 10_000;
		let (class, used, needed) = steps(&module, gas);
		assert_eq!(within(&module, gas, needed), Ok((class, used, needed)));
		for most in [0, 1, needed / 2, needed - 1] {
			assert_eq!(within(&module, gas, most), Err(Failure::TooManySteps));
		}
	}
}

#[test]
fn run_should_end_at_its_gas_when_frames_call_long_functions_on_their_way_out() {
	for operator in ["f64.sqrt", "i64.popcnt", "i32.eqz"] {
		for (calls, depth) in [(1, 1), (2_000, 1), (10, 3_000), (0, 10_000)] {
			let module = program(&overrun(calls, depth, operator, 20_000));
			let gas = STARTUP + 1_000;
			let (class, _, steps) = steps(&module, gas);
			assert_eq!(class, Class::OutOfGas);
			assert!(steps <= 2_000, "{operator} {calls} {depth}: {steps}");
		}
	}
}

/// Operators that are inserted for one of the program's own, at most: the charge of a piece, a look, and what makes a
/// NaN canonical.
const INSERTED: u64 = 24;

/// What metered code may do for its gas.
fn bound(profile: &Profile, gas: u64) -> u64 {
	let bound = profile.work_bound();
	(bound.per_gas * gas + bound.beyond) * INSERTED
}

/// Steps of the metered code.
fn metered_steps(profile: &Profile, module: &[u8], gas: u64) -> u64 {
	let metered = assay_metering::instrument(module, profile, 64).expect("inside of the profile");
	crate::testing::steps_of_metered(&metered.wasm, profile, gas).expect("it can be interpreted")
}

/// Recursion whose frames have a long way out, on which nothing looks at the gas.
fn long_way_out(depth: u32, operators: usize) -> Vec<u8> {
	let (begin, end) = ("(i32.eqz ".repeat(operators), ")".repeat(operators));
	program(&format!(
		"(global $depth (mut i32) (i32.const {depth}))
		 (func $frame
		  (global.set $depth (i32.sub (global.get $depth) (i32.const 1)))
		  (if (i32.gt_s (global.get $depth) (i32.const 0)) (then (call $frame)))
		  (drop {begin} (i32.const 1) {end}))
		 (func (export \"_start\") (call $frame))"
	))
}

#[test]
fn metered_code_should_do_no_more_than_the_profile_says_when_it_is_hostile() {
	let mut hostile = densest();
	hostile.push(("a long way out", long_way_out(300, 20_000)));
	hostile.push(("many short ways out", long_way_out(10_000, 100)));
	for profile in Profile::EXECUTABLE {
		for (name, module) in &hostile {
			for more in [0, 1, 999, 20_000, 300_000] {
				let gas = STARTUP + more;
				let steps = metered_steps(&profile, module, gas);
				assert!(steps <= bound(&profile, gas), "{name}: {steps} for {gas}");
			}
		}
	}
}

#[test]
fn frames_should_not_go_on_without_gas_when_their_way_out_is_long() {
	// All of them are open when it runs out.
	let (module, gas) = (long_way_out(300, 20_000), STARTUP + 300 * 12 + 10);
	let steps = |profile| metered_steps(profile, &module, gas);
	assert!(steps(&Profile::SIMD) > 300 * 20_000, "formerly all of them went on");
	assert!(steps(&Profile::DRAFT) < 100_000, "{}", steps(&Profile::DRAFT));
	let (.., reference) = self::steps(&module, gas);
	assert!(reference <= Bounds::enough_steps(gas));
}

/// Steps of the draft's reference.
fn draft_steps(module: &[u8], gas: u64) -> u64 {
	let mut spec = Job::new(module.to_vec()).with_gas(gas).spec;
	spec.profile = Profile::DRAFT.id();
	let finished = execute_within(module, &spec, &Profile::DRAFT, None, Bounds::NONE);
	let finished = finished.expect("no bound");
	assert_eq!(finished.outcome.class, Class::OutOfGas);
	finished.steps
}

#[test]
fn frames_should_go_on_to_their_next_look_when_their_way_out_is_short() {
	for (depth, operators) in [(300, 40), (10_000, 40), (10_000, 58), (10_000, 70), (300, 20_000)] {
		let module = long_way_out(depth, operators);
		let ends = STARTUP + u64::from(depth) * 12 + 10;
		let unlooked = operators < 60;
		for gas in [ends, ends + 100] {
			let (steps, enough) = (draft_steps(&module, gas), Bounds::enough_steps(gas));
			assert!(steps <= Bounds::enough_under(&Profile::DRAFT, gas));
			let goes_on = u64::from(depth) * operators as u64 / 2;
			assert_eq!(steps > goes_on, unlooked, "{depth} {operators}: {steps}");
			assert!(unlooked || steps <= enough, "{depth} {operators}: {steps}");
		}
	}
}
