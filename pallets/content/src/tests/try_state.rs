use super::*;

fn corrupted(corrupt: impl FnOnce(&mut Record)) -> bool {
	new_test_ext().execute_with(|| {
		apply(alice(), publish(DATA)).expect("well-formed");
		apply(alice(), publish(b"more")).expect("well-formed");
		Content::do_try_state().expect("sound before");
		Records::<Test>::mutate(hash(DATA), |record| corrupt(record.as_mut().expect("recorded")));
		Content::do_try_state().is_err()
	})
}

#[test]
fn try_state_should_fail_when_a_deposit_is_not_held() {
	assert!(corrupted(|record| record.deposit += 1));
	assert!(corrupted(|record| record.owner = bob()));
}

#[test]
fn try_state_should_fail_when_a_size_is_out_of_bounds() {
	assert!(corrupted(|record| record.size = 0));
	assert!(corrupted(|record| record.size = (1 << 20) + 1));
}

#[test]
fn try_state_should_fail_when_times_are_wrong() {
	assert!(corrupted(|record| record.expires_at += 1));
	assert!(corrupted(|record| {
		record.position.block = 9;
		record.expires_at = 9 + RETENTION;
	}));
}

#[test]
fn try_state_should_fail_when_two_records_share_a_transaction() {
	assert!(corrupted(|record| record.position.extrinsic = 1));
}
