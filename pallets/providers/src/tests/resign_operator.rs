use super::*;

#[test]
fn resign_operator_should_leave_the_provider_without_one() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::resign_operator(signed(OPERATOR)));
		assert_eq!(status(STASH), Status::Nominating);
		assert_eq!(Operators::<Test>::get(account(OPERATOR)), None);
		assert_eq!(held(STASH), MIN_BOND);
		let (provider, operator) = (account(STASH), account(OPERATOR));
		assert_eq!(last_event(), Event::OperatorRemoved { provider, operator });
	});
}

#[test]
fn resign_operator_should_be_undone_by_accepting_again() {
	build_and_execute(|| {
		for (stash, operator) in [(STASH, OPERATOR), (OTHER_STASH, OTHER_STASH)] {
			serve(stash, operator, MIN_BOND);
			assert_ok!(Providers::resign_operator(signed(operator)));
			assert_ok!(Providers::accept_operator(signed(operator), account(stash)));
			assert_eq!(status(stash), Status::Serving);
		}
	});
}

#[test]
fn resign_operator_should_be_refused_when_the_signer_is_nobodys_operator() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND));
		for id in [STASH, OPERATOR, STRANGER] {
			assert_noop!(Providers::resign_operator(signed(id)), refused(BondFault::NotOperator));
		}
	});
}
