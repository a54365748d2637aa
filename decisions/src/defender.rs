//! What a provider does when somebody doubts what it has revealed: others agreed on something else, or judges
//! may say so. Nobody has to tell it.

use crate::{
	provider::{Place, place},
	view::SharedView,
};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	case::ROUNDS,
	deal::{Replica, ReplicaState, TaskState, TaskStatus},
	money::appeal_bond,
	outcome::Digest,
};

/// What stands against a result of one's own.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Against {
	/// What this provider has revealed.
	pub own: Digest,
	/// What was agreed on, which may be the same, while it is judged; zeros where nothing was.
	pub agreed: Digest,
	/// First block in which it is too late to have it run again, as far as the phase of today tells: a case may go on
	/// for longer.
	pub until: BlockNumber,
}

/// What a provider puts up at most to defend one result, where it has `stake` at risk: enough to have fifteen seats
/// hear it where the first committee and the second one were wrong. What this machine says may be wrong as well, so it
/// is not more.
pub fn budget(stake: Balance) -> Balance {
	/// A wage is at most this part of a stake.
	const WAGE: Balance = 4;
	let bonds =
		ROUNDS[1..=2].iter().map(|seats| appeal_bond(stake, *seats).unwrap_or(Balance::MAX));
	bonds.fold(0, |sum: Balance, bond| sum.saturating_add(bond)) / WAGE
}

/// What stands against the result of `me` in a task, if anything.
pub fn against(view: &SharedView, me: &AccountId) -> Option<Against> {
	let TaskStatus::Open(task) = &view.status else { return None };
	let Place::Drawn(ReplicaState::Revealed { outcome, .. }) = place(view, task, me) else {
		return None;
	};
	let (own, terms) = (outcome.digest(&view.task_hash), &view.deal.terms);
	match task.state {
		TaskState::Agreed { digest, until } if digest != own => {
			Some(Against { own, agreed: digest, until })
		},
		TaskState::Disputed { agreed, .. } => {
			let time = terms.commit_blocks.saturating_add(terms.challenge_blocks);
			let until = view.at.saturating_add(time);
			Some(Against { own, agreed: agreed.unwrap_or_default(), until })
		},
		_ => None,
	}
}

/// Whether it is for `me` to question a verdict that was seen to be wrong from block `since` on, before `until`: those who
/// said the same one after another, and all while there is time for it.
pub fn has_turn(
	view: &SharedView,
	me: &AccountId,
	own: &Digest,
	since: BlockNumber,
	now: BlockNumber,
	until: BlockNumber,
) -> bool {
	/// Blocks before the end of a window in which nobody waits any more for others who have said the same.
	const LAST_CALL: BlockNumber = 4;
	let turn = since.saturating_add(patience(view, me, own));
	now >= turn.min(until.saturating_sub(LAST_CALL))
}

/// Whether a case over a result of one's own is taken to the court before another committee hears it: where the call costs no
/// more than is at stake.
pub fn court_comes_first(fee: Balance, stake: Balance) -> bool {
	fee <= stake
}

/// Blocks for which `me` leaves it to others who revealed the same to question a verdict: one appeal or one
/// call of the court is enough, and each costs something.
fn patience(view: &SharedView, me: &AccountId, own: &Digest) -> BlockNumber {
	/// Until what somebody else has done shows.
	const TURN: BlockNumber = 3;
	let TaskStatus::Open(task) = &view.status else { return 0 };
	let mine = view.deal.position(me);
	let said_same = |replica: &&Replica| replica.digest(&view.task_hash) == Some(*own);
	let same = task.replicas.iter().filter(said_same);
	let before = same.take_while(|replica| Some(replica.candidate) != mine).count();
	u32::try_from(before).unwrap_or(u32::MAX).saturating_mul(TURN)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::scenes::{account, outcome, spec, view};
	use assay_primitives::{Hash, deal::NextStep};

	fn digest(gas: u64) -> Digest {
		outcome(gas).digest(&spec().hash())
	}

	/// Candidates 0, 1, … have revealed outcomes of this gas.
	fn shown(state: TaskState, gas: &[u64]) -> SharedView {
		let said = |gas| ReplicaState::Revealed { outcome: outcome(gas), report: Hash::zero() };
		let replicas: Vec<_> = (0..).zip(gas).map(|(at, gas)| (at, said(*gas))).collect();
		view(50, state, &replicas, NextStep::Poke)
	}

	#[test]
	fn result_should_be_defended_when_it_is_outvoted_or_judged_and_only_by_who_revealed_it() {
		let (me, agreed) = (account(1), digest(7));
		let window = TaskState::Agreed { digest: agreed, until: 60 };
		assert_eq!(against(&shown(window.clone(), &[7, 7, 8]), &me), None, "it has won");
		let lost = against(&shown(window, &[8, 7, 7]), &me).expect("it is outvoted");
		assert_eq!(lost, Against { own: digest(8), agreed, until: 60 });
		let case = TaskState::Disputed { case: 1, agreed: Some(agreed) };
		let judged = against(&shown(case.clone(), &[7, 7, 8]), &me).expect("judges may err");
		assert_eq!((judged.own, judged.agreed), (agreed, agreed));
		assert!(judged.until > 50);
		assert_eq!(against(&shown(case, &[7]), &account(2)), None, "not drawn");
		let none = TaskState::Disputed { case: 1, agreed: None };
		let open = against(&shown(none, &[8, 7]), &me).expect("it is judged");
		assert_eq!(open.agreed, Hash::zero());
		let early = TaskState::Revealing { wave: 0, until: 60 };
		assert_eq!(against(&shown(early, &[8, 7, 7]), &me), None);
	}

	/// Appeals cost twice the next committee's wages, and a stake follows from the cheapest candidate.
	#[test]
	fn budget_should_suffice_for_two_appeals_at_any_price() {
		use assay_primitives::{MILLI, UNIT, money::Tariff, policy::Policy};
		let policy = Policy::Quorum { replicas: 3, required: 2 };
		for lowest in [MILLI, 100 * MILLI, UNIT, 100 * UNIT] {
			let dearest = Tariff::EXAMPLE.price_ceiling(&policy, lowest);
			let maxima = [lowest, dearest, dearest];
			let amounts = Tariff::EXAMPLE.amounts(&policy, &maxima, 0, 0).expect("they fit");
			let bonds = 2 * Balance::from(ROUNDS[1] + ROUNDS[2]) * amounts.wage;
			assert!(budget(amounts.stake) >= bonds, "{lowest}");
		}
	}

	#[test]
	fn those_who_said_the_same_should_take_turns() {
		let case = TaskState::Disputed { case: 1, agreed: Some(digest(7)) };
		let view = shown(case, &[7, 8, 7]);
		let turns = [1, 2, 3]
			.map(|who| patience(&view, &account(who), &digest([7, 8, 7][who as usize - 1])));
		assert_eq!(turns, [0, 0, 3]);
		let last = |now, until| has_turn(&view, &account(3), &digest(7), 50, now, until);
		assert!(!last(52, 100) && last(53, 100));
		assert!(!last(51, 56) && last(52, 56), "nobody waits while there are four blocks left");
	}
}
