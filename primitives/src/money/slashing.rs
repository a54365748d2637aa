//! How what is taken from those at fault is divided.
//!
//! Of each slash a part is burnt in any case. Then, as far as it goes: whoever applied the deadline,
//! whoever paid for the case beforehand, whoever found the lie, and those who told the truth in
//! proportion to what they earned. Of what is left of a lie whoever had the court rule gets back what that has cost.
//! Shares are rounded down; what nobody may claim is burnt.
//!
//! With nothing burnt and all harm made good these are the settlements of the prisoner's and the
//! traitor's contracts (Dong et al., CCS 2017); the tests show it. The chain burns a part, so that
//! nobody gets back through other accounts what one of them loses, and gives those who told the truth, and a
//! reporter, no more than they have earned in the same task: whom somebody meets in a deal he may have chosen.

use super::{Slashes, after_burn};
use crate::Balance;
use alloc::vec::Vec;
use polkadot_sdk::sp_runtime::{
	Permill, Rounding, helpers_128bit::multiply_by_rational_with_rounding,
};

/// Who found a lie.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Finder {
	/// Nobody but the vote, or the client, who has no claim beyond what it paid and its harm.
	Nobody,
	/// A colluder who reported the others. Gets all that is left where nobody told the truth, else half; in
	/// either case no more than its room.
	Reporter,
	/// Whoever challenged, or the fund that paid for the audit. Gets half of what is left.
	Challenger,
}

/// Who told the truth.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Truthful {
	/// What it earned by its own run.
	pub earned: Balance,
	/// What it may still get out of the slashes of this task.
	pub room: Balance,
}

/// Who has a claim on the slashes of one task.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Claims {
	/// What the case cost whoever paid for it, not given back yet.
	pub prepaid: Balance,
	/// Who found the lie.
	pub finder: Finder,
	/// What a reporter may still get out of the slashes of this task. Whoever finds a lie from outside
	/// may be anybody, so what he gets depends on nobody and has no such bound.
	pub reporter_room: Balance,
	/// Those who told the truth.
	pub truthful: Vec<Truthful>,
	/// What having the court rule has cost, not given back yet.
	pub court: Balance,
}

/// Who gets a share.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Claimant {
	/// Applied the deadline.
	Poker,
	/// Paid for the case beforehand.
	Prepayer,
	/// Found the lie.
	Finder,
	/// Told the truth; position among [`Claims::truthful`].
	Truthful(usize),
	/// Pays for the task.
	Payer,
	/// Had the court rule.
	Court,
}

impl Claims {
	/// Divides one slash, and notes what has been satisfied. Shares of nothing are left out; together
	/// they never exceed the slash less what must be burnt.
	pub fn divide(
		&mut self,
		rules: &Slashes,
		slash: Balance,
		poked: bool,
	) -> Vec<(Claimant, Balance)> {
		let mut left = after_burn(slash, rules.burn);
		let mut shares = Vec::new();
		let mut give = |to: Claimant, amount: Balance, left: &mut Balance| {
			let amount = amount.min(*left);
			*left -= amount;
			if amount > 0 {
				shares.push((to, amount));
			}
			amount
		};
		if poked {
			give(Claimant::Poker, rules.poke.mul_floor(slash), &mut left);
		}
		self.prepaid -= give(Claimant::Prepayer, self.prepaid, &mut left);
		let alone = self.truthful.is_empty();
		let reported = self.finder == Finder::Reporter;
		if alone && !reported {
			give(Claimant::Payer, rules.harm.mul_floor(slash), &mut left);
		}
		match self.finder {
			Finder::Nobody => (),
			Finder::Reporter => {
				let part = if alone { left } else { left / 2 };
				self.reporter_room -=
					give(Claimant::Finder, part.min(self.reporter_room), &mut left);
			},
			Finder::Challenger => {
				give(Claimant::Finder, left / 2, &mut left);
			},
		}
		let rest = left;
		let total =
			self.truthful.iter().fold(0, |sum: Balance, one| sum.saturating_add(one.earned));
		for (at, one) in self.truthful.iter_mut().enumerate() {
			let part = multiply_by_rational_with_rounding(rest, one.earned, total, Rounding::Down);
			// Nothing where nobody earned anything; else the part is at most the whole.
			let amount = part.unwrap_or(0).min(one.room);
			one.room -= give(Claimant::Truthful(at), amount, &mut left);
		}
		shares
	}

	/// The same of what a lie costs, out of which the court is paid: last, so that nobody gets less for it. Whoever had it
	/// rule gets no more than he has paid himself, so he may be anybody, the liar too.
	pub fn divide_lie(
		&mut self,
		rules: &Slashes,
		slash: Balance,
		poked: bool,
	) -> Vec<(Claimant, Balance)> {
		let mut shares = self.divide(rules, slash, poked);
		let shared = shares.iter().fold(0, |sum: Balance, (_, amount)| sum.saturating_add(*amount));
		let amount = after_burn(slash, rules.burn).saturating_sub(shared).min(self.court);
		self.court -= amount;
		if amount > 0 {
			shares.push((Claimant::Court, amount));
		}
		shares
	}
}

impl Claimant {
	/// Whether it gains by the fall that pays it, where the `public` pool judges or those whom the parties have named.
	/// Who gets back what it had paid beforehand gains nothing by that, unless it went to judges who were named: an
	/// operator key can name them, and they may be its thief's. What the court has cost no judge has got.
	pub fn gains(self, public: bool) -> bool {
		match self {
			Self::Court => false,
			Self::Prepayer => !public,
			Self::Poker | Self::Finder | Self::Truthful(_) | Self::Payer => true,
		}
	}
}

/// Cuts the shares of those who gain by a fall, one after the other, to what `allow` leaves of their sum: nobody is to
/// bring somebody down for what that pays, see [`most_of_falls`](super::most_of_falls).
pub fn bound<'a>(
	gains: impl Iterator<Item = &'a mut Balance>,
	allow: impl FnOnce(Balance) -> Balance,
) {
	let shares: Vec<_> = gains.collect();
	let wanted = shares.iter().fold(0, |sum: Balance, share| sum.saturating_add(**share));
	let mut left = allow(wanted);
	for share in shares {
		*share = (*share).min(left);
		left -= *share;
	}
}

/// What a pot pays for a lie that was found: a share of it, but at least `least` as far as the pot goes,
/// and never more than `cap`. With what the lie has cost its authors as the cap, nobody can empty a pot by
/// planting lies and finding them.
pub fn jackpot(pot: Balance, share: Permill, least: Balance, cap: Balance) -> Balance {
	share.mul_floor(pot).max(least).min(pot).min(cap)
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	/// Wage, stake and committee of the reference's tables.
	const W: Balance = 10;
	const D: Balance = 40;
	const CH: Balance = 25;

	/// Nothing burnt, all harm made good: the contracts as their authors wrote them.
	const CONTRACT: Slashes = Slashes {
		burn: Permill::zero(),
		silent: Permill::zero(),
		poke: Permill::zero(),
		harm: Permill::one(),
		denounce: Permill::zero(),
		fine: Permill::zero(),
		jackpot: Permill::zero(),
		jackpot_least: 0,
	};

	fn claims(prepaid: Balance, finder: Finder, truthful: usize) -> Claims {
		let one = Truthful { earned: W, room: Balance::MAX };
		let reporter_room = Balance::MAX;
		Claims { prepaid, finder, reporter_room, truthful: vec![one; truthful], court: 0 }
	}

	/// What each kind of claimant gets of `liars` stakes.
	fn total(claims: &mut Claims, rules: &Slashes, liars: u32, of: Claimant) -> Balance {
		(0..liars)
			.flat_map(|_| claims.divide(rules, D, false))
			.filter(|(to, _)| *to == of)
			.map(|(_, amount)| amount)
			.sum()
	}

	#[test]
	fn shares_should_be_cut_one_after_the_other_when_a_fall_may_pay_less_than_their_sum() {
		let cut = |most: Balance| {
			let mut shares = [40, 30, 30];
			bound(shares.iter_mut(), |wanted| wanted.min(most));
			shares
		};
		assert_eq!([cut(200), cut(100), cut(60)], [[40, 30, 30], [40, 30, 30], [40, 20, 0]]);
		assert_eq!(cut(0), [0, 0, 0]);
	}

	#[test]
	fn prepayer_should_gain_by_a_fall_only_when_judges_were_named() {
		assert!(!Claimant::Prepayer.gains(true) && Claimant::Prepayer.gains(false));
		assert!(!Claimant::Court.gains(true) && !Claimant::Court.gains(false));
		assert!(Claimant::Payer.gains(true) && Claimant::Finder.gains(true));
	}

	/// Two equal results, no audit: nobody is slashed, each worker has w + d, the client ch.
	#[test]
	fn med_07_equal_results_should_leave_workers_50_and_the_client_25() {
		let client = 2 * W + CH - 2 * W;
		assert_eq!((W + D, client), (50, 25));
		assert!(claims(0, Finder::Nobody, 2).divide(&CONTRACT, 0, false).is_empty());
	}

	/// The client's reserve pays the committee and comes back out of the liar's stake.
	#[test]
	fn med_08_one_liar_should_leave_65_25_35_and_nothing() {
		let truthful =
			total(&mut claims(CH, Finder::Nobody, 1), &CONTRACT, 1, Claimant::Truthful(0));
		let prepayer = total(&mut claims(CH, Finder::Nobody, 1), &CONTRACT, 1, Claimant::Prepayer);
		let (honest, client) = (W + D + truthful, 2 * W + CH - W - CH + prepayer);
		assert_eq!((honest, CH, client, honest + CH + client), (65, 25, 35, 125));
	}

	#[test]
	fn med_09_two_liars_should_leave_the_client_100_when_an_audit_finds_them() {
		let prepayer = total(&mut claims(CH, Finder::Nobody, 0), &CONTRACT, 2, Claimant::Prepayer);
		let payer = total(&mut claims(CH, Finder::Nobody, 0), &CONTRACT, 2, Claimant::Payer);
		let client = 2 * W + CH - CH + prepayer + payer;
		assert_eq!((client, CH, client + CH), (100, 25, 125));
	}

	/// The reporter's own stake comes back; its bond paid the committee.
	#[test]
	fn med_10_true_report_should_leave_90_25_35_and_nothing() {
		let prepayer =
			total(&mut claims(CH, Finder::Reporter, 0), &CONTRACT, 1, Claimant::Prepayer);
		let finder = total(&mut claims(CH, Finder::Reporter, 0), &CONTRACT, 1, Claimant::Finder);
		let (reporter, client) = (D + W + prepayer + finder, 2 * W + CH - W);
		assert_eq!((reporter, CH, client, reporter + CH + client), (90, 25, 35, 150));
	}

	/// Nobody is slashed, so nobody gives the bond back: the reporter loses exactly ch.
	#[test]
	fn med_11_false_report_should_cost_exactly_the_committee() {
		let mut claims = claims(CH, Finder::Nobody, 2);
		assert!(claims.divide(&CONTRACT, 0, false).is_empty());
		assert_eq!(claims.prepaid, CH);
		let (workers, client) = (2 * (W + D), 2 * W + CH - 2 * W);
		assert_eq!(workers + client + CH, 150);
	}

	/// The rows of PoCo's kitty, and the cap that it lacks.
	#[test]
	fn deal_22_jackpot_should_be_a_tenth_or_the_least_and_within_the_cap() {
		let least = 1_000_000_000;
		let of = |pot, cap| jackpot(pot, Permill::from_percent(10), least, cap);
		assert_eq!(of(10_000_000_010, Balance::MAX), 1_000_000_001);
		assert_eq!(of(1_000_000_000, Balance::MAX), 1_000_000_000);
		assert_eq!(of(999_999_999, Balance::MAX), 999_999_999);
		assert_eq!(of(10_000_000_010, 5), 5);
		assert_eq!(of(0, Balance::MAX), 0);
	}

	#[test]
	fn challenger_should_get_half_when_somebody_told_the_truth() {
		let half = total(&mut claims(0, Finder::Challenger, 1), &CONTRACT, 1, Claimant::Finder);
		let rest =
			total(&mut claims(0, Finder::Challenger, 1), &CONTRACT, 1, Claimant::Truthful(0));
		assert_eq!((half, rest), (20, 20));
	}

	/// Of 40 a tenth is burnt, 10 go back for the case, half of the rest to the finder, and so on: nobody gets less.
	#[test]
	fn court_should_be_paid_out_of_what_is_left_of_a_lie() {
		let rules = Slashes { burn: Permill::from_percent(10), harm: Permill::zero(), ..CONTRACT };
		let one = Truthful { earned: 5, room: 5 };
		let claims =
			|court| Claims { truthful: vec![one], court, ..claims(10, Finder::Challenger, 0) };
		let others = claims(0).divide(&rules, D, false);
		for (owed, paid) in [(0, 0), (3, 3), (8, 8), (100, 8)] {
			let mut claims = claims(owed);
			let shares = claims.divide_lie(&rules, D, false);
			assert_eq!(shares[..others.len()], others[..], "owed {owed}");
			let court = shares.get(others.len()).copied();
			assert_eq!(court, (paid > 0).then_some((Claimant::Court, paid)));
			assert_eq!(claims.court, owed - paid);
		}
	}

	proptest! {
		/// Whatever the claims: no more is handed out than there is, and the burnt part is burnt.
		#[test]
		fn shares_should_never_exceed_what_may_be_shared(
			slashes in prop::collection::vec(0..1u64 << 50, 1..8),
			(burn, poke, harm) in (0..=1_000_000u32, 0..=1_000_000u32, 0..=1_000_000u32),
			prepaid in 0..1u64 << 52, finder in 0..3u8, poked in any::<bool>(),
			(reporter_room, court) in (0..1u64 << 50, 0..1u64 << 52),
			truthful in prop::collection::vec((0..1u64 << 50, 0..1u64 << 50), 0..6),
		) {
			let rules = Slashes {
				burn: Permill::from_parts(burn),
				poke: Permill::from_parts(poke),
				harm: Permill::from_parts(harm),
				..CONTRACT
			};
			let finder =
				[Finder::Nobody, Finder::Reporter, Finder::Challenger][usize::from(finder)];
			let one = |(earned, room): &(u64, u64)| Truthful {
				earned: (*earned).into(), room: (*room).into(),
			};
			let rooms: Balance = truthful.iter().map(|(_, room)| Balance::from(*room)).sum();
			let mut claims = Claims {
				prepaid: prepaid.into(),
				finder,
				reporter_room: reporter_room.into(),
				truthful: truthful.iter().map(one).collect(),
				court: court.into(),
			};
			let (mut prepayer, mut judge) = (0, 0);
			let (mut won, mut found) = (0, 0);
			for slash in slashes {
				let slash = Balance::from(slash);
				let shares = claims.divide_lie(&rules, slash, poked);
				let sum: Balance = shares.iter().map(|(_, amount)| amount).sum();
				prop_assert!(sum <= slash - rules.burn.mul_ceil(slash));
				for (to, amount) in shares {
					match to {
						Claimant::Prepayer => prepayer += amount,
						Claimant::Truthful(_) => won += amount,
						Claimant::Finder => found += amount,
						Claimant::Court => judge += amount,
						_ => (),
					}
				}
			}
			prop_assert_eq!(prepayer + claims.prepaid, Balance::from(prepaid));
			prop_assert_eq!(judge + claims.court, Balance::from(court));
			prop_assert!(won <= rooms);
			let bounded = finder != Finder::Reporter || found <= Balance::from(reporter_room);
			prop_assert!(bounded);
		}
	}
}
