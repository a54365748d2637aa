//! How much of those who judge takes a task.

use crate::*;
use assay_primitives::{
	case::{MediatorTerms, judging_blocks},
	profile::{Profile, ProfileId},
	takers::{Question, Share},
};
use frame_support::{defensive, traits::Get, weights::Weight};

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
		measured.saturating_add(T::DbWeight::get().reads_writes(2, 2))
	}

	/// Counts a mediator by these terms and this weight, no more by those from before.
	pub(crate) fn recount(before: (&MediatorTerms, u64), after: (&MediatorTerms, u64)) {
		if before == after {
			return;
		}
		Counted::<T>::mutate(|counts| {
			let ((old, gone), (new, come)) = (before, after);
			if gone > 0 {
				count(counts, old, |share| share.remove(gone));
			}
			if come > 0 {
				count(counts, new, |share| share.add(come));
			}
		});
	}

	/// Whether at least half of the public pool takes a task, and enough of them for a committee.
	pub(crate) fn pool_takes(question: &Question) -> bool {
		let needed = judging_blocks(question.spec, T::BlockMillis::get());
		if needed > T::MaxJudgingBlocks::get() {
			return false;
		}
		let counted = Counted::<T>::get();
		let able = counted.get(&question.spec.profile).map(|takers| takers.of(question));
		Self::are_half(able.unwrap_or_default(), Self::total_weight())
	}

	/// The same of those of a set that serve and are no party.
	pub(crate) fn set_takes(
		named: &[AccountId],
		parties: &[AccountId],
		question: &Question,
	) -> bool {
		let (mut able, mut all) = (Share::default(), 0u64);
		for stash in named.iter().filter(|stash| !parties.contains(stash)) {
			let Some(mediator) = Mediators::<T>::get(stash) else { continue };
			let weight = Self::due_weight(&mediator);
			if weight == 0 || parties.contains(&mediator.operator) {
				continue;
			}
			all = all.saturating_add(weight);
			if Self::takes(mediator.latest_terms(), question) {
				able.add(weight);
			}
		}
		Self::are_half(able, all)
	}

	fn are_half(able: Share, all: u64) -> bool {
		able.heads >= T::MinSeats::get() && able.weight.saturating_mul(2) >= all
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
