//! What the runtime API and other pallets read.

use crate::{Assets, Config, Pallet, Publishers as PublishersOf};
use assay_primitives::{
	AccountId, Balance,
	api::{MAX_PAGE, Page},
	order::{Asset, AssetId, Publisher},
	traits::Register,
};
use polkadot_sdk::frame_support::traits::Get;

impl<T: Config> Pallet<T> {
	/// Apps and datasets in no particular order, from after a number on, at most `limit` and at most
	/// [`MAX_PAGE`].
	pub fn assets(after: Option<AssetId>, limit: u32) -> Page<(AssetId, Asset), AssetId> {
		let all = match after {
			Some(id) => Assets::<T>::iter_from(Assets::<T>::hashed_key_for(id)),
			None => Assets::<T>::iter(),
		};
		Page::of(all.map(|(id, asset)| (id, Some((id, asset)))), limit.min(MAX_PAGE))
	}

	/// A publisher's bond.
	pub fn publisher(owner: &AccountId) -> Option<Publisher> {
		PublishersOf::<T>::get(owner)
	}
}

impl<T: Config> Register for Pallet<T> {
	fn asset(id: AssetId) -> Option<Asset> {
		Assets::<T>::get(id)
	}

	fn is_bonded(owner: &AccountId, least: Balance) -> bool {
		let bond = PublishersOf::<T>::get(owner).map_or(0, |publisher| publisher.bond.staying());
		bond >= least.max(T::MinPublisherBond::get())
	}
}
