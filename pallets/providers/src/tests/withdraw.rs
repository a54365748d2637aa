use super::*;
use assay_primitives::traits::Stakes;

#[test]
fn withdraw_should_give_back_what_has_matured_and_nothing_else() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_noop!(Providers::withdraw(signed(STASH)), refused(BondFault::NothingToWithdraw));
		assert_ok!(Providers::unbond(signed(STASH), 5 * UNIT));
		pass_blocks(1);
		assert_ok!(Providers::unbond(signed(STASH), 7 * UNIT));
		pass_blocks(UNBONDING_PERIOD - 2);
		assert_noop!(Providers::withdraw(signed(STASH)), refused(BondFault::NothingToWithdraw));
		pass_blocks(1);
		for id in [OPERATOR, STRANGER] {
			assert_noop!(Providers::withdraw(signed(id)), refused(BondFault::NotRegistered));
		}
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert_eq!(chunks(STASH), [(7 * UNIT, 2 + UNBONDING_PERIOD)]);
		assert_eq!((held(STASH), usable(STASH)), (25 * UNIT, ENDOWMENT - 25 * UNIT));
		let (provider, bond) = (account(STASH), 25 * UNIT);
		assert_eq!(last_event(), Event::Withdrawn { provider, amount: 5 * UNIT, bond });
	});
}

#[test]
fn withdraw_should_remove_the_provider_when_it_was_leaving() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::leave(signed(STASH)));
		pass_blocks(UNBONDING_PERIOD);
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert!(!crate::Providers::<Test>::contains_key(account(STASH)));
		assert_eq!(crate::Providers::<Test>::count(), 0);
		assert_eq!((held(STASH), usable(STASH)), (0, ENDOWMENT));
		assert_eq!(last_event(), Event::Removed { provider: account(STASH) });
	});
}

#[test]
fn withdraw_should_give_only_what_is_left_when_a_slash_reached_the_unbonding_part() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Pallet::<Test>::lock(&account(STASH), DEAL, 10 * UNIT));
		assert_ok!(Providers::unbond(signed(STASH), 12 * UNIT));
		pass_blocks(1);
		assert_ok!(Providers::unbond(signed(STASH), 8 * UNIT));
		// 10 out of what is locked, 8 and then 4 out of the younger and the older chunk.
		assert_eq!(
			Pallet::<Test>::slash(&account(STASH), DEAL, 22 * UNIT, 0, &[]).amount,
			22 * UNIT
		);
		assert_eq!(chunks(STASH), [(8 * UNIT, 1 + UNBONDING_PERIOD)]);
		pass_blocks(2 * UNBONDING_PERIOD);
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert_eq!((held(STASH), usable(STASH)), (0, ENDOWMENT - 22 * UNIT));
	});
}

#[test]
fn withdraw_should_remove_the_provider_when_it_lost_everything_while_leaving() {
	build_and_execute(|| {
		serve(STASH, OPERATOR, 30 * UNIT);
		assert_ok!(Providers::leave(signed(STASH)));
		crate::Providers::<Test>::mutate(account(STASH), |provider| {
			provider.as_mut().expect("registered").work = one_slot();
		});
		assert_eq!(
			Pallet::<Test>::slash(&account(STASH), DEAL, 31 * UNIT, 0, &[]).amount,
			30 * UNIT
		);
		assert_ok!(Providers::withdraw(signed(STASH)));
		assert!(!crate::Providers::<Test>::contains_key(account(STASH)));
		assert_eq!(held(STASH), 0);
	});
}
