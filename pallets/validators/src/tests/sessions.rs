use super::*;

/// Whether the last session's rotation told that the set has changed.
fn set_changed() -> bool {
	let queued = pallet_session::Event::<Test>::NewQueued;
	System::events().iter().any(|record| record.event == queued.clone().into())
}

#[test]
fn set_should_consist_of_the_largest_bonds_when_there_are_more_candidates() {
	build_and_execute(|| {
		join_with_keys(5, 20_000);
		join_with_keys(6, 7_000);
		next_session();
		next_session();
		// 4 and 6 have 7,000 each, but 5 came in above both.
		assert_eq!(active(), vec![1, 2, 3, 5]);
		assert_ok!(Validators::bond_more(RuntimeOrigin::signed(account(6)), 1_001));
		next_session();
		next_session();
		assert_eq!(active(), vec![1, 2, 5, 6]);
	});
}

#[test]
fn set_should_go_by_account_when_bonds_are_equal() {
	build_and_execute(|| {
		join_with_keys(6, 7_000);
		next_session();
		next_session();
		assert_eq!(active(), vec![1, 2, 3, 4]);
	});
}

#[test]
fn set_should_not_count_as_changed_when_it_is_the_same() {
	build_and_execute(|| {
		next_session();
		assert!(!set_changed());
		assert_ok!(Validators::bond_more(RuntimeOrigin::signed(account(4)), 10_000));
		next_session();
		assert!(!set_changed());
		assert_ok!(leave(4));
		next_session();
		assert!(set_changed());
	});
}

#[test]
fn set_should_leave_out_candidates_when_they_have_purged_their_keys() {
	build_and_execute(|| {
		assert_ok!(Session::purge_keys(RuntimeOrigin::signed(account(1))));
		next_session();
		next_session();
		assert_eq!(active(), vec![2, 3, 4]);
	});
}

#[test]
fn set_should_stay_when_there_are_too_few_candidates() {
	build_and_execute(|| {
		for i in 1..=3 {
			assert_ok!(report_in(i, 10, session(), u64::from(i)));
		}
		next_session();
		let kept = Event::SetKept { session: 2, candidates: 1 };
		System::assert_has_event(kept.into());
		next_session();
		assert_eq!(active(), vec![1, 2, 3, 4]);
		join_with_keys(5, 2_000);
		next_session();
		next_session();
		assert_eq!(active(), vec![4, 5]);
	});
}

#[test]
fn sessions_should_be_forgotten_when_they_are_out_of_reach() {
	build_and_execute(|| {
		for _ in 0..HISTORY {
			next_session();
		}
		assert_eq!(session(), HISTORY);
		assert!(!Sessions::<Test>::contains_key(0));
		assert!(Sessions::<Test>::contains_key(1));
		let roots: Vec<_> =
			pallet_session::historical::HistoricalSessions::<Test>::iter_keys().collect();
		assert!(!roots.contains(&0) && roots.contains(&1) && roots.contains(&HISTORY));
	});
}

#[test]
fn validator_should_show_bond_and_place_when_it_stands_or_leaves() {
	build_and_execute(|| {
		let view = ValidatorView { bond: 9_000, departure: None, active: true, queued: true };
		assert_eq!(Validators::validator(account(2)), Some(view));
		assert_eq!(Validators::validator(account(9)), None);
		assert_ok!(leave(2));
		next_session();
		let departure = Some((Cause::Left, 2 + UNBONDING));
		let view = ValidatorView { bond: 9_000, departure, active: true, queued: false };
		assert_eq!(Validators::validator(account(2)), Some(view));
	});
}
