//! What is particular to the bonds of validators.
//!
//! They are put up, and refused, like those of other parties. They leave by rules of their own: as a whole,
//! into another map, so that planning a session costs nothing for those who are gone; and the wait begins
//! anew with each session that their owner is active in, for what it may still be reported for.

use crate::*;
use assay_primitives::bond::BondFault;
use core::marker::PhantomData;
use frame_support::traits::Get;
use pallet_bonds::{Bonds, ReasonOf, nest};
use sp_runtime::traits::BlockNumberProvider;

/// The bonds of validators.
pub struct ValidatorBonds<T>(PhantomData<T>);

nest! { Bond(BondFault) }

impl<T: Config> Bonds for ValidatorBonds<T> {
	type Currency = CurrencyOf<T>;
	type Error = Error<T>;

	fn reason() -> ReasonOf<Self> {
		HoldReason::Bond.into()
	}

	fn least() -> Balance {
		T::MinBond::get()
	}

	fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	fn unbonded_at() -> BlockNumber {
		Self::now().saturating_add(T::UnbondingPeriod::get())
	}
}
