//! How a pool would go: rounds, time and payments, for leaves of known gas and providers of known speed.
//!
//! It deals out leaves as a chain would, by [`History`] and [`Matrix`], and lets time pass in nanoseconds of integers, so that
//! everybody who has the same figures and the same seed forecasts the same.

use super::{Columns, Ended, History, InWork, Matrix, Member, Round, RoundNumber, Standing, Work};
use crate::{BlockNumber, MILLIS_PER_BLOCK, beacon::Seed, hashing::tagged_hash};
use alloc::vec::Vec;

/// Nanoseconds.
pub type Nanos = u64;

/// Nanoseconds in a second.
pub const SECOND: Nanos = 1_000_000_000;
/// Nanoseconds from a block to the next.
pub const BLOCK: Nanos = MILLIS_PER_BLOCK * 1_000_000;

/// What of a pool's terms decides how it goes.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rules {
	/// How long columns are.
	pub columns: Columns,
	/// What becomes of leaves in work.
	pub in_work: InWork,
	/// Rounds without a leaf after which a member is removed.
	pub idle_rounds: u8,
	/// Time in which the others publish after the first.
	pub window: Nanos,
	/// Time from the end of a round to the seed of the next.
	pub seed: Nanos,
	/// Time after which a round is ended anyway; never where there is no limit.
	pub limit: Option<Nanos>,
}

/// Who races for what.
#[derive(Clone, Copy, Debug)]
pub struct Race<'a> {
	/// Gas of each leaf.
	pub gas: &'a [u64],
	/// Gas a second of each member; 0 of one that signs up and does nothing.
	pub speeds: &'a [u64],
	/// How.
	pub rules: Rules,
}

/// How a race has ended.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum End {
	/// All leaves are done.
	Done,
	/// Nobody who works has anything to do, and nothing ends the round; or nobody is left.
	Stalled,
	/// The rounds that a pool may have did not suffice.
	OutOfRounds,
}

/// How a race went.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Course {
	/// How it has ended.
	pub end: End,
	/// Rounds.
	pub rounds: RoundNumber,
	/// From the first seed to the last publication.
	pub time: Nanos,
	/// Gas that was used for leaves which were taken away.
	pub wasted: u64,
	/// What was published: a transaction each.
	pub works: Vec<Work>,
}

impl Race<'_> {
	/// Runs it, with seeds that follow from `seed`.
	pub fn run(&self, seed: &Seed) -> Course {
		let leaves = self.gas.len() as u32;
		let mut run = Run {
			race: self,
			history: History::new(leaves, self.rules.in_work),
			matrix: Matrix::new(leaves, self.rules.in_work),
			left: self.speeds.iter().map(|_| None).collect(),
			gone: self.speeds.iter().map(|_| false).collect(),
			report: Course { end: End::Done, rounds: 0, time: 0, wasted: 0, works: Vec::new() },
		};
		while !run.history.is_over() {
			let seed = tagged_hash(b"assay/race/1", &(seed, run.report.rounds));
			if let Err(end) = run.round(seed) {
				run.report.end = end;
				break;
			}
		}
		run.report
	}

	/// Time that an ideal scheduler needs at least: it knows everything, and moves work between members at no cost, but
	/// no leaf is done by two at a time. `None` where nobody works.
	pub fn ideal(&self) -> Option<Nanos> {
		let speed: u128 = self.speeds.iter().map(|speed| u128::from(*speed)).sum();
		let all: u128 = self.gas.iter().map(|gas| u128::from(*gas)).sum();
		let shared = (all * u128::from(SECOND)).checked_div(speed)?;
		let fastest = self.speeds.iter().max().copied().unwrap_or(0);
		let longest = self.gas.iter().max().map_or(0, |gas| time(*gas, fastest));
		Some(longest.max(u64::try_from(shared).unwrap_or(Nanos::MAX)))
	}
}

/// Time that gas takes at a speed; for ever where that is none.
fn time(gas: u64, speed: u64) -> Nanos {
	let time = (u128::from(gas) * u128::from(SECOND)).checked_div(speed.into());
	time.and_then(|it| u64::try_from(it).ok()).unwrap_or(Nanos::MAX)
}

/// How far a member comes in a round.
struct Progress {
	/// Leaves done, their gas, and the time they took.
	done: u32,
	gas: u64,
	spent: Nanos,
	/// Time that the next leaf takes; `None` where there is none.
	next: Option<Nanos>,
}

struct Run<'a> {
	race: &'a Race<'a>,
	history: History,
	matrix: Matrix,
	/// Time that the leaf at the head of each column still takes, where it was kept.
	left: Vec<Option<Nanos>>,
	gone: Vec<bool>,
	report: Course,
}

impl Run<'_> {
	/// One round, from its seed to that of the next.
	fn round(&mut self, seed: Seed) -> Result<(), End> {
		let Rules { columns, .. } = self.race.rules;
		let weight = |member: usize| match self.gone[member] {
			true => 0,
			false => columns.weight(self.history.done_by(member as Member)),
		};
		let weights: Vec<u64> = (0..self.race.speeds.len()).map(weight).collect();
		if self.gone.iter().all(|gone| *gone) {
			return Err(End::Stalled);
		}
		let round = self.history.begin(seed, &weights).map_err(|_| End::OutOfRounds)?.clone();
		self.report.rounds += 1;
		self.matrix.begin(&round);
		let closes = self.closes(&round).ok_or(End::Stalled)?;
		let progress: Vec<Progress> =
			(0..weights.len()).map(|member| self.progress(member, closes)).collect();
		self.note(&progress, closes);
		self.end(&round, &progress, closes);
		self.report.time = self.report.time.saturating_add(closes);
		if !self.history.is_over() {
			self.report.time = self.report.time.saturating_add(self.race.rules.seed);
		}
		Ok(())
	}

	/// Time of each leaf of a member's column, in its order.
	fn times(&self, member: usize) -> impl Iterator<Item = Nanos> + '_ {
		let speed = self.race.speeds[member];
		let column = self.matrix.columns().get(member).into_iter().flatten();
		column.enumerate().map(move |(row, leaf)| match self.left[member] {
			Some(left) if row == 0 => left,
			_ => time(self.race.gas[*leaf as usize], speed),
		})
	}

	/// When the round ends, from its beginning. `None` where it never does.
	fn closes(&self, round: &Round) -> Option<Nanos> {
		let Rules { window, limit, .. } = self.race.rules;
		let busy = (0..round.columns.len()).filter(|member| !round.columns[*member].is_empty());
		let finishes = busy.map(|member| self.times(member).fold(0, Nanos::saturating_add));
		let (first, last) = finishes.fold((Nanos::MAX, 0), |(first, last): (Nanos, Nanos), it| {
			(first.min(it), last.max(it))
		});
		let opens = if round.is_last() { last } else { first };
		match limit {
			Some(limit) if opens > limit => Some(limit),
			None if opens == Nanos::MAX => None,
			_ => Some(opens.saturating_add(window).min(last)),
		}
	}

	fn progress(&self, member: usize, closes: Nanos) -> Progress {
		let mut progress = Progress { done: 0, gas: 0, spent: 0, next: None };
		let column = self.matrix.columns().get(member).into_iter().flatten();
		for (leaf, time) in column.zip(self.times(member)) {
			let after = progress.spent.saturating_add(time);
			if after > closes || time == Nanos::MAX {
				progress.next = Some(time);
				break;
			}
			progress.done += 1;
			progress.gas = progress.gas.saturating_add(self.race.gas[*leaf as usize]);
			progress.spent = after;
		}
		progress
	}

	/// Notes what is published: by who has finished at once, by others when the round ends.
	fn note(&mut self, progress: &[Progress], closes: Nanos) {
		let round = self.report.rounds - 1;
		for (member, it) in progress.iter().enumerate().filter(|(_, it)| it.done > 0) {
			let at = if it.next.is_none() { it.spent } else { closes };
			let blocks = BlockNumber::try_from(at.div_ceil(BLOCK)).unwrap_or(BlockNumber::MAX);
			self.report.works.push(Work {
				member: member as Member,
				round,
				leaves: it.done,
				gas: it.gas,
				blocks,
			});
		}
	}

	fn end(&mut self, round: &Round, progress: &[Progress], closes: Nanos) {
		let idle = |member: usize, it: &Progress| {
			let now = u8::from(it.done == 0 && !round.columns[member].is_empty());
			let before = if it.done == 0 { self.history.idle_rounds(member as Member) } else { 0 };
			now > 0 && before.saturating_add(now) >= self.race.rules.idle_rounds
		};
		let ends: Vec<Ended> = progress
			.iter()
			.enumerate()
			.map(|(member, it)| {
				let leaves = self.gone[member] || idle(member, it);
				let standing = if leaves { Standing::Leaves } else { Standing::Stays };
				Ended { done: it.done, standing }
			})
			.collect();
		let ended = self.history.end(&ends).ok().and_then(|()| self.history.rounds().last());
		// The round is open and each prefix lies within its column.
		let Some(ended) = ended else { return };
		self.matrix.end(ended);
		for (member, it) in progress.iter().enumerate() {
			self.gone[member] = ends[member].standing != Standing::Stays;
			let Some(next) = it.next else {
				self.left[member] = None;
				continue;
			};
			let worked = closes.saturating_sub(it.spent);
			if ended.keeps(member, self.race.rules.in_work) {
				// It goes on with this leaf while the next seed is awaited.
				let more = worked.saturating_add(self.race.rules.seed);
				self.left[member] =
					Some(if next == Nanos::MAX { next } else { next.saturating_sub(more) });
				continue;
			}
			self.left[member] = None;
			let gas =
				u128::from(worked) * u128::from(self.race.speeds[member]) / u128::from(SECOND);
			let gas = u64::try_from(gas).unwrap_or(u64::MAX);
			self.report.wasted = self.report.wasted.saturating_add(gas);
		}
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::hashing::blake2;
	use proptest::prelude::*;

	/// A challenge as soon as the first has finished, and the next seed at once.
	const INSTANT: Rules = Rules {
		columns: Columns::Equal,
		in_work: InWork::Kept { rounds: 3 },
		idle_rounds: 4,
		window: 0,
		seed: 0,
		limit: None,
	};

	fn run(gas: &[u64], speeds: &[u64], rules: Rules, seed: u32) -> Course {
		Race { gas, speeds, rules }.run(&blake2(&seed.to_le_bytes()))
	}

	/// Gas of leaves by an exponential distribution of this mean, in steps of a thousandth.
	fn uneven(leaves: u32, mean: u64, seed: u32) -> Vec<u64> {
		let point = |leaf: u32| {
			let hash = blake2(&[seed.to_le_bytes(), leaf.to_le_bytes()].concat());
			f64::from(u16::from_le_bytes([hash[0], hash[1]]) / 66 + 1) / 1_000.0
		};
		(0..leaves).map(|leaf| (-point(leaf).ln() * mean as f64) as u64 + 1).collect()
	}

	#[test]
	fn pool_19_equal_providers_with_equal_leaves_should_need_one_round() {
		let report = run(&[1_000_000; 64], &[1_000_000; 4], INSTANT, 1);
		assert_eq!((report.end, report.rounds, report.time), (End::Done, 1, 16 * SECOND));
		assert_eq!(report.works.len(), 4);
		let blocks = report.works.iter().map(|work| (work.leaves, work.gas, work.blocks));
		assert!(blocks.eq([(16, 16_000_000, 6); 4]));
	}

	/// Equal columns, one who works and K - 1 who don't: what is left over goes to each of K alike, so that of K - 1
	/// leaves the worker gets one with probability (K - 1) / K, then one of K - 2, and so on.
	fn stalls(members: u32) -> f64 {
		let done = (1..members).map(|left| f64::from(left) / f64::from(members));
		1.0 - done.product::<f64>()
	}

	#[test]
	fn pool_should_stall_with_idle_signers_when_columns_are_equal_and_rounds_have_no_limit() {
		assert!((stalls(4) - 0.90625).abs() < 1e-9 && (stalls(8) - 0.9976).abs() < 1e-4);
		const SEEDS: u32 = 400;
		let rules = Rules { in_work: InWork::Returned, ..INSTANT };
		let stalled = |rules: Rules, speeds: &[u64], seed: u32| {
			run(&[1_000; 64], speeds, Rules { idle_rounds: u8::MAX, ..rules }, seed).end
				== End::Stalled
		};
		let count = (0..SEEDS).filter(|seed| stalled(rules, &[9, 0, 0, 0], *seed)).count();
		// Four standard deviations; the seeds are fixed.
		assert!((0.848..0.965).contains(&(count as f64 / f64::from(SEEDS))), "{count}");
		let adaptive = Rules { columns: Columns::Adaptive, ..rules };
		assert!((0..SEEDS).all(|seed| !stalled(adaptive, &[9, 0, 0, 0], seed)));
	}

	#[test]
	fn pool_10_pool_should_end_when_one_works_and_rounds_have_a_limit() {
		for columns in [Columns::Equal, Columns::Adaptive] {
			for in_work in [InWork::Kept { rounds: 3 }, InWork::Returned] {
				let rules = Rules { columns, in_work, limit: Some(500 * SECOND), ..INSTANT };
				for seed in 0..20 {
					let report = run(&uneven(200, 1_000, seed), &[0, 0, 2_000, 0, 0], rules, seed);
					assert_eq!(report.end, End::Done, "{columns:?}, {in_work:?}");
					assert_eq!(report.works.iter().map(|work| work.leaves).sum::<u32>(), 200);
				}
			}
		}
		assert_eq!(run(&[1; 9], &[0, 0], Rules { limit: Some(1), ..INSTANT }, 1).end, End::Stalled);
		assert_eq!(run(&[1; 9], &[], INSTANT, 1).end, End::Stalled);
		assert_eq!(run(&[], &[1], INSTANT, 1).rounds, 0);
	}

	/// Rounds, the share of the time in which providers are idle, and the share of the work that is lost, both in
	/// hundredths, over ten seeds.
	fn figures(speeds: &[u64], leaves: u32, rules: Rules) -> [f64; 3] {
		const SEEDS: u32 = 10;
		let mut sums = [0.0; 3];
		for seed in 0..SEEDS {
			let gas = uneven(leaves, 20_000_000, seed);
			let race = Race { gas: &gas, speeds, rules };
			let ideal = race.ideal().expect("somebody works");
			let race = Race { rules: Rules { limit: Some(2 * ideal), ..rules }, ..race };
			let report = race.run(&blake2(&seed.to_le_bytes()));
			assert_eq!(report.end, End::Done);
			sums[0] += f64::from(report.rounds);
			sums[1] += 100.0 * (1.0 - ideal as f64 / report.time as f64);
			sums[2] += 100.0 * report.wasted as f64 / gas.iter().sum::<u64>() as f64;
		}
		sums.map(|sum| sum / f64::from(SEEDS))
	}

	/// The table of `docs/adr/0053-task-pools.md`: leaves of 20 seconds on average, rounds on the chain.
	#[test]
	fn adaptive_columns_and_kept_leaves_should_save_rounds_and_idle_time() {
		let (equal, adaptive) = (Columns::Equal, Columns::Adaptive);
		let kept = InWork::Kept { rounds: 3 };
		let alike = [1_000_000; 16];
		let four = [[8_000_000; 4], [1_000_000; 4], [1_000_000; 4], [1_000_000; 4]].concat();
		let one = [&[8_000_000][..], &[1_000_000; 7]].concat();
		let rows: [(&[u64], u32, Columns, InWork, [f64; 3]); 8] = [
			(&alike, 4_096, equal, kept, [6.9, 1.2, 0.0]),
			(&alike, 4_096, adaptive, kept, [7.4, 1.7, 0.0]),
			(&alike, 4_096, adaptive, InWork::Returned, [10.1, 8.1, 3.4]),
			(&four, 4_096, equal, kept, [14.3, 10.8, 0.0]),
			(&four, 4_096, adaptive, kept, [7.5, 3.9, 0.0]),
			(&one, 256, equal, kept, [10.0, 35.0, 0.1]),
			(&one, 256, adaptive, kept, [5.8, 19.6, 0.0]),
			(&one, 256, adaptive, InWork::Returned, [7.7, 32.4, 14.5]),
		];
		for (speeds, leaves, columns, in_work, expected) in rows {
			let (window, seed) = (6 * BLOCK, 3 * BLOCK);
			let rules = Rules { columns, in_work, window, seed, ..INSTANT };
			let found = figures(speeds, leaves, rules);
			let close = found.iter().zip(expected).all(|(found, it)| (found - it).abs() < 0.1);
			assert!(close, "{} of {leaves}, {columns:?}, {in_work:?}: {found:?}", speeds.len());
		}
	}

	#[test]
	fn work_in_hand_should_be_lost_only_where_it_is_returned() {
		let speeds = [1_000_000; 8];
		let gas = uneven(256, 1_000_000, 3);
		let patient = Rules { idle_rounds: u8::MAX, ..INSTANT };
		let wasted = |in_work| run(&gas, &speeds, Rules { in_work, ..patient }, 3).wasted;
		let all: u64 = gas.iter().sum();
		assert!(wasted(InWork::Returned) > all / 10);
		assert_eq!(wasted(InWork::Kept { rounds: 60 }), 0);
	}

	#[test]
	fn time_of_the_chain_should_come_on_top_of_the_rounds() {
		let gas = uneven(256, 1_000_000, 4);
		let speeds = [1_000_000; 4];
		let slow = Rules { window: 6 * BLOCK, seed: 3 * BLOCK, ..INSTANT };
		let (fast, slow) = (run(&gas, &speeds, INSTANT, 4), run(&gas, &speeds, slow, 4));
		assert!(slow.time > fast.time);
		assert!(slow.time < fast.time + 9 * BLOCK * u64::from(slow.rounds));
	}

	#[test]
	fn ideal_should_be_bounded_by_the_longest_leaf() {
		let ideal = |gas: &[u64], speeds: &[u64]| Race { gas, speeds, rules: INSTANT }.ideal();
		assert_eq!(ideal(&[10, 20, 30], &[1, 2]), Some(20 * SECOND));
		assert_eq!(ideal(&[60, 1], &[1, 2]), Some(30 * SECOND));
		assert_eq!(ideal(&[1], &[0]), None);
	}

	proptest! {
		#![proptest_config(ProptestConfig::with_cases(48))]

		#[test]
		fn race_should_do_each_leaf_once_and_be_repeatable(
			gas in prop::collection::vec(1u64..5_000, 1..120),
			speeds in prop::collection::vec(0u64..2_000, 1..7),
			adaptive in any::<bool>(), keep in 0u8..4, window in 0u64..20, seed in any::<u32>(),
		) {
			let rules = Rules {
				columns: if adaptive { Columns::Adaptive } else { Columns::Equal },
				in_work: if keep == 0 { InWork::Returned } else { InWork::Kept { rounds: keep } },
				idle_rounds: 4,
				window: window * SECOND,
				seed: SECOND,
				limit: Some(3_600 * SECOND),
			};
			let report = run(&gas, &speeds, rules, seed);
			prop_assert_eq!(&report, &run(&gas, &speeds, rules, seed));
			let done: u32 = report.works.iter().map(|work| work.leaves).sum();
			let used: u64 = report.works.iter().map(|work| work.gas).sum();
			prop_assert!(done as usize <= gas.len());
			if report.end == End::Done {
				prop_assert_eq!(done as usize, gas.len());
				prop_assert_eq!(used, gas.iter().sum::<u64>());
				let race = Race { gas: &gas, speeds: &speeds, rules };
				// Each leaf's time is rounded down to a nanosecond.
				prop_assert!(report.time + gas.len() as u64 >= race.ideal().expect("somebody works"));
			}
		}
	}
}
