//! What is particular to the bonds and keys of mediators.

use crate::*;
use assay_primitives::{bond::BondFault, case::MediatorStatus};
use core::marker::PhantomData;
use frame_support::traits::Get;
use pallet_bonds::{Bonds, Parties, Party, ReasonOf, nest};

/// The bonds of mediators.
pub struct MediatorBonds<T>(PhantomData<T>);

nest! { Bond(BondFault) }

impl<T: Config> Bonds for MediatorBonds<T> {
	type Currency = T::Currency;
	type Error = Error<T>;

	fn reason() -> ReasonOf<Self> {
		HoldReason::Bond.into()
	}

	fn least() -> Balance {
		T::MinBond::get()
	}

	fn now() -> BlockNumber {
		Pallet::<T>::now()
	}

	/// Unbonding is over then, and no draw counts on it any more.
	fn unbonded_at() -> BlockNumber {
		let over = Self::now().saturating_add(T::UnbondingPeriod::get());
		over.max(Pallet::<T>::out_of_reach())
	}
}

impl<T: Config> Parties for MediatorBonds<T> {
	type Party = Mediator;
	type Operators = Operators<T>;

	fn party(stash: &AccountId) -> Option<Mediator> {
		Mediators::<T>::get(stash)
	}

	fn is_stash(account: &AccountId) -> bool {
		Mediators::<T>::contains_key(account)
	}
}

impl Party for Mediator {
	fn operator(&self) -> &AccountId {
		&self.operator
	}

	/// One that is leaving may still have to, for the cases that it sits in.
	fn is_signed(&self) -> bool {
		matches!(
			self.status,
			MediatorStatus::Serving | MediatorStatus::Leaving { signed: true, .. }
		)
	}

	fn set_signed(&mut self, signed: bool) {
		self.status = match self.status {
			MediatorStatus::Leaving { at, .. } => MediatorStatus::Leaving { signed, at },
			_ if signed => MediatorStatus::Serving,
			_ => MediatorStatus::Nominating,
		};
	}

	fn is_leaving(&self) -> bool {
		matches!(self.status, MediatorStatus::Leaving { .. })
	}
}
