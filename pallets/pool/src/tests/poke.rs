use super::*;

#[test]
fn nothing_should_be_due_before_its_time() {
	build_and_execute(|| {
		create(terms(12));
		all_sign_up(3);
		run_to(START - 1);
		assert_noop!(poke(), Error::<Test>::NothingToDo);
		run_to(START);
		assert_ok!(poke());
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
		pass(3);
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
		pass(1);
		assert_ok!(poke());
		let begun = Event::RoundBegun { pool: 0, round: 0, seed: seed(), pooled: 12 };
		assert_eq!(last_event(), begun);
		pass(LIMIT - 1);
		assert_noop!(poke(), Error::<Test>::NothingToDo);
		pass(1);
		assert_ok!(poke());
		let nowhere = Pools::poke(signed(STRANGER), 1).map_err(|failed| failed.error);
		assert_eq!(nowhere, Err(Error::<Test>::PoolNotFound.into()));
	});
}

#[test]
fn ticket_should_be_taken_anew_when_its_seed_comes_too_late() {
	build_and_execute(|| {
		create(terms(12));
		all_sign_up(3);
		run_to(START);
		assert_ok!(poke());
		let first = stage();
		BeaconIsDry::set(true);
		pass(BEACON_SPAN);
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
		pass(1);
		assert_ok!(poke());
		assert!(stage() != first && matches!(stage(), Stage::Drawing { .. }));
		assert_noop!(sign_up(stash(3)), Error::<Test>::SignUpClosed);
		BeaconIsDry::set(false);
		deal_out();
		// A beacon that stays dry ends no pool, and the pool's own end does.
		pass(LIMIT);
		assert_ok!(poke());
		BeaconIsDry::set(true);
		run_to(END);
		assert_ok!(poke());
		assert_eq!(stage(), Stage::Doubted { until: END, ticket: None });
		BeaconIsDry::set(false);
	});
}

#[test]
fn order_should_follow_from_the_seed_alone() {
	let order = |entropy| {
		let mut order = Vec::new();
		build_and_execute(|| {
			Entropy::set(entropy);
			race(terms(40), 3);
			order = columns();
			Entropy::set(0);
		});
		order
	};
	assert_eq!(order(1), order(1));
	assert_ne!(order(1), order(2));
}

#[test]
fn round_should_end_when_all_have_published_or_the_window_is_over() {
	build_and_execute(|| {
		race(terms(12), 3);
		assert_ok!(publish(0, 4));
		assert_ok!(publish(1, 4));
		assert_noop!(poke(), Error::<Test>::NothingToDo);
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		let done = Event::RoundEnded { pool: 0, round: 0, done: 8, pooled: 4 };
		assert!(System::read_events_for_pallet().contains(&done));
		deal_out();
		all_publish();
		assert_ok!(poke());
		assert_eq!(last_event(), Event::Concluded { pool: 0, until: now() + DOUBT });
	});
}

#[test]
fn pool_17_order_should_not_be_known_before_the_last_root_is_in() {
	build_and_execute(|| {
		race(terms(12), 3);
		assert_ok!(publish(0, 4));
		pass(MIN_WINDOW);
		assert_ok!(publish(1, 4));
		pass(1);
		assert_ok!(poke());
		let Stage::Drawing { ticket } = stage() else { panic!("{:?}", stage()) };
		assert!(ticket.taken_at == now() && ticket.first_block() > now());
		assert_noop!(poke(), Error::<Test>::SeedNotKnown);
	});
}

#[test]
fn who_does_nothing_should_be_removed_for_a_fee() {
	build_and_execute(|| {
		race(terms(12), 3);
		pass(LIMIT);
		assert_ok!(poke());
		assert_eq!(place(2), MemberPlace::Taken, "once may happen to anybody");
		deal_out();
		assert_ok!(publish(0, 4));
		assert_ok!(publish(1, 1));
		pass(MIN_WINDOW + 1);
		assert_ok!(poke());
		let left = Event::Left { pool: 0, member: 2, fee: DEPOSIT / 50, idle: true };
		assert!(System::read_events_for_pallet().contains(&left));
		assert_eq!((deposit_of(2), place(1)), (0, MemberPlace::Taken));
		deal_out();
		assert!(columns()[2].is_empty());
	});
}

#[test]
fn leaf_in_work_should_stay_or_go_back_as_the_terms_say() {
	let pooled = |in_work, idle_rounds| {
		let mut found = 0;
		build_and_execute(|| {
			race(PoolTerms { in_work, idle_rounds, ..terms(12) }, 3);
			let kept = columns()[1][1];
			assert_ok!(publish(0, 4));
			assert_ok!(publish(1, 1));
			pass(MIN_WINDOW + 1);
			assert_ok!(poke());
			found = Pools::history(0, &pool()).pooled();
			deal_out();
			let heads = in_work != InWork::Returned;
			assert!(!heads || columns()[1][0] == kept);
		});
		found
	};
	assert_eq!(pooled(InWork::Returned, 2), 7);
	assert_eq!(pooled(InWork::Kept { rounds: 2 }, 3), 5);
}

#[test]
fn poke_should_weigh_at_most_what_it_is_charged_for() {
	use crate::WeightInfo;
	let most = Pools::heaviest_poke();
	for weight in [
		<() as WeightInfo>::poke_draw(64),
		<() as WeightInfo>::poke_deal_out(64, 64),
		<() as WeightInfo>::poke_end_round(64, 64),
		<() as WeightInfo>::poke_settle(64, 64),
	] {
		assert!(weight.all_lte(most));
	}
	// A fifth of the two seconds that a block may take at most.
	assert!(most.ref_time() < 400_000_000_000, "{most:?}");
	assert!(<() as WeightInfo>::expose(64, 64, 40).ref_time() < 400_000_000_000);
}
