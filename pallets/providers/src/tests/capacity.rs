use super::*;
use assay_primitives::{
	Hash,
	provider::ProviderView,
	traits::{Capacity, Stakes},
};

#[test]
fn capacity_should_be_what_was_declared_when_serving() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		let stash = account(STASH);
		let declaration = declaration(OPERATOR);
		assert_eq!(Pallet::<Test>::declared(&stash), Some(declaration.capacity));
		assert_eq!(Pallet::<Test>::operator_of(&stash), Some(account(OPERATOR)));
		let of_operator = <Pallet<Test> as Capacity>::provider_of(&account(OPERATOR));
		assert_eq!(of_operator, Some(stash.clone()));
		assert!(Pallet::<Test>::serves(&stash, &declaration.profiles[1]));
		assert!(!Pallet::<Test>::serves(&stash, &Hash::repeat_byte(9)));
		assert_eq!(Pallet::<Test>::free_slots(&stash), 2);
		assert_ok!(Pallet::<Test>::lock(&stash, DEAL, UNIT));
		assert_eq!(Pallet::<Test>::free_slots(&stash), 1);
	});
}

#[test]
fn operator_of_should_be_none_when_it_has_not_accepted() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		assert_eq!(Pallet::<Test>::operator_of(&account(STASH)), None);
		assert_eq!(Pallet::<Test>::provider_of(&account(OPERATOR)), None);
	});
}

#[test]
fn capacity_should_be_nothing_when_there_is_no_such_provider() {
	build_and_execute(|| {
		let nobody = account(NOBODY);
		assert_eq!(Pallet::<Test>::declared(&nobody), None);
		assert_eq!(Pallet::<Test>::free_slots(&nobody), 0);
		assert_eq!(Pallet::<Test>::provider_view(&nobody), None);
	});
}

#[test]
fn views_should_show_the_parts_of_the_bond() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		serve(OTHER_STASH, OTHER_OPERATOR, MIN_BOND);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, 3 * UNIT));
		assert_ok!(Providers::unbond(signed(STASH), 7 * UNIT));
		let expected = ProviderView {
			stash: account(STASH),
			declaration: declaration(OPERATOR),
			free: 20 * UNIT,
			locked: 3 * UNIT,
			unbonding: 7 * UNIT,
			slots_used: 1,
			reputation: Default::default(),
			registered_at: 1,
			status: Status::Serving,
			exposure_limit: None,
			free_slots: 1,
		};
		assert_eq!(Pallet::<Test>::provider_view(&account(STASH)), Some(expected.clone()));
		let all = Pallet::<Test>::providers(None, u32::MAX);
		assert_eq!((all.items.len(), all.next), (2, None));
		assert!(all.items.contains(&expected));
		let half = Pallet::<Test>::providers(None, 1);
		let rest = Pallet::<Test>::providers(half.next, 1);
		assert_eq!([half.items, rest.items].concat(), all.items);
	});
}
