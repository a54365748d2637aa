//! Apps and datasets: what callers start.

use crate::{
	Assets, Config, Error, Event, HoldReason, NextAssetId, Pallet, PublisherBonds,
	Publishers as PublishersOf,
};
use assay_primitives::{
	AccountId, Balance, Hash,
	bond::BondFault,
	content::{ContentRef, MAX_CONTENT_SIZE},
	order::{Asset, AssetId, AssetKind, AssetState, AssetTerms, Needs, Publisher},
	profile::Profile,
};
use assay_shared::deposits::give_back;
use pallet_bonds::Bonds;
use polkadot_sdk::{
	frame_support::{
		defensive, ensure,
		traits::{EnsureOrigin, Get, fungible::MutateHold},
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
	pub(crate) fn do_register_asset(
		owner: AccountId,
		kind: AssetKind,
		content: ContentRef,
		tags: u32,
		needs: Needs,
		terms: Option<AssetTerms>,
	) -> DispatchResult {
		let sized = (1..=MAX_CONTENT_SIZE).contains(&content.size);
		ensure!(sized, Error::<T>::ContentOutOfRange);
		if let AssetKind::App(profile) = &kind
			&& let Some(profile) = Profile::by_id(profile)
		{
			ensure!(needs.stack <= profile.stack.slots, Error::<T>::NeedsAboveProfile);
		}
		let deposit = Self::take_in_asset(&owner)?;
		let id = NextAssetId::<T>::get();
		NextAssetId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		let asset = Asset {
			kind,
			owner: owner.clone(),
			heir: None,
			content,
			tags,
			needs,
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
		let mut publisher = Self::bonded(owner)?;
		let covered = publisher.bond.staying() >= PublisherBonds::<T>::least();
		ensure!(covered, PublisherBonds::<T>::refuse(BondFault::BelowMinimum));
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
		give_back::<T::Currency>(&HoldReason::AssetDeposit.into(), owner, deposit)
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
