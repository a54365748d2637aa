//! What is paid and taken by the shares of a record of [`Economics`](super::Economics). Rounded against whoever gains.

use super::{Economics, Fees, Seats, Slashes};
use crate::{Balance, Permill, deal::DealTerms};

impl Fees {
	/// Protocol fee on what replicas have earned.
	pub fn on(&self, earned: Balance) -> Balance {
		self.protocol.mul_floor(earned)
	}

	/// What a replica whose P_max is `maximum` is paid for an attempt that the client's content thwarted.
	pub fn for_attempt(&self, maximum: Balance) -> Balance {
		self.attempt.mul_floor(maximum)
	}

	/// What a revealed replica is paid where nothing was decided, and its price for the least gas that anyone has
	/// revealed is `price`.
	pub fn for_undecided(&self, price: Balance) -> Balance {
		self.undecided.mul_floor(price)
	}
}

impl Slashes {
	/// What a publisher's bond loses beside `due`, what is owed to those whom its content failed.
	pub fn fine_on(&self, due: Balance) -> Balance {
		self.fine.mul_ceil(due)
	}

	/// Most that the fund for audits pays those who have found by one a lie that cost its authors `slashed`: what of that
	/// went to nobody whatever else was claimed, so that lies are not planted for it. What else it pays for the same lie
	/// has to leave that much.
	pub fn for_finding(&self, slashed: Balance) -> Balance {
		self.burn.mul_floor(slashed)
	}

	/// What whoever opened the seal of a replica early gets of its stake, all of which is lost.
	pub fn for_denouncing(&self, stake: Balance) -> Balance {
		self.denounce.mul_floor(stake)
	}
}

impl Seats {
	/// What a member has at risk that earns `wage`: never more than `bond`, the least of any mediator, so that all of
	/// them can be drawn.
	pub fn stake(&self, wage: Balance, bond: Balance) -> Balance {
		wage.saturating_mul(self.factor.into()).max(self.least).min(bond)
	}

	/// What whoever opened a member's seal early gets of the penalty for it.
	pub fn for_denouncing(&self, stake: Balance) -> Balance {
		self.denounce.mul_floor(penalty(stake, self.withheld))
	}
}

impl Economics {
	/// How often a result of a deal is audited whose dearest replica is paid `pay`.
	pub fn audit_rate(&self, terms: &DealTerms, pay: Balance) -> Permill {
		self.audited(Permill::from_parts(terms.audit_ppm), pay, terms.stake)
	}

	/// What a settled task pays for audits whose dearest replica is paid `pay`: what they cost on average.
	pub fn audit_tax(&self, terms: &DealTerms, pay: Balance) -> Balance {
		audit_tax(self.audit_rate(terms, pay), terms.reserve).min(terms.audit_tax)
	}
}

/// What audits cost on average that are this frequent, and whose cases cost `reserve`.
pub fn audit_tax(rate: Permill, reserve: Balance) -> Balance {
	rate.mul_ceil(reserve)
}

/// What is taken of a stake where a share of it is lost.
pub fn penalty(stake: Balance, share: Permill) -> Balance {
	share.mul_floor(stake)
}

/// What whoever questions a result puts up beside the case, of which a seat earns `wage`.
pub fn challenge_bond(wage: Balance) -> Balance {
	wage
}

/// What whoever questions a leaf of a pool puts up beside the case. A committee that errs takes all that a member has at
/// risk and all that it is due, which is worth something to the client and to whoever finds a lie, and more than a
/// single task ever is.
pub fn doubt_bond(wage: Balance, committee_error: Permill, at_risk: Balance) -> Balance {
	challenge_bond(wage).max(committee_error.mul_ceil(at_risk).saturating_mul(2))
}

/// What whoever appeals puts up: twice the wages of the next round. `None` beyond the type.
pub fn appeal_bond(wage: Balance, seats: u32) -> Option<Balance> {
	wage.checked_mul(seats.into())?.checked_mul(2)
}

/// Largest tip of a request, which is a share of the most that its first wave may cost.
pub fn highest_tip(first_wave: Balance, share: Permill) -> Balance {
	share.mul_floor(first_wave)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{judges::ROUNDS, money::after_burn};
	use proptest::prelude::*;

	#[test]
	fn appeal_should_put_up_twice_the_wages_of_the_next_round() {
		assert_eq!(
			ROUNDS[1..]
				.iter()
				.map(|seats| appeal_bond(10, *seats))
				.collect::<Option<alloc::vec::Vec<_>>>(),
			Some(alloc::vec![140, 300, 620])
		);
		assert_eq!(appeal_bond(Balance::MAX / 8, 7), None);
	}

	#[test]
	fn seat_should_risk_the_factor_within_the_least_and_the_bond() {
		let seats = Seats { factor: 100, least: 50, ..Economics::DEFAULT.seats };
		assert_eq!([0, 1, 7, 9].map(|wage| seats.stake(wage, 800)), [50, 100, 700, 800]);
		assert_eq!(seats.stake(Balance::MAX, Balance::MAX), Balance::MAX);
	}

	proptest! {
		/// Whatever is paid is paid out of what it is a share of, and whoever denounces itself loses more than it gets.
		#[test]
		fn shares_should_be_within_what_they_are_of(
			amount in 0..1u64 << 60, wage in 0..1u64 << 40, audit_ppm in 0..=1_000_000u32,
			(pay, tax) in (0..1u64 << 50, 0..1u64 << 50),
		) {
			let Economics { fees, slashes, seats, .. } = Economics::DEFAULT;
			let amount = Balance::from(amount);
			for part in [fees.on(amount), fees.for_attempt(amount), fees.for_undecided(amount)] {
				prop_assert!(part <= amount);
			}
			prop_assert!(slashes.for_denouncing(amount) <= after_burn(amount, slashes.burn));
			let unclaimed = amount - after_burn(amount, slashes.burn);
			prop_assert!(slashes.for_finding(amount) <= unclaimed);
			let lost = after_burn(penalty(amount, seats.withheld), seats.burn);
			prop_assert!(seats.for_denouncing(amount) <= lost);
			prop_assert!(slashes.fine_on(amount) <= amount && highest_tip(amount, fees.tip) <= amount);
			let wage = Balance::from(wage);
			prop_assert!(challenge_bond(wage) <= appeal_bond(wage, ROUNDS[1]).expect("it fits"));
			let terms = DealTerms {
				stake: amount,
				reserve: 3 * wage,
				audit_ppm,
				audit_tax: tax.into(),
				escrow: 0,
				wage,
				deposit: 0,
				commit_blocks: 1,
				reveal_blocks: 1,
				challenge_blocks: 1,
				hard_end: 1,
				economics: 0,
			};
			let taxed = Economics::DEFAULT.audit_tax(&terms, pay.into());
			prop_assert!(taxed <= terms.audit_tax && taxed <= terms.reserve);
		}
	}
}
