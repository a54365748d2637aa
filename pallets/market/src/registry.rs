//! Apps, datasets, and the bonds of those who publish them.

use crate::{
	Assets, Config, Error, Event, HoldReason, NextAssetId, Pallet, Publishers as PublishersOf,
};
use assay_primitives::{
	AccountId, Balance, Hash,
	content::{ContentRef, MAX_CONTENT_SIZE},
	order::{Asset, AssetId, AssetKind, AssetState, AssetTerms, Publisher},
	traits::{AssetSale, Publishers},
};
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		traits::{
			EnsureOrigin, Get,
			fungible::MutateHold,
			tokens::{Fortitude, Precision, Restriction},
		},
	},
	frame_system::{ensure_signed, pallet_prelude::OriginFor},
	sp_runtime::{ArithmeticError, DispatchError, DispatchResult},
};

/// Who suspends or resumes an asset.
pub(crate) enum Authority {
	Owner(AccountId),
	Admin,
}

impl<T: Config> Pallet<T> {
	pub(crate) fn do_bond_publisher(signer: AccountId, amount: Balance) -> DispatchResult {
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		T::Currency::hold(&HoldReason::PublisherBond.into(), &signer, amount)?;
		let mut publisher = PublishersOf::<T>::get(&signer).unwrap_or_default();
		publisher.bond = publisher.bond.checked_add(amount).ok_or(ArithmeticError::Overflow)?;
		let bond = publisher.bond;
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::PublisherBonded { publisher: signer, amount, bond });
		Ok(())
	}

	pub(crate) fn do_unbond_publisher(signer: AccountId, amount: Balance) -> DispatchResult {
		let mut publisher = PublishersOf::<T>::get(&signer).ok_or(Error::<T>::PublisherNotFound)?;
		ensure!(amount > 0, Error::<T>::ZeroAmount);
		ensure!(publisher.leaving.is_none(), Error::<T>::BondLeavingAlready);
		let rest = publisher.bond.checked_sub(amount).ok_or(Error::<T>::PublisherBondTooSmall)?;
		let enough = publisher.assets == 0 || rest >= T::MinPublisherBond::get();
		ensure!(enough, Error::<T>::PublisherBondTooSmall);
		let at = Self::now()
			.checked_add(T::PublisherUnbonding::get())
			.ok_or(ArithmeticError::Overflow)?;
		publisher.bond = rest;
		publisher.leaving = Some((amount, at));
		PublishersOf::<T>::insert(&signer, publisher);
		Self::deposit_event(Event::PublisherUnbonded { publisher: signer, amount, at });
		Ok(())
	}

	pub(crate) fn do_withdraw_publisher_bond(signer: AccountId) -> DispatchResult {
		let mut publisher = PublishersOf::<T>::get(&signer).ok_or(Error::<T>::PublisherNotFound)?;
		let left = publisher.leaving.take().filter(|(_, at)| Self::now() >= *at);
		let (amount, _) = left.ok_or(Error::<T>::NothingToWithdraw)?;
		if publisher.bond == 0 && publisher.assets == 0 {
			PublishersOf::<T>::remove(&signer);
		} else {
			PublishersOf::<T>::insert(&signer, publisher);
		}
		Self::give_back(HoldReason::PublisherBond, &signer, amount)?;
		Self::deposit_event(Event::PublisherWithdrawn { publisher: signer, amount });
		Ok(())
	}

	pub(crate) fn do_register_asset(
		owner: AccountId,
		kind: AssetKind,
		content: ContentRef,
		tags: u32,
		terms: Option<AssetTerms>,
	) -> DispatchResult {
		let sized = (1..=MAX_CONTENT_SIZE).contains(&content.size);
		ensure!(sized, Error::<T>::ContentOutOfRange);
		let deposit = Self::take_in_asset(&owner)?;
		let id = NextAssetId::<T>::get();
		NextAssetId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let asset = Asset {
			kind,
			owner: owner.clone(),
			heir: None,
			content,
			tags,
			terms,
			state: AssetState::Active,
			public_good: false,
			deposit,
		};
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetRegistered { asset: id, owner, kind, content });
		Ok(())
	}

	pub(crate) fn do_set_asset_terms(
		signer: AccountId,
		id: AssetId,
		named: Hash,
		new: Option<AssetTerms>,
	) -> DispatchResult {
		let mut asset = Self::own_asset(&signer, id, named)?;
		let old = core::mem::replace(&mut asset.terms, new.clone());
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetTermsChanged { asset: id, old, new });
		Ok(())
	}

	pub(crate) fn do_offer_asset(
		signer: AccountId,
		id: AssetId,
		named: Hash,
		heir: Option<AccountId>,
	) -> DispatchResult {
		let mut asset = Self::own_asset(&signer, id, named)?;
		ensure!(heir.as_ref() != Some(&signer), Error::<T>::AlreadyOwner);
		ensure!(asset.state != AssetState::Banned, Error::<T>::AssetBanned);
		asset.heir.clone_from(&heir);
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetOffered { asset: id, heir });
		Ok(())
	}

	pub(crate) fn do_accept_asset(signer: AccountId, id: AssetId, named: Hash) -> DispatchResult {
		let mut asset = Self::named_asset(id, named)?;
		ensure!(asset.heir.as_ref() == Some(&signer), Error::<T>::NotHeir);
		ensure!(asset.state != AssetState::Banned, Error::<T>::AssetBanned);
		let deposit = Self::take_in_asset(&signer)?;
		let old = core::mem::replace(&mut asset.owner, signer.clone());
		Self::let_go_of_asset(&old, core::mem::replace(&mut asset.deposit, deposit))?;
		asset.heir = None;
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetTransferred { asset: id, old, new: signer });
		Ok(())
	}

	pub(crate) fn do_suspend_asset(by: Authority, id: AssetId, named: Hash) -> DispatchResult {
		let mut asset = Self::named_asset(id, named)?;
		let banned = match by {
			Authority::Owner(signer) => {
				ensure!(asset.owner == signer, Error::<T>::NotAssetOwner);
				ensure!(asset.state != AssetState::Suspended, Error::<T>::AssetSuspended);
				false
			},
			Authority::Admin => true,
		};
		ensure!(asset.state != AssetState::Banned, Error::<T>::AssetBanned);
		asset.state = if banned { AssetState::Banned } else { AssetState::Suspended };
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetSuspended { asset: id, banned });
		Ok(())
	}

	pub(crate) fn do_resume_asset(by: Authority, id: AssetId, named: Hash) -> DispatchResult {
		let mut asset = Self::named_asset(id, named)?;
		ensure!(asset.state != AssetState::Active, Error::<T>::AssetActive);
		if let Authority::Owner(signer) = by {
			ensure!(asset.owner == signer, Error::<T>::NotAssetOwner);
			ensure!(asset.state != AssetState::Banned, Error::<T>::AssetBanned);
		}
		asset.state = AssetState::Active;
		Assets::<T>::insert(id, asset);
		Self::deposit_event(Event::AssetResumed { asset: id });
		Ok(())
	}

	pub(crate) fn do_deregister_asset(
		signer: AccountId,
		id: AssetId,
		named: Hash,
	) -> DispatchResult {
		let asset = Self::own_asset(&signer, id, named)?;
		Assets::<T>::remove(id);
		Self::let_go_of_asset(&signer, asset.deposit)?;
		Self::deposit_event(Event::AssetDeregistered { asset: id, owner: signer });
		Ok(())
	}

	pub(crate) fn do_set_public_good(
		id: AssetId,
		named: Hash,
		public_good: bool,
	) -> DispatchResult {
		let asset = Self::named_asset(id, named)?;
		Assets::<T>::insert(id, Asset { public_good, ..asset });
		Self::deposit_event(Event::PublicGoodSet { asset: id, public_good });
		Ok(())
	}

	pub(crate) fn owner_or_admin(origin: OriginFor<T>) -> Result<Authority, DispatchError> {
		match T::AdminOrigin::try_origin(origin) {
			Ok(_) => Ok(Authority::Admin),
			Err(origin) => Ok(Authority::Owner(ensure_signed(origin)?)),
		}
	}

	/// Counts one more asset of a publisher whose bond covers the least, and holds the deposit.
	fn take_in_asset(owner: &AccountId) -> Result<Balance, DispatchError> {
		let mut publisher = PublishersOf::<T>::get(owner).ok_or(Error::<T>::PublisherNotFound)?;
		let least = T::MinPublisherBond::get();
		ensure!(publisher.bond >= least, Error::<T>::PublisherBondTooSmall);
		publisher.assets = publisher.assets.checked_add(1).ok_or(ArithmeticError::Overflow)?;
		PublishersOf::<T>::insert(owner, publisher);
		let deposit = T::AssetDeposit::get();
		T::Currency::hold(&HoldReason::AssetDeposit.into(), owner, deposit)?;
		Ok(deposit)
	}

	/// Counts one asset of a publisher less, and returns the deposit.
	fn let_go_of_asset(owner: &AccountId, deposit: Balance) -> DispatchResult {
		PublishersOf::<T>::mutate_exists(owner, |entry| {
			let Some(publisher) = entry.as_mut() else {
				defensive!("an owner of assets is a publisher");
				return;
			};
			publisher.assets = publisher.assets.saturating_sub(1);
			// A bond that was slashed to nothing leaves nothing to withdraw.
			if *publisher == Publisher::default() {
				*entry = None;
			}
		});
		Self::give_back(HoldReason::AssetDeposit, owner, deposit)
	}

	fn own_asset(signer: &AccountId, id: AssetId, named: Hash) -> Result<Asset, Error<T>> {
		let asset = Self::named_asset(id, named)?;
		ensure!(asset.owner == *signer, Error::<T>::NotAssetOwner);
		Ok(asset)
	}

	/// The asset of this number, if it is the one that is named: on another fork it may be another, that
	/// the signer owns or is offered as well.
	fn named_asset(id: AssetId, named: Hash) -> Result<Asset, Error<T>> {
		let asset = Assets::<T>::get(id).ok_or(Error::<T>::AssetNotFound)?;
		ensure!(asset.hash() == named, Error::<T>::AssetMismatch);
		Ok(asset)
	}
}

impl<T: Config> Publishers for Pallet<T> {
	/// What is leaving is taken first: it would be out of reach the soonest.
	fn slash_bond(asset: &AssetSale, amount: Balance, shares: &[(AccountId, Balance)]) -> Balance {
		let owner = &asset.owner;
		let Some(mut publisher) = PublishersOf::<T>::get(owner) else { return 0 };
		let (leaving, _) = publisher.leaving.unwrap_or_default();
		let from_leaving = amount.min(leaving);
		let from_bond = amount.saturating_sub(from_leaving).min(publisher.bond);
		let due = from_leaving.saturating_add(from_bond);
		if due == 0 {
			return 0;
		}
		publisher.bond = publisher.bond.saturating_sub(from_bond);
		publisher.leaving = publisher
			.leaving
			.map(|(leaving, at)| (leaving.saturating_sub(from_leaving), at))
			.filter(|(leaving, _)| *leaving > 0);
		if publisher == Publisher::default() {
			PublishersOf::<T>::remove(owner);
		} else {
			PublishersOf::<T>::insert(owner, publisher);
		}
		let paid = Self::share_slash(owner, due, shares);
		let burnt = Self::burn_bond(owner, due.saturating_sub(paid));
		let amount = paid.saturating_add(burnt);
		Self::deposit_event(Event::PublisherSlashed { publisher: owner.clone(), amount, burnt });
		amount
	}
}

impl<T: Config> Pallet<T> {
	/// Pays `shares` in their order out of the bond, `due` at most. Returns what was paid.
	fn share_slash(owner: &AccountId, due: Balance, shares: &[(AccountId, Balance)]) -> Balance {
		let mut left = due;
		for (beneficiary, share) in shares {
			let amount = (*share).min(left);
			// A slash must not come back to the one who is slashed.
			if amount == 0 || beneficiary == owner {
				continue;
			}
			let paid = T::Currency::transfer_on_hold(
				&HoldReason::PublisherBond.into(),
				owner,
				beneficiary,
				amount,
				Precision::Exact,
				Restriction::Free,
				Fortitude::Force,
			);
			// Dust for an account that does not exist can't be paid, and is burnt with the rest.
			let Ok(amount) = paid else { continue };
			left = left.saturating_sub(amount);
			Self::deposit_event(Event::PublisherSlashShared {
				publisher: owner.clone(),
				beneficiary: beneficiary.clone(),
				amount,
			});
		}
		due.saturating_sub(left)
	}

	fn burn_bond(owner: &AccountId, amount: Balance) -> Balance {
		if amount == 0 {
			return 0;
		}
		let reason = HoldReason::PublisherBond.into();
		let burnt =
			T::Currency::burn_held(&reason, owner, amount, Precision::BestEffort, Fortitude::Force);
		burnt.unwrap_or_else(|error| {
			defensive!("a hold can be burnt", error);
			0
		})
	}
}
