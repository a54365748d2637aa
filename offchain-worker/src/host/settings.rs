//! What the host is configured by, whatever the roles are.

use assay_decisions::{lies::Misbehave, limits::WorkLimits};
use assay_primitives::Hash;
use std::{net::SocketAddr, path::PathBuf, time::Duration};

/// What the host is configured by.
#[derive(Clone, Debug)]
pub struct HostSettings {
	pub node_urls: Vec<String>,
	pub genesis: Option<Hash>,
	pub base_path: PathBuf,
	pub suri_file: Option<PathBuf>,
	pub key_file: Option<PathBuf>,
	pub passphrase_file: Option<PathBuf>,
	pub limits: WorkLimits,
	pub fetch: FetchSettings,
	pub store: StoreSettings,
	pub http: HttpSettings,
	/// Whether programs run where there is no sandbox.
	pub insecure: bool,
	/// How it breaks the rules on purpose.
	pub misbehave: Option<Misbehave>,
}

/// Where content is had.
#[derive(Clone, Debug)]
pub struct FetchSettings {
	/// `node`, `gateway=URL`, `dir=PATH` or `s3=URL`, in the order of trying.
	pub sources: Vec<String>,
	pub allow_private_hints: bool,
	/// Attempts at each source, each time that content is asked for.
	pub attempts: u32,
}

/// What is kept.
#[derive(Clone, Copy, Debug)]
pub struct StoreSettings {
	/// Below this much free space no new task is started.
	pub min_free_bytes: u64,
	/// Above this size content that nobody needs any more is removed first.
	pub max_bytes: u64,
	/// Time that outputs stay after their task has left the chain.
	pub retain: Duration,
}

/// What is served.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct HttpSettings {
	pub listen: SocketAddr,
	pub max_connections: usize,
	/// Where metrics are served, if not beside the outputs.
	pub metrics_listen: Option<SocketAddr>,
}
