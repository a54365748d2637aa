//! Bonds of publishers.

use crate::{Config, Error, Event, HoldReason, Pallet, Publishers as PublishersOf};
use assay_primitives::{
	AccountId, Balance, BlockNumber,
	bond::BondFault,
	order::Publisher,
	traits::{AssetSale, Collected, Publishers},
};
use core::marker::PhantomData;
use pallet_bonds::{Bonds, ReasonOf, nest};
use polkadot_sdk::{
	frame_support::traits::Get,
	sp_runtime::{DispatchError, DispatchResult, traits::BlockNumberProvider},
};

/// What is particular to the bonds of publishers.
pub struct PublisherBonds<T>(PhantomData<T>);

nest! { Bond(BondFault) }

impl<T: Config> Bonds for PublisherBonds<T> {
	type Currency = T::Currency;
	type Error = Error<T>;

	fn reason() -> ReasonOf<Self> {
		HoldReason::PublisherBond.into()
	}

	fn least() -> Balance {
		T::MinPublisherBond::get()
	}

	fn now() -> BlockNumber {
		T::BlockNumberProvider::current_block_number()
	}

	fn unbonded_at() -> BlockNumber {
		Self::now().saturating_add(T::PublisherUnbonding::get())
	}
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond_more(signer: AccountId, amount: Balance) -> DispatchResult {
		let mut publisher = PublishersOf::<T>::get(&signer).unwrap_or_default();
		PublisherBonds::<T>::add(&signer, &mut publisher.bond.held, amount)?;
		let bond = publisher.bond.held;
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::BondIncreased { publisher: signer, amount, bond });
		Ok(())
	}

	pub(crate) fn do_unbond(signer: AccountId, amount: Balance) -> DispatchResult {
		let mut publisher = Self::bonded(&signer)?;
		// Whoever has nothing to answer for may take all of it out.
		let least = if publisher.assets == 0 { 0 } else { PublisherBonds::<T>::least() };
		let at = PublisherBonds::<T>::unbond(&mut publisher.bond, amount, least)?;
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::Unbonded { publisher: signer, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw(signer: AccountId) -> DispatchResult {
		let mut publisher = Self::bonded(&signer)?;
		let amount = PublisherBonds::<T>::withdraw(&signer, &mut publisher.bond)?;
		let bond = publisher.bond.held;
		Self::store(&signer, publisher);
		Self::deposit_event(Event::Withdrawn { publisher: signer, amount, bond });
		Ok(())
	}

	/// The publisher that an account is.
	pub(crate) fn bonded(owner: &AccountId) -> Result<Publisher, DispatchError> {
		let publisher = PublishersOf::<T>::get(owner);
		publisher.ok_or_else(|| PublisherBonds::<T>::refuse(BondFault::NotRegistered))
	}

	/// Stores a publisher, or removes one that has neither bond nor assets: what was slashed to nothing
	/// leaves nothing to withdraw.
	pub(crate) fn store(owner: &AccountId, publisher: Publisher) {
		if publisher == Publisher::default() {
			PublishersOf::<T>::remove(owner);
		} else {
			PublishersOf::<T>::insert(owner, publisher);
		}
	}
}

impl<T: Config> Publishers for Pallet<T> {
	fn slash_bond(
		asset: &AssetSale,
		amount: Balance,
		shares: &[(AccountId, Balance)],
	) -> Collected {
		let owner = &asset.owner;
		let Some(mut publisher) = PublishersOf::<T>::get(owner) else {
			return Collected::default();
		};
		let due = publisher.bond.slash(amount);
		if due == 0 {
			return Collected::default();
		}
		Self::store(owner, publisher);
		let (paid, burnt) =
			PublisherBonds::<T>::collect(owner, due, shares, |beneficiary, amount| {
				let (publisher, beneficiary) = (owner.clone(), beneficiary.clone());
				Self::deposit_event(Event::SlashShared { publisher, beneficiary, amount });
			});
		Self::deposit_event(Event::Slashed { publisher: owner.clone(), amount: due, burnt });
		Collected { amount: due, paid }
	}
}
