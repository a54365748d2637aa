use super::*;
use assay_primitives::{Hash, provider::Declaration};
use polkadot_sdk::frame_support::BoundedVec;

#[test]
fn register_should_hold_the_bond_and_wait_for_the_operator_when_it_is_another_key() {
	build_and_execute(|| {
		pass_blocks(4);
		assert_ok!(Providers::register(signed(STASH), declaration(OPERATOR), 50 * UNIT));
		let expected = Provider::new(declaration(OPERATOR), Bond::of(50 * UNIT), 5);
		assert_eq!(provider(STASH), expected);
		assert_eq!(provider(STASH).bond.free(), 50 * UNIT);
		assert_eq!((held(STASH), usable(STASH)), (50 * UNIT, ENDOWMENT - 50 * UNIT));
		assert_eq!(Operators::<Test>::get(account(OPERATOR)), None);
		let (provider, operator) = (account(STASH), account(OPERATOR));
		let registered = Event::Registered { provider, operator, bond: 50 * UNIT };
		assert_eq!(events(), [registered]);
	});
}

#[test]
fn register_should_serve_at_once_when_the_stash_is_its_own_operator() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(STASH), declaration(STASH), MIN_BOND));
		assert_eq!(status(STASH), Status::Serving);
		assert_eq!(Operators::<Test>::get(account(STASH)), Some(account(STASH)));
		let accepted =
			Event::OperatorAccepted { provider: account(STASH), operator: account(STASH) };
		assert_eq!(last_event(), accepted);
	});
}

#[test]
fn register_should_succeed_when_strangers_named_the_account_as_their_operator() {
	build_and_execute(|| {
		assert_ok!(Providers::register(signed(OTHER_STASH), declaration(STASH), MIN_BOND));
		assert_ok!(Providers::register(signed(STRANGER), declaration(OPERATOR), MIN_BOND));
		serve(STASH, OPERATOR, MIN_BOND);
		assert_eq!(status(STASH), Status::Serving);
	});
}

#[test]
fn register_should_be_refused_when_leaving_so_that_a_reset_takes_the_whole_period() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, MIN_BOND);
		assert_ok!(Providers::leave(signed(STASH)));
		let again = || Providers::register(signed(STASH), declaration(OPERATOR), MIN_BOND);
		pass_blocks(UNBONDING_PERIOD);
		assert_noop!(again(), refused(BondFault::AlreadyRegistered));
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert_ok!(again());
	});
}

#[test]
fn register_should_be_refused_when_an_account_has_a_role_or_the_bond_is_short() {
	build_and_execute(|| {
		let with =
			|stash, operator, bond| Providers::register(signed(stash), declaration(operator), bond);
		assert_noop!(with(STASH, OPERATOR, MIN_BOND - 1), refused(BondFault::BelowMinimum));
		assert_noop!(with(STASH, OPERATOR, ENDOWMENT), TokenError::FundsUnavailable);
		serve(OTHER_STASH, OPERATOR, MIN_BOND);
		let again = with(OTHER_STASH, OTHER_OPERATOR, MIN_BOND);
		assert_noop!(again, refused(BondFault::AlreadyRegistered));
		assert_noop!(with(STASH, OPERATOR, MIN_BOND), refused(BondFault::OperatorInUse));
		assert_noop!(with(STASH, OTHER_STASH, MIN_BOND), refused(BondFault::OperatorIsStash));
		let both = with(OPERATOR, STRANGER, MIN_BOND);
		assert_noop!(both, refused(BondFault::StashIsOperator));
		assert_ok!(Providers::resign_operator(signed(OPERATOR)));
		assert_ok!(with(OPERATOR, STRANGER, MIN_BOND));
	});
}

fn refuses(change: impl FnOnce(&mut Declaration), error: Error<Test>) {
	build_and_execute(|| {
		let mut declaration = declaration(OPERATOR);
		change(&mut declaration);
		let call = Providers::register(signed(STASH), declaration, MIN_BOND);
		assert_noop!(call, error);
	});
}

#[test]
fn register_should_be_refused_when_there_are_no_slots() {
	refuses(|declaration| declaration.capacity.slots = 0, Error::NoSlots);
}

#[test]
fn register_should_be_refused_when_there_are_no_profiles() {
	refuses(|declaration| declaration.profiles.clear(), Error::NoProfiles);
}

#[test]
fn register_should_be_refused_when_a_profile_is_named_twice() {
	let profiles = [1, 2, 1].map(Hash::repeat_byte).to_vec();
	let profiles = BoundedVec::truncate_from(profiles);
	refuses(|declaration| declaration.profiles = profiles, Error::DuplicateProfile);
}

#[test]
fn register_should_be_refused_when_the_endpoint_holds_control_sequences() {
	for bytes in [&b"https://a\x1b[2J"[..], b"https://a b", "https://\u{e4}".as_bytes()] {
		let endpoint = BoundedVec::truncate_from(bytes.to_vec());
		refuses(|declaration| declaration.endpoint = endpoint, Error::EndpointNotPrintable);
	}
}

#[test]
fn register_should_succeed_when_there_is_no_endpoint() {
	build_and_execute(|| {
		let mut declaration = declaration(OPERATOR);
		declaration.endpoint.clear();
		assert_ok!(Providers::register(signed(STASH), declaration, MIN_BOND));
	});
}
