//! The role `solver`: collects signed orders of others, and submits those that make a deal.
//!
//! Orders come from the nodes' board of statements and over HTTP. Whatever comes is hostile: it is
//! kept only when its owner has signed it, something is left of it, and whoever signed can be held to
//! account. What the solver submits it has tried out before on the newest state, so that it pays a fee
//! only when somebody else is faster by less than a block.

mod accept;
mod args;
mod attempt;
mod follow;
mod history;
mod http;
mod limiter;
mod metrics;
mod store;

pub use args::SolverOptions;

use crate::{
	cli::{Global, SolveArgs},
	commands::connect::{connect_patiently, expected_genesis, operator},
	config::Settings,
	http::{bind, serve_peers},
	lock::Lock,
	signals,
};
use anyhow::{Context, Result};
use assay_client::{At, Chain, Signer};
use assay_decisions::book::{Book, Limits};
use assay_primitives::{AccountId, Balance, order::OrderId};
use history::History;
use metrics::Metrics;
use std::{
	collections::HashSet,
	net::SocketAddr,
	sync::{
		Arc, Mutex, MutexGuard, PoisonError,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use store::Store;
use tokio::{
	net::TcpListener,
	sync::{Semaphore, watch},
};

/// Longest time that matches under way are given at the end.
const DRAIN: Duration = Duration::from_secs(20);

/// What all parts of a solver share. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Solver(Arc<Inner>);

struct Inner {
	chain: Chain,
	signer: Signer,
	me: AccountId,
	book: Mutex<Book>,
	/// State after the newest block.
	state: Mutex<Arc<At>>,
	/// Requests that wait for a slot to be tried.
	waiting: Mutex<HashSet<OrderId>>,
	/// Matches that are tried at a time.
	slots: Arc<Semaphore>,
	at_once: usize,
	store: Store,
	history: Mutex<History>,
	metrics: Metrics,
	min_tip: Balance,
	use_offers: bool,
	watch_only: bool,
	/// Whether the chain could be read the last time.
	reachable: AtomicBool,
	stopping: AtomicBool,
}

impl Solver {
	fn book(&self) -> MutexGuard<'_, Book> {
		// A panic under the lock leaves a book that is consistent order by order.
		self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn state(&self) -> Arc<At> {
		self.0.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	fn set_state(&self, at: Arc<At>) {
		*self.0.state.lock().unwrap_or_else(PoisonError::into_inner) = at;
	}

	fn history(&self) -> MutexGuard<'_, History> {
		self.0.history.lock().unwrap_or_else(PoisonError::into_inner)
	}

	fn is_stopping(&self) -> bool {
		self.0.stopping.load(Ordering::Relaxed)
	}

	async fn start(
		settings: &Settings,
		args: &SolverOptions,
		chain: Chain,
		signer: Signer,
	) -> Result<Self> {
		let store = Store::open(&settings.base_path, chain.genesis())?;
		let at = Arc::new(chain.at_best().await?);
		let parameters = at.parameters().await?;
		let limits = Limits { life: at.max_order_life()?, ..args.limits() };
		let mut book =
			Book::new(chain.genesis(), parameters.block_millis, parameters.tariff, limits);
		book.advance(at.block().number);
		let me = signer.account();
		tracing::info!(chain = chain.name(), genesis = ?chain.genesis(), "reading orders");
		Ok(Self(Arc::new(Inner {
			chain,
			signer,
			me,
			book: Mutex::new(book),
			state: Mutex::new(at),
			waiting: Mutex::default(),
			slots: Arc::new(Semaphore::new(args.at_once)),
			at_once: args.at_once,
			store,
			history: Mutex::default(),
			metrics: Metrics::new()?,
			min_tip: args.min_tip()?,
			use_offers: !args.no_offers,
			watch_only: args.watch_only,
			reachable: AtomicBool::new(true),
			stopping: AtomicBool::new(false),
		})))
	}
}

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
	let (_, mut stop) = signals::listen()?;
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
