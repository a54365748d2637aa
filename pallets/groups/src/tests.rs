//! Groups come, change and go.

use crate::{Error, Event, Group, Groups, Members, MembersChange, Pallet, mock::*};
use assay_primitives::{AccountId, order::GroupId, traits::Groups as _};
use polkadot_sdk::{
	frame_support::{assert_noop, assert_ok},
	pallet_balances,
	sp_runtime::{DispatchError, TryRuntimeError},
};

fn accounts(ids: impl IntoIterator<Item = u8>) -> Vec<AccountId> {
	ids.into_iter().map(account).collect()
}

fn change(ids: impl IntoIterator<Item = u8>) -> MembersChange {
	accounts(ids).try_into().expect("few")
}

fn of(owner: u8) -> GroupId {
	GroupId { owner: account(owner), number: 0 }
}

#[test]
fn group_should_hold_deposits_for_itself_and_its_members() {
	build_and_execute(|| {
		assert_ok!(Pallet::<Test>::create_group(signed(CLIENT), 0));
		assert_eq!(last_event(), Event::GroupCreated { group: of(CLIENT) });
		assert_eq!(held(CLIENT), GROUP_DEPOSIT);
		assert_ok!(Pallet::<Test>::add_members(signed(CLIENT), 0, change([1, 2, 2, 3])));
		let members = accounts([1, 2, 3]);
		assert_eq!(last_event(), Event::MembersAdded { group: of(CLIENT), members });
		assert_eq!(held(CLIENT), GROUP_DEPOSIT + 3 * MEMBER_DEPOSIT);
		assert_ok!(Pallet::<Test>::add_members(signed(CLIENT), 0, change([3, 4])));
		assert_eq!(last_event(), Event::MembersAdded { group: of(CLIENT), members: accounts([4]) });
		assert_ok!(Pallet::<Test>::remove_members(signed(CLIENT), 0, change([9, 1, 1])));
		assert_eq!(
			last_event(),
			Event::MembersRemoved { group: of(CLIENT), members: accounts([1]) }
		);
		let expected = Group { members: 3, deposit: GROUP_DEPOSIT };
		assert_eq!(Groups::<Test>::get(of(CLIENT)), Some(expected));
		assert!(Pallet::<Test>::is_member(&of(CLIENT), &account(2)));
		assert!(!Pallet::<Test>::is_member(&of(CLIENT), &account(1)));
	});
}

#[test]
fn group_should_be_dissolved_when_it_is_empty() {
	build_and_execute(|| {
		assert_ok!(Pallet::<Test>::create_group(signed(CLIENT), 0));
		assert_ok!(Pallet::<Test>::add_members(signed(CLIENT), 0, change([1])));
		let dissolve = || Pallet::<Test>::dissolve_group(signed(CLIENT), 0);
		assert_noop!(dissolve(), Error::<Test>::GroupNotEmpty);
		assert_ok!(Pallet::<Test>::remove_members(signed(CLIENT), 0, change([1])));
		assert_ok!(dissolve());
		assert_eq!(last_event(), Event::GroupDissolved { group: of(CLIENT) });
		assert_eq!((held(CLIENT), Members::<Test>::iter().count()), (0, 0));
		assert_noop!(dissolve(), Error::<Test>::GroupNotFound);
		assert_ok!(Pallet::<Test>::create_group(signed(CLIENT), 0));
		assert!(!Pallet::<Test>::is_member(&of(CLIENT), &account(1)));
	});
}

#[test]
fn group_should_be_its_owners_when_others_have_one_of_the_same_number() {
	build_and_execute(|| {
		assert_ok!(Pallet::<Test>::create_group(signed(CLIENT), 0));
		assert_noop!(Pallet::<Test>::create_group(signed(CLIENT), 0), Error::<Test>::GroupExists);
		let stranger = || signed(STRANGER);
		let error: DispatchError = Error::<Test>::GroupNotFound.into();
		assert_noop!(Pallet::<Test>::add_members(stranger(), 0, change([1])), error);
		assert_noop!(Pallet::<Test>::remove_members(stranger(), 0, change([1])), error);
		assert_noop!(Pallet::<Test>::dissolve_group(stranger(), 0), error);
		assert_ok!(Pallet::<Test>::create_group(stranger(), 0));
		assert_ok!(Pallet::<Test>::add_members(stranger(), 0, change([1])));
		assert!(Pallet::<Test>::is_member(&of(STRANGER), &account(1)));
		assert!(!Pallet::<Test>::is_member(&of(CLIENT), &account(1)));
		let error: DispatchError = Error::<Test>::MembershipUnchanged.into();
		assert_noop!(Pallet::<Test>::remove_members(signed(CLIENT), 0, change([1])), error);
		assert_noop!(Pallet::<Test>::add_members(signed(CLIENT), 0, change([])), error);
		let error = Error::<Test>::GroupNotFound;
		assert_noop!(Pallet::<Test>::add_members(signed(CLIENT), 1, change([1])), error);
	});
}

fn finds(breakage: impl FnOnce(), message: &'static str) {
	new_test_ext().execute_with(|| {
		assert_ok!(Pallet::<Test>::create_group(signed(STRANGER), 0));
		assert_ok!(Pallet::<Test>::add_members(signed(STRANGER), 0, change([CLIENT])));
		assert_ok!(Pallet::<Test>::do_try_state());
		breakage();
		let expected: TryRuntimeError = DispatchError::Other(message);
		assert_eq!(Pallet::<Test>::do_try_state(), Err(expected));
	});
}

#[test]
fn try_state_should_find_groups_that_count_wrongly() {
	let message = "1: a group counts other members";
	finds(|| Members::<Test>::remove(of(STRANGER), account(CLIENT)), message);
	let lost = || Members::<Test>::insert(of(CLIENT), account(CLIENT), 0);
	finds(lost, "1: somebody is a member of no group");
}

#[test]
fn try_state_should_find_holds_that_differ() {
	let message = "holds differ from what entries say";
	finds(|| pallet_balances::Holds::<Test>::remove(account(STRANGER)), message);
}
