use super::*;

fn withdraw() -> sp_runtime::DispatchResult {
	Mediation::withdraw(signed(stash(0)))
}

#[test]
fn withdraw_should_return_what_was_unbonded_when_its_time_has_come() {
	build_and_execute(1, || {
		assert_noop!(withdraw(), refused(BondFault::NothingToWithdraw));
		assert_ok!(Mediation::unbond(signed(stash(0)), 500));
		run_to(UNBONDING);
		assert_noop!(withdraw(), refused(BondFault::NothingToWithdraw));
		next_block();
		assert_ok!(withdraw());
		assert_eq!(held(&stash(0)), BOND - 500);
		assert_noop!(withdraw(), refused(BondFault::NothingToWithdraw));
	});
}

#[test]
fn withdraw_should_remove_who_has_left_and_free_its_position_and_key() {
	build_and_execute(2, || {
		assert_ok!(Mediation::leave(signed(stash(0))));
		run_to(UNBONDING);
		assert_noop!(withdraw(), refused(BondFault::NothingToWithdraw));
		next_block();
		assert_ok!(withdraw());
		assert!(emitted(Event::Removed { mediator: stash(0) }));
		assert_eq!(held(&stash(0)), 0);
		assert_eq!(Mediation::mediator_of(&operator(0)), None);
		let who = join(5, BOND);
		assert_eq!(mediator(&who).position, 0);
		assert_eq!(weight(&who), 0);
		assert_noop!(withdraw(), refused(BondFault::NotRegistered));
	});
}

#[test]
fn withdraw_should_leave_what_stakes_reach_into() {
	build_and_execute(3, || {
		DrawsPerBlock::set(16);
		for deal in 0..8 {
			open(deal);
		}
		pass(DRAW_AFTER);
		assert_eq!(mediator(&stash(0)).bond.locked, 8 * STAKE);
		// The bond is below the minimum then, which a real `unbond` refuses.
		Mediation::reseat(&stash(0), |entry| {
			let mediator = entry.as_mut().expect("registered");
			mediator.bond.unbond(BOND, 0, 1).expect("nothing has to stay");
		});
		assert_ok!(withdraw());
		assert_eq!(held(&stash(0)), 8 * STAKE);
		assert_noop!(withdraw(), refused(BondFault::StakeLocked));
	});
}
