//! What other pallets ask of providers: bonds, capacity and conduct.

use crate::{
	Chunk, Config, Error, Event, HoldReason, Operators, Pallet, Provider, Providers, Status,
	Unbonding,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId, Balance,
	profile::ProfileId,
	provider::{Capacity as Declared, Conduct},
	task::DealId,
	traits::{Capacity, Reputations, Stakes},
};
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		traits::{
			fungible::{InspectHold, MutateHold},
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	sp_runtime::{DispatchResult, Saturating},
};

impl<T: Config> Stakes for Pallet<T> {
	fn free(provider: &AccountId) -> Balance {
		Providers::<T>::get(provider).map_or(0, |provider| provider.free())
	}

	fn work(provider: &AccountId) -> Vec<(DealId, u16)> {
		Providers::<T>::get(provider).map_or_else(Vec::new, |provider| provider.work.into_inner())
	}

	fn lock(stash: &AccountId, deal: DealId, amount: Balance) -> DispatchResult {
		Providers::<T>::try_mutate(stash, |entry| {
			let provider = entry.as_mut().ok_or(Error::<T>::ProviderNotFound)?;
			ensure!(provider.is_registered(), Error::<T>::ProviderLeaving);
			// Nobody could sign for it, so it could only be silent.
			ensure!(provider.status == Status::Serving, Error::<T>::OperatorMissing);
			ensure!(provider.free_slots() > 0, Error::<T>::NoFreeSlot);
			ensure!(provider.free() >= amount, Error::<T>::BondTooSmall);
			// It can't saturate: locked stays within the bond.
			provider.locked.saturating_accrue(amount);
			provider.take_slot(deal).map_err(|()| Error::<T>::NoFreeSlot.into())
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

	fn slash(
		stash: &AccountId,
		deal: DealId,
		amount: Balance,
		released: Balance,
		shares: &[(AccountId, Balance)],
	) -> Balance {
		let Some(mut provider) = Providers::<T>::get(stash) else {
			defensive!("slash of a provider that is gone, though a stake keeps it registered");
			return 0;
		};
		let due = Self::take(stash, &mut provider, amount);
		Self::unlock(&mut provider, released);
		Self::free_slot(&mut provider, deal);
		let shared = Self::pay_shares(stash, due, shares);
		let burnt = Self::burn(stash, due.saturating_sub(shared));
		Providers::<T>::insert(stash, provider);
		if due > 0 {
			Self::deposit_event(Event::Slashed { provider: stash.clone(), amount: due, burnt });
		}
		due
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
			.filter(Provider::is_registered)
			.map(|provider| provider.declaration.capacity)
	}

	fn serves(provider: &AccountId, profile: &ProfileId) -> bool {
		Providers::<T>::get(provider)
			.filter(Provider::is_registered)
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
	/// Takes `amount` off the record, as far as there is any, and returns how much that is.
	///
	/// A stake is slashed out of what was locked for it. Only a slash for more than that goes on
	/// with what is unbonding and then with the free bond: a debt does not end at the lock.
	fn take(stash: &AccountId, provider: &mut Provider, amount: Balance) -> Balance {
		let due = amount.min(provider.bond);
		let from_locked = due.min(provider.locked);
		let from_unbonding = due.saturating_sub(from_locked).min(provider.unbonding);
		provider.bond.saturating_reduce(due);
		provider.locked.saturating_reduce(from_locked);
		if from_unbonding > 0 {
			provider.unbonding.saturating_reduce(from_unbonding);
			Self::take_unbonding(stash, from_unbonding);
		}
		due
	}

	/// Takes `amount` out of the chunks, the youngest first.
	fn take_unbonding(stash: &AccountId, mut amount: Balance) {
		Unbonding::<T>::mutate_exists(stash, |entry| {
			let Some(chunks) = entry.as_mut() else { return };
			while let Some(Chunk { amount: chunk, .. }) = chunks.last_mut() {
				let part = amount.min(*chunk);
				chunk.saturating_reduce(part);
				amount.saturating_reduce(part);
				if *chunk > 0 {
					break;
				}
				chunks.pop();
			}
			if chunks.is_empty() {
				*entry = None;
			}
		});
	}

	fn unlock(provider: &mut Provider, amount: Balance) {
		if amount > provider.locked {
			defensive!("release of more than is locked");
		}
		provider.locked.saturating_reduce(amount);
	}

	fn free_slot(provider: &mut Provider, deal: DealId) {
		if !provider.free_slot(deal) {
			defensive!("release of a slot that is not in use");
		}
	}

	/// Pays `shares` in their order out of the hold, `due` at most. Returns what was paid.
	fn pay_shares(stash: &AccountId, due: Balance, shares: &[(AccountId, Balance)]) -> Balance {
		let mut left = due;
		for (beneficiary, share) in shares {
			let amount = (*share).min(left);
			// A slash must not come back to the one who is slashed.
			if amount == 0 || beneficiary == stash {
				continue;
			}
			// Fails where the amount is below the existential deposit and the account does not exist.
			// It is burnt with the rest then, for a slash never fails.
			let Ok(paid) = T::Currency::transfer_on_hold(
				&HoldReason::Bond.into(),
				stash,
				beneficiary,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			) else {
				continue;
			};
			left = left.saturating_sub(paid);
			Self::deposit_event(Event::SlashShared {
				provider: stash.clone(),
				beneficiary: beneficiary.clone(),
				amount: paid,
			});
		}
		due.saturating_sub(left)
	}

	/// Burns `amount` of the hold. Returns what was burnt.
	fn burn(stash: &AccountId, amount: Balance) -> Balance {
		let reason = HoldReason::Bond.into();
		let held = T::Currency::balance_on_hold(&reason, stash);
		if held < amount {
			defensive!("less on hold than is recorded");
		}
		if amount == 0 {
			return 0;
		}
		T::Currency::burn_held(&reason, stash, amount, Precision::BestEffort, Fortitude::Force)
			.unwrap_or_else(|error| {
				defensive!("a hold can be burnt", error);
				0
			})
	}
}
