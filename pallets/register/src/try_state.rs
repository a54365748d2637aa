//! What must hold at the end of every block.

use crate::{Assets, Config, HoldReason, NextAssetId, Pallet, PublisherBonds, Publishers};
use alloc::collections::BTreeMap;
use assay_primitives::{AccountId, order::Publisher};
use assay_shared::deposits::{Sums, check};
use pallet_bonds::Bonds;
use polkadot_sdk::{frame_support::ensure, sp_runtime::TryRuntimeError};

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every asset.
	/// 2. A publisher counts as many assets as it owns, and an entry without bond and assets is not
	///    stored.
	/// 3. No asset is offered to its owner.
	/// 4. What each account has on hold for each reason is what the entries that it paid for say, and what
	///    of a bond is unbonding is within it.
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
		for (owner, publisher) in Publishers::<T>::iter() {
			let counted = owned.remove(&owner).unwrap_or(0);
			ensure!(counted == publisher.assets, "2: a publisher counts other assets");
			ensure!(publisher != Publisher::default(), "2: nothing is stored");
			PublisherBonds::<T>::check(&owner, &publisher.bond)?;
		}
		ensure!(owned.is_empty(), "2: an owner of assets is no publisher");
		Ok(())
	}
}
