//! The queue of cases that wait until enough of those who judge them can sit.
//!
//! Who is left over when many mediators are occupied may be whom somebody has left over. So a committee is drawn only
//! while two thirds of the pool's weight take the case and have a place and a stake left for it; other cases wait, in the
//! order in which they came. No more tickets are taken at a time than committees can be drawn before their seeds are
//! forgotten. What waits for large stakes alone steps aside, and holds others up for a part of the time only. Cases whose
//! judges are named stand in lines of their own.

use crate::*;
use assay_primitives::{case::CasePhase, traits::CaseId};
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

/// Blocks for whose draws there are tickets at a time, of cases of the public pool.
const AHEAD: u32 = 32;
/// The same of cases whose judges are named.
const AHEAD_DIRECTED: u32 = AHEAD / 4;
/// Items that are read to find the first case of all lines.
const LINES: u64 = 6;
/// Blocks for which others pass a case that waits for stakes, three times, before it holds them up for the first time.
const PATIENCE: BlockNumber = 32;

impl<T: Config> Pallet<T> {
	/// Cases that stand in a line.
	pub(crate) fn queued() -> u32 {
		let all = Places::<T>::len().saturating_add(Returned::<T>::len());
		let all = all.saturating_add(Stalled::<T>::len());
		u32::try_from(all).unwrap_or(u32::MAX)
	}

	/// Rounds of cases of the public pool that wait for their draw.
	fn drawing() -> u32 {
		let all = u32::try_from(Draws::<T>::len()).unwrap_or(u32::MAX);
		all.saturating_sub(WaitingDirected::<T>::get())
	}

	/// Cases of the public pool that have no committee yet.
	pub(crate) fn pending() -> u32 {
		Self::queued().saturating_add(Self::drawing())
	}

	/// Has a round wait for its draw.
	pub(crate) fn await_draw(live: &Live, taken_at: BlockNumber) {
		let directed = live.is_directed();
		Draws::<T>::push((live.id, live.case.round, taken_at, directed));
		if directed {
			WaitingDirected::<T>::mutate(|all| *all = all.saturating_add(1));
		}
	}

	/// Notes that a round waits for its draw no more.
	pub(crate) fn end_waiting(directed: bool) {
		if directed {
			WaitingDirected::<T>::mutate(|all| *all = all.saturating_sub(1));
		}
	}

	/// Whether a ticket taken now is drawn before its seed is forgotten.
	fn has_tickets(live: &Live) -> bool {
		match live.is_directed() {
			true => Self::has_named_tickets(),
			false => Self::drawing() < Self::draws_in(AHEAD),
		}
	}

	/// The same for cases whose judges are named.
	pub(crate) fn has_named_tickets() -> bool {
		WaitingDirected::<T>::get() < Self::draws_in(AHEAD_DIRECTED)
	}

	fn draws_in(blocks: u32) -> u32 {
		T::DrawsPerBlock::get().max(1).saturating_mul(blocks)
	}

	/// Whether a round of a case can be opened now, or found not to be held.
	pub(crate) fn can_begin(live: &Live, round: u8) -> bool {
		let era = Self::era();
		let judged = || Self::are_free_in(live, era) || !Self::can_judge_in(live, era);
		Self::is_overdue(live, round) || (Self::has_tickets(live) && judged())
	}

	/// Whether a later round has waited beyond all time of its case. What the case holds of its members it holds as long
	/// as it waits, so that two could wait for each other.
	fn is_overdue(live: &Live, round: u8) -> bool {
		round > 0 && live.now >= live.terms.last_block
	}

	/// Whether a round has to wait. A first one does where others wait already. Whether a named set is free is seen at the
	/// draw.
	pub(crate) fn has_to_wait(live: &Live, round: u8) -> bool {
		match live.is_directed() {
			true => !Self::has_tickets(live) || Self::waiting_for(&live.terms.judges) > 0,
			false => (round == 0 && Self::queued() > 0) || !Self::can_begin(live, round),
		}
	}

	/// Has a round wait: a first one behind all others, a later one, or one that was to be drawn, before new ones.
	pub(crate) fn enqueue(live: &mut Live, round: u8, before: bool) {
		match (live.is_directed(), before) {
			(true, before) => Self::join_line(live, before),
			(false, true) => Returned::<T>::push(live.id),
			(false, false) => Places::<T>::push(live.id),
		}
		if round == 0 {
			Timed::<T>::remove(live.id);
		}
		live.case.phase = CasePhase::Queued { round };
		Self::deposit_event(Event::RoundQueued { case: live.id, round });
	}

	/// The first case of the line that is served.
	fn head() -> Option<CaseId> {
		Returned::<T>::first().or_else(Places::<T>::first)
	}

	/// Takes it out.
	fn dequeue() -> Option<CaseId> {
		Returned::<T>::pop().or_else(Places::<T>::pop)
	}

	/// Whether it is a case's turn, and it can be drawn; or it has no turn any more. Two that stand behind each other could
	/// else wait for what the other holds.
	pub(crate) fn is_admitted(live: &Live, round: u8) -> bool {
		if Self::is_overdue(live, round) {
			return true;
		}
		let turn = match (live.is_directed(), Stalled::<T>::first()) {
			(true, _) => Self::leads_line(live),
			(false, Some((dear, _))) if dear == live.id => {
				return Self::can_begin_dear(live, round);
			},
			(false, Some((_, since))) if holds_up(live.now.saturating_sub(since)) => false,
			(false, _) => Self::head() == Some(live.id),
		};
		turn && Self::can_begin(live, round)
	}

	/// Whether a case that waits for stakes can be drawn. No draw of another one may come before its own and take them.
	fn can_begin_dear(live: &Live, round: u8) -> bool {
		Self::drawing() == 0 && Self::can_begin(live, round)
	}

	/// Opens the round of a case whose turn it is. One that is given up leaves its place to be passed over.
	pub(crate) fn admit(live: &mut Live, round: u8) -> Weight {
		if live.is_directed() {
			Self::leave_line(live);
			return Self::line_weight().saturating_add(Self::begin(live, round));
		}
		if Stalled::<T>::first().is_some_and(|(dear, _)| dear == live.id) {
			Stalled::<T>::pop();
		} else if Self::head() == Some(live.id) {
			Self::dequeue();
		} else if !Self::is_overdue(live, round) {
			defensive!("the first one is admitted");
		}
		Self::begin(live, round)
	}

	fn begin(live: &mut Live, round: u8) -> Weight {
		if Self::is_overdue(live, round) {
			Self::deposit_event(Event::RoundNotHeld { case: live.id, round });
			return Self::await_court(live);
		}
		// A later round holds stakes while it waits, and was granted its time with its case.
		if round == 0 {
			Timed::<T>::insert(live.id, ());
			Self::restart(live);
		}
		Self::start_round(live, round)
	}

	/// Lets the time of a case begin now.
	pub(crate) fn restart(live: &mut Live) {
		let last_block = live.now.saturating_add(Self::longest(live.terms.run_blocks));
		live.terms.last_block = last_block.max(live.terms.last_block);
		CaseTermsOf::<T>::insert(live.id, live.terms.clone());
	}

	/// Opens rounds that wait in a line, as long as they can be drawn and the meter allows.
	pub(crate) fn admit_due(meter: &mut WeightMeter) {
		// The first one that waits for stakes is looked at, and the first one of all others.
		let look = T::WeightInfo::poke().saturating_add(Self::worst_look()).saturating_mul(2);
		let worst = look.saturating_add(Self::worst_open());
		for _ in 0..T::DrawsPerBlock::get() {
			let looked = T::DbWeight::get().reads(LINES);
			if meter.try_consume(looked).is_err() || !meter.can_consume(worst) {
				return;
			}
			if Self::queued() == 0 {
				return;
			}
			let opened = Self::admit_next();
			meter.consume(look.saturating_add(opened.unwrap_or_default()).min(meter.remaining()));
			if opened.is_none() {
				return;
			}
		}
	}

	/// Opens the round of the case whose turn it is, or takes one out of the way; `None` where all have to wait.
	fn admit_next() -> Option<Weight> {
		if let Some((dear, since)) = Stalled::<T>::first() {
			let Some((live, round)) = Self::waiting(dear) else {
				Stalled::<T>::pop();
				return Some(Weight::zero());
			};
			if Self::can_begin_dear(&live, round) {
				return Some(Self::admit_and_save(live, round));
			}
			if holds_up(live.now.saturating_sub(since)) {
				return None;
			}
		}
		let first = Self::head()?;
		let Some((live, round)) = Self::waiting(first) else {
			Self::dequeue();
			return Some(Weight::zero());
		};
		if Self::can_begin(&live, round) {
			return Some(Self::admit_and_save(live, round));
		}
		if !Self::waits_for_stakes(&live) {
			return None;
		}
		Self::dequeue();
		Stalled::<T>::push((first, live.now));
		Some(Weight::zero())
	}

	fn admit_and_save(mut live: Live, round: u8) -> Weight {
		let weight = Self::admit(&mut live, round);
		Self::save(&live);
		weight
	}

	/// A case that waits, and for which round. The court may have ruled on it meanwhile.
	fn waiting(case: CaseId) -> Option<(Live, u8)> {
		let live = Self::load(case).ok()?;
		let CasePhase::Queued { round } = live.case.phase else { return None };
		Some((live, round))
	}

	/// Whether nothing but its stakes keeps a case that can't begin from it.
	fn waits_for_stakes(live: &Live) -> bool {
		Self::has_tickets(live) && Self::are_free_for(live, 0)
	}
}

/// Whether a case that has waited for stakes for so many blocks holds up all others now: in the last quarter of each time,
/// of which every one is twice as long as the one before. So it gets them in the end, however long others keep theirs.
pub(crate) fn holds_up(waited: BlockNumber) -> bool {
	let first = 4 * PATIENCE;
	let times = (waited / first).saturating_add(1).ilog2();
	let begun = first.saturating_mul((1 << times) - 1);
	waited.saturating_sub(begun) >= (3 * PATIENCE).saturating_mul(1 << times)
}
