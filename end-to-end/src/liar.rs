//! A node that lies about what is final, in front of one that does not.

use anyhow::{Context, Result};
use assay_client::{Chain, ConnectOptions, Head};
use assay_finality::{Header, hash_of};
use assay_local::websocket::{self, Frame};
use assay_primitives::{BlockNumber, Hash};
use serde_json::Value;
use std::{
	collections::HashMap,
	sync::{
		Arc, Mutex, MutexGuard, PoisonError,
		atomic::{AtomicBool, Ordering},
	},
};
use tokio::{
	io::AsyncWriteExt,
	net::{
		TcpListener, TcpStream,
		tcp::{OwnedReadHalf, OwnedWriteHalf},
	},
	task::{JoinHandle, JoinSet},
};

/// Hands on what a node says, until it is told to lie: then final blocks are of its own making, each with a header that
/// has the right number and the right hash.
pub struct Liar {
	/// WebSocket address.
	pub url: String,
	lies: Arc<AtomicBool>,
	server: JoinHandle<()>,
}

impl Liar {
	/// In front of the node at `url`.
	pub async fn start(url: &str) -> Result<Self> {
		let listener = TcpListener::bind("127.0.0.1:0").await?;
		let lies = Arc::new(AtomicBool::new(false));
		let behind = Arc::new(Behind {
			address: url.strip_prefix("ws://").context("a WebSocket")?.into(),
			chain: Chain::connect(ConnectOptions::new([url])).await?,
			lies: lies.clone(),
			made: Mutex::default(),
		});
		let url = format!("ws://{}", listener.local_addr()?);
		let server = tokio::spawn(async move {
			let mut open = JoinSet::new();
			while let Ok((client, _)) = listener.accept().await {
				open.spawn(relay(client, behind.clone()));
			}
		});
		Ok(Self { url, lies, server })
	}

	/// Lies from now on.
	pub fn lie(&self) {
		self.lies.store(true, Ordering::SeqCst);
	}
}

impl Drop for Liar {
	fn drop(&mut self) {
		self.server.abort();
	}
}

/// The node that tells the truth.
struct Behind {
	address: String,
	chain: Chain,
	lies: Arc<AtomicBool>,
	/// Blocks that were made up, by their hashes.
	made: Mutex<HashMap<Hash, Header>>,
}

impl Behind {
	/// A block that nobody has made.
	fn make(&self, number: BlockNumber) -> Header {
		let root = Hash::repeat_byte(0xee);
		let header = Header {
			parent_hash: root,
			number,
			state_root: root,
			extrinsics_root: root,
			digest: Default::default(),
		};
		lock(&self.made).insert(hash_of(&header), header.clone());
		header
	}

	fn made(&self, hash: &Value) -> Option<Header> {
		let hash: Hash = serde_json::from_value(hash.clone()).ok()?;
		lock(&self.made).get(&hash).cloned()
	}
}

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
	shared.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Requests of one connection whose answers are false, by their ids: for the header that is made up, else for the final
/// head.
type Asked = Mutex<HashMap<String, Option<Header>>>;

async fn relay(mut client: TcpStream, behind: Arc<Behind>) -> Result<()> {
	let mut node = TcpStream::connect(&behind.address).await?;
	let head = websocket::http_head(&mut client).await?;
	let named = |line: &str| match line.to_ascii_lowercase().starts_with("host:") {
		true => format!("host: {}", behind.address),
		false => line.to_string(),
	};
	let head: Vec<_> = head.split("\r\n").map(named).collect();
	node.write_all(head.join("\r\n").as_bytes()).await?;
	client.write_all(websocket::http_head(&mut node).await?.as_bytes()).await?;
	let asked = Asked::default();
	let ((from_client, to_client), (from_node, to_node)) = (client.into_split(), node.into_split());
	tokio::select! {
		ended = requests(from_client, to_node, &asked, &behind) => ended,
		ended = answers(from_node, to_client, &asked, &behind) => ended,
	}
}

async fn requests(
	mut from: OwnedReadHalf,
	mut to: OwnedWriteHalf,
	asked: &Asked,
	behind: &Behind,
) -> Result<()> {
	loop {
		let frame = Frame::read(&mut from).await?;
		let Ok(request) = serde_json::from_slice::<Value>(&frame.body) else {
			to.write_all(&frame.raw).await?;
			continue;
		};
		let header = behind.made(&request["params"][0]);
		if request["method"] == "chain_getFinalizedHead" || header.is_some() {
			lock(asked).insert(request["id"].to_string(), header);
		}
		to.write_all(&frame.raw).await?;
	}
}

async fn answers(
	mut from: OwnedReadHalf,
	mut to: OwnedWriteHalf,
	asked: &Asked,
	behind: &Behind,
) -> Result<()> {
	loop {
		let frame = Frame::read(&mut from).await?;
		let falsified = match serde_json::from_slice::<Value>(&frame.body) {
			Ok(answer) if behind.lies.load(Ordering::SeqCst) => {
				falsified(answer, asked, behind).await?
			},
			_ => None,
		};
		match falsified {
			Some(answer) => to.write_all(&websocket::text(answer.to_string().as_bytes())).await?,
			None => to.write_all(&frame.raw).await?,
		}
	}
}

/// What is said instead of an answer or a notification, where it is about what is final.
async fn falsified(mut answer: Value, asked: &Asked, behind: &Behind) -> Result<Option<Value>> {
	if answer["method"] == "chain_finalizedHead" {
		let header: Header = serde_json::from_value(answer["params"]["result"].take())?;
		answer["params"]["result"] = serde_json::to_value(behind.make(header.number))?;
		return Ok(Some(answer));
	}
	let about = lock(asked).remove(&answer["id"].to_string());
	answer["result"] = match about {
		None => return Ok(None),
		Some(Some(header)) => serde_json::to_value(header)?,
		Some(None) => {
			let number = behind.chain.head(Head::Finalized).await?.number;
			serde_json::to_value(hash_of(&behind.make(number)))?
		},
	};
	if let Some(fields) = answer.as_object_mut() {
		fields.remove("error");
	}
	Ok(Some(answer))
}
