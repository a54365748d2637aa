//! Numbers as pages write them.

use assay_primitives::UNIT;
use assay_runtime::{Balance, BlockNumber, DAYS, HOURS, MINUTES};
use polkadot_sdk::sp_runtime::Permill;

/// A number with its thousands apart.
pub fn spaced(number: impl Into<u128>) -> String {
	grouped(number.into(), " ")
}

/// The same, with commas.
pub fn commas(number: impl Into<u128>) -> String {
	grouped(number.into(), ",")
}

fn grouped(number: u128, between: &str) -> String {
	let digits = number.to_string();
	let (first, rest) = digits.split_at(digits.len() % 3);
	let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
	let first = (!first.is_empty()).then(|| first.to_string());
	first.into_iter().chain(groups).collect::<Vec<_>>().join(between)
}

/// A small number in letters.
pub fn word(number: impl TryInto<usize>) -> &'static str {
	const WORDS: &str = "zero one two three four five six seven eight nine ten eleven twelve thirteen \
		fourteen fifteen sixteen seventeen eighteen nineteen twenty";
	let word = number.try_into().ok().and_then(|at| WORDS.split(' ').nth(at));
	word.expect("a small number")
}

/// A share in letters.
pub fn part(share: Permill) -> &'static str {
	match share.deconstruct() {
		500_000 => "half",
		200_000 => "a fifth",
		100_000 => "a tenth",
		50_000 => "a twentieth",
		1_000 => "a thousandth",
		10_000 => "once in a hundred",
		250_000 => "a quarter",
		other => panic!("no word for {other} millionths"),
	}
}

/// A probability in letters, about.
pub fn one_in(share: Permill) -> &'static str {
	match (1_000_000 + share.deconstruct() / 2) / share.deconstruct() {
		10 => "one in ten",
		other => panic!("no word for one in {other}"),
	}
}

pub fn percent(share: Permill) -> u32 {
	let ppm = share.deconstruct();
	assert_eq!(ppm % 10_000, 0, "a whole number of hundredths");
	ppm / 10_000
}

/// A probability in hundredths, with two digits that count.
pub fn rounded_percent(share: f64) -> String {
	let percent = 100.0 * share;
	let digits = (1 - percent.log10().floor() as i32).max(0) as usize;
	let text = format!("{percent:.digits$}");
	match text.split_once('.') {
		Some(_) => text.trim_end_matches('0').trim_end_matches('.').to_string(),
		None => text,
	}
}

/// A time in letters.
pub fn time(blocks: BlockNumber) -> String {
	const WEEK: BlockNumber = 7 * DAYS;
	match blocks {
		WEEK => "a week".into(),
		DAYS => "a day".into(),
		HOURS => "an hour".into(),
		_ if blocks.is_multiple_of(HOURS) => format!("{} hours", word(blocks / HOURS)),
		_ if blocks == 10 * MINUTES => "ten minutes".into(),
		_ => format!("{blocks} blocks"),
	}
}

pub fn tokens(amount: Balance) -> String {
	assert_eq!(amount % UNIT, 0, "whole tokens");
	spaced(amount / UNIT)
}

/// Tokens with as many decimals as it takes.
pub fn decimal(amount: Balance) -> String {
	let text = format!("{}.{:012}", amount / UNIT, amount % UNIT);
	text.trim_end_matches('0').trim_end_matches('.').to_string()
}

pub fn mebibytes(bytes: impl Into<u64>) -> u64 {
	bytes.into() >> 20
}

pub fn kibibytes(bytes: impl Into<u64>) -> u64 {
	bytes.into() >> 10
}
