use super::*;

/// A fiftieth of the deposit.
const FEE: Balance = DEPOSIT / 50;

#[test]
fn place_should_be_given_up_at_once_when_no_round_has_begun() {
	build_and_execute(|| {
		create(terms(10));
		all_sign_up(2);
		let before = issuance();
		assert_ok!(leave(stash(1)));
		assert_eq!(last_event(), Event::Left { pool: 0, member: 1, fee: FEE, idle: false });
		assert_eq!((deposit_of(1), before - issuance()), (0, FEE));
		assert_noop!(leave(stash(1)), Error::<Test>::NotMember);
		// Who comes back is a new one.
		assert_ok!(sign_up(stash(1)));
		assert_eq!((stash_of(2), deposit_of(1)), (stash(1), DEPOSIT));
	});
}

#[test]
fn place_should_be_given_up_with_the_end_of_the_round() {
	build_and_execute(|| {
		race(terms(12), 3);
		assert_ok!(leave(stash(1)));
		assert_eq!(last_event(), Event::Leaving { pool: 0, member: 1 });
		assert_noop!(leave(stash(1)), Error::<Test>::AlreadyLeaving);
		assert_ok!(publish(0, 4));
		assert_ok!(publish(1, 2));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		assert_eq!(place(1), MemberPlace::Left);
		// What was done for it is not paid yet.
		assert_eq!(deposit_of(1), DEPOSIT - FEE);
		assert_noop!(sign_up(stash(1)), Error::<Test>::SignUpClosed);
		deal_out();
		assert_eq!(columns().iter().map(Vec::len).collect::<Vec<_>>(), [3, 0, 3]);
		assert_noop!(sign_up(stash(1)), Error::<Test>::AlreadySignedUp);
	});
}

/// Else whoever sees the seed first would choose between two orders.
#[test]
fn who_leaves_while_the_order_is_drawn_should_be_dealt_leaves_all_the_same() {
	build_and_execute(|| {
		create(terms(12));
		all_sign_up(3);
		run_to(START);
		assert_ok!(poke());
		assert_ok!(leave(stash(1)));
		deal_out();
		assert_eq!(columns()[1].len(), 4);
		assert_ok!(publish(0, 4));
		assert_ok!(publish(2, 4));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		assert_eq!((place(1), deposit_of(1)), (MemberPlace::Left, 0));
	});
}

#[test]
fn newcomer_should_leave_without_a_column_when_it_changes_its_mind() {
	build_and_execute(|| {
		race(terms(12), 2);
		assert_ok!(sign_up(stash(2)));
		assert_ok!(leave(stash(2)));
		pass(LIMIT);
		assert_ok!(poke());
		assert_eq!((place(2), deposit_of(2)), (MemberPlace::Left, 0));
	});
}

#[test]
fn leave_should_be_refused_when_the_signer_is_no_member_or_the_pool_is_over() {
	build_and_execute(|| {
		race(terms(4), 2);
		assert_noop!(leave(stash(2)), Error::<Test>::NotMember);
		assert_noop!(leave(STRANGER), Error::<Test>::NotMember);
		let other = Pools::leave(signed(FIRST), 0, Hash::zero());
		assert_eq!(other, Err(Error::<Test>::PoolMismatch.into()));
		all_publish();
		assert_ok!(poke());
		assert_noop!(leave(stash(0)), Error::<Test>::PoolOver);
		let nowhere = Pools::leave(signed(FIRST), 1, pool().hash());
		assert_eq!(nowhere, Err(Error::<Test>::PoolNotFound.into()));
	});
}
