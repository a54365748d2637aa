//! A chain for unit tests that forks and re-organises as the test says, behind a node's RPC.

use super::{
	PATIENCE,
	node::{read_text, shake_hands, write_text},
};
use crate::chain::{BlockInfo, Chain, ConnectOptions, Header};
use assay_interface::METADATA;
use assay_primitives::{
	AccountId, BlockNumber, Hash,
	api::{DealTasks, Page, TaskOfDeal},
	content::ContentRef,
	deal::{TaskView, Via, single},
	hashing::blake2,
	task::{DealId, TaskId},
};
use codec::{Compact, Decode, Encode};
use serde_json::{Value, json};
use std::{
	collections::HashMap,
	sync::{Arc, Mutex},
	time::Duration,
};
use subxt::Metadata;
use tokio::{
	net::{TcpListener, TcpStream},
	sync::mpsc::{UnboundedSender, unbounded_channel},
	task::JoinSet,
};

/// A runtime that takes over at the end of a block.
#[derive(Clone)]
pub(crate) struct Upgrade {
	pub spec_version: u32,
	pub metadata: Vec<u8>,
	/// Its answer to a view of [`crate::chain::Api::Assay`], of that which this crate knows.
	pub show: fn(&str, Vec<u8>) -> Vec<u8>,
}

/// What a block does.
#[derive(Clone, Default)]
pub(crate) struct Content {
	transactions: Vec<Vec<u8>>,
	events: Vec<Vec<u8>>,
	views: Vec<TaskView>,
	published: Vec<Hash>,
	nonce: u32,
	upgrade: Option<Upgrade>,
}

impl Content {
	/// A transaction that opens a deal. Its hash is that of `bytes`.
	pub fn opens(mut self, bytes: &[u8], deal: DealId, client: &AccountId) -> Self {
		let none: Vec<AccountId> = Vec::new();
		let fields = (deal, Via::MARKET, client, client, 1u32, none, 0u128, 0u128, 0u128).encode();
		self.report("Deals", "DealOpened", fields);
		self.transactions.push(bytes.to_vec());
		self
	}

	/// A transaction that fails.
	pub fn fails(mut self, bytes: &[u8]) -> Self {
		// No module's error, and the least weight.
		self.report("System", "ExtrinsicFailed", vec![2, 0, 0, 0, 0]);
		self.transactions.push(bytes.to_vec());
		self
	}

	/// What the view of a task shows from this block on.
	pub fn shows(mut self, view: TaskView) -> Self {
		self.views.push(view);
		self
	}

	/// Content that is published in this block, and kept for long.
	pub fn publishes(mut self, hash: Hash) -> Self {
		self.published.push(hash);
		self
	}

	/// Transactions that every account has sent up to this block.
	pub fn nonce(mut self, nonce: u32) -> Self {
		self.nonce = nonce;
		self
	}

	/// Another runtime from the end of this block on.
	pub fn upgrades(mut self, upgrade: Upgrade) -> Self {
		self.upgrade = Some(upgrade);
		self
	}

	fn report(&mut self, pallet: &str, name: &str, fields: Vec<u8>) {
		let metadata = Metadata::decode_from(METADATA).expect("it is committed");
		let pallet = metadata.pallet_by_name(pallet).expect("a pallet");
		let variant = pallet.event_variants().expect("it has events").iter();
		let variant = variant.clone().find(|variant| variant.name == name).expect("an event");
		let phase = (0u8, self.transactions.len() as u32).encode();
		let topics = Vec::<Hash>::new().encode();
		let index = vec![pallet.event_index(), variant.index];
		self.events.push([phase, index, fields, topics].concat());
	}
}

struct Block {
	info: BlockInfo,
	header: Value,
	content: Content,
}

#[derive(Default)]
struct State {
	blocks: HashMap<Hash, Block>,
	best: Hash,
	finalized: Hash,
	/// Identifier, whether it is of best heads, and where it is told of.
	subscriptions: Vec<(String, bool, UnboundedSender<Value>)>,
	/// Transactions that were sent.
	sent: Vec<Vec<u8>>,
	/// Views of tasks that were asked for, and the blocks at which they were.
	asked: Vec<(TaskId, Hash)>,
	/// Requests by their method.
	requests: HashMap<String, usize>,
}

/// The chain, and a client that is connected to it.
pub(crate) struct Forks {
	pub chain: Chain,
	pub genesis: BlockInfo,
	state: Arc<Mutex<State>>,
	server: tokio::task::JoinHandle<()>,
}

impl Drop for Forks {
	fn drop(&mut self) {
		self.server.abort();
	}
}

impl Forks {
	/// A chain of one block.
	pub async fn start() -> Self {
		let nothing = Hash::zero();
		let before = BlockInfo { number: u32::MAX, hash: nothing, parent: nothing };
		let state = Arc::new(Mutex::new(State::default()));
		let genesis = add(&state, before, Content::default());
		{
			let mut state = state.lock().expect("no test panics with it");
			(state.best, state.finalized) = (genesis.hash, genesis.hash);
		}
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
		let url = format!("ws://{}", listener.local_addr().expect("bound"));
		let shared = state.clone();
		let server = tokio::spawn(async move {
			let mut open = JoinSet::new();
			while let Ok((stream, _)) = listener.accept().await {
				open.spawn(serve(stream, shared.clone()));
			}
		});
		let chain = Chain::connect(ConnectOptions::new([url])).await.expect("it answers");
		Self { chain, genesis, state, server }
	}

	/// Adds a block, of which nobody is told yet.
	pub fn add(&self, parent: BlockInfo, content: Content) -> BlockInfo {
		add(&self.state, parent, content)
	}

	/// Adds empty blocks up to a height. Their views are those of their parents.
	pub fn extend(&self, parent: BlockInfo, to: BlockNumber) -> BlockInfo {
		(parent.number..to).fold(parent, |parent, _| self.add(parent, Content::default()))
	}

	/// Makes a block the best one, whatever fork it is on.
	pub fn best(&self, block: BlockInfo) {
		let mut state = self.state.lock().expect("no test panics with it");
		state.best = block.hash;
		state.tell(true);
	}

	/// Makes a block final, and the best one where that is on another fork.
	pub fn finalize(&self, block: BlockInfo) {
		let mut state = self.state.lock().expect("no test panics with it");
		state.finalized = block.hash;
		if state.canonical(block.number) != Some(block.hash) {
			state.best = block.hash;
			state.tell(true);
		}
		state.tell(false);
	}

	/// Transactions that were sent.
	pub fn sent(&self) -> Vec<Vec<u8>> {
		self.state.lock().expect("no test panics with it").sent.clone()
	}

	/// Whether a view of the task was asked for at a block.
	pub fn was_asked(&self, task: TaskId, at: BlockInfo) -> bool {
		let state = self.state.lock().expect("no test panics with it");
		state.asked.contains(&(task, at.hash))
	}

	/// How often a view of the task was asked for.
	pub fn asked(&self, task: TaskId) -> usize {
		let state = self.state.lock().expect("no test panics with it");
		state.asked.iter().filter(|(asked, _)| *asked == task).count()
	}

	/// Waits until a condition holds.
	///
	/// # Panics
	///
	/// Where it does not hold within [`PATIENCE`], with what the node was asked for until then.
	pub async fn until(&self, condition: impl Fn(&Self) -> bool) {
		let holds = async {
			while !condition(self) {
				tokio::time::sleep(Duration::from_millis(5)).await;
			}
		};
		if tokio::time::timeout(PATIENCE, holds).await.is_err() {
			let state = self.state.lock().expect("no test panics with it");
			panic!("what a test waits for never came; asked were {:?}", state.requests);
		}
	}

	/// Waits until all of these methods, or views, were asked for.
	pub async fn requested(&self, methods: &[&str]) {
		let made = |method: &&str| {
			let state = self.state.lock().expect("no test panics with it");
			state.requests.contains_key(*method)
		};
		self.until(|_| methods.iter().all(made)).await;
	}

	/// Waits until somebody follows final heads, and has read the one that there is.
	pub async fn followed(&self) {
		self.requested(&["chain_subscribeFinalizedHeads", "chain_getFinalizedHead"]).await;
	}
}

fn add(state: &Mutex<State>, parent: BlockInfo, content: Content) -> BlockInfo {
	let mut state = state.lock().expect("no test panics with it");
	let number = parent.number.wrapping_add(1);
	// Blocks of equal content at one height are still of different forks.
	let salt = Hash::from_low_u64_be(state.blocks.len() as u64);
	let header = json!({
		"parentHash": parent.hash, "number": format!("0x{number:x}"), "stateRoot": Hash::zero(),
		"extrinsicsRoot": salt, "digest": { "logs": [] },
	});
	let read: Header = serde_json::from_value(header.clone()).expect("a header");
	let info = BlockInfo::of(&read).expect("a number that fits");
	state.blocks.insert(info.hash, Block { info, header, content });
	info
}

impl State {
	/// Tells those who follow best, or final, heads of the one that is.
	fn tell(&self, best: bool) {
		for (id, of_best, to) in &self.subscriptions {
			if *of_best == best {
				let _ = to.send(self.notification(id, best));
			}
		}
	}

	fn notification(&self, id: &str, best: bool) -> Value {
		let method = if best { "chain_newHead" } else { "chain_finalizedHead" };
		let head = if best { self.best } else { self.finalized };
		let result = &self.blocks[&head].header;
		json!({
			"jsonrpc": "2.0", "method": method,
			"params": { "subscription": id, "result": result },
		})
	}

	/// The block and those before it.
	fn ancestry(&self, block: Hash) -> impl Iterator<Item = &Block> {
		let mut next = self.blocks.get(&block);
		std::iter::from_fn(move || {
			let block = next?;
			next = self.blocks.get(&block.info.parent);
			Some(block)
		})
	}

	fn canonical(&self, number: BlockNumber) -> Option<Hash> {
		let found = self.ancestry(self.best).find(|block| block.info.number == number);
		found.map(|block| block.info.hash)
	}

	fn task(&self, task: TaskId, at: Hash) -> Option<TaskView> {
		self.ancestry(at)
			.find_map(|block| block.content.views.iter().find(|view| view.id == task).cloned())
	}

	/// All of them, whatever their number.
	fn tasks(&self, id: DealId, from: u32, at: Hash) -> Option<DealTasks> {
		let TaskView { deal, at: now, .. } = self.task(single(id), at)?;
		let tasks =
			(from..deal.tasks).filter_map(|index| self.task(TaskId { deal: id, index }, at));
		let show = |TaskView { id, status, next, .. }| TaskOfDeal { index: id.index, status, next };
		let tasks = Page { items: tasks.map(show).collect(), next: None };
		Some(DealTasks { id, deal, tasks, at: now })
	}

	/// The runtime after a block, where it is another one than at genesis.
	fn upgrade(&self, at: Hash) -> Option<Upgrade> {
		self.ancestry(at).find_map(|block| block.content.upgrade.clone())
	}

	fn nonce(&self, at: Hash) -> u32 {
		self.ancestry(at).map(|block| block.content.nonce).max().unwrap_or(0)
	}

	fn account(&self, at: Hash) -> Vec<u8> {
		(self.nonce(at), 0u32, 1u32, 0u32, 0u128, 0u128, 0u128, 0u128).encode()
	}

	fn call(&mut self, name: &str, data: &[u8], at: Hash) -> Vec<u8> {
		*self.requests.entry(name.into()).or_default() += 1;
		match name {
			"AssayApi_content" => {
				let hash = Hash::decode(&mut &data[..]).expect("the view's argument");
				let mut blocks = self.ancestry(at);
				let found = blocks.any(|block| block.content.published.contains(&hash));
				found.then_some((1u32, 9_000u32)).encode()
			},
			"AssayApi_promised_until" => {
				let content = ContentRef::decode(&mut &data[..]).expect("the view's argument");
				let mut blocks = self.ancestry(at);
				let found = blocks.any(|block| block.content.published.contains(&content.hash));
				found.then_some(9_000u32).encode()
			},
			"Core_version" => {
				let apis: Vec<([u8; 8], u32)> = Vec::new();
				let spec_version = self.upgrade(at).map_or(1, |runtime| runtime.spec_version);
				("assay", "assay", 1u32, spec_version, 1u32, apis, 1u32).encode()
			},
			"AccountNonceApi_account_nonce" => self.nonce(at).encode(),
			"Metadata_metadata_versions" => vec![u32::from(METADATA[4])].encode(),
			"Metadata_metadata_at_version" => {
				let upgraded = self.upgrade(at).map(|runtime| runtime.metadata);
				Some(upgraded.unwrap_or_else(|| METADATA.to_vec())).encode()
			},
			"AssayApi_next_deal" => {
				let views = self.ancestry(at).flat_map(|block| &block.content.views);
				views.map(|view| view.id.deal + 1).max().unwrap_or(0).encode()
			},
			"AssayApi_task" => {
				let task = TaskId::decode(&mut &data[..]).expect("the view's argument");
				self.asked.push((task, at));
				let answer = self.task(task, at).encode();
				match self.upgrade(at) {
					Some(runtime) => (runtime.show)("task", answer),
					None => answer,
				}
			},
			"AssayApi_tasks_of_deal" => {
				let (deal, from, _) =
					<(DealId, u32, u32)>::decode(&mut &data[..]).expect("the view's arguments");
				self.tasks(deal, from, at).encode()
			},
			// Nobody is known.
			_ => vec![0],
		}
	}

	fn answer(&mut self, method: &str, params: &Value) -> Value {
		let hash = |at: usize| -> Hash {
			serde_json::from_value(params[at].clone()).expect("the hash of a block")
		};
		let bytes = |at: usize| {
			let text = params[at].as_str().unwrap_or_default();
			hex::decode(text.trim_start_matches("0x")).expect("hexadecimal")
		};
		let hexadecimal = |bytes: Vec<u8>| json!(format!("0x{}", hex::encode(bytes)));
		match method {
			"system_chainType" => json!("Development"),
			"system_chain" => json!("forks"),
			"system_accountNextIndex" => json!(0),
			"chain_getFinalizedHead" => json!(self.finalized),
			"chain_getBlockHash" => match params[0].as_u64() {
				Some(number) => json!(self.canonical(number as BlockNumber)),
				None => json!(self.best),
			},
			"chain_getHeader" => {
				self.blocks.get(&hash(0)).map_or(json!(null), |block| block.header.clone())
			},
			"chain_getBlock" => {
				let all = self.blocks[&hash(0)].content.transactions.iter();
				let all: Vec<Value> = all.map(|bytes| hexadecimal(bytes.clone())).collect();
				json!({ "block": { "header": {}, "extrinsics": all } })
			},
			"state_call" => {
				let name = params[0].as_str().unwrap_or_default().to_string();
				let (data, at) = (bytes(1), hash(2));
				hexadecimal(self.call(&name, &data, at))
			},
			"state_getStorage" => {
				let (key, at) = (bytes(0), hash(1));
				let events = &self.blocks[&at].content.events;
				match key.len() {
					// The only plain item that is read.
					32 => {
						let count = Compact(events.len() as u32).encode();
						hexadecimal([count, events.concat()].concat())
					},
					_ => hexadecimal(self.account(at)),
				}
			},
			_ => json!(true),
		}
	}
}

/// Ends, with nothing to tell, when the client is gone.
async fn serve(mut stream: TcpStream, state: Arc<Mutex<State>>) -> Option<()> {
	shake_hands(&mut stream).await?;
	let (mut reader, mut writer) = stream.into_split();
	let (sender, mut outgoing) = unbounded_channel::<Value>();
	let writing = async move {
		while let Some(message) = outgoing.recv().await {
			write_text(&mut writer, message.to_string().as_bytes()).await?;
		}
		Some(())
	};
	let reading = async move {
		loop {
			let request: Value = serde_json::from_slice(&read_text(&mut reader).await?).ok()?;
			let (method, id) = (request["method"].as_str()?, &request["id"]);
			let mut state = state.lock().ok()?;
			*state.requests.entry(method.into()).or_default() += 1;
			let is_subscription = method.starts_with("chain_subscribe");
			let result = match method {
				"author_submitAndWatchExtrinsic" => {
					let text = request["params"][0].as_str()?.trim_start_matches("0x").to_string();
					state.sent.push(hex::decode(text).ok()?);
					let error = json!({ "code": 1010, "message": "Invalid Transaction" });
					sender.send(json!({ "jsonrpc": "2.0", "id": id, "error": error })).ok()?;
					continue;
				},
				_ if is_subscription => json!(format!("sub-{}", state.subscriptions.len())),
				_ => state.answer(method, &request["params"]),
			};
			sender.send(json!({ "jsonrpc": "2.0", "id": id, "result": result })).ok()?;
			if is_subscription {
				let (name, best) = (result.as_str()?.to_string(), method.ends_with("NewHeads"));
				sender.send(state.notification(&name, best)).ok()?;
				state.subscriptions.push((name, best, sender.clone()));
			}
		}
	};
	tokio::select! {
		ended = writing => ended,
		ended = reading => ended,
	}
}

/// The hash of a transaction.
pub(crate) fn hash_of(transaction: &[u8]) -> Hash {
	blake2(transaction)
}
