//! What a watcher looks at, and what is worth doing about a lie.

use crate::view::SharedView;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	case::{CasePhase, CaseView},
	deal::{Replica, Task, TaskStatus, hits},
	hashing::tagged_hash,
	outcome::Digest,
	task::TaskId,
};

/// Chance, in percent, that an honest cause is lost before committees. A committee of three among
/// whom a fifth of the stake lies alike errs in 0.8 % of cases; this leaves room for worse.
const LOST_PERCENT: Balance = 5;
/// Share of a slash that is burnt at least, in percent.
const BURNT_PERCENT: Balance = 10;

/// Whether a task is among those that are looked at: known only to whoever has the secret, and the
/// same however often it is asked.
pub fn is_chosen(secret: &[u8; 32], task: &TaskId, task_hash: &Hash, sample_ppm: u32) -> bool {
	hits(&tagged_hash(b"assay/watch/1", &(secret, task, task_hash)), sample_ppm)
}

/// Whether `who` has a part in a task: what it says about itself is no news to it.
pub fn is_party(view: &SharedView, who: &[AccountId]) -> bool {
	let candidates = view.deal.candidates.iter().map(|candidate| &candidate.provider);
	candidates.chain([&view.deal.client, &view.deal.payer]).any(|party| who.contains(party))
}

/// Stakes of all replicas that revealed a digest.
pub fn stakes_behind(view: &SharedView, digest: &Digest) -> Balance {
	let TaskStatus::Open(Task { replicas, .. }) = &view.status else { return 0 };
	let said = |replica: &&Replica| replica.digest(&view.task_hash) == Some(*digest);
	let liars = replicas.iter().filter(said).count() as Balance;
	view.deal.terms.stake.saturating_mul(liars)
}

/// What challenging a lie with so much put up, case and bond, is expected to earn, fees aside; `None` where it is expected to lose. Half of
/// what the liars lose is left for the challenger after the burnt share, the prepaid case comes back,
/// and with some chance the lie stands and case and bond are lost.
pub fn gain_of_challenge(put_up: Balance, stakes: Balance) -> Option<Balance> {
	let kept = percent(stakes, 100 - BURNT_PERCENT);
	let lost = percent(put_up, LOST_PERCENT);
	percent(kept / 2, 100 - LOST_PERCENT).checked_sub(lost)
}

/// What an appeal with this bond is expected to earn, fees aside: half of the bond where it is right.
pub fn gain_of_appeal(bond: Balance) -> Option<Balance> {
	percent(bond / 2, 100 - LOST_PERCENT).checked_sub(percent(bond, LOST_PERCENT))
}

/// Divides first, since no amount must overflow; a few of the smallest unit are lost.
fn percent(amount: Balance, percent: Balance) -> Balance {
	(amount / 100).saturating_mul(percent)
}

/// What can be done about a case whose verdict is not what came out here.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Remedy {
	/// The court takes the task: certain, final, and for a fee.
	Court,
	/// Another committee, for this bond.
	Appeal(Balance),
	/// Nothing.
	None,
}

/// What a case says at the moment, where that can be questioned: its round, what it found, and the
/// first block in which it is too late.
pub fn standing(view: &CaseView) -> Option<(u8, Option<Digest>, BlockNumber)> {
	match view.case.phase {
		CasePhase::AppealWindow { verdict, until } => Some((view.case.round, Some(verdict), until)),
		CasePhase::Court { standing, until } => Some((view.case.round, standing, until)),
		_ => None,
	}
}

/// What to do about a wrong verdict, where the court takes such tasks and where an appeal may be made. The
/// court first: it costs least and errs never.
pub fn remedy(view: &CaseView, court: bool, appeal: bool) -> Remedy {
	if court {
		return Remedy::Court;
	}
	match (view.appeal_bond, &view.case.phase) {
		(Some(bond), CasePhase::AppealWindow { .. }) if appeal => Remedy::Appeal(bond),
		_ => Remedy::None,
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::scenes::{account, case_view, outcome, spec, view};
	use assay_primitives::{
		UNIT,
		deal::{NextStep, ReplicaState, TaskState},
		hashing::blake2,
	};

	fn agreed(replicas: &[(u32, ReplicaState)]) -> SharedView {
		let digest = outcome(7).digest(&spec().hash());
		view(20, TaskState::Agreed { digest, until: 40 }, replicas, NextStep::ChallengeWindow(40))
	}

	fn revealed(gas: u64) -> ReplicaState {
		ReplicaState::Revealed { outcome: outcome(gas), report: Hash::zero() }
	}

	#[test]
	fn sample_should_be_of_its_share_and_different_for_another_secret() {
		let chosen = |secret: u8| {
			let task = |deal| TaskId { deal, index: 0 };
			(0..10_000u64)
				.filter(|deal| is_chosen(&[secret; 32], &task(*deal), &Hash::zero(), 50_000))
				.collect::<Vec<_>>()
		};
		let (one, other) = (chosen(1), chosen(2));
		// Five standard deviations around 500; the secrets are fixed.
		assert!((391..=609).contains(&one.len()), "{}", one.len());
		assert_eq!(one, chosen(1));
		assert_ne!(one, other);
		let task = TaskId { deal: 1, index: 0 };
		assert!((0..100u8).all(|it| is_chosen(&[it; 32], &task, &blake2(&[it]), 1_000_000)));
		assert!((0..100u8).all(|it| !is_chosen(&[it; 32], &task, &blake2(&[it]), 0)));
	}

	#[test]
	fn only_the_stakes_of_those_who_said_it_should_count() {
		let view = agreed(&[(0, revealed(7)), (1, revealed(7)), (2, revealed(8))]);
		let stake = view.deal.terms.stake;
		assert_eq!(stakes_behind(&view, &outcome(7).digest(&spec().hash())), 2 * stake);
		assert_eq!(stakes_behind(&view, &outcome(9).digest(&spec().hash())), 0);
	}

	#[test]
	fn party_should_be_recognised_in_every_place() {
		let view = agreed(&[]);
		assert!(is_party(&view, &[account(2)]) && is_party(&view, &[account(50), account(9)]));
		assert!(!is_party(&view, &[account(50)]) && !is_party(&view, &[]));
	}

	/// The stakes of two liars are about ten wages, and a challenge puts up four.
	#[test]
	fn challenge_should_pay_at_usual_stakes_and_not_where_little_is_at_stake() {
		let wage = UNIT;
		let put_up = 3 * wage + wage;
		let gain = gain_of_challenge(put_up, 10 * wage).expect("it pays");
		// (10 · 0.9 / 2) · 0.95 − 4 · 0.05
		assert_eq!(gain, 4_075 * UNIT / 1_000);
		assert_eq!(gain_of_challenge(put_up, 0), None);
		assert_eq!(gain_of_challenge(put_up, wage / 10), None);
		assert_eq!(gain_of_appeal(10_000), Some(4_750 - 500));
		assert_eq!(gain_of_challenge(Balance::MAX, Balance::MAX / 16), None);
		assert!(gain_of_challenge(Balance::MAX, Balance::MAX).is_some(), "and no overflow");
	}

	#[test]
	fn court_should_come_first_and_appeals_only_in_their_window() {
		let verdict = Hash::repeat_byte(1);
		let mut view = case_view(20, CasePhase::AppealWindow { verdict, until: 30 }, &[]);
		view.appeal_bond = Some(14);
		assert_eq!(standing(&view), Some((0, Some(verdict), 30)));
		assert_eq!(remedy(&view, true, true), Remedy::Court);
		assert_eq!(remedy(&view, false, true), Remedy::Appeal(14));
		assert_eq!(remedy(&view, false, false), Remedy::None);
		view.case.phase = CasePhase::Court { standing: None, until: 30 };
		assert_eq!(standing(&view), Some((0, None, 30)));
		assert_eq!(remedy(&view, false, true), Remedy::None);
		assert_eq!(remedy(&view, true, true), Remedy::Court);
		view.case.phase = CasePhase::Sealing { wave: 0, until: 30, answers: true };
		assert_eq!(standing(&view), None);
	}
}
