use super::*;
use proptest::prelude::*;

/// What happens to a bond, in the words of those who have one.
#[derive(Clone, Debug)]
enum Op {
	Add(Balance),
	Unbond(Balance, BlockNumber),
	Withdraw,
	/// Locks so much of what is free, as tasks do, or of what is not at risk, as seats do.
	Lock(Balance, bool),
	Release(Balance),
	Slash(Balance),
	SlashStaying(Balance),
	Wait(BlockNumber),
}

fn op() -> impl Strategy<Value = Op> {
	let amount = || prop_oneof![8 => 0..100u128, 1 => Just(Balance::MAX)];
	prop_oneof![
		2 => (1..100u128).prop_map(Op::Add),
		// Of some the time that they take grows.
		5 => (amount(), 0..3u32).prop_map(|(a, b)| Op::Unbond(a, b)),
		3 => Just(Op::Withdraw),
		2 => (amount(), any::<bool>()).prop_map(|(a, b)| Op::Lock(a, b)),
		2 => amount().prop_map(Op::Release),
		1 => (0..30u128).prop_map(Op::Slash),
		1 => (0..30u128).prop_map(Op::SlashStaying),
		4 => (0..12u32).prop_map(Op::Wait),
	]
}

const LEAST: Balance = 10;

/// The same without any places: every amount that was unbonded, with the clock it was given.
#[derive(Default)]
struct Model {
	now: BlockNumber,
	wait: BlockNumber,
	/// All that was put on hold, less what was withdrawn and slashed.
	held: Balance,
	parts: Vec<Chunk>,
}

impl Model {
	fn take(parts: &mut [&mut Chunk], mut amount: Balance) {
		for part in parts {
			amount = reduce(&mut part.amount, amount);
		}
		assert_eq!(amount, 0, "more leaves than is there");
	}

	fn apply(&mut self, op: Op, bond: &mut Bond) {
		let now = self.now;
		let before = bond.clone();
		match op {
			Op::Add(amount) => {
				bond.held += amount;
				self.held += amount;
			},
			Op::Unbond(amount, longer) => {
				self.wait += longer;
				let at = now + 10 + self.wait;
				match bond.unbond(amount, LEAST, at) {
					Ok(()) => self.parts.push(Chunk { amount, at }),
					Err(_) => assert_eq!(*bond, before, "a refusal changes nothing"),
				}
			},
			Op::Withdraw => {
				let mut due: Vec<_> = self.parts.iter_mut().filter(|part| part.at <= now).collect();
				let sum: Balance = due.iter().map(|part| part.amount).sum();
				let expected = sum.min(before.held - before.locked);
				match bond.withdraw(now) {
					Ok(amount) => {
						assert_eq!(amount, expected, "nothing is late, and nothing early");
						Self::take(&mut due, amount);
						self.held -= amount;
					},
					Err(BondFault::NothingToWithdraw) => assert_eq!(sum, 0),
					Err(fault) => assert_eq!((fault, expected), (BondFault::StakeLocked, 0)),
				}
			},
			Op::Lock(amount, of_free) => {
				let most = if of_free { bond.free() } else { bond.unlocked() };
				bond.locked += amount.min(most);
			},
			Op::Release(amount) => bond.locked -= amount.min(bond.locked),
			Op::Slash(amount) => {
				let taken = bond.slash(amount);
				assert_eq!(taken, amount.min(before.held), "nothing is out of reach");
				let of_parts = (taken - taken.min(before.locked)).min(before.on_its_way());
				self.slash(taken, of_parts.max(taken.saturating_sub(before.staying())));
			},
			Op::SlashStaying(amount) => {
				let taken = bond.slash_staying(amount);
				assert_eq!(taken, amount.min(before.held), "nothing is out of reach");
				self.slash(taken, taken.saturating_sub(before.staying()));
			},
			Op::Wait(blocks) => self.now += blocks,
		}
	}

	fn slash(&mut self, amount: Balance, of_parts: Balance) {
		self.held -= amount;
		Self::take(&mut self.parts.iter_mut().rev().collect::<Vec<_>>(), of_parts);
	}
}

proptest! {
	#![proptest_config(ProptestConfig { cases: 500, ..Default::default() })]

	#[test]
	fn bond_should_be_conserved_and_keep_the_clock_of_each_part_when_anything_happens(
		held in LEAST..300,
		ops in prop::collection::vec(op(), 1..80),
	) {
		let mut bond = Bond::of(held);
		let mut model = Model { held, ..Model::default() };
		for op in ops {
			model.apply(op, &mut bond);
			prop_assert_eq!(bond.held, model.held);
			prop_assert_eq!(bond.on_its_way(), sum(model.parts.iter()));
			prop_assert_eq!(bond.staying() + bond.on_its_way(), bond.held);
			prop_assert_eq!(bond.check(), Ok(()));
		}
		// Whoever leaves gets all that is left, each part in its time.
		bond.locked = 0;
		let at = model.now + 10 + model.wait;
		let staying = bond.staying();
		prop_assert_eq!(bond.leave(at), staying);
		prop_assert_eq!(bond.staying(), 0);
		if bond.held > 0 {
			prop_assert_eq!(bond.withdraw(at), Ok(model.held));
		}
		prop_assert_eq!(bond, Bond::default());
	}
}

#[test]
fn unbond_should_keep_a_place_for_leaving_when_all_others_are_taken() {
	let mut bond = Bond::of(100);
	for at in 0..MAX_UNBONDINGS {
		assert_eq!(bond.unbond(1, LEAST, at), Ok(()));
	}
	let youngest = MAX_UNBONDINGS - 1;
	assert_eq!(bond.unbond(1, LEAST, MAX_UNBONDINGS), Err(BondFault::TooManyUnbondings));
	assert_eq!(bond.unbond(1, LEAST, youngest), Ok(()), "it shares a place");
	assert_eq!(bond.leave(50), 100 - Balance::from(MAX_UNBONDINGS) - 1);
	assert_eq!(bond.unbonding.last(), Some(&Chunk { amount: 91, at: 50 }));
	assert_eq!(bond.withdraw(youngest), Ok(9), "what left before is not held up");
}

#[test]
fn unbond_should_be_refused_when_there_is_nothing_or_too_little_would_stay() {
	let mut bond = Bond::of(30);
	assert_eq!(bond.unbond(0, LEAST, 1), Err(BondFault::ZeroAmount));
	assert_eq!(bond.unbond(21, LEAST, 1), Err(BondFault::BelowMinimum));
	assert_eq!(bond.unbond(Balance::MAX, 0, 1), Err(BondFault::BelowMinimum));
	assert_eq!(bond.unbond(20, LEAST, 1), Ok(()));
	assert_eq!(bond.unbond(1, LEAST, 1), Err(BondFault::BelowMinimum));
}

#[test]
fn slash_should_go_from_locks_to_the_youngest_part_to_the_rest() {
	let mut bond = Bond { locked: 10, ..Bond::of(60) };
	for (amount, at) in [(5, 1), (7, 2)] {
		assert_eq!(bond.unbond(amount, 0, at), Ok(()));
	}
	assert_eq!(bond.slash(4), 4);
	assert_eq!((bond.held, bond.locked, bond.on_its_way()), (56, 6, 12));
	assert_eq!(bond.slash(6 + 8), 14);
	assert_eq!(bond.unbonding.to_vec(), [Chunk { amount: 4, at: 1 }]);
	assert_eq!(bond.slash(5), 5);
	assert_eq!((bond.held, bond.staying(), bond.on_its_way()), (37, 37, 0));
	assert_eq!(bond.slash(Balance::MAX), 37);
	assert_eq!(bond, Bond::default());
}

#[test]
fn slash_staying_should_reach_what_is_unbonding_when_nothing_else_is_left() {
	let mut bond = Bond::of(20);
	for (amount, at) in [(5, 1), (7, 2)] {
		assert_eq!(bond.unbond(amount, 0, at), Ok(()));
	}
	assert_eq!(bond.slash_staying(6), 6);
	assert_eq!((bond.staying(), bond.on_its_way()), (2, 12));
	assert_eq!(bond.slash_staying(10), 10);
	assert_eq!(bond.unbonding.to_vec(), [Chunk { amount: 4, at: 1 }]);
	assert_eq!(bond.slash_staying(9), 4);
	assert_eq!(bond, Bond::default());
}

#[test]
fn check_should_find_what_does_not_fit() {
	let with = |held, locked, chunks: &[(Balance, BlockNumber)]| {
		let chunks = chunks.iter().map(|(amount, at)| Chunk { amount: *amount, at: *at });
		let unbonding = BoundedVec::truncate_from(chunks.collect());
		Bond { held, locked, unbonding }.check()
	};
	assert_eq!(with(9, 9, &[(4, 1), (5, 2)]), Ok(()));
	let beyond = Err("locked or unbonding exceed the bond");
	assert_eq!(with(9, 10, &[]), beyond);
	assert_eq!(with(9, 0, &[(4, 1), (6, 2)]), beyond);
	assert_eq!(with(9, 0, &[(Balance::MAX, 1), (1, 2)]), beyond);
	assert_eq!(with(9, 0, &[(4, 1), (0, 2)]), Err("a chunk is empty"));
	assert_eq!(with(9, 0, &[(4, 2), (4, 1)]), Err("chunks are out of order"));
}
