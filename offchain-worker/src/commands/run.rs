//! `run`: puts the daemon together.

use crate::{
	cli::{Global, RunArgs},
	config::Settings,
	host::{
		connect::{connect_patiently, expected_genesis, operator},
		executor::runner::LocalProcess,
		http::{Served, Servers},
		lock::Lock,
		metrics::Metrics,
		signals,
		status::{StatusWriter, hide_urls},
		trouble::Troubles,
	},
	roles::{
		self,
		crew::{Crew, Registration, Signing},
		name::RoleName,
		solver,
	},
};
use anyhow::{Result, bail};
use assay_client::{Chain, Signer};
use assay_decisions::lies::Misbehave;
use assay_primitives::AccountId;
use futures::future::try_join_all;
use std::{collections::BTreeMap, sync::Arc, time::Duration};

/// Pause between looks for the registration.
const REGISTRATION_PAUSE: Duration = Duration::from_secs(3);

/// Runs the daemon until it is told to stop.
pub async fn run(global: &Global, args: &RunArgs) -> Result<()> {
	let settings = Arc::new(Settings::load(global, args)?);
	if settings.roles == [RoleName::Solver] {
		return solver::run_alone(&settings, &settings.solver, settings.solver_listen).await;
	}
	settings.solver.check()?;
	let mut stop = signals::listen()?;
	let _lock = Lock::take(&settings.host.base_path)?;
	let metrics = Metrics::new()?;
	let (writer, status) = StatusWriter::new();
	let served = Served::new(status, metrics.clone());
	let servers = Servers::start(&settings.host.http, &served).await?;
	let runner = LocalProcess::new(&settings.host)?;
	tracing::info!(
		version = env!("CARGO_PKG_VERSION"),
		base_path = %settings.host.base_path.display(),
		http = %settings.host.http.listen,
		sandbox = ?runner.sandbox(),
		roles = ?settings.roles,
		"starting"
	);
	let ready = async {
		let chain = connect_patiently(&settings.host, expected_genesis(&settings.host)?).await?;
		let signer = Arc::new(admit(&settings, &chain)?);
		let stashes = wait_for_stashes(&settings, &chain, &signer, &writer).await;
		anyhow::Ok(Signing { chain, signer, stashes })
	};
	let signing = tokio::select! {
		ready = ready => ready?,
		_ = stop.changed() => {
			tracing::info!("told to stop before the start was complete");
			return Ok(());
		},
	};
	tracing::info!(
		chain = signing.chain.name(), genesis = ?signing.chain.genesis(), stash = %signing.owner(),
		operator = %signing.signer.account(), "working"
	);
	let crew = Crew::new(&settings, signing, runner, (metrics, writer), stop)?;
	// Set once, here.
	let _ = served.kept.set(crew.kept.clone());
	let mut work = Vec::new();
	for role in &settings.roles {
		work.extend(roles::start(*role, &crew).await?);
	}
	try_join_all(work).await?;
	servers.stop().await;
	tracing::info!("stopped");
	Ok(())
}

/// The key, and whether this chain is one to misbehave on.
fn admit(settings: &Settings, chain: &Chain) -> Result<Signer> {
	if let Some(misbehave) = settings.host.misbehave {
		if !chain.is_development() {
			bail!("--misbehave is refused: {} is no development chain", chain.name());
		}
		if misbehave == Misbehave::Betray && !settings.roles.contains(&RoleName::Provider) {
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
	operator(&settings.host, chain)
}

/// The stashes of the roles that have one, as soon as the operator key signs for them.
async fn wait_for_stashes(
	settings: &Settings,
	chain: &Chain,
	signer: &Signer,
	writer: &StatusWriter,
) -> BTreeMap<RoleName, AccountId> {
	let operator = signer.account();
	writer.update(|status| {
		status.chain.connected = true;
		status.chain.name = chain.name().into();
		status.chain.genesis = format!("{:?}", chain.genesis());
		status.provider.operator = operator.to_string();
	});
	let mut stashes = BTreeMap::new();
	for role in settings.roles.iter().filter(|role| roles::registration(**role).is_some()) {
		stashes.insert(*role, wait_for_stash(settings, chain, &operator, *role, writer).await);
	}
	stashes
}

/// The stash of a role, as soon as the operator key is registered for it.
async fn wait_for_stash(
	settings: &Settings,
	chain: &Chain,
	operator: &AccountId,
	role: RoleName,
	writer: &StatusWriter,
) -> AccountId {
	let mut troubles = Troubles::default();
	loop {
		let found = match chain.at_best().await {
			Ok(at) => roles::stash(role, settings, &at, operator).await,
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
				let missing = roles::registration(role);
				let missing = missing.map(|missing| unregistered(operator, missing));
				troubles.set("registration", missing);
			},
			Err(_) => {},
		}
		let problems = troubles.list().iter().map(|problem| hide_urls(problem)).collect();
		writer.update(|status| status.problems = problems);
		tokio::time::sleep(REGISTRATION_PAUSE).await;
	}
}

fn unregistered(operator: &AccountId, registration: Registration) -> String {
	let Registration { whose, command } = registration;
	format!("{operator} is no operator of a registered {whose}; waiting for `{command}`")
}
