//! Measures a solver with many live orders in its book: the time from the arrival of a request over
//! HTTP to its match in the node's pool. `scripts/bench-solver.sh` runs it.

use anyhow::{Context, Result, ensure};
use assay_client::{
	Chain, KeySource, Signer, WaitFor,
	job::{JobOptions, MaxPrice},
	order::{self, OrderFile, ResourceOptions},
};
use assay_end_to_end::{Network, Solver};
use assay_interface::{Call, providers, transfer};
use assay_primitives::{
	MILLI, UNIT,
	content::ContentRef,
	order::AnyOrder,
	price::Price,
	profile::Profile,
	provider::{Capacity, Declaration},
	task::Limits,
};
use futures::{StreamExt, TryStreamExt, stream};
use std::time::Instant;

const DEFAULT_ORDERS: u32 = 10_000;
const PROVIDERS: u32 = 100;
const REQUESTS: u32 = 40;
const AT_ONCE: usize = 8;
const GAS: u64 = 10_000_000;

#[tokio::main]
async fn main() -> Result<()> {
	let orders = match std::env::args().nth(1) {
		Some(text) => text.parse().context("the number of orders")?,
		None => DEFAULT_ORDERS,
	};
	let network = Network::start(&[]).await?;
	let chain = &network.chain;
	let keys = register(chain).await?;
	let options = [
		"--per-minute",
		"100000000",
		"--burst",
		"100000000",
		"--per-account",
		"1000000",
		"--no-statements",
	];
	let solver = Solver::start(&network, 1, &options).await?;
	fill(chain, &solver, &keys, orders).await?;
	let health = solver.endpoint.get("health").await?;
	println!("orders in the book: {}", health["resources"]);
	ensure!(health["resources"] == orders, "not all orders are in the book: {health:#}");
	measure(chain, &solver).await?;
	network.end()
}

/// Registers providers that sign for themselves.
async fn register(chain: &Chain) -> Result<Vec<Signer>> {
	let faucet = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
	let keys: Vec<Signer> = (0..PROVIDERS)
		.map(|number| Signer::from_uri(&format!("//Load//{number}")))
		.collect::<Result<_, _>>()?;
	let mut last = None;
	for key in &keys {
		let call = transfer(&key.account(), 1_000 * UNIT);
		last = Some(chain.broadcast(&faucet, &call).await?);
	}
	if let Some(last) = last {
		last.wait(WaitFor::InBlock).await?;
	}
	let registered = keys.iter().map(|key| async move {
		let declaration = Declaration {
			operator: key.account(),
			encryption_key: [0; 32],
			capacity: Capacity {
				slots: 10_000,
				max_gas: 100 * GAS,
				max_memory_pages: 1_024,
				gas_per_second: 1_000_000_000,
				tags: 0,
			},
			profiles: vec![Profile::BASE.id()].try_into().map_err(|_| anyhow::anyhow!("one"))?,
			endpoint: Default::default(),
		};
		let (declaration, bond) = (declaration.into(), 900 * UNIT);
		let call = Call::Providers(providers::Call::register { declaration, bond });
		chain.submit(key, &call, WaitFor::InBlock).await?;
		anyhow::Ok(())
	});
	stream::iter(registered).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
	Ok(keys)
}

/// Sends resource orders at many prices.
async fn fill(chain: &Chain, solver: &Solver, keys: &[Signer], orders: u32) -> Result<()> {
	let (genesis, now) = (chain.genesis(), chain.at_best().await?.block().number);
	let start = Instant::now();
	let sent = (0..orders).map(|number| async move {
		let key = &keys[number as usize % keys.len()];
		let spread = u128::from(number.wrapping_mul(2_654_435_761) % 1_000);
		let options = ResourceOptions {
			provider: key.account(),
			signer: key.account(),
			profile: Profile::BASE.id(),
			price: Price { base: 50 * MILLI + spread * MILLI / 10, per_mgas: MILLI + spread },
			max_gas: 100 * GAS,
			max_memory_pages: 1_024,
			min_run_blocks: 1,
			valid_blocks: 10_000,
			volume: 100,
		};
		let order = order::resource(&options, now)?;
		let mut file = OrderFile::new(genesis, AnyOrder::Resource(Box::new(order)));
		file.authorization = Some(order::sign(&file.order, &genesis, key));
		solver.endpoint.send(&file).await?;
		anyhow::Ok(())
	});
	stream::iter(sent).buffer_unordered(AT_ONCE).try_collect::<Vec<_>>().await?;
	let seconds = start.elapsed().as_secs_f64();
	println!(
		"{orders} orders were taken in {seconds:.1} s ({:.0} a second)",
		f64::from(orders) / seconds
	);
	Ok(())
}

async fn measure(chain: &Chain, solver: &Solver) -> Result<()> {
	let client = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
	let genesis = chain.genesis();
	let mut millis = Vec::new();
	for number in 0..REQUESTS {
		let now = chain.at_best().await?.block().number;
		let module = ContentRef::of(&number.to_le_bytes().repeat(3));
		let mut options = JobOptions::new(module, MaxPrice::PerReplica(UNIT));
		options.limits = Limits { gas: GAS, memory_pages: 16, output_bytes: 1 << 16 };
		let order = order::request(&client.account(), &options, 1, now)?;
		let mut file = OrderFile::new(genesis, AnyOrder::Request(Box::new(order)));
		file.authorization = Some(order::sign(&file.order, &genesis, &client));
		solver.endpoint.send(&file).await?;
		let outcome = solver.outcome(&file.id()).await?;
		ensure!(outcome["result"] == "matched", "{outcome:#}");
		millis.push(outcome["millis"].as_f64().context("it was tried at once")?);
	}
	millis.sort_by(f64::total_cmp);
	let at = |share: f64| millis[((millis.len() - 1) as f64 * share) as usize];
	println!(
		"arrival to pool, {} requests: median {:.0} ms, 90 % {:.0} ms, worst {:.0} ms",
		millis.len(),
		at(0.5),
		at(0.9),
		at(1.0)
	);
	Ok(())
}
