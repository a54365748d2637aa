//! What is particular to the bonds and keys of providers.

use crate::{Config, Error, HoldReason, Operators, Provider, Providers, Status};
use assay_primitives::{AccountId, Balance, BlockNumber, bond::BondFault, request::Ineligible};
use core::marker::PhantomData;
use pallet_bonds::{Bonds, Parties, Party, ReasonOf, nest};
use polkadot_sdk::{frame_support::traits::Get, sp_runtime::traits::BlockNumberProvider};

/// The bonds of providers.
pub struct ProviderBonds<T>(PhantomData<T>);

nest! { Bond(BondFault), Ineligible(Ineligible) }

impl<T: Config> Bonds for ProviderBonds<T> {
	type Currency = T::Currency;
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

impl<T: Config> Parties for ProviderBonds<T> {
	type Party = Provider;
	type Operators = Operators<T>;

	fn party(stash: &AccountId) -> Option<Provider> {
		Providers::<T>::get(stash)
	}

	fn is_stash(account: &AccountId) -> bool {
		Providers::<T>::contains_key(account)
	}
}

impl Party for Provider {
	fn operator(&self) -> &AccountId {
		&self.declaration.operator
	}

	fn is_signed(&self) -> bool {
		self.status == Status::Serving
	}

	fn set_signed(&mut self, signed: bool) {
		self.status = if signed { Status::Serving } else { Status::Nominating };
	}

	fn is_leaving(&self) -> bool {
		self.status == Status::Leaving
	}
}
