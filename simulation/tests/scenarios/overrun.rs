//! Programs that would work on long after their gas has run out, before the court of the whole chain: it rules on them
//! in the block of the call, and in no more steps than the call's weight pays for.

use super::judgement::{Setup, Trial};
use assay_interpreter::{
	Bounds, execute_within,
	testing::{many_returns, overrun},
};
use assay_primitives::{deal::Ending, outcome::Class, profile::Profile};
use assay_runtime::{Court, weights::MAX_BLOCK_WEIGHT};

/// Operators of the longest function.
const LONGEST: usize = 262_000;
/// How often each frame calls that function, and how many frames there are.
const SHAPES: [(usize, u32); 5] = [(1, 1), (130_000, 1), (4_000, 3), (1_000, 30), (130, 5_000)];

/// Gas of the page that every program here starts with, and a little to run with.
const GAS: u64 = 65_536 + 1_000;
/// As much as some frames of the second family need to call each other, and not to return.
const RECURSION: u64 = 65_536 + 60_000;

/// Programs of all families, each with a gas limit.
fn programs() -> Vec<(String, Vec<u8>, u64)> {
	let module = |fields| format!("(module (memory (export \"memory\") 1) {fields})");
	let parse = |fields| wat::parse_str(module(fields)).expect("it is WebAssembly");
	let mut all = Vec::new();
	for (at, (calls, depth)) in SHAPES.into_iter().enumerate() {
		let operator = ["f64.sqrt", "f64.nearest", "i64.popcnt", "i32.eqz"][at % 4];
		let name = format!("{operator}, {calls} calls, {depth} frames");
		all.push((name, parse(overrun(calls, depth, operator, LONGEST)), GAS));
	}
	for (at, fields) in many_returns(7_000).into_iter().enumerate() {
		all.push((format!("frames that return, {at}"), parse(fields), RECURSION));
	}
	all
}

#[test]
fn court_of_the_chain_should_rule_within_its_weight_when_programs_go_on_after_their_gas() {
	for (name, module, gas) in programs() {
		let mut trial = Trial::with(Setup { module, gas, ..Setup::default() }, |truth| truth);
		let (module, spec) = (trial.module.clone(), trial.spec.clone());
		let bounds = Bounds { steps: Court::steps(gas) };
		let run = execute_within(&module, &spec, &Profile::BASE, None, bounds);
		let run = run.unwrap_or_else(|failure| panic!("{name}: {failure}"));
		assert_eq!((run.outcome.class, run.outcome.gas_used), (Class::OutOfGas, gas), "{name}");
		assert!(run.steps <= Bounds::enough_steps(gas), "{name}: {}", run.steps);
		trial.challenge();
		let (watcher, before) = (trial.watcher.clone(), trial.chain.now());
		let (case, task_hash, input) = (trial.case, spec.hash(), None);
		let call = pallet_court::Call::adjudicate { case, task_hash, max_gas: gas, module, input };
		let weight = trial.chain.weigh(&watcher, call);
		assert!(weight.all_lt(MAX_BLOCK_WEIGHT), "{name}: {weight:?}");
		assert_eq!(trial.chain.now(), before + 1);
		assert_eq!(trial.ending(), Ending::Settled(run.outcome), "{name}");
	}
}
