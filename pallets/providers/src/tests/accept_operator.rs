use super::*;

#[test]
fn accept_operator_should_let_the_provider_serve_when_it_was_named() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		assert_ok!(Providers::accept_operator(signed(OPERATOR), account(STASH)));
		assert_eq!(status(STASH), Status::Serving);
		assert_eq!(Pallet::<Test>::provider_of(&account(OPERATOR)), Some(account(STASH)));
		let (provider, operator) = (account(STASH), account(OPERATOR));
		assert_eq!(last_event(), Event::OperatorAccepted { provider, operator });
	});
}

#[test]
fn accept_operator_should_be_refused_when_not_named() {
	build_and_execute(|| {
		assert_noop!(
			Providers::accept_operator(signed(OPERATOR), account(STASH)),
			Error::<Test>::ProviderNotFound
		);
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		for id in [STASH, STRANGER] {
			assert_noop!(
				Providers::accept_operator(signed(id), account(STASH)),
				Error::<Test>::OperatorNotNominated
			);
		}
	});
}

#[test]
fn accept_operator_should_be_refused_when_done_already() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_noop!(
			Providers::accept_operator(signed(OPERATOR), account(STASH)),
			Error::<Test>::OperatorAlreadyAccepted
		);
	});
}

#[test]
fn accept_operator_should_be_refused_when_the_provider_is_leaving() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		assert_ok!(Providers::deregister(signed(STASH)));
		assert_noop!(
			Providers::accept_operator(signed(OPERATOR), account(STASH)),
			Error::<Test>::ProviderLeaving
		);
	});
}

#[test]
fn accept_operator_should_be_refused_when_the_key_signs_for_another() {
	build_and_execute(|| {
		for stash in [STASH, OTHER_STASH] {
			assert_ok!(Providers::register(signed(stash), declaration(OPERATOR), MIN_BOND));
		}
		assert_ok!(Providers::accept_operator(signed(OPERATOR), account(STASH)));
		let accept = || Providers::accept_operator(signed(OPERATOR), account(OTHER_STASH));
		assert_noop!(accept(), Error::<Test>::OperatorInUse);
		assert_ok!(Providers::resign_operator(signed(OPERATOR)));
		assert_ok!(accept());
		assert_eq!(status(STASH), Status::Nominating);
	});
}

#[test]
fn accept_operator_should_be_refused_when_the_key_became_a_stash_meanwhile() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		assert_ok!(Providers::register(signed(OPERATOR), declaration(STRANGER), MIN_BOND));
		assert_noop!(
			Providers::accept_operator(signed(OPERATOR), account(STASH)),
			Error::<Test>::OperatorIsStashOfAnother
		);
	});
}
