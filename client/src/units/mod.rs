//! Amounts and accounts as people write them.

mod format;
mod parse;

pub use assay_primitives::token::{DECIMALS, SS58_PREFIX, SYMBOL, format_amount};
pub use format::{format_account, format_task};
pub use parse::{parse_account, parse_amount, parse_hash};

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::{Balance, MICRO, MILLI, UNIT};

	#[test]
	fn amounts_should_parse_when_well_formed() {
		for (text, amount) in [
			("1.5", 1_500_000_000_000),
			("1.5 ASY", 1_500_000_000_000),
			(" 2ASY ", 2 * UNIT),
			("200m", 200 * MILLI),
			("0.5m", 500 * MICRO),
			("20u", 20 * MICRO),
			("7p", 7),
			(".25", UNIT / 4),
			("3.", 3 * UNIT),
			("0", 0),
			("0.000000000001", 1),
			("0.0000000000010000", 1),
			("340282366920938463463374607431768211455p", Balance::MAX),
		] {
			assert_eq!(parse_amount(text).expect(text), amount, "{text}");
		}
	}

	#[test]
	fn amounts_should_be_refused_when_malformed_too_fine_or_too_large() {
		for text in [
			"",
			" ",
			"ASY",
			"m",
			".",
			"-1",
			"+1",
			"1e3",
			"1,5",
			"0x10",
			"1..2",
			"1.2.3",
			"1 5",
			"0.0000000000001",
			"0.0001u1",
			"0.5p",
			"1k",
			"١",
			"340282366920938463463374607431768211456p",
			"340282366920938463463374607431768211455",
		] {
			assert!(parse_amount(text).is_err(), "{text:?}");
		}
	}

	#[test]
	fn formatting_should_parse_back() {
		for amount in [0, 1, UNIT, UNIT + 1, 1_500 * MILLI, Balance::MAX] {
			let text = format_amount(amount);
			assert_eq!(parse_amount(&text).expect("own output"), amount, "{text}");
		}
		assert_eq!(format_amount(1_500 * MILLI), "1.5 ASY");
	}

	#[test]
	fn accounts_should_parse_from_ss58_and_hex() {
		let alice = "5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY";
		let account = parse_account(alice).expect("a valid address");
		assert_eq!(format_account(&account), alice);
		let bytes: &[u8; 32] = account.as_ref();
		assert_eq!(parse_account(&format!("0x{}", hex::encode(bytes))).expect("hex"), account);
		assert!(parse_account("5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQX").is_err());
		assert!(parse_account("0x1234").is_err());
	}
}
