//! Money that front ends lock, in place of the ledger's. It is in storage, so that a failed call undoes it.

use assay_primitives::{
	AccountId, Balance,
	deal::Instance,
	task::TaskSpec,
	traits::{Collected, Reservations},
};
use polkadot_sdk::{
	frame_support::{
		self, ensure, parameter_types,
		traits::{
			fungible::{Mutate, MutateHold},
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	sp_runtime::{DispatchError, DispatchResult},
};

pub use pallet::*;

parameter_types! {
	/// What every task is refused with.
	pub static TaskRefusal: Option<DispatchError> = None;
}

#[frame_support::pallet]
pub mod pallet {
	use super::*;
	use frame_support::pallet_prelude::*;

	#[pallet::pallet]
	#[pallet::without_storage_info]
	pub struct Pallet<T>(_);

	#[pallet::config]
	pub trait Config: polkadot_sdk::frame_system::Config<AccountId = AccountId> {
		type RuntimeHoldReason: From<HoldReason>;
		type Currency: Mutate<AccountId, Balance = Balance>
			+ MutateHold<AccountId, Reason = Self::RuntimeHoldReason>;
	}

	#[pallet::composite_enum]
	pub enum HoldReason {
		#[codec(index = 0)]
		Reservation,
	}

	/// Who pays, and what is left.
	#[pallet::storage]
	pub type Reserved<T: Config> = StorageMap<_, Twox64Concat, Instance, (AccountId, Balance)>;

	/// Everything that was burnt.
	#[pallet::storage]
	pub type Burnt<T: Config> = StorageValue<_, Balance, ValueQuery>;
}

impl<T: Config> Reservations for Pallet<T> {
	fn examine(_: &TaskSpec) -> DispatchResult {
		TaskRefusal::get().map_or(Ok(()), Err)
	}
	fn reserved(by: &Instance) -> Balance {
		Reserved::<T>::get(by).map_or(0, |(_, left)| left)
	}
	fn reserve(by: &Instance, payer: &AccountId, amount: Balance) -> DispatchResult {
		ensure!(!Reserved::<T>::contains_key(by), "AlreadyReserved");
		T::Currency::hold(&HoldReason::Reservation.into(), payer, amount)?;
		Reserved::<T>::insert(by, (payer, amount));
		Ok(())
	}
	fn spend(by: &Instance, to: &AccountId, amount: Balance) -> Balance {
		let Some((payer, left)) = Reserved::<T>::get(by) else { return 0 };
		let amount = amount.min(left);
		if amount == 0 || *to == payer {
			return 0;
		}
		let (reason, force) = (HoldReason::Reservation.into(), Fortitude::Force);
		let (precision, mode) = (Precision::Exact, Restriction::Free);
		let moved =
			T::Currency::transfer_on_hold(&reason, &payer, to, amount, precision, mode, force);
		let moved = moved.unwrap_or(0);
		Reserved::<T>::insert(by, (payer, left - moved));
		moved
	}
	fn forfeit(by: &Instance, amount: Balance, shares: &[(AccountId, Balance)]) -> Collected {
		let amount = amount.min(Self::reserved(by));
		let mut burnt = amount;
		let pay = |(to, share): &(AccountId, Balance)| {
			let paid = Self::spend(by, to, (*share).min(burnt));
			burnt -= paid;
			paid
		};
		let paid = shares.iter().map(pay).collect();
		if let Some((payer, left)) = Reserved::<T>::get(by) {
			let (precision, force) = (Precision::Exact, Fortitude::Force);
			let reason = HoldReason::Reservation.into();
			T::Currency::burn_held(&reason, &payer, burnt, precision, force).expect("held");
			Burnt::<T>::mutate(|all| *all += burnt);
			Reserved::<T>::insert(by, (payer, left - burnt));
		}
		Collected { amount, paid }
	}
	fn release(by: &Instance) -> Balance {
		let Some((payer, left)) = Reserved::<T>::take(by) else { return 0 };
		let reason = HoldReason::Reservation.into();
		T::Currency::release(&reason, &payer, left, Precision::Exact).expect("held")
	}
}
