//! What the runtime API reads.

use crate::{Config, Exposed, Operators, Pallet, Provider, Providers};
use assay_primitives::{
	AccountId, BlockNumber,
	api::{MAX_PAGE, Page},
	provider::ProviderView,
};

impl<T: Config> Pallet<T> {
	/// The provider with this stash, one that is leaving included.
	pub fn provider_view(stash: &AccountId) -> Option<ProviderView> {
		Providers::<T>::get(stash).map(|provider| provider.view(stash.clone()))
	}

	/// Providers in no particular order, from after one on, at most `limit` and at most [`MAX_PAGE`].
	pub fn providers(after: Option<AccountId>, limit: u32) -> Page<ProviderView, AccountId> {
		let all = match after {
			Some(stash) => Providers::<T>::iter_from(Providers::<T>::hashed_key_for(stash)),
			None => Providers::<T>::iter(),
		};
		let shown =
			|(stash, provider): (AccountId, Provider)| (stash.clone(), Some(provider.view(stash)));
		Page::of(all.map(shown), limit.min(MAX_PAGE))
	}

	/// The provider that `operator` has accepted to sign for.
	pub fn provider_of(operator: &AccountId) -> Option<AccountId> {
		Operators::<T>::get(operator)
	}

	/// Blocks of unpaid run time that a provider has taken on for a client; counted only where it has a
	/// limit.
	pub fn exposure(provider: &AccountId, client: &AccountId) -> BlockNumber {
		Exposed::<T>::get(provider, client)
	}
}
