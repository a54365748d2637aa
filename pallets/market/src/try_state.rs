//! What must hold at the end of every block.

use crate::{Config, HoldReason, NextOfferId, OfferCount, Offers, Pallet};
use alloc::collections::BTreeMap;
use assay_primitives::{AccountId, Balance};
use polkadot_sdk::{
	frame_support::{
		ensure,
		traits::{Get, fungible::InspectHold},
	},
	sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every offer.
	/// 2. The count of each provider is that of its offers, is never stored as zero, and is at most
	///    [`Config::MaxOffersPerProvider`].
	/// 3. What each depositor has on hold is the sum of its offers' deposits.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut counts: BTreeMap<AccountId, u32> = BTreeMap::new();
		let mut deposits: BTreeMap<AccountId, Balance> = BTreeMap::new();
		for (id, offer) in Offers::<T>::iter() {
			ensure!(id < NextOfferId::<T>::get(), "1: an offer has a number to come");
			*counts.entry(offer.provider).or_default() += 1;
			*deposits.entry(offer.depositor).or_default() += offer.deposit;
		}
		let stored: BTreeMap<_, _> = OfferCount::<T>::iter().collect();
		ensure!(stored == counts, "2: counts differ from the offers there are");
		let within = counts.values().all(|count| *count <= T::MaxOffersPerProvider::get());
		ensure!(within, "2: a provider has too many offers");
		let reason = HoldReason::OfferDeposit.into();
		let held = |(who, sum): (&_, &_)| T::Currency::balance_on_hold(&reason, who) == *sum;
		ensure!(deposits.iter().all(held), "3: holds differ from the deposits");
		Ok(())
	}
}
