//! What must hold at the end of every block.

use crate::{Config, HoldReason, NextOfferId, Offers, OffersOf, Orders, Pallet};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{AccountId, request::OfferId};
use assay_shared::deposits::{Sums, check};
use polkadot_sdk::{
	frame_support::{ensure, traits::Get},
	sp_runtime::TryRuntimeError,
};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every offer.
	/// 2. The list of each provider has its offers in the order of their numbers, at most
	///    [`Config::MaxOffersPerProvider`], and is not stored where there are none.
	/// 3. What each account has on hold for each reason is what the entries that it paid for say.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_offers()?;
		Self::check_orders()
	}

	fn check_offers() -> Result<(), TryRuntimeError> {
		let mut own: BTreeMap<AccountId, Vec<OfferId>> = BTreeMap::new();
		let mut deposits = Sums::new();
		for (id, offer) in Offers::<T>::iter() {
			ensure!(id < NextOfferId::<T>::get(), "1: an offer has a number to come");
			own.entry(offer.provider).or_default().push(id);
			*deposits.entry(offer.depositor).or_default() += offer.deposit;
		}
		own.values_mut().for_each(|own| own.sort_unstable());
		let within = own.values().all(|own| own.len() <= T::MaxOffersPerProvider::get() as usize);
		ensure!(within, "2: a provider has too many offers");
		let stored = OffersOf::<T>::iter().map(|(provider, own)| (provider, own.into_inner()));
		let same = stored.collect::<BTreeMap<_, _>>() == own;
		ensure!(same, "2: lists differ from the offers there are");
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
