//! The queue of cases that wait until enough of those who judge them can sit.
//!
//! Who is left over when many mediators are occupied may be whom somebody has left over. So a committee is drawn only
//! while two thirds of the pool's weight take the case and have a place and a stake left for it; other cases wait, in the
//! order in which they came. No more tickets are taken at a time than committees can be drawn before their seeds are
//! forgotten. Cases whose judges are named stand in no line: each waits for its own set.

use crate::*;
use assay_primitives::{
	case::{CasePhase, MAX_EXCLUDED},
	traits::CaseId,
};
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

/// Blocks for whose draws there are tickets at a time, of cases of the public pool.
const AHEAD: u32 = 32;
/// The same of cases whose judges are named.
const AHEAD_DIRECTED: u32 = AHEAD / 4;
/// Items that are read to find the first case of both lines.
const LINES: u64 = 4;

impl<T: Config> Pallet<T> {
	/// Cases that stand in a line.
	pub(crate) fn queued() -> u32 {
		let all = Places::<T>::len().saturating_add(Returned::<T>::len());
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

	/// Whether so many wait that questions are put off.
	pub(crate) fn refuses_questions() -> bool {
		Self::pending() >= T::MaxQueued::get()
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
		let (waiting, ahead) = match live.is_directed() {
			true => (WaitingDirected::<T>::get(), AHEAD_DIRECTED),
			false => (Self::drawing(), AHEAD),
		};
		waiting < T::DrawsPerBlock::get().max(1).saturating_mul(ahead)
	}

	/// Whether a round of a case can be opened now, or found not to be held.
	fn can_begin(live: &Live, round: u8) -> bool {
		let era = Self::era();
		let judged = || Self::are_free_in(live, era) || !Self::can_judge_in(live, era);
		Self::is_overdue(live, round) || (Self::has_tickets(live) && judged())
	}

	/// Whether a later round has waited beyond all time of its case. What the case holds of its members it holds as long
	/// as it waits, so that two could wait for each other.
	fn is_overdue(live: &Live, round: u8) -> bool {
		round > 0 && live.now >= live.terms.last_block
	}

	/// Whether a round has to wait. A first one does where others wait already. Of a named set that is seen at the draw.
	pub(crate) fn has_to_wait(live: &Live, round: u8) -> bool {
		match live.is_directed() {
			true => !Self::has_tickets(live),
			false => (round == 0 && Self::queued() > 0) || !Self::can_begin(live, round),
		}
	}

	/// Has a round wait: a first one behind all others, a later one, or one that was to be drawn, before new ones.
	pub(crate) fn enqueue(live: &mut Live, round: u8, before: bool) {
		if !live.is_directed() {
			match before {
				true => Returned::<T>::push(live.id),
				false => Places::<T>::push(live.id),
			}
		}
		live.case.phase = CasePhase::Queued { round };
		Self::deposit_event(Event::RoundQueued { case: live.id, round });
	}

	/// The first case of the line that is served.
	fn head() -> Option<CaseId> {
		Returned::<T>::first().or_else(Places::<T>::first)
	}

	/// Whether it is a case's turn, and it can be drawn.
	pub(crate) fn is_admitted(live: &Live, round: u8) -> bool {
		let turn = live.is_directed() || Self::head() == Some(live.id);
		turn && Self::can_begin(live, round)
	}

	/// Takes the first case out of the queue.
	fn dequeue() -> Option<CaseId> {
		Returned::<T>::pop().or_else(Places::<T>::pop)
	}

	/// Opens the round of a case whose turn it is.
	pub(crate) fn admit(live: &mut Live, round: u8) -> Weight {
		if !live.is_directed() && Self::dequeue() != Some(live.id) {
			defensive!("the first one is admitted");
		}
		Self::begin(live, round)
	}

	fn begin(live: &mut Live, round: u8) -> Weight {
		if Self::is_overdue(live, round) {
			Self::deposit_event(Event::RoundNotHeld { case: live.id, round });
			return Self::await_court(live);
		}
		Self::restart(live);
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
		let look = T::WeightInfo::poke().saturating_add(Self::worst_look());
		let worst = look.saturating_add(Self::open_weight(MAX_EXCLUDED));
		for _ in 0..T::DrawsPerBlock::get() {
			let looked = T::DbWeight::get().reads(LINES);
			if meter.try_consume(looked).is_err() || !meter.can_consume(worst) {
				return;
			}
			let Some(first) = Self::head() else { return };
			let opened = Self::admit_first(first);
			meter.consume(look.saturating_add(opened.unwrap_or_default()).min(meter.remaining()));
			if opened.is_none() {
				return;
			}
		}
	}

	/// Opens the round of the first case in the queue; `None` where it has to wait. The court may have ruled on it
	/// meanwhile.
	fn admit_first(case: CaseId) -> Option<Weight> {
		let waits = Self::load(case).ok().and_then(|live| match live.case.phase {
			CasePhase::Queued { round } => Some((live, round)),
			_ => None,
		});
		let Some((mut live, round)) = waits else {
			Self::dequeue();
			return Some(Weight::zero());
		};
		if !Self::can_begin(&live, round) {
			return None;
		}
		let weight = Self::admit(&mut live, round);
		Self::save(&live);
		Some(weight)
	}
}
