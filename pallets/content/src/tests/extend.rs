use super::*;

#[test]
fn extend_should_carry_the_bytes_again_and_move_the_expiry_when_promised() {
	let kept = build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(50);
		assert_ok!(apply(alice(), extend(DATA)));
		assert_eq!(Content::lookup(&hash(DATA)), Some((15, 50 + RETENTION)));
		assert_eq!(held(&alice()), deposit(DATA));
		System::assert_last_event(
			Event::Extended {
				hash: hash(DATA),
				owner: alice(),
				deposit: deposit(DATA),
				old_expires_at: 1 + RETENTION,
				expires_at: 50 + RETENTION,
			}
			.into(),
		);
	});
	assert_eq!(kept, vec![insert(0, DATA), insert(0, DATA)]);
}

#[test]
fn extend_should_move_the_deposit_when_somebody_else_extends() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(50);
		assert_ok!(apply(bob(), extend(DATA)));
		assert_eq!((held(&alice()), held(&bob())), (0, deposit(DATA)));
		assert_eq!(Balances::free_balance(alice()), FUNDS);
	});
}

#[test]
fn extend_should_work_when_the_owner_has_nothing_beside_the_deposit() {
	build_and_execute(|| {
		let poor = AccountId::new([3; 32]);
		let funds = deposit(DATA) + 1;
		let transfer = pallet_balances_transfer(&poor, funds);
		assert_ok!(apply(alice(), transfer));
		assert_ok!(apply(poor.clone(), publish(DATA)));
		assert_ok!(apply(poor.clone(), extend(DATA)));
		assert_eq!(held(&poor), deposit(DATA));
	});
}

fn pallet_balances_transfer(dest: &AccountId, value: Balance) -> RuntimeCall {
	polkadot_sdk::pallet_balances::Call::transfer_allow_death { dest: dest.clone(), value }.into()
}

#[test]
fn extend_should_revive_the_promise_when_it_has_expired() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		run_to(500);
		assert_eq!(Content::lookup(&hash(DATA)), None);
		assert_ok!(apply(alice(), extend(DATA)));
		assert_eq!(Content::lookup(&hash(DATA)), Some((15, 500 + RETENTION)));
	});
}

#[test]
fn extend_should_refuse_when_nothing_is_recorded() {
	let kept = build_and_execute(|| {
		refused(alice(), extend(DATA), Error::<Test>::ContentNotFound);
		refused(alice(), extend(b""), Error::<Test>::EmptyContent);
	});
	assert!(kept.is_empty());
}

#[test]
fn extend_should_leave_the_record_when_the_new_deposit_is_not_covered() {
	build_and_execute(|| {
		assert_ok!(apply(alice(), publish(DATA)));
		let poor = AccountId::new([3; 32]);
		assert!(apply(poor, extend(DATA)).is_err());
		assert_eq!(held(&alice()), deposit(DATA));
		assert_eq!(Content::record(hash(DATA)).unwrap().owner, alice());
	});
}
