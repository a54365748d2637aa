//! What there is to serve.

use crate::host::{
	metrics::Metrics, outputs::Outputs, private::Inbox, status::StatusReader, store::TaskStore,
};
use std::sync::{Arc, OnceLock};
use tokio::sync::Semaphore;

/// Requests that are worked on at a time; each may hold a block of 1 MiB.
pub(super) const CONCURRENT: usize = 64;

/// What is served.
#[derive(Clone)]
pub struct Served {
	/// Set when the daemon knows whom it works for; until then there is nothing to serve.
	pub kept: Arc<OnceLock<Kept>>,
	pub status: StatusReader,
	pub metrics: Metrics,
	pub at_once: Arc<Semaphore>,
}

/// What there is to serve.
#[derive(Clone)]
pub struct Kept {
	pub outputs: Outputs,
	/// Modules and inputs that were fetched.
	pub content: assay_client::Store,
	pub store: TaskStore,
	/// Keys of private inputs are put here, and never taken out.
	pub inbox: Inbox,
}

impl Served {
	pub fn new(status: StatusReader, metrics: Metrics) -> Self {
		let at_once = Arc::new(Semaphore::new(CONCURRENT));
		Self { kept: Arc::default(), status, metrics, at_once }
	}
}
