//! Stakes at which honesty is the better choice, in integers.
//!
//! Symbols: w wage of a replica, c what a run costs it, ch what a committee costs, ε the probability
//! that a committee is wrong, p the probability that a result is checked. The inequalities are those
//! of the prisoner's contract (Dong et al., CCS 2017) with a committee that may err.

use crate::{Balance, Permill};

const WHOLE: Balance = 1_000_000;

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

/// Smallest stake S with `p·S > (1 − p)·w`: a lie that is checked with probability p does not pay.
///
/// `None` where nothing is ever checked, and where an amount leaves the type.
pub fn against_lies(wage: Balance, check: Permill) -> Option<Balance> {
	let check = Balance::from(check.deconstruct());
	let sum = wage.checked_mul(WHOLE.checked_sub(check)?)?;
	sum.checked_div(check)?.checked_add(1)
}

/// Highest wage w for which `stake` is at least [`against_lies`]: the inverse of that.
pub fn highest_deterred(stake: Balance, check: Permill) -> Balance {
	let check = Balance::from(check.deconstruct());
	// floor(w·(1 − p)/p) < S is w·(1 − p) < S·p.
	let most = stake.saturating_mul(check).saturating_sub(1);
	most.checked_div(WHOLE.saturating_sub(check)).unwrap_or(Balance::MAX)
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
		assert_eq!(against_lies(100, Permill::from_percent(20)), Some(401));
		assert_eq!(against_lies(100, Permill::from_percent(5)), Some(1_901));
		assert_eq!(against_lies(100, Permill::one()), Some(1));
		assert_eq!(against_lies(100, Permill::zero()), None);
		assert_eq!(against_lies(Balance::MAX, Permill::from_percent(5)), None);
	}

	proptest! {
		#[test]
		fn highest_deterred_wage_should_be_the_highest(
			stake in 2..1u64 << 40, check in 1..1_000_000u32,
		) {
			let (stake, check) = (Balance::from(stake), Permill::from_parts(check));
			let wage = highest_deterred(stake, check);
			prop_assert!(against_lies(wage, check).expect("it fits") <= stake);
			prop_assert!(against_lies(wage + 1, check).expect("it fits") > stake);
			prop_assert_eq!(highest_deterred(stake, Permill::one()), Balance::MAX);
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
