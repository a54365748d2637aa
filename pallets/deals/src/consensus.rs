//! What the revealed digests amount to.

use crate::{missing::two_thirds, *};
use alloc::vec::Vec;
use assay_primitives::{
	Hash,
	beacon::Seed,
	consensus::{Tally, vote_weight},
	deal::{Deal, FailCause, Replica, ReplicaState, TaskState},
	draw::weighted,
	outcome::Digest,
	policy::{LEAST_TRUSTED, Votes},
	traits::{CaseReason, Reputations},
};

/// Groups of equal digests in the order of their first replica. Counts all waves.
pub(crate) fn groups(replicas: &[Replica], task_hash: &Hash) -> Vec<Group> {
	let mut groups: Vec<Group> = Vec::new();
	for digest in replicas.iter().filter_map(|replica| replica.digest(task_hash)) {
		match groups.iter_mut().find(|group| group.digest == digest) {
			Some(group) => group.size += 1,
			None => groups.push(Group { digest, size: 1 }),
		}
	}
	groups
}

/// The largest group, of equal ones the first. At most one group can be as large as a quorum requires:
/// more than half of the first wave is required, and a later wave draws only what the largest group
/// lacks.
pub(crate) fn largest(groups: &[Group]) -> Option<Group> {
	groups.iter().copied().reduce(|best, next| if next.size > best.size { next } else { best })
}

/// Items that are read to find out whether content is missing: the draw, what the chain keeps of module and input, and
/// how many validators there are for a ticket.
pub(crate) const READS_OF_MISSING: u32 = 4;

impl<T: Config> Pallet<T> {
	/// Decides what comes after a wave that has ended.
	pub(crate) fn evaluate(mut live: Live) -> Effort {
		if let Votes::Weighed(_) = live.deal.request.policy.votes() {
			// Of those who voted and of those who may follow, and how they were drawn.
			let read = live.deal.request.policy.max_replicas().saturating_add(1);
			live.effort.read = live.effort.read.saturating_add(read);
		}
		let count = match Self::standing(&live) {
			Standing::Agreed(digest) => return Self::agree(live, digest),
			Standing::Needs(count) => count,
		};
		let wave = live.wave().saturating_add(1);
		if count > 0 && live.wave_fits() && Self::draw_more(&mut live, wave, count) {
			return Self::save(live);
		}
		Self::give_up(live)
	}

	/// What the revealed digests amount to under the deal's policy.
	pub(crate) fn standing(live: &Live) -> Standing {
		let policy = live.deal.request.policy;
		let room = policy.max_replicas().saturating_sub(live.task.replicas.len() as u32);
		match policy.votes() {
			Votes::Equal(required) => Self::counted(live, required, room),
			Votes::Weighed(trust) => Self::weighed(live, trust, room),
		}
	}

	/// By the number of equal digests.
	fn counted(live: &Live, required: u32, room: u32) -> Standing {
		let best = largest(&groups(&live.task.replicas, &live.deal.task_hash));
		let agreeing = match best {
			Some(group) if group.size >= required => return Standing::Agreed(group.digest),
			best => best.map_or(0, |group| group.size),
		};
		let lacking = required.saturating_sub(agreeing).max(1);
		Standing::Needs(canary_follow_up(live).unwrap_or(lacking).min(room))
	}

	/// By PoCo's weights.
	fn weighed(live: &Live, trust: u32, room: u32) -> Standing {
		let tally = Self::tally(live, trust);
		let groups = groups(&live.task.replicas, &live.deal.task_hash);
		let voices = |digest| groups.iter().find(|it| it.digest == digest).map_or(0, |it| it.size);
		// However much it weighs, one vote is the word of one.
		if let Some(digest) = tally.quorum() {
			let lacking = LEAST_TRUSTED.saturating_sub(voices(digest));
			return match lacking {
				0 => Standing::Agreed(digest),
				_ => Standing::Needs(canary_follow_up(live).unwrap_or(lacking).min(room)),
			};
		}
		let Some(record) = Draws::<T>::get(live.id) else { return Standing::Needs(0) };
		let taken = Self::taken(live, &record);
		let seed = record.seed(&live.id);
		let next = weighted(&seed, &live.deal.weights(), &taken, taken.len() as u32, room);
		let votes = next.iter().map(|candidate| Self::vote(&live.deal, *candidate));
		let missing = tally.missing(votes).filter(|count| *count > 0);
		let count = |count| canary_follow_up(live).unwrap_or(count).max(1).min(room);
		Standing::Needs(missing.map_or(0, count))
	}

	/// The votes so far, at the present scores of who gave them.
	pub(crate) fn tally(live: &Live, trust: u32) -> Tally {
		let mut tally = Tally::new(trust);
		for replica in &live.task.replicas {
			if let Some(digest) = replica.digest(&live.deal.task_hash) {
				tally.add(digest, Self::vote(&live.deal, replica.candidate));
			}
		}
		tally
	}

	/// Weight of a candidate's vote.
	fn vote(deal: &Deal, candidate: u32) -> u32 {
		let provider = deal.candidates.get(candidate as usize);
		vote_weight(provider.map_or(0, |one| T::Reputations::score(&one.provider)))
	}

	/// The candidates of a task's first wave, in the order of their drawing.
	pub(crate) fn first_wave(deal: &Deal, seed: &Seed) -> Vec<u32> {
		let policy = deal.request.policy;
		let weights = deal.weights();
		if deal.request.canary {
			return weighted(seed, &weights, &[], 0, 1);
		}
		let Votes::Weighed(trust) = policy.votes() else {
			return weighted(seed, &weights, &[], 0, policy.first_wave());
		};
		// Who has a score needs fewer to agree with.
		let mut order = weighted(seed, &weights, &[], 0, policy.first_wave());
		let votes = order.iter().map(|candidate| Self::vote(deal, *candidate));
		let enough = Tally::new(trust).missing(votes).unwrap_or(policy.first_wave());
		order.truncate(enough.max(LEAST_TRUSTED) as usize);
		order
	}

	/// Has a dissent judged, or opens the challenge window; settles at once where nobody could decide anything.
	fn agree(mut live: Live, digest: Digest) -> Effort {
		let until = live.now.saturating_add(live.deal.terms.challenge_blocks);
		live.task.state = TaskState::Agreed { digest, until };
		let task = live.id;
		Self::deposit_event(Event::TaskAgreed { task, digest, until });
		match Self::judge_dissent(live, digest) {
			Ok(effort) => effort,
			Err(live) if until > live.now => Self::save(*live),
			Err(live) => Self::settle(*live, digest),
		}
	}

	/// Nobody is left to draw, or no time.
	fn give_up(mut live: Live) -> Effort {
		if !live.any(|state| matches!(state, ReplicaState::Revealed { .. })) {
			live.effort.read = live.effort.read.saturating_add(READS_OF_MISSING);
			if Self::content_is_missing(&live) {
				return Self::await_exhibits(live);
			}
			let shown = Draws::<T>::get(live.id).is_some_and(|record| record.shown);
			let lacking = live.count(lacks_content);
			let missing = lacking > 0 && two_thirds(lacking, live.task.replicas.len());
			let cause = match missing && !shown {
				true => FailCause::ContentUnavailable,
				false => FailCause::NoDelivery,
			};
			return Self::fail(live, cause);
		}
		match Self::open_case(live, Dispute::of_reserve(CaseReason::NoConsensus)) {
			Ok(effort) => effort,
			Err(live) => Self::fail(*live, FailCause::Undecided),
		}
	}
}

/// How many follow a canary: all others of the first wave where it succeeded, one to confirm it where it
/// failed, another canary where it gave nothing. `None` for what comes after any other wave.
fn canary_follow_up(live: &Live) -> Option<u32> {
	let canary = live.deal.request.canary && live.wave() == 0;
	let only = live.task.replicas.first().filter(|_| canary)?;
	let wave = live.deal.request.policy.first_wave();
	match only.outcome() {
		Some(outcome) if outcome.class.is_success() => Some(wave.saturating_sub(1).max(1)),
		_ => Some(1),
	}
}
