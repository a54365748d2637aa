//! That no call runs longer than it weighs: in steps of the interpreter, whatever the machine is.

use crate::{Error, Event, mock::*};
use alloc::{format, string::String, vec::Vec};
use assay_interpreter::{
	Bounds, Finished, execute_within,
	testing::{many_returns, overrun},
};
use assay_primitives::{outcome::Class, profile::Profile};

/// Gas of the page that every program here starts with, and a little to run with.
const GAS: u64 = 65_536 + 1_000;
/// Operators of the longest function.
const LONGEST: usize = 262_000;

fn limited(module: Vec<u8>, gas: u64) -> Dispute {
	let mut dispute = Dispute::new(module).with_spec(|spec| spec.limits.gas = gas);
	dispute.max_gas = gas;
	dispute
}

/// What the court's run comes to, with its steps.
fn run(dispute: &Dispute) -> Finished {
	let bounds = Bounds { steps: Court::steps(dispute.max_gas) };
	execute_within(&dispute.module, &dispute.spec, &Profile::BASE, dispute.input.clone(), bounds)
		.unwrap_or_else(|failure| panic!("{failure}"))
}

/// Is ruled on, within the steps that its weight pays for.
fn assert_paid(dispute: &Dispute, class: Class) {
	build_and_execute(|| {
		let finished = run(dispute);
		assert_eq!(finished.outcome.class, class);
		assert!(finished.steps <= Bounds::enough_steps(dispute.max_gas), "{}", finished.steps);
		dispute.adjudicate().expect("it qualifies");
		assert!(matches!(events()[..], [Event::Ruled { class: ruled, .. }] if ruled == class));
	});
}

#[test]
fn court_should_stay_within_what_is_paid_when_programs_go_on_after_their_gas() {
	for operator in ["f64.sqrt", "f64.nearest", "i64.popcnt", "i32.eqz"] {
		for (calls, depth) in [(1, 1), (2_000, 1), (4_000, 3), (1_000, 30), (130, 5_000)] {
			let module = program(&overrun(calls, depth, operator, LONGEST));
			assert_paid(&limited(module, GAS), Class::OutOfGas);
		}
	}
}

#[test]
fn court_should_stay_within_what_is_paid_when_many_frames_return_without_gas() {
	for fields in many_returns(7_000) {
		let module = program(&fields);
		for gas in [20_000, 60_000, 80_000] {
			assert_paid(&limited(module.clone(), 65_536 + gas), Class::OutOfGas);
		}
	}
}

#[test]
fn court_should_stay_within_what_is_paid_when_pieces_are_as_short_as_they_can_be() {
	// A table that leads to all of them makes each operator a piece of its own.
	let pieces = 1_000;
	let (open, targets): (String, String) = (
		"block (result f64) ".repeat(pieces),
		(0..pieces).map(|depth| format!("{depth} ")).collect(),
	);
	let short = format!(
		"(local f64 i32) (loop $again {open}
		 local.get 0 local.get 1 br_table {targets} 0 {} local.set 0 br $again)",
		"end f64.ceil ".repeat(pieces)
	);
	let conversions = "f32.sqrt i32.reinterpret_f32 f32.reinterpret_i32 ".repeat(500);
	for (module, class) in [
		(main(&short), Class::OutOfGas),
		(main("(loop (br 0))"), Class::OutOfGas),
		(main("(loop (br_if 0 (i32.const 1)))"), Class::OutOfGas),
		(
			main(&format!("(local f32) (loop local.get 0 {conversions} local.set 0 br 0)")),
			Class::OutOfGas,
		),
		(program("(func $f) (func (export \"_start\") (loop (call $f) (br 0)))"), Class::OutOfGas),
		(
			program(
				"(func $f (result i32) (loop (result i32) i32.const 1 return))
				 (func (export \"_start\") (loop (br_if 0 (call $f))))",
			),
			Class::OutOfGas,
		),
		(main("(loop (drop (memory.grow (i32.const 0))) (br 0))"), Class::OutOfGas),
		(
			main("(loop (memory.fill (i32.const 0) (i32.const 0) (i32.const 1)) (br 0))"),
			Class::OutOfGas,
		),
	] {
		let gas = 65_536 + 300_000;
		let dispute = limited(module, gas);
		assert_paid(&dispute, class);
	}
}

/// Neither costs any gas: what blocks pass on, and the blocks themselves. Neither is a step.
#[test]
fn court_should_rule_when_blocks_pass_many_values_on() {
	let (many, fewer) = ("i32 ".repeat(32), "i32 ".repeat(31));
	let block = |values: &str| format!("block (param {values}) (result {values}) end ");
	let (pushes, drops) = ("i32.const 1 ".repeat(32), "drop ".repeat(32));
	let blocks = (block(&fewer) + &block(&many)).repeat(100);
	let module =
		main(&format!("{pushes} loop (param {many}) (result {many}) {blocks} br 0 end {drops}"));
	assert_paid(&limited(module, GAS), Class::OutOfGas);
}

#[test]
fn court_should_stop_and_keep_the_weight_when_a_run_makes_more_steps_than_are_paid_for() {
	build_and_execute(|| {
		let dispute = limited(main("(loop (br 0))"), 300_000);
		let enough = Court::steps(300_000);
		Underpaid::set(true);
		assert!(Court::steps(300_000) < enough / 10);
		let weight = dispute.refused(error(Error::CourtFailed));
		assert_eq!(weight, None, "nothing is given back");
		Underpaid::set(false);
		dispute.call().expect("it is enough again");
	});
}

#[test]
fn weight_should_pay_for_all_steps_of_its_gas() {
	build_and_execute(|| {
		for gas in [1, GAS, MAX_GAS] {
			assert!(Court::steps(gas) >= Bounds::enough_steps(gas));
		}
	});
}
