//! A node of a local network.

use crate::{Outcome, Programs, free_port, worker::freeze};
use anyhow::{Context, Result, ensure};
use assay_client::{Chain, ConnectOptions, Head};
use assay_local::{NodePorts, Process};
use serde_json::Value;
use std::{
	path::{Path, PathBuf},
	process::Command,
	time::Duration,
};

/// Time for a connection to a node that may not listen yet. It is tried again and again.
const CONNECT: Duration = Duration::from_secs(30);

/// How a node is started.
#[derive(Clone, Debug)]
pub struct Setup {
	/// Name or file of the specification.
	pub chain: String,
	/// What it does on that chain.
	pub args: Vec<String>,
	/// A command that runs it, such as `ip netns exec NAME`.
	pub prefix: Vec<String>,
	/// Where its RPC is reached.
	pub host: String,
	/// Its name, for people.
	pub name: String,
}

impl Default for Setup {
	/// A development node that authors alone.
	fn default() -> Self {
		Self {
			chain: "dev".into(),
			args: ["--alice", "--force-authoring"].map(String::from).into(),
			prefix: Vec::new(),
			host: "127.0.0.1".into(),
			name: "the node".into(),
		}
	}
}

/// A node.
pub struct Node {
	/// WebSocket address.
	pub url: String,
	/// Its ports.
	pub ports: NodePorts,
	setup: Setup,
	program: PathBuf,
	cache: PathBuf,
	dir: PathBuf,
	process: Option<Process>,
}

impl Node {
	/// Starts a development node that authors alone, and waits until it makes blocks.
	pub async fn start(programs: &Programs, dir: &Path) -> Result<Self> {
		Self::start_as(programs, dir, Setup::default()).await
	}

	/// The same, on a chain that differs from the development chain by its durations: those that are
	/// named, as the runtime names them.
	pub async fn start_timed(
		programs: &Programs,
		dir: &Path,
		timing: &[(&str, u64)],
	) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let built = Command::new(&programs.node).args(["build-spec", "--chain", "dev"]).output()?;
		let mut spec: Value = serde_json::from_slice(&built.stdout)
			.with_context(|| String::from_utf8_lossy(&built.stderr).into_owned())?;
		let known = spec.pointer_mut("/genesis/runtimeGenesis/patch/network/timing");
		let known = known.context("the specification has durations")?;
		for (name, value) in timing {
			ensure!(known.get(name).is_some(), "there is no duration {name}");
			known[name] = Value::from(*value);
		}
		let path = dir.join("spec.json");
		std::fs::write(&path, serde_json::to_vec(&spec)?)?;
		let chain = path.to_string_lossy().into_owned();
		Self::start_as(programs, dir, Setup { chain, ..Setup::default() }).await
	}

	async fn start_as(programs: &Programs, dir: &Path, setup: Setup) -> Result<Self> {
		let mut node = Self::spawn(programs, dir, setup)?;
		node.until_grown(Head::Best).await?;
		Ok(node)
	}

	/// Starts one and waits for nothing.
	pub fn spawn(programs: &Programs, dir: &Path, setup: Setup) -> Result<Self> {
		std::fs::create_dir_all(dir)?;
		let ports = NodePorts { rpc: free_port()?, peers: free_port()?, metrics: free_port()? };
		let mut node = Self {
			url: format!("ws://{}:{}", setup.host, ports.rpc),
			ports,
			setup,
			program: programs.node.clone(),
			cache: programs.runtimes.clone(),
			dir: dir.to_path_buf(),
			process: None,
		};
		node.run()?;
		Ok(node)
	}

	/// Starts it again, with what it had stored, and waits until it finalizes blocks; it must not be
	/// running.
	pub async fn restart(&mut self) -> Result<()> {
		self.run()?;
		self.until_grown(Head::Finalized).await
	}

	/// Starts it again, with what it had stored, and waits for nothing; it must not be running.
	pub fn run(&mut self) -> Result<()> {
		let setup = &self.setup;
		let mut command =
			assay_local::node(&self.program, &setup.chain, &self.dir, &self.ports, "none");
		command.args(&setup.args).arg("--wasm-runtime-cache").arg(&self.cache);
		let command = assay_local::within(&setup.prefix, command);
		self.process = Some(Process::start(&setup.name, command, &self.log())?);
		Ok(())
	}

	/// Waits until it makes or finalizes blocks.
	pub async fn until_grown(&mut self, head: Head) -> Result<()> {
		let url = self.url.clone();
		let process = self.process.as_mut().context("it is running")?;
		let mut first = None;
		let grown = async || {
			let number = connect(&url).await.ok()?.head(head).await.ok()?.number;
			(number > *first.get_or_insert(number)).then_some(())
		};
		let what = match head {
			Head::Best => "and made no block",
			Head::Finalized => "and finalized no block",
		};
		Ok(assay_local::until(process, what, grown).await?)
	}

	/// Connects to it.
	pub async fn connect(&self) -> Result<Chain> {
		connect(&self.url).await
	}

	/// Its log.
	pub fn log(&self) -> PathBuf {
		self.dir.join("node.log")
	}

	/// Its address for other nodes of this machine.
	pub async fn address(&self) -> Result<String> {
		let chain =
			std::fs::read_dir(self.dir.join("chains"))?.next().context("it has a chain")??;
		let id = peer_id(&self.program, &chain.path().join("network/secret_ed25519")).await?;
		Ok(format!("/ip4/127.0.0.1/tcp/{}/p2p/{id}", self.ports.peers))
	}

	/// Stops it where it stands, or lets it go on, as a machine whose disk hangs does.
	pub fn freeze(&self, frozen: bool) -> Result<()> {
		freeze(self.process.as_ref().context("it is running")?, frozen)
	}

	/// Its process, while it runs.
	pub fn pid(&self) -> Option<u32> {
		self.process.as_ref().map(|process| process.identity().pid)
	}

	/// Kills it, as a power cut would.
	pub fn kill(&mut self) {
		self.process = None;
	}

	/// The end of its log, for people.
	pub fn tail(&self) -> Option<String> {
		self.process.as_ref().map(|process| format!("{}:\n{}", process.name, process.tail()))
	}
}

/// The name in the network of the node that holds this key, as hexadecimal digits or, as nodes write
/// it, in its 32 bytes.
pub(crate) async fn peer_id(program: &Path, key: &Path) -> Result<String> {
	let mut command = tokio::process::Command::new(program);
	command.args(["key", "inspect-node-key", "--file"]).arg(key);
	if std::fs::metadata(key)?.len() == 32 {
		command.arg("--bin");
	}
	Ok(Outcome::of(command).await?.expect(0).stdout.trim().into())
}

async fn connect(url: &str) -> Result<Chain> {
	let mut options = ConnectOptions::new([url]);
	options.connect_timeout = CONNECT;
	Ok(Chain::connect(options).await?)
}
