//! What must hold at the end of every block.

use crate::{Assets, Config, HoldReason, NextAssetId, Pallet, Publishers};
use alloc::collections::BTreeMap;
use assay_deposits::{Sums, check};
use assay_primitives::AccountId;
use polkadot_sdk::{frame_support::ensure, sp_runtime::TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every asset.
	/// 2. A publisher counts as many assets as it owns, and an entry without bond and assets is not
	///    stored.
	/// 3. No asset is offered to its owner.
	/// 4. What each account has on hold for each reason is what the entries that it paid for say.
	pub fn do_try_state() -> Result<(), TryRuntimeError> {
		let mut owned: BTreeMap<AccountId, u32> = BTreeMap::new();
		let mut deposits = Sums::new();
		for (id, asset) in Assets::<T>::iter() {
			ensure!(id < NextAssetId::<T>::get(), "1: an asset has a number to come");
			ensure!(
				asset.heir.as_ref() != Some(&asset.owner),
				"3: an asset is its owner's already"
			);
			*owned.entry(asset.owner.clone()).or_default() += 1;
			*deposits.entry(asset.owner).or_default() += asset.deposit;
		}
		check::<T::Currency>(&HoldReason::AssetDeposit.into(), &deposits)?;
		let mut bonds = Sums::new();
		for (owner, publisher) in Publishers::<T>::iter() {
			let leaving = publisher.leaving.map_or(0, |(amount, _)| amount);
			let counted = owned.remove(&owner).unwrap_or(0);
			ensure!(counted == publisher.assets, "2: a publisher counts other assets");
			let empty = publisher.bond == 0 && leaving == 0 && publisher.assets == 0;
			ensure!(!empty, "2: nothing is stored");
			bonds.insert(owner, publisher.bond + leaving);
		}
		ensure!(owned.is_empty(), "2: an owner of assets is no publisher");
		check::<T::Currency>(&HoldReason::PublisherBond.into(), &bonds)
	}
}
