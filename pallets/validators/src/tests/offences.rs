use super::*;
use polkadot_sdk::{pallet_balances, sp_staking::offence::OffenceError};

#[test]
fn offence_should_slash_disable_and_remove_when_reported() {
	build_and_execute(|| {
		let issued = pallet_balances::TotalIssuance::<Test>::get();
		assert_ok!(report(2, 20));
		assert_eq!(held(2), 7_200);
		assert_eq!(disabled(), vec![2]);
		let cause = Cause::Offence(Perbill::from_percent(20));
		assert_eq!(departure(2), Departure { bond: 7_200, cause, withdrawable_at: 1 + UNBONDING });
		System::assert_has_event(
			Event::Slashed {
				validator: account(2),
				session: 0,
				fraction: Perbill::from_percent(20),
				amount: 1_800,
			}
			.into(),
		);
		assert_eq!(pallet_balances::TotalIssuance::<Test>::get(), issued - 1_800);
		next_session();
		assert_eq!((active(), queued()), (vec![1, 2, 3, 4], vec![1, 3, 4]));
		next_session();
		assert_eq!(active(), vec![1, 3, 4]);
	});
}

#[test]
fn offence_should_stay_disabled_when_the_set_changes_for_another_reason() {
	MaximumValidators::set(5);
	build_and_execute(|| {
		join_with_keys(5, 20_000);
		next_session();
		// Session 2 is planned with 2 and 5; the offence comes after that.
		assert_ok!(report(2, 20));
		next_session();
		assert_eq!(active(), vec![1, 2, 3, 4, 5]);
		assert_eq!(disabled(), vec![2]);
		next_session();
		assert_eq!((active(), disabled()), (vec![1, 3, 4, 5], vec![]));
	});
}

#[test]
fn offence_should_be_slashed_once_when_it_is_reported_again() {
	build_and_execute(|| {
		assert_ok!(report(2, 20));
		assert_eq!(report(2, 20), Err(OffenceError::DuplicateReport));
		// The bond has changed, the identity of the offence has not.
		assert_eq!(held(2), 7_200);
	});
}

#[test]
fn offence_should_cost_the_difference_when_more_offenders_turn_up() {
	build_and_execute(|| {
		assert_ok!(report(2, 10));
		assert_eq!(held(2), 8_100);
		// A second offender in the same slot doubles the fraction for both.
		assert_ok!(report(3, 10));
		assert_eq!(held(2), 9_000 - 1_800);
		assert_eq!(held(3), 8_000 - 1_600);
	});
}

#[test]
fn offence_should_cost_its_highest_fraction_when_a_session_has_several() {
	build_and_execute(|| {
		assert_ok!(report_in(2, 20, 0, 1));
		assert_ok!(report_in(2, 10, 0, 2));
		assert_eq!(held(2), 7_200);
		assert_ok!(report_in(2, 30, 0, 3));
		assert_eq!(held(2), 6_300);
		next_session();
		// Another session is another matter: 10 % of what was there before.
		assert_ok!(report_in(2, 10, 1, 4));
		assert_eq!(held(2), 5_670);
		assert_eq!(departure(2).cause, Cause::Offence(Perbill::from_percent(30)));
	});
}

#[test]
fn offence_should_take_all_but_no_more_when_fractions_add_up() {
	build_and_execute(|| {
		assert_ok!(report_in(2, 100, 0, 1));
		assert_eq!(held(2), 0);
		next_session();
		assert_ok!(report_in(2, 50, 1, 2));
		assert_eq!(held(2), 0);
		assert_eq!(Balances::free_balance(account(2)), FUNDS - 9_000);
	});
}

#[test]
fn leaving_validator_should_be_slashable_until_its_bond_is_withdrawable() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		next_session();
		next_session();
		wait(UNBONDING - 1);
		// Reported at the last moment: an offence of session 1, in which it was active.
		assert_ok!(report_in(2, 50, 1, 9));
		assert_eq!(held(2), 4_500);
		// Which starts the wait again, for what else may come to light.
		wait(1);
		assert_noop!(withdraw(2), refused(BondFault::NothingToWithdraw));
		wait(UNBONDING);
		assert_ok!(withdraw(2));
		assert_eq!(Balances::free_balance(account(2)), FUNDS - 4_500);
	});
}

#[test]
fn leaving_should_not_shorten_the_wait_when_the_validator_stays_active_for_long() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		wait(3 * UNBONDING);
		next_session();
		next_session();
		let now = System::block_number();
		assert_eq!(departure(2).withdrawable_at, now + UNBONDING);
	});
}

#[test]
fn offence_should_do_nothing_to_money_when_the_bond_is_gone() {
	build_and_execute(|| {
		assert_ok!(leave(2));
		next_session();
		next_session();
		wait(UNBONDING);
		assert_ok!(withdraw(2));
		assert_ok!(report_in(2, 50, 1, 9));
		assert_eq!(Balances::free_balance(account(2)), FUNDS);
		assert!(!Departures::<Test>::contains_key(account(2)));
	});
}

#[test]
fn offender_should_not_come_back_when_its_wait_is_not_over() {
	build_and_execute(|| {
		assert_ok!(report(2, 1));
		assert_noop!(join(2, 9_000), refused(BondFault::AlreadyRegistered));
		assert_noop!(leave(2), refused(BondFault::NotRegistered));
	});
}

#[test]
fn slashes_should_be_forgotten_when_their_session_is() {
	build_and_execute(|| {
		assert_ok!(report(2, 10));
		assert!(Slashes::<Test>::contains_key(0, account(2)));
		for _ in 0..HISTORY {
			next_session();
		}
		assert_eq!(Slashes::<Test>::iter().count(), 0);
	});
}
