//! What members, appellants and bystanders start.

use crate::{
	types::{count, is_drawn, is_sealed, member},
	*,
};
use assay_primitives::{
	case::{Appeal, CasePhase, ROUNDS, Round, Vote},
	money::appeal_bond,
	outcome::Digest,
	seal::{Salt, seal_verdict},
	traits::CaseId,
};
use frame_support::{
	defensive, ensure,
	traits::{Get, fungible::MutateHold},
	weights::Weight,
};
use pallet_bonds::Parties;
use sp_runtime::{ArithmeticError, DispatchError, traits::Zero};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_seal(
		operator: AccountId,
		case: CaseId,
		task_hash: Hash,
		round: u8,
		seal: Hash,
	) -> Result<Weight, DispatchError> {
		let stash = MediatorBonds::<T>::stash_of(&operator)?;
		let mut live = Self::load(case)?;
		// A seal of another fork's case opens for no digest of this one, and would cost the stake.
		let named = (task_hash, round) == (live.terms.task_hash, live.case.round);
		ensure!(named, Error::<T>::CaseMismatch);
		let mut round = Self::sealing_round(&live)?;
		let member = member(&mut round, &stash).ok_or(Error::<T>::NotMember)?;
		match member.vote {
			Vote::Drawn => member.vote = Vote::Sealed(seal),
			Vote::Sealed(_) | Vote::Revealed(_) => return Err(Error::<T>::AlreadySealed.into()),
			// Others have taken its place, or it has lost it.
			Vote::Silent | Vote::Withheld | Vote::Denounced | Vote::Excused => {
				return Err(Error::<T>::DeadlinePassed.into());
			},
		}
		Self::deposit_event(Event::Sealed { case, mediator: stash });
		Ok(Self::after_sealing(&mut live, round))
	}

	pub(crate) fn do_reveal(
		operator: AccountId,
		case: CaseId,
		digest: Digest,
		salt: Salt,
	) -> Result<Weight, DispatchError> {
		let stash = MediatorBonds::<T>::stash_of(&operator)?;
		let mut live = Self::load(case)?;
		let (CasePhase::Revealing { until } | CasePhase::Ruled { until, .. }) = live.case.phase
		else {
			return Err(Error::<T>::WrongPhase.into());
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		let mut round = Self::present_round(&live)?;
		Self::open_seal(&live, &mut round, &stash, digest, salt, Vote::Revealed(digest))?;
		Self::free_place(&live, &stash);
		Self::deposit_event(Event::Revealed { case, mediator: stash, digest });
		let left = count(&round, is_sealed);
		let weight = if left == 0 && matches!(live.case.phase, CasePhase::Revealing { .. }) {
			Self::evaluate(&mut live, round)
		} else {
			if let (0, CasePhase::Ruled { until, .. }) = (left, &mut live.case.phase) {
				// There is nobody to wait for. To close it is too much for an opening's weight.
				*until = live.now;
			}
			Rounds::<T>::insert(case, live.case.round, round);
			Weight::zero()
		};
		Self::save(&live);
		Ok(weight)
	}

	/// Weight of opening one's own seal, which frees a place.
	pub(crate) fn reveal_weight() -> Weight {
		T::WeightInfo::reveal().saturating_add(Self::turns_weight(1))
	}

	/// Weight of opening another's seal, with the constants that hold now and those by which the case is judged.
	pub(crate) fn denounce_weight() -> Weight {
		Self::recounted(T::WeightInfo::denounce()).saturating_add(T::DbWeight::get().reads(2))
	}

	pub(crate) fn do_denounce(
		who: AccountId,
		case: CaseId,
		stash: AccountId,
		digest: Digest,
		salt: Salt,
	) -> Result<Weight, DispatchError> {
		let own = who == stash || Operators::<T>::get(&who).as_ref() == Some(&stash);
		ensure!(!own, Error::<T>::SelfDenouncement);
		let mut live = Self::load(case)?;
		let mut round = Self::sealing_round(&live)?;
		Self::open_seal(&live, &mut round, &stash, digest, salt, Vote::Denounced)?;
		let stake = live.terms.stake;
		Self::unseat(&live, &stash, true, |record| {
			record.failed = record.failed.saturating_add(1);
		});
		let seats = Self::judged_by(&live);
		let mut arrived = Self::slash(&live, &stash, seats.withheld, SlashReason::Denounced);
		Self::book(arrived);
		let due = seats.for_denouncing(stake);
		let reward = Self::pay(case, &mut arrived, &who, due, PayReason::Denouncement);
		live.case.penalties = live.case.penalties.saturating_add(arrived);
		Self::deposit_event(Event::SealDenounced { case, mediator: stash, by: who, reward });
		Ok(Self::after_sealing(&mut live, round))
	}

	pub(crate) fn do_appeal(
		who: AccountId,
		case: CaseId,
		digest: Digest,
		round: u8,
	) -> Result<Weight, DispatchError> {
		let mut live = Self::load(case)?;
		let CasePhase::AppealWindow { verdict, until } = live.case.phase else {
			return Err(Error::<T>::WrongPhase.into());
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		// Another fork's committee may have found the truth; and each round's bond is higher.
		let named = (digest, round) == (verdict, live.case.round);
		ensure!(named, Error::<T>::VerdictMismatch);
		let next = live.case.round.saturating_add(1);
		ensure!(live.terms.judges.suffice_for(next), Error::<T>::NotAppealable);
		let bond = Self::appeal_bond(&live).ok_or(ArithmeticError::Overflow)?;
		if !bond.is_zero() {
			T::Currency::hold(&HoldReason::AppealBond.into(), &who, bond)?;
		}
		let appeal = Appeal { by: who.clone(), bond, round, against: verdict, heard: false };
		// One for each round but the last.
		live.case.appeals.try_push(appeal).map_err(|_| Error::<T>::WrongPhase)?;
		Self::deposit_event(Event::Appealed { case, by: who, bond });
		let weight = Self::open_round(&mut live, next);
		Self::save(&live);
		Ok(weight)
	}

	/// What an appeal puts up for the next round; `None` where there is none.
	pub(crate) fn appeal_bond(live: &Live) -> Option<Balance> {
		if !live.terms.judges.suffice_for(live.case.round.saturating_add(1)) {
			return None;
		}
		let seats = ROUNDS.get(usize::from(live.case.round) + 1)?;
		appeal_bond(live.terms.wage, *seats)
	}

	/// The present round of a case that is sealing.
	fn sealing_round(live: &Live) -> Result<Round, Error<T>> {
		let CasePhase::Sealing { until, .. } = live.case.phase else {
			return Err(Error::<T>::WrongPhase);
		};
		ensure!(live.now < until, Error::<T>::DeadlinePassed);
		Self::present_round(live)
	}

	/// The present round.
	pub(crate) fn present_round(live: &Live) -> Result<Round, Error<T>> {
		Rounds::<T>::get(live.id, live.case.round).ok_or_else(|| {
			defensive!("a case that was drawn has a round");
			Error::<T>::WrongPhase
		})
	}

	/// Opens a member's seal and replaces it by `vote`.
	fn open_seal(
		live: &Live,
		round: &mut Round,
		stash: &AccountId,
		digest: Digest,
		salt: Salt,
		vote: Vote,
	) -> Result<(), Error<T>> {
		let member = member(round, stash).ok_or(Error::<T>::NotMember)?;
		let Vote::Sealed(seal) = member.vote else { return Err(Error::<T>::NothingSealed) };
		let genesis = Self::genesis();
		let opened = seal_verdict(&genesis, live.id, live.case.round, stash, &digest, &salt);
		ensure!(opened == seal, Error::<T>::SealMismatch);
		member.vote = vote;
		Ok(())
	}

	/// Hash of block 0, which seals are bound to.
	pub(crate) fn genesis() -> Hash {
		frame_system::Pallet::<T>::block_hash(
			frame_system::pallet_prelude::BlockNumberFor::<T>::zero(),
		)
	}

	/// Writes the round, and ends sealing where nobody has to seal any more.
	fn after_sealing(live: &mut Live, round: Round) -> Weight {
		let weight = if count(&round, is_drawn) == 0 {
			Self::end_sealing(live, round)
		} else {
			Rounds::<T>::insert(live.id, live.case.round, round);
			Weight::zero()
		};
		Self::save(live);
		weight
	}
}
