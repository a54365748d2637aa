//! Groups of accounts, which restrictions of orders and assets may name together.
//!
//! ## Pallet API
//!
//! Calls are in [`Call`], configuration in [`Config`]. Others ask through
//! [`Groups`](assay_primitives::traits::Groups).
//!
//! ## Overview
//!
//! A list of sixteen accounts fits into an order. Longer ones are groups: somebody owns the group,
//! decides on its members, and pays a deposit for each.
//!
//! ## Low Level / Implementation Details
//!
//! * A restriction names a group by its owner and the number that the owner has given it, so that it can't mean
//!   somebody else's on another fork, and means who its members are when a match is made.
//! * A group that is dissolved has no members, so restrictions that name it allow nobody.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub use assay_primitives::order::MAX_MEMBERS_CHANGED;
pub use pallet::*;
pub use types::{Group, MembersChange};
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
pub mod weights;

use assay_primitives::{AccountId, Balance, Hash, order::GroupId};
use polkadot_sdk::{
	frame_support::{self, pallet_macros::import_section},
	frame_system,
};

#[import_section(config::config)]
#[import_section(errors::errors)]
#[import_section(events::events)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use alloc::vec::Vec;
	use frame_support::{pallet_prelude::*, traits::fungible};
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// Groups. Paid for by their owners' deposits, removed by `dissolve_group`.
	// Blake2: owners choose the numbers.
	#[pallet::storage]
	pub type Groups<T: Config> = StorageMap<_, Blake2_128Concat, GroupId, Group>;

	/// Members of groups, each with the deposit that the group's owner paid for it. Removed by
	/// `remove_members`.
	// Blake2: number and account are chosen by the group's owner.
	#[pallet::storage]
	pub type Members<T: Config> =
		StorageDoubleMap<_, Blake2_128Concat, GroupId, Blake2_128Concat, AccountId, Balance>;

	/// Why this pallet holds money.
	#[pallet::composite_enum]
	pub enum HoldReason {
		/// Deposit for a group and its members.
		#[codec(index = 0)]
		GroupDeposit,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		#[cfg(feature = "try-runtime")]
		fn try_state(
			_: BlockNumberFor<T>,
		) -> Result<(), polkadot_sdk::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call(weight(<T as Config>::WeightInfo))]
	impl<T: Config> Pallet<T> {
		/// Creates an empty group of accounts, which restrictions of orders may name.
		///
		/// ## Dispatch Origin
		///
		/// Signed by anyone, who owns it and pays the deposits for it and for its members.
		///
		/// ## Errors
		///
		/// [`Error::GroupExists`], or too little money.
		///
		/// ## Events
		///
		/// [`Event::GroupCreated`].
		#[pallet::call_index(0)]
		pub fn create_group(
			origin: OriginFor<T>,
			#[pallet::compact] number: u32,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_create_group(signer, number)
		}

		/// Adds accounts to a group. Those that are members already are passed over.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whoever owns the group of this number.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::MembershipUnchanged`], or too
		/// little money.
		///
		/// ## Events
		///
		/// [`Event::MembersAdded`].
		#[pallet::call_index(1)]
		#[pallet::weight(<T as Config>::WeightInfo::add_members(members.len() as u32))]
		pub fn add_members(
			origin: OriginFor<T>,
			#[pallet::compact] number: u32,
			members: MembersChange,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_add_members(signer, number, members)
		}

		/// Removes accounts from a group, whose deposits go back to its owner. Those that are no
		/// members are passed over.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whoever owns the group of this number.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::MembershipUnchanged`].
		///
		/// ## Events
		///
		/// [`Event::MembersRemoved`].
		#[pallet::call_index(2)]
		#[pallet::weight(<T as Config>::WeightInfo::remove_members(members.len() as u32))]
		pub fn remove_members(
			origin: OriginFor<T>,
			#[pallet::compact] number: u32,
			members: MembersChange,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_remove_members(signer, number, members)
		}

		/// Removes a group without members and returns its deposit. Restrictions that name it allow
		/// nobody from now on.
		///
		/// ## Dispatch Origin
		///
		/// Signed by whoever owns the group of this number.
		///
		/// ## Errors
		///
		/// [`Error::GroupNotFound`], [`Error::GroupNotEmpty`].
		///
		/// ## Events
		///
		/// [`Event::GroupDissolved`].
		#[pallet::call_index(3)]
		pub fn dissolve_group(
			origin: OriginFor<T>,
			#[pallet::compact] number: u32,
		) -> DispatchResult {
			let signer = ensure_signed(origin)?;
			Self::do_dissolve_group(signer, number)
		}
	}
}
