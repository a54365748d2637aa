//! What the roles of a process share, and how each of them begins.

use super::name::RoleName;
use crate::{
	config::Settings,
	host::{
		chain::SigningChain,
		connect::REGISTER,
		drive::drive,
		executor::{local::LocalExecutor, runner::LocalProcess},
		heads::{Heads, follow},
		http::Kept,
		metrics::Metrics,
		outputs::Outputs,
		private::Inbox,
		role::Role,
		settings::HostSettings,
		status::StatusWriter,
		store::TaskStore,
	},
};
use anyhow::{Context, Result};
use assay_client::{
	Chain, FetchOptions, Fetcher, Head, Signer, Source, Store, StoreLimits, chain::At,
};
use assay_decisions::record::Identity;
use assay_primitives::AccountId;
use futures::future::BoxFuture;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;

/// What is done until the process ends.
pub type Work = BoxFuture<'static, Result<()>>;

/// As what an account has to be registered on the chain for a role, and by which command.
#[derive(Clone, Copy, Debug)]
pub struct Registration {
	pub whose: &'static str,
	pub command: &'static str,
}

impl Registration {
	/// Of whoever runs jobs.
	pub const PROVIDER: Self = Self { whose: "provider", command: REGISTER };
	/// Of whoever judges.
	pub const MEDIATOR: Self =
		Self { whose: "mediator", command: "assay-worker register --role mediator" };
}

/// A role before it works: what it needs, and how it begins.
pub trait Entry {
	/// Where it works for a bonded account: as what that is registered.
	const REGISTRATION: Option<Registration> = None;
	/// Whether it runs programs, and so needs a sandbox.
	const RUNS: bool = true;

	/// The account that it works for, where the chain knows one for this key.
	fn stash(
		_settings: &Settings,
		_at: &At,
		_operator: &AccountId,
	) -> impl Future<Output = Result<Option<AccountId>>> + Send {
		async { Ok(None) }
	}

	/// Whether it would work here: what there is, in a line.
	///
	/// Errors: what is missing.
	fn check(settings: &Settings) -> impl Future<Output = Result<String>> + Send;

	/// Begins.
	fn start(crew: &Crew) -> impl Future<Output = Result<Vec<Work>>> + Send;
}

/// The key of a process, and whom it works for.
pub struct Signing {
	pub chain: Chain,
	pub signer: Arc<Signer>,
	/// Of the roles that have one.
	pub stashes: BTreeMap<RoleName, AccountId>,
}

impl Signing {
	/// Whose the store is: who works for nobody owns nothing but its key.
	pub fn owner(&self) -> AccountId {
		self.stashes.values().next().cloned().unwrap_or_else(|| self.signer.account())
	}
}

/// What the roles of a process share.
pub struct Crew {
	pub settings: Arc<Settings>,
	pub signing: Signing,
	pub kept: Kept,
	pub fetcher: Fetcher,
	pub executor: LocalExecutor,
	pub metrics: Metrics,
	pub status: StatusWriter,
	pub heads: watch::Receiver<Heads>,
	pub stop: watch::Receiver<u32>,
}

impl Crew {
	/// Opens what is kept, and begins to follow the chain.
	pub fn new(
		settings: &Arc<Settings>,
		signing: Signing,
		runner: LocalProcess,
		(metrics, status): (Metrics, StatusWriter),
		stop: watch::Receiver<u32>,
	) -> Result<Self> {
		let host = &settings.host;
		let kept = open_stores(host, &signing)?;
		let sources = sources(host, &signing.chain)?;
		let fetcher = Fetcher::new(kept.content.clone(), sources, fetch_options(host))?;
		let HostSettings { base_path, limits, misbehave, .. } = host;
		let most = limits.max_input_bytes;
		let executor =
			LocalExecutor::new(fetcher.clone(), runner, &kept, base_path, most, *misbehave);
		Ok(Self {
			settings: settings.clone(),
			heads: follow(&signing.chain, &[Head::Best, Head::Finalized]),
			signing,
			kept,
			fetcher,
			executor: executor.context("no folder for runs")?,
			metrics,
			status,
			stop,
		})
	}

	/// Whether a role is the first one of the process, which speaks for it.
	pub fn leads(&self, role: RoleName) -> bool {
		self.settings.roles.first() == Some(&role)
	}

	/// Whom a role works for.
	pub fn stash(&self, role: RoleName) -> Result<AccountId> {
		self.signing.stashes.get(&role).cloned().context("the role works for nobody")
	}

	/// The chain, as the operator of `stash` has it.
	pub fn chain(&self, stash: AccountId) -> SigningChain {
		let Signing { chain, signer, .. } = &self.signing;
		SigningChain { chain: chain.clone(), signer: signer.clone(), stash }
	}

	/// Works in a role until the process is told to stop.
	pub fn work<R: Role + 'static>(&self, role: R) -> Work {
		Box::pin(drive(role, self.heads.clone(), self.stop.clone()))
	}
}

fn open_stores(settings: &HostSettings, signing: &Signing) -> Result<Kept> {
	let identity = Identity { genesis: signing.chain.genesis(), stash: signing.owner() };
	let mut recipients: Vec<_> = signing.stashes.values().cloned().collect();
	recipients.dedup();
	let inbox = Inbox::open(&settings.base_path, identity.genesis, recipients)?;
	let store = TaskStore::open(&settings.base_path, identity)?;
	let sealed: Vec<_> = store.all()?.into_iter().map(|(key, _)| key).collect();
	let outputs =
		Outputs::open(&settings.base_path, &sealed).context("the outputs can't be read")?;
	let limits = StoreLimits {
		total_bytes: settings.store.max_bytes,
		content_bytes: fetch_options(settings).max_bytes,
	};
	let content = Store::open(settings.base_path.join("content"), limits)?;
	Ok(Kept { outputs, content, store, inbox })
}

fn fetch_options(settings: &HostSettings) -> FetchOptions {
	FetchOptions {
		max_bytes: settings.limits.max_module_bytes.max(settings.limits.max_input_bytes),
		allow_private: settings.fetch.allow_private_hints,
		attempts: settings.fetch.attempts,
		..FetchOptions::default()
	}
}

/// Sources as they are configured: `node`, `gateway=URL`, `dir=PATH`, `s3=URL`.
fn sources(settings: &HostSettings, chain: &Chain) -> Result<Vec<Source>> {
	settings.fetch.sources.iter().map(|text| source(text, chain)).collect()
}

fn source(text: &str, chain: &Chain) -> Result<Source> {
	Ok(Source::parse(&source_text(text), Some(chain))?)
}

/// In the words of the client library.
fn source_text(text: &str) -> String {
	match text.split_once('=') {
		_ if text == "node" => "chain".into(),
		Some(("dir", path)) => format!("file://{path}"),
		Some(("s3", url)) => url.into(),
		_ => text.into(),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn sources_should_be_put_into_the_clients_words() {
		for (text, expected) in [
			("node", "chain"),
			("gateway=http://127.0.0.1:1", "gateway=http://127.0.0.1:1"),
			("dir=/srv/content", "file:///srv/content"),
			("s3=s3://bucket/prefix", "s3://bucket/prefix"),
		] {
			assert_eq!(source_text(text), expected);
		}
	}
}
