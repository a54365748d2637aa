//! Prices of a replica.

use crate::{Balance, apply};

/// Gas that [`Price::per_mgas`] is for.
pub const MGAS: u64 = 1_000_000;

/// Price of one replica.
#[apply(stored)]
#[derive(Copy, Default)]
pub struct Price {
	/// For each replica, whatever it uses.
	pub base: Balance,
	/// For each million units of gas.
	pub per_mgas: Balance,
}

impl Price {
	/// Millions of gas that a limit counts for, rounded up.
	pub fn mgas(gas_limit: u64) -> Balance {
		Balance::from(gas_limit.div_ceil(MGAS))
	}

	/// Most that a replica with this gas limit can cost, `base + per_mgas · ceil(gas / 10^6)`.
	///
	/// `None` where it exceeds [`Balance`].
	pub fn maximum(&self, gas_limit: u64) -> Option<Balance> {
		self.per_mgas.checked_mul(Self::mgas(gas_limit))?.checked_add(self.base)
	}

	/// What a replica that used `gas` costs, `base + floor(per_mgas · gas / 10^6)`.
	///
	/// Rounded down, against the one who is paid; never above [`Self::maximum`] of the same gas.
	/// Saturates, which [`Self::maximum`] of the limit excludes for a deal that was opened.
	pub fn of(&self, gas: u64) -> Balance {
		let whole = self.per_mgas.saturating_mul(Balance::from(gas / MGAS));
		// per_mgas · (gas mod 10^6) / 10^6, without leaving the type: gas mod 10^6 < 10^6.
		let rest = Balance::from(gas % MGAS);
		let part = (self.per_mgas / Balance::from(MGAS)).saturating_mul(rest).saturating_add(
			(self.per_mgas % Balance::from(MGAS)).saturating_mul(rest) / Balance::from(MGAS),
		);
		self.base.saturating_add(whole).saturating_add(part)
	}

	/// Whether neither part is above `ceiling`'s.
	pub fn within(&self, ceiling: &Price) -> bool {
		self.base <= ceiling.base && self.per_mgas <= ceiling.per_mgas
	}
}

#[cfg(test)]
mod tests {
	use super::*;
	use proptest::prelude::*;

	#[test]
	fn maximum_should_be_none_when_it_exceeds_the_type() {
		let price = Price { base: Balance::MAX, per_mgas: 1 };
		assert_eq!(price.maximum(1), None);
		assert_eq!(price.maximum(0), Some(Balance::MAX));
	}

	proptest! {
		#[test]
		fn price_should_never_exceed_its_maximum(
			base in 0..u64::MAX, per_mgas in 0..u64::MAX, limit in 0..u64::MAX, used in 0..u64::MAX,
		) {
			let price = Price { base: base.into(), per_mgas: per_mgas.into() };
			let used = used.min(limit);
			prop_assert!(price.of(used) <= price.maximum(limit).expect("fits"));
			let exact = price.base + price.per_mgas * Balance::from(used) / Balance::from(MGAS);
			prop_assert_eq!(price.of(used), exact);
		}
	}
}
