//! The role `solver`: collects signed orders of others, and submits those that make a deal.
//!
//! Orders come from the nodes' board of statements and over HTTP. Whatever comes is hostile: it is
//! kept only when its owner has signed it, something is left of it, and whoever signed can be held to
//! account. What the solver submits it has tried out before on the newest state, so that it pays a fee
//! only when somebody else is faster by less than a block.

mod accept;
pub mod args;
mod attempt;
mod follow;
mod history;
mod http;
mod limiter;
mod metrics;
mod shared;
mod store;

use crate::{
	cli::{Global, SolveArgs},
	config::Settings,
	host::{
		connect::{connect_patiently, expected_genesis, operator},
		http::{bind, serve_peers},
		lock::Lock,
		signals,
	},
};
use anyhow::{Context, Result};
use args::SolverOptions;
use assay_client::{Chain, Signer};
use shared::Solver;
use std::{
	net::SocketAddr,
	sync::{Arc, atomic::Ordering},
	time::Duration,
};
use store::Store;
use tokio::{net::TcpListener, sync::watch};

/// Longest time that matches under way are given at the end.
const DRAIN: Duration = Duration::from_secs(20);

/// What a solver is made of.
pub struct Parts {
	/// Settings of the process.
	pub settings: Arc<Settings>,
	/// What it takes on.
	pub options: SolverOptions,
	/// The chain. Roles of one process that share a key have to share it too, for the nonces.
	pub chain: Chain,
	/// Whose fees it pays with.
	pub signer: Signer,
	/// Where it takes orders.
	pub listener: TcpListener,
}

/// `solve`, and `run` with no other role: a solver with a process of its own.
pub async fn solve(global: &Global, args: &SolveArgs) -> Result<()> {
	run_alone(&Arc::new(Settings::load_global(global)?), &args.options, args.http_listen).await
}

/// Runs a solver alone until the process is told to stop.
pub async fn run_alone(
	settings: &Arc<Settings>,
	options: &SolverOptions,
	listen: SocketAddr,
) -> Result<()> {
	options.check()?;
	let mut stop = signals::listen()?;
	let _lock = Lock::take(&settings.base_path)?;
	let listener = bind(listen).await?;
	let ready = async {
		let genesis = match Store::known_genesis(&settings.base_path)? {
			Some(genesis) if settings.genesis.is_none() => Some(genesis),
			_ => expected_genesis(settings)?,
		};
		let chain = connect_patiently(settings, genesis).await?;
		let signer = operator(settings, &chain)?;
		anyhow::Ok((chain, signer))
	};
	let (chain, signer) = tokio::select! {
		ready = ready => ready?,
		_ = stop.changed() => return Ok(()),
	};
	let (settings, options) = (settings.clone(), options.clone());
	run(Parts { settings, options, chain, signer, listener }, stop).await
}

/// Runs a solver until `stop` changes.
pub async fn run(parts: Parts, mut stop: watch::Receiver<u32>) -> Result<()> {
	let (listener, options) = (parts.listener, parts.options);
	let address = listener.local_addr()?;
	let solver = tokio::select! {
		solver = Solver::start(&parts.settings, &options, parts.chain, parts.signer) => solver?,
		_ = stop.changed() => return Ok(()),
	};
	tracing::info!(solver = %solver.0.me, http = %address, "solving");
	solver.refresh(&solver.state()).await.context("the chain can't be read")?;
	let router = http::router(&solver, &options);
	let mut stopped = stop.clone();
	let end = async move {
		let _ = stopped.changed().await;
	};
	let server =
		tokio::spawn(serve_peers::<http::Peer>(listener, options.connections, router, end));
	let following = tokio::spawn(solver.clone().follow());
	let reloading = tokio::spawn(solver.clone().reload());
	let posted = (!options.no_statements).then(|| tokio::spawn(solver.clone().read_board()));
	let _ = stop.changed().await;
	tracing::info!("told to stop");
	solver.0.stopping.store(true, Ordering::Relaxed);
	reloading.abort();
	if let Some(posted) = posted {
		posted.abort();
	}
	// What is in the pool is waited for, so that its outcome is known; not for long.
	let all = u32::try_from(solver.0.at_once).unwrap_or(u32::MAX);
	let drained = tokio::time::timeout(DRAIN, solver.0.slots.acquire_many(all)).await;
	if drained.is_err() {
		tracing::warn!("matches under way are left behind; the chain shows what becomes of them");
	}
	following.abort();
	let _ = tokio::time::timeout(Duration::from_secs(2), server).await;
	solver.0.store.flush();
	Ok(())
}
