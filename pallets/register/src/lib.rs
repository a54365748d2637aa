//! The register of apps and datasets, and the bonds of those who publish them.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]. Front ends ask through
//! [`Register`](assay_primitives::traits::Register), the ledger through
//! [`Publishers`](assay_primitives::traits::Publishers).
//!
//! ## Overview
//!
//! A publisher locks a bond and registers programs and data. Whoever uses one pays its owner, at the
//! terms that the register shows or at those of an order that the owner signs. The bond answers for
//! content that can't be had or run.
//!
//! ### Terminology
//!
//! * **Asset**: an app or a dataset, with an owner who is paid for its use.
//! * **Publisher**: an account with a bond, and any number of assets.
//!
//! ### Lifecycle
//!
//! | state | entered by | left by |
//! |---|---|---|
//! | active | `register_app`, `register_dataset`, `resume_asset` | `suspend_asset`, `deregister_asset` |
//! | suspended | `suspend_asset` by its owner | `resume_asset`, `deregister_asset` |
//! | banned | `suspend_asset` by [`Config::AdminOrigin`] | `resume_asset` by the same, `deregister_asset` |
//!
//! ## Low Level / Implementation Details
//!
//! * Content never changes; another content is another asset.
//! * Assets are numbered in order, so on another fork a number may be another's. Whoever changes one
//!   names the hash of what it is, and is refused for another.
//! * What is unbonding still answers, and is slashed first: it would be out of reach the soonest.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use publishers::PublisherBonds;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod config;
mod dispatchable_impls;
mod errors;
mod events;
#[cfg(test)]
mod mock;
mod publishers;
#[cfg(test)]
mod tests;
mod try_state;
mod views;
pub mod weights;

use assay_primitives::bond::BondFault;
use assay_primitives::{
	AccountId, Balance, BlockNumber, Hash,
	content::ContentRef,
	order::{Asset, AssetId, AssetKind, AssetTerms, Needs, Publisher},
	profile::ProfileId,
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
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use pallet_bonds::Reason;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

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

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Publisher's bond.
		#[codec(index = 0)]
		PublisherBond,
		/// Deposit for a registered app or dataset.
		#[codec(index = 1)]
		AssetDeposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Adds to the signer's publisher's bond, or begins one.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone.
		///
		/// ## Errors
		///
		/// [`BondFault::ZeroAmount`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::BondIncreased`].
		#[pallet::call_index(0)]
		pub fn bond_more(
			origin: OriginFor<T>,
			#[pallet::compact] amount: Balance,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_bond_more(signer, amount)
		}

		/// Starts to take a part of the signer's bond out. It answers for [`Config::PublisherUnbonding`]
		/// more blocks, after which `withdraw` returns it.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the publisher.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::ZeroAmount`], [`BondFault::TooManyUnbondings`], and
		/// [`BondFault::BelowMinimum`] where less than the least would stay for its assets.
		///
		/// ## Events
		///
		/// [`Event::Unbonded`].
		#[pallet::call_index(1)]
		pub fn unbond(origin: OriginFor<T>, #[pallet::compact] amount: Balance) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_unbond(signer, amount)
		}

		/// Gives back what has finished unbonding.
		///
		/// ## Dispatch Origin
		///
		/// Signed by the publisher.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::NothingToWithdraw`].
		///
		/// ## Events
		///
		/// [`Event::Withdrawn`].
		#[pallet::call_index(2)]
		pub fn withdraw(origin: OriginFor<T>) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_withdraw(signer)
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
		/// * `needs`: what it takes for the program to begin. No deal is made that grants less, and the
		///   publisher answers for a program that can't be run with as much.
		/// * `terms`: for whoever uses it without an order; `None` where it takes one.
		///
		/// ## Errors
		///
		/// [`BondFault::NotRegistered`], [`BondFault::BelowMinimum`],
		/// [`Error::ContentOutOfRange`], [`Error::NeedsAboveProfile`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::AssetRegistered`].
		#[pallet::call_index(3)]
		pub fn register_app(
			origin: OriginFor<T>,
			content: ContentRef,
			profile: ProfileId,
			tags: u32,
			needs: Needs,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_register_asset(signer, AssetKind::App(profile), content, tags, needs, terms)
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
		#[pallet::call_index(4)]
		pub fn register_dataset(
			origin: OriginFor<T>,
			content: ContentRef,
			tags: u32,
			terms: Option<AssetTerms>,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_register_asset(
				signer,
				AssetKind::Dataset,
				content,
				tags,
				Needs::default(),
				terms,
			)
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
		#[pallet::call_index(5)]
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
		#[pallet::call_index(6)]
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
		/// [`BondFault::NotRegistered`], [`BondFault::BelowMinimum`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::AssetTransferred`].
		#[pallet::call_index(7)]
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
		#[pallet::call_index(8)]
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
		#[pallet::call_index(9)]
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
		#[pallet::call_index(10)]
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
		#[pallet::call_index(11)]
		pub fn set_public_good(
			origin: OriginFor<T>,
			#[pallet::compact] asset: AssetId,
			asset_hash: Hash,
			public_good: bool,
		) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			Self::do_set_public_good(asset, asset_hash, public_good)
		}
	}
}
