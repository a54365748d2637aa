//! Properties over generated programs and damaged modules.

use super::*;
use crate::check;
use proptest::prelude::*;

/// A structured program over one counter, whose gas a few lines can compute.
#[derive(Clone, Debug)]
enum Step {
	/// `work(n)`: n additions.
	Work(u8),
	/// A division.
	Divide,
	/// Calls the function at this distance behind, if there is one.
	Call(u8),
	/// A memory.copy of this many bytes.
	Copy(u16),
	/// The steps, when the condition holds, else the other ones.
	If(bool, Vec<Step>, Vec<Step>),
	/// The steps, this many times.
	Loop(u8, Vec<Step>),
	/// The steps, left early when the condition holds, before the other ones.
	Block(bool, Vec<Step>, Vec<Step>),
	/// Leaves the function when the condition holds.
	Return(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let leaf = prop_oneof![
		(0..20u8).prop_map(Step::Work),
		Just(Step::Divide),
		(0..3u8).prop_map(Step::Call),
		(0..1_000u16).prop_map(Step::Copy),
		prop::bool::weighted(0.1).prop_map(Step::Return),
	];
	let step = leaf.prop_recursive(4, 40, 5, |inner| {
		let list = prop::collection::vec(inner, 0..5);
		prop_oneof![
			(any::<bool>(), list.clone(), list.clone()).prop_map(|(c, a, b)| Step::If(c, a, b)),
			(1..4u8, list.clone()).prop_map(|(n, body)| Step::Loop(n, body)),
			(any::<bool>(), list.clone(), list).prop_map(|(c, a, b)| Step::Block(c, a, b)),
		]
	});
	prop::collection::vec(step, 0..6)
}

/// Text of the steps of function `me`; `depth` numbers the counters of loops.
fn text(steps: &[Step], me: usize, depth: usize) -> String {
	steps.iter().map(|step| step_text(step, me, depth)).collect()
}

fn step_text(step: &Step, me: usize, depth: usize) -> String {
	match step {
		Step::Work(n) => repeat("(drop (i32.add (i32.const 1) (i32.const 2)))", (*n).into()),
		Step::Divide => "(drop (i32.div_s (i32.const 7) (i32.const 2)))".into(),
		Step::Call(back) => match callee(me, *back) {
			Some(callee) => format!("(call $f{callee})"),
			None => String::new(),
		},
		Step::Copy(n) => format!("(memory.copy (i32.const 0) (i32.const 9) (i32.const {n}))"),
		Step::If(condition, yes, no) => format!(
			"(if (i32.const {}) (then {}) (else {}))",
			u8::from(*condition),
			text(yes, me, depth),
			text(no, me, depth)
		),
		Step::Loop(n, body) => format!(
			"(local.set {depth} (i32.const {n})) (loop {} (br_if 0 (local.tee {depth}
			 (i32.sub (local.get {depth}) (i32.const 1)))))",
			text(body, me, depth + 1)
		),
		Step::Block(leave, before, after) => format!(
			"(block {} (br_if 0 (i32.const {})) {})",
			text(before, me, depth),
			u8::from(*leave),
			text(after, me, depth)
		),
		Step::Return(leave) => {
			format!("(if (i32.const {}) (then (return)))", u8::from(*leave))
		},
	}
}

fn callee(me: usize, back: u8) -> Option<usize> {
	me.checked_sub(1 + usize::from(back))
}

/// Gas of the steps by the rules; the flag says whether the function is left.
fn expected(functions: &[Vec<Step>], me: usize, steps: &[Step]) -> (u64, bool) {
	let mut gas = 0;
	for step in steps {
		let (more, left) = step_gas(functions, me, step);
		gas += more;
		if left {
			return (gas, true);
		}
	}
	(gas, false)
}

fn step_gas(functions: &[Vec<Step>], me: usize, step: &Step) -> (u64, bool) {
	match step {
		Step::Work(n) => (3 * u64::from(*n), false),
		Step::Divide => (6, false),
		Step::Call(back) => match callee(me, *back) {
			Some(callee) => (4 + expected(functions, callee, &functions[callee]).0, false),
			None => (0, false),
		},
		Step::Copy(n) => (203 + u64::from(*n).div_ceil(8), false),
		Step::If(condition, yes, no) => {
			let (gas, left) = expected(functions, me, if *condition { yes } else { no });
			(2 + gas, left)
		},
		Step::Loop(n, body) => {
			let mut gas = 2;
			for _ in 0..*n {
				let (more, left) = expected(functions, me, body);
				gas += more;
				if left {
					return (gas, true);
				}
				gas += 5;
			}
			(gas, false)
		},
		Step::Block(leave, before, after) => {
			let (mut gas, mut left) = expected(functions, me, before);
			if !left {
				gas += 2;
				if !leave {
					let (more, gone) = expected(functions, me, after);
					(gas, left) = (gas + more, gone);
				}
			}
			(gas, left)
		},
		Step::Return(leave) => (2 + u64::from(*leave), *leave),
	}
}

/// Operators that follow a return or a call in the same piece are charged before it runs, but a
/// piece ends at each return, so the totals agree.
fn program(functions: &[Vec<Step>]) -> Vec<u8> {
	program_with(functions, None)
}

/// The same, where a function ends in a trap.
fn program_with(functions: &[Vec<Step>], trapping: Option<usize>) -> Vec<u8> {
	let locals = "(local i32 i32 i32 i32 i32 i32)";
	let bodies: String = functions
		.iter()
		.enumerate()
		.map(|(me, steps)| {
			let end = if trapping == Some(me) { "unreachable" } else { "" };
			format!("(func $f{me} {locals} {} {end})", text(steps, me, 0))
		})
		.collect();
	let main = functions.len() - 1;
	module(&format!("{bodies} (export \"_start\" (func $f{main}))"))
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	#[test]
	fn gas_should_be_the_sum_of_what_ran_when_nothing_traps(
		functions in prop::collection::vec(steps(), 1..5),
	) {
		let main = functions.len() - 1;
		let (gas, _) = expected(&functions, main, &functions[main]);
		let run = run(&program(&functions), 1 << 40);
		prop_assert_eq!(run.trap, None);
		prop_assert_eq!(run.slots, 0);
		prop_assert_eq!(run.gas, PAGE + gas);
	}

	#[test]
	fn any_smaller_limit_should_be_used_up_when_gas_runs_out(
		functions in prop::collection::vec(steps(), 1..4), share in 0..1_000u64,
	) {
		let main = functions.len() - 1;
		let (gas, _) = expected(&functions, main, &functions[main]);
		prop_assume!(gas > 0);
		let limit = PAGE + gas * share / 1_000;
		let run = run(&program(&functions), limit);
		prop_assert_eq!((run.trap, run.gas), (Some(Trap::OutOfGas), limit));
	}

	#[test]
	fn backtraces_should_be_those_of_the_original_when_a_function_traps(
		functions in prop::collection::vec(steps(), 1..5), at in any::<prop::sample::Index>(),
	) {
		let wasm = program_with(&functions, Some(at.index(functions.len())));
		prop_assert_eq!(origin::led_back(&wasm, 1 << 40), origin::plain(&wasm));
	}

	#[test]
	fn damaged_modules_should_be_refused_or_stay_valid_when_any_byte_changes(
		functions in prop::collection::vec(steps(), 1..3),
		damage in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
	) {
		let mut wasm = program(&functions);
		for (at, byte) in damage {
			let at = at.index(wasm.len());
			wasm[at] = byte;
		}
		let checked = check(&wasm, &Profile::BASE);
		match instrument(&wasm, &Profile::BASE, 65_536) {
			Ok(metered) => {
				prop_assert_eq!(checked.ok(), Some(metered.info));
				let mut validator = wasmparser::Validator::new_with_features(
					crate::limits::features(Profile::BASE.features),
				);
				prop_assert!(validator.validate_all(&metered.wasm).is_ok());
			},
			Err(refusal) => prop_assert_eq!(checked.err(), Some(refusal)),
		}
	}
}
