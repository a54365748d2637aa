//! Stakes at which honesty is the better choice, in integers.
//!
//! Symbols: w wage of a replica, c what a run costs it, ch what a committee costs, ε the probability
//! that a committee is wrong, p the probability that a result is checked. The inequalities are those
//! of the prisoner's contract (Dong et al., CCS 2017) with a committee that may err.

use super::after_burn;
use crate::{Balance, Permill};
use polkadot_sdk::sp_runtime::{PerThing, Rounding};

const WHOLE: Balance = 1_000_000;
/// Parts in one of the product of two probabilities.
const SQUARE: Balance = WHOLE * WHOLE;

/// Smallest stake d with `d > [c + ε·w + (1 − ε)·ch] / (1 − 2ε)`: each of two colluding replicas
/// gains by being honest and letting a committee judge.
///
/// `None` where ε is one half or more, for then no stake does it, and where an amount leaves the type.
pub fn against_collusion(
	cost: Balance,
	wage: Balance,
	committee: Balance,
	error: Permill,
) -> Option<Balance> {
	let error = Balance::from(error.deconstruct());
	let divisor = WHOLE.checked_sub(error.checked_mul(2)?).filter(|left| *left > 0)?;
	let sum = cost
		.checked_mul(WHOLE)?
		.checked_add(wage.checked_mul(error)?)?
		.checked_add(committee.checked_mul(WHOLE.checked_sub(error)?)?)?;
	(sum / divisor).checked_add(1)
}

/// Smallest stake S with `q·S > (1 − q)·w` for `q = p·(1 − 2ε)`: with a result that is checked with
/// probability p, by a committee that is wrong with probability ε, whoever runs the task at a cost of w is
/// better off than who lies. The committee's error counts twice: it lets liars go, and takes stakes of honest
/// ones.
///
/// `None` where nothing is ever checked, where ε is one half or more, and where an amount leaves the type.
pub fn against_lies(wage: Balance, check: Permill, error: Permill) -> Option<Balance> {
	let found = found(check, error)?;
	let sum = wage.checked_mul(SQUARE.checked_sub(found)?)?;
	sum.checked_div(found)?.checked_add(1)
}

/// By how much likelier a lie is found than the truth is taken for one, in parts of [`SQUARE`].
fn found(check: Permill, error: Permill) -> Option<Balance> {
	let errors = Balance::from(error.deconstruct()).checked_mul(2)?;
	Balance::from(check.deconstruct()).checked_mul(WHOLE.checked_sub(errors)?)
}

/// Highest wage w for which `stake` is at least [`against_lies`]: the inverse of that. Nothing where no stake
/// deters anybody.
pub fn highest_deterred(stake: Balance, check: Permill, error: Permill) -> Balance {
	let Some(found) = found(check, error) else { return 0 };
	// floor(w·(1 − q)/q) < S is w·(1 − q) < S·q.
	let most = stake.saturating_mul(found).saturating_sub(1);
	most.checked_div(SQUARE.saturating_sub(found)).unwrap_or(Balance::MAX)
}

/// Smallest probability of an audit at which whoever owns *all* replicas of a task gains nothing by a lie that
/// pays each of them `pay`, where each has `stake` at risk: q with `q·(1 − 2ε)·(pay + S) > pay`. Nobody else is
/// there to find such a lie.
///
/// Of the stake only what is not burnt counts as lost, S less its burn: so much may come back to mediators of
/// the same owner who find the lie, and never more. At an honest price a run is worth nothing or more, and such a
/// lie less than nothing, whatever the run costs, and whatever gas or class the lie claims.
pub fn against_owners(pay: Balance, stake: Balance, burn: Permill, error: Permill) -> Permill {
	if pay == 0 {
		return Permill::zero();
	}
	let lost = pay.saturating_add(after_burn(stake, burn));
	let odds = Permill::from_rational_with_rounding(pay, lost, Rounding::Up);
	let odds = Balance::from(odds.unwrap_or(Permill::one()).deconstruct());
	let errs = Balance::from(error.deconstruct()).saturating_mul(2);
	// Both factors are below 2^21.
	let parts = (odds * WHOLE).checked_div(WHOLE.saturating_sub(errs)).unwrap_or(WHOLE) + 1;
	Permill::from_parts(u32::try_from(parts.min(WHOLE)).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// The table of counter-collusion with c = w, a committee of n at w each.
	#[test]
	fn stakes_should_be_those_of_the_table() {
		let w = 10_000;
		let rows = [
			(3, 0, 40_001),
			(3, 1, 40_613),
			(3, 5, 43_334),
			(5, 0, 60_001),
			(5, 1, 60_817),
			(5, 5, 64_445),
			(7, 0, 80_001),
			(7, 1, 81_021),
			(7, 5, 85_556),
		];
		for (members, percent, expected) in rows {
			let stake = against_collusion(w, w, members * w, Permill::from_percent(percent));
			assert_eq!(stake, Some(expected), "{members} members, {percent} %");
		}
	}

	/// The worked example: w 10, c 6, ch 25 has one equilibrium above 31.
	#[test]
	fn stake_should_be_above_cost_and_committee_when_it_never_errs() {
		assert_eq!(against_collusion(6, 10, 25, Permill::zero()), Some(32));
	}

	#[test]
	fn no_stake_should_do_when_the_committee_is_a_coin() {
		assert_eq!(against_collusion(1, 1, 1, Permill::from_percent(50)), None);
		assert_eq!(against_collusion(1, 1, 1, Permill::one()), None);
		assert_eq!(against_collusion(Balance::MAX, 1, 1, Permill::zero()), None);
	}

	#[test]
	fn stake_should_be_above_the_odds_of_a_check() {
		let of = |check, error| {
			against_lies(100, Permill::from_percent(check), Permill::from_percent(error))
		};
		assert_eq!([20, 5, 100, 0].map(|it| of(it, 0)), [Some(401), Some(1_901), Some(1), None]);
		// 100 · (1 / (p · 0.98) − 1).
		assert_eq!([20, 10, 5].map(|it| of(it, 1)), [Some(411), Some(921), Some(1_941)]);
		assert_eq!([of(100, 1), of(20, 50), of(20, 100)], [Some(3), None, None]);
		let five = Permill::from_percent(5);
		assert_eq!(against_lies(Balance::MAX, five, Permill::zero()), None);
	}

	#[test]
	fn audits_should_be_as_frequent_as_a_lie_of_all_would_pay() {
		let [burn, error] = [10, 1].map(Permill::from_percent);
		let of = |pay, stake| against_owners(pay, stake, burn, error).deconstruct();
		// 1 / (1 + 9) / 0.98, and a half of that pay.
		assert_eq!(of(1_000, 10_000), 102_041);
		assert_eq!(of(500, 10_000), 53_707);
		assert_eq!((of(0, 10_000), of(0, 0), of(7, 0)), (0, 0, 1_000_000));
		assert_eq!(of(Balance::MAX, Balance::MAX), 1_000_000);
		assert_eq!(against_owners(1, 1_000, burn, Permill::from_percent(50)), Permill::one());
	}

	proptest! {
		/// In exact parts: the pay where nobody looks, the stake where somebody does who is not wrong.
		#[test]
		fn lie_of_all_should_not_pay_at_the_rate_of_audits(
			pay in 1..1u64 << 50, stake in 1..1u64 << 50,
			burn in 0..500_000u32, error in 0..200_000u32,
		) {
			let (burn, error) = (Permill::from_parts(burn), Permill::from_parts(error));
			let rate = against_owners(pay.into(), stake.into(), burn, error);
			prop_assume!(rate < Permill::one());
			let lost = after_burn(stake.into(), burn) as i128;
			let (pay, whole) = (i128::from(pay), WHOLE as i128);
			let found = i128::from(rate.deconstruct()) * (whole - 2 * i128::from(error.deconstruct()));
			prop_assert!((whole * whole - found) * pay < found * lost);
		}

		#[test]
		fn highest_deterred_wage_should_be_the_highest(
			stake in 2..1u64 << 40, check in 1..1_000_000u32, error in 0..500_000u32,
		) {
			let (stake, check) = (Balance::from(stake), Permill::from_parts(check));
			let error = Permill::from_parts(error);
			let wage = highest_deterred(stake, check, error);
			prop_assert!(against_lies(wage, check, error).expect("it fits") <= stake);
			prop_assert!(against_lies(wage + 1, check, error).expect("it fits") > stake);
			let certain = highest_deterred(stake, Permill::one(), Permill::zero());
			prop_assert_eq!(certain, Balance::MAX);
		}

		/// What an honest replica and a liar expect, in exact parts: w, less a run at w, and S.
		#[test]
		fn honest_replica_should_be_better_off_than_a_liar_at_the_stake_and_not_below(
			wage in 1..1u64 << 30, check in 1..=1_000_000u32, error in 0..500_000u32,
		) {
			let (p, e, whole) = (i128::from(check), i128::from(error), WHOLE as i128);
			let stake = against_lies(
				wage.into(),
				Permill::from_parts(check),
				Permill::from_parts(error),
			);
			let (w, least) = (i128::from(wage), stake.expect("it fits") as i128);
			// Found with probability p·e where it is honest, and p·(1 − e) where it lies.
			let expects = |found: i128, cost: i128, stake: i128| {
				(whole * whole - found) * w - whole * whole * cost - found * stake
			};
			let better = |stake| expects(p * e, w, stake) > expects(p * (whole - e), 0, stake);
			prop_assert!(better(least));
			prop_assert!(!better(least - 1));
		}

		#[test]
		fn stake_should_satisfy_the_inequality_and_one_less_should_not(
			cost in 0..1u64 << 40, wage in 0..1u64 << 40, committee in 0..1u64 << 40,
			error in 0..500_000u32,
		) {
			let [cost, wage, committee] = [cost, wage, committee].map(Balance::from);
			let stake = against_collusion(cost, wage, committee, Permill::from_parts(error));
			let stake = stake.expect("it fits");
			let error = Balance::from(error);
			// (1 − 2ε)·d against c + ε·w + (1 − ε)·ch, both in millionths.
			let right = cost * WHOLE + wage * error + committee * (WHOLE - error);
			prop_assert!(stake * (WHOLE - 2 * error) > right);
			prop_assert!((stake - 1) * (WHOLE - 2 * error) <= right);
		}
	}
}
