//! What several subcommands need: a connection, a key, and the provider that it signs for.

use crate::host::{settings::HostSettings, store::TaskStore};
use anyhow::{Context, Result};
use assay_client::{Chain, ConnectOptions, KeySource, Signer, chain::At, keystore::Passphrase};
use assay_primitives::{AccountId, Hash};
use std::{path::Path, time::Duration};

/// What makes a key that of a provider's daemon.
pub const REGISTER: &str = "assay-worker register";
/// Variable that holds the secret URI of the operator key.
pub const OPERATOR_VARIABLE: &str = "ASSAY_SURI";
/// Variable that holds the secret URI of the stash.
pub const STASH_VARIABLE: &str = "ASSAY_STASH_SURI";
/// Variable that holds the passphrase of the operator's key file.
const PASSPHRASE_VARIABLE: &str = "ASSAY_PASSPHRASE";
/// File below the base path with what is known to be final.
const TRUST: &str = "finality";
/// Longest pause between attempts to reach a node at the start.
const LONGEST_PAUSE: Duration = Duration::from_secs(15);

/// What is wrong where a key signs for no provider.
pub fn no_operator(who: impl std::fmt::Display) -> String {
	format!("{who} is no operator; run `{REGISTER}`")
}

/// Genesis that a node must have: as configured, else that of the store.
pub fn expected_genesis(settings: &HostSettings) -> Result<Option<Hash>> {
	if settings.genesis.is_some() {
		return Ok(settings.genesis);
	}
	Ok(TaskStore::known_genesis(&settings.base_path)?)
}

/// Connects once.
pub async fn connect(settings: &HostSettings, genesis: Option<Hash>) -> Result<Chain> {
	Ok(Chain::connect(options(settings, genesis)).await?)
}

fn options(settings: &HostSettings, genesis: Option<Hash>) -> ConnectOptions {
	ConnectOptions::new(settings.node_urls.clone()).with_genesis(genesis)
}

/// Connects as soon as a node is up, and believes of several none for what is final. A node of another chain is
/// an error at once.
pub async fn connect_patiently(settings: &HostSettings, genesis: Option<Hash>) -> Result<Chain> {
	let trust = settings.base_path.join(TRUST);
	let mut pause = Duration::from_secs(1);
	loop {
		let options = options(settings, genesis).with_trust(&trust);
		let error = match Chain::connect(options).await {
			Ok(chain) => return Ok(chain),
			Err(error) => error,
		};
		if !error.retryable() {
			return Err(error.into());
		}
		tracing::warn!("{error}; trying again in {} s", pause.as_secs());
		tokio::time::sleep(pause).await;
		pause = (pause * 2).min(LONGEST_PAUSE);
	}
}

/// The operator key.
pub fn operator(settings: &HostSettings, chain: &Chain) -> Result<Signer> {
	let source = match (&settings.key_file, &settings.suri_file) {
		(Some(file), _) => sealed(file, settings.passphrase_file.as_deref(), PASSPHRASE_VARIABLE)?,
		(None, Some(path)) => KeySource::File(path.clone()),
		(None, None) => KeySource::Env(OPERATOR_VARIABLE.into()),
	};
	load(&source, chain.is_development())
}

/// A key that was given and can't be used is told from one that is missing.
fn load(source: &KeySource, development: bool) -> Result<Signer> {
	let is_given = !matches!(source, KeySource::Env(name) if std::env::var_os(name).is_none());
	Signer::load(source, development).with_context(|| match is_given {
		true => "the operator key can't be used".into(),
		false => format!("no operator key; give --key-file, --suri-file or {OPERATOR_VARIABLE}"),
	})
}

/// A key file, with the passphrase from another file or a variable: nobody is there to type it.
pub fn sealed(file: &Path, passphrase: Option<&Path>, variable: &str) -> Result<KeySource> {
	let passphrase = match passphrase {
		Some(path) => Some(Passphrase::from_file(path)?),
		None => Passphrase::from_env(variable)?,
	};
	let passphrase = passphrase.with_context(|| {
		format!(
			"the key file {} needs its passphrase; give a passphrase file or {variable}",
			file.display()
		)
	})?;
	Ok(KeySource::Sealed { file: file.into(), passphrase })
}

/// The stash that a key signs for: the one that is configured, else that of the provider which the chain knows.
pub async fn stash_of(
	configured: Option<&AccountId>,
	at: &At,
	operator: &AccountId,
) -> Result<Option<AccountId>> {
	match configured {
		Some(stash) => Ok(Some(stash.clone())),
		None => Ok(at.provider_of(operator).await?),
	}
}

/// The chain's state, and the account of the operator key.
pub async fn signing_at(settings: &HostSettings) -> Result<(At, AccountId)> {
	let chain = connect(settings, expected_genesis(settings)?).await?;
	let operator = operator(settings, &chain)?.account();
	Ok((chain.at_best().await?, operator))
}

/// The stash of the provider that a subcommand is about, and the operator key where there is one:
/// with a stash given none is needed to look.
pub async fn provider_at(
	settings: &HostSettings,
	configured: Option<&AccountId>,
	chain: &Chain,
	at: &At,
) -> Result<(AccountId, Option<Signer>)> {
	let operator = match operator(settings, chain) {
		Ok(signer) => Some(signer),
		Err(error) if configured.is_none() => return Err(error),
		Err(_) => None,
	};
	let stash = match (configured, &operator) {
		(Some(stash), _) => stash.clone(),
		(None, Some(signer)) => {
			let operator = signer.account();
			stash_of(None, at, &operator).await?.with_context(|| no_operator(&operator))?
		},
		(None, None) => anyhow::bail!("neither --stash nor a key is given"),
	};
	Ok((stash, operator))
}

#[cfg(test)]
mod tests {
	use super::*;
	use assay_client::keystore::{Cost, Keystore};
	use std::{fs, os::unix::fs::PermissionsExt};

	#[test]
	fn key_file_should_open_with_its_passphrase_file_and_say_what_is_missing() {
		let dir = tempfile::tempdir().expect("temporary directory");
		let store = Keystore::new(dir.path().join("keys"));
		let right = Passphrase::new("correct horse");
		store.add("hot", "//Worker//1", &right, Cost::LEAST).expect("new");
		let file = store.path("hot").expect("a name");
		let passphrase = dir.path().join("passphrase");
		fs::write(&passphrase, "correct horse\n").expect("writable");
		fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o600)).expect("chmod");
		let unset = "ASSAY_PASSPHRASE_THAT_IS_NOT_SET";
		let source = sealed(&file, Some(&passphrase), unset).expect("readable");
		let signer = Signer::load(&source, true).expect("the right one");
		let expected = Signer::from_uri("//Worker//1").expect("a key").account();
		assert_eq!(signer.account(), expected);
		assert!(Signer::load(&source, false).is_err(), "a development key, in a file or not");
		let missing = sealed(&file, None, unset).expect_err("there is none");
		assert!(missing.to_string().contains(unset), "{missing}");
		fs::set_permissions(&passphrase, fs::Permissions::from_mode(0o644)).expect("chmod");
		assert!(sealed(&file, Some(&passphrase), unset).is_err(), "others can read it");
	}

	#[test]
	fn operator_key_should_be_called_missing_only_when_none_was_given() {
		let told = |source: KeySource| match load(&source, true) {
			Ok(_) => "nothing".into(),
			Err(error) => error.to_string(),
		};
		let unset = KeySource::Env("ASSAY_VARIABLE_OF_NOBODY".into());
		assert!(told(unset).contains("no operator key"));
		let gone = KeySource::File("/nowhere/operator.suri".into());
		assert!(told(gone).contains("can't be used"));
	}
}
