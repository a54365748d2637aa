use super::*;
use frame_support::BoundedVec;

fn corrupted(corrupt: impl FnOnce()) -> bool {
	new_test_ext().execute_with(|| {
		leave(4).expect("enough are left");
		next_session();
		Validators::do_try_state().expect("sound before");
		corrupt();
		Validators::do_try_state().is_err()
	})
}

#[test]
fn try_state_should_fail_when_a_bond_is_not_held() {
	assert!(corrupted(|| {
		Candidates::<Test>::mutate(account(1), |candidate| {
			candidate.as_mut().expect("listed").bond += 1;
		});
	}));
	assert!(corrupted(|| {
		Departures::<Test>::mutate_extant(account(4), |departure| departure.bond -= 1);
	}));
}

#[test]
fn try_state_should_fail_when_an_account_is_in_both_states() {
	assert!(corrupted(|| {
		Candidates::<Test>::insert(account(4), Candidate { bond: 7_000, since: 0 });
	}));
}

#[test]
fn try_state_should_fail_when_there_are_too_many_candidates() {
	assert!(corrupted(|| {
		for i in 10..14 {
			Candidates::<Test>::insert(account(i), Candidate { bond: 0, since: 0 });
		}
	}));
}

#[test]
fn try_state_should_fail_when_a_session_is_missing_or_kept_too_long() {
	assert!(corrupted(|| Sessions::<Test>::remove(0)));
	assert!(corrupted(|| Sessions::<Test>::insert(7, BoundedVec::default())));
	assert!(corrupted(|| {
		let slash = Slash { fraction: Perbill::one(), base: 0 };
		Slashes::<Test>::insert(7, account(1), slash);
	}));
}

#[test]
fn try_state_should_fail_when_the_kept_keys_are_of_another_set() {
	assert!(corrupted(|| {
		Sessions::<Test>::mutate(1, |members| {
			members.as_mut().expect("kept").pop();
		});
	}));
}
