//! One connection out of several nodes, replaced when it breaks.

use super::{
	blocks::{BLOCK_TIME, Header as NodeHeader},
	finality::{self, Doubt, Finality},
	monitor::{self, Progress},
};
use crate::error::{Error, Result, innermost};
use assay_finality::Header;
use assay_primitives::Hash;
use futures::StreamExt;
use serde_json::json;
use std::{
	sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError},
	time::Duration,
};
use subxt::rpcs::{
	Error as RpcError, RpcClientT,
	client::{
		JsonrpseeRpcClient, RawRpcFuture, RawRpcSubscription, RawValue, RpcClient, jsonrpsee_client,
	},
};
use tokio::{
	sync::{Mutex as AsyncMutex, watch},
	time::{Instant, timeout},
};

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

/// A connection to one node.
pub(super) struct Connection {
	url: String,
	pub client: JsonrpseeRpcClient,
	/// Whether it was given up. What waits for its answer ends then.
	left: watch::Sender<bool>,
}

impl Connection {
	/// Ends when the connection is given up.
	fn left(&self) -> impl Future<Output = ()> + Send + use<> {
		let mut left = self.left.subscribe();
		async move {
			// The error says that the connection is gone, which ends what waits for it as well.
			let _ = left.wait_for(|left| *left).await;
		}
	}

	/// URL of the node.
	pub(super) fn url(&self) -> &str {
		&self.url
	}

	/// What `request` gives; nothing but why, when that takes too long or the node is left meanwhile.
	async fn hold<T>(
		&self,
		what: &str,
		limit: Duration,
		request: impl Future<Output = T>,
	) -> Result<T, String> {
		tokio::select! {
			answer = timeout(limit, request) => answer.map_err(|_| format!("no answer to {what}")),
			() = self.left() => Err("the node was left for another".into()),
		}
	}
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
	/// How far each node has come, in the order of the URLs; not asked where there is only one.
	progress: Mutex<Vec<Progress>>,
	/// What was shown to be final; `None` where nodes are believed.
	finality: Option<Finality>,
	connect_timeout: Duration,
	request_timeout: Duration,
}

impl Failover {
	pub fn new(
		urls: Vec<String>,
		genesis: Option<Hash>,
		connect_timeout: Duration,
		request_timeout: Duration,
		finality: Option<Finality>,
	) -> Self {
		install_crypto();
		let fixed = OnceLock::new();
		if let Some(hash) = genesis {
			// A new cell is empty, so this can't fail.
			let _ = fixed.set(hash);
		}
		let watched = Progress::new(Instant::now(), finality.is_some());
		let progress = Mutex::new(vec![watched; urls.len()]);
		Self {
			urls,
			progress,
			finality,
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

	/// URLs of the nodes.
	pub fn urls(&self) -> &[String] {
		&self.urls
	}

	/// How far each node has come, in the order of the URLs.
	pub(super) fn progress(&self) -> MutexGuard<'_, Vec<Progress>> {
		self.progress.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// The height that the node at `position` tells, over a connection of its own that outlives others'.
	pub(super) async fn height_of(&self, position: usize) -> Option<u64> {
		let known = self.progress()[position].connection.clone();
		let connection = match known.filter(|known| known.client.is_connected()) {
			Some(known) => known,
			None => {
				let new = Arc::new(self.try_connect(&self.urls[position]).await.ok()?);
				self.progress()[position].connection = Some(new.clone());
				new
			},
		};
		monitor::height(&connection).await
	}

	/// Whether what a node calls final counts only where votes for it are shown.
	pub fn asks_for_votes(&self) -> bool {
		self.finality.is_some()
	}

	/// Looks at what the node at `position` calls final.
	pub(super) async fn look_at_final(&self, position: usize) {
		if self.finality.is_none() {
			return;
		}
		let Some(node) = self.progress()[position].connection.clone() else { return };
		// Only the node in use is trusted with where to begin.
		let in_use = self.url().await.as_deref() == Some(node.url());
		let looked = async {
			let head = finality::ask(&node, "chain_getFinalizedHead", json!([])).await?;
			let head = finality::header(&node, head).await?;
			self.check(&node, &head, in_use).await
		};
		let looked = looked.await;
		let holds = looked.is_ok();
		self.note_final(position, looked);
		if holds && let Some(finality) = &self.finality {
			// What is not known after it will be at another look.
			let _ = finality.fill(&node).await;
		}
	}

	/// Sees whether what the node in use calls final is so. One that lies is left for one that does not.
	pub(super) async fn confirm(&self, head: &NodeHeader) -> Result<()> {
		if self.finality.is_none() {
			return Ok(());
		}
		let node = self.connection().await?;
		let position = self.urls.iter().position(|url| url == node.url()).unwrap_or_default();
		let looked = async { self.check(&node, &finality::plain(head)?, true).await };
		let looked = node.hold("what is final", self.request_timeout, looked).await;
		let looked = looked.unwrap_or_else(|why| Err(Doubt::Nothing(why)));
		let answer = match &looked {
			Ok(()) => Ok(()),
			Err(doubt) => Err(Error::NotFinal(doubt.to_string())),
		};
		self.note_final(position, looked);
		if answer.is_err() {
			self.leave_if_worse(BLOCK_TIME).await;
		}
		answer
	}

	async fn check(&self, node: &Connection, head: &Header, begin: bool) -> Result<(), Doubt> {
		let Some(finality) = &self.finality else { return Ok(()) };
		if begin
			&& let Some(genesis) = self.genesis()
			&& !finality.has_begun()
		{
			finality.begin(node, genesis).await?;
		}
		finality.confirm(node, head).await
	}

	fn note_final(&self, position: usize, looked: Result<(), Doubt>) {
		if let Err(doubt) = &looked {
			let url = &self.urls[position];
			tracing::debug!(url, %doubt, "what the node calls final was not shown to be so");
		}
		self.progress()[position].note_final(looked, Instant::now());
	}

	/// Changes to a node that goes on where the one in use stands still, or calls final what is not.
	pub(super) async fn leave_if_worse(&self, block_time: Duration) {
		let mut state = self.state.lock().await;
		let position = state.next;
		let Some(current) = state.current.clone() else { return };
		let (better, connection) = {
			let mut nodes = self.progress();
			let Some(better) = monitor::better(&nodes, position, Instant::now(), block_time) else {
				return;
			};
			// Its head is asked for over another from now on, since this one is left one day.
			(better, nodes[better].connection.take())
		};
		let Some(connection) = connection else { return };
		let (from, to) = (current.url(), connection.url());
		tracing::warn!(from, to, "the node stands still, or calls final what is not; changing");
		state.next = better;
		state.current = Some(connection);
		current.left.send_replace(true);
	}

	/// Sends a transaction to all nodes but the one in use, and waits for none: what they answer changes
	/// nothing for the sender.
	pub async fn spread(&self, transaction: &[u8]) {
		let used = self.url().await;
		let bytes = format!("[\"0x{}\"]", hex::encode(transaction));
		let others: Vec<_> =
			self.progress().iter().filter_map(|node| node.connection.clone()).collect();
		for other in others.into_iter().filter(|other| Some(&other.url) != used.as_ref()) {
			let params = RawValue::from_string(bytes.clone()).ok();
			let limit = self.request_timeout;
			tokio::spawn(async move {
				let request = other.client.request_raw("author_submitExtrinsic", params);
				let answer = timeout(limit, request).await;
				tracing::trace!(url = other.url, ?answer, "spread a transaction");
			});
		}
	}

	/// Connects to the first node that can be used.
	pub async fn connect(&self) -> Result<()> {
		self.connection().await.map(|_| ()).map_err(Error::from)
	}

	fn set_outage(&self, outage: Option<Outage>) {
		*self.outage.lock().unwrap_or_else(PoisonError::into_inner) = outage;
	}

	pub(super) async fn connection(&self) -> Result<Arc<Connection>, Outage> {
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
		for position in self.order(state.next) {
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

	/// Positions of the URLs in the order in which they are tried: those that answered of late first.
	fn order(&self, first: usize) -> Vec<usize> {
		let (nodes, now) = (self.progress(), Instant::now());
		let count = self.urls.len();
		let mut order: Vec<_> = (0..count).map(|step| (first + step) % count).collect();
		order.sort_by_key(|at| {
			let node = &nodes[*at];
			(node.is_doubted(now, BLOCK_TIME), !node.is_awake(now, BLOCK_TIME))
		});
		order
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
		Ok(Connection { url: url.into(), client, left: watch::Sender::new(false) })
	}

	/// Gives a connection up, so that the next request tries the next node first.
	async fn abandon(&self, broken: &Arc<Connection>) {
		let mut state = self.state.lock().await;
		if state.current.as_ref().is_some_and(|current| Arc::ptr_eq(current, broken)) {
			tracing::warn!(url = broken.url, "gave up the connection to the node");
			state.current = None;
			state.next = (state.next + 1) % self.urls.len();
			broken.left.send_replace(true);
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
		self.answer(&connection, method, connection.client.request_raw(method, params)).await
	}

	/// What a node answers. One that does not, or hangs up, is given up.
	async fn answer<T>(
		&self,
		connection: &Arc<Connection>,
		what: &str,
		request: impl Future<Output = Result<T, RpcError>>,
	) -> Result<T, RpcError> {
		let answer = connection.hold(what, self.request_timeout, request).await;
		let is_gone = match &answer {
			Ok(Ok(_)) => false,
			Ok(Err(_)) => !connection.client.is_connected(),
			Err(_) => true,
		};
		if is_gone {
			self.abandon(connection).await;
		}
		answer.unwrap_or_else(|why| Err(RpcError::Client(why.into())))
	}
}

enum Attempt {
	Failed(String),
	Foreign(Outage),
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
			let mut subscription = self.answer(&connection, sub, request).await?;
			subscription.stream = Box::pin(subscription.stream.take_until(connection.left()));
			Ok(subscription)
		})
	}
}

/// A client handle over a shared [`Failover`].
pub(crate) fn handle(failover: &Arc<Failover>) -> RpcClient {
	RpcClient::new(failover.clone())
}

#[cfg(test)]
mod tests {
	use super::*;
	use crate::testing::node::{Answer, Node};
	use std::sync::atomic::{AtomicUsize, Ordering};

	const DEAD: &str = "ws://127.0.0.1:1";

	fn failover(urls: &[&str], genesis: Option<u8>) -> Failover {
		let urls = urls.iter().map(|url| url.to_string()).collect();
		let genesis = genesis.map(Hash::repeat_byte);
		Failover::new(urls, genesis, Duration::from_secs(5), Duration::from_millis(500), None)
	}

	async fn named(name: &'static str) -> Node {
		Node::start(1, move |_| Answer::Result(json!(name))).await
	}

	async fn ask(failover: &Failover, method: &str) -> Result<String, RpcError> {
		let answer = failover.request_raw(method, None).await?;
		Ok(serde_json::from_str(answer.get()).expect("a string"))
	}

	#[tokio::test]
	async fn next_node_should_be_used_when_the_first_is_down() {
		let node = named("second").await;
		let failover = failover(&[DEAD, &node.url], None);
		assert_eq!(ask(&failover, "system_chain").await.expect("one is up"), "second");
		assert_eq!(failover.genesis(), Some(Hash::repeat_byte(1)));
		assert_eq!(failover.url().await, Some(node.url.clone()));
		assert!(failover.outage().is_none());
		ask(&failover, "system_chain").await.expect("still up");
		assert_eq!(node.connections(), 1, "one connection serves all requests");
	}

	#[tokio::test]
	async fn node_of_another_chain_should_never_be_used() {
		let foreign = Node::start(2, |_| Answer::Result(json!("foreign"))).await;
		let only_foreign = failover(&[&foreign.url], Some(1));
		let error = only_foreign.connect().await.expect_err("another genesis");
		assert_eq!(error.code(), "E-0102");
		assert!(matches!(only_foreign.outage(), Some(Outage::WrongGenesis { .. })));
		let ours = named("ours").await;
		let both = failover(&[&foreign.url, &ours.url], Some(1));
		assert_eq!(ask(&both, "system_chain").await.expect("ours is up"), "ours");
	}

	#[tokio::test]
	async fn first_node_should_fix_the_chain_when_none_is_configured() {
		let ours = Node::start(1, |_| Answer::HangUp).await;
		let foreign = Node::start(2, |_| Answer::Result(json!("foreign"))).await;
		let failover = failover(&[&ours.url, &foreign.url], None);
		failover.connect().await.expect("ours is up");
		ask(&failover, "system_chain").await.expect_err("ours hangs up, the other is foreign");
		assert_eq!(failover.genesis(), Some(Hash::repeat_byte(1)));
	}

	#[tokio::test]
	async fn request_should_go_to_the_next_node_when_one_hangs_up_or_is_silent() {
		for broken in [|| Answer::HangUp, || Answer::Silence] {
			let first = Node::start(1, move |_| broken()).await;
			let second = named("second").await;
			let failover = failover(&[&first.url, &second.url], None);
			failover.connect().await.expect("the first accepts");
			assert_eq!(ask(&failover, "system_chain").await.expect("repeated"), "second");
		}
	}

	#[tokio::test]
	async fn submission_should_not_be_repeated_by_itself() {
		let seen = Arc::new(AtomicUsize::new(0));
		let (one, two) = (seen.clone(), seen.clone());
		let count = |seen: &AtomicUsize| {
			seen.fetch_add(1, Ordering::SeqCst);
			Answer::HangUp
		};
		let first = Node::start(1, move |_| count(&one)).await;
		let second = Node::start(1, move |_| count(&two)).await;
		let failover = failover(&[&first.url, &second.url], None);
		ask(&failover, "author_submitExtrinsic").await.expect_err("unanswered");
		assert_eq!(seen.load(Ordering::SeqCst), 1);
	}

	#[tokio::test]
	async fn answer_should_come_through_when_it_is_as_long_as_a_view_may_be() {
		let node = Node::start(1, |_| {
			let bytes = "ab".repeat(assay_primitives::api::MAX_VIEW_BYTES);
			Answer::Result(json!(format!("0x{bytes}")))
		})
		.await;
		let answer = ask(&failover(&[&node.url], None), "state_call").await;
		let length = answer.expect("it is not too long").len();
		assert_eq!(length, 2 + 2 * assay_primitives::api::MAX_VIEW_BYTES);
	}

	#[tokio::test]
	async fn refusal_should_not_be_taken_to_another_node() {
		let first = Node::start(1, |_| Answer::Error(1010, "Invalid Transaction")).await;
		let second = named("second").await;
		let failover = failover(&[&first.url, &second.url], None);
		let error = ask(&failover, "system_chain").await.expect_err("refused");
		assert!(matches!(error, RpcError::User(error) if error.code == 1010));
		assert_eq!(second.connections(), 0);
	}

	#[tokio::test]
	async fn outage_should_end_when_the_node_is_back() {
		let gone = named("gone").await;
		let url = gone.url.clone();
		let failover = failover(&[&url], None);
		ask(&failover, "system_chain").await.expect("up");
		drop(gone);
		let address = url.strip_prefix("ws://").expect("a WebSocket URL");
		while ask(&failover, "system_chain").await.is_ok() {
			tokio::time::sleep(Duration::from_millis(20)).await;
		}
		assert!(matches!(failover.outage(), Some(Outage::Unreachable(tried)) if tried.len() == 1));
		let _back = Node::start_at(address, 1, |_| Answer::Result(json!("back"))).await;
		assert_eq!(ask(&failover, "system_chain").await.expect("up again"), "back");
		assert!(failover.outage().is_none());
	}
}
