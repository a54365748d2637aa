//! How a watcher begins.

use super::{Parts, Scope, Watcher};
use crate::{
	config::Settings,
	host::connect::signing_at,
	roles::{
		crew::{Crew, Entry, Work},
		name::RoleName,
	},
};
use anyhow::{Result, ensure};
use assay_client::units::format_amount;

/// The role of a watcher. It owns nothing but a key, which has to pay for what it does.
pub struct Start;

impl Entry for Start {
	async fn check(settings: &Settings) -> Result<String> {
		let (at, account) = signing_at(&settings.host).await?;
		let free = at.balance(&account).await?.free;
		let budget = settings.own.watcher.budget_per_day;
		ensure!(free > 0, "{account} has nothing to challenge a lie with");
		let short = if free < budget { ", less than a day's budget" } else { "" };
		let (free, budget) = (format_amount(free), format_amount(budget));
		Ok(format!("{account}, {free} free{short}; up to {budget} a day"))
	}

	async fn start(crew: &Crew) -> Result<Vec<Work>> {
		let own = crew.signing.stashes.values().cloned().chain([crew.signing.signer.account()]);
		let scope = Scope::Others(own.collect());
		Ok(vec![watch(crew, scope, crew.leads(RoleName::Watcher))?])
	}
}

/// Watches.
pub fn watch(crew: &Crew, scope: Scope, leads: bool) -> Result<Work> {
	let watcher = Watcher::new(Parts {
		chain: crew.signing.chain.clone(),
		signer: crew.signing.signer.clone(),
		executor: crew.executor.clone(),
		fetcher: crew.fetcher.clone(),
		settings: crew.settings.clone(),
		store: crew.kept.store.clone(),
		metrics: crew.metrics.clone(),
		status: crew.status.clone(),
		scope,
		leads,
	});
	Ok(crew.work(watcher?))
}
