//! `assay job`.

mod bag;
mod callback;
mod describe;
mod doubt;
mod missing;
mod private;
mod question;
mod result;
mod start;
mod wait;

pub use result::run_here;
pub use start::{options, provide};

use crate::{
	args::{IdArgs, JobCommand, ListArgs, WaitArgs},
	context::Context,
	failure::Failure,
	lookup, output,
	render::{job as words, job_view},
};
use assay_client::{WaitFor, job};
use assay_interface::{Call, deals};
use wait::{Goal, Wait};

/// Runs a command of this group.
pub async fn run(command: JobCommand, context: &Context) -> Result<(), Failure> {
	match command {
		JobCommand::Run(args) => start::run(*args, context).await,
		JobCommand::Quote(args) => start::quote(*args, context).await,
		JobCommand::Get(args) => result::get(args, context).await,
		JobCommand::Verify(args) => question::verify(args, context).await,
		JobCommand::Review(args) => question::review(args, context).await,
		JobCommand::Check(args) => question::check(args, context).await,
		JobCommand::Challenge(args) => question::challenge(args, context).await,
		JobCommand::Accept(args) => question::accept(args, context).await,
		JobCommand::List(args) => list(args, context).await,
		JobCommand::Describe(args) => describe::run(args, context).await,
		JobCommand::Wait(args) => wait(args, context).await,
		JobCommand::Poke(args) => poke(args, context).await,
		JobCommand::Refute(args) => missing::refute(args, context).await,
		JobCommand::Callback(args) => callback::run(args, context).await,
		JobCommand::ServeKey(args) => private::serve_key(args, context).await,
		JobCommand::ShareKey(args) => private::share_key(args, context).await,
	}
}

async fn list(args: ListArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = context.whose(args.account.as_deref(), &chain)?;
	let views = chain.at_best().await?.tasks_of_client(&account, args.limit).await?;
	if context.global.output.is_json() {
		let jobs: Vec<_> = views.iter().map(job_view::json).collect();
		output::json(context.global.output, &jobs);
		return Ok(());
	}
	output::table(
		&["job", "since block", "replicas", "state", "next"],
		views.iter().map(|view| {
			vec![
				words::name_of(view),
				view.deal.opened_at.to_string(),
				view.deal.request.policy.first_wave().to_string(),
				words::status(view),
				words::next_step(view),
			]
		}),
	);
	Ok(())
}

async fn wait(args: WaitArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let at = chain.at_best().await?;
	job::exists(&at, args.id.task).await?;
	if let Some(view) = at.task(args.id.task).await? {
		lookup::own(&chain, &view, args.of_anyone, context)?;
	}
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::wait(&chain, args, context).await;
	}
	let goal = Goal::new(args.accept, args.settled);
	let wait = Wait { goal, timeout: args.timeout, directory: None };
	let awaited = result::follow(&chain, &args.id.task.into(), &wait, context).await?;
	// Of whom the number is when it is final.
	lookup::own(&chain, &awaited.view, args.of_anyone, context)?;
	result::announce(&awaited, context);
	job::conclude(&awaited.view)?;
	Ok(())
}

async fn poke(args: IdArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	if lookup::is_bag(&chain, &args.id).await? {
		return bag::poke(&chain, &signer, args.id.task.deal).await;
	}
	let id = args.id.task;
	let call = Call::Deals(deals::Call::poke { task: id.into() });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	let view = lookup::task(&chain, id).await?;
	output::line(&format!("{}: {}", words::status(&view), words::next_step(&view)));
	Ok(())
}
