//! `assay job run` and `assay job quote`.

use super::{
	bag, number, private,
	result::{self, Goal},
	words,
};
use crate::{
	app::Refused, args::RunArgs, content, context::Context, failure::Failure, output, program,
	progress::Progress,
};
use assay_client::{
	Chain, Error, Signer, WaitFor,
	content::publish,
	job::{self, JobOptions, MaxPrice, Order},
	units::{format_account, format_amount, parse_amount},
};
use assay_primitives::{
	Hash, content::ContentRef, outcome::Class, policy::Policy, profile::Profile,
};
use serde_json::json;

/// What is to be run, with its bytes.
struct Plan {
	options: JobOptions,
	module: Vec<u8>,
	input: Option<Vec<u8>>,
	/// The input sealed, where it is private.
	sealed: Option<private::Sealed>,
	bag: Option<bag::Files>,
}

/// `assay job run`.
pub async fn run(args: RunArgs, context: &Context) -> Result<(), Failure> {
	let mut plan = plan(&args)?;
	let chain = context.chain().await?;
	if args.for_court {
		fit_court(&chain, &mut plan.options).await?;
	}
	let signer = context.signer(&chain)?;
	let progress = context.progress();
	progress.doing("asking for offers");
	// Asked before anything is published, so that a job which nobody serves costs nothing.
	let order = order(&chain, &signer, &plan).await?;
	publish_all(&chain, &signer, &plan, args.hints.is_empty(), &progress).await?;
	if let Some(sealed) = &plan.sealed {
		// Before there is a job that can't be run without it.
		private::keep(&sealed.key)?;
	}
	progress.doing("opening the deal");
	let submission = job::submit(&chain, &signer, &order, WaitFor::InBlock).await?;
	let id = submission.task;
	progress.done(match &plan.bag {
		Some(bag) => format!("job {}: a bag of {} tasks", number(&id), bag.count()),
		None => format!("job {}", number(&id)),
	});
	drop(progress);
	let progress = context.progress();
	let serving = async {
		match &plan.sealed {
			Some(sealed) => {
				private::serve(&chain, id, sealed.key.clone(), args.wait, context, &progress).await
			},
			None => Ok(()),
		}
	};
	if !args.wait {
		announce_start(&id, &order, context);
		return private::within(args.timeout, serving).await;
	}
	if let Some(files) = &plan.bag {
		return bag::finish(&chain, id.deal, &args, files, context).await;
	}
	let goal = Goal::new(args.accept, args.settled);
	let following = async {
		let waiting = result::follow(&chain, id, goal, args.timeout, context);
		waiting.await.inspect_err(|failure| {
			if matches!(failure, Failure::Client(Error::Timeout { .. })) {
				eprintln!("job {} goes on; wait for it with: assay job wait {0}", number(&id));
			}
		})
	};
	// The end of the job ends the serving too; its failure is told, and the job may go on without.
	let served = async {
		if let Err(failure) = serving.await {
			eprintln!("warning: the key is not handed over any more: {}", failure.message());
		}
		std::future::pending().await
	};
	let view = tokio::select! {
		view = following => view?,
		view = served => view,
	};
	drop(progress);
	let outputs = match args.output_dir {
		Some(directory) if job::outcome(&view).is_ok() => {
			Some(result::fetch(&chain, &view, directory, context).await?)
		},
		_ => None,
	};
	result::announce(&view, outputs.as_ref(), context);
	let outcome = job::conclude(&view);
	if let Err(Error::JobFailed { class: Class::ModuleInvalid }) = &outcome {
		explain_refusal(&plan.module, &args.profile);
	}
	outcome?;
	Ok(())
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
	let mut plan = plan(&args)?;
	let chain = context.chain().await?;
	if args.for_court {
		fit_court(&chain, &mut plan.options).await?;
	}
	let signer = context.signer(&chain)?;
	let order = order(&chain, &signer, &plan).await?;
	if context.global.output.is_json() {
		let chosen: Vec<_> = order
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
		output::json(
			context.global.output,
			&json!({
				"offers": chosen,
				"escrow": order.escrow.to_string(),
				"deposit": order.deposit.to_string(),
				"stake": order.stake.to_string(),
			}),
		);
		return Ok(());
	}
	output::table(
		&["offer", "provider", "costs at most"],
		order.chosen.iter().map(|fit| {
			vec![fit.offer.to_string(), format_account(&fit.provider), format_amount(fit.maximum)]
		}),
	);
	print_misfits(&order.quote.misfits);
	output::line(&format!("to be held: {}", format_amount(order.escrow)));
	output::line(&format!("deposit, returned: {}", format_amount(order.deposit)));
	output::line(&format!("stake of each provider: {}", format_amount(order.stake)));
	Ok(())
}

/// What is asked for, of files that can be read and a program that can be run.
pub fn options(args: &RunArgs) -> Result<JobOptions, Failure> {
	if args.private {
		let why = "an order can't have a private input: its key is handed over by job run";
		return Err(Failure::usage(why));
	}
	if !args.inputs.is_empty() {
		return Err(Failure::usage("bags are submitted with: assay job run --inputs"));
	}
	plan(args).map(|plan| plan.options)
}

fn plan(args: &RunArgs) -> Result<Plan, Failure> {
	let module = content::read(&args.module)?;
	check_module(&module, args)?;
	// Nothing has no hash: an empty file is no input.
	let input = args.input.as_deref().map(content::read).transpose()?;
	let input = input.filter(|bytes| !bytes.is_empty());
	let bag = bag::Files::find(&args.inputs)?;
	let mut options = JobOptions::new(
		ContentRef::of(&module),
		MaxPrice::PerReplica(parse_amount(&args.max_price)?),
	);
	options.input = input.as_deref().map(ContentRef::of);
	options.inputs = bag.as_ref().map(bag::Files::list);
	options.seed = random_seed()?;
	program::describe(&args.program, &mut options)?;
	options.profile = args.profile.id();
	options.policy = Policy::Quorum {
		replicas: args.replicas,
		required: args.required.unwrap_or(args.replicas / 2 + 1),
	};
	options.run_blocks = args.run_blocks;
	options.hints = args.hints.clone();
	options.offers = args.offers.clone();
	let sealed = match (&input, args.private) {
		(Some(input), true) => Some(private::seal(input)?),
		(None, true) => return Err(Failure::usage("an empty input can't be private")),
		(_, false) => None,
	};
	options.hints.extend(sealed.as_ref().map(|sealed| sealed.marker.hint()));
	Ok(Plan { options, module, input, sealed, bag })
}

/// Refuses here what every provider would refuse, before it costs anything.
fn check_module(module: &[u8], args: &RunArgs) -> Result<(), Failure> {
	if args.allow_invalid {
		return Ok(());
	}
	let profile = &args.profile;
	assay_runner::check(module, profile).map(|_| ()).map_err(|refusal| {
		let refused = Refused::new(module, profile, refusal);
		Failure::usage(format!("{} can't be run: {}", args.module.display(), refused.sentence()))
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
	limits.gas = limits.gas.min(court.gas);
	limits.memory_pages = limits.memory_pages.min(court.memory_pages);
	limits.output_bytes = limits.output_bytes.min(court.output_bytes);
	Ok(court.admits(&options.task()?).map_err(Error::NotForCourt)?)
}

async fn order(chain: &Chain, signer: &Signer, plan: &Plan) -> Result<Order, Failure> {
	let state = chain.at_best().await?;
	let order = job::order(&state, &signer.account(), &plan.options).await;
	let order = order.inspect_err(|error| {
		if let Error::NotMatched { misfits, .. } = error {
			print_misfits(misfits);
		}
	})?;
	Ok(order)
}

/// To standard error: it is an explanation, not the answer.
fn print_misfits(misfits: &[(u64, Vec<assay_primitives::request::Misfit>)]) {
	for (offer, reasons) in misfits {
		let reasons: Vec<_> = reasons.iter().map(words::misfit).collect();
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
	let module = here.then_some(&plan.module);
	let input = match &plan.sealed {
		Some(sealed) => Some(&sealed.bytes),
		None => plan.input.as_ref().filter(|_| here),
	};
	let parts = [("program", module), ("input", input)];
	for (name, bytes) in parts {
		let Some(bytes) = bytes else { continue };
		progress.doing(format!("publishing the {name}, {} bytes", bytes.len()));
		let published = publish(chain, signer, bytes).await?;
		let what = match published.new_blocks {
			0 => format!("the {name} is on the chain already"),
			_ => format!("the {name} is published: {} bytes", bytes.len()),
		};
		progress.done(what);
	}
	if let Some(bag) = &plan.bag {
		bag.publish(chain, signer, progress).await?;
	}
	Ok(())
}

fn announce_start(id: &assay_primitives::task::TaskId, order: &Order, context: &Context) {
	if context.global.output.is_json() {
		output::json(
			context.global.output,
			&json!({
				"job": number(id),
				"tasks": order.tasks(),
				"escrow": order.escrow.to_string(),
			}),
		);
	} else if context.global.quiet {
		output::line(&number(id));
	} else {
		output::line(&format!("job {}: {} held", number(id), format_amount(order.escrow)));
		output::line("\nnext:");
		output::line(&format!("  assay job wait {}", number(id)));
		output::line(&format!("  assay job describe {}", number(id)));
	}
}
