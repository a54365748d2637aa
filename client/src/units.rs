//! Amounts and accounts as people write them.

use crate::error::{Error, Result};
use assay_primitives::{AccountId, Balance, MICRO, MILLI, UNIT, task::TaskId};

/// Symbol of the token.
pub const SYMBOL: &str = "ASY";
/// Decimal places of the token.
pub const DECIMALS: u32 = 12;
/// SS58 prefix under which accounts are shown.
pub const SS58_PREFIX: u16 = 42;

/// Reads an amount: `1.5`, `1.5 ASY` (tokens), `200m` (thousandths), `20u` (millionths), `7p` (the
/// smallest unit). Refuses what is finer than the smallest unit, rather than rounding.
pub fn parse_amount(text: &str) -> Result<Balance> {
	let bad = |why: &str| Error::Usage(format!("{text:?} is not an amount: {why}"));
	let text_trimmed = text.trim();
	let number = text_trimmed.strip_suffix(SYMBOL).map(str::trim_end).unwrap_or(text_trimmed);
	let (number, unit) = match number.chars().last() {
		Some('m') => (&number[..number.len() - 1], MILLI),
		Some('u') => (&number[..number.len() - 1], MICRO),
		Some('p') => (&number[..number.len() - 1], 1),
		_ => (number, UNIT),
	};
	let (whole, part) = number.split_once('.').unwrap_or((number, ""));
	let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
	if whole.is_empty() && part.is_empty() {
		return Err(bad("there is no number"));
	}
	if !digits(whole) || !digits(part) {
		return Err(bad("expected digits, for example 1.5 or 200m"));
	}
	let too_large = || bad("it is too large");
	let whole: Balance =
		if whole.is_empty() { 0 } else { whole.parse().map_err(|_| too_large())? };
	let amount = whole.checked_mul(unit).ok_or_else(too_large)?;
	let mut rest = unit;
	let mut fraction: Balance = 0;
	for digit in part.trim_end_matches('0').bytes() {
		if rest == 1 {
			return Err(bad("it is finer than the smallest unit"));
		}
		rest /= 10;
		fraction += Balance::from(digit - b'0') * rest;
	}
	amount.checked_add(fraction).ok_or_else(too_large)
}

/// Writes an amount in tokens, as `1.5 ASY`.
pub fn format_amount(amount: Balance) -> String {
	let whole = amount / UNIT;
	let part = format!("{:012}", amount % UNIT);
	match part.trim_end_matches('0') {
		"" => format!("{whole} {SYMBOL}"),
		part => format!("{whole}.{part} {SYMBOL}"),
	}
}

/// Writes the number of a job: that of its deal, and of a further task of a bag its position too.
pub fn format_task(task: &TaskId) -> String {
	match task.index {
		0 => task.deal.to_string(),
		index => format!("{}/{index}", task.deal),
	}
}

/// Writes an account in SS58.
pub fn format_account(account: &AccountId) -> String {
	let bytes: &[u8; 32] = account.as_ref();
	subxt::utils::AccountId32(*bytes).to_string()
}

/// Reads an account from SS58 or from `0x` and 64 hexadecimal digits.
pub fn parse_account(text: &str) -> Result<AccountId> {
	let text = text.trim();
	if let Some(digits) = text.strip_prefix("0x") {
		let mut bytes = [0u8; 32];
		hex::decode_to_slice(digits, &mut bytes)
			.map_err(|error| Error::Usage(format!("{text:?} is not an account: {error}")))?;
		return Ok(bytes.into());
	}
	text.parse::<subxt::utils::AccountId32>()
		.map(|account| account.0.into())
		.map_err(|error| Error::Usage(format!("{text:?} is not an account: {error}")))
}

/// Reads a hash from 64 hexadecimal digits, with or without `0x`.
pub fn parse_hash(text: &str) -> Result<assay_primitives::Hash> {
	let text = text.trim();
	let mut bytes = [0u8; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|error| Error::Usage(format!("{text:?} is not a hash: {error}")))?;
	Ok(bytes.into())
}

#[cfg(test)]
mod tests {
	use super::*;

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
