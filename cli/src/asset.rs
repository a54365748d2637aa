//! `assay app` and `assay dataset`.

use crate::{
	args::{AssetCommand, PublishArgs},
	content,
	context::Context,
	failure::Failure,
	output,
};
use assay_client::{
	WaitFor,
	chain::{Call, Event, MarketEvent, call},
	content::publish,
	units::{format_account, format_amount, parse_account, parse_amount},
};
use assay_primitives::{
	content::ContentRef,
	order::{Accounts, Asset, AssetId, AssetKind, AssetTerms},
};
use serde_json::json;

/// Most entries that are asked for at once.
const LIMIT: u32 = 1_000;

/// Which of both is meant.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Group {
	/// Programs.
	App,
	/// Data.
	Dataset,
}

/// Runs a command of one of these groups.
pub async fn run(group: Group, command: AssetCommand, context: &Context) -> Result<(), Failure> {
	match command {
		AssetCommand::Publish(args) => register(group, *args, context).await,
		AssetCommand::List => list(group, context).await,
		AssetCommand::Suspend { id } => submit(call::market::suspend_asset(id), context).await,
		AssetCommand::Resume { id } => submit(call::market::resume_asset(id), context).await,
		AssetCommand::Offer { id, address } => {
			let heir = address.as_deref().map(parse_account).transpose()?;
			submit(call::market::offer_asset(id, &heir), context).await
		},
		AssetCommand::Accept { id } => submit(call::market::accept_asset(id), context).await,
		AssetCommand::Deregister { id } => {
			submit(call::market::deregister_asset(id), context).await
		},
	}
}

async fn register(group: Group, args: PublishArgs, context: &Context) -> Result<(), Failure> {
	let bytes = content::read(&args.file)?;
	if group == Group::App {
		assay_runner::check(&bytes, &args.profile)
			.map_err(|refusal| Failure::usage(format!("the program can't be run: {refusal}")))?;
	}
	let terms = args.price.as_deref().map(parse_amount).transpose()?.map(|price| AssetTerms {
		price,
		clients: Accounts::Any,
		providers: Accounts::Any,
	});
	let bond = args.bond.as_deref().map(parse_amount).transpose()?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	if let Some(amount) = bond {
		progress.doing("adding to the bond");
		chain.submit(&signer, &call::market::bond_publisher(amount), WaitFor::InBlock).await?;
	}
	if !args.no_content {
		progress.doing(format!("publishing {} bytes", bytes.len()));
		publish(&chain, &signer, &bytes).await?;
	}
	let content = ContentRef::of(&bytes);
	let call = match group {
		Group::App => call::market::register_app(&content, &args.profile.id(), args.tags, &terms),
		Group::Dataset => call::market::register_dataset(&content, args.tags, &terms),
	};
	progress.doing("registering");
	let submitted = chain.submit(&signer, &call, WaitFor::InBlock).await?;
	drop(progress);
	let id = submitted.events.iter().find_map(|record| match &record.event {
		Event::Market(MarketEvent::AssetRegistered { asset, .. }) => Some(*asset),
		_ => None,
	});
	let id: AssetId = id.ok_or_else(|| Failure::new("the chain reported no number"))?;
	if context.global.output.is_json() {
		output::json(context.global.output, &json!({ "id": id, "hash": content.hash }));
	} else {
		output::line(&id.to_string());
	}
	Ok(())
}

async fn list(group: Group, context: &Context) -> Result<(), Failure> {
	let assets = context.chain().await?.at_best().await?.assets(0, LIMIT).await?;
	let wanted = |asset: &Asset| (asset.kind == AssetKind::Dataset) == (group == Group::Dataset);
	let assets: Vec<_> = assets.into_iter().filter(|(_, asset)| wanted(asset)).collect();
	let price = |asset: &Asset| asset.terms.as_ref().map(|terms| terms.price);
	if context.global.output.is_json() {
		let all = assets.iter().map(|(id, asset)| {
			json!({
				"id": id,
				"owner": format_account(&asset.owner),
				"hash": asset.content.hash,
				"size": asset.content.size,
				"tags": asset.tags,
				"price": price(asset).map(|price| price.to_string()),
				"state": format!("{:?}", asset.state).to_lowercase(),
				"publicGood": asset.public_good,
			})
		});
		output::json(context.global.output, &all.collect::<Vec<_>>());
		return Ok(());
	}
	output::table(
		&["id", "owner", "bytes", "price", "state"],
		assets.iter().map(|(id, asset)| {
			vec![
				id.to_string(),
				format_account(&asset.owner),
				asset.content.size.to_string(),
				price(asset).map_or("by order".into(), format_amount),
				format!("{:?}", asset.state).to_lowercase(),
			]
		}),
	);
	Ok(())
}

async fn submit(call: Call, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	Ok(())
}
