use super::*;

fn nominate(index: u32) -> AccountId {
	let who = newcomer(index);
	assert_ok!(Mediation::register(signed(who.clone()), operator(index), terms(4), BOND));
	who
}

#[test]
fn accept_operator_should_bring_the_weight_two_eras_on() {
	build_and_execute(0, || {
		let who = nominate(1);
		assert_ok!(Mediation::accept_operator(signed(operator(1)), who.clone()));
		let weight_of_bond = (BOND / WEIGHT_UNIT) as u64;
		assert!(emitted(Event::WeightChanged {
			mediator: who.clone(),
			weight: weight_of_bond,
			era: ERAS_AHEAD
		}));
		assert_eq!(weight(&who), 0);
		run_to_era(1);
		assert_eq!(weight(&who), 0);
		run_to_era(2);
		assert_eq!(weight(&who), weight_of_bond);
	});
}

#[test]
fn accept_operator_should_refuse_everybody_who_was_not_asked() {
	build_and_execute(2, || {
		let who = nominate(5);
		let accept = |key: AccountId| Mediation::accept_operator(signed(key), who.clone());
		assert_noop!(accept(STRANGER), refused(BondFault::OperatorNotNamed));
		assert_noop!(accept(operator(0)), refused(BondFault::OperatorNotNamed));
		assert_ok!(accept(operator(5)));
		assert_noop!(accept(operator(5)), refused(BondFault::AlreadyAccepted));
		let missing = Mediation::accept_operator(signed(operator(5)), STRANGER);
		assert_noop!(missing, refused(BondFault::NotRegistered));
	});
}

#[test]
fn accept_operator_should_refuse_when_the_mediator_leaves() {
	build_and_execute(0, || {
		let who = nominate(5);
		assert_ok!(Mediation::leave(signed(who.clone())));
		let accept = Mediation::accept_operator(signed(operator(5)), who);
		assert_noop!(accept, refused(BondFault::Leaving));
	});
}

#[test]
fn accept_operator_should_refuse_a_key_that_signs_elsewhere_by_now() {
	build_and_execute(0, || {
		let (one, other) = (newcomer(1), newcomer(2));
		for who in [&one, &other] {
			assert_ok!(Mediation::register(signed(who.clone()), operator(9), terms(1), BOND));
		}
		assert_ok!(Mediation::accept_operator(signed(operator(9)), one));
		let second = Mediation::accept_operator(signed(operator(9)), other);
		assert_noop!(second, refused(BondFault::OperatorInUse));
	});
}
