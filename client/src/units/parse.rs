//! What people write, read.

use super::SYMBOL;
use crate::error::{Error, Result};
use assay_primitives::{AccountId, Balance, Hash, MICRO, MILLI, UNIT};

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
pub fn parse_hash(text: &str) -> Result<Hash> {
	let text = text.trim();
	let mut bytes = [0u8; 32];
	hex::decode_to_slice(text.strip_prefix("0x").unwrap_or(text), &mut bytes)
		.map_err(|error| Error::Usage(format!("{text:?} is not a hash: {error}")))?;
	Ok(bytes.into())
}
