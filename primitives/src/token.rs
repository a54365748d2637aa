//! The token, as people read of it.

use crate::{Balance, UNIT};
use alloc::{format, string::String};

/// Its symbol.
pub const SYMBOL: &str = "ASY";
/// Its decimal places.
pub const DECIMALS: u32 = UNIT.ilog10();
/// SS58 prefix under which accounts are shown: the generic one, until the network has a registered one.
pub const SS58_PREFIX: u16 = 42;

/// An amount in tokens, without trailing zeros: `0.0075 ASY`.
pub fn format_amount(amount: Balance) -> String {
	let (whole, part) = (amount / UNIT, amount % UNIT);
	if part == 0 {
		return format!("{whole} {SYMBOL}");
	}
	let part = format!("{part:0width$}", width = DECIMALS as usize);
	format!("{whole}.{} {SYMBOL}", part.trim_end_matches('0'))
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::MILLI;

	#[test]
	fn amounts_should_be_shown_in_tokens() {
		for (amount, shown) in [
			(0, "0"),
			(1, "0.000000000001"),
			(UNIT, "1"),
			(7 * MILLI, "0.007"),
			(25 * UNIT / 10, "2.5"),
		] {
			assert_eq!(format_amount(amount), format!("{shown} ASY"));
		}
		let most = "340282366920938463463374607.431768211455 ASY";
		assert_eq!(format_amount(Balance::MAX), most);
		assert_eq!(10u128.pow(DECIMALS), UNIT);
	}
}
