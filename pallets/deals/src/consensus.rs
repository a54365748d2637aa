//! What the revealed digests amount to.

use crate::*;
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Hash,
	deal::{Deal, FailCause, Replica, ReplicaState, TaskState},
	outcome::Outcome,
	request::Candidate,
	traits::{Arbiter, Capacity, CaseId, CaseReason, CaseRequest, NoArbiter},
};

/// Groups of equal digests in the order of their first replica. Counts all waves.
pub(crate) fn groups(replicas: &[Replica], task_hash: &Hash) -> Vec<Group> {
	let mut groups: Vec<Group> = Vec::new();
	for outcome in replicas.iter().filter_map(revealed) {
		let digest = outcome.digest(task_hash);
		match groups.iter_mut().find(|group| group.digest == digest) {
			Some(group) => group.size += 1,
			None => groups.push(Group { digest, size: 1 }),
		}
	}
	groups
}

/// The largest group. At most one group can be as large as the policy requires: more than half of
/// the first wave is required, and a later wave draws only what the largest group lacks.
pub(crate) fn largest(groups: &[Group]) -> Option<Group> {
	groups.iter().copied().reduce(|best, next| if next.size > best.size { next } else { best })
}

/// What a replica revealed.
pub(crate) fn revealed(replica: &Replica) -> Option<&Outcome> {
	match &replica.state {
		ReplicaState::Revealed { outcome, .. } => Some(outcome),
		_ => None,
	}
}

impl<T: Config> Pallet<T> {
	/// Decides what comes after a wave that has ended.
	pub(crate) fn evaluate(mut live: Live) -> Effort {
		live.effort.closed = true;
		let policy = live.deal.request.policy;
		let groups = groups(&live.task.replicas, &live.deal.task_hash);
		let best = largest(&groups);
		let agreeing = best.map_or(0, |group| group.size);
		match best {
			Some(group) if agreeing >= policy.required() => return Self::agree(live, group),
			_ => (),
		}
		let room = policy.max_replicas().saturating_sub(live.task.replicas.len() as u32);
		let count = policy.required().saturating_sub(agreeing).max(1).min(room);
		let wave = live.wave().saturating_add(1);
		if count > 0 && live.wave_fits() && Self::draw_more(&mut live, wave, count) {
			return Self::save(live);
		}
		Self::give_up(live, groups)
	}

	/// Opens the challenge window, or settles at once where nobody could decide a challenge.
	fn agree(mut live: Live, group: Group) -> Effort {
		let until = live.now.saturating_add(live.deal.terms.challenge_blocks);
		live.task.state = TaskState::Agreed { digest: group.digest, until };
		let (task, digest) = (live.id, group.digest);
		Self::deposit_event(Event::TaskAgreed { task, digest, until });
		if until > live.now { Self::save(live) } else { Self::settle(live, digest) }
	}

	/// Nobody is left to draw, or no time.
	fn give_up(mut live: Live, groups: Vec<Group>) -> Effort {
		if groups.is_empty() {
			let declined = live.count(is_declined);
			let missing = declined > 0 && lacks_content(declined, live.task.replicas.len());
			let cause = if missing { FailCause::ContentUnavailable } else { FailCause::NoDelivery };
			return Self::fail(live, cause);
		}
		match Self::open_case(&live, groups, CaseReason::NoConsensus) {
			Ok(case) => {
				live.task.state = TaskState::Disputed { case };
				Self::deposit_event(Event::TaskDisputed { task: live.id, case });
				Self::save(live)
			},
			Err(_) => Self::fail(live, FailCause::Undecided),
		}
	}

	/// Hands a task to the arbiter.
	fn open_case(
		live: &Live,
		mut groups: Vec<Group>,
		reason: CaseReason,
	) -> Result<CaseId, NoArbiter> {
		// Stable, so that of groups of one size the earlier one comes first.
		groups.sort_by(|one, other| other.size.cmp(&one.size));
		T::Arbiter::open_case(CaseRequest {
			task: live.id,
			spec: live.deal.request.task.clone(),
			task_hash: live.deal.task_hash,
			reason,
			digests: groups.iter().map(|group| group.digest).collect(),
			excluded: Self::parties(&live.deal),
			mediators: live.deal.others.mediators.to_vec(),
			run_blocks: live.deal.request.run_blocks,
			wage: 0,
			funds: 0,
			refund: live.deal.payer.clone(),
		})
	}

	/// Everybody who has something to gain or lose by a deal, and who signs for the candidates.
	fn parties(deal: &Deal) -> Vec<AccountId> {
		let sales = [&deal.others.app, &deal.others.dataset].into_iter().flatten();
		let mut parties: Vec<AccountId> = [deal.client.clone(), deal.payer.clone()]
			.into_iter()
			.chain(deal.others.beneficiary.clone())
			.chain(sales.map(|sale| sale.owner.clone()))
			.collect();
		for Candidate { provider, .. } in &deal.candidates {
			parties.extend(T::Capacity::operator_of(provider));
			parties.push(provider.clone());
		}
		parties.sort_unstable();
		parties.dedup();
		parties
	}

	/// Whether so many have declined that no other candidate is asked. Never while somebody has
	/// sealed or revealed, and so the content.
	pub(crate) fn content_is_missing(live: &Live) -> bool {
		let declined = live.count(is_declined);
		declined >= MIN_DECLINED
			&& !live.any(has_run)
			&& lacks_content(declined, live.task.replicas.len())
	}
}

/// Two thirds of the drawn.
fn lacks_content(declined: usize, drawn: usize) -> bool {
	declined * 3 >= drawn * 2
}
