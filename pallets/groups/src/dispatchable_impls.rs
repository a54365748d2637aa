//! What callers start, and what others ask.

use crate::{
	Config, Error, Event, Group, Groups, HoldReason, Members, MembersChange, NextGroupId, Pallet,
};
use alloc::vec::Vec;
use assay_primitives::{AccountId, Balance, order::GroupId, traits};
use assay_shared::deposits::give_back;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get, traits::fungible::MutateHold},
	sp_runtime::{ArithmeticError, DispatchResult},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_group(owner: AccountId) -> DispatchResult {
		let deposit = T::GroupDeposit::get();
		T::Currency::hold(&HoldReason::GroupDeposit.into(), &owner, deposit)?;
		let id = NextGroupId::<T>::get();
		NextGroupId::<T>::put(id.checked_add(1).ok_or(ArithmeticError::Overflow)?);
		Groups::<T>::insert(id, Group { owner: owner.clone(), members: 0, deposit });
		Self::deposit_event(Event::GroupCreated { group: id, owner });
		Ok(())
	}

	pub(crate) fn do_add_members(
		signer: AccountId,
		id: GroupId,
		members: MembersChange,
	) -> DispatchResult {
		let mut group = Self::own_group(&signer, id)?;
		let each = T::MemberDeposit::get();
		let mut added: Vec<AccountId> = Vec::new();
		for member in members {
			if !Members::<T>::contains_key(id, &member) {
				Members::<T>::insert(id, &member, each);
				added.push(member);
			}
		}
		ensure!(!added.is_empty(), Error::<T>::MembershipUnchanged);
		let count = added.len() as u32;
		let deposit = each.checked_mul(count.into()).ok_or(ArithmeticError::Overflow)?;
		T::Currency::hold(&HoldReason::GroupDeposit.into(), &signer, deposit)?;
		group.members = group.members.checked_add(count).ok_or(ArithmeticError::Overflow)?;
		Groups::<T>::insert(id, group);
		Self::deposit_event(Event::MembersAdded { group: id, members: added });
		Ok(())
	}

	pub(crate) fn do_remove_members(
		signer: AccountId,
		id: GroupId,
		members: MembersChange,
	) -> DispatchResult {
		let mut group = Self::own_group(&signer, id)?;
		let mut removed: Vec<AccountId> = Vec::new();
		let mut deposits: Balance = 0;
		for member in members {
			if let Some(deposit) = Members::<T>::take(id, &member) {
				deposits = deposits.saturating_add(deposit);
				removed.push(member);
			}
		}
		ensure!(!removed.is_empty(), Error::<T>::MembershipUnchanged);
		group.members = group.members.saturating_sub(removed.len() as u32);
		Groups::<T>::insert(id, group);
		give_back::<T::Currency>(&HoldReason::GroupDeposit.into(), &signer, deposits)?;
		Self::deposit_event(Event::MembersRemoved { group: id, members: removed });
		Ok(())
	}

	pub(crate) fn do_dissolve_group(signer: AccountId, id: GroupId) -> DispatchResult {
		let group = Self::own_group(&signer, id)?;
		ensure!(group.members == 0, Error::<T>::GroupNotEmpty);
		Groups::<T>::remove(id);
		give_back::<T::Currency>(&HoldReason::GroupDeposit.into(), &signer, group.deposit)?;
		Self::deposit_event(Event::GroupDissolved { group: id, owner: signer });
		Ok(())
	}

	fn own_group(signer: &AccountId, id: GroupId) -> Result<Group, Error<T>> {
		let group = Groups::<T>::get(id).ok_or(Error::<T>::GroupNotFound)?;
		ensure!(group.owner == *signer, Error::<T>::NotGroupOwner);
		Ok(group)
	}
}

impl<T: Config> traits::Groups for Pallet<T> {
	fn is_member(group: GroupId, account: &AccountId) -> bool {
		Members::<T>::contains_key(group, account)
	}
}
