//! What must hold at the end of every block.

use crate::{
	Assets, BoardPlaces, Config, Groups, HoldReason, Members, NextAssetId, NextGroupId,
	NextOfferId, Offers, OffersOf, Orders, Pallet, Publishers,
};
use alloc::{collections::BTreeMap, vec::Vec};
use assay_primitives::{AccountId, Balance, request::OfferId};
use polkadot_sdk::{
	frame_support::{
		ensure,
		storage::KeyPrefixIterator,
		traits::{Get, fungible::InspectHold},
	},
	sp_runtime::TryRuntimeError,
	sp_statement_store::{STATEMENT_ALLOWANCE_PREFIX, get_allowance},
};

/// What each account should have on hold for one reason.
type Sums = BTreeMap<AccountId, Balance>;

impl<T: Config> Pallet<T> {
	/// # Invariants
	///
	/// 1. The next number is above that of every offer, asset and group.
	/// 2. The list of each provider has its offers in the order of their numbers, at most
	///    [`Config::MaxOffersPerProvider`], and is not stored where there are none.
	/// 3. What each account has on hold for each reason is what the entries that it paid for say.
	/// 4. A publisher counts as many assets as it owns, and an entry without bond and assets is not
	///    stored.
	/// 5. A group counts as many members as it has.
	/// 6. No asset is offered to its owner.
	/// 7. An account has the allowance that its places say, at most that of
	///    [`Config::MaxBoardPlaces`], and nobody else has any.
	pub(crate) fn do_try_state() -> Result<(), TryRuntimeError> {
		Self::check_offers()?;
		Self::check_orders()?;
		Self::check_assets()?;
		Self::check_groups()?;
		Self::check_board()
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
		Self::check_holds(HoldReason::OfferDeposit, &deposits)
	}

	fn check_orders() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (_, record) in Orders::<T>::iter() {
			*deposits.entry(record.depositor).or_default() += record.deposit;
		}
		Self::check_holds(HoldReason::OrderDeposit, &deposits)
	}

	fn check_assets() -> Result<(), TryRuntimeError> {
		let mut owned: BTreeMap<AccountId, u32> = BTreeMap::new();
		let mut deposits = Sums::new();
		for (id, asset) in Assets::<T>::iter() {
			ensure!(id < NextAssetId::<T>::get(), "1: an asset has a number to come");
			ensure!(
				asset.heir.as_ref() != Some(&asset.owner),
				"6: an asset is its owner's already"
			);
			*owned.entry(asset.owner.clone()).or_default() += 1;
			*deposits.entry(asset.owner).or_default() += asset.deposit;
		}
		Self::check_holds(HoldReason::AssetDeposit, &deposits)?;
		let mut bonds = Sums::new();
		for (owner, publisher) in Publishers::<T>::iter() {
			let leaving = publisher.leaving.map_or(0, |(amount, _)| amount);
			let counted = owned.remove(&owner).unwrap_or(0);
			ensure!(counted == publisher.assets, "4: a publisher counts other assets");
			let empty = publisher.bond == 0 && leaving == 0 && publisher.assets == 0;
			ensure!(!empty, "4: nothing is stored");
			bonds.insert(owner, publisher.bond + leaving);
		}
		ensure!(owned.is_empty(), "4: an owner of assets is no publisher");
		Self::check_holds(HoldReason::PublisherBond, &bonds)
	}

	fn check_groups() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (id, group) in Groups::<T>::iter() {
			ensure!(id < NextGroupId::<T>::get(), "1: a group has a number to come");
			let members: alloc::vec::Vec<Balance> = Members::<T>::iter_prefix_values(id).collect();
			ensure!(members.len() as u32 == group.members, "5: a group counts other members");
			let sum = members.into_iter().sum::<Balance>() + group.deposit;
			*deposits.entry(group.owner).or_default() += sum;
		}
		let lost = Members::<T>::iter_keys().find(|(id, _)| !Groups::<T>::contains_key(id));
		ensure!(lost.is_none(), "5: somebody is a member of no group");
		Self::check_holds(HoldReason::GroupDeposit, &deposits)
	}

	fn check_board() -> Result<(), TryRuntimeError> {
		let mut deposits = Sums::new();
		for (who, places) in BoardPlaces::<T>::iter() {
			let possible = (1..=T::MaxBoardPlaces::get()).contains(&places.count);
			ensure!(possible, "7: nobody can have so many places");
			let granted = get_allowance(&who) == Self::allowance(places.count);
			ensure!(granted, "7: an allowance differs from the places");
			deposits.insert(who, places.deposit);
		}
		let prefix = STATEMENT_ALLOWANCE_PREFIX.to_vec();
		let granted = KeyPrefixIterator::new(prefix.clone(), prefix, |_| Ok(())).count();
		ensure!(granted == deposits.len(), "7: an allowance was not paid for");
		Self::check_holds(HoldReason::BoardDeposit, &deposits)
	}

	fn check_holds(reason: HoldReason, sums: &Sums) -> Result<(), TryRuntimeError> {
		let reason = reason.into();
		let held = |(who, sum): (&_, &_)| T::Currency::balance_on_hold(&reason, who) == *sum;
		ensure!(sums.iter().all(held), "3: holds differ from what entries say");
		Ok(())
	}
}
