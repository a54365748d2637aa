//! `assay app estimate`: limits from runs on this machine, a price from the offers of the chain.

use super::local::{self, Local, Program};
use crate::{
	args::EstimateArgs,
	context::Context,
	failure::Failure,
	output,
	program::{self, gas_text},
};
use assay_client::{
	At,
	job::{JobOptions, MaxPrice},
	units::{DECIMALS, SYMBOL, format_amount},
};
use assay_primitives::{
	AccountId, Balance, MICRO, content::ContentRef, policy::Policy, request::Quote, task::Limits,
	time::blocks_for,
};
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};

/// Speed that a provider declares unless its operator measures another, in gas a second.
const USUAL_SPEED: u64 = 500_000_000;
/// Milliseconds between blocks, where no chain says.
const USUAL_BLOCK: u64 = 3_000;
/// Blocks that a job is given unless more are needed, the default of `assay job run`.
const USUAL_BLOCKS: u32 = 20;
/// Share of the run time that is left for fetching, compiling and sending.
const SPARE: u64 = 2;
/// Longest time to look for a node.
const PATIENCE: Duration = Duration::from_secs(5);
/// Offers and providers that are asked for.
const MANY: u32 = 1_000;

/// What the runs showed.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
struct Measured {
	gas: u64,
	memory_pages: u32,
	output_bytes: u64,
	longest: Duration,
}

/// What to ask for.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
struct Advice {
	gas: u64,
	memory_mib: u32,
	output_mib: u64,
	run_blocks: u32,
}

/// What it costs, by the offers of a chain.
struct Price {
	block: u32,
	/// Offers that would serve it, and those that would not with every reason.
	quote: Quote,
	/// Replicas of the first wave.
	replicas: usize,
	/// All waves.
	most: usize,
	gas: u64,
}

/// Runs the program with each input, then advises.
pub async fn run(args: EstimateArgs, context: &Context) -> Result<(), Failure> {
	let program = Program::load(&args.module, &args.program, args.profile.as_ref())?;
	let measured = measure(&program, &args, context).await?;
	let mut advice = Advice::new(&measured, args.margin);
	let progress = context.progress();
	progress.doing("asking for offers");
	let price = price(&program, &args, &measured, &mut advice, context).await;
	drop(progress);
	let command = command(&args, &program, &advice, price.as_ref().ok());
	match context.global.output.is_json() {
		true => output::json(
			context.global.output,
			&describe(&program, &measured, &advice, &price, &command),
		),
		false => print(&program, &measured, &advice, &price, &command),
	}
	Ok(())
}

async fn measure(
	program: &Program,
	args: &EstimateArgs,
	context: &Context,
) -> Result<Measured, Failure> {
	let inputs: Vec<(String, Option<Vec<u8>>)> = match args.inputs.as_slice() {
		[] => vec![("standard input".into(), local::read_stdin().await?)],
		paths => {
			let read = |path: &std::path::PathBuf| {
				Ok((path.display().to_string(), local::read_input(path)?))
			};
			paths.iter().map(read).collect::<Result<_, Failure>>()?
		},
	};
	let runner = context.runner_with(|config| config.wall_limit = args.timeout)?;
	let mut measured = Measured::default();
	let all = inputs.len();
	for (at, (name, input)) in inputs.into_iter().enumerate() {
		let what = match all {
			1 => args.module.display().to_string(),
			_ => format!("{} with {name} ({} of {all})", args.module.display(), at + 1),
		};
		let local = local::run(program, input, runner.clone(), &what, context).await?;
		if let Some(failure) = local.failure(args.program.gas) {
			return Err(failure);
		}
		measured.add(&local);
	}
	Ok(measured)
}

impl Measured {
	fn add(&mut self, local: &Local) {
		let (outcome, stats) = (&local.finished.outcome, &local.finished.stats);
		self.gas = self.gas.max(outcome.gas_used);
		self.memory_pages = self.memory_pages.max(stats.memory_pages);
		self.output_bytes = self.output_bytes.max(outcome.output_bytes);
		self.longest = self.longest.max(stats.execute);
	}
}

impl Advice {
	fn new(measured: &Measured, margin: u32) -> Self {
		let more = |value| with_margin(value, margin);
		let gas = round_up(more(measured.gas).max(100_000));
		// Whole MiB, and at least one: that is how limits are written.
		let mib = |value: u64, size: u64| more(value).div_ceil(size).max(1);
		let memory_mib = mib(measured.memory_pages.into(), program::PAGES_PER_MIB.into());
		let mut advice = Self {
			gas,
			// A 32-bit memory ends at 4,096 MiB.
			memory_mib: memory_mib.min(4_096) as u32,
			output_mib: mib(measured.output_bytes, 1 << 20),
			run_blocks: USUAL_BLOCKS,
		};
		advice.fit_time(USUAL_SPEED, USUAL_BLOCK);
		advice
	}

	/// Grants the time that the gas takes at this speed, and as much again.
	fn fit_time(&mut self, gas_per_second: u64, block_millis: u64) {
		let gas = u128::from(self.gas) * u128::from(SPARE);
		self.run_blocks = self.run_blocks.max(blocks_for(gas, gas_per_second, block_millis));
	}
}

/// A value and so many hundredths of it more.
pub fn with_margin(value: u64, margin: u32) -> u64 {
	let more = u128::from(value) * u128::from(100 + margin) / 100;
	u64::try_from(more).unwrap_or(u64::MAX)
}

/// Rounds up to two digits, so that nobody takes the limit for a measurement.
pub fn round_up(value: u64) -> u64 {
	let mut unit = 1u64;
	while value / unit >= 100 {
		unit *= 10;
	}
	value.div_ceil(unit).saturating_mul(unit)
}

/// Asks a node, if there is one; the reason where there is no price.
async fn price(
	program: &Program,
	args: &EstimateArgs,
	measured: &Measured,
	advice: &mut Advice,
	context: &Context,
) -> Result<Price, Failure> {
	let chain = context.chain_within(PATIENCE).await?;
	let state = chain.at_best().await?;
	slowest(&state, program, advice).await?;
	let policy = Policy::majority(args.replicas);
	let any = MaxPrice::Parts(assay_primitives::price::Price {
		base: Balance::MAX,
		per_mgas: Balance::MAX,
	});
	let mut options = JobOptions::new(ContentRef::of(&program.module), any);
	options.profile = program.profile.id();
	program::describe(&args.program, &mut options)?;
	options.limits = Limits {
		gas: advice.gas,
		memory_pages: advice.memory_mib.saturating_mul(program::PAGES_PER_MIB),
		output_bytes: advice.output_mib.saturating_mul(1 << 20),
	};
	(options.policy, options.run_blocks) = (policy, advice.run_blocks);
	options.check(&state.parameters().await?)?;
	let request = options.request(state.block().number)?;
	// Prices are the same for everybody; the account only keeps one from dealing with oneself.
	let client = AccountId::new([0; 32]);
	let quote = state.quote(&client, &request).await?;
	Ok(Price {
		block: state.block().number,
		quote,
		replicas: request.policy.first_wave() as usize,
		most: request.policy.max_replicas() as usize,
		gas: measured.gas,
	})
}

/// Grants what the slowest provider with an offer for this profile needs, within the chain's bound.
async fn slowest(state: &At, program: &Program, advice: &mut Advice) -> Result<(), Failure> {
	let parameters = state.parameters().await?;
	let providers = state.providers(MANY).await?;
	let speeds: BTreeMap<_, _> = providers
		.iter()
		.map(|provider| (&provider.stash, provider.declaration.capacity.gas_per_second))
		.collect();
	for offer in state.offers(MANY).await? {
		if offer.terms.profile != program.profile.id() {
			continue;
		}
		advice.run_blocks = advice.run_blocks.max(offer.terms.min_run_blocks);
		if let Some(speed) = speeds.get(&offer.provider) {
			advice.fit_time(*speed, parameters.block_millis);
		}
	}
	advice.run_blocks = advice.run_blocks.min(parameters.max_run_blocks);
	Ok(())
}

impl Price {
	/// What the cheapest replicas cost if a job uses what was measured.
	fn expected(&self) -> Balance {
		let fits = self.quote.fits.iter().take(self.replicas);
		fits.fold(0, |sum, fit| sum.saturating_add(fit.price.of(self.gas)))
	}

	/// The same at the gas limit.
	fn at_limit(&self) -> Balance {
		let fits = self.quote.fits.iter().take(self.replicas);
		fits.fold(0, |sum, fit| sum.saturating_add(fit.maximum))
	}

	/// The most that one replica of any wave may cost, rounded up to a millionth of a token.
	fn ceiling(&self) -> Option<Balance> {
		let most = self.quote.fits.iter().take(self.most).map(|fit| fit.maximum).max()?;
		most.div_ceil(MICRO).checked_mul(MICRO)
	}
}

/// The line that submits the job.
fn command(
	args: &EstimateArgs,
	program: &Program,
	advice: &Advice,
	price: Option<&Price>,
) -> String {
	let mut words = vec!["assay job run".to_string(), quoted(&args.module.display().to_string())];
	let mut option = |name: &str, value: &str| words.push(format!("--{name} {}", quoted(value)));
	if let Some(input) = args.inputs.first() {
		option("input", &input.display().to_string());
	}
	args.program.args.iter().for_each(|arg| option("arg", arg));
	args.program.env.iter().for_each(|env| option("env", env));
	if let Some(seed) = args.program.seed {
		option("seed", &format!("{seed:?}"));
	}
	if program.profile.number != 1 {
		option("profile", &program.profile.number.to_string());
	}
	option("gas", &gas_text(advice.gas));
	option("memory", &advice.memory_mib.to_string());
	option("output-limit", &advice.output_mib.to_string());
	option("run-blocks", &advice.run_blocks.to_string());
	option("replicas", &args.replicas.to_string());
	if let Some(ceiling) = price.and_then(Price::ceiling) {
		option("max-price", format_amount(ceiling).trim_end_matches(SYMBOL).trim_end());
	}
	words.push("--wait".into());
	words.join(" ")
}

/// A word as a shell reads it back.
fn quoted(word: &str) -> String {
	let plain = |c: char| c.is_ascii_alphanumeric() || "-_./=:,+@%".contains(c);
	match !word.is_empty() && word.chars().all(plain) {
		true => word.into(),
		false => format!("'{}'", word.replace('\'', "'\\''")),
	}
}

fn print(
	program: &Program,
	measured: &Measured,
	advice: &Advice,
	price: &Result<Price, Failure>,
	command: &str,
) {
	let row = |name: &str, found: String, ask: String| vec![name.to_string(), found, ask];
	output::table(
		&["", "measured", "to ask for"],
		[
			row("gas", measured.gas.to_string(), gas_text(advice.gas)),
			row(
				"memory",
				program::memory_text(measured.memory_pages.into()),
				format!("{} MiB", advice.memory_mib),
			),
			row(
				"output",
				format!("{} bytes", measured.output_bytes),
				format!("{} MiB", advice.output_mib),
			),
			row(
				"time",
				format!("{} ms here", measured.longest.as_millis()),
				format!("{} blocks", advice.run_blocks),
			),
			row("profile", program.profile.number.to_string(), program.profile.number.to_string()),
		],
	);
	output::line("");
	match price {
		Ok(price) => print_price(price),
		Err(failure) => {
			output::line(&format!("no price: {}", failure.message()));
			output::line("start a network with `assay net up`, or name a node with --node-url");
		},
	}
	output::line(&format!("\nnext:\n  {command}"));
}

fn print_price(price: &Price) {
	let (fits, replicas) = (price.quote.fits.len(), price.replicas);
	output::line(&format!("offers that serve it, at block {}: {fits}", price.block));
	if fits < replicas {
		output::line(&format!("{replicas} are needed, so it would not be matched now:"));
		for (offer, reasons) in &price.quote.ineligible {
			let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
			output::line(&format!("  offer {offer}: {}", reasons.join(", ")));
		}
		return;
	}
	output::line(&format!(
		"{replicas} replicas cost about {}, at the gas limit {}; the protocol's fee comes on top",
		format_amount(price.expected()),
		format_amount(price.at_limit())
	));
	output::line(&format!(
		"{} are held until the end, with further replicas and a dispute in mind, and {} as a deposit",
		format_amount(price.quote.escrow),
		format_amount(price.quote.deposit)
	));
}

fn describe(
	program: &Program,
	measured: &Measured,
	advice: &Advice,
	price: &Result<Price, Failure>,
	command: &str,
) -> Value {
	let offers = |price: &Price| {
		json!({
			"atBlock": price.block,
			"offers": price.quote.fits.len(),
			"enough": price.quote.fits.len() >= price.replicas,
			"replicas": price.replicas,
			"expected": price.expected().to_string(),
			"atGasLimit": price.at_limit().to_string(),
			"held": price.quote.escrow.to_string(),
			"deposit": price.quote.deposit.to_string(),
			"maxPrice": price.ceiling().map(|ceiling| ceiling.to_string()),
			"symbol": SYMBOL,
			"decimals": DECIMALS,
		})
	};
	json!({
		"profile": program.profile.number,
		"measured": {
			"gas": measured.gas,
			"memoryPages": measured.memory_pages,
			"outputBytes": measured.output_bytes,
			"milliseconds": measured.longest.as_millis() as u64,
		},
		"limits": {
			"gas": advice.gas,
			"memoryMib": advice.memory_mib,
			"outputMib": advice.output_mib,
			"runBlocks": advice.run_blocks,
		},
		"price": price.as_ref().ok().map(offers),
		"noPrice": price.as_ref().err().map(Failure::message),
		"command": command,
	})
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_primitives::request::OfferFit;

	#[test]
	fn limits_should_have_two_digits_and_be_read_back() {
		for (gas, rounded, text) in [
			(0, 0, "0"),
			(99, 99, "99"),
			(101, 110, "110"),
			(123_456_789, 130_000_000, "130M"),
			(5_000_000_000, 5_000_000_000, "5G"),
			(5_000_000_001, 5_100_000_000, "5100M"),
		] {
			assert_eq!(round_up(gas), rounded);
			assert_eq!(gas_text(rounded), text);
			assert_eq!(crate::args::gas(text), Ok(rounded));
		}
		assert!(round_up(u64::MAX) >= u64::MAX / 100 * 99);
	}

	#[test]
	fn advice_should_leave_the_margin_and_the_time() {
		let measured = Measured {
			gas: 100_000_000_000,
			memory_pages: 16,
			output_bytes: 0,
			longest: Duration::from_secs(1),
		};
		let mut advice = Advice::new(&measured, 25);
		assert_eq!((advice.gas, advice.memory_mib, advice.output_mib), (130_000_000_000, 2, 1));
		// 130G at 1.5G a block are 86.7 blocks, twice.
		assert_eq!(advice.run_blocks, 174);
		advice.fit_time(1, 1);
		assert_eq!(advice.run_blocks, u32::MAX, "saturates");
		assert_eq!(Advice::new(&Measured::default(), 0).run_blocks, USUAL_BLOCKS);
	}

	#[test]
	fn price_should_be_that_of_the_cheapest_replicas_and_the_ceiling_that_of_all_waves() {
		let fit = |offer: u64, base: Balance| {
			let price = assay_primitives::price::Price { base, per_mgas: 10 };
			let maximum = price.maximum(2_000_000).expect("small");
			OfferFit { offer, provider: AccountId::new([offer as u8; 32]), price, maximum }
		};
		let fits =
			vec![fit(1, 100), fit(2, 200), fit(3, 300), fit(4, 2 * MICRO), fit(5, 9 * MICRO)];
		let quote =
			Quote { fits, ineligible: vec![], enough: true, escrow: 0, deposit: 0, stake: 0 };
		let mut price = Price { block: 1, quote, replicas: 2, most: 4, gas: 1_000_000 };
		assert_eq!(price.expected(), 100 + 200 + 2 * 10);
		assert_eq!(price.at_limit(), 100 + 200 + 2 * 20);
		assert_eq!(price.ceiling(), Some(3 * MICRO), "rounded up, without the fifth");
		price.quote.fits.clear();
		assert_eq!(price.ceiling(), None);
	}

	#[test]
	fn words_should_be_quoted_for_a_shell() {
		assert_eq!(quoted("a/b.wasm"), "a/b.wasm");
		assert_eq!(quoted("a b"), "'a b'");
		assert_eq!(quoted("it's"), "'it'\\''s'");
		assert_eq!(quoted(""), "''");
		assert_eq!(quoted("$HOME"), "'$HOME'");
	}
}
