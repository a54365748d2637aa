//! `assay app` and `assay dataset`.

use crate::{
	args::{AssetCommand, PublishArgs},
	content,
	context::Context,
	failure::Failure,
	output::{self, row},
};
use assay_client::{
	Chain, WaitFor,
	content::{publish, served_until},
	order,
	units::{format_account, format_amount, parse_account, parse_amount},
};
use assay_interface::{
	Call, Event, Ours,
	register::{self, Call::*},
};
use assay_primitives::{
	Balance, Hash, UNIT,
	content::ContentRef,
	judges::Mediators,
	order::{Accounts, Asset, AssetId, AssetKind, AssetTerms, Needs},
	profile::Profile,
};
use serde_json::{Value, json};

/// What a publisher answers with for a task that has not said it.
const LIABILITY: Balance = UNIT / 10;
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

impl Group {
	fn name(self) -> &'static str {
		match self {
			Self::App => "app",
			Self::Dataset => "dataset",
		}
	}
}

/// Runs a command of one of these groups.
pub async fn run(group: Group, command: AssetCommand, context: &Context) -> Result<(), Failure> {
	match command {
		AssetCommand::Publish(args) => register(group, *args, context).await,
		AssetCommand::List => list(group, context).await,
		AssetCommand::Show { id } => show(group, id, context).await,
		AssetCommand::Price { id, price, .. } => set_price(group, id, price, context).await,
		AssetCommand::Suspend { id } => {
			let call = |asset, asset_hash| suspend_asset { asset, asset_hash };
			change(group, id, call, context).await
		},
		AssetCommand::Resume { id } => {
			let call = |asset, asset_hash| resume_asset { asset, asset_hash };
			change(group, id, call, context).await
		},
		AssetCommand::Offer { id, address } => {
			let heir = address.as_deref().map(parse_account).transpose()?.map(Ours);
			let call = |asset, asset_hash| offer_asset { asset, asset_hash, heir };
			change(group, id, call, context).await
		},
		AssetCommand::Accept { id } => {
			let call = |asset, asset_hash| accept_asset { asset, asset_hash };
			change(group, id, call, context).await
		},
		AssetCommand::Deregister { id } => {
			let call = |asset, asset_hash| deregister_asset { asset, asset_hash };
			change(group, id, call, context).await
		},
	}
}

async fn register(group: Group, args: PublishArgs, context: &Context) -> Result<(), Failure> {
	let bytes = content::read(&args.file)?;
	let mut needs = Needs::default();
	if group == Group::App {
		let info = assay_runner::check(&bytes, &args.profile)
			.map_err(|refusal| Failure::usage(format!("the program can't be run: {refusal}")))?;
		needs = Needs {
			memory_pages: args.needs.memory_pages.unwrap_or(info.memory_minimum),
			gas: args.needs.gas.unwrap_or(info.startup_gas),
			stack: args.needs.stack,
		};
	}
	let liability = parse_amount(&args.liability.amount)?;
	let mediators = order::mediators(&args.judges.mediators)?;
	let terms = args.price.as_deref().map(parse_amount).transpose()?.map(|price| AssetTerms {
		price,
		liability,
		clients: Accounts::Any,
		providers: Accounts::Any,
		mediators,
	});
	let bond = args.bond.as_deref().map(parse_amount).transpose()?;
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	if let Some(amount) = bond {
		progress.doing("adding to the bond");
		let call = Call::Register(bond_more { amount });
		chain.submit(&signer, &call, WaitFor::InBlock).await?;
	}
	if !args.no_content {
		progress.doing(format!("publishing {} bytes", bytes.len()));
		publish(&chain, &signer, &bytes).await?;
	}
	let content = ContentRef::of(&bytes);
	let (named, tags, terms) = (content.into(), args.tags, terms.map(Ours));
	let call = match group {
		Group::App => {
			let (profile, needs) = (args.profile.id(), needs.into());
			register_app { content: named, profile, tags, needs, terms }
		},
		Group::Dataset => register_dataset { content: named, tags, terms },
	};
	progress.doing("registering");
	let submitted = chain.submit(&signer, &Call::Register(call), WaitFor::InBlock).await?;
	drop(progress);
	let submitted = context.confirm(&chain, submitted).await?;
	let id = submitted.events.iter().find_map(|record| match &record.event {
		Event::Register(register::Event::AssetRegistered { asset, .. }) => Some(*asset),
		_ => None,
	});
	let id: AssetId = id.ok_or_else(|| Failure::new("the chain reported no number"))?;
	if !context.json(|| json!({ "id": id, "hash": content.hash })) {
		output::line(&id.to_string());
	}
	Ok(())
}

async fn list(group: Group, context: &Context) -> Result<(), Failure> {
	let assets = context.chain().await?.at_best().await?.assets(LIMIT).await?;
	let wanted = |asset: &Asset| (asset.kind == AssetKind::Dataset) == (group == Group::Dataset);
	let assets: Vec<_> = assets.into_iter().filter(|(_, asset)| wanted(asset)).collect();
	if context.global.output.is_json() {
		let all = assets.iter().map(|(id, asset)| described(*id, asset));
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
				price_of(asset),
				format!("{:?}", asset.state).to_lowercase(),
			]
		}),
	);
	Ok(())
}

/// A registered asset of the group that is meant.
async fn registered(group: Group, id: AssetId, chain: &Chain) -> Result<Asset, Failure> {
	let asset = chain.at_best().await?.asset(id).await?;
	let asset =
		asset.filter(|asset| (asset.kind == AssetKind::Dataset) == (group == Group::Dataset));
	let what = group.name();
	asset.ok_or_else(|| {
		Failure::usage(format!("there is no {what} {id}"))
			.hint(format!("assay {what} list shows what is registered"))
	})
}

/// Replaces the price, and keeps whom the terms admit.
async fn set_price(
	group: Group,
	id: AssetId,
	price: Option<String>,
	context: &Context,
) -> Result<(), Failure> {
	let price = price.as_deref().map(parse_amount).transpose()?;
	let chain = context.chain().await?;
	let asset = registered(group, id, &chain).await?;
	let terms = price.map(|price| match asset.terms.clone() {
		Some(terms) => AssetTerms { price, ..terms },
		None => AssetTerms {
			price,
			liability: LIABILITY,
			clients: Accounts::Any,
			providers: Accounts::Any,
			mediators: Mediators::default(),
		},
	});
	let signer = context.signer(&chain)?;
	let (asset_hash, terms) = (asset.hash(), terms.map(Ours));
	let call = Call::Register(set_asset_terms { asset: id, asset_hash, terms });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	show(group, id, context).await
}

async fn show(group: Group, id: AssetId, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let asset = registered(group, id, &chain).await?;
	let state = chain.at_best().await?;
	let kept = served_until(&state, &asset.content).await?;
	let bond = state.publisher(&asset.owner).await?.map_or(0, |publisher| publisher.bond.staying());
	let name = format!("{:?}", asset.state).to_lowercase();
	if context.global.output.is_json() {
		let mut value = described(id, &asset);
		value["profile"] = match &asset.kind {
			AssetKind::App(profile) => json!(profile),
			AssetKind::Dataset => json!(null),
		};
		value["heir"] = json!(asset.heir.as_ref().map(format_account));
		value["publishersBond"] = bond.to_string().into();
		value["keptUntilBlock"] = json!(kept);
		output::json(context.global.output, &value);
		return Ok(());
	}
	let mut rows = vec![
		row(group.name(), id.to_string()),
		row("owner", format_account(&asset.owner)),
		row("publisher's bond", format_amount(bond)),
		row("content", format!("{:?}, {} bytes", asset.content.hash, asset.content.size)),
		row("price", price_of(&asset)),
		row("state", name),
	];
	if let AssetKind::App(profile) = &asset.kind {
		let number = Profile::by_id(profile).map(|profile| profile.number.to_string());
		rows.push(row("profile", number.unwrap_or_else(|| format!("{profile:?}"))));
	}
	if group == Group::App {
		let Needs { memory_pages, gas, stack } = asset.needs;
		let needs =
			format!("{gas} gas, {memory_pages} pages of memory, {stack} slots of the stack");
		rows.push(row("needs", needs));
	}
	if let Some(terms) = &asset.terms {
		rows.push(row("its owner answers with", format_amount(terms.liability)));
	}
	if let Some(heir) = &asset.heir {
		rows.push(row("offered to", format_account(heir)));
	}
	rows.push(row(
		"on the chain",
		kept.map_or("no: it is had elsewhere".into(), |until| format!("until block {until}")),
	));
	output::table(&[], rows);
	Ok(())
}

fn price_of(asset: &Asset) -> String {
	asset.terms.as_ref().map_or("by order".into(), |terms| format_amount(terms.price))
}

fn described(id: AssetId, asset: &Asset) -> Value {
	json!({
		"id": id,
		"owner": format_account(&asset.owner),
		"hash": asset.content.hash,
		"size": asset.content.size,
		"tags": asset.tags,
		"price": asset.terms.as_ref().map(|terms| terms.price.to_string()),
		"state": format!("{:?}", asset.state).to_lowercase(),
		"publicGood": asset.public_good,
	})
}

/// Sends a call about a registered asset. Its number may be another's on another fork of the chain, so it
/// is named by what it is as well.
async fn change(
	group: Group,
	id: AssetId,
	call: impl FnOnce(AssetId, Hash) -> register::Call,
	context: &Context,
) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let asset = registered(group, id, &chain).await?;
	let signer = context.signer(&chain)?;
	let call = Call::Register(call(id, asset.hash()));
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	Ok(())
}
