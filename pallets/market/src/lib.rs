//! Orders, and their matching into deals.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]; [`Pallet::quote`] and [`Pallet::offers`] serve
//! the runtime API.
//!
//! ## Overview
//!
//! Providers let offers rest on chain: at what price, up to what size and until when they work. A
//! client who wants something computed asks any node for a *quote*, which tells for every offer
//! whether it serves the request, and if not every reason why. It then submits the request together
//! with the offers that it chose. The chain checks each of them and opens a deal, in which the
//! replicas are drawn at random among the providers of these offers.
//!
//! All parties may as well sign *orders* off chain, and anybody may submit those that fit: a request,
//! up to 32 resources, and the orders of the app and the dataset that the request names.
//!
//! ### Terminology
//!
//! * **Offer**: terms of a provider, valid for any number of matches until it expires.
//! * **Request**: what is to be run, how it is verified, and the highest prices.
//! * **Ineligible**: why an offer does not serve a request.
//! * **Order**: what a party signs off chain, for a number of tasks and until a block.
//! * **Solver**: whoever submits orders of others, perhaps for a tip.
//!
//! ### Lifecycle
//!
//! | state | entered by | left by |
//! |---|---|---|
//! | resting | `place_offer` | `withdraw_offer`; expiry |
//! | expired | its last block going by, or its provider leaving | `update_offer`, `withdraw_offer`, `prune_offer` by anyone |
//!
//! A match copies the terms into the deal. What happens to the offer afterwards does not touch it.
//!
//! Signed orders:
//!
//! | state | entered by | left by |
//! |---|---|---|
//! | unknown to the chain | the owner's signature | `match_orders`, `presign`, `close_order` |
//! | recorded: presigned, partly consumed | `presign`, `match_orders` | further matches, `close_order` |
//! | consumed or closed | the last match, `close_order` | `prune_orders` after its last block |
//!
//! ## Low Level / Implementation Details
//!
//! * The chain never searches: a match is as expensive as the number of offers named in it.
//! * All money, stakes and capacity are moved by the ledger behind [`Chain::DealBook`]; the only
//!   money that this pallet touches are deposits.
//! * Offers are numbered in order, so on another fork a number may be another's. Whoever
//!   changes one names the hash of what it is, and is refused for another.
//! * A match is checked in the order of [`Refusal`](assay_primitives::order::Refusal) and refused with the
//!   first that applies; [`Pallet::why_not`] runs the same checks to their end.
//! * What was used of an order is remembered until its last block, at most
//!   [`Config::MaxOrderLife`] from the match, on a deposit of whoever first brought it on chain.
//! * Whoever places an offer pays a deposit for its storage, and a provider may have
//!   [`Config::MaxOffersPerProvider`] offers, so that filling the book takes bonds.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use assay_primitives::order::MAX_PRUNED;
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{Chosen, MAX_INELIGIBLE, Named, Offer, Prunable};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod config;
mod dispatchable_impls;
mod errors;
mod events;
mod examine;
mod match_orders;
mod matching;
#[cfg(test)]
mod mock;
mod orders;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
mod weigh;
pub mod weights;

use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	eligibility::Chain,
	judges::{self, MAX_MEDIATORS, Mediators},
	order::{
		AnyOrder, Authorization, Kind, Match, OrderId, OrderRecord, Refusal, RequestOrder, Resource,
	},
	policy::MAX_CANDIDATES,
	request::{Ineligible, OfferId, Request, Terms},
	task::DealId,
};
use assay_shared::reasons::Reason;
use polkadot_sdk::{
	frame_support::{self, pallet_macros::import_section},
	frame_system, sp_runtime,
};

/// The ledger.
pub(crate) type DealBookOf<T> = <<T as Config>::Chain as Chain>::DealBook;
/// What providers can do.
pub(crate) type CapacityOf<T> = <<T as Config>::Chain as Chain>::Capacity;

assay_shared::nest! { Refused(Refusal), Ineligible(Ineligible) }

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_runtime::Permill;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Offers. Paid for by the deposit; removed by `withdraw_offer` or `prune_offer`.
	// Twox64: the numbers are our own.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Twox64Concat, OfferId, Offer>;

	/// Number of the next offer. Numbers are never used again.
	#[pallet::storage]
	pub type NextOfferId<T: Config> = StorageValue<_, OfferId, ValueQuery>;

	/// Numbers of the offers of each provider that has any, in order. Paid for by their deposits, removed
	/// with the last one.
	// Blake2: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type OffersOf<T: Config> = StorageMap<
		_,
		Blake2_128Concat,
		AccountId,
		BoundedVec<OfferId, T::MaxOffersPerProvider>,
		ValueQuery,
	>;

	/// What was used of orders. Paid for by whoever brought an order on chain first, removed by
	/// `prune_orders` after its last block.
	// Blake2: an order's owner chooses its hash, as far as hashing allows.
	#[pallet::storage]
	pub type Orders<T: Config> = StorageMap<_, Blake2_128Concat, OrderId, OrderRecord>;

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for an offer, from `place_offer`.
		#[codec(index = 0)]
		OfferDeposit,
		/// Deposit for the record of an order.
		#[codec(index = 1)]
		OrderDeposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxOffersPerProvider::get() > 0, "nobody could offer anything");
			T::Chain::check_constants();
			assert!(T::MaxOrderLife::get() > 0, "no order could be matched");
			assert!(T::MaxTasks::get() > 0, "no order could be matched");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Lets an offer rest on chain.
		///
		/// ## Dispatch Origin
		///
		/// Signed by a provider's stash or operator, who pays the deposit.
		///
		/// ## Details
		///
		/// Whether the free bond covers a stake and a slot is free is not checked here but at each
		/// match, for both change with every task. `mediators` are whom the provider lets judge: an offer
		/// that does not let the public pool serves only requests that name mediators of it.
		///
		/// ## Errors
		///
		/// * [`Error::NotProvider`], [`Error::TooManyOffers`], or too little money.
		/// * [`Ineligible::OfferExpired`], [`Ineligible::ProfileNotServed`], [`Error::GasAboveCapacity`],
		///   [`Error::MemoryAboveCapacity`], [`Error::RunTimeAboveMaximum`],
		///   [`Refusal::PriceTooLarge`], [`Refusal::NoCommonMediator`]: nobody could ever match the terms.
		///
		/// ## Events
		///
		/// [`Event::OfferPlaced`].
		#[pallet::call_index(0)]
		pub fn place_offer(
			origin: OriginFor<T>,
			terms: Terms,
			mediators: Mediators,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_place_offer(signer, terms, mediators)
		}

		/// Replaces the terms of an offer, expired or not, and whom it lets judge.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the present operator of its provider.
		///
		/// ## Details
		///
		/// `terms_hash` is that of the terms that are replaced.
		///
		/// ## Errors
		///
		/// [`Error::OfferNotFound`], [`Error::NotOfferOwner`], [`Error::OfferMismatch`],
		/// [`Ineligible::ProviderNotFound`], and the errors of terms as in `place_offer`.
		///
		/// ## Events
		///
		/// [`Event::OfferUpdated`].
		#[pallet::call_index(1)]
		pub fn update_offer(
			origin: OriginFor<T>,
			#[pallet::compact] offer: OfferId,
			terms_hash: Hash,
			terms: Terms,
			mediators: Mediators,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_update_offer(signer, offer, terms_hash, terms, mediators)
		}

		/// Takes an offer back and returns its deposit.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the present operator of its provider, or by whoever paid the
		/// deposit.
		///
		/// ## Details
		///
		/// Deals that were opened from the offer are not affected: a match can't be cancelled.
		/// `terms_hash` is that of the offer's terms.
		///
		/// ## Errors
		///
		/// [`Error::OfferNotFound`], [`Error::NotOfferOwner`], [`Error::OfferMismatch`].
		///
		/// ## Events
		///
		/// [`Event::OfferWithdrawn`].
		#[pallet::call_index(2)]
		pub fn withdraw_offer(
			origin: OriginFor<T>,
			#[pallet::compact] offer: OfferId,
			terms_hash: Hash,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_withdraw_offer(signer, offer, terms_hash)
		}

		/// Removes an offer that is past its last block, or whose provider has left or is leaving.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// The deposit goes back to whoever paid it.
		///
		/// ## Errors
		///
		/// [`Error::OfferNotFound`], [`Error::OfferStillValid`].
		///
		/// ## Events
		///
		/// [`Event::OfferPruned`].
		#[pallet::call_index(3)]
		pub fn prune_offer(
			origin: OriginFor<T>,
			#[pallet::compact] offer: OfferId,
		) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune_offer(offer)
		}

		/// Matches a request with offers and opens a deal.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the client, who pays.
		///
		/// ## Details
		///
		/// Each provider of the named offers becomes a candidate, at the price of its offer and
		/// with its free bond as weight. All of them have to serve the request: one that does not
		/// refuses the call, for the first reason that `quote` gives. The public pool judges.
		///
		/// ## Parameters
		///
		/// * `offers`: at least as many as the policy's first wave, of different providers, which are
		///   named beside.
		///
		/// ## Errors
		///
		/// * [`Error::Refused`]: the request is impossible, there are too few candidates, or one of them
		///   does not serve it; the first that applies, in the order of [`Refusal`] and of [`Ineligible`].
		/// * [`Error::OfferMismatch`]: an offer is another provider's.
		/// * Whatever the ledger refuses, too little money above all.
		///
		/// ## Events
		///
		/// [`Event::RequestMatched`].
		#[pallet::call_index(4)]
		#[pallet::weight(
			weigh::of_submission::<T>(offers.len() as u32)
				.saturating_add(Pallet::<T>::hashing(request))
		)]
		pub fn submit(
			origin: OriginFor<T>,
			request: Box<Request>,
			offers: BoundedVec<(OfferId, AccountId), ConstU32<MAX_CANDIDATES>>,
		) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_submit(client, *request, offers)
		}

		/// Authorises an order on chain, so that it can be matched without a signature.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the order's owner, or by anyone with the owner's signature over the order. The
		/// signer pays the deposit, which comes back with `prune_orders`.
		///
		/// ## Details
		///
		/// The owner is the client, the stash of a provider or its operator, or who owns the asset. The
		/// authorisation counts as long as that account is the owner.
		///
		/// ## Errors
		///
		/// Of the kind of order, as in `match_orders`: expired, valid for too long, closed, the
		/// signature malformed or not the owner's, the asset not found.
		/// [`Error::AlreadyPresigned`].
		///
		/// ## Events
		///
		/// [`Event::OrderPresigned`].
		#[pallet::call_index(5)]
		#[pallet::weight(
			<T as Config>::WeightInfo::presign().saturating_add(Pallet::<T>::hashing(order))
		)]
		pub fn presign(
			origin: OriginFor<T>,
			order: AnyOrder,
			authorization: Authorization,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_presign(signer, order, authorization)
		}

		/// Closes an order for good, used or not, before or after it was first seen on chain.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the order's owner, or by anyone with the owner's signature over the text of its
		/// closing. For resources the stash, its operator and the account that the order names as its
		/// signer may all close. The signer pays the deposit if there is no record yet.
		///
		/// ## Errors
		///
		/// The signature malformed or not the owner's, as in `match_orders`;
		/// [`Error::AlreadyClosed`], [`NotFound`](assay_primitives::order::AssetFault::NotFound).
		///
		/// ## Events
		///
		/// [`Event::OrderClosed`].
		#[pallet::call_index(6)]
		#[pallet::weight(
			<T as Config>::WeightInfo::close_order().saturating_add(Pallet::<T>::hashing(order))
		)]
		pub fn close_order(
			origin: OriginFor<T>,
			order: AnyOrder,
			authorization: Authorization,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_close_order(signer, order, authorization)
		}

		/// Removes the records of orders that are past their last block, and returns their deposits.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Details
		///
		/// Orders without a record, and those that can still be matched, are passed over.
		///
		/// ## Errors
		///
		/// [`Error::NothingToPrune`].
		///
		/// ## Events
		///
		/// [`Event::OrdersPruned`].
		#[pallet::call_index(7)]
		#[pallet::weight(<T as Config>::WeightInfo::prune_orders(orders.len() as u32))]
		pub fn prune_orders(origin: OriginFor<T>, orders: Prunable) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_prune_orders(orders)
		}

		/// Matches signed orders and opens a deal.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who gets the request's tip and pays the deposits for orders that are new
		/// to the chain.
		///
		/// ## Details
		///
		/// Prices are those of the sellers, the request has ceilings. The deal has as many tasks as
		/// are left of every order. Nothing is kept of a refused match.
		///
		/// The public pool judges where all parties let it: client, owners of app and dataset, and
		/// providers. Where it does not, those judge whom all of them have named, at least three.
		///
		/// ## Errors
		///
		/// The first that applies, in the order of [`Refusal`](assay_primitives::order::Refusal); then
		/// whatever the ledger refuses, too little money of the payer above all.
		///
		/// ## Events
		///
		/// [`Event::OrdersMatched`], [`Event::MediatorsNamed`].
		#[pallet::call_index(8)]
		#[pallet::weight(
			weigh::of_match::<T>(orders).saturating_add(Pallet::<T>::hashing(&orders.request.order))
		)]
		pub fn match_orders(origin: OriginFor<T>, orders: Box<Match>) -> DispatchResult {
			let solver = ensure_signed(origin)?;
			Self::do_match_orders(solver, &orders)
		}

		/// Has a sponsor pay for no more of a request. What is matched already it pays.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the sponsor that the request names, who pays the deposit if there is no record of the
		/// request yet.
		///
		/// ## Errors
		///
		/// [`Error::NotSponsor`], [`Error::AlreadyWithdrawn`].
		///
		/// ## Events
		///
		/// [`Event::SponsorshipWithdrawn`].
		#[pallet::call_index(9)]
		#[pallet::weight(
			weigh::of_withdrawal::<T>().saturating_add(Pallet::<T>::hashing(request))
		)]
		pub fn withdraw_sponsorship(
			origin: OriginFor<T>,
			request: Box<RequestOrder>,
		) -> DispatchResult {
			let sponsor = ensure_signed(origin)?;
			Self::do_withdraw_sponsorship(sponsor, &request)
		}
	}
}
