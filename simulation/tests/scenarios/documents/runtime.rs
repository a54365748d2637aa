//! What the runtime says, for pages to be compared with.

use assay_primitives::{
	MILLI, UNIT,
	deal::{DealTerms, Via},
	eligibility::Chain as Eligibility,
	money::{Economics, Fees, Seats, Slashes, Stakes},
	policy::{PPM, Policy},
	request::{Candidate, Request},
	traits::{DealBook, NewDeal},
};
use assay_runtime::{
	Balance, BlockNumber, Deals, Runtime,
	configs::{MIN_MEDIATOR_BOND, Neighbours},
	network::Timing,
};
use assay_simulation::{
	Chain, account, key,
	market::{PRICE, register, spec},
};
use pallet_mediation::Config as MediationConfig;
use polkadot_sdk::{sp_core::Get, sp_runtime::Permill};

pub const LASTING: Timing = Timing::LASTING;
pub const LOCAL: Timing = Timing::LOCAL;
pub const FEES: Fees = Economics::DEFAULT.fees;
pub const STAKES: Stakes = Economics::DEFAULT.stakes;
pub const SLASHES: Slashes = Economics::DEFAULT.slashes;
pub const SEATS: Seats = Economics::DEFAULT.seats;

/// Two of three have to agree, as most requests of the pages say.
const QUORUM: Policy = Policy::Quorum { replicas: 3, required: 2 };

pub fn constant<T, G: Get<T>>() -> T {
	G::get()
}

/// Terms of a deal with three replicas and this run time.
pub fn terms(run_blocks: BlockNumber) -> DealTerms {
	let mut chain = Chain::start("development");
	let candidates = (0..3)
		.map(|index| register(&mut chain, index).id())
		.map(|provider| Candidate { provider, price: PRICE, weight: 1 })
		.collect();
	let request = Request {
		task: spec(),
		policy: QUORUM,
		canary: false,
		max_price: PRICE,
		run_blocks,
		tags: 0,
		valid_until: 10_000,
		hints: Default::default(),
	};
	let deal = NewDeal::plain(Via::MARKET, account(&key("Charlie")), request, candidates);
	chain.read(|| {
		let id = Deals::open(deal).expect("the client is rich");
		pallet_deals::Deals::<Runtime>::get(id).expect("it is open").terms
	})
}

/// How many times the price of the cheapest candidate a replica stakes.
pub enum Stake {
	/// Under a quorum of several.
	Several,
	/// Under a quorum of one.
	One,
	/// Under `Single`, at least.
	Single,
}

impl Stake {
	pub fn factor(&self) -> f64 {
		let policy = match self {
			Self::Several => QUORUM,
			Self::One => Policy::Quorum { replicas: 1, required: 1 },
			Self::Single => Policy::Single { check_ppm: PPM, stake_factor: 1 },
		};
		let stake = Chain::start("development").read(|| Deals::tariff().stake(&policy, UNIT));
		stake as f64 / UNIT as f64
	}

	/// The same, with so many decimals at most.
	pub fn rounded(&self, decimals: usize) -> String {
		let text = format!("{:.decimals$}", self.factor());
		match text.contains('.') {
			true => text.trim_end_matches('0').trim_end_matches('.').to_string(),
			false => text,
		}
	}
}

/// How often a result is audited that pays so much of a token, which is the most that it may cost.
pub fn audits(pay: Balance) -> Permill {
	let stake = Chain::start("development").read(|| Deals::tariff().stake(&QUORUM, UNIT));
	Economics::DEFAULT.audited(Permill::zero(), pay, stake)
}

/// Bond above which nobody is drawn more often, of providers and of mediators.
pub fn weight_cap() -> Balance {
	let cap = Balance::from(constant::<u64, <Neighbours as Eligibility>::WeightCap>()) * MILLI;
	let mediators = Balance::from(constant::<u64, <Runtime as MediationConfig>::WeightCap>());
	assert_eq!(cap, mediators * constant::<Balance, <Runtime as MediationConfig>::WeightUnit>());
	cap
}

/// Most that a seat puts at risk, in wages from which on it is no more.
pub fn dearest_wage() -> Balance {
	MIN_MEDIATOR_BOND / Balance::from(SEATS.factor)
}
