use super::*;

fn register(index: u32, terms: MediatorTerms, bond: Balance) -> sp_runtime::DispatchResult {
	Mediation::register(signed(stash(index)), operator(index), terms, bond)
}

#[test]
fn register_should_hold_the_bond_and_wait_for_the_operator() {
	build_and_execute(0, || {
		newcomer(1);
		assert_ok!(register(1, terms(4), BOND));
		let who = stash(1);
		assert_eq!(held(&who), BOND);
		assert_eq!(mediator(&who).status, MediatorStatus::Nominating);
		assert_eq!(next_weight(&who), 0);
		assert!(emitted(Event::Registered { mediator: who, operator: operator(1), bond: BOND }));
	});
}

#[test]
fn register_should_serve_at_once_when_the_stash_is_its_own_operator() {
	build_and_execute(0, || {
		let who = newcomer(1);
		assert_ok!(Mediation::register(signed(who.clone()), who.clone(), terms(1), BOND));
		assert_eq!(mediator(&who).status, MediatorStatus::Serving);
		assert_eq!(weight(&who), 0);
		assert_eq!(next_weight(&who), (BOND / WEIGHT_UNIT) as u64);
	});
}

#[test]
fn register_should_refuse_what_makes_no_sense() {
	build_and_execute(1, || {
		let none = MediatorTerms { profiles: Default::default(), ..terms(1) };
		let mut twice = terms(1);
		twice.profiles.try_push(twice.profiles[0]).expect("fits");
		newcomer(1);
		assert_noop!(register(1, terms(0), BOND), Error::<Test>::CapacityOutOfRange);
		assert_noop!(register(1, terms(65), BOND), Error::<Test>::CapacityOutOfRange);
		assert_noop!(register(1, none, BOND), Error::<Test>::NoProfiles);
		assert_noop!(register(1, twice, BOND), Error::<Test>::DuplicateProfile);
		for inbox in [inbox(0, b"http://m"), inbox(1, b"")] {
			let half = MediatorTerms { inbox: Some(inbox), ..terms(1) };
			assert_noop!(register(1, half, BOND), Error::<Test>::InboxIncomplete);
		}
		assert_noop!(register(1, terms(1), MIN_BOND - 1), refused(BondFault::BelowMinimum));
		assert!(register(1, terms(1), 2 * RICH).is_err());
		let again = Mediation::register(signed(stash(0)), operator(0), terms(1), BOND);
		assert_noop!(again, refused(BondFault::AlreadyRegistered));
	});
}

#[test]
fn register_should_refuse_keys_that_are_another_mediators() {
	build_and_execute(2, || {
		let who = newcomer(5);
		let with = |operator| Mediation::register(signed(who.clone()), operator, terms(1), BOND);
		assert_noop!(with(operator(0)), refused(BondFault::OperatorInUse));
		assert_noop!(with(stash(1)), refused(BondFault::OperatorIsStash));
		let stolen = Mediation::register(signed(operator(0)), operator(6), terms(1), BOND);
		assert_noop!(stolen, refused(BondFault::StashIsOperator));
	});
}

#[test]
fn register_should_refuse_a_newcomer_when_the_pool_is_full() {
	build_and_execute(0, || {
		NextPosition::<Test>::put(MAX_POOL);
		newcomer(1);
		assert_noop!(register(1, terms(1), BOND), Error::<Test>::PoolFull);
		NextPosition::<Test>::put(0);
	});
}
