//! What the runtime API reads.

use crate::{Config, Offer, Offers, Orders, Pallet};
use assay_primitives::{
	api::{MAX_PAGE, OfferView, Page},
	order::{OrderId, OrderRecord},
	request::OfferId,
};

impl<T: Config> Pallet<T> {
	/// Offers in no particular order, expired ones included, from after a number on, at most `limit` and
	/// at most [`MAX_PAGE`].
	pub fn offers(after: Option<OfferId>, limit: u32) -> Page<OfferView, OfferId> {
		let all = match after {
			Some(id) => Offers::<T>::iter_from(Offers::<T>::hashed_key_for(id)),
			None => Offers::<T>::iter(),
		};
		let shown = |(id, offer): (OfferId, Offer)| {
			let Offer { provider, terms, .. } = offer;
			(id, Some(OfferView { id, provider, terms }))
		};
		Page::of(all.map(shown), limit.min(MAX_PAGE))
	}

	/// What the chain remembers of an order.
	pub fn order(id: &OrderId) -> Option<OrderRecord> {
		Orders::<T>::get(id)
	}
}
