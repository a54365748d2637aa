//! What pages say to those who take part.

use super::{
	page::Page,
	runtime::{FEES, LASTING, LOCAL, SLASHES, STAKES, Stake, audits, constant},
	words::{mebibytes, part, percent, spaced, time, tokens, word},
};
use crate::costs::{LIMIT, beside_work};
use assay_decisions::sending::LAST_RESORT;
use assay_primitives::{
	MILLI, UNIT, case::ROUNDS, policy::MAX_REPLICAS, profile::PAGE_SIZE, task::MAX_TASKS,
};
use assay_runtime::{
	DAYS, MILLIS_PER_BLOCK, Runtime,
	configs::{MAX_BLOB_BYTES, MAX_VALIDATORS, MIN_PROVIDER_BOND},
};
use pallet_deals::EXHIBIT_BLOCKS;
use pallet_market::Config as MarketConfig;
use pallet_providers::MAX_WORK;
use pallet_validators::Config as ValidatorsConfig;
use polkadot_sdk::{sp_core::Get, sp_runtime::Permill};

/// Numbers of the first page are about the machine.
pub fn readme(page: &mut Page) {
	page.aside(&[
		"Debian 12 (2 cores, 8 GiB of memory and 20 GiB of disk are enough)",
		"Node.js 18",
	]);
}

pub fn provider(page: &mut Page) {
	page.spelled();
	let factor = Stake::Several.rounded(2);
	let (bond, price): (f64, f64) = (1_000.0, 12.0);
	let alone = (Stake::One.factor() / Stake::Several.factor()).round();
	let replicas = (bond / price / factor.parse::<f64>().expect("a number")) as u32;
	page.states(format!("tokens, at least {}", tokens(MIN_PROVIDER_BOND)))
		.states(format!("{} KiB each", PAGE_SIZE / 1_024))
		.states(format!("# of {} s; see below", MILLIS_PER_BLOCK / 1_000))
		.states(format!("is about {factor} times what the *cheapest* candidate"))
		.states(format!(
			"never below {} of a token",
			part(Permill::from_rational(STAKES.least, UNIT))
		))
		.states(format!(
			"a bond of {bond} tokens stands for {replicas} replicas at a time that cost up to {price} tokens each"
		))
		.states(format!("do not seal | {} of it", part(SLASHES.silent)))
		.states(format!("the last {} blocks before the deadline it reveals", word(LAST_RESORT)))
		.states(format!(
			"the unbonding period ({}; {} blocks on the local presets)",
			time(LASTING.unbonding_blocks),
			LOCAL.unbonding_blocks
		))
		.states(format!("slots for, at most {MAX_WORK}: all that"))
		.states(format!("after the {} that is burnt", part(SLASHES.burn).trim_start_matches("a ")))
		.states(format!("what audits alone take, {} times as much", word(alone as usize)))
		.forms(&["more than two thirds of the validators", "shorter by fourteen blocks"])
		.aside(&[
			"1. Two accounts:",
			"**Name two nodes.**",
			"newest block twice in a block time",
			"no new block for two block times",
			"the other is two blocks ahead",
			"no votes for two block times",
			"nor seal twice",
			"has failed five times on this machine",
			"same comes out twice",
			"eleven times the stake of the task at most, which is enough for two appeals",
			"again after two blocks while another's",
			"no command for these three",
		])
		.aside(&[
			"lifted (0, or",
			"at least 16; a task",
			"At most 256 runs",
			"at most 320 such tasks",
			"up to 64 in a",
			"beside it, of mode 0600",
			"base path, mode 0600",
			"takes 189 bytes at",
			"answers 200 while",
			"in steps of 64 MiB",
		]);
}

pub fn client(page: &mut Page) {
	let fee = FEES.protocol;
	let [all, job] = beside_work(3, LIMIT / 10);
	// Of a thousandth of what it may cost.
	let tax = ROUNDS[0] * audits(MILLI).deconstruct() * 1_000;
	assert!((300_000..350_000).contains(&tax), "for the sentence below: {tax}");
	page.states(format!("blocks of {} s in which", MILLIS_PER_BLOCK / 1_000))
		.states(format!(
			"{} % for the protocol and a tax for audits, about a third of what one replica is paid",
			percent(fee)
		))
		.states(format!("costs {job:.2} times what its providers get, and {all:.2} times with"))
		.states(format!("2N + 1 and at most {MAX_REPLICAS}, is held"))
		.states(format!("for a dispute {} times what one may cost", word(ROUNDS[0])))
		.states(format!("prices that lie within {} of each other", part(STAKES.price_spread)))
		.states(format!(
			"Programs and inputs up to {} MiB are published",
			mebibytes(MAX_BLOB_BYTES)
		))
		.states(format!("show them within {EXHIBIT_BLOCKS} blocks"))
		.states(format!(
			"you owe those who tried {} of their price each",
			part(FEES.attempt)
		))
		.states(format!("A *bag* is a job of up to {} tasks", spaced(MAX_TASKS)))
		// Settings of the program, and what keys and callbacks look like.
		.leave_out("Exit codes")
		.aside(&[
			"Any WASI preview 1 command",
			"(128 blocks after its anchor",
			"at the year 2000",
			"run it at first | 3 |",
			"at the gas limit | 1 |",
			"| 10G |",
			"in KiB | 256, 64 |",
			"has to finish | 20 |",
			"| 600s |",
			"(20: wrong once in twenty",
			"percent (20), or",
			"exit code 4: nothing",
			"(0 if there is one only)",
			"exit code 1 and fetch",
			"with 50 bytes about it",
			"(64 MiB, three passes)",
			"mode 0600",
			"more than 1 GiB of memory",
			"(256 blocks, unless it is",
		]);
}

pub fn validator(page: &mut Page) {
	page.states(format!(
		"at least {} tokens. The candidates with the highest bonds, at most {MAX_VALIDATORS}, are chosen",
		tokens(<Runtime as ValidatorsConfig>::MinBond::get())
	))
	.states(format!(
		"A session is {}, and {} on the local presets",
		time(LASTING.epoch_slots),
		time(LOCAL.epoch_slots)
	))
	.states(format!(
		"in a full list of {} the lowest bond",
		constant::<u32, <Runtime as ValidatorsConfig>::MaxCandidates>()
	))
	.states(format!(
		"{} after the end of your last session ({} blocks on the local presets)",
		time(LASTING.unbonding_blocks),
		LOCAL.unbonding_blocks
	));
}

pub fn solver(page: &mut Page) {
	page.states(format!(
		"valid for {} days at most",
		constant::<u32, <Runtime as MarketConfig>::MaxOrderLife>() / DAYS
	))
	.states(format!("cheapest by {}, as the ledger demands", part(STAKES.price_spread)))
	// Settings of the program, and its HTTP.
	.leave_out("HTTP")
	.leave_out("Measured")
	.aside(&[
		"| 127.0.0.1:9660 |",
		"| 600, 120 |",
		"| 64 |",
		"| 16384, 65536 |",
		"| 0 |",
		"| 8 |",
		"at least 0.05 tokens",
		"believed for 20 blocks",
		"after 1, 2, 4 and then every 8 blocks",
	]);
}
