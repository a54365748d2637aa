use super::*;
use assay_primitives::{
	provider::{Conduct, Reputation},
	traits::Reputations,
};

fn reputation() -> Reputation {
	provider(STASH).reputation
}

fn note(conduct: Conduct, times: u32) {
	for _ in 0..times {
		Pallet::<Test>::note(&account(STASH), conduct);
	}
}

#[test]
fn prov_02_score_should_change_only_when_there_were_several_contributors() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		note(Conduct::Alone, 3);
		assert_eq!(Pallet::<Test>::score(&account(STASH)), 0);
		note(Conduct::Agreed, 30);
		assert_eq!(Pallet::<Test>::score(&account(STASH)), 30);
		let scores = [20, 13, 8, 5, 3, 2, 1, 0, 0];
		for expected in scores {
			note(Conduct::Wrong, 1);
			assert_eq!(Pallet::<Test>::score(&account(STASH)), expected);
		}
		let expected = Reputation { paid: 33, wrong: 9, ..Default::default() };
		assert_eq!(reputation(), expected);
	});
}

#[test]
fn score_should_fall_when_silent_or_withholding_and_stay_when_content_is_missing() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		note(Conduct::Agreed, 9);
		note(Conduct::Silent, 1);
		assert_eq!(reputation().score, 6);
		note(Conduct::Withheld, 1);
		assert_eq!(reputation().score, 4);
		note(Conduct::Unavailable, 1);
		assert_eq!((reputation().score, reputation().unavailable), (4, 1));
	});
}

#[test]
fn reputation_should_survive_changes_of_key_and_declaration() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		note(Conduct::Wrong, 1);
		assert_ok!(Providers::update(signed(STASH), declaration(OTHER_OPERATOR)));
		assert_ok!(Providers::accept_operator(signed(OTHER_OPERATOR), account(STASH)));
		assert_eq!(reputation().wrong, 1);
	});
}

#[test]
fn note_should_change_nothing_when_there_is_no_such_provider() {
	build_and_execute(|| {
		note(Conduct::Agreed, 1);
		assert!(!crate::Providers::<Test>::contains_key(account(STASH)));
		assert_eq!(Pallet::<Test>::score(&account(STASH)), 0);
	});
}
