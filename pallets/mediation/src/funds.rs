//! The money of cases. It is in one account; each case pays out of its own part only.

use crate::*;
use assay_primitives::traits::CaseId;
use frame_support::{
	defensive,
	traits::{
		Get,
		fungible::{Inspect, Mutate},
		tokens::{Fortitude, Precision, Preservation},
	},
};
use sp_runtime::traits::AccountIdConversion;

impl<T: Config> Pallet<T> {
	/// Account that the money of cases is in.
	pub fn pot() -> AccountId {
		T::PalletId::get().into_account_truncating()
	}

	/// Whether `amount` more than what open cases own has arrived in the account.
	pub(crate) fn has_arrived(amount: Balance) -> bool {
		let owed = Escrowed::<T>::get()
			.checked_add(amount)
			.and_then(|owed| owed.checked_add(T::Currency::minimum_balance()));
		owed.is_some_and(|owed| T::Currency::balance(&Self::pot()) >= owed)
	}

	/// Counts money that has arrived as that of a case.
	pub(crate) fn book(amount: Balance) {
		// Money of the account, hence within the issuance.
		Escrowed::<T>::mutate(|owed| *owed = owed.saturating_add(amount));
	}

	fn unbook(amount: Balance) {
		Escrowed::<T>::mutate(|owed| {
			if *owed < amount {
				defensive!("a case pays more than it owns");
			}
			*owed = owed.saturating_sub(amount);
		});
	}

	/// Pays `amount`, `funds` at most, and takes it out of `funds`. Returns what was paid: nothing where
	/// the payee can't receive it, so that nobody else's payment depends on that.
	pub(crate) fn pay(
		case: CaseId,
		funds: &mut Balance,
		to: &AccountId,
		amount: Balance,
		reason: PayReason,
	) -> Balance {
		let amount = amount.min(*funds);
		if amount == 0 {
			return 0;
		}
		if T::Currency::transfer(&Self::pot(), to, amount, Preservation::Preserve).is_err() {
			return 0;
		}
		*funds = funds.saturating_sub(amount);
		Self::unbook(amount);
		Self::deposit_event(Event::Paid { case, to: to.clone(), amount, reason });
		amount
	}

	/// Burns what is left in `funds`.
	pub(crate) fn burn(case: CaseId, funds: Balance) {
		if funds == 0 {
			return;
		}
		Self::unbook(funds);
		let burnt = T::Currency::burn_from(
			&Self::pot(),
			funds,
			Preservation::Preserve,
			Precision::BestEffort,
			Fortitude::Polite,
		);
		if burnt != Ok(funds) {
			defensive!("the account owns less than its cases");
		}
		Self::deposit_event(Event::RemainderBurnt { case, amount: funds });
	}
}
