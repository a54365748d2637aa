//! What the runtime API reads.

use crate::{Config, MAX_VIEWS, Operators, Pallet, Providers};
use alloc::vec::Vec;
use assay_primitives::{AccountId, provider::ProviderView};

impl<T: Config> Pallet<T> {
	/// The provider with this stash, one that is leaving included.
	pub fn provider_view(stash: &AccountId) -> Option<ProviderView> {
		Providers::<T>::get(stash).map(|provider| provider.view(stash.clone()))
	}

	/// Providers in no particular order, at most `limit` and at most [`MAX_VIEWS`].
	pub fn providers(limit: u32) -> Vec<ProviderView> {
		Providers::<T>::iter()
			.take(limit.min(MAX_VIEWS) as usize)
			.map(|(stash, provider)| provider.view(stash))
			.collect()
	}

	/// The provider that `operator` has accepted to sign for.
	pub fn provider_of(operator: &AccountId) -> Option<AccountId> {
		Operators::<T>::get(operator)
	}
}
