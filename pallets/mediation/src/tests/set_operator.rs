use super::*;

#[test]
fn set_operator_should_make_the_old_key_worthless_at_once() {
	build_and_execute(3, || {
		let case = open_and_draw(1);
		let who = members(case)[0].clone();
		let old = operator_of(&who);
		let key = newcomer(7);
		assert_ok!(Mediation::set_operator(signed(who.clone()), key.clone()));
		let seal = seal_of(case, &who, &truth());
		assert_noop!(seal_with(old, case, seal), refused(BondFault::NotOperator));
		assert_noop!(seal_with(key.clone(), case, seal), refused(BondFault::NotOperator));
		assert_ok!(Mediation::accept_operator(signed(key.clone()), who));
		assert_ok!(seal_with(key, case, seal));
	});
}

#[test]
fn set_operator_should_refuse_keys_of_others_and_the_same_key() {
	build_and_execute(2, || {
		let set = |key| Mediation::set_operator(signed(stash(0)), key);
		assert_noop!(set(operator(0)), refused(BondFault::OperatorInUse));
		assert_noop!(set(operator(1)), refused(BondFault::OperatorInUse));
		assert_noop!(set(stash(1)), refused(BondFault::OperatorIsStash));
		let missing = Mediation::set_operator(signed(STRANGER), CLIENT);
		assert_noop!(missing, refused(BondFault::NotRegistered));
		assert_ok!(set(stash(0)));
		assert_eq!(mediator(&stash(0)).status, MediatorStatus::Serving);
	});
}
