//! `check`: whether a run would work here, part by part.

use super::mediator;
use crate::{
	cli::{CheckArgs, Global, RunArgs},
	config::Settings,
	host::{
		connect::{connect, expected_genesis, operator, stash_of},
		disk,
		executor::runner::sandbox,
		lock::Lock,
		role::RoleName,
	},
};
use anyhow::{Context, Result, ensure};
use assay_client::units::format_amount;
use std::process::ExitCode;

#[derive(Default)]
struct Findings {
	failed: bool,
}

impl Findings {
	fn note(&mut self, part: &str, finding: Result<String>) {
		match finding {
			Ok(text) => println!("ok      {part:<10} {text}"),
			Err(error) => {
				self.failed = true;
				println!("FAILED  {part:<10} {error:#}");
			},
		}
	}
}

/// Checks everything, and fails if any part does.
pub async fn check(global: &Global, args: &CheckArgs) -> Result<ExitCode> {
	let run = RunArgs { roles: args.roles.clone(), ..RunArgs::default() };
	let settings = Settings::load(global, &run)?;
	let mut findings = Findings::default();
	findings.note("base path", base_path(&settings));
	// A solver runs nothing.
	if settings.roles != [RoleName::Solver] {
		findings.note("sandbox", sandbox(&settings));
	}
	findings.note("node", node(&settings).await);
	for role in &settings.roles {
		match role {
			RoleName::Provider => findings.note("provider", provider(&settings).await),
			RoleName::Mediator => findings.note("mediator", judge(&settings).await),
			RoleName::Watcher => findings.note("watcher", watcher(&settings).await),
			RoleName::Solver => findings.note("solver", solver(&settings).await),
		}
	}
	Ok(if findings.failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

fn base_path(settings: &Settings) -> Result<String> {
	let path = &settings.base_path;
	// A running daemon has the lock, and that is fine.
	let busy = Lock::take(path).is_err();
	let free = disk::free_bytes(path).context("the disk can't be asked")?;
	let least = settings.store.min_free_bytes;
	ensure!(free >= least, "{free} bytes are free below {}, {least} needed", path.display());
	let note = if busy { ", in use by a daemon" } else { "" };
	Ok(format!("{}, {free} bytes free{note}", path.display()))
}

async fn node(settings: &Settings) -> Result<String> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let head = chain.head(assay_client::Head::Best).await?;
	Ok(format!("{} at block {}, genesis {:?}", chain.name(), head.number, chain.genesis()))
}

async fn provider(settings: &Settings) -> Result<String> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let operator = operator(settings, &chain)?.account();
	let at = chain.at_best().await?;
	let balance = at.balance(&operator).await?.free;
	let stash = stash_of(settings, &at, &operator)
		.await?
		.with_context(|| format!("{operator} is no operator; run `assay-worker register`"))?;
	let view = at.provider(&stash).await?.with_context(|| format!("{stash} is not registered"))?;
	ensure!(
		view.declaration.operator == operator,
		"the operator of {stash} is {}, not {operator}",
		view.declaration.operator
	);
	Ok(format!(
		"{stash}, {} for fees, {} bond free",
		format_amount(balance),
		format_amount(view.free)
	))
}

async fn judge(settings: &Settings) -> Result<String> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let operator = operator(settings, &chain)?.account();
	mediator::finding(settings, &chain.at_best().await?, &operator).await
}

/// A watcher owns nothing but a key, which has to pay for what it does.
async fn watcher(settings: &Settings) -> Result<String> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let account = operator(settings, &chain)?.account();
	let free = chain.at_best().await?.balance(&account).await?.free;
	let budget = settings.watcher.budget_per_day;
	ensure!(free > 0, "{account} has nothing to challenge a lie with");
	let short = if free < budget { ", less than a day's budget" } else { "" };
	let (free, budget) = (format_amount(free), format_amount(budget));
	Ok(format!("{account}, {free} free{short}; up to {budget} a day"))
}

/// A solver needs no more than a key that pays for its matches.
async fn solver(settings: &Settings) -> Result<String> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let account = operator(settings, &chain)?.account();
	let free = chain.at_best().await?.balance(&account).await?.free;
	ensure!(free > 0, "{account} has nothing to pay for a match with");
	Ok(format!("{account}, {} for fees and deposits of orders", format_amount(free)))
}
