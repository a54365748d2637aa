//! What callers start.

use crate::*;
use frame_support::{
	ensure,
	traits::{Get, ValidatorRegistration, fungible::hold::Mutate, tokens::Precision},
};
use sp_runtime::{DispatchError, DispatchResult, traits::BlockNumberProvider};

impl<T: Config> Pallet<T> {
	/// Returns whether another candidate had to make room.
	pub(crate) fn do_join(who: AccountId, bond: Balance) -> Result<bool, DispatchError> {
		ensure!(!Candidates::<T>::contains_key(&who), Error::<T>::AlreadyCandidate);
		ensure!(!Departures::<T>::contains_key(&who), Error::<T>::StillLeaving);
		ensure!(bond >= T::MinBond::get(), Error::<T>::BondBelowMinimum);
		ensure!(
			<pallet_session::Pallet<T> as ValidatorRegistration<_>>::is_registered(&who),
			Error::<T>::NoSessionKeys
		);
		let outbid = Self::make_room(bond)?;
		CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &who, bond)?;
		Candidates::<T>::insert(&who, Candidate { bond, since: Self::now() });
		Self::deposit_event(Event::Joined { validator: who, bond });
		Ok(outbid)
	}

	pub(crate) fn do_bond_more(who: AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		let mut candidate = Candidates::<T>::get(&who).ok_or(Error::<T>::CandidateNotFound)?;
		let old_bond = candidate.bond;
		candidate.bond = old_bond.checked_add(amount).ok_or(Error::<T>::BondOverflow)?;
		CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &who, amount)?;
		let bond = candidate.bond;
		Candidates::<T>::insert(&who, candidate);
		Self::deposit_event(Event::BondIncreased { validator: who, old_bond, bond });
		Ok(())
	}

	pub(crate) fn do_leave(who: AccountId) -> DispatchResult {
		ensure!(Candidates::<T>::contains_key(&who), Error::<T>::CandidateNotFound);
		ensure!(Candidates::<T>::count() > T::MinValidators::get(), Error::<T>::TooFewCandidates);
		Self::depart(who, Cause::Left);
		Ok(())
	}

	pub(crate) fn do_withdraw(who: AccountId) -> DispatchResult {
		let departure = Departures::<T>::get(&who).ok_or(Error::<T>::DepartureNotFound)?;
		ensure!(!Self::is_active(&who) && !Self::is_queued(&who), Error::<T>::StillActive);
		ensure!(Self::now() >= departure.withdrawable_at, Error::<T>::UnbondingNotElapsed);
		let reason = HoldReason::Bond.into();
		let amount =
			CurrencyOf::<T>::release(&reason, &who, departure.bond, Precision::BestEffort)?;
		Departures::<T>::remove(&who);
		Self::deposit_event(Event::Withdrawn { validator: who, amount });
		Ok(())
	}

	/// Moves a candidate to those whose bond waits. Does nothing where it is none.
	pub(crate) fn depart(who: AccountId, cause: Cause) {
		let Some(candidate) = Candidates::<T>::take(&who) else { return };
		let withdrawable_at = Self::unbonded_at();
		let departure = Departure { bond: candidate.bond, cause, withdrawable_at };
		Departures::<T>::insert(&who, departure);
		Self::deposit_event(Event::Left { validator: who, cause, withdrawable_at });
	}

	/// End of a wait that begins now.
	pub(crate) fn unbonded_at() -> BlockNumber {
		Self::now().saturating_add(T::UnbondingPeriod::get())
	}

	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	/// Lets the lowest bond go where the list is full.
	fn make_room(bond: Balance) -> Result<bool, DispatchError> {
		if Candidates::<T>::count() < T::MaxCandidates::get() {
			return Ok(false);
		}
		let lowest = Candidates::<T>::iter()
			.map(|(who, candidate)| (candidate.bond, who))
			.min()
			.filter(|(lowest, _)| *lowest < bond);
		let (_, who) = lowest.ok_or(Error::<T>::TooManyCandidates)?;
		Self::depart(who, Cause::Outbid);
		Ok(true)
	}
}
