//! Every number of the protocol that a page states is the runtime's.
//!
//! A page is searched for sentences whose numbers come from the runtime. What has digits and is not among
//! them has to be named as something else (a port, a setting of a program, an example), so no number can
//! be added that nobody compares.

use assay_primitives::{
	MILLI, UNIT,
	beacon::TICKET_DELAY,
	case::{MAX_REPLACEMENTS, ROUNDS},
	deal::{DealTerms, Via},
	eligibility::Chain as Eligibility,
	money::{Economics, Fees, Seats, Slashes, Stakes},
	policy::{MAX_CANDIDATES, MAX_REPLICAS, Policy},
	price::MGAS,
	profile::PAGE_SIZE,
	request::{Candidate, MAX_HINTS, Request},
	task::MAX_TASKS,
	traits::{DealBook, NewDeal},
};
use assay_runtime::{
	Balance, BlockNumber, DAYS, Deals, HOURS, MILLIS_PER_BLOCK, MINUTES, Runtime,
	configs::{
		MAX_BLOB_BYTES, MAX_COURT_GAS, MAX_RUN_BLOCKS, MAX_VALIDATORS, MIN_MEDIATOR_BOND,
		MIN_PROVIDER_BOND, Neighbours,
	},
	network::{MAX_BEACON_SPAN, Timing},
};
use assay_simulation::{
	Chain, account, key,
	market::{PRICE, register, spec},
};
use pallet_court::Config as CourtConfig;
use pallet_deals::{Config as DealsConfig, EXHIBIT_BLOCKS, HARD_END_RUNS, MIN_DECLINED};
use pallet_market::Config as MarketConfig;
use pallet_mediation::Config as MediationConfig;
use pallet_providers::MAX_WORK;
use pallet_validators::Config as ValidatorsConfig;
use polkadot_sdk::{sp_core::Get, sp_runtime::Permill};

const LASTING: Timing = Timing::LASTING;
const FEES: Fees = Economics::DEFAULT.fees;
const STAKES: Stakes = Economics::DEFAULT.stakes;
const SLASHES: Slashes = Economics::DEFAULT.slashes;
const SEATS: Seats = Economics::DEFAULT.seats;
const LOCAL: Timing = Timing::LOCAL;

fn constant<T, G: Get<T>>() -> T {
	G::get()
}

/// A page whose numbers are ticked off.
struct Page {
	name: &'static str,
	left: String,
}

impl Page {
	fn read(name: &'static str, text: &str) -> Self {
		Self { name, left: text.split_whitespace().collect::<Vec<_>>().join(" ") }
	}

	/// The page says this, with numbers of the runtime.
	fn states(&mut self, sentence: impl AsRef<str>) -> &mut Self {
		let sentence = sentence.as_ref();
		assert!(self.left.contains(sentence), "{} has to say: {sentence}", self.name);
		self.left = self.left.replace(sentence, "…");
		self
	}

	/// Numbers that are none of the protocol.
	fn aside(&mut self, phrases: &[&str]) -> &mut Self {
		phrases.iter().fold(self, |page, phrase| page.states(phrase))
	}

	/// No number is left but in code, in links, in names of decisions and before items of a list.
	fn ends(&self) {
		let prose = without(&without(&self.left, "```", "```"), "`", "`");
		let prose = without(&prose, "](", ")");
		let words: Vec<&str> = prose.split(' ').collect();
		let left: Vec<String> = (0..words.len())
			.filter(|at| is_number(words[*at]))
			.filter(|at| *at == 0 || !words[at - 1].ends_with("ADR"))
			.map(|at| words[at.saturating_sub(4)..(at + 3).min(words.len())].join(" "))
			.collect();
		assert!(left.is_empty(), "{}: nobody compares {left:#?}", self.name);
	}
}

fn is_number(word: &str) -> bool {
	let bare = word.trim_start_matches(['(', '*', '|', '"']);
	let is_item = matches!(bare.as_bytes(), [b'1'..=b'9', b'.']);
	bare.starts_with(|letter: char| letter.is_ascii_digit()) && !is_item
}

/// The text without what stands between these marks.
fn without(text: &str, open: &str, close: &str) -> String {
	let mut parts = text.split(open);
	let mut kept = parts.next().unwrap_or_default().to_string();
	if open == close {
		// What is inside and what is outside take turns.
		parts.skip(1).step_by(2).for_each(|part| kept.push_str(part));
	} else {
		parts.for_each(|part| kept.push_str(part.split_once(close).map_or("", |(_, rest)| rest)));
	}
	kept
}

/// A number with its thousands apart.
fn spaced(number: impl Into<u128>) -> String {
	let digits = number.into().to_string();
	let head = digits.len() % 3;
	let (first, rest) = digits.split_at(head);
	let groups = rest.as_bytes().chunks(3).map(|group| String::from_utf8_lossy(group).into_owned());
	let first = (!first.is_empty()).then(|| first.to_string());
	first.into_iter().chain(groups).collect::<Vec<_>>().join(" ")
}

/// A small number in letters.
fn word(number: impl TryInto<usize>) -> &'static str {
	let words = ["zero", "one", "two", "three", "four", "five", "six", "seven"];
	number.try_into().ok().and_then(|at| words.get(at)).expect("a small number")
}

/// A share in letters.
fn part(share: Permill) -> &'static str {
	match share.deconstruct() {
		500_000 => "half",
		200_000 => "a fifth",
		100_000 => "a tenth",
		50_000 => "a twentieth",
		10_000 => "once in a hundred",
		250_000 => "a quarter",
		20_000 => "one job in fifty",
		other => panic!("no word for {other} millionths"),
	}
}

fn percent(share: Permill) -> u32 {
	let ppm = share.deconstruct();
	assert_eq!(ppm % 10_000, 0, "a whole number of hundredths");
	ppm / 10_000
}

/// A time in letters.
fn time(blocks: BlockNumber) -> String {
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

fn tokens(amount: Balance) -> String {
	assert_eq!(amount % UNIT, 0, "whole tokens");
	spaced(amount / UNIT)
}

fn mebibytes(bytes: impl Into<u64>) -> u64 {
	bytes.into() >> 20
}

/// Terms of deals that are opened on the runtime.
struct Terms {
	chain: Chain,
	candidates: Vec<Candidate>,
}

impl Terms {
	fn new() -> Self {
		let mut chain = Chain::start("development");
		let candidates = (0..3)
			.map(|index| register(&mut chain, index).id())
			.map(|provider| Candidate { provider, price: PRICE, weight: 1 })
			.collect();
		Self { chain, candidates }
	}

	/// Terms of a deal with three replicas and this run time.
	fn of(&mut self, run_blocks: BlockNumber) -> DealTerms {
		let request = Request {
			task: spec(),
			policy: Policy::Quorum { replicas: 3, required: 2 },
			canary: false,
			max_price: PRICE,
			run_blocks,
			tags: 0,
			valid_until: 10_000,
			hints: Default::default(),
		};
		let deal =
			NewDeal::plain(Via::MARKET, account(&key("Charlie")), request, self.candidates.clone());
		self.chain.read(|| {
			let id = Deals::open(deal).expect("the client is rich");
			pallet_deals::Deals::<Runtime>::get(id).expect("it is open").terms
		})
	}
}

/// Stake for each part of a price of one, as pages round it.
fn stake_factor() -> String {
	let quorum = Policy::Quorum { replicas: 3, required: 2 };
	let chain = &mut Chain::start("development");
	let stake = chain.read(|| Deals::stake(&quorum, UNIT));
	let hundredths = (stake * 100 + UNIT / 2) / UNIT;
	format!("{}.{:02}", hundredths / 100, hundredths % 100)
}

fn weight_cap() -> String {
	let cap = Balance::from(constant::<u64, <Neighbours as Eligibility>::WeightCap>()) * MILLI;
	let mediators = Balance::from(constant::<u64, <Runtime as MediationConfig>::WeightCap>());
	assert_eq!(cap, mediators * constant::<Balance, <Runtime as MediationConfig>::WeightUnit>());
	tokens(cap)
}

#[test]
fn page_on_the_protocol_should_state_the_numbers_of_the_runtime() {
	let mut page = Page::read("docs/protocol.md", include_str!("../../../docs/protocol.md"));
	let (hour, run) = (time(LOCAL.retain_blocks), 100);
	let terms = Terms::new().of(run);
	let fee = FEES.protocol;
	page.states(format!("Content up to {} MiB can be published", mebibytes(MAX_BLOB_BYTES)))
		.states(format!(
			"until the promise expires ({}; {} on the local presets)",
			time(LASTING.content_blocks),
			time(LOCAL.content_blocks)
		))
		.states(format!("a request can carry up to {} hints", word(MAX_HINTS)))
		.states(format!(
			"offers, at most {} each",
			constant::<u32, <Runtime as MarketConfig>::MaxOffersPerProvider>()
		))
		.states(format!("names up to {MAX_CANDIDATES} candidates"))
		.states(format!("S is about {} times the lowest P_max", stake_factor()))
		.states(format!("may cost {} more than the cheapest", part(STAKES.price_spread)))
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
		.states(format!("up to a cap of {} tokens", weight_cap()));
	assert_eq!(terms.reveal_blocks, run / 4, "for the sentence below");
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
	.states(format!("can be shown for {EXHIBIT_BLOCKS} blocks"));
	assert_eq!(SLASHES.silent, Permill::from_percent(50), "for the sentence below");
	page.states("did not seal in time loses S/2, who sealed and did not reveal S").states(format!(
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
		))
		.ends();
}

#[test]
fn page_for_providers_should_state_the_numbers_of_the_runtime() {
	let mut page = Page::read("docs/provider.md", include_str!("../../../docs/provider.md"));
	let factor = stake_factor();
	let (bond, price): (f64, f64) = (1_000.0, 12.0);
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
		.states(format!(
			"the unbonding period ({}; {} blocks on the local presets)",
			time(LASTING.unbonding_blocks),
			LOCAL.unbonding_blocks
		))
		.states(format!("slots for, at most {MAX_WORK}: all that"))
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
		])
		.ends();
}

#[test]
fn page_on_disputes_should_state_the_numbers_of_the_runtime() {
	let mut page = Page::read("docs/mediation.md", include_str!("../../../docs/mediation.md"));
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
	.states(format!(
		"One job in fifty is drawn for an audit{}",
		if percent(STAKES.audit_rate) == 2 { "" } else { " no more" }
	))
	.states(format!(
		"at most 2^{} gas, {} MiB of memory and {} KiB of output, the program at most {} MiB and the \
		 input {} MiB",
		gas.ilog2(),
		mebibytes(u64::from(pages) * PAGE_SIZE),
		constant::<u64, <Runtime as CourtConfig>::MaxOutputBytes>() >> 10,
		mebibytes(constant::<u32, <Runtime as CourtConfig>::MaxModuleBytes>()),
		mebibytes(constant::<u32, <Runtime as CourtConfig>::MaxInputBytes>())
	))
	.states(format!("more than two thirds of {last} mediators"))
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
	.aside(&["(8 bytes, little-endian)", "(1 byte, from 0)"])
	.ends();
	const { assert!(MIN_MEDIATOR_BOND <= 200 * UNIT, "the page's examples can be registered") };
}

#[test]
fn page_for_clients_should_state_the_numbers_of_the_runtime() {
	let mut page = Page::read("docs/client.md", include_str!("../../../docs/client.md"));
	let audits = STAKES.audit_rate;
	let fee = FEES.protocol;
	page.states(format!("blocks of {} s in which", MILLIS_PER_BLOCK / 1_000))
		.states(format!(
			"{} % for the protocol and a tax for audits, {} % of what one replica may cost",
			percent(fee),
			ROUNDS[0] * percent(audits)
		))
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
		// Most numbers of the page are settings of the program, which its own tests compare.
		.states(format!("A *bag* is a job of up to {} tasks", spaced(MAX_TASKS)));
}

#[test]
fn page_for_validators_should_state_the_numbers_of_the_runtime() {
	let mut page = Page::read("docs/validator.md", include_str!("../../../docs/validator.md"));
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
	))
	.ends();
}
