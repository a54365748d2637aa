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

// What is refused of all parties is in `pallet_bonds`; here is that this call asks for it.
#[test]
fn accept_operator_should_be_refused_when_not_asked_or_not_free() {
	build_and_execute(|| {
		let accept = |key, stash| Providers::accept_operator(signed(key), account(stash));
		assert_noop!(accept(OPERATOR, STASH), refused(BondFault::NotRegistered));
		for stash in [STASH, OTHER_STASH] {
			assert_ok!(Providers::register(signed(stash), declaration(OPERATOR), MIN_BOND));
		}
		assert_noop!(accept(STRANGER, STASH), refused(BondFault::OperatorNotNamed));
		assert_ok!(accept(OPERATOR, STASH));
		assert_noop!(accept(OPERATOR, STASH), refused(BondFault::AlreadyAccepted));
		assert_noop!(accept(OPERATOR, OTHER_STASH), refused(BondFault::OperatorInUse));
		assert_ok!(Providers::resign_operator(signed(OPERATOR)));
		assert_ok!(accept(OPERATOR, OTHER_STASH));
		assert_eq!(status(STASH), Status::Nominating);
		assert_ok!(Providers::leave(signed(STASH)));
		assert_noop!(accept(OPERATOR, STASH), refused(BondFault::Leaving));
	});
}
