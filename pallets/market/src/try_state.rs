//! What must hold at the end of every block.

use crate::{Config, HoldReason, NextOfferId, OfferCount, Offers, Orders, Pallet};
use alloc::collections::BTreeMap;
use assay_deposits::{Sums, check};
use assay_primitives::AccountId;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every offer.
	/// 2. The count of each provider is that of its offers, is never stored as zero, and is at most
	///    [`Config::MaxOffersPerProvider`].
	/// 3. What each account has on hold for each reason is what the entries that it paid for say.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_offers()?;
		Self::check_orders()
	}

	fn check_offers() -> Result<(), TryRuntimeError> {
		let mut counts: BTreeMap<AccountId, u32> = BTreeMap::new();
		let mut deposits = Sums::new();
		for (id, offer) in Offers::<T>::iter() {
			ensure!(id < NextOfferId::<T>::get(), "1: an offer has a number to come");
			*counts.entry(offer.provider).or_default() += 1;
			*deposits.entry(offer.depositor).or_default() += offer.deposit;
		}
		let stored: BTreeMap<_, _> = OfferCount::<T>::iter().collect();
		ensure!(stored == counts, "2: counts differ from the offers there are");
		let within = counts.values().all(|count| *count <= T::MaxOffersPerProvider::get());
		ensure!(within, "2: a provider has too many offers");
		check::<T::Currency>(&HoldReason::OfferDeposit.into(), &deposits)
	}

	fn check_orders() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (_, record) in Orders::<T>::iter() {
			*deposits.entry(record.depositor).or_default() += record.deposit;
		}
		check::<T::Currency>(&HoldReason::OrderDeposit.into(), &deposits)
	}
}
