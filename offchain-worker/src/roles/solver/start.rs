//! How a solver begins in a process that does more.

use super::{Parts, run};
use crate::{
	config::Settings,
	host::{connect::signing_at, http::bind},
	roles::crew::{Crew, Entry, Work},
};
use anyhow::{Result, ensure};
use assay_client::units::format_amount;

/// The role of a solver. It needs no more than a key that pays for its matches.
pub struct Start;

impl Entry for Start {
	const RUNS: bool = false;

	async fn check(settings: &Settings) -> Result<String> {
		let (at, account) = signing_at(&settings.host).await?;
		let free = at.balance(&account).await?.free;
		ensure!(free > 0, "{account} has nothing to pay for a match with");
		Ok(format!("{account}, {} for fees and deposits of orders", format_amount(free)))
	}

	async fn start(crew: &Crew) -> Result<Vec<Work>> {
		let parts = Parts {
			settings: crew.settings.clone(),
			options: crew.settings.solver.clone(),
			chain: crew.signing.chain.clone(),
			signer: (*crew.signing.signer).clone(),
			listener: bind(crew.settings.solver_listen).await?,
		};
		Ok(vec![Box::pin(run(parts, crew.heads.clone(), crew.stop.clone()))])
	}
}
