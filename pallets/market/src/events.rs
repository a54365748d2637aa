//! What the pallet tells about itself.

use polkadot_sdk::frame_support::pallet_macros::pallet_section;

#[pallet_section]
mod events {
	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// An offer rests on chain.
		OfferPlaced {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
			/// What is offered.
			terms: Terms,
			/// Whom its provider lets judge.
			mediators: Mediators,
		},
		/// The terms of an offer changed. Deals that were opened keep theirs.
		OfferUpdated {
			/// Its number.
			offer: OfferId,
			/// Terms until now.
			old: Terms,
			/// Terms from now on.
			new: Terms,
			/// Whom its provider lets judge from now on.
			mediators: Mediators,
		},
		/// An offer was taken back and its deposit returned.
		OfferWithdrawn {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
		},
		/// An offer that could not be matched any more was removed and its deposit returned.
		OfferPruned {
			/// Its number.
			offer: OfferId,
			/// Stash of the provider.
			provider: AccountId,
		},
		/// A request became a deal.
		RequestMatched {
			/// The deal.
			deal: DealId,
			/// Who buys.
			client: AccountId,
			/// The offers that it was matched with.
			offers: Named,
		},
		/// Orders became a deal.
		OrdersMatched {
			/// The deal.
			deal: DealId,
			/// Who buys.
			client: AccountId,
			/// Who pays.
			payer: AccountId,
			/// Who submitted them.
			solver: AccountId,
			/// Number of tasks, consumed of each order.
			tasks: u32,
			/// The orders: the request, that of the app, that of the dataset, those of resources.
			orders: Vec<OrderId>,
		},
		/// Orders became a deal that the public pool does not judge.
		MediatorsNamed {
			/// The deal.
			deal: DealId,
			/// Who judges, whom all parties have named.
			mediators: judges::Named,
			/// Whether they are enough for a verdict to be appealed.
			appealable: bool,
		},
		/// A sponsor pays for no more of a request.
		SponsorshipWithdrawn {
			/// The request.
			order: OrderId,
			/// Who paid until now.
			sponsor: AccountId,
		},
		/// An order was authorised on chain.
		OrderPresigned {
			/// The order.
			order: OrderId,
			/// What it is about.
			kind: Kind,
			/// By whom.
			owner: AccountId,
		},
		/// An order was closed: nothing more is matched from it.
		OrderClosed {
			/// The order.
			order: OrderId,
			/// What it is about.
			kind: Kind,
			/// Tasks that had been matched.
			consumed: u32,
		},
		/// Records of orders that can't be matched any more were removed, their deposits returned.
		OrdersPruned {
			/// The orders.
			orders: Vec<OrderId>,
		},
	}
}
