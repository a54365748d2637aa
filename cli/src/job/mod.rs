//! `assay job`.

mod bag;
mod callback;
mod describe;
mod missing;
mod private;
mod question;
mod result;
mod start;
pub mod words;

pub use describe::outcome_json;
pub use result::run_here;
pub use start::{options, provide};

use crate::{
	args::{IdArgs, JobCommand, ListArgs, WaitArgs},
	context::Context,
	failure::Failure,
	output,
};
/// The number of a job as it is printed and read.
pub use assay_client::units::format_task as number;
use assay_client::{Chain, Error, WaitFor, job, units};
use assay_interface::{Call, deals};
use assay_primitives::{deal::TaskView, task::TaskId};

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

/// The name of a task: where it is one of several its position is part of it.
fn name_of(view: &TaskView) -> String {
	match view.deal.is_bag() {
		true => format!("{}/{}", view.id.deal, view.id.index),
		false => number(&view.id),
	}
}

/// The task as the best block has it.
pub async fn view(chain: &Chain, id: TaskId) -> Result<TaskView, Failure> {
	let view = chain.at_best().await?.task(id).await?;
	Ok(view.ok_or(Error::TaskNotFound(id))?)
}

/// Says so where a job that was named by its number is not the one of the key that was named: numbers
/// are given in order, and after a re-organisation the number may be another's.
pub fn warn_of_stranger(chain: &Chain, view: &TaskView, context: &Context) {
	let (job, client) = (number(&view.id), &view.deal.client);
	if context.account(chain).is_some_and(|account| account != *client) {
		eprintln!("warning: job {job} is that of {}, not yours", units::format_account(client));
		eprintln!("hint: yours are listed by: assay job list");
	}
}

async fn list(args: ListArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let account = match &args.account {
		Some(address) => units::parse_account(address)?,
		None => context.signer(&chain)?.account(),
	};
	let views = chain.at_best().await?.tasks_of_client(&account, args.limit).await?;
	if context.global.output.is_json() {
		let jobs: Vec<_> = views.iter().map(describe::json).collect();
		output::json(context.global.output, &jobs);
		return Ok(());
	}
	output::table(
		&["job", "since block", "replicas", "state", "next"],
		views.iter().map(|view| {
			vec![
				name_of(view),
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
	job::exists(&chain.at_best().await?, args.id.task).await?;
	if bag::is_meant(&chain, &args.id).await? {
		return bag::wait(&chain, args, context).await;
	}
	let goal = result::Goal::new(args.accept, args.settled);
	let wait = result::Wait { goal, timeout: args.timeout, directory: None };
	let awaited = result::follow(&chain, &args.id.task.into(), &wait, context).await?;
	warn_of_stranger(&chain, &awaited.view, context);
	result::announce(&awaited, context);
	job::conclude(&awaited.view)?;
	Ok(())
}

async fn poke(args: IdArgs, context: &Context) -> Result<(), Failure> {
	let chain = context.chain().await?;
	let signer = context.signer(&chain)?;
	if bag::is_meant(&chain, &args.id).await? {
		return bag::poke(&chain, &signer, args.id.task.deal).await;
	}
	let id = args.id.task;
	let call = Call::Deals(deals::Call::poke { task: id.into() });
	chain.submit(&signer, &call, WaitFor::InBlock).await?;
	let view = view(&chain, id).await?;
	output::line(&format!("{}: {}", words::status(&view), words::next_step(&view)));
	Ok(())
}
