//! # Content
//!
//! Small content by hash, published in transactions and served by every node.
//!
//! ## Pallet API
//!
//! See the [`Call`] enum for what an account can do, and [`Pallet::lookup`] for the question that
//! others ask: is this content kept, and until when?
//!
//! ## Overview
//!
//! A transaction may carry a blob of up to [`Config::MaxSize`] bytes. Nodes keep the blob beside the
//! block under its blake2b-256 hash, and hand it out over bitswap and `bitswap_v1_get`. The chain's
//! state only has a record: who paid, how long the blob is promised, and the deposit.
//!
//! Larger content is published as several blobs, cut as `assay_primitives::content` says. A node that is
//! published after all of its leaves, 64 at most, promises the whole: its record says until when all of
//! them are kept. A node without its leaves promises itself and nothing more, for whoever relies on a
//! promise may be punished for not having had the content.
//!
//! ### Lifecycle
//!
//! | state | from | left by |
//! |---|---|---|
//! | kept | [`publish`](Pallet::publish) or [`extend`](Pallet::extend) | expiry, [`Config::Retention`] blocks later |
//! | expired | the passing of its last block | [`release`](Pallet::release), or being published again |
//!
//! ## Low Level / Implementation Details
//!
//! A node's database cuts the blob out of the block's body: it takes the *last* bytes of the encoded
//! transaction, and believes the hash that the runtime names. So the runtime compares those bytes
//! with the call's argument before it names anything; otherwise a call nested in another one, with
//! bytes behind it, would put foreign bytes under a hash for all peers to fetch.
//!
//! The database takes a single blob per transaction, the last one named. What a transaction names
//! isn't undone when the call that named it is rolled back, so "one per transaction" is marked in
//! storage, which is: whichever call of a transaction keeps its record is then also the last that
//! named a blob.
//!
//! The host's way to renew a blob by hash alone isn't used. A renewal silently takes the place of a
//! blob published in the same transaction, and it breaks the stored body of the block on nodes that
//! don't have the blob (those that skipped history). [`extend`](Pallet::extend) carries the bytes
//! again instead.
//!
//! Who can grief whom: publishing first what somebody else is about to publish costs the latter a
//! fee, and gives it the content for free. Nobody can shorten the promise of somebody else's record.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod dispatchable_impls;
mod try_state;
mod types;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use types::{Position, Record, Whole};
pub use weights::WeightInfo;

use alloc::vec::Vec;
use assay_primitives::{AccountId, Balance, BlockNumber, Hash, content::ContentRef};
use polkadot_sdk::{frame_support, frame_system, sp_io, sp_runtime};

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		/// The token that deposits are held in.
		type Currency: fungible::Inspect<AccountId, Balance = Balance>
			+ fungible::hold::Mutate<AccountId, Reason: From<HoldReason>>;
		/// The chain's height.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// Largest blob, in bytes.
		#[pallet::constant]
		type MaxSize: Get<u32>;
		/// Blocks that a blob is promised for. Nodes that prune block bodies must keep more of them.
		#[pallet::constant]
		type Retention: Get<BlockNumber>;
		/// Deposit for a record.
		#[pallet::constant]
		type DepositBase: Get<Balance>;
		/// Deposit for each byte of a blob, beside the transaction's fee by length.
		#[pallet::constant]
		type DepositPerByte: Get<Balance>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// Blobs that are promised, or whose deposit was not fetched yet.
	///
	/// Paid for by [`Record::deposit`] of its owner, removed by [`Pallet::release`].
	// The key is a hash, but one that anybody can grind: Blake2_128Concat.
	#[pallet::storage]
	pub type Records<T: Config> = StorageMap<_, Blake2_128Concat, Hash, Record>;

	/// The last transaction that published a blob. A single item, overwritten each time.
	#[pallet::storage]
	pub type LastPublication<T: Config> = StorageValue<_, Position>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(super) fn deposit_event)]
	pub enum Event<T: Config> {
		/// A blob is promised through `expires_at`.
		Published {
			/// Its blake2b-256 hash.
			hash: Hash,
			/// Its length, in bytes.
			size: u32,
			/// Who paid the deposit.
			owner: AccountId,
			/// What is held.
			deposit: Balance,
			/// Last block of the promise.
			expires_at: BlockNumber,
		},
		/// The promise of a blob was prolonged, and its deposit is now the extending account's.
		Extended {
			/// Its hash.
			hash: Hash,
			/// Who pays from now on.
			owner: AccountId,
			/// What is held.
			deposit: Balance,
			/// Last block of the promise so far.
			old_expires_at: BlockNumber,
			/// Last block of the promise now.
			expires_at: BlockNumber,
		},
		/// An expired record was removed and its deposit returned.
		Released {
			/// Its hash.
			hash: Hash,
			/// Who got the deposit back.
			owner: AccountId,
			/// How much.
			deposit: Balance,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The blob has no bytes.
		EmptyContent,
		/// The blob is longer than the chain takes. Cut it into a DAG of blobs.
		ContentTooLarge,
		/// The transaction doesn't end with the blob's bytes. Send the call by itself, or last in a
		/// batch.
		NotLastInTransaction,
		/// The transaction has published a blob already. Send one transaction for each.
		OnePerTransaction,
		/// The blob is promised already. Use it, or extend its promise.
		AlreadyPublished,
		/// No blob of this hash is recorded.
		ContentNotFound,
		/// The blob is promised still; its deposit can be had afterwards.
		NotExpired,
		/// The deposit is beyond what an amount can be.
		DepositOverflow,
	}

	/// Why money is held.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit of a published blob.
		#[codec(index = 0)]
		Deposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let largest = Balance::from(T::MaxSize::get()).checked_mul(T::DepositPerByte::get());
			assert!(
				largest.and_then(|bytes| bytes.checked_add(T::DepositBase::get())).is_some(),
				"the deposit of the largest blob must be an amount"
			);
			assert!(T::MaxSize::get() > 0 && T::Retention::get() > 0, "nothing could be published");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Record of a blob, expired ones included.
		pub fn record(hash: Hash) -> Option<Record> {
			Records::<T>::get(hash)
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Publishes a blob.
		///
		/// ## Dispatch Origin
		///
		/// Signed; the account pays the deposit.
		///
		/// ## Details
		///
		/// The transaction must end with the blob: `data` is the last argument of the last call. The node
		/// of longer content comes after its leaves: only then the whole counts as promised.
		///
		/// ## Errors
		///
		/// - `EmptyContent`, `ContentTooLarge`: no bytes, or more than [`Config::MaxSize`].
		/// - `AlreadyPublished`: the blob is promised already.
		/// - `NotLastInTransaction`: bytes follow it, or no transaction is being applied.
		/// - `OnePerTransaction`: another blob came before in the same transaction.
		/// - `FundsUnavailable` and the like: the deposit isn't covered.
		///
		/// ## Events
		///
		/// `Published`; where an expired record of the same blob was there, `Released` before it.
		#[pallet::call_index(0)]
		#[pallet::weight(T::WeightInfo::publish(data.len() as u32).saturating_add(Pallet::<T>::weight_of_leaves(data.len())))]
		pub fn publish(origin: OriginFor<T>, data: Vec<u8>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_publish(owner, &data)
		}

		/// Publishes a recorded blob again, which prolongs its promise.
		///
		/// ## Dispatch Origin
		///
		/// Signed; the account takes the deposit over, whoever paid it so far.
		///
		/// ## Details
		///
		/// The bytes are carried again, so that nodes that prune old blocks keep them too. Of longer content
		/// the leaves are extended first, and then the node.
		///
		/// ## Errors
		///
		/// - `ContentNotFound`: it was never published, or has been released.
		/// - The others are those of [`publish`](Self::publish).
		///
		/// ## Events
		///
		/// `Extended`.
		#[pallet::call_index(1)]
		#[pallet::weight(T::WeightInfo::extend(data.len() as u32).saturating_add(Pallet::<T>::weight_of_leaves(data.len())))]
		pub fn extend(origin: OriginFor<T>, data: Vec<u8>) -> DispatchResult {
			let owner = ensure_signed(origin)?;
			Self::do_extend(owner, &data)
		}

		/// Removes an expired record and returns its deposit to whoever paid it.
		///
		/// ## Dispatch Origin
		///
		/// Signed, by anyone.
		///
		/// ## Errors
		///
		/// - `ContentNotFound`: no such record.
		/// - `NotExpired`: its promise has not passed.
		///
		/// ## Events
		///
		/// `Released`.
		#[pallet::call_index(2)]
		pub fn release(origin: OriginFor<T>, hash: Hash) -> DispatchResult {
			ensure_signed(origin)?;
			Self::do_release(hash)
		}
	}

	impl<T: Config> Pallet<T> {
		/// Size and last promised block of a blob that is promised in the current block.
		pub fn lookup(hash: &Hash) -> Option<(u32, BlockNumber)> {
			let record = Records::<T>::get(hash).filter(|record| !record.expired(Self::now()))?;
			Some((record.size, record.expires_at))
		}
	}
}

impl<T: Config> assay_primitives::traits::Contents for Pallet<T> {
	fn promised_until(content: &ContentRef) -> Option<BlockNumber> {
		let now = Self::now();
		let record = Records::<T>::get(content.hash).filter(|record| !record.expired(now))?;
		if content.is_raw() {
			// Under another size no store hands the bytes out.
			return (u64::from(record.size) == content.size).then_some(record.expires_at);
		}
		let whole =
			record.whole.filter(|whole| whole.size == content.size && whole.until >= now)?;
		Some(whole.until)
	}
}
