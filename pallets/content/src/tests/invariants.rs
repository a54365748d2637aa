//! Random users. INV1: issuance is conserved. INV2: a failed call changes nothing. INV3: after all
//! promises have passed, every deposit can be had back.

use super::*;
use polkadot_sdk::pallet_balances;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
	Publish(u8, u8),
	Extend(u8, u8),
	Release(u8, u8),
	Wait(u8),
}

fn op() -> impl Strategy<Value = Op> {
	prop_oneof![
		(0u8..3, 0u8..4).prop_map(|(who, blob)| Op::Publish(who, blob)),
		(0u8..3, 0u8..4).prop_map(|(who, blob)| Op::Extend(who, blob)),
		(0u8..3, 0u8..4).prop_map(|(who, blob)| Op::Release(who, blob)),
		(1u8..80).prop_map(Op::Wait),
	]
}

/// Account 0 has nothing.
fn account(who: u8) -> AccountId {
	AccountId::new([who; 32])
}

fn blob(i: u8) -> Vec<u8> {
	vec![i; 1 + usize::from(i) * 20]
}

fn run(op: Op) {
	let (who, call) = match op {
		Op::Publish(who, i) => (who, publish(&blob(i))),
		Op::Extend(who, i) => (who, extend(&blob(i))),
		Op::Release(who, i) => (who, release(&blob(i))),
		Op::Wait(blocks) => return run_to(System::block_number() + BlockNumber::from(blocks)),
	};
	let state = || {
		let records: std::collections::BTreeMap<_, _> =
			Records::<Test>::iter().map(|(hash, record)| (hash, record.encode())).collect();
		(records, held(&alice()), held(&bob()), LastPublication::<Test>::get())
	};
	use codec::Encode;
	let before = state();
	if apply(account(who), call).is_err() {
		assert_eq!(state(), before, "INV2");
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn money_should_be_conserved_and_returned_whatever_users_do(
		ops in prop::collection::vec(op(), 1..30),
	) {
		build_and_execute(|| {
			for op in ops {
				run(op);
				Content::do_try_state().unwrap();
				let issued = pallet_balances::TotalIssuance::<Test>::get();
				assert_eq!(issued, 2 * FUNDS, "INV1");
			}
			run_to(System::block_number() + RETENTION + 1);
			for i in 0..4 {
				let _ = apply(bob(), release(&blob(i)));
			}
			assert_eq!(Records::<Test>::iter().count(), 0, "INV3");
			assert_eq!(Balances::free_balance(alice()), FUNDS, "INV3");
			assert_eq!(Balances::free_balance(bob()), FUNDS, "INV3");
		});
	}
}
