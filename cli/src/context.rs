//! What every command needs: the options, a connection, a signer, a runner.

use crate::{args::Global, failure::Failure, output, progress::Progress, secret};
use assay_client::{
	Chain, ConnectOptions, Error, FetchOptions, Fetcher, KeySource, Signer, Source, Store,
	StoreLimits, Submitted, units::parse_account,
};
use assay_primitives::AccountId;
use assay_runner::{Runner, RunnerConfig, SandboxError, WorkerCommand};
use serde::Serialize;
use std::{
	path::PathBuf,
	sync::{Arc, OnceLock},
	time::Duration,
};

/// Longest wait for a block to be final before its numbers are printed all the same.
pub const FINALITY: Duration = Duration::from_secs(60);

/// What names of files have in them that are still being written to the cache.
const PARTIAL: &str = ".receive";

/// Warns that a number may be another's by the time it is used.
pub fn not_final() {
	eprintln!(
		"warning: the block is not final after {} s, and its numbers may still change",
		FINALITY.as_secs()
	);
}

/// Options and what is made of them.
pub struct Context {
	/// Options of every command.
	pub global: Global,
	/// Loaded once, so that a passphrase is asked for once.
	signer: OnceLock<Signer>,
}

impl Context {
	/// Keeps the options.
	pub fn new(global: Global) -> Self {
		Self { global, signer: OnceLock::new() }
	}

	/// Prints for programs, where that is asked for, and says whether it was.
	pub fn json<T: Serialize>(&self, value: impl FnOnce() -> T) -> bool {
		let format = self.global.output;
		if format.is_json() {
			output::json(format, &value());
		}
		format.is_json()
	}

	/// Progress on standard error.
	pub fn progress(&self) -> Progress {
		Progress::new(self.global.quiet)
	}

	/// Connects to the first node that answers.
	pub async fn chain(&self) -> Result<Chain, Failure> {
		Ok(Chain::connect(self.connect_options()).await?)
	}

	/// Connects to the first node that answers soon.
	pub async fn chain_within(&self, patience: Duration) -> Result<Chain, Failure> {
		let mut options = self.connect_options();
		options.connect_timeout = patience;
		Ok(Chain::connect(options).await?)
	}

	fn connect_options(&self) -> ConnectOptions {
		let mut options = ConnectOptions::new(self.global.node_urls.clone());
		options.genesis = self.global.genesis;
		options
	}

	/// The key to sign with.
	pub fn signer(&self, chain: &Chain) -> Result<Signer, Failure> {
		if let Some(signer) = self.signer.get() {
			return Ok(signer.clone());
		}
		let global = &self.global;
		let source = match (&global.key, &global.suri_file, std::env::var_os("ASSAY_SURI")) {
			(Some(name), ..) => secret::key_source(name, global)?,
			(None, Some(file), _) => KeySource::File(file.clone()),
			(None, None, Some(_)) => KeySource::Env("ASSAY_SURI".into()),
			(None, None, None) if chain.is_development() => {
				self.progress().done("signing as //Alice, since this is a development chain");
				KeySource::Dev("//Alice".into())
			},
			(None, None, None) => return Err(Error::Key("no key to sign with".into()).into()),
		};
		let signer = Signer::load(&source, chain.is_development())?;
		Ok(self.signer.get_or_init(|| signer).clone())
	}

	/// The account of an address, or that of the key to sign with where none is named.
	pub fn whose(&self, address: Option<&str>, chain: &Chain) -> Result<AccountId, Failure> {
		match address {
			Some(address) => Ok(parse_account(address)?),
			None => Ok(self.signer(chain)?.account()),
		}
	}

	/// The account of the key that was named to sign with, where that can be told without a passphrase;
	/// `None` where none was named.
	pub fn account(&self, chain: &Chain) -> Option<AccountId> {
		if let Some(signer) = self.signer.get() {
			return Some(signer.account());
		}
		let named = match (&self.global.key, &self.global.suri_file) {
			(Some(name), _) if !name.starts_with("//") => {
				return Some(
					secret::keystore(&self.global).ok()?.get(name).ok()?.account().clone(),
				);
			},
			(None, None) => std::env::var_os("ASSAY_SURI").is_some(),
			_ => true,
		};
		named.then(|| self.signer(chain).ok()).flatten().map(|signer| signer.account())
	}

	/// What a transaction reported in a final block: numbers that are printed for others to use must
	/// not be those of a fork. Where finality takes long, what the best block says, with a warning.
	pub async fn confirm(&self, chain: &Chain, sent: Submitted) -> Result<Submitted, Failure> {
		let progress = self.progress();
		progress.doing("waiting for the block to be final");
		match chain.confirm(&sent, FINALITY).await? {
			Some(confirmed) => Ok(confirmed),
			None => {
				not_final();
				Ok(sent)
			},
		}
	}

	/// Fetches content from the chain, from `gateways`, and from where hints and providers say.
	pub fn fetcher(&self, chain: &Chain, gateways: &[String]) -> Result<Fetcher, Failure> {
		let store = Store::open(cache_dir()?.join("content"), StoreLimits::default())?;
		let mut sources = vec![Source::Node(chain.clone())];
		for gateway in gateways {
			sources.push(Source::parse(gateway, Some(chain))?);
		}
		// On a development chain the providers are on this machine.
		let allow_private = chain.is_development();
		let options = FetchOptions { allow_private, ..FetchOptions::default() };
		Ok(Fetcher::new(store, sources, options)?)
	}

	/// Runs jobs on this machine, and tells where they end early.
	pub fn runner(&self) -> Result<Arc<Runner>, Failure> {
		self.runner_with(|_| {})
	}

	/// Runs jobs on this machine, with settings changed.
	pub fn runner_with(
		&self,
		change: impl FnOnce(&mut RunnerConfig),
	) -> Result<Arc<Runner>, Failure> {
		let worker = WorkerCommand::current_exe().map_err(|error| {
			Failure::new(format!("can't find this program's own file: {error}"))
		})?;
		let mut config = RunnerConfig::new(cache_dir()?.join("modules"), worker);
		config.insecure = self.global.insecure;
		config.traces = true;
		change(&mut config);
		let runner = Runner::new(config).map_err(|error| {
			let failure = Failure::new(error.to_string());
			match error {
				SandboxError::Cache { .. } => failure.hint(
					"make the folder your own and writable, or name another one in XDG_CACHE_HOME",
				),
				SandboxError::Incomplete(_) | SandboxError::Worker { .. } => {
					failure.hint("on a machine of your own, --insecure runs jobs without a sandbox")
				},
			}
		})?;
		Ok(Arc::new(runner))
	}
}

/// Folder for content, compiled modules and compiled runtimes.
pub fn cache_dir() -> Result<PathBuf, Failure> {
	let base = std::env::var_os("XDG_CACHE_HOME")
		.map(PathBuf::from)
		.or_else(|| std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache")));
	match base {
		Some(base) => Ok(base.join("assay")),
		None => assay_local::temporary_dir("assay", PARTIAL).map_err(|why| {
			Failure::new(why).hint("neither HOME nor XDG_CACHE_HOME is set; set one of them")
		}),
	}
}
