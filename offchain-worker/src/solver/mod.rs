//! `solve`: collects signed orders of others, and submits those that make a deal.
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

pub use args::SolveArgs;

use crate::{
	cli::Global,
	commands::connect::{connect_patiently, expected_genesis, operator},
	config::Settings,
	http::{bind, serve_peers},
	lock::Lock,
};
use anyhow::{Context, Result};
use assay_client::{
	At, Chain, Signer,
	book::{Book, Limits},
};
use assay_primitives::{AccountId, Balance, order::OrderId};
use history::History;
use metrics::Metrics;
use std::{
	collections::HashSet,
	sync::{
		Arc, Mutex, MutexGuard, PoisonError,
		atomic::{AtomicBool, Ordering},
	},
	time::Duration,
};
use store::Store;
use tokio::{
	signal::unix::{SignalKind, signal},
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
	limits: Limits,
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

	async fn start(settings: &Settings, args: &SolveArgs) -> Result<Self> {
		let genesis = match Store::known_genesis(&settings.base_path)? {
			Some(genesis) if settings.genesis.is_none() => Some(genesis),
			_ => expected_genesis(settings)?,
		};
		let chain = connect_patiently(settings, genesis).await?;
		let signer = operator(settings, &chain)?;
		let store = Store::open(&settings.base_path, chain.genesis())?;
		let at = Arc::new(chain.at_best().await?);
		let parameters = at.parameters().await?;
		let limits = Limits { life: at.max_order_life()?, ..args.limits() };
		let mut book = Book::new(chain.genesis(), parameters.block_millis, at.rules()?, limits);
		book.advance(at.block().number);
		let me = signer.account();
		tracing::info!(
			chain = chain.name(), genesis = ?chain.genesis(), solver = %me, http = %args.http_listen,
			"solving"
		);
		Ok(Self(Arc::new(Inner {
			chain,
			signer,
			me,
			book: Mutex::new(book),
			limits,
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

/// Runs a solver until it is told to stop.
pub async fn solve(global: &Global, args: &SolveArgs) -> Result<()> {
	let settings = Settings::load_global(global)?;
	args.check()?;
	let _lock = Lock::take(&settings.base_path)?;
	let listener = bind(args.http_listen).await?;
	let mut stop = stop_signal()?;
	let solver = tokio::select! {
		solver = Solver::start(&settings, args) => solver?,
		_ = stop.changed() => return Ok(()),
	};
	solver.refresh(&solver.state()).await.context("the chain can't be read")?;
	let router = http::router(&solver, args);
	let mut stopped = stop.clone();
	let end = async move {
		let _ = stopped.changed().await;
	};
	let server = tokio::spawn(serve_peers::<http::Peer>(listener, args.connections, router, end));
	let following = tokio::spawn(solver.clone().follow());
	let reloading = tokio::spawn(solver.clone().reload());
	let posted = (!args.no_statements).then(|| tokio::spawn(solver.clone().read_board()));
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

/// Changes with the first SIGTERM or SIGINT.
fn stop_signal() -> Result<watch::Receiver<bool>> {
	let mut terminate = signal(SignalKind::terminate())?;
	let mut interrupt = signal(SignalKind::interrupt())?;
	let (sender, receiver) = watch::channel(false);
	tokio::spawn(async move {
		tokio::select! {
			_ = terminate.recv() => {},
			_ = interrupt.recv() => {},
		}
		let _ = sender.send(true);
	});
	Ok(receiver)
}
