//! How much of those who judge takes a task.

use crate::{types::reserves, *};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{
	case::{MAX_ROUNDS, MediatorTerms, ROUNDS, judging_blocks},
	judges::MAX_MEDIATORS,
	profile::{Profile, ProfileId},
	takers::{Question, Share},
};
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

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
		measured.saturating_add(T::DbWeight::get().reads_writes(items + 2, items))
	}

	/// Counts a mediator as it is now, and no more as it was.
	pub(crate) fn recount(before: Option<&Mediator>, after: Option<&Mediator>) {
		let (old, new) = (Self::counted(before), Self::counted(after));
		let known = Known::<T>::get();
		if old != new {
			Counted::<T>::mutate(|counts| shift(counts, &known, old, new));
		}
		for (level, least) in Self::levels().enumerate() {
			let old = old.filter(|_| has_room(before, least));
			let new = new.filter(|_| has_room(after, least));
			if old != new {
				Free::<T>::mutate(level as u8, |counts| shift(counts, &known, old, new));
			}
		}
	}

	/// By what a mediator is counted, where it has any weight.
	pub(crate) fn counted(mediator: Option<&Mediator>) -> Option<CountedBy<'_>> {
		let mediator = mediator?;
		let weight = Self::due_weight(mediator);
		let (terms, position) = (mediator.latest_terms(), mediator.position);
		(weight > 0).then_some(CountedBy { terms, weight, position })
	}

	/// Counts by all profiles that the runtime knows from now on. Nobody is counted yet by those that are new.
	pub(crate) fn begin_to_learn() -> Weight {
		let before = Known::<T>::get();
		let ids = Profile::EXECUTABLE.into_iter().map(|profile| profile.id());
		let known = ids.map(|id| (id, before.get(&id).copied().unwrap_or(0)));
		let Ok(known) = Profiles::try_from(BTreeMap::from_iter(known)) else {
			defensive!("no more profiles are known than a mediator may name");
			return T::DbWeight::get().reads(1);
		};
		let stays = |profile: &ProfileId| known.get(profile).is_some_and(|counted| *counted > 0);
		Counted::<T>::mutate(|counts| counts.retain(|profile, _| stays(profile)));
		for level in 0..PARTS.len() as u8 {
			Free::<T>::mutate(level, |counts| counts.retain(|profile, _| stays(profile)));
		}
		Known::<T>::put(known);
		let items = PARTS.len() as u64 + 2;
		T::DbWeight::get().reads_writes(items, items)
	}

	/// Counts some more mediators by a profile that is new.
	pub(crate) fn learn(meter: &mut WeightMeter) {
		let step = T::DbWeight::get().reads(2).saturating_mul(LEARNT_PER_BLOCK.into());
		if meter.try_consume(T::DbWeight::get().reads(1)).is_err() {
			return;
		}
		let mut known = Known::<T>::get();
		let Some((profile, counted)) = known.iter_mut().find(|(_, counted)| **counted < u32::MAX)
		else {
			return;
		};
		if meter.try_consume(Self::recounted(step)).is_err() {
			return;
		}
		let (profile, from) = (*profile, *counted);
		let until = from.saturating_add(LEARNT_PER_BLOCK);
		let stashes = (from..until).filter_map(Positions::<T>::get);
		let mediators: Vec<Mediator> = stashes.filter_map(Mediators::<T>::get).collect();
		*counted = if until < NextPosition::<T>::get() { until } else { u32::MAX };
		let only = Profiles::try_from(BTreeMap::from([(profile, u32::MAX)])).unwrap_or_default();
		let add = |counts: &mut Counts, least: Option<Balance>| {
			for mediator in &mediators {
				let sits = least.is_none_or(|least| has_room(Some(mediator), least));
				shift(counts, &only, None, Self::counted(Some(mediator)).filter(|_| sits));
			}
		};
		Counted::<T>::mutate(|counts| add(counts, None));
		for (level, least) in Self::levels().enumerate() {
			Free::<T>::mutate(level as u8, |counts| add(counts, Some(least)));
		}
		Known::<T>::put(known);
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
			return Self::are_free_for(live, Self::level_of(live.terms.stake));
		};
		let weight = |one: &Mediator| Self::weight_in(one.position, era);
		Self::are_enough_of(named, &live.terms.excluded, weight, |mediator| {
			let terms = mediator.terms_in(era);
			Self::takes(terms, &live.question()) && Self::has_room_for(mediator, terms, live)
		})
	}

	/// Whether enough of the public pool take a case and can sit now, with so much left of their bonds.
	pub(crate) fn are_free_for(live: &Live, level: u8) -> bool {
		Self::are_enough(Self::free_share(live, level), Self::total_weight())
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
			&& able == Self::free_share(live, Self::level_of(live.terms.stake))
	}

	/// Who of the public pool is counted on for a case, and can sit now. Members of its own earlier rounds are, whatever it
	/// holds of them: a round must not wait for the end of its case.
	fn free_share(live: &Live, level: u8) -> Share {
		let question = live.question();
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

	/// Weight of looking at all who are named for a case, each with its page of weights, or sit in it before a round.
	pub(crate) fn look_weight(live: &Live, round: u8) -> Weight {
		let named = live.terms.judges.named().map_or(0, <[_]>::len) as u64;
		let named = T::DbWeight::get().reads(named.saturating_mul(2));
		named.saturating_add(Self::seated_weight(round))
	}

	/// Weight of looking at all who can sit in the rounds before one, and at these rounds.
	pub(crate) fn seated_weight(round: u8) -> Weight {
		let rounds = ROUNDS.iter().take(round.into());
		let seated = rounds.map(|seats| 1 + seats + reserves(*seats)).sum::<u32>();
		T::DbWeight::get().reads(seated.into())
	}

	/// The most that it is.
	pub(crate) fn worst_look() -> Weight {
		let named = T::DbWeight::get().reads(u64::from(2 * MAX_MEDIATORS));
		named.saturating_add(Self::seated_weight(MAX_ROUNDS as u8 - 1))
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

/// By what a mediator is counted.
#[derive(Clone, Copy, PartialEq)]
pub(crate) struct CountedBy<'a> {
	terms: &'a MediatorTerms,
	weight: u64,
	position: u32,
}

/// Takes out of counts what was counted, and puts in what is.
pub(crate) fn shift(
	counts: &mut Counts,
	known: &Profiles,
	gone: Option<CountedBy>,
	come: Option<CountedBy>,
) {
	if let Some(gone) = gone {
		count(counts, known, gone, |share| share.remove(gone.weight));
	}
	if let Some(come) = come {
		count(counts, known, come, |share| share.add(come.weight));
	}
}

/// Changes the counts of all that a mediator takes.
fn count(counts: &mut Counts, known: &Profiles, of: CountedBy, change: impl Fn(&mut Share)) {
	let is_counted =
		|profile: &&ProfileId| known.get(*profile).is_some_and(|counted| of.position < *counted);
	for profile in of.terms.profiles.iter().filter(is_counted) {
		let mut takers = counts.get(profile).cloned().unwrap_or_default();
		takers.change(of.terms, &change);
		if takers.is_empty() {
			counts.remove(profile);
		} else if counts.try_insert(*profile, takers).is_err() {
			defensive!("no more profiles are known than a mediator may name");
		}
	}
}
