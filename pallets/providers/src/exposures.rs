//! How much unpaid work providers take on for one client.

use crate::{Config, Error, Event, Exposed, Pallet, Provider, ProviderBonds, Providers};
use assay_primitives::{AccountId, BlockNumber, request::Ineligible, traits::Exposures};
use pallet_bonds::Parties;
use polkadot_sdk::{
	frame_support::{defensive, ensure},
	sp_runtime::DispatchResult,
};

impl<T: Config> Exposures for Pallet<T> {
	fn room(provider: &AccountId, client: &AccountId) -> Option<BlockNumber> {
		let limit = Self::exposure_limit(provider)?;
		Some(limit.saturating_sub(Exposed::<T>::get(provider, client)))
	}

	fn begin(provider: &AccountId, client: &AccountId, blocks: BlockNumber) -> DispatchResult {
		let Some(limit) = Self::exposure_limit(provider) else { return Ok(()) };
		Exposed::<T>::try_mutate(provider, client, |open| {
			let sum = open.checked_add(blocks).filter(|sum| *sum <= limit);
			*open = sum.ok_or(Error::<T>::from(Ineligible::ClientLimitReached))?;
			Ok(())
		})
	}

	fn end(provider: &AccountId, client: &AccountId, blocks: BlockNumber) {
		if Self::exposure_limit(provider).is_none() {
			return;
		}
		Exposed::<T>::mutate_exists(provider, client, |open| {
			let left = open.unwrap_or_default().checked_sub(blocks);
			if left.is_none() {
				defensive!("more unpaid work ends than was begun");
			}
			*open = left.filter(|left| *left > 0);
		});
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_limit_exposure(
		stash: AccountId,
		limit: Option<BlockNumber>,
	) -> DispatchResult {
		let mut provider = ProviderBonds::<T>::staying(&stash)?;
		let counts = (provider.exposure_limit.is_some(), limit.is_some());
		// What is under way would never be counted, or never be forgotten.
		ensure!(counts.0 == counts.1 || provider.work.is_empty(), Error::<T>::SlotsInUse);
		provider.exposure_limit = limit;
		Providers::<T>::insert(&stash, provider);
		Self::deposit_event(Event::ExposureLimited { provider: stash, limit });
		Ok(())
	}

	fn exposure_limit(provider: &AccountId) -> Option<BlockNumber> {
		Providers::<T>::get(provider).and_then(|provider: Provider| provider.exposure_limit)
	}
}
