//! Resource offers and the matching of requests into deals.
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
//! ### Terminology
//!
//! * **Offer**: terms of a provider, valid for any number of matches until it expires.
//! * **Request**: what is to be run, how it is verified, and the highest prices.
//! * **Misfit**: the reason why an offer does not serve a request.
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
//! ## Low Level / Implementation Details
//!
//! * The chain never searches: a match is as expensive as the number of offers named in it.
//! * All money, stakes and capacity are moved by the ledger behind [`Config::DealBook`]; the only
//!   money that this pallet touches are the deposits of offers.
//! * Whoever places an offer pays a deposit for its storage, and a provider may have
//!   [`Config::MaxOffersPerProvider`] offers, so that filling the book takes bonds.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{MAX_MISFITS, MAX_VIEWS, Named, Offer};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod dispatchable_impls;
mod matching;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

use assay_primitives::{
	AccountId, Balance, BlockNumber,
	request::{OfferId, Request, Terms},
	task::DealId,
	traits::{Capacity, DealBook, Stakes},
};
use polkadot_sdk::{frame_support, frame_system, sp_runtime};

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::boxed::Box;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		/// Native token, in which deposits are held.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;

		/// The runtime's reasons for holds.
		type RuntimeHoldReason: From<HoldReason> + Parameter + Member;

		/// Clock for expiry.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;

		/// Ledger in which matches become deals.
		type DealBook: DealBook;

		/// What providers can do.
		type Capacity: Capacity;

		/// Bonds of providers.
		type Stakes: Stakes;

		/// Deposit for an offer.
		#[pallet::constant]
		type OfferDeposit: Get<Balance>;

		/// Most offers of one provider.
		#[pallet::constant]
		type MaxOffersPerProvider: Get<u32>;

		/// Highest weight that a candidate has in draws, in thousandths of a token of free bond.
		#[pallet::constant]
		type WeightCap: Get<u64>;

		/// Longest run time that a request may ask for, in blocks.
		#[pallet::constant]
		type MaxRunBlocks: Get<BlockNumber>;

		/// Time between two blocks, in milliseconds. Tells how much gas a run time is good for.
		#[pallet::constant]
		type BlockMillis: Get<u64>;

		/// Largest gas limit of a request.
		#[pallet::constant]
		type MaxGas: Get<u64>;

		/// Largest memory limit of a request, in pages of 64 KiB.
		#[pallet::constant]
		type MaxMemoryPages: Get<u32>;

		/// Largest output limit of a request, in bytes.
		#[pallet::constant]
		type MaxOutputBytes: Get<u64>;

		/// Measured weights of the calls.
		type WeightInfo: WeightInfo;

		/// Brings about what benchmarks need of the other pallets.
		#[cfg(feature = "runtime-benchmarks")]
		type BenchmarkHelper: BenchmarkHelper;
	}

	/// Offers. Paid for by the deposit; removed by `withdraw_offer` or `prune_offer`.
	// Twox64: the numbers are our own.
	#[pallet::storage]
	pub type Offers<T: Config> = StorageMap<_, Twox64Concat, OfferId, Offer>;

	/// Number of the next offer. Numbers are never used again.
	#[pallet::storage]
	pub type NextOfferId<T: Config> = StorageValue<_, OfferId, ValueQuery>;

	/// Offers of each provider that has any. Paid for by their deposits, removed with the last one.
	// Blake2: the account is chosen by whoever registers.
	#[pallet::storage]
	pub type OfferCount<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, u32, ValueQuery>;

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
		},
		/// The terms of an offer changed. Deals that were opened keep theirs.
		OfferUpdated {
			/// Its number.
			offer: OfferId,
			/// Terms until now.
			old: Terms,
			/// Terms from now on.
			new: Terms,
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
	}

	#[pallet::error]
	pub enum Error<T> {
		/// There is no offer with this number.
		OfferNotFound,
		/// The offer is past its last block. Name another one, or let its provider renew it.
		OfferExpired,
		/// The offer is for another profile than the request.
		ProfileMismatch,
		/// The base price of the offer is above the request's ceiling.
		BasePriceAboveCeiling,
		/// The gas price of the offer is above the request's ceiling.
		GasPriceAboveCeiling,
		/// The request's gas limit is above what the offer or its provider can do.
		GasAboveOffer,
		/// The request's memory limit is above what the offer or its provider can do.
		MemoryAboveOffer,
		/// The request grants less run time than the offer asks for, or than the provider needs for
		/// the gas limit at the speed that it declares.
		RunTimeBelowOffer,
		/// The provider lacks a tag that the request asks for.
		TagsMissing,
		/// Client and provider are the same party.
		SelfDeal,
		/// There is no such provider, or it is leaving.
		ProviderNotFound,
		/// All slots of the provider are in use.
		NoFreeSlot,
		/// The free bond of the provider does not cover the stake.
		BondTooSmall,
		/// Two offers of the same provider are named.
		DuplicateProvider,
		/// The provider does not declare the profile.
		ProfileNotServed,
		/// The provider has no operator key that has accepted.
		OperatorMissing,
		/// The signer is neither a provider nor the operator of one.
		NotProvider,
		/// The signer may not change this offer.
		NotOfferOwner,
		/// The provider has as many offers as it may have. Withdraw one first.
		TooManyOffers,
		/// The offer can still be matched.
		OfferStillValid,
		/// The last block of the terms has gone by already.
		TermsExpired,
		/// The terms offer more gas than the provider declares.
		GasAboveCapacity,
		/// The terms offer more memory than the provider declares.
		MemoryAboveCapacity,
		/// The terms ask for more run time than any request may grant.
		RunTimeAboveMaximum,
		/// The price of the largest task exceeds what amounts can express.
		PriceTooLarge,
		/// The last block of the request has gone by already.
		RequestExpired,
		/// The policy has no replicas, or requires none.
		NoReplicas,
		/// The policy has more replicas than a task may have.
		TooManyReplicas,
		/// The policy requires more equal digests than it has replicas.
		RequiredAboveReplicas,
		/// The policy requires no more than half of its replicas to agree.
		RequiredBelowMajority,
		/// The run time is zero, or longer than any task may run.
		RunTimeOutOfRange,
		/// The gas limit is zero, or higher than any task may use.
		GasLimitOutOfRange,
		/// The memory limit is zero, or higher than any task may use.
		MemoryLimitOutOfRange,
		/// The output limit is higher than any task may use.
		OutputLimitOutOfRange,
		/// Fewer offers are named than the policy's first wave has replicas.
		NotEnoughCandidates,
	}

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for an offer, from `place_offer`.
		#[codec(index = 0)]
		OfferDeposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			assert!(T::MaxOffersPerProvider::get() > 0, "nobody could offer anything");
			assert!(T::WeightCap::get() > 0, "draws need weights");
			assert!(T::MaxRunBlocks::get() > 0, "no request could be valid");
			assert!(T::BlockMillis::get() > 0, "nothing could be run in time");
			assert!(T::MaxGas::get() > 0, "no request could be valid");
			assert!(T::MaxMemoryPages::get() > 0, "no request could be valid");
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
		/// match, for both change with every task.
		///
		/// ## Errors
		///
		/// * [`Error::NotProvider`], [`Error::TooManyOffers`], or too little money.
		/// * [`Error::TermsExpired`], [`Error::ProfileNotServed`], [`Error::GasAboveCapacity`],
		///   [`Error::MemoryAboveCapacity`], [`Error::RunTimeAboveMaximum`],
		///   [`Error::PriceTooLarge`]: nobody could ever match the terms.
		///
		/// ## Events
		///
		/// [`Event::OfferPlaced`].
		#[pallet::call_index(0)]
		pub fn place_offer(origin: OriginFor<T>, terms: Terms) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_place_offer(signer, terms)
		}

		/// Replaces the terms of an offer, expired or not.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the stash or the present operator of its provider.
		///
		/// ## Errors
		///
		/// [`Error::OfferNotFound`], [`Error::NotOfferOwner`], [`Error::ProviderNotFound`], and the
		/// errors of terms as in `place_offer`.
		///
		/// ## Events
		///
		/// [`Event::OfferUpdated`].
		#[pallet::call_index(1)]
		pub fn update_offer(
			origin: OriginFor<T>,
			#[pallet::compact] offer: OfferId,
			terms: Terms,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_update_offer(signer, offer, terms)
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
		///
		/// ## Errors
		///
		/// [`Error::OfferNotFound`], [`Error::NotOfferOwner`].
		///
		/// ## Events
		///
		/// [`Event::OfferWithdrawn`].
		#[pallet::call_index(2)]
		pub fn withdraw_offer(
			origin: OriginFor<T>,
			#[pallet::compact] offer: OfferId,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_withdraw_offer(signer, offer)
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
		/// refuses the call, with an error of the name that `quote` gives to the reason.
		///
		/// ## Parameters
		///
		/// * `offers`: at least as many as the policy's first wave, of different providers.
		///
		/// ## Errors
		///
		/// * [`Error::RequestExpired`], [`Error::NoReplicas`], [`Error::TooManyReplicas`],
		///   [`Error::RequiredAboveReplicas`], [`Error::RequiredBelowMajority`],
		///   [`Error::RunTimeOutOfRange`], [`Error::GasLimitOutOfRange`],
		///   [`Error::MemoryLimitOutOfRange`], [`Error::OutputLimitOutOfRange`]: the request is
		///   impossible.
		/// * [`Error::NotEnoughCandidates`].
		/// * [`Error::OfferNotFound`] to [`Error::OperatorMissing`], in the order of
		///   [`Misfit`](assay_primitives::request::Misfit).
		/// * Whatever the ledger refuses, too little money above all.
		///
		/// ## Events
		///
		/// [`Event::RequestMatched`].
		#[pallet::call_index(4)]
		#[pallet::weight(<T as Config>::WeightInfo::submit(offers.len() as u32))]
		pub fn submit(
			origin: OriginFor<T>,
			request: Box<Request>,
			offers: Named,
		) -> DispatchResult {
			let client = ensure_signed(origin)?;
			Self::do_submit(client, *request, offers)
		}
	}
}
