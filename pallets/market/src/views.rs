//! What the runtime API reads.

use crate::{Config, MAX_VIEWS, Offer, Offers, Pallet};
use alloc::vec::Vec;
use assay_primitives::{api::OfferView, request::OfferId};

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
}
