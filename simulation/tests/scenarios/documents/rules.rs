//! What pages say of the chain's rules.

use super::{
	page::Page,
	runtime::{
		FEES, LASTING, LOCAL, SEATS, SLASHES, STAKES, Stake, audits, constant, terms, weight_cap,
	},
	words::{
		commas, decimal, kibibytes, mebibytes, one_in, part, percent, spaced, time, tokens, word,
	},
};
use crate::costs::{committee, court_rows, repaid_rows};
use assay_primitives::{
	UNIT,
	api::MAX_VIEW_BYTES,
	beacon::TICKET_DELAY,
	case::{MAX_REPLACEMENTS, ROUNDS},
	excuse::Excuse,
	money::FALL_SHARE,
	order::MAX_LISTED,
	policy::{MAX_CANDIDATES, MAX_REPLICAS},
	price::MGAS,
	profile::PAGE_SIZE,
	request::MAX_HINTS,
	task::MAX_TASKS,
};
use assay_runtime::{
	DAYS, MILLIS_PER_BLOCK, MINUTES, Runtime,
	configs::{MAX_BLOB_BYTES, MAX_COURT_GAS, MAX_RUN_BLOCKS, MIN_MEDIATOR_BOND},
	network::MAX_BEACON_SPAN,
};
use codec::Decode;
use pallet_board::Config as BoardConfig;
use pallet_court::Config as CourtConfig;
use pallet_deals::{Config as DealsConfig, EXHIBIT_BLOCKS, HARD_END_RUNS, MIN_DECLINED};
use pallet_market::Config as MarketConfig;
use pallet_mediation::MAX_PAST;
use pallet_pool::Config as PoolConfig;
use polkadot_sdk::sp_runtime::Permill;

pub fn architecture(page: &mut Page) {
	let [first, second, third, last] = ROUNDS;
	page.states(format!("a committee of {first}, {second}, {third} or {last} seats"))
		.states(format!("longer than {} MiB", mebibytes(MAX_VIEW_BYTES as u64)));
}

pub fn protocol(page: &mut Page) {
	page.spelled();
	let (hour, run) = (time(LOCAL.retain_blocks), 100);
	let fee = FEES.protocol;
	page.states(format!("Content up to {} MiB can be published", mebibytes(MAX_BLOB_BYTES)))
		.states(format!(
			"until the promise expires ({}; {} on the local presets)",
			time(LASTING.content_blocks),
			time(LOCAL.content_blocks)
		))
		.states(format!(
			"all subtasks at the gas limit, {} of that for the inputs",
			part(<Runtime as PoolConfig>::ClientFine::get())
		))
		.states(format!(
			"is removed, for {} % of the deposit",
			percent(<Runtime as PoolConfig>::LeavingFee::get())
		))
		.states(format!("a request can carry up to {} hints", word(MAX_HINTS)))
		.states(format!(
			"offers, at most {} each",
			constant::<u32, <Runtime as MarketConfig>::MaxOffersPerProvider>()
		))
		.states(format!("names up to {MAX_CANDIDATES} candidates"))
		.states(format!("S is about {} times the lowest P_max", Stake::Several.rounded(2)))
		.states(format!("may cost {} more than the cheapest", part(STAKES.price_spread)))
		.states(format!(
			"earned at least {} of a token",
			part(Permill::from_rational(FEES.scored, UNIT))
		))
		.states(format!(
			"a committee of {} is wrong {}",
			word(ROUNDS[0]),
			part(STAKES.committee_error)
		))
		.states(format!(
			"never below {} of a token, nor below {} %",
			part(Permill::from_rational(STAKES.least, UNIT)),
			percent(STAKES.ratio)
		))
		.states(format!(
			"outputs of at least {} blocks from b + {TICKET_DELAY} on, by at least {} distinct authors",
			word(constant::<u8, <Runtime as DealsConfig>::BeaconWindow>()),
			word(constant::<u8, <Runtime as DealsConfig>::BeaconAuthors>())
		))
		.states(format!("within {MAX_BEACON_SPAN} blocks expires"))
		.states(format!("up to a cap of {} tokens", tokens(weight_cap())));
	assert_eq!(terms(run).reveal_blocks, run / 4, "for the sentence below");
	page.states(format!(
		"within max({}, T/4) blocks",
		constant::<u32, <Runtime as DealsConfig>::MinRevealBlocks>()
	))
	.states(format!("denounces it and gets {} of its stake", part(SLASHES.denounce)))
	.states(format!("up to 2n + 1 and never more than {MAX_REPLICAS} in all"))
	.states(format!("as many as reach 1 − 1/t together, up to {MAX_REPLICAS};"))
	.states(format!("one task for each leaf, up to {}.", spaced(MAX_TASKS)))
	.states(format!("P = base + rate · gas / 10^{}", MGAS.ilog10()))
	.states(format!("attempt fee, {} % of P_max", percent(FEES.attempt)))
	.states(format!("pays {} of P of the least gas claimed", part(FEES.undecided)))
	.states(format!(
		"two thirds of the drawn decline for want of content, {} at least",
		word(MIN_DECLINED)
	))
	.states(format!("Where two thirds of the drawn, {} at least,", word(MIN_DECLINED)))
	.states(format!(
		"Two thirds of the drawn end a task at once only where at least {} have",
		word(MIN_DECLINED)
	))
	.states(format!("within a day no more than {} of a stake", part(FALL_SHARE)))
	.states(format!("an excuse, one of {}", word(excuses())))
	.forms(&[
		"cut to two thirds for a wrong",
		"keeps two replicas from lying together",
		"(by one where there are fewer than three validators)",
		"Under `Trust` two have to agree at least",
		"or two thirds of those who would judge it do",
		"only two of them count for anything",
	])
	.aside(&["Two more policies", "gives the client a tenth then"])
	.states(format!("can be shown for {EXHIBIT_BLOCKS} blocks"));
	assert_eq!(SLASHES.silent, Permill::from_percent(25), "for the sentence below");
	page.states("did not seal in time loses S/4, who sealed and did not reveal S").states(format!(
		"At least {} of each slash is burnt; {} % go to whoever poked",
		part(SLASHES.burn),
		percent(SLASHES.poke)
	));
	assert!(SLASHES.harm.is_zero(), "for the sentence below");
	page.states("here the payer's share is zero")
		.states(format!("The protocol's fee, {} % of what replicas earn", percent(fee)))
		.states(format!("pays what replicas are due and {} on top", part(SLASHES.fine)))
		.states(format!(
			"The hard end comes {HARD_END_RUNS} T + {} blocks after the opening",
			constant::<u32, <Runtime as DealsConfig>::HardEndSlack>()
		))
		.states(format!(
			"Blocks are {} s; T is at most {}",
			MILLIS_PER_BLOCK / 1_000,
			time(MAX_RUN_BLOCKS)
		))
		.states(format!(
			"can be read for {} ({hour} on the local presets)",
			time(LASTING.retain_blocks)
		));
}

/// How many there are.
fn excuses() -> usize {
	(0..u8::MAX).filter(|at| Excuse::decode(&mut &[*at][..]).is_ok()).count()
}

pub fn mediation(page: &mut Page) {
	page.spelled();
	let [first, second, third, last] = ROUNDS;
	let (gas, pages) = (MAX_COURT_GAS, constant::<u32, <Runtime as CourtConfig>::MaxMemoryPages>());
	let seat = SEATS.factor;
	assert_eq!(seat, 100, "for the sentence below");
	assert!(gas.is_power_of_two(), "for the sentence below");
	page.states(format!(
		"and {} blocks more ({} on a local network)",
		LASTING.appeal_blocks, LOCAL.appeal_blocks
	))
	.states(format!("are the client: {} mediators judge", word(first)))
	.states(format!("the verdict is false: {} judge, then {third}, then {last}", word(second)))
	.states(format!("| review | client | {first} w |"))
	.states(format!("| challenge | anyone | {first} w and a bond of w |"))
	.states(format!("{} w, {} w, {} w | bond back", 2 * second, 2 * third, 2 * last))
	.states(format!("about {} of those that use all of their gas", one_in(audits(UNIT))))
	.states(format!("| program | 2^20 gas | 2^{0} gas | 2^{0} gas, input of 2 MiB |", gas.ilog2()))
	.states(format!("and a committee {first} w, of the public pool"))
	.states(format!("{:.3} tokens at usual prices", committee() as f64 / UNIT as f64))
	.states(format!(
		"at most 2^{} gas, {} MiB of memory and {} KiB of output, the program at most {} MiB and the \
		 input {} MiB",
		gas.ilog2(),
		mebibytes(u64::from(pages) * PAGE_SIZE),
		kibibytes(constant::<u64, <Runtime as CourtConfig>::MaxOutputBytes>()),
		mebibytes(constant::<u32, <Runtime as CourtConfig>::MaxModuleBytes>()),
		mebibytes(constant::<u32, <Runtime as CourtConfig>::MaxInputBytes>())
	))
	.states(format!("more than two thirds of {last} mediators"))
	.states(format!("lists the last {MAX_PAST} cases that hold no stake"))
	.states(format!("**Drawn**: {} mediators, by stake", word(first)))
	.states(format!(
		"{} of {}, and nobody appeals: final. Otherwise {} are drawn, then {third}, then {last}.",
		word(first),
		word(first),
		word(second)
	))
	.states(format!("loses its vote and {} of its stake", part(SEATS.withheld)))
	.states(format!("voted otherwise | – | {} of its stake |", part(SEATS.against)))
	.states(format!("or was denounced | – | {} |", part(SEATS.withheld)))
	.states(format!("never sealed | – | {};", part(SEATS.silent)))
	.states("The stake of a seat is a hundred wages")
	.states(format!("gets {} of the audits' fund on top", part(SLASHES.jackpot)))
	.states(format!("{} times with replacements", word(MAX_REPLACEMENTS + 1)))
	.states(format!("costs {} of the stake", part(SEATS.silent)))
	.aside(&["a chance of 5 %", "in its store for two days", "At 8 MiB it becomes"])
	.aside(&["(8 bytes, little-endian)", "(1 byte, from 0)"]);
	for row in court_rows().into_iter().chain(repaid_rows()) {
		page.states(row);
	}
	let lost = f64::from(seat) * f64::from(SEATS.against.deconstruct()) / 1e6;
	page.states(format!("was agreed on lose {} wages where it was false", word(lost as usize)))
		.states(format!("Where fewer than {} mediators are named", word(first + second)))
		.states(format!("what the court found | {}, if for something else", part(SEATS.against)))
		.forms(&[
			"both back, and half of what is left of the liars' stakes",
			"and half of it on top | lost",
			"challenged a lie of three:",
			"| all four |",
			"half of what false votes of mediators cost",
			"less than two thirds of the pool's weight take",
			"Where less than two thirds of the public pool's weight",
			"others pass it for three quarters of the time",
			"until two thirds of it can sit",
			"the last one more than two thirds",
			"with twice the wages of the next committee. Right: bond back, and half of it on top",
			"no more than a tenth of what the liars lost",
			"until it is its turn and two thirds of the pool",
			"or twice what its gas limit takes",
			"twice where the chain does not promise the content",
			"a quarter of it, at least `MinRevealBlocks`",
			"half of the time for sealing",
			"at most half of your places",
		])
		.aside(&["its own result differs, twice, and that", "case back and then half of what"]);
	const { assert!(MIN_MEDIATOR_BOND <= 200 * UNIT, "the page's examples can be registered") };
}

pub fn orders(page: &mut Page) {
	let minutes = constant::<u32, <Runtime as BoardConfig>::MinBoardBlocks>() / MINUTES;
	page.states(format!(
		"{} days on public networks",
		constant::<u32, <Runtime as MarketConfig>::MaxOrderLife>() / DAYS
	))
	.states(format!("in tokens with up to {} decimals", UNIT.ilog10()))
	.states(format!("tip (at most {} % of what", percent(FEES.tip)))
	.states(format!("A restriction may list up to {MAX_LISTED} accounts"))
	.states(format!(
		"(`PlaceDeposit`, {} tokens)",
		decimal(constant::<u128, <Runtime as BoardConfig>::PlaceDeposit>())
	))
	.states(format!("`MinBoardBlocks` ({minutes} minutes)"))
	.states(format!(
		"at most {} places",
		commas(constant::<u32, <Runtime as BoardConfig>::MaxBoardPlaces>())
	))
	// What is signed, and what nodes keep.
	.aside(&[
		"one byte: 0 request, 1 resource, 2 app, 3 dataset",
		"The genesis hash has 32 bytes",
		"(byte 10)",
		"64 lower-case hexadecimal digits",
		"(0 ed25519, 1 sr25519, 2 ecdsa) and 64 or 65 bytes",
		"for 4 KiB of what",
		"as 262,144 places are good for",
	]);
}
