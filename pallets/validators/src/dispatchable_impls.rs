//! What callers start.

use crate::*;
use assay_primitives::bond::BondFault;
use frame_support::{
	ensure,
	traits::{Get, ValidatorRegistration, fungible::hold::Mutate, tokens::Precision},
};
use pallet_bonds::Bonds;
use sp_runtime::{DispatchError, DispatchResult};

impl<T: Config> Pallet<T> {
	/// Returns whether another candidate had to make room.
	pub(crate) fn do_join(who: AccountId, bond: Balance) -> Result<bool, DispatchError> {
		let known = Candidates::<T>::contains_key(&who) || Departures::<T>::contains_key(&who);
		ensure!(!known, ValidatorBonds::<T>::refuse(BondFault::AlreadyRegistered));
		ValidatorBonds::<T>::open(&who, bond)?;
		ensure!(
			<pallet_session::Pallet<T> as ValidatorRegistration<_>>::is_registered(&who),
			Error::<T>::NoSessionKeys
		);
		let outbid = Self::make_room(bond)?;
		let since = ValidatorBonds::<T>::now();
		Candidates::<T>::insert(&who, Candidate { bond, since });
		Self::deposit_event(Event::Joined { validator: who, bond });
		Ok(outbid)
	}

	pub(crate) fn do_bond_more(who: AccountId, amount: Balance) -> DispatchResult {
		let mut candidate = Candidates::<T>::get(&who).ok_or_else(Self::no_candidate)?;
		ValidatorBonds::<T>::add(&who, &mut candidate.bond, amount)?;
		let bond = candidate.bond;
		Candidates::<T>::insert(&who, candidate);
		Self::deposit_event(Event::BondIncreased { validator: who, amount, bond });
		Ok(())
	}

	pub(crate) fn do_leave(who: AccountId) -> DispatchResult {
		ensure!(Candidates::<T>::contains_key(&who), Self::no_candidate());
		ensure!(Candidates::<T>::count() > T::MinValidators::get(), Error::<T>::TooFewCandidates);
		Self::depart(who, Cause::Left);
		Ok(())
	}

	pub(crate) fn do_withdraw(who: AccountId) -> DispatchResult {
		let nothing = || ValidatorBonds::<T>::refuse(BondFault::NothingToWithdraw);
		let departure = Departures::<T>::get(&who).ok_or_else(nothing)?;
		ensure!(!Self::is_active(&who) && !Self::is_queued(&who), Error::<T>::StillActive);
		ensure!(ValidatorBonds::<T>::now() >= departure.withdrawable_at, nothing());
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
		let withdrawable_at = ValidatorBonds::<T>::unbonded_at();
		let departure = Departure { bond: candidate.bond, cause, withdrawable_at };
		Departures::<T>::insert(&who, departure);
		Self::deposit_event(Event::Left { validator: who, cause, withdrawable_at });
	}

	fn no_candidate() -> DispatchError {
		ValidatorBonds::<T>::refuse(BondFault::NotRegistered)
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
