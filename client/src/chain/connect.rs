//! Connecting, and what every other file of this module needs of a connection.

use super::{
	at::{At, Versions},
	blocks::{BLOCK_TIME, BlockInfo, Blocks, Header},
	finality::Finality,
	monitor,
	rpc::{Failover, handle},
	submit::Nonces,
};
use crate::error::{Error, Result, foreign};
use assay_primitives::{AccountId, BlockNumber, Hash};
use std::{path::PathBuf, sync::Arc, time::Duration};
use subxt::{
	OnlineClient, SubstrateConfig,
	backend::LegacyBackend,
	config::RpcConfigFor,
	rpcs::{LegacyRpcMethods, client::rpc_params},
};

/// How to connect.
#[derive(Clone, Debug)]
pub struct ConnectOptions {
	/// WebSocket URLs of nodes of the same chain, the preferred one first.
	pub urls: Vec<String>,
	/// Genesis hash that the chain must have; `None` takes that of the first node reached.
	pub genesis: Option<Hash>,
	/// Longest time for reaching one node.
	pub connect_timeout: Duration,
	/// Longest time for the answer to one request.
	pub request_timeout: Duration,
	/// Time without a block after which a subscription is tried again.
	pub stall_timeout: Duration,
	/// File that keeps what is known to be final. With it, and with several nodes, what one calls final counts only
	/// where the chain's validators have voted for it.
	pub trust: Option<PathBuf>,
}

impl ConnectOptions {
	/// Usual time limits.
	pub fn new<I, U>(urls: I) -> Self
	where
		I: IntoIterator<Item = U>,
		U: Into<String>,
	{
		Self {
			urls: urls.into_iter().map(Into::into).collect(),
			genesis: None,
			connect_timeout: Duration::from_secs(10),
			request_timeout: Duration::from_secs(30),
			stall_timeout: Duration::from_secs(30),
			trust: None,
		}
	}

	/// Accepts only the chain with this genesis hash.
	pub fn with_genesis(mut self, genesis: Option<Hash>) -> Self {
		self.genesis = genesis;
		self
	}

	/// Believes of several nodes none for what is final, and keeps in `file` what was shown to be.
	pub fn with_trust(mut self, file: impl Into<PathBuf>) -> Self {
		self.trust = Some(file.into());
		self
	}
}

/// What a chain is for, by its specification.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ChainKind {
	/// One node of a developer.
	Development,
	/// A few nodes of a developer.
	Local,
	/// A public network.
	Live,
	/// Anything else.
	Custom(String),
}

/// Session keys that a node holds, for the call `Session.set_keys`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct SessionKeys {
	/// Public keys, encoded as the runtime's set.
	pub keys: Vec<u8>,
	/// Proof that the node holds the private ones, made for their owner.
	pub proof: Vec<u8>,
}

/// Which block counts as the latest.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Head {
	/// The newest one; a reorganisation may undo it.
	Best,
	/// The newest one that is final.
	#[default]
	Finalized,
}

/// A connection to the chain. Cheap to clone; all clones share nonces and the connection.
#[derive(Clone)]
pub struct Chain {
	pub(super) inner: Arc<Inner>,
}

pub(super) struct Inner {
	pub failover: Arc<Failover>,
	pub methods: LegacyRpcMethods<RpcConfigFor<SubstrateConfig>>,
	pub client: OnlineClient<SubstrateConfig>,
	pub genesis: Hash,
	pub kind: ChainKind,
	pub name: String,
	pub nonces: Nonces,
	pub versions: Versions,
	pub stall_timeout: Duration,
}

impl std::fmt::Debug for Chain {
	fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
		write!(f, "Chain({}, genesis {:?})", self.inner.name, self.inner.genesis)
	}
}

impl Chain {
	/// Connects to the first of the nodes that answers and serves the expected chain.
	///
	/// Errors: [`Error::Unreachable`], [`Error::WrongGenesis`], [`Error::Usage`] without any URL.
	pub async fn connect(options: ConnectOptions) -> Result<Self> {
		check_urls(&options.urls)?;
		let several = options.urls.len() > 1;
		let finality = options.trust.filter(|_| several).map(Finality::new);
		let failover = Arc::new(Failover::new(
			options.urls,
			options.genesis,
			options.connect_timeout,
			options.request_timeout,
			finality,
		));
		failover.connect().await?;
		if several {
			monitor::start(&failover, BLOCK_TIME);
		}
		let genesis = failover.genesis().ok_or(Error::Unreachable { tried: Vec::new() })?;
		let methods = LegacyRpcMethods::new(handle(&failover));
		let failed = |what: &str, error: subxt::rpcs::Error| rpc_error(&failover, what, error);
		let kind =
			handle(&failover).request::<serde_json::Value>("system_chainType", rpc_params![]).await;
		let kind = chain_kind(&kind.map_err(|error| failed("system_chainType", error))?);
		let name = methods.system_chain().await.map_err(|error| failed("system_chain", error))?;
		let name = foreign(&name);
		let config = SubstrateConfig::builder().set_genesis_hash(genesis).build();
		let backend = LegacyBackend::builder().build(handle(&failover));
		let client = OnlineClient::from_backend_with_config(config, Arc::new(backend))
			.await
			.map_err(|error| subxt_error(&failover, "the genesis block", error))?;
		Ok(Self {
			inner: Arc::new(Inner {
				failover,
				methods,
				client,
				genesis,
				kind,
				name,
				nonces: Nonces::default(),
				versions: Versions::default(),
				stall_timeout: options.stall_timeout,
			}),
		})
	}

	/// Hash of the first block, which names the chain.
	pub fn genesis(&self) -> Hash {
		self.inner.genesis
	}

	/// Name of the chain.
	pub fn name(&self) -> &str {
		&self.inner.name
	}

	/// What the chain is for.
	pub fn kind(&self) -> &ChainKind {
		&self.inner.kind
	}

	/// Whether well-known development keys are in order here.
	pub fn is_development(&self) -> bool {
		matches!(self.inner.kind, ChainKind::Development | ChainKind::Local)
	}

	/// URL of the node in use, `None` while there is none.
	pub async fn url(&self) -> Option<String> {
		self.inner.failover.url().await
	}

	/// Number and hash of the latest block.
	pub async fn head(&self, head: Head) -> Result<BlockInfo> {
		match self.head_once(head).await {
			// The node may have been left for one that tells the truth.
			Err(_) if head == Head::Finalized && self.inner.failover.asks_for_votes() => {
				self.head_once(head).await
			},
			answer => answer,
		}
	}

	async fn head_once(&self, head: Head) -> Result<BlockInfo> {
		let methods = &self.inner.methods;
		let hash = match head {
			Head::Best => methods
				.chain_get_block_hash(None)
				.await
				.map_err(|error| self.rpc_error("chain_getBlockHash", error))?
				.ok_or_else(|| Error::decode("the best block", "the node has none"))?,
			Head::Finalized => methods
				.chain_get_finalized_head()
				.await
				.map_err(|error| self.rpc_error("chain_getFinalizedHead", error))?,
		};
		let header = self.header(hash).await?;
		if head == Head::Finalized {
			self.inner.failover.confirm(&header).await?;
		}
		BlockInfo::of(&header)
	}

	/// Number and parent of the block with this hash.
	pub async fn block(&self, hash: Hash) -> Result<BlockInfo> {
		BlockInfo::of(&self.header(hash).await?)
	}

	async fn header(&self, hash: Hash) -> Result<Header> {
		let header = self.inner.methods.chain_get_header(Some(hash)).await;
		let header = header
			.map_err(|error| self.rpc_error("chain_getHeader", error))?
			.ok_or_else(|| Error::decode("a header", format!("the node has no block {hash:?}")))?;
		match BlockInfo::of(&header)?.hash == hash {
			true => Ok(header),
			false => Err(Error::decode("a header", format!("it is not that of {hash:?}"))),
		}
	}

	/// The transactions of a block, encoded as they were sent.
	pub(super) async fn transactions(&self, block: &Hash) -> Result<Vec<Vec<u8>>> {
		let method = "chain_getBlock";
		let details = handle(&self.inner.failover)
			.request::<Option<BlockDetails>>(method, rpc_params![block])
			.await
			.map_err(|error| self.rpc_error(method, error))?
			.ok_or_else(|| Error::decode(method, format!("the node has no block {block:?}")))?;
		let bytes = |one: Extrinsic| match one {
			Extrinsic::Bytes(bytes) => Ok(bytes),
			Extrinsic::Hexadecimal(text) => hex::decode(text.strip_prefix("0x").unwrap_or(&text))
				.map_err(|error| Error::decode(method, error)),
		};
		details.block.extrinsics.into_iter().map(bytes).collect()
	}

	/// Hash of the block of this number on the best chain, `None` where there is none yet.
	pub async fn block_hash(&self, number: BlockNumber) -> Result<Option<Hash>> {
		self.inner
			.methods
			.chain_get_block_hash(Some(u64::from(number).into()))
			.await
			.map_err(|error| self.rpc_error("chain_getBlockHash", error))
	}

	/// State after the block of this number on the best chain.
	///
	/// Errors: [`Error::Forgotten`] where the node has no such block.
	pub async fn at_number(&self, number: BlockNumber) -> Result<At> {
		let hash = self.block_hash(number).await?;
		let hash = hash.ok_or_else(|| Error::Forgotten(format!("block {number}")))?;
		let block = self.block(hash).await?;
		self.at(block).await
	}

	/// State at the latest block.
	pub async fn at_head(&self, head: Head) -> Result<At> {
		let block = self.head(head).await?;
		self.at(block).await
	}

	/// State at the newest block.
	pub async fn at_best(&self) -> Result<At> {
		self.at_head(Head::Best).await
	}

	/// State at the newest final block.
	pub async fn at_finalized(&self) -> Result<At> {
		self.at_head(Head::Finalized).await
	}

	/// State at a block.
	pub async fn at(&self, block: BlockInfo) -> Result<At> {
		At::new(self.clone(), block).await
	}

	/// New blocks as they come: the best ones (some may be skipped, some undone later), or every
	/// final one in order. The stream never ends: an outage is an error item, and then it goes on.
	pub fn blocks(&self, head: Head) -> Blocks {
		Blocks::start(self.clone(), head)
	}

	/// A block from the node's store of published content, by the hash of its bytes.
	///
	/// `None` where the node does not have it. The bytes are not verified here.
	pub async fn published_block(&self, hash: &Hash) -> Result<Option<Vec<u8>>> {
		let cid = crate::content::raw_cid_text(hash);
		let answer = handle(&self.inner.failover)
			.request::<String>("bitswap_v1_get", rpc_params![cid])
			.await;
		match answer {
			Ok(text) => hex::decode(text.strip_prefix("0x").unwrap_or(&text))
				.map(Some)
				.map_err(|error| Error::decode("bitswap_v1_get", error)),
			Err(subxt::rpcs::Error::User(error)) if error.code == BLOCK_NOT_FOUND => Ok(None),
			Err(error) => Err(self.rpc_error("bitswap_v1_get", error)),
		}
	}

	/// Makes new session keys in the node's key store, for `owner` to register. The node must allow
	/// unsafe methods to this connection.
	pub async fn rotate_session_keys(&self, owner: &AccountId) -> Result<SessionKeys> {
		let bytes: &[u8; 32] = owner.as_ref();
		let owner = format!("0x{}", hex::encode(bytes));
		let method = "author_rotateKeysWithOwner";
		let answer = handle(&self.inner.failover)
			.request::<serde_json::Value>(method, rpc_params![owner])
			.await
			.map_err(|error| self.rpc_error(method, error))?;
		let field = |name: &str| {
			let text = answer.get(name).and_then(|value| value.as_str()).unwrap_or_default();
			hex::decode(text.trim_start_matches("0x")).map_err(|error| Error::decode(method, error))
		};
		Ok(SessionKeys { keys: field("keys")?, proof: field("proof")? })
	}

	pub(crate) fn rpc_error(&self, what: &str, error: subxt::rpcs::Error) -> Error {
		rpc_error(&self.inner.failover, what, error)
	}

	pub(crate) fn subxt_error(&self, what: &str, error: impl Into<subxt::Error>) -> Error {
		subxt_error(&self.inner.failover, what, error)
	}
}

/// The part of `chain_getBlock` that is used: justifications come in another form than subxt reads.
#[derive(serde::Deserialize)]
struct BlockDetails {
	block: BlockBody,
}

#[derive(serde::Deserialize)]
struct BlockBody {
	extrinsics: Vec<Extrinsic>,
}

/// Nodes whose blocks are opaque to them give hexadecimal text, others give numbers.
#[derive(serde::Deserialize)]
#[serde(untagged)]
enum Extrinsic {
	Hexadecimal(String),
	Bytes(Vec<u8>),
}

/// Code of `bitswap_v1_get` for a block that the node does not have.
const BLOCK_NOT_FOUND: i32 = -32810;

fn check_urls(urls: &[String]) -> Result<()> {
	if urls.is_empty() {
		return Err(Error::Usage("no node URL is given".into()));
	}
	match urls.iter().find(|url| !url.starts_with("ws://") && !url.starts_with("wss://")) {
		Some(url) => Err(Error::Usage(format!("{url:?} is not a ws:// or wss:// URL"))),
		None => Ok(()),
	}
}

fn chain_kind(value: &serde_json::Value) -> ChainKind {
	match value {
		serde_json::Value::String(text) if text == "Development" => ChainKind::Development,
		serde_json::Value::String(text) if text == "Local" => ChainKind::Local,
		serde_json::Value::String(text) if text == "Live" => ChainKind::Live,
		other => ChainKind::Custom(other.to_string()),
	}
}

/// The outage where there is one, else the node's answer.
fn rpc_error(failover: &Failover, what: &str, error: subxt::rpcs::Error) -> Error {
	if let Some(outage) = failover.outage() {
		return outage.into();
	}
	let message = match error {
		subxt::rpcs::Error::User(error) => match &error.data {
			Some(data) => format!("{} ({}): {}", error.message, error.code, data.get()),
			None => format!("{} ({})", error.message, error.code),
		},
		other => other.to_string(),
	};
	Error::Rpc { what: what.into(), message: foreign(&message) }
}

fn subxt_error(failover: &Failover, what: &str, error: impl Into<subxt::Error>) -> Error {
	match failover.outage() {
		Some(outage) => outage.into(),
		None => Error::Rpc { what: what.into(), message: foreign(&error.into().to_string()) },
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn urls_should_be_refused_when_missing_or_of_another_scheme() {
		assert!(check_urls(&[]).is_err());
		assert!(check_urls(&["http://127.0.0.1:9944".into()]).is_err());
		assert!(check_urls(&["ws://a".into(), "ftp://b".into()]).is_err());
		assert!(check_urls(&["ws://a".into(), "wss://b".into()]).is_ok());
	}

	#[test]
	fn only_development_and_local_chains_should_count_as_such() {
		let kind = |text: &str| chain_kind(&serde_json::from_str(text).expect("JSON"));
		assert_eq!(kind("\"Development\""), ChainKind::Development);
		assert_eq!(kind("\"Local\""), ChainKind::Local);
		assert_eq!(kind("\"Live\""), ChainKind::Live);
		assert!(matches!(kind("{\"Custom\":\"Development\"}"), ChainKind::Custom(_)));
	}

	#[test]
	fn blocks_should_be_read_whether_transactions_are_text_or_numbers() {
		for extrinsics in ["[\"0x2805\"]", "[[40,5]]"] {
			let text = format!(
				"{{\"block\":{{\"header\":{{}},\"extrinsics\":{extrinsics}}},\
				\"justifications\":[[[70,82],[1,2,3]]]}}"
			);
			let details: BlockDetails = serde_json::from_str(&text).expect("as nodes write it");
			assert_eq!(details.block.extrinsics.len(), 1);
		}
	}

	#[tokio::test]
	async fn connecting_should_name_every_node_when_none_answers() {
		let mut options = ConnectOptions::new(["ws://127.0.0.1:1", "ws://127.0.0.1:2"]);
		options.connect_timeout = Duration::from_secs(2);
		let error = Chain::connect(options).await.expect_err("nothing listens there");
		assert_eq!(error.code(), "E-0101");
		let text = error.to_string();
		assert!(text.contains("127.0.0.1:1:") && text.contains("127.0.0.1:2:"), "{text}");
	}
}
