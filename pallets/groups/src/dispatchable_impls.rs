//! What callers start, and what others ask.

use crate::{Config, Error, Event, Group, Groups, HoldReason, Members, MembersChange, Pallet};
use alloc::vec::Vec;
use assay_primitives::{AccountId, Balance, order::GroupId, traits};
use assay_shared::deposits::give_back;
use polkadot_sdk::{
	frame_support::{ensure, traits::Get, traits::fungible::MutateHold},
	sp_runtime::{ArithmeticError, DispatchResult},
};

impl<T: Config> Pallet<T> {
	pub(crate) fn do_create_group(owner: AccountId, number: u32) -> DispatchResult {
		let group = GroupId { owner, number };
		ensure!(!Groups::<T>::contains_key(&group), Error::<T>::GroupExists);
		let deposit = T::GroupDeposit::get();
		T::Currency::hold(&HoldReason::GroupDeposit.into(), &group.owner, deposit)?;
		Groups::<T>::insert(&group, Group { members: 0, deposit });
		Self::deposit_event(Event::GroupCreated { group });
		Ok(())
	}

	pub(crate) fn do_add_members(
		signer: AccountId,
		number: u32,
		members: MembersChange,
	) -> DispatchResult {
		let (id, mut group) = Self::own_group(signer, number)?;
		let each = T::MemberDeposit::get();
		let mut added: Vec<AccountId> = Vec::new();
		for member in members {
			if !Members::<T>::contains_key(&id, &member) {
				Members::<T>::insert(&id, &member, each);
				added.push(member);
			}
		}
		ensure!(!added.is_empty(), Error::<T>::MembershipUnchanged);
		let count = added.len() as u32;
		let deposit = each.checked_mul(count.into()).ok_or(ArithmeticError::Overflow)?;
		T::Currency::hold(&HoldReason::GroupDeposit.into(), &id.owner, deposit)?;
		group.members = group.members.checked_add(count).ok_or(ArithmeticError::Overflow)?;
		Groups::<T>::insert(&id, group);
		Self::deposit_event(Event::MembersAdded { group: id, members: added });
		Ok(())
	}

	pub(crate) fn do_remove_members(
		signer: AccountId,
		number: u32,
		members: MembersChange,
	) -> DispatchResult {
		let (id, mut group) = Self::own_group(signer, number)?;
		let mut removed: Vec<AccountId> = Vec::new();
		let mut deposits: Balance = 0;
		for member in members {
			if let Some(deposit) = Members::<T>::take(&id, &member) {
				deposits = deposits.saturating_add(deposit);
				removed.push(member);
			}
		}
		ensure!(!removed.is_empty(), Error::<T>::MembershipUnchanged);
		group.members = group.members.saturating_sub(removed.len() as u32);
		Groups::<T>::insert(&id, group);
		give_back::<T::Currency>(&HoldReason::GroupDeposit.into(), &id.owner, deposits)?;
		Self::deposit_event(Event::MembersRemoved { group: id, members: removed });
		Ok(())
	}

	pub(crate) fn do_dissolve_group(signer: AccountId, number: u32) -> DispatchResult {
		let (id, group) = Self::own_group(signer, number)?;
		ensure!(group.members == 0, Error::<T>::GroupNotEmpty);
		Groups::<T>::remove(&id);
		give_back::<T::Currency>(&HoldReason::GroupDeposit.into(), &id.owner, group.deposit)?;
		Self::deposit_event(Event::GroupDissolved { group: id });
		Ok(())
	}

	fn own_group(owner: AccountId, number: u32) -> Result<(GroupId, Group), Error<T>> {
		let id = GroupId { owner, number };
		let group = Groups::<T>::get(&id).ok_or(Error::<T>::GroupNotFound)?;
		Ok((id, group))
	}
}

impl<T: Config> traits::Groups for Pallet<T> {
	fn is_member(group: &GroupId, account: &AccountId) -> bool {
		Members::<T>::contains_key(group, account)
	}
}
