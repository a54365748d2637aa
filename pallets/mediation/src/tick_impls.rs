//! What passing time starts.

use crate::{settlement::End, types::is_sealed, *};
use assay_primitives::{
	beacon::NoSeed,
	case::{CasePhase, MAX_MEMBERS, MAX_STEPS, ROUNDS, Vote},
	traits::{Beacon, CaseId},
};
use frame_support::{
	ensure,
	traits::Get,
	weights::{Weight, WeightMeter},
};

impl<T: Config> Pallet<T> {
	/// Weight of the dearest step that `poke` can make.
	pub(crate) fn worst_poke() -> Weight {
		let close = Self::worst_ruling();
		let draw = Self::draw_weight(MAX_STEPS)
			.saturating_add(Self::worst_open())
			.saturating_add(Self::worst_look());
		let next = Self::replace_weight()
			.saturating_add(Self::worst_open())
			.saturating_add(Self::worst_look());
		T::WeightInfo::poke()
			.saturating_add(Self::turns_weight(MAX_MEMBERS))
			.saturating_add(close.max(draw).max(next))
	}

	pub(crate) fn do_poke(case: CaseId) -> Result<Weight, Error<T>> {
		let live = Self::load(case)?;
		let weight = Self::step(live)?;
		Ok(T::WeightInfo::poke().saturating_add(weight))
	}

	/// Makes the step that is due. Returns the weight beside that of looking at the case.
	fn step(mut live: Live) -> Result<Weight, Error<T>> {
		let now = live.now;
		let weight = match live.case.phase {
			CasePhase::AwaitingSeed { .. } => Self::step_waiting(&mut live)?,
			CasePhase::Queued { round } if Self::is_admitted(&live, round) => {
				Self::look_weight(&live, round).saturating_add(Self::admit(&mut live, round))
			},
			CasePhase::Sealing { until, .. } if now >= until => {
				let round = Self::present_round(&live)?;
				Self::end_sealing(&mut live, round)
			},
			CasePhase::Revealing { until } if now >= until => {
				let round = Self::present_round(&live)?;
				Self::evaluate(&mut live, round)
			},
			CasePhase::AppealWindow { verdict, until } if now >= until => {
				return Ok(Self::close(live, End { truth: Some(verdict), bill: None }));
			},
			CasePhase::Court { standing, until } if now >= until => {
				return Ok(Self::close(live, End { truth: standing, bill: None }));
			},
			CasePhase::Ruled { truth, ref bill, until, due } if now >= until => {
				let bill = Some(bill.clone());
				let weight = Self::end_ruled(&live, due)?;
				let closed = Self::close(live, End { truth: Some(truth), bill });
				return Ok(weight.saturating_add(closed));
			},
			_ => return Err(Error::<T>::NothingToDo),
		};
		Self::save(&live);
		Ok(weight)
	}

	/// Marks who has not opened its seal although the court has ruled.
	fn end_ruled(live: &Live, due: bool) -> Result<Weight, Error<T>> {
		let mut round = Self::present_round(live)?;
		let missed = if due { Vote::Withheld } else { Vote::Excused };
		let ended = Self::end_turns(live, &mut round, is_sealed, missed);
		Rounds::<T>::insert(live.id, live.case.round, round);
		Ok(Self::turns_weight(ended))
	}

	fn step_waiting(live: &mut Live) -> Result<Weight, Error<T>> {
		let CasePhase::AwaitingSeed { ticket, until } = live.case.phase else {
			return Err(Error::<T>::NothingToDo);
		};
		match T::Beacon::fold(&ticket) {
			Ok(fold) => Ok(Self::draw_committee(live, fold)),
			Err(_) if live.now >= until && !Self::is_forgotten(live, &ticket) => {
				Ok(Self::skip_round(live))
			},
			Err(NoSeed::TooEarly) => Err(Error::<T>::NothingToDo),
			Err(NoSeed::Expired) => {
				let seats = Self::present_round(live)?.seats;
				Self::renew_ticket(live, seats);
				Ok(Self::open_weight(live.terms.excluded.len() as u32))
			},
		}
	}

	/// Draws the committees whose seeds are known, in the order of their tickets, as far as the meter
	/// and [`Config::DrawsPerBlock`] allow.
	pub(crate) fn draw_due(meter: &mut WeightMeter) {
		let most = T::DrawsPerBlock::get();
		Draws::<T>::work_off(meter, Weight::zero(), most, |entry, meter| {
			let (.., directed) = entry;
			let (done, weight) = Self::draw_entry(entry, meter.remaining());
			meter.consume(weight.min(meter.remaining()));
			if done {
				Self::end_waiting(directed);
			}
			done
		});
	}

	/// Whether an entry of the queue is done with, and the weight of that.
	fn draw_entry(entry: (CaseId, u8, BlockNumber, bool), left: Weight) -> (bool, Weight) {
		let look = T::WeightInfo::poke();
		let (id, round, taken_at, _) = entry;
		let Ok(live) = Self::load(id) else { return (true, look) };
		let CasePhase::AwaitingSeed { ticket, .. } = live.case.phase else { return (true, look) };
		if live.case.round != round || ticket.taken_at != taken_at {
			return (true, look);
		}
		let worst = Self::draw_weight(MAX_STEPS)
			.saturating_add(Self::open_weight(live.terms.excluded.len() as u32))
			.saturating_add(Self::look_weight(&live, round))
			.saturating_add(look);
		if worst.any_gt(left) {
			return (false, look);
		}
		match Self::step(live) {
			Ok(weight) => (true, weight.saturating_add(look)),
			Err(_) => (false, look),
		}
	}

	/// Applies deadlines of open cases that have passed, going round, as far as the meter allows.
	pub(crate) fn sweep(meter: &mut WeightMeter) {
		let (look, worst) = (T::WeightInfo::poke(), Self::worst_poke());
		if meter.try_consume(T::DbWeight::get().reads_writes(1, 1)).is_err() {
			return;
		}
		let mut cursor = Cursor::<T>::get();
		for _ in 0..SWEPT_PER_BLOCK {
			if !meter.can_consume(worst) {
				break;
			}
			let Some(case) = Self::next_timed(cursor) else {
				cursor = None;
				break;
			};
			let weight = Self::load(case).map(Self::sweep_case).unwrap_or_default();
			meter.consume(weight.saturating_add(look).min(meter.remaining()));
			cursor = Some(case);
		}
		Cursor::<T>::set(cursor);
	}

	/// Makes the step that is due, if any. Returns the weight beside that of looking at the case.
	fn sweep_case(live: Live) -> Weight {
		let looked = match live.case.phase {
			CasePhase::Queued { round } => Self::look_weight(&live, round),
			_ => Weight::zero(),
		};
		Self::step(live).unwrap_or(looked)
	}

	/// The case with a deadline that comes after another, in the order of storage.
	fn next_timed(after: Option<CaseId>) -> Option<CaseId> {
		match after {
			Some(case) => Timed::<T>::iter_keys_from(Timed::<T>::hashed_key_for(case)).next(),
			None => Timed::<T>::iter_keys().next(),
		}
	}

	pub(crate) fn do_prune(case: CaseId) -> Result<(), Error<T>> {
		let live = Self::load(case)?;
		let CasePhase::Closed { prune_at, .. } = live.case.phase else {
			return Err(Error::<T>::RetentionNotElapsed);
		};
		ensure!(live.now >= prune_at, Error::<T>::RetentionNotElapsed);
		ensure!(!Untaken::<T>::contains_key(case), Error::<T>::RulingUntaken);
		CaseTermsOf::<T>::remove(case);
		Cases::<T>::remove(case);
		for round in 0..ROUNDS.len() as u8 {
			Rounds::<T>::remove(case, round);
		}
		Self::deposit_event(Event::CasePruned { case });
		Ok(())
	}

	/// Removes closed cases in the order of their end, as far as the meter allows.
	pub(crate) fn prune_due(meter: &mut WeightMeter) {
		if meter.try_consume(T::DbWeight::get().reads_writes(1, 1)).is_err() {
			return;
		}
		let step = T::WeightInfo::prune().saturating_add(T::DbWeight::get().reads_writes(1, 1));
		Ends::<T>::work_off(meter, step, PRUNED_PER_BLOCK, |case, _| {
			!matches!(Self::do_prune(case), Err(Error::<T>::RetentionNotElapsed))
		});
	}
}
