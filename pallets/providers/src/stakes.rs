//! What other pallets ask of providers: bonds, capacity and conduct.

use crate::{
	Config, Error, Event, Operators, Pallet, Provider, ProviderBonds, Providers, Status,
	types::Falls,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	bond::BondFault,
	money::most_of_falls,
	profile::ProfileId,
	provider::{Capacity as Declared, Conduct},
	request::Ineligible,
	task::DealId,
	traits::{Capacity, Collected, Reputations, Stakes},
};
use pallet_bonds::{Bonds, Party};
use polkadot_sdk::{
	frame_support::{defensive, ensure, traits::Get},
	sp_runtime::{DispatchResult, Saturating, traits::BlockNumberProvider},
};

impl<T: Config> Stakes for Pallet<T> {
	fn free(provider: &AccountId) -> Balance {
		Providers::<T>::get(provider).map_or(0, |provider| provider.bond.free())
	}

	fn work(provider: &AccountId) -> Vec<(DealId, u16)> {
		Providers::<T>::get(provider).map_or_else(Vec::new, |provider| provider.work.into_inner())
	}

	fn lock(stash: &AccountId, deal: DealId, amount: Balance) -> DispatchResult {
		Providers::<T>::try_mutate(stash, |entry| {
			let provider = entry.as_mut().ok_or(Error::<T>::from(BondFault::NotRegistered))?;
			ensure!(!provider.is_leaving(), Error::<T>::from(BondFault::Leaving));
			// Nobody could sign for it, so it could only be silent.
			ensure!(
				provider.status == Status::Serving,
				Error::<T>::from(Ineligible::OperatorMissing)
			);
			ensure!(provider.free_slots() > 0, Error::<T>::from(Ineligible::NoFreeSlot));
			let covered = provider.bond.free() >= amount;
			ensure!(covered, Error::<T>::from(BondFault::NotCovered));
			// It can't saturate: locked stays within the bond.
			provider.bond.locked.saturating_accrue(amount);
			provider.take_slot(deal).map_err(|()| Error::<T>::from(Ineligible::NoFreeSlot).into())
		})
	}

	fn release(stash: &AccountId, deal: DealId, amount: Balance) {
		Providers::<T>::mutate(stash, |entry| {
			let Some(provider) = entry else {
				defensive!(
					"release for a provider that is gone, though a slot keeps it registered"
				);
				return;
			};
			Self::unlock(provider, amount);
			Self::free_slot(provider, deal);
		});
	}

	fn allow(stash: &AccountId, stake: Balance, wanted: Balance) -> Balance {
		let now = T::BlockNumberProvider::current_block_number();
		Providers::<T>::mutate(stash, |entry| {
			let Some(provider) = entry else { return 0 };
			let recent = |falls: &Falls| now < falls.since.saturating_add(T::FallPeriod::get());
			let falls = provider.falls.filter(recent).unwrap_or(Falls { since: now, paid: 0 });
			let most = most_of_falls(stake, provider.bond.held);
			let given = wanted.min(most.saturating_sub(falls.paid));
			if given > 0 {
				let paid = falls.paid.saturating_add(given);
				provider.falls = Some(Falls { paid, ..falls });
			}
			given
		})
	}

	fn slash(
		stash: &AccountId,
		deal: DealId,
		amount: Balance,
		released: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let Some(mut provider) = Providers::<T>::get(stash) else {
			defensive!("slash of a provider that is gone, though a stake keeps it registered");
			return Collected::default();
		};
		let due = provider.bond.slash(amount);
		Self::unlock(&mut provider, released);
		Self::free_slot(&mut provider, deal);
		Self::collect(stash, provider, due, shares)
	}
}

impl<T: Config> Capacity for Pallet<T> {
	fn provider_of(operator: &AccountId) -> Option<AccountId> {
		Operators::<T>::get(operator)
	}

	/// Only an operator that has accepted counts.
	fn operator_of(provider: &AccountId) -> Option<AccountId> {
		Providers::<T>::get(provider)
			.filter(|provider| provider.status == Status::Serving)
			.map(|provider| provider.declaration.operator)
	}

	/// Nothing for a provider that is leaving.
	fn declared(provider: &AccountId) -> Option<Declared> {
		Providers::<T>::get(provider)
			.filter(|provider| !provider.is_leaving())
			.map(|provider| provider.declaration.capacity)
	}

	fn serves(provider: &AccountId, profile: &ProfileId) -> bool {
		Providers::<T>::get(provider)
			.filter(|provider| !provider.is_leaving())
			.is_some_and(|provider| provider.declaration.profiles.contains(profile))
	}

	fn free_slots(provider: &AccountId) -> u16 {
		Providers::<T>::get(provider).map_or(0, |provider| provider.free_slots())
	}
}

impl<T: Config> Reputations for Pallet<T> {
	fn score(provider: &AccountId) -> u32 {
		Providers::<T>::get(provider).map_or(0, |provider| provider.reputation.score)
	}

	fn note(provider: &AccountId, conduct: Conduct) {
		Providers::<T>::mutate(provider, |entry| {
			if let Some(provider) = entry {
				provider.reputation = provider.reputation.after(conduct);
			}
		});
	}
}

impl<T: Config> Pallet<T> {
	/// Pays and burns what a slash took off the record of a provider, and stores that.
	pub(crate) fn collect(
		stash: &AccountId,
		provider: Provider,
		due: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let (paid, burnt) =
			ProviderBonds::<T>::collect(stash, due, shares, |beneficiary, amount| {
				let (provider, beneficiary) = (stash.clone(), beneficiary.clone());
				Self::deposit_event(Event::SlashShared { provider, beneficiary, amount });
			});
		Providers::<T>::insert(stash, provider);
		if due > 0 {
			Self::deposit_event(Event::Slashed { provider: stash.clone(), amount: due, burnt });
		}
		Collected { amount: due, paid }
	}

	pub(crate) fn unlock(provider: &mut Provider, amount: Balance) {
		if amount > provider.bond.locked {
			defensive!("release of more than is locked");
		}
		provider.bond.locked.saturating_reduce(amount);
	}

	fn free_slot(provider: &mut Provider, deal: DealId) {
		if !provider.free_slot(deal) {
			defensive!("release of a slot that is not in use");
		}
	}
}
