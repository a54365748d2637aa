//! `assay provider`: who offers computation, at which price, and how they behaved.

use crate::{
	args::ProviderCommand,
	context::Context,
	failure::Failure,
	output::{self, row},
};
use assay_client::{
	WaitFor, json,
	units::{format_account, format_amount, parse_account},
};
use assay_interface::{Call, providers};
use serde_json::json;

/// Most entries that are asked for at once.
const LIMIT: u32 = 1_000;

/// Runs a command of this group.
pub async fn run(command: ProviderCommand, context: &Context) -> Result<(), Failure> {
	match command {
		ProviderCommand::List => list(context).await,
		ProviderCommand::Show { address } => show(&address, context).await,
		ProviderCommand::Offers => offers(context).await,
		ProviderCommand::LimitExposure { blocks, .. } => limit_exposure(blocks, context).await,
	}
}

async fn list(context: &Context) -> Result<(), Failure> {
	let providers = context.chain().await?.at_best().await?.providers(LIMIT).await?;
	if context.json(|| providers.iter().map(json::provider).collect::<Vec<_>>()) {
		return Ok(());
	}
	output::table(
		&["account", "free bond", "at risk", "slots", "score", "paid", "wrong", "silent"],
		providers.iter().map(|provider| {
			let reputation = &provider.reputation;
			vec![
				format_account(&provider.stash),
				format_amount(provider.free),
				format_amount(provider.locked),
				format!("{}/{}", provider.slots_used, provider.declaration.capacity.slots),
				reputation.score.to_string(),
				reputation.paid.to_string(),
				reputation.wrong.to_string(),
				reputation.silent.to_string(),
			]
		}),
	);
	Ok(())
}

async fn show(address: &str, context: &Context) -> Result<(), Failure> {
	let stash = parse_account(address)?;
	let state = context.chain().await?.at_best().await?;
	let provider = state.provider(&stash).await?;
	let provider = provider.ok_or_else(|| Failure::new(format!("{address} is no provider")))?;
	if context.json(|| json::provider(&provider)) {
		return Ok(());
	}
	let capacity = &provider.declaration.capacity;
	let reputation = &provider.reputation;
	output::table(
		&[],
		[
			row("account", format_account(&provider.stash)),
			row("operator", format_account(&provider.declaration.operator)),
			row("endpoint", String::from_utf8_lossy(&provider.declaration.endpoint).into_owned()),
			row("free bond", format_amount(provider.free)),
			row("at risk", format_amount(provider.locked)),
			row("unbonding", format_amount(provider.unbonding)),
			row("slots", format!("{} of {} in use", provider.slots_used, capacity.slots)),
			row("largest gas limit", capacity.max_gas.to_string()),
			row("largest memory", format!("{} MiB", capacity.max_memory_pages / 16)),
			row("score", reputation.score.to_string()),
			row(
				"replicas",
				format!(
					"{} paid, {} wrong, {} silent, {} without content",
					reputation.paid, reputation.wrong, reputation.silent, reputation.unavailable
				),
			),
			row("unpaid work for a client", exposure(provider.exposure_limit)),
			row("since block", provider.registered_at.to_string()),
		],
	);
	Ok(())
}

/// A limit on unpaid work in words.
fn exposure(limit: Option<u32>) -> String {
	limit.map_or("any".into(), |blocks| format!("at most {blocks} blocks of run time"))
}

async fn limit_exposure(blocks: Option<u32>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let stash = signer.account();
	let state = chain.at_best().await?;
	if state.provider(&stash).await?.is_none() {
		let who = format_account(&stash);
		let failure = Failure::usage(format!("{who} is no provider"));
		return Err(match state.provider_of(&stash).await? {
			Some(owner) => failure.hint(format!(
				"it is an operator: sign with the stash, {}",
				format_account(&owner)
			)),
			None => {
				failure.hint("sign with the key of the stash, that is with --key or --suri-file")
			},
		});
	}
	let call = Call::Providers(providers::Call::limit_exposure { limit: blocks });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	if context.json(|| json!({ "provider": format_account(&stash), "exposureLimit": blocks })) {
		return Ok(());
	}
	output::line(&format!("unpaid work for a client: {}", exposure(blocks)));
	Ok(())
}

async fn offers(context: &Context) -> Result<(), Failure> {
	let offers = context.chain().await?.at_best().await?.offers(LIMIT).await?;
	if context.json(|| offers.iter().map(json::offer).collect::<Vec<_>>()) {
		return Ok(());
	}
	output::table(
		&["offer", "provider", "per replica", "per million gas", "largest gas", "until block"],
		offers.iter().map(|offer| {
			vec![
				offer.id.to_string(),
				format_account(&offer.provider),
				format_amount(offer.terms.price.base),
				format_amount(offer.terms.price.per_mgas),
				offer.terms.max_gas.to_string(),
				offer.terms.valid_until.to_string(),
			]
		}),
	);
	Ok(())
}
