//! Pools over all their rounds: where each leaf is, and that none is lost or paid twice.

use super::{history::Ended, terms::tests::terms, *};
use crate::{
	Hash,
	hashing::{blake2, count::hashes},
	merkle::ListRoot,
	task::Limits,
};
use proptest::prelude::*;
use std::collections::BTreeSet;

const STAYS: Standing = Standing::Stays;

fn seed(number: u32) -> Hash {
	blake2(&number.to_le_bytes())
}

fn ended(done: &[u32]) -> Vec<Ended> {
	done.iter().map(|done| Ended { done: *done, standing: STAYS }).collect()
}

/// A pool with its order in both forms.
struct Pool {
	history: History,
	matrix: Matrix,
}

impl Pool {
	fn new(leaves: u32, in_work: InWork) -> Self {
		Self { history: History::new(leaves, in_work), matrix: Matrix::new(leaves, in_work) }
	}

	fn begin(&mut self, number: u32, weights: &[u64]) {
		let round = self.history.begin(seed(number), weights).expect("it can begin").clone();
		self.matrix.begin(&round);
	}

	fn end(&mut self, ends: &[Ended]) {
		assert_eq!(self.history.end(ends), Ok(()));
		self.matrix.end(self.history.rounds().last().expect("one has ended"));
	}

	fn columns(&self) -> Vec<Vec<u32>> {
		self.matrix.columns().to_vec()
	}

	/// Sorted leaves that the next round deals out.
	fn pooled(&self) -> Vec<u32> {
		let mut pooled = self.matrix.pooled().to_vec();
		pooled.sort_unstable();
		pooled
	}

	/// Where all leaves are, asked one by one, is where the matrix has them.
	fn check(&self, leaves: u32) {
		let mut done = vec![0; usize::from(MAX_MEMBERS)];
		let mut open = BTreeSet::new();
		for leaf in 0..leaves {
			match self.history.place(leaf).expect("a leaf of the pool") {
				Place::Pooled(at) => assert_eq!(self.matrix.pooled()[at as usize], leaf),
				Place::Done(spot) => {
					assert_eq!(self.history.leaf(&spot), Some(leaf), "{spot:?}");
					done[usize::from(spot.member)] += 1;
				},
				Place::Open(spot) => {
					assert_eq!(self.history.leaf(&spot), Some(leaf), "{spot:?}");
					assert!(open.insert((spot.member, spot.row)));
				},
			}
		}
		assert_eq!(self.history.place(leaves), None);
		assert_eq!(self.history.pooled() as usize, self.matrix.pooled().len());
		for (member, count) in done.into_iter().enumerate() {
			assert_eq!(self.history.done_by(member as Member), count, "member {member}");
		}
		let Some(round) = self.history.rounds().len().checked_sub(1) else { return };
		for (member, column) in self.matrix.columns().iter().enumerate() {
			for (row, leaf) in column.iter().enumerate() {
				let spot = Spot { round: round as u16, member: member as u16, row: row as u32 };
				assert_eq!(self.history.place(*leaf), Some(Place::Open(spot)));
			}
		}
	}
}

#[test]
fn pool_03_columns_should_be_equal_with_each_leaf_once() {
	let mut pool = Pool::new(16, InWork::Returned);
	pool.begin(1, &[1; 4]);
	let columns = pool.columns();
	assert!(columns.iter().all(|column| column.len() == 4));
	assert_eq!(columns.concat().into_iter().collect::<BTreeSet<_>>().len(), 16);
	pool.check(16);
}

#[test]
fn pool_05_what_is_left_of_a_round_should_be_dealt_out_anew() {
	let mut pool = Pool::new(16, InWork::Returned);
	pool.begin(1, &[1; 4]);
	let columns = pool.columns();
	let prefixes = [1usize, 4, 1, 2];
	pool.end(&ended(&prefixes.map(|it| it as u32)));
	let mut rest: Vec<u32> =
		columns.iter().zip(prefixes).flat_map(|(column, done)| column[done..].to_vec()).collect();
	rest.sort_unstable();
	assert_eq!(pool.pooled(), rest);
	pool.check(16);
	pool.begin(2, &[1; 4]);
	assert!(pool.columns().iter().all(|column| column.len() == 2));
	let mut dealt = pool.columns().concat();
	dealt.sort_unstable();
	assert_eq!(dealt, rest);
	pool.check(16);
}

#[test]
fn pool_08_leaf_in_work_should_go_back_or_stay_as_the_terms_say() {
	for in_work in [InWork::Returned, InWork::Kept { rounds: 2 }] {
		let mut pool = Pool::new(16, in_work);
		pool.begin(1, &[1; 4]);
		let in_hand = pool.columns()[2][1];
		pool.end(&ended(&[4, 4, 1, 4]));
		let keeps = in_work != InWork::Returned;
		assert_eq!(pool.pooled().contains(&in_hand), !keeps);
		pool.begin(2, &[1; 4]);
		assert_eq!(pool.columns()[2].first() == Some(&in_hand) && keeps, keeps);
		pool.check(16);
	}
}

#[test]
fn kept_leaf_should_be_dealt_out_anew_when_it_takes_too_many_rounds() {
	let mut pool = Pool::new(40, InWork::Kept { rounds: 2 });
	pool.begin(0, &[1; 2]);
	let slow = pool.columns()[0][0];
	pool.end(&ended(&[0, 20]));
	for round in 1..=2 {
		pool.begin(round, &[1; 2]);
		assert_eq!(pool.columns()[0][0], slow, "in round {round}");
		let done = pool.columns()[1].len() as u32;
		pool.end(&ended(&[0, done]));
	}
	assert!(pool.pooled().contains(&slow));
	assert_eq!(pool.history.idle_rounds(0), 3);
	pool.check(40);
}

#[test]
fn pool_13_who_has_done_nothing_should_weigh_something() {
	assert_eq!([0, 1, 99].map(|done| Columns::Adaptive.weight(done)), [1, 2, 100]);
	let mut pool = Pool::new(1_000, InWork::Returned);
	pool.begin(1, &[1, 100]);
	assert_eq!(pool.columns()[0].len(), 10);
}

/// The client's friend gets as many of the leaves that are done at once as anybody, over a thousand seeds.
#[test]
fn pool_16_trivial_leaves_should_be_spread_over_everybody() {
	const SEEDS: u32 = 1_000;
	let mut trivial = [0u32; 4];
	for number in 0..SEEDS {
		let mut pool = Pool::new(128, InWork::Returned);
		pool.begin(number, &[1; 4]);
		for (member, column) in pool.columns().iter().enumerate() {
			trivial[member] += column.iter().filter(|leaf| **leaf < 64).count() as u32;
		}
	}
	// Hypergeometric: 16 of 64 with a variance of 32 · 0.25 · 96 / 127, so 0.078 for the mean.
	for count in trivial {
		let mean = f64::from(count) / f64::from(SEEDS);
		assert!((mean - 16.0).abs() < 4.0 * 0.078, "{trivial:?}");
	}
}

#[test]
fn pool_20_fewer_leaves_than_members_should_leave_columns_empty() {
	let mut pool = Pool::new(2, InWork::Returned);
	pool.begin(1, &[1; 4]);
	let mut lengths: Vec<usize> = pool.columns().iter().map(Vec::len).collect();
	lengths.sort_unstable();
	assert_eq!(lengths, [0, 0, 1, 1]);
}

#[test]
fn leaves_of_who_is_expelled_should_be_done_again_from_the_round_that_is_not_paid() {
	for since in 0..3u16 {
		let mut pool = Pool::new(60, InWork::Kept { rounds: 3 });
		let mut theirs = Vec::new();
		for round in 0..3 {
			pool.begin(round, &[1; 3]);
			theirs.push(pool.columns()[1][..2].to_vec());
			let standing = if round == 2 { Standing::Expelled { since } } else { Standing::Stays };
			let mut ends = ended(&[2, 2, 2]);
			ends[1].standing = standing;
			pool.end(&ends);
			pool.check(60);
		}
		let kept: BTreeSet<u32> = theirs[..usize::from(since)].concat().into_iter().collect();
		for leaf in theirs.concat() {
			assert_eq!(pool.pooled().contains(&leaf), !kept.contains(&leaf), "since {since}");
		}
		assert_eq!(pool.history.done_by(1), 2 * u32::from(since));
		let again = pool.history.begin(seed(9), &[1; 3]);
		assert_eq!(again, Err(HistoryFault::ReturnedFromLeaving));
		pool.begin(9, &[1, 0, 1]);
		pool.check(60);
	}
}

#[test]
fn round_should_be_refused_when_it_can_not_begin_or_end_like_this() {
	let mut history = History::new(10, InWork::Returned);
	assert_eq!(history.end(&[]), Err(HistoryFault::NoRound));
	assert_eq!(history.begin(seed(1), &[0; 2]), Err(HistoryFault::NobodyWorks));
	assert_eq!(history.begin(seed(1), &[1; 65]), Err(HistoryFault::WrongMembers));
	assert!(history.begin(seed(1), &[1; 2]).is_ok());
	assert_eq!(history.begin(seed(1), &[1; 2]), Err(HistoryFault::RoundIsOpen));
	assert_eq!(history.end(&ended(&[5])), Err(HistoryFault::WrongMembers));
	assert_eq!(history.end(&ended(&[6, 0])), Err(HistoryFault::BeyondColumn));
	let expelled = |since| Ended { done: 0, standing: Standing::Expelled { since } };
	let early = [expelled(1), ended(&[5])[0]];
	assert_eq!(history.end(&early), Err(HistoryFault::ExpelledTwice));
	assert_eq!(history.end(&[expelled(0), ended(&[5])[0]]), Ok(()));
	assert_eq!(history.begin(seed(2), &[0]), Err(HistoryFault::WrongMembers));
	assert!(history.begin(seed(2), &[0, 1, 1]).is_ok(), "somebody new");
	assert_eq!(
		history.end(&[expelled(0), ended(&[0])[0], ended(&[0])[0]]),
		Err(HistoryFault::ExpelledTwice)
	);
}

#[test]
fn pool_should_end_after_its_last_round() {
	let mut history = History::new(100, InWork::Returned);
	for round in 0..MAX_ROUNDS {
		assert!(history.begin(seed(round.into()), &[1]).is_ok());
		assert_eq!(history.end(&ended(&[1])), Ok(()));
	}
	assert_eq!(history.begin(seed(99), &[1]), Err(HistoryFault::TooManyRounds));
}

/// Ten reshuffles of the largest pool among the most providers. A round costs the keys of its shuffle and a value of it.
#[test]
fn place_of_a_leaf_should_take_a_bounded_number_of_hashes() {
	let weights = [1; MAX_MEMBERS as usize];
	let mut history = History::new(MAX_LEAVES, InWork::Kept { rounds: 3 });
	for round in 0..11 {
		history.begin(seed(round), &weights).expect("it can begin");
		if round < 10 {
			history.end(&ended(&[1; MAX_MEMBERS as usize])).expect("it can end");
		}
	}
	let mut most = 0;
	for leaf in (0..MAX_LEAVES).step_by(99_991) {
		let (place, forward) = hashes(|| history.place(leaf));
		let Some(Place::Open(spot)) = place else { continue };
		let (found, back) = hashes(|| history.leaf(&spot));
		assert_eq!(found, Some(leaf));
		most = most.max(forward).max(back);
	}
	assert_eq!(most, 11 * (23 + 90));
}

/// What a chain has to keep of the largest pool.
#[test]
fn state_of_the_largest_pool_should_stay_below_its_bound() {
	use codec::{Encode, MaxEncodedLen};
	let (members, rounds) = (usize::from(MAX_MEMBERS), usize::from(MAX_ROUNDS));
	let cell = Column::max_encoded_len() + Ended::max_encoded_len();
	let history = rounds * (members * cell + Hash::max_encoded_len() + u32::max_encoded_len());
	let open = OpenRound {
		begun: 0,
		phase: Phase::Working { until: 0 },
		published: vec![Some((Publication { leaves: ListRoot::default(), gas: 0 }, 0)); members],
	};
	// Beside them a hash for the record of each round, and for each member an account and two amounts.
	let rest = open.encode().len() + rounds * 32 + members * (32 + 2 * 16);
	assert!(history + rest < 64 << 10, "{} bytes", history + rest);
}

#[derive(Clone, Debug)]
struct Step {
	weights: Vec<u64>,
	parts: Vec<u8>,
	leaves: Vec<u8>,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
	let step = (
		prop::collection::vec(0u64..9, 5),
		prop::collection::vec(any::<u8>(), 5),
		prop::collection::vec(any::<u8>(), 5),
	);
	let step = step.prop_map(|(weights, parts, leaves)| Step { weights, parts, leaves });
	prop::collection::vec(step, 1..9)
}

/// What a member publishes and whether it goes on: mostly it does.
fn end_of(
	column: u32,
	part: u8,
	chance: u8,
	round: u16,
	expelled: &mut bool,
	gone: &mut bool,
) -> Ended {
	let done = (u32::from(part) * (column + 1)) >> 8;
	let standing = match chance {
		0..30 if !*expelled => {
			Standing::Expelled { since: round.saturating_sub(u16::from(chance) % 3) }
		},
		30..50 => Standing::Leaves,
		_ if *gone => Standing::Leaves,
		_ => Standing::Stays,
	};
	*expelled |= matches!(standing, Standing::Expelled { .. });
	*gone |= standing != Standing::Stays;
	Ended { done, standing }
}

proptest! {
	#![proptest_config(ProptestConfig::with_cases(48))]

	/// Whatever is published, by whom, and whoever leaves or is expelled.
	#[test]
	fn each_leaf_should_be_in_one_place_in_each_round(
		steps in steps(), leaves in 1u32..60, keep in 0u8..4, number in any::<u32>(),
	) {
		let in_work = if keep == 0 { InWork::Returned } else { InWork::Kept { rounds: keep } };
		let mut pool = Pool::new(leaves, in_work);
		let (mut expelled, mut gone) = ([false; 5], [false; 5]);
		for (round, step) in steps.iter().enumerate() {
			let weight = |(weight, gone): (&u64, &bool)| if *gone { 0 } else { *weight };
			let weights: Vec<u64> = step.weights.iter().zip(&gone).map(weight).collect();
			if weights.iter().sum::<u64>() == 0 || pool.history.is_over() {
				break;
			}
			pool.begin(number.wrapping_add(round as u32), &weights);
			pool.check(leaves);
			let lengths: Vec<u32> = pool.matrix.columns().iter().map(|it| it.len() as u32).collect();
			let ends: Vec<Ended> = (0..5)
				.map(|at| {
					let (part, chance) = (step.parts[at], step.leaves[at]);
					end_of(lengths[at], part, chance, round as u16, &mut expelled[at], &mut gone[at])
				})
				.collect();
			pool.end(&ends);
			pool.check(leaves);
		}
	}

	/// Who answers first after the challenge makes no difference to what comes next.
	#[test]
	fn next_round_should_not_depend_on_the_order_of_publication(
		prefixes in prop::collection::vec(0u32..=25, 4), order in Just((1u16..5).collect::<Vec<_>>()).prop_shuffle(),
	) {
		let terms = terms(125);
		let clock = Clock { window: terms.window, limit: terms.limit };
		let next = |order: &[u16]| {
			let mut history = History::new(125, terms.in_work);
			let columns = history.begin(seed(1), &[1; 5]).expect("it can begin").columns.clone();
			let mut round = OpenRound::new(5, &clock, 10);
			let limits = Limits { gas: 1, ..terms.task.limits };
			let of = |len| Publication { leaves: ListRoot { root: Hash::zero(), len }, gas: 0 };
			assert_eq!(round.publish(0, of(25), &columns, &limits, &clock, 20), Ok(()));
			for member in order {
				let len = prefixes[usize::from(*member) - 1];
				let taken = round.publish(*member, of(len), &columns, &limits, &clock, 21);
				assert_eq!(taken.is_ok(), len > 0);
			}
			history.end(&ended(&round.done())).expect("it can end");
			let weights = [0, 1, 2, 3, 4].map(|it| terms.columns.weight(history.done_by(it)));
			match history.is_over() {
				true => None,
				false => Some(history.begin(seed(2), &weights).expect("it can begin").clone()),
			}
		};
		prop_assert_eq!(next(&order), next(&[1, 2, 3, 4]));
	}
}
