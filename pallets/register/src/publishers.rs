//! Bonds of publishers.

use crate::{Config, Error, Event, HoldReason, Pallet, Publishers as PublishersOf};
use assay_deposits::give_back;
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	order::Publisher,
	traits::{AssetSale, Publishers},
};
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		traits::{
			Get,
			fungible::MutateHold,
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	sp_runtime::{ArithmeticError, DispatchResult, traits::BlockNumberProvider},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond_publisher(signer: AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		T::Currency::hold(&HoldReason::PublisherBond.into(), &signer, amount)?;
		let mut publisher = PublishersOf::<T>::get(&signer).unwrap_or_default();
		publisher.bond = publisher.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let bond = publisher.bond;
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::PublisherBonded { publisher: signer, amount, bond });
		Ok(())
	}

	pub(crate) fn do_unbond_publisher(signer: AccountId, amount: Balance) -> DispatchResult {
		let mut publisher = PublishersOf::<T>::get(&signer).ok_or(Error::<T>::PublisherNotFound)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(publisher.leaving.is_none(), Error::<T>::BondLeavingAlready);
		let rest = publisher.bond.checked_sub(amount).ok_or(Error::<T>::PublisherBondTooSmall)?;
		let enough = publisher.assets == 0 || rest >= T::MinPublisherBond::get();
		ensure!(enough, Error::<T>::PublisherBondTooSmall);
		let at = Self::now()
			.checked_add(T::PublisherUnbonding::get())
			.ok_or(ArithmeticError::Overflow)?;
		publisher.bond = rest;
		publisher.leaving = Some((amount, at));
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::PublisherUnbonded { publisher: signer, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_publisher_bond(signer: AccountId) -> DispatchResult {
		let mut publisher = PublishersOf::<T>::get(&signer).ok_or(Error::<T>::PublisherNotFound)?;
		let left = publisher.leaving.take().filter(|(_, at)| Self::now() >= *at);
		let (amount, _) = left.ok_or(Error::<T>::NothingToWithdraw)?;
		if publisher.bond == 0 && publisher.assets == 0 {
			PublishersOf::<T>::remove(&signer);
		} else {
			PublishersOf::<T>::insert(&signer, publisher);
		}
		give_back::<T::Currency>(&HoldReason::PublisherBond.into(), &signer, amount)?;
		Self::deposit_event(Event::PublisherWithdrawn { publisher: signer, amount });
		Ok(())
	}

	pub(crate) fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}
}

impl<T: Config> Publishers for Pallet<T> {
	/// What is leaving is taken first: it would be out of reach the soonest.
	fn slash_bond(asset: &AssetSale, amount: Balance, shares: &[(AccountId, Balance)]) -> Balance {
		let owner = &asset.owner;
		let Some(mut publisher) = PublishersOf::<T>::get(owner) else { return 0 };
		let (leaving, _) = publisher.leaving.unwrap_or_default();
		let from_leaving = amount.min(leaving);
		let from_bond = amount.saturating_sub(from_leaving).min(publisher.bond);
		let due = from_leaving.saturating_add(from_bond);
		if due == 0 {
			return 0;
		}
		publisher.bond = publisher.bond.saturating_sub(from_bond);
		publisher.leaving = publisher
			.leaving
			.map(|(leaving, at)| (leaving.saturating_sub(from_leaving), at))
			.filter(|(leaving, _)| *leaving > 0);
		if publisher == Publisher::default() {
			PublishersOf::<T>::remove(owner);
		} else {
			PublishersOf::<T>::insert(owner, publisher);
		}
		let paid = Self::share_slash(owner, due, shares);
		let burnt = Self::burn_bond(owner, due.saturating_sub(paid));
		let amount = paid.saturating_add(burnt);
		Self::deposit_event(Event::PublisherSlashed { publisher: owner.clone(), amount, burnt });
		amount
	}
}

impl<T: Config> Pallet<T> {
	/// Pays `shares` in their order out of the bond, `due` at most. Returns what was paid.
	fn share_slash(owner: &AccountId, due: Balance, shares: &[(AccountId, Balance)]) -> Balance {
		let mut left = due;
		for (beneficiary, share) in shares {
			let amount = (*share).min(left);
			// A slash must not come back to the one who is slashed.
			if amount == 0 || beneficiary == owner {
				continue;
			}
			let paid = T::Currency::transfer_on_hold(
				&HoldReason::PublisherBond.into(),
				owner,
				beneficiary,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			);
			// Dust for an account that does not exist can't be paid, and is burnt with the rest.
			let Ok(amount) = paid else { continue };
			left = left.saturating_sub(amount);
			Self::deposit_event(Event::PublisherSlashShared {
				publisher: owner.clone(),
				beneficiary: beneficiary.clone(),
				amount,
			});
		}
		due.saturating_sub(left)
	}

	fn burn_bond(owner: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let reason = HoldReason::PublisherBond.into();
		let burnt =
			T::Currency::burn_held(&reason, owner, amount, Precision::BestEffort, Fortitude::Force);
		burnt.unwrap_or_else(|error| {
			defensive!("a hold can be burnt", error);
			0
		})
	}
}
