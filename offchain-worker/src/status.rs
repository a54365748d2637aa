//! What `/health` tells, kept by the daemon and read by the server.

use serde::Serialize;
use std::{collections::BTreeMap, sync::Arc};
use tokio::sync::watch;

/// How the daemon is.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
	/// Not connected yet.
	#[default]
	Starting,
	/// Takes tasks.
	Ok,
	/// Runs, and something is wrong.
	Degraded,
	/// Stops when what was begun is finished.
	Draining,
}

/// How the daemon is, and why.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Status {
	pub state: State,
	/// Whether new tasks are worked on.
	pub takes_work: bool,
	/// What is wrong, in words.
	pub problems: Vec<String>,
	pub version: &'static str,
	pub chain: ChainStatus,
	pub provider: ProviderStatus,
	pub jobs: JobStatus,
	/// Open tasks by what they wait for.
	pub tasks: BTreeMap<String, u64>,
	pub store: StoreStatus,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ChainStatus {
	pub connected: bool,
	pub name: String,
	pub genesis: String,
	pub node: Option<String>,
	pub best: u32,
	pub finalized: u32,
	pub seconds_since_block: Option<u64>,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct ProviderStatus {
	pub stash: String,
	pub operator: String,
	pub registered: bool,
	/// Smallest units, as decimal text.
	pub bond_free: String,
	pub bond_locked: String,
	pub balance: String,
	pub score: u32,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct JobStatus {
	pub queued: usize,
	pub running: usize,
	pub limit: usize,
}

#[derive(Clone, Debug, Default, Serialize)]
pub struct StoreStatus {
	pub bytes: u64,
	pub free_bytes: u64,
	pub sealed: u64,
}

/// The daemon's side.
#[derive(Clone, Debug)]
pub struct StatusWriter(Arc<watch::Sender<Status>>);

/// The server's side.
pub type StatusReader = watch::Receiver<Status>;

impl StatusWriter {
	/// Both sides.
	pub fn new() -> (Self, StatusReader) {
		let status = Status { version: env!("CARGO_PKG_VERSION"), ..Default::default() };
		let (sender, receiver) = watch::channel(status);
		(Self(Arc::new(sender)), receiver)
	}

	/// Changes what is told.
	pub fn update(&self, change: impl FnOnce(&mut Status)) {
		self.0.send_modify(change);
	}
}
