//! Parts of bonds at risk for what is no task.

use crate::{Config, Error, Held, Pallet, ProviderBonds, Providers, Status};
use assay_primitives::{
	AccountId, Balance,
	bond::BondFault,
	deal::Instance,
	request::Ineligible,
	traits::{Collected, Holds},
};
use pallet_bonds::Parties;
use polkadot_sdk::{
	frame_support::{defensive, ensure},
	sp_runtime::{DispatchResult, Saturating},
};

impl<T: Config> Holds for Pallet<T> {
	fn held(stash: &AccountId, by: &Instance) -> Balance {
		Held::<T>::get(stash, by).unwrap_or(0)
	}

	fn hold(stash: &AccountId, by: &Instance, amount: Balance) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(stash)?;
		let serves = provider.status == Status::Serving;
		ensure!(serves, Error::<T>::from(Ineligible::OperatorMissing));
		ensure!(amount > 0, Error::<T>::from(BondFault::ZeroAmount));
		ensure!(!Held::<T>::contains_key(stash, by), Error::<T>::AlreadyHeld);
		ensure!(provider.bond.free() >= amount, Error::<T>::from(BondFault::NotCovered));
		// It can't saturate: locked stays within the bond.
		provider.bond.locked.saturating_accrue(amount);
		Held::<T>::insert(stash, by, amount);
		Providers::<T>::insert(stash, provider);
		Ok(())
	}

	fn unhold(stash: &AccountId, by: &Instance) -> Balance {
		let Some(amount) = Held::<T>::take(stash, by) else { return 0 };
		Providers::<T>::mutate(stash, |entry| match entry {
			Some(provider) => Self::unlock(provider, amount),
			None => {
				defensive!("a hold of a provider that is gone, though it keeps it registered");
			},
		});
		amount
	}

	fn forfeit(
		stash: &AccountId,
		by: &Instance,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let held = Self::held(stash, by);
		let amount = amount.min(held);
		let Some(mut provider) = Providers::<T>::get(stash).filter(|_| amount > 0) else {
			return Collected::default();
		};
		let left = held.saturating_sub(amount);
		Held::<T>::mutate_exists(stash, by, |held| *held = Some(left).filter(|left| *left > 0));
		// What is at risk is locked, so it is taken out of what is, and of nothing else.
		let due = provider.bond.slash(amount);
		Self::collect(stash, provider, due, shares)
	}
}
