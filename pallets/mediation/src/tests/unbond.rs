use super::*;

fn unbond(amount: Balance) -> sp_runtime::DispatchResult {
	Mediation::unbond(signed(stash(0)), amount)
}

#[test]
fn unbond_should_lower_the_weight_and_keep_the_money() {
	build_and_execute(1, || {
		assert_ok!(unbond(MIN_BOND / 2));
		assert_eq!(held(&stash(0)), BOND);
		assert_eq!(next_weight(&stash(0)), ((BOND - MIN_BOND / 2) / WEIGHT_UNIT) as u64);
		assert!(emitted(Event::Unbonded {
			mediator: stash(0),
			amount: MIN_BOND / 2,
			at: 1 + UNBONDING
		}));
	});
}

#[test]
fn unbond_should_add_up_and_wait_anew() {
	build_and_execute(1, || {
		assert_ok!(unbond(1));
		pass(10);
		assert_ok!(unbond(2));
		let unbonding = mediator(&stash(0)).unbonding;
		assert_eq!(unbonding, Some(Unbonding { amount: 3, at: 11 + UNBONDING }));
	});
}

#[test]
fn unbond_should_refuse_to_go_below_the_minimum() {
	build_and_execute(1, || {
		assert_noop!(unbond(0), Error::<Test>::AmountIsZero);
		assert_noop!(unbond(BOND - MIN_BOND + 1), Error::<Test>::BondBelowMinimum);
		assert_noop!(unbond(Balance::MAX), Error::<Test>::BondBelowMinimum);
		assert_ok!(unbond(BOND - MIN_BOND));
		assert_noop!(unbond(1), Error::<Test>::BondBelowMinimum);
		let missing = Mediation::unbond(signed(STRANGER), 1);
		assert_noop!(missing, Error::<Test>::MediatorNotFound);
	});
}

#[test]
fn unbond_should_not_free_from_a_seat_that_is_drawn_afterwards() {
	build_and_execute(3, || {
		// So many seats that only what is unbonding covers the next.
		let cases: Vec<CaseId> = (0..8).map(open).collect();
		assert_ok!(unbond(BOND - MIN_BOND));
		cases.iter().for_each(|case| await_draw(*case));
		assert_eq!(mediator(&stash(0)).seats.len(), 8);
	});
}
