//! A job through subxt alone: no code of ours, no generated types, only what the metadata says.
//!
//! Start a network (`assay net up`), then:
//!
//! ```text
//! cargo run --release -p assay-client --example plain_subxt -- ws://127.0.0.1:9944 job.wasm input.txt 10
//! ```

use anyhow::{Context, Result, bail};
use std::{env, fs, time::Duration};
use subxt::{
	OnlineClient, SubstrateConfig,
	dynamic::{self, At, Value},
	ext::scale_value::{ValueDef, value},
};
use subxt_signer::sr25519::{Keypair, dev};

/// Blocks in which the request may be matched, and seconds until a result is given up.
const VALID_BLOCKS: u32 = 100;
const PATIENCE_SECONDS: u64 = 420;
const TOKEN: u128 = 1_000_000_000_000;

type Client = OnlineClient<SubstrateConfig>;

#[tokio::main]
async fn main() -> Result<()> {
	let mut args = env::args().skip(1);
	let mut next = |what: &str| args.next().with_context(|| format!("name {what}"));
	let (url, module, input) = (next("a node")?, next("a module")?, next("an input")?);
	let arguments: Vec<String> = args.collect();

	let client = Client::from_insecure_url(&url).await?;
	let keys = dev::alice();
	let module = publish(&client, &keys, fs::read(module)?).await?;
	let input = publish(&client, &keys, fs::read(input)?).await?;
	let request = request(&client, module, input, &arguments).await?;

	let who = Value::from_bytes(keys.public_key().0);
	let quote = call(&client, "quote", vec![who, request.clone()]).await?;
	let fits = list(quote.at("fits").context("a quote has offers")?);
	let named = |fit: &Value| {
		let (offer, provider) = (fit.at("offer")?.clone(), fit.at("provider")?.clone());
		Some(Value::unnamed_composite([offer, provider]))
	};
	let offers: Vec<Value> = fits.iter().filter_map(named).collect();
	println!("{} offers serve the request", offers.len());

	let submit =
		dynamic::transaction("Market", "submit", vec![request, Value::unnamed_composite(offers)]);
	let deal = deal_of(&client, &keys, submit).await?;
	println!("deal {deal} is open");
	println!("{}", outcome(&client, &keys, deal).await?);
	Ok(())
}

/// Publishes bytes unless the chain has them; gives their reference.
async fn publish(client: &Client, keys: &Keypair, bytes: Vec<u8>) -> Result<Value> {
	use subxt::config::{Hasher, substrate::BlakeTwo256};
	let hash = BlakeTwo256.hash(&bytes);
	let size = bytes.len() as u128;
	let kept = call(client, "content", vec![Value::from_bytes(hash.0)]).await?;
	if matches!(&kept.value, ValueDef::Variant(variant) if variant.name == "None") {
		let publish = dynamic::transaction("Content", "publish", vec![Value::from_bytes(bytes)]);
		let at = client.at_current_block().await?;
		let watched = at.transactions().sign_and_submit_then_watch_default(&publish, keys).await?;
		watched.wait_for_finalized_success().await?;
	}
	Ok(value! { { hash: Value::from_bytes(hash.0), size: size } })
}

async fn request(client: &Client, module: Value, input: Value, args: &[String]) -> Result<Value> {
	let parameters = call(client, "parameters", Vec::new()).await?;
	let profiles = list(parameters.at("profiles").context("a chain has profiles")?);
	let profile = profiles.first().cloned().context("a chain accepts a profile")?;
	let args = args.iter().map(|arg| Value::from_bytes(arg.as_bytes()));
	let until = client.at_current_block().await?.block_number() + u64::from(VALID_BLOCKS);
	Ok(value! { {
		task: {
			module: module,
			profile: profile,
			args: Value::unnamed_composite(args),
			env: (),
			input: Blob(input),
			seed: Value::from_bytes([0u8; 32]),
			limits: { gas: 1_000_000_000u128, memory_pages: 256u128, output_bytes: 1_048_576u128 }
		},
		policy: Quorum { replicas: 3u128, required: 2u128 },
		canary: false,
		max_price: { base: TOKEN, per_mgas: TOKEN },
		run_blocks: 20u128,
		tags: 0u128,
		valid_until: u128::from(until),
		hints: ()
	} })
}

/// Sends the request; gives the number of the deal.
async fn deal_of<P: subxt::tx::Payload>(
	client: &Client,
	keys: &Keypair,
	submit: P,
) -> Result<u128> {
	let at = client.at_current_block().await?;
	let watched = at.transactions().sign_and_submit_then_watch_default(&submit, keys).await?;
	let events = watched.wait_for_finalized_success().await?;
	for event in events.iter() {
		let event = event?;
		if (event.pallet_name(), event.event_name()) == ("Market", "RequestMatched") {
			let fields = event.decode_fields_unchecked_as::<Value>()?;
			return fields
				.at("deal")
				.and_then(|deal| deal.as_u128())
				.context("a deal has a number");
		}
	}
	bail!("the transaction opened no deal")
}

/// Waits until the deal's task has ended. Once its result is agreed on, accepts it, so that nobody has
/// to wait for doubts.
async fn outcome(client: &Client, keys: &Keypair, deal: u128) -> Result<String> {
	let mut accepted = false;
	for _ in 0..PATIENCE_SECONDS {
		let task = value! { { deal: deal, index: 0u128 } };
		let view = call(client, "task", vec![task.clone()]).await?;
		let text = view.to_string();
		if text.contains("Ended") {
			return Ok(text);
		}
		if !accepted && let Some(digest) = agreed(&view) {
			let accept = dynamic::transaction("Deals", "accept", vec![task, digest]);
			let at = client.at_current_block().await?;
			let sent = at.transactions().sign_and_submit_then_watch_default(&accept, keys).await?;
			sent.wait_for_finalized_success().await?;
			accepted = true;
		}
		tokio::time::sleep(Duration::from_secs(1)).await;
	}
	bail!("no result within {PATIENCE_SECONDS} s")
}

/// The digest that a task agrees on, which an acceptance has to name.
fn agreed(view: &Value) -> Option<Value> {
	let state = view.at(0)?.at("status")?.at(0)?.at("state")?;
	match &state.value {
		ValueDef::Variant(variant) if variant.name == "Agreed" => state.at("digest").cloned(),
		_ => None,
	}
}

async fn call(client: &Client, name: &str, arguments: Vec<Value>) -> Result<Value> {
	let payload = dynamic::runtime_api_call::<_, Value>("AssayApi", name, arguments);
	Ok(client.at_current_block().await?.runtime_apis().call(payload).await?)
}

fn list(value: &Value) -> Vec<Value> {
	match &value.value {
		ValueDef::Composite(items) => items.values().cloned().collect(),
		_ => Vec::new(),
	}
}
