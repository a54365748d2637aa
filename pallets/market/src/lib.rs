//! Orders, their matching into deals, and the register of apps and datasets.
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
//! up to 32 resources, and the orders of the app and the dataset that the request names. Publishers
//! register both with a bond that answers for them.
//!
//! ### Terminology
//!
//! * **Offer**: terms of a provider, valid for any number of matches until it expires.
//! * **Request**: what is to be run, how it is verified, and the highest prices.
//! * **Ineligible**: why an offer does not serve a request.
//! * **Order**: what a party signs off chain, for a number of tasks and until a block.
//! * **Solver**: whoever submits orders of others, perhaps for a tip.
//! * **Asset**: an app or a dataset, with an owner who is paid for its use.
//! * **Group**: accounts that restrictions of orders may name together.
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
//! * All money, stakes and capacity are moved by the ledger behind [`Config::DealBook`]; the only
//!   money that this pallet touches are deposits, and publishers' bonds.
//! * Offers and assets are numbered in order, so on another fork a number may be another's. Whoever
//!   changes one names the hash of what it is, and is refused for another.
//! * A match is checked in the order of [`Refusal`](assay_primitives::order::Refusal) and refused with the
//!   first that applies; [`Pallet::why_not`] runs the same checks to their end.
//! * What was used of an order is remembered until its last block, at most
//!   [`Config::MaxOrderLife`] from the match, on a deposit of whoever first brought it on chain.
//! * Signed orders travel among nodes as *statements*, which are no part of the state. How many of an
//!   account's a node stores is an allowance that the account buys with a deposit.
//! * Whoever places an offer pays a deposit for its storage, and a provider may have
//!   [`Config::MaxOffersPerProvider`] offers, so that filling the book takes bonds.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use assay_primitives::order::{MAX_MEMBERS_CHANGED, MAX_PRUNED};
#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use refusals::Reason;
pub use types::{Chosen, Group, MAX_INELIGIBLE, MembersChange, Named, Offer, Places, Prunable};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod board;
mod config;
mod dispatchable_impls;
mod errors;
mod events;
mod examine;
mod groups;
mod match_orders;
mod matching;
#[cfg(test)]
mod mock;
mod orders;
mod refusals;
mod registry;
#[cfg(test)]
mod tests;
#[cfg(any(test, feature = "try-runtime"))]
mod try_state;
mod types;
mod views;
pub mod weights;

use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	content::ContentRef,
	order::{
		AnyOrder, Asset, AssetId, AssetKind, AssetTerms, Authorization, GroupId, Kind, Match,
		OrderId, OrderRecord, Publisher, Refusal,
	},
	policy::MAX_CANDIDATES,
	profile::ProfileId,
	request::{Ineligible, OfferId, Request, Terms},
	task::DealId,
	traits::{Capacity, DealBook, Exposures, Stakes},
};
use polkadot_sdk::{
	frame_support::{self, pallet_macros::import_section},
	frame_system, sp_runtime,
};

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::{boxed::Box, vec::Vec};
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_runtime::{Permill, traits::BlockNumberProvider};

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

	/// Apps and datasets. Paid for by their owners' deposits, removed by `deregister_asset`.
	// Twox64: the numbers are our own.
	#[pallet::storage]
	pub type Assets<T: Config> = StorageMap<_, Twox64Concat, AssetId, Asset>;

	/// Number of the next asset. Numbers are never used again.
	#[pallet::storage]
	pub type NextAssetId<T: Config> = StorageValue<_, AssetId, ValueQuery>;

	/// Publishers, each with a bond of at least [`Config::MinPublisherBond`] unless it was slashed;
	/// removed when the bond is withdrawn.
	// Blake2: the account is chosen by whoever bonds.
	#[pallet::storage]
	pub type Publishers<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Publisher>;

	/// Groups. Paid for by their owners' deposits, removed by `dissolve_group`.
	// Twox64: the numbers are our own.
	#[pallet::storage]
	pub type Groups<T: Config> = StorageMap<_, Twox64Concat, GroupId, Group>;

	/// Number of the next group. Numbers are never used again.
	#[pallet::storage]
	pub type NextGroupId<T: Config> = StorageValue<_, GroupId, ValueQuery>;

	/// Members of groups, each with the deposit that the group's owner paid for it. Removed by
	/// `remove_members`.
	// Blake2: the account is chosen by the group's owner.
	#[pallet::storage]
	pub type Members<T: Config> =
		StorageDoubleMap<_, Twox64Concat, GroupId, Blake2_128Concat, AccountId, Balance>;

	/// Accounts with room on the nodes' board. Paid for by the deposit, removed when it is set to
	/// none. What nodes read is written beside it, under a key of their own.
	// Blake2: the account is chosen by whoever signs.
	#[pallet::storage]
	pub type BoardPlaces<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Places>;

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for an offer, from `place_offer`.
		#[codec(index = 0)]
		OfferDeposit,
		/// Deposit for the record of an order.
		#[codec(index = 1)]
		OrderDeposit,
		/// Publisher's bond.
		#[codec(index = 2)]
		PublisherBond,
		/// Deposit for a registered app or dataset.
		#[codec(index = 3)]
		AssetDeposit,
		/// Deposit for a group and its members.
		#[codec(index = 4)]
		GroupDeposit,
		/// Deposit for places on the nodes' board.
		#[codec(index = 5)]
		BoardDeposit,
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
		/// match, for both change with every task.
		///
		/// ## Errors
		///
		/// * [`Error::NotProvider`], [`Error::TooManyOffers`], or too little money.
		/// * [`Error::TermsExpired`], [`Ineligible::ProfileNotServed`], [`Error::GasAboveCapacity`],
		///   [`Error::MemoryAboveCapacity`], [`Error::RunTimeAboveMaximum`],
		///   [`Refusal::PriceTooLarge`]: nobody could ever match the terms.
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
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_update_offer(signer, offer, terms_hash, terms)
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
		/// refuses the call, for the first reason that `quote` gives.
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
		#[pallet::weight(<T as Config>::WeightInfo::submit(offers.len() as u32))]
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
		/// [`Error::AlreadyClosed`], [`Refusal::AppNotFound`], [`Refusal::DatasetNotFound`].
		///
		/// ## Events
		///
		/// [`Event::OrderClosed`].
		#[pallet::call_index(6)]
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
		/// ## Errors
		///
		/// The first that applies, in the order of [`Refusal`](assay_primitives::order::Refusal); then
		/// whatever the ledger refuses, too little money of the payer above all.
		///
		/// ## Events
		///
		/// [`Event::OrdersMatched`].
		#[pallet::call_index(8)]
		#[pallet::weight(<T as Config>::WeightInfo::match_orders(orders.resources.len() as u32))]
		pub fn match_orders(origin: OriginFor<T>, orders: Box<Match>) -> DispatchResult {
			let solver = ensure_signed(origin)?;
			Self::do_match_orders(solver, &orders)
		}

		/// Adds to the signer's publisher's bond, or begins one.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`Error::ZeroAmount`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::PublisherBonded`].
		#[pallet::call_index(9)]
		pub fn bond_publisher(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_bond_publisher(signer, amount)
		}

		/// Lets part of the signer's bond leave. It answers for [`Config::PublisherUnbonding`] more
		/// blocks, after which `withdraw_publisher_bond` returns it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the publisher.
		///
		/// ## Errors
		///
		/// [`Error::PublisherNotFound`], [`Error::ZeroAmount`], [`Error::BondLeavingAlready`], and
		/// [`Error::PublisherBondTooSmall`] where less than the least would remain for its assets.
		///
		/// ## Events
		///
		/// [`Event::PublisherUnbonded`].
		#[pallet::call_index(10)]
		pub fn unbond_publisher(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_unbond_publisher(signer, amount)
		}

		/// Returns what has left the signer's bond.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the publisher.
		///
		/// ## Errors
		///
		/// [`Error::PublisherNotFound`], [`Error::NothingToWithdraw`].
		///
		/// ## Events
		///
		/// [`Event::PublisherWithdrawn`].
		#[pallet::call_index(11)]
		pub fn withdraw_publisher_bond(origin: OriginFor<T>) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_withdraw_publisher_bond(signer)
		}

		/// Registers an app.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its publisher, who pays the deposit and needs a bond.
		///
		/// ## Parameters
		///
		/// * `content`: the module. It can't be changed later.
		/// * `tags`: what providers must have, and what the program itself supports.
		/// * `terms`: for whoever uses it without an order; `None` where it takes one.
		///
		/// ## Errors
		///
		/// [`Error::PublisherNotFound`], [`Error::PublisherBondTooSmall`],
		/// [`Error::ContentOutOfRange`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::AssetRegistered`].
		#[pallet::call_index(12)]
		pub fn register_app(
			origin: OriginFor<T>,
			content: ContentRef,
			profile: ProfileId,
			tags: u32,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_register_asset(signer, AssetKind::App(profile), content, tags, terms)
		}

		/// Registers a dataset, which requests name as the input of their tasks.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its publisher, who pays the deposit and needs a bond.
		///
		/// ## Errors
		///
		/// As in `register_app`.
		///
		/// ## Events
		///
		/// [`Event::AssetRegistered`].
		#[pallet::call_index(13)]
		pub fn register_dataset(
			origin: OriginFor<T>,
			content: ContentRef,
			tags: u32,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_register_asset(signer, AssetKind::Dataset, content, tags, terms)
		}

		/// Replaces the terms at which an asset may be used without an order.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner.
		///
		/// ## Details
		///
		/// Orders that were signed keep their own terms until they are closed.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotAssetOwner`].
		///
		/// ## Events
		///
		/// [`Event::AssetTermsChanged`].
		#[pallet::call_index(14)]
		pub fn set_asset_terms(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_set_asset_terms(signer, asset, asset_hash, terms)
		}

		/// Offers an asset to another account, or takes the offer back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner, who stays that until the other calls `accept_asset`.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotAssetOwner`], [`Error::AlreadyOwner`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetOffered`].
		#[pallet::call_index(15)]
		pub fn offer_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
			heir: Option<AccountId>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_offer_asset(signer, asset, asset_hash, heir)
		}

		/// Takes over an asset that was offered to the signer.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whom it was offered to, who needs a publisher's bond and takes over the deposit.
		///
		/// ## Details
		///
		/// Orders of the former owner are void from now on. Deals that were opened still pay the
		/// former owner, and its bond answers for them.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotHeir`], [`Error::AssetBanned`],
		/// [`Error::PublisherNotFound`], [`Error::PublisherBondTooSmall`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::AssetTransferred`].
		#[pallet::call_index(16)]
		pub fn accept_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_accept_asset(signer, asset, asset_hash)
		}

		/// Keeps an asset from being used in new deals.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner; or [`Config::AdminOrigin`], which alone may resume it then.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotAssetOwner`], [`Error::AssetSuspended`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetSuspended`].
		#[pallet::call_index(17)]
		pub fn suspend_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
		) -> DispatchResult {
			let signer = Self::owner_or_admin(origin)?;
			Self::do_suspend_asset(signer, asset, asset_hash)
		}

		/// Lets an asset be used again.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner; or [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotAssetOwner`], [`Error::AssetActive`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetResumed`].
		#[pallet::call_index(18)]
		pub fn resume_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
		) -> DispatchResult {
			let signer = Self::owner_or_admin(origin)?;
			Self::do_resume_asset(signer, asset, asset_hash)
		}

		/// Takes an asset off the register and returns its deposit. The bond stays.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`], [`Error::NotAssetOwner`].
		///
		/// ## Events
		///
		/// [`Event::AssetDeregistered`].
		#[pallet::call_index(19)]
		pub fn deregister_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_deregister_asset(signer, asset, asset_hash)
		}

		/// Frees work with an app from the protocol fee, or ends that.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::AssetMismatch`].
		///
		/// ## Events
		///
		/// [`Event::PublicGoodSet`].
		#[pallet::call_index(20)]
		pub fn set_public_good(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
			public_good: bool,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_public_good(asset, asset_hash, public_good)
		}

		/// Creates an empty group of accounts, which restrictions of orders may name.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who owns it and pays the deposits for it and for its members.
		///
		/// ## Events
		///
		/// [`Event::GroupCreated`].
		#[pallet::call_index(21)]
		pub fn create_group(origin: OriginFor<T>) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_create_group(signer)
		}

		/// Adds accounts to a group. Those that are members already are passed over.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the group's owner.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::NotGroupOwner`], [`Error::MembershipUnchanged`], or too
		/// little money.
		///
		/// ## Events
		///
		/// [`Event::MembersAdded`].
		#[pallet::call_index(22)]
		#[pallet::weight(<T as Config>::WeightInfo::add_members(members.len() as u32))]
		pub fn add_members(
			origin: OriginFor<T>,
			#[pallet::compact] group: GroupId,
			members: MembersChange,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_add_members(signer, group, members)
		}

		/// Removes accounts from a group, whose deposits go back to its owner. Those that are no
		/// members are passed over.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the group's owner.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::NotGroupOwner`], [`Error::MembershipUnchanged`].
		///
		/// ## Events
		///
		/// [`Event::MembersRemoved`].
		#[pallet::call_index(23)]
		#[pallet::weight(<T as Config>::WeightInfo::remove_members(members.len() as u32))]
		pub fn remove_members(
			origin: OriginFor<T>,
			#[pallet::compact] group: GroupId,
			members: MembersChange,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_remove_members(signer, group, members)
		}

		/// Removes a group without members and returns its deposit. Restrictions that name it allow
		/// nobody from now on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the group's owner.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::NotGroupOwner`], [`Error::GroupNotEmpty`].
		///
		/// ## Events
		///
		/// [`Event::GroupDissolved`].
		#[pallet::call_index(24)]
		pub fn dissolve_group(
			origin: OriginFor<T>,
			#[pallet::compact] group: GroupId,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_dissolve_group(signer, group)
		}

		/// Sets how many orders of the signer nodes store and hand on as statements.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who pays a deposit for each place. It comes back when there are fewer.
		///
		/// ## Details
		///
		/// A place is for one statement, and for [`PLACE_BYTES`](assay_primitives::order::PLACE_BYTES) of
		/// what all of them carry together; a large order takes several. With fewer places nodes drop the statements that end first.
		///
		/// ## Parameters
		///
		/// * `places`: from now on, those that there were included. Zero gives all back.
		///
		/// ## Errors
		///
		/// [`Error::TooManyBoardPlaces`], [`Error::BoardPlacesUnchanged`], or too little money; fewer
		/// than before: [`Error::BoardPlacesTooFresh`] for [`Config::MinBoardBlocks`] after the last
		/// change.
		///
		/// ## Events
		///
		/// [`Event::BoardPlacesSet`].
		#[pallet::call_index(25)]
		pub fn set_board_places(
			origin: OriginFor<T>,
			#[pallet::compact] places: u32,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_set_board_places(signer, places)
		}
	}
}
