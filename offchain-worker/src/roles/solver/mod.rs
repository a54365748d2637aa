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
pub mod start;
mod store;

use crate::{
	cli::{Global, SolveArgs},
	config::Settings,
	host::{
		connect::{connect_patiently, expected_genesis, operator},
		drive::drive,
		heads::{Heads, follow},
		http::{bind, serve_peers},
		lock::Lock,
		signals,
	},
};
use anyhow::{Context, Result};
use args::SolverOptions;
use assay_client::{Chain, Head, Signer};
use follow::Following;
use shared::Solver;
use std::{net::SocketAddr, sync::Arc};
use store::Store;
use tokio::{net::TcpListener, sync::watch};

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
	let _lock = Lock::take(&settings.host.base_path)?;
	let listener = bind(listen).await?;
	let ready = async {
		let genesis = match Store::known_genesis(&settings.host.base_path)? {
			Some(genesis) if settings.host.genesis.is_none() => Some(genesis),
			_ => expected_genesis(&settings.host)?,
		};
		let chain = connect_patiently(&settings.host, genesis).await?;
		let signer = operator(&settings.host, &chain)?;
		anyhow::Ok((chain, signer))
	};
	let (chain, signer) = tokio::select! {
		ready = ready => ready?,
		_ = stop.changed() => return Ok(()),
	};
	let heads = follow(&chain, &[Head::Best]);
	let (settings, options) = (settings.clone(), options.clone());
	run(Parts { settings, options, chain, signer, listener }, heads, stop).await
}

/// Runs a solver over the chain's blocks until it is told to stop.
pub async fn run(
	parts: Parts,
	heads: watch::Receiver<Heads>,
	mut stop: watch::Receiver<u32>,
) -> Result<()> {
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
	let mut sources = vec![tokio::spawn(solver.clone().reload())];
	if !options.no_statements {
		sources.push(tokio::spawn(solver.clone().read_board()));
	}
	drive(Following::new(solver, server, sources), heads, stop).await
}
