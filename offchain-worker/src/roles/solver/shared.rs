//! What all parts of a solver share.

use super::{args::SolverOptions, history::History, metrics::Metrics, store::Store};
use crate::config::Settings;
use anyhow::Result;
use assay_client::{At, Chain, Error, Signer};
use assay_decisions::book::{Book, Constants};
use assay_primitives::{AccountId, Balance, order::OrderId};
use std::{
	collections::HashSet,
	sync::{
		Arc, Mutex, MutexGuard, PoisonError,
		atomic::{AtomicBool, Ordering},
	},
};
use tokio::sync::Semaphore;

/// A solver. Cheap to clone; all clones are one.
#[derive(Clone)]
pub struct Solver(pub(super) Arc<Inner>);

pub(super) struct Inner {
	pub(super) chain: Chain,
	pub(super) signer: Signer,
	pub(super) me: AccountId,
	pub(super) book: Mutex<Book>,
	/// State after the newest block.
	pub(super) state: Mutex<Arc<At>>,
	/// Requests that wait for a slot to be tried.
	pub(super) waiting: Mutex<HashSet<OrderId>>,
	/// Matches that are tried at a time.
	pub(super) slots: Arc<Semaphore>,
	pub(super) at_once: usize,
	pub(super) store: Store,
	pub(super) history: Mutex<History>,
	pub(super) metrics: Metrics,
	pub(super) min_tip: Balance,
	pub(super) use_offers: bool,
	pub(super) watch_only: bool,
	/// Whether the chain could be read the last time.
	pub(super) reachable: AtomicBool,
	pub(super) stopping: AtomicBool,
}

impl Solver {
	pub(super) fn book(&self) -> MutexGuard<'_, Book> {
		// A panic under the lock leaves a book that is consistent order by order.
		self.0.book.lock().unwrap_or_else(PoisonError::into_inner)
	}

	pub(super) fn state(&self) -> Arc<At> {
		self.0.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	pub(super) fn set_state(&self, at: Arc<At>) {
		*self.0.state.lock().unwrap_or_else(PoisonError::into_inner) = at;
	}

	pub(super) fn history(&self) -> MutexGuard<'_, History> {
		self.0.history.lock().unwrap_or_else(PoisonError::into_inner)
	}

	pub(super) fn is_stopping(&self) -> bool {
		self.0.stopping.load(Ordering::Relaxed)
	}

	pub(super) async fn start(
		settings: &Settings,
		args: &SolverOptions,
		chain: Chain,
		signer: Signer,
	) -> Result<Self> {
		let store = Store::open(&settings.host.base_path, chain.genesis())?;
		let at = Arc::new(chain.at_best().await?);
		let constants = constants(&at).await?;
		let mut book = Book::new(chain.genesis(), constants, args.limits());
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

/// What the runtime at this state says of matches for good.
pub(super) async fn constants(at: &At) -> Result<Constants, Error> {
	let parameters = at.parameters().await?;
	Ok(Constants {
		block_millis: parameters.block_millis,
		tariff: parameters.tariff,
		life: parameters.max_order_life,
		min_publisher_bond: parameters.min_publisher_bond,
		tip: parameters.economics.fees.tip,
		bounds: parameters.bounds(),
	})
}
