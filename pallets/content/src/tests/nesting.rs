//! What wrappers around the call can and can't do. See the crate's documentation for the threats.

use super::*;
use frame_system::RawOrigin;
use polkadot_sdk::pallet_utility;

#[test]
fn publish_should_refuse_when_another_call_follows_in_a_batch() {
	let kept = build_and_execute(|| {
		let call = batch_all(vec![publish(DATA), remark(b"tail")]);
		refused(alice(), call, Error::<Test>::NotLastInTransaction);
	});
	assert!(kept.is_empty());
}

#[test]
fn publish_should_refuse_when_a_wrapper_puts_bytes_behind_it() {
	let kept = build_and_execute(|| {
		let call = Box::new(publish(DATA));
		let weight = frame_support::weights::Weight::zero();
		let wrapped: RuntimeCall = pallet_utility::Call::with_weight { call, weight }.into();
		// The trailing argument alone is what matters, so the inner call is applied directly.
		let bytes = encoded(&wrapped);
		refused_as(&bytes, alice(), publish(DATA), Error::<Test>::NotLastInTransaction);
	});
	assert!(kept.is_empty());
}

#[test]
fn publish_should_keep_exactly_the_bytes_when_it_is_last_in_a_batch() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(alice(), batch_all(vec![remark(b"head"), publish(DATA)])));
	});
	assert_eq!(kept, vec![insert(0, DATA)]);
}

#[test]
fn publish_should_refuse_the_first_of_two_when_only_the_second_ends_the_transaction() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(alice(), force_batch(vec![publish(b"first"), publish(b"second")])));
		assert_eq!(Content::lookup(&hash(b"first")), None);
		assert!(Content::lookup(&hash(b"second")).is_some());
	});
	assert_eq!(kept, vec![insert(0, b"second")]);
}

#[test]
fn publish_should_refuse_a_second_blob_when_both_end_the_transaction() {
	let kept = build_and_execute(|| {
		// "tail" ends the transaction as well as "with a tail" does.
		let calls = vec![publish(b"tail"), publish(b"with a tail")];
		assert_ok!(apply(alice(), force_batch(calls)));
		assert!(Content::lookup(&hash(b"tail")).is_some());
		assert_eq!(Content::lookup(&hash(b"with a tail")), None);
		let calls = vec![publish(b"x tail"), publish(b"y x tail")];
		refused(alice(), batch_all(calls), Error::<Test>::OnePerTransaction);
	});
	assert_eq!(kept[0], insert(0, b"tail"));
	assert_eq!(kept[1..], [insert(1, b"x tail")], "naming a blob isn't undone with the batch");
}

#[test]
fn extend_should_refuse_when_the_transaction_has_published() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		let longer = [b"longer: ", DATA].concat();
		let calls = vec![publish(&longer), extend(DATA)];
		// The batch ends with DATA, the end of the longer blob is DATA, but the rest isn't there.
		refused(alice(), batch_all(calls), Error::<Test>::NotLastInTransaction);
		let calls = vec![extend(DATA), publish(&longer)];
		refused(alice(), batch_all(calls), Error::<Test>::OnePerTransaction);
	});
}

#[test]
fn last_named_blob_should_be_the_recorded_one_when_an_earlier_call_was_rolled_back() {
	let kept = build_and_execute(|| {
		let undone = batch_all(vec![publish(b"tail"), release(b"unknown")]);
		assert_ok!(apply(alice(), force_batch(vec![undone, publish(b"the tail")])));
		assert_eq!(Content::lookup(&hash(b"tail")), None);
		assert!(Content::lookup(&hash(b"the tail")).is_some());
		assert_eq!(held(&alice()), deposit(b"the tail"));
	});
	assert_eq!(kept.last(), Some(&insert(0, b"the tail")));
}

#[test]
fn blob_should_not_be_replaced_when_a_later_call_is_rolled_back() {
	let kept = build_and_execute(|| {
		let undone = batch_all(vec![publish(b"the tail"), publish(b"in the tail")]);
		assert_ok!(apply(alice(), force_batch(vec![publish(b"tail"), undone])));
		assert!(Content::lookup(&hash(b"tail")).is_some());
	});
	assert_eq!(kept, vec![insert(0, b"tail")]);
}

#[test]
fn publish_should_work_in_each_transaction_when_a_block_has_several() {
	let kept = build_and_execute(|| {
		for data in [b"one", b"two"] {
			assert_ok!(apply(alice(), publish(data)));
		}
		// The same index in the next block.
		run_to(2);
		assert_ok!(apply(alice(), publish(b"three")));
	});
	assert_eq!(kept, vec![insert(0, b"one"), insert(1, b"two"), insert(0, b"three")]);
}

#[test]
fn publish_should_refuse_when_no_transaction_is_applied() {
	build_and_execute(|| {
		// As in `on_initialize`: an index, but no bytes.
		let call = || Content::publish(RawOrigin::Signed(alice()).into(), DATA.to_vec());
		assert_noop!(call(), Error::<Test>::NotLastInTransaction);
		// As in `on_idle`.
		System::note_finished_extrinsics();
		assert_noop!(call(), Error::<Test>::NotLastInTransaction);
	});
}
