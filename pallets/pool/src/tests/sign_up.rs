use super::*;

#[test]
fn provider_should_be_a_member_with_a_deposit_when_it_signs_up() {
	build_and_execute(|| {
		create(terms(10));
		assert_ok!(sign_up(OPERATOR));
		let event = Event::SignedUp { pool: 0, member: 0, provider: account(FIRST) };
		assert_eq!(last_event(), event);
		assert_eq!(deposit_of(0), DEPOSIT);
		assert_ok!(sign_up(stash(1)));
		assert_eq!(stash_of(1), stash(1));
	});
}

#[test]
fn sign_up_should_be_refused_when_it_is_closed() {
	build_and_execute(|| {
		create(terms(12));
		assert_ok!(sign_up(FIRST));
		run_to(START);
		assert_noop!(sign_up(stash(1)), Error::<Test>::SignUpClosed);
		assert_ok!(poke());
		assert_noop!(sign_up(stash(1)), Error::<Test>::SignUpClosed);
		deal_out();
		// Between the rounds' seeds newcomers are welcome.
		assert_ok!(sign_up(stash(1)));
		run_to(END);
		assert_noop!(sign_up(stash(2)), Error::<Test>::SignUpClosed);
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Doubted { .. }));
		assert_noop!(sign_up(stash(2)), Error::<Test>::SignUpClosed);
	});
}

#[test]
fn pool_02_who_signs_up_late_should_have_no_column_in_the_round() {
	build_and_execute(|| {
		race(terms(12), 2);
		assert_ok!(sign_up(stash(2)));
		assert_eq!(columns().len(), 2);
		let root = ListRoot { root: Hash::zero(), len: 1 };
		let refused = publish_as(stash(2), Publication { leaves: root, gas: 1 });
		assert_eq!(refused, Err(unpublished(Unpublished::NoMember).into()));
		assert_ok!(publish(0, 6));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		deal_out();
		assert_eq!(columns().iter().map(Vec::len).collect::<Vec<_>>(), [2, 2, 2]);
	});
}

#[test]
fn sign_up_should_be_refused_when_the_provider_does_not_fit() {
	build_and_execute(|| {
		create(terms(10));
		assert_noop!(sign_up(STRANGER), Error::<Test>::NotProvider);
		let mismatch = Pools::sign_up(signed(FIRST), 0, Hash::zero());
		assert_eq!(mismatch, Err(Error::<Test>::PoolMismatch.into()));
		let nowhere = Pools::sign_up(signed(FIRST), 7, pool().hash());
		assert_eq!(nowhere, Err(Error::<Test>::PoolNotFound.into()));
		let change = |at, change: fn(&mut Provider)| Providers::change(&account(stash(at)), change);
		change(1, |it| it.profiles.clear());
		assert_noop!(sign_up(stash(1)), Error::<Test>::ProfileNotServed);
		change(2, |it| it.capacity.max_gas = GAS - 1);
		assert_noop!(sign_up(stash(2)), Error::<Test>::LimitsTooHigh);
		change(3, |it| it.capacity.max_memory_pages = 15);
		assert_noop!(sign_up(stash(3)), Error::<Test>::LimitsTooHigh);
		change(4, |it| it.free = DEPOSIT - 1);
		assert_noop!(sign_up(stash(4)), DispatchError::Other("BondTooSmall"));
		assert_ok!(sign_up(FIRST));
		assert_noop!(sign_up(FIRST), Error::<Test>::AlreadySignedUp);
		assert_noop!(sign_up(OPERATOR), Error::<Test>::AlreadySignedUp);
	});
}

#[test]
fn sign_up_should_be_refused_when_the_pool_is_full() {
	build_and_execute(|| {
		create(PoolTerms { members: 2, ..terms(10) });
		all_sign_up(2);
		assert_noop!(sign_up(stash(2)), Error::<Test>::PoolFull);
		// A number is never given again.
		assert_ok!(leave(stash(1)));
		assert_noop!(sign_up(stash(2)), Error::<Test>::PoolFull);
	});
}
