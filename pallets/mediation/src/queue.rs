//! The queue of cases that wait until enough of those who judge them can sit.
//!
//! Who is left over when many mediators are occupied may be whom somebody has left over. So a committee is drawn only
//! while two thirds of the pool's weight take the case and have a place and a stake left for it; other cases wait, in the
//! order in which they came. No more tickets are taken in a block than committees can be drawn in one: else seeds would be
//! known before their draws, and whoever has many cases under way could choose who of those drawn has no place left. What
//! waits for large stakes alone steps aside, and holds others up for a part of the time only. Cases whose judges are named
//! stand in lines of their own.

use crate::*;
use assay_primitives::{case::CasePhase, judges::Judges, traits::CaseId};
use frame_support::{
	defensive,
	traits::Get,
	weights::{Weight, WeightMeter},
};

/// Blocks for whose draws there are tickets at a time, so that none is forgotten where seeds come late.
const AHEAD: u32 = 32;
/// Of so many tickets one is for a case whose judges are named.
const DIRECTED: u32 = 4;
/// Items that are read to find the first case of all lines.
const LINES: u64 = 6;
/// Blocks for which others pass a case that waits for stakes, three times, before it holds them up for the first time.
const PATIENCE: BlockNumber = 32;

impl<T: Config> Pallet<T> {
	/// Cases that stand in a line.
	pub(crate) fn queued() -> u32 {
		let all = Places::<T>::len().saturating_add(Returned::<T>::len());
		let dear = Self::waiting_for(&Judges::Public);
		u32::try_from(all).unwrap_or(u32::MAX).saturating_add(dear)
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

	/// Whether a ticket taken now is drawn in the block in which its seed is known.
	fn has_tickets(live: &Live) -> bool {
		if live.is_directed() {
			return Self::has_named_tickets();
		}
		let draws = T::DrawsPerBlock::get().saturating_sub(Self::named_draws()).max(1);
		Self::drawing() < draws.saturating_mul(AHEAD) && Self::taken_now(false) < draws
	}

	/// The same for cases whose judges are named.
	pub(crate) fn has_named_tickets() -> bool {
		let draws = Self::named_draws();
		WaitingDirected::<T>::get() < draws.saturating_mul(AHEAD) && Self::taken_now(true) < draws
	}

	/// Draws of a block that are for cases whose judges are named.
	fn named_draws() -> u32 {
		(T::DrawsPerBlock::get() / DIRECTED).max(1)
	}

	/// Tickets that were taken in this block, of one kind.
	fn taken_now(directed: bool) -> u32 {
		let now = Self::now();
		let last = Draws::<T>::backwards().take(T::DrawsPerBlock::get() as usize);
		last.filter(|(.., taken_at, named)| *taken_at == now && *named == directed).count() as u32
	}

	/// Opening the round of a case whose turn it is weighs no more.
	pub(crate) fn worst_admission() -> Weight {
		Self::worst_open().saturating_add(Self::line_weight())
	}

	/// Weight of counting tickets.
	pub(crate) fn tickets_weight() -> Weight {
		T::DbWeight::get().reads(u64::from(T::DrawsPerBlock::get()).saturating_add(2))
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
		if live.is_directed() {
			let leads = Self::first_for(&live.terms.judges) == Some(live.id);
			return leads && Self::can_begin(live, round);
		}
		match Self::first_dear() {
			Some((dear, _)) if dear == live.id => Self::can_begin_dear(live, round),
			Some((_, since)) if holds_up(live.now.saturating_sub(since)) => false,
			_ => Self::head() == Some(live.id) && Self::can_begin(live, round),
		}
	}

	/// The first case that waits for stakes, and since when.
	fn first_dear() -> Option<(CaseId, BlockNumber)> {
		let first = Self::first_for(&Judges::Public)?;
		Some((first, Links::<T>::get(first)?.since))
	}

	/// Whether a case that waits for stakes can be drawn. No draw of another one may come before its own and take them.
	fn can_begin_dear(live: &Live, round: u8) -> bool {
		Self::drawing() == 0 && Self::can_begin(live, round)
	}

	/// Opens the round of a case whose turn it is. One that is given up leaves its place to be passed over.
	pub(crate) fn admit(live: &mut Live, round: u8) -> Weight {
		if Self::stands_in_line(live.id) {
			Self::leave_line(live);
			return Self::line_weight().saturating_add(Self::begin(live, round));
		}
		if Self::head() == Some(live.id) {
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
		let worst = look.saturating_add(Self::worst_admission());
		for _ in 0..T::DrawsPerBlock::get() {
			let looked = T::DbWeight::get().reads(LINES).saturating_add(Self::tickets_weight());
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
		if let Some((dear, since)) = Self::first_dear() {
			let (live, round) = Self::waiting(dear)?;
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
		Self::join_line(&live, false);
		Some(Self::line_weight())
	}

	/// Lets a case in that waits for stakes behind another one, as soon as it has those that it needs, which may be less: they
	/// are looked at in turn, one in a block. Else whoever brings a dear one about would have all wait behind it that have ever
	/// found too little.
	pub(crate) fn admit_aside(meter: &mut WeightMeter) {
		if meter.try_consume(T::DbWeight::get().reads(2)).is_err() {
			return;
		}
		let Some((first, since)) = Self::first_dear() else { return };
		let looked = T::DbWeight::get().reads_writes(3, 2).saturating_add(Self::tickets_weight());
		let look = T::WeightInfo::poke().saturating_add(Self::worst_look()).saturating_add(looked);
		let worst = look.saturating_add(Self::worst_admission());
		if !meter.can_consume(worst) || holds_up(Self::now().saturating_sub(since)) {
			return;
		}
		let behind = |case| Links::<T>::get(case).and_then(|place: Neighbours| place.behind);
		let Some(next) = Aside::<T>::get().and_then(behind).or_else(|| behind(first)) else {
			return;
		};
		Aside::<T>::put(next);
		meter.consume(look);
		let Some((live, round)) = Self::waiting(next) else { return };
		if Self::can_begin(&live, round) {
			// Who stands behind it comes next.
			Aside::<T>::set(Links::<T>::get(next).and_then(|place| place.before));
			let weight = Self::admit_and_save(live, round);
			meter.consume(weight.min(meter.remaining()));
		}
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
