//! What the runtime API reads.

use crate::{Config, Offer, Offers, OffersOf, Orders, Pallet};
use alloc::vec::Vec;
use assay_primitives::{
	AccountId,
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
		let shown = all.map(|(id, offer)| (id, Some(Self::offer_view(id, offer))));
		Page::of(shown, limit.min(MAX_PAGE))
	}

	/// Offers of a provider, expired ones included, in the order of their numbers.
	pub fn offers_of_provider(provider: &AccountId) -> Vec<OfferView> {
		let own = OffersOf::<T>::get(provider).into_iter();
		own.filter_map(|id| Some(Self::offer_view(id, Offers::<T>::get(id)?))).collect()
	}

	fn offer_view(id: OfferId, offer: Offer) -> OfferView {
		let Offer { provider, terms, mediators, .. } = offer;
		OfferView { id, provider, terms, mediators }
	}

	/// What the chain remembers of an order.
	pub fn order(id: &OrderId) -> Option<OrderRecord> {
		Orders::<T>::get(id)
	}
}
