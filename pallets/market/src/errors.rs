//! Why calls are refused.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod errors {
	#[pallet::error]
	pub enum Error<T> {
		/// The orders, or the request and the offers, make no deal. `why_not` lists every reason, and
		/// `quote` offers that serve a request.
		Refused(Reason<Refusal>),
		/// Nobody could be served by the offer or the order, whatever the request.
		Ineligible(Reason<Ineligible>),
		/// There is no offer with this number.
		OfferNotFound,
		/// The signer is neither a provider nor the operator of one.
		NotProvider,
		/// The signer may not change this offer.
		NotOfferOwner,
		/// The provider has as many offers as it may have. Withdraw one first.
		TooManyOffers,
		/// The offer can still be matched.
		OfferStillValid,
		/// The terms offer more gas than the provider declares.
		GasAboveCapacity,
		/// The terms offer more memory than the provider declares.
		MemoryAboveCapacity,
		/// The terms ask for more run time than any request may grant.
		RunTimeAboveMaximum,
		/// None of the orders has a record that may be removed.
		NothingToPrune,
		/// The order is authorised on chain already.
		AlreadyPresigned,
		/// The request names another sponsor, or none.
		NotSponsor,
		/// The sponsor has withdrawn its consent already.
		AlreadyWithdrawn,
		/// The order is closed already.
		AlreadyClosed,
		/// The offer has other terms than those that the call names by their hash, or another provider: it
		/// was changed since, or the call was signed for another fork of the chain.
		OfferMismatch,
	}
}
