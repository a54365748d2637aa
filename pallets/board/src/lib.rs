//! Room for orders on the nodes' board: their store of statements, outside the state.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`].
//!
//! ## Overview
//!
//! Signed orders travel among nodes as *statements*, which are no part of the state. Nodes hand on what
//! an account has signed only within the allowance that the chain's state grants it, and drop what
//! exceeds it. The allowance is bought with a deposit, so that filling all nodes' stores takes money
//! that is bound as long.
//!
//! ## Low Level / Implementation Details
//!
//! * What nodes read is an allowance under a key of theirs, which this pallet writes beside its own
//!   entry.
//! * Nodes look for statements beyond an allowance now and then only, so places that were just taken
//!   can't be given up.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use pallet::*;
pub use types::Places;
pub use weights::WeightInfo;

#[cfg(feature = "runtime-benchmarks")]
mod benchmarking;
mod config;
mod dispatchable_impls;
mod errors;
mod events;
#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
mod try_state;
mod types;
mod views;
pub mod weights;

use assay_primitives::{AccountId, Balance, BlockNumber, Hash};
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
	use sp_runtime::traits::BlockNumberProvider;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Accounts with room on the nodes' board. Paid for by the deposit, removed when it is set to
	/// none. What nodes read is written beside it, under a key of their own.
	// Blake2: the account is chosen by whoever signs.
	#[pallet::storage]
	pub type BoardPlaces<T: Config> = StorageMap<_, Blake2_128Concat, AccountId, Places>;

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for places on the nodes' board.
		#[codec(index = 0)]
		BoardDeposit,
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
		#[pallet::call_index(0)]
		pub fn set_board_places(
			origin: OriginFor<T>,
			#[pallet::compact] places: u32,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_set_board_places(signer, places)
		}
	}
}
