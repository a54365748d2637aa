use super::*;

#[test]
fn genesis_should_put_mediators_into_the_pool_at_once() {
	build_and_execute(20, || {
		for at in 0..20 {
			assert_eq!(weight(&stash(at)), (BOND / WEIGHT_UNIT) as u64);
			assert_eq!(next_weight(&stash(at)), (BOND / WEIGHT_UNIT) as u64);
			assert_eq!(Mediation::mediator_of(&operator(at)), Some(stash(at)));
		}
		assert_eq!(free(&Mediation::pot()), ED);
	});
}

#[test]
fn genesis_should_do_without_mediators() {
	build_and_execute(0, || assert_eq!(Mediators::<Test>::count(), 0));
}
