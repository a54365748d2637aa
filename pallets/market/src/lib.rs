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
//! * **Misfit**: the reason why an offer does not serve a request.
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
//! * A match is checked in the order of [`Flaw`](assay_primitives::order::Flaw) and refused with the
//!   first that applies; [`Pallet::why_not`] runs the same checks to their end.
//! * What was used of an order is remembered until its last block, at most
//!   [`Config::MaxOrderLife`] from the match, on a deposit of whoever first brought it on chain.
//! * Signed orders travel among nodes as *statements*, which are no part of the state. How many of an
//!   account's a node stores is an allowance that the account buys with a deposit.
//! * Whoever places an offer pays a deposit for its storage, and a provider may have
//!   [`Config::MaxOffersPerProvider`] offers, so that filling the book takes bonds.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

#[cfg(feature = "runtime-benchmarks")]
pub use benchmarking::BenchmarkHelper;
pub use pallet::*;
pub use types::{Group, MAX_MISFITS, MAX_VIEWS, MembersChange, Named, Offer, Places, Prunable};
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod board;
mod dispatchable_impls;
mod examine;
mod groups;
mod match_orders;
mod matching;
#[cfg(test)]
mod mock;
mod orders;
mod refusals;
mod registry;
mod restrictions;
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
		OrderId, OrderRecord, Publisher,
	},
	profile::ProfileId,
	request::{OfferId, Request, Terms},
	task::DealId,
	traits::{Capacity, DealBook, Exposures, Stakes},
};
use polkadot_sdk::{frame_support, frame_system, sp_runtime};

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

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config:
		polkadot_sdk::frame_system::Config<AccountId = AccountId, Hash = Hash>
	{
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

		/// Limits of unpaid work; `()` for none.
		type Exposures: Exposures;

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

		/// Origin that bans assets and marks public goods.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Longest time from a match to the last block of any of its orders, for which the chain has to
		/// remember what was used of them.
		#[pallet::constant]
		type MaxOrderLife: Get<BlockNumber>;

		/// Most tasks of one deal over a list of inputs. Without a list a deal has one task.
		#[pallet::constant]
		type MaxTasks: Get<u32>;

		/// Largest tip, as a share of the highest wage that a request allows for the first wave.
		#[pallet::constant]
		type MaxTip: Get<Permill>;

		/// Deposit for the record of an order.
		#[pallet::constant]
		type OrderDeposit: Get<Balance>;

		/// Deposit for a registered asset.
		#[pallet::constant]
		type AssetDeposit: Get<Balance>;

		/// Least bond of a publisher.
		#[pallet::constant]
		type MinPublisherBond: Get<Balance>;

		/// Blocks for which a publisher's bond still answers after it began to leave. A deal that is
		/// settled later finds no more of it.
		#[pallet::constant]
		type PublisherUnbonding: Get<BlockNumber>;

		/// Deposit for a group.
		#[pallet::constant]
		type GroupDeposit: Get<Balance>;

		/// Deposit for each member of a group.
		#[pallet::constant]
		type MemberDeposit: Get<Balance>;

		/// Deposit for each place on the nodes' board.
		#[pallet::constant]
		type PlaceDeposit: Get<Balance>;

		/// Most places of one account.
		#[pallet::constant]
		type MaxBoardPlaces: Get<u32>;

		/// Blocks for which places that were taken can't be given up. Longer than nodes need to notice
		/// that an allowance has shrunk.
		#[pallet::constant]
		type MinBoardBlocks: Get<BlockNumber>;

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
		/// A publisher's bond grew.
		PublisherBonded {
			/// Whose.
			publisher: AccountId,
			/// By how much.
			amount: Balance,
			/// What it is now.
			bond: Balance,
		},
		/// Part of a publisher's bond began to leave.
		PublisherUnbonded {
			/// Whose.
			publisher: AccountId,
			/// How much.
			amount: Balance,
			/// Block from which on it may be withdrawn.
			at: BlockNumber,
		},
		/// What had been leaving was returned.
		PublisherWithdrawn {
			/// To whom.
			publisher: AccountId,
			/// How much.
			amount: Balance,
		},
		/// A publisher was slashed.
		PublisherSlashed {
			/// Who.
			publisher: AccountId,
			/// How much was taken.
			amount: Balance,
			/// How much of it was burnt.
			burnt: Balance,
		},
		/// Part of a slash was paid to somebody.
		PublisherSlashShared {
			/// Whose bond.
			publisher: AccountId,
			/// To whom.
			beneficiary: AccountId,
			/// How much.
			amount: Balance,
		},
		/// An app or dataset was registered.
		AssetRegistered {
			/// Its number.
			asset: AssetId,
			/// Whose.
			owner: AccountId,
			/// What it is.
			kind: AssetKind,
			/// Its content.
			content: ContentRef,
		},
		/// The terms of an asset changed. Deals that were opened keep theirs.
		AssetTermsChanged {
			/// The asset.
			asset: AssetId,
			/// Terms until now.
			old: Option<AssetTerms>,
			/// Terms from now on.
			new: Option<AssetTerms>,
		},
		/// An asset was offered to somebody, or the offer was taken back.
		AssetOffered {
			/// The asset.
			asset: AssetId,
			/// To whom.
			heir: Option<AccountId>,
		},
		/// An asset changed hands.
		AssetTransferred {
			/// The asset.
			asset: AssetId,
			/// Whose it was.
			old: AccountId,
			/// Whose it is.
			new: AccountId,
		},
		/// An asset can't be used any more.
		AssetSuspended {
			/// The asset.
			asset: AssetId,
			/// Whether governance did it, and alone may undo it.
			banned: bool,
		},
		/// An asset can be used again.
		AssetResumed {
			/// The asset.
			asset: AssetId,
		},
		/// An asset was taken off the register.
		AssetDeregistered {
			/// The asset.
			asset: AssetId,
			/// Whose it was.
			owner: AccountId,
		},
		/// Governance freed work with an asset from the protocol fee, or ended that.
		PublicGoodSet {
			/// The asset.
			asset: AssetId,
			/// Whether it is free of the fee.
			public_good: bool,
		},
		/// A group was created.
		GroupCreated {
			/// Its number.
			group: GroupId,
			/// Whose.
			owner: AccountId,
		},
		/// Accounts were added to a group.
		MembersAdded {
			/// The group.
			group: GroupId,
			/// Who were not members before.
			members: Vec<AccountId>,
		},
		/// Accounts were removed from a group.
		MembersRemoved {
			/// The group.
			group: GroupId,
			/// Who were members.
			members: Vec<AccountId>,
		},
		/// A group was removed.
		GroupDissolved {
			/// Its number.
			group: GroupId,
			/// Whose it was.
			owner: AccountId,
		},
		/// An account has more or less room on the nodes' board.
		BoardPlacesSet {
			/// Whose.
			account: AccountId,
			/// How many orders it may have there.
			places: u32,
			/// On hold for them.
			deposit: Balance,
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
		/// The trust is zero, or more than twenty replicas can reach.
		TrustOutOfRange,
		/// A single replica would be checked too rarely, or more often than always.
		CheckOutOfRange,
		/// The stake of a single replica is no more than what lying gains it on average.
		StakeFactorTooLow,
		/// The run time is zero, or longer than any task may run.
		RunTimeOutOfRange,
		/// The gas limit is zero, or higher than any task may use.
		GasLimitOutOfRange,
		/// The memory limit is zero, or higher than any task may use.
		MemoryLimitOutOfRange,
		/// The output limit is higher than any task may use.
		OutputLimitOutOfRange,
		/// There are fewer candidates than the policy's first wave has replicas, or than the request
		/// wants.
		NotEnoughCandidates,
		/// The request does not want this provider.
		NotWanted,
		/// The app may not be run by this provider.
		NotAllowedByApp,
		/// The dataset may not be read by this provider.
		NotAllowedByDataset,
		/// The provider does not work for this client.
		ClientNotServed,
		/// The provider does not run this app.
		AppNotServed,
		/// The provider does not read this dataset.
		DatasetNotServed,
		/// A resource order is valid for longer than the chain remembers what was used of it.
		ResourceLifeTooLong,
		/// The owner of a resource order has closed it.
		ResourceClosed,
		/// Nothing is left of a resource order.
		ResourceUsedUp,
		/// A resource order is signed for by neither the stash nor its operator.
		SignerNotOfProvider,
		/// The signature of a resource order has no known form.
		ResourceSignatureMalformed,
		/// A resource order is not signed by its signer for this network, nor presigned.
		ResourceNotAuthorized,
		/// A provider takes on no more unpaid work for the client. Wait until some of it is paid.
		ClientLimitReached,
		/// A candidate costs so much more than the cheapest that the stake would not deter it from
		/// lying. `quote` gives a set of offers that lie close enough together.
		PriceTooFarFromCheapest,
		/// The request is valid for longer than the chain remembers what was used of it.
		RequestLifeTooLong,
		/// The request asks for no tasks, for more at once than altogether, or not for one task for
		/// each leaf of its input list.
		RequestVolumeOutOfRange,
		/// The tip is above the share of the highest wage that a tip may be.
		TipTooHigh,
		/// The client has closed the request.
		RequestClosed,
		/// Nothing is left of the request: it was matched before, perhaps by another solver.
		RequestUsedUp,
		/// The client's signature has no known form.
		RequestSignatureMalformed,
		/// The request is not signed by its client for this network, nor presigned.
		RequestNotAuthorized,
		/// The request names a sponsor whose consent is missing.
		SponsorMissing,
		/// The sponsor's signature has no known form.
		SponsorSignatureMalformed,
		/// The signature is not the sponsor's for this request and network.
		SponsorNotAuthorized,
		/// The app is not registered.
		AppNotFound,
		/// The app is suspended.
		AppSuspended,
		/// The order is for another app or content, or the request's module or profile is not the
		/// app's.
		AppMismatch,
		/// The app can only be used with an order of its owner.
		AppOrderMissing,
		/// The app order is past its last block.
		AppOrderExpired,
		/// The app order is valid for longer than the chain remembers what was used of it.
		AppOrderLifeTooLong,
		/// The owner has closed the app order.
		AppOrderClosed,
		/// Nothing is left of the app order.
		AppOrderUsedUp,
		/// The signature of the app order has no known form.
		AppSignatureMalformed,
		/// The app order is not signed by the app's owner for this network, nor presigned.
		AppNotAuthorized,
		/// The app costs more than the request allows.
		AppPriceAboveCeiling,
		/// The bond of the app's publisher is below the least, or below what the request wants.
		AppBondTooSmall,
		/// The app is not meant for this dataset.
		AppRefusesDataset,
		/// The app is not meant for this client.
		AppRefusesClient,
		/// The dataset is not registered.
		DatasetNotFound,
		/// The dataset is suspended.
		DatasetSuspended,
		/// The order is for another dataset or content, or the request's input is not the
		/// dataset's.
		DatasetMismatch,
		/// The dataset can only be used with an order of its owner.
		DatasetOrderMissing,
		/// The dataset order is past its last block.
		DatasetOrderExpired,
		/// The dataset order is valid for longer than the chain remembers what was used of it.
		DatasetOrderLifeTooLong,
		/// The owner has closed the dataset order.
		DatasetOrderClosed,
		/// Nothing is left of the dataset order.
		DatasetOrderUsedUp,
		/// The signature of the dataset order has no known form.
		DatasetSignatureMalformed,
		/// The dataset order is not signed by the dataset's owner for this network, nor presigned.
		DatasetNotAuthorized,
		/// The dataset costs more than the request allows.
		DatasetPriceAboveCeiling,
		/// The bond of the dataset's publisher is below the least, or below what the request wants.
		DatasetBondTooSmall,
		/// The dataset is not meant for this app.
		DatasetRefusesApp,
		/// The dataset is not meant for this client.
		DatasetRefusesClient,
		/// A tag is wanted that the program itself must support, and the app does not.
		ProgramTagsMissing,
		/// No account's mediators are trusted by all.
		NoCommonMediator,
		/// Less than the request's least volume is left of the orders, or fits into a deal.
		VolumeTooSmall,
		/// None of the orders has a record that may be removed.
		NothingToPrune,
		/// The order is authorised on chain already.
		AlreadyPresigned,
		/// The order is closed already.
		AlreadyClosed,
		/// There is no asset with this number.
		AssetNotFound,
		/// The signer does not own the asset.
		NotAssetOwner,
		/// The asset was not offered to the signer.
		NotHeir,
		/// The account owns the asset already.
		AlreadyOwner,
		/// The asset is suspended already.
		AssetSuspended,
		/// The asset is not suspended.
		AssetActive,
		/// Governance has suspended the asset.
		AssetBanned,
		/// The content is empty, or larger than any content may be.
		ContentOutOfRange,
		/// The signer has no publisher's bond.
		PublisherNotFound,
		/// The publisher's bond would be, or is, below the least for a publisher with assets.
		PublisherBondTooSmall,
		/// Part of the bond is leaving already. Withdraw it first.
		BondLeavingAlready,
		/// Nothing has left the bond yet.
		NothingToWithdraw,
		/// The amount is zero.
		ZeroAmount,
		/// There is no group with this number.
		GroupNotFound,
		/// The signer does not own the group.
		NotGroupOwner,
		/// The group has members. Remove them first.
		GroupNotEmpty,
		/// None of the accounts is to be added or removed.
		MembershipUnchanged,
		/// More places on the board than an account may have.
		TooManyBoardPlaces,
		/// The account has as many places on the board already.
		BoardPlacesUnchanged,
		/// Places on the board can't be given up so soon after they were taken.
		BoardPlacesTooFresh,
	}

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
		/// [`Error::AlreadyClosed`], [`Error::AppNotFound`], [`Error::DatasetNotFound`].
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
		/// The first that applies, in the order of [`Flaw`](assay_primitives::order::Flaw); then
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
		/// [`Error::AssetNotFound`], [`Error::NotAssetOwner`].
		///
		/// ## Events
		///
		/// [`Event::AssetTermsChanged`].
		#[pallet::call_index(14)]
		pub fn set_asset_terms(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_set_asset_terms(signer, asset, terms)
		}

		/// Offers an asset to another account, or takes the offer back.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner, who stays that until the other calls `accept_asset`.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::NotAssetOwner`], [`Error::AlreadyOwner`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetOffered`].
		#[pallet::call_index(15)]
		pub fn offer_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			heir: Option<AccountId>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_offer_asset(signer, asset, heir)
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
		/// [`Error::AssetNotFound`], [`Error::NotHeir`], [`Error::AssetBanned`],
		/// [`Error::PublisherNotFound`], [`Error::PublisherBondTooSmall`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::AssetTransferred`].
		#[pallet::call_index(16)]
		pub fn accept_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_accept_asset(signer, asset)
		}

		/// Keeps an asset from being used in new deals.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner; or [`Config::AdminOrigin`], which alone may resume it then.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::NotAssetOwner`], [`Error::AssetSuspended`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetSuspended`].
		#[pallet::call_index(17)]
		pub fn suspend_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
		) -> DispatchResult {
			let signer = Self::owner_or_admin(origin)?;
			Self::do_suspend_asset(signer, asset)
		}

		/// Lets an asset be used again.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner; or [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::NotAssetOwner`], [`Error::AssetActive`],
		/// [`Error::AssetBanned`].
		///
		/// ## Events
		///
		/// [`Event::AssetResumed`].
		#[pallet::call_index(18)]
		pub fn resume_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
		) -> DispatchResult {
			let signer = Self::owner_or_admin(origin)?;
			Self::do_resume_asset(signer, asset)
		}

		/// Takes an asset off the register and returns its deposit. The bond stays.
		///
		/// ## Dispatch Origin
		///
		/// Signed by its owner.
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`], [`Error::NotAssetOwner`].
		///
		/// ## Events
		///
		/// [`Event::AssetDeregistered`].
		#[pallet::call_index(19)]
		pub fn deregister_asset(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_deregister_asset(signer, asset)
		}

		/// Frees work with an app from the protocol fee, or ends that.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::AssetNotFound`].
		///
		/// ## Events
		///
		/// [`Event::PublicGoodSet`].
		#[pallet::call_index(20)]
		pub fn set_public_good(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			public_good: bool,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_public_good(asset, public_good)
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
