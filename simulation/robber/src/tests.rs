//! A bounded search on a committed seed, and what it rests on.

use crate::{
	moves::Move,
	play::play,
	search::{COALITIONS, Plan, search},
	world::World,
};
use assay_simulation::Fidelity;

const CALLS: u64 = 3_000;

fn plan(threads: usize) -> Plan {
	Plan { seed: 7, calls: CALLS, threads, fidelity: Fidelity::Dispatched }
}

#[test]
fn search_should_find_the_same_when_the_number_of_threads_differs() {
	let (one, two) = (search(plan(1), |_| true), search(plan(2), |_| true));
	assert_eq!(one.seen, two.seen);
	assert_eq!(one.corpus, two.corpus);
	assert_eq!(one.finds, two.finds);
	assert!(one.seen.len() > 40, "{:?}", one.seen);
}

#[test]
fn nobody_should_be_robbed_when_everybody_is_honest() {
	for coalition in COALITIONS {
		let world = World::start(coalition, Fidelity::Dispatched);
		let moves = [Move::Order, Move::Pass { blocks: 5 }, Move::Order, Move::Pass { blocks: 60 }];
		let played = play(&world, &moves);
		assert_eq!(played.finds, [], "{coalition:?}");
		let settled = |name: &String| name.contains("TaskSettled");
		assert!(played.seen.iter().any(settled), "{:?}", played.seen);
	}
}

#[test]
fn world_should_be_left_as_it_was_when_a_sequence_was_played() {
	let world = World::start(COALITIONS[2], Fidelity::Dispatched);
	let moves = [Move::Order, Move::Silence { who: 1 }, Move::Pass { blocks: 20 }];
	let once = play(&world, &moves);
	let again = play(&world, &moves);
	assert_eq!((once.gain, once.finds, once.seen), (again.gain, again.finds, again.seen));
}
