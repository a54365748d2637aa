//! A node for unit tests: JSON-RPC over a WebSocket, as little of both as a client needs.

use super::PATIENCE;
use assay_local::websocket::{self, Frame, Kind};
use serde_json::{Value, json};
use std::{
	sync::{
		Arc,
		atomic::{AtomicUsize, Ordering},
	},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncWrite, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

/// What the node does with a request.
pub(crate) enum Answer {
	Result(Value),
	Error(i32, &'static str),
	/// Says nothing.
	Silence,
	/// Closes the connection.
	HangUp,
}

/// A node on 127.0.0.1 that ends with the test.
pub(crate) struct Node {
	pub url: String,
	connections: Arc<AtomicUsize>,
	task: tokio::task::JoinHandle<()>,
}

impl Node {
	/// A node that answers each method as `handler` says, and `chain_getBlockHash` with `genesis`.
	pub async fn start(
		genesis: u8,
		handler: impl Fn(&str) -> Answer + Send + Sync + 'static,
	) -> Self {
		Self::start_at("127.0.0.1:0", genesis, handler).await
	}

	/// One that looks at what a method is asked with, too.
	pub async fn start_asked(
		genesis: u8,
		handler: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static,
	) -> Self {
		Self::serve_at("127.0.0.1:0", genesis, handler).await
	}

	/// The same at an address, which a node that is ending may still hold for a moment.
	pub async fn start_at(
		address: &str,
		genesis: u8,
		handler: impl Fn(&str) -> Answer + Send + Sync + 'static,
	) -> Self {
		Self::serve_at(address, genesis, move |method, _| handler(method)).await
	}

	async fn serve_at(
		address: &str,
		genesis: u8,
		handler: impl Fn(&str, &Value) -> Answer + Send + Sync + 'static,
	) -> Self {
		let bound = async {
			loop {
				match TcpListener::bind(address).await {
					Ok(listener) => break listener,
					Err(_) => tokio::time::sleep(Duration::from_millis(20)).await,
				}
			}
		};
		let bound = tokio::time::timeout(PATIENCE, bound).await;
		let listener = bound.unwrap_or_else(|_| panic!("nobody can listen at {address}"));
		let url = format!("ws://{}", listener.local_addr().expect("bound"));
		let connections = Arc::new(AtomicUsize::new(0));
		let (count, handler) = (connections.clone(), Arc::new(handler));
		let task = tokio::spawn(async move {
			let mut open = tokio::task::JoinSet::new();
			while let Ok((stream, _)) = listener.accept().await {
				count.fetch_add(1, Ordering::SeqCst);
				let handler = handler.clone();
				open.spawn(async move { serve(stream, genesis, &*handler).await });
			}
		});
		Self { url, connections, task }
	}

	pub fn connections(&self) -> usize {
		self.connections.load(Ordering::SeqCst)
	}
}

impl Drop for Node {
	fn drop(&mut self) {
		self.task.abort();
	}
}

/// Ends, with nothing to tell, when the client is gone.
async fn serve(
	mut stream: TcpStream,
	genesis: u8,
	handler: &(dyn Fn(&str, &Value) -> Answer + Send + Sync),
) -> Option<()> {
	shake_hands(&mut stream).await?;
	loop {
		let request: Value = serde_json::from_slice(&read_text(&mut stream).await?).ok()?;
		let method = request["method"].as_str()?;
		let answer = match method {
			"chain_getBlockHash" => {
				Answer::Result(json!(format!("0x{}", hex::encode([genesis; 32]))))
			},
			method => handler(method, &request["params"]),
		};
		let id = &request["id"];
		let text = match answer {
			Answer::Result(result) => json!({ "jsonrpc": "2.0", "id": id, "result": result }),
			Answer::Error(code, message) => {
				let error = json!({ "code": code, "message": message });
				json!({ "jsonrpc": "2.0", "id": id, "error": error })
			},
			Answer::Silence => continue,
			Answer::HangUp => return None,
		};
		write_text(&mut stream, text.to_string().as_bytes()).await?;
	}
}

pub(super) async fn shake_hands(stream: &mut TcpStream) -> Option<()> {
	let head = websocket::http_head(stream).await.ok()?;
	stream.write_all(websocket::accept(&head)?.as_bytes()).await.ok()
}

/// The next text frame; others are passed over.
pub(super) async fn read_text(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
	loop {
		let frame = Frame::read(stream).await.ok()?;
		match frame.kind {
			Kind::Text => return Some(frame.body),
			Kind::Close => return None,
			Kind::Other => {},
		}
	}
}

pub(super) async fn write_text(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Option<()> {
	stream.write_all(&websocket::text(bytes)).await.ok()
}
