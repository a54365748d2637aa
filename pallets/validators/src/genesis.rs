//! The first set.

use crate::*;
use frame_support::traits::{
	Get,
	fungible::{Inspect, hold::Mutate},
	tokens::{Fortitude, Preservation},
};

impl<T: Config> Pallet<T> {
	/// Bonds the accounts that a chain specification lists.
	pub(crate) fn bond_at_genesis(validators: &[(AccountId, Balance)]) {
		assert!(
			validators.len() <= T::MaxCandidates::get() as usize,
			"genesis lists more validators than there may be candidates"
		);
		for (who, bond) in validators {
			assert!(!Candidates::<T>::contains_key(who), "genesis lists a validator twice");
			CurrencyOf::<T>::hold(&HoldReason::Bond.into(), who, *bond)
				.expect("genesis balances cover the bonds of the validators it lists");
			Candidates::<T>::insert(who, Candidate { bond: *bond, since: 0 });
		}
	}

	/// Bonds every account with session keys, from what it has. Network tools write keys into a
	/// specification and know nothing of bonds.
	pub(crate) fn adopt_session_keys() {
		let most = T::MaxCandidates::get() as usize;
		for (who, _) in pallet_session::NextKeys::<T>::iter().take(most) {
			if Candidates::<T>::contains_key(&who) {
				continue;
			}
			let spendable =
				CurrencyOf::<T>::reducible_balance(&who, Preservation::Preserve, Fortitude::Polite);
			let bond = T::GenesisBond::get().min(spendable);
			let held =
				bond > 0 && CurrencyOf::<T>::hold(&HoldReason::Bond.into(), &who, bond).is_ok();
			let bond = if held { bond } else { 0 };
			Candidates::<T>::insert(&who, Candidate { bond, since: 0 });
		}
	}
}
