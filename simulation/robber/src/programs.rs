//! Programs that tasks run, and what running them gives.

use assay_interpreter::execute;
use assay_primitives::{
	Hash,
	content::{BLOCK_SIZE, ContentRef, Layout},
	outcome::{Class, Outcome},
	profile::Profile,
	task::{Input, InputList, Limits, TaskSpec},
};
use std::{
	collections::BTreeMap,
	sync::{LazyLock, Mutex},
};

/// Pages that the third program begins with.
pub const MEMORY: u32 = 8;

/// A program that counts to a number, and needs a number of pages from the start.
fn counting(rounds: u32, pages: u32) -> Vec<u8> {
	let text = format!(
		r#"(module (memory (export "memory") {pages}) (func (export "_start") (local i32)
			(loop $again (local.set 0 (i32.add (local.get 0) (i32.const 1)))
				(br_if $again (i32.lt_u (local.get 0) (i32.const {rounds}))))))"#
	);
	wat::parse_str(text).expect("the text is a module")
}

/// A program that never ends.
fn endless() -> Vec<u8> {
	let text = r#"(module (memory (export "memory") 1) (func (export "_start") (loop $again (br $again))))"#;
	wat::parse_str(text).expect("the text is a module")
}

/// A short run, a longer one, one that needs memory, one that never ends, and no module at all. The last two
/// have outcomes that can be known without running them.
static PROGRAMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
	vec![
		counting(100, 1),
		counting(10_000, 1),
		counting(50, MEMORY),
		endless(),
		b"no module".to_vec(),
	]
});

/// Input of two blocks, which no program reads.
static LONG: LazyLock<Vec<u8>> = LazyLock::new(|| vec![7; BLOCK_SIZE + 120]);

/// The same as blocks: its node first.
static PARTS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
	let node = Layout::of(&LONG).node.expect("it is longer than a block");
	[node].into_iter().chain(LONG.chunks(BLOCK_SIZE).map(<[u8]>::to_vec)).collect()
});

/// Blocks of the long input, its node first.
pub fn parts() -> &'static [Vec<u8>] {
	&PARTS
}

/// All that tasks may name: the programs, and an input of two blocks.
pub fn content() -> impl Iterator<Item = &'static Vec<u8>> {
	PROGRAMS.iter().chain([&*LONG])
}

/// All programs, the honest one first.
pub fn programs() -> &'static [Vec<u8>] {
	&PROGRAMS
}

/// What tasks may name, with the bytes.
static NAMED: LazyLock<Vec<(ContentRef, &'static Vec<u8>)>> =
	LazyLock::new(|| content().map(|bytes| (ContentRef::of(bytes), bytes)).collect());

/// References of all that tasks may name, in the same order.
pub fn named() -> impl Iterator<Item = ContentRef> {
	NAMED.iter().map(|(content, _)| *content)
}

/// The bytes with this reference.
pub fn bytes_of(content: &ContentRef) -> Option<&'static Vec<u8>> {
	NAMED.iter().find(|(named, _)| named == content).map(|(_, bytes)| *bytes)
}

/// Inputs of a bag of two tasks, with the bytes that list them. No program reads its input.
pub fn list() -> (InputList, Vec<u8>) {
	bag(2)
}

/// Inputs of a bag of so many tasks.
pub fn bag(tasks: usize) -> (InputList, Vec<u8>) {
	let inputs: Vec<_> = (0..tasks).map(|at| NAMED[at % 2].0).collect();
	InputList::of(&inputs)
}

/// Outcomes that were found, since many worlds ask for the same.
static KNOWN: Mutex<BTreeMap<Hash, Option<Outcome>>> = Mutex::new(BTreeMap::new());

/// What a task gives, where its program and input are known. The reference executor says so, as it does in
/// the court.
pub fn truth(spec: &TaskSpec) -> Option<Outcome> {
	let hash = spec.hash();
	if let Some(known) = KNOWN.lock().expect("nobody panics with it").get(&hash) {
		return *known;
	}
	let outcome = run(spec);
	KNOWN.lock().expect("nobody panics with it").insert(hash, outcome);
	outcome
}

fn run(spec: &TaskSpec) -> Option<Outcome> {
	/// More than that would hold the search up.
	const MOST_GAS: u64 = 50_000_000;
	let module = bytes_of(&spec.module)?;
	let profile = Profile::by_id(&spec.profile)?;
	let (input, bytes) = match spec.input {
		Input::Blob(content) => (spec.input, Some(bytes_of(&content)?.clone())),
		// Each task has another, and no program looks at it.
		Input::None | Input::List(_) => (Input::None, None),
	};
	let limits = Limits { gas: spec.limits.gas.min(MOST_GAS), ..spec.limits };
	let granted = TaskSpec { input, limits, ..spec.clone() };
	let outcome = execute(module, &granted, &profile, bytes).ok()?.outcome;
	// Only the one that never ends uses so much, and it would use all that it is given.
	let cut = limits.gas < spec.limits.gas && outcome.class == Class::OutOfGas;
	Some(if cut { Outcome { gas_used: spec.limits.gas, ..outcome } } else { outcome })
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{client, scene::SCENES};

	/// What is inferred for limits that take too long is what comes out below them.
	#[test]
	fn program_without_an_end_should_use_all_gas_that_it_is_given() {
		for gas in [1_000, 1_001, 2_000_000] {
			let spec = client::request(&SCENES[0], 0, 1).task;
			let module = ContentRef::of(&PROGRAMS[3]);
			let limits = Limits { gas, ..spec.limits };
			let outcome = truth(&TaskSpec { module, limits, ..spec }).expect("it runs");
			assert_eq!((outcome.class, outcome.gas_used), (Class::OutOfGas, gas));
		}
	}

	#[test]
	fn parts_should_be_those_of_the_long_input() {
		let layout = Layout::of(&LONG);
		let hashes: Vec<_> = PARTS.iter().map(|part| ContentRef::of(part).hash).collect();
		let leaves = layout.leaves.iter().map(|(hash, _)| *hash);
		let expected: Vec<_> = [layout.content.hash].into_iter().chain(leaves).collect();
		assert_eq!(hashes, expected);
	}
}
