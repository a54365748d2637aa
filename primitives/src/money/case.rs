//! How the money of a case is divided: its funds, and what was taken from those who were wrong.
//!
//! Wages of the first round come out of the funds, those of later rounds out of penalties: whoever asked pays for
//! one committee, whoever lied or appealed in vain for the others. Each helps out where the other is short; where
//! both are, all seats get the same less.

use crate::Balance;

/// What the wages of a case come out of.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Wages {
	/// What each seat is paid that is owed a wage.
	pub each: Balance,
	/// Out of the funds.
	pub of_funds: Balance,
	/// Out of the penalties.
	pub of_penalties: Balance,
}

impl Wages {
	/// Wages of so many seats of the first round and of later ones, each of `wage` where there is enough.
	pub fn of(
		funds: Balance,
		penalties: Balance,
		wage: Balance,
		first: usize,
		later: usize,
	) -> Self {
		let [first, later] = [first, later].map(|seats| seats as Balance);
		let seats = first.saturating_add(later);
		// Neither saturates: both are parts of an account.
		let available = funds.saturating_add(penalties);
		let each = available.checked_div(seats).unwrap_or(0).min(wage);
		let due = each.saturating_mul(seats);
		let of_funds = each.saturating_mul(first).max(due.saturating_sub(penalties)).min(funds);
		Self { each, of_funds, of_penalties: due.saturating_sub(of_funds) }
	}

	/// All of them.
	pub fn due(&self) -> Balance {
		self.of_funds.saturating_add(self.of_penalties)
	}

	/// What was paid where `unpaid` of it could not be: that goes back to the funds first.
	pub fn less(self, unpaid: Balance) -> Self {
		let to_funds = unpaid.min(self.of_funds);
		Self {
			each: self.each,
			of_funds: self.of_funds.saturating_sub(to_funds),
			of_penalties: self.of_penalties.saturating_sub(unpaid.saturating_sub(to_funds)),
		}
	}
}

/// What the places of members cost that could not act, each of `place`, of what is left of the funds.
pub fn idle_places(left: Balance, place: Balance, idle: u32) -> Balance {
	place.saturating_mul(idle.into()).min(left)
}

/// What an appeal that was right is paid beside its bond.
pub fn appeal_reward(bond: Balance) -> Balance {
	bond / 2
}

/// What whoever had the court rule is paid for a call that has cost `cost`, of `against`, what votes against the
/// truth have cost: half of that, and the call in any case. No more than the call for who `takes_part`, who can
/// bring a case about or judge it: it is what he has paid, so nobody gains by it.
pub fn court_reward(cost: Balance, against: Balance, takes_part: bool) -> Balance {
	let least = cost.min(against);
	if takes_part { least } else { least.max(against / 2) }
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn funds_should_pay_the_first_round_and_penalties_the_others() {
		let of = |funds, penalties, first, later| {
			let Wages { each, of_funds, of_penalties } =
				Wages::of(funds, penalties, 10, first, later);
			(each, of_funds, of_penalties)
		};
		assert_eq!(of(40, 100, 3, 7), (10, 30, 70));
		assert_eq!(of(40, 65, 3, 7), (10, 35, 65), "funds help out");
		assert_eq!(of(20, 100, 3, 7), (10, 20, 80), "penalties do");
		assert_eq!(of(20, 31, 3, 7), (5, 19, 31), "the same less for all");
		assert_eq!(of(40, 100, 0, 0), (0, 0, 0));
		let wages = Wages::of(40, 100, 10, 3, 7);
		assert_eq!(wages.less(20), Wages { of_funds: 10, ..wages });
		assert_eq!(wages.less(35), Wages { of_funds: 0, of_penalties: 65, ..wages });
	}

	#[test]
	fn court_should_be_paid_half_of_false_votes_and_what_it_costs_at_least() {
		assert_eq!([0, 5, 8, 20].map(|cost| court_reward(cost, 10, false)), [5, 5, 8, 10]);
		assert_eq!([0, 5, 8, 20].map(|cost| court_reward(cost, 10, true)), [0, 5, 8, 10]);
	}

	proptest! {
		/// Whatever there is and whoever can't be paid: nothing is paid out of what is not there, and seats get the same.
		#[test]
		fn wages_should_be_within_funds_and_penalties(
			(funds, penalties, wage) in (0..1u64 << 50, 0..1u64 << 50, 0..1u64 << 50),
			(first, later) in (0..40usize, 0..80usize), short in 0..=100u32,
			(place, idle) in (0..1u64 << 50, 0..100u32),
		) {
			let (funds, penalties) = (Balance::from(funds), Balance::from(penalties));
			let wages = Wages::of(funds, penalties, wage.into(), first, later);
			prop_assert!(wages.of_funds <= funds && wages.of_penalties <= penalties);
			prop_assert!(wages.each <= Balance::from(wage));
			prop_assert_eq!(wages.due(), wages.each * (first + later) as Balance);
			let poor = wages.each < Balance::from(wage) && first + later > 0;
			let rest = funds + penalties - wages.due();
			prop_assert!(!poor || rest < (first + later) as Balance, "all that there is");
			let unpaid = wages.due() * Balance::from(short) / 100;
			let paid = wages.less(unpaid);
			prop_assert_eq!(paid.due() + unpaid, wages.due());
			prop_assert!(paid.of_funds <= wages.of_funds);
			let left = funds - paid.of_funds;
			prop_assert!(idle_places(left, place.into(), idle) <= left);
		}
	}
}
