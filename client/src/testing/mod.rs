//! What unit tests share: a tiny HTTP server, and views of tasks.

pub(crate) mod forks;
pub(crate) mod node;
pub(crate) mod upgrade;
pub(crate) mod values;

use assay_primitives::{
	AccountId,
	case::{CaseTerms, Subject},
	content::ContentRef,
	deal::{Deal, DealTerms, NextStep, TaskStatus, TaskView, Via, single},
	money::Tariff,
	policy::Policy,
	price::Price,
	profile::Profile,
	request::{Candidate, Request},
	task::{Input, Limits, TaskSpec},
	traits::CaseReason,
};
use std::{
	sync::{
		Arc,
		atomic::{AtomicUsize, Ordering},
	},
	time::Duration,
};
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::{TcpListener, TcpStream},
};

/// How long a test waits for what has to come: far longer than any machine takes, so that it fails only where it
/// would wait for ever.
pub(crate) const PATIENCE: Duration = Duration::from_secs(300);

pub(crate) const TARIFF: Tariff = Tariff::EXAMPLE;

/// What the server answers.
#[derive(Clone)]
pub(crate) enum Reply {
	Bytes(Vec<u8>),
	Status(u16),
	Redirect(String),
	/// After a while.
	Slow(Duration, Vec<u8>),
	/// Bytes without any length or end.
	Endless,
}

/// A server on 127.0.0.1 that ends with the test.
pub(crate) struct Server {
	pub url: String,
	requests: Arc<AtomicUsize>,
	task: tokio::task::JoinHandle<()>,
}

impl Server {
	pub async fn start(handler: impl Fn(&str) -> Reply + Send + Sync + 'static) -> Self {
		let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
		let url = format!("http://{}", listener.local_addr().expect("bound"));
		let requests = Arc::new(AtomicUsize::new(0));
		let (count, handler) = (requests.clone(), Arc::new(handler));
		let task = tokio::spawn(async move {
			while let Ok((stream, _)) = listener.accept().await {
				count.fetch_add(1, Ordering::SeqCst);
				let handler = handler.clone();
				tokio::spawn(async move {
					// A client that hangs up early is what some tests are about.
					let _ = answer(stream, &*handler).await;
				});
			}
		});
		Self { url, requests, task }
	}

	pub fn requests(&self) -> usize {
		self.requests.load(Ordering::SeqCst)
	}
}

impl Drop for Server {
	fn drop(&mut self) {
		self.task.abort();
	}
}

async fn answer(mut stream: TcpStream, handler: &dyn Handler) -> std::io::Result<()> {
	let mut head = Vec::new();
	while !head.windows(4).any(|window| window == b"\r\n\r\n") {
		let mut chunk = [0u8; 1_024];
		let read = stream.read(&mut chunk).await?;
		if read == 0 {
			return Ok(());
		}
		head.extend_from_slice(&chunk[..read]);
	}
	let head = String::from_utf8_lossy(&head).into_owned();
	let path = head.split(' ').nth(1).unwrap_or_default();
	match handler.reply(path) {
		Reply::Bytes(bytes) => send(&mut stream, 200, "", &bytes).await,
		Reply::Status(status) => send(&mut stream, status, "", b"no").await,
		Reply::Redirect(to) => send(&mut stream, 302, &format!("location: {to}\r\n"), b"").await,
		Reply::Slow(wait, bytes) => {
			tokio::time::sleep(wait).await;
			send(&mut stream, 200, "", &bytes).await
		},
		Reply::Endless => {
			stream.write_all(b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n").await?;
			loop {
				stream.write_all(&[7u8; 16_384]).await?;
			}
		},
	}
}

async fn send(
	stream: &mut TcpStream,
	status: u16,
	headers: &str,
	body: &[u8],
) -> std::io::Result<()> {
	let length = body.len();
	let head = format!(
		"HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}connection: close\r\n\r\n"
	);
	stream.write_all(head.as_bytes()).await?;
	stream.write_all(body).await?;
	stream.shutdown().await
}

trait Handler: Send + Sync {
	fn reply(&self, path: &str) -> Reply;
}

impl<F: Fn(&str) -> Reply + Send + Sync> Handler for F {
	fn reply(&self, path: &str) -> Reply {
		self(path)
	}
}

pub(crate) fn account(seed: u8) -> AccountId {
	[seed; 32].into()
}

/// A request for one task over `module`, by two of three replicas.
pub(crate) fn request(module: ContentRef) -> Request {
	Request {
		task: TaskSpec {
			module,
			profile: Profile::BASE.id(),
			args: Default::default(),
			env: Default::default(),
			input: Input::None,
			seed: Default::default(),
			limits: Limits { gas: 1_000_000, memory_pages: 16, output_bytes: 1 << 20 },
		},
		policy: Policy::Quorum { replicas: 3, required: 2 },
		canary: false,
		max_price: Price { base: 10, per_mgas: 10 },
		run_blocks: 20,
		tags: 0,
		valid_until: 100,
		hints: Default::default(),
	}
}

/// A task with candidates 0 to 6, whose accounts are those of 100 to 106.
pub(crate) fn view(status: TaskStatus) -> TaskView {
	let request = request(ContentRef::of(b"module"));
	let price = Price { base: 10, per_mgas: 10 };
	let candidates: Vec<Candidate> =
		(100..107).map(|seed| Candidate { provider: account(seed), price, weight: 1 }).collect();
	let deal = Deal {
		via: Via::MARKET,
		client: account(1),
		payer: account(1),
		others: Default::default(),
		task_hash: request.task.hash(),
		request,
		candidates: candidates.try_into().expect("seven candidates fit"),
		terms: DealTerms {
			stake: 5,
			escrow: 70,
			deposit: 3,
			commit_blocks: 20,
			reveal_blocks: 10,
			challenge_blocks: 0,
			hard_end: 210,
			economics: 0,
			..Default::default()
		},
		tasks: 1,
		open_tasks: 1,
		opened_at: 10,
	};
	TaskView { id: single(4), deal, status, next: NextStep::Poke, at: 11 }
}

/// What a case over the only task of deal 4 is about.
pub(crate) fn case_terms() -> CaseTerms {
	let spec = request(ContentRef::of(b"module")).task;
	CaseTerms {
		subject: Subject::Task(single(4)),
		task_hash: spec.hash(),
		spec,
		sealed: false,
		reason: CaseReason::Challenge,
		digests: Default::default(),
		excluded: vec![account(1)].try_into().expect("one"),
		judges: Default::default(),
		run_blocks: 20,
		wage: 5,
		stake: 500,
		funds: 15,
		refund: account(1),
		opened_at: 10,
		last_block: 900,
		economics: 0,
	}
}
