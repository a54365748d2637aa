//! Random validators. INV1: issuance falls by exactly what is slashed. INV2: a failed call changes
//! nothing. INV3: the set never falls below the minimum. INV4: every bond can be had back in the end.

use super::*;
use polkadot_sdk::pallet_balances;
use proptest::prelude::*;

#[derive(Clone, Debug)]
enum Op {
	Join(u8, Balance),
	BondMore(u8, Balance),
	Leave(u8),
	Withdraw(u8),
	Report(u8, u32, u64),
	Wait(BlockNumber),
	NextSession,
}

fn op() -> impl Strategy<Value = Op> {
	let who = || 1u8..10;
	prop_oneof![
		3 => (who(), 500u128..20_000).prop_map(|(who, bond)| Op::Join(who, bond)),
		1 => (who(), 0u128..120_000).prop_map(|(who, amount)| Op::BondMore(who, amount)),
		2 => who().prop_map(Op::Leave),
		2 => who().prop_map(Op::Withdraw),
		1 => (who(), 0u32..40, 0u64..5).prop_map(|(who, part, slot)| Op::Report(who, part, slot)),
		1 => (1u32..60).prop_map(Op::Wait),
		3 => Just(Op::NextSession),
	]
}

fn state() -> (Vec<(AccountId, Candidate)>, Vec<(AccountId, Departure)>, Vec<Balance>) {
	let mut candidates: Vec<_> = Candidates::<Test>::iter().collect();
	let mut departures: Vec<_> = Departures::<Test>::iter().collect();
	candidates.sort_by(|a, b| a.0.cmp(&b.0));
	departures.sort_by(|a, b| a.0.cmp(&b.0));
	(candidates, departures, (1..10).map(held).collect())
}

fn slashed() -> Balance {
	let slashed = |event| match event {
		Event::<Test>::Slashed { amount, .. } => amount,
		_ => 0,
	};
	System::read_events_for_pallet().into_iter().map(slashed).sum()
}

/// Applies an operation and returns what was slashed.
fn run(op: Op) -> Balance {
	System::reset_events();
	let before = state();
	let result = match op {
		Op::Join(i, bond) => join(i, bond),
		Op::BondMore(i, amount) => Validators::bond_more(RuntimeOrigin::signed(account(i)), amount),
		Op::Leave(i) => leave(i),
		Op::Withdraw(i) => withdraw(i),
		Op::Report(i, percent, slot) => {
			// Who has never been active can't be reported; proofs see to that.
			if active().contains(&i) {
				let _ = report_in(i, percent, session(), slot);
			}
			Ok(())
		},
		Op::Wait(blocks) => {
			wait(blocks);
			Ok(())
		},
		Op::NextSession => {
			next_session();
			Ok(())
		},
	};
	if result.is_err() {
		assert_eq!(state(), before, "INV2");
	}
	slashed()
}

/// Lets everybody go and waits until all bonds can be withdrawn.
fn wind_up() {
	MinimumValidators::set(0);
	for i in 1..10 {
		let _ = leave(i);
	}
	for i in 11..=12 {
		join_with_keys(i, 1_000);
	}
	for _ in 0..3 {
		next_session();
	}
	wait(UNBONDING);
	for i in 1..10 {
		let _ = withdraw(i);
	}
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(64))]

	#[test]
	fn money_should_be_conserved_and_the_set_kept_whatever_validators_do(
		ops in prop::collection::vec(op(), 1..50),
	) {
		MinimumValidators::set(2);
		MaximumValidators::set(4);
		build_and_execute(|| {
			for i in 5..10 {
				set_keys(i, i.into());
			}
			let issuance = pallet_balances::TotalIssuance::<Test>::get;
			for op in ops {
				let before = issuance();
				let slashed = run(op);
				assert_eq!(issuance(), before - slashed, "INV1");
				assert!(active().len() >= 2 && queued().len() >= 2, "INV3");
				Validators::do_try_state().unwrap();
			}
			wind_up();
			assert!((1..10).all(|i| held(i) == 0), "INV4");
		});
	}
}
