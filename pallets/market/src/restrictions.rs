//! Whom orders are meant for.

use crate::{Config, Members, Pallet};
use assay_primitives::{
	AccountId,
	order::{Accounts, AssetId, Assets},
};

impl<T: Config> Pallet<T> {
	/// Whether an account is among those that a restriction allows. Reads at most one entry.
	pub(crate) fn allows(accounts: &Accounts, who: &AccountId) -> bool {
		match accounts {
			Accounts::Any => true,
			Accounts::Listed(list) => list.contains(who),
			Accounts::Group(group) => Members::<T>::contains_key(group, who),
		}
	}

	/// Whether an asset, given with its owner, is among those that a restriction allows; `None` for a
	/// program or an input that is not registered. Reads at most one entry.
	pub(crate) fn allows_asset(assets: &Assets, asset: Option<(AssetId, &AccountId)>) -> bool {
		match (assets, asset) {
			(Assets::Any, _) => true,
			(_, None) => false,
			(Assets::Listed(list), Some((asset, _))) => list.contains(&asset),
			(Assets::OwnedByGroup(group), Some((_, owner))) => {
				Members::<T>::contains_key(group, owner)
			},
		}
	}
}
