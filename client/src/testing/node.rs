//! A node for unit tests: JSON-RPC over a WebSocket, as little of both as a client needs.

use super::PATIENCE;
use serde_json::{Value, json};
use std::{
	sync::{
		Arc,
		atomic::{AtomicUsize, Ordering},
	},
	time::Duration,
};
use tokio::{
	io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
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
	let mut head = Vec::new();
	while !head.ends_with(b"\r\n\r\n") {
		head.push(stream.read_u8().await.ok()?);
	}
	let head = String::from_utf8(head).ok()?;
	let key = head.lines().find_map(|line| {
		let (name, value) = line.split_once(':')?;
		name.eq_ignore_ascii_case("sec-websocket-key").then_some(value.trim())
	})?;
	let accept = base64(&sha1(format!("{key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11").as_bytes()));
	let answer = format!(
		"HTTP/1.1 101 Switching Protocols\r\nupgrade: websocket\r\nconnection: upgrade\r\n\
		 sec-websocket-accept: {accept}\r\n\r\n"
	);
	stream.write_all(answer.as_bytes()).await.ok()
}

/// The next text frame; others are passed over.
pub(super) async fn read_text(stream: &mut (impl AsyncRead + Unpin)) -> Option<Vec<u8>> {
	loop {
		let kind = stream.read_u8().await.ok()? & 0x0f;
		let length = match stream.read_u8().await.ok()? & 0x7f {
			126 => u64::from(stream.read_u16().await.ok()?),
			127 => stream.read_u64().await.ok()?,
			short => u64::from(short),
		};
		let mask = stream.read_u32().await.ok()?.to_be_bytes();
		let mut bytes = vec![0u8; usize::try_from(length).ok()?];
		stream.read_exact(&mut bytes).await.ok()?;
		for (at, byte) in bytes.iter_mut().enumerate() {
			*byte ^= mask[at % 4];
		}
		match kind {
			1 => return Some(bytes),
			8 => return None,
			_ => {},
		}
	}
}

pub(super) async fn write_text(stream: &mut (impl AsyncWrite + Unpin), bytes: &[u8]) -> Option<()> {
	let mut frame = vec![0x81];
	match (u8::try_from(bytes.len()), u16::try_from(bytes.len())) {
		(Ok(length), _) if length < 126 => frame.push(length),
		(_, Ok(length)) => {
			frame.push(126);
			frame.extend_from_slice(&length.to_be_bytes());
		},
		_ => {
			frame.push(127);
			frame.extend_from_slice(&(bytes.len() as u64).to_be_bytes());
		},
	}
	frame.extend_from_slice(bytes);
	stream.write_all(&frame).await.ok()
}

/// FIPS 180-4; the handshake of RFC 6455 wants it.
fn sha1(message: &[u8]) -> [u8; 20] {
	let mut state = [0x6745_2301u32, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0];
	let mut padded = message.to_vec();
	padded.push(0x80);
	while padded.len() % 64 != 56 {
		padded.push(0);
	}
	padded.extend_from_slice(&(message.len() as u64 * 8).to_be_bytes());
	for block in padded.chunks_exact(64) {
		let mut words = [0u32; 80];
		for (at, word) in block.chunks_exact(4).enumerate() {
			words[at] = u32::from_be_bytes([word[0], word[1], word[2], word[3]]);
		}
		for at in 16..80 {
			let mixed = words[at - 3] ^ words[at - 8] ^ words[at - 14] ^ words[at - 16];
			words[at] = mixed.rotate_left(1);
		}
		let [mut a, mut b, mut c, mut d, mut e] = state;
		for (at, word) in words.iter().enumerate() {
			let (mixed, constant) = match at / 20 {
				0 => ((b & c) | (!b & d), 0x5a82_7999u32),
				1 => (b ^ c ^ d, 0x6ed9_eba1),
				2 => ((b & c) | (b & d) | (c & d), 0x8f1b_bcdc),
				_ => (b ^ c ^ d, 0xca62_c1d6),
			};
			let next = a.rotate_left(5).wrapping_add(mixed).wrapping_add(e);
			let next = next.wrapping_add(constant).wrapping_add(*word);
			(e, d, c, b, a) = (d, c, b.rotate_left(30), a, next);
		}
		for (old, new) in state.iter_mut().zip([a, b, c, d, e]) {
			*old = old.wrapping_add(new);
		}
	}
	let mut digest = [0; 20];
	for (at, word) in state.iter().enumerate() {
		digest[at * 4..at * 4 + 4].copy_from_slice(&word.to_be_bytes());
	}
	digest
}

/// RFC 4648.
fn base64(bytes: &[u8]) -> String {
	const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	let mut text = String::new();
	for chunk in bytes.chunks(3) {
		let mut group = [0u8; 4];
		group[1..1 + chunk.len()].copy_from_slice(chunk);
		let group = u32::from_be_bytes(group);
		for digit in 0..4 {
			match digit <= chunk.len() {
				true => text.push(DIGITS[(group >> (18 - 6 * digit) & 63) as usize] as char),
				false => text.push('='),
			}
		}
	}
	text
}
