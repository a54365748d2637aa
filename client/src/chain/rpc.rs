//! One connection out of several nodes, replaced when it breaks.

use crate::error::{Error, Result};
use assay_primitives::Hash;
use std::{
	sync::{Arc, Mutex, OnceLock, PoisonError},
	time::Duration,
};
use subxt::rpcs::{
	Error as RpcError, RpcClientT,
	client::{
		JsonrpseeRpcClient, RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, jsonrpsee_client,
	},
};
use tokio::{sync::Mutex as AsyncMutex, time::timeout};

/// Installs the process's TLS provider, once; later calls and other installers are harmless.
pub(crate) fn install_crypto() {
	static ONCE: OnceLock<()> = OnceLock::new();
	ONCE.get_or_init(|| {
		// An error only says that the process has a provider already, which serves as well.
		let _ = rustls::crypto::ring::default_provider().install_default();
	});
}

/// Why there is no connection.
#[derive(Clone, Debug)]
pub(crate) enum Outage {
	/// No node answered.
	Unreachable(Vec<String>),
	/// A node serves another chain.
	WrongGenesis { url: String, expected: Hash, found: Hash },
}

impl From<Outage> for Error {
	fn from(outage: Outage) -> Self {
		match outage {
			Outage::Unreachable(tried) => Self::Unreachable { tried },
			Outage::WrongGenesis { url, expected, found } => {
				Self::WrongGenesis { url, expected, found }
			},
		}
	}
}

struct Connection {
	url: String,
	client: JsonrpseeRpcClient,
}

struct State {
	current: Option<Arc<Connection>>,
	/// Position of the URL to try first.
	next: usize,
}

/// A JSON-RPC client over several nodes of one chain.
///
/// The first node reached fixes the genesis hash where none is configured; a node of another chain
/// is never used.
pub(crate) struct Failover {
	urls: Vec<String>,
	genesis: OnceLock<Hash>,
	state: AsyncMutex<State>,
	outage: Mutex<Option<Outage>>,
	connect_timeout: Duration,
	request_timeout: Duration,
}

impl Failover {
	pub fn new(
		urls: Vec<String>,
		genesis: Option<Hash>,
		connect_timeout: Duration,
		request_timeout: Duration,
	) -> Self {
		install_crypto();
		let fixed = OnceLock::new();
		if let Some(hash) = genesis {
			// A new cell is empty, so this can't fail.
			let _ = fixed.set(hash);
		}
		Self {
			urls,
			genesis: fixed,
			state: AsyncMutex::new(State { current: None, next: 0 }),
			outage: Mutex::new(None),
			connect_timeout,
			request_timeout,
		}
	}

	/// Genesis hash of the chain; `None` before the first connection.
	pub fn genesis(&self) -> Option<Hash> {
		self.genesis.get().copied()
	}

	/// Why there is no connection at present.
	pub fn outage(&self) -> Option<Outage> {
		self.outage.lock().unwrap_or_else(PoisonError::into_inner).clone()
	}

	/// URL of the node in use.
	pub async fn url(&self) -> Option<String> {
		self.state.lock().await.current.as_ref().map(|connection| connection.url.clone())
	}

	/// Connects to the first node that can be used.
	pub async fn connect(&self) -> Result<()> {
		self.connection().await.map(|_| ()).map_err(Error::from)
	}

	fn set_outage(&self, outage: Option<Outage>) {
		*self.outage.lock().unwrap_or_else(PoisonError::into_inner) = outage;
	}

	async fn connection(&self) -> Result<Arc<Connection>, Outage> {
		let mut state = self.state.lock().await;
		if let Some(connection) = &state.current {
			if connection.client.is_connected() {
				return Ok(connection.clone());
			}
			tracing::warn!(url = connection.url, "lost the connection to the node");
			state.current = None;
		}
		let mut tried = Vec::new();
		let mut foreign = None;
		for step in 0..self.urls.len() {
			let position = (state.next + step) % self.urls.len();
			let url = &self.urls[position];
			match self.try_connect(url).await {
				Ok(connection) => {
					let connection = Arc::new(connection);
					state.current = Some(connection.clone());
					state.next = position;
					self.set_outage(None);
					tracing::info!(url, "connected to the node");
					return Ok(connection);
				},
				Err(Attempt::Foreign(outage)) => foreign = foreign.or(Some(outage)),
				Err(Attempt::Failed(why)) => tried.push(format!("{url}: {why}")),
			}
		}
		let outage = foreign.unwrap_or(Outage::Unreachable(tried));
		self.set_outage(Some(outage.clone()));
		Err(outage)
	}

	async fn try_connect(&self, url: &str) -> Result<Connection, Attempt> {
		let connected = timeout(self.connect_timeout, jsonrpsee_client(url)).await;
		let client = connected
			.map_err(|_| Attempt::Failed("no answer".into()))?
			.map_err(|error| Attempt::Failed(innermost(&error)))?;
		let params = RawValue::from_string("[0]".into()).ok();
		let answer =
			timeout(self.connect_timeout, client.request_raw("chain_getBlockHash", params))
				.await
				.map_err(|_| Attempt::Failed("no answer".into()))?
				.map_err(|error| Attempt::Failed(error.to_string()))?;
		let found: Hash = serde_json::from_str::<String>(answer.get())
			.ok()
			.and_then(|text| crate::units::parse_hash(&text).ok())
			.ok_or_else(|| Attempt::Failed("it gave no genesis hash".into()))?;
		let expected = *self.genesis.get_or_init(|| found);
		if expected != found {
			return Err(Attempt::Foreign(Outage::WrongGenesis {
				url: url.into(),
				expected,
				found,
			}));
		}
		Ok(Connection { url: url.into(), client })
	}

	/// Gives a connection up, so that the next request tries the next node first.
	async fn abandon(&self, broken: &Arc<Connection>) {
		let mut state = self.state.lock().await;
		if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, broken)) {
			tracing::warn!(url = broken.url, "gave up the connection to the node");
			state.current = None;
			state.next = (state.next + 1) % self.urls.len();
		}
	}

	async fn get(&self) -> Result<Arc<Connection>, RpcError> {
		let connection = self.connection().await;
		connection.map_err(|outage| RpcError::Client(Box::new(Error::from(outage))))
	}

	async fn request_once(
		&self,
		method: &str,
		params: Option<Box<RawValue>>,
	) -> Result<Box<RawValue>, RpcError> {
		let connection = self.get().await?;
		let request = connection.client.request_raw(method, params);
		match timeout(self.request_timeout, request).await {
			Ok(Err(error)) if !connection.client.is_connected() => {
				self.abandon(&connection).await;
				Err(error)
			},
			Ok(answer) => answer,
			Err(_) => {
				self.abandon(&connection).await;
				Err(RpcError::Client(format!("no answer to {method}").into()))
			},
		}
	}
}

enum Attempt {
	Failed(String),
	Foreign(Outage),
}

/// The cause at the end of a chain of errors, which is the one that tells something.
fn innermost(error: &dyn std::error::Error) -> String {
	let mut current = error;
	while let Some(source) = current.source() {
		current = source;
	}
	current.to_string()
}

/// Whether a request may be sent again without doing anything twice.
fn is_repeatable(method: &str) -> bool {
	!method.starts_with("author_")
}

impl RpcClientT for Failover {
	fn request_raw<'a>(
		&'a self,
		method: &'a str,
		params: Option<Box<RawValue>>,
	) -> RawRpcFuture<'a, Box<RawValue>> {
		Box::pin(async move {
			match self.request_once(method, params.clone()).await {
				// The node answered; another would answer the same.
				Err(RpcError::User(error)) => Err(RpcError::User(error)),
				Err(_) if is_repeatable(method) => self.request_once(method, params).await,
				answer => answer,
			}
		})
	}

	fn subscribe_raw<'a>(
		&'a self,
		sub: &'a str,
		params: Option<Box<RawValue>>,
		unsub: &'a str,
	) -> RawRpcFuture<'a, RawRpcSubscription> {
		Box::pin(async move {
			let connection = self.get().await?;
			let request = connection.client.subscribe_raw(sub, params, unsub);
			match timeout(self.request_timeout, request).await {
				Ok(answer) => answer,
				Err(_) => {
					self.abandon(&connection).await;
					Err(RpcError::Client(format!("no answer to {sub}").into()))
				},
			}
		})
	}
}

/// A client handle over a shared [`Failover`].
pub(crate) fn handle(failover: &Arc<Failover>) -> RpcClient {
	RpcClient::new(failover.clone())
}
