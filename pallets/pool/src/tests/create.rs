use super::*;
use polkadot_sdk::sp_runtime::DispatchResult;

/// Creates a pool of ten subtasks with other terms.
fn with(change: impl FnOnce(&mut PoolTerms)) -> DispatchResult {
	let mut terms = terms(10);
	change(&mut terms);
	try_create(terms)
}

#[test]
fn pool_should_lock_price_fine_and_deposit_when_it_is_created() {
	build_and_execute(|| {
		create(terms(10));
		let pool = pool();
		// Ten leaves of two million units each, and a tenth of that.
		assert_eq!((pool.escrow, pool.fine), (20 * PER_MGAS, 2 * PER_MGAS));
		let audits = 16 * pool.judging.case;
		assert_eq!(held(CLIENT), 22 * PER_MGAS + pool.deposit + audits);
		assert_eq!(Ledger::reserved(&Pools::instance(0)), held(CLIENT));
		let event = Event::Created {
			pool: 0,
			client: account(CLIENT),
			leaves: ListRoot::of(&inputs(10)),
			escrow: pool.escrow,
			fine: pool.fine,
			deposit: pool.deposit,
			audits,
		};
		assert_eq!(last_event(), event);
		assert_eq!(pool.stage, Stage::SigningUp);
		assert_ok!(try_create(terms(10)));
		assert!(crate::Pools::<Test>::contains_key(1));
	});
}

#[test]
fn pool_should_be_refused_when_its_terms_can_not_be() {
	build_and_execute(|| {
		let none = with(|it| it.task.input = assay_primitives::task::Input::None);
		assert_eq!(none, Err(Error::<Test>::from(TermsFault::NoList).into()));
		assert_noop!(try_create(terms(0)), Error::<Test>::from(TermsFault::Empty));
		let many = |it: &mut PoolTerms| {
			let assay_primitives::task::Input::List(list) = &mut it.task.input else { return };
			list.root.len = 1_000_001;
		};
		assert_noop!(with(many), Error::<Test>::from(TermsFault::TooManyLeaves));
		let hourly = Rates::steady(Pricing::Hour { per_hour: 1, most_each: 1 });
		assert_noop!(with(|it| it.rates = hourly), Error::<Test>::PricedByTheHour);
		assert_noop!(with(|it| it.deposit = UNIT - 1), Error::<Test>::DepositTooSmall);
		assert_noop!(with(|it| it.window = MIN_WINDOW - 1), Error::<Test>::WindowTooShort);
	});
}

#[test]
fn pool_should_be_refused_when_its_times_do_not_fit() {
	build_and_execute(|| {
		let at = |start, end| Pools::create(signed(CLIENT), Box::new(terms(10)), start, end);
		assert_noop!(at(now(), END), Error::<Test>::StartTooEarly);
		assert_noop!(at(START, START + LIMIT - 1), Error::<Test>::EndTooEarly);
		assert_noop!(at(u32::MAX, u32::MAX), Error::<Test>::EndTooEarly);
		assert_noop!(at(START, now() + MAX_POOL_BLOCKS + 1), Error::<Test>::EndTooLate);
		assert_ok!(at(now() + 1, now() + 1 + LIMIT));
		assert_ok!(at(START, now() + MAX_POOL_BLOCKS));
	});
}

#[test]
fn pool_should_be_refused_when_money_task_or_chain_do_not_allow_it() {
	build_and_execute(|| {
		let dear = |each| {
			move |it: &mut PoolTerms| {
				it.rates = Rates::steady(Pricing::Subtask { each });
				it.deposit = Balance::MAX;
			}
		};
		assert_noop!(with(dear(ENDOWMENT / 10)), TokenError::FundsUnavailable);
		assert_noop!(with(dear(Balance::MAX)), Error::<Test>::from(TermsFault::Overflow));
		assert_noop!(with(dear(Balance::MAX / 50)), Error::<Test>::AmountOverflow);
		TaskRefusal::set(Some(DispatchError::Other("unknown profile")));
		assert_noop!(try_create(terms(10)), DispatchError::Other("unknown profile"));
		TaskRefusal::set(None);
		Open::set(false);
		assert_noop!(try_create(terms(10)), Error::<Test>::NotOpen);
		assert_eq!(
			Pools::create(RuntimeOrigin::none(), Box::new(terms(10)), START, END),
			Err(DispatchError::BadOrigin)
		);
	});
}

#[test]
fn deposit_should_grow_with_members_and_arguments() {
	build_and_execute(|| {
		let deposit = |id| crate::Pools::<Test>::get(id).expect("created").deposit;
		create(terms(10));
		assert_ok!(with(|it| it.members = 9));
		let arg = assay_primitives::task::Arg::truncate_from(vec![0; 100]);
		assert_ok!(with(|it| assert!(it.task.args.try_push(arg).is_ok())));
		assert!(deposit(1) > deposit(0) + 64 * 12 * 1_000);
		assert!(deposit(2) > deposit(0) + 100 * 1_000);
	});
}
