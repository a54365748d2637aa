//! Programs that tasks run, and what running them gives.

use assay_interpreter::execute;
use assay_primitives::{
	Hash,
	content::ContentRef,
	outcome::{Class, Outcome},
	profile::Profile,
	task::{Input, InputList, Limits, TaskSpec},
};
use std::{
	collections::BTreeMap,
	sync::{LazyLock, Mutex},
};

/// A program that counts to a number, and needs a number of pages from the start.
fn counting(rounds: u32, pages: u32) -> Vec<u8> {
	let text = format!(
		r#"(module (memory (export "memory") {pages}) (func (export "_start") (local i32)
			(loop $again (local.set 0 (i32.add (local.get 0) (i32.const 1)))
				(br_if $again (i32.lt_u (local.get 0) (i32.const {rounds}))))))"#
	);
	wat::parse_str(text).expect("the text is a module")
}

/// A short run, a longer one, one that needs memory, one that never ends, and no module at all. The last two
/// have outcomes that can be known without running them.
static PROGRAMS: LazyLock<Vec<Vec<u8>>> = LazyLock::new(|| {
	vec![
		counting(100, 1),
		counting(10_000, 1),
		counting(50, 8),
		counting(u32::MAX, 1),
		b"no module".to_vec(),
	]
});

/// All programs, the honest one first.
pub fn programs() -> &'static [Vec<u8>] {
	&PROGRAMS
}

/// The program with this content.
pub fn program(content: &ContentRef) -> Option<&'static Vec<u8>> {
	PROGRAMS.iter().find(|program| ContentRef::of(program) == *content)
}

/// Inputs of a bag of two tasks, with the bytes that list them. No program reads its input.
pub fn list() -> (InputList, Vec<u8>) {
	InputList::of(&[ContentRef::of(&PROGRAMS[0]), ContentRef::of(&PROGRAMS[1])])
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
	/// More than that would hold the search up; a program that asks for it gets nothing done.
	const MOST_GAS: u64 = 50_000_000;
	let module = program(&spec.module)?;
	let profile = Profile::by_id(&spec.profile)?;
	let (input, bytes) = match spec.input {
		Input::Blob(content) => (spec.input, Some(program(&content)?.clone())),
		// Each task has another, and no program looks at it.
		Input::None | Input::List(_) => (Input::None, None),
	};
	let limits = Limits { gas: spec.limits.gas.min(MOST_GAS), ..spec.limits };
	let granted = TaskSpec { input, limits, ..spec.clone() };
	let outcome = execute(module, &granted, &profile, bytes).ok()?.outcome;
	// With more it would have gone on.
	let cut = limits.gas < spec.limits.gas && outcome.class == Class::OutOfGas;
	(!cut).then_some(outcome)
}
