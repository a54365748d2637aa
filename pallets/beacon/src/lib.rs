//! # Beacon
//!
//! Randomness that is fixed after a commitment, folded from the VRF outputs of the blocks that follow
//! it.
//!
//! ## Pallet API
//!
//! No calls. Other pallets use [`assay_primitives::traits::Beacon`]; clients get
//! the entries of a draw with its view, and compute every fold again with [`assay_primitives::beacon::Fold::compute`].
//!
//! ## Overview
//!
//! Whoever wants a draw first commits to everything that the draw decides about, and takes a ticket.
//! The ticket covers the blocks from two after its own on. Each of their authors has put a VRF output
//! into its block, which it can't choose; the fold of those outputs is the randomness.
//!
//! ### Terminology
//!
//! - **Entry**: author and VRF output of one block.
//! - **Ticket**: a claim on the fold of at least `window` outputs by at least `authors` authors.
//! - **Span**: the blocks that a ticket may cover before it expires.
//!
//! ### Lifecycle of a ticket
//!
//! | state | from | left by |
//! |---|---|---|
//! | too early | [`Beacon::request`](assay_primitives::traits::Beacon::request) | enough outputs and authors |
//! | known | the block after the last one folded | being overwritten, [`Config::RingSize`] blocks later |
//! | expired | the span went by without enough, or the entries are overwritten | a new ticket |
//!
//! ## Low Level / Implementation Details
//!
//! A block's entry is written when the block is finalized, after its last transaction. So no
//! transaction sees the entry of its own block, while a view of a block's state does: whoever follows
//! the chain can compute a draw one block before the chain itself can.
//!
//! What is left to an attacker: the author of the last covered block knows the result before it
//! publishes and may give up its block to get another one. That costs a visibly missed slot for each
//! try. Someone who authors *all* covered blocks knows the result in advance; the number of distinct
//! authors bounds that, and is worth what the validator set is worth.

#![cfg_attr(not(feature = "std"), no_std)]

mod beacon_impl;
mod sources;
mod try_state;
pub mod weights;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;

pub use pallet::*;
pub use sources::{BabeVrf, BlockVrf};
pub use weights::WeightInfo;

use assay_primitives::{
	AccountId, BlockNumber,
	beacon::{Entry, Fold, NoSeed, TICKET_DELAY, Ticket},
};
use polkadot_sdk::{frame_support, frame_system, sp_runtime};

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::{
		pallet_prelude::*,
		traits::{FindAuthor, PalletInfoAccess},
	};
	use frame_system::pallet_prelude::*;
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(0);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		/// Where the VRF output of a block comes from.
		type Vrf: BlockVrf;
		/// Names the author of a block by its digest.
		type FindAuthor: FindAuthor<AccountId>;
		/// The chain's height.
		type BlockNumberProvider: BlockNumberProvider<BlockNumber = BlockNumber>;
		/// Blocks whose entries are kept. More than [`Config::MaxSpan`] by the time that users of the
		/// randomness may need to fetch it.
		#[pallet::constant]
		type RingSize: Get<u32>;
		/// Most blocks that a ticket covers.
		#[pallet::constant]
		type MaxSpan: Get<u32>;
		/// Most distinct authors that a ticket may ask for: fewer than there are validators, or a
		/// single one that is down keeps every ticket from being known.
		type MaxAuthors: Get<u32>;
		/// Weights.
		type WeightInfo: WeightInfo;
	}

	/// The latest entries, by block number modulo [`Config::RingSize`].
	///
	/// Written once per block, overwritten after [`Config::RingSize`] blocks; nobody pays for it.
	// Twox64Concat: the keys are our own counter.
	#[pallet::storage]
	pub type Ring<T: Config> = StorageMap<_, Twox64Concat, u32, Entry>;

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn on_initialize(_: BlockNumberFor<T>) -> Weight {
			T::WeightInfo::record()
		}

		fn on_finalize(_: BlockNumberFor<T>) {
			Self::record();
		}

		fn integrity_test() {
			assert!(T::MaxSpan::get() > 0, "a ticket must cover a block");
			assert!(
				T::RingSize::get() > T::MaxSpan::get().saturating_add(TICKET_DELAY),
				"a ticket would expire before it can be known"
			);
			assert!(
				T::Vrf::pallet_index()
					.is_none_or(|index| index < <Self as PalletInfoAccess>::index()),
				"the VRF of a block must be set before the beacon records it"
			);
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(_: BlockNumberFor<T>) -> Result<(), sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::view_functions]
	impl<T: Config> Pallet<T> {
		/// Everything that goes into a ticket's randomness, so that anyone can compute it again.
		pub fn fold_view(ticket: Ticket) -> Result<Fold, NoSeed> {
			Self::try_fold(&ticket)
		}

		/// What was kept of a block; `None` where it is overwritten or still to come.
		pub fn entry_view(block: BlockNumber) -> Option<Entry> {
			Self::entry(block)
		}
	}
}
