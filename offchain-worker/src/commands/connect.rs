//! What several subcommands need: a connection, a key, and the provider that it signs for.

use crate::{config::Settings, store::TaskStore};
use anyhow::{Context, Result};
use assay_client::{Chain, ConnectOptions, Error, KeySource, Signer, chain::At};
use assay_primitives::{AccountId, Hash};
use std::time::Duration;

/// Variable that holds the secret URI of the operator key.
pub const OPERATOR_VARIABLE: &str = "ASSAY_SURI";
/// Variable that holds the secret URI of the stash.
pub const STASH_VARIABLE: &str = "ASSAY_STASH_SURI";
/// Longest pause between attempts to reach a node at the start.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// Genesis that a node must have: as configured, else that of the store.
pub fn expected_genesis(settings: &Settings) -> Result<Option<Hash>> {
	if settings.genesis.is_some() {
		return Ok(settings.genesis);
	}
	Ok(TaskStore::known_genesis(&settings.base_path)?)
}

/// Connects once.
pub async fn connect(settings: &Settings, genesis: Option<Hash>) -> Result<Chain> {
	let options = ConnectOptions::new(settings.node_urls.clone()).with_genesis(genesis);
	Ok(Chain::connect(options).await?)
}

/// Connects as soon as a node is up. A node of another chain is an error at once.
pub async fn connect_patiently(settings: &Settings, genesis: Option<Hash>) -> Result<Chain> {
	let mut pause = Duration::from_secs(1);
	loop {
		let error = match connect(settings, genesis).await {
			Ok(chain) => return Ok(chain),
			Err(error) => error,
		};
		let down = error.downcast_ref::<Error>().is_some_and(Error::retryable);
		if !down {
			return Err(error);
		}
		tracing::warn!("{error}; trying again in {} s", pause.as_secs());
		tokio::time::sleep(pause).await;
		pause = (pause * 2).min(LONGEST_PAUSE);
	}
}

/// The operator key.
pub fn operator(settings: &Settings, chain: &Chain) -> Result<Signer> {
	let source = match &settings.suri_file {
		Some(path) => KeySource::File(path.clone()),
		None => KeySource::Env(OPERATOR_VARIABLE.into()),
	};
	Signer::load(&source, chain.is_development())
		.with_context(|| format!("no operator key; give --suri-file or {OPERATOR_VARIABLE}"))
}

/// The stash that a key signs for, where the chain knows one.
pub async fn stash_of(
	settings: &Settings,
	at: &At,
	operator: &AccountId,
) -> Result<Option<AccountId>> {
	match &settings.stash {
		Some(stash) => Ok(Some(stash.clone())),
		None => Ok(at.provider_of(operator).await?),
	}
}

/// The mediator that a key signs for, where the chain knows one.
pub async fn mediator_of(
	settings: &Settings,
	at: &At,
	operator: &AccountId,
) -> Result<Option<AccountId>> {
	match &settings.mediator.stash {
		Some(stash) => Ok(Some(stash.clone())),
		None => Ok(at.mediator_of(operator).await?),
	}
}
