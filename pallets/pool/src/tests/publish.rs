use super::*;

#[test]
fn first_to_finish_should_open_the_window_for_the_others() {
	build_and_execute(|| {
		race(terms(12), 3);
		assert_noop!(publish(1, 3), unpublished(Unpublished::NotFinished));
		assert_ok!(publish(0, 4));
		let publication = Publication::of(&leaves(0, 4));
		let event = Event::Published { pool: 0, round: 0, member: 0, publication };
		assert_eq!(last_event(), event);
		assert_noop!(publish(0, 4), unpublished(Unpublished::Again));
		pass(MIN_WINDOW);
		assert_ok!(publish(1, 3));
		pass(1);
		assert_noop!(publish(2, 1), unpublished(Unpublished::Late));
	});
}

#[test]
fn pool_publication_should_be_refused_when_it_is_not_of_the_column() {
	build_and_execute(|| {
		race(terms(12), 3);
		let of = |len, gas| {
			let leaves = ListRoot { root: Hash::repeat_byte(1), len };
			publish_as(stash(0), Publication { leaves, gas })
		};
		assert_noop!(of(5, 1), unpublished(Unpublished::BeyondColumn));
		assert_noop!(of(0, 0), unpublished(Unpublished::Nothing));
		assert_noop!(of(4, 4 * GAS + 1), unpublished(Unpublished::Impossible));
		assert_ok!(of(4, 4 * GAS));
	});
}

/// What is published for one round would be false in the next one, and cost its member all it has.
#[test]
fn pool_publication_should_be_refused_when_it_is_of_another_round() {
	build_and_execute(|| {
		race(terms(12), 3);
		let (old, first) = (seed(), Publication::of(&leaves(1, 4)));
		assert_ok!(publish(0, 4));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		let late = |seed| Pools::publish(signed(stash(1)), 0, seed, first);
		assert_noop!(late(old), Error::<Test>::NoRound);
		deal_out();
		assert_noop!(late(old), Error::<Test>::OtherRound);
		assert_noop!(late(Hash::zero()), Error::<Test>::OtherRound);
	});
}

#[test]
fn pool_publication_should_be_refused_when_the_signer_does_not_work_in_the_pool() {
	build_and_execute(|| {
		race(terms(12), 2);
		let publication = Publication::of(&leaves(0, 6));
		assert_noop!(publish_as(STRANGER, publication), Error::<Test>::NotMember);
		assert_noop!(publish_as(stash(2), publication), Error::<Test>::NotMember);
		let nowhere = Pools::publish(signed(FIRST), 1, seed(), publication);
		assert_eq!(nowhere, Err(Error::<Test>::PoolNotFound.into()));
		// Its operator signs for it.
		assert_ok!(publish_as(OPERATOR, publication));
	});
}

#[test]
fn pool_publication_should_be_refused_when_the_pool_is_over() {
	build_and_execute(|| {
		create(terms(12));
		let publication = Publication { leaves: ListRoot { root: Hash::zero(), len: 1 }, gas: 1 };
		all_sign_up(2);
		let early = Pools::publish(signed(FIRST), 0, Hash::zero(), publication);
		assert_eq!(early, Err(Error::<Test>::NoRound.into()));
		run_to(END - 4);
		assert_ok!(poke());
		run_to(END - 1);
		// The seed takes longer than the pool.
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
	});
	build_and_execute(|| {
		create(terms(12));
		all_sign_up(2);
		run_to(END - 10);
		assert_ok!(poke());
		deal_out();
		run_to(END - 1);
		assert_ok!(publish(0, 6));
		run_to(END);
		assert_noop!(publish(1, 6), Error::<Test>::PoolOver);
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Doubted { .. }));
	});
}
