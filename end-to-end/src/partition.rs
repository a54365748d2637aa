//! A network of validators on two sides of a cable, each with providers whose only node is theirs.

use crate::{
	Outcome, Programs,
	node::peer_id,
	wires::{Machine, Wires},
};
use anyhow::{Context, Result, ensure};
use assay_client::{Chain, ConnectOptions, Head, Signer, WaitFor, keys::KeySource, units};
use assay_interface::transfer;
use assay_local::{POLL, Process, STILL};
use assay_primitives::{BlockNumber, Hash, UNIT};
use serde_json::{Value, json};
use std::{
	fs,
	path::{Path, PathBuf},
	process::Command,
	time::{Duration, Instant},
};
use tempfile::TempDir;
use tokio::{
	io::{AsyncReadExt, AsyncWriteExt},
	net::TcpStream,
};

/// Validators, in the order of their machines.
const NAMES: [&str; 4] = ["Alice", "Bob", "Charlie", "Dave"];
const RPC: u16 = 9944;
const PEERS: u16 = 30_333;
/// Ports of providers, from this one on.
const HTTP: u16 = 9_650;

/// A provider, and the machine that it is in.
pub struct Provider {
	/// Position of its machine.
	pub machine: usize,
	number: usize,
	dir: PathBuf,
}

impl Provider {
	fn uri(&self) -> String {
		format!("//Worker//{}", self.number)
	}

	/// Address of the account with the bond.
	pub fn address(&self) -> Result<String> {
		let stash = format!("{}//stash", self.uri());
		Ok(units::format_account(&Signer::from_uri(&stash)?.account()))
	}

	/// Its log.
	pub fn log(&self) -> Result<String> {
		Ok(fs::read_to_string(self.dir.join("worker.log"))?)
	}
}

/// The network.
pub struct Partition {
	/// Its machines, the first half of which is on one side of the cable.
	pub wires: Wires,
	/// Its providers.
	pub providers: Vec<Provider>,
	programs: Programs,
	/// In the order in which they were started.
	processes: Vec<Process>,
	dir: TempDir,
}

impl Partition {
	/// Starts four validators and providers, `each` on both sides; returns when all take work. `None`
	/// with the reason where this user may make no network.
	pub async fn start(each: usize, config: &str) -> Result<Result<Self, String>> {
		let wires = match Wires::lay(NAMES.len() / 2)? {
			Ok(wires) => wires,
			Err(why) => return Ok(Err(why)),
		};
		let dir = tempfile::Builder::new().prefix("assay-e2e-").disable_cleanup(true).tempdir()?;
		let programs = Programs::find()?;
		let (providers, processes) = (Vec::new(), Vec::new());
		let mut network = Self { wires, providers, programs, processes, dir };
		network.start_validators().await?;
		network.start_providers(each, config).await?;
		Ok(Ok(network))
	}

	/// Folder of the network.
	pub fn dir(&self) -> &Path {
		self.dir.path()
	}

	/// Ends a test that has passed: what was written is of no use to anybody.
	pub fn end(mut self) {
		self.dir.disable_cleanup(false);
	}

	async fn start_validators(&mut self) -> Result<()> {
		let spec = specification(&self.programs, self.dir.path()).await?;
		let mut peers = Vec::new();
		for at in 0..NAMES.len() {
			peers.push(self.peer(at).await?);
		}
		for (at, name) in NAMES.into_iter().enumerate() {
			let others = (0..peers.len()).filter(|other| *other != at).map(|other| &peers[other]);
			let command = self.validator(at, &spec, others);
			let log = self.folder(at).join("node.log");
			self.processes.push(Process::start(name, command, &log)?);
		}
		for at in 0..NAMES.len() {
			self.advance(at, Head::Finalized, 2).await?;
		}
		Ok(())
	}

	fn folder(&self, at: usize) -> PathBuf {
		self.dir.path().join(NAMES[at].to_lowercase())
	}

	/// Makes a validator's key in the network. Gives its address.
	async fn peer(&self, at: usize) -> Result<String> {
		let folder = self.folder(at);
		fs::create_dir_all(&folder)?;
		let key = folder.join("node.key");
		fs::write(&key, format!("{:064x}", at + 1))?;
		let id = peer_id(&self.programs.node, &key).await?;
		let address = &self.wires.machines[at].address;
		Ok(format!("/ip4/{address}/tcp/{PEERS}/p2p/{id}"))
	}

	fn validator<'a>(
		&self,
		at: usize,
		spec: &Path,
		others: impl Iterator<Item = &'a String>,
	) -> Command {
		let (machine, folder) = (&self.wires.machines[at], self.folder(at));
		let mut command = machine.command(&self.programs.node);
		command
			.arg("--chain")
			.arg(spec)
			.arg("--base-path")
			.arg(&folder)
			.arg("--node-key-file")
			.arg(folder.join("node.key"))
			.arg(format!("--{}", NAMES[at].to_lowercase()))
			.args(["--validator", "--no-telemetry", "--no-mdns", "--no-prometheus"])
			.args(["--rpc-port", &RPC.to_string(), "--port", &PEERS.to_string()])
			.args(["--public-addr", &format!("/ip4/{}/tcp/{PEERS}", machine.address)]);
		for other in others {
			command.args(["--bootnodes", other]);
		}
		command
	}

	async fn start_providers(&mut self, each: usize, config: &str) -> Result<()> {
		let half = NAMES.len() / 2;
		for number in 0..2 * each {
			let machine = (number / each) * half + number % half;
			let dir = self.dir.path().join(format!("worker-{number}"));
			fs::create_dir_all(&dir)?;
			fs::write(dir.join("config.toml"), config)?;
			self.providers.push(Provider { machine, number, dir });
		}
		self.fund().await?;
		let registering = self.providers.iter().map(async |provider| {
			let mut command = self.worker(provider);
			command.arg("register");
			let done = Outcome::of(command.into()).await?;
			ensure!(done.code == 0, "provider {} can't register: {done}", provider.number);
			Ok(())
		});
		futures::future::try_join_all(registering).await?;
		for at in 0..self.providers.len() {
			let provider = &self.providers[at];
			let mut command = self.worker(provider);
			command.args(["run", "--http-listen", &format!("0.0.0.0:{}", port(provider))]);
			command.args(["--log", "info,assay_worker=debug"]);
			let name = format!("provider {}", provider.number);
			self.processes.push(Process::start(name, command, &provider.dir.join("worker.log"))?);
		}
		for at in 0..self.providers.len() {
			self.until_healthy(at).await?;
		}
		// Each has registered with the node of its own machine. All have to have all.
		let mut newest = 0;
		for at in 0..NAMES.len() {
			newest = newest.max(self.head(at, Head::Best).await?);
		}
		for at in 0..NAMES.len() {
			self.advance(at, Head::Finalized, newest).await?;
		}
		Ok(())
	}

	fn worker(&self, provider: &Provider) -> Command {
		let machine = &self.wires.machines[provider.machine];
		let mut command = machine.command(&self.programs.worker);
		command
			.env("ASSAY_SURI", provider.uri())
			.env("ASSAY_STASH_SURI", format!("{}//stash", provider.uri()))
			.env("ASSAY_NODE_URL", url())
			.env("ASSAY_WORKER_BASE_PATH", &provider.dir)
			.env("ASSAY_WORKER_CONFIG", provider.dir.join("config.toml"))
			.env("ASSAY_PUBLIC_URL", format!("http://{}:{}", machine.address, port(provider)));
		command
	}

	async fn fund(&self) -> Result<()> {
		let mut accounts = Vec::new();
		for provider in &self.providers {
			for uri in [provider.uri(), format!("{}//stash", provider.uri())] {
				accounts.push(Signer::from_uri(&uri)?.account());
			}
		}
		let fund = async move {
			let chain = connect().await?;
			let faucet = Signer::load(&KeySource::Dev("//Alice".into()), true)?;
			let mut sent = None;
			for account in accounts {
				let call = transfer(&account, 2_000 * UNIT);
				sent = Some(chain.broadcast(&faucet, &call).await?);
			}
			// Final, so that everybody's node has it.
			sent.context("there are providers")?.wait(WaitFor::Finalized).await?;
			Ok(())
		};
		self.wires.machines[0].run(fund).await
	}

	async fn until_healthy(&mut self, at: usize) -> Result<()> {
		let (machine, port) =
			(&self.wires.machines[self.providers[at].machine], port(&self.providers[at]));
		// Behind the validators.
		let process = &mut self.processes[NAMES.len() + at];
		let healthy = async || {
			machine.run(async move { http(port, "GET /health", "").await }).await.ok().map(drop)
		};
		Ok(assay_local::until(process, "and takes no work", healthy).await?)
	}

	/// Fails where anything has ended.
	pub fn check(&mut self) -> Result<()> {
		for process in &mut self.processes {
			if let Some(status) = process.ended()? {
				return Err(process.stuck(format!("ended ({status})")).into());
			}
		}
		Ok(())
	}

	fn machine(&self, at: usize) -> &Machine {
		&self.wires.machines[at]
	}

	/// Latest block by the node of a machine.
	pub async fn head(&self, at: usize, head: Head) -> Result<BlockNumber> {
		let asking = async move { Ok(connect().await?.head(head).await?.number) };
		self.machine(at).run(asking).await
	}

	/// Hash of a block on the best chain by the node of a machine.
	pub async fn hash(&self, at: usize, number: BlockNumber) -> Result<Option<Hash>> {
		let asking = async move { Ok(connect().await?.block_hash(number).await?) };
		self.machine(at).run(asking).await
	}

	/// Waits until the node of a machine has come to a block, however long that takes as long as
	/// there is any progress. Gives the block that it has come to.
	pub async fn advance(&mut self, at: usize, head: Head, to: BlockNumber) -> Result<BlockNumber> {
		let (mut seen, mut since) = (None, Instant::now());
		loop {
			self.check()?;
			let now = self.head(at, head).await.ok();
			if let Some(now) = now.filter(|now| *now >= to) {
				return Ok(now);
			}
			if now > seen {
				(seen, since) = (now, Instant::now());
			}
			ensure!(since.elapsed() < STILL, "{} stays at {seen:?} of {to} ({head:?})", NAMES[at]);
			tokio::time::sleep(POLL).await;
		}
	}

	/// A command line in a machine, as somebody who has an account there and nothing else.
	pub fn assay(&self, at: usize, suri: &str) -> Command {
		let home = self.dir.path().join(suri.trim_start_matches('/').to_lowercase());
		let mut command = self.machine(at).command(&self.programs.assay);
		command.env("ASSAY_NODE_URL", url()).env("ASSAY_SURI", suri).env("HOME", &home);
		command.env("XDG_CACHE_HOME", home.join("cache")).env("XDG_DATA_HOME", home.join("data"));
		command
	}

	/// What the command line answers, as JSON; `None` where it fails.
	pub async fn ask(&self, at: usize, args: &[&str]) -> Result<Option<Value>> {
		let mut command = self.assay(at, "//Alice");
		command.args(args).args(["-o", "json"]);
		let answer = Outcome::of(command.into()).await?;
		match answer.code {
			0 => Ok(Some(answer.json()?)),
			_ => Ok(None),
		}
	}

	/// What all accounts have together after a final block, and what the chain says was issued.
	pub async fn issued(&self, at: usize) -> Result<(u128, u128)> {
		self.machine(at).run(issued()).await
	}
}

impl Drop for Partition {
	fn drop(&mut self) {
		// Whoever depends on another ends before it.
		while self.processes.pop().is_some() {}
		if self.dir.path().exists() {
			eprintln!("the logs are in {}", self.dir.path().display());
		}
	}
}

fn url() -> String {
	format!("ws://127.0.0.1:{RPC}")
}

fn port(provider: &Provider) -> u16 {
	HTTP + provider.number as u16
}

async fn connect() -> Result<Chain> {
	let mut options = ConnectOptions::new([url()]);
	options.connect_timeout = Duration::from_secs(30);
	Ok(Chain::connect(options).await?)
}

/// Makes a specification of the local network with all four validators. Gives its file.
async fn specification(programs: &Programs, dir: &Path) -> Result<PathBuf> {
	let node = |args: &[&str]| {
		let mut command = tokio::process::Command::new(&programs.node);
		command.args(args);
		Outcome::of(command)
	};
	let local = node(&["export-chain-spec", "--chain", "local"]).await?.expect(0);
	let mut spec: Value = local.json()?;
	let mut keys = Vec::new();
	for name in NAMES {
		let (uri, stash) = (format!("//{name}"), format!("//{name}//stash"));
		let account =
			|uri: &str| Signer::from_uri(uri).map(|it| units::format_account(&it.account()));
		let inspected = ["key", "inspect", "--scheme", "ed25519", "--output-type", "json", &uri];
		let voter = node(&inspected).await?.expect(0).json()?["ss58Address"].clone();
		let stash = account(&stash)?;
		keys.push(json!([stash, stash, { "babe": account(&uri)?, "grandpa": voter }]));
	}
	let known = spec.pointer_mut("/genesis/runtimeGenesis/patch/session/keys");
	*known.context("the specification has session keys")? = keys.into();
	let file = dir.join("four.json");
	fs::write(&file, serde_json::to_vec(&spec)?)?;
	let chain = file.to_string_lossy().into_owned();
	let raw = node(&["export-chain-spec", "--chain", &chain, "--raw"]).await?.expect(0);
	let file = dir.join("four-raw.json");
	fs::write(&file, raw.stdout)?;
	Ok(file)
}

/// Asks a server of this machine. Gives the body of its answer.
async fn http(port: u16, request: &str, body: &str) -> Result<String> {
	let asking = async {
		let mut stream = TcpStream::connect(("127.0.0.1", port)).await?;
		let text = format!(
			"{request} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n\
			 Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
			body.len()
		);
		stream.write_all(text.as_bytes()).await?;
		let mut answer = String::new();
		stream.read_to_string(&mut answer).await?;
		let (head, body) = answer.split_once("\r\n\r\n").context("an answer")?;
		ensure!(head.contains(" 200 "), "{head}");
		Ok(body.to_owned())
	};
	tokio::time::timeout(STILL, asking).await?
}

/// Keys of `System.Account` without the account, and of `Balances.TotalIssuance`.
const ACCOUNTS: &str = "0x26aa394eea5630e07c48ae0c9558cef7b99d880ec681799c0cf30e8886371da9";
const ISSUANCE: &str = "0xc2261276cc9d1f8598ea4b6a74b15c2f57c875e4cff74148e4628f264b974c80";

async fn issued() -> Result<(u128, u128)> {
	let ask = async |method: &str, params: Value| -> Result<Value> {
		let request = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
		let answer = http(RPC, "POST /", &request.to_string()).await?;
		let answer: Value = serde_json::from_str(&answer).with_context(|| answer.clone())?;
		Ok(answer["result"].clone())
	};
	let number = |bytes: &Value, at: usize| -> Result<u128> {
		let digits = bytes.as_str().and_then(|text| text.get(2 + 2 * at..2 + 2 * at + 32));
		let digits = digits.with_context(|| format!("no amount at {at} of {bytes}"))?;
		Ok(u128::from_str_radix(digits, 16)?.swap_bytes())
	};
	let block = ask("chain_getFinalizedHead", json!([])).await?;
	let keys = ask("state_getKeysPaged", json!([ACCOUNTS, 1_000, null, block])).await?;
	let keys = keys.as_array().context("a list of keys")?.clone();
	ensure!(keys.len() < 1_000, "too many accounts to be counted at once");
	let mut sum = 0;
	for key in keys {
		let account = ask("state_getStorage", json!([key, block])).await?;
		// Behind four counters: what is free, and what is reserved.
		sum += number(&account, 16)? + number(&account, 32)?;
	}
	let issuance = ask("state_getStorage", json!([ISSUANCE, block])).await?;
	Ok((sum, number(&issuance, 0)?))
}
