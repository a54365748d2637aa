//! `assay job run` and `assay job quote`.

use super::{
	bag, callback, missing, private, result,
	wait::{Goal, Wait},
};
use crate::{
	app::Refused,
	args::{self, AssetArgs, RunArgs},
	content,
	context::{Context, FINALITY, not_final},
	failure::Failure,
	output,
	program::{self, TooLittle},
	progress::Progress,
	refusals,
	render::job::{self as words, number},
};
use assay_client::{
	Chain, Error, Signer, WaitFor,
	chain::At,
	content::publish,
	job::{self, AssetUse, JobOptions, MaxPrice, Part, PricedRequest, Submission, Target},
	units::{format_account, format_amount, parse_amount},
};
use assay_primitives::{
	Hash,
	content::ContentRef,
	order::{Asset, AssetId, AssetKind, RequestOrder},
	outcome::Class,
	profile::Profile,
};
use assay_runner::ModuleInfo;
use serde_json::json;
use std::path::{Path, PathBuf};

/// What is to be run, with its bytes.
struct Plan {
	options: JobOptions,
	/// `None` where it is that of a registered app.
	module: Option<Module>,
	input: Option<Vec<u8>>,
	/// The input sealed, where it is private.
	sealed: Option<private::Sealed>,
	bag: Option<bag::Files>,
}

/// A program of this machine.
struct Module {
	path: PathBuf,
	bytes: Vec<u8>,
	profile: Profile,
	/// What it begins with; `None` where it may be one that can't be run.
	info: Option<ModuleInfo>,
}

impl Plan {
	/// Refuses a task that would be over before its program begins.
	fn can_begin(&self) -> Result<(), Failure> {
		let Some(Module { path, profile, info: Some(info), .. }) = &self.module else {
			return Ok(());
		};
		let short = TooLittle::of(profile, info, &self.options.task()?, self.input.as_deref());
		match short {
			Some(TooLittle { why, todo }) => {
				Err(Failure::usage(format!("{} can't begin: {why}", path.display())).hint(todo))
			},
			None => Ok(()),
		}
	}

	fn module_bytes(&self) -> Option<&[u8]> {
		self.module.as_ref().map(|module| module.bytes.as_slice())
	}
}

/// `assay job run`.
pub async fn run(args: RunArgs, context: &Context) -> Result<(), Failure> {
	if let Some(directory) = &args.output_dir {
		output::free(directory)?;
	}
	// Files are read before a node is asked, except where the register says which.
	let early = unregistered(&args).transpose()?;
	let chain = context.chain().await?;
	let plan = plan_on(&chain, &args, early).await?;
	let signer = context.signer(&chain)?;
	let callback = callback::prepare(&args.callback, &chain, &signer).await?;
	let progress = context.progress();
	progress.doing("asking for offers");
	// Asked before anything is published, so that a job which nobody serves costs nothing.
	let priced = price(&chain, &signer, &plan).await?;
	progress.done(cost(&priced));
	let here = args.hints.is_empty();
	// What this machine has to keep, or to fetch later, is seen to before anything is sent.
	if !here {
		keep(&chain, &plan, context)?;
	}
	if let Some(sealed) = &plan.sealed {
		private::keep(&sealed.key)?;
	}
	if args.wait {
		context.fetcher(&chain, &[])?;
	}
	publish_all(&chain, &signer, &plan, here, &progress).await?;
	progress.doing("opening the deal");
	let mut submission = job::submit(&chain, &signer, &priced, WaitFor::InBlock).await?;
	let id = submission.task;
	progress.done(match &plan.bag {
		Some(bag) => format!("job {}: a bag of {} tasks", number(&id), bag.count()),
		None => format!("job {}", number(&id)),
	});
	if !args.wait || callback.is_some() {
		// What is printed or called by number must be true of every fork.
		submission = confirmed(&chain, submission, &progress).await?;
	}
	let (id, target) = (submission.task, Target::from(&submission.own));
	if let Some(callback) = &callback {
		progress.doing("setting the callback");
		let task_hash = priced.request.task.hash_of(id.index);
		match callback.set(&chain, &signer, id.deal, &task_hash).await {
			Ok(()) => progress.done(callback.summary()),
			// The job is there, and goes on without.
			Err(failure) => {
				eprintln!("warning: the callback is not set: {}", failure.message());
				eprintln!("hint: assay job callback {} --set …", number(&id));
			},
		}
	}
	drop(progress);
	let progress = context.progress();
	let serving = async {
		match &plan.sealed {
			Some(sealed) => {
				let (key, whole) = (sealed.key.clone(), args.wait);
				private::serve(&chain, &target, key, whole, context, &progress).await
			},
			None => Ok(()),
		}
	};
	if !args.wait {
		announce_start(&id, &priced, context);
		return private::within(args.timeout, id, serving).await;
	}
	if let Some(files) = &plan.bag {
		return bag::finish(&chain, &target, &args, files, context).await;
	}
	let wait = Wait {
		goal: Goal::new(args.accept, args.settled),
		timeout: args.timeout,
		directory: args.output_dir.as_deref(),
	};
	let following = result::follow(&chain, &target, &wait, context);
	// The end of the job ends the serving too; its failure is told, and the job may go on without.
	let served = async {
		if let Err(failure) = serving.await {
			eprintln!("warning: the key is not handed over any more: {}", failure.message());
		}
		std::future::pending().await
	};
	let awaited = tokio::select! {
		awaited = following => awaited,
		never = served => never,
	};
	let awaited = awaited.map_err(|failure| match (failure, &plan.sealed) {
		// That it goes on is told already, and it does not without its key.
		(Failure::Client(Error::Timeout { after, .. }), Some(_)) => {
			Failure::Client(Error::KeyNotHanded { task: id, after })
		},
		(failure, _) => failure,
	})?;
	drop(progress);
	let awaited = awaited.with_outputs(&chain, wait.directory, context).await?;
	result::announce(&awaited, context);
	let outcome = job::conclude(&awaited.view);
	if let Err(Error::JobFailed { class: Class::ModuleInvalid }) = &outcome
		&& let Some(module) = plan.module_bytes()
	{
		explain_refusal(module, &args.profile);
	}
	outcome?;
	Ok(())
}

/// The submission with the number that its deal has in a final block.
async fn confirmed(
	chain: &Chain,
	submission: Submission,
	progress: &Progress,
) -> Result<Submission, Failure> {
	progress.doing("waiting for the block to be final");
	let Some(confirmed) = submission.confirm(chain, FINALITY).await? else {
		not_final();
		return Ok(submission);
	};
	let (before, now) = (submission.task.deal, confirmed.task.deal);
	if before != now {
		progress.done(words::moved(before, now));
	}
	Ok(confirmed)
}

fn explain_refusal(module: &[u8], profile: &Profile) {
	if let Err(refusal) = assay_runner::check(module, profile) {
		let refused = Refused::new(module, profile, refusal);
		eprintln!("the program is refused: {}", refused.sentence());
		eprintln!("hint: {}", refused.todo);
	}
}

/// `assay job quote`.
pub async fn quote(args: RunArgs, context: &Context) -> Result<(), Failure> {
	let early = unregistered(&args).transpose()?;
	let chain = context.chain().await?;
	let plan = plan_on(&chain, &args, early).await?;
	let signer = context.signer(&chain)?;
	let priced = price(&chain, &signer, &plan).await?;
	if context.global.output.is_json() {
		let chosen: Vec<_> = priced
			.chosen
			.iter()
			.map(|fit| {
				json!({
					"offer": fit.offer,
					"provider": format_account(&fit.provider),
					"maximum": fit.maximum.to_string(),
				})
			})
			.collect();
		let value = json!({
			"offers": chosen,
			"escrow": priced.escrow.to_string(),
			"reserve": priced.reserve.to_string(),
			"deposit": priced.deposit.to_string(),
			"stake": priced.stake.to_string(),
		});
		output::json(context.global.output, &value);
		return Ok(());
	}
	output::table(
		&["offer", "provider", "costs at most"],
		priced.chosen.iter().map(|fit| {
			vec![fit.offer.to_string(), format_account(&fit.provider), format_amount(fit.maximum)]
		}),
	);
	print_ineligible(&priced.quote.ineligible);
	if let Some(most) = priced.assets.most().filter(|most| *most > 0) {
		let most = format_amount(most);
		output::line(&format!("app and dataset cost at most: {most} for each task"));
	}
	output::line(&cost(&priced));
	output::line(&format!("stake of each provider: {}", format_amount(priced.stake)));
	Ok(())
}

/// What is asked for, of files that can be read and a program that can be run, and of what is registered.
/// Copies of the files are kept, so that they can be shown if providers say that they are missing.
pub async fn options(
	args: &RunArgs,
	chain: &Chain,
	context: &Context,
) -> Result<JobOptions, Failure> {
	if args.callback.callback.is_some() {
		return Err(Failure::usage("an order can't have a callback: there is no deal yet")
			.hint("set it when the order is matched: assay job callback DEAL --set …"));
	}
	if args.private {
		let why = "an order can't have a private input: its key is handed over by job run";
		return Err(Failure::usage(why));
	}
	if !args.inputs.is_empty() {
		return Err(Failure::usage("bags are submitted with: assay job run --inputs"));
	}
	let plan = plan_on(chain, args, None).await?;
	keep(chain, &plan, context)?;
	Ok(plan.options)
}

/// The plan of a job that uses nothing that is registered.
fn unregistered(args: &RunArgs) -> Option<Result<Plan, Failure>> {
	let none = args.assets.app.is_none() && args.assets.dataset.is_none();
	none.then(|| plan(args, &Registered::default()))
}

/// The plan with what only the chain knows: what is registered, and what its court takes.
async fn plan_on(chain: &Chain, args: &RunArgs, early: Option<Plan>) -> Result<Plan, Failure> {
	let mut plan = match early {
		Some(plan) => plan,
		None => plan(args, &Registered::find(&args.assets, chain).await?)?,
	};
	if args.for_court {
		fit_court(chain, &mut plan.options).await?;
		plan.can_begin()?;
	}
	Ok(plan)
}

/// Keeps copies of what may have to be shown. A private input never may.
fn keep(chain: &Chain, plan: &Plan, context: &Context) -> Result<(), Failure> {
	let input = plan.input.as_deref().filter(|_| plan.sealed.is_none());
	let parts: Vec<&[u8]> = [plan.module_bytes(), input].into_iter().flatten().collect();
	missing::keep(chain, &parts, context)
}

/// What the register says of the app and the dataset that are named.
#[derive(Default)]
pub struct Registered {
	app: Option<(AssetId, Asset)>,
	dataset: Option<(AssetId, Asset)>,
}

impl Registered {
	/// Asks the chain.
	pub async fn find(args: &AssetArgs, chain: &Chain) -> Result<Self, Failure> {
		let mut found = Self::default();
		if args.app.is_none() && args.dataset.is_none() {
			return Ok(found);
		}
		let state = chain.at_best().await?;
		for (id, is_app) in [(args.app, true), (args.dataset, false)] {
			let Some(id) = id else { continue };
			let what = if is_app { "app" } else { "dataset" };
			let asset = state.asset(id).await?.ok_or_else(|| {
				Failure::usage(format!("there is no {what} {id}"))
					.hint(format!("assay {what} list shows what is registered"))
			})?;
			if is_app == (asset.kind == AssetKind::Dataset) {
				return Err(Failure::usage(format!("{id} is no {what}")));
			}
			match is_app {
				true => found.app = Some((id, asset)),
				false => found.dataset = Some((id, asset)),
			}
		}
		Ok(found)
	}

	fn uses(&self, args: &AssetArgs) -> Result<AssetUse, Failure> {
		Ok(AssetUse {
			app: self.app.as_ref().map(|(id, _)| *id),
			dataset: self.dataset.as_ref().map(|(id, _)| *id),
			max_app_price: parse_amount(&args.max_app_price)?,
			max_dataset_price: parse_amount(&args.max_dataset_price)?,
			min_publisher_bond: parse_amount(&args.min_publisher_bond)?,
		})
	}
}

/// Refuses a file that is not what is registered under the number that is named with it.
fn same(found: &ContentRef, registered: &(AssetId, Asset), what: &str) -> Result<(), Failure> {
	let (id, asset) = registered;
	match *found == asset.content {
		true => Ok(()),
		false => Err(Failure::usage(format!("the file is not what is registered as {what} {id}"))
			.hint(format!("leave it out: the {what}'s content is taken"))),
	}
}

/// The program's bytes, where they are here, and its reference.
fn module(
	args: &RunArgs,
	app: Option<&(AssetId, Asset)>,
) -> Result<(Option<Module>, ContentRef), Failure> {
	let Some(path) = &args.module else {
		let (_, asset) = app.ok_or_else(|| {
			Failure::usage("no program is named")
				.hint("name its file, or a registered one with --app")
		})?;
		return Ok((None, asset.content));
	};
	let bytes = content::read(path).map_err(|failure| match path.exists() {
		true => failure,
		false => failure.hint("build the program first, or check the path"),
	})?;
	let info = check_module(&bytes, path, args)?;
	let content = ContentRef::of(&bytes);
	if let Some(app) = app {
		same(&content, app, "app")?;
	}
	let (path, profile) = (path.clone(), args.profile.clone());
	Ok((Some(Module { path, bytes, profile, info }), content))
}

fn plan(args: &RunArgs, registered: &Registered) -> Result<Plan, Failure> {
	let (module, program) = module(args, registered.app.as_ref())?;
	// Nothing has no hash: an empty file is no input.
	let input = args.input.as_deref().map(content::read).transpose()?;
	let input = input.filter(|bytes| !bytes.is_empty());
	let bag = bag::Files::find(&args.inputs)?;
	let total = parse_amount(&args.max_price)?;
	let mut options = JobOptions::new(program, MaxPrice::PerReplica(total));
	options.input = input.as_deref().map(ContentRef::of);
	if let Some(dataset) = &registered.dataset {
		match &options.input {
			Some(input) => same(input, dataset, "dataset")?,
			None => options.input = Some(dataset.1.content),
		}
	}
	options.assets = registered.uses(&args.assets)?;
	options.inputs = bag.as_ref().map(bag::Files::list);
	options.seed = random_seed()?;
	program::describe(&args.program, &mut options)?;
	if let Some(per_mgas) = args.max_gas_price.as_deref().map(parse_amount).transpose()? {
		let divided = MaxPrice::divided(total, per_mgas, options.limits.gas);
		options.max_price = divided.ok_or_else(|| {
			Failure::usage("at the gas limit --max-gas-price is more than --max-price in all")
				.hint("raise --max-price, or lower --gas")
		})?;
	}
	options.profile = match registered.app.as_ref().map(|(_, app)| app.kind) {
		Some(AssetKind::App(profile)) => profile,
		Some(AssetKind::Dataset) | None => args.profile.id(),
	};
	options.policy = args::policy(&args.verification)?;
	options.canary = args.verification.canary;
	options.run_blocks = args.run_blocks;
	options.hints = args.hints.clone();
	options.offers = args.offers.clone();
	let sealed = match (&input, args.private) {
		(Some(input), true) => Some(private::seal(input)?),
		(None, true) => return Err(Failure::usage("an empty input can't be private")),
		(_, false) => None,
	};
	options.hints.extend(sealed.as_ref().map(|sealed| sealed.marker.hint()));
	let plan = Plan { options, module, input, sealed, bag };
	plan.can_begin()?;
	Ok(plan)
}

/// Refuses here what every provider would refuse, before it costs anything.
fn check_module(module: &[u8], path: &Path, args: &RunArgs) -> Result<Option<ModuleInfo>, Failure> {
	if args.allow_invalid {
		return Ok(None);
	}
	let profile = &args.profile;
	assay_runner::check(module, profile).map(Some).map_err(|refusal| {
		let refused = Refused::new(module, profile, refusal);
		Failure::usage(format!("{} can't be run: {}", path.display(), refused.sentence()))
			.hint(refused.todo)
	})
}

fn random_seed() -> Result<Hash, Failure> {
	let mut seed = [0u8; 32];
	getrandom::fill(&mut seed)
		.map_err(|error| Failure::new(format!("this machine gives no random numbers: {error}")))?;
	Ok(seed.into())
}

/// Lowers the limits to what the court takes; fails where that is not enough.
async fn fit_court(chain: &Chain, options: &mut JobOptions) -> Result<(), Failure> {
	let court = chain.at_best().await?.court_limits().await?;
	let limits = &mut options.limits;
	limits.gas = limits.gas.min(court.most.gas);
	limits.memory_pages = limits.memory_pages.min(court.most.memory_pages);
	limits.output_bytes = limits.output_bytes.min(court.most.output_bytes);
	Ok(court.admits(&options.task()?).map_err(Error::NotForCourt)?)
}

async fn price(chain: &Chain, signer: &Signer, plan: &Plan) -> Result<PricedRequest, Failure> {
	let state = chain.at_best().await?;
	let priced = job::price(&state, &signer.account(), &plan.options).await;
	let priced = priced.inspect_err(|error| {
		if let Error::NotMatched { ineligible, .. } = error {
			print_ineligible(ineligible);
		}
	})?;
	if !priced.assets.is_empty() {
		afford(&priced, &plan.options, &state).await?;
		let orders = job::as_match(&signer.account(), &priced)?;
		refusals::refuse(&state.why_not(&signer.account(), &orders).await?)?;
	}
	Ok(priced)
}

/// Refuses what costs more than was allowed, and says what would allow it.
async fn afford(priced: &PricedRequest, options: &JobOptions, state: &At) -> Result<(), Failure> {
	let uses = &options.assets;
	let wanted = [
		("app", priced.assets.app, uses.max_app_price),
		("dataset", priced.assets.dataset, uses.max_dataset_price),
	];
	for (what, id, most) in wanted {
		let Some(id) = id else { continue };
		let terms = state.asset(id).await?.and_then(|asset| asset.terms);
		if let Some(price) = terms.map(|terms| terms.price).filter(|price| *price > most) {
			let price = format_amount(price);
			let amount = price.split(' ').next().unwrap_or_default();
			return Err(Failure::Plain {
				message: format!("{what} {id} costs {price} for each task"),
				hint: Some(format!("allow that with --max-{what}-price {amount}")),
				exit_code: refusals::unmatched(),
			});
		}
	}
	Ok(())
}

/// To standard error: it is an explanation, not the answer.
fn print_ineligible(ineligible: &[(u64, Vec<assay_primitives::request::Ineligible>)]) {
	for (offer, reasons) in ineligible {
		let reasons: Vec<_> = reasons.iter().map(ToString::to_string).collect();
		eprintln!("offer {offer}: {}", reasons.join(", "));
	}
}

async fn publish_all(
	chain: &Chain,
	signer: &Signer,
	plan: &Plan,
	here: bool,
	progress: &Progress,
) -> Result<(), Failure> {
	// What is at the hints is not published. A ciphertext can't be: it was made just now.
	let module = plan.module_bytes().filter(|_| here);
	let input = match &plan.sealed {
		Some(sealed) => Some(sealed.bytes.as_slice()),
		None => plan.input.as_deref().filter(|_| here),
	};
	let parts = [("program", module), ("input", input)];
	for (name, bytes) in parts {
		let Some(bytes) = bytes else { continue };
		publish_part(chain, signer, name, bytes, progress).await?;
	}
	if let Some(bag) = &plan.bag {
		bag.publish(chain, signer, progress).await?;
	}
	Ok(())
}

async fn publish_part(
	chain: &Chain,
	signer: &Signer,
	name: &str,
	bytes: &[u8],
	progress: &Progress,
) -> Result<(), Failure> {
	progress.doing(format!("publishing the {name}, {} bytes", bytes.len()));
	let published = publish(chain, signer, bytes).await?;
	progress.done(match published.new_blocks {
		0 => format!("the {name} is on the chain already"),
		_ => format!("the {name} is published: {} bytes", bytes.len()),
	});
	Ok(())
}

/// Publishes what a request names and no provider could find, from the copies that were kept when it was
/// written. Where `dry_run`, only says so. What is registered may be had where its owner offers it.
///
/// Errors: [`Failure::usage`] where there is no copy here.
pub async fn provide(
	chain: &Chain,
	signer: &Signer,
	order: &RequestOrder,
	dry_run: bool,
	context: &Context,
) -> Result<(), Failure> {
	let fetcher = context.fetcher(chain, &[])?;
	let progress = context.progress();
	for (part, content) in job::unpublished(&chain.at_best().await?, &order.request).await? {
		let name = part.to_string();
		let is_registered = match part {
			Part::Module => order.app.is_some(),
			Part::List | Part::Input => order.dataset.is_some(),
		};
		if is_registered {
			eprintln!(
				"warning: the {name} is not on the chain; its owner has to offer it elsewhere"
			);
			continue;
		}
		let Some(bytes) = fetcher.store().get(&content)? else {
			let what = format!("nobody has published the {name}, {:?}", content.hash);
			return Err(Failure::usage(format!("{what}, so providers would find none"))
				.hint("publish its file first: assay content put FILE"));
		};
		match dry_run {
			true => output::line(&format!("the {name} is not published yet, and would be")),
			false => publish_part(chain, signer, &name, &bytes, &progress).await?,
		}
	}
	Ok(())
}

fn announce_start(id: &assay_primitives::task::TaskId, priced: &PricedRequest, context: &Context) {
	if context.global.output.is_json() {
		output::json(
			context.global.output,
			&json!({
				"job": number(id),
				"tasks": priced.tasks(),
				"escrow": priced.escrow.to_string(),
			}),
		);
	} else if context.global.quiet {
		output::line(&number(id));
	} else {
		output::line(&format!(
			"job {}: {}",
			number(id),
			words::held(priced.escrow, priced.reserve)
		));
		output::line("\nnext:");
		output::line(&format!("  assay job wait {}", number(id)));
		output::line(&format!("  assay job describe {}", number(id)));
	}
}

/// What opening the deal takes in all.
fn cost(priced: &PricedRequest) -> String {
	format!(
		"locks {} in all until the end: {}, and {} as a deposit; what is not spent returns",
		format_amount(priced.escrow.saturating_add(priced.deposit)),
		words::held(priced.escrow, priced.reserve),
		format_amount(priced.deposit)
	)
}
