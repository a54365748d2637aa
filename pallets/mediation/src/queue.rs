//! The queue of cases that wait for places.
//!
//! Who is left over when most mediators are occupied may be whom somebody has left over. So a committee is drawn
//! only while at least half of the pool's weight has a place; other cases wait, in the order in which they came.

use crate::*;
use assay_primitives::{
	case::{CasePhase, MAX_EXCLUDED},
	judges::Judges,
	traits::CaseId,
};
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
	/// Whether more than half of the pool's weight has no place left.
	pub(crate) fn is_crowded() -> bool {
		Occupied::<T>::get().saturating_mul(2) > Self::total_weight()
	}

	/// Changes a mediator and counts whether it has a place left.
	pub(crate) fn reseat<R>(
		stash: &AccountId,
		change: impl FnOnce(&mut Option<Mediator>) -> R,
	) -> R {
		Mediators::<T>::mutate(stash, |entry| {
			let occupied = |one: &Mediator| one.weight_if_full(Self::due_weight(one));
			let before = entry.as_ref().map_or(0, occupied);
			let result = change(entry);
			Self::shift_occupied(before, entry.as_ref().map_or(0, occupied));
			result
		})
	}

	/// Counts a mediator with this occupied weight that had the other one before.
	pub(crate) fn shift_occupied(before: u64, after: u64) {
		if before != after {
			Occupied::<T>::mutate(|all| *all = all.saturating_sub(before).saturating_add(after));
		}
	}

	/// Cases that wait.
	pub(crate) fn queued() -> u32 {
		u32::try_from(Places::<T>::len()).unwrap_or(u32::MAX)
	}

	/// Whether so many wait that what is left of the queue is for cases that open by themselves.
	pub(crate) fn refuses_questions() -> bool {
		Self::queued() >= T::MaxQueued::get() / 2
	}

	fn note_refusals() {
		if Self::refuses_questions() {
			QuestionsRefusedAt::<T>::put(Self::now());
		}
	}

	/// Whether a round has to wait. A first one does where others wait already.
	pub(crate) fn has_to_wait(live: &Live, round: u8) -> bool {
		let public = live.terms.judges == Judges::Public;
		public && (Self::is_crowded() || (round == 0 && Self::queued() > 0))
	}

	/// Has a round wait: a first one behind all others, a later one, or one that was to be drawn, before them.
	pub(crate) fn enqueue(live: &mut Live, round: u8, front: bool) {
		match front {
			true => Places::<T>::push_first(live.id),
			false => Places::<T>::push(live.id),
		}
		Self::note_refusals();
		live.case.phase = CasePhase::Queued { round };
		Self::deposit_event(Event::RoundQueued { case: live.id, round });
	}

	/// Whether it is a case's turn, and there are places.
	pub(crate) fn is_admitted(case: CaseId) -> bool {
		Places::<T>::first() == Some(case) && !Self::is_crowded()
	}

	/// Takes the first case out of the queue.
	fn dequeue() -> Option<CaseId> {
		Self::note_refusals();
		Places::<T>::pop()
	}

	/// Opens the round of the first case in the queue, which is this one.
	pub(crate) fn admit(live: &mut Live, round: u8) -> Weight {
		if Self::dequeue() != Some(live.id) {
			defensive!("the first one is admitted");
		}
		Self::begin(live, round)
	}

	fn begin(live: &mut Live, round: u8) -> Weight {
		// Its time begins now.
		let last_block = live.now.saturating_add(Self::longest(live.terms.run_blocks));
		live.terms.last_block = last_block.max(live.terms.last_block);
		CaseTermsOf::<T>::insert(live.id, live.terms.clone());
		Self::start_round(live, round)
	}

	/// Opens rounds that wait, as long as there are places and the meter allows.
	pub(crate) fn admit_due(meter: &mut WeightMeter) {
		let look = T::WeightInfo::poke();
		let worst = look.saturating_add(Self::open_weight(MAX_EXCLUDED));
		for _ in 0..T::DrawsPerBlock::get() {
			if meter.try_consume(T::DbWeight::get().reads(3)).is_err() {
				return;
			}
			if Self::queued() == 0 || Self::is_crowded() || !meter.can_consume(worst) {
				return;
			}
			let opened = Self::admit_first().unwrap_or_default();
			meter.consume(look.saturating_add(opened).min(meter.remaining()));
		}
	}

	/// Opens the round of whichever case is the first; `None` where the court has ruled on it meanwhile.
	fn admit_first() -> Option<Weight> {
		let mut live = Self::load(Self::dequeue()?).ok()?;
		let CasePhase::Queued { round } = live.case.phase else { return None };
		let weight = Self::begin(&mut live, round);
		Self::save(&live);
		Some(weight)
	}
}
