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

/// Whoever takes a little out later would lose the time that the first amount has waited.
#[test]
fn unbond_should_leave_the_clock_of_earlier_amounts_alone() {
	build_and_execute(1, || {
		assert_ok!(unbond(1));
		pass(10);
		assert_ok!(unbond(2));
		let (first, second) = (1 + UNBONDING, 11 + UNBONDING);
		let chunks = mediator(&stash(0)).bond.unbonding.into_inner();
		assert_eq!(chunks, [Chunk { amount: 1, at: first }, Chunk { amount: 2, at: second }]);
		run_to(first);
		assert_ok!(Mediation::withdraw(signed(stash(0))));
		assert_eq!(held(&stash(0)), BOND - 1);
	});
}

#[test]
fn unbond_should_be_refused_when_too_many_amounts_are_on_their_way() {
	build_and_execute(1, || {
		for _ in 0..MAX_UNBONDINGS {
			assert_ok!(unbond(1));
			next_block();
		}
		assert_noop!(unbond(1), refused(BondFault::TooManyUnbondings));
	});
}

#[test]
fn unbond_should_refuse_to_go_below_the_minimum() {
	build_and_execute(1, || {
		assert_noop!(unbond(0), refused(BondFault::ZeroAmount));
		assert_noop!(unbond(BOND - MIN_BOND + 1), refused(BondFault::BelowMinimum));
		assert_noop!(unbond(Balance::MAX), refused(BondFault::BelowMinimum));
		assert_ok!(unbond(BOND - MIN_BOND));
		assert_noop!(unbond(1), refused(BondFault::BelowMinimum));
		let missing = Mediation::unbond(signed(STRANGER), 1);
		assert_noop!(missing, refused(BondFault::NotRegistered));
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
