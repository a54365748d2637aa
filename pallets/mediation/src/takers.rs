//! How much of those who judge takes a task.

use crate::*;
use assay_primitives::{
	case::{MediatorTerms, judging_blocks},
	judges::MAX_MEDIATORS,
	profile::{Profile, ProfileId},
	takers::{Question, Share},
};
use frame_support::{defensive, traits::Get, weights::Weight};

/// What of the least bond has to be left for a seat, in parts of it: stakes of most cases are far below the largest one,
/// which is that bond.
const PARTS: [Balance; 4] = [64, 16, 4, 1];

impl<T: Config> Pallet<T> {
	/// Whether a task is within what a mediator has declared.
	pub(crate) fn takes(terms: &MediatorTerms, question: &Question) -> bool {
		let gas = question.spec.limits.gas;
		let blocks = Self::seal_blocks(Self::run_blocks(question.run_blocks, question.spec));
		terms.cover(question.spec, question.sealed)
			&& terms.limits.run_in(gas, blocks, T::BlockMillis::get())
			&& question.wage >= terms.limits.min_wage
	}

	/// A measured weight of what changes mediators, with what is counted of them.
	pub(crate) fn recounted(measured: Weight) -> Weight {
		let items = PARTS.len() as u64 + 1;
		measured.saturating_add(T::DbWeight::get().reads_writes(items + 1, items))
	}

	/// Counts a mediator as it is now, and no more as it was.
	pub(crate) fn recount(before: Option<&Mediator>, after: Option<&Mediator>) {
		let (old, new) = (Self::counted(before), Self::counted(after));
		if old != new {
			Counted::<T>::mutate(|counts| shift(counts, old, new));
		}
		for (level, least) in Self::levels().enumerate() {
			let old = old.filter(|_| has_room(before, least));
			let new = new.filter(|_| has_room(after, least));
			if old != new {
				Free::<T>::mutate(level as u8, |counts| shift(counts, old, new));
			}
		}
	}

	/// The terms and the weight by which a mediator is counted, where it has any.
	fn counted(mediator: Option<&Mediator>) -> Option<(&MediatorTerms, u64)> {
		let mediator = mediator?;
		let weight = Self::due_weight(mediator);
		(weight > 0).then(|| (mediator.latest_terms(), weight))
	}

	/// What of a bond has to be left to be counted as free, for each level.
	pub(crate) fn levels() -> impl Iterator<Item = Balance> {
		PARTS.into_iter().map(|part| T::MinBond::get() / part)
	}

	/// The first level that is enough for a stake. No stake is above the last one.
	fn level_of(stake: Balance) -> u8 {
		let level = Self::levels().position(|least| least >= stake);
		level.unwrap_or(PARTS.len() - 1) as u8
	}

	/// Whether enough of the public pool takes a task.
	pub(crate) fn pool_takes(question: &Question) -> bool {
		let needed = judging_blocks(question.spec, T::BlockMillis::get());
		needed <= T::MaxJudgingBlocks::get() && Self::count_takes(&Counted::<T>::get(), question)
	}

	fn count_takes(counts: &Counts, question: &Question) -> bool {
		Self::are_enough(share_of(counts, question), Self::total_weight())
	}

	/// The same of those of a set that serve and are no party, and ever have room for it.
	pub(crate) fn set_takes(
		named: &[AccountId],
		parties: &[AccountId],
		question: &Question,
	) -> bool {
		let stake = Self::stake(question.wage);
		Self::are_enough_of(named, parties, Self::due_weight, |mediator| {
			let terms = mediator.latest_terms();
			Self::takes(terms, question) && Self::ever_has_room(mediator, terms, stake)
		})
	}

	/// Whether a mediator that sits nowhere else has room for a case whose judges are named.
	fn ever_has_room(mediator: &Mediator, terms: &MediatorTerms, stake: Balance) -> bool {
		Directed::default().has_room(terms, mediator.bond.held, stake, T::MinBond::get())
	}

	/// Whether a mediator has room for a case now. What the case holds of it already is no want of it.
	pub(crate) fn has_room_for(mediator: &Mediator, terms: &MediatorTerms, live: &Live) -> bool {
		let stake = live.terms.stake;
		let has_room = |one: &Mediator| match live.is_directed() {
			true => one.has_directed_room(terms, stake, T::MinBond::get()),
			false => one.has_room(terms, stake),
		};
		if !mediator.seats.contains(&live.id) {
			return has_room(mediator);
		}
		let mut beside = mediator.clone();
		beside.release(live, false);
		has_room(&beside)
	}

	/// Whether enough of those who judge a case take it; by terms and weights of an era if they are named.
	pub(crate) fn can_judge_in(live: &Live, era: u32) -> bool {
		let Some(named) = live.terms.judges.named() else {
			return Self::pool_takes(&live.question());
		};
		let weight = |one: &Mediator| Self::weight_in(one.position, era);
		Self::are_enough_of(named, &live.terms.excluded, weight, |mediator| {
			let terms = mediator.terms_in(era);
			let takes = Self::takes(terms, &live.question());
			takes && Self::ever_has_room(mediator, terms, live.terms.stake)
		})
	}

	/// Whether enough of those who judge a case take it, and can sit now.
	pub(crate) fn are_free_in(live: &Live, era: u32) -> bool {
		let Some(named) = live.terms.judges.named() else {
			return Self::are_enough(Self::free_share(live), Self::total_weight());
		};
		let weight = |one: &Mediator| Self::weight_in(one.position, era);
		Self::are_enough_of(named, &live.terms.excluded, weight, |mediator| {
			let terms = mediator.terms_in(era);
			Self::takes(terms, &live.question()) && Self::has_room_for(mediator, terms, live)
		})
	}

	/// Whether a round may be drawn by who can sit now. What somebody has declared since the ticket puts no draw off: it is
	/// made where too few take the case by that, if none of those has no room.
	pub(crate) fn may_draw(live: &Live, era: u32) -> bool {
		if Self::are_free_in(live, era) {
			return true;
		}
		let question = live.question();
		let able = share_of(&Counted::<T>::get(), &question);
		!live.is_directed()
			&& !Self::are_enough(able, Self::total_weight())
			&& able == Self::free_share(live)
	}

	/// Who of the public pool is counted on for a case, and can sit now. Members of its own earlier rounds are, whatever it
	/// holds of them: a round must not wait for the end of its case.
	fn free_share(live: &Live) -> Share {
		let (level, question) = (Self::level_of(live.terms.stake), live.question());
		let mut share = share_of(&Free::<T>::get(level), &question);
		let least = Self::levels().nth(level.into()).unwrap_or_default();
		let rounds = (0..=live.case.round).filter_map(|round| Rounds::<T>::get(live.id, round));
		for member in rounds.flat_map(|round| round.members) {
			let Some(mediator) = Mediators::<T>::get(&member.mediator) else { continue };
			let (terms, weight) = (mediator.latest_terms(), Self::due_weight(&mediator));
			let kept = mediator.seats.contains(&live.id) && !mediator.has_room(terms, least);
			if weight == 0 || !kept || !Self::takes(terms, &question) {
				continue;
			}
			let mut beside = mediator.clone();
			beside.release(live, false);
			if beside.has_room(terms, least) {
				share.add(weight);
			}
		}
		share
	}

	/// Weight of looking at all who are named for a case, each with its page of weights, or sit in it already.
	pub(crate) fn look_weight(live: &Live) -> Weight {
		let named = live.terms.judges.named().map_or(0, <[_]>::len) as u64;
		let members = if live.case.round > 0 { u64::from(MAX_JUDGED) } else { 0 };
		T::DbWeight::get().reads(named.saturating_mul(2).saturating_add(members))
	}

	/// The most that it is.
	pub(crate) fn worst_look() -> Weight {
		T::DbWeight::get().reads(u64::from(2 * MAX_MEDIATORS + MAX_JUDGED))
	}

	fn are_enough_of(
		named: &[AccountId],
		parties: &[AccountId],
		weigh: impl Fn(&Mediator) -> u64,
		able: impl Fn(&Mediator) -> bool,
	) -> bool {
		let (mut share, mut all) = (Share::default(), 0u64);
		for stash in named.iter().filter(|stash| !parties.contains(stash)) {
			let Some(mediator) = Mediators::<T>::get(stash) else { continue };
			let weight = weigh(&mediator);
			if weight == 0 || parties.contains(&mediator.operator) {
				continue;
			}
			all = all.saturating_add(weight);
			if able(&mediator) {
				share.add(weight);
			}
		}
		Self::are_enough(share, all)
	}

	/// Two thirds, and a committee: of a pool of which less than a third is dishonest, less than half of those who are left.
	fn are_enough(share: Share, all: u64) -> bool {
		let parts = share.weight.saturating_mul(3) >= all.saturating_mul(2);
		share.heads >= T::MinSeats::get() && parts
	}
}

fn share_of(counts: &Counts, question: &Question) -> Share {
	counts.get(&question.spec.profile).map_or_else(Share::default, |takers| takers.of(question))
}

fn has_room(mediator: Option<&Mediator>, stake: Balance) -> bool {
	mediator.is_some_and(|one| one.has_room(one.latest_terms(), stake))
}

/// Takes out of counts what was counted, and puts in what is.
fn shift(
	counts: &mut Counts,
	gone: Option<(&MediatorTerms, u64)>,
	come: Option<(&MediatorTerms, u64)>,
) {
	if let Some((terms, weight)) = gone {
		count(counts, terms, |share| share.remove(weight));
	}
	if let Some((terms, weight)) = come {
		count(counts, terms, |share| share.add(weight));
	}
}

/// Changes the counts of all that these terms take.
pub(crate) fn count(counts: &mut Counts, terms: &MediatorTerms, change: impl Fn(&mut Share)) {
	let known = |profile: &&ProfileId| Profile::by_id(profile).is_some();
	for profile in terms.profiles.iter().filter(known) {
		let mut takers = counts.get(profile).cloned().unwrap_or_default();
		takers.change(terms, &change);
		if takers.is_empty() {
			counts.remove(profile);
		} else if counts.try_insert(*profile, takers).is_err() {
			defensive!("no more profiles are known than a mediator may name");
		}
	}
}
