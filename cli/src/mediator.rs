//! `assay mediator`.

use crate::{
	args::{MediatorCommand, RegisterArgs, YesArgs},
	confirm::confirm,
	context::Context,
	failure::Failure,
	output::{self, row},
};
use assay_client::{
	Chain, KeySource, Signer, WaitFor,
	case::{self, Registration},
	json::mediator as described,
	units::{format_account, format_amount, parse_account, parse_amount},
};
use assay_primitives::{
	AccountId,
	bond::Chunk,
	case::{CaseLimits, MediatorTerms, MediatorView},
	provider::KeyInbox,
};
use serde_json::json;

/// Runs a command of this group.
pub async fn run(command: MediatorCommand, context: &Context) -> Result<(), Failure> {
	match command {
		MediatorCommand::Register(args) => register(args, context).await,
		MediatorCommand::Status { address } => status(address, context).await,
		MediatorCommand::List { limit } => list(limit, context).await,
		MediatorCommand::Leave(args) => leave(&args, context).await,
		MediatorCommand::Withdraw => withdraw(context).await,
	}
}

async fn register(args: RegisterArgs, context: &Context) -> Result<(), Failure> {
	let bond = parse_amount(&args.bond)?;
	let chain = context.chain().await?;
	let stash = context.signer(&chain)?;
	let operator = match &args.operator_suri_file {
		Some(file) => Signer::load(&KeySource::File(file.clone()), chain.is_development())?,
		None => stash.clone(),
	};
	let profiles: Vec<_> = args.profiles.iter().map(|profile| profile.id()).collect();
	let profiles = profiles.try_into().map_err(|_| Failure::usage("that are too many profiles"))?;
	let inbox = args.encryption_key.zip(args.public_url.clone());
	let inbox = inbox.map(|(encryption_key, url)| {
		let endpoint = url.into_bytes().try_into();
		let endpoint = endpoint.map_err(|_| Failure::usage("the public URL is too long"))?;
		Ok::<_, Failure>(KeyInbox { encryption_key, endpoint })
	});
	let inbox = inbox.transpose()?;
	let min_wage = parse_amount(&args.limits.min_wage)?;
	let limits = CaseLimits { min_wage, ..args.limits.limits() };
	let terms = MediatorTerms { capacity: args.capacity, limits, profiles, inbox };
	let lines = [
		format!(
			"{} of {} will be held as a bond.",
			format_amount(bond),
			format_account(&stash.account())
		),
		format!("{} signs the votes.", format_account(&operator.account())),
		"Parts of it are lost where a seat stays silent, or votes otherwise than its case ends."
			.into(),
	];
	confirm(&lines, args.yes, context)?;
	let progress = context.progress();
	progress.doing("registering");
	let done = case::register(&chain, &stash, &operator, &terms, bond, WaitFor::InBlock).await?;
	drop(progress);
	announce(&done, context);
	Ok(())
}

fn announce(done: &Registration, context: &Context) {
	if context.global.output.is_json() {
		let mut value = described(&done.mediator);
		value["registered"] = done.registered.into();
		value["updated"] = done.updated.into();
		output::json(context.global.output, &value);
		return;
	}
	let what = match (done.registered, done.updated) {
		(true, _) => "registered",
		(false, true) => "takes on something else from the second era after this one on",
		(false, false) => "was registered before",
	};
	output::line(&format!("{} {what}", format_account(&done.mediator.stash)));
	output::line(match done.mediator.weight {
		0 => "it can be drawn from the second era after this one on; run its daemon before",
		_ => "it can be drawn now",
	});
	output::line("\nnext:\n  assay mediator status");
}

async fn status(address: Option<String>, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let stash = match &address {
		Some(address) => parse_account(address)?,
		None => own(&chain, context).await?,
	};
	let view = known(&chain, &stash).await?;
	if context.json(|| described(&view)) {
		return Ok(());
	}
	print(&view);
	Ok(())
}

/// The mediator of the signing key, be it stash or operator.
async fn own(chain: &Chain, context: &Context) -> Result<AccountId, Failure> {
	let account = context.signer(chain)?.account();
	Ok(chain.at_best().await?.mediator_of(&account).await?.unwrap_or(account))
}

async fn known(chain: &Chain, stash: &AccountId) -> Result<MediatorView, Failure> {
	let view = chain.at_best().await?.mediator(stash).await?;
	view.ok_or_else(|| {
		Failure::new(format!("{} is no mediator", format_account(stash)))
			.hint("become one with: assay mediator register --bond TOKENS")
	})
}

fn print(view: &MediatorView) {
	let cases: Vec<String> = view.cases.iter().map(ToString::to_string).collect();
	let mut rows = vec![
		row("account", format_account(&view.stash)),
		row("operator", format_account(&view.operator)),
		row("state", view.status.to_string()),
		row("bond", format_amount(view.bond)),
		row("at risk", format_amount(view.locked)),
		row("weight in draws", view.weight.to_string()),
	];
	if view.next_weight != view.weight {
		rows.push(row("weight soon", view.next_weight.to_string()));
	}
	for Chunk { amount, at } in &view.unbonding {
		rows.push(row("unbonding", format!("{}, free from block {at} on", format_amount(*amount))));
	}
	rows.extend([
		row("limits", limits(&view.terms.limits)),
		row("private inputs", private_inputs(view).into()),
		row("cases", format!("{} of {}", view.cases.len(), view.terms.capacity)),
		row("sits in", if cases.is_empty() { "none".into() } else { cases.join(", ") }),
		row(
			"conduct",
			format!(
				"{} votes as the case ended, {} otherwise, {} seats without a vote",
				view.record.coherent, view.record.against, view.record.failed
			),
		),
		row("since block", view.registered_at.to_string()),
	]);
	output::table(&[], rows);
}

async fn list(limit: u32, context: &Context) -> Result<(), Failure> {
	let mut all = context.chain().await?.at_best().await?.mediators(limit).await?;
	all.sort_by(|one, other| other.weight.cmp(&one.weight).then(one.position.cmp(&other.position)));
	if context.json(|| all.iter().map(described).collect::<Vec<_>>()) {
		return Ok(());
	}
	output::table(
		&["mediator", "state", "bond", "weight", "cases", "right", "wrong", "silent"],
		all.iter().map(|view| {
			vec![
				format_account(&view.stash),
				view.status.to_string(),
				format_amount(view.bond),
				view.weight.to_string(),
				format!("{}/{}", view.cases.len(), view.terms.capacity),
				view.record.coherent.to_string(),
				view.record.against.to_string(),
				view.record.failed.to_string(),
			]
		}),
	);
	Ok(())
}

async fn leave(args: &YesArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let stash = context.signer(&chain)?;
	let view = known(&chain, &stash.account()).await?;
	let lines = [
		format!("The bond of {} begins to leave.", format_amount(view.bond)),
		"You may be drawn until the second era after this, and have to fill the seat.".into(),
	];
	confirm(&lines, args.yes, context)?;
	let at = case::leave(&chain, &stash, WaitFor::InBlock).await?;
	if !context.json(|| json!({ "withdrawableAt": at })) {
		output::line(&format!("leaving; keep the daemon running until block {at}, then:"));
		output::line("  assay mediator withdraw");
	}
	Ok(())
}

async fn withdraw(context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let stash = context.signer(&chain)?;
	let before = known(&chain, &stash.account()).await?;
	case::withdraw(&chain, &stash, WaitFor::InBlock).await?;
	let after = chain.at_best().await?.mediator(&stash.account()).await?;
	let left = after.map_or(0, |view| view.bond);
	let taken = before.bond.saturating_sub(left);
	if !context.json(|| json!({ "withdrawn": taken.to_string(), "bond": left.to_string() })) {
		output::line(&format!("{} withdrawn, {} left", format_amount(taken), format_amount(left)));
	}
	Ok(())
}

/// The largest jobs that it judges.
fn limits(limits: &CaseLimits) -> String {
	let CaseLimits { max_gas, max_memory_pages, max_module_bytes, max_input_bytes, .. } = limits;
	let memory = u64::from(*max_memory_pages) << 16;
	let [memory, module, input, output] =
		[memory, *max_module_bytes, *max_input_bytes, limits.max_output_bytes].map(|bytes| {
			// Of no consequence how it is rounded; the exact numbers are in the JSON.
			format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
		});
	let speed = limits.gas_per_second / 1_000_000;
	let wage = format_amount(limits.min_wage);
	format!(
		"{max_gas} gas at {speed} million a second, {memory} of memory, program {module}, \
		 input {input}, outputs {output}, for {wage} a seat or more"
	)
}

fn private_inputs(view: &MediatorView) -> &'static str {
	let next = view.next_terms.as_ref().map(|(_, terms)| terms);
	match (&view.terms.inbox, next.map(|terms| &terms.inbox)) {
		(Some(_), Some(None)) => "judged, soon no more",
		(Some(_), _) => "judged",
		(None, Some(Some(_))) => "judged soon",
		(None, _) => "not judged: no key is declared",
	}
}
