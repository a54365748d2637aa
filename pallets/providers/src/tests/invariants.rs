//! Random sequences of everything that can happen to providers. After each step:
//!
//! * INV1: the state satisfies `do_try_state`.
//! * INV2: money is conserved: what the accounts own is what was issued, and what was issued fell
//!   exactly by what slashes burnt.
//! * INV3: a call that failed changed nothing.
//! * INV4: nobody but stashes has anything on hold.
//!
//! At the end everybody leaves, after which nothing is on hold (INV5) and nothing is stored (INV6).

use super::*;
use assay_primitives::{
	deal::{FrontEnd, Instance},
	traits::{Holds, Stakes},
};
use polkadot_sdk::{frame_support::traits::fungible::Inspect, sp_runtime::DispatchResult};
use proptest::prelude::*;

const STASHES: [u8; 2] = [STASH, OTHER_STASH];
const EVERYBODY: core::ops::RangeInclusive<u8> = STASH..=STRANGER;

#[derive(Clone, Debug)]
enum Op {
	Register(u8, u8, Balance),
	Update(u8, u8),
	BondMore(u8, Balance),
	Unbond(u8, Balance),
	Withdraw(u8),
	Leave(u8),
	Accept(u8, u8),
	Resign(u8),
	Lock(u8, Balance),
	Release(u8),
	Hold(u8, Balance),
	Unhold(u8),
	/// Of the hold this much, shared with two others.
	Forfeit(u8, Balance, Balance),
	/// Of the last lock this many hundredths, shared with two others.
	Slash(u8, u8, Balance, Balance),
	Wait(BlockNumber),
}

fn op() -> impl Strategy<Value = Op> {
	let id = || EVERYBODY;
	let stash = || prop::sample::select(STASHES.to_vec());
	let amount = || prop_oneof![16 => 0..8 * UNIT, 1 => 0..2 * ENDOWMENT, 1 => Just(Balance::MAX)];
	let bond = prop_oneof![6 => MIN_BOND..60 * UNIT, 1 => amount()];
	prop_oneof![
		3 => (stash(), id(), bond).prop_map(|(a, b, c)| Op::Register(a, b, c)),
		1 => (stash(), id()).prop_map(|(a, b)| Op::Update(a, b)),
		1 => (stash(), amount()).prop_map(|(a, b)| Op::BondMore(a, b)),
		3 => (stash(), amount()).prop_map(|(a, b)| Op::Unbond(a, b)),
		3 => id().prop_map(Op::Withdraw),
		1 => prop_oneof![1 => stash(), 4 => id()].prop_map(Op::Leave),
		2 => (id(), stash()).prop_map(|(a, b)| Op::Accept(a, b)),
		1 => id().prop_map(Op::Resign),
		4 => (stash(), amount()).prop_map(|(a, b)| Op::Lock(a, b)),
		2 => stash().prop_map(Op::Release),
		3 => (stash(), amount()).prop_map(|(a, b)| Op::Hold(a, b)),
		2 => stash().prop_map(Op::Unhold),
		2 => (stash(), amount(), amount()).prop_map(|(a, b, c)| Op::Forfeit(a, b, c)),
		2 => (stash(), 0..=150u8, amount(), amount())
			.prop_map(|(a, b, c, d)| Op::Slash(a, b, c, d)),
		2 => (1..60u32).prop_map(Op::Wait),
	]
}

const POOL: Instance = Instance { front_end: FrontEnd::Pool, number: 3 };

/// What the ledger would know: the open locks of each stash.
#[derive(Default)]
struct Ledger(Vec<(u8, Balance)>);

impl Ledger {
	fn take(&mut self, stash: u8) -> Option<Balance> {
		let at = self.0.iter().rposition(|(id, _)| *id == stash)?;
		Some(self.0.remove(at).1)
	}
}

/// A deal for a lock of this amount, one of a few.
fn deal_of(amount: Balance) -> DealId {
	(amount % 3) as DealId
}

fn call(id: u8, call: crate::Call<Test>) -> DispatchResult {
	assay_mocks::dispatch_or_noop::<RuntimeCall>(call, signed(id))
}

fn apply(op: Op, ledger: &mut Ledger) {
	use crate::Call;
	let _ = match op {
		Op::Register(stash, operator, bond) => {
			call(stash, Call::register { declaration: declaration(operator), bond })
		},
		Op::Update(stash, operator) => {
			call(stash, Call::update { declaration: declaration(operator) })
		},
		Op::BondMore(id, amount) => call(id, Call::bond_more { amount }),
		Op::Unbond(id, amount) => call(id, Call::unbond { amount }),
		Op::Withdraw(id) => call(id, Call::withdraw {}),
		Op::Leave(id) => call(id, Call::leave {}),
		Op::Accept(id, stash) => call(id, Call::accept_operator { stash: account(stash) }),
		Op::Resign(id) => call(id, Call::resign_operator {}),
		Op::Lock(stash, amount) => Pallet::<Test>::lock(&account(stash), deal_of(amount), amount)
			.map(|()| ledger.0.push((stash, amount))),
		Op::Release(stash) => {
			if let Some(amount) = ledger.take(stash) {
				Pallet::<Test>::release(&account(stash), deal_of(amount), amount);
			}
			Ok(())
		},
		Op::Hold(stash, amount) => Pallet::<Test>::hold(&account(stash), &POOL, amount),
		Op::Unhold(stash) => {
			Pallet::<Test>::unhold(&account(stash), &POOL);
			Ok(())
		},
		Op::Forfeit(stash, amount, share) => {
			let held = Pallet::<Test>::held(&account(stash), &POOL);
			let shares = [(account(STRANGER), share), (account(NOBODY), share)];
			let taken = Pallet::<Test>::forfeit(&account(stash), &POOL, amount, &shares);
			assert_eq!(taken.amount, amount.min(held));
			Ok(())
		},
		Op::Slash(stash, percent, first, second) => {
			slash(ledger, stash, percent, first, second);
			Ok(())
		},
		Op::Wait(blocks) => {
			pass_blocks(blocks);
			Ok(())
		},
	};
}

/// Above a hundred per cent only where no other lock would have to bear it.
fn slash(ledger: &mut Ledger, stash: u8, percent: u8, first: Balance, second: Balance) {
	let Some(stake) = ledger.take(stash) else { return };
	let held = Pallet::<Test>::held(&account(stash), &POOL) > 0;
	let alone = !held && ledger.0.iter().all(|(id, _)| *id != stash);
	let percent = if alone { percent } else { percent.min(100) };
	let amount = stake * Balance::from(percent) / 100;
	let shares = [(account(STRANGER), first), (account(NOBODY), second)];
	let bond = provider(stash).bond.held;
	let released = stake.saturating_sub(amount);
	let taken = Pallet::<Test>::slash(&account(stash), deal_of(stake), amount, released, &shares);
	assert_eq!(taken.amount, amount.min(bond));
}

fn issuance() -> Balance {
	<Balances as Inspect<AccountId>>::total_issuance()
}

fn burnt() -> Balance {
	let burnt = |event| match event {
		Event::Slashed { burnt, .. } => burnt,
		_ => 0,
	};
	events().into_iter().map(burnt).sum()
}

fn check(initial: Balance) {
	assert_ok!(Pallet::<Test>::do_try_state());
	let everybody = EVERYBODY.chain([NOBODY]);
	let owned: Balance = everybody.map(|id| Balances::total_balance(&account(id))).sum();
	assert_eq!(owned, issuance(), "INV2");
	assert_eq!(issuance() + burnt(), initial, "INV2");
	let others = EVERYBODY.filter(|id| !STASHES.contains(id));
	assert!(others.into_iter().all(|id| held(id) == 0), "INV4");
}

fn everybody_leaves(ledger: &mut Ledger) {
	while let Some((stash, amount)) = ledger.0.pop() {
		Pallet::<Test>::release(&account(stash), deal_of(amount), amount);
	}
	for stash in STASHES {
		Pallet::<Test>::unhold(&account(stash), &POOL);
		let _ = call(stash, crate::Call::leave {});
	}
	pass_blocks(UNBONDING_PERIOD);
	for stash in STASHES {
		let _ = call(stash, crate::Call::withdraw {});
		assert_eq!(held(stash), 0, "INV5");
	}
	assert_eq!(crate::Providers::<Test>::iter().count(), 0, "INV6");
	assert_eq!(crate::Providers::<Test>::count(), 0, "INV6");
	assert_eq!(Operators::<Test>::iter().count(), 0, "INV6");
}

fn bonds() -> impl Strategy<Value = (Balance, Balance)> {
	(MIN_BOND..60 * UNIT, MIN_BOND..60 * UNIT)
}

fn ops() -> impl Strategy<Value = Vec<Op>> {
	prop::collection::vec(op(), 1..60)
}

fn run(bonds: (Balance, Balance), ops: Vec<Op>) {
	let initial = issuance();
	let mut ledger = Ledger::default();
	serve(STASH, OPERATOR, bonds.0);
	serve(OTHER_STASH, OTHER_STASH, bonds.1);
	for op in ops {
		apply(op, &mut ledger);
		check(initial);
	}
	everybody_leaves(&mut ledger);
	check(initial);
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 200, ..Default::default() })]

	#[test]
	fn money_should_be_conserved_and_freed_when_anything_happens(
		bonds in bonds(),
		ops in ops(),
	) {
		new_test_ext().execute_with(|| run(bonds, ops));
	}
}

/// The test above is worth what its random sequences reach.
#[test]
fn random_sequences_should_reach_every_event() {
	use proptest::{strategy::ValueTree, test_runner::TestRunner};
	let mut runner = TestRunner::deterministic();
	let mut reached = std::collections::BTreeMap::<String, u32>::new();
	for _ in 0..100 {
		let tree = (bonds(), ops()).new_tree(&mut runner);
		let (bonds, ops) = tree.expect("the strategies reject nothing").current();
		new_test_ext().execute_with(|| {
			run(bonds, ops);
			for event in events() {
				let name = format!("{event:?}");
				let name = name.split([' ', '{']).next().expect("a name comes first");
				*reached.entry(name.into()).or_default() += 1;
			}
		});
	}
	assert_eq!(reached.len(), 11, "{reached:?}");
	assert!(reached.values().all(|count| *count >= 10), "{reached:?}");
}
