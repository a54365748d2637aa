//! `assay order` and `assay match`.

use crate::{
	args::{
		FileArgs, MatchArgs, NewOrder, NewRequestArgs, NewResourceArgs, NewSaleArgs, OrderArgs,
		OrderCommand, SendArgs, SignArgs, WhyNotArgs,
	},
	content,
	context::Context,
	failure::Failure,
	job, output, refusals,
};
use assay_client::{
	Chain, Error, WaitFor,
	job::{MaxPrice, ceilings},
	order::{self, OrderFile, ResourceOptions, SolverUrl, random_salt},
	units::{format_account, parse_account, parse_amount, parse_hash},
};
use assay_interface::{Call, market};
use assay_primitives::{
	AccountId, Hash,
	order::{
		Accounts, AnyOrder, AppOrder, Asset, AssetId, AssetKind, Assets, Authorization,
		DatasetOrder, Match, OrderFault, OrderRecord, Resource, in_time, left, sponsorship_text,
	},
	price::Price,
};
use serde_json::json;
use std::path::Path;

/// Runs a command of `assay order`.
pub async fn run(command: OrderCommand, context: &Context) -> Result<(), Failure> {
	match command {
		OrderCommand::New(new) => create(*new, context).await,
		OrderCommand::Sign(args) => sign(args, context).await,
		OrderCommand::Show(args) => show(&args, context),
		OrderCommand::Verify(args) => verify(&args, context).await,
		OrderCommand::Presign(args) => presign(&args, context).await,
		OrderCommand::Close(args) => close(&args, context).await,
		OrderCommand::WithdrawSponsorship(args) => withdraw_sponsorship(&args, context).await,
		OrderCommand::Send(args) => send(args, context).await,
		OrderCommand::WhyNot(args) => why_not(args, context).await,
		OrderCommand::List { files } => list(&files, context).await,
	}
}

async fn create(new: NewOrder, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let (order, args) = match new {
		NewOrder::Request(args) => (request(&args, &chain, context).await?, args.order),
		NewOrder::Resource(args) => (resource(&args, &chain, context).await?, args.order),
		NewOrder::App(args) => (app(&args, &chain).await?, args.order),
		NewOrder::Dataset(args) => (dataset(&args, &chain).await?, args.order),
	};
	let file = OrderFile::new(chain.genesis(), order);
	write(&args.file, &file)?;
	print(&file, context);
	Ok(())
}

async fn request(
	args: &NewRequestArgs,
	chain: &Chain,
	context: &Context,
) -> Result<AnyOrder, Failure> {
	let client = context.signer(chain)?.account();
	let mut options = job::options(&args.job, chain, context).await?;
	options.valid_blocks = args.order.valid_for;
	let state = chain.at_best().await?;
	options.max_price = MaxPrice::Parts(ceilings(&state, &client, &options).await?);
	let now = state.block().number;
	let mut order = order::request(&client, &options, args.order.volume, now)?;
	order.tip = parse_amount(&args.tip)?;
	order.providers = accounts(&args.providers)?;
	order.mediators = order::mediators(&args.judges.mediators)?;
	order.sponsor = args.sponsor.as_deref().map(parse_account).transpose()?;
	order.beneficiary = args.beneficiary.as_deref().map(parse_account).transpose()?;
	Ok(AnyOrder::Request(Box::new(order)))
}

async fn resource(
	args: &NewResourceArgs,
	chain: &Chain,
	context: &Context,
) -> Result<AnyOrder, Failure> {
	let signer = context.signer(chain)?.account();
	let state = chain.at_best().await?;
	let provider = match &args.provider {
		Some(text) => parse_account(text)?,
		None => state.provider_of(&signer).await?.unwrap_or_else(|| signer.clone()),
	};
	let view = state.provider(&provider).await?;
	let view = view
		.ok_or_else(|| Failure::usage(format!("{} is no provider", format_account(&provider))))?;
	let capacity = view.declaration.capacity;
	let profile = view.declaration.profiles.first().copied();
	let profile = profile.ok_or_else(|| Failure::new("the provider serves no profile"))?;
	let options = ResourceOptions {
		provider,
		signer,
		profile,
		price: Price { base: parse_amount(&args.price)?, per_mgas: parse_amount(&args.gas_price)? },
		max_gas: args.max_gas.unwrap_or(capacity.max_gas),
		max_memory_pages: capacity.max_memory_pages,
		min_run_blocks: args.min_run_blocks,
		valid_blocks: args.order.valid_for,
		volume: args.order.volume,
	};
	let mut order = order::resource(&options, state.block().number)?;
	order.clients = accounts(&args.clients)?;
	order.mediators = order::mediators(&args.judges.mediators)?;
	Ok(AnyOrder::Resource(Box::new(order)))
}

async fn app(args: &NewSaleArgs, chain: &Chain) -> Result<AnyOrder, Failure> {
	let (asset, until) = asset(args.id, &args.order, chain).await?;
	if asset.kind == AssetKind::Dataset {
		return Err(Failure::usage(format!("{} is a dataset", args.id)));
	}
	Ok(AnyOrder::App(Box::new(AppOrder {
		app: args.id,
		content: asset.content,
		price: parse_amount(&args.price)?,
		liability: parse_amount(&args.liability.amount)?,
		volume: args.order.volume,
		clients: accounts(&args.clients)?,
		datasets: Assets::Any,
		providers: accounts(&args.providers)?,
		mediators: order::mediators(&args.judges.mediators)?,
		valid_until: until,
		salt: random_salt()?,
	})))
}

async fn dataset(args: &NewSaleArgs, chain: &Chain) -> Result<AnyOrder, Failure> {
	let (asset, until) = asset(args.id, &args.order, chain).await?;
	if asset.kind != AssetKind::Dataset {
		return Err(Failure::usage(format!("{} is an app", args.id)));
	}
	Ok(AnyOrder::Dataset(Box::new(DatasetOrder {
		dataset: args.id,
		content: asset.content,
		price: parse_amount(&args.price)?,
		liability: parse_amount(&args.liability.amount)?,
		volume: args.order.volume,
		clients: accounts(&args.clients)?,
		apps: Assets::Any,
		providers: accounts(&args.providers)?,
		mediators: order::mediators(&args.judges.mediators)?,
		valid_until: until,
		salt: random_salt()?,
	})))
}

async fn asset(id: AssetId, args: &OrderArgs, chain: &Chain) -> Result<(Asset, u32), Failure> {
	let state = chain.at_best().await?;
	let asset = state.asset(id).await?;
	let asset = asset.ok_or_else(|| Failure::usage(format!("nothing is registered as {id}")))?;
	Ok((asset, state.block().number.saturating_add(args.valid_for)))
}

async fn sign(args: SignArgs, context: &Context) -> Result<(), Failure> {
	let mut file = read(&args.file)?;
	let chain = connect(&file, context).await?;
	if let Some(signature) = &args.signature {
		let owner = owner(&file, &chain).await?;
		let digits = signature.trim();
		let bytes = hex::decode(digits.strip_prefix("0x").unwrap_or(digits))
			.map_err(|error| Failure::usage(format!("the signature is not hex: {error}")))?;
		file.authorization = Some(order::from_wallet(&bytes, &file.text(), &owner)?);
	} else {
		let signer = context.signer(&chain)?;
		let expected = match (&file.order, args.as_sponsor) {
			(AnyOrder::Request(order), true) => order.sponsor.clone(),
			(_, true) => None,
			(_, false) => Some(owner(&file, &chain).await?),
		};
		if expected.as_ref() != Some(&signer.account()) {
			let who = expected.map_or("nobody".into(), |who| format_account(&who));
			return Err(Failure::usage(format!("this is for {who} to sign")));
		}
		match (&file.order, args.as_sponsor) {
			(AnyOrder::Request(order), true) => {
				file.sponsor = Some(order::sponsor(order, &file.genesis, &signer));
			},
			_ => file.authorization = Some(order::sign(&file.order, &file.genesis, &signer)),
		}
	}
	write(&args.file, &file)?;
	print(&file, context);
	Ok(())
}

fn show(args: &FileArgs, context: &Context) -> Result<(), Failure> {
	let file = read(&args.file)?;
	if context.global.output.is_json() {
		print(&file, context);
		return Ok(());
	}
	output::line(&file.text());
	if let AnyOrder::Request(order) = &file.order
		&& order.sponsor.is_some()
	{
		output::line("\nThe sponsor signs:");
		output::line(&sponsorship_text(order, &file.genesis));
	}
	Ok(())
}

async fn verify(args: &FileArgs, context: &Context) -> Result<(), Failure> {
	let file = read(&args.file)?;
	let chain = connect(&file, context).await?;
	let owner = owner(&file, &chain).await?;
	let state = chain.at_best().await?;
	let record = state.order(&file.id()).await?;
	let presigned = record.as_ref().and_then(|it| it.presigned_by.clone()) == Some(owner.clone());
	if !presigned {
		let none = Authorization::OnChain;
		let authorization = file.authorization.as_ref().unwrap_or(&none);
		order::verify(&file.order, authorization, &file.genesis, &owner)?;
	}
	let now = state.block().number;
	output::table(
		&["order", "signer", "state"],
		[vec![
			format!("{:?}", file.id()),
			format_account(&owner),
			state_of(&file, record.as_ref(), now),
		]],
	);
	Ok(())
}

async fn presign(args: &FileArgs, context: &Context) -> Result<(), Failure> {
	let file = read(&args.file)?;
	let chain = connect(&file, context).await?;
	let signer = context.signer(&chain)?;
	// Its owner needs no signature; anybody else relays the one in the file.
	let own = owner(&file, &chain).await? == signer.account();
	let authorization = file.authorization.clone().filter(|_| !own);
	let authorization = authorization.unwrap_or(Authorization::OnChain);
	let (order, authorization) = (file.order.clone().into(), authorization.into());
	let call = Call::Market(market::Call::presign { order, authorization });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	print(&file, context);
	Ok(())
}

async fn close(args: &FileArgs, context: &Context) -> Result<(), Failure> {
	let file = read(&args.file)?;
	let chain = connect(&file, context).await?;
	let signer = context.signer(&chain)?;
	let (order, authorization) = (file.order.clone().into(), Authorization::OnChain.into());
	let call = Call::Market(market::Call::close_order { order, authorization });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	print(&file, context);
	Ok(())
}

async fn withdraw_sponsorship(args: &FileArgs, context: &Context) -> Result<(), Failure> {
	let file = read(&args.file)?;
	let AnyOrder::Request(order) = &file.order else {
		return Err(Failure::usage("only requests have sponsors"));
	};
	let chain = connect(&file, context).await?;
	let signer = context.signer(&chain)?;
	if order.sponsor.as_ref() != Some(&signer.account()) {
		return Err(Failure::usage("the request names another sponsor, or none"));
	}
	let request = Box::new(order.as_ref().clone().into());
	let call = Call::Market(market::Call::withdraw_sponsorship { request });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	print(&file, context);
	Ok(())
}

async fn send(args: SendArgs, context: &Context) -> Result<(), Failure> {
	if args.solvers.is_empty() && !args.statement {
		return Err(Failure::usage("say where to send it").hint("give --solver URL or --statement"));
	}
	let file = read(&args.file)?;
	let mut done = Vec::new();
	for url in &args.solvers {
		let taken = SolverUrl::new(url)?.send(&file).await?;
		let how = if taken.known { "it was there before" } else { "it is in the book" };
		done.push(json!({ "solver": url, "known": taken.known }));
		if !context.global.output.is_json() {
			output::line(&format!("{url}: {how}"));
		}
	}
	if args.statement {
		let chain = connect(&file, context).await?;
		let signer = context.signer(&chain)?;
		let channel = order::statement::channel(&file);
		let posted = order::post(&chain, &signer, &file, &channel).await?;
		done.push(json!({ "board": true, "known": posted.known, "placesBought": posted.bought }));
		if !context.global.output.is_json() {
			output::line(&format!("posted to the board, {} places bought", posted.bought));
		}
	}
	if context.global.output.is_json() {
		output::json(context.global.output, &json!({ "order": file.id(), "sent": done }));
	}
	Ok(())
}

async fn why_not(args: WhyNotArgs, context: &Context) -> Result<(), Failure> {
	let id = match parse_hash(&args.request) {
		Ok(id) => id,
		Err(_) => read(Path::new(&args.request))?.id(),
	};
	let answer = SolverUrl::new(&args.solver)?.why_not(&id).await?;
	if context.json(|| &answer) {
		return Ok(());
	}
	// Words of a stranger, so nothing of them reaches the terminal as it is.
	let line = |text: String| {
		output::line(&text.chars().filter(|it| !it.is_control()).collect::<String>());
	};
	let number = |name: &str| answer[name].as_u64().unwrap_or(0);
	line(format!("{} candidates serve it; tried {} times", number("fits"), number("tries")));
	for name in ["shortage", "last"] {
		if let Some(text) = answer[name].as_str() {
			line(text.into());
		}
	}
	for refusal in answer["refusals"].as_array().into_iter().flatten() {
		line(refusal.as_str().unwrap_or_default().into());
	}
	for unfit in answer["unfit"].as_array().into_iter().flatten() {
		let name =
			unfit["order"].as_str().map_or(format!("offer {}", unfit["offer"]), String::from);
		let reasons = unfit["reasons"].as_array().into_iter().flatten();
		let reasons: Vec<_> = reasons.filter_map(|reason| reason["text"].as_str()).collect();
		line(format!("{name}: {}", reasons.join("; ")));
	}
	Ok(())
}

async fn list(files: &[std::path::PathBuf], context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let state = chain.at_best().await?;
	let now = state.block().number;
	let mut rows = Vec::new();
	for path in files {
		let file = read(path)?;
		let state = match file.genesis == chain.genesis() {
			true => state_of(&file, state.order(&file.id()).await?.as_ref(), now),
			false => "of another network".into(),
		};
		rows.push((path.display().to_string(), file, state));
	}
	if context.global.output.is_json() {
		let rows = rows
			.iter()
			.map(|(path, file, state)| json!({ "file": path, "order": file.id(), "state": state }));
		output::json(context.global.output, &rows.collect::<Vec<_>>());
		return Ok(());
	}
	output::table(
		&["file", "kind", "until block", "state"],
		rows.into_iter().map(|(path, file, state)| {
			let kind = format!("{:?}", file.order.kind()).to_lowercase();
			vec![path, kind, file.order.valid_until().to_string(), state]
		}),
	);
	Ok(())
}

/// `assay match`.
pub async fn match_orders(args: MatchArgs, context: &Context) -> Result<(), Failure> {
	let request = read(&args.request)?;
	let chain = connect(&request, context).await?;
	let signer = context.signer(&chain)?;
	let orders = gather(&args, &request)?;
	let refusals = chain.at_best().await?.why_not(&signer.account(), &orders).await?;
	refusals::refuse(&refusals)?;
	// A deal of what nobody can find would cost attempt fees and give nothing.
	job::provide(&chain, &signer, &orders.request.order, args.options.dry_run, context).await?;
	if args.options.dry_run {
		output::line("the orders make a deal");
		return Ok(());
	}
	let matched = order::submit(&chain, &signer, &orders, WaitFor::InBlock).await?;
	let confirmed = context.confirm(&chain, matched.transaction).await?;
	let matched = order::Matched::of(confirmed)?;
	if context.json(|| json!({ "deal": matched.deal, "tasks": matched.tasks })) {
		return Ok(());
	}
	output::line(&match context.global.quiet {
		true => matched.deal.to_string(),
		false => format!("deal {} of {} tasks", matched.deal, matched.tasks),
	});
	Ok(())
}

/// Numbers of the resting offers that serve a request, the cheapest first, one for each provider.
pub async fn resting_offers(path: &Path, context: &Context) -> Result<Vec<String>, Failure> {
	let file = read(path)?;
	let AnyOrder::Request(order) = &file.order else {
		return Err(Failure::usage(format!("{} is no request", path.display())));
	};
	let chain = connect(&file, context).await?;
	let quote = chain.at_best().await?.quote_order(order, &Vec::new()).await?;
	let (needed, most) = order.candidates().into_inner();
	let found = quote.fits.len() as u32;
	match found < needed {
		true => Err(Error::NotMatched { found, needed, ineligible: quote.ineligible }.into()),
		false => {
			let offers = quote.fits.iter().take(most as usize);
			Ok(offers.map(|fit| fit.offer.to_string()).collect())
		},
	}
}

fn gather(args: &MatchArgs, request: &OrderFile) -> Result<Match, Failure> {
	let wrong =
		|path: &Path, what: &str| Failure::usage(format!("{} is no {what}", path.display()));
	let AnyOrder::Request(order) = &request.order else {
		return Err(wrong(&args.request, "request"));
	};
	let mut resources = Vec::new();
	for text in &args.resources {
		resources.push(match text.parse() {
			Ok(offer) => Resource::Offer(offer),
			Err(_) => {
				let file = read(Path::new(text))?;
				let AnyOrder::Resource(order) = &file.order else {
					return Err(wrong(Path::new(text), "resource order"));
				};
				Resource::Order(Box::new(file.signed(order.as_ref().clone())))
			},
		});
	}
	let app = match &args.options.app {
		None => None,
		Some(path) => {
			let file = read(path)?;
			let AnyOrder::App(order) = &file.order else { return Err(wrong(path, "app order")) };
			Some(file.signed(order.as_ref().clone()))
		},
	};
	let dataset = match &args.options.dataset {
		None => None,
		Some(path) => {
			let file = read(path)?;
			let AnyOrder::Dataset(order) = &file.order else {
				return Err(wrong(path, "dataset order"));
			};
			Some(file.signed(order.as_ref().clone()))
		},
	};
	Ok(Match {
		request: request.signed(order.as_ref().clone()),
		sponsor: request.sponsor.clone(),
		resources: resources.try_into().map_err(|_| Failure::usage("too many resources"))?,
		app,
		dataset,
	})
}

/// Who has to sign.
async fn owner(file: &OrderFile, chain: &Chain) -> Result<AccountId, Failure> {
	let asset = match &file.order {
		AnyOrder::Request(order) => return Ok(order.client.clone()),
		AnyOrder::Resource(order) => return Ok(order.signer.clone()),
		AnyOrder::App(order) => order.app,
		AnyOrder::Dataset(order) => order.dataset,
	};
	let found = chain.at_best().await?.asset(asset).await?;
	let found = found.ok_or_else(|| Failure::usage(format!("nothing is registered as {asset}")))?;
	Ok(found.owner)
}

fn state_of(file: &OrderFile, record: Option<&OrderRecord>, now: u32) -> String {
	let (until, volume) = (file.order.valid_until(), file.order.volume());
	let (left, fault) = left(volume, record);
	match in_time(until, now, until).err().or(fault) {
		Some(OrderFault::Expired) => "expired".into(),
		Some(OrderFault::Closed) => "closed".into(),
		Some(_) => "used up".into(),
		None => format!("{left} of {volume} left"),
	}
}

/// Connects to the network that the order is for, and no other.
async fn connect(file: &OrderFile, context: &Context) -> Result<Chain, Failure> {
	let chain = context.chain().await?;
	let (ours, theirs): (Hash, Hash) = (file.genesis, chain.genesis());
	if ours != theirs {
		return Err(Failure::usage(format!(
			"the order is for the network {ours:?}, this is {theirs:?}"
		)));
	}
	Ok(chain)
}

fn accounts(texts: &[String]) -> Result<Accounts, Failure> {
	if texts.is_empty() {
		return Ok(Accounts::Any);
	}
	let accounts = texts.iter().map(|text| parse_account(text)).collect::<Result<Vec<_>, _>>()?;
	let accounts = accounts.try_into();
	accounts
		.map(Accounts::Listed)
		.map_err(|_| Failure::usage("too many accounts to be listed").hint("use a group"))
}

fn read(path: &Path) -> Result<OrderFile, Failure> {
	Ok(order::read_file(&content::read(path)?)?)
}

fn write(path: &Path, file: &OrderFile) -> Result<(), Failure> {
	std::fs::write(path, order::print_file(file) + "\n")
		.map_err(|error| Failure::new(format!("can't write {}: {error}", path.display())))
}

fn print(file: &OrderFile, context: &Context) {
	if context.global.output.is_json() {
		let value = json!({
			"order": file.id(),
			"kind": format!("{:?}", file.order.kind()).to_lowercase(),
			"volume": file.order.volume(),
			"validUntil": file.order.valid_until(),
			"signed": file.authorization.is_some(),
			"text": file.text(),
		});
		output::json(context.global.output, &value);
		return;
	}
	output::line(&format!("{:?}", file.id()));
}
