//! What the runtime API reads.

use crate::{
	pool::Urn,
	types::{count, is_drawn, is_sealed},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	api::{MAX_PAGE, Page},
	beacon::{Fold, NoSeed},
	case::{
		CasePhase, CaseStep, CaseView, CommitteeDraw, MAX_RESERVES, MAX_STEPS, MediatorView,
		PoolEntry, Round, RoundDraw, Step, Subject, committee_subject,
	},
	judges::Judges,
	traits::{Beacon, CaseId},
};
use core::cmp::Reverse;

impl<T: Config> Pallet<T> {
	/// A case with its rounds, until it is removed.
	pub fn case_view(id: CaseId) -> Option<CaseView> {
		let live = Self::load(id).ok()?;
		let rounds: Vec<Round> =
			(0..=live.case.round).filter_map(|round| Rounds::<T>::get(id, round)).collect();
		let next = Self::next_step(&live, rounds.last());
		let window = matches!(live.case.phase, CasePhase::AppealWindow { .. });
		let appeal_bond = window.then(|| Self::appeal_bond(&live)).flatten();
		let Live { terms, case, now: at, .. } = live;
		Some(CaseView { id, terms, case, rounds, next, appeal_bond, at })
	}

	/// Cases that are kept, newest first, from before a number on. Looks at no more than `limit` and
	/// [`MAX_PAGE`] numbers.
	pub fn cases(before: Option<CaseId>, limit: u32) -> Page<CaseView, CaseId> {
		let end = NextCase::<T>::get();
		let numbers = (0..before.unwrap_or(end).min(end)).rev();
		Page::of(numbers.map(|id| (id, Self::case_view(id))), limit.min(MAX_PAGE))
	}

	/// Open cases that hold a stake of a mediator, in the order of their numbers, from after one on, at
	/// most `limit`.
	pub fn cases_of_mediator(
		stash: &AccountId,
		after: Option<CaseId>,
		limit: u32,
	) -> Page<CaseView, CaseId> {
		let mut seats =
			Mediators::<T>::get(stash).map(|it| it.seats.into_inner()).unwrap_or_default();
		seats.sort_unstable();
		let left = seats.into_iter().filter(|id| after.is_none_or(|after| *id > after));
		Page::of(left.map(|id| (id, Self::case_view(id))), limit)
	}

	/// Cases that are kept and have given back a stake of a mediator, newest first, from before a number on, at most
	/// `limit`: of the last [`MAX_PAST`] of its.
	pub fn past_cases_of_mediator(
		stash: &AccountId,
		before: Option<CaseId>,
		limit: u32,
	) -> Page<CaseView, CaseId> {
		let mut past =
			Mediators::<T>::get(stash).map(|it| it.past.into_inner()).unwrap_or_default();
		past.sort_unstable_by_key(|id| Reverse(*id));
		let left = past.into_iter().filter(|id| before.is_none_or(|before| *id < before));
		Page::of(left.map(|id| (id, Self::case_view(id))), limit)
	}

	/// The open case over something.
	pub fn case_over(subject: Subject) -> Option<CaseId> {
		Open::<T>::get(subject)
	}

	/// A mediator.
	pub fn mediator_view(stash: &AccountId) -> Option<MediatorView> {
		Mediators::<T>::get(stash).map(|mediator| Self::view_of(stash.clone(), mediator))
	}

	/// Mediators in no particular order, from after one on, at most `limit` and at most [`MAX_PAGE`].
	pub fn mediators(after: Option<AccountId>, limit: u32) -> Page<MediatorView, AccountId> {
		let all = match after {
			Some(stash) => Mediators::<T>::iter_from(Mediators::<T>::hashed_key_for(stash)),
			None => Mediators::<T>::iter(),
		};
		let shown = |(stash, mediator): (AccountId, Mediator)| {
			(stash.clone(), Some(Self::view_of(stash, mediator)))
		};
		Page::of(all.map(shown), limit.min(MAX_PAGE))
	}

	/// The mediator that `operator` signs for.
	pub fn mediator_of(operator: &AccountId) -> Option<AccountId> {
		Operators::<T>::get(operator)
	}

	/// How the committee of a round was drawn; or, where its seed is known, will be by the next block
	/// unless a mediator's seats or bond change before. Reads the whole pool, each of its pages once.
	pub fn committee_draw(case: CaseId, number: u8) -> Option<CommitteeDraw> {
		let live = Self::load(case).ok()?;
		let round = Rounds::<T>::get(case, number)?;
		let subject = committee_subject(case, number);
		let (fold, order, used, drawn_at) = match round.draw {
			Some(RoundDraw { ticket, randomness, order, used, at }) => {
				let kept = T::Beacon::fold(&ticket).ok();
				let fold = kept.filter(|fold| fold.randomness == randomness);
				let fold = fold.unwrap_or(Fold { ticket, entries: Vec::new(), randomness });
				(fold, order.into_inner(), used, Some(at))
			},
			None => {
				let CasePhase::AwaitingSeed { ticket, .. } = live.case.phase else { return None };
				let fold = T::Beacon::fold(&ticket).ok()?;
				let steps = round.seats.saturating_add(MAX_RESERVES).min(MAX_STEPS);
				let seed = fold.seed(&subject);
				let mut urn = Urn::<T>::open(round.era, &live.terms.judges)?;
				round.barred.iter().for_each(|position| urn.remove(*position));
				let step = |step| {
					let position = urn.draw(&seed, step)?;
					Some(Step { position, mediator: Positions::<T>::get(position)? })
				};
				let order = (0..steps).map_while(step).collect();
				(fold, order, 0, None)
			},
		};
		Some(CommitteeDraw {
			fold,
			subject,
			era: round.era,
			pool: Self::pool_in(round.era, &live.terms.judges),
			barred: round.barred.into_inner(),
			order,
			used,
			members: round.members.into_inner(),
			drawn_at,
		})
	}

	/// Who could be drawn in an era, in the order of positions; nobody where it is no longer known.
	fn pool_in(era: u32, judges: &Judges) -> Vec<PoolEntry> {
		let weights = Urn::<T>::open(era, judges).map(|mut urn| urn.weights()).unwrap_or_default();
		let entry = |(position, weight)| {
			Some(PoolEntry { position, stash: Positions::<T>::get(position)?, weight })
		};
		weights.into_iter().filter_map(entry).collect()
	}

	fn view_of(stash: AccountId, mediator: Mediator) -> MediatorView {
		let era = Self::era();
		MediatorView {
			stash,
			weight: Self::weight_in(mediator.position, era),
			next_weight: Self::weight_in(mediator.position, era.saturating_add(ERAS_AHEAD)),
			operator: mediator.operator,
			status: mediator.status,
			bond: mediator.bond.held,
			locked: mediator.bond.locked,
			unbonding: mediator.bond.unbonding,
			terms: mediator.terms,
			next_terms: mediator.next_terms,
			position: mediator.position,
			cases: mediator.seats.into_inner(),
			record: mediator.record,
			registered_at: mediator.registered_at,
		}
	}

	fn next_step(live: &Live, round: Option<&Round>) -> CaseStep {
		let now = live.now;
		let votes = |which| round.map_or(0, |round| count(round, which));
		match live.case.phase {
			CasePhase::AwaitingSeed { ticket, until } => {
				let waits = T::Beacon::fold(&ticket) == Err(NoSeed::TooEarly) && now < until;
				if waits { CaseStep::Randomness } else { CaseStep::Poke }
			},
			CasePhase::Sealing { until, .. }
			| CasePhase::Revealing { until }
			| CasePhase::AppealWindow { until, .. }
			| CasePhase::Ruled { until, .. }
			| CasePhase::Court { until, .. }
				if now >= until =>
			{
				CaseStep::Poke
			},
			CasePhase::Sealing { until, .. } => CaseStep::Seals(votes(is_drawn), until),
			CasePhase::Revealing { until } | CasePhase::Ruled { until, .. } => {
				CaseStep::Reveals(votes(is_sealed), until)
			},
			CasePhase::AppealWindow { until, .. } => CaseStep::Appeals(until),
			CasePhase::Court { until, .. } => CaseStep::Court(until),
			CasePhase::Closed { prune_at, .. } => CaseStep::Nothing(prune_at),
			CasePhase::Queued { round } if Self::is_admitted(live, round) => CaseStep::Poke,
			CasePhase::Queued { .. } => CaseStep::Places,
		}
	}
}
