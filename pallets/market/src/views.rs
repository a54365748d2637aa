//! What the runtime API reads.

use crate::{
	Assets, Config, MAX_VIEWS, Members, Offer, Offers, Orders, Pallet, Publishers as PublishersOf,
};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId,
	api::OfferView,
	order::{Asset, AssetId, GroupId, OrderId, OrderRecord, Publisher},
	request::OfferId,
};

impl<T: Config> Pallet<T> {
	/// Offers from number `from` on in the order of their numbers, expired ones included, at most
	/// `limit` and at most [`MAX_VIEWS`].
	pub fn offers(from: OfferId, limit: u32) -> Vec<OfferView> {
		// Numbers of removed offers may leave gaps of any length, so they are not counted through.
		let mut offers: Vec<_> = Offers::<T>::iter().filter(|(id, _)| *id >= from).collect();
		offers.sort_unstable_by_key(|(id, _)| *id);
		offers.truncate(limit.min(MAX_VIEWS) as usize);
		offers
			.into_iter()
			.map(|(id, Offer { provider, terms, .. })| OfferView { id, provider, terms })
			.collect()
	}

	/// What the chain remembers of an order.
	pub fn order(id: &OrderId) -> Option<OrderRecord> {
		Orders::<T>::get(id)
	}

	/// A registered app or dataset.
	pub fn asset(id: AssetId) -> Option<Asset> {
		Assets::<T>::get(id)
	}

	/// Apps and datasets from number `from` on in the order of their numbers, at most `limit` and at
	/// most [`MAX_VIEWS`].
	pub fn assets(from: AssetId, limit: u32) -> Vec<(AssetId, Asset)> {
		// Numbers of removed assets may leave gaps of any length, so they are not counted through.
		let mut assets: Vec<_> = Assets::<T>::iter().filter(|(id, _)| *id >= from).collect();
		assets.sort_unstable_by_key(|(id, _)| *id);
		assets.truncate(limit.min(MAX_VIEWS) as usize);
		assets
	}

	/// A publisher's bond.
	pub fn publisher(owner: &AccountId) -> Option<Publisher> {
		PublishersOf::<T>::get(owner)
	}

	/// Whether an account is a member of a group.
	pub fn is_member(group: GroupId, account: &AccountId) -> bool {
		Members::<T>::contains_key(group, account)
	}
}
