use super::*;
use sp_runtime::TokenError;

#[test]
fn publish_should_keep_exactly_the_bytes_when_they_end_the_transaction() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(bob(), remark(b"something before")));
		assert_ok!(apply(alice(), publish(DATA)));
	});
	assert_eq!(kept, vec![insert(1, DATA)]);
}

#[test]
fn publish_should_record_hold_and_report_when_funds_cover_the_deposit() {
	build_and_execute(|| {
		run_to(7);
		assert_ok!(apply(alice(), publish(DATA)));
		let record = Record {
			owner: alice(),
			size: DATA.len() as u32,
			deposit: deposit(DATA),
			position: Position { block: 7, extrinsic: 0 },
			expires_at: 7 + RETENTION,
			whole: None,
		};
		assert_eq!(Records::<Test>::get(hash(DATA)), Some(record.clone()));
		assert_eq!(Content::record(hash(DATA)), Some(record));
		assert_eq!(held(&alice()), deposit(DATA));
		System::assert_last_event(
			Event::Published {
				hash: hash(DATA),
				size: DATA.len() as u32,
				owner: alice(),
				deposit: deposit(DATA),
				expires_at: 7 + RETENTION,
			}
			.into(),
		);
	});
}

#[test]
fn publish_should_take_one_mebibyte_and_no_byte_more() {
	let largest = vec![9; 1 << 20];
	let kept = build_and_execute(|| {
		let larger = vec![9; (1 << 20) + 1];
		refused(alice(), publish(&larger), Error::<Test>::ContentTooLarge);
		run_to(2);
		assert_ok!(apply(alice(), publish(&largest)));
	});
	assert_eq!(kept, vec![insert(0, &largest)]);
}

#[test]
fn publish_should_refuse_when_there_are_no_bytes() {
	let kept = build_and_execute(|| {
		refused(alice(), publish(b""), Error::<Test>::EmptyContent);
	});
	assert!(kept.is_empty());
}

#[test]
fn publish_should_refuse_when_the_blob_is_promised() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		for block in [1, 2, 1 + RETENTION] {
			run_to(block.max(2));
			refused(bob(), publish(DATA), Error::<Test>::AlreadyPublished);
		}
		assert_eq!(held(&bob()), 0);
	});
	assert_eq!(kept.len(), 1);
}

#[test]
fn publish_should_take_the_record_over_when_it_has_expired() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(2 + RETENTION);
		assert_ok!(apply(bob(), publish(DATA)));
		assert_eq!((held(&alice()), held(&bob())), (0, deposit(DATA)));
		System::assert_has_event(
			Event::Released { hash: hash(DATA), owner: alice(), deposit: deposit(DATA) }.into(),
		);
		assert_eq!(Content::lookup(&hash(DATA)), Some((15, 2 + 2 * RETENTION)));
	});
	assert_eq!(kept, vec![insert(0, DATA), insert(0, DATA)]);
}

#[test]
fn publish_should_keep_nothing_when_funds_do_not_cover_the_deposit() {
	let kept = build_and_execute(|| {
		let poor = AccountId::new([3; 32]);
		refused(poor, publish(DATA), TokenError::FundsUnavailable);
	});
	assert!(kept.is_empty());
}

#[test]
fn publish_should_refuse_when_the_origin_is_not_signed() {
	build_and_execute(|| {
		use frame_system::RawOrigin;
		for origin in [RawOrigin::Root, RawOrigin::None] {
			assert_noop!(
				Content::publish(origin.into(), DATA.to_vec()),
				sp_runtime::traits::BadOrigin
			);
		}
	});
}

/// A batch may put megabytes before a blob of one byte, and all of them are read.
#[test]
fn weight_should_cover_reading_a_whole_block_when_the_blob_is_small() {
	const MILLISECOND: u64 = 1_000_000_000;
	assert!(<() as WeightInfo>::publish(1).ref_time() >= MILLISECOND);
	assert!(<() as WeightInfo>::extend(1).ref_time() >= MILLISECOND);
}
