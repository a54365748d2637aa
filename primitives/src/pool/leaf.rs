//! What is published of a column, and how it is shown to be false without running anything.
//!
//! A root says nothing of a sum. So each leaf has the gas of the whole column up to itself: where the sum is false, two
//! leaves that follow each other don't go together, and both open against the root.

use super::{PoolId, RoundNumber, history::Spot};
use crate::{
	apply,
	content::ContentRef,
	merkle::{ListProof, ListRoot},
	outcome::{Digest, Outcome},
	task::{Input, Limits, TaskSpec},
};
use alloc::vec::Vec;

/// A subtask that was run.
#[apply(stored)]
#[derive(Copy)]
pub struct Leaf {
	/// The pool. It and the place keep a leaf from being shown for another.
	pub pool: PoolId,
	/// Where in the pool.
	pub spot: Spot,
	/// Which subtask stands there: an item of the pool's list of inputs.
	pub subtask: u32,
	/// What came of it.
	pub outcome: Outcome,
	/// Gas of the column up to here, this leaf included.
	pub gas: u64,
}

/// Names a leaf that was published.
#[apply(stored)]
#[derive(Copy, Hash, Ord, PartialOrd)]
pub struct LeafId {
	/// The pool.
	pub pool: PoolId,
	/// Where in the pool.
	pub spot: Spot,
}

/// What a member publishes of its column in a round.
#[apply(stored)]
#[derive(Copy)]
pub struct Publication {
	/// Its [`Leaf`]s from the head on, by root and number.
	pub leaves: ListRoot,
	/// Gas of all.
	pub gas: u64,
}

/// A leaf with the path to its root.
#[apply(shown)]
pub struct ShownLeaf {
	/// The leaf.
	pub leaf: Leaf,
	/// The path.
	pub proof: ListProof,
}

/// What somebody shows of a publication.
#[apply(shown)]
pub struct Exhibit {
	/// A leaf.
	pub leaf: ShownLeaf,
	/// The one before it; needed where its gas is in doubt, and it is not the first.
	pub before: Option<ShownLeaf>,
}

/// The input of a subtask with the path to the root of all inputs. With it a leaf is a task by itself, and nobody who judges
/// it needs the list.
#[apply(shown)]
pub struct ShownInput {
	/// The input.
	pub input: ContentRef,
	/// Which subtask's, and the path.
	pub proof: ListProof,
}

impl ShownInput {
	/// What is run for a subtask of a pool's task; `None` where this is not its input.
	pub fn task(&self, subtask: u32, task: &TaskSpec) -> Option<TaskSpec> {
		let Input::List(inputs) = &task.input else { return None };
		let is_it = self.proof.index == subtask && inputs.root.verify(&self.input, &self.proof);
		is_it.then(|| task.with_input(self.input))
	}
}

/// Why a member was found wrong.
#[apply(stored)]
#[derive(Copy)]
pub enum Wrong {
	/// What it has published contradicts itself.
	#[codec(index = 0)]
	Contradiction(Fault),
	/// A case has found that a leaf gives something else.
	#[codec(index = 1)]
	Outcome {
		/// The leaf.
		spot: Spot,
		/// The digest that is true.
		truth: Digest,
	},
	/// Nobody has shown the leaf that an audit was to look at.
	#[codec(index = 2)]
	KeptBack {
		/// In which round it has published.
		round: RoundNumber,
	},
}

reasons! {
	/// What is false about a publication.
	pub enum Fault {
		0 Elsewhere: "a leaf is of another pool, round or column, or of another row",
		1 OtherSubtask: "a leaf is of another subtask than stands there",
		2 Unfit: "an outcome is none that the task can have",
		3 Gas: "the gas of a leaf is not the one before and its own",
		4 Total: "the gas that was published is not that of the last leaf",
	}
}

impl Leaf {
	/// The leaves of a column by what came of each subtask, the head first.
	pub fn column(pool: PoolId, head: Spot, outcomes: &[(u32, Outcome)]) -> Vec<Self> {
		let mut gas = 0u64;
		let rows = (head.row..).zip(outcomes);
		rows.map(|(row, (subtask, outcome))| {
			gas = gas.saturating_add(outcome.gas_used);
			Self { pool, spot: Spot { row, ..head }, subtask: *subtask, outcome: *outcome, gas }
		})
		.collect()
	}
}

impl Publication {
	/// Commits to leaves of a column, from its head on.
	pub fn of(leaves: &[Leaf]) -> Self {
		Self { leaves: ListRoot::of(leaves), gas: leaves.last().map_or(0, |leaf| leaf.gas) }
	}

	/// Whether so many leaves can use so much gas.
	pub fn is_possible(&self, limits: &Limits) -> bool {
		u128::from(self.gas) <= u128::from(self.leaves.len) * u128::from(limits.gas)
	}

	/// Whether a leaf is what was published.
	pub fn has(&self, shown: &ShownLeaf) -> bool {
		self.leaves.verify(&shown.leaf, &shown.proof)
	}

	/// What is false about what was published of a column, by leaves of it. `subtask` is what stands at the leaf's row,
	/// as [`History::leaf`](super::History::leaf) has it, and `column` the column's head. Nothing where
	/// what is shown was not published, or nothing is false.
	pub fn fault(
		&self,
		exhibit: &Exhibit,
		pool: PoolId,
		column: Spot,
		subtask: Option<u32>,
		task: &TaskSpec,
	) -> Option<Fault> {
		if !self.has(&exhibit.leaf) {
			return None;
		}
		let (leaf, row) = (&exhibit.leaf.leaf, exhibit.leaf.proof.index);
		let faults = [
			(leaf.pool != pool || leaf.spot != Spot { row, ..column }, Fault::Elsewhere),
			(Some(leaf.subtask) != subtask, Fault::OtherSubtask),
			(!leaf.outcome.fits(task), Fault::Unfit),
			(self.is_other_sum(exhibit), Fault::Gas),
			(row + 1 == self.leaves.len && leaf.gas != self.gas, Fault::Total),
		];
		faults.into_iter().find(|(is, _)| *is).map(|(_, fault)| fault)
	}

	/// Whether the gas of a leaf is not that of the one before and its own; not without the one before.
	fn is_other_sum(&self, exhibit: &Exhibit) -> bool {
		let (shown, own) = (&exhibit.leaf, exhibit.leaf.leaf.outcome.gas_used);
		let sum = match (shown.proof.index.checked_sub(1), &exhibit.before) {
			(None, _) => Some(own),
			(Some(row), Some(before)) if before.proof.index == row && self.has(before) => {
				match before.leaf.gas.checked_add(own) {
					Some(sum) => Some(sum),
					// More than any limit lets a column use.
					None => return true,
				}
			},
			_ => None,
		};
		sum.is_some_and(|sum| sum != shown.leaf.gas)
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{
		outcome::{Class, Manifest},
		pool::terms::tests::terms,
	};

	const HEAD: Spot = Spot { round: 2, member: 3, row: 0 };
	const SUBTASKS: [u32; 4] = [5, 6, 8, 9];

	fn leaves() -> Vec<Leaf> {
		let outcome = |gas| Outcome::new(Class::Exited(0), gas, &Manifest::default());
		let outcomes: Vec<_> =
			SUBTASKS.iter().zip([10, 20, 30, 40]).map(|(it, gas)| (*it, outcome(gas))).collect();
		Leaf::column(7, HEAD, &outcomes)
	}

	fn show(leaves: &[Leaf], row: u32) -> ShownLeaf {
		let proof = ListRoot::prove(leaves, row).expect("a row of the column");
		ShownLeaf { leaf: leaves[row as usize], proof }
	}

	fn exhibit(leaves: &[Leaf], row: u32) -> Exhibit {
		let before = row.checked_sub(1).map(|row| show(leaves, row));
		Exhibit { leaf: show(leaves, row), before }
	}

	/// What is false about leaves that were published under this total.
	fn fault(leaves: &[Leaf], gas: u64, row: u32) -> Option<Fault> {
		let publication = Publication { gas, ..Publication::of(leaves) };
		let subtask = SUBTASKS.get(row as usize).copied();
		publication.fault(&exhibit(leaves, row), 7, HEAD, subtask, &terms(10).task)
	}

	#[test]
	fn nothing_should_be_false_about_a_true_column() {
		let leaves = leaves();
		assert_eq!(leaves.iter().map(|leaf| leaf.gas).collect::<Vec<_>>(), [10, 30, 60, 100]);
		for row in 0..4 {
			assert_eq!(fault(&leaves, 100, row), None);
		}
	}

	#[test]
	fn two_neighbours_should_show_a_false_sum_wherever_it_is() {
		for row in 0..4 {
			let mut leaves = leaves();
			// One more from here on, so that the last leaf and the total agree.
			leaves[row..].iter_mut().for_each(|leaf| leaf.gas += 1);
			assert_eq!(fault(&leaves, 101, row as u32), Some(Fault::Gas), "{row}");
			let others = (0..4).filter(|other| *other != row);
			others.for_each(|other| assert_eq!(fault(&leaves, 101, other as u32), None));
		}
		let mut whole = leaves();
		whole[1].gas = u64::MAX;
		assert_eq!(fault(&whole, 100, 2), Some(Fault::Gas));
		assert_eq!(fault(&leaves(), 101, 3), Some(Fault::Total));
		assert_eq!(fault(&leaves(), 101, 2), None, "only the last leaf says the total");
	}

	#[test]
	fn pool_18_root_should_open_to_its_own_column_alone() {
		let all = leaves();
		let three = Publication::of(&all[..3]);
		for other in [&all[..2], &all[..4], &[all[1], all[0], all[2]][..]] {
			assert!(!three.has(&show(other, 1)));
		}
		let mut skipped = all.clone();
		skipped.remove(1);
		assert_eq!(fault(&skipped, 100, 1), Some(Fault::Elsewhere));
		let mut renamed = all.clone();
		renamed[1].subtask = 8;
		assert_eq!(fault(&renamed, 100, 1), Some(Fault::OtherSubtask));
		let elsewhere: [fn(&mut Leaf); 4] = [
			|leaf| leaf.pool = 8,
			|leaf| leaf.spot.round = 1,
			|leaf| leaf.spot.member = 4,
			|leaf| leaf.spot.row = 2,
		];
		for change in elsewhere {
			let mut moved = all.clone();
			change(&mut moved[1]);
			assert_eq!(fault(&moved, 100, 1), Some(Fault::Elsewhere));
		}
	}

	#[test]
	fn outcome_should_be_one_that_the_task_can_have() {
		let mut leaves = leaves();
		leaves[3].outcome.gas_used = u64::MAX;
		assert_eq!(fault(&leaves, 100, 3), Some(Fault::Unfit));
	}

	#[test]
	fn leaf_should_be_run_with_its_own_input_and_without_the_list() {
		let inputs: Vec<ContentRef> = (0..5u8).map(|at| ContentRef::of(&[at])).collect();
		let mut task = terms(5).task;
		let Input::List(list) = &mut task.input else { panic!("a pool has a list") };
		list.root = ListRoot::of(&inputs);
		let shown = |input: usize, at| ShownInput {
			input: inputs[input],
			proof: ListRoot::prove(&inputs, at).expect("an item"),
		};
		let run = shown(3, 3).task(3, &task).expect("it is the input");
		assert_eq!((run.input, run.module), (Input::Blob(inputs[3]), task.module));
		assert_eq!(shown(3, 3).task(2, &task), None, "another subtask's");
		assert_eq!(shown(2, 3).task(3, &task), None, "another input");
		assert_eq!(shown(3, 3).task(3, &run), None, "a task without a list");
	}

	#[test]
	fn what_was_not_published_should_show_nothing() {
		let leaves = leaves();
		let publication = Publication::of(&leaves);
		let mut shown = exhibit(&leaves, 2);
		shown.leaf.leaf.gas += 1;
		let of = |shown: &Exhibit| publication.fault(shown, 7, HEAD, Some(8), &terms(10).task);
		assert_eq!(of(&shown), None);
		// A neighbour that was not published, or is none, says nothing about a sum.
		let mut forged = exhibit(&leaves, 2);
		forged.before.as_mut().expect("it is not the first").leaf.gas += 1;
		assert_eq!(of(&forged), None);
		assert_eq!(of(&Exhibit { before: Some(show(&leaves, 0)), ..exhibit(&leaves, 2) }), None);
		assert_eq!(of(&Exhibit { before: None, ..exhibit(&leaves, 2) }), None);
	}
}
