//! Who is paid what for the leaves that stand.

use super::{Member, Pricing, Rates, RoundNumber};
use crate::{Balance, BlockNumber, MILLIS_PER_BLOCK, price::Price};
use alloc::vec::Vec;
use polkadot_sdk::sp_runtime::{Rounding, helpers_128bit::multiply_by_rational_with_rounding};

/// Blocks in an hour.
const BLOCKS_PER_HOUR: u128 = 3_600_000 / MILLIS_PER_BLOCK as u128;

/// What a member has published in a round.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Work {
	/// Who.
	pub member: Member,
	/// When.
	pub round: RoundNumber,
	/// Leaves.
	pub leaves: u32,
	/// Gas of them.
	pub gas: u64,
	/// Blocks from the round's seed to the publication.
	pub blocks: BlockNumber,
}

/// What becomes of the money for the subtasks.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Payments {
	/// For each piece of work, in their order.
	pub paid: Vec<Balance>,
	/// What is left for the client.
	pub left: Balance,
}

/// Pays for all work that stands, out of `escrow`. Everything is rounded down, against who is paid; what is paid and
/// what is left are the escrow together. Work beyond what the escrow covers is paid in proportion, never out of
/// anything else.
pub fn payments(rates: &Rates, escrow: Balance, works: &[Work]) -> Payments {
	let pace = Pace::of(works);
	let due = |work: &Work| price_of(&rates.in_round(work.round), work, &pace);
	let due: Vec<Balance> = works.iter().map(due).collect();
	let all = due.iter().fold(0, |sum: Balance, it| sum.saturating_add(*it));
	let part = |due: Balance| match all <= escrow {
		true => due,
		false => share(due, escrow, all),
	};
	let mut left = escrow;
	// Parts that are rounded down are not above the whole; where even the sum has left the type, `min` keeps it.
	let pay = |due: Balance| {
		let paid = part(due).min(left);
		left -= paid;
		paid
	};
	let paid = due.into_iter().map(pay).collect();
	Payments { paid, left }
}

/// Time that leaves took on average: all blocks of all samples over all leaves of them.
///
/// An average of each sample's own average would count a leaf of who did one as much as a thousand of another.
struct Pace {
	blocks: u128,
	leaves: u128,
}

impl Pace {
	fn of(works: &[Work]) -> Self {
		let timed = works.iter().filter(|work| work.leaves > 0);
		timed.fold(Self { blocks: 0, leaves: 0 }, |sum, work| Self {
			blocks: sum.blocks + u128::from(work.blocks),
			leaves: sum.leaves + u128::from(work.leaves),
		})
	}
}

fn price_of(pricing: &Pricing, work: &Work, pace: &Pace) -> Balance {
	let leaves = Balance::from(work.leaves);
	match *pricing {
		Pricing::Gas { per_mgas } => Price { base: 0, per_mgas }.of(work.gas),
		Pricing::Subtask { each } => each.saturating_mul(leaves),
		Pricing::Hour { per_hour, most_each } => {
			// Below 10^6 leaves · 2^32 blocks · 4,096 samples.
			let time = leaves * pace.blocks;
			let hours = pace.leaves * BLOCKS_PER_HOUR;
			share(per_hour, time, hours).min(most_each.saturating_mul(leaves))
		},
	}
}

/// `amount · part / whole`, rounded down; the largest amount where it exceeds the type, and nothing of nothing.
fn share(amount: Balance, part: u128, whole: u128) -> Balance {
	match whole {
		0 => 0,
		_ => multiply_by_rational_with_rounding(amount, part, whole, Rounding::Down)
			.unwrap_or(Balance::MAX),
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{Permill, price::MGAS};
	use proptest::prelude::*;

	fn work(member: Member, round: RoundNumber, leaves: u32, blocks: u32) -> Work {
		Work { member, round, leaves, gas: u64::from(leaves) * MGAS, blocks }
	}

	#[test]
	fn each_pricing_should_pay_by_its_own_measure() {
		let works = [work(0, 0, 30, 1_200), work(1, 0, 10, 1_200)];
		let paid = |pricing| payments(&Rates::steady(pricing), 10_000, &works);
		let gas = Payments { paid: vec![90, 30], left: 9_880 };
		assert_eq!(paid(Pricing::Gas { per_mgas: 3 }), gas);
		assert_eq!(paid(Pricing::Subtask { each: 3 }), gas);
		// Two hours for forty leaves: three minutes for each, whoever did it.
		let hour = Pricing::Hour { per_hour: 60, most_each: 100 };
		assert_eq!(paid(hour).paid, [90, 30]);
		let bounded = Pricing::Hour { per_hour: 60, most_each: 2 };
		assert_eq!(paid(bounded).paid, [60, 20]);
		let none = payments(&Rates::steady(hour), 10_000, &[]);
		assert_eq!(none, Payments { paid: vec![], left: 10_000 });
	}

	#[test]
	fn pool_14_falling_prices_should_be_paid_by_rounds() {
		let pricing = Pricing::Subtask { each: 1_000 };
		let rates = Rates { pricing, kept: Permill::from_percent(90) };
		let works: Vec<Work> = (0..5).map(|round| work(0, round, 2, 1)).collect();
		let Payments { paid, left } = payments(&rates, 10_000, &works);
		assert_eq!(paid, [2_000, 1_800, 1_620, 1_458, 1_312]);
		assert_eq!(left, 10_000 - 8_190);
	}

	/// One works, three others of its owner publish one leaf each at the end of the window: the price per hour
	/// pays four times as much, and the price by gas what it pays anybody.
	#[test]
	fn pool_12_idle_accounts_should_stretch_the_price_per_hour_and_no_other() {
		let alone = [work(0, 0, 997, 1_200)];
		let farm = [
			work(0, 0, 997, 1_200),
			work(1, 0, 1, 1_200),
			work(2, 0, 1, 1_200),
			work(3, 0, 1, 1_200),
		];
		let ratio = |pricing| {
			let sum = |works: &[Work]| {
				payments(&Rates::steady(pricing), Balance::MAX, works).paid.iter().sum::<Balance>()
			};
			(sum(&farm) * 100 / sum(&alone), farm.len() as u128)
		};
		let much = 1_000_000_000;
		assert_eq!(ratio(Pricing::Hour { per_hour: much, most_each: much }), (400, 4));
		assert_eq!(ratio(Pricing::Gas { per_mgas: much }), (100, 4));
		assert_eq!(ratio(Pricing::Subtask { each: much }), (100, 4));
	}

	proptest! {
		#[test]
		fn what_is_paid_and_what_is_left_should_be_the_escrow(
			works in prop::collection::vec((0u16..4, 0u16..6, 0u32..1_000_000, any::<u64>(), any::<u32>()), 0..40),
			price in any::<u128>(), most in any::<u128>(), escrow in any::<u128>(), kind in 0u8..3,
			kept in 0u32..=1_000_000,
		) {
			let pricing = match kind {
				0 => Pricing::Gas { per_mgas: price },
				1 => Pricing::Subtask { each: price },
				_ => Pricing::Hour { per_hour: price, most_each: most },
			};
			let rates = Rates { pricing, kept: Permill::from_parts(kept) };
			let works: Vec<Work> = works
				.into_iter()
				.map(|(member, round, leaves, gas, blocks)| Work { member, round, leaves, gas, blocks })
				.collect();
			let payments = payments(&rates, escrow, &works);
			prop_assert_eq!(payments.paid.len(), works.len());
			let paid: u128 = payments.paid.iter().sum();
			prop_assert_eq!(paid + payments.left, escrow);
		}

		/// In the order of their coming or any other.
		#[test]
		fn payments_should_not_depend_on_the_order_of_publication(
			works in prop::collection::vec((0u16..4, 0u16..6, 0u32..1_000, 0u64..1 << 40, 0u32..10_000), 1..40),
			at in any::<prop::sample::Index>(), kind in 0u8..3,
		) {
			let pricing = match kind {
				0 => Pricing::Gas { per_mgas: 17 },
				1 => Pricing::Subtask { each: 17 },
				_ => Pricing::Hour { per_hour: 17_000, most_each: 1_000 },
			};
			let works: Vec<Work> = works
				.into_iter()
				.map(|(member, round, leaves, gas, blocks)| Work { member, round, leaves, gas, blocks })
				.collect();
			let escrow = 1 << 100;
			let paid = payments(&Rates::steady(pricing), escrow, &works);
			let by = at.index(works.len());
			let mut turned = works.clone();
			turned.rotate_left(by);
			let mut other = payments(&Rates::steady(pricing), escrow, &turned);
			other.paid.rotate_right(by);
			prop_assert_eq!(paid, other);
		}
	}
}
