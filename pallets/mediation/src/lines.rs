//! Lines of cases that a case may leave wherever it stands: one for each named set, and a ring of the sets that have one; and
//! one for cases of the public pool that wait for stakes.
//!
//! A set that is never free must not be in the way of others, so it has a line of its own. But seeds are forgotten, so that
//! only so many may wait for theirs at a time, of all sets together. They are handed out set by set, and within each in
//! the order of coming: whoever brings many cases about, of as many sets as he likes, comes behind those who wait already.

use crate::*;
use assay_primitives::{case::CasePhase, hashing::blake2, judges::Judges, traits::CaseId};
use codec::Encode;
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

/// Items that are read and written to put a case into its line, or to take it out.
const LINE_ITEMS: u64 = 5;
/// Under what cases of the public pool stand that wait for stakes. No set has such a hash.
pub(crate) const DEAR: Hash = Hash::zero();

impl<T: Config> Pallet<T> {
	/// Under what the line of those stands who wait for the same judges, in whatever order these were named.
	fn line_of(judges: &Judges) -> Hash {
		let Some(named) = judges.named() else { return DEAR };
		let mut named = named.to_vec();
		named.sort_unstable();
		blake2(&named.encode())
	}

	/// Cases that stand in the line for these judges.
	pub(crate) fn waiting_for(judges: &Judges) -> u32 {
		Lines::<T>::get(Self::line_of(judges)).map_or(0, |line| line.cases)
	}

	/// The first case of the line for these judges.
	pub(crate) fn first_for(judges: &Judges) -> Option<CaseId> {
		Lines::<T>::get(Self::line_of(judges))?.ends.map(|(first, _)| first)
	}

	/// Whether a case stands in a line.
	pub(crate) fn stands_in_line(case: CaseId) -> bool {
		Links::<T>::contains_key(case)
	}

	/// Puts a case into the line for its judges: before all others, or behind them.
	pub(crate) fn join_line(live: &Live, before: bool) {
		let set = Self::line_of(&live.terms.judges);
		let mut line = Lines::<T>::get(set).unwrap_or_else(|| {
			if set != DEAR {
				Ring::<T>::push(set);
			}
			Line::default()
		});
		let (before, behind, ends) = match line.ends {
			None => (None, None, (live.id, live.id)),
			Some((first, last)) if before => {
				Self::link(first, |it| it.before = Some(live.id));
				(None, Some(first), (live.id, last))
			},
			Some((first, last)) => {
				Self::link(last, |it| it.behind = Some(live.id));
				(Some(last), None, (first, live.id))
			},
		};
		Links::<T>::insert(live.id, Neighbours { before, behind, since: live.now });
		line = Line { ends: Some(ends), cases: line.cases.saturating_add(1) };
		Lines::<T>::insert(set, line);
	}

	/// Takes a case out of its line.
	pub(crate) fn leave_line(live: &Live) {
		let set = Self::line_of(&live.terms.judges);
		let (Some(place), Some(line)) = (Links::<T>::take(live.id), Lines::<T>::get(set)) else {
			defensive!("a case that waits for its judges stands in their line");
			return;
		};
		let Neighbours { before, behind, .. } = place;
		if let Some(before) = before {
			Self::link(before, |it| it.behind = behind);
		}
		if let Some(behind) = behind {
			Self::link(behind, |it| it.before = before);
		}
		let ends = line.ends.and_then(|(first, last)| {
			let first = if before.is_some() { Some(first) } else { behind };
			let last = if behind.is_some() { Some(last) } else { before };
			first.zip(last)
		});
		if ends.is_none() && set == DEAR {
			return Lines::<T>::remove(set);
		}
		// Another empty one goes when its turn in the ring comes.
		let cases = line.cases.saturating_sub(1);
		Lines::<T>::insert(set, Line { ends, cases });
	}

	fn link(case: CaseId, change: impl FnOnce(&mut Neighbours)) {
		Links::<T>::mutate(case, |place| match place {
			Some(place) => change(place),
			None => {
				defensive!("neighbours in a line know each other");
			},
		});
	}

	/// Weight of putting a case into a line or taking it out.
	pub(crate) fn line_weight() -> Weight {
		T::DbWeight::get().reads_writes(LINE_ITEMS, LINE_ITEMS)
	}

	/// Opens rounds that wait for named sets, one of each set at a time, as long as there are tickets and the meter allows.
	pub(crate) fn admit_named(meter: &mut WeightMeter) {
		let ring = T::DbWeight::get().reads_writes(4, 4).saturating_add(Self::tickets_weight());
		let look = T::WeightInfo::poke().saturating_add(Self::worst_look());
		let worst = look.saturating_add(Self::worst_admission());
		for _ in 0..T::DrawsPerBlock::get() {
			if meter.try_consume(ring).is_err()
				|| !meter.can_consume(worst)
				|| !Self::has_named_tickets()
			{
				return;
			}
			let Some(set) = Ring::<T>::pop() else { return };
			let Some((first, _)) = Lines::<T>::get(set).and_then(|line| line.ends) else {
				Lines::<T>::remove(set);
				continue;
			};
			Ring::<T>::push(set);
			meter.consume(look);
			let Ok(mut live) = Self::load(first) else { continue };
			let CasePhase::Queued { round } = live.case.phase else {
				defensive!("a case in a line waits");
				continue;
			};
			if Self::can_begin(&live, round) {
				let weight = Self::admit(&mut live, round);
				Self::save(&live);
				meter.consume(weight.min(meter.remaining()));
			}
		}
	}
}
