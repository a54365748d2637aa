//! `run`: puts the daemon together.

use crate::{
	cli::{Global, RunArgs},
	config::Settings,
	daemon::{Daemon, Parts, chain::SigningChain, local::LocalExecutor},
	host::{
		connect::{connect_patiently, expected_genesis, mediator_of, operator, stash_of},
		heads::follow,
		role::Role,
		runner::runner,
		signals,
		trouble::Troubles,
	},
	http,
	http::{Kept, Served},
	lock::Lock,
	mediator,
	mediator::Mediator,
	metrics::Metrics,
	outputs::Outputs,
	private::Inbox,
	publish::Publisher,
	solver,
	status::StatusWriter,
	store::TaskStore,
	watcher,
	watcher::{Scope, Watcher},
};
use anyhow::{Context, Result, bail};
use assay_client::{Chain, FetchOptions, Fetcher, Signer, Source, Store, StoreLimits, case};
use assay_decisions::{lies::Misbehave, record::Identity};
use assay_primitives::AccountId;
use assay_runner::Runner;
use std::{sync::Arc, time::Duration};
use tokio::sync::watch;

/// Pause between looks for the registration.
const REGISTRATION_PAUSE: Duration = Duration::from_secs(3);

/// Whom each role works for.
struct Stashes {
	provider: Option<AccountId>,
	mediator: Option<AccountId>,
}

/// Runs the daemon until it is told to stop.
pub async fn run(global: &Global, args: &RunArgs) -> Result<()> {
	let settings = Arc::new(Settings::load(global, args)?);
	if settings.roles == [Role::Solver] {
		return solver::run_alone(&settings, &args.solver, args.solver_listen).await;
	}
	args.solver.check()?;
	let mut stop = signals::listen()?;
	let _lock = Lock::take(&settings.base_path)?;
	let metrics = Metrics::new()?;
	let (writer, status) = StatusWriter::new();
	let served = Served::new(status, metrics.clone());
	let servers = Servers::start(&settings, &served).await?;
	let runner = Arc::new(runner(&settings)?);
	tracing::info!(
		version = env!("CARGO_PKG_VERSION"),
		base_path = %settings.base_path.display(),
		http = %settings.http.listen,
		sandbox = ?runner.sandbox(),
		roles = ?settings.roles,
		"starting"
	);
	let ready = async {
		let chain = connect_patiently(&settings, expected_genesis(&settings)?).await?;
		let signer = admit(&settings, &chain, args.misbehave)?;
		let stashes = wait_for_stashes(&settings, &chain, &signer, &writer).await?;
		anyhow::Ok((chain, signer, stashes))
	};
	let (chain, signer, stashes) = tokio::select! {
		ready = ready => ready?,
		_ = stop.changed() => {
			tracing::info!("told to stop before the start was complete");
			return Ok(());
		},
	};
	let operator = signer.account();
	// Whoever only watches owns nothing but its key.
	let owner = stashes.provider.clone().or_else(|| stashes.mediator.clone());
	let owner = owner.unwrap_or_else(|| operator.clone());
	tracing::info!(
		chain = chain.name(), genesis = ?chain.genesis(), stash = %owner, %operator, "working"
	);
	let kept = open_stores(&settings, &chain, &owner, &stashes)?;
	if let Some(stash) = &stashes.provider {
		check_encryption_key(&chain, stash, &kept.inbox).await;
	}
	if let Some(stash) = &stashes.mediator {
		check_terms(&chain, stash, &settings, &kept.inbox).await;
	}
	let solving = match settings.roles.contains(&Role::Solver) {
		true => {
			let listener = http::bind(args.solver_listen).await?;
			Some(solver::Parts {
				settings: settings.clone(),
				options: args.solver.clone(),
				chain: chain.clone(),
				signer: signer.clone(),
				listener,
			})
		},
		false => None,
	};
	let crew = Crew::new(&settings, args, chain, signer, &kept, runner, metrics, writer)?;
	// Set once, here.
	let _ = served.kept.set(kept);
	let solve = async {
		match solving {
			Some(parts) => solver::run(parts, stop.clone()).await,
			None => Ok(()),
		}
	};
	tokio::try_join!(crew.work(stashes, stop.clone()), solve)?;
	servers.stop().await;
	tracing::info!("stopped");
	Ok(())
}

/// What the roles of a process share.
struct Crew {
	settings: Arc<Settings>,
	misbehave: Option<Misbehave>,
	chain: Chain,
	signer: Arc<Signer>,
	store: TaskStore,
	outputs: Outputs,
	inbox: Inbox,
	fetcher: Fetcher,
	executor: LocalExecutor,
	metrics: Metrics,
	status: StatusWriter,
}

impl Crew {
	#[allow(clippy::too_many_arguments, reason = "all of it is made once, in one place")]
	fn new(
		settings: &Arc<Settings>,
		args: &RunArgs,
		chain: Chain,
		signer: Signer,
		kept: &Kept,
		runner: Arc<Runner>,
		metrics: Metrics,
		status: StatusWriter,
	) -> Result<Self> {
		let sources = sources(settings, &chain)?;
		let fetcher = Fetcher::new(kept.content.clone(), sources, fetch_options(settings))?;
		let executor = LocalExecutor::new(
			fetcher.clone(),
			runner,
			kept.outputs.clone(),
			kept.store.clone(),
			kept.inbox.clone(),
			settings,
			args.misbehave,
		);
		Ok(Self {
			settings: settings.clone(),
			misbehave: args.misbehave,
			chain,
			signer: Arc::new(signer),
			store: kept.store.clone(),
			outputs: kept.outputs.clone(),
			inbox: kept.inbox.clone(),
			fetcher,
			executor: executor.context("no folder for runs")?,
			metrics,
			status,
		})
	}

	/// Works in all roles until it is told to stop, and as long as each takes to stop.
	async fn work(self, stashes: Stashes, stop: watch::Receiver<u32>) -> Result<()> {
		let heads = follow(&self.chain);
		let leader = self.settings.roles.first().copied();
		let watcher = self.settings.roles.contains(&Role::Watcher).then(|| {
			let own = [&stashes.provider, &stashes.mediator].into_iter().flatten().cloned();
			let own = own.chain([self.signer.account()]).collect();
			self.watcher(Scope::Others(own), leader == Some(Role::Watcher))
		});
		let defender = stashes.provider.clone().filter(|_| self.settings.tasks.defend);
		let defender = defender.map(|me| self.watcher(Scope::Own(me), false));
		let mediator = stashes.mediator.map(|me| self.mediator(me, leader == Some(Role::Mediator)));
		if let Some(stash) =
			stashes.provider.clone().filter(|_| Publisher::is_wanted(&self.settings))
		{
			let (chain, signer) = (self.chain.clone(), self.signer.clone());
			let publisher = Publisher::new(chain, signer, stash, self.settings.clone());
			// Ends with the process; what it sends is either there as a whole or not at all.
			tokio::spawn(publisher.run());
		}
		let provider = stashes.provider.map(|me| self.provider(me));
		let provide = async {
			match provider {
				Some(provider) => provider?.run(heads.clone(), stop.clone()).await,
				None => Ok(()),
			}
		};
		let judge = async {
			match mediator {
				Some(mediator) => mediator?.run(heads.clone(), stop.clone()).await,
				None => Ok(()),
			}
		};
		let watch = async {
			match watcher {
				Some(watcher) => watcher?.run(heads.clone(), stop.clone()).await,
				None => Ok(()),
			}
		};
		let defend = async {
			match defender {
				Some(defender) => defender?.run(heads.clone(), stop.clone()).await,
				None => Ok(()),
			}
		};
		tokio::try_join!(provide, judge, watch, defend)?;
		Ok(())
	}

	fn chain(&self, stash: AccountId) -> SigningChain {
		SigningChain::new(self.chain.clone(), self.signer.clone(), stash)
	}

	fn provider(&self, stash: AccountId) -> Result<Daemon<SigningChain, LocalExecutor>> {
		Daemon::new(Parts {
			chain: self.chain(stash),
			executor: self.executor.clone(),
			settings: self.settings.clone(),
			store: self.store.clone(),
			outputs: self.outputs.clone(),
			content: self.fetcher.store().clone(),
			inbox: self.inbox.clone(),
			metrics: self.metrics.clone(),
			status: self.status.clone(),
			misbehave: self.misbehave,
			operator: self.signer.account(),
		})
	}

	fn mediator(
		&self,
		me: AccountId,
		leads: bool,
	) -> Result<Mediator<SigningChain, LocalExecutor>> {
		Mediator::new(mediator::Parts {
			chain: self.chain(me.clone()),
			executor: self.executor.clone(),
			settings: self.settings.clone(),
			store: self.store.clone(),
			content: self.fetcher.store().clone(),
			metrics: self.metrics.clone(),
			status: self.status.clone(),
			misbehave: self.misbehave,
			me,
			operator: self.signer.account(),
			leads,
		})
	}

	fn watcher(&self, scope: Scope, leads: bool) -> Result<Watcher<LocalExecutor>> {
		Watcher::new(watcher::Parts {
			chain: self.chain.clone(),
			signer: self.signer.clone(),
			executor: self.executor.clone(),
			fetcher: self.fetcher.clone(),
			settings: self.settings.clone(),
			store: self.store.clone(),
			metrics: self.metrics.clone(),
			status: self.status.clone(),
			scope,
			leads,
		})
	}
}

/// The key, and whether this chain is one to misbehave on.
fn admit(settings: &Settings, chain: &Chain, misbehave: Option<Misbehave>) -> Result<Signer> {
	if let Some(misbehave) = misbehave {
		if !chain.is_development() {
			bail!("--misbehave is refused: {} is no development chain", chain.name());
		}
		if misbehave == Misbehave::Betray && !settings.roles.contains(&Role::Provider) {
			bail!("--misbehave betray is for providers: nobody else seals reports");
		}
		let consequence = match misbehave {
			Misbehave::Betray => {
				"this is a lie that is slashed unless its report is opened in time"
			},
			_ => "this will be slashed",
		};
		tracing::warn!(?misbehave, "MISBEHAVING ON PURPOSE: {consequence}");
	}
	operator(settings, chain)
}

/// The stashes of the roles that have one, as soon as the operator key signs for them.
async fn wait_for_stashes(
	settings: &Settings,
	chain: &Chain,
	signer: &Signer,
	writer: &StatusWriter,
) -> Result<Stashes> {
	let operator = signer.account();
	writer.update(|status| {
		status.chain.connected = true;
		status.chain.name = chain.name().into();
		status.chain.genesis = format!("{:?}", chain.genesis());
		status.provider.operator = operator.to_string();
	});
	let mut stashes = Stashes { provider: None, mediator: None };
	for role in &settings.roles {
		match role {
			Role::Provider => {
				let stash = wait_for_stash(settings, chain, &operator, *role, writer).await;
				writer.update(|status| status.provider.stash = stash.to_string());
				stashes.provider = Some(stash);
			},
			Role::Mediator => {
				let stash = wait_for_stash(settings, chain, &operator, *role, writer).await;
				stashes.mediator = Some(stash);
			},
			Role::Watcher | Role::Solver => {},
		}
	}
	Ok(stashes)
}

/// The stash of a role, as soon as the operator key is registered for it.
async fn wait_for_stash(
	settings: &Settings,
	chain: &Chain,
	operator: &AccountId,
	role: Role,
	writer: &StatusWriter,
) -> AccountId {
	let mut troubles = Troubles::default();
	loop {
		let found = match chain.at_best().await {
			Ok(at) if role == Role::Mediator => mediator_of(settings, &at, operator).await,
			Ok(at) => stash_of(settings, &at, operator).await,
			Err(error) => Err(error.into()),
		};
		let unread = found.as_ref().err();
		let unread = unread.map(|error| format!("the registration can't be read: {error:#}"));
		troubles.set("chain", unread);
		match found {
			Ok(Some(stash)) => {
				writer.update(|status| status.problems.clear());
				return stash;
			},
			Ok(None) => {
				troubles.set("registration", Some(unregistered(operator, role)));
			},
			Err(_) => {},
		}
		writer.update(|status| status.problems = troubles.list());
		tokio::time::sleep(REGISTRATION_PAUSE).await;
	}
}

fn unregistered(operator: &AccountId, role: Role) -> String {
	let (whose, register) = match role {
		Role::Mediator => ("mediator", "assay-worker register --role mediator"),
		_ => ("provider", "assay-worker register"),
	};
	format!("{operator} is no operator of a registered {whose}; waiting for `{register}`")
}

fn open_stores(
	settings: &Settings,
	chain: &Chain,
	owner: &AccountId,
	stashes: &Stashes,
) -> Result<Kept> {
	let identity = Identity { genesis: chain.genesis(), stash: owner.clone() };
	let mut recipients: Vec<_> =
		[&stashes.provider, &stashes.mediator].into_iter().flatten().cloned().collect();
	recipients.dedup();
	let inbox = Inbox::open(&settings.base_path, chain.genesis(), recipients)?;
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

/// Tells the operator where clients would wrap keys for another key than this daemon's.
async fn check_encryption_key(chain: &Chain, stash: &AccountId, inbox: &Inbox) {
	let declared = match chain.at_best().await {
		Ok(at) => at.provider(stash).await,
		Err(error) => Err(error),
	};
	match declared {
		Ok(Some(known)) if known.declaration.encryption_key != inbox.public() => tracing::warn!(
			"the declared encryption key is not this daemon's: tasks with private inputs can't be \
			 run and will be declined; `assay-worker register` declares it"
		),
		Ok(_) => {},
		Err(error) => tracing::debug!(%error, "the declared encryption key can't be read"),
	}
}

/// Tells the operator where cases would be put before this daemon that it can't judge.
async fn check_terms(chain: &Chain, stash: &AccountId, settings: &Settings, inbox: &Inbox) {
	let declared = match chain.at_best().await {
		Ok(at) => at.mediator(stash).await,
		Err(error) => Err(error),
	};
	let declared = match declared {
		Ok(Some(known)) => case::latest_terms(&known).clone(),
		Ok(None) => return,
		Err(error) => return tracing::debug!(%error, "the declared terms can't be read"),
	};
	if !settings.limits.judge(&declared.limits) {
		tracing::warn!(
			declared = ?declared.limits,
			"the chain has wider limits than this daemon: what it will not run costs a tenth of the \
			 stake; `assay-worker register --role mediator` declares its own"
		);
	}
	let key = declared.inbox.map(|inbox| inbox.encryption_key);
	if settings.mediator.private_inputs && key != Some(inbox.public()) {
		tracing::warn!(
			"the declared encryption key is not this daemon's: it judges no tasks with private \
			 inputs; `assay-worker register --role mediator` declares it"
		);
	}
}

fn fetch_options(settings: &Settings) -> FetchOptions {
	FetchOptions {
		max_bytes: settings.limits.max_module_bytes.max(settings.limits.max_input_bytes),
		allow_private: settings.fetch.allow_private_hints,
		attempts: settings.fetch.attempts,
		..FetchOptions::default()
	}
}

/// Sources as they are configured: `node`, `gateway=URL`, `dir=PATH`, `s3=URL`.
fn sources(settings: &Settings, chain: &Chain) -> Result<Vec<Source>> {
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

/// The HTTP servers of a run.
struct Servers {
	stop: watch::Sender<bool>,
	tasks: Vec<tokio::task::JoinHandle<Result<()>>>,
}

impl Servers {
	async fn start(settings: &Settings, served: &Served) -> Result<Self> {
		let (stop, stopped) = watch::channel(false);
		let mut servers = Self { stop, tasks: Vec::new() };
		let with_metrics = settings.http.metrics_listen.is_none();
		let router = http::router(served.clone(), with_metrics);
		servers.add(http::bind(settings.http.listen).await?, settings, router, &stopped);
		if let Some(address) = settings.http.metrics_listen {
			let router = http::metrics_router(served.clone());
			servers.add(http::bind(address).await?, settings, router, &stopped);
		}
		Ok(servers)
	}

	fn add(
		&mut self,
		listener: tokio::net::TcpListener,
		settings: &Settings,
		router: axum::Router,
		stopped: &watch::Receiver<bool>,
	) {
		let mut stopped = stopped.clone();
		let stop = async move {
			let _ = stopped.wait_for(|stopped| *stopped).await;
		};
		let connections = settings.http.max_connections;
		self.tasks.push(tokio::spawn(http::serve(listener, connections, router, stop)));
	}

	/// Ends answers that are under way, but not for long.
	async fn stop(self) {
		let _ = self.stop.send(true);
		for mut task in self.tasks {
			if tokio::time::timeout(Duration::from_secs(2), &mut task).await.is_err() {
				task.abort();
			}
		}
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
