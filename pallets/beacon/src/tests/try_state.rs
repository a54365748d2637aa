use super::*;

fn corrupted(corrupt: impl FnOnce()) -> bool {
	new_test_ext().execute_with(|| {
		run_to(20);
		Beacon::do_try_state().expect("sound before");
		corrupt();
		Beacon::do_try_state().is_err()
	})
}

#[test]
fn try_state_should_fail_when_an_entry_is_misplaced() {
	assert!(corrupted(|| {
		let entry = Ring::<Test>::get(3).unwrap();
		Ring::<Test>::insert(4, entry);
	}));
}

#[test]
fn try_state_should_fail_when_an_entry_is_from_the_future() {
	assert!(corrupted(|| {
		let entry = Entry { block: 33, author: None, vrf: None };
		Ring::<Test>::insert(1, entry);
	}));
}

#[test]
fn try_state_should_fail_when_a_block_is_missing() {
	assert!(corrupted(|| Ring::<Test>::remove(9)));
}
