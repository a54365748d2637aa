//! What other pallets ask for: cases, and rulings of the court.

use crate::{
	rounds::new_case,
	settlement::End,
	types::{count, is_drawn, is_sealed},
	*,
};
use alloc::vec::Vec;
use assay_primitives::{
	case::{CasePhase, CaseTerms, Pace, ROUNDS, Vote},
	judges::Judges,
	money::Seats,
	outcome::Digest,
	takers::Question,
	task::TaskSpec,
	traits::{
		self, Arbiter, CaseId, CaseRequest, CaseTask, CourtBill, CourtCall, CourtFees, Economy,
		MAX_FINDERS, NoArbiter,
	},
};
use frame_support::{BoundedVec, ensure, traits::Get, weights::Weight};
use sp_runtime::DispatchError;

impl<T: Config> Arbiter for Pallet<T> {
	fn challenge_window(run_blocks: BlockNumber, spec: &TaskSpec) -> BlockNumber {
		Self::appeal_blocks(Self::run_blocks(run_blocks, spec))
	}

	fn case_wages() -> Option<u32> {
		Some(ROUNDS[0].saturating_add(T::ReserveWages::get()))
	}

	fn pace() -> Pace {
		Pace { block_millis: T::BlockMillis::get(), most: T::MaxJudgingBlocks::get() }
	}

	fn account() -> Option<AccountId> {
		Some(Self::pot())
	}

	fn has_room(judges: &Judges) -> bool {
		match judges {
			Judges::Public => Self::pending() < T::MaxQueued::get(),
			Judges::Named(_) => Self::waiting_for(judges) < T::MaxQueued::get(),
		}
	}

	fn open_case(request: CaseRequest) -> Result<CaseId, NoArbiter> {
		let subject = request.subject;
		let affordable = request.funds >= Self::cost(request.wage);
		let open = Open::<T>::contains_key(subject);
		if open || !affordable || !Self::has_arrived(request.funds) {
			return Err(NoArbiter);
		}
		let terms = Self::terms(request)?;
		let id = NextCase::<T>::get();
		NextCase::<T>::put(id.checked_add(1).ok_or(NoArbiter)?);
		Self::book(terms.funds);
		Open::<T>::insert(subject, id);
		Timed::<T>::insert(id, ());
		let CaseTerms { reason, wage, stake, .. } = terms;
		Self::deposit_event(Event::CaseOpened { case: id, subject, reason, wage, stake });
		CaseTermsOf::<T>::insert(id, terms.clone());
		let now = terms.opened_at;
		// Overwritten when the round is opened.
		let case = new_case(CasePhase::Court { standing: None, until: now });
		let mut live = Live { id, terms, case, now };
		Self::open_round(&mut live, 0);
		Self::save(&live);
		Ok(id)
	}

	fn is_silent(case: CaseId) -> bool {
		let Ok(live) = Self::load(case) else { return false };
		let votes = Rounds::<T>::get(case, 0).map(|round| round.members).unwrap_or_default();
		live.case.round == 0 && !is_decided(&live) && !votes.iter().any(|it| it.vote.is_known())
	}

	fn finders(case: CaseId) -> Vec<AccountId> {
		let phase = Cases::<T>::get(case).map(|case| case.phase);
		let Some(CasePhase::Closed { ruling, .. }) = phase else { return Vec::new() };
		let members = Rounds::<T>::get(case, 0).map(|round| round.members).unwrap_or_default();
		let found = |vote: &Vote| matches!(vote, Vote::Revealed(it) if Some(*it) == ruling.truth);
		let found = members.into_iter().filter(|member| found(&member.vote));
		found.map(|member| member.mediator).take(MAX_FINDERS as usize).collect()
	}
}

impl<T: Config> traits::MediatorPool for Pallet<T> {
	fn can_judge(stash: &AccountId, parties: &[AccountId]) -> bool {
		let serves = |mediator: &Mediator| {
			Self::due_weight(mediator) > 0 && !parties.contains(&mediator.operator)
		};
		!parties.contains(stash) && Mediators::<T>::get(stash).is_some_and(|it| serves(&it))
	}

	fn take(judges: &Judges, parties: &[AccountId], question: &Question) -> bool {
		match judges.named() {
			Some(named) => Self::set_takes(named, parties, question),
			None => Self::pool_takes(question),
		}
	}
}

impl<T: Config> traits::Cases for Pallet<T> {
	fn open_task(case: CaseId) -> Option<CaseTask> {
		let live = Self::load(case).ok().filter(|live| !is_decided(live))?;
		let CaseTerms { subject, spec, task_hash, .. } = live.terms;
		Some(CaseTask { spec, index: subject.index(), task_hash })
	}

	fn court_ruled(case: CaseId, call: CourtCall, truth: Digest) -> Result<Weight, DispatchError> {
		let mut live = Self::load(case)?;
		ensure!(!is_decided(&live), Error::<T>::WrongPhase);
		if let Some(ended) = Self::await_openings(&mut live, &call, truth)? {
			Self::save(&live);
			return Ok(T::WeightInfo::seal().saturating_add(Self::turns_weight(ended)));
		}
		// The least that closing it weighs: nobody is given back what he has not paid.
		let bill = bill::<T>(&call, Self::close_weight(0));
		Ok(Self::close(live, End { truth: Some(truth), bill: Some(bill) }))
	}
}

/// Whether nothing can change any more what is ruled.
fn is_decided(live: &Live) -> bool {
	matches!(live.case.phase, CasePhase::Closed { .. } | CasePhase::Ruled { .. })
}

/// What a call of the court has cost that has weighed so much more by its ruling.
fn bill<T: Config>(call: &CourtCall, ruled: Weight) -> CourtBill {
	let CourtCall { by, weight, bytes } = call;
	let amount = T::CourtFees::of(weight.saturating_add(ruled), *bytes);
	CourtBill { to: (*by).clone(), amount }
}

impl<T: Config> Pallet<T> {
	/// Lets members open what they had sealed before the court spoke: work that was done is paid. Returns
	/// how many turns that ends, where there are any seals.
	fn await_openings(
		live: &mut Live,
		call: &CourtCall,
		truth: Digest,
	) -> Result<Option<u32>, Error<T>> {
		// Nobody has to run anything for it.
		let wait = T::MinRevealBlocks::get();
		let (until, due) = match live.case.phase {
			CasePhase::Sealing { .. } => (live.now.saturating_add(wait), false),
			// What time they had they keep.
			CasePhase::Revealing { until } => (until.max(live.now.saturating_add(1)), true),
			_ => return Ok(None),
		};
		let mut round = Self::present_round(live)?;
		if count(&round, is_sealed) == 0 {
			return Ok(None);
		}
		let ended = Self::end_turns(live, &mut round, is_drawn, Vote::Excused);
		Rounds::<T>::insert(live.id, live.case.round, round);
		let bill = bill::<T>(call, T::WeightInfo::seal());
		live.case.phase = CasePhase::Ruled { truth, bill, until, due };
		Self::deposit_event(Event::OpeningsAwaited { case: live.id, truth, until });
		Ok(Some(ended))
	}

	/// Weight of what follows at most from a ruling of the court.
	pub fn worst_ruling() -> Weight {
		Self::close_weight(MAX_JUDGED)
	}

	/// What each member has at risk.
	pub fn stake(wage: Balance) -> Balance {
		T::Economy::current().1.seats.stake(wage, T::MinBond::get())
	}

	/// The constants by which the members of a case are judged.
	pub(crate) fn judged_by(live: &Live) -> Seats {
		T::Economy::of(live.terms.economics).seats
	}

	fn terms(request: CaseRequest) -> Result<CaseTerms, NoArbiter> {
		let now = Self::now();
		let run_blocks = Self::run_blocks(request.run_blocks, &request.spec);
		Ok(CaseTerms {
			subject: request.subject,
			spec: request.spec,
			task_hash: request.task_hash,
			sealed: request.sealed,
			reason: request.reason,
			digests: BoundedVec::truncate_from(request.digests),
			// Unlike digests, which only inform, these decide: nothing may be cut off.
			excluded: BoundedVec::try_from(request.excluded).map_err(|_| NoArbiter)?,
			judges: request.judges,
			run_blocks,
			wage: request.wage,
			stake: Self::stake(request.wage),
			funds: request.funds,
			refund: request.refund,
			economics: T::Economy::current().0,
			opened_at: now,
			last_block: now.saturating_add(Self::longest(run_blocks)),
		})
	}
}
