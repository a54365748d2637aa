use super::*;

#[test]
fn update_should_replace_the_declaration_and_keep_the_operator_when_it_is_the_same() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		let mut new = declaration(OPERATOR);
		new.capacity.slots = 7;
		assert_ok!(Providers::update(signed(STASH), new.clone()));
		assert_eq!(provider(STASH).declaration, new);
		assert_eq!(status(STASH), Status::Serving);
		let updated = Event::Updated { provider: account(STASH), operator: account(OPERATOR) };
		assert_eq!(last_event(), updated);
	});
}

#[test]
fn update_should_take_the_power_of_a_stolen_key_at_once_when_it_names_another() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::update(signed(STASH), declaration(OTHER_OPERATOR)));
		assert_eq!(Operators::<Test>::get(account(OPERATOR)), None);
		assert_eq!(status(STASH), Status::Nominating);
		let (provider, operator) = (account(STASH), account(OPERATOR));
		assert!(events().contains(&Event::OperatorRemoved { provider, operator }));
		assert_noop!(
			Providers::accept_operator(signed(OPERATOR), account(STASH)),
			refused(BondFault::OperatorNotNamed)
		);
		assert_ok!(Providers::accept_operator(signed(OTHER_OPERATOR), account(STASH)));
		assert_eq!(Operators::<Test>::get(account(OTHER_OPERATOR)), Some(account(STASH)));
	});
}

#[test]
fn update_should_serve_at_once_when_the_stash_takes_over() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::update(signed(STASH), declaration(STASH)));
		assert_eq!(Operators::<Test>::get(account(STASH)), Some(account(STASH)));
		assert_eq!(Operators::<Test>::get(account(OPERATOR)), None);
	});
}

#[test]
fn update_should_leave_no_free_slots_when_fewer_are_declared_than_are_in_use() {
	use assay_primitives::traits::{Capacity, Stakes};
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, UNIT));
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, UNIT));
		let mut new = declaration(OPERATOR);
		new.capacity.slots = 1;
		assert_ok!(Providers::update(signed(STASH), new));
		assert_eq!(Pallet::<Test>::free_slots(&account(STASH)), 0);
		Pallet::<Test>::release(&account(STASH), DEAL, UNIT);
		assert_eq!(Pallet::<Test>::free_slots(&account(STASH)), 0);
		Pallet::<Test>::release(&account(STASH), DEAL, UNIT);
		assert_eq!(Pallet::<Test>::free_slots(&account(STASH)), 1);
	});
}

#[test]
fn update_should_be_refused_when_the_signer_is_the_operator() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_noop!(
			Providers::update(signed(OPERATOR), declaration(OTHER_OPERATOR)),
			refused(BondFault::NotRegistered)
		);
	});
}

#[test]
fn update_should_be_refused_when_leaving() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(
			Providers::update(signed(STASH), declaration(OPERATOR)),
			refused(BondFault::Leaving)
		);
	});
}

#[test]
fn update_should_be_refused_when_the_new_operator_is_taken() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		serve(OTHER_STASH, OTHER_OPERATOR, MIN_BOND);
		assert_noop!(
			Providers::update(signed(STASH), declaration(OTHER_OPERATOR)),
			refused(BondFault::OperatorInUse)
		);
		assert_noop!(
			Providers::update(signed(STASH), declaration(OTHER_STASH)),
			refused(BondFault::OperatorIsStash)
		);
	});
}

#[test]
fn update_should_be_refused_when_the_declaration_makes_no_sense() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		let mut new = declaration(OPERATOR);
		new.capacity.slots = 0;
		assert_noop!(Providers::update(signed(STASH), new), Error::<Test>::NoSlots);
	});
}
