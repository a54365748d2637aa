//! Whole pools, to their ends.

use super::*;

/// Pokes until the pool is settled; whoever has a column publishes as much of it as `work` says, in the order of the
/// members.
fn finish(work: impl Fn(u16, usize) -> usize) -> u16 {
	let mut rounds = 0;
	while crate::Pools::<Test>::contains_key(0) {
		if stage() == Stage::Racing {
			rounds = pool().rounds;
			let columns = columns();
			for (member, column) in columns.iter().enumerate() {
				let _ = publish(member as u16, work(member as u16, column.len()));
			}
		}
		if poke().is_err() {
			pass(1);
		}
	}
	rounds
}

/// What all leaves cost that were done.
fn price(leaves: u32) -> Balance {
	let gas: u64 = (0..leaves).map(gas).sum();
	Balance::from(gas) * PER_MGAS / 1_000_000
}

/// Nothing is stored, and nothing is held but bonds.
fn nothing_is_left(members: u8) {
	assert_eq!(crate::Rounds::<Test>::iter().count(), 0);
	assert_eq!(crate::MembersOf::<Test>::iter().count(), 0);
	assert_eq!(held(CLIENT), 0);
	(0..members).for_each(|at| assert_eq!(deposit_of(at), 0));
}

#[test]
fn pool_19_equal_members_should_end_it_in_one_round() {
	build_and_execute(|| {
		race(terms(24), 4);
		let before = issuance();
		let audits = 16 * pool().judging.case;
		assert_eq!(finish(|_, all| all), 1);
		let paid: Balance = (0..4).map(|at| usable(stash(at)) - (ENDOWMENT - BOND)).sum();
		// Each column is rounded down by itself.
		assert!((price(24) - 4..=price(24)).contains(&paid));
		assert_eq!(
			last_event(),
			Event::Settled {
				pool: 0,
				paid,
				returned: 24 * 2 * PER_MGAS - paid + (48 * PER_MGAS) / 10 + deposit(24) + audits,
			}
		);
		assert_eq!(usable(CLIENT), ENDOWMENT - paid);
		assert_eq!(issuance(), before);
		nothing_is_left(4);
	});
}

/// Deposit for the state of a pool of so many leaves.
fn deposit(leaves: u32) -> Balance {
	use codec::Encode;
	let terms = terms(leaves);
	let bytes = crate::types::state_bytes(terms.members, terms.audits) + terms.encoded_size();
	UNIT + 1_000 * bytes as Balance
}

#[test]
fn pool_10_should_end_when_one_works_and_the_others_do_nothing() {
	build_and_execute(|| {
		race(PoolTerms { columns: Columns::Adaptive, ..terms(64) }, 4);
		let rounds = finish(|member, all| if member == 0 { all } else { 0 });
		assert!(rounds < 10, "{rounds}");
		let paid = usable(stash(0)) - (ENDOWMENT - BOND);
		assert!((price(64) - Balance::from(rounds)..=price(64)).contains(&paid));
		nothing_is_left(4);
		// The others have lost a fee, and nothing else.
		let lost = (1..4).map(|at| {
			let provider = crate::mock::providers::Providers::<Test>::get(account(stash(at)));
			BOND - provider.expect("registered").free
		});
		assert_eq!(lost.collect::<Vec<_>>(), [DEPOSIT / 50; 3]);
	});
}

#[test]
fn one_provider_should_do_it_alone() {
	build_and_execute(|| {
		race(terms(5), 1);
		assert_eq!(columns()[0].len(), 5);
		assert_eq!(finish(|_, all| all), 1);
		assert_eq!(usable(stash(0)) - (ENDOWMENT - BOND), price(5));
		nothing_is_left(1);
	});
}

#[test]
fn pool_20_fewer_subtasks_than_providers_should_leave_some_without() {
	build_and_execute(|| {
		race(terms(2), 4);
		let empty = columns().iter().position(Vec::is_empty).expect("there are too few");
		let nothing = Publication { leaves: ListRoot::default(), gas: 0 };
		let refused = publish_as(stash_of(empty as u16), nothing);
		assert_eq!(refused, Err(unpublished(Unpublished::Nothing).into()));
		assert_eq!(finish(|_, all| all), 1);
		nothing_is_left(4);
	});
}

#[test]
fn client_should_get_everything_back_when_nobody_comes() {
	build_and_execute(|| {
		create(terms(10));
		run_to(START);
		assert_ok!(poke());
		assert_eq!(
			stage(),
			Stage::Doubted { until: START, ticket: None },
			"there is nothing to doubt"
		);
		assert_ok!(poke());
		assert_eq!(usable(CLIENT), ENDOWMENT);
		nothing_is_left(0);
	});
}

#[test]
fn pool_should_end_when_all_providers_vanish() {
	build_and_execute(|| {
		race(PoolTerms { in_work: InWork::Kept { rounds: 1 }, ..terms(30) }, 3);
		let rounds = finish(|_, _| 0);
		assert_eq!(rounds, 2, "after which all are removed");
		assert_eq!(usable(CLIENT), ENDOWMENT);
		nothing_is_left(3);
	});
}

#[test]
fn pool_should_pay_what_stands_when_its_time_is_over() {
	build_and_execute(|| {
		race(terms(30), 3);
		assert_ok!(publish(0, 10));
		assert_ok!(publish(1, 3));
		run_to(END);
		assert_ok!(poke());
		assert!(matches!(stage(), Stage::Doubted { until, .. } if until == END + DOUBT));
		draw_last();
		run_to(END + DOUBT);
		assert_ok!(poke());
		let [first, second, third] = [0, 1, 2].map(|at| usable(stash(at)) - (ENDOWMENT - BOND));
		assert!(first > second && second > 0 && third == 0);
		assert_eq!(usable(CLIENT), ENDOWMENT - first - second);
		nothing_is_left(3);
	});
}

#[test]
fn pool_12_idle_accounts_should_earn_nothing() {
	let paid = |work: fn(u16, usize) -> usize| {
		let mut paid = 0;
		build_and_execute(|| {
			race(PoolTerms { columns: Columns::Adaptive, ..terms(64) }, 4);
			finish(work);
			paid = ENDOWMENT - usable(CLIENT);
		});
		paid
	};
	let (all, one) = (paid(|_, all| all), paid(|it, all| if it == 0 { all } else { 0 }));
	// But for what is rounded, for each column.
	assert!(all.abs_diff(one) < 64, "{all} {one}");
}

#[test]
fn payment_should_be_passed_over_when_nobody_can_receive_it() {
	build_and_execute(|| {
		// The client's own provider would be paid by itself.
		Providers::register(&account(CLIENT), Provider::new(account(CLIENT), BOND));
		create(terms(10));
		assert_ok!(sign_up(CLIENT));
		assert_ok!(sign_up(stash(1)));
		run_to(START);
		assert_ok!(poke());
		deal_out();
		finish(|_, all| all);
		let failed = |event: &Event<Test>| matches!(event, Event::PaymentFailed { member: 0, .. });
		assert!(System::read_events_for_pallet().iter().any(failed));
		assert!(usable(stash(1)) > ENDOWMENT - BOND);
		assert_eq!(held(CLIENT), BOND);
	});
}

/// As many as there may be, though nobody has so many list entries here.
#[test]
fn largest_pool_should_be_dealt_out_and_settled() {
	build_and_execute(|| {
		let mut terms = PoolTerms { members: 64, audits: 64, ..terms(2) };
		let assay_primitives::task::Input::List(list) = &mut terms.task.input else { return };
		list.root.len = 1_000_000;
		terms.rates = Rates::steady(Pricing::Subtask { each: 1_000 });
		create(terms);
		all_sign_up(3);
		run_to(START);
		assert_ok!(poke());
		deal_out();
		let history = Pools::history(0, &pool());
		let lengths: Vec<u32> = history.rounds()[0].columns.iter().map(|it| it.len()).collect();
		assert_eq!(lengths.iter().sum::<u32>(), 1_000_000);
		let whole = ListRoot { root: Hash::repeat_byte(1), len: lengths[0] };
		assert_ok!(publish_as(FIRST, Publication { leaves: whole, gas: 0 }));
		run_to(END);
		assert_ok!(poke());
		draw_last();
		run_to(END + DOUBT);
		assert_ok!(poke());
		let paid = usable(FIRST) - (ENDOWMENT - BOND);
		assert_eq!(paid, 1_000 * Balance::from(lengths[0]));
	});
}
