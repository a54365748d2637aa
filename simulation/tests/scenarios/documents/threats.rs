//! What the page on threats says that an attack costs and lasts.

use super::{
	page::Page,
	runtime::{FEES, LASTING, SEATS, SLASHES, STAKES, Stake, audits, constant, dearest_wage},
	words::{decimal, kibibytes, mebibytes, percent, rounded_percent, tokens, word},
};
use assay_decisions::sending::LAST_RESORT;
use assay_primitives::{
	UNIT,
	case::{MAX_REPLACEMENTS, ROUNDS},
	policy::{MAX_CANDIDATES, MAX_REPLICAS},
	profile::PAGE_SIZE,
};
use assay_runtime::{
	Balance, MINUTES, Runtime,
	configs::{MAX_COURT_GAS, MIN_MEDIATOR_BOND},
	network::MAX_BEACON_SPAN,
};
use pallet_board::Config as BoardConfig;
use pallet_court::Config as CourtConfig;
use pallet_deals::{Config as DealsConfig, EXHIBIT_BLOCKS, HARD_END_RUNS};
use pallet_market::Config as MarketConfig;
use pallet_mediation::Config as MediationConfig;
use pallet_providers::MAX_WORK;
use polkadot_sdk::sp_runtime::Permill;

pub fn threats(page: &mut Page) {
	page.leave_out("Compiling");
	stakes(page);
	wages(page);
	captures(page);
	times(page);
	bounds(page);
	// Formulas, what tests have found out, and settings of programs.
	page.aside(&[
		"(1/q − 1) · P",
		"(1 − 2ε)",
		"(1 − ε)",
		"2 S and the case",
		"with 60 s and 2 GiB",
		"given up after 60 s",
		"orders of 128 KiB",
		"with 20 KiB of arguments",
		"1,024 are held",
		"0.05 tokens of a client",
		"1.27 tries at a committee for a fifth of the slots, 1.67 for a third",
		"3 of 3 at a fifth in one case of 125",
		"three liars lose 300",
		"above 2 tokens a bribe",
		"costs 40 tokens and more",
		"n − 4 prices",
		"54.5 ns are charged",
		"the dearest take 48 (loads that follow each other over 8 MiB), 47 (deep paths) and 45 (vectors",
		"at a load of 6;",
		"takes 0.31 s to be read",
		"where 0.38 are charged",
	]);
}

/// Stakes in prices of the cheapest, and shares of them.
fn stakes(page: &mut Page) {
	let (alone, most) = (percent(STAKES.audit_rate), rounded_percent(share(audits(UNIT))));
	let kept = 10 - percent(SLASHES.burn) / 10;
	page.states(format!(
		"{} P of the cheapest candidate, never below {} tokens",
		Stake::Several.rounded(1),
		decimal(STAKES.least)
	))
	.states(format!("never below {} P of the cheapest", Stake::Single.rounded(1)))
	.states(format!("{} P of the cheapest", Stake::One.rounded(1)))
	.states(format!("{} P each", Stake::Several.rounded(0)))
	.states(format!("divided by {} P,", Stake::Several.rounded(0)))
	.states(format!("audits of {alone} %"))
	.states(format!("| audit | p / (p + 0.{kept} S)"))
	.states(format!("about {most} % of those that use all of their gas"))
	.states(format!("{} % at least;", rounded_percent(share(STAKES.audit_least))))
	.states(format!("up to {most} % of an audit"))
	.states(format!("errs with ε = {} %", percent(STAKES.committee_error)))
	.states(format!("winners get {} % of P", percent(FEES.attempt)))
	.states(format!("refunds pay {} % only", percent(FEES.attempt)))
	.states(format!("the price of a case over 0.{kept},"));
}

fn share(share: Permill) -> f64 {
	f64::from(share.deconstruct()) / 1e6
}

/// What questions and seats cost, in wages.
fn wages(page: &mut Page) {
	let [first, second, third, last] = ROUNDS;
	let [a, b, c] = [second, third, last].map(|seats| 2 * seats);
	let wage = SEATS.wage;
	let share = |share: Permill| share.mul_floor(SEATS.factor);
	let against = share(SEATS.against);
	assert_eq!(SEATS.against, SEATS.withheld, "for the sentences below");
	page.states(format!(
		"at least {} tokens, {} for each block of T, and {} for each 10⁹ of the gas limit",
		decimal(wage.place),
		decimal(wage.per_block),
		decimal(wage.per_ggas)
	))
	.states(format!(
		"{} w, at least {} and at most {} tokens",
		SEATS.factor,
		tokens(SEATS.least),
		tokens(MIN_MEDIATOR_BOND)
	))
	.states(format!(
		"is {} w up to {} tokens, and no more. Beyond w = {} token a member risks {} tokens",
		SEATS.factor,
		tokens(MIN_MEDIATOR_BOND),
		tokens(dearest_wage()),
		tokens(SEATS.against.mul_floor(MIN_MEDIATOR_BOND))
	))
	.states(format!(
		"three members {} by a false one",
		tokens(Balance::from(first) * SEATS.against.mul_floor(MIN_MEDIATOR_BOND))
	))
	.states(format!("at P = {} tokens", 10))
	.states(format!("{a} w, {b} w, {c} w"))
	.states(format!("{a}, {b}, {c} w"))
	.states(format!("for {a} w, and gets {} w back", a + a / 2))
	.states(format!("{} w, if anybody appeals", first * against))
	.states(format!("{against} w"))
	.states(format!("{} w", share(SEATS.silent)))
	.states(format!("{a} w"))
	.states(format!("{second} w for others"))
	.states(format!("0.{} w", 10 - percent(SLASHES.burn) / 10))
	.states(format!("{} w", first + 1))
	.states(format!("{first} w"))
	.states(format!("a fifth of {} stakes", ROUNDS.iter().sum::<u32>()));
}

/// How often a share of the pool has so many seats that it decides.
fn captures(page: &mut Page) {
	let [first, second, third, last] = ROUNDS;
	let needed = [(first, first), (second, second / 2 + 1), (third, third / 2 + 1)];
	let most = (last, 2 * last / 3 + 1);
	let [three, seven, fifteen] = needed;
	page.states(format!(
		"| {} of {} | {} of {} | {} of {} | {} of {} |",
		word(three.1),
		word(three.0),
		seven.1,
		seven.0,
		fifteen.1,
		fifteen.0,
		most.1,
		most.0
	));
	for (name, share, bound, power) in [("1/5", 0.2, 1e-7, "⁻⁷"), ("1/3", 1.0 / 3.0, 1e-4, "⁻⁴")]
	{
		assert!(captured(most, share) < bound, "{}", captured(most, share));
		let [three, seven, fifteen] = needed.map(|it| rounded_percent(captured(it, share)));
		page.states(format!("| {name} | {three} % | {seven} % | {fifteen} % | below 10{power} |"));
	}
	page.states(format!(
		"{} % at a fifth of the stake, {} % at a third",
		rounded_percent(captured(three, 0.2)),
		rounded_percent(captured(three, 1.0 / 3.0))
	))
	.states(format!("more than two thirds of {last}"))
	.states(format!("a third of {last} dissents"));
}

/// Probability that a share of the pool is given at least so many of so many seats.
fn captured((seats, needed): (u32, u32), share: f64) -> f64 {
	(needed..=seats)
		.map(|held| {
			let ways =
				(0..held).fold(1.0, |ways, at| ways * f64::from(seats - at) / f64::from(at + 1));
			ways * share.powi(held as i32) * (1.0 - share).powi((seats - held) as i32)
		})
		.sum()
}

fn times(page: &mut Page) {
	let appeal = LASTING.appeal_blocks;
	let reveal = constant::<u32, <Runtime as DealsConfig>::MinRevealBlocks>();
	assert_eq!(reveal, constant::<u32, <Runtime as MediationConfig>::MinRevealBlocks>());
	page.states(format!("T and {appeal} blocks"))
		.states(format!("T and {appeal} for challenges and appeals"))
		.states(format!("at least {reveal} for reveals"))
		.states(format!("finality stalls until {} blocks before the deadline", word(LAST_RESORT)))
		.states(format!("in the last {} blocks of its window", word(LAST_RESORT)))
		.states(format!("was shorter by {} blocks then", word(reveal - LAST_RESORT + 2)))
		.states(format!("for the {} blocks of the shortest window", word(reveal)))
		.states(format!("max({reveal}, T/4)"))
		.states(format!(
			"at most {HARD_END_RUNS} T and {} blocks in all",
			constant::<u32, <Runtime as DealsConfig>::HardEndSlack>()
		))
		.states(format!(
			"{MAX_BEACON_SPAN} blocks, then another ticket; a round is given up after {}",
			constant::<u32, <Runtime as MediationConfig>::SeedBlocks>()
		))
		.states(format!(
			"{} times T, {} blocks, or what the gas limit takes",
			word(MAX_REPLACEMENTS + 1),
			constant::<u32, <Runtime as MediationConfig>::MinSealBlocks>()
		))
		.states(format!("shows within {EXHIBIT_BLOCKS} blocks"))
		.states(format!(
			"given up {} minutes after",
			constant::<u32, <Runtime as BoardConfig>::MinBoardBlocks>() / MINUTES
		));
}

fn bounds(page: &mut Page) {
	let pages = constant::<u32, <Runtime as CourtConfig>::MaxMemoryPages>();
	assert_eq!(MAX_COURT_GAS, 1 << 24, "for the sentence below");
	page.states(format!(
		"at most 2²⁴ gas, {} MiB of memory, {} KiB of output",
		mebibytes(u64::from(pages) * PAGE_SIZE),
		kibibytes(constant::<u64, <Runtime as CourtConfig>::MaxOutputBytes>())
	))
	.states(format!("{MAX_REPLICAS} replicas and {MAX_CANDIDATES} candidates at most"))
	.states(format!("{MAX_CANDIDATES} candidates"))
	.states(format!("at most {MAX_WORK} deals"))
	.states(format!(
		"{} offers per bond",
		constant::<u32, <Runtime as MarketConfig>::MaxOffersPerProvider>()
	))
	.states(format!(
		"{} tokens for each place",
		decimal(constant::<u128, <Runtime as BoardConfig>::PlaceDeposit>())
	));
}
