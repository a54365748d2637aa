//! What a deal locks, by the rules and the constants of the ledger.

use crate::{chain::decoded_constant as decoded, error::Result};
use assay_primitives::{
	Balance,
	case::ROUNDS,
	deterrence::{against_collusion, against_lies},
	policy::{PPM, Policy},
};
use codec::Decode;

/// Constants of the chain that the money of a deal follows from. Shares are in millionths.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct Rules {
	/// Protocol fee, on top of what replicas earn.
	pub protocol_fee: u32,
	/// Least stake as a share of the lowest P_max.
	pub stake_ratio: u32,
	/// Least stake.
	pub min_stake: Balance,
	/// Agreed results that are audited, where the policy does not say.
	pub audit_rate: u32,
	/// Probability of a wrong committee that stakes take into account.
	pub committee_error: u32,
	/// By this much the dearest candidate of a deal may cost more than the cheapest, unless the least
	/// stake is enough for both. The ledger's stake follows from the cheapest and has to deter the
	/// dearest as well.
	pub price_spread: u32,
	/// Wages that a case brings; `None` on a chain where nobody judges.
	pub case_wages: Option<u32>,
}

impl Rules {
	/// Reads them with `constant(pallet, name)`, which gives the encoded constant.
	pub(crate) fn read<'a>(constant: impl Fn(&str, &str) -> Option<&'a [u8]>) -> Result<Self> {
		let share = |name: &str| decoded(name, constant("Deals", name));
		let extra = constant("Mediation", "ReserveWages");
		let extra: Option<u32> =
			extra.map(|bytes| decoded("ReserveWages", Some(bytes))).transpose()?;
		Ok(Self {
			protocol_fee: share("ProtocolFee")?,
			stake_ratio: share("StakeRatio")?,
			min_stake: decoded("MinStake", constant("Deals", "MinStake"))?,
			audit_rate: share("AuditRate")?,
			committee_error: share("CommitteeError")?,
			price_spread: share("PriceSpread")?,
			case_wages: extra.map(|extra| ROUNDS[0].saturating_add(extra)),
		})
	}

	/// Most that a candidate may cost where the cheapest costs `lowest`, stakes that deter anyway aside.
	pub fn dearest(&self, lowest: Balance) -> Balance {
		lowest.saturating_add(floor(self.price_spread, lowest))
	}

	/// What a case costs where each seat earns `wage`; nothing where there are none.
	pub fn case_cost(&self, wage: Balance) -> Balance {
		wage.saturating_mul(self.case_wages.unwrap_or(0).into())
	}

	/// Stake of each replica, where the cheapest candidate costs `lowest` at most.
	pub fn stake(&self, policy: &Policy, lowest: Balance) -> Balance {
		let least = floor(self.stake_ratio, lowest).max(self.min_stake);
		match policy {
			Policy::Single { stake_factor, .. } => {
				least.max(lowest.saturating_mul((*stake_factor).into()))
			},
			_ if self.case_wages.is_none() => least,
			_ => {
				let dearest = lowest.saturating_add(ceil(self.price_spread, lowest));
				let deters = self.deterrent(policy, dearest, self.case_cost(dearest));
				least.max(deters.unwrap_or(Balance::MAX))
			},
		}
	}

	/// Whether the stake deters each of these candidates from lying. `maxima` are their P_max, in
	/// ascending order.
	pub fn deters(&self, policy: &Policy, maxima: &[Balance]) -> bool {
		let (Some(lowest), Some(dearest)) = (maxima.first(), maxima.last()) else { return true };
		if self.case_wages.is_none() {
			return true;
		}
		let needed = self.deterrent(policy, *dearest, self.case_cost(wage(maxima)));
		needed.is_some_and(|needed| self.stake(policy, *lowest) >= needed)
	}

	/// What the client has to lock for one task, the deposit aside: the dearest replicas that the
	/// policy may draw, the fee on them, the reserve for a case, and the tax for audits. `None` beyond
	/// what amounts can express. `maxima` are the candidates' P_max, in ascending order.
	pub fn escrow(&self, policy: &Policy, maxima: &[Balance]) -> Option<Balance> {
		let most = policy.max_replicas() as usize;
		let mut work = maxima.iter().rev().take(most);
		let work = work.try_fold(0, |sum: Balance, maximum| sum.checked_add(*maximum))?;
		let reserve = self.case_cost(wage(maxima));
		let audits = match policy {
			Policy::Single { check_ppm, .. } => *check_ppm,
			_ => self.audit_rate,
		};
		let tax = if reserve == 0 { 0 } else { ceil(audits, reserve) };
		work.checked_add(ceil(self.protocol_fee, work))?.checked_add(tax)?.checked_add(reserve)
	}

	fn deterrent(&self, policy: &Policy, price: Balance, committee: Balance) -> Option<Balance> {
		match policy {
			Policy::Single { check_ppm, .. } => against_lies(price, share(*check_ppm)?),
			_ => against_collusion(price, price, committee, share(self.committee_error)?),
		}
	}
}

/// Lower median, which is what each seat of a committee earns.
fn wage(maxima: &[Balance]) -> Balance {
	maxima.get(maxima.len().saturating_sub(1) / 2).copied().unwrap_or(0)
}

/// Millionths in the type that a formula wants; it is encoded as the number.
fn share<T: Decode>(ppm: u32) -> Option<T> {
	T::decode(&mut &ppm.to_le_bytes()[..]).ok()
}

/// `ppm` millionths of `amount`, rounded down.
fn floor(ppm: u32, amount: Balance) -> Balance {
	let (ppm, one) = (Balance::from(ppm), Balance::from(PPM));
	(amount / one).saturating_mul(ppm).saturating_add((amount % one).saturating_mul(ppm) / one)
}

/// `ppm` millionths of `amount`, rounded up.
fn ceil(ppm: u32, amount: Balance) -> Balance {
	let (ppm, one) = (Balance::from(ppm), Balance::from(PPM));
	let part = (amount % one).saturating_mul(ppm).div_ceil(one);
	(amount / one).saturating_mul(ppm).saturating_add(part)
}

#[cfg(test)]
pub(super) mod tests {
	use super::*;
	use assay_primitives::{MILLI, UNIT};

	pub(crate) const RULES: Rules = Rules {
		protocol_fee: 10_000,
		stake_ratio: 300_000,
		min_stake: 0,
		audit_rate: 20_000,
		committee_error: 10_000,
		price_spread: 250_000,
		case_wages: Some(3),
	};
	const QUORUM: Policy = Policy::Quorum { replicas: 3, required: 2 };

	#[test]
	fn constants_of_the_chain_should_be_read_and_missing_ones_be_named() {
		let metadata = crate::chain::pinned_constant;
		let rules = Rules::read(metadata).expect("the chain has them");
		assert_eq!((rules.protocol_fee, rules.min_stake), (10_000, 100 * MILLI));
		assert_eq!(rules.price_spread, 250_000);
		let error = Rules::read(|_, _| None).expect_err("there are none");
		assert_eq!(error.code(), "E-0104");
	}

	#[test]
	fn stake_should_deter_prices_a_quarter_apart_and_no_others() {
		for lowest in [MILLI, 7 * MILLI + 3, UNIT, 12_345 * UNIT] {
			let dearest = lowest + lowest / 4;
			assert!(RULES.deters(&QUORUM, &[lowest, lowest, dearest]), "{lowest}");
			assert!(RULES.deters(&QUORUM, &[lowest, dearest, dearest]), "{lowest}");
			let too_dear = dearest + lowest / 50;
			assert!(!RULES.deters(&QUORUM, &[lowest, too_dear, too_dear]), "{lowest}");
		}
		// 1.25 · (1 + 0.01 + 3 · 0.99) / 0.98 of the lowest.
		let stake = RULES.stake(&QUORUM, UNIT);
		assert!((5_076 * MILLI..5_077 * MILLI).contains(&stake), "{stake}");
	}

	#[test]
	fn anything_should_do_where_nobody_judges_or_the_least_stake_is_enough() {
		let alone = Rules { case_wages: None, ..RULES };
		assert!(alone.deters(&QUORUM, &[1, UNIT]));
		assert_eq!(alone.stake(&QUORUM, UNIT), 300 * MILLI);
		let generous = Rules { min_stake: UNIT, ..RULES };
		assert!(generous.deters(&QUORUM, &[10 * MILLI, 100 * MILLI, 110 * MILLI]));
		assert!(!generous.deters(&QUORUM, &[10 * MILLI, 100 * MILLI, UNIT]));
		assert!(RULES.deters(&QUORUM, &[]));
	}

	#[test]
	fn single_replicas_should_stake_by_the_odds_of_a_check() {
		let single = Policy::Single { check_ppm: 200_000, stake_factor: 5 };
		assert_eq!(RULES.stake(&single, UNIT), 5 * UNIT);
		assert!(RULES.deters(&single, &[UNIT, UNIT + UNIT / 5]));
		assert!(!RULES.deters(&single, &[UNIT, UNIT + UNIT / 4]));
	}

	#[test]
	fn escrow_should_be_work_fee_reserve_and_tax() {
		// Seven replicas at most: all four; the median of four is the second.
		let maxima = [100, 200, 300, 401];
		assert_eq!(RULES.escrow(&QUORUM, &maxima), Some(1_001 + 11 + 600 + 12));
		let alone = Rules { case_wages: None, ..RULES };
		assert_eq!(alone.escrow(&QUORUM, &maxima), Some(1_001 + 11));
		assert_eq!(RULES.escrow(&QUORUM, &[]), Some(0));
		assert_eq!(RULES.escrow(&QUORUM, &[Balance::MAX, Balance::MAX]), None);
	}

	#[test]
	fn shares_should_be_exact_for_large_amounts() {
		assert_eq!(floor(300_000, 7), 2);
		assert_eq!(ceil(300_000, 7), 3);
		assert_eq!(ceil(300_000, 10), 3);
		assert_eq!(floor(PPM, Balance::MAX), Balance::MAX);
		assert_eq!(ceil(PPM, Balance::MAX), Balance::MAX);
	}
}
