//! What a deal locks.

use super::{
	audit_tax, case_cost,
	deterrence::{against_collusion, against_lies, against_owners, highest_deterred},
};
use crate::{
	Balance, BlockNumber, Permill, apply,
	case::Pace,
	policy::{Deterrent, Policy},
	request::Request,
};

/// What a seat of a committee earns at least, whatever candidates ask: a place for judging is bound by it.
#[apply(stored)]
#[derive(Copy)]
pub struct LeastWage {
	/// For the place.
	pub place: Balance,
	/// For each block that a run of a mediator is granted.
	pub per_block: Balance,
	/// For each thousand million units of its gas limit.
	pub per_ggas: Balance,
}

impl LeastWage {
	/// For nothing.
	pub const NONE: Self = Self { place: 0, per_block: 0, per_ggas: 0 };

	/// For a task of this gas limit, and a run of so many blocks. Rounded up.
	pub fn of(&self, gas: u64, run_blocks: BlockNumber) -> Balance {
		let of_gas = self.per_ggas.saturating_mul(gas.into()).div_ceil(1_000_000_000);
		let of_blocks = self.per_block.saturating_mul(run_blocks.into());
		self.place.saturating_add(of_blocks).saturating_add(of_gas)
	}
}

/// Constants of a chain that the money of a deal follows from.
#[apply(shown)]
#[derive(Copy)]
pub struct Tariff {
	/// Protocol fee, on top of what replicas earn.
	pub protocol_fee: Permill,
	/// Least stake as a share of the lowest P_max.
	pub stake_ratio: Permill,
	/// Least stake.
	pub min_stake: Balance,
	/// Least stake as a multiple of the lowest P_max, where somebody judges.
	pub stake_factor: u32,
	/// Share of audits that the stake of a replica is made for whose word is the outcome.
	pub audit_rate: Permill,
	/// Share of agreed results that are audited however little they pay, where the policy does not say.
	pub audit_least: Permill,
	/// Probability of a wrong committee that stakes take into account.
	pub committee_error: Permill,
	/// By this much the dearest candidate of a deal may cost more than the cheapest.
	pub price_spread: Permill,
	/// Share of a slash that is burnt before anybody gets anything.
	pub burn_share: Permill,
	/// Wages that a case costs at most; `None` on a chain where nobody judges.
	pub case_wages: Option<u32>,
	/// What a seat of a committee earns at least.
	pub least_wage: LeastWage,
	/// For how long it is bound.
	pub pace: Pace,
}

/// What each task of a deal locks and pays.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Amounts {
	/// Stake of each replica.
	pub stake: Balance,
	/// What each seat of a committee earns.
	pub wage: Balance,
	/// Set aside by the payer for one case.
	pub reserve: Balance,
	/// Least probability of an audit, in millionths.
	pub audit_ppm: u32,
	/// The most that the payer pays for audits, within the escrow.
	pub audit_tax: Balance,
	/// What the payer locks beside the reserve: the dearest replicas that the policy may draw, the fee on
	/// them, app and dataset, and the tax.
	pub escrow: Balance,
}

impl Amounts {
	/// What the payer locks for the task, the deposit aside. `None` beyond the type.
	pub fn locked(&self) -> Option<Balance> {
		self.escrow.checked_add(self.reserve)
	}
}

impl Tariff {
	/// A ledger's, for tests. Not that of the chain: its least stake would hide what follows from prices.
	#[doc(hidden)]
	pub const EXAMPLE: Self = Self {
		protocol_fee: Permill::from_percent(1),
		stake_ratio: Permill::from_percent(30),
		min_stake: 0,
		stake_factor: 0,
		audit_rate: Permill::from_percent(2),
		audit_least: Permill::from_percent(2),
		committee_error: Permill::from_percent(1),
		price_spread: Permill::from_percent(25),
		burn_share: Permill::from_percent(10),
		case_wages: Some(3),
		least_wage: LeastWage::NONE,
		pace: Pace::GRANTED,
	};

	/// What a seat earns at least that judges a task of a request; nothing where nobody judges.
	///
	/// Whoever asks for less is taken at it for wages and stakes: neither what a place for judging costs nor what
	/// deters a liar may be the buyer's choice.
	pub fn least_wage(&self, request: &Request) -> Balance {
		let blocks = self.pace.run_blocks(request.run_blocks, &request.task);
		let least = self.least_wage.of(request.task.limits.gas, blocks);
		if self.case_wages.is_some() { least } else { 0 }
	}

	/// Amounts of each task whose candidates' P_max are `maxima`, in ascending order, where a seat earns `least` at
	/// least, and whose app and dataset cost `assets`. `None` where one exceeds the type.
	pub fn amounts(
		&self,
		policy: &Policy,
		maxima: &[Balance],
		least: Balance,
		assets: Balance,
	) -> Option<Amounts> {
		let wage = if self.case_wages.is_some() { wage(maxima).max(least) } else { 0 };
		let reserve = self.case_cost(wage);
		let stake = self.stake(policy, maxima.first().copied().unwrap_or(0).max(least));
		let dearest = maxima.last().copied().unwrap_or(0);
		let (audit_ppm, audit_tax) = self.audits(policy, reserve, dearest, stake);
		let escrow = self.work(policy, maxima)?.checked_add(assets)?.checked_add(audit_tax)?;
		Some(Amounts { stake, wage, reserve, audit_ppm, audit_tax, escrow })
	}

	/// Stake of each replica where the lowest P_max, or the least wage if that is more, is `lowest`. The lowest, so
	/// that nobody can raise what others have at risk by adding a dear candidate of its own.
	///
	/// Rounded down as every amount of the ledger is; the least stake keeps it from vanishing.
	pub fn stake(&self, policy: &Policy, lowest: Balance) -> Balance {
		let least = self.stake_ratio.mul_floor(lowest).max(self.min_stake);
		match policy.deterrent() {
			Deterrent::Check { stake_factor, .. } => {
				let case = self.gives_back(self.case_cost(self.spread_above(lowest)));
				least.max(lowest.saturating_mul(stake_factor.into())).max(case)
			},
			Deterrent::Others | Deterrent::Alone if self.case_wages.is_some() => {
				let dearest = self.spread_above(lowest);
				let deters = self.deterrent(policy, dearest, self.case_cost(dearest));
				let factor = lowest.saturating_mul(self.stake_factor.into());
				least.max(factor).max(deters.unwrap_or(Balance::MAX))
			},
			Deterrent::Others | Deterrent::Alone => least,
		}
	}

	/// Highest P_max of a candidate that the stake deters where `lowest` is the lowest. A deal with a
	/// dearer one is refused, however much it would stake itself.
	pub fn price_ceiling(&self, policy: &Policy, lowest: Balance) -> Balance {
		if self.case_wages.is_none() {
			return Balance::MAX;
		}
		match policy.deterrent() {
			// A committee costs at most as much as the dearest candidate suggests, so what the stake is
			// made for passes.
			Deterrent::Others | Deterrent::Alone => self.spread_above(lowest),
			Deterrent::Check { ppm, .. } => {
				let (stake, check) = (self.stake(policy, lowest), Permill::from_parts(ppm));
				let deterred = highest_deterred(stake, check, self.committee_error);
				deterred.min(self.spread_above(lowest))
			},
		}
	}

	/// Smallest stake at which a replica of this P_max is better off when it is honest, where a committee
	/// costs `committee`, and which gives back what the committee cost: else a lie that an audit finds would
	/// cost the fund more than it has cost the liar. `None` where no amount is.
	pub fn deterrent(
		&self,
		policy: &Policy,
		maximum: Balance,
		committee: Balance,
	) -> Option<Balance> {
		let error = self.committee_error;
		let deters = match policy.deterrent() {
			Deterrent::Check { ppm, .. } => against_lies(maximum, Permill::from_parts(ppm), error),
			Deterrent::Alone => against_lies(maximum, self.audit_rate, error),
			Deterrent::Others => against_collusion(maximum, maximum, committee, error),
		};
		Some(deters?.max(self.gives_back(committee)))
	}

	/// Smallest stake of which so much is left when the burnt share is gone.
	fn gives_back(&self, amount: Balance) -> Balance {
		let whole = Balance::from(Permill::one().deconstruct());
		let kept = whole.saturating_sub(self.burn_share.deconstruct().into());
		// One more for the burn, which is rounded up.
		let stake = amount.saturating_mul(whole).checked_div(kept).unwrap_or(Balance::MAX);
		if amount == 0 { 0 } else { stake.saturating_add(2) }
	}

	/// Funds of a case where each seat earns `wage`; nothing where nobody judges.
	pub fn case_cost(&self, wage: Balance) -> Balance {
		case_cost(self.case_wages, wage)
	}

	fn spread_above(&self, lowest: Balance) -> Balance {
		lowest.saturating_add(self.price_spread.mul_ceil(lowest))
	}

	/// Least probability of an audit, in millionths, and the tax that pays on average for the most frequent ones, where
	/// the dearest replica is paid all that it may cost.
	fn audits(
		&self,
		policy: &Policy,
		reserve: Balance,
		dearest: Balance,
		stake: Balance,
	) -> (u32, Balance) {
		if reserve == 0 {
			return (0, 0);
		}
		let rate = match policy.deterrent() {
			Deterrent::Check { ppm, .. } => Permill::from_parts(ppm),
			Deterrent::Others | Deterrent::Alone => self.audit_least,
		};
		if rate.is_zero() {
			return (0, 0);
		}
		let most = against_owners(dearest, stake, self.burn_share, self.committee_error);
		(rate.deconstruct(), audit_tax(rate.max(most), reserve))
	}

	/// Most that replicas can cost, with the fee on it. Rounded up: fees on the parts, rounded down, can
	/// never exceed it.
	fn work(&self, policy: &Policy, maxima: &[Balance]) -> Option<Balance> {
		let mut dearest = maxima.iter().rev().take(policy.max_replicas() as usize);
		let work = dearest.try_fold(0, |sum: Balance, maximum| sum.checked_add(*maximum))?;
		work.checked_add(self.protocol_fee.mul_ceil(work))
	}
}

/// What each seat of a committee earns: the median of the candidates' P_max, of two the lower. Not of
/// what they reveal to have used: liars would set it to nothing.
fn wage(maxima: &[Balance]) -> Balance {
	maxima.get(maxima.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::{MILLI, UNIT};

	const TARIFF: Tariff = Tariff::EXAMPLE;
	const UNJUDGED: Tariff = Tariff { case_wages: None, ..TARIFF };
	const QUORUM: Policy = Policy::Quorum { replicas: 3, required: 2 };

	/// Whether the stake deters each of these candidates, as the ledger checks it.
	fn deters(tariff: &Tariff, policy: &Policy, maxima: &[Balance]) -> bool {
		let amounts = tariff.amounts(policy, maxima, 0, 0).expect("they fit");
		let dearest = maxima.last().copied().unwrap_or(0);
		let needed = tariff.deterrent(policy, dearest, amounts.reserve);
		needed.is_some_and(|needed| amounts.stake >= needed)
	}

	#[test]
	fn stake_should_deter_prices_up_to_the_ceiling_and_no_others() {
		for lowest in [MILLI, 7 * MILLI + 3, UNIT, 12_345 * UNIT] {
			let dearest = TARIFF.price_ceiling(&QUORUM, lowest);
			assert_eq!(dearest, lowest + lowest.div_ceil(4));
			assert!(deters(&TARIFF, &QUORUM, &[lowest, lowest, dearest]), "{lowest}");
			assert!(deters(&TARIFF, &QUORUM, &[lowest, dearest, dearest]), "{lowest}");
			let too_dear = dearest + lowest / 50;
			assert!(!deters(&TARIFF, &QUORUM, &[lowest, too_dear, too_dear]), "{lowest}");
		}
		// 1.25 · (1 + 0.01 + 3 · 0.99) / 0.98 of the lowest.
		let stake = TARIFF.stake(&QUORUM, UNIT);
		assert!((5_076 * MILLI..5_077 * MILLI).contains(&stake), "{stake}");
	}

	#[test]
	fn any_price_should_do_where_nobody_judges() {
		assert_eq!(UNJUDGED.price_ceiling(&QUORUM, 1), Balance::MAX);
		assert_eq!(UNJUDGED.stake(&QUORUM, UNIT), 300 * MILLI);
		let generous = Tariff { min_stake: UNIT, ..TARIFF };
		assert_eq!(generous.stake(&QUORUM, 10 * MILLI), UNIT);
	}

	#[test]
	fn single_replicas_should_stake_by_the_odds_of_a_check() {
		let single = Policy::Single { check_ppm: 200_000, stake_factor: 5 };
		assert_eq!(TARIFF.stake(&single, UNIT), 5 * UNIT);
		let ceiling = TARIFF.price_ceiling(&single, UNIT);
		// 5 · 0.196 / 0.804.
		assert!((1_218 * MILLI..1_219 * MILLI).contains(&ceiling), "{ceiling}");
		assert!(deters(&TARIFF, &single, &[UNIT, ceiling]));
		assert!(!deters(&TARIFF, &single, &[UNIT, ceiling + 1]));
	}

	/// However it is written, what one replica says is found out by audits alone.
	#[test]
	fn one_of_one_should_stake_by_the_odds_of_an_audit() {
		let one = Policy::Quorum { replicas: 1, required: 1 };
		let audited = Policy::Single { check_ppm: 50_000, stake_factor: 20 };
		// 1.25 · (1 / (0.02 · 0.98) − 1).
		let stake = TARIFF.stake(&one, UNIT);
		assert!((62_525 * MILLI..62_526 * MILLI).contains(&stake), "{stake}");
		assert!(stake > TARIFF.stake(&audited, UNIT), "audits are rarer");
		assert!(deters(&TARIFF, &one, &[UNIT, UNIT + UNIT / 4]));
		assert!(!deters(&TARIFF, &one, &[UNIT, UNIT + UNIT / 4 + MILLI]));
		assert_eq!(UNJUDGED.stake(&one, UNIT), 300 * MILLI);
	}

	/// Else a liar could have the fund pay for its lies.
	#[test]
	fn stakes_should_give_back_what_a_committee_costs_under_every_policy() {
		let single = |check_ppm, stake_factor| Policy::Single { check_ppm, stake_factor };
		let quorum = |replicas, required| Policy::Quorum { replicas, required };
		let policies = [
			single(1_000_000, 1),
			single(500_000, 2),
			single(50_000, 20),
			quorum(1, 1),
			quorum(2, 2),
			QUORUM,
			Policy::Trust { trust: 1 },
		];
		for policy in policies {
			for lowest in [1, 7, MILLI, UNIT] {
				let dearest = TARIFF.price_ceiling(&policy, lowest);
				let amounts = TARIFF.amounts(&policy, &[lowest, dearest, dearest], 0, 0);
				let amounts = amounts.expect("they fit");
				let left = crate::money::after_burn(amounts.stake, TARIFF.burn_share);
				assert!(left >= amounts.reserve, "{policy:?} at {lowest}");
			}
		}
	}

	#[test]
	fn amounts_should_be_work_fee_assets_reserve_and_tax() {
		// Seven replicas at most: all four; the median of four is the second.
		let maxima = [100, 200, 300, 401];
		let amounts = TARIFF.amounts(&QUORUM, &maxima, 0, 5).expect("they fit");
		assert_eq!((amounts.wage, amounts.reserve, amounts.audit_ppm), (200, 600, 20_000));
		// 401 / (401 + 0.9 · 508) / 0.98 of the reserve.
		assert_eq!((amounts.audit_tax, amounts.escrow), (287, 1_001 + 11 + 5 + 287));
		assert_eq!(amounts.locked(), Some(1_001 + 11 + 5 + 287 + 600));
		let unjudged = UNJUDGED.amounts(&QUORUM, &maxima, 0, 0).expect("they fit");
		assert_eq!((unjudged.locked(), unjudged.audit_ppm), (Some(1_001 + 11), 0));
		assert_eq!(TARIFF.amounts(&QUORUM, &[], 0, 0).and_then(|it| it.locked()), Some(0));
		assert_eq!(TARIFF.amounts(&QUORUM, &[Balance::MAX, Balance::MAX], 0, 0), None);
	}

	#[test]
	fn least_wage_should_follow_from_what_judging_binds_and_not_from_the_price() {
		let least = LeastWage { place: 2_000, per_block: 20, per_ggas: 25 };
		assert_eq!(least.of(0, 0), 2_000);
		assert_eq!(least.of(1, 1), 2_021);
		assert_eq!(least.of(100_000_000_000, 2_400), 2_000 + 48_000 + 2_500);
		assert_eq!(least.of(u64::MAX, u32::MAX), 2_000 + 20 * 4_294_967_295 + 461_168_601_843);
	}

	/// Else a place for judging would cost what the buyer likes, and who lies at a price of nothing would risk
	/// less than it costs to find out.
	#[test]
	fn wages_and_stakes_should_not_fall_below_what_the_least_wage_makes_them() {
		for lowest in [0, 1, MILLI, 10 * MILLI] {
			let dearest = TARIFF.price_ceiling(&QUORUM, lowest.max(MILLI));
			let maxima = [lowest, lowest, dearest];
			let amounts = TARIFF.amounts(&QUORUM, &maxima, MILLI, 0).expect("they fit");
			assert_eq!(amounts.wage, lowest.max(MILLI));
			assert_eq!(amounts.reserve, 3 * amounts.wage);
			assert_eq!(amounts.stake, TARIFF.stake(&QUORUM, lowest.max(MILLI)));
			let needed = TARIFF.deterrent(&QUORUM, dearest, amounts.reserve);
			assert!(needed.is_some_and(|needed| amounts.stake >= needed), "{lowest}");
		}
		let unjudged = UNJUDGED.amounts(&QUORUM, &[0, 0], 0, 0).expect("they fit");
		assert_eq!((unjudged.wage, unjudged.reserve), (0, 0));
	}
}
