use super::*;

#[test]
fn release_should_return_the_deposit_when_anyone_calls_after_expiry() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(2 + RETENTION);
		assert_ok!(apply(bob(), release(DATA)));
		assert_eq!(Content::record(hash(DATA)), None);
		assert_eq!(Balances::free_balance(alice()), FUNDS);
		System::assert_last_event(
			Event::Released { hash: hash(DATA), owner: alice(), deposit: deposit(DATA) }.into(),
		);
	});
}

#[test]
fn release_should_refuse_when_the_blob_is_promised_even_to_its_owner() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(1 + RETENTION);
		refused(alice(), release(DATA), Error::<Test>::NotExpired);
	});
}

#[test]
fn release_should_refuse_when_nothing_is_recorded() {
	build_and_execute(|| {
		refused(alice(), release(DATA), Error::<Test>::ContentNotFound);
	});
}

#[test]
fn release_should_refuse_the_second_time() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(2 + RETENTION);
		assert_ok!(apply(alice(), release(DATA)));
		refused(alice(), release(DATA), Error::<Test>::ContentNotFound);
	});
}
