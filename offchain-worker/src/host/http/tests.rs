use super::*;
use crate::host::{
	metrics::Metrics, outputs::Outputs, private::Inbox, status::StatusWriter, store::TaskStore,
};
use assay_decisions::record::{Identity, Key, Sealed};
use assay_primitives::{
	AccountId, Hash,
	content::{BLOCK_SIZE, ContentRef, Layout, raw_cid},
	outcome::{Class, Manifest, Outcome, OutputEntry, OutputKind},
	task::TaskId,
};
use codec::{Decode, Encode};
use listener::Bounded;
use std::sync::Arc;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

struct Server {
	address: SocketAddr,
	served: Served,
	_dir: tempfile::TempDir,
}

impl Server {
	async fn start() -> Self {
		let dir = tempfile::tempdir().expect("temporary directory");
		let identity = Identity { genesis: Hash::zero(), stash: AccountId::from([1; 32]) };
		let (genesis, stash) = (identity.genesis, identity.stash.clone());
		let inbox = Inbox::open(dir.path(), genesis, vec![stash]).expect("writable");
		let store = TaskStore::open(dir.path(), identity).expect("opens");
		let outputs = Outputs::open(dir.path(), &[]).expect("opens");
		let (_, status) = StatusWriter::new();
		let metrics = Metrics::new().expect("metrics");
		let content = dir.path().join("content");
		let content = assay_client::Store::open(content, Default::default()).expect("opens");
		let served = Served::new(status, metrics);
		assert!(served.kept.set(Kept { outputs, content, store, inbox }).is_ok());
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
		let address = listener.local_addr().expect("address");
		let routes = router(served.clone(), true);
		tokio::spawn(serve(listener, 8, routes, std::future::pending()));
		Self { address, served, _dir: dir }
	}

	fn keep(&self, deal: u64, bytes: &[u8]) -> Manifest {
		let key = Key { task: TaskId { deal, index: 0 }, task_hash: Hash::repeat_byte(1) };
		let kept = self.served.kept.get().expect("set at the start");
		let folder = kept.outputs.prepare(&key).expect("creates");
		let layout = Layout::of(bytes);
		let write = |hash: &Hash, bytes: &[u8]| {
			std::fs::write(folder.join(hex::encode(hash)), bytes).expect("writes")
		};
		for ((hash, _), leaf) in layout.leaves.iter().zip(bytes.chunks(BLOCK_SIZE)) {
			write(hash, leaf);
		}
		if let Some(node) = &layout.node {
			write(&layout.content.hash, node);
		}
		kept.outputs.keep(&key).expect("keeps");
		let entry =
			OutputEntry { kind: OutputKind::Stdout, path: Vec::new(), content: layout.content };
		let manifest = Manifest(vec![entry]);
		let outcome = Outcome {
			class: Class::Exited(0),
			gas_used: 1,
			output: manifest.root(),
			output_bytes: manifest.bytes(),
		};
		let sealed = Sealed::new(outcome, manifest.clone(), [[1; 32], [2; 32]], 1);
		kept.store.seal(&key, &sealed).expect("writes");
		manifest
	}

	fn publish(&self, deal: u64) {
		let key = Key { task: TaskId { deal, index: 0 }, task_hash: Hash::repeat_byte(1) };
		assert!(self.served.kept.get().expect("set at the start").outputs.publish(&key));
	}

	/// Status, head and body of the answer to a request that is sent byte for byte.
	async fn send(&self, request: &str) -> (u16, String, Vec<u8>) {
		self.send_bytes(request.as_bytes().to_vec()).await
	}

	async fn send_bytes(&self, request: Vec<u8>) -> (u16, String, Vec<u8>) {
		let mut stream = TcpStream::connect(self.address).await.expect("connects");
		stream.write_all(&request).await.expect("writes");
		let mut answer = Vec::new();
		let read = stream.read_to_end(&mut answer);
		tokio::time::timeout(crate::testing::PATIENCE, read)
			.await
			.expect("answers")
			.expect("reads");
		let end = answer.windows(4).position(|window| window == b"\r\n\r\n").expect("a head");
		let head = String::from_utf8(answer[..end].to_vec()).expect("text");
		let status = head.split(' ').nth(1).expect("status").parse().expect("number");
		(status, head.to_lowercase(), answer[end + 4..].to_vec())
	}

	async fn get(&self, path: &str) -> (u16, String, Vec<u8>) {
		self.send(&format!("GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")).await
	}
}

fn text_of(cid: &[u8]) -> String {
	const DIGITS: &[u8] = b"abcdefghijklmnopqrstuvwxyz234567";
	let mut text = String::from("b");
	for chunk in cid.chunks(5) {
		let mut padded = [0u8; 8];
		padded[3..3 + chunk.len()].copy_from_slice(chunk);
		let value = u64::from_be_bytes(padded);
		let digits = (chunk.len() * 8).div_ceil(5);
		for digit in 0..digits {
			text.push(DIGITS[(value >> (35 - 5 * digit) & 31) as usize] as char);
		}
	}
	text
}

#[tokio::test]
async fn outputs_should_not_be_served_before_they_are_public() {
	let server = Server::start().await;
	let manifest = server.keep(3, b"hello");
	let cid = text_of(&manifest.0[0].content.cid());
	let block = format!("/ipfs/{cid}?format=raw");
	let known = format!(
		"GET /ipfs/{cid} HTTP/1.1\r\nhost: x\r\nif-none-match: \"{cid}.raw\"\r\nconnection: close\r\n\r\n"
	);
	let answer = |deal: u64| format!("/v1/tasks/{deal}/0/manifest");
	let (status, _, body) = server.get(&answer(3)).await;
	let (unknown, _, other) = server.get(&answer(4)).await;
	assert_eq!((status, body), (unknown, other), "as if there were nothing");
	assert_eq!((status, server.get(&block).await.0, server.send(&known).await.0), (404, 404, 404));
	// Another run with the same block does not make this one public, and it does the block.
	server.keep(5, b"hello");
	server.publish(5);
	assert_eq!((server.get(&answer(3)).await.0, server.get(&block).await.0), (404, 200));
	server.publish(3);
	assert_eq!(server.get(&answer(3)).await.0, 200);
}

#[tokio::test]
async fn key_should_be_taken_when_it_is_expected_and_the_body_is_an_envelope() {
	use assay_client::private::{ContentKey, EnvelopeContext, wrap_key};
	let server = Server::start().await;
	let inbox = server.served.kept.get().expect("set at the start").inbox.clone();
	let content_key = ContentKey::random().expect("random");
	let key = Key { task: TaskId { deal: 3, index: 0 }, task_hash: Hash::repeat_byte(1) };
	let context = EnvelopeContext {
		genesis: Hash::zero(),
		task: key.task,
		task_hash: key.task_hash,
		recipient: AccountId::from([1; 32]),
	};
	let envelope = wrap_key(&content_key, &context, &inbox.public()).expect("a key");
	let send = |path: &str, body: &[u8]| {
		let head = format!(
			"POST {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
			body.len()
		);
		server.send_bytes([head.as_bytes(), body].concat())
	};
	let path = "/v1/tasks/3/0/key";
	assert_eq!(send(path, &envelope).await.0, 404, "nobody waits for it");
	inbox.expect(key, content_key.id());
	assert_eq!(send("/v1/tasks/4/0/key", &envelope).await.0, 404);
	assert_eq!(send("/v1/tasks/x/0/key", &envelope).await.0, 400);
	for junk in [vec![], vec![0; envelope.len()], vec![0; envelope.len() + 1], vec![0; 5_000]] {
		assert_eq!(send(path, &junk).await.0, 422, "{} bytes", junk.len());
	}
	assert!(!inbox.has(&content_key.id()));
	assert_eq!(send(path, &envelope).await.0, 204);
	assert_eq!(send(path, &envelope).await.0, 204, "twice is once");
	assert!(inbox.has(&content_key.id()));
	assert_eq!(server.get(path).await.0, 405, "and it is never given out");
	assert_eq!(send("/health", b"").await.0, 405);
}

#[tokio::test]
async fn block_should_be_served_when_it_is_kept() {
	let server = Server::start().await;
	let manifest = server.keep(3, b"hello");
	server.publish(3);
	let cid = text_of(&manifest.0[0].content.cid());
	for path in [format!("/ipfs/{cid}?format=raw"), format!("/ipfs/{cid}")] {
		let (status, head, body) = server.get(&path).await;
		assert_eq!((status, body.as_slice()), (200, b"hello".as_slice()));
		assert!(head.contains("content-type: application/vnd.ipld.raw"));
		assert!(head.contains("x-content-type-options: nosniff"));
		assert!(head.contains("immutable"));
	}
	let head_only = format!("HEAD /ipfs/{cid} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n");
	let (status, head, body) = server.send(&head_only).await;
	assert_eq!((status, body.len()), (200, 0));
	assert!(head.contains("content-length: 5"));
	let known = format!(
		"GET /ipfs/{cid} HTTP/1.1\r\nhost: x\r\nif-none-match: \"{cid}.raw\"\r\nconnection: close\r\n\r\n"
	);
	assert_eq!(server.send(&known).await.0, 304);
}

#[tokio::test]
async fn node_and_leaves_should_be_served_when_content_spans_blocks() {
	let server = Server::start().await;
	let bytes: Vec<u8> = (0..BLOCK_SIZE + 5).map(|i| (i % 251) as u8).collect();
	let manifest = server.keep(3, &bytes);
	server.publish(3);
	let content = manifest.0[0].content;
	let root = text_of(&content.cid());
	let (status, _, node) = server.get(&format!("/ipfs/{root}?format=raw")).await;
	assert_eq!(status, 200);
	let layout = Layout::from_node(&content, &node).expect("the node");
	let mut joined = Vec::new();
	for (hash, _) in &layout.leaves {
		let (status, _, leaf) =
			server.get(&format!("/ipfs/{}?format=raw", text_of(&raw_cid(hash)))).await;
		assert_eq!(status, 200);
		joined.extend_from_slice(&leaf);
	}
	assert_eq!(ContentRef::of(&joined), content);
	assert_eq!(server.get(&format!("/ipfs/{root}")).await.0, 406, "a node is no file");
	assert_eq!(server.get(&format!("/ipfs/{root}?format=car")).await.0, 406);
}

#[tokio::test]
async fn bad_paths_should_be_refused_with_a_problem() {
	let server = Server::start().await;
	server.keep(3, b"hello");
	server.publish(3);
	let unknown = text_of(&raw_cid(&Hash::repeat_byte(9)));
	let mut sha256 = raw_cid(&Hash::repeat_byte(9));
	sha256.splice(2..5, [0x12]);
	let foreign = text_of(&sha256);
	let long = "b".repeat(5_000);
	for (path, expected) in [
		(format!("/ipfs/{unknown}"), 404),
		(format!("/ipfs/{foreign}"), 404),
		("/ipfs/".into(), 404),
		("/ipfs/QmYwAPJzv5CZsnA625s3Xf2nemtYgPpHdWEz79ojWKPbdG".into(), 400),
		("/ipfs/b".into(), 400),
		("/ipfs/bAAAA".into(), 400),
		("/ipfs/..%2f..%2fetc%2fpasswd".into(), 400),
		("/ipfs/%2e%2e".into(), 400),
		("/ipfs/%ff%fe".into(), 400),
		("/ipfs/../tasks.redb".into(), 404),
		("/ipfs//etc/passwd".into(), 404),
		(format!("/ipfs/{long}"), 400),
		(format!("/ipfs/{unknown}/x"), 404),
		("/v1/tasks/3/0".into(), 404),
		("/v1/tasks/4/0/manifest".into(), 404),
		("/v1/tasks/-1/0/manifest".into(), 400),
		("/v1/tasks/18446744073709551616/0/manifest".into(), 400),
		("/v1/tasks/3/4294967296/manifest".into(), 400),
		("/v1/tasks/3/x/manifest".into(), 400),
		("/".into(), 404),
		("/outputs".into(), 404),
	] {
		let (status, head, body) = server.get(&path).await;
		assert_eq!(status, expected, "{path}");
		assert!(head.contains("application/problem+json"), "{path}: {head}");
		let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
		assert_eq!(body["status"], expected);
		assert!(body["code"].as_str().is_some_and(|code| code.starts_with("E-10")));
	}
}

#[tokio::test]
async fn other_methods_should_be_refused() {
	let server = Server::start().await;
	for method in ["POST", "PUT", "DELETE", "PATCH"] {
		let request = format!(
			"{method} /health HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
		);
		assert_eq!(server.send(&request).await.0, 405, "{method}");
	}
}

#[tokio::test]
async fn manifest_should_be_served_as_scale() {
	let server = Server::start().await;
	let manifest = server.keep(3, b"hello");
	server.publish(3);
	let (status, head, body) = server.get("/v1/tasks/3/0/manifest").await;
	assert_eq!(status, 200);
	assert!(head.contains(&format!("x-assay-task-hash: {:?}", Hash::repeat_byte(1))));
	assert_eq!(Manifest::decode(&mut body.as_slice()).expect("decodes"), manifest);
	assert_eq!(body, manifest.encode());
}

#[tokio::test]
async fn health_should_be_unavailable_unless_the_daemon_takes_work() {
	let (writer, status) = StatusWriter::new();
	let mut server = Server::start().await;
	server.served.status = status;
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
	server.address = listener.local_addr().expect("address");
	let routes = router(server.served.clone(), false);
	tokio::spawn(serve(listener, 8, routes, std::future::pending()));
	for (takes_work, expected) in [(false, 503), (true, 200), (false, 503)] {
		writer.update(|status| status.takes_work = takes_work);
		let (status, _, body) = server.get("/health").await;
		assert_eq!(status, expected);
		let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
		assert_eq!(body["version"], env!("CARGO_PKG_VERSION"));
	}
	assert_eq!(server.get("/metrics").await.0, 404, "metrics are served elsewhere");
}

#[tokio::test]
async fn fetched_content_should_be_served_too_and_nothing_before_the_start() {
	let mut server = Server::start().await;
	let kept = server.served.kept.get().expect("set at the start");
	let content = kept.content.put(b"a module").expect("puts");
	let path = format!("/ipfs/{}", text_of(&content.cid()));
	assert_eq!(server.get(&path).await.2, b"a module");
	server.served.kept = Arc::default();
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
	server.address = listener.local_addr().expect("address");
	tokio::spawn(serve(listener, 8, router(server.served.clone(), true), std::future::pending()));
	assert_eq!(server.get(&path).await.0, 503);
	assert_eq!(server.get("/v1/tasks/3/0/manifest").await.0, 503);
}

#[tokio::test]
async fn metrics_should_count_answers() {
	let server = Server::start().await;
	server.get("/nothing").await;
	let (status, _, body) = server.get("/metrics").await;
	let text = String::from_utf8(body).expect("text");
	assert_eq!(status, 200);
	assert!(text.contains("assay_worker_http_requests_total{status=\"404\"} 1"), "{text}");
}

#[tokio::test]
async fn requests_should_be_refused_when_too_many_are_under_way() {
	let server = Server::start().await;
	let all = server.served.at_once.clone().try_acquire_many_owned(served::CONCURRENT as u32);
	let all = all.expect("none is under way");
	assert_eq!(server.get("/health").await.0, 503);
	drop(all);
	assert_eq!(server.get("/metrics").await.0, 200);
}

#[test]
fn cid_should_have_one_text_only() {
	let cid = raw_cid(&Hash::repeat_byte(3));
	let text = text_of(&cid);
	assert!(routes::parse_cid(&text).is_ok());
	let mut last = text.clone();
	let end = last.pop().expect("not empty");
	// 38 bytes are 304 bits in 61 digits, so one bit of the last digit is unused and must be zero.
	let flipped = char::from(if end < 'z' { end as u8 + 1 } else { b'2' });
	last.push(flipped);
	assert_eq!(routes::parse_cid(&last).err(), Some(Problem::BadCid));
	assert_eq!(routes::parse_cid(&text.to_uppercase()).err(), Some(Problem::BadCid));
	assert_eq!(routes::parse_cid(&format!("{text}a")).err(), Some(Problem::BadCid));
}

#[tokio::test]
async fn silent_connections_should_be_closed_so_that_others_get_their_turn() {
	let server = Server::start().await;
	let listener = TcpListener::bind("127.0.0.1:0").await.expect("binds");
	let address = listener.local_addr().expect("address");
	let bounded = Bounded::new(listener, 1, Duration::from_millis(300));
	let routes = router(server.served.clone(), true);
	tokio::spawn(axum::serve(bounded, routes).into_future());
	let started = std::time::Instant::now();
	let mut silent = TcpStream::connect(address).await.expect("connects");
	silent.write_all(b"GET /health HT").await.expect("writes");
	let server = Server { address, ..server };
	assert_eq!(server.get("/metrics").await.0, 200, "after the silent one is gone");
	assert!(started.elapsed() >= Duration::from_millis(200), "the only slot was taken");
	let mut rest = Vec::new();
	// Closed without an answer, or with an error of the transport.
	let _ = silent.read_to_end(&mut rest).await;
	assert!(!String::from_utf8_lossy(&rest).contains("200 OK"));
}
