//! The amounts and shares that may be changed on a running chain.
//!
//! ## Pallet API
//!
//! The call is in [`Call`], configuration in [`Config`]. Other pallets ask through
//! [`Economy`](assay_primitives::traits::Economy), implemented by [`Pallet`].
//!
//! ## Overview
//!
//! All of them are one record ([`Economics`]), which is set as a whole and has a version. A record that breaks an
//! inequality is refused as a whole, so that there is no way from one sound state to another through one that can be
//! robbed. Deals and cases keep the version that held when they were opened, and are paid and slashed by it
//! to their end.
//!
//! ## Low Level / Implementation Details
//!
//! * Records that held before are kept for ever: each cost a decision of the chain, and nobody knows how long the
//!   longest case takes.

#![cfg_attr(not(feature = "std"), no_std)]

pub use pallet::*;

use assay_primitives::{
	Balance,
	money::{Economics, EconomicsVersion, Unsound},
	traits::Economy,
};
use assay_shared::reasons::Reason;
use polkadot_sdk::{frame_support, frame_system, sp_core::Get};

#[cfg(test)]
mod tests;

// The record is all that the call and the event have, and each is there once in years.
#[allow(clippy::large_enum_variant)]
#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;
	use frame_system::pallet_prelude::*;

	const STORAGE_VERSION: StorageVersion = StorageVersion::new(1);

	#[pallet::pallet]
	#[pallet::storage_version(STORAGE_VERSION)]
	pub struct Pallet<T>(_);

	/// What the pallet needs from the runtime.
	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config {
		/// Who may change the record.
		type AdminOrigin: EnsureOrigin<Self::RuntimeOrigin>;

		/// Least bond of a mediator, which covers the least stake of a seat.
		#[pallet::constant]
		type MediatorBond: Get<Balance>;
	}

	/// What holds now, and its version. What a new chain has where nobody has changed it.
	#[pallet::storage]
	pub type Current<T> = StorageValue<_, (EconomicsVersion, Economics), ValueQuery>;

	/// What held before, by version. Never removed, see above.
	// Twox64: versions are given in order.
	#[pallet::storage]
	pub type Past<T> = StorageMap<_, Twox64Concat, EconomicsVersion, Economics>;

	#[pallet::event]
	#[pallet::generate_deposit(pub(crate) fn deposit_event)]
	pub enum Event<T: Config> {
		/// Another record holds from now on.
		EconomicsChanged {
			/// Its version.
			version: EconomicsVersion,
			/// The record.
			economics: Economics,
		},
	}

	#[pallet::error]
	pub enum Error<T> {
		/// The record can't be, for this reason.
		Unsound(Reason<Unsound>),
		/// This record holds already.
		NothingChanges,
	}

	#[pallet::hooks]
	impl<T: Config> Hooks<BlockNumberFor<T>> for Pallet<T> {
		fn integrity_test() {
			let sound = Economics::DEFAULT.check(T::MediatorBond::get());
			assert!(sound.is_ok(), "what a new chain has is sound: {sound:?}");
		}

		#[cfg(feature = "try-runtime")]
		fn try_state(
			_: BlockNumberFor<T>,
		) -> Result<(), polkadot_sdk::sp_runtime::TryRuntimeError> {
			Self::do_try_state()
		}
	}

	#[pallet::call]
	impl<T: Config> Pallet<T> {
		/// Replaces the record, for deals and cases that are opened from now on.
		///
		/// ## Dispatch Origin
		///
		/// [`Config::AdminOrigin`].
		///
		/// ## Errors
		///
		/// [`Error::Unsound`] with the first inequality that it breaks, [`Error::NothingChanges`].
		///
		/// ## Events
		///
		/// [`Event::EconomicsChanged`].
		#[pallet::call_index(0)]
		#[pallet::weight(T::DbWeight::get().reads_writes(1, 2))]
		pub fn set(origin: OriginFor<T>, economics: Economics) -> DispatchResult {
			T::AdminOrigin::ensure_origin(origin)?;
			economics.check(T::MediatorBond::get()).map_err(Error::<T>::from)?;
			let (version, before) = Current::<T>::get();
			ensure!(economics != before, Error::<T>::NothingChanges);
			Past::<T>::insert(version, before);
			// Nobody lives to see 2^32 decisions of a chain.
			let version = version.saturating_add(1);
			Current::<T>::put((version, economics));
			Self::deposit_event(Event::EconomicsChanged { version, economics });
			Ok(())
		}
	}

	impl<T: Config> Pallet<T> {
		/// # Invariants
		///
		/// 1. What holds is sound.
		/// 2. There is a record for each version before it, and for no other.
		#[cfg(any(test, feature = "try-runtime"))]
		pub(crate) fn do_try_state() -> Result<(), polkadot_sdk::sp_runtime::TryRuntimeError> {
			let (version, economics) = Current::<T>::get();
			ensure!(economics.check(T::MediatorBond::get()).is_ok(), "what holds is not sound");
			let kept = Past::<T>::iter_keys().count();
			let known = (0..version).all(Past::<T>::contains_key);
			ensure!(known && kept == version as usize, "a record of an earlier version is missing");
			Ok(())
		}
	}
}

assay_shared::nest! { Unsound(Unsound) }

impl<T: Config> Economy for Pallet<T> {
	fn current() -> (EconomicsVersion, Economics) {
		Current::<T>::get()
	}

	fn of(version: EconomicsVersion) -> Economics {
		let (current, economics) = Current::<T>::get();
		if version == current {
			return economics;
		}
		// Only versions that held are ever written down.
		Past::<T>::get(version).unwrap_or(economics)
	}
}
