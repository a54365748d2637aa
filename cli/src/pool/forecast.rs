//! What a pool of all subtasks would take and cost.

use super::sample::Sample;
use crate::{
	app::{round_up, with_margin},
	args::{CrowdArgs, PoolEstimateArgs, PriceArgs},
	failure::Failure,
};
use assay_client::units::parse_amount;
use assay_primitives::{
	Balance, Permill,
	beacon::Seed,
	hashing::tagged_hash,
	pool::{
		Columns, InWork, MAX_MEMBERS, Member, Pricing, Rates, payments,
		race::{BLOCK, Course, End, Nanos, Race, Rules},
	},
	price::Price,
	task::Limits,
};

/// Blocks from the end of a round until the seed of the next is known.
const SEED_BLOCKS: u64 = 3;
/// Ends of rounds that a leaf in work outlasts.
const KEPT_ROUNDS: u8 = 3;
/// A round's limit, in times that all of the work takes an ideal scheduler.
const LIMIT: u64 = 2;
/// And at least so many blocks.
const LEAST_LIMIT: u64 = 20;

/// A way to run a pool, and how it would go.
pub struct Way {
	/// How long columns are.
	pub columns: Columns,
	/// What becomes of leaves in work.
	pub in_work: InWork,
	/// How it goes.
	pub report: Course,
}

/// A way to pay for it.
pub struct Bill {
	/// What is paid, round by round.
	pub rates: Rates,
	/// What all providers are paid.
	pub expected: Balance,
	/// What is locked for it.
	pub locked: Balance,
	/// What each provider is paid.
	pub each: Vec<Balance>,
}

/// All of it.
pub struct Forecast {
	/// Gas a second of each provider.
	pub speeds: Vec<u64>,
	/// Gas limit of a subtask.
	pub gas_limit: u64,
	/// Gas of all subtasks.
	pub gas: u128,
	/// Time of an ideal scheduler.
	pub ideal: Nanos,
	/// Ways to run it, the one first that the bills are of.
	pub ways: Vec<Way>,
	/// Ways to pay for it.
	pub bills: Vec<Bill>,
}

impl Forecast {
	/// Lets the pool run in each way.
	pub fn of(sample: &Sample, args: &PoolEstimateArgs, seed: &Seed) -> Result<Self, Failure> {
		let speeds = speeds(&args.crowd)?;
		let gas = sample.extended(&tagged_hash(b"assay/pool-estimate/1", &(seed, 0u8)));
		let all = gas.iter().map(|gas| u128::from(*gas)).sum();
		let any = rules(args, Columns::Adaptive, InWork::Returned, 0);
		let ideal = Race { gas: &gas, speeds: &speeds, rules: any }.ideal();
		let ideal = ideal.ok_or_else(|| {
			Failure::usage("no provider does anything").hint("give one a speed, for example 500M")
		})?;
		let mut ways = Vec::new();
		for columns in [Columns::Adaptive, Columns::Equal] {
			for in_work in [InWork::Kept { rounds: KEPT_ROUNDS }, InWork::Returned] {
				let rules = rules(args, columns, in_work, ideal);
				let report = Race { gas: &gas, speeds: &speeds, rules }.run(seed);
				ways.push(Way { columns, in_work, report });
			}
		}
		let gas_limit = gas_limit(sample, args.margin);
		let mut forecast = Self { speeds, gas_limit, gas: all, ideal, ways, bills: Vec::new() };
		forecast.bills = forecast.bills(sample, &args.prices)?;
		Ok(forecast)
	}

	/// What each pricing costs where the pool goes the first way.
	fn bills(&self, sample: &Sample, prices: &PriceArgs) -> Result<Vec<Bill>, Failure> {
		let works = &self.ways[0].report.works;
		let limits = Limits { gas: self.gas_limit, memory_pages: 0, output_bytes: 0 };
		let kept = Permill::from_percent(100 - prices.falls);
		let bill = |pricing: Pricing| -> Result<Bill, Failure> {
			let rates = Rates { pricing, kept };
			let locked = rates.most(sample.of, &limits).ok_or_else(|| {
				Failure::usage("such a price for all subtasks exceeds any amount of tokens")
			})?;
			let payments = payments(&rates, locked, works);
			let mut each = vec![0; self.speeds.len()];
			for (work, paid) in works.iter().zip(&payments.paid) {
				each[usize::from(work.member)] += paid;
			}
			Ok(Bill { rates, expected: locked - payments.left, locked, each })
		};
		self.pricings(sample, prices)?.into_iter().map(bill).collect()
	}

	fn pricings(&self, sample: &Sample, prices: &PriceArgs) -> Result<[Pricing; 3], Failure> {
		let per_mgas = parse_amount(&prices.gas_price)?;
		let by_gas = Price { base: 0, per_mgas };
		let each = match &prices.subtask_price {
			Some(text) => parse_amount(text)?,
			None => by_gas.of(sample.mean()),
		};
		let per_hour = match &prices.hour_price {
			Some(text) => parse_amount(text)?,
			None => Pricing::hourly(per_mgas, self.usual_speed()),
		};
		let most_each = by_gas.maximum(self.gas_limit).unwrap_or(Balance::MAX);
		Ok([
			Pricing::Gas { per_mgas },
			Pricing::Subtask { each },
			Pricing::Hour { per_hour, most_each },
		])
	}

	/// Of those who work, on average.
	fn usual_speed(&self) -> u64 {
		let working = self.speeds.iter().filter(|speed| **speed > 0);
		let (count, sum) = working
			.fold((0u128, 0u128), |(count, sum), speed| (count + 1, sum + u128::from(*speed)));
		u64::try_from(sum / count.max(1)).unwrap_or(u64::MAX)
	}

	/// Leaves that a provider does, where the pool goes the first way.
	pub fn leaves_of(&self, member: usize) -> u32 {
		let works = self.ways[0].report.works.iter();
		works.filter(|work| work.member == member as Member).map(|work| work.leaves).sum()
	}

	/// Share of the time of a way in which providers do nothing of use, going by an ideal scheduler.
	pub fn idle(&self, way: &Way) -> f64 {
		match way.report.end {
			End::Done if way.report.time > 0 => {
				(1.0 - self.ideal as f64 / way.report.time as f64).max(0.0)
			},
			_ => 0.0,
		}
	}
}

fn speeds(crowd: &CrowdArgs) -> Result<Vec<u64>, Failure> {
	match crowd.speeds.as_slice() {
		[] => Ok(vec![crowd.speed; crowd.providers.into()]),
		speeds if speeds.len() > MAX_MEMBERS.into() => {
			let text =
				format!("{} providers are more than the {MAX_MEMBERS} of a pool", speeds.len());
			Err(Failure::usage(text))
		},
		speeds => Ok(speeds.to_vec()),
	}
}

fn rules(args: &PoolEstimateArgs, columns: Columns, in_work: InWork, ideal: Nanos) -> Rules {
	Rules {
		columns,
		in_work,
		// One more, so that a long leaf is taken away before who works on it is removed.
		idle_rounds: KEPT_ROUNDS + 1,
		window: u64::from(args.crowd.window) * BLOCK,
		seed: SEED_BLOCKS * BLOCK,
		limit: Some(ideal.saturating_mul(LIMIT).max(LEAST_LIMIT * BLOCK)),
	}
}

/// What every subtask may use: more than the dearest of the sample.
fn gas_limit(sample: &Sample, margin: u32) -> u64 {
	round_up(with_margin(sample.quantile(100), margin))
}
